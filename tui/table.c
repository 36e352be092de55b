/* Columns of rows; see table.h. Called by screens. */
#include "tui/table.h"

#include <string.h>
#include <strings.h>

static int
width_of(const struct table_layout *layout)
{
	int width = 0;

	for (size_t i = 0; i < layout->count; i++)
		if (layout->widths[i] > 0)
			width += layout->widths[i] + 1;
	return width > 0 ? width - 1 : 0;
}

/* The column to leave out next; count when none may go. */
static size_t
next_drop(const struct table_layout *layout)
{
	size_t worst = layout->count;

	for (size_t i = 0; i < layout->count; i++)
		if (layout->widths[i] > 0 && layout->columns[i].drop > 0 &&
		    (worst == layout->count ||
		     layout->columns[i].drop > layout->columns[worst].drop))
			worst = i;
	return worst;
}

static void
share_out(struct table_layout *layout, int left)
{
	int parts = 0;

	for (size_t i = 0; i < layout->count; i++)
		if (layout->widths[i] > 0)
			parts += layout->columns[i].grow;
	for (size_t i = 0; i < layout->count && parts > 0; i++) {
		if (layout->widths[i] > 0 && layout->columns[i].grow > 0) {
			int share = left * layout->columns[i].grow / parts;

			layout->widths[i] += share;
			left -= share;
			parts -= layout->columns[i].grow;
		}
	}
}

struct table_layout
table_fit(const struct table_column *columns, size_t count, int room)
{
	struct table_layout layout = { .columns = columns };
	int start = 0;
	size_t drop;

	layout.count = count < TABLE_COLUMNS_MAX ? count : TABLE_COLUMNS_MAX;
	for (size_t i = 0; i < layout.count; i++)
		layout.widths[i] = columns[i].width;
	while (width_of(&layout) > room && (drop = next_drop(&layout)) < layout.count)
		layout.widths[drop] = 0;
	if (room > width_of(&layout))
		share_out(&layout, room - width_of(&layout));
	for (size_t i = 0; i < layout.count; i++) {
		layout.starts[i] = start;
		start += layout.widths[i] > 0 ? layout.widths[i] + 1 : 0;
	}
	return layout;
}

void
table_heading(const struct table_layout *layout, const struct surface *surface, int row, int column)
{
	for (size_t i = 0; i < layout->count; i++) {
		const char *text = layout->columns[i].heading;
		int width = layout->widths[i];

		if (width == 0 || text == NULL)
			continue;
		if (layout->columns[i].right)
			surface_put_right(surface, row, column + layout->starts[i], width,
					  STYLE_HEADING, text);
		else
			surface_put_field(surface, row, column + layout->starts[i], width,
					  STYLE_HEADING, text, strlen(text));
	}
}

struct surface
table_place(const struct table_layout *layout, const struct surface *surface, int row,
	    size_t column)
{
	return surface_view(surface, row, layout->starts[column], 1, layout->widths[column]);
}

void
table_cell(const struct table_layout *layout, const struct surface *surface, int row, size_t column,
	   enum style style, const char *text, const char *match)
{
	struct surface place = table_place(layout, surface, row, column);
	size_t length = strlen(text);
	const char *found;

	if (place.columns == 0)
		return;
	if (layout->columns[column].right)
		surface_put_right(&place, 0, 0, place.columns, style, text);
	else
		surface_put_field(&place, 0, 0, place.columns, style, text, length);
	if (match == NULL || *match == '\0' || (found = strcasestr(text, match)) == NULL)
		return;
	/* Over what is there already, and only where all of the text fitted. */
	if (surface_width(surface, text, length) <= place.columns) {
		int at = surface_width(surface, text, (size_t)(found - text));
		int width = surface_width(surface, found, strlen(match));

		if (layout->columns[column].right)
			at += place.columns - surface_width(surface, text, length);
		surface_put_field(&place, 0, at, width, STYLE_MATCH, found, strlen(match));
	}
}
