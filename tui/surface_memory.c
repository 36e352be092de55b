/* A surface in memory; see surface.h. Called by tests and by the headless ui. */
#include <string.h>

#include "core/base/memory.h"
#include "tui/surface.h"

static const struct surface_cell blank_cell = { .text = " ", .length = 1, .width = 1 };

static struct surface_cell *
cell_at(const struct surface_memory *memory, int row, int column)
{
	return &memory->cells[(size_t)row * (size_t)memory->columns + (size_t)column];
}

/* What is left of a wide character when one half is drawn over. */
static void
break_wide(struct surface_memory *memory, int row, int column)
{
	struct surface_cell *cell = cell_at(memory, row, column);

	if (cell->width == 0 && column > 0)
		*cell_at(memory, row, column - 1) = blank_cell;
	if (cell->width == 2 && column + 1 < memory->columns)
		*cell_at(memory, row, column + 1) = blank_cell;
}

static void
memory_put(void *target, int row, int column, const struct surface_cell *cell)
{
	struct surface_memory *memory = target;

	if (row < 0 || column < 0 || row >= memory->rows || column + cell->width > memory->columns)
		return;
	break_wide(memory, row, column);
	*cell_at(memory, row, column) = *cell;
	if (cell->width == 2) {
		break_wide(memory, row, column + 1);
		*cell_at(memory, row, column + 1) =
			(struct surface_cell){ .style = cell->style, .under = cell->under };
		*cell_at(memory, row, column) = *cell;
	}
}

static void
memory_cursor(void *target, int row, int column)
{
	struct surface_memory *memory = target;

	memory->cursor_row = row;
	memory->cursor_column = column;
}

static const struct surface_ops memory_ops = { .put = memory_put, .cursor = memory_cursor };

static int
bounded(int side)
{
	return side < 1 ? 1 : side > SURFACE_SIDE_MAX ? SURFACE_SIDE_MAX : side;
}

void
surface_memory_init(struct surface_memory *memory, int rows, int columns, unsigned features)
{
	*memory = (struct surface_memory){ .rows = bounded(rows),
					   .columns = bounded(columns),
					   .features = features,
					   .cursor_row = -1,
					   .cursor_column = -1 };
	memory->cells = memory_alloc_array((size_t)memory->rows * (size_t)memory->columns,
					   sizeof(*memory->cells));
	for (size_t i = 0; i < (size_t)memory->rows * (size_t)memory->columns; i++)
		memory->cells[i] = blank_cell;
}

void
surface_memory_release(struct surface_memory *memory)
{
	free(memory->cells);
	*memory = (struct surface_memory){ 0 };
}

struct surface
surface_memory_surface(struct surface_memory *memory)
{
	return surface_make(&memory_ops, memory, memory->rows, memory->columns, memory->features);
}

static void
trim_line(struct str *out, size_t start, char byte)
{
	size_t end = out->len;

	while (end > start && out->data[end - 1] == byte)
		end--;
	str_truncate(out, end);
	str_add_char(out, '\n');
}

void
surface_memory_text(const struct surface_memory *memory, struct str *out)
{
	for (int row = 0; row < memory->rows; row++) {
		size_t start = out->len;

		for (int column = 0; column < memory->columns; column++) {
			const struct surface_cell *cell = cell_at(memory, row, column);

			str_add_n(out, cell->text, cell->length);
		}
		trim_line(out, start, ' ');
	}
}

void
surface_memory_styled(const struct surface_memory *memory, struct str *out)
{
	surface_memory_text(memory, out);
	str_add(out, "---\n");
	for (int row = 0; row < memory->rows; row++) {
		size_t start = out->len;

		for (int column = 0; column < memory->columns; column++)
			str_add_char(out, theme_style_letter(cell_at(memory, row, column)->style));
		trim_line(out, start, theme_style_letter(STYLE_NORMAL));
	}
}
