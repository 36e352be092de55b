/*
 * What the files of the pprof reader share: pprof.c (values, samples) and pprof_frames.c
 * (locations to frames). Nobody else includes it.
 */
#ifndef HEADROOM_COLLECT_PPROF_PRIVATE_H
#define HEADROOM_COLLECT_PPROF_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/collect/pprof.pb-c.h"
#include "core/store/profile.h"

/* A location's frames: frames[first] .. frames[first + count - 1], outermost first. */
struct pprof_place {
	uint32_t first, count;
	bool drop;         /* with all below it */
	bool drop_beneath; /* what is below it only */
};

struct pprof_frames {
	struct pprof_place *places; /* by location, as in the message */
	uint32_t *frames;
	struct pprof_ids *ids; /* from a location's id to its place */
};

/* Text of the string table; "" where the number is none of it. Borrowed from the message. */
struct pprof_text {
	const char *data;
	size_t length;
};
struct pprof_text pprof_text(const Pprof__Profile *message, int64_t number);

/* Adds the frames of all locations to the profile. */
int pprof_frames_make(struct pprof_frames *out, const Pprof__Profile *message,
		      struct profile *profile, const char *name, struct error *err);
void pprof_frames_release(struct pprof_frames *frames);
/* NULL: there is no location with this id. */
const struct pprof_place *pprof_place_of(const struct pprof_frames *frames, uint64_t id);

#endif
