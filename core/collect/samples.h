/*
 * What the profile parsers give: frames and stacks go into a profile, each
 * sample to a function. The profile holds the names once, so that a parser
 * needs memory for the distinct stacks only, however long its input is.
 */
#ifndef HEADROOM_COLLECT_SAMPLES_H
#define HEADROOM_COLLECT_SAMPLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/collect/sample_axes.h"
#include "core/store/profile.h"

#define SAMPLE_TIME_UNKNOWN INT64_MIN
#define SAMPLE_COUNT_MAX (UINT64_MAX / 4) /* of one sample; profile.h saturates there too */

struct sample {
	uint32_t stack;  /* of the sink's profile */
	uint32_t event;  /* of sample_event_add; one that is counted */
	uint32_t labels; /* of sample_labels_add, or SAMPLE_LABELS_NONE */
	uint64_t samples;
	uint64_t weight;
	int64_t time; /* microseconds on the recording's own clock, or SAMPLE_TIME_UNKNOWN */
};

struct sample_sink {
	struct profile *profile;  /* gets frames and stacks; its cells stay at 0 */
	struct sample_axes *axes; /* gets events and labels */
	int (*sample)(void *user, const struct sample *sample, struct error *err);
	void *user;
};

/* What a parser learnt beside the samples. */
struct sample_facts {
	int64_t first, last; /* times of the earliest and latest sample, or SAMPLE_TIME_UNKNOWN */
	int64_t duration;    /* of the recording, where no sample has a time; 0: not known */
	int64_t captured;    /* when the recording ended, since 1970; 0: the file does not say */
	/*
	 * Largest number that divides every count, where samples and weights are
	 * not told apart: a large one is the period that the counts were multiplied
	 * with. 0: not that kind of format.
	 */
	uint64_t common;
	/* Of all that was counted, in any order; the same for a packed and a plain file. */
	uint64_t digest;
};

/*
 * A frame by text from outside: what is not fit for a terminal is replaced
 * and what is over PROFILE_NAME_MAX is cut. An empty function is "[unknown]".
 */
struct sample_frame {
	const char *function, *module, *file; /* not NUL-terminated; may be NULL with length 0 */
	size_t function_length, module_length, file_length;
	uint32_t line;
	enum frame_kind kind;
};

uint32_t sample_frame_add(struct profile *profile, const struct sample_frame *frame);

#endif
