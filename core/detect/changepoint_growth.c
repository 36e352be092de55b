/*
 * Change points of series that are sums of what came before: the output of a country, a stock.
 * Called by changepoint.c where nothing else was found in a series that never forgets.
 */
#include <math.h>
#include <stdlib.h>

#include "core/base/memory.h"
#include "core/detect/changepoint_private.h"

#define SEGMENT_MIN 4
#define COST 0.6       /* of a step: that the level never forgets is granted already */
#define EFFECT_MIN 2.0 /* standard deviations of the growth */
#define SPURT_MIN 4
#define SPURT_PART 12  /* a spurt is at most that part of the series */
#define SPURT_BACK 0.4 /* of its growth that may be left after it */

/* A spurt: growth that is back to what it was before, so that the level has moved. */
static bool
is_spurt(const struct changepoint_work *work, size_t j)
{
	const size_t *at = work->best.at.items;
	if (j + 1 >= work->best.count || at[j + 1] - at[j] > work->count / SPURT_PART + SPURT_MIN)
		return false;
	double before = changepoint_mean(work, at[j - 1], at[j]);
	double within = changepoint_mean(work, at[j], at[j + 1]);
	double after = changepoint_mean(work, at[j + 1], at[j + 2]);
	return fabs(after - before) < SPURT_BACK * fabs(within - before);
}

/*
 * Series that are sums of what came before (stocks, output of a country): the same search in
 * their differences. A spurt is one change of level, a change of growth is a bend.
 */
void
changepoint_growth(struct changepoints *out, struct changepoint_demand *demand,
		   struct changepoint_work *work)
{
	struct changepoint_filter null;
	struct changepoint_filter filter;
	double *kept = memory_copy(work->value, work->count * sizeof(*kept));
	demand->cost = COST;
	work->count--;
	for (size_t t = 0; t < work->count; t++)
		work->value[t] = kept[t + 1] - kept[t];
	work->segment_min = work->segment_min > SEGMENT_MIN ? SEGMENT_MIN : work->segment_min;
	changepoint_sum(work);
	changepoint_fit_level(demand, work, &null);
	changepoint_search(demand, work, &null, &filter);
	const size_t *at = work->best.at.items;
	double deviation = changepoint_deviation(work, &work->best);
	double freedom = changepoint_freedom(work, &work->best, &filter);
	changepoint_filter_apply(work, &filter);
	for (size_t j = 1; j < work->best.count; j++) {
		double gain = changepoint_gain(work, &filter, at[j - 1], at[j], at[j + 1]);
		bool spurt = is_spurt(work, j);
		size_t start = spurt ? at[j] : (at[j - 1] + at[j]) / 2;
		size_t end = spurt ? at[j + 1] : (at[j] + at[j + 1]) / 2;
		double growth = changepoint_mean(work, at[j], at[j + 1]) -
				changepoint_mean(work, at[j - 1], at[j]);
		struct changepoint item = {
			.index = work->row[at[j] + 1],
			.low = work->row[at[j] + 1],
			.high = work->row[at[j] + 1],
			.before = work->lowest + work->range * kept[start],
			.after = work->lowest + work->range * kept[end],
			.effect = fabs(growth) / deviation,
			.p = changepoint_p(work, 1 + gain / (filter.variance * freedom), freedom),
		};
		if (item.effect >= EFFECT_MIN)
			vec_push(&out->items, item);
		j += spurt;
	}
	work->count++;
	for (size_t t = 0; t < work->count; t++)
		work->value[t] = kept[t];
	free(kept);
	out->deviation = deviation * work->range;
}
