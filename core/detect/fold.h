/*
 * Takes the pattern of a period off a series, so that a step late in it keeps
 * its size: a local regression would give part of it to the season. Called by
 * load.c for the periods that seasonal.h finds.
 */
#ifndef HEADROOM_DETECT_FOLD_H
#define HEADROOM_DETECT_FOLD_H

#include <stddef.h>

/* Zeroed is empty; grows once for many series. */
struct detect_fold {
	double *sums, *weights; /* turns by bins */
	double *pattern, *column;
	size_t capacity, bins_capacity;
};

void detect_fold_release(struct detect_fold *fold);

struct detect_fold_input {
	double *values; /* changed in place; not finite: missing */
	const double *weights;
	const size_t *place; /* of each value on a grid of equal steps, ascending */
	size_t count;
	size_t period; /* of the grid, 2 or more */
	size_t bins;   /* the pattern's steps, at most the period */
};

/*
 * Each bin of the pattern is the median, over the turns, of its mean less that of its turn; of an
 * even number of turns the middle value nearer to zero, so that one turn in three, or of two,
 * cannot make a pattern. Turns of which under four fifths are known do not take part. The pattern
 * is subtracted less its mean. Fewer than two whole turns: nothing is done. O(count + turns *
 * bins).
 */
void detect_fold_remove(struct detect_fold *fold, const struct detect_fold_input *input);

#endif
