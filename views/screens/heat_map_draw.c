/* Drawing of the heat map; see heat_map_private.h. Density of the glyph says what colour says. */
#include <string.h>

#include "core/base/clock.h"
#include "core/base/text.h"
#include "tui/bars.h"
#include "views/screens/heat_map_private.h"

#define LEVELS 4

static const enum style level_styles[LEVELS + 1] = { STYLE_NORMAL, STYLE_HEAT_1, STYLE_HEAT_2,
						     STYLE_HEAT_3, STYLE_HEAT_4 };
static const int32_t level_glyphs[LEVELS + 1] = { ' ', 0x2591, 0x2592, 0x2593, 0x2588 };
static const char level_ascii[LEVELS + 1] = { ' ', '.', ':', '*', '#' };

static int
level_of(double value, double largest)
{
	int level;

	if (value <= 0 || largest <= 0)
		return 0;
	level = 1 + (int)(value / largest * LEVELS);
	return level > LEVELS ? LEVELS : level;
}

static void
put_level(const struct heat_map *map, const struct surface *surface, int row, size_t place,
	  int level)
{
	int from = map->label_columns + (int)place * map->cell_columns;

	for (int i = 0; i < map->cell_columns; i++)
		surface_glyph(surface, row, from + i, level_styles[level], level_glyphs[level],
			      level_ascii[level]);
}

static size_t
places(const struct heat_map *map)
{
	return (map->loaded->heat.column_count + map->together - 1) / map->together;
}

/* -- above: what is shown, and which columns are chosen -- */

static void
draw_header(const struct heat_map *map, const struct surface *surface)
{
	const struct heat *heat = &map->loaded->heat;
	char span[CLOCK_SPAN_SIZE];
	struct str text;

	str_init(&text, STR_MAX_LINE);
	profile_subject_name(&map->subject, &text);
	str_addf(&text, "   %s, columns: %zu   ",
		 clock_format_span(heat->columns[0].start,
				   heat->columns[heat->column_count - 1].end, span),
		 heat->column_count);
	if (map->bands)
		str_addf(&text, "%s of %s", map->by_total ? "total" : "self",
			 heat_name(heat, map->row));
	else
		str_addf(&text, "functions by %s", map->by_total ? "total" : "self");
	surface_put_field(surface, 0, 1, surface->columns - 1, STYLE_NORMAL, text.data, text.len);
	str_release(&text);
}

static bool
overlaps(struct heat_range range, size_t first, size_t end)
{
	return range.first < end && first < range.end;
}

static char
mark_of(const struct heat_map *map, size_t first, size_t end, enum style *style)
{
	bool cursor = map->column >= first && map->column < end;

	*style = cursor ? STYLE_SELECTED : STYLE_DIM;
	if (map->mark != HEAT_NONE && overlaps(heat_map_range(map), first, end))
		return 'v';
	if (overlaps(map->sides[SIDE_AFTER], first, end))
		*style = cursor ? STYLE_SELECTED : STYLE_CHART_AFTER;
	if (overlaps(map->sides[SIDE_AFTER], first, end))
		return 'a';
	if (overlaps(map->sides[SIDE_BEFORE], first, end))
		*style = cursor ? STYLE_SELECTED : STYLE_CHART_BEFORE;
	if (overlaps(map->sides[SIDE_BEFORE], first, end))
		return 'b';
	return cursor ? '^' : ' ';
}

static void
draw_marks(const struct heat_map *map, const struct surface *surface)
{
	const struct heat *heat = &map->loaded->heat;
	bool told = false; /* the change of the finding */

	for (size_t place = 0; place < places(map); place++) {
		size_t first = place * map->together, end = first + map->together;
		int from = map->label_columns + (int)place * map->cell_columns;
		enum style style;
		char mark = mark_of(map, first, end, &style);
		size_t last = end < heat->column_count ? end - 1 : heat->column_count - 1;

		if (!told && mark == ' ' && map->subject.changed_at != 0 &&
		    heat->columns[last].end > map->subject.changed_at) {
			mark = '|';
			style = STYLE_CHART_POINT;
		}
		told |= heat->columns[last].end > map->subject.changed_at;
		for (int i = 0; i < map->cell_columns; i++)
			surface_glyph(surface, 1, from + i, style,
				      mark == '|' && i > 0 ? ' ' : mark,
				      mark == '|' && i > 0 ? ' ' : mark);
	}
}

/* -- functions down -- */

static void
draw_function(const struct heat_map *map, const struct surface *surface, int row, size_t at)
{
	const struct heat *heat = &map->loaded->heat;
	const struct heat_row *function = &heat->rows[at];
	const char *name = heat_name(heat, at);
	char share[TEXT_NUMBER_SIZE];
	bool here = at == map->row;
	int room = map->label_columns - 10;

	text_percent(map->by_total ? function->total : function->self, share);
	surface_put(surface, row, 0, STYLE_STRONG, here ? ">" : " ");
	if (room > 2)
		surface_put_field(surface, row, 1, room - 1, here ? STYLE_SELECTED : STYLE_NORMAL,
				  name, strlen(name));
	surface_put_right(surface, row, room > 2 ? room : 1, room > 2 ? 9 : map->label_columns - 2,
			  STYLE_NORMAL, share);
	for (size_t place = 0; place < places(map); place++) {
		size_t first = place * map->together;

		put_level(
			map, surface, row, place,
			level_of(heat_share(heat, at, first, first + map->together, map->by_total),
				 map->by_total ? function->total_max : function->self_max));
	}
}

/* -- shares of one function down: how many windows have that share -- */

static int
band_of(const struct heat_map *map, size_t column, double largest)
{
	double share = heat_share(&map->loaded->heat, map->row, column, column + 1, map->by_total);
	int band = largest > 0 ? (int)(share / largest * map->body_rows) : 0;

	band = band >= map->body_rows ? map->body_rows - 1 : band;
	return map->body_rows - 1 - band;
}

static void
draw_bands(const struct heat_map *map, const struct surface *surface)
{
	const struct heat *heat = &map->loaded->heat;
	const struct heat_row *function = &heat->rows[map->row];
	double largest = map->by_total ? function->total_max : function->self_max;
	char share[TEXT_NUMBER_SIZE];

	for (int row = 0; row < map->body_rows; row += row + 4 < map->body_rows ? 4 : 1)
		surface_put_right(
			surface, 2 + row, 0, map->label_columns - 1, STYLE_DIM,
			text_percent(largest * (map->body_rows - row) / map->body_rows, share));
	for (size_t place = 0; place < places(map); place++) {
		unsigned counts[SURFACE_SIDE_MAX] = { 0 };
		size_t first = place * map->together;

		for (size_t i = first; i < first + map->together && i < heat->column_count; i++)
			counts[band_of(map, i, largest)]++;
		for (int row = 0; row < map->body_rows; row++)
			put_level(map, surface, 2 + row, place,
				  level_of(counts[row], (double)map->together));
	}
}

/* -- below: the place under the cursor -- */

static void
draw_rule(const struct heat_map *map, const struct surface *surface, int row)
{
	struct str text;

	str_init(&text, STR_MAX_LINE);
	if (surface_unicode(surface))
		str_add(&text, "\u2591\u2592\u2593\u2588");
	else
		str_add(&text, ".:*#");
	str_add(&text, map->bands ? " more windows with this share"
				  : " share of the function, up to its largest");
	bars_rule(surface, row, text.data);
	str_release(&text);
}

static void
draw_detail(const struct heat_map *map, const struct surface *surface, int row)
{
	const struct heat *heat = &map->loaded->heat;
	struct heat_range range = heat_map_range(map);
	char span[CLOCK_SPAN_SIZE], share[TEXT_NUMBER_SIZE], count[TEXT_NUMBER_SIZE];
	double samples = 0;
	size_t windows = 0;

	for (size_t i = range.first; i < range.end; i++) {
		samples += heat->columns[i].samples;
		windows += heat->columns[i].windows;
	}
	text_percent(heat_share(heat, map->row, range.first, range.end, map->by_total), share);
	surface_putf(surface, row, 1, STYLE_NORMAL, "%s   %s   %s samples in %zu   %s",
		     clock_format_span(heat->columns[range.first].start,
				       heat->columns[range.end - 1].end, span),
		     share, text_short_count(samples, count), windows, heat_name(heat, map->row));
}

static void
draw_nothing(const struct heat_map *map, const struct surface *surface)
{
	surface_put(surface, 0, 1, STYLE_DIM,
		    map->failed != NULL ? map->failed : "loading the windows ...");
	if (map->failed != NULL && surface->rows > 1)
		surface_put(surface, 1, 1, STYLE_DIM, "C-r loads again");
}

void
heat_map_draw(const void *state, const struct surface *surface)
{
	const struct heat_map *map = state;

	if (map->loaded == NULL) {
		draw_nothing(map, surface);
		return;
	}
	draw_header(map, surface);
	draw_marks(map, surface);
	if (map->bands)
		draw_bands(map, surface);
	for (int i = 0; !map->bands && i < map->body_rows; i++)
		if (map->top + (size_t)i < map->loaded->heat.row_count)
			draw_function(map, surface, 2 + i, map->top + (size_t)i);
	if (surface->rows >= 5)
		draw_rule(map, surface, surface->rows - 2);
	if (surface->rows >= 4)
		draw_detail(map, surface, surface->rows - 1);
}
