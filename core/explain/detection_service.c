/*
 * One service: counts to change points (core/detect), change points of one
 * time to one subject with the help of the stacks, subjects to findings.
 * Stacks are read only when something grew. Called by detection.c.
 */
#include "core/explain/detection_service.h"

#include <math.h>
#include <stdlib.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/base/vec.h"
#include "core/detect/merge.h"
#include "core/explain/detection_stages.h"

/* Onsets this far apart, beside their intervals, may still be one change: one window in fifty. */
#define SAME_CHANGE_PART 50
#define QUIET_WINDOWS 5 /* on either side, kept also where something else changed near by */

struct run {
	struct store *store;
	const struct service *service;
	const struct detection_options *options;
	struct window_query query;
	struct function_counts counts;
	VEC(size_t) windows; /* by window of the input: that of the counts */
	uint64_t *totals;
	size_t *first;
	struct detect_cell *cells;
	struct detection_settings chosen;
	struct detect_settings settings; /* borrows from chosen */
	struct detect_result result;
	struct profile_set set;
	struct detection_stacks stacks;
	struct detection_work work;    /* read when something grew */
	struct detect_domains domains; /* of the counts' functions, by name; filled when needed */
	struct detection_report *report;
	struct detection_outcome *out;
	const struct progress *progress;
};

/* Change points of one time and one direction. */
struct group {
	struct detect_change *leader;
	VEC(struct detect_change *) increases; /* those of candidates, same order */
	struct detect_candidate *candidates;
	struct detect_shift *shifts; /* of subjects */
	size_t shift_count;
};

/* The stretch of time that is looked at; see struct detection_options. */
static int
set_query(struct run *run, int64_t *analysis_from, struct error *err)
{
	const struct detection_options *options = run->options;
	struct window_query *query = &run->query;
	*query = (struct window_query){ .service = run->service->id,
					.newest = DETECTION_WINDOWS_MAX };
	*analysis_from = INT64_MIN;
	int64_t end = options->as_of;
	if (end == 0 && (options->historic > 0 || options->analysis > 0)) {
		struct window_list newest = { 0 };
		struct window_query last = { .service = run->service->id, .newest = 1 };
		if (telemetry_windows(store_telemetry(run->store), &last, &newest, err) < 0)
			return -1;
		end = newest.count > 0 ? newest.items[0].end : 0;
		window_list_release(&newest);
	}
	if (end == 0)
		return 0;
	int64_t recent = options->analysis + options->extended;
	query->from = options->historic > 0 ? end - recent - options->historic : INT64_MIN;
	query->to = end;
	if (options->analysis > 0)
		*analysis_from = end - recent;
	return 0;
}

/* Windows without samples say nothing; one that ends after as_of was not there yet. */
static void
choose_windows(struct run *run)
{
	const struct window_list *windows = &run->counts.windows;
	for (size_t i = 0; i < windows->count; i++) {
		const struct window *window = &windows->items[i];
		if (window->samples == 0 ||
		    (run->options->as_of != 0 && window->end > run->options->as_of))
			continue;
		vec_push(&run->windows, i);
		run->report->samples += window->samples;
		if (run->report->from == 0 || window->start < run->report->from)
			run->report->from = window->start;
		if (window->end > run->report->to)
			run->report->to = window->end;
	}
	run->report->windows += run->windows.count;
}

/* From rows by window to columns by function. */
static void
transpose(struct run *run)
{
	const struct function_counts *counts = &run->counts;
	size_t functions = counts->function_count;
	run->totals = memory_alloc_array(run->windows.count + 1, sizeof(*run->totals));
	run->first = memory_alloc_array(functions + 2, sizeof(*run->first));
	for (size_t w = 0; w < run->windows.count; w++) {
		size_t row = run->windows.items[w];
		run->totals[w] = counts->windows.items[row].samples;
		for (size_t i = counts->rows[row]; i < counts->rows[row + 1]; i++)
			run->first[counts->cells[i].function + 2]++;
	}
	for (size_t f = 2; f < functions + 2; f++)
		run->first[f] += run->first[f - 1];
	run->cells = memory_alloc_array(run->first[functions + 1] + 1, sizeof(*run->cells));
	for (size_t w = 0; w < run->windows.count; w++) {
		size_t row = run->windows.items[w];
		for (size_t i = counts->rows[row]; i < counts->rows[row + 1]; i++) {
			size_t at = run->first[counts->cells[i].function + 1]++;
			run->cells[at] =
				(struct detect_cell){ (uint32_t)w, counts->cells[i].samples };
		}
	}
}

static int
find_increases(struct run *run, int64_t analysis_from, struct error *err)
{
	struct detect_input input = { .windows = run->windows.count,
				      .totals = run->totals,
				      .functions = run->counts.function_count,
				      .first = run->first,
				      .cells = run->cells };
	detection_options_settings(&run->chosen, run->options, run->service->name);
	detection_options_scan(&run->settings, &run->chosen, run->options);
	const struct window *windows = run->counts.windows.items;
	while (run->settings.from_window < input.windows &&
	       windows[run->windows.items[run->settings.from_window]].start < analysis_from)
		run->settings.from_window++;
	if (detect_increases(&run->result, &input, &run->settings, run->progress, err) < 0)
		return error_prefix(err, "service %s", run->service->name);
	return 0;
}

static bool
same_change(const struct detect_change *a, const struct detect_change *b, size_t slack)
{
	return a->low <= b->high + slack && b->low <= a->high + slack;
}

/* The change points that may be one change with the first that is left. */
static void
gather(struct run *run, struct group *group, bool *taken)
{
	size_t slack = run->windows.count / SAME_CHANGE_PART;
	bool *known = memory_alloc_array(run->counts.function_count + 1, sizeof(*known));
	for (size_t i = 0; i < run->result.changes.count; i++) {
		struct detect_change *increase = &run->result.changes.items[i];
		if (taken[i] || increase->filter != DETECT_PASSED)
			continue;
		if (group->leader == NULL)
			group->leader = increase;
		if (increase->direction != group->leader->direction ||
		    !same_change(group->leader, increase, slack))
			continue;
		taken[i] = true;
		if (known[increase->function]) {
			increase->filter = DETECT_DUPLICATE;
			increase->why = "a second step of the same change";
			continue;
		}
		known[increase->function] = true;
		vec_push(&group->increases, increase);
	}
	free(known);
}

static double
delta_of(const struct group *group, size_t index)
{
	return fabs(group->increases.items[index]->after - group->increases.items[index]->before);
}

/* The subject that grew most, among libraries or among the rest; the count where there is none. */
static size_t
largest_subject(const struct group *group, bool library)
{
	size_t count = group->increases.count, largest = count;
	for (size_t i = 0; i < count; i++) {
		if (group->candidates[i].subject == i && group->candidates[i].library == library &&
		    (largest == count || delta_of(group, i) > delta_of(group, largest)))
			largest = i;
	}
	return largest;
}

/*
 * What is left over of libraries and the kernel has lost its callers, or ends in stacks without
 * any: nobody can say that malloc and free grew for two reasons. It is counted with the largest
 * growth that somebody owns, if that is larger, or else with the largest of its own kind.
 */
static void
adopt_libraries(struct group *group)
{
	size_t count = group->increases.count;
	size_t library = largest_subject(group, true), owned = largest_subject(group, false);
	if (library == count)
		return;
	if (owned == count || delta_of(group, owned) < delta_of(group, library))
		owned = library;
	bool *adopted = memory_alloc_array(count, sizeof(*adopted));
	for (size_t i = 0; i < count; i++)
		adopted[i] = group->candidates[i].subject == i && group->candidates[i].library;
	for (size_t i = 0; i < count; i++) {
		if (adopted[group->candidates[i].subject])
			group->candidates[i].subject = owned;
	}
	free(adopted);
}

static int
merge_group(struct run *run, struct group *group, struct error *err)
{
	size_t count = group->increases.count;
	group->candidates = memory_alloc_array(count, sizeof(*group->candidates));
	for (size_t i = 0; i < count; i++) {
		uint32_t function = group->increases.items[i]->function;
		group->candidates[i].function = function;
		group->candidates[i].library = !run->stacks.is_owned[function];
	}
	if (detect_merge(group->candidates, count, &run->stacks.view, run->progress, err) < 0)
		return -1;
	adopt_libraries(group);
	for (size_t i = 0; i < count; i++) {
		if (group->candidates[i].subject == i)
			continue;
		group->increases.items[i]->filter = DETECT_DUPLICATE;
		group->increases.items[i]->why =
			group->leader->direction == DETECT_INCREASE
				? "grew with another function of this change"
				: "shrank with another function of this change";
	}
	return 0;
}

static int
look_for_shifts(struct run *run, struct group *group, struct error *err)
{
	group->shifts = memory_alloc_array(group->increases.count, sizeof(*group->shifts));
	for (size_t i = 0; i < group->increases.count; i++) {
		const struct detect_change *increase = group->increases.items[i];
		if (increase->filter == DETECT_PASSED)
			group->shifts[group->shift_count++] =
				(struct detect_shift){ .function = increase->function,
						       .dispersion = increase->dispersion *
								     increase->memory };
	}
	if (run->domains.items.count == 0)
		detect_domains_add_names(&run->domains, (const char *const *)run->counts.functions,
					 run->counts.function_count);
	return detect_shifts(group->shifts, group->shift_count, &run->stacks.view, &run->domains,
			     run->progress, err);
}

static void
add_finding(struct run *run, const struct group *group, size_t index,
	    const struct detect_shift *shift)
{
	VEC(uint32_t) members = { 0 };
	for (size_t i = 0; i < group->increases.count; i++) {
		if (i != index && group->candidates[i].subject == index)
			vec_push(&members, group->candidates[i].function);
	}
	struct detection_subject subject = { .service = run->service,
					     .counts = &run->counts,
					     .stacks = &run->stacks,
					     .increase = group->increases.items[index],
					     .shift = shift,
					     .windows = run->windows.items,
					     .members = members.items,
					     .member_count = members.count };
	subject.min_delta =
		run->settings.min_delta == 0 ? DETECT_MIN_DELTA : run->settings.min_delta;
	subject.q_max = run->settings.q_max <= 0 ? DETECT_Q_MAX : run->settings.q_max;
	struct detection_findings *findings = &run->out->findings;
	vec_push(findings, (struct finding){ 0 });
	detection_finding_fill(&findings->items[findings->count - 1], &subject);
	vec_release(&members);
}

static struct detection_span
span_of(const struct run *run, size_t from, size_t to)
{
	struct detection_span span = { 0 };
	for (size_t i = from; i < to; i++) {
		const struct window *window = &run->counts.windows.items[run->windows.items[i]];
		span.from = i == from ? window->start : span.from;
		span.to = window->end > span.to ? window->end : span.to;
		span.profiled += window->end - window->start;
	}
	return span;
}

/* The stages that come after moved cost; the filter says what they found. */
static void
judge_rest(struct run *run, struct detect_change *change)
{
	unsigned stages_off = run->settings.stages_off;
	struct detection_span before = span_of(run, change->from, change->at);
	struct detection_span after = span_of(run, change->at, change->to);
	if (run->work.points.count > 0)
		detection_judge_load(change, &run->work, &before, &after, stages_off);
	if (change->filter == DETECT_PASSED)
		detection_judge_rename(change, &run->stacks.view,
				       (const char *const *)run->counts.functions, stages_off);
}

static void
judge_shifts(struct run *run, struct group *group)
{
	bool is_on = (run->settings.stages_off & 1u << STAGE_COST_SHIFT) == 0;
	size_t next = 0;
	for (size_t i = 0; i < group->increases.count; i++) {
		struct detect_change *increase = group->increases.items[i];
		if (increase->filter != DETECT_PASSED)
			continue;
		const struct detect_shift *shift = &group->shifts[next++];
		detect_shift_result(&increase->stages[STAGE_COST_SHIFT], shift,
				    (const char *const *)run->counts.functions);
		if (is_on && (shift->moved || shift->shrunk)) {
			increase->filter = DETECT_COST_SHIFT;
			increase->why = shift->moved ? "the cost moved from another function"
						     : "grew only because the rest shrank";
			continue;
		}
		judge_rest(run, increase);
		if (increase->filter != DETECT_PASSED)
			continue;
		add_finding(run, group, i, shift);
	}
}

/*
 * Stacks before and after, from windows between which nothing else changed, as
 * far as that leaves enough of them.
 */
static void
sum_stacks(struct run *run, const struct detect_change *leader)
{
	size_t from = leader->from;
	size_t to = leader->to;
	const size_t *windows = run->windows.items;
	for (size_t i = 0; i < run->result.changes.count; i++) {
		const struct detect_change *other = &run->result.changes.items[i];
		if (other->high < leader->low && other->at > from &&
		    other->at + QUIET_WINDOWS <= leader->at)
			from = other->at;
		if (other->low > leader->high && other->at < to &&
		    other->at >= leader->at + QUIET_WINDOWS)
			to = other->at;
	}
	detection_stacks_sum(&run->stacks, windows[from], windows[leader->at], windows[to - 1] + 1);
	/* Seen backwards in time, what shrank grew: merging and moved cost work on it as they are.
	 */
	if (leader->direction == DETECT_DECREASE)
		detection_stacks_turn(&run->stacks);
}

static void
group_release(struct group *group)
{
	vec_release(&group->increases);
	free(group->candidates);
	free(group->shifts);
}

static int
take_group(struct run *run, bool *taken, bool *more, struct error *err)
{
	struct group group = { 0 };
	int result = 0;
	gather(run, &group, taken);
	*more = group.leader != NULL;
	if (*more) {
		sum_stacks(run, group.leader);
		result = merge_group(run, &group, err);
		if (result == 0)
			result = look_for_shifts(run, &group, err);
		if (result == 0)
			judge_shifts(run, &group);
	}
	group_release(&group);
	return result;
}

static void
count_filters(struct run *run)
{
	struct detection_report *report = run->report;
	for (size_t i = 0; i < run->result.changes.count; i++) {
		enum detect_filter filter = run->result.changes.items[i].filter;
		if (run->result.changes.items[i].direction == DETECT_DECREASE)
			continue;
		report->change_points++;
		report->filtered.went_away += filter == DETECT_WENT_AWAY;
		report->filtered.threshold += filter == DETECT_THRESHOLD;
		report->filtered.cost_shift += filter == DETECT_COST_SHIFT;
		report->filtered.duplicate += filter == DETECT_DUPLICATE;
	}
	report->series += run->result.series;
}

/* The funnel of this service alone, and what it filtered. */
static void
keep_filtered(struct run *run)
{
	struct detection_run_record *record = &run->out->run;
	uint64_t filtered[DETECT_FILTERS] = { 0 };
	for (size_t i = 0; i < run->result.changes.count; i++) {
		const struct detect_change *increase = &run->result.changes.items[i];
		struct detection_subject subject = { .service = run->service,
						     .counts = &run->counts,
						     .windows = run->windows.items,
						     .increase = increase };
		if (increase->direction == DETECT_DECREASE)
			continue;
		record->change_points++;
		filtered[increase->filter]++;
		if (increase->filter != DETECT_PASSED)
			detection_candidate_add(&run->out->candidates, &subject);
	}
	record->service = run->service->id;
	record->time = clock_now();
	record->configs = detection_configs_text(&run->result.spans);
	record->windows = run->windows.count;
	record->series = run->result.series;
	for (size_t i = 0; i < run->out->findings.count; i++) {
		bool regression = run->out->findings.items[i].kind == FINDING_REGRESSION;
		record->findings += regression;
		record->improvements += !regression;
	}
	for (size_t w = 0; w < run->windows.count; w++) {
		const struct window *window = &run->counts.windows.items[run->windows.items[w]];
		record->samples += window->samples;
		record->from = w == 0 ? window->start : record->from;
		record->to = window->end > record->to ? window->end : record->to;
	}
	for (enum detect_filter f = DETECT_PASSED + 1; f < DETECT_FILTERS; f++)
		detection_run_record_stage(record, detect_filter_name(f), filtered[f]);
}

static bool
anything_passed(const struct run *run)
{
	for (size_t i = 0; i < run->result.changes.count; i++) {
		if (run->result.changes.items[i].filter == DETECT_PASSED)
			return true;
	}
	return false;
}

static int
group_all(struct run *run, struct error *err)
{
	bool more = true;
	int result = 0;
	if (!anything_passed(run))
		return 0;
	if (telemetry_profiles(store_telemetry(run->store), &run->query, &run->set, run->progress,
			       err) < 0)
		return -1;
	if (detection_work_read(&run->work, run->store, run->service->id, run->chosen.work, err) <
	    0)
		return -1;
	detection_stacks_init(&run->stacks, &run->set, &run->counts);
	bool *taken = memory_alloc_array(run->result.changes.count, sizeof(*taken));
	while (more && result == 0)
		result = take_group(run, taken, &more, err);
	free(taken);
	return result;
}

static void
run_release(struct run *run)
{
	function_counts_release(&run->counts);
	vec_release(&run->windows);
	free(run->totals);
	free(run->first);
	free(run->cells);
	detect_result_release(&run->result);
	profile_set_release(&run->set);
	detection_stacks_release(&run->stacks);
	detect_domains_release(&run->domains);
	detection_work_release(&run->work);
}

int
detection_service_run(struct detection_outcome *out, struct detection_report *report,
		      struct store *store, const struct service *service,
		      const struct detection_options *options, const struct progress *progress,
		      struct error *err)
{
	struct run run = { .store = store,
			   .service = service,
			   .options = options,
			   .report = report,
			   .out = out,
			   .progress = progress };
	int64_t analysis_from = 0;
	int result = -1;
	profile_set_init(&run.set);
	if (set_query(&run, &analysis_from, err) < 0)
		goto out;
	if (telemetry_function_counts(store_telemetry(store), &run.query, &run.counts, progress,
				      err) < 0)
		goto out;
	choose_windows(&run);
	transpose(&run);
	if (find_increases(&run, analysis_from, err) < 0 || group_all(&run, err) < 0)
		goto out;
	count_filters(&run);
	keep_filtered(&run);
	report->services++;
	result = 0;
out:
	run_release(&run);
	return result;
}
