/* All series of a service that are no profiles, to findings; see detection_metrics.h. */
#include "core/explain/detection_metrics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/memory.h"
#include "core/explain/detection_metrics_private.h"
#include "core/explain/detection_service.h"
#include "core/store/telemetry.h"

#define EVIDENCE_MAX ((size_t)64 * 1024)
#define POINTS_MIN 6

static int
take_series(void *user, const struct series_info *info, const struct series_points *points,
	    struct error *err)
{
	struct metrics *metrics = user;
	if (progress_cancelled(metrics->progress))
		return error_set(err, ERROR_CANCELLED, "detection was cancelled");
	if (points->count < POINTS_MIN)
		return 0;
	metrics->looked_at++;
	if (points->count > metrics->longest)
		metrics->longest = points->count;
	if (metrics->from == 0 || points->times[0] < metrics->from)
		metrics->from = points->times[0];
	if (points->times[points->count - 1] > metrics->to)
		metrics->to = points->times[points->count - 1];
	if (info->kind == SERIES_SHARE)
		return metrics_judge_share(metrics, info, points, err);
	return metrics_judge(metrics, info, points, err);
}

/* As the counts engine has a change: what the correction and the smallest change need of it. */
static struct detect_change
counted(const struct metrics *metrics, size_t index)
{
	const struct metric_change *change = &metrics->changes.items[index];
	bool passed = change->filter == METRIC_NOT_FILTERED;
	struct detect_change counted = {
		.function = (uint32_t)index,
		.direction = change->worse ? DETECT_INCREASE : DETECT_DECREASE,
		.filter = passed ? DETECT_PASSED : DETECT_THRESHOLD,
		.p = change->p,
		.q = 1,
	};
	if (metrics->series.items[change->series].kind != SERIES_SHARE)
		return counted; /* has no counts; it knows its smallest change */
	counted.from = change->from;
	counted.at = change->at;
	counted.to = change->to;
	counted.before = change->before;
	counted.after = change->after;
	counted.samples_before = change->samples_before;
	counted.samples_after = change->samples_after;
	counted.dispersion = change->dispersion;
	counted.memory = change->memory;
	counted.z = change->z;
	return counted;
}

static void
list_tests(struct metrics *metrics)
{
	metrics->result.tests = metrics->tested;
	for (size_t i = 0; i < metrics->changes.count; i++)
		vec_push(&metrics->result.changes, counted(metrics, i));
}

struct detect_result *
detection_metrics_tests(struct metrics *metrics)
{
	return &metrics->result;
}

/* What the correction dropped is no change point. */
static void
take_corrected(struct metrics *metrics)
{
	double q_max = metrics->settings.q_max > 0 ? metrics->settings.q_max : DETECT_Q_MAX;
	size_t kept = 0;
	for (size_t i = 0; i < metrics->result.changes.count; i++) {
		const struct detect_change *corrected = &metrics->result.changes.items[i];
		struct metric_change change = metrics->changes.items[corrected->function];
		if (corrected->q > q_max)
			continue;
		change.q = corrected->q;
		if (metrics->series.items[change.series].kind == SERIES_SHARE)
			change.smallest = corrected->smallest;
		metrics->changes.items[kept++] = change;
	}
	metrics->changes.count = kept;
}

static const char *
subject_kind(const struct metric_series *series)
{
	return series->kind == SERIES_SHARE ? "series" : "metric";
}

/* NULL for shares; a metric without a unit has an empty one. */
static char *
unit_of(const struct metric_series *series)
{
	if (series->kind == SERIES_SHARE)
		return NULL;
	return memory_string(series->unit != NULL ? series->unit : "");
}

static int64_t
earliest(const struct metric_series *series, const struct metric_change *change)
{
	return series->times[change->low > 0 ? change->low - 1 : 0];
}

static char *
evidence_text(const struct metric_series *series, const struct metric_change *change)
{
	struct json *evidence = json_object(), *stages = json_array();
	struct str text;
	for (int stage = 0; stage < STAGE_COUNT; stage++) {
		/* One that did not run says why, where there is something to say. */
		if (change->stages[stage].ran || change->stages[stage].why[0] != '\0')
			json_append(stages, detection_stage_json(&change->stages[stage]));
	}
	json_set(evidence, "stages", stages);
	json_set_number(evidence, "smallest", change->smallest);
	json_set_text(evidence, "scale", change->config);
	json_set_text(evidence, "harm", series_harm_name(series->harm));
	json_set_number(evidence, "memory", change->memory);
	json_set_number(evidence, "deviation", change->deviation);
	str_init(&text, EVIDENCE_MAX);
	json_write(&text, evidence);
	json_free(evidence);
	return str_take(&text);
}

static struct finding
finding_of(const struct metrics *metrics, const struct metric_change *change,
	   const struct service *service)
{
	const struct metric_series *series = &metrics->series.items[change->series];
	char changed[CLOCK_TEXT_SIZE];
	struct finding finding = {
		.service = service->id,
		.service_name = memory_string(service->name),
		.kind = change->worse ? FINDING_REGRESSION : FINDING_IMPROVEMENT,
		.subject_kind = memory_string(subject_kind(series)),
		.subject = memory_string(series->name),
		.unit = unit_of(series),
		.config = memory_string(change->config),
		.detected_at = clock_now(),
		.changed_at = series->times[change->at],
		.changed_low = earliest(series, change),
		.changed_high = series->times[change->high],
		.before = change->before,
		.after = change->after,
		.delta_low = change->delta_low,
		.delta_high = change->delta_high,
		.p = change->p,
		.q = change->q,
		.samples_before = change->samples_before,
		.samples_after = change->samples_after,
		.windows_before = (uint32_t)(change->at - change->from),
		.windows_after = (uint32_t)(change->to - change->at),
		.impact = { NAN, NAN, NAN, NAN },
		.evidence = evidence_text(series, change),
	};
	for (size_t i = 0; i < metrics->changes.count; i++) {
		const struct metric_change *other = &metrics->changes.items[i];
		const char *name = metrics->series.items[other->series].name;
		if (other->member_of == change && !strings_contains(&finding.members, name))
			strings_add(&finding.members, name);
	}
	strings_sort(&finding.members);
	finding.fingerprint =
		memory_format("%s %s %s %s", finding_kind_name(finding.kind), finding.subject_kind,
			      finding.subject, clock_format(finding.changed_at, changed));
	return finding;
}

static struct detection_candidate
candidate_of(const struct metrics *metrics, const struct metric_change *change)
{
	const struct metric_series *series = &metrics->series.items[change->series];
	const struct detect_stage_result *stage = &change->stages[change->filter];
	return (struct detection_candidate){
		.subject_kind = memory_string(subject_kind(series)),
		.subject = memory_string(series->name),
		.changed_at = series->times[change->at],
		.changed_low = earliest(series, change),
		.changed_high = series->times[change->high],
		.before = change->before,
		.after = change->after,
		.unit = unit_of(series),
		.p = change->p,
		.q = change->q,
		.stage = memory_string(detect_stage_name((enum detect_stage)change->filter)),
		.value = stage->ran ? stage->value : NAN,
		.limit = stage->ran ? stage->limit : NAN,
		.why = memory_string(stage->why),
		.config = memory_string(change->config),
	};
}

static void
count_stage(struct detection_run_record *run, const char *name, uint64_t filtered)
{
	for (size_t i = 0; i < run->stage_count; i++) {
		if (strcmp(run->stages[i].name, name) == 0) {
			run->stages[i].filtered += filtered;
			return;
		}
	}
	if (filtered > 0)
		detection_run_record_stage(run, name, filtered);
}

/* Changes to the better that were filtered are of no interest to anybody. */
static void
hand_over(struct detection_outcome *out, const struct metrics *metrics,
	  const struct service *service)
{
	struct detection_run_record *run = &out->run;
	uint64_t filtered[STAGE_COUNT] = { 0 };
	run->service = service->id;
	run->series += metrics->looked_at;
	/* Where there are no profiles, a point of a series is what a window is. */
	if (run->windows == 0)
		run->windows = metrics->longest;
	if (metrics->from != 0 && (run->from == 0 || metrics->from < run->from))
		run->from = metrics->from;
	if (metrics->to > run->to)
		run->to = metrics->to;
	for (size_t i = 0; i < metrics->changes.count; i++) {
		const struct metric_change *change = &metrics->changes.items[i];
		run->change_points += change->worse;
		if (change->filter == METRIC_NOT_FILTERED) {
			vec_push(&out->findings, finding_of(metrics, change, service));
			run->findings += change->worse;
			run->improvements += !change->worse;
		} else if (change->worse) {
			vec_push(&out->candidates, candidate_of(metrics, change));
			filtered[change->filter]++;
		}
	}
	for (int stage = 0; stage < STAGE_COUNT; stage++)
		count_stage(run, detect_stage_name((enum detect_stage)stage), filtered[stage]);
}

/* A stage that is switched off measures and filters nothing. */
static void
switch_off(struct metrics *metrics)
{
	for (size_t i = 0; i < metrics->changes.count; i++) {
		struct metric_change *change = &metrics->changes.items[i];
		if (metrics->series.items[change->series].kind == SERIES_SHARE)
			continue; /* the counts engine did it */
		change->filter = METRIC_NOT_FILTERED;
		for (int stage = STAGE_COUNT - 1; stage >= 0; stage--) {
			struct detect_stage_result *result = &change->stages[stage];
			if ((metrics->settings.stages_off & 1u << stage) != 0) {
				result->ran = false;
				result->why[0] = '\0';
			} else if (result->ran && !result->passed)
				change->filter = stage;
		}
	}
}

/* The stretch that is looked at, as for profiles; see struct detection_options. */
static int
set_query(struct series_query *query, struct metrics *metrics, struct telemetry *telemetry,
	  const struct detection_options *options, struct error *err)
{
	int64_t end = options->as_of, recent = options->analysis + options->extended;
	struct series_list list = { 0 };
	metrics->analysis_from = INT64_MIN;
	if (end == 0 && (options->historic > 0 || options->analysis > 0)) {
		if (telemetry_series_list(telemetry, query, &list, err) < 0)
			return -1;
		for (size_t i = 0; i < list.count; i++)
			end = list.items[i].to + 1 > end ? list.items[i].to + 1 : end;
		series_list_release(&list);
	}
	if (end == 0)
		return 0;
	query->from = options->historic > 0 ? end - recent - options->historic : INT64_MIN;
	query->to = end;
	if (options->analysis > 0)
		metrics->analysis_from = end - recent;
	return 0;
}

void
detection_metrics_free(struct metrics *metrics)
{
	if (metrics == NULL)
		return;
	for (size_t i = 0; i < metrics->series.count; i++) {
		free(metrics->series.items[i].name);
		free(metrics->series.items[i].unit);
		free(metrics->series.items[i].times);
		free(metrics->series.items[i].values);
		free(metrics->series.items[i].samples);
	}
	vec_release(&metrics->series);
	vec_release(&metrics->changes);
	changepoints_release(&metrics->found);
	seasonal_release(&metrics->seasonal);
	detect_result_release(&metrics->result);
	free(metrics);
}

int
detection_metrics_scan(struct metrics **out, struct store *store, const struct service *service,
		       const struct detection_options *options, const struct progress *progress,
		       struct error *err)
{
	struct metrics *metrics = memory_alloc(sizeof(*metrics));
	struct series_query query = { .service = service->id, .kind = -1 };
	struct telemetry *telemetry = store_telemetry(store);
	metrics->progress = progress;
	seasonal_init(&metrics->seasonal);
	detection_options_settings(&metrics->settings, options, service->name);
	detection_options_scan(&metrics->scan, &metrics->settings, options);
	int result = set_query(&query, metrics, telemetry, options, err);
	metrics->query = query;
	if (result == 0)
		result = telemetry_series_each(telemetry, &query, take_series, metrics, progress,
					       err);
	/* Between scan and explanation many services wait: only what was found is kept. */
	metrics->progress = NULL;
	changepoints_release(&metrics->found);
	seasonal_release(&metrics->seasonal);
	seasonal_init(&metrics->seasonal);
	if (result < 0) {
		detection_metrics_free(metrics);
		return error_prefix(err, "service %s", service->name);
	}
	switch_off(metrics);
	list_tests(metrics);
	*out = metrics;
	return 0;
}

int
detection_metrics_explain(struct detection_outcome *out, struct store *store,
			  const struct service *service, struct metrics *metrics,
			  const struct progress *progress, struct error *err)
{
	take_corrected(metrics);
	metrics_sort(metrics);
	metrics_judge_same(metrics);
	if ((metrics->settings.stages_off & 1u << STAGE_DUPLICATE) == 0)
		metrics_merge(metrics);
	if (metrics_judge_whole(metrics, store, service->id, progress, err) < 0)
		return error_prefix(err, "service %s", service->name);
	hand_over(out, metrics, service);
	return 0;
}
