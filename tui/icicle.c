/* Moving about in a tree of boxes; see icicle.h. Called by screens. */
#include "tui/icicle.h"

#include <math.h>

#include "tui/icicle_private.h"

#define PAGE_LEVELS 10

void
icicle_init(struct icicle *icicle, const struct icicle_ops *ops, const void *tree, uint32_t root)
{
	*icicle = (struct icicle){ .ops = ops,
				   .tree = tree,
				   .root = root,
				   .zoom = root,
				   .cursor = root,
				   .focused = true,
				   .rows = 1,
				   .columns = 1 };
}

void
icicle_sync(struct icicle *icicle, int rows, int columns, unsigned features)
{
	int level = icicle_level(icicle, icicle->cursor);

	icicle->rows = rows > 0 ? rows : 1;
	icicle->columns = columns > 0 ? columns : 1;
	icicle->fine = (features & SURFACE_UNICODE) != 0 && (features & SURFACE_SHADES) != 0;
	if (level < icicle->scroll)
		icicle->scroll = level;
	if (level >= icicle->scroll + icicle->rows)
		icicle->scroll = level - icicle->rows + 1;
}

/* -- looking for a box -- */

struct search {
	const struct icicle *icicle;
	struct icicle_box cursor; /* where the cursor is; node ICICLE_NONE: not drawn */
	int level;
	double x;
	int direction;
	struct icicle_box best;
	uint32_t first;
	bool passed; /* the cursor */
};

static bool
see_cursor(void *user, const struct icicle_box *box)
{
	struct search *search = user;

	if (box->node != search->icicle->cursor || box->node == ICICLE_NONE)
		return true;
	search->cursor = *box;
	return false;
}

static bool
see_neighbour(void *user, const struct icicle_box *box)
{
	struct search *search = user;

	if (box->node == ICICLE_NONE || box->level != search->cursor.level ||
	    box->node == search->cursor.node)
		return true;
	if (search->direction > 0 && box->x >= search->cursor.x) {
		search->best = *box;
		return false;
	}
	if (search->direction < 0 && box->x < search->cursor.x)
		search->best = *box; /* the last before the cursor */
	return true;
}

static bool
see_place(void *user, const struct icicle_box *box)
{
	struct search *search = user;

	if (box->level != search->level || search->x < box->x || search->x >= box->x + box->width)
		return true;
	search->best = *box;
	return false;
}

static struct search
search_cursor(const struct icicle *icicle)
{
	struct search search = { .icicle = icicle,
				 .cursor.node = ICICLE_NONE,
				 .best.node = ICICLE_NONE,
				 .first = ICICLE_NONE };

	icicle_walk(icicle, icicle_level(icicle, icicle->cursor), see_cursor, &search);
	return search;
}

static void
move_sideways(struct icicle *icicle, int direction)
{
	struct search search = search_cursor(icicle);

	search.direction = direction;
	if (search.cursor.node != ICICLE_NONE)
		icicle_walk(icicle, search.cursor.level, see_neighbour, &search);
	if (search.best.node != ICICLE_NONE)
		icicle->cursor = search.best.node;
}

/* The widest child of the cursor, if it is wide enough to be drawn. */
static uint32_t
widest_child(const struct icicle *icicle, const struct icicle_totals *totals)
{
	uint32_t child = icicle->ops->first_child(icicle->tree, icicle->cursor);
	uint32_t widest = ICICLE_NONE;
	double best = icicle_narrowest(icicle) * icicle_share(icicle, totals, icicle->zoom) /
		      icicle->columns;

	for (; child != ICICLE_NONE; child = icicle->ops->next_sibling(icicle->tree, child)) {
		double share = icicle_share(icicle, totals, child);

		if (share >= best && (share > best || widest == ICICLE_NONE)) {
			best = share;
			widest = child;
		}
		if (icicle->sorted)
			break;
	}
	return widest;
}

/* From a frame above the zoom the way down is towards it: its child that leads there. */
static uint32_t
child_to_zoom(const struct icicle *icicle)
{
	uint32_t node = icicle->zoom;

	while (node != icicle->root) {
		uint32_t parent = icicle->ops->parent(icicle->tree, node);

		if (parent == icicle->cursor)
			return node;
		node = parent;
	}
	return ICICLE_NONE;
}

static bool
move_deeper(struct icicle *icicle)
{
	struct icicle_totals totals = icicle_totals(icicle);
	uint32_t child = child_to_zoom(icicle);

	if (child == ICICLE_NONE)
		child = widest_child(icicle, &totals);
	if (child != ICICLE_NONE)
		icicle->cursor = child;
	return child != ICICLE_NONE;
}

/* The end of the hottest path; each step looks at the children only, however deep it is. */
static void
move_to_end(struct icicle *icicle)
{
	struct icicle_totals totals = icicle_totals(icicle);
	uint32_t child;

	if (child_to_zoom(icicle) != ICICLE_NONE)
		icicle->cursor = icicle->zoom;
	while ((child = widest_child(icicle, &totals)) != ICICLE_NONE)
		icicle->cursor = child;
}

static bool
move_out(struct icicle *icicle)
{
	if (icicle->cursor == icicle->root)
		return false;
	icicle->cursor = icicle->ops->parent(icicle->tree, icicle->cursor);
	return true;
}

static void
move_levels(struct icicle *icicle, bool deeper, int levels)
{
	while (levels-- > 0)
		if (!(deeper ? move_deeper(icicle) : move_out(icicle)))
			break;
}

void
icicle_move(struct icicle *icicle, enum move move)
{
	switch (move) {
	case MOVE_LEFT:
		move_sideways(icicle, -1);
		break;
	case MOVE_RIGHT:
		move_sideways(icicle, 1);
		break;
	case MOVE_UP:
	case MOVE_DOWN:
		move_levels(icicle, (move == MOVE_DOWN) != icicle->flame, 1);
		break;
	case MOVE_PAGE_UP:
	case MOVE_PAGE_DOWN:
		move_levels(icicle, (move == MOVE_PAGE_DOWN) != icicle->flame, PAGE_LEVELS);
		break;
	case MOVE_HALF_UP:
	case MOVE_HALF_DOWN:
		move_levels(icicle, (move == MOVE_HALF_DOWN) != icicle->flame, PAGE_LEVELS / 2);
		break;
	case MOVE_FIRST:
		icicle->cursor = icicle->root;
		break;
	case MOVE_LAST:
		move_to_end(icicle);
		break;
	}
}

void
icicle_zoom(struct icicle *icicle, uint32_t node)
{
	struct icicle_totals totals = icicle_totals(icicle);

	if (node == ICICLE_NONE || !(icicle_share(icicle, &totals, node) > 0))
		return;
	icicle->zoom = node;
	icicle->cursor = node;
}

bool
icicle_zoom_out(struct icicle *icicle)
{
	if (icicle->zoom == icicle->root)
		return false;
	icicle->zoom = icicle->ops->parent(icicle->tree, icicle->zoom);
	return true;
}

static bool
see_match(void *user, const struct icicle_box *box)
{
	struct search *search = user;
	const struct icicle *icicle = search->icicle;

	if (box->node == ICICLE_NONE)
		return true;
	if (box->node == icicle->cursor) {
		search->passed = true;
		/* Backwards: the last match before the cursor will do, if there was one. */
		return search->direction > 0 || search->best.node == ICICLE_NONE;
	}
	if ((icicle->ops->mark(icicle->tree, box->node) & ICICLE_MATCH) == 0)
		return true;
	if (search->first == ICICLE_NONE)
		search->first = box->node;
	if (search->direction > 0 && !search->passed)
		return true;
	search->best = *box;
	return search->direction < 0;
}

bool
icicle_find(struct icicle *icicle, int direction)
{
	struct search search = { .icicle = icicle,
				 .direction = direction,
				 .best.node = ICICLE_NONE,
				 .first = ICICLE_NONE };

	if (icicle->ops->mark == NULL)
		return false;
	icicle_walk(icicle, INT32_MAX, see_match, &search);
	if (search.best.node == ICICLE_NONE)
		search.best.node = search.first; /* round the end */
	if (search.best.node == ICICLE_NONE)
		return (icicle->ops->mark(icicle->tree, icicle->cursor) & ICICLE_MATCH) != 0;
	icicle->cursor = search.best.node;
	return true;
}

uint32_t
icicle_at(const struct icicle *icicle, int row, int column)
{
	struct search search = { .icicle = icicle, .best.node = ICICLE_NONE, .x = column + 0.5 };

	if (row < 0 || row >= icicle->rows)
		return ICICLE_NONE;
	search.level = icicle->scroll + (icicle->flame ? icicle->rows - 1 - row : row);
	icicle_walk(icicle, search.level, see_place, &search);
	return search.best.node;
}

/* Under a thousandth of everything, or a twentieth of itself, is about equal. */
char
icicle_sign(double share_before, double share_after, int *strength)
{
	double delta = share_after - share_before;
	double larger = fmax(share_before, share_after);

	*strength = 0;
	if (fabs(delta) < 0.001 || fabs(delta) < 0.05 * larger)
		return ' ';
	*strength = fabs(delta) >= 0.02 ? 3 : fabs(delta) >= 0.005 ? 2 : 1;
	if (share_before <= 0)
		return '*';
	if (share_after <= 0)
		return 'x';
	return delta > 0 ? '+' : '-';
}
