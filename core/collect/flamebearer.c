/*
 * Pyroscope's flamebearer JSON to samples: names, and levels from the root down, each a row of
 * bars. A bar is (gap to the bar before, total, self, name), or for a difference ("double") the
 * first three for the left and for the right profile, and the name. A bar's parent is the one of
 * the level above that it lies under. The file streams, its parts in any order; what is kept of a
 * bar is its name and its parent. Called by profile_read.c through its table.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/vec.h"
#include "core/collect/json_profile.h"

#define NONE UINT32_MAX
#define ROOT (UINT32_MAX - 1)                /* the parent of "total" */
#define BARS_MAX ((size_t)128 * 1024 * 1024) /* 1 GB for them */
#define UNDECIDED_MAX ((size_t)7 * 4 * 1024) /* numbers of the first level that are looked at */
#define WIDE 7

enum place {
	TOP = JSON_PLACE_TOP,
	BEARER,
	NAMES,
	NAME,
	LEVELS,
	LEVEL,
	NUMBER,
	METADATA,
	FORMAT,
	OLD_FORMAT,
	UNITS,
};

static const struct json_place places[] = {
	[BEARER] = { TOP, "flamebearer", 0 }, [NAMES] = { BEARER, "names", 0 },
	[NAME] = { NAMES, NULL, 0 },          [LEVELS] = { BEARER, "levels", 0 },
	[LEVEL] = { LEVELS, NULL, 0 },        [NUMBER] = { LEVEL, NULL, 0 },
	[METADATA] = { TOP, "metadata", 0 },  [FORMAT] = { METADATA, "format", 0 },
	[OLD_FORMAT] = { TOP, "format", 0 },  [UNITS] = { METADATA, "units", 0 },
};

struct bar {
	uint32_t name, parent; /* in names and bars */
};

/* Where a bar lies on its level; x counts both sides together. */
struct span {
	double x, end;
	uint32_t bar;
};

struct spans {
	struct span *items;
	size_t count, capacity;
};

struct own {
	uint32_t bar;
	double self[2];
};

struct flamebearer {
	struct json_profile common;
	VEC(uint32_t) names; /* frames */
	VEC(struct bar) bars;
	VEC(size_t) levels; /* first bars */
	VEC(struct own) owns;
	struct spans above, level;
	size_t under;          /* the bar above that the next one may lie under */
	double x;              /* end of the bar before */
	VEC(double) undecided; /* numbers of the first level, until it is seen what they are */
	size_t width;          /* numbers of a bar: 4, or 7 for a difference; 0: not known yet */
	double fields[WIDE];
	size_t field;
	struct str format, old_format, units;
};

static int
bad_bar(struct flamebearer *parser, uint64_t level, struct error *err)
{
	return json_profile_bad(&parser->common, level, 1,
				"a bar that names no function of the file", err);
}

/* The bar of the level above that this span lies under: both go from left to right. */
static uint32_t
find_parent(struct flamebearer *parser, double x, double end)
{
	const struct spans *above = &parser->above;

	if (parser->levels.count == 1)
		return ROOT;
	while (parser->under < above->count && above->items[parser->under].end < end)
		parser->under++;
	if (parser->under == above->count || above->items[parser->under].x > x)
		return NONE;
	return above->items[parser->under].bar;
}

static int
take_bar(struct flamebearer *parser, struct error *err)
{
	const double *fields = parser->fields;
	bool both = parser->width == WIDE;
	double name = fields[parser->width - 1];
	double x = parser->x + fields[0] + (both ? fields[3] : 0);
	double end = x + fields[1] + (both ? fields[4] : 0);
	struct own own = { .bar = (uint32_t)parser->bars.count,
			   .self = { fields[2], both ? fields[5] : 0 } };

	if (!(name >= 0 && name < ROOT) || !isfinite(x) || !(end >= x))
		return bad_bar(parser, parser->common.lines->number, err);
	if (parser->bars.count == BARS_MAX)
		return error_set(err, ERROR_LIMIT, "more than %zu bars", BARS_MAX);
	parser->x = end;
	vec_push(&parser->bars, (struct bar){ (uint32_t)name, find_parent(parser, x, end) });
	vec_push(&parser->level, (struct span){ x, end, own.bar });
	if (own.self[0] > 0 || own.self[1] > 0)
		vec_push(&parser->owns, own);
	return 0;
}

static int
take_field(struct flamebearer *parser, double number, struct error *err)
{
	parser->fields[parser->field++] = number;
	if (parser->field < parser->width)
		return 0;
	parser->field = 0;
	return take_bar(parser, err);
}

static const char *
format_of(const struct flamebearer *parser)
{
	return parser->format.len > 0 ? parser->format.data : parser->old_format.data;
}

/*
 * How many numbers a bar has: the format says it, before the levels or after them; the first level
 * has one bar, so that its length says it too.
 */
static int
decide(struct flamebearer *parser, struct error *err)
{
	size_t count = parser->undecided.count;
	const char *format = format_of(parser);

	if (format[0] != '\0')
		parser->width = strcmp(format, "double") == 0 ? WIDE : 4;
	else
		parser->width = count % WIDE == 0 && count % 4 != 0 ? WIDE : 4;
	for (size_t i = 0; i < count; i++)
		if (take_field(parser, parser->undecided.items[i], err) < 0)
			return -1;
	vec_release(&parser->undecided);
	return 0;
}

static int
take_number(struct flamebearer *parser, const struct json_value *value, struct error *err)
{
	if (value->event == JSON_EVENT_ARRAY_END || value->event == JSON_EVENT_OBJECT_END)
		return 0;
	if (parser->width > 0)
		return take_field(parser, value->number, err);
	vec_push(&parser->undecided, value->number);
	return parser->undecided.count == UNDECIDED_MAX ? decide(parser, err) : 0;
}

static int
take_level(struct flamebearer *parser, const struct json_value *value, struct error *err)
{
	struct spans spent = parser->above;

	if (value->event == JSON_EVENT_ARRAY) {
		parser->common.lines->number++;
		vec_push(&parser->levels, parser->bars.count);
		parser->under = parser->field = 0;
		parser->x = 0;
		return 0;
	}
	if (value->event != JSON_EVENT_ARRAY_END)
		return 0;
	if (parser->width == 0 && parser->undecided.count > 0 && decide(parser, err) < 0)
		return -1;
	vec_clear(&spent);
	parser->above = parser->level;
	parser->level = spent;
	return 0;
}

static int
take(void *user, const struct json_value *value, struct error *err)
{
	struct flamebearer *parser = user;
	static const struct str none = { .data = "" };
	struct str text = none;

	switch (value->place) {
	case NAME:
		if (value->event == JSON_EVENT_TEXT) {
			text.data = (char *)value->text; /* only read */
			text.len = value->length;
		}
		if (value->event != JSON_EVENT_ARRAY_END && value->event != JSON_EVENT_OBJECT_END)
			vec_push(&parser->names,
				 json_profile_frame(&parser->common, &text, &none, 0));
		return 0;
	case LEVEL:
		return take_level(parser, value, err);
	case NUMBER:
		return take_number(parser, value, err);
	case FORMAT:
		json_profile_keep(&parser->format, value);
		return 0;
	case OLD_FORMAT:
		json_profile_keep(&parser->old_format, value);
		return 0;
	case UNITS:
		json_profile_keep(&parser->units, value);
		return 0;
	default:
		return 0;
	}
}

/* ---- the end ---- */

/* Each bar whose name the file does not have is told; below it stacks begin anew. */
static int
check_names(struct flamebearer *parser, struct error *err)
{
	uint64_t level = 0;

	for (size_t i = 0; i < parser->bars.count; i++) {
		while (level < parser->levels.count && parser->levels.items[level] <= i)
			level++;
		if (parser->bars.items[i].name >= parser->names.count &&
		    bad_bar(parser, level, err) < 0)
			return -1;
	}
	return 0;
}

/* The root, "total", is of no stack. */
static void
give_own(struct flamebearer *parser, const struct own *own, const uint32_t sides[2])
{
	struct json_profile *common = &parser->common;
	uint32_t top = PROFILE_DEPTH_MAX, at = own->bar, stack;

	if (parser->bars.items[at].name >= parser->names.count)
		return;
	while (at < ROOT && top > 0) {
		const struct bar *bar = &parser->bars.items[at];

		if (bar->parent == ROOT || bar->name >= parser->names.count)
			break;
		common->frames[--top] = parser->names.items[bar->name];
		at = bar->parent;
	}
	stack = json_profile_stack(common, common->frames + top, PROFILE_DEPTH_MAX - top);
	for (int side = 0; side < 2; side++) {
		common->weighed.labels = sides[side];
		weighed_add(&common->weighed, stack, own->self[side]);
	}
}

static int
finish(void *state, struct error *err)
{
	struct flamebearer *parser = state;
	struct json_profile *common = &parser->common;
	struct sample_axes *axes = common->sink.axes;
	uint32_t sides[2] = { SAMPLE_LABELS_NONE, SAMPLE_LABELS_NONE };
	const char *format = format_of(parser);

	if (json_profile_end(common, err) < 0)
		return -1;
	if (format[0] != '\0' && parser->width > 0 &&
	    (strcmp(format, "double") == 0) != (parser->width == WIDE))
		return error_set(err, ERROR_INPUT, "%s: the levels are not of the format %s",
				 common->lines->name,
				 strcmp(format, "double") == 0 ? "double" : "single");
	(void)json_profile_unit(common, parser->units.data);
	if (parser->width == WIDE &&
	    (sample_label_add(axes, "side", "before", 6, &sides[0], err) < 0 ||
	     sample_label_add(axes, "side", "after", 5, &sides[1], err) < 0))
		return -1;
	if (check_names(parser, err) < 0)
		return -1;
	for (size_t i = 0; i < parser->owns.count; i++)
		give_own(parser, &parser->owns.items[i], sides);
	return json_profile_give(common, err);
}

static void *
create(const struct sample_sink *sink, struct import_lines *lines)
{
	struct flamebearer *parser = json_profile_create(sizeof(*parser), sink, lines, places,
							 sizeof(places) / sizeof(places[0]), take);

	str_init(&parser->format, STR_MAX_LINE);
	str_init(&parser->old_format, STR_MAX_LINE);
	str_init(&parser->units, STR_MAX_LINE);
	return parser;
}

static void
destroy(void *state)
{
	struct flamebearer *parser = state;

	vec_release(&parser->names);
	vec_release(&parser->bars);
	vec_release(&parser->levels);
	vec_release(&parser->owns);
	free(parser->above.items);
	free(parser->level.items);
	vec_release(&parser->undecided);
	str_release(&parser->format);
	str_release(&parser->old_format);
	str_release(&parser->units);
	json_profile_destroy(&parser->common);
}

static bool
recognise(const char *data, size_t length)
{
	return json_profile_has(data, length, "\"flamebearer\"");
}

const struct profile_format profile_format_flamebearer = {
	.name = "flamebearer",
	.recognise = recognise,
	.create = create,
	.feed = json_profile_feed,
	.pieces = true,
	.finish = finish,
	.facts = json_profile_facts,
	.destroy = destroy,
};
