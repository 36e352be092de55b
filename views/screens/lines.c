/* Labelled lines; see lines.h. Called by the finding and the candidate screen. */
#include "views/screens/lines.h"

#include <stdarg.h>
#include <string.h>

#include "views/screens/words.h"

#define WIDTH_MIN 30
#define MARGIN 2 /* the cursor of the text view */

static const struct line_target nothing = { OPENS_NOTHING, 0 };

void
lines_init(struct lines *lines)
{
	*lines = (struct lines){ 0 };
	text_view_init(&lines->view, TEXT_VIEW_PLAIN);
	lines->view.show_cursor = true;
}

void
lines_release(struct lines *lines)
{
	text_view_release(&lines->view);
	vec_release(&lines->targets);
}

void
lines_begin(struct lines *lines, int width)
{
	size_t cursor = lines->view.cursor, top = lines->view.top;

	text_view_clear(&lines->view);
	vec_clear(&lines->targets);
	lines->width = width - MARGIN;
	lines->view.cursor = cursor;
	lines->view.top = top;
}

struct line_target
lines_target(const struct lines *lines)
{
	size_t line = lines->view.cursor;

	return line < lines->targets.count ? lines->targets.items[line] : nothing;
}

void
lines_put_target(struct lines *lines, enum style style, struct line_target target,
		 const char *label, const char *text)
{
	size_t length = strlen(text);
	int width = lines->width - LINES_INDENT;

	do {
		size_t piece = words_fold(text, length, width > WIDTH_MIN ? width : WIDTH_MIN);

		text_view_addf(&lines->view, style, "%-*s%.*s", LINES_INDENT, label, (int)piece,
			       text);
		while (lines->targets.count < lines->view.lines.count)
			vec_push(&lines->targets, target);
		piece += piece < length && (text[piece] == ' ' || text[piece] == '\n');
		text += piece;
		length -= piece;
		label = "";
	} while (length > 0);
}

void
lines_put(struct lines *lines, enum style style, const char *label, const char *text)
{
	lines_put_target(lines, style, nothing, label, text);
}

void
lines_putf(struct lines *lines, const char *label, const char *format, ...)
{
	struct str text;
	va_list args;

	str_init(&text, STR_MAX_LINE);
	va_start(args, format);
	str_addv(&text, format, args);
	va_end(args);
	lines_put(lines, STYLE_NORMAL, label, text.data);
	str_release(&text);
}

void
lines_heading(struct lines *lines, const char *text)
{
	text_view_add(&lines->view, STYLE_NORMAL, "");
	text_view_add(&lines->view, STYLE_HEADING, text);
	vec_push(&lines->targets, nothing);
	vec_push(&lines->targets, nothing);
}
