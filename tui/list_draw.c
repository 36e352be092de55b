/* Drawing of lists; see list.h. Called by screens. */
#include "tui/list.h"

/* A surface that shows its first columns as selected and hands everything on. */
struct highlight {
	const struct surface *below;
	int columns;
};

static void
highlight_put(void *target, int row, int column, const struct surface_cell *cell)
{
	const struct highlight *highlight = target;
	struct surface_cell changed = *cell;

	if (column < highlight->columns)
		changed.style = changed.under = STYLE_SELECTED;
	highlight->below->ops->put(highlight->below->target, highlight->below->row + row,
				   highlight->below->column + column, &changed);
}

static void
highlight_cursor(void *target, int row, int column)
{
	const struct highlight *highlight = target;

	surface_cursor(highlight->below, row, column);
}

static const struct surface_ops highlight_ops = { .put = highlight_put,
						  .cursor = highlight_cursor };

static void
draw_selected(const struct list *list, const struct list_row *row, const struct surface *line)
{
	struct highlight highlight = { .below = line, .columns = list->highlight };
	struct surface over =
		surface_make(&highlight_ops, &highlight, 1, line->columns, line->features);

	/* What the line's own clipping leaves, in its own coordinates. */
	over.clip_row = line->clip_row - line->row;
	over.clip_column = line->clip_column - line->column;
	over.clip_row_end = line->clip_row_end - line->row;
	over.clip_column_end = line->clip_column_end - line->column;
	surface_fill(&over, 0, 0, 1, list->highlight, STYLE_SELECTED);
	list->ops->draw(list->model, row, &over);
}

static void
draw_row(const struct list *list, size_t position, const struct surface *surface, int at)
{
	struct surface line =
		surface_view(surface, at, LIST_MARGIN, 1, surface->columns - LIST_MARGIN);
	struct list_row row = { .row = list_row_at(list, position) };

	row.selected = position == list->cursor;
	row.marked = list->marked.count > 0 &&
		     list_is_marked(list, list->ops->key(list->model, row.row));
	row.find = list->find[0] != '\0' ? list->find : NULL;
	if (row.selected)
		surface_put(surface, at, 0, list->focused ? STYLE_FOCUS : STYLE_DIM, ">");
	if (row.marked)
		surface_put(surface, at, 1, STYLE_MARKED, "*");
	if (row.selected && list->focused)
		draw_selected(list, &row, &line);
	else
		list->ops->draw(list->model, &row, &line);
}

void
list_draw(const struct list *list, const struct surface *surface)
{
	for (int i = 0; i < surface->rows && list->top + (size_t)i < list->shown; i++)
		draw_row(list, list->top + (size_t)i, surface, i);
}
