/*
 * Made-up services in which cost moves, or grows, with the noise of sampling:
 * what the rates of the cost-shift filter are measured on. The same seed gives
 * the same stacks.
 */
#ifndef HEADROOM_TESTS_DETECT_SHIFTS_H
#define HEADROOM_TESTS_DETECT_SHIFTS_H

#include <stdbool.h>

#include "core/detect/shift.h"

enum shifts_kind {
	/* Moved: nothing costs more than it did. */
	SHIFTS_SIBLING, /* to a function with the same caller */
	SHIFTS_CALLEE,  /* to one that the source calls now */
	SHIFTS_NEW,     /* to one that did not exist */
	SHIFTS_CLASS,   /* to one of the same class with another caller */
	SHIFTS_FAN_OUT, /* one to several */
	SHIFTS_FAN_IN,  /* several to one */
	/* Grew. */
	SHIFTS_PLAIN,
	SHIFTS_NEW_COST, /* a function that did not exist */
	SHIFTS_IMPROVED, /* one of another class became cheaper by 0.14 to 7.4 times the growth */
	SHIFTS_PARTIAL,  /* three fifths moved, two fifths are new */
	SHIFTS_IMPROVED_KIN, /* one of the same class became cheaper, by chance: no rule can tell */
	SHIFTS_KINDS,
};

#define SHIFTS_FIRST_GROWTH SHIFTS_PLAIN

struct shifts_case {
	enum shifts_kind kind;
	double size;  /* of what changes, in floors: changes seen in nine of ten at p 1e-6 */
	bool diluted; /* something else grew by 2 to 30 % of the service, and is a subject too */
	bool others;  /* and something far away became cheaper */
	bool flat;    /* no stacks: each function is a series of its own */
};

/* Parts of the true subjects that the filter took for moved, of tries; by stated seeds. */
double shifts_rate(const struct shifts_case *made, uint64_t seed, int tries);

#endif
