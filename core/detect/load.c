/* From cells to a series that can be tested. Called by detect.c. */
#include <math.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/detect/run.h"

#define SEASON_POINTS_MIN 48
#define SEASON_FINE (INT64_C(2) * 86400 * 1000000)
#define SEASON_WEEK_BINS 28
#define SEASON_BINS_MAX 1440
#define SEASON_COUNT_MIN 1.0 /* a window, in the mean: below, sampling hides any season */

static void
load_counts(struct run *run, uint32_t function)
{
	const struct detect_input *input = run->input;
	struct detect_series *series = &run->series;
	detect_series_resize(series, input->windows);
	memcpy(series->total, run->totals, input->windows * sizeof(*series->total));
	if (input->columns != NULL) {
		const uint32_t *column = input->columns + function * input->windows;
		for (size_t i = 0; i < input->windows; i++)
			series->count[i] = column[i];
		return;
	}
	for (size_t i = input->first[function]; i < input->first[function + 1]; i++)
		series->count[input->cells[i].window] = (double)input->cells[i].samples;
}

void
run_shares(struct run *run, uint32_t function)
{
	const struct detect_input *input = run->input;
	memset(run->shares, 0, input->windows * sizeof(*run->shares));
	if (input->columns != NULL) {
		const uint32_t *column = input->columns + function * input->windows;
		for (size_t i = 0; i < input->windows; i++)
			run->shares[i] = column[i] / run->totals[i];
		return;
	}
	for (size_t i = input->first[function]; i < input->first[function + 1]; i++) {
		const struct detect_cell *cell = &input->cells[i];
		run->shares[cell->window] = (double)cell->samples / run->totals[cell->window];
	}
}

static void
put_clean(struct run *run, const struct seen *seen)
{
	for (size_t i = 0; i < run->series.points; i++)
		run->series.count[i] = (double)seen->counts[i];
}

void
run_load(struct run *run, size_t index)
{
	struct detect_series *series = &run->series;
	const struct seen *seen = &run->seen[index];
	load_counts(run, run->tested.items[index]);
	if (seen->counts != NULL)
		put_clean(run, seen);
	if (seen->spiky)
		detect_series_cut_spikes(series);
	else
		memcpy(series->kept, series->count, series->points * sizeof(*series->kept));
	detect_series_weigh(series, 0);
}

/* A week is taken off in quarters of a day, what is shorter as finely as it is known. */
static void
remove_period(struct run *run, const struct seasonal_period *period)
{
	bool is_week = period->length > SEASON_FINE;
	struct detect_fold_input input = { .values = run->shares,
					   .weights = run->totals,
					   .place = run->seasonal.place,
					   .count = run->series.points,
					   .period = period->points,
					   .bins = period->points };
	if (is_week && input.bins > SEASON_WEEK_BINS)
		input.bins = SEASON_WEEK_BINS;
	if (input.bins > SEASON_BINS_MAX)
		input.bins = SEASON_BINS_MAX;
	detect_fold_remove(&run->fold, &input);
}

/* Takes the season off, where there is one; what is left are counts about the same level. */
static void
remove_season(struct run *run, struct seen *seen)
{
	struct detect_series *series = &run->series;
	struct seasonal_periods periods;
	size_t points = series->points;
	double sum = 0;
	if (points < SEASON_POINTS_MIN || (run->settings.stages_off & 1u << STAGE_SEASONAL) != 0)
		return;
	for (size_t i = 0; i < points; i++)
		sum += series->count[i];
	if (sum < SEASON_COUNT_MIN * (double)points || run->input->times == NULL)
		return;
	for (size_t i = 0; i < points; i++)
		run->shares[i] = series->count[i] / series->total[i];
	struct seasonal_input input = { .values = run->shares,
					.weights = run->totals,
					.times = run->input->times,
					.count = points };
	if (seasonal_find(&run->seasonal, &input, &periods) == 0)
		return;
	for (size_t i = 0; i < periods.count; i++) {
		double turns = (double)run->seasonal.count / (double)periods.items[i].points;
		remove_period(run, &periods.items[i]);
		seen->periods.items[i] =
			(struct seen_period){ periods.items[i].points, fmax(turns, 1) };
	}
	seen->periods.count = periods.count;
	seen->counts = memory_alloc_array(points, sizeof(*seen->counts));
	for (size_t i = 0; i < points; i++) {
		double share = fmin(fmax(run->shares[i], 0), 1);
		seen->counts[i] = (float)(share * series->total[i]);
	}
	put_clean(run, seen);
}

void
run_look(struct run *run, size_t index)
{
	struct seen *seen = &run->seen[index];
	*seen = (struct seen){ 0 };
	load_counts(run, run->tested.items[index]);
	remove_season(run, seen);
	seen->spiky = detect_series_cut_spikes(&run->series) > 0;
	seen->cut = run->series.cut;
	detect_series_weigh(&run->series, 0);
}
