/* Drawing the flame screen: header, graph or table or sandwich, movers, the line about the cursor.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/text.h"
#include "tui/bars.h"
#include "tui/table.h"
#include "views/screens/flame_private.h"

#define MOVERS_MAX 40

static const char *
side_name(enum icicle_side side)
{
	return side == ICICLE_BEFORE ? "before" : side == ICICLE_AFTER ? "after" : "difference";
}

static void
add_range(struct str *out, const char *name, const struct time_range *range, size_t windows)
{
	char from[CLOCK_TEXT_SIZE], to[CLOCK_TEXT_SIZE];

	if (windows == 0)
		return;
	str_addf(out, "%s %s - %s (%zu)  ", name, clock_format_short(range->from, from),
		 clock_format_short(range->to, to), windows);
}

static void
draw_header(const struct flame_state *state, const struct surface *surface)
{
	const struct flame_data *data = state->data;
	char samples[TEXT_NUMBER_SIZE];
	struct str line;

	str_init(&line, STR_MAX_LINE);
	str_addf(&line, " %s  %s%s%s%s", data->finding.service_name,
		 state->mode == FLAME_TABLE      ? "table"
		 : state->mode == FLAME_SANDWICH ? "sandwich "
						 : "",
		 state->mode == FLAME_TABLE ? "" : side_name(state->side),
		 data->choice.inverted ? ", inverted" : "",
		 data->choice.collapse_recursion ? ", recursion collapsed" : "");
	if (data->choice.hide.count > 0) {
		str_add(&line, ", without ");
		strings_join(&data->choice.hide, " ", &line);
	}
	if (data->choice.label.count > 0) {
		str_add(&line, ", only ");
		strings_join(&data->choice.label, " ", &line);
	}
	str_add(&line, "  ");
	add_range(&line, "before", &data->before, data->selection.windows[SIDE_BEFORE]);
	add_range(&line, "after", &data->after, data->selection.windows[SIDE_AFTER]);
	str_addf(
		&line, " %s samples",
		text_short_count(data->selection.samples[0] + data->selection.samples[1], samples));
	surface_put_field(surface, 0, 0, surface->columns, STYLE_HEADING, line.data, line.len);
	str_release(&line);
}

/* "self 7.1 % (+4.4)   total 7.9 % (+4.7)   11,377 -> 28,110 samples" */
static void
add_figures(struct str *out, const double self[2], const double share[2], const double samples[2],
	    bool two_sided, double q)
{
	char a[TEXT_NUMBER_SIZE], b[TEXT_NUMBER_SIZE];

	if (!two_sided) {
		str_addf(out, "self %s   total %s   ", text_percent(self[SIDE_AFTER], a),
			 text_percent(share[SIDE_AFTER], b));
		str_addf(out, "%s samples", text_count(samples[SIDE_AFTER], a));
		return;
	}
	str_addf(out, "self %s (%s)   ", text_percent(self[SIDE_AFTER], a),
		 text_points(self[SIDE_AFTER] - self[SIDE_BEFORE], b));
	str_addf(out, "total %s (%s)   ", text_percent(share[SIDE_AFTER], a),
		 text_points(share[SIDE_AFTER] - share[SIDE_BEFORE], b));
	str_addf(out, "%s -> %s samples", text_count(samples[SIDE_BEFORE], a),
		 text_count(samples[SIDE_AFTER], b));
	if (isnan(q))
		return;
	str_addf(out, q <= 0.05 ? "   changed, q %s" : "   within noise, q %s",
		 text_probability(q, a));
}

static void
describe_node(const struct flame_state *state, struct str *out)
{
	const struct flame_view *view = flame_focus_view(state);
	const struct icicle *icicle = flame_focus((struct flame_state *)state);
	const struct tree *tree = view->tree;
	const struct tree_node *node = &tree->nodes[icicle->cursor];
	const struct profile_frame *frame = flame_frame(state);
	double self[2], share[2];

	for (int side = 0; side < 2; side++) {
		self[side] = tree_self_share(tree, icicle->cursor, (enum side)side);
		share[side] = tree_share(tree, icicle->cursor, (enum side)side);
	}
	str_addf(out, " %s   ", tree_name(tree, icicle->cursor));
	if (frame != NULL && frame->file[0] != '\0')
		str_addf(out, "%s:%u   ", frame->file, frame->line);
	else if (frame != NULL && frame->module[0] != '\0')
		str_addf(out, "%s   ", frame->module);
	add_figures(out, self, share, node->total, state->data->selection.windows[SIDE_BEFORE] > 0,
		    node->name == TREE_NONE ? NAN : (double)node->q);
}

static void
draw_detail(const struct flame_state *state, const struct surface *surface)
{
	char share[TEXT_NUMBER_SIZE];
	struct str line;
	int rows = surface->rows;

	str_init(&line, STR_MAX_LINE);
	if (state->found[0] != '\0')
		str_addf(&line, "\"%s\" is in %s of the samples", state->found,
			 text_percent(state->found_share[state->side != ICICLE_BEFORE], share));
	bars_rule(surface, rows - 2, line.len > 0 ? line.data : NULL);
	str_clear(&line);
	if (state->mode != FLAME_TABLE)
		describe_node(state, &line);
	surface_put_field(surface, rows - 1, 0, surface->columns, STYLE_NORMAL, line.data,
			  line.len);
	str_release(&line);
}

/* Functions that changed by more than noise, the largest change first. */
static void
draw_movers(const struct flame_state *state, const struct surface *surface)
{
	const struct function_table *table = &state->data->table;
	char points[TEXT_NUMBER_SIZE];
	int row = 1;

	surface_put(surface, 0, 0, STYLE_HEADING, "top movers");
	for (size_t i = 0; i < table->count && i < MOVERS_MAX && row < surface->rows; i++) {
		const struct function_row *mover = &table->rows[i];
		double change = function_share(table, mover, SIDE_AFTER) -
				function_share(table, mover, SIDE_BEFORE);
		const char *name = function_row_name(table, mover);

		if (!function_changed(mover))
			continue;
		surface_put_right(surface, row, 0, 7, change > 0 ? STYLE_MORE : STYLE_LESS,
				  text_points(change, points));
		surface_put_field(surface, row, 8, surface->columns - 8, STYLE_NORMAL, name,
				  strlen(name));
		row++;
	}
	if (row == 1)
		surface_put(surface, 1, 0, STYLE_DIM, "nothing beyond noise");
}

/* --- the table --- */

static const struct table_column columns[] = {
	{ "", 1, 0, 0, false },     { "SELF", 9, 0, 0, true },       { "+-SELF", 8, 0, 3, true },
	{ "TOTAL", 9, 0, 0, true }, { "+-TOTAL", 8, 0, 1, true },    { "SAMPLES", 9, 0, 4, true },
	{ "Q", 7, 0, 2, true },     { "FUNCTION", 20, 1, 0, false },
};

#define COLUMNS (sizeof(columns) / sizeof(columns[0]))

static size_t
row_count(const void *model)
{
	const struct flame_state *state = model;

	return state->data != NULL ? state->data->table.count : 0;
}

static uint64_t
row_key(const void *model, size_t row)
{
	const struct flame_state *state = model;

	return state->data->table.rows[row].name;
}

static bool
row_matches(const void *model, size_t row, const char *text)
{
	const struct function_table *table = &((const struct flame_state *)model)->data->table;

	return text_contains_nocase(function_row_name(table, &table->rows[row]), text);
}

static void
draw_row(const void *model, const struct list_row *at, const struct surface *line)
{
	const struct function_table *table = &((const struct flame_state *)model)->data->table;
	const struct function_row *row = &table->rows[at->row];
	struct table_layout layout = table_fit(columns, COLUMNS, line->columns);
	double self = function_self_share(table, row, SIDE_AFTER);
	double share = function_share(table, row, SIDE_AFTER);
	double self_change = self - function_self_share(table, row, SIDE_BEFORE);
	double change = share - function_share(table, row, SIDE_BEFORE);
	bool two_sided = table->samples[SIDE_BEFORE] > 0;
	enum style style = !two_sided || !function_changed(row) ? STYLE_NORMAL
			   : change > 0                         ? STYLE_MORE
								: STYLE_LESS;
	char text[TEXT_NUMBER_SIZE];

	table_cell(&layout, line, 0, 0, style,
		   style == STYLE_NORMAL ? ""
		   : change > 0          ? "+"
					 : "-",
		   NULL);
	table_cell(&layout, line, 0, 1, STYLE_NORMAL, text_percent(self, text), NULL);
	table_cell(&layout, line, 0, 2, STYLE_NORMAL,
		   two_sided ? text_points(self_change, text) : "", NULL);
	table_cell(&layout, line, 0, 3, STYLE_NORMAL, text_percent(share, text), NULL);
	table_cell(&layout, line, 0, 4, style, two_sided ? text_points(change, text) : "", NULL);
	table_cell(&layout, line, 0, 5, STYLE_NORMAL, text_count(row->total[SIDE_AFTER], text),
		   NULL);
	table_cell(&layout, line, 0, 6, STYLE_DIM,
		   isfinite(row->q) ? text_probability(row->q, text) : "", NULL);
	table_cell(&layout, line, 0, 7, at->selected ? STYLE_SELECTED : style,
		   function_row_name(table, row), at->find);
}

const struct list_ops flame_list_ops = {
	.count = row_count,
	.key = row_key,
	.draw = draw_row,
	.matches = row_matches,
};

static void
draw_table(const struct flame_state *state, const struct surface *surface)
{
	struct surface rows = surface_view(surface, 1, 0, surface->rows - 1, surface->columns);
	struct table_layout layout = table_fit(columns, COLUMNS, surface->columns - LIST_MARGIN);

	table_heading(&layout, surface, 0, LIST_MARGIN);
	list_draw(&state->list, &rows);
}

static void
draw_sandwich(const struct flame_state *state, const struct surface *surface)
{
	struct surface up = surface_view(surface, 0, 0, state->callers_rows, surface->columns);
	struct surface down =
		surface_view(surface, state->callers_rows + 1, 0,
			     surface->rows - state->callers_rows - 1, surface->columns);

	icicle_draw(&state->callers, &up);
	bars_rule(surface, state->callers_rows, "callers above, callees below");
	icicle_draw(&state->callees, &down);
}

void
flame_draw(const void *data, const struct surface *surface)
{
	const struct flame_state *state = data;
	struct surface body = surface_view(surface, 1, 0, state->graph_rows, state->graph_columns);

	if (state->data == NULL) {
		surface_put(surface, 1, 2, STYLE_DIM,
			    state->job != 0 ? "reading the profiles ..." : "nothing to show");
		return;
	}
	draw_header(state, surface);
	if (state->mode == FLAME_TABLE)
		draw_table(state, &body);
	else if (state->mode == FLAME_SANDWICH)
		draw_sandwich(state, &body);
	else
		icicle_draw(&state->graph, &body);
	if (state->graph_columns < surface->columns) {
		struct surface movers =
			surface_view(surface, 1, state->graph_columns + 1, state->graph_rows,
				     surface->columns - state->graph_columns - 1);

		surface_vertical(surface, 1, state->graph_columns, state->graph_rows, STYLE_BORDER);
		draw_movers(state, &movers);
	}
	draw_detail(state, surface);
}
