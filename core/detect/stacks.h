/*
 * Stacks of the windows before and after a change, as merge.c and shift.c read
 * them. Filled by core/explain/detection.c; nothing here is owned.
 */
#ifndef HEADROOM_DETECT_STACKS_H
#define HEADROOM_DETECT_STACKS_H

#include <stddef.h>
#include <stdint.h>

struct detect_stack {
	const uint32_t *functions; /* root first; numbers as in struct detect_input */
	size_t depth;
	double before, after; /* samples */
};

struct detect_stacks {
	const struct detect_stack *items;
	size_t count;
	size_t functions;                     /* all numbers are below */
	double samples_before, samples_after; /* n; at least the sums over items */
	double seconds_before, seconds_after; /* of the windows together; 0: not known */
};

#endif
