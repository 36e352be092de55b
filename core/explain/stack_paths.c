/*
 * Making and sorting paths; see stack_paths.h. The sort is multikey quicksort
 * (Bentley and Sedgewick 1997) with several levels cached in one key (Ng and
 * Kakehi, "Cache efficient radix sort for string sorting", 2007): it looks at
 * each frame of a common beginning about once, and at what no other path
 * shares hardly at all.
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
rank_frames(const struct transform_view *view, bool by_frame, uint32_t *levels)
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
	*levels = next < UINT16_MAX - 1 ? 4 : 2;
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

/* Nothing is left out and nothing turned round: the view's own frames are the path. */
static bool
is_plain(const struct maker *maker)
{
	return maker->options->shape == TREE_DOWN && maker->hidden == NULL &&
	       !maker->options->collapse_recursion;
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
	*path = (struct stack_path){ .stack = (uint32_t)stack };
	if (is_plain(maker)) {
		path->frames = at->frames;
		path->depth = at->depth;
		maker->paths->count++;
		return;
	}
	path->frames = &maker->paths->frames[maker->used];
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
	if (!is_plain(maker))
		maker->paths->frames = memory_alloc_array(frames + 1, sizeof(uint32_t));
	for (size_t s = 0; s < weights->count; s++) {
		if (stack_is_used(weights, s) && view->stacks[s].depth != VIEW_DROPPED)
			add_stack(maker, s);
	}
}

/* ---- the sort ---- */

/*
 * The ranks of the next levels in one number, plus one so that a path that has ended comes first;
 * where there are few ranks, of four levels, else of two.
 */
static uint64_t
key_at(const struct stack_paths *paths, const struct stack_path *path, uint32_t level)
{
	unsigned bits = 64 / paths->levels;
	uint64_t key = 0;

	for (uint32_t at = level; at < level + paths->levels; at++)
		key = (key << bits) |
		      (at < path->depth ? (uint64_t)paths->rank[path->frames[at]] + 1 : 0);
	return key;
}

static bool
is_before(const struct stack_path *a, const struct stack_path *b)
{
	return a->key != b->key ? a->key < b->key : a->stack < b->stack;
}

static void
insertion_sort(struct stack_path *items, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		struct stack_path moved = items[i];
		size_t at = i;

		while (at > 0 && is_before(&moved, &items[at - 1])) {
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

static const struct stack_path *
median(const struct stack_path *a, const struct stack_path *b, const struct stack_path *c)
{
	if (is_before(b, a))
		return median(b, a, c);
	if (is_before(c, a))
		return a;
	return is_before(c, b) ? c : b;
}

/* By key, then by stack. The larger part is sorted by the loop: calls nest log2(count) deep. */
static void
sort_by_key(struct stack_path *items, size_t count)
{
	while (count > INSERTION_MAX) {
		struct stack_path pivot =
			*median(&items[count / 4], &items[count / 2], &items[count - count / 4]);
		size_t low = 0, high = count - 1;

		for (;;) {
			while (is_before(&items[low], &pivot))
				low++;
			while (is_before(&pivot, &items[high]))
				high--;
			if (low >= high)
				break;
			swap(&items[low++], &items[high--]);
		}
		if (low == high)
			low++;
		high = count - low;
		if (low < high) {
			sort_by_key(items, low);
			items += low;
			count = high;
		} else {
			sort_by_key(items + low, high);
			count = low;
		}
	}
	insertion_sort(items, count);
}

/* How many items from here on have the same key. */
static size_t
run_length(const struct stack_path *items, size_t count)
{
	size_t length = 1;

	while (length < count && items[length].key == items[0].key)
		length++;
	return length;
}

/*
 * Sorts paths that are equal before this level: by key, and each run of equal keys by the next
 * one, unless its paths have ended. The largest run is sorted by the loop, so the calls nest
 * log2(count) deep whatever the depth of the stacks.
 */
static void
sort_from(const struct stack_paths *paths, struct stack_path *items, size_t count, uint32_t level)
{
	uint64_t last = ((uint64_t)1 << (64 / paths->levels)) - 1;

	while (count > 1) {
		struct stack_path *largest = NULL;
		size_t longest = 1;

		for (size_t i = 0; i < count; i++)
			items[i].key = key_at(paths, &items[i], level);
		sort_by_key(items, count);
		level += paths->levels;
		for (size_t i = 0, length; i < count; i += length) {
			length = run_length(&items[i], count - i);
			if (length == 1 || (items[i].key & last) == 0)
				continue;
			if (length <= longest) {
				sort_from(paths, &items[i], length, level);
				continue;
			}
			if (largest != NULL)
				sort_from(paths, largest, longest, level);
			largest = &items[i];
			longest = length;
		}
		if (largest == NULL)
			return;
		items = largest;
		count = longest;
	}
}

uint32_t
stack_paths_common(const struct stack_paths *paths, const struct stack_path *a,
		   const struct stack_path *b)
{
	uint32_t least = a->depth < b->depth ? a->depth : b->depth, level = 0;

	while (level < least && (a->frames[level] == b->frames[level] ||
				 paths->rank[a->frames[level]] == paths->rank[b->frames[level]]))
		level++;
	return level;
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
	out->rank = rank_frames(view, options->by_frame, &out->levels);
	maker.hidden = hidden_frames(view, options->hide);
	add_stacks(&maker, weights);
	sort_from(out, out->items, out->count, 0);
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
