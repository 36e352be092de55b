/*
 * One service: change points of one time to one subject with the help of the
 * stacks, subjects to findings. Stacks are read only when something grew.
 * Called by detection.c, after detection_scan.c and the correction for all tests.
 */
#include "core/explain/detection_service.h"

#include <math.h>
#include <stdlib.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/base/vec.h"
#include "core/detect/merge.h"
#include "core/explain/detection_domains.h"
#include "core/explain/detection_mix.h"
#include "core/explain/detection_stages.h"

/* Onsets this far apart, beside their intervals, may still be one change: one window in fifty. */
#define SAME_CHANGE_PART 50
#define QUIET_WINDOWS 5 /* on either side, kept also where something else changed near by */

struct run {
	struct store *store;
	const struct service *service;
	struct detection_scan *scan;
	struct function_counts counts; /* windows and names; the cells were the scan's */
	VEC(size_t) windows;           /* by window of the input: that of the counts */
	struct profile_set set;
	struct detection_stacks stacks;
	struct detection_work work;       /* read when something grew */
	struct detection_domains domains; /* of the counts' functions */
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

/* The windows of the scan among those that the store has by now; both are in one order. */
static int
pair_windows(struct run *run, struct error *err)
{
	const struct window_keys *keys = &run->scan->keys;
	const struct window_list *windows = &run->counts.windows;
	for (size_t i = 0; i < windows->count && run->windows.count < keys->count; i++) {
		if (windows->items[i].id == keys->items[run->windows.count].id)
			vec_push(&run->windows, i);
	}
	if (run->windows.count == keys->count)
		return 0;
	return error_set(err, ERROR_CONFLICT, "windows went away while they were looked at");
}

/* Windows and names as findings need them; counts were given back after the scan. */
static int
load_names(struct run *run, struct error *err)
{
	struct detection_scan *scan = run->scan;
	struct telemetry *telemetry = store_telemetry(run->store);
	struct function_counts *counts = &run->counts;
	if (telemetry_windows(telemetry, &scan->query, &counts->windows, err) < 0 ||
	    pair_windows(run, err) < 0)
		return -1;
	if (scan->names == NULL) {
		scan->names = memory_alloc_array(scan->function_count + 1, sizeof(char *));
		if (telemetry_function_names(telemetry, scan->functions, scan->function_count,
					     scan->names, err) < 0)
			return -1;
	}
	counts->functions = scan->names;
	counts->function_count = scan->function_count;
	scan->names = NULL;
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
	for (size_t i = 0; i < run->scan->result.changes.count; i++) {
		struct detect_change *increase = &run->scan->result.changes.items[i];
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

static const struct window *
window_at(const struct run *run, size_t index)
{
	return &run->counts.windows.items[run->windows.items[index]];
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
	const struct detect_change *leader = group->leader;
	if (detection_domains_at(&run->domains, run->store, run->service->id, &run->set,
				 &run->counts, window_at(run, leader->low - 1)->start,
				 window_at(run, leader->high)->end, err) < 0)
		return -1;
	return detect_shifts(group->shifts, group->shift_count, &run->stacks.view,
			     &run->domains.view, run->progress, err);
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
	subject.min_delta = run->scan->settings.min_delta == 0 ? DETECT_MIN_DELTA
							       : run->scan->settings.min_delta;
	subject.q_max = run->scan->settings.q_max <= 0 ? DETECT_Q_MAX : run->scan->settings.q_max;
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
		const struct window *window = window_at(run, i);
		span.from = i == from ? window->start : span.from;
		span.to = window->end > span.to ? window->end : span.to;
		span.profiled += window->end - window->start;
	}
	return span;
}

/* Weights of groups, from the windows one by one. */
static void
judge_mix(struct run *run, struct detect_change *change)
{
	size_t count = run->windows.count;
	double *samples = memory_alloc_array(count + 1, sizeof(*samples));
	struct detection_part *parts = memory_alloc_array(count + 1, sizeof(*parts));
	detection_stacks_samples(&run->stacks, change->function, run->windows.items, count,
				 samples);
	for (size_t w = 0; w < count; w++) {
		const struct window *window = window_at(run, w);
		parts[w] = (struct detection_part){ samples[w], (double)window->samples,
						    &window->labels };
	}
	detection_judge_mix(change, parts, run->scan->settings.stages_off);
	free(samples);
	free(parts);
}

/* The stages that come after moved cost; the filter says what they found. */
static void
judge_rest(struct run *run, struct detect_change *change)
{
	unsigned stages_off = run->scan->settings.stages_off;
	struct detection_span before = span_of(run, change->from, change->at);
	struct detection_span after = span_of(run, change->at, change->to);
	judge_mix(run, change);
	if (change->filter == DETECT_PASSED && run->work.points.count > 0)
		detection_judge_load(change, &run->work, &before, &after, stages_off);
	if (change->filter == DETECT_PASSED)
		detection_judge_rename(change, &run->stacks.view,
				       (const char *const *)run->counts.functions, stages_off);
}

static void
judge_shifts(struct run *run, struct group *group)
{
	bool is_on = (run->scan->settings.stages_off & 1u << STAGE_COST_SHIFT) == 0;
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
	for (size_t i = 0; i < run->scan->result.changes.count; i++) {
		const struct detect_change *other = &run->scan->result.changes.items[i];
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

/* Of a stage; the one of known changes has no filter of a scan: detection_keep() counts it. */
static uint64_t
filtered_by(enum detect_stage stage, const uint64_t filtered[DETECT_FILTERS])
{
	for (enum detect_filter f = DETECT_PASSED + 1; f < DETECT_FILTERS; f++)
		if (strcmp(detect_filter_name(f), detect_stage_name(stage)) == 0)
			return filtered[f];
	return 0;
}

/* The funnel of this service alone, and what it filtered. */
static void
keep_filtered(struct run *run)
{
	struct detection_run_record *record = &run->out->run;
	uint64_t filtered[DETECT_FILTERS] = { 0 };
	for (size_t i = 0; i < run->scan->result.changes.count; i++) {
		const struct detect_change *increase = &run->scan->result.changes.items[i];
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
	for (size_t i = 0; i < run->out->findings.count; i++) {
		bool regression = run->out->findings.items[i].kind == FINDING_REGRESSION;
		record->findings += regression;
		record->improvements += !regression;
	}
	for (enum detect_stage stage = 0; stage < STAGE_COUNT; stage++)
		detection_run_record_stage(record, detect_stage_name(stage),
					   filtered_by(stage, filtered));
}

/* What was looked at; known without names or stacks. */
static void
describe(struct run *run)
{
	struct detection_run_record *record = &run->out->run;
	const struct window_keys *keys = &run->scan->keys;
	record->service = run->service->id;
	record->time = clock_now();
	record->windows = keys->count;
	record->series = run->scan->result.series;
	record->configs = detection_configs_text(&run->scan->result.spans);
	for (size_t w = 0; w < keys->count; w++) {
		record->samples += keys->items[w].samples;
		record->from = w == 0 ? keys->items[w].start : record->from;
		record->to = keys->items[w].end > record->to ? keys->items[w].end : record->to;
	}
}

static bool
anything_passed(const struct run *run)
{
	for (size_t i = 0; i < run->scan->result.changes.count; i++) {
		if (run->scan->result.changes.items[i].filter == DETECT_PASSED)
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
	if (telemetry_profiles(store_telemetry(run->store), &run->scan->query, &run->set,
			       run->progress, err) < 0)
		return -1;
	if (detection_work_read(&run->work, run->store, run->service->id, run->scan->chosen.work,
				err) < 0)
		return -1;
	detection_stacks_init(&run->stacks, &run->set, &run->counts);
	bool *taken = memory_alloc_array(run->scan->result.changes.count, sizeof(*taken));
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
	profile_set_release(&run->set);
	detection_stacks_release(&run->stacks);
	detection_domains_release(&run->domains);
	detection_work_release(&run->work);
}

int
detection_service_explain(struct detection_outcome *out, struct store *store,
			  const struct service *service, struct detection_scan *scan,
			  const struct progress *progress, struct error *err)
{
	struct run run = {
		.store = store, .service = service, .scan = scan, .out = out, .progress = progress
	};
	int result = 0;
	profile_set_init(&run.set);
	describe(&run);
	if (scan->result.changes.count > 0) {
		result = load_names(&run, err);
		if (result == 0)
			result = group_all(&run, err);
	}
	if (result == 0)
		keep_filtered(&run);
	else
		error_prefix(err, "service %s", service->name);
	run_release(&run);
	return result;
}
