/*
 * Numbers and weights that a file lists apart, first all of one and then all of the other: what
 * waits for its counterpart is kept small, a byte or two for a number that is near the one before.
 * Used by the readers of JSON profiles, whose samples come before their weights.
 */
#ifndef HEADROOM_COLLECT_PAIRS_H
#define HEADROOM_COLLECT_PAIRS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/vec.h"

struct pairs {
	VEC(unsigned char) numbers; /* differences, each in as few bytes as it needs */
	size_t number_at;
	uint32_t last_in, last_out;
	VEC(double) weights;
	size_t weight_at;
};

void pairs_add_number(struct pairs *pairs, uint32_t number);
void pairs_add_weight(struct pairs *pairs, double weight);
/* The next of both; false: one of them is not there yet. */
bool pairs_take(struct pairs *pairs, uint32_t *number, double *weight);
/* The next number, with a weight or not. */
bool pairs_take_number(struct pairs *pairs, uint32_t *number);
void pairs_clear(struct pairs *pairs); /* what waits is gone; the memory stays */
void pairs_release(struct pairs *pairs);

#endif
