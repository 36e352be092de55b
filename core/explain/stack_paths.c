/*
 * Making and sorting paths; see stack_paths.h. The sort is multikey quicksort
 * (Bentley and Sedgewick 1997): it looks at each frame of a path about once,
 * where a comparison sort would look at the common beginnings again and again.
 */
#include "core/explain/stack_paths.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"

#define INSERTION_MAX 12

/* ---- ranks of frames ---- */

struct ranking {
	const struct transform_view *view;
	bool by_frame;
};

static int
compare_frames(const void *a, const void *b, void *user)
{
	const struct ranking *ranking = user;
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	uint32_t one = ranking->view->name_of[x], other = ranking->view->name_of[y];
	int order = one == other ? 0
				 : strcmp(transform_view_name(ranking->view, one),
					  transform_view_name(ranking->view, other));

	/* Names that differ only after a NUL byte stay apart by their numbers. */
	if (order == 0)
		order = (one > other) - (one < other);
	return order != 0 || !ranking->by_frame ? order : (x > y) - (x < y);
}

static uint32_t *
rank_frames(const struct transform_view *view, bool by_frame)
{
	struct ranking ranking = { view, by_frame };
	uint32_t *order = memory_alloc_array((size_t)view->frames + 1, sizeof(*order));
	uint32_t *rank = memory_alloc_array((size_t)view->frames + 1, sizeof(*rank));
	uint32_t next = 0;

	for (uint32_t i = 0; i < view->frames; i++)
		order[i] = i;
	qsort_r(order, view->frames, sizeof(*order), compare_frames, &ranking);
	for (size_t i = 0; i < view->frames; i++) {
		if (i > 0 && compare_frames(&order[i - 1], &order[i], &ranking) != 0)
			next++;
		rank[order[i]] = next;
	}
	free(order);
	return rank;
}

/* ---- paths ---- */

struct maker {
	struct stack_paths *paths;
	const struct tree_options *options;
	uint8_t *hidden;   /* by frame; NULL: none is */
	uint32_t function; /* name number of options->function, or INTERN_NONE */
	size_t used;       /* of paths->frames */
};

static bool
is_hidden(const struct profile_frame *frame, const struct strings *hide)
{
	for (size_t i = 0; i < hide->count; i++) {
		if (hide->items[i][0] != '\0' && (strstr(frame->function, hide->items[i]) != NULL ||
						  strstr(frame->module, hide->items[i]) != NULL))
			return true;
	}
	return false;
}

static uint8_t *
hidden_frames(const struct transform_view *view, const struct strings *hide)
{
	const struct profile_set *set = view->set;
	uint8_t *hidden;

	if (hide == NULL || hide->count == 0)
		return NULL;
	hidden = memory_alloc_array((size_t)view->frames + 1, 1); /* extra ones are not */
	for (size_t i = 0; i < set->frame_count; i++)
		hidden[i] = is_hidden(&set->frames[i], hide);
	return hidden;
}

static bool
is_of_function(const struct tree_options *options)
{
	return options->shape == TREE_CALLEES || options->shape == TREE_CALLERS;
}

static int
find_function(struct maker *maker, struct error *err)
{
	const char *function = maker->options->function;

	maker->function = INTERN_NONE;
	if (!is_of_function(maker->options))
		return 0;
	if (function != NULL)
		maker->function = transform_view_find(maker->paths->view, function);
	if (maker->function == INTERN_NONE)
		return error_set(err, ERROR_NOT_FOUND, "%s: not in these profiles",
				 function == NULL ? "(no function)" : function);
	return 0;
}

/* The outermost frame of the function, or the depth where it is not in the stack. */
static uint32_t
outermost(const struct maker *maker, const struct profile_stack *stack)
{
	uint32_t i = 0;

	while (i < stack->depth && maker->paths->view->name_of[stack->frames[i]] != maker->function)
		i++;
	return i;
}

/* Puts one frame at the end of the path, unless it is hidden or direct recursion. */
static void
push(struct maker *maker, struct stack_path *path, uint32_t frame)
{
	const uint32_t *name_of = maker->paths->view->name_of;
	uint32_t *end = &maker->paths->frames[maker->used];

	if (maker->hidden != NULL && maker->hidden[frame])
		return;
	if (maker->options->collapse_recursion && path->depth > 0 &&
	    name_of[end[-1]] == name_of[frame])
		return;
	*end = frame;
	maker->used++;
	path->depth++;
}

static void
add_stack(struct maker *maker, size_t stack)
{
	const struct profile_stack *at = &maker->paths->view->stacks[stack];
	bool of_function = is_of_function(maker->options);
	uint32_t first = of_function ? outermost(maker, at) : 0;
	struct stack_path *path = &maker->paths->items[maker->paths->count];

	if (of_function && first == at->depth)
		return;
	*path = (struct stack_path){ (uint32_t)stack, 0, &maker->paths->frames[maker->used] };
	if (maker->options->shape == TREE_DOWN || maker->options->shape == TREE_CALLEES) {
		for (uint32_t i = first; i < at->depth; i++)
			push(maker, path, at->frames[i]);
	} else {
		for (uint32_t i = of_function ? first + 1 : at->depth; i > 0; i--)
			push(maker, path, at->frames[i - 1]);
	}
	maker->paths->count++;
}

static void
add_stacks(struct maker *maker, const struct stack_weights *weights)
{
	const struct transform_view *view = maker->paths->view;
	size_t stacks = 0, frames = 0;

	for (size_t s = 0; s < weights->count; s++) {
		if (stack_is_used(weights, s) && view->stacks[s].depth != VIEW_DROPPED) {
			stacks++;
			frames += view->stacks[s].depth;
		}
	}
	maker->paths->items = memory_alloc_array(stacks + 1, sizeof(*maker->paths->items));
	maker->paths->frames = memory_alloc_array(frames + 1, sizeof(uint32_t));
	for (size_t s = 0; s < weights->count; s++) {
		if (stack_is_used(weights, s) && view->stacks[s].depth != VIEW_DROPPED)
			add_stack(maker, s);
	}
}

/* ---- the sort ---- */

/* Rank at a level plus one; a path that has ended comes first. */
static uint32_t
rank_at(const struct stack_paths *paths, const struct stack_path *path, uint32_t level)
{
	return level < path->depth ? paths->rank[path->frames[level]] + 1 : 0;
}

static bool
is_before(const struct stack_paths *paths, const struct stack_path *a, const struct stack_path *b,
	  uint32_t level)
{
	for (;; level++) {
		uint32_t x = rank_at(paths, a, level), y = rank_at(paths, b, level);

		if (x != y)
			return x < y;
		if (x == 0)
			return a->stack < b->stack;
	}
}

static void
insertion_sort(const struct stack_paths *paths, struct stack_path *items, size_t count,
	       uint32_t level)
{
	for (size_t i = 1; i < count; i++) {
		struct stack_path moved = items[i];
		size_t at = i;

		while (at > 0 && is_before(paths, &moved, &items[at - 1], level)) {
			items[at] = items[at - 1];
			at--;
		}
		items[at] = moved;
	}
}

static void
swap(struct stack_path *a, struct stack_path *b)
{
	struct stack_path kept = *a;

	*a = *b;
	*b = kept;
}

static uint32_t
median(uint32_t a, uint32_t b, uint32_t c)
{
	if (a > b)
		return median(b, a, c);
	if (c < a)
		return a;
	return c < b ? c : b;
}

/* Less, equal and greater at this level; sets where the equal ones begin and end. */
static uint32_t
partition(const struct stack_paths *paths, struct stack_path *items, size_t count, uint32_t level,
	  size_t *equal, size_t *greater)
{
	uint32_t pivot =
		median(rank_at(paths, &items[0], level), rank_at(paths, &items[count / 2], level),
		       rank_at(paths, &items[count - 1], level));
	size_t low = 0, high = count;

	for (size_t i = 0; i < high;) {
		uint32_t rank = rank_at(paths, &items[i], level);

		if (rank < pivot)
			swap(&items[low++], &items[i++]);
		else if (rank > pivot)
			swap(&items[i], &items[--high]);
		else
			i++;
	}
	*equal = low;
	*greater = high;
	return pivot;
}

struct part {
	struct stack_path *items;
	size_t count;
	uint32_t level;
};

/* The largest of the three parts is sorted by the loop, so the calls nest log2(count) deep. */
static void
sort_part(const struct stack_paths *paths, struct part part)
{
	while (part.count > INSERTION_MAX) {
		size_t equal, greater, largest = 0;
		uint32_t pivot =
			partition(paths, part.items, part.count, part.level, &equal, &greater);
		struct part parts[3] = {
			{ part.items, equal, part.level },
			{ part.items + equal, greater - equal, part.level + 1 },
			{ part.items + greater, part.count - greater, part.level },
		};

		if (pivot == 0) /* all of these have ended: what is left is their order by stack */
			parts[1].level = part.level;
		if (pivot == 0 && parts[1].count == part.count)
			break;
		for (size_t i = 1; i < 3; i++)
			largest = parts[i].count > parts[largest].count ? i : largest;
		for (size_t i = 0; i < 3; i++) {
			if (i != largest)
				sort_part(paths, parts[i]);
		}
		part = parts[largest];
	}
	if (part.count <= INSERTION_MAX)
		insertion_sort(paths, part.items, part.count, part.level);
}

int
stack_paths_make(struct stack_paths *out, const struct transform_view *view,
		 const struct stack_weights *weights, const struct tree_options *options,
		 struct error *err)
{
	struct maker maker = { .paths = out, .options = options };

	*out = (struct stack_paths){ .view = view };
	if (find_function(&maker, err) < 0)
		return -1;
	out->rank = rank_frames(view, options->by_frame);
	maker.hidden = hidden_frames(view, options->hide);
	add_stacks(&maker, weights);
	sort_part(out, (struct part){ out->items, out->count, 0 });
	free(maker.hidden);
	return 0;
}

void
stack_paths_release(struct stack_paths *paths)
{
	free(paths->items);
	free(paths->rank);
	free(paths->frames);
	*paths = (struct stack_paths){ 0 };
}
