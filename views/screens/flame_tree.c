/* The tree as rows; see flame_tree.h. */
#include "views/screens/flame_tree.h"

#include <math.h>
#include <string.h>

#include "core/base/text.h"

#define SHARE_SHOWN 0.0001 /* frames under this share on both sides have no row */
#define SHARE_OPENED 0.5   /* of its parent: opened from the start */
#define INDENT_MAX 30      /* columns; what is deeper stays there, so that names can be read */

enum column { COLUMN_NAME, COLUMN_SELF, COLUMN_TOTAL, COLUMN_CHANGE, COLUMN_Q, COLUMNS };

static const struct table_column columns_compared[COLUMNS] = {
	[COLUMN_NAME] = { "CALLS", 20, 1, 0, false }, [COLUMN_SELF] = { "SELF", 8, 0, 2, true },
	[COLUMN_TOTAL] = { "TOTAL", 8, 0, 0, true },  [COLUMN_CHANGE] = { "CHANGE", 8, 0, 0, true },
	[COLUMN_Q] = { "Q", 7, 0, 3, true },
};

static const struct table_column columns_alone[COLUMNS] = {
	[COLUMN_NAME] = { "CALLS", 20, 1, 0, false },
	[COLUMN_SELF] = { "SELF", 8, 0, 2, true },
	[COLUMN_TOTAL] = { "TOTAL", 8, 0, 0, true },
};

static double
heavier(const struct tree *tree, uint32_t node)
{
	return fmax(tree_share(tree, node, SIDE_BEFORE), tree_share(tree, node, SIDE_AFTER));
}

/* -- rows -- */

/* Places the children behind a row, which is open then. */
static void
open_row(struct flame_tree *tree, size_t row)
{
	struct tree *of = &tree->graph->tree;
	uint32_t node = tree->rows.items[row].node, indent = tree->rows.items[row].indent + 1;
	VEC(struct flame_tree_row) children = { 0 };
	uint32_t child;

	tree_grow(of, node, SHARE_SHOWN);
	for (child = of->nodes[node].first_child;
	     child != TREE_NONE && children.count < FLAME_TREE_CHILDREN_MAX;
	     child = of->nodes[child].next_sibling)
		if (heavier(of, child) >= SHARE_SHOWN)
			vec_push(&children,
				 (struct flame_tree_row){ .node = child, .indent = indent });
	if (tree->rows.count + children.count <= FLAME_TREE_ROWS_MAX && children.count > 0) {
		vec_reserve(&tree->rows, tree->rows.count + children.count);
		memmove(tree->rows.items + row + 1 + children.count, tree->rows.items + row + 1,
			(tree->rows.count - row - 1) * sizeof(*tree->rows.items));
		memcpy(tree->rows.items + row + 1, children.items,
		       children.count * sizeof(*children.items));
		tree->rows.count += children.count;
		tree->rows.items[row].open = true;
	}
	vec_release(&children);
}

static void
close_row(struct flame_tree *tree, size_t row)
{
	size_t end = row + 1;

	while (end < tree->rows.count &&
	       tree->rows.items[end].indent > tree->rows.items[row].indent)
		end++;
	memmove(tree->rows.items + row + 1, tree->rows.items + end,
		(tree->rows.count - end) * sizeof(*tree->rows.items));
	tree->rows.count -= end - row - 1;
	tree->rows.items[row].open = false;
}

/* From the root as long as one callee has most of what its caller has. */
static void
open_heaviest(struct flame_tree *tree)
{
	const struct tree *of = &tree->graph->tree;
	size_t row = 0;

	for (;;) {
		open_row(tree, row);
		if (!tree->rows.items[row].open || row + 1 >= tree->rows.count ||
		    heavier(of, tree->rows.items[row + 1].node) <
			    SHARE_OPENED * heavier(of, tree->rows.items[row].node))
			return;
		row++;
	}
}

/* The row of a node, after the way there was opened; LIST_NONE where it is too light for one. */
static size_t
open_way(struct flame_tree *tree, uint32_t node)
{
	const struct tree *of = &tree->graph->tree;
	VEC(uint32_t) way = { 0 };
	size_t row = 0;

	for (uint32_t at = node; at != TREE_ROOT; at = of->nodes[at].parent)
		vec_push(&way, at);
	for (size_t i = way.count; i > 0 && row != LIST_NONE; i--) {
		size_t child;

		if (!tree->rows.items[row].open)
			open_row(tree, row);
		for (child = row + 1;
		     child < tree->rows.count &&
		     tree->rows.items[child].indent > tree->rows.items[row].indent &&
		     tree->rows.items[child].node != way.items[i - 1];)
			child++;
		row = child < tree->rows.count && tree->rows.items[child].node == way.items[i - 1]
			      ? child
			      : LIST_NONE;
	}
	vec_release(&way);
	return row;
}

/* -- the list's hooks -- */

static size_t
row_count(const void *model)
{
	return ((const struct flame_tree *)model)->rows.count;
}

static uint64_t
row_key(const void *model, size_t row)
{
	return ((const struct flame_tree *)model)->rows.items[row].node;
}

static bool
row_matches(const void *model, size_t row, const char *text)
{
	const struct flame_tree *tree = model;

	return text_contains_nocase(tree_name(&tree->graph->tree, tree->rows.items[row].node),
				    text);
}

static char
row_sign(const struct flame_tree *tree, uint32_t node, enum style *style)
{
	const struct tree *of = &tree->graph->tree;
	double before = tree_value(of, node, SIDE_BEFORE), after = tree_value(of, node, SIDE_AFTER);

	*style = STYLE_NORMAL;
	if (!tree->graph->compares || node == TREE_ROOT || !tree_changed(of, node))
		return ' ';
	*style = after > before ? STYLE_MORE : STYLE_LESS;
	if (before <= 0)
		return '*';
	if (after <= 0)
		return 'x';
	return after > before ? '+' : '-';
}

static void
row_draw(const void *model, const struct list_row *at, const struct surface *line)
{
	const struct flame_tree *tree = model;
	const struct tree *of = &tree->graph->tree;
	const struct flame_tree_row *row = &tree->rows.items[at->row];
	char text[TEXT_NUMBER_SIZE], sign;
	enum style style;
	struct str name;
	bool leaf = of->nodes[row->node].first_child == TREE_NONE;

	sign = row_sign(tree, row->node, &style);
	str_init(&name, STR_MAX_LINE);
	str_add_repeated(&name, ' ', row->indent < INDENT_MAX ? row->indent : INDENT_MAX);
	str_addf(&name, "%c %s%s%s",
		 leaf        ? ' '
		 : row->open ? 'v'
			     : '>',
		 sign == ' ' ? "" : (char[2]){ sign, '\0' }, tree_name(of, row->node),
		 of->nodes[row->node].name == tree->graph->subject && row->node != TREE_ROOT ? "!"
											     : "");
	table_cell(&tree->layout, line, 0, COLUMN_NAME, style, name.data, at->find);
	table_cell(&tree->layout, line, 0, COLUMN_SELF, STYLE_NORMAL,
		   text_percent_brief(tree_self_share(of, row->node, tree->side), text), NULL);
	table_cell(&tree->layout, line, 0, COLUMN_TOTAL, STYLE_NORMAL,
		   text_percent_brief(tree_share(of, row->node, tree->side), text), NULL);
	if (tree->graph->compares) {
		float q = tree_q(of, row->node);

		table_cell(&tree->layout, line, 0, COLUMN_CHANGE, style,
			   text_points(tree_share(of, row->node, SIDE_AFTER) -
					       tree_share(of, row->node, SIDE_BEFORE),
				       text),
			   NULL);
		table_cell(&tree->layout, line, 0, COLUMN_Q, STYLE_DIM,
			   isnan(q) ? "" : text_probability(q, text), NULL);
	}
	str_release(&name);
}

static const struct list_ops row_ops = {
	.count = row_count,
	.key = row_key,
	.draw = row_draw,
	.matches = row_matches,
};

/* -- what the screen calls -- */

void
flame_tree_init(struct flame_tree *tree, struct flame_graph *graph, uint32_t node)
{
	size_t row;

	*tree = (struct flame_tree){ .graph = graph, .side = SIDE_AFTER };
	vec_push(&tree->rows, (struct flame_tree_row){ .node = TREE_ROOT });
	open_heaviest(tree);
	row = open_way(tree, node);
	list_init(&tree->list, &row_ops, tree);
	list_sync(&tree->list, 1);
	if (row != LIST_NONE)
		list_move_to(&tree->list, row);
}

void
flame_tree_release(struct flame_tree *tree)
{
	if (tree->graph == NULL)
		return;
	list_release(&tree->list);
	vec_release(&tree->rows);
	*tree = (struct flame_tree){ 0 };
}

void
flame_tree_turn(struct flame_tree *tree)
{
	size_t row = list_row(&tree->list);

	if (row == LIST_NONE)
		return;
	if (tree->rows.items[row].open)
		close_row(tree, row);
	else
		open_row(tree, row);
	list_changed(&tree->list);
}

void
flame_tree_move(struct flame_tree *tree, enum move move)
{
	size_t row = list_row(&tree->list);

	if (move != MOVE_LEFT && move != MOVE_RIGHT) {
		list_move(&tree->list, move);
	} else if (row == LIST_NONE) {
		return;
	} else if ((move == MOVE_LEFT) == tree->rows.items[row].open) {
		flame_tree_turn(tree);
	} else if (move == MOVE_RIGHT) {
		list_move(&tree->list, MOVE_DOWN);
	} else {
		while (row > 0 && tree->rows.items[row].indent >=
					  tree->rows.items[list_row(&tree->list)].indent)
			row--;
		list_move_to(&tree->list, row);
	}
}

uint32_t
flame_tree_node(const struct flame_tree *tree)
{
	size_t row = tree->graph != NULL ? list_row(&tree->list) : LIST_NONE;

	return row == LIST_NONE ? TREE_ROOT : tree->rows.items[row].node;
}

void
flame_tree_sync(struct flame_tree *tree, int rows, int columns)
{
	tree->layout = table_fit(tree->graph->compares ? columns_compared : columns_alone, COLUMNS,
				 columns - LIST_MARGIN);
	list_sync(&tree->list, rows > 1 ? rows - 1 : 0);
}

void
flame_tree_draw(const struct flame_tree *tree, const struct surface *surface)
{
	struct surface rows = surface_view(surface, 1, 0, surface->rows - 1, surface->columns);

	table_heading(&tree->layout, surface, 0, LIST_MARGIN);
	list_draw(&tree->list, &rows);
}
