/*
 * Exact edits: the input is path, file, old and new text with 0x01 between.
 * A refused edit changes nothing; an edit whose old text stands once as it is
 * changes that and nothing else.
 */
#include <string.h>

#include "core/base/memory.h"
#include "core/solve/edit.h"
#include "tests/fuzz/fuzz.h"

struct parts {
	char *path, *file, *old_text, *new_text;
};

static char *
next_part(const char **at, const char *end)
{
	const char *stop = memchr(*at, 1, (size_t)(end - *at));
	char *part;

	stop = stop != NULL ? stop : end;
	part = memory_string_n(*at, (size_t)(stop - *at));
	*at = stop < end ? stop + 1 : end;
	return part;
}

static int
read_file(void *user, const char *path, struct str *out, struct error *err)
{
	const struct parts *parts = user;

	(void)path;
	(void)err;
	str_add(out, parts->file);
	return 0;
}

static size_t
occurrences(const char *text, const char *part)
{
	size_t count = 0;

	for (; part[0] != '\0' && (text = strstr(text, part)) != NULL; text++)
		count++;
	return count;
}

static void
check(const struct parts *parts, const struct edit_file *file, int result)
{
	const char *place = strstr(parts->file, parts->old_text);
	size_t before = place != NULL ? (size_t)(place - parts->file) : 0;

	FUZZ_REQUIRE(strcmp(file->before.data, parts->file) == 0);
	if (result < 0) {
		FUZZ_REQUIRE(strcmp(file->after.data, parts->file) == 0);
		return;
	}
	FUZZ_REQUIRE(occurrences(parts->file, parts->old_text) <= 1);
	if (place == NULL || strchr(parts->file, '\r') != NULL ||
	    strchr(parts->new_text, '\r') != NULL)
		return;
	FUZZ_REQUIRE(file->after.len ==
		     file->before.len - strlen(parts->old_text) + strlen(parts->new_text));
	FUZZ_REQUIRE(memcmp(file->after.data, parts->file, before) == 0);
	FUZZ_REQUIRE(strncmp(file->after.data + before, parts->new_text, strlen(parts->new_text)) ==
		     0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *at = (const char *)data, *end = at + size;
	struct parts parts = { next_part(&at, end), next_part(&at, end), next_part(&at, end),
			       next_part(&at, end) };
	struct edit_set set;
	struct error err;
	int result;

	edit_set_init(&set, read_file, &parts);
	result = edit_replace(&set, parts.path, parts.old_text, parts.new_text, &err);
	FUZZ_REQUIRE(result < 0 || set.count == 1);
	FUZZ_REQUIRE(set.count == 0 || edit_path_check(parts.path, &err) == 0);
	if (set.count == 1)
		check(&parts, &set.items[0], result);
	edit_set_release(&set);
	free(parts.path);
	free(parts.file);
	free(parts.old_text);
	free(parts.new_text);
	return 0;
}
