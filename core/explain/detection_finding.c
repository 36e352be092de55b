/*
 * A change point as a finding: figures, interval, evidence, and whether it is
 * one that is stored already. Called by detection_service.c and detection.c.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/base/vec.h"
#include "core/detect/same.h"
#include "core/explain/detection_service.h"

#define STACKS_KEPT 5 /* in the evidence */
#define STACK_TEXT_MAX ((size_t)2048)
#define NORMAL_95 1.96 /* standard deviations, of half an interval */
#define EVIDENCE_MAX ((size_t)64 * 1024)

static const struct window *
window_at(const struct detection_subject *subject, size_t index)
{
	return &subject->counts->windows.items[subject->windows[index]];
}

static const char *
name_of(const struct detection_subject *subject, uint32_t function)
{
	return subject->counts->functions[function];
}

static void
add_filter(struct json *filters, const char *name, double value, double limit, const char *why)
{
	struct json *filter = json_object();
	json_set_text(filter, "name", name);
	json_set_bool(filter, "passed", true);
	json_set_number(filter, "value", value);
	json_set_number(filter, "limit", limit);
	json_set_text(filter, "why", why);
	json_append(filters, filter);
}

static void
add_cost_shift(struct json *filters, const struct detection_subject *subject)
{
	const struct detect_shift *shift = subject->shift;
	struct str why;
	str_init(&why, STR_MAX_LINE);
	if (shift->source == SHIFT_NONE)
		str_add(&why, "no function lost what this one gained");
	else
		str_addf(&why,
			 "%s lost %.2f times what this one gained; moved cost is %.1f or more",
			 name_of(subject, shift->source), shift->matched, 1 - SHIFT_LEFT_MAX);
	add_filter(filters, "cost_shift", shift->matched, 1 - SHIFT_LEFT_MAX, why.data);
	str_release(&why);
}

static struct json *
filters_json(const struct detection_subject *subject)
{
	const struct detect_change *increase = subject->increase;
	struct json *filters = json_array();
	char why[160];
	add_filter(filters, "change_point", increase->q, subject->q_max,
		   "more than noise between windows, the choice of the window and the number of "
		   "functions explain");
	snprintf(why, sizeof(why), "the newest windows keep %.0f %% of the increase",
		 100 * increase->kept);
	add_filter(filters, "went_away", increase->kept, 0.5, why);
	snprintf(why, sizeof(why), "the increase is %.1f times the least one asked for",
		 subject->min_delta > 0 ? (increase->after - increase->before) / subject->min_delta
					: INFINITY);
	add_filter(filters, "threshold", increase->after - increase->before,
		   fmax(subject->min_delta, 0), why);
	add_cost_shift(filters, subject);
	snprintf(why, sizeof(why), "%zu other function%s grew with it and %s",
		 subject->member_count, text_plural(subject->member_count),
		 subject->member_count == 1 ? "is a member of it" : "are its members");
	add_filter(filters, "duplicate", (double)subject->member_count, 0, why);
	return filters;
}

struct json *
detection_stage_json(const struct detect_stage_result *result)
{
	struct json *json = json_object();
	json_set_text(json, "stage", detect_stage_name(result->stage));
	json_set_bool(json, "ran", result->ran);
	json_set_bool(json, "passed", result->passed);
	json_set_number(json, "value", result->value);
	json_set_number(json, "limit", result->limit);
	json_set_text(json, "why", result->why);
	return json;
}

/* What the run knows of moved cost, where the stage did not fill its result itself. */
static struct detect_stage_result
cost_shift_result(const struct detection_subject *subject)
{
	const struct detect_shift *shift = subject->shift;
	struct detect_stage_result result = { .stage = STAGE_COST_SHIFT,
					      .ran = true,
					      .passed = true,
					      .value = shift->source == SHIFT_NONE ? 0
										   : shift->matched,
					      .limit = 0.7 };
	if (shift->source == SHIFT_NONE)
		snprintf(result.why, sizeof(result.why), "no function lost what this one gained");
	else
		snprintf(result.why, sizeof(result.why),
			 "%.60s lost %.2f times what this one gained; moved cost is 0.7 to 1.43",
			 name_of(subject, shift->source), shift->matched);
	return result;
}

static struct json *
stages_json(const struct detection_subject *subject)
{
	const struct detect_change *change = subject->increase;
	struct json *list = json_array();
	for (int stage = 0; stage < STAGE_COUNT; stage++) {
		struct detect_stage_result result = change->stages[stage];
		if (!result.ran && stage == STAGE_COST_SHIFT && subject->shift != NULL)
			result = cost_shift_result(subject);
		if (result.ran)
			json_append(list, detection_stage_json(&result));
	}
	return list;
}

/* Where part of the growth came from: functions that lost while this one gained. */
static struct json *
came_from_json(const struct detection_subject *subject)
{
	const struct detect_shift *shift = subject->shift;
	struct json *list = json_array();
	for (size_t i = 0; shift != NULL && i < shift->source_count; i++) {
		struct json *source = json_object();
		json_set_text(source, "name", name_of(subject, shift->sources[i].function));
		json_set_number(source, "part", shift->sources[i].part);
		json_append(list, source);
	}
	return list;
}

/* A stack with the subject, and the share that it gained. */
struct gain {
	size_t stack;
	double share;
};

static int
compare_gains(const void *left, const void *right)
{
	const struct gain *a = left;
	const struct gain *b = right;
	if (a->share != b->share)
		return a->share > b->share ? -1 : 1;
	return (a->stack > b->stack) - (a->stack < b->stack);
}

static bool
holds(const struct detect_stack *stack, uint32_t function)
{
	for (size_t i = 0; i < stack->depth; i++) {
		if (stack->functions[i] == function)
			return true;
	}
	return false;
}

static struct json *
stack_json(const struct detection_subject *subject, const struct gain *gain)
{
	const struct detect_stack *stack = &subject->stacks->view.items[gain->stack];
	struct json *json = json_object();
	struct str text;
	str_init(&text, STACK_TEXT_MAX);
	for (size_t i = 0; i < stack->depth; i++)
		str_addf(&text, "%s%s", i > 0 ? ";" : "", name_of(subject, stack->functions[i]));
	json_set_text(json, "stack", text.data);
	/* The stacks of a decrease were turned, see detection_service.c. */
	bool turned = subject->increase->direction == DETECT_DECREASE;
	double before = stack->before / subject->stacks->view.samples_before;
	double after = stack->after / subject->stacks->view.samples_after;
	json_set_number(json, "before", turned ? after : before);
	json_set_number(json, "after", turned ? before : after);
	str_release(&text);
	return json;
}

static struct json *
stacks_json(const struct detection_subject *subject)
{
	const struct detect_stacks *stacks = &subject->stacks->view;
	struct gain *gains = memory_alloc_array(stacks->count + 1, sizeof(*gains));
	struct json *list = json_array();
	size_t count = 0;
	for (size_t i = 0; i < stacks->count; i++) {
		const struct detect_stack *stack = &stacks->items[i];
		double share = stack->after / fmax(stacks->samples_after, 1) -
			       stack->before / fmax(stacks->samples_before, 1);
		if (share > 0 && holds(stack, subject->increase->function))
			gains[count++] = (struct gain){ i, share };
	}
	qsort(gains, count, sizeof(*gains), compare_gains);
	for (size_t i = 0; i < count && i < STACKS_KEPT; i++)
		json_append(list, stack_json(subject, &gains[i]));
	free(gains);
	return list;
}

static char *
evidence_text(const struct detection_subject *subject)
{
	const struct detect_change *increase = subject->increase;
	struct json *evidence = json_object();
	struct str text;
	json_set(evidence, "filters", filters_json(subject));
	json_set(evidence, "stages", stages_json(subject));
	json_set(evidence, "came_from", came_from_json(subject));
	json_set_number(evidence, "smallest", increase->smallest);
	json_set_text(evidence, "scale", detect_scale_name(increase->scale));
	json_set_number(evidence, "z", increase->z);
	json_set_number(evidence, "dispersion", increase->dispersion);
	json_set_number(evidence, "memory", increase->memory);
	json_set(evidence, "stacks", stacks_json(subject));
	str_init(&text, EVIDENCE_MAX);
	json_write(&text, evidence);
	json_free(evidence);
	return str_take(&text);
}

/* Where the subject is defined, as far as the profiles know. */
static char *
file_of(const struct detection_subject *subject)
{
	const struct profile_set *set = subject->stacks->set;
	const char *name = name_of(subject, subject->increase->function);
	uint32_t number = intern_find(&set->names, name, strlen(name));
	for (size_t i = 0; i < set->frame_count && number != INTERN_NONE; i++) {
		const struct profile_frame *frame = &set->frames[i];
		if (frame->name == number && frame->file[0] != '\0')
			return memory_string(frame->file);
	}
	return NULL;
}

void
detection_finding_fill(struct finding *out, const struct detection_subject *subject)
{
	const struct detect_change *increase = subject->increase;
	char changed[CLOCK_TEXT_SIZE];
	out->service = subject->service->id;
	out->service_name = memory_string(subject->service->name);
	out->kind =
		increase->direction == DETECT_DECREASE ? FINDING_IMPROVEMENT : FINDING_REGRESSION;
	out->subject_kind = memory_string("function");
	out->subject = memory_string(name_of(subject, increase->function));
	out->file = file_of(subject);
	out->detected_at = clock_now();
	out->changed_at = window_at(subject, increase->at)->start;
	out->changed_low = window_at(subject, increase->low - 1)->start;
	out->changed_high = window_at(subject, increase->high)->end;
	out->before = increase->before;
	out->after = increase->after;
	out->delta_low = increase->delta_low;
	out->delta_high = increase->delta_high;
	out->p = increase->p;
	out->q = increase->q;
	out->config = memory_string(detect_scale_name(increase->scale));
	out->samples_before = increase->samples_before;
	out->samples_after = increase->samples_after;
	out->windows_before = (uint32_t)(increase->at - increase->from);
	out->windows_after = (uint32_t)(increase->to - increase->at);
	for (size_t i = 0; i < subject->member_count; i++)
		strings_add(&out->members, name_of(subject, subject->members[i]));
	strings_sort(&out->members);
	out->fingerprint = memory_format("%s function %s %s", finding_kind_name(out->kind),
					 out->subject, clock_format(out->changed_at, changed));
	out->evidence = evidence_text(subject);
}

/* Which stage speaks for a filter; what is no stage of its own has no figures. */
static const struct detect_stage_result *
stage_of(const struct detect_change *change)
{
	static const enum detect_stage stages[] = {
		[DETECT_WENT_AWAY] = STAGE_WENT_AWAY, [DETECT_SEASONAL] = STAGE_SEASONAL,
		[DETECT_THRESHOLD] = STAGE_THRESHOLD, [DETECT_COST_SHIFT] = STAGE_COST_SHIFT,
		[DETECT_DUPLICATE] = STAGE_DUPLICATE, [DETECT_MIX] = STAGE_MIX,
		[DETECT_RENAMED] = STAGE_RENAMED,
	};
	const struct detect_stage_result *result = &change->stages[stages[change->filter]];
	return result->ran && !result->passed ? result : NULL;
}

void
detection_candidate_add(struct detection_candidates *out, const struct detection_subject *subject)
{
	const struct detect_change *change = subject->increase;
	const struct detect_stage_result *stage = stage_of(change);
	vec_push(out, (struct detection_candidate){
			      .subject_kind = memory_string("function"),
			      .subject = memory_string(name_of(subject, change->function)),
			      .changed_at = window_at(subject, change->at)->start,
			      .changed_low = window_at(subject, change->low - 1)->start,
			      .changed_high = window_at(subject, change->high)->end,
			      .before = change->before,
			      .after = change->after,
			      .p = change->p,
			      .q = change->q,
			      .stage = memory_string(detect_filter_name(change->filter)),
			      .value = stage != NULL ? stage->value : NAN,
			      .limit = stage != NULL ? stage->limit : NAN,
			      .why = memory_string(stage != NULL ? stage->why : change->why),
			      .config = memory_string(detect_scale_name(change->scale)) });
}

/* As detect_same() sees it; subjects are compared before. */
static struct same_change
same_change_of(const struct finding *finding)
{
	return (struct same_change){
		.subject = "",
		.direction = finding->after > finding->before ? DETECT_INCREASE : DETECT_DECREASE,
		.low = finding->changed_low,
		.at = finding->changed_at,
		.high = finding->changed_high,
		.before = finding->before,
		.after = finding->after,
		.error = (finding->delta_high - finding->delta_low) / (2 * NORMAL_95)
	};
}

/* known was found before, by a run whose windows may overlap. */
static bool
is_same_change(const struct finding *known, const struct finding *found)
{
	struct same_change old = same_change_of(known);
	struct same_change new = same_change_of(found);
	struct detect_stage_result result;
	if (strcmp(known->subject_kind, found->subject_kind) != 0)
		return false;
	if (strcmp(known->subject, found->subject) != 0)
		return known->changed_low <= found->changed_high &&
		       found->changed_low <= known->changed_high &&
		       (strings_contains(&known->members, found->subject) ||
			strings_contains(&found->members, known->subject));
	detect_same(&result, &old, &new);
	return !result.passed;
}

/* Could this row be the same change? Told from the little that a row has. */
static bool
worth_reading(const struct finding_row *row, const struct finding *finding)
{
	int64_t width = finding->changed_high - finding->changed_low;
	return row->changed_at >= finding->changed_low - 8 * width &&
	       row->changed_at <= finding->changed_high + 8 * width;
}

static int
take_if_same(struct store *store, const struct finding_row *row, struct finding *finding,
	     bool *open, bool *gone, bool *same, struct error *err)
{
	struct finding known = { 0 };
	if (casebook_finding(store, row->id, &known, err) < 0)
		return -1;
	*same = is_same_change(&known, finding);
	if (*same) {
		memory_replace_string(&finding->fingerprint, known.fingerprint);
		/* What others have found out about it stays. */
		memory_replace_string(&finding->skill, known.skill);
		if (finding->file == NULL && strcmp(finding->subject, known.subject) == 0) {
			finding->file = memory_string(known.file);
			finding->line = known.line;
		}
		*gone = known.state == FINDING_GONE;
		*open = finding_state_is_open(known.state) || *gone;
	}
	finding_release(&known);
	return 0;
}

int
detection_finding_recognise(struct store *store, struct finding *finding, bool *open, bool *gone,
			    struct error *err)
{
	struct finding_query query = { .service = finding->service_name,
				       .kind = (int)finding->kind,
				       .state = -1 };
	struct finding_rows rows = { 0 };
	bool same = false;
	int result = 0;
	*open = true;
	*gone = false;
	if (casebook_findings(store, &query, &rows, err) < 0)
		return -1;
	for (size_t i = 0; i < rows.count && !same && result == 0; i++) {
		if (worth_reading(&rows.items[i], finding))
			result = take_if_same(store, &rows.items[i], finding, open, gone, &same,
					      err);
	}
	finding_rows_release(&rows);
	return result;
}
