/* Change points of a metric series. Called by the command and the detection of metrics. */
#include "core/detect/changepoint.h"

#include <math.h>
#include <stdlib.h>

#include "core/base/memory.h"
#include "core/detect/changepoint_private.h"

#define EFFECT_PLAIN 1.5   /* standard deviations: a change that anyone sees ... */
#define RELATIVE_MIN 0.009 /* ... and of what is less, the part of the level it has to be */
#define POINTS_MIN 6
#define SEASON_ORDER 1 /* of the noise: what does not remember has no waves */
/* What a step leaves of itself in the prediction errors tells how long the noise remembers. */
#define GROWTH_REST 0.1 /* less: the series may be a sum of what came before */
#define GROWTH_POINTS 30
/* Splits that are nearly as good as the chosen one. */
static void
interval_of(struct changepoint *item, const struct changepoint_work *work,
	    const struct changepoint_steps *steps, const struct changepoint_filter *filter,
	    size_t j)
{
	const size_t *at = steps->at.items;
	double best = changepoint_gain(work, filter, at[j - 1], at[j], at[j + 1]);
	size_t low = at[j];
	size_t high = at[j];
	for (size_t t = at[j - 1] + 1; t < at[j + 1]; t++) {
		double gain = changepoint_gain(work, filter, at[j - 1], t, at[j + 1]);
		if (best - gain > CHANGEPOINT_DROP * filter->variance)
			continue;
		low = t < low ? t : low;
		high = t > high ? t : high;
	}
	item->low = work->row[low];
	item->high = work->row[high];
}

/* Practical significance: of noise, and where it is not plain to see, of the level too. */
static bool
matters(const struct changepoint *item, double size, const struct changepoint_demand *demand)
{
	double level = fmin(fabs(item->before), fabs(item->after));
	if (item->effect < demand->effect_min)
		return false;
	return item->effect >= EFFECT_PLAIN || size >= RELATIVE_MIN * level;
}

static void
describe(struct changepoints *out, const struct changepoint_demand *demand,
	 struct changepoint_work *work, struct changepoint_filter *filter)
{
	struct changepoint_steps *steps = &work->best;
	const size_t *at = steps->at.items;
	double freedom = changepoint_freedom(work, steps, filter);
	changepoint_filter_apply(work, filter);
	for (size_t j = 1; j < steps->count; j++) {
		double before = changepoint_mean(work, at[j - 1], at[j]);
		double after = changepoint_mean(work, at[j], at[j + 1]);
		double gain = changepoint_gain(work, filter, at[j - 1], at[j], at[j + 1]);
		double parts = 1 / (double)(at[j] - at[j - 1]) + 1 / (double)(at[j + 1] - at[j]);
		double wide = 1.96 * out->deviation * sqrt(fmin(out->memory * parts, 2));
		struct changepoint item = {
			.index = work->row[at[j]],
			.before = work->lowest + work->range * before,
			.after = work->lowest + work->range * after,
			.effect = fabs(after - before) / out->deviation,
			.p = changepoint_p(work, 1 + gain / (filter->variance * freedom), freedom),
			.delta_low = (after - before - wide) * work->range,
			.delta_high = (after - before + wide) * work->range,
		};
		interval_of(&item, work, steps, filter, j);
		if (matters(&item, fabs(item.after - item.before), demand))
			vec_push(&out->items, item);
	}
}

/* Bends, where they explain more than steps do. */
static bool
find_bends(struct changepoints *out, const struct changepoint_demand *demand,
	   struct changepoint_work *work, double best)
{
	struct changepoint_steps *steps = &work->steps;
	struct changepoint_filter filter;
	double score = changepoint_lines(steps, work, &filter, demand->null);
	if (score <= best || steps->count <= 1)
		return false;
	double square = 0;
	for (size_t t = 0; t < work->count; t++)
		square += work->residual[t] * work->residual[t];
	double deviation = sqrt(fmax(square / (double)work->count, work->floor));
	double freedom = changepoint_freedom(work, steps, &filter);
	for (size_t j = 1; j < steps->count; j++) {
		struct changepoint_bend bend;
		changepoint_bend_of(&bend, work, steps, j, deviation);
		double ratio = bend.without / filter.variance;
		double wide = 1.96 * deviation * bend.error;
		struct changepoint item = {
			.index = work->row[steps->at.items[j]],
			.low = work->row[bend.low],
			.high = work->row[bend.high],
			.before = work->lowest + work->range * bend.before,
			.after = work->lowest + work->range * bend.after,
			.delta_low = work->range * (bend.after - bend.before - wide),
			.delta_high = work->range * (bend.after - bend.before + wide),
			.effect = bend.size / deviation,
			.p = changepoint_p(work, ratio, freedom),
		};
		if (matters(&item, bend.size * work->range, demand))
			vec_push(&out->items, item);
	}
	out->deviation = deviation * work->range;
	return true;
}

static void
find(struct changepoints *out, struct changepoint_work *work, const struct changepoint_input *input,
     const struct changepoint_settings *settings)
{
	struct changepoint_demand demand;
	changepoint_ask(&demand, work, settings);
	struct changepoint_filter null;
	changepoint_sum(work);
	changepoint_fit_level(&demand, work, &null);
	if (null.order >= SEASON_ORDER)
		out->period = changepoint_season(work, input);
	if (out->period > 0) {
		changepoint_sum(work);
		changepoint_fit_level(&demand, work, &null);
	}
	struct changepoint_filter filter;
	double best = changepoint_search(&demand, work, &null, &filter);
	if (filter.rest < CHANGEPOINT_BEND_REST && find_bends(out, &demand, work, best))
		return;
	if (work->best.count <= 1 && null.rest < GROWTH_REST && work->count >= GROWTH_POINTS) {
		changepoint_growth(out, &demand, work);
		return;
	}
	out->deviation = changepoint_deviation(work, &work->best);
	double rest = fmax(fabs(filter.rest), 1e-3);
	out->memory = filter.variance / (rest * rest) / (out->deviation * out->deviation);
	out->memory = fmax(out->memory, 1);
	describe(out, &demand, work, &filter);
	out->deviation *= work->range;
}

int
changepoints_find(struct changepoints *out, const struct changepoint_input *input,
		  const struct changepoint_settings *settings, struct error *err)
{
	if (input->count > CHANGEPOINT_POINTS_MAX)
		return error_set(err, ERROR_LIMIT, "a series of %zu points: at most %zu",
				 input->count, CHANGEPOINT_POINTS_MAX);
	if (out->work == NULL)
		out->work = memory_alloc(sizeof(*out->work));
	vec_clear(&out->items);
	out->deviation = 0;
	out->memory = 1;
	out->period = 0;
	bool may = changepoint_clean(out->work, input);
	out->points = out->work->count;
	if (may && out->points >= POINTS_MIN)
		find(out, out->work, input, settings);
	return 0;
}

void
changepoints_release(struct changepoints *changepoints)
{
	struct changepoint_work *work = changepoints->work;
	if (work != NULL) {
		free(work->raw);
		free(work->value);
		free(work->own);
		free(work->row);
		free(work->residual);
		free(work->forward);
		free(work->backward);
		free(work->scratch);
		free(work->sum);
		free(work->level);
		free(work->noise);
		free(work->line_sum);
		free(work->line_product);
		free(work->line_square);
		vec_release(&work->steps.at);
		vec_release(&work->trial.at);
		vec_release(&work->best.at);
		vec_release(&work->bent.at);
		vec_release(&work->stack);
		free(work);
	}
	vec_release(&changepoints->items);
	*changepoints = (struct changepoints){ 0 };
}
