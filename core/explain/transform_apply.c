/*
 * Applying transforms; see transform_apply.h. What a transform asks of a frame
 * is answered once for each frame, then each stack is a pass over numbers.
 */
#include "core/explain/transform_apply.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/detect/library.h"
#include "core/explain/transform_private.h"

/* One transform made ready. */
struct step {
	enum transform_kind kind;
	uint8_t *marked;    /* by frame: it is the one the transform is about; NULL: every frame */
	uint32_t collapsed; /* the extra frame of COLLAPSE_MODULE */
	uint32_t *path;     /* names; INTERN_NONE is met nowhere */
	uint32_t path_length;
};

struct work {
	struct transform_view *view;
	struct step *steps;
	size_t count;
	uint32_t *seen;   /* by name: where it was put last, for recursion */
	uint32_t *frames; /* the stack at hand */
	uint32_t depth;
};

const char *
transform_view_name(const struct transform_view *view, uint32_t name)
{
	uint32_t own = view->set->names.count;

	return name < own ? intern_text(&view->set->names, name) : view->extra.items[name - own];
}

uint32_t
transform_view_find(const struct transform_view *view, const char *name)
{
	uint32_t found = intern_find(&view->set->names, name, strlen(name));

	for (size_t i = 0; i < view->extra.count && found == INTERN_NONE; i++) {
		if (strcmp(view->extra.items[i], name) == 0)
			found = view->set->names.count + (uint32_t)i;
	}
	return found;
}

/* ---- getting ready ---- */

static bool
is_shared_object(const char *module)
{
	return strstr(module, ".so.") != NULL || text_ends_with(module, ".so") ||
	       text_ends_with(module, ".dylib") || text_ends_with(module, ".dll");
}

static bool
is_my_code(const struct profile_frame *frame)
{
	return frame->kind != FRAME_KERNEL && frame->kind != FRAME_UNKNOWN &&
	       !detect_is_library(frame->function) && !is_shared_object(frame->module) &&
	       !(frame->module[0] != '\0' && detect_is_library_module(frame->module));
}

static bool
is_about(const struct transform_view *view, const struct transform *transform, uint32_t frame)
{
	const struct profile_frame *at = &view->set->frames[transform_view_frame(view, frame)];
	enum frame_kind kind;

	switch (transform->kind) {
	case TRANSFORM_FOCUS_MODULE:
	case TRANSFORM_MERGE_MODULE:
	case TRANSFORM_DROP_MODULE:
	case TRANSFORM_COLLAPSE_MODULE:
		return strcmp(at->module, transform->name) == 0;
	case TRANSFORM_FOCUS_KIND:
	case TRANSFORM_MERGE_KIND:
	case TRANSFORM_DROP_KIND:
		return transform_frame_kind(transform->name, &kind) && at->kind == kind;
	case TRANSFORM_ONLY_MY_CODE:
		return is_my_code(at);
	default:
		return strcmp(transform_view_name(view, view->name_of[frame]), transform->name) ==
		       0;
	}
}

static void
make_step(const struct transform_view *view, struct step *step, const struct transform *transform)
{
	step->kind = transform->kind;
	if (transform->path.count > 0) {
		step->path_length = (uint32_t)transform->path.count;
		step->path = memory_alloc_array(step->path_length, sizeof(*step->path));
		for (uint32_t i = 0; i < step->path_length; i++)
			step->path[i] = transform_view_find(view, transform->path.items[i]);
	} else if (transform->name != NULL || transform->kind == TRANSFORM_ONLY_MY_CODE) {
		step->marked = memory_alloc_array((size_t)view->frames + 1, 1);
		for (uint32_t f = 0; f < view->frames; f++)
			step->marked[f] = is_about(view, transform, f);
	}
}

/* An extra frame for each module that is collapsed; one that no frame has gets none. */
static void
add_extra_frames(struct transform_view *view, const struct transform_list *list)
{
	const struct profile_set *set = view->set;

	view->frame_of = memory_alloc_array(TRANSFORMS_MAX, sizeof(*view->frame_of));
	for (size_t i = 0; i < list->count; i++) {
		const char *module = list->items[i].name;
		uint32_t first = 0;

		if (list->items[i].kind != TRANSFORM_COLLAPSE_MODULE ||
		    strings_contains(&view->extra, module))
			continue;
		while (first < set->frame_count && strcmp(set->frames[first].module, module) != 0)
			first++;
		if (first < set->frame_count) {
			view->frame_of[view->extra.count] = first;
			strings_add(&view->extra, module);
		}
	}
}

static void
number_frames(struct transform_view *view)
{
	const struct profile_set *set = view->set;
	uint32_t extra = (uint32_t)view->extra.count;

	view->frames = (uint32_t)set->frame_count + extra;
	view->names = set->names.count + extra;
	view->name_of = memory_alloc_array((size_t)view->frames + 1, sizeof(*view->name_of));
	for (uint32_t f = 0; f < set->frame_count; f++)
		view->name_of[f] = set->frames[f].name;
	for (uint32_t i = 0; i < extra; i++)
		view->name_of[set->frame_count + i] = set->names.count + i;
}

/* ---- one stack ---- */

static uint32_t
first_marked(const struct work *work, const struct step *step)
{
	uint32_t i = 0;

	while (i < work->depth && !step->marked[work->frames[i]])
		i++;
	return i;
}

static void
cut_front(struct work *work, uint32_t count)
{
	work->depth -= count;
	memmove(work->frames, work->frames + count, work->depth * sizeof(*work->frames));
}

static bool
begins_with(const struct work *work, const struct step *step)
{
	if (work->depth < step->path_length)
		return false;
	for (uint32_t i = 0; i < step->path_length; i++) {
		if (work->view->name_of[work->frames[i]] != step->path[i])
			return false;
	}
	return true;
}

/* Keeps the frames that are marked, or those that are not. */
static void
keep_marked(struct work *work, const struct step *step, bool marked)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < work->depth; i++) {
		if ((step->marked[work->frames[i]] != 0) == marked)
			work->frames[kept++] = work->frames[i];
	}
	work->depth = kept;
}

static void
collapse_module(struct work *work, const struct step *step)
{
	uint32_t kept = 0;
	bool inside = false;

	for (uint32_t i = 0; i < work->depth; i++) {
		bool marked = step->marked[work->frames[i]];

		if (!marked)
			work->frames[kept++] = work->frames[i];
		else if (!inside)
			work->frames[kept++] = step->collapsed;
		inside = marked;
	}
	work->depth = kept;
}

/* A place that is no longer the name's own, or is cut off, is as good as none: no clearing. */
static void
collapse_recursion(struct work *work, const struct step *step, bool direct)
{
	const uint32_t *name_of = work->view->name_of;
	uint32_t kept = 0;

	for (uint32_t i = 0; i < work->depth; i++) {
		uint32_t frame = work->frames[i], name = name_of[frame], at = work->seen[name];

		if (step->marked != NULL && !step->marked[frame]) {
			work->frames[kept++] = frame;
			continue;
		}
		if (at < kept && name_of[work->frames[at]] == name && (!direct || at + 1 == kept)) {
			kept = at + 1;
		} else {
			work->seen[name] = kept;
			work->frames[kept++] = frame;
		}
	}
	work->depth = kept;
}

static void
invert(struct work *work)
{
	for (uint32_t i = 0; i < work->depth / 2; i++) {
		uint32_t kept = work->frames[i];

		work->frames[i] = work->frames[work->depth - 1 - i];
		work->frames[work->depth - 1 - i] = kept;
	}
}

/* The frame that ran: the last in call order. */
static bool
ran_in(const struct work *work, const struct step *step, bool inverted)
{
	return work->depth > 0 && step->marked[work->frames[inverted ? 0 : work->depth - 1]];
}

/* False: the stack is dropped. */
static bool
apply(struct work *work, const struct step *step, bool *inverted)
{
	uint32_t first;

	switch (step->kind) {
	case TRANSFORM_FOCUS_FUNCTION:
		first = first_marked(work, step);
		if (first == work->depth)
			return false;
		cut_front(work, first);
		return true;
	case TRANSFORM_FOCUS_SUBTREE:
		if (!begins_with(work, step))
			return false;
		cut_front(work, step->path_length - 1);
		return true;
	case TRANSFORM_FOCUS_SELF:
		return ran_in(work, step, *inverted);
	case TRANSFORM_FOCUS_MODULE:
	case TRANSFORM_FOCUS_KIND:
	case TRANSFORM_ONLY_MY_CODE:
		keep_marked(work, step, true);
		return true;
	case TRANSFORM_MERGE_FUNCTION:
	case TRANSFORM_MERGE_MODULE:
	case TRANSFORM_MERGE_KIND:
		keep_marked(work, step, false);
		return true;
	case TRANSFORM_MERGE_NODE:
		if (begins_with(work, step)) {
			memmove(work->frames + step->path_length - 1,
				work->frames + step->path_length,
				(work->depth - step->path_length) * sizeof(*work->frames));
			work->depth--;
		}
		return true;
	case TRANSFORM_DROP_FUNCTION:
	case TRANSFORM_DROP_MODULE:
	case TRANSFORM_DROP_KIND:
		return first_marked(work, step) == work->depth;
	case TRANSFORM_COLLAPSE_MODULE:
		collapse_module(work, step);
		return true;
	case TRANSFORM_COLLAPSE_SUBTREE:
		first = first_marked(work, step);
		if (first < work->depth)
			work->depth = first + 1;
		return true;
	case TRANSFORM_COLLAPSE_RECURSION:
	case TRANSFORM_COLLAPSE_DIRECT_RECURSION:
		collapse_recursion(work, step, step->kind == TRANSFORM_COLLAPSE_DIRECT_RECURSION);
		return true;
	case TRANSFORM_INVERT:
		invert(work);
		*inverted = !*inverted;
		return true;
	case TRANSFORM_KINDS:
		break;
	}
	return true;
}

/* ---- all stacks ---- */

static void
apply_to_stacks(struct work *work, const struct stack_weights *weights)
{
	struct transform_view *view = work->view;
	const struct profile_set *set = view->set;
	size_t frames = 0;

	for (size_t s = 0; s < set->stack_count; s++)
		frames += stack_is_used(weights, s) ? set->stacks[s].depth : 0;
	view->own = memory_alloc_array(set->stack_count + 1, sizeof(*view->own));
	view->pool = memory_alloc_array(frames + 1, sizeof(*view->pool));
	view->stacks = view->own;
	work->frames = view->pool;
	for (size_t s = 0; s < set->stack_count; s++) {
		bool inverted = false, kept = stack_is_used(weights, s);

		work->depth = set->stacks[s].depth;
		if (kept)
			memcpy(work->frames, set->stacks[s].frames,
			       work->depth * sizeof(*work->frames));
		for (size_t i = 0; i < work->count && kept; i++)
			kept = apply(work, &work->steps[i], &inverted);
		view->own[s] =
			(struct profile_stack){ work->frames, kept ? work->depth : VIEW_DROPPED };
		work->frames += kept ? work->depth : 0;
	}
}

static void
work_release(struct work *work)
{
	for (size_t i = 0; i < work->count; i++) {
		free(work->steps[i].marked);
		free(work->steps[i].path);
	}
	free(work->steps);
	free(work->seen);
}

/* A function that is nowhere is a mistake to be told of, not an empty tree. */
static int
check_names(const struct transform_view *view, const struct transform_list *list, struct error *err)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct transform *at = &list->items[i];

		if ((at->kind == TRANSFORM_FOCUS_FUNCTION || at->kind == TRANSFORM_FOCUS_SELF) &&
		    transform_view_find(view, at->name) == INTERN_NONE)
			return error_set(err, ERROR_NOT_FOUND, "%s: not in these profiles",
					 at->name);
	}
	return 0;
}

int
transform_view_make(struct transform_view *out, const struct profile_set *set,
		    const struct stack_weights *weights, const struct transform_list *list,
		    struct error *err)
{
	struct work work = { .view = out };

	*out = (struct transform_view){ .set = set, .stacks = set->stacks };
	if (list != NULL && list->count > 0)
		add_extra_frames(out, list);
	number_frames(out);
	if (list == NULL || list->count == 0)
		return 0;
	if (check_names(out, list, err) < 0)
		return -1;
	work.steps = memory_alloc_array(list->count, sizeof(*work.steps));
	work.seen = memory_alloc_array((size_t)out->names + 1, sizeof(*work.seen));
	for (size_t i = 0; i < list->count; i++) {
		const struct transform *at = &list->items[i];
		struct step *step = &work.steps[work.count++];

		make_step(out, step, at);
		for (size_t e = 0; e < out->extra.count; e++) {
			if (at->kind == TRANSFORM_COLLAPSE_MODULE &&
			    strcmp(out->extra.items[e], at->name) == 0)
				step->collapsed = (uint32_t)(set->frame_count + e);
		}
		out->inverted ^= at->kind == TRANSFORM_INVERT;
	}
	apply_to_stacks(&work, weights);
	work_release(&work);
	return 0;
}

void
transform_view_release(struct transform_view *view)
{
	free(view->own);
	free(view->pool);
	free(view->name_of);
	free(view->frame_of);
	strings_release(&view->extra);
	*view = (struct transform_view){ 0 };
}
