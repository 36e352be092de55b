/* The view of the flame screen as text, for other places than a terminal. */
#include "core/base/text.h"
#include "views/screens/flame_private.h"

#define SHARE_COPIED 0.002 /* frames under this share on both sides are left out */
#define FRAMES_COPIED 2000

static void
add_line(const struct flame_screen *screen, const struct tree *tree, uint32_t node, uint32_t indent,
	 struct str *out)
{
	char before[TEXT_NUMBER_SIZE], after[TEXT_NUMBER_SIZE], change[TEXT_NUMBER_SIZE];
	double share[2] = { tree_share(tree, node, SIDE_BEFORE),
			    tree_share(tree, node, SIDE_AFTER) };

	str_add_repeated(out, ' ', (size_t)indent * 2);
	str_addf(out, "%s  ", tree_name(tree, node));
	if (screen->profile->compares)
		str_addf(out, "%s -> %s (%s%s)\n", text_percent(share[0], before),
			 text_percent(share[1], after), text_points(share[1] - share[0], change),
			 node == TREE_ROOT || tree_changed(tree, node) ? "" : ", noise");
	else
		str_addf(out, "%s\n",
			 text_percent(share[0] > share[1] ? share[0] : share[1], after));
}

/* From the zoom down, in the order of the picture; the way back is by parents. */
void
flame_view_text(const struct flame_screen *screen, struct str *out)
{
	const struct flame_graph *graph = flame_focus(screen);
	const struct tree *tree;
	uint32_t top, node;
	size_t lines = 0;

	if (graph == NULL)
		return;
	tree = &graph->tree;
	top = node = graph->icicle.zoom;
	while (node != TREE_NONE && lines < FRAMES_COPIED) {
		bool shown = node == top || tree_share(tree, node, SIDE_BEFORE) >= SHARE_COPIED ||
			     tree_share(tree, node, SIDE_AFTER) >= SHARE_COPIED;
		uint32_t next = shown ? tree->nodes[node].first_child : TREE_NONE;

		if (shown) {
			add_line(screen, tree, node,
				 tree->nodes[node].depth - tree->nodes[top].depth, out);
			lines++;
		}
		while (next == TREE_NONE && node != top) {
			next = tree->nodes[node].next_sibling;
			if (next == TREE_NONE)
				node = tree->nodes[node].parent;
		}
		node = next;
	}
	if (lines == FRAMES_COPIED)
		str_add(out, "...\n");
}
