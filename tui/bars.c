/* The lines at the edges of the screen; see bars.h. Called by ui_draw.c and screens. */
#include "tui/bars.h"

#include <string.h>

#include "core/base/text.h"

#define HINTS_MAX 6
#define PROGRESS_BAR 20

void
bars_top(const struct surface *surface, int row, const char *path, const char *right)
{
	int room = surface->columns, width, skip;

	surface_fill(surface, row, 0, 1, surface->columns, STYLE_TITLE);
	if (right != NULL) {
		width = surface_width(surface, right, strlen(right));
		/* In a narrow window where one is matters more than what it costs. */
		if (width + surface_width(surface, path, strlen(path)) + 4 <= room ||
		    width * 2 < room) {
			surface_put_right(surface, row, room - width - 1, width, STYLE_TITLE,
					  right);
			room -= width + 2;
		}
	}
	width = surface_width(surface, path, strlen(path));
	skip = width + 1 > room ? width + 1 - room : 0;
	struct surface view = surface_view(surface, row, 1, 1, room - 1);
	surface_put_scrolled(&view, 0, 0, STYLE_TITLE, path, strlen(path), 0, skip);
	if (skip > 0)
		surface_glyph(&view, 0, 0, STYLE_TITLE, 0x2026, '<');
}

/* "Label" or "Label 7". */
static void
tab_text(const struct tab *tab, char *buffer, size_t size)
{
	char number[TEXT_NUMBER_SIZE];

	if (tab->count < 0)
		snprintf(buffer, size, "%s", tab->label);
	else
		snprintf(buffer, size, "%s %s", tab->label, text_count((double)tab->count, number));
}

int
bars_tabs(const struct surface *surface, int row, const struct tab *tabs, size_t count,
	  size_t current)
{
	int column = 0;
	char text[128];

	for (size_t i = 0; i < count; i++) {
		enum style style = i == current ? STYLE_FOCUS : STYLE_NORMAL;

		tab_text(&tabs[i], text, sizeof(text));
		column = surface_put(surface, row, column, style, i == current ? "[" : " ");
		column = surface_put(surface, row, column, style, text);
		column = surface_put(surface, row, column, style, i == current ? "]" : " ");
		column++;
	}
	return column;
}

size_t
bars_tab_at(const struct tab *tabs, size_t count, size_t current, int column)
{
	char text[128];
	int at = 0;

	(void)current; /* brackets and blanks are equally wide */
	for (size_t i = 0; i < count; i++) {
		int width;

		tab_text(&tabs[i], text, sizeof(text));
		width = surface_text_width(text, strlen(text), true) + 2;
		if (column >= at && column < at + width)
			return i;
		at += width + 1;
	}
	return count;
}

/* Draws "key hint" and returns the column after, or the same column when there is no room. */
static int
put_hint(const struct surface *surface, int row, int column, const struct action *action)
{
	int key_length = (int)strcspn(action->keys, " ");
	int width = key_length + 1 + surface_width(surface, action->hint, strlen(action->hint));

	if (column + width > surface->columns)
		return column;
	column = surface_putf(surface, row, column, STYLE_KEY, "%.*s", key_length, action->keys);
	column = surface_put(surface, row, column + 1, STYLE_HINT, action->hint);
	return column + 2;
}

static int
hints_width(const struct surface *surface, const struct action *table)
{
	int width = 0;

	for (; table != NULL && table->name != NULL; table++)
		if (table->hint != NULL && table->keys != NULL)
			width += (int)strcspn(table->keys, " ") + 3 +
				 surface_width(surface, table->hint, strlen(table->hint));
	return width;
}

static bool
has_hint(const struct action *action, const void *state)
{
	return action->hint != NULL && action->keys != NULL &&
	       action_refused(action, state) == NULL;
}

void
bars_hints(const struct surface *surface, int row, const struct action *actions, const void *state,
	   const struct action *common)
{
	/* Help and the palette come last and always have their place. */
	int kept = hints_width(surface, common), column = 1, shown = 0;
	struct surface view = surface_view(surface, row, 0, 1, surface->columns - kept);

	if (kept > surface->columns / 2)
		view = surface_view(surface, row, 0, 1, surface->columns);
	for (; actions != NULL && actions->name != NULL && shown < HINTS_MAX; actions++) {
		int after = column;

		if (has_hint(actions, state))
			after = put_hint(&view, 0, column, actions);
		shown += after > column;
		column = after;
	}
	for (; common != NULL && common->name != NULL; common++)
		if (common->hint != NULL && common->keys != NULL)
			column = put_hint(surface, row, column, common);
}

void
bars_message(const struct surface *surface, int row, const struct message *message, size_t more)
{
	static const enum style styles[] = { STYLE_NORMAL, STYLE_GOOD, STYLE_WARN, STYLE_BAD };
	static const char *const words[] = { "", "", "warning: ", "error: " };
	int column = 1, end = surface->columns;

	if (more > 0) {
		char text[64];

		snprintf(text, sizeof(text), "(%zu more)", more);
		end -= (int)strlen(text) + 1;
		surface_put(surface, row, end, STYLE_DIM, text);
		end--;
	}
	column = surface_put(surface, row, column, styles[message->kind], words[message->kind]);
	surface_put_field(surface, row, column, end - column, styles[message->kind], message->text,
			  strlen(message->text));
}

void
bars_progress(const struct surface *surface, int row, const char *what, uint64_t done,
	      uint64_t total)
{
	static const char stop[] = "Esc stops";
	char number[TEXT_NUMBER_SIZE];
	int column = surface_put(surface, row, 1, STYLE_PROGRESS, what) + 1;
	int left = surface->columns - column - (int)sizeof(stop);

	if (total > 0 && done <= total && left > PROGRESS_BAR + 8) {
		double share = (double)done / (double)total;

		surface_bar(surface, row, column, PROGRESS_BAR, STYLE_PROGRESS, share);
		column = surface_putf(surface, row, column + PROGRESS_BAR, STYLE_PROGRESS,
				      " %3d %%", (int)(share * 100.0));
	} else if (done > 0 && left > 8) {
		column = surface_put(surface, row, column, STYLE_PROGRESS,
				     text_short_count((double)done, number));
	}
	surface_put(surface, row, column + 1, STYLE_HINT, stop);
}

void
bars_rule(const struct surface *surface, int row, const char *word)
{
	surface_horizontal(surface, row, 0, surface->columns, STYLE_BORDER);
	if (word != NULL && *word != '\0')
		surface_putf(surface, row, 4, STYLE_HEADING, " %s ", word);
}
