/* Folded stacks: every count lands on a stack, and the sum stays inside its bound. */
#include <string.h>

#include "core/collect/profile_format.h"
#include "tests/fuzz/fuzz.h"

struct outcome {
	struct profile profile;
	uint64_t samples;
};

static int
take(void *user, const struct sample *sample, struct error *err)
{
	struct outcome *outcome = user;

	(void)err;
	FUZZ_REQUIRE(sample->stack < outcome->profile.stack_count);
	FUZZ_REQUIRE(outcome->profile.stacks[sample->stack].depth > 0);
	FUZZ_REQUIRE(sample->samples > 0 && sample->samples <= sample->weight);
	outcome->samples += sample->samples;
	FUZZ_REQUIRE(outcome->samples <= SAMPLE_COUNT_MAX);
	return 0;
}

static void
parse(const char *data, size_t size, bool keep_going)
{
	const struct profile_format *format = &profile_format_folded;
	struct outcome outcome = { 0 };
	struct sample_axes axes;
	struct sample_sink sink = {
		.profile = &outcome.profile, .axes = &axes, .sample = take, .user = &outcome
	};
	struct import_lines lines = { .name = "fuzz", .keep_going = keep_going };
	struct error err = { 0 };
	void *parser;

	sample_axes_init(&axes, NULL, false, NULL);
	profile_init(&outcome.profile);
	parser = format->create(&sink, &lines);
	if (format->feed(parser, data, size, &err) < 0 || format->finish(parser, &err) < 0)
		FUZZ_REQUIRE(err.code == ERROR_INPUT && err.text[0] != '\0');
	FUZZ_REQUIRE(keep_going || lines.skipped == 0);
	if (outcome.samples > 0 && format->facts(parser)->common > 0)
		FUZZ_REQUIRE(outcome.samples % format->facts(parser)->common == 0);
	format->destroy(parser);
	profile_release(&outcome.profile);
	sample_axes_release(&axes);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = size > 0 ? (const char *)data : "";

	parse(text, size, false);
	parse(text, size, true);
	return 0;
}
