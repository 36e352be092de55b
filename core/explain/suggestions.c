/* Settings out of dismissals; see suggestions.h. Called by a screen and a command. */
#include "core/explain/suggestions.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/base/vec.h"
#include "core/store/finding.h"
#include "core/store/service.h"

#define LASTS (12 * CLOCK_HOUR)
#define MARGIN 1.1 /* over the largest one that was too small */
#define SCALES (DETECT_RAMP + 1)

const struct dismiss_reason_text dismiss_reasons[DISMISS_OTHER + 1] = {
	[DISMISS_SEASONAL] = { "seasonal", "it comes and goes with the hour, the day or the week" },
	[DISMISS_COST_MOVED] = { "cost moved", "the cost came here from elsewhere" },
	[DISMISS_EXPECTED] = { "expected", "planned: a launch, a migration, a price known before" },
	[DISMISS_TOO_SMALL] = { "too small", "real, and not worth anybody's time" },
	[DISMISS_NOT_OURS] = { "not ours", "a library's or the kernel's; nothing to do here" },
	[DISMISS_BAD_DATA] = { "bad data", "the profiles or the metric are wrong" },
	[DISMISS_OTHER] = { "other", "in your own words" },
};

enum dismiss_reason
dismiss_reason_parse(const char *text)
{
	for (int i = 0; i < DISMISS_OTHER; i++) {
		size_t length = strlen(dismiss_reasons[i].name);

		if (text != NULL && strncmp(text, dismiss_reasons[i].name, length) == 0 &&
		    (text[length] == '\0' || text[length] == ':'))
			return (enum dismiss_reason)i;
	}
	return DISMISS_OTHER;
}

/* What was dismissed and what was taken up, of one service. */
struct lesson {
	const char *service;
	const struct detection_settings *settings;
	size_t reasons[DISMISS_OTHER + 1];
	double too_small[SCALES]; /* largest change of a share dismissed as too small; 0: none */
	size_t too_small_count[SCALES];
	double too_small_metric; /* largest one of a metric, over the level before */
	size_t metric_count;
	double taken[SCALES]; /* smallest change of a share that somebody took up; INFINITY */
};

void
suggestions_release(struct suggestions *suggestions)
{
	for (size_t i = 0; i < suggestions->count; i++) {
		free(suggestions->items[i].service);
		free(suggestions->items[i].yaml);
		free(suggestions->items[i].why);
	}
	vec_release(suggestions);
}

static enum detect_scale
scale_of(const struct finding *finding)
{
	for (int scale = 0; scale < SCALES; scale++)
		if (text_equal(finding->config, detect_scale_name((enum detect_scale)scale)))
			return (enum detect_scale)scale;
	return DETECT_FAST;
}

/* The reason of the last dismissal. */
static int
reason_of(struct store *store, int64_t finding, enum dismiss_reason *reason, struct error *err)
{
	static const char mark[] = "-> dismissed: ";
	struct event_list events = { 0 };

	*reason = DISMISS_OTHER;
	if (casebook_events(store, finding, &events, err) < 0)
		return -1;
	for (size_t i = 0; i < events.count; i++) {
		const char *text = events.items[i].text;
		const char *at = text != NULL ? strstr(text, mark) : NULL;

		if (at != NULL)
			*reason = dismiss_reason_parse(at + strlen(mark));
	}
	event_list_release(&events);
	return 0;
}

static void
learn_size(struct lesson *lesson, const struct finding *finding)
{
	double delta = fabs(finding->after - finding->before);
	enum detect_scale scale = scale_of(finding);

	if (finding->unit != NULL) {
		lesson->metric_count++;
		if (finding->before != 0 && isfinite(delta / finding->before))
			lesson->too_small_metric =
				fmax(lesson->too_small_metric, fabs(delta / finding->before));
		return;
	}
	lesson->too_small_count[scale]++;
	lesson->too_small[scale] = fmax(lesson->too_small[scale], delta);
}

static int
learn_from(struct lesson *lesson, struct store *store, const struct finding_row *row,
	   struct error *err)
{
	struct finding finding = { 0 };
	enum dismiss_reason reason;
	int result = 0;

	if (row->kind != FINDING_REGRESSION || row->state == FINDING_NEW ||
	    row->state == FINDING_GONE || row->state == FINDING_DUPLICATE)
		return 0;
	if (casebook_finding(store, row->id, &finding, err) < 0)
		return -1;
	if (row->state == FINDING_DISMISSED) {
		result = reason_of(store, row->id, &reason, err);
		if (result == 0) {
			lesson->reasons[reason]++;
			if (reason == DISMISS_TOO_SMALL)
				learn_size(lesson, &finding);
		}
	} else if (finding.unit == NULL) {
		double *taken = &lesson->taken[scale_of(&finding)];

		*taken = fmin(*taken, fabs(finding.after - finding.before));
	}
	finding_release(&finding);
	return result;
}

/* -- the suggestions -- */

static void
suggest(struct suggestions *out, const struct lesson *lesson, enum dismiss_reason reason,
	size_t count, struct str *yaml, char *why)
{
	vec_push(out, (struct suggestion){ .service = memory_string(lesson->service),
					   .reason = reason,
					   .dismissed = count,
					   .yaml = yaml->len > 0 ? memory_string(yaml->data) : NULL,
					   .why = why });
}

/* A name as YAML takes it whatever is in it. */
static void
add_name(struct str *yaml, const char *name)
{
	str_add(yaml, "services:\n  \"");
	for (; *name != '\0'; name++) {
		if (*name == '"' || *name == '\\')
			str_add_char(yaml, '\\');
		str_add_char(yaml, (unsigned char)*name < 0x20 ? '?' : *name);
	}
	str_add(yaml, "\":\n");
}

/* Two figures, upwards or downwards. */
static double
round_figures(double value, bool up)
{
	double unit = pow(10, floor(log10(value)) - 1);
	double figures = value / unit;

	return (up ? ceil(figures - 1e-9) : floor(figures + 1e-9)) * unit;
}

static void
suggest_size(struct suggestions *out, const struct lesson *lesson, enum detect_scale scale)
{
	double least = round_figures(lesson->too_small[scale] * MARGIN, true);
	const char *name = detect_scale_name(scale);
	char largest[TEXT_NUMBER_SIZE], taken[TEXT_NUMBER_SIZE];
	bool held = isfinite(lesson->taken[scale]) && least >= lesson->taken[scale];
	struct str yaml;
	char *why;

	if (held)
		least = round_figures(lesson->taken[scale] * 0.95, false);
	text_points(lesson->too_small[scale], largest);
	text_points(lesson->taken[scale], taken);
	str_init(&yaml, STR_MAX_TEXT);
	add_name(&yaml, lesson->service);
	str_addf(&yaml, "    configurations:\n      %s:\n        min_delta: %.6g%%\n", name,
		 100 * least);
	if (held)
		why = memory_format(
			"of %zu that %s too small the largest was %s points, but one of "
			"%s points was taken up: this keeps that one",
			lesson->too_small_count[scale],
			lesson->too_small_count[scale] == 1 ? "was" : "were", largest, taken);
	else
		why = memory_format(
			"keeps away all that were too small (%zu), the largest %s points; "
			"what was taken up so far is larger",
			lesson->too_small_count[scale], largest);
	suggest(out, lesson, DISMISS_TOO_SMALL, lesson->too_small_count[scale], &yaml, why);
	str_release(&yaml);
}

static void
suggest_relative(struct suggestions *out, const struct lesson *lesson)
{
	double least = round_figures(lesson->too_small_metric * MARGIN, true);
	struct str yaml;

	str_init(&yaml, STR_MAX_TEXT);
	add_name(&yaml, lesson->service);
	str_add(&yaml, "    configurations:\n");
	for (int scale = DETECT_FAST; scale <= DETECT_SLOW; scale++)
		str_addf(&yaml, "      %s:\n        min_relative: %.6g%%\n",
			 detect_scale_name((enum detect_scale)scale), 100 * least);
	suggest(out, lesson, DISMISS_TOO_SMALL, lesson->metric_count, &yaml,
		memory_format(
			"keeps away the metrics that changed by too little (%zu), the largest by "
			"%.3g %% of its level; functions need as much then",
			lesson->metric_count, 100 * lesson->too_small_metric));
	str_release(&yaml);
}

static bool
is_off(const struct lesson *lesson, enum detect_stage stage)
{
	return (lesson->settings->stages_off & 1u << stage) != 0;
}

static void
suggest_stage(struct suggestions *out, const struct lesson *lesson, enum dismiss_reason reason,
	      enum detect_stage stage, const char *no_setting)
{
	struct str yaml;

	str_init(&yaml, STR_MAX_TEXT);
	if (is_off(lesson, stage)) {
		add_name(&yaml, lesson->service);
		str_addf(&yaml, "    stages:\n      %s: on\n", detect_stage_name(stage));
	}
	suggest(out, lesson, reason, lesson->reasons[reason], &yaml,
		is_off(lesson, stage) ? memory_format("the stage %s is off for this service",
						      detect_stage_name(stage))
				      : memory_string(no_setting));
	str_release(&yaml);
}

/* How long a change must last, for those configurations that ask for less. */
static bool
add_extended(struct str *yaml, const struct lesson *lesson, int64_t wanted)
{
	bool any = false;

	for (size_t i = 0; i < lesson->settings->config_count; i++) {
		const struct detect_config *config = &lesson->settings->configs[i];

		if (config->scale == DETECT_RAMP || config->extended >= wanted)
			continue;
		if (!any) {
			add_name(yaml, lesson->service);
			str_add(yaml, "    configurations:\n");
		}
		any = true;
		str_addf(yaml, "      %s:\n        extended: %lldh\n",
			 detect_scale_name(config->scale), (long long)(wanted / CLOCK_HOUR));
	}
	return any;
}

static void
suggest_season(struct suggestions *out, const struct lesson *lesson)
{
	suggest_stage(out, lesson, DISMISS_SEASONAL, STAGE_SEASONAL,
		      "the stage is on and looks at all history: it knows a day after two days, "
		      "a week after two weeks of data");
}

static void
suggest_lasting(struct suggestions *out, const struct lesson *lesson)
{
	struct str yaml;
	bool shorter;

	str_init(&yaml, STR_MAX_TEXT);
	shorter = add_extended(&yaml, lesson, LASTS);
	suggest(out, lesson, DISMISS_BAD_DATA, lesson->reasons[DISMISS_BAD_DATA], &yaml,
		memory_string(shorter ? "what has to last for half a day outlasts most broken "
					"collections; findings come so much later"
				      : "changes have to last for half a day already"));
	str_release(&yaml);
}

static void
suggest_all(struct suggestions *out, const struct lesson *lesson)
{
	static const struct {
		enum dismiss_reason reason;
		const char *why;
	} without[] = {
		{ DISMISS_EXPECTED,
		  "a plan is known to people only: no setting can tell it from an "
		  "accident" },
		{ DISMISS_NOT_OURS, "no setting hides functions: what a library costs here was "
				    "called from here" },
	};
	struct str none;

	for (int scale = 0; scale < SCALES; scale++)
		if (lesson->too_small_count[scale] > 0 && lesson->too_small[scale] > 0)
			suggest_size(out, lesson, (enum detect_scale)scale);
	if (lesson->too_small_metric > 0)
		suggest_relative(out, lesson);
	if (lesson->reasons[DISMISS_SEASONAL] > 0)
		suggest_season(out, lesson);
	if (lesson->reasons[DISMISS_COST_MOVED] > 0)
		suggest_stage(
			out, lesson, DISMISS_COST_MOVED, STAGE_COST_SHIFT,
			"the stage is on: it knows more with `import changes`, which tells the "
			"functions of one change");
	if (lesson->reasons[DISMISS_BAD_DATA] > 0)
		suggest_lasting(out, lesson);
	str_init(&none, STR_MAX_LINE);
	for (size_t i = 0; i < sizeof(without) / sizeof(without[0]); i++)
		if (lesson->reasons[without[i].reason] > 0)
			suggest(out, lesson, without[i].reason, lesson->reasons[without[i].reason],
				&none, memory_string(without[i].why));
	str_release(&none);
}

static int
learn(struct suggestions *out, struct store *store, const struct settings *settings,
      const char *service, struct error *err)
{
	struct finding_query query = { .service = service,
				       .kind = FINDING_REGRESSION,
				       .state = -1,
				       .limit = SUGGESTIONS_FINDINGS_MAX };
	struct lesson lesson = { .service = service,
				 .settings = settings_detection(settings, service) };
	struct finding_rows rows = { 0 };
	int result = casebook_findings(store, &query, &rows, err);

	for (int scale = 0; scale < SCALES; scale++)
		lesson.taken[scale] = INFINITY;
	for (size_t i = 0; result == 0 && i < rows.count; i++)
		result = learn_from(&lesson, store, &rows.items[i], err);
	finding_rows_release(&rows);
	if (result == 0)
		suggest_all(out, &lesson);
	return result;
}

int
suggestions_make(struct suggestions *out, struct store *store, const struct settings *settings,
		 const char *service, struct error *err)
{
	struct service_list services = { 0 };
	int result = casebook_services(store, &services, err);

	*out = (struct suggestions){ 0 };
	for (size_t i = 0; result == 0 && i < services.count; i++)
		if (service == NULL || text_equal(service, services.items[i].name))
			result = learn(out, store, settings, services.items[i].name, err);
	service_list_release(&services);
	if (result < 0)
		suggestions_release(out);
	return result;
}
