/*
 * Findings that are one: the same change seen in the metrics, hosts and
 * percentiles of one service, or in functions that no call tree joined
 * (merge.h does that first, and its subjects come here). Called by
 * core/explain over the changes of one time and direction; pure.
 */
#ifndef HEADROOM_DETECT_DUPLICATE_H
#define HEADROOM_DETECT_DUPLICATE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/detect/stacks.h"
#include "core/detect/stage.h"

#define DUPLICATE_MAX 512 /* of one time; what is beyond stays alone */

struct duplicate_item {
	const char *name;
	const double *values; /* count of them, at the same times for all items; NULL: none */
	size_t from, at, to;  /* level before [from, at), after [at, to) */
	double before, after; /* levels; before may be 0 */
	double weight;     /* its cost in one unit for all items, such as a share; 0: not known */
	double popularity; /* 0 to 1: part of the stacks, hosts or metrics that have it */
	bool has_cause;    /* a suspect is known */
	const unsigned *stacks; /* of detect_stacks below, which hold it, ascending; NULL: none */
	size_t stack_count;
	size_t subject; /* out: number of the item that stands for it, or its own */
	double score;   /* out: as representative */
	/* out, of the pair that joined it: */
	double correlation, likeness, common;
};

/*
 * Two items are one change where
 * (a) stacks with both carry half of the growth of either: common samples;
 * (b) their residuals correlate (Pearson, of values less the level of each side, by 0.5 and by over
 *four standard errors, 1 / sqrt(n)) and they are near in name (0.3) or in samples (0.1), or to 0.9;
 *or (c) their names are alike to 0.7 (names.h) and they changed by factors within two of each
 *other: p50, p95 and p99 of one endpoint, one metric of several hosts. Groups are what is joined by
 *any chain of such pairs (single linkage): FBDetect's self-organising map and pairwise stage in one
 *(Yoon et al., SOSP 2024, sections 5.5.1 and 5.6). The representative has the largest
 *
 *	0.2 relative + 0.6 absolute + 0.1 (1 - popularity) + 0.1 has_cause
 *
 * FBDetect's weights, relative and absolute change as parts of the group's largest: what costs
 * most stands for the rest, and a rare subject that somebody changed says more than a common
 * one. Ties go to the first. stacks may be NULL.
 */
void detect_duplicates(struct duplicate_item *items, size_t count, size_t values,
		       const struct detect_stacks *stacks);

/* The stage's result of one item; passed: it stands for itself. */
void detect_duplicate_result(struct detect_stage_result *out, const struct duplicate_item *items,
			     size_t index);

#endif
