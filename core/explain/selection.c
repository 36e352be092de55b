/* Which windows are before and which after; see selection.h. */
#include "core/explain/selection.h"

#include <stdlib.h>

#include "core/base/memory.h"

static void
sum_up(struct selection *selection, const struct profile_set *set)
{
	for (size_t i = 0; i < selection->count; i++) {
		uint8_t side = selection->sides[i];

		if (side >= SIDE_NONE)
			continue;
		selection->windows[side]++;
		selection->stored[side] += set->windows[i].parts > 0 ? set->windows[i].parts : 1;
		selection->samples[side] += (double)set->windows[i].samples;
		selection->weight[side] += (double)set->windows[i].weight;
	}
}

static void
prepare(struct selection *out, const struct profile_set *set)
{
	*out = (struct selection){ 0 };
	out->count = set->window_count;
	out->sides = memory_alloc_array(out->count + 1, 1);
}

static int
is_in(struct time_range range, int64_t time)
{
	return time >= range.from && time < range.to;
}

void
selection_by_time(struct selection *out, const struct profile_set *set, struct time_range before,
		  struct time_range after)
{
	prepare(out, set);
	for (size_t i = 0; i < out->count; i++) {
		int64_t start = set->windows[i].start;

		if (is_in(after, start))
			out->sides[i] = SIDE_AFTER;
		else
			out->sides[i] = is_in(before, start) ? SIDE_BEFORE : SIDE_NONE;
	}
	sum_up(out, set);
}

void
selection_all(struct selection *out, const struct profile_set *set)
{
	prepare(out, set);
	for (size_t i = 0; i < out->count; i++)
		out->sides[i] = SIDE_AFTER;
	sum_up(out, set);
}

void
selection_by_side(struct selection *out, const struct profile_set *set, const uint8_t *sides,
		  size_t count)
{
	prepare(out, set);
	for (size_t i = 0; i < out->count; i++)
		out->sides[i] = i < count ? sides[i] : SIDE_NONE;
	sum_up(out, set);
}

static int
compare_times(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

size_t
selection_edges(int64_t edges[SELECTION_EDGES], struct time_range before, struct time_range after)
{
	edges[0] = before.from;
	edges[1] = before.to;
	edges[2] = after.from;
	edges[3] = after.to;
	qsort(edges, SELECTION_EDGES, sizeof(*edges), compare_times);
	return SELECTION_EDGES;
}

void
selection_release(struct selection *selection)
{
	free(selection->sides);
	*selection = (struct selection){ 0 };
}
