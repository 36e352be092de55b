/* Points of a series sorted and put together; see series_points.h. Called by series_write.c. */
#include "core/store/series_points.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/memory.h"

struct order {
	int64_t time;
	size_t from;
};

static int
compare(const void *a, const void *b)
{
	const struct order *one = a, *other = b;

	if (one->time != other->time)
		return one->time < other->time ? -1 : 1;
	return one->from < other->from ? -1 : one->from > other->from;
}

void
series_points_sort(struct series_points *points)
{
	struct series_points sorted = { 0 };
	struct order *order;
	size_t i = 1;

	while (i < points->count && points->times[i - 1] <= points->times[i])
		i++;
	if (i >= points->count)
		return;
	order = memory_alloc_array(points->count, sizeof(*order));
	for (i = 0; i < points->count; i++)
		order[i] = (struct order){ points->times[i], i };
	qsort(order, points->count, sizeof(*order), compare);
	for (i = 0; i < points->count; i++)
		series_points_add(&sorted, order[i].time, points->values[order[i].from],
				  points->samples[order[i].from]);
	free(order);
	series_points_release(points);
	*points = sorted;
}

/* The points of one time: from at up to what is returned. */
static size_t
group_end(const struct series_points *points, size_t at)
{
	size_t end = at + 1;

	while (end < points->count && points->times[end] == points->times[at])
		end++;
	return end;
}

static void
copy(struct series_points *out, const struct series_points *from, size_t at, size_t end)
{
	for (; at < end; at++)
		series_points_add(out, from->times[at], from->values[at], from->samples[at]);
}

static bool
same(const struct series_points *a, size_t i, const struct series_points *b, size_t k)
{
	return a->values[i] == b->values[k] && a->samples[i] == b->samples[k];
}

/* One time that both have. Every old value answers for one new value that equals it. */
static void
merge_group(struct series_points *out, const struct series_points *old, size_t old_at,
	    size_t old_end, const struct series_points *add, size_t at, size_t end, bool replace,
	    struct series_added *added)
{
	bool taken[SERIES_AT_ONE_TIME_MAX] = { false };
	size_t fresh = 0;

	if (!replace)
		copy(out, old, old_at, old_end);
	for (size_t i = at; i < end; i++) {
		size_t k = old_at;

		while (k < old_end && (taken[k - old_at] || !same(old, k, add, i)))
			k++;
		if (k < old_end)
			taken[k - old_at] = true;
		fresh += k == old_end;
		if (replace || k == old_end)
			copy(out, add, i, i + 1);
	}
	added->known += end - at - fresh;
	if (replace && (fresh > 0 || end - at != old_end - old_at))
		added->replaced += fresh > 0 ? fresh : 1;
	else
		added->added += fresh;
}

static int
too_many(int64_t time, struct error *err)
{
	char text[CLOCK_TEXT_SIZE];

	return error_set(err, ERROR_LIMIT, "more than %d values at %s", SERIES_AT_ONE_TIME_MAX,
			 clock_format(time, text));
}

int
series_points_merge(struct series_points *out, const struct series_points *old,
		    const struct series_points *add, bool replace, struct series_added *added,
		    struct error *err)
{
	size_t i = 0, k = 0;

	while (i < old->count || k < add->count) {
		bool has_old =
			i < old->count && (k == add->count || old->times[i] <= add->times[k]);
		bool has_new =
			k < add->count && (i == old->count || add->times[k] <= old->times[i]);
		size_t old_end = has_old ? group_end(old, i) : i;
		size_t end = has_new ? group_end(add, k) : k;
		size_t start = out->count;

		if (old_end - i > SERIES_AT_ONE_TIME_MAX || end - k > SERIES_AT_ONE_TIME_MAX)
			return too_many(has_old ? old->times[i] : add->times[k], err);
		if (has_old && has_new)
			merge_group(out, old, i, old_end, add, k, end, replace, added);
		else
			copy(out, has_old ? old : add, has_old ? i : k, has_old ? old_end : end);
		if (!has_old)
			added->added += end - k;
		if (out->count - start > SERIES_AT_ONE_TIME_MAX)
			return too_many(out->times[start], err);
		i = old_end;
		k = end;
	}
	return 0;
}
