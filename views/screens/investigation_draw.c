/* Steps and verdict; see investigation_private.h. */
#include <string.h>

#include "core/base/text.h"
#include "views/screens/investigation_private.h"
#include "views/screens/words.h"

#define STEP_HEAD 7    /* "[x] 1 " */
#define TITLE_ALONE 64 /* narrower lists show no conclusion */
#define VERDICT_INDENT 10

/* -- the list -- */

static size_t
step_count(const void *model)
{
	const struct investigation_screen *screen = model;

	return screen->guide != NULL ? screen->guide->playbook->step_count : 0;
}

static uint64_t
step_key(const void *model, size_t row)
{
	(void)model;
	return row;
}

static bool
step_matches(const void *model, size_t row, const char *text)
{
	const struct guide *guide = ((const struct investigation_screen *)model)->guide;
	const char *conclusion = guide->record.steps[row].conclusion;

	return text_contains_nocase(guide->playbook->steps[row].title, text) ||
	       (conclusion != NULL && text_contains_nocase(conclusion, text));
}

/* What stands right of the title, and how. */
static const char *
step_outcome(const struct investigation_screen *screen, size_t row, enum style *style,
	     struct str *out)
{
	const struct playbook_step *play = &screen->guide->playbook->steps[row];
	const struct investigation_step *record = &screen->guide->record.steps[row];

	*style = STYLE_DIM;
	if (screen->job != 0 && screen->deed == STEP_DEED_RUN && screen->deed_step == row) {
		*style = STYLE_PROGRESS;
		str_add(out, "running");
	} else if (record->state == STEP_SKIPPED) {
		str_add(out, "skipped");
	} else if (record->state == STEP_OPEN) {
		str_addf(out, "%s%s", play->tool != NULL ? "runs " : "",
			 play->tool != NULL ? play->tool : "");
	} else {
		static const enum style styles[] = { STYLE_NORMAL, STYLE_GOOD, STYLE_BAD,
						     STYLE_WARN };
		static const char signs[] = { ' ', '+', '-', '?' };

		*style = styles[record->says];
		str_addf(out, "%c %s", signs[record->says],
			 record->conclusion != NULL ? record->conclusion : "");
	}
	return out->data;
}

static void
step_draw(const void *model, const struct list_row *row, const struct surface *line)
{
	const struct investigation_screen *screen = model;
	const struct guide *guide = screen->guide;
	static const char marks[] = { ' ', 'x', '-' };
	const struct investigation_step *record = &guide->record.steps[row->row];
	int room = line->columns - STEP_HEAD;
	int title = line->columns < TITLE_ALONE ? room : room * 45 / 100;
	const char *text = guide->playbook->steps[row->row].title;
	struct str outcome;
	enum style style;

	str_init(&outcome, STR_MAX_LINE);
	surface_putf(line, 0, 0, STYLE_NORMAL, "[%c] %zu", marks[record->state], row->row + 1);
	surface_put_field(line, 0, STEP_HEAD - 1, title,
			  record->state == STEP_OPEN ? STYLE_STRONG : STYLE_NORMAL, text,
			  strlen(text));
	step_outcome(screen, row->row, &style, &outcome);
	if (title < room)
		surface_put_field(line, 0, STEP_HEAD + title, room - title, style, outcome.data,
				  outcome.len);
	str_release(&outcome);
}

const struct list_ops investigation_list_ops = {
	.count = step_count,
	.key = step_key,
	.draw = step_draw,
	.matches = step_matches,
};

/* -- header and verdict -- */

void
investigation_draw_header(const struct investigation_screen *screen, const struct surface *surface,
			  int row)
{
	const struct guide *guide = screen->guide;
	size_t count, next;
	char text[80];

	if (guide == NULL) {
		surface_put(surface, row, 1, STYLE_DIM,
			    screen->job != 0 ? "opening ..." : "it could not be opened");
		return;
	}
	count = guide->playbook->step_count;
	next = guide_next(guide);
	if (next < count)
		snprintf(text, sizeof(text), "step %zu of %zu ", next + 1, count);
	else
		snprintf(text, sizeof(text), "all %zu steps ", count);
	surface_put_right(surface, row, 0, surface->columns, STYLE_NORMAL, text);
	surface_putf(surface, row, 1, STYLE_STRONG, "%s%s", guide->skill->name,
		     guide->playbook_changed ? "  (edited since it began)" : "");
}

/* One label and its text, folded; returns the rows. surface NULL: only measures. */
static int
put_folded(const struct surface *surface, int row, int columns, enum style style, const char *label,
	   const char *text)
{
	size_t length = text != NULL ? strlen(text) : 0;
	int rows = 0, width = columns - VERDICT_INDENT - 1;

	while (length > 0 && rows < 4) {
		size_t piece = words_fold(text, length, width > 12 ? width : 12);

		if (surface != NULL) {
			surface_put(surface, row + rows, 1, STYLE_HEADING, rows == 0 ? label : "");
			surface_put_field(surface, row + rows, VERDICT_INDENT, width, style, text,
					  piece);
		}
		piece += piece < length && (text[piece] == ' ' || text[piece] == '\n');
		text += piece;
		length -= piece;
		rows++;
	}
	return rows;
}

static int
put_verdict(const struct investigation_screen *screen, const struct surface *surface, int row,
	    int columns)
{
	const struct guide_verdict *verdict = &screen->verdict;
	char sure[TEXT_NUMBER_SIZE];
	struct str cause;
	int rows = 0;

	if (screen->guide == NULL || verdict->cause == NULL ||
	    verdict->steps_left == screen->guide->playbook->step_count)
		return 0;
	str_init(&cause, STR_MAX_LINE);
	if (verdict->steps_left > 0) { /* a cause would be a guess from half of the evidence */
		str_addf(&cause, "open: %zu for, %zu against, %zu unclear, %zu left",
			 verdict->steps_for, verdict->steps_against, verdict->steps_unclear,
			 verdict->steps_left);
		rows = put_folded(surface, row, columns, STYLE_NORMAL, "verdict", cause.data);
		str_release(&cause);
		return rows;
	}
	str_addf(&cause, "%s (%s sure)", verdict->cause, text_percent(verdict->confidence, sure));
	rows += put_folded(surface, row, columns, STYLE_STRONG, "verdict", cause.data);
	str_clear(&cause);
	str_add(&cause, verdict->next != NULL ? verdict->next : "");
	if (verdict->mitigations.count > 0) {
		str_add(&cause, " p makes the patch (");
		strings_join(&verdict->mitigations, ", ", &cause);
		str_add(&cause, ").");
	}
	rows += put_folded(surface, row + rows, columns, STYLE_NORMAL, "next", cause.data);
	str_release(&cause);
	return rows;
}

int
investigation_verdict_rows(const struct investigation_screen *screen)
{
	return put_verdict(screen, NULL, 0, screen->list_columns);
}

void
investigation_draw_verdict(const struct investigation_screen *screen, const struct surface *surface,
			   int row)
{
	put_verdict(screen, surface, row, screen->list_columns);
}
