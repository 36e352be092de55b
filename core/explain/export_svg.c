/*
 * A flame graph as one SVG file: readable without its script, searchable and zoomable with it
 * (data/export/flame.js). Root at the bottom. See export.h.
 */
#include "core/explain/export.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/explain/tree.h"

#define PICTURE_WIDTH 1200
#define ROW 16
#define TOP 46
#define FOOT 24
#define PIXELS_MIN 0.1
#define CHARACTER 6.8 /* of 12 pixels high text, in pixels */
#define SHARE_TESTED 0.0005

extern const char *const export_scripts[];

struct picture {
	struct str *out;
	const struct export_request *request;
	struct tree tree;
	bool both;
	uint32_t depth; /* of the deepest frame that is drawn */
	size_t left_out;
};

/* Text as XML has it. Names are stripped of control characters where they come in. */
static void
add_xml(struct str *out, const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '&')
			str_add(out, "&amp;");
		else if (*text == '<')
			str_add(out, "&lt;");
		else if (*text == '>')
			str_add(out, "&gt;");
		else if (*text == '"')
			str_add(out, "&quot;");
		else if ((unsigned char)*text >= 0x20 && *text != 0x7f)
			str_add_char(out, *text);
	}
}

/* What is drawn as wide: the share, or the mean of both shares, which adds up over children. */
static double
width_of(const struct picture *picture, uint32_t node)
{
	const struct tree *tree = &picture->tree;

	if (!picture->both)
		return tree_share(tree, node,
				  tree->samples[SIDE_AFTER] > 0 ? SIDE_AFTER : SIDE_BEFORE);
	return (tree_share(tree, node, SIDE_BEFORE) + tree_share(tree, node, SIDE_AFTER)) / 2;
}

static uint32_t
name_hash(const char *name)
{
	uint32_t hash = 2166136261u;

	for (; *name != '\0'; name++)
		hash = (hash ^ (unsigned char)*name) * 16777619u;
	return hash ^ (hash >> 15);
}

/* Warm for user code, and apart for the kernel, inlined and JIT frames; the hue tells nothing more.
 */
static void
plain_colour(const struct picture *picture, uint32_t node, int rgb[3])
{
	static const int base[][3] = {
		[FRAME_USER] = { 205, 110, 40 },     [FRAME_KERNEL] = { 205, 150, 50 },
		[FRAME_INLINED] = { 70, 160, 150 },  [FRAME_JIT] = { 90, 160, 70 },
		[FRAME_UNKNOWN] = { 150, 150, 150 },
	};
	const struct tree_node *at = &picture->tree.nodes[node];
	enum frame_kind kind = at->frame == TREE_NONE
				       ? FRAME_UNKNOWN
				       : picture->request->set->frames[at->frame].kind;
	uint32_t hash = name_hash(tree_name(&picture->tree, node));

	for (int i = 0; i < 3; i++)
		rgb[i] = base[kind][i] + (int)(hash >> (8 * i) & 0xff) % 50;
}

/* Orange more, blue less (a pair that the colour-blind can tell apart), grey where it is noise. */
static void
change_colour(const struct picture *picture, uint32_t node, int rgb[3])
{
	double before = tree_share(&picture->tree, node, SIDE_BEFORE);
	double after = tree_share(&picture->tree, node, SIDE_AFTER);
	double most = fmax(before, after), strength;

	rgb[0] = rgb[1] = rgb[2] = 225;
	if (!tree_changed(&picture->tree, node) || !(most > 0))
		return;
	strength = 0.35 + 0.65 * fmin(fabs(after - before) / most * 2, 1);
	if (after > before) {
		rgb[1] = 225 - (int)(95 * strength);
		rgb[2] = 225 - (int)(205 * strength);
		rgb[0] = 240;
	} else {
		rgb[0] = 225 - (int)(195 * strength);
		rgb[1] = 225 - (int)(95 * strength);
		rgb[2] = 240;
	}
}

static const char *
sign_of(const struct picture *picture, uint32_t node)
{
	double before, after;

	if (!picture->both || !tree_changed(&picture->tree, node))
		return "";
	before = tree_share(&picture->tree, node, SIDE_BEFORE);
	after = tree_share(&picture->tree, node, SIDE_AFTER);
	if (!(before > 0))
		return "*";
	if (!(after > 0))
		return "x";
	return after > before ? "+" : "-";
}

static void
add_title(const struct picture *picture, uint32_t node)
{
	const struct tree *tree = &picture->tree;
	const struct tree_node *at = &tree->nodes[node];
	const char *unit = picture->request->unit;
	char before[TEXT_NUMBER_SIZE], after[TEXT_NUMBER_SIZE], points[TEXT_NUMBER_SIZE];
	double share[2] = { tree_share(tree, node, SIDE_BEFORE),
			    tree_share(tree, node, SIDE_AFTER) };
	int side = tree->samples[SIDE_AFTER] > 0 ? SIDE_AFTER : SIDE_BEFORE;

	str_add(picture->out, "<title>");
	add_xml(picture->out, tree_name(tree, node));
	if (at->frame != TREE_NONE && picture->request->set->frames[at->frame].module[0] != '\0') {
		str_add(picture->out, " (");
		add_xml(picture->out, picture->request->set->frames[at->frame].module);
		str_add(picture->out, ")");
	}
	if (picture->both)
		str_addf(picture->out, ": %s to %s, %s points%s", text_percent(share[0], before),
			 text_percent(share[1], after), text_points(share[1] - share[0], points),
			 tree_changed(tree, node) ? "" : ", no more than noise");
	else
		str_addf(picture->out, ": %s, %.0f ", text_percent(share[side], after),
			 at->total[side]);
	if (!picture->both)
		add_xml(picture->out, unit);
	str_add(picture->out, "</title>");
}

static void
add_label(const struct picture *picture, uint32_t node, double pixels)
{
	const char *name = tree_name(&picture->tree, node), *sign = sign_of(picture, node);
	size_t room = pixels < 6 ? 0 : (size_t)((pixels - 6) / CHARACTER);
	size_t signs = strlen(sign), length = strlen(name), kept;
	struct str cut;

	if (room < 3)
		return;
	str_init(&cut, STR_MAX_LINE);
	str_add(&cut, sign);
	if (signs + length <= room) {
		str_add(&cut, name);
	} else {
		kept = room - 1 - signs;
		while (kept > 0 && ((unsigned char)name[kept] & 0xc0) == 0x80)
			kept--;
		str_add_n(&cut, name, kept);
		str_add(&cut, "\xe2\x80\xa6");
	}
	add_xml(picture->out, cut.data);
	str_release(&cut);
}

static void
add_frame(const struct picture *picture, uint32_t node, double left, double share)
{
	uint32_t depth = picture->tree.nodes[node].depth;
	double x = left * PICTURE_WIDTH, pixels = share * PICTURE_WIDTH;
	unsigned y = TOP + (picture->depth - depth) * ROW;
	int rgb[3];

	if (picture->both)
		change_colour(picture, node, rgb);
	else
		plain_colour(picture, node, rgb);
	str_addf(picture->out,
		 "<g class=\"f\" data-x=\"%.9g\" data-w=\"%.9g\" data-d=\"%u\" data-s=\"%s\" "
		 "data-n=\"",
		 left, share, depth, sign_of(picture, node));
	add_xml(picture->out, tree_name(&picture->tree, node));
	str_add(picture->out, "\">");
	add_title(picture, node);
	str_addf(picture->out,
		 "<rect x=\"%.2f\" y=\"%u\" width=\"%.2f\" height=\"%d\" fill=\"rgb(%d,%d,%d)\"/>"
		 "<text x=\"%.2f\" y=\"%u\">",
		 x, y, fmax(pixels - 0.4, 0.1), ROW - 1, rgb[0], rgb[1], rgb[2], x + 3, y + 12);
	add_label(picture, node, pixels);
	str_add(picture->out, "</text></g>\n");
}

/*
 * Walks the frames that are wide enough to be seen, parents first; with draw false it only looks
 * how deep they go. The tree may be thousands deep, so the way back is by parents and no call
 * nests.
 */
static void
walk(struct picture *picture, bool draw)
{
	const struct tree_node *nodes = picture->tree.nodes;
	double *left = memory_alloc_array((size_t)picture->tree.depth + 2, sizeof(*left));
	uint32_t node = TREE_ROOT;

	while (node != TREE_NONE) {
		double share = width_of(picture, node);
		uint32_t depth = nodes[node].depth, next;
		bool wide = share * PICTURE_WIDTH >= PIXELS_MIN;

		if (wide && draw)
			add_frame(picture, node, left[depth], share);
		if (wide && depth > picture->depth)
			picture->depth = depth;
		if (!wide && draw)
			picture->left_out++;
		next = wide ? nodes[node].first_child : TREE_NONE;
		if (next != TREE_NONE)
			left[depth + 1] = left[depth];
		while (next == TREE_NONE && node != TREE_NONE) {
			left[nodes[node].depth] += width_of(picture, node);
			next = nodes[node].next_sibling;
			node = next == TREE_NONE ? nodes[node].parent : node;
		}
		node = next;
	}
	free(left);
}

static void
add_head(const struct picture *picture)
{
	struct str *out = picture->out;
	unsigned height = TOP + (picture->depth + 1) * ROW + FOOT;

	str_addf(out,
		 "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		 "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%u\" "
		 "viewBox=\"0 0 %d %u\" data-width=\"%d\" data-total=\"%.0f\">\n",
		 PICTURE_WIDTH, height, PICTURE_WIDTH, height, PICTURE_WIDTH,
		 picture->tree.samples[SIDE_BEFORE] + picture->tree.samples[SIDE_AFTER]);
	str_add(out, "<style>text{font:12px monospace;fill:#000}"
		     ".f{cursor:pointer}.f:hover rect{stroke:#000;stroke-width:.6}"
		     ".hit rect{fill:#e040fb}#search,#out{cursor:pointer;fill:#555}"
		     ".f text{pointer-events:none}</style>\n");
	str_add(out, "<rect width=\"100%\" height=\"100%\" fill=\"#fbfbf8\"/>\n");
	str_add(out, "<text x=\"600\" y=\"18\" text-anchor=\"middle\" style=\"font-size:15px\">");
	add_xml(out, picture->request->title);
	str_add(out,
		"</text>\n<text id=\"out\" x=\"6\" y=\"18\" style=\"display:none\">zoom out</text>"
		"<text id=\"search\" x=\"1194\" y=\"18\" text-anchor=\"end\">search</text>\n");
	if (picture->both)
		str_add(out,
			"<text x=\"600\" y=\"36\" text-anchor=\"middle\">orange + more, blue - "
			"less, * new, x gone, grey: no more than noise</text>\n");
}

static void
add_foot(const struct picture *picture)
{
	struct str *out = picture->out;
	unsigned y = TOP + (picture->depth + 1) * ROW + 16;

	str_addf(out, "<text id=\"found\" x=\"1194\" y=\"%u\" text-anchor=\"end\"></text>\n", y);
	if (picture->left_out > 0)
		str_addf(out,
			 "<text x=\"6\" y=\"%u\">left out, narrower than %.1f pixels: "
			 "%zu</text>\n",
			 y, PIXELS_MIN, picture->left_out);
	str_add(out, "<script><![CDATA[\n");
	str_add(out, export_scripts[0]);
	str_add(out, "]]></script>\n</svg>\n");
}

int
export_svg(struct str *out, const struct export_request *request, struct error *err)
{
	const struct selection *selection = request->selection;
	struct picture picture = {
		.out = out,
		.request = request,
		.both = selection->windows[0] > 0 && selection->windows[1] > 0,
	};
	struct tree_options options = { .use_weight = request->use_weight };
	int result = -1;

	if (!(selection->samples[0] > 0 || selection->samples[1] > 0))
		return error_set(err, ERROR_INPUT, "no samples to export");
	if (tree_build(&picture.tree, request->set, selection, &options, request->progress, err) <
	    0)
		goto out;
	if (picture.both)
		tree_test(&picture.tree, selection, SHARE_TESTED);
	walk(&picture, false);
	add_head(&picture);
	walk(&picture, true);
	add_foot(&picture);
	result = out->overflow ? error_set(err, ERROR_LIMIT, "more than %zu bytes of SVG", out->max)
			       : 0;
out:
	tree_release(&picture.tree);
	return result;
}
