/* Cost that only moved from one function to another, and shares that grew because others shrank. */
#ifndef HEADROOM_DETECT_SHIFT_H
#define HEADROOM_DETECT_SHIFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/detect/domain.h"
#include "core/detect/stacks.h"
#include "core/detect/stage.h"

#define SHIFT_NONE UINT32_MAX
#define SHIFT_SOURCES_MAX 4
#define SHIFT_LEFT_MAX 0.2 /* part of the growth that may be new where cost moved */

struct detect_shift_source {
	uint32_t function;
	double part; /* its loss over the growth of the subject, or of all that took from it */
};

struct detect_shift {
	uint32_t function; /* whose growth is looked at */
	double dispersion; /* variance over that of sampling, see struct detect_change */
	bool moved;        /* out: the cost came from the sources */
	uint32_t source;   /* out: the first of them; SHIFT_NONE where there is no match at all */
	double matched;    /* out: loss of the sources over the growth; 1: all of it moved */
	double error;      /* out: standard deviation of matched */
	struct detect_shift_source sources[SHIFT_SOURCES_MAX]; /* out: also where part moved */
	size_t source_count;
	enum detect_domain_kind domain; /* out: what binds the first source to it, or DOMAIN_NONE */
	bool shrunk;                    /* out: grew only because the rest of the service shrank */
	double rest;                    /* out: factor by which the rest's share changed */
};

/*
 * Looks at all subjects of one change together. Cost is measured in units of the rest R:
 * everything that is in no subject and not in the sources tried. A regression dilutes all other
 * shares alike, which leaves their ratio to R as it was; cost that moved takes it from a source X:
 *
 *	matched = (X0 / R0 - X1 / R1) / (A1 / R1 - A0 / R0),   X without the stacks of A
 *
 * Moved is what X lost, by over four standard deviations, where matched is 1 within two and a half
 *of its own standard deviations (or 0.08: moved code changes a little; 0.03 for (c)), and at least
 * 0.8 and at most 1.3, and
 * (a) X is near A: a caller or callee, called by A's caller too, or in a domain with A; or
 * (b) several functions near A together (up to four; a stack goes to the deepest that lost, so that
 *     nothing is counted twice), or one function and several subjects near it; or
 * (c) there are no stacks, and at most two functions lost anything.
 * A caller of what became cheaper is a source only where it holds all of that, and that is near A
 *or called by A: of many callers' parts one would fit any growth. A caller with over a twentieth of
 *all samples brings only those near that must fit within 0.03 (FBDetect: a domain far larger than
 *the change is skipped). What else became cheaper by itself is no part of R. What matches less is a
 *regression by the part that did not move; sources then say where the rest came from. A rest under
 *a tenth of the samples is too small to compare with. A function that did not exist, in a domain
 *that did not either, has no source there. The best match is taken first and uses its sources up.
 *domains may be NULL. Where only series are known, each is a stack of one function. Idea: Yoon et
 *al., SOSP 2024, section 5.5.2 (cost shift).
 *
 * shrunk: the median, by samples, of how the self time of functions changed, is the factor
 * by which the unchanged part of the service grew; a subject of which less than three tenths of
 * the growth is left after that factor grew with all others. That median fails where more than half
 * of the service became cheaper; so the median by functions is asked too (Anders and Huber,
 * "Differential expression analysis for sequence count data", 2010: most features do not change),
 * and believed when the samples per second of the windows agree: by them most functions cost what
 * they did, and the service costs less.
 * ERROR_CANCELLED.
 */
int detect_shifts(struct detect_shift *subjects, size_t count, const struct detect_stacks *stacks,
		  const struct detect_domains *domains, const struct progress *progress,
		  struct error *err);

/* The stage's result of one subject; names[f] is the name of function f. */
void detect_shift_result(struct detect_stage_result *out, const struct detect_shift *shift,
			 const char *const *names);

#endif
