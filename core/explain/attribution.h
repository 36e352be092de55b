/*
 * Who carries the growth: of the growth of a finding's subject, the part that
 * each function's stacks carry, and how much that says about the function.
 * Private to core/explain; suspects.c joins it with what the changes touched.
 */
#ifndef HEADROOM_EXPLAIN_ATTRIBUTION_H
#define HEADROOM_EXPLAIN_ATTRIBUTION_H

#include <stdbool.h>

#include "core/explain/selection.h"
#include "core/store/profile.h"

struct attribution_name {
	bool is_owned;   /* somebody of the service owns it: no library, not the kernel */
	bool is_seen;    /* the function is in some stack of either side */
	double carried;  /* of the growth: the part in stacks with this function, 0 to 1 */
	double specific; /* how much of the function's own share is new, 0 to 1 */
	double near;     /* 1 where the time is spent, less for each caller above */
	double score;    /* the three together, 0 to 1 */
	double lost;     /* 0 to 1: may be the caller that a frame-pointer stack lost */
	double own;      /* of the growth: the part of which it is the innermost owned frame */
	double apart;    /* as own, but of all growth of that time, with the subject or without */
	double covers; /* of what grew anywhere, with the subject or without: the part in its stacks
			*/
	double share;  /* of all samples, the larger of both sides */
};

struct attribution {
	const struct profile_set *set; /* borrowed */
	double growth;                 /* of the subject's share; 0 or less: it did not grow here */
	bool has_subject;              /* false: no stack has it; all stacks that grew were taken */
	struct attribution_name *names; /* by name number of the set */
};

void attribution_measure(struct attribution *out, const struct profile_set *set,
			 const struct selection *selection, const char *subject);
void attribution_release(struct attribution *attribution);

#endif
