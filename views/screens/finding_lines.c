/* A finding in lines; see finding_lines.h. Called by finding.c. */
#include "views/screens/finding_lines.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "views/screens/words.h"

#define INDENT 10 /* columns of the labels */
#define WIDTH_MIN 30

struct writer {
	struct finding_lines *lines;
	int width;
};

void
finding_lines_init(struct finding_lines *lines)
{
	*lines = (struct finding_lines){ 0 };
	text_view_init(&lines->view, TEXT_VIEW_PLAIN);
	lines->view.show_cursor = true;
}

void
finding_lines_release(struct finding_lines *lines)
{
	text_view_release(&lines->view);
	vec_release(&lines->targets);
}

struct line_target
finding_lines_target(const struct finding_lines *lines)
{
	size_t line = lines->view.cursor;

	return line < lines->targets.count ? lines->targets.items[line]
					   : (struct line_target){ OPENS_NOTHING, 0 };
}

/* -- writing -- */

/* Lines with a label before the first one; target for all of them. */
static void
put(struct writer *writer, enum style style, struct line_target target, const char *label,
    const char *text)
{
	size_t length = strlen(text);
	int width = writer->width - INDENT;

	do {
		size_t piece = words_fold(text, length, width > WIDTH_MIN ? width : WIDTH_MIN);

		text_view_addf(&writer->lines->view, style, "%-*s%.*s", INDENT, label, (int)piece,
			       text);
		while (writer->lines->targets.count < writer->lines->view.lines.count)
			vec_push(&writer->lines->targets, target);
		piece += piece < length && (text[piece] == ' ' || text[piece] == '\n');
		text += piece;
		length -= piece;
		label = "";
	} while (length > 0);
}

static void putf(struct writer *writer, const char *label, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void
putf(struct writer *writer, const char *label, const char *format, ...)
{
	struct str text;
	va_list args;

	str_init(&text, STR_MAX_LINE);
	va_start(args, format);
	str_addv(&text, format, args);
	va_end(args);
	put(writer, STYLE_NORMAL, (struct line_target){ OPENS_NOTHING, 0 }, label, text.data);
	str_release(&text);
}

static void
put_heading(struct writer *writer, const char *text)
{
	const struct line_target none = { OPENS_NOTHING, 0 };

	text_view_add(&writer->lines->view, STYLE_NORMAL, "");
	text_view_add(&writer->lines->view, STYLE_HEADING, text);
	vec_push(&writer->lines->targets, none);
	vec_push(&writer->lines->targets, none);
}

/* -- parts -- */

static void
put_head(struct writer *writer, const struct finding *finding)
{
	putf(writer, "what", "%s %s in %s", finding_kind_name(finding->kind), finding->subject,
	     finding->service_name);
	putf(writer, "state", "%s%s%s", finding_state_name(finding->state),
	     finding->owner != NULL ? ", claimed by " : "",
	     finding->owner != NULL ? finding->owner : "");
	if (finding->state == FINDING_DUPLICATE)
		put(writer, STYLE_LINK,
		    (struct line_target){ OPENS_FINDING, finding->duplicate_of }, "",
		    "of another finding: Enter opens it");
	if (finding->file != NULL)
		putf(writer, "where", "%s:%u", finding->file, finding->line);
	if (finding->skill != NULL)
		putf(writer, "skill", "%s", finding->skill);
}

static void
put_growth(struct writer *writer, const struct finding *finding)
{
	char change[WORDS_SIZE], low[TEXT_NUMBER_SIZE], high[TEXT_NUMBER_SIZE];
	char at[CLOCK_TEXT_SIZE], from[CLOCK_TEXT_SIZE], to[CLOCK_TEXT_SIZE];

	words_change(finding->before, finding->after, change);
	if (finding->kind == FINDING_OPPORTUNITY) {
		putf(writer, "share", "%s expected", change);
		return;
	}
	putf(writer, "share", "%s, %s to %s points more (95 %%)", change,
	     text_points(finding->delta_low, low), text_points(finding->delta_high, high));
	putf(writer, "since", "%s, between %s and %s", clock_format(finding->changed_at, at),
	     clock_format(finding->changed_low, from), clock_format(finding->changed_high, to));
}

static void
put_impact(struct writer *writer, const struct finding *finding)
{
	char cores[TEXT_NUMBER_SIZE], low[TEXT_NUMBER_SIZE], high[TEXT_NUMBER_SIZE],
		watts[TEXT_NUMBER_SIZE];
	const struct impact *impact = &finding->impact;

	if (!isfinite(impact->cores))
		putf(writer, "impact", "not known: headroom service set %s --cores N",
		     finding->service_name);
	else
		putf(writer, "impact", "%s cores (%s to %s)%s%s", text_cores(impact->cores, cores),
		     text_cores(impact->low, low), text_cores(impact->high, high),
		     isfinite(impact->watts) ? ", " : "",
		     isfinite(impact->watts) ? text_watts(impact->watts, watts) : "");
}

static void
put_filters(struct writer *writer, const struct json *evidence)
{
	const struct json *filter = json_first(json_get(evidence, "filters"));

	for (; filter != NULL; filter = json_next(filter))
		putf(writer, json_get_bool(filter, "passed", false) ? "  passed" : "  failed",
		     "%s: %s", json_get_text(filter, "name", "?"),
		     json_get_text(filter, "why", ""));
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
put_stacks(struct writer *writer, const struct json *evidence)
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
					      json_get_number(stack, "after", 0), change));
		add_frames(&text, json_get_text(stack, "stack", ""));
		putf(writer, "  stack", "%s", text.data);
	}
	str_release(&text);
}

/* Where a skill's rule matched, as the scan keeps it. */
static void
put_matches(struct writer *writer, const struct json *evidence)
{
	const struct json *match = json_first(json_get(evidence, "matches"));
	const char *file = json_get_text(json_get(evidence, "place"), "file", "");

	for (; match != NULL; match = json_next(match))
		putf(writer, "  matched", "%s:%lld  %s", file,
		     (long long)json_get_int(match, "line", 0), json_get_text(match, "text", ""));
}

static void
put_evidence(struct writer *writer, const struct finding *finding)
{
	char p[TEXT_NUMBER_SIZE], q[TEXT_NUMBER_SIZE], before[TEXT_NUMBER_SIZE],
		after[TEXT_NUMBER_SIZE];
	struct json *evidence = NULL;

	put_heading(writer, "evidence");
	if (finding->kind == FINDING_REGRESSION) {
		putf(writer, "  chance", "p %s, q %s over all functions tested",
		     text_probability(finding->p, p), text_probability(finding->q, q));
		putf(writer, "  samples", "%s in %u windows before, %s in %u windows after",
		     text_count(finding->samples_before, before), finding->windows_before,
		     text_count(finding->samples_after, after), finding->windows_after);
	}
	if (finding->evidence != NULL &&
	    json_parse(&evidence, finding->evidence, strlen(finding->evidence), NULL) == 0) {
		put_filters(writer, evidence);
		put_matches(writer, evidence);
		put_stacks(writer, evidence);
	}
	json_free(evidence);
}

static void
put_suspect(struct writer *writer, const struct suspect *suspect, size_t number)
{
	struct line_target target = { OPENS_CHANGE, suspect->change };
	char time[CLOCK_TEXT_SIZE];
	struct str text;

	str_init(&text, STR_MAX_LINE);
	str_addf(&text, "%zu %.10s %3.0f %%  %s  (%s, %s)", number, suspect->key,
		 100 * suspect->score, suspect->title != NULL ? suspect->title : "",
		 suspect->author != NULL ? suspect->author : "unknown",
		 clock_format(suspect->time, time));
	put(writer, STYLE_LINK, target, "  change", text.data);
	str_clear(&text);
	if (suspect->why != NULL && suspect->why[0] != '\0')
		put(writer, STYLE_NORMAL, target, "  why", suspect->why);
	str_addf(&text, "attribution %.2f  timing %.2f  text %.2f  diff %.2f", suspect->attribution,
		 suspect->timing, suspect->text, suspect->diff);
	put(writer, STYLE_DIM, target, "", text.data);
	str_release(&text);
}

static void
put_suspects(struct writer *writer, const struct finding *finding)
{
	struct str heading;

	if (finding->kind != FINDING_REGRESSION)
		return;
	str_init(&heading, STR_MAX_LINE);
	str_addf(&heading, "suspects: %s",
		 finding->verdict != NULL ? finding->verdict : "not ranked yet");
	put_heading(writer, heading.data);
	str_release(&heading);
	for (size_t i = 0; i < finding->suspect_count; i++)
		put_suspect(writer, &finding->suspects[i], i + 1);
	if (finding->suspect_count == 0 && finding->verdict != NULL)
		putf(writer, "", "no change in the time around it explains this");
}

static void
put_members(struct writer *writer, const struct finding *finding)
{
	struct str text;

	if (finding->members.count == 0)
		return;
	put_heading(writer, "grew with it");
	str_init(&text, STR_MAX_TEXT);
	strings_join(&finding->members, ", ", &text);
	putf(writer, "", "%s", text.data);
	str_release(&text);
}

static void
put_similar(struct writer *writer, const struct finding_rows *similar)
{
	char change[WORDS_SIZE];
	struct str text;

	if (similar->count == 0)
		return;
	put_heading(writer, "similar, resolved");
	str_init(&text, STR_MAX_LINE);
	for (size_t i = 0; i < similar->count; i++) {
		const struct finding_row *row = &similar->items[i];

		str_clear(&text);
		str_addf(&text, "F%lld %s  %s  %s", (long long)row->id, row->subject,
			 words_change(row->before, row->after, change),
			 finding_state_name(row->state));
		put(writer, STYLE_LINK, (struct line_target){ OPENS_FINDING, row->id }, "",
		    text.data);
	}
	str_release(&text);
}

static void
put_history(struct writer *writer, const struct event_list *events)
{
	char time[CLOCK_TEXT_SIZE];

	if (events->count == 0)
		return;
	put_heading(writer, "history");
	for (size_t i = 0; i < events->count; i++) {
		const struct event *event = &events->items[i];

		putf(writer, "", "%s  %s  %s  %s", clock_format(event->time, time),
		     event->user != NULL ? event->user : "-", event->kind,
		     event->text != NULL ? event->text : "");
	}
}

void
finding_lines_fill(struct finding_lines *lines, const struct finding_view *view, const char *next,
		   int width)
{
	struct writer writer = { .lines = lines, .width = width - 2 };
	const struct finding *finding = &view->finding;
	size_t cursor = lines->view.cursor, top = lines->view.top;

	text_view_clear(&lines->view);
	vec_clear(&lines->targets);
	put_head(&writer, finding);
	put_growth(&writer, finding);
	put_impact(&writer, finding);
	if (next != NULL)
		put(&writer, STYLE_STRONG, (struct line_target){ OPENS_NOTHING, 0 }, "", next);
	put_suspects(&writer, finding);
	put_evidence(&writer, finding);
	put_members(&writer, finding);
	put_similar(&writer, &view->similar);
	put_history(&writer, &view->events);
	lines->view.cursor = cursor;
	lines->view.top = top;
}
