/*
 * perf script text: the caches change nothing. The same input given whole and
 * line by line (where no stack is ever seen in one piece) counts the same.
 */
#include <string.h>

#include "core/collect/profile_format.h"
#include "core/collect/profile_sniff.h"
#include "tests/fuzz/fuzz.h"

struct outcome {
	struct profile profile;
	struct sample_axes axes;
	struct import_lines lines;
	struct sample_facts facts;
	struct error err;
	uint64_t samples, weight;
	int result;
};

static int
take(void *user, const struct sample *sample, struct error *err)
{
	struct outcome *outcome = user;

	(void)err;
	FUZZ_REQUIRE(sample->stack < outcome->profile.stack_count);
	FUZZ_REQUIRE(sample->samples == 1 && sample->weight <= SAMPLE_COUNT_MAX);
	outcome->samples += sample->samples;
	outcome->weight += sample->weight;
	return 0;
}

static void
parse(struct outcome *outcome, const char *data, size_t size, bool by_line)
{
	const struct profile_format *format = &profile_format_perf_script;
	struct sample_sink sink = { .profile = &outcome->profile,
				    .axes = &outcome->axes,
				    .sample = take,
				    .user = outcome };
	const char *end = data + size;
	void *parser;

	profile_init(&outcome->profile);
	sample_axes_init(&outcome->axes, NULL, false, NULL);
	outcome->lines = (struct import_lines){ .name = "fuzz", .keep_going = true };
	parser = format->create(&sink, &outcome->lines);
	while (data < end && outcome->result == 0) {
		const char *stop = by_line ? memchr(data, '\n', (size_t)(end - data)) : NULL;

		stop = stop == NULL ? end : stop + 1;
		outcome->result = format->feed(parser, data, (size_t)(stop - data), &outcome->err);
		data = stop;
	}
	if (outcome->result == 0)
		outcome->result = format->finish(parser, &outcome->err);
	outcome->facts = *format->facts(parser);
	format->destroy(parser);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const empty = "";
	const char *text = size > 0 ? (const char *)data : empty;
	struct outcome whole = { 0 }, lines = { 0 };
	const struct profile_format *format;
	struct error err = { 0 };

	if (profile_sniff(&format, "fuzz", text, size, &err) < 0)
		FUZZ_REQUIRE(err.code == ERROR_INPUT && err.text[0] != '\0');
	parse(&whole, text, size, false);
	parse(&lines, text, size, true);
	FUZZ_REQUIRE(whole.result == lines.result);
	FUZZ_REQUIRE(whole.samples == lines.samples && whole.weight == lines.weight);
	FUZZ_REQUIRE(whole.profile.stack_count == lines.profile.stack_count);
	FUZZ_REQUIRE(whole.facts.digest == lines.facts.digest);
	FUZZ_REQUIRE(whole.lines.number == lines.lines.number);
	FUZZ_REQUIRE(whole.lines.skipped == lines.lines.skipped);
	profile_release(&whole.profile);
	profile_release(&lines.profile);
	sample_axes_release(&whole.axes);
	sample_axes_release(&lines.axes);
	return 0;
}
