/* A step to read; see evidence.h. */
#include "views/screens/evidence.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/tools/tool.h"
#include "views/screens/folded.h"

#define INDENT 8 /* columns of the labels */

void
evidence_init(struct evidence *evidence)
{
	*evidence = (struct evidence){ 0 };
	text_view_init(&evidence->about, TEXT_VIEW_PLAIN);
	text_view_init(&evidence->answer, TEXT_VIEW_PLAIN);
	str_init(&evidence->caption, STR_MAX_LINE);
	chart_init(&evidence->chart);
}

void
evidence_release(struct evidence *evidence)
{
	text_view_release(&evidence->about);
	text_view_release(&evidence->answer);
	str_release(&evidence->caption);
	vec_release(&evidence->points);
}

static void
put(struct evidence *evidence, enum style style, int width, const char *label, const char *text)
{
	if (text != NULL && text[0] != '\0')
		folded_put(&evidence->about, style, INDENT, width, label, text);
}

/* "service=shelf function=escape_html" */
static void
arguments_text(const struct json *arguments, struct str *out)
{
	for (const struct json *one = json_first(arguments); one != NULL; one = json_next(one)) {
		if (out->len > 0)
			str_add_char(out, ' ');
		str_addf(out, "%s=", json_key(one));
		if (json_type(one) == JSON_STRING)
			str_add(out, json_text(one, ""));
		else
			json_write(out, one);
	}
}

static void
put_question(struct evidence *evidence, const struct guide *guide, size_t step, int width)
{
	const struct playbook_step *play = &guide->playbook->steps[step];
	const struct tool *tool = play->tool != NULL ? tool_find(play->tool) : NULL;
	struct json *arguments;
	struct str text;

	if (play->tool == NULL)
		return;
	str_init(&text, STR_MAX_LINE);
	arguments = guide_arguments(guide, step);
	arguments_text(arguments, &text);
	folded_putf(&evidence->about, STYLE_NORMAL, INDENT, width, "asks", "%s%s%s%s  %s",
		    play->tool, tool != NULL ? " (" : "", tool != NULL ? tool->title : "",
		    tool != NULL ? ")" : "", text.data);
	json_free(arguments);
	str_release(&text);
}

static const char *
says_word(enum step_says says, enum style *style)
{
	switch (says) {
	case SAYS_FOR:
		*style = STYLE_GOOD;
		return "for";
	case SAYS_AGAINST:
		*style = STYLE_BAD;
		return "against";
	case SAYS_UNCLEAR:
		*style = STYLE_WARN;
		return "unclear";
	case SAYS_NOTHING:
		break;
	}
	*style = STYLE_NORMAL;
	return "says";
}

/* What it says comes first once it is known, then how to see that for oneself. */
static void
put_done(struct evidence *evidence, const struct guide *guide, size_t step, int width)
{
	const struct playbook_step *play = &guide->playbook->steps[step];
	const struct investigation_step *record = &guide->record.steps[step];
	char time[CLOCK_TEXT_SIZE];
	enum style style;
	const char *word = says_word(record->says, &style);

	put(evidence, style, width, word, record->conclusion);
	put(evidence, STYLE_STRONG, width, "note", record->note);
	put(evidence, STYLE_NORMAL, width, "read", play->how);
	put(evidence, STYLE_DIM, width, "why", play->why);
	put_question(evidence, guide, step, width);
	if (record->run_at != 0)
		put(evidence, STYLE_DIM, width, "run", clock_format(record->run_at, time));
}

static void
put_open(struct evidence *evidence, const struct guide *guide, size_t step, int width)
{
	const struct playbook_step *play = &guide->playbook->steps[step];
	const struct investigation_step *record = &guide->record.steps[step];

	put(evidence, STYLE_NORMAL, width, "why", play->why);
	put_question(evidence, guide, step, width);
	put(evidence, STYLE_NORMAL, width, "read", play->how);
	put(evidence, STYLE_STRONG, width, "note", record->note);
	if (record->state == STEP_SKIPPED)
		put(evidence, STYLE_WARN, width, "", "skipped; r runs it all the same");
	else if (play->tool != NULL)
		put(evidence, STYLE_DIM, width, "", "Enter asks it, E edits what it asks");
	else
		put(evidence, STYLE_DIM, width, "", "Enter takes what the steps so far come to");
}

static void
put_answer(struct evidence *evidence, const struct guide *guide, size_t step, int width)
{
	const struct playbook_step *play = &guide->playbook->steps[step];
	const char *text = guide->record.steps[step].answer;
	struct json *answer = NULL;
	struct error err = { 0 };

	if (play->tool == NULL || text == NULL)
		return;
	if (json_parse(&answer, text, strlen(text), &err) < 0)
		text_view_addf(&evidence->answer, STYLE_BAD, "the stored answer: %s", err.text);
	else
		evidence_answer(evidence, play->tool, answer, guide->finding.subject, width);
	evidence->has_answer = true;
	json_free(answer);
}

void
evidence_fill(struct evidence *evidence, const struct guide *guide, size_t step, int width)
{
	text_view_clear(&evidence->about);
	text_view_clear(&evidence->answer);
	str_clear(&evidence->caption);
	vec_clear(&evidence->points);
	chart_init(&evidence->chart);
	evidence->answer.kind = TEXT_VIEW_PLAIN;
	evidence->answer.line_numbers = false;
	evidence->answer.first_number = 1;
	evidence->has_answer = false;
	if (step >= guide->playbook->step_count)
		return;
	if (guide->record.steps[step].state == STEP_DONE)
		put_done(evidence, guide, step, width);
	else
		put_open(evidence, guide, step, width);
	put_answer(evidence, guide, step, width);
}
