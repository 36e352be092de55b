/*
 * The stages that look at more than one series: the same change twice in one
 * series, and for shares what the other shares of the service did meanwhile:
 * cost that moved, a function that was renamed, and load where something counts
 * the service's work. A stage that has no meaning for a series says why it did
 * not run. See detection_metrics.h. Called by detection_metrics.c.
 *
 * Only shares with a change are kept by the scan, so all of the service are read
 * once more, GROUPS_AT_ONCE times of change in one pass.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/detect/rename.h"
#include "core/detect/same.h"
#include "core/detect/shift.h"
#include "core/explain/detection_domains.h"
#include "core/explain/detection_metrics_private.h"
#include "core/explain/detection_stages.h"

#define GROUPS_AT_ONCE 16
#define ALL_OF_IT 1.02 /* shares of one whole add up to no more */
#define COVERED 0.9    /* of the samples, in shares that are known, to tell that the rest shrank */
#define NAME_LEAST 0.5 /* likeness: a series has no callers that could tell its old name */
#define SAME_SAMPLES 1e-3 /* part by which equal sample counts differ at most */
#define NORMAL_95 1.96

/* One share on either side of a change: part of the samples, and how many there were. */
struct side_sums {
	double counted[2], samples[2];
};

/* Changes of one time and direction; the first one's times hold for all. */
struct share_group {
	VEC(struct metric_change *) changes;
	int64_t from, at, to;       /* the last time included */
	VEC(struct side_sums) sums; /* by share of the service */
};

struct whole {
	struct metrics *metrics;
	struct store *store;
	int64_t service;
	VEC(struct share_group) groups;
	size_t first, count;  /* groups of this pass */
	struct strings names; /* of the shares, in the store's order */
	struct detection_work work;
	struct detection_domains domains;
	const struct progress *progress;
};

/* ---- the same change in one series ---- */

static int64_t
step_of(const struct metric_series *series)
{
	int64_t span = series->times[series->count - 1] - series->times[0];
	return series->count > 1 ? span / (int64_t)(series->count - 1) : 0;
}

static struct same_change
same_of(const struct metric_series *series, const struct metric_change *change)
{
	double wide = change->delta_high - change->delta_low;
	return (struct same_change){
		.subject = series->name,
		.direction = change->after > change->before ? DETECT_INCREASE : DETECT_DECREASE,
		.low = series->times[change->low],
		.at = series->times[change->at],
		.high = series->times[change->high],
		.window = step_of(series),
		.before = change->before,
		.after = change->after,
		.error = isfinite(wide) ? wide / (2 * NORMAL_95) : 0,
	};
}

static void
judge_same(struct metrics *metrics, size_t index)
{
	struct metric_change *change = &metrics->changes.items[index];
	const struct metric_series *series = &metrics->series.items[change->series];
	struct detect_stage_result *kept = &change->stages[STAGE_SAME_REGRESSION];
	*kept = (struct detect_stage_result){
		.stage = STAGE_SAME_REGRESSION,
		.ran = true,
		.passed = true,
		.value = INFINITY,
		.limit = 1,
		.why = "no other change of this series this way in this run"
	};
	for (size_t i = 0; i < index && kept->passed; i++) {
		const struct metric_change *known = &metrics->changes.items[i];
		struct detect_stage_result result;
		if (known->series != change->series || known->filter != METRIC_NOT_FILTERED)
			continue;
		struct same_change old = same_of(series, known), found = same_of(series, change);
		detect_same(&result, &old, &found);
		if (result.ran && (!result.passed || result.value < kept->value))
			*kept = result;
	}
	if (!kept->passed)
		change->filter = STAGE_SAME_REGRESSION;
}

void
metrics_judge_same(struct metrics *metrics)
{
	if ((metrics->settings.stages_off & 1u << STAGE_SAME_REGRESSION) != 0)
		return;
	for (size_t i = 0; i < metrics->changes.count; i++) {
		if (metrics->changes.items[i].filter == METRIC_NOT_FILTERED)
			judge_same(metrics, i);
	}
}

/* ---- reading the shares ---- */

static bool
is_open_share(const struct metrics *metrics, const struct metric_change *change)
{
	return change->filter == METRIC_NOT_FILTERED &&
	       metrics->series.items[change->series].kind == SERIES_SHARE;
}

static void
begin_group(struct whole *whole, struct metric_change *leader)
{
	const struct metric_series *series = &whole->metrics->series.items[leader->series];
	struct share_group group = { .from = series->times[leader->from],
				     .at = series->times[leader->at],
				     .to = series->times[leader->to - 1] };
	vec_push(&group.changes, leader);
	vec_push(&whole->groups, group);
}

static bool
join_group(struct whole *whole, struct metric_change *change)
{
	for (size_t g = 0; g < whole->groups.count; g++) {
		struct share_group *group = &whole->groups.items[g];
		const struct metric_change *leader = group->changes.items[0];
		if (leader->worse == change->worse &&
		    metrics_same_time(whole->metrics, leader, change)) {
			vec_push(&group->changes, change);
			return true;
		}
	}
	return false;
}

static int
take_share(void *user, const struct series_info *info, const struct series_points *points,
	   struct error *err)
{
	struct whole *whole = user;
	if (progress_cancelled(whole->progress))
		return error_set(err, ERROR_CANCELLED, "detection was cancelled");
	strings_add(&whole->names, info->name);
	for (size_t g = whole->first; g < whole->first + whole->count; g++) {
		struct share_group *group = &whole->groups.items[g];
		struct side_sums sums = { 0 };
		for (size_t i = 0; i < points->count; i++) {
			if (points->times[i] < group->from || points->times[i] > group->to)
				continue;
			bool after = points->times[i] >= group->at;
			sums.counted[after] += points->values[i] * points->samples[i];
			sums.samples[after] += points->samples[i];
		}
		vec_push(&group->sums, sums);
	}
	return 0;
}

/* ---- a group ---- */

/* Each share as a stack of one function, in samples of the leader. */
struct flat {
	struct detect_stack *stacks;
	uint32_t *numbers;
	struct detect_stacks view;
	double before, after; /* sums of the shares */
};

static double
share_of(const struct side_sums *sums, bool after)
{
	return sums->samples[after] > 0 ? sums->counted[after] / sums->samples[after] : 0;
}

/* Sides are turned for what shrank: seen backwards in time it grew. */
static void
flatten(struct flat *flat, const struct share_group *group)
{
	const struct metric_change *leader = group->changes.items[0];
	bool turned = leader->after < leader->before;
	double samples[2] = { leader->samples_before, leader->samples_after };
	flat->stacks = memory_alloc_array(group->sums.count + 1, sizeof(*flat->stacks));
	flat->numbers = memory_alloc_array(group->sums.count + 1, sizeof(*flat->numbers));
	for (size_t s = 0; s < group->sums.count; s++) {
		const struct side_sums *sums = &group->sums.items[s];
		flat->numbers[s] = (uint32_t)s;
		/* One that is known on one side only says nothing of where cost went. */
		if (!(sums->samples[0] > 0 && sums->samples[1] > 0))
			continue;
		flat->before += share_of(sums, turned);
		flat->after += share_of(sums, !turned);
		flat->stacks[flat->view.count++] =
			(struct detect_stack){ .functions = &flat->numbers[s],
					       .depth = 1,
					       .before = share_of(sums, turned) * samples[turned],
					       .after =
						       share_of(sums, !turned) * samples[!turned] };
	}
	flat->view.items = flat->stacks;
	flat->view.functions = group->sums.count;
	flat->view.samples_before = samples[turned] * fmax(flat->before, 1);
	flat->view.samples_after = samples[!turned] * fmax(flat->after, 1);
}

static void
flat_release(struct flat *flat)
{
	free(flat->stacks);
	free(flat->numbers);
}

static void
did_not_run(struct metric_change *change, enum detect_stage stage, const char *why)
{
	struct detect_stage_result *result = &change->stages[stage];
	*result = (struct detect_stage_result){ .stage = stage, .passed = true };
	snprintf(result->why, sizeof(result->why), "did not run: %s", why);
}

static bool
is_on(const struct whole *whole, enum detect_stage stage)
{
	return (whole->metrics->settings.stages_off & 1u << stage) == 0;
}

static uint32_t
number_of(const struct whole *whole, const struct metric_change *change)
{
	const char *name = whole->metrics->series.items[change->series].name;
	for (size_t i = 0; i < whole->names.count; i++) {
		if (strcmp(whole->names.items[i], name) == 0)
			return (uint32_t)i;
	}
	return 0;
}

static int
judge_shifts(struct whole *whole, struct share_group *group, const struct flat *flat,
	     struct error *err)
{
	size_t count = group->changes.count;
	struct detect_shift *shifts = memory_alloc_array(count + 1, sizeof(*shifts));
	struct function_counts names = { .functions = whole->names.items,
					 .function_count = whole->names.count };
	struct profile_set none;
	profile_set_init(&none);
	for (size_t i = 0; i < count; i++) {
		const struct metric_change *change = group->changes.items[i];
		shifts[i].function = number_of(whole, change);
		shifts[i].dispersion = fmax(change->dispersion, 1) * fmax(change->memory, 1);
	}
	const struct metric_change *leader = group->changes.items[0];
	const struct metric_series *series = &whole->metrics->series.items[leader->series];
	int result =
		detection_domains_at(&whole->domains, whole->store, whole->service, &none, &names,
				     series->times[leader->low > 0 ? leader->low - 1 : 0],
				     series->times[leader->high], err);
	if (result == 0)
		result = detect_shifts(shifts, count, &flat->view, &whole->domains.view,
				       whole->progress, err);
	/* Where much of the service is in no series, nobody knows whether that shrank. */
	bool covered = flat->before >= COVERED && flat->after >= COVERED;
	for (size_t i = 0; result == 0 && i < count; i++) {
		struct metric_change *change = group->changes.items[i];
		struct detect_stage_result *stage = &change->stages[STAGE_COST_SHIFT];
		shifts[i].shrunk = shifts[i].shrunk && covered;
		detect_shift_result(stage, &shifts[i], (const char *const *)whole->names.items);
		if (!stage->passed)
			change->filter = STAGE_COST_SHIFT;
	}
	profile_set_release(&none);
	free(shifts);
	return result;
}

static void
judge_rename(struct whole *whole, struct metric_change *change, const struct flat *flat)
{
	const char *const *names = (const char *const *)whole->names.items;
	struct detect_stage_result *stage = &change->stages[STAGE_RENAMED];
	struct detect_rename rename = { .function = number_of(whole, change) };
	detect_rename_find(&rename, &flat->view, names);
	if (rename.likeness < NAME_LEAST)
		rename.old = RENAME_NONE;
	detect_renamed(stage, &rename, names);
	if (stage->ran && !stage->passed)
		change->filter = STAGE_RENAMED;
}

/* Does the number of samples follow the CPU time? One that never changes was set by somebody. */
static bool
samples_vary(const struct metric_series *series, const struct metric_change *change)
{
	double least = INFINITY, most = 0;
	for (size_t i = change->from; i < change->to; i++) {
		least = fmin(least, series->samples[i]);
		most = fmax(most, series->samples[i]);
	}
	return most - least > SAME_SAMPLES * most;
}

static void
judge_load(struct whole *whole, struct metric_change *change)
{
	const struct metric_series *series = &whole->metrics->series.items[change->series];
	struct detect_stage_result *stage = &change->stages[STAGE_MIX];
	if (!samples_vary(series, change)) {
		static const char why[] = "load did not run: all points have as many samples";
		size_t said = strlen(stage->why);
		/* What the spread said stays. */
		snprintf(stage->why + said, sizeof(stage->why) - said, "%s%s", said > 0 ? "; " : "",
			 why);
		return;
	}
	int64_t step = step_of(series);
	size_t before = change->at - change->from, after = change->to - change->at;
	struct detection_span old = { .from = series->times[change->from],
				      .to = series->times[change->at],
				      .profiled = (int64_t)before * step };
	struct detection_span new = { .from = series->times[change->at],
				      .to = series->times[change->to - 1] + 1,
				      .profiled = (int64_t)after * step };
	struct detect_change counted = { .before = change->before,
					 .after = change->after,
					 .samples_before = change->samples_before,
					 .samples_after = change->samples_after,
					 .dispersion = fmax(change->dispersion, 1),
					 .memory = fmax(change->memory, 1) };
	detection_judge_load(&counted, &whole->work, &old, &new, 0);
	if (counted.stages[STAGE_MIX].ran)
		*stage = counted.stages[STAGE_MIX];
	if (counted.filter != DETECT_PASSED)
		change->filter = STAGE_MIX;
}

static int
judge_group(struct whole *whole, struct share_group *group, struct error *err)
{
	struct flat flat = { 0 };
	int result = 0;
	const char *why = NULL;
	flatten(&flat, group);
	if (flat.view.count < 2)
		why = "no other share of this service is known on both sides of the change";
	else if (fmax(flat.before, flat.after) > ALL_OF_IT)
		why = "the shares add up to more than the whole, so some hold others, and a series "
		      "does not say which";
	for (size_t i = 0; why != NULL && i < group->changes.count; i++) {
		did_not_run(group->changes.items[i], STAGE_COST_SHIFT, why);
		did_not_run(group->changes.items[i], STAGE_RENAMED, why);
	}
	if (why == NULL && is_on(whole, STAGE_COST_SHIFT))
		result = judge_shifts(whole, group, &flat, err);
	for (size_t i = 0; i < group->changes.count && result == 0; i++) {
		struct metric_change *change = group->changes.items[i];
		if (change->filter == METRIC_NOT_FILTERED && whole->work.points.count > 0 &&
		    is_on(whole, STAGE_MIX))
			judge_load(whole, change);
		if (change->filter == METRIC_NOT_FILTERED && why == NULL &&
		    is_on(whole, STAGE_RENAMED))
			judge_rename(whole, change, &flat);
	}
	flat_release(&flat);
	return result;
}

static int
judge_pass(struct whole *whole, struct error *err)
{
	struct series_query query = whole->metrics->query;
	query.kind = SERIES_SHARE;
	strings_release(&whole->names);
	detection_domains_release(&whole->domains);
	if (telemetry_series_each(store_telemetry(whole->store), &query, take_share, whole,
				  whole->progress, err) < 0)
		return -1;
	for (size_t g = whole->first; g < whole->first + whole->count; g++) {
		if (judge_group(whole, &whole->groups.items[g], err) < 0)
			return -1;
		vec_release(&whole->groups.items[g].sums);
	}
	return 0;
}

static int
judge_shares(struct whole *whole, struct error *err)
{
	struct metrics *metrics = whole->metrics;
	for (size_t i = 0; i < metrics->changes.count; i++) {
		struct metric_change *change = &metrics->changes.items[i];
		if (is_open_share(metrics, change) && !join_group(whole, change))
			begin_group(whole, change);
	}
	if (whole->groups.count > 0 &&
	    detection_work_read(&whole->work, whole->store, whole->service, metrics->settings.work,
				err) < 0)
		return -1;
	for (; whole->first < whole->groups.count; whole->first += whole->count) {
		size_t left = whole->groups.count - whole->first;
		whole->count = left < GROUPS_AT_ONCE ? left : GROUPS_AT_ONCE;
		if (judge_pass(whole, err) < 0)
			return -1;
	}
	return 0;
}

/* What is no share is part of no whole. */
static void
explain_metric(const struct whole *whole, struct metric_change *change)
{
	if (is_on(whole, STAGE_COST_SHIFT))
		did_not_run(change, STAGE_COST_SHIFT,
			    "a metric is no part of a whole within which cost could move");
	if (is_on(whole, STAGE_MIX))
		did_not_run(change, STAGE_MIX,
			    "a metric has no samples by group, and is no share of a load");
	if (is_on(whole, STAGE_RENAMED))
		did_not_run(change, STAGE_RENAMED, "a metric is no function");
}

static void
whole_release(struct whole *whole)
{
	for (size_t g = 0; g < whole->groups.count; g++) {
		vec_release(&whole->groups.items[g].changes);
		vec_release(&whole->groups.items[g].sums);
	}
	vec_release(&whole->groups);
	strings_release(&whole->names);
	detection_work_release(&whole->work);
	detection_domains_release(&whole->domains);
}

int
metrics_judge_whole(struct metrics *metrics, struct store *store, int64_t service,
		    const struct progress *progress, struct error *err)
{
	struct whole whole = {
		.metrics = metrics, .store = store, .service = service, .progress = progress
	};
	int result = judge_shares(&whole, err);
	for (size_t i = 0; i < metrics->changes.count; i++) {
		struct metric_change *change = &metrics->changes.items[i];
		if (metrics->series.items[change->series].kind != SERIES_SHARE &&
		    change->filter == METRIC_NOT_FILTERED)
			explain_metric(&whole, change);
	}
	whole_release(&whole);
	return result;
}
