/* git's answer: whole and byte by byte it gives the same commits, and each is consistent. */
#include <string.h>

#include "core/base/intern.h"
#include "core/collect/git_history.h"
#include "tests/fuzz/fuzz.h"

struct outcome {
	uint64_t commits, digest;
	int result;
};

static void
check_lines(const struct history_commit *commit)
{
	for (size_t i = 0; i < commit->files.count; i++) {
		const struct history_file *file = &commit->files.items[i];

		FUZZ_REQUIRE(file->old_path != NULL && file->new_path != NULL);
		FUZZ_REQUIRE(file->first_old + file->old_count <= commit->old_lines.count);
		FUZZ_REQUIRE(file->first_new + file->new_count <= commit->new_lines.count);
	}
}

static int
take(void *user, struct history_commit *commit, struct error *err)
{
	struct outcome *outcome = user;
	const char *diff = commit->change.diff != NULL ? commit->change.diff : "";

	(void)err;
	FUZZ_REQUIRE(commit->change.key != NULL && commit->change.kind != NULL);
	FUZZ_REQUIRE(strlen(diff) <= CHANGE_DIFF_MAX);
	check_lines(commit);
	outcome->commits++;
	outcome->digest = outcome->digest * 31 + intern_hash(diff, strlen(diff)) +
			  commit->files.count + commit->new_lines.count * 7;
	history_commit_release(commit);
	return 0;
}

static struct outcome
parse(const char *data, size_t size, size_t piece)
{
	struct outcome outcome = { 0 };
	struct history *history = history_new(take, &outcome);
	struct error err = { 0 };

	for (size_t at = 0; at < size && outcome.result == 0; at += piece)
		outcome.result = history_feed(history, data + at,
					      size - at < piece ? size - at : piece, &err);
	if (outcome.result == 0)
		outcome.result = history_finish(history, &err);
	FUZZ_REQUIRE(outcome.result == 0 || err.text[0] != '\0');
	history_free(history);
	return outcome;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = size > 0 ? (const char *)data : "";
	struct outcome whole, bytes;

	whole = parse(text, size, size + 1);
	bytes = parse(text, size, size > 4096 ? 997 : 1);
	FUZZ_REQUIRE(whole.result == bytes.result);
	FUZZ_REQUIRE(whole.commits == bytes.commits && whole.digest == bytes.digest);
	return 0;
}
