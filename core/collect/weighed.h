/*
 * Stacks with weights that are no counts of samples (nanoseconds, bytes), added up until their sum
 * is known, and then given as samples: as many as the recording took, shared out by weight, what
 * rounding leaves over carried on. Shares are then shares of the weight, and n is honest. Used by
 * the readers of JSON profiles and of callgrind.
 */
#ifndef HEADROOM_COLLECT_WEIGHED_H
#define HEADROOM_COLLECT_WEIGHED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/intern.h"
#include "core/collect/samples.h"

struct weighed_stack {
	uint32_t stack, event, labels; /* as in struct sample */
	double weight;
};

struct weighed {
	struct weighed_stack *items; /* one for each stack, event and labels */
	size_t count, capacity;
	struct intern keys; /* an item's number by these three */
	bool ready;         /* keys is there */
	double total;
	uint32_t event, labels; /* of what is added next */
};

/* Weights of 0 and less, and those that are no number, are left out. */
void weighed_add(struct weighed *weighed, uint32_t stack, double weight);
/* samples: how many the recording took; 0: the weights are counts themselves. */
int weighed_give(const struct weighed *weighed, double samples, const struct sample_sink *sink,
		 struct error *err);
void weighed_release(struct weighed *weighed);

#endif
