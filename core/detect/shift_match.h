/* Sums over stacks and matches between them. Private to shift*.c. */
#ifndef HEADROOM_DETECT_SHIFT_MATCH_H
#define HEADROOM_DETECT_SHIFT_MATCH_H

#include "core/detect/shift.h"

#define SHIFT_SUBJECTS_MAX 64 /* of one change; more are taken as they are */

#define SHIFT_KIND 0x0f /* of near */
#define SHIFT_WIDE 0x10

/* Samples before and after. */
struct shift_pair {
	double before, after;
};

enum shift_role { ROLE_PLAIN, ROLE_SUBJECT, ROLE_USED };

struct shifts {
	struct detect_shift *subjects;
	size_t count;
	const struct detect_stacks *stacks;
	const struct detect_domains *domains;
	bool flat;     /* every stack is of one function: nothing is known of callers */
	uint8_t *role; /* by function: enum shift_role */
	bool *settled; /* by subject: found to have moved */
	uint8_t *near; /* [subject * functions + function]: enum detect_domain_kind, and SHIFT_WIDE
			*/
	struct shift_pair *source;  /* by function: stacks with it that hold no subject in play */
	struct shift_pair *deepest; /* by function that lost: those where none below it lost */
	bool *lost;                 /* by function */
	size_t lost_count;
	bool *fell;                /* by function: lost by itself, not by what it calls */
	struct shift_pair fallen;  /* all of those */
	struct shift_pair *inside; /* by function: what of it goes to those that fell */
	bool *beside;              /* by function: is in a stack with the subject of this round */
	uint32_t *seen;            /* by function: stack number + 1 */
};

/* Some subjects and what their growth came from. */
struct shift_match {
	size_t subjects[SHIFT_SOURCES_MAX];
	size_t subject_count;
	struct detect_shift_source sources[SHIFT_SOURCES_MAX];
	size_t source_count; /* 0: none */
	enum detect_domain_kind domain;
	double ratio, error; /* matched and its standard deviation */
	double sure;         /* the loss, in standard deviations */
	bool wide;           /* near only by a caller that calls much */
	bool accepted;
};

void shift_add(struct shift_pair *pair, const struct detect_stack *stack);

/* Fills near: by stacks (callers, callees, common callers of two levels) and by domains. */
void shift_find_near(struct shifts *shifts);

/* The best source, or sources, of one subject. */
void shift_best_of_subject(struct shifts *shifts, size_t index, struct shift_match *best);
/* The best set of two and more subjects that took from one source. */
void shift_best_of_several(struct shifts *shifts, struct shift_match *best);
/* Is a better than b? Accepted ones first, then what is near, single, and fits. */
bool shift_is_better(const struct shift_match *a, const struct shift_match *b);

/* Sets shrunk and rest of all subjects. */
void shift_look_for_shrinking(struct shifts *shifts);

#endif
