/*
 * Drawing of boxes; see icicle.h. Called by screens. Each row is first a line of small
 * units (eighths of a cell where the terminal can show them), each with its
 * box's style; then cells are made of the units, then labels go on top.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/base/vec.h"
#include "tui/icicle_private.h"

#define EIGHTHS 8
#define LABEL_COLUMNS 3    /* a box narrower than this has no label */
#define LEFT_EIGHTH 0x258F /* one eighth; U+2589 is seven */
#define RIGHT_HALF 0x2590

struct label {
	uint32_t node;
	int row;
	int from; /* columns */
	int to;
	enum style style;
};

struct painter {
	const struct icicle *icicle;
	const struct surface *surface;
	struct icicle_totals totals;
	int units;       /* in a cell */
	uint8_t *styles; /* rows x columns x units */
	uint8_t *parity; /* rows: which shade is next */
	VEC(struct label) labels;
};

static enum style
kind_style(const struct icicle *icicle, uint32_t node)
{
	static const enum style styles[] = { STYLE_FLAME_PROGRAM, STYLE_FLAME_LIBRARY,
					     STYLE_FLAME_KERNEL, STYLE_FLAME_OTHER };
	enum icicle_kind kind = ICICLE_PROGRAM;

	if (icicle->ops->kind != NULL)
		kind = icicle->ops->kind(icicle->tree, node);
	return styles[kind <= ICICLE_OTHER ? kind : ICICLE_OTHER];
}

/* icicle_sign, and ' ' for what the owner of the tree says is equal. */
static char
node_sign(const struct painter *painter, uint32_t node, double before, double after, int *strength)
{
	const struct icicle *icicle = painter->icicle;

	*strength = 0;
	if (icicle->ops->mark != NULL && (icicle->ops->mark(icicle->tree, node) & ICICLE_SAME) != 0)
		return ' ';
	return icicle_sign(before, after, strength);
}

static enum style
difference_style(const struct painter *painter, uint32_t node)
{
	static const enum style more[] = { STYLE_FLAME_MORE_1, STYLE_FLAME_MORE_2,
					   STYLE_FLAME_MORE_3 };
	static const enum style less[] = { STYLE_FLAME_LESS_1, STYLE_FLAME_LESS_2,
					   STYLE_FLAME_LESS_3 };
	double before, after;
	int strength;
	char sign;

	icicle_sides(painter->icicle, &painter->totals, node, &before, &after);
	sign = node_sign(painter, node, before, after, &strength);
	if (sign == ' ')
		return STYLE_FLAME_SAME;
	return sign == '+' || sign == '*' ? more[strength - 1] : less[strength - 1];
}

/* Every shade that has a sibling is followed by it in the table of styles. */
static enum style
box_style(struct painter *painter, const struct icicle_box *box, int row)
{
	const struct icicle *icicle = painter->icicle;
	unsigned mark = 0;
	enum style style;

	painter->parity[row] ^= 1;
	if (box->node == ICICLE_NONE)
		return STYLE_FLAME_NARROW;
	if (box->node == icicle->cursor && icicle->focused)
		return STYLE_FLAME_CURSOR;
	if (icicle->ops->mark != NULL)
		mark = icicle->ops->mark(icicle->tree, box->node);
	if ((mark & ICICLE_MATCH) != 0)
		return STYLE_FLAME_MATCH;
	style = icicle->ops->style != NULL ? icicle->ops->style(icicle->tree, box->node)
					   : STYLE_NORMAL;
	if (style == STYLE_NORMAL)
		style = icicle->side == ICICLE_DIFFERENCE ? difference_style(painter, box->node)
							  : kind_style(icicle, box->node);
	return style + painter->parity[row];
}

static bool
paint(void *user, const struct icicle_box *box)
{
	struct painter *painter = user;
	const struct icicle *icicle = painter->icicle;
	int row = box->level - icicle->scroll;
	int units = painter->units, width = icicle->columns * units;
	int from = (int)lround(box->x * units);
	int to = (int)lround((box->x + box->width) * units);
	enum style style;

	to = to < width ? to : width;
	if (row < 0 || row >= painter->surface->rows || from >= to)
		return true;
	if (icicle->flame)
		row = painter->surface->rows - 1 - row;
	style = box_style(painter, box, row);
	memset(painter->styles + (size_t)row * (size_t)width + from, (int)style,
	       (size_t)(to - from));
	if (box->node != ICICLE_NONE && to - from >= LABEL_COLUMNS * units)
		vec_push(&painter->labels, (struct label){ .node = box->node,
							   .row = row,
							   .from = (from + units - 1) / units,
							   .to = to / units,
							   .style = style });
	return true;
}

/*
 * A cell that boxes share. There are blocks that fill from the left only, so a box
 * that follows empty space starts at a half or whole cell.
 */
static void
put_shared(const struct painter *painter, int row, int column, const uint8_t *units)
{
	enum style left = units[0], right = units[EIGHTHS - 1];
	int turn = 1;

	while (turn < EIGHTHS - 1 && units[turn] == left)
		turn++;
	if (left == right) { /* something thinner than a cell between two of the same */
		surface_edge(painter->surface, row, column, units[turn], left, LEFT_EIGHTH, '|');
	} else if (left != STYLE_NORMAL) {
		surface_edge(painter->surface, row, column, left, right, LEFT_EIGHTH - (turn - 1),
			     '|');
	} else if (turn < 2) {
		surface_glyph(painter->surface, row, column, right, ' ', ' ');
	} else if (turn < 6) {
		surface_edge(painter->surface, row, column, right, STYLE_NORMAL, RIGHT_HALF, '|');
	}
}

static void
put_cells(const struct painter *painter, int row)
{
	int columns = painter->icicle->columns, units = painter->units;
	const uint8_t *line = painter->styles + (size_t)row * (size_t)columns * (size_t)units;

	for (int column = 0; column < columns; column++) {
		const uint8_t *cell = line + (size_t)column * (size_t)units;

		if (units == 1 || memcmp(cell, cell + 1, (size_t)units - 1) == 0) {
			if (cell[0] != STYLE_NORMAL)
				surface_glyph(painter->surface, row, column, cell[0], ' ', ' ');
		} else {
			put_shared(painter, row, column, cell);
		}
	}
}

static void
label_text(const struct painter *painter, const struct label *label, struct str *out)
{
	const struct icicle *icicle = painter->icicle;
	double before, after;
	unsigned mark = 0;
	int strength;
	char sign;

	if (icicle->ops->mark != NULL)
		mark = icicle->ops->mark(icicle->tree, label->node);
	icicle_sides(icicle, &painter->totals, label->node, &before, &after);
	sign = node_sign(painter, label->node, before, after, &strength);
	if (icicle->side == ICICLE_DIFFERENCE && sign != ' ')
		str_add_char(out, sign);
	str_add(out, icicle->ops->label(icicle->tree, label->node));
	if ((mark & ICICLE_FLAGGED) != 0)
		str_add_char(out, '!');
	str_addf(out, " %.1f", (icicle->side == ICICLE_BEFORE ? before : after) * 100);
	if (icicle->side == ICICLE_DIFFERENCE && sign != ' ')
		str_addf(out, " (%+.1f)", (after - before) * 100);
}

/* Without shades a bar at its start keeps a box from its neighbour. */
static void
put_label(const struct painter *painter, const struct label *label)
{
	int column = label->from;
	struct str text;

	if (painter->units == 1 && column > 0) {
		surface_glyph(painter->surface, label->row, column, label->style, 0x258F, '|');
		column++;
	}
	str_init(&text, STR_MAX_LINE);
	label_text(painter, label, &text);
	surface_put_field(painter->surface, label->row, column, label->to - column, label->style,
			  text.data, text.len);
	str_release(&text);
}

void
icicle_draw(const struct icicle *icicle, const struct surface *surface)
{
	struct surface view = surface_view(surface, 0, 0, surface->rows, icicle->columns);
	struct painter painter = { .icicle = icicle, .surface = &view };
	size_t row_units;

	if (view.rows <= 0 || icicle->columns > SURFACE_SIDE_MAX)
		return;
	painter.totals = icicle_totals(icicle);
	painter.units = icicle->fine ? EIGHTHS : 1;
	row_units = (size_t)icicle->columns * (size_t)painter.units;
	painter.styles = memory_alloc_array((size_t)view.rows, row_units);
	painter.parity = memory_alloc((size_t)view.rows);
	icicle_walk(icicle, icicle->scroll + view.rows - 1, paint, &painter);
	for (int row = 0; row < view.rows; row++)
		put_cells(&painter, row);
	for (size_t i = 0; i < painter.labels.count; i++)
		put_label(&painter, &painter.labels.items[i]);
	vec_release(&painter.labels);
	free(painter.styles);
	free(painter.parity);
}
