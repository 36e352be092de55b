/*
 * What the colours of the flame view tell: kinds of code, modules, or how frames changed; and the
 * legend that says so. Colour never tells it alone: changes have a sign, kinds and modules stand
 * in the line below the graph. Called by the icicle widget through flame_graph.c.
 */
#include <math.h>
#include <stddef.h>
#include <stdint.h>

#include "views/screens/flame_graph.h"

#define SURE_Q 1e-6
#define LIKELY_Q 1e-3

/* Styles that can be told apart, each the first of two shades. */
static const enum style module_styles[] = {
	STYLE_FLAME_PROGRAM, STYLE_FLAME_LIBRARY, STYLE_FLAME_KERNEL, STYLE_FLAME_LESS_2,
	STYLE_FLAME_MORE_1,  STYLE_FLAME_LESS_1,  STYLE_FLAME_MORE_2, STYLE_FLAME_OTHER,
};

#define MODULE_STYLES (sizeof(module_styles) / sizeof(module_styles[0]))

static const struct profile_frame *
frame_of(const struct flame_graph *graph, uint32_t node)
{
	uint32_t frame = graph->tree.nodes[node].frame;

	return frame != TREE_NONE ? &graph->tree.set->frames[frame] : NULL;
}

/* The same module has the same colour in every profile. */
static enum style
module_style(const struct flame_graph *graph, uint32_t node)
{
	const struct profile_frame *frame = frame_of(graph, node);
	uint32_t hash = 2166136261u;

	if (frame == NULL || frame->module[0] == '\0')
		return STYLE_FLAME_OTHER;
	for (const char *at = frame->module; *at != '\0'; at++)
		hash = (hash ^ (unsigned char)*at) * 16777619u;
	return module_styles[(hash ^ hash >> 16) % (MODULE_STYLES - 1)];
}

/* Program, library and kernel are the widget's own kinds; these come from the code that was
 * generated. */
static enum style
kind_style(const struct flame_graph *graph, uint32_t node)
{
	const struct profile_frame *frame = frame_of(graph, node);

	if (frame != NULL && frame->kind == FRAME_INLINED)
		return STYLE_FLAME_LESS_1;
	if (frame != NULL && frame->kind == FRAME_JIT)
		return STYLE_FLAME_MORE_1;
	switch (graph->icicle.ops->kind(graph, node)) {
	case ICICLE_PROGRAM:
		return STYLE_FLAME_PROGRAM;
	case ICICLE_LIBRARY:
		return STYLE_FLAME_LIBRARY;
	case ICICLE_KERNEL:
		return STYLE_FLAME_KERNEL;
	case ICICLE_OTHER:
		break;
	}
	return STYLE_FLAME_OTHER;
}

static enum style
significance_style(const struct flame_graph *graph, uint32_t node)
{
	float q = tree_q(&graph->tree, node);
	bool more = tree_z(&graph->tree, node) > 0;

	if (!tree_changed(&graph->tree, node))
		return STYLE_FLAME_SAME;
	if (q <= SURE_Q)
		return more ? STYLE_FLAME_MORE_3 : STYLE_FLAME_LESS_3;
	if (q <= LIKELY_Q)
		return more ? STYLE_FLAME_MORE_2 : STYLE_FLAME_LESS_2;
	return more ? STYLE_FLAME_MORE_1 : STYLE_FLAME_LESS_1;
}

enum style
flame_graph_style(const void *data, uint32_t node)
{
	const struct flame_graph *graph = data;

	switch (graph->colour) {
	case FLAME_BY_MODULE:
		return module_style(graph, node);
	case FLAME_BY_KIND:
		return kind_style(graph, node);
	case FLAME_BY_SIGNIFICANCE:
		return graph->compares ? significance_style(graph, node) : kind_style(graph, node);
	case FLAME_BY_CHANGE:
	case FLAME_COLOURS:
		break;
	}
	return graph->icicle.side == ICICLE_DIFFERENCE ? STYLE_NORMAL : kind_style(graph, node);
}

const char *
flame_colour_name(enum flame_colour colour)
{
	static const char *const names[] = {
		[FLAME_BY_CHANGE] = "change",
		[FLAME_BY_SIGNIFICANCE] = "significance",
		[FLAME_BY_KIND] = "kind of code",
		[FLAME_BY_MODULE] = "module",
	};

	return colour < FLAME_COLOURS ? names[colour] : "";
}

struct legend {
	enum style style;
	const char *word;
};

static const struct legend changes[] = {
	{ STYLE_FLAME_MORE_3, "+ more" }, { STYLE_FLAME_MORE_2, "* new" },
	{ STYLE_FLAME_LESS_3, "- less" }, { STYLE_FLAME_LESS_2, "x gone" },
	{ STYLE_FLAME_SAME, "noise" },
};
static const struct legend certainties[] = {
	{ STYLE_FLAME_MORE_3, "more, q 1e-6" }, { STYLE_FLAME_MORE_2, "1e-3" },
	{ STYLE_FLAME_MORE_1, "0.05" },         { STYLE_FLAME_LESS_3, "less, q 1e-6" },
	{ STYLE_FLAME_LESS_2, "1e-3" },         { STYLE_FLAME_LESS_1, "0.05" },
	{ STYLE_FLAME_SAME, "noise" },
};
static const struct legend kinds[] = {
	{ STYLE_FLAME_PROGRAM, "program" }, { STYLE_FLAME_LIBRARY, "library" },
	{ STYLE_FLAME_KERNEL, "kernel" },   { STYLE_FLAME_LESS_1, "inlined" },
	{ STYLE_FLAME_MORE_1, "JIT" },      { STYLE_FLAME_OTHER, "unknown" },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

bool
flame_colour_legend(enum flame_colour colour, bool compares, size_t index, enum style *style,
		    const char **word)
{
	const struct legend *items = kinds;
	size_t count = COUNT(kinds);

	if (colour == FLAME_BY_MODULE)
		return false; /* one colour a module: the line below the graph names it */
	if (compares && colour == FLAME_BY_CHANGE) {
		items = changes;
		count = COUNT(changes);
	} else if (compares && colour == FLAME_BY_SIGNIFICANCE) {
		items = certainties;
		count = COUNT(certainties);
	}
	if (index >= count)
		return false;
	*style = items[index].style;
	*word = items[index].word;
	return true;
}
