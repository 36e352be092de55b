/* Drawing of texts; see text_view.h. Called by screens. */
#include <string.h>

#include "tui/code.h"
#include "tui/text_view.h"

static int
number_width(const struct text_view *view)
{
	size_t last = view->first_number + view->lines.count;
	int width = 1;

	if (!view->line_numbers)
		return 0;
	for (; last >= 10; last /= 10)
		width++;
	return width;
}

/* A piece in one style, the matches of the search in it in theirs. Returns the place after. */
static int
draw_piece(const struct text_view *view, const struct surface *surface, int row, int column,
	   enum style style, const char *line, size_t from, size_t to, int place)
{
	size_t size = strlen(view->find);

	while (from < to) {
		size_t match = text_view_match(line, to, from, view->find);

		place = surface_put_scrolled(surface, row, column, style, line + from, match - from,
					     place, view->left);
		from = match;
		if (match < to) {
			place = surface_put_scrolled(surface, row, column, STYLE_MATCH, line + from,
						     size, place, view->left);
			from += size;
		}
	}
	return place;
}

/* In a diff the sign keeps the line's colour and the code after it has its own. */
static void
draw_text(const struct text_view *view, const struct surface *surface, int row, int column,
	  const struct text_view_line *line)
{
	const char *text = view->text.data + line->start;
	bool code = view->kind == TEXT_VIEW_SOURCE ||
		    (view->kind == TEXT_VIEW_DIFF &&
		     (line->style == STYLE_LINE_ADDED || line->style == STYLE_LINE_REMOVED ||
		      line->style == STYLE_NORMAL));
	enum style style = line->style;
	bool comment = line->comment;
	size_t at = 0;
	int place = 0;

	if (view->kind == TEXT_VIEW_DIFF && code && line->length > 0) {
		place = draw_piece(view, surface, row, column, style, text, 0, 1, place);
		at = 1;
	}
	while (at < line->length && place - view->left < surface->columns) {
		size_t end = line->length;

		if (code)
			end = code_piece(text, line->length, at, &comment, line->style, &style);
		/* A match may reach over pieces: the search's colour is what counts then. */
		if (view->find[0] != '\0') {
			size_t match = text_view_match(text, line->length, at, view->find);

			if (match < end && match + strlen(view->find) > end)
				end = match + strlen(view->find);
		}
		place = draw_piece(view, surface, row, column, style, text, at, end, place);
		at = end;
	}
}

static void
draw_line(const struct text_view *view, const struct surface *surface, int row, size_t number)
{
	const struct text_view_line *line = &view->lines.items[number];
	int width = number_width(view), column = 0;

	if (view->show_cursor) {
		if (number == view->cursor)
			surface_put(surface, row, 0, STYLE_FOCUS, ">");
		column = 2;
	}
	if (view->gutter_width > 0) {
		surface_put_field(surface, row, column, view->gutter_width, line->gutter_style,
				  line->gutter, strlen(line->gutter));
		column += view->gutter_width + 1;
	}
	if (width > 0) {
		char text[24];

		snprintf(text, sizeof(text), "%zu", view->first_number + number);
		surface_put_right(surface, row, column, width, STYLE_DIM, text);
		column += width + 1;
	}
	draw_text(view, surface, row, column, line);
}

void
text_view_draw(const struct text_view *view, const struct surface *surface)
{
	for (int row = 0; row < surface->rows; row++)
		if (view->top + (size_t)row < view->lines.count)
			draw_line(view, surface, row, view->top + (size_t)row);
}
