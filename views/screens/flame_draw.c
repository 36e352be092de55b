/* Drawing of the flame screen; see flame_private.h. */
#include <math.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/text.h"
#include "tui/bars.h"
#include "views/screens/flame_private.h"

#define DETAIL_GAP 2
#define NAME_COLUMNS 44

static const char *const side_names[] = { "before", "after", "difference" };

/* -- header -- */

/* Where there is room: "before Nov 14 13:45 - Nov 18 04:00 (44)"; else "Nov 14 13:45 (44)". */
static void
add_range(const struct flame_profile *profile, enum side side, const char *name, bool brief,
	  struct str *out)
{
	char span[CLOCK_SPAN_SIZE];

	if (profile->from[side] == 0)
		return;
	if (brief)
		clock_format_short(profile->from[side], span);
	else
		clock_format_span(profile->from[side], profile->to[side], span);
	str_addf(out, "%s%s%s (%zu)", side == SIDE_AFTER && profile->compares ? " | " : "", name,
		 span, profile->selection.stored[side]);
}

static void
add_subject(const struct flame_screen *screen, bool brief, struct str *out)
{
	const struct flame_profile *profile = screen->profile;
	bool named = profile->compares && !brief;

	str_clear(out);
	profile_subject_name(&screen->subject, out);
	str_add(out, "   ");
	add_range(profile, SIDE_BEFORE, brief ? "" : "before ", brief, out);
	add_range(profile, SIDE_AFTER, named ? "after " : "", brief, out);
}

static double
samples_shown(const struct flame_screen *screen)
{
	const double *samples = screen->graph->tree.samples;

	if (screen->side == ICICLE_DIFFERENCE)
		return samples[SIDE_BEFORE] + samples[SIDE_AFTER];
	return samples[screen->side == ICICLE_BEFORE ? SIDE_BEFORE : SIDE_AFTER];
}

static void
draw_header(const struct flame_screen *screen, const struct surface *surface)
{
	const struct flame_profile *profile = screen->profile;
	struct str left, right;
	char count[TEXT_NUMBER_SIZE];
	int room;

	str_init(&left, STR_MAX_LINE);
	str_init(&right, STR_MAX_LINE);
	str_addf(&right, "%s   %s samples ",
		 profile->compares ? side_names[screen->side] : "plain profile",
		 text_short_count(samples_shown(screen), count));
	room = surface->columns - 2 - (int)right.len;
	add_subject(screen, false, &left);
	if ((int)left.len > room)
		add_subject(screen, true, &left);
	if (room > 0)
		surface_put_field(surface, 0, 1, room, STYLE_NORMAL, left.data, left.len);
	surface_put_field(surface, 0, room > 0 ? room + 2 : 0, (int)right.len, STYLE_STRONG,
			  right.data, right.len);
	str_release(&left);
	str_release(&right);
}

/* What a file had beside this profile must not go unseen: it may have been most of it. */
static void
draw_notice(const struct flame_screen *screen, const struct surface *surface)
{
	const struct profile_subject_report *report = &screen->profile->report;

	if (screen->notice_rows > 0)
		surface_putf(surface, 1, 1, STYLE_WARN, "%llu line%s not understood, first at %s",
			     (unsigned long long)report->lines_skipped,
			     report->lines_skipped == 1 ? "" : "s", report->first_skipped);
}

/* -- the rule: how it is shown, and what was searched -- */

static void
add_found(const struct flame_screen *screen, struct str *out)
{
	const struct flame_graph *graph = flame_focus(screen);
	char before[TEXT_NUMBER_SIZE], after[TEXT_NUMBER_SIZE];

	if (graph == NULL || graph->find.matches == NULL || screen->mode == FLAME_TABLE)
		return;
	text_percent(graph->find.share[SIDE_BEFORE], before);
	text_percent(graph->find.share[SIDE_AFTER], after);
	if (screen->side == ICICLE_DIFFERENCE)
		str_addf(out, "   found: %s -> %s of all, places: %u", before, after,
			 graph->find.count);
	else
		str_addf(out, "   found: %s of all, places: %u",
			 screen->side == ICICLE_BEFORE ? before : after, graph->find.count);
}

/* At the right end of the rule, as much as has room right of its text. */
static void
draw_legend(const struct flame_screen *screen, const struct surface *surface, int row, int taken)
{
	bool difference = screen->profile->compares && screen->side == ICICLE_DIFFERENCE;
	int column = surface->columns, count = 0;
	enum style style;
	const char *word;

	if (screen->mode == FLAME_TABLE || screen->mode == FLAME_TREE || screen->graph == NULL)
		return;
	while (flame_colour_legend(screen->colour, difference, (size_t)count, &style, &word)) {
		column -= (int)strlen(word) + 3;
		count++;
	}
	if (column < taken)
		return;
	for (int i = 0; i < count; i++) {
		flame_colour_legend(screen->colour, difference, (size_t)i, &style, &word);
		surface_putf(surface, row, column, style, " %s ", word);
		column += (int)strlen(word) + 3;
	}
}

static void
draw_rule(const struct flame_screen *screen, const struct surface *surface, int row)
{
	const struct flame_options *options = &screen->options;
	struct str text;

	str_init(&text, STR_MAX_LINE);
	if (screen->mode == FLAME_TABLE)
		str_addf(&text, "functions by %s", flame_table_order_name(screen->table->order));
	else if (screen->mode == FLAME_TREE)
		str_add(&text, "tree (Enter opens and closes)");
	else if (screen->mode == FLAME_SANDWICH)
		str_addf(&text, "callers above, callees below %s", screen->sandwich);
	else
		str_add(&text, screen->flame ? "flame" : "icicle");
	if (options->measure == MEASURE_WEIGHT)
		str_add(&text, ", weight for the same time");
	else if (options->measure == MEASURE_WORK && options->series != 0)
		str_addf(&text, ", weight for a unit of %s", options->series_name);
	else if (options->measure == MEASURE_WORK)
		str_addf(&text, ", weight for a unit of work (%g..%g)", options->work[0],
			 options->work[1]);
	if (options->transforms.count > 0) {
		str_add(&text, ", ");
		transform_list_label(&options->transforms, &text);
		str_add(&text, " (u undoes)");
	}
	if (options->hide.count > 0) {
		str_add(&text, ", without ");
		strings_join(&options->hide, " ", &text);
	}
	if (options->labels.count > 0) {
		str_add(&text, ", ");
		strings_join(&options->labels, " ", &text);
	}
	add_found(screen, &text);
	bars_rule(surface, row, text.data);
	draw_legend(screen, surface, row, 8 + (int)text.len);
	str_release(&text);
}

/* -- the node under the cursor -- */

/* Fixed places: from one frame to the next only digits change, which is little on a slow line. */
static void
add_share(const struct flame_screen *screen, const char *label, double before, double after,
	  struct str *out)
{
	char share[TEXT_NUMBER_SIZE], change[TEXT_NUMBER_SIZE] = "";

	if (screen->profile->compares)
		snprintf(change, sizeof(change), "(%+.2f)", 100 * (after - before));
	str_addf(out, "%s%9s %-8s ", label,
		 text_percent(screen->side == ICICLE_BEFORE ? before : after, share), change);
}

static char *
samples_text(double count, char buffer[TEXT_NUMBER_SIZE])
{
	return count < 100000 ? text_count(count, buffer) : text_short_count(count, buffer);
}

static void
add_samples(const struct flame_screen *screen, const double total[2], struct str *out)
{
	char before[TEXT_NUMBER_SIZE], after[TEXT_NUMBER_SIZE];

	samples_text(total[SIDE_BEFORE], before);
	samples_text(total[SIDE_AFTER], after);
	if (screen->profile->compares)
		str_addf(out, "%6s -> %6s samples", before, after);
	else
		str_addf(out, "%6s samples",
			 total[SIDE_AFTER] > 0 || total[SIDE_BEFORE] <= 0 ? after : before);
}

static void
add_place(const struct tree *tree, uint32_t node, struct str *out)
{
	const struct profile_frame *frame;

	str_add(out, tree_name(tree, node));
	if (node == TREE_ROOT || tree->nodes[node].frame == TREE_NONE)
		return;
	frame = &tree->set->frames[tree->nodes[node].frame];
	if (frame->file[0] != '\0' && frame->line > 0)
		str_addf(out, "  %s:%u", frame->file, frame->line);
	else if (frame->file[0] != '\0')
		str_addf(out, "  %s", frame->file);
	else if (strstr(frame->module, ".so") != NULL || frame->kind == FRAME_KERNEL)
		str_addf(out, "  %s", frame->module);
	if (frame->kind == FRAME_INLINED)
		str_add(out, "  inlined");
	else if (frame->kind == FRAME_JIT)
		str_add(out, "  JIT");
}

static void
draw_detail(const struct flame_screen *screen, const struct surface *surface, int row)
{
	const struct flame_graph *graph = flame_focus(screen);
	const struct tree *tree = &graph->tree;
	uint32_t node = graph->icicle.cursor;
	struct str left, right;
	int room;

	str_init(&left, STR_MAX_LINE);
	str_init(&right, STR_MAX_LINE);
	add_place(tree, node, &left);
	if (graph != screen->callers) /* there a frame's own samples are the function's */
		add_share(screen, "self", tree_self_share(tree, node, SIDE_BEFORE),
			  tree_self_share(tree, node, SIDE_AFTER), &right);
	add_share(screen, "total", tree_share(tree, node, SIDE_BEFORE),
		  tree_share(tree, node, SIDE_AFTER), &right);
	if (screen->profile->compares)
		str_add(&right,
			node == TREE_ROOT || tree_changed(tree, node) ? "       " : "noise  ");
	if (surface->columns >= 100)
		add_samples(screen, tree->nodes[node].total, &right);
	room = surface->columns - 1 - DETAIL_GAP - (int)right.len;
	if (room < 12)
		room = 12;
	room = room > NAME_COLUMNS ? NAME_COLUMNS : room;
	surface_put_field(surface, row, 1, room, STYLE_NORMAL, left.data, left.len);
	surface_put(surface, row, 1 + room + DETAIL_GAP, STYLE_NORMAL, right.data);
	str_release(&left);
	str_release(&right);
}

/* -- what moved most -- */

static void
draw_movers(const struct flame_screen *screen, const struct surface *surface)
{
	const struct tree *tree = &screen->graph->tree;

	surface_put(surface, 0, 1, STYLE_HEADING, "moved most");
	for (size_t i = 0; i < screen->movers.count && (int)i + 1 < surface->rows; i++) {
		const struct mover *mover = &screen->movers.items[i];
		const char *name = tree_name_text(tree, mover->name);
		enum style style = mover->change > 0 ? STYLE_MORE : STYLE_LESS;
		char change[TEXT_NUMBER_SIZE];

		if (screen->options.measure == MEASURE_SHARE)
			text_points(mover->change, change);
		else
			snprintf(change, sizeof(change), "%+.3g", mover->change);
		surface_putf(surface, (int)i + 1, 0, style, "%c%s",
			     mover->name == screen->graph->subject ? '!' : ' ',
			     mover_mark(mover->kind));
		surface_put_field(surface, (int)i + 1, 2, surface->columns - 11, STYLE_NORMAL, name,
				  strlen(name));
		surface_put_right(surface, (int)i + 1, surface->columns - 9, 8, style, change);
	}
	if (screen->movers.count == 0)
		surface_put(surface, 1, 1, STYLE_DIM,
			    flame_options_inverted(&screen->options)
				    ? "I turns the stacks back first"
				    : "nothing, beyond noise");
}

/* -- all of it -- */

static void
draw_sandwich(const struct flame_screen *screen, const struct surface *body)
{
	struct surface above = surface_view(body, 0, 0, screen->callers_rows, body->columns);
	struct surface below = surface_view(body, screen->callers_rows + 1, 0,
					    body->rows - screen->callers_rows - 1, body->columns);

	icicle_draw(&screen->callers->icicle, &above);
	bars_rule(body, screen->callers_rows,
		  screen->lower ? "callees (Tab: callers)" : "callers (Tab: callees)");
	icicle_draw(&screen->callees->icicle, &below);
}

static void
draw_body(const struct flame_screen *screen, const struct surface *body)
{
	struct surface graph = surface_view(body, 0, 0, body->rows, screen->graph_columns);
	struct surface movers = surface_view(body, 0, screen->graph_columns + 1, body->rows,
					     screen->movers_columns);

	if (screen->mode == FLAME_TREE) {
		flame_tree_draw(&screen->tree, body);
	} else if (screen->mode == FLAME_TABLE) {
		flame_table_draw(screen->table, body);
	} else if (screen->mode == FLAME_SANDWICH) {
		draw_sandwich(screen, body);
	} else {
		icicle_draw(&screen->graph->icicle, &graph);
		if (screen->movers_columns > 0) {
			surface_vertical(body, 0, screen->graph_columns, body->rows, STYLE_BORDER);
			draw_movers(screen, &movers);
		}
	}
}

/* First paint, before anything is read. */
static void
draw_nothing(const struct flame_screen *screen, const struct surface *surface)
{
	struct str text;

	str_init(&text, STR_MAX_LINE);
	if (screen->failed != NULL) {
		str_add(&text, screen->failed);
	} else if (profile_subject_is_file(&screen->subject)) {
		str_add(&text, "reading ");
		profile_subject_name(&screen->subject, &text);
		str_add(&text, " ...");
	} else {
		str_add(&text, "loading the profiles ...");
	}
	surface_put(surface, 0, 1, STYLE_DIM, text.data);
	if (screen->failed != NULL && surface->rows > 1)
		surface_put(surface, 1, 1, STYLE_DIM, "C-r loads again");
	str_release(&text);
}

void
flame_draw(const void *state, const struct surface *surface)
{
	const struct flame_screen *screen = state;
	struct surface body = surface_view(surface, 1 + screen->notice_rows, 0, screen->body_rows,
					   surface->columns);

	if (screen->graph == NULL) {
		draw_nothing(screen, surface);
		return;
	}
	draw_header(screen, surface);
	draw_notice(screen, surface);
	draw_body(screen, &body);
	if (surface->rows >= 5)
		draw_rule(screen, surface, surface->rows - 2);
	if (surface->rows >= 3 && screen->mode != FLAME_TABLE)
		draw_detail(screen, surface, surface->rows - 1);
}
