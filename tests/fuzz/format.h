/* One profile parser under fuzzing: whatever comes in, samples name stacks that are there and the
 * error is one line. Included once by each target of a format. */
#ifndef HEADROOM_TESTS_FUZZ_FORMAT_H
#define HEADROOM_TESTS_FUZZ_FORMAT_H

#include <string.h>

#include "core/collect/profile_format.h"
#include "tests/fuzz/fuzz.h"

struct outcome {
	struct profile profile;
};

static int
take(void *user, const struct sample *sample, struct error *err)
{
	struct outcome *outcome = user;

	(void)err;
	FUZZ_REQUIRE(sample->stack < outcome->profile.stack_count);
	FUZZ_REQUIRE(outcome->profile.stacks[sample->stack].depth > 0);
	FUZZ_REQUIRE(sample->samples > 0 || sample->weight > 0);
	FUZZ_REQUIRE(sample->samples <= SAMPLE_COUNT_MAX && sample->weight <= SAMPLE_COUNT_MAX);
	return 0;
}

static void
fuzz_format(const struct profile_format *format, const uint8_t *data, size_t size, bool keep_going)
{
	struct outcome outcome = { 0 };
	struct sample_axes axes;
	struct sample_sink sink = {
		.profile = &outcome.profile, .axes = &axes, .sample = take, .user = &outcome
	};
	struct import_lines lines = { .name = "fuzz", .keep_going = keep_going };
	struct error err = { 0 };
	void *parser;
	const char *text = size > 0 ? (const char *)data : "";
	int result;

	sample_axes_init(&axes, NULL, keep_going, NULL);
	profile_init(&outcome.profile);
	parser = format->create(&sink, &lines);
	if (format->read != NULL) {
		result = format->read(parser, text, size, &err);
	} else {
		/* Pieces end anywhere, lines do not. */
		size_t first = format->pieces ? size / 2 : 0;

		result = first > 0 ? format->feed(parser, text, first, &err) : 0;
		if (result == 0)
			result = format->feed(parser, text + first, size - first, &err);
		if (result == 0)
			result = format->finish(parser, &err);
	}
	if (result < 0)
		FUZZ_REQUIRE(err.text[0] != '\0' && strchr(err.text, '\n') == NULL);
	for (size_t i = 0; i < outcome.profile.frame_count; i++)
		FUZZ_REQUIRE(outcome.profile.frames[i].function[0] != '\0');
	format->destroy(parser);
	profile_release(&outcome.profile);
	sample_axes_release(&axes);
}

#endif
