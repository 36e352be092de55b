/*
 * The stacks of a set as transforms leave them: what trees and function tables
 * are made of. Without transforms it borrows the set's own stacks and costs
 * nothing. Private to core/explain.
 */
#ifndef HEADROOM_EXPLAIN_TRANSFORM_APPLY_H
#define HEADROOM_EXPLAIN_TRANSFORM_APPLY_H

#include <stdbool.h>

#include "core/explain/stack_weights.h"
#include "core/explain/transform.h"

#define VIEW_DROPPED UINT32_MAX /* as a stack's depth: its samples are left out */

/*
 * Frames of the view are the set's, and after them one for each module that is
 * collapsed. Names likewise: the set's, then those modules'.
 */
struct transform_view {
	const struct profile_set *set;
	const struct profile_stack *stacks; /* by stack of the set; the set's own, or `own` */
	struct profile_stack *own;
	uint32_t *pool;         /* the frames of own */
	uint32_t *name_of;      /* by frame */
	uint32_t *frame_of;     /* of extra frames: a frame of the set that stands for it */
	uint32_t frames, names; /* how many there are with the extra ones */
	struct strings extra;   /* names of the extra frames */
	bool inverted;          /* leaves come first */
};

/* Stacks without weight are left out of the work. release it also after an error. */
int transform_view_make(struct transform_view *out, const struct profile_set *set,
			const struct stack_weights *weights, const struct transform_list *list,
			struct error *err);
void transform_view_release(struct transform_view *view);

const char *transform_view_name(const struct transform_view *view, uint32_t name);
/* INTERN_NONE: no frame has it. */
uint32_t transform_view_find(const struct transform_view *view, const char *name);

static inline uint32_t
transform_view_frame(const struct transform_view *view, uint32_t frame)
{
	return frame < view->set->frame_count ? frame
					      : view->frame_of[frame - view->set->frame_count];
}

#endif
