/* A finding in lines; see finding_lines.h. Called by finding.c. */
#include "views/screens/finding_lines.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/detect/stage_text.h"
#include "views/screens/finding_stages.h"
#include "views/screens/words.h"

/* -- parts -- */

static void
put_head(struct lines *lines, const struct finding *finding)
{
	lines_putf(lines, "what", "%s %s in %s", finding_kind_name(finding->kind), finding->subject,
		   finding->service_name);
	lines_putf(lines, "state", "%s%s%s", finding_state_name(finding->state),
		   finding->owner != NULL ? ", claimed by " : "",
		   finding->owner != NULL ? finding->owner : "");
	if (finding->state == FINDING_DUPLICATE)
		lines_put_target(lines, STYLE_LINK,
				 (struct line_target){ OPENS_FINDING, finding->duplicate_of }, "",
				 "of another finding: Enter opens it");
	if (finding->file != NULL)
		lines_putf(lines, "where", "%s:%u", finding->file, finding->line);
	if (finding->skill != NULL)
		lines_putf(lines, "skill", "%s", finding->skill);
}

static void
put_growth(struct lines *lines, const struct finding *finding)
{
	char change[WORDS_SIZE], low[TEXT_NUMBER_SIZE], high[TEXT_NUMBER_SIZE];
	char at[CLOCK_TEXT_SIZE], from[CLOCK_TEXT_SIZE], to[CLOCK_TEXT_SIZE];

	words_change(finding->before, finding->after, finding->unit, change);
	if (finding->kind == FINDING_OPPORTUNITY) {
		lines_putf(lines, "share", "%s expected", change);
		return;
	}
	if (finding->unit != NULL)
		lines_putf(lines, "value", "%s, a change of %s to %s (95 %%)", change,
			   text_value(finding->delta_low, finding->unit, low),
			   text_value(finding->delta_high, finding->unit, high));
	else
		lines_putf(lines, "share", "%s, %s to %s points %s (95 %%)", change,
			   text_points(finding->delta_low, low),
			   text_points(finding->delta_high, high),
			   finding->after > finding->before ? "more" : "less");
	lines_putf(lines, "since", "%s, between %s and %s",
		   clock_format_when(finding->changed_at, at),
		   clock_format_when(finding->changed_low, from),
		   clock_format_when(finding->changed_high, to));
}

static void
put_impact(struct lines *lines, const struct finding *finding)
{
	char cores[TEXT_NUMBER_SIZE], low[TEXT_NUMBER_SIZE], high[TEXT_NUMBER_SIZE],
		watts[TEXT_NUMBER_SIZE];
	const struct impact *impact = &finding->impact;

	if (finding->kind == FINDING_IMPROVEMENT || finding->unit != NULL)
		return; /* it costs nothing, or nobody knows in cores */
	if (!isfinite(impact->cores))
		lines_putf(lines, "impact", "not known: headroom service set %s --cores N",
			   finding->service_name);
	else
		lines_putf(lines, "impact", "%s cores (%s to %s)%s%s",
			   text_cores(impact->cores, cores), text_cores(impact->low, low),
			   text_cores(impact->high, high), isfinite(impact->watts) ? ", " : "",
			   isfinite(impact->watts) ? text_watts(impact->watts, watts) : "");
}

static void
put_filters(struct lines *lines, const struct json *evidence)
{
	struct finding_stage stages[FINDING_STAGES_MAX];
	size_t count = finding_stages(stages, evidence);
	char title[TEXT_NUMBER_SIZE];

	for (size_t i = 0; i < count; i++)
		if (stages[i].ran)
			lines_putf(lines, stages[i].passed ? "  passed" : "  failed", "%s: %s",
				   detect_stage_title(stages[i].name, title), stages[i].why);
}

/* Frames with blanks between them, so that they fold. */
static void
add_frames(struct str *out, const char *stack)
{
	for (; *stack != '\0'; stack++) {
		if (*stack == ';')
			str_add(out, " > ");
		else
			str_add_char(out, *stack);
	}
}

/* A regression's stacks have shares before and after, an opportunity's have samples. */
static void
put_stacks(struct lines *lines, const struct json *evidence)
{
	const struct json *stack = json_first(json_get(evidence, "stacks"));
	char change[WORDS_SIZE], count[TEXT_NUMBER_SIZE];
	struct str text;

	str_init(&text, STR_MAX_LINE);
	for (; stack != NULL; stack = json_next(stack)) {
		str_clear(&text);
		if (json_get(stack, "samples") != NULL)
			str_addf(&text, "%s samples  ",
				 text_count(json_get_number(stack, "samples", 0), count));
		else
			str_addf(&text, "%s  ",
				 words_change(json_get_number(stack, "before", 0),
					      json_get_number(stack, "after", 0), NULL, change));
		add_frames(&text, json_get_text(stack, "stack", ""));
		lines_putf(lines, "  stack", "%s", text.data);
	}
	str_release(&text);
}

/* Where a skill's rule matched, as the scan keeps it. */
static void
put_matches(struct lines *lines, const struct json *evidence)
{
	const struct json *match = json_first(json_get(evidence, "matches"));
	const char *file = json_get_text(json_get(evidence, "place"), "file", "");

	for (; match != NULL; match = json_next(match))
		lines_putf(lines, "  matched", "%s:%lld  %s", file,
			   (long long)json_get_int(match, "line", 0),
			   json_get_text(match, "text", ""));
}

static void
put_evidence(struct lines *lines, const struct finding_view *view)
{
	char p[TEXT_NUMBER_SIZE], q[TEXT_NUMBER_SIZE], before[TEXT_NUMBER_SIZE],
		after[TEXT_NUMBER_SIZE];
	const struct finding *finding = &view->finding;

	lines_heading(lines, "evidence");
	if (finding->kind != FINDING_OPPORTUNITY) {
		lines_putf(lines, "  chance", "p %s, q %s over all series tested",
			   text_probability(finding->p, p), text_probability(finding->q, q));
		lines_putf(lines, "  samples", "%s in %u window%s before, %s in %u window%s after",
			   text_count(finding->samples_before, before), finding->windows_before,
			   text_plural(finding->windows_before),
			   text_count(finding->samples_after, after), finding->windows_after,
			   text_plural(finding->windows_after));
	}
	put_filters(lines, view->evidence);
	put_matches(lines, view->evidence);
	put_stacks(lines, view->evidence);
}

static void
put_suspect(struct lines *lines, const struct suspect *suspect, size_t number)
{
	struct line_target target = { OPENS_CHANGE, suspect->change };
	char time[CLOCK_TEXT_SIZE];
	struct str text;

	str_init(&text, STR_MAX_LINE);
	str_addf(&text, "%zu %.10s %3.0f %%  %s  (%s, %s)", number, suspect->key,
		 100 * suspect->score, suspect->title != NULL ? suspect->title : "",
		 suspect->author != NULL ? suspect->author : "unknown",
		 clock_format(suspect->time, time));
	lines_put_target(lines, STYLE_LINK, target, "  change", text.data);
	str_clear(&text);
	if (suspect->why != NULL && suspect->why[0] != '\0')
		lines_put_target(lines, STYLE_NORMAL, target, "  why", suspect->why);
	str_addf(&text, "attribution %.2f  timing %.2f  text %.2f  diff %.2f", suspect->attribution,
		 suspect->timing, suspect->text, suspect->diff);
	lines_put_target(lines, STYLE_DIM, target, "", text.data);
	str_release(&text);
}

static void
put_suspects(struct lines *lines, const struct finding *finding)
{
	struct str heading;

	if (finding->kind != FINDING_REGRESSION)
		return;
	str_init(&heading, STR_MAX_LINE);
	str_addf(&heading, "suspects: %s",
		 finding->verdict != NULL ? finding->verdict : "not ranked yet");
	lines_heading(lines, heading.data);
	str_release(&heading);
	for (size_t i = 0; i < finding->suspect_count; i++)
		put_suspect(lines, &finding->suspects[i], i + 1);
	if (finding->suspect_count == 0 && finding->verdict != NULL)
		lines_putf(lines, "", "no change in the time around it explains this");
}

static void
put_members(struct lines *lines, const struct finding *finding)
{
	struct str text;

	if (finding->members.count == 0)
		return;
	lines_heading(lines, "grew with it");
	str_init(&text, STR_MAX_TEXT);
	strings_join(&finding->members, ", ", &text);
	lines_putf(lines, "", "%s", text.data);
	str_release(&text);
}

static void
put_similar(struct lines *lines, const struct finding_rows *similar)
{
	char change[WORDS_SIZE];
	struct str text;

	if (similar->count == 0)
		return;
	lines_heading(lines, "similar, resolved");
	str_init(&text, STR_MAX_LINE);
	for (size_t i = 0; i < similar->count; i++) {
		const struct finding_row *row = &similar->items[i];

		str_clear(&text);
		str_addf(&text, "F%lld %s  %s  %s", (long long)row->id, row->subject,
			 words_change(row->before, row->after, row->unit, change),
			 finding_state_name(row->state));
		lines_put_target(lines, STYLE_LINK, (struct line_target){ OPENS_FINDING, row->id },
				 "", text.data);
	}
	str_release(&text);
}

static void
put_history(struct lines *lines, const struct event_list *events)
{
	char time[CLOCK_TEXT_SIZE];

	if (events->count == 0)
		return;
	lines_heading(lines, "history");
	for (size_t i = 0; i < events->count; i++) {
		const struct event *event = &events->items[i];

		lines_putf(lines, "", "%s  %s  %s  %s", clock_format(event->time, time),
			   event->user != NULL ? event->user : "-", event->kind,
			   event->text != NULL ? event->text : "");
	}
}

void
finding_lines_fill(struct lines *lines, const struct finding_view *view, const char *next,
		   int width)
{
	const struct finding *finding = &view->finding;

	lines_begin(lines, width);
	put_head(lines, finding);
	put_growth(lines, finding);
	put_impact(lines, finding);
	if (next != NULL)
		lines_put(lines, STYLE_STRONG, "", next);
	put_suspects(lines, finding);
	put_evidence(lines, view);
	put_members(lines, finding);
	put_similar(lines, &view->similar);
	put_history(lines, &view->events);
}
