/*
 * Trees of any shape and weights, also ones whose children weigh more than their
 * parent: drawn, walked, zoomed, searched. Eight bytes say how, four a node follow.
 */
#include <locale.h>
#include <math.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"
#include "tui/icicle.h"

#define NODES_MAX 4096
#define HEADER 8

struct node {
	uint32_t parent, first, next;
	double before, after;
	unsigned mark;
};

struct tree {
	struct node nodes[NODES_MAX];
	uint32_t count;
};

static const struct node *
at(const void *tree, uint32_t node)
{
	FUZZ_REQUIRE(node < ((const struct tree *)tree)->count);
	return &((const struct tree *)tree)->nodes[node];
}

static uint32_t
parent(const void *tree, uint32_t node)
{
	return at(tree, node)->parent;
}

static uint32_t
first_child(const void *tree, uint32_t node)
{
	return at(tree, node)->first;
}

static uint32_t
next_sibling(const void *tree, uint32_t node)
{
	return at(tree, node)->next;
}

static void
weight(const void *tree, uint32_t node, double *before, double *after)
{
	*before = at(tree, node)->before;
	*after = at(tree, node)->after;
}

static const char *
label(const void *tree, uint32_t node)
{
	static const char *const labels[] = { "f", "json_escape", "\033]0;x\a", "\xE6\xBC\xA2",
					      "" };

	return labels[at(tree, node)->mark % 5];
}

static unsigned
mark(const void *tree, uint32_t node)
{
	return at(tree, node)->mark;
}

static const struct icicle_ops ops = {
	.parent = parent,
	.first_child = first_child,
	.next_sibling = next_sibling,
	.weight = weight,
	.label = label,
	.mark = mark,
};

/* Small numbers, and the ones that hurt. */
static double
weight_of(uint8_t byte)
{
	static const double odd[] = { NAN, INFINITY, -INFINITY, -1.0, 1e300, 1e-300 };

	return byte >= 250 ? odd[byte - 250] : byte;
}

static void
build(struct tree *tree, const uint8_t *data, size_t size)
{
	for (size_t i = 0; i + 4 <= size && tree->count < NODES_MAX; i += 4) {
		struct node *node = &tree->nodes[tree->count];

		*node = (struct node){ .parent = ICICLE_NONE,
				       .first = ICICLE_NONE,
				       .next = ICICLE_NONE,
				       .before = weight_of(data[i + 1]),
				       .after = weight_of(data[i + 2]),
				       .mark = data[i + 3] };
		if (tree->count > 0) {
			node->parent = tree->count - 1 - data[i] % tree->count;
			node->next = tree->nodes[node->parent].first;
			tree->nodes[node->parent].first = tree->count;
		}
		tree->count++;
	}
}

static void
walk_about(struct icicle *icicle, const uint8_t *moves, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		icicle_move(icicle, (enum move)(moves[i] % (MOVE_LAST + 1)));
		if ((moves[i] & 16) != 0)
			icicle_zoom(icicle, icicle->cursor);
		if ((moves[i] & 32) != 0)
			icicle_zoom_out(icicle);
		if ((moves[i] & 64) != 0)
			icicle_find(icicle, (moves[i] & 128) != 0 ? 1 : -1);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct tree tree;
	struct surface_memory memory;
	struct surface surface;
	struct icicle icicle;

	if (size < HEADER + 4)
		return 0;
	setlocale(LC_CTYPE, "C.UTF-8");
	tree.count = 0;
	build(&tree, data + HEADER, size - HEADER);
	icicle_init(&icicle, &ops, &tree, 0);
	icicle.side = data[0] % 3;
	icicle.flame = (data[0] & 16) != 0;
	icicle.sorted = (data[0] & 32) != 0;
	surface_memory_init(&memory, data[1] % 64, data[2], data[3] % 4);
	surface = surface_memory_surface(&memory);
	icicle_sync(&icicle, memory.rows, memory.columns, memory.features);
	walk_about(&icicle, data + 4, HEADER - 4);
	icicle_sync(&icicle, memory.rows, memory.columns, memory.features);
	icicle_draw(&icicle, &surface);
	for (int column = 0; column < memory.columns; column++) {
		uint32_t node = icicle_at(&icicle, data[1] % 5, column);

		FUZZ_REQUIRE(node == ICICLE_NONE || node < tree.count);
	}
	surface_memory_release(&memory);
	return 0;
}
