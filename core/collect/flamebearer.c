/*
 * Pyroscope's flamebearer JSON to samples: names, and levels from the root down, each a row of
 * bars. A bar is (gap to the bar before, total, self, name), or for a difference ("double") the
 * first three for the left and for the right profile, and the name. A bar's parent is the one of
 * the level above that it lies under. Called by profile_read.c through its table.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/vec.h"
#include "core/collect/json_profile.h"

/* One bar of a level; x counts both sides together. */
struct bar {
	double x, width;
	uint32_t frame, parent; /* parent: bar of the level above */
	double self[2];
};

struct level {
	struct bar *items;
	size_t count, capacity;
};

struct picture {
	struct json_profile *parser;
	uint32_t *names; /* frames */
	size_t name_count;
	int fields; /* of a bar: 4, or 7 for a difference */
	struct level *levels;
	size_t depth;
	uint32_t sides[2]; /* label sets of a difference */
};

static void
read_names(struct picture *picture, const struct json *names)
{
	picture->names = memory_alloc_array(json_count(names) + 1, sizeof(*picture->names));
	for (const struct json *name = json_first(names); name != NULL; name = json_next(name))
		picture->names[picture->name_count++] =
			json_profile_frame(picture->parser, json_text(name, NULL), NULL, 0);
}

static int
read_bar(struct picture *picture, struct level *level, const double *fields, double *x,
	 struct error *err)
{
	bool both = picture->fields == 7;
	double name = fields[picture->fields - 1];
	struct bar bar = { .parent = UINT32_MAX };

	bar.x = *x + fields[0] + (both ? fields[3] : 0);
	bar.width = fields[1] + (both ? fields[4] : 0);
	bar.self[0] = fields[2];
	bar.self[1] = both ? fields[5] : 0;
	if (!(name >= 0 && name < (double)picture->name_count) || !isfinite(bar.x) ||
	    !(bar.width >= 0))
		return import_lines_bad(picture->parser->lines, err,
					"a bar that names no function of the file");
	bar.frame = picture->names[(size_t)name];
	*x = bar.x + bar.width;
	vec_push(level, bar);
	return 0;
}

static int
read_level(struct picture *picture, struct level *level, const struct json *row, struct error *err)
{
	size_t count;
	double *numbers = json_profile_numbers(row, &count), x = 0;
	int result = 0;

	picture->parser->lines->number++;
	for (size_t i = 0; i + (size_t)picture->fields <= count && result == 0;
	     i += (size_t)picture->fields)
		result = read_bar(picture, level, numbers + i, &x, err);
	free(numbers);
	return result;
}

/* Bars of both levels go from left to right: one pass finds all parents. */
static void
find_parents(const struct level *above, struct level *level)
{
	size_t at = 0;

	for (size_t i = 0; i < level->count; i++) {
		struct bar *bar = &level->items[i];

		while (at < above->count &&
		       above->items[at].x + above->items[at].width < bar->x + bar->width)
			at++;
		if (at < above->count && above->items[at].x <= bar->x)
			bar->parent = (uint32_t)at;
	}
}

static void
give_level(struct picture *picture, size_t depth)
{
	struct json_profile *parser = picture->parser;

	for (size_t i = 0; i < picture->levels[depth].count; i++) {
		const struct bar *bar = &picture->levels[depth].items[i];
		uint32_t top = PROFILE_DEPTH_MAX, stack;
		const struct bar *at = bar;

		if (!(bar->self[0] > 0) && !(bar->self[1] > 0))
			continue;
		for (size_t level = depth; level > 0 && top > 0; level--) {
			parser->frames[--top] = at->frame;
			if (at->parent == UINT32_MAX)
				break;
			at = &picture->levels[level - 1].items[at->parent];
		}
		stack = json_profile_stack(parser, parser->frames + top, PROFILE_DEPTH_MAX - top);
		for (int side = 0; side < 2; side++) {
			parser->weighed.labels = picture->sides[side];
			weighed_add(&parser->weighed, stack, bar->self[side]);
		}
	}
}

static int
read_levels(struct picture *picture, const struct json *rows, struct error *err)
{
	picture->levels = memory_alloc_array(json_count(rows) + 1, sizeof(*picture->levels));
	for (const struct json *row = json_first(rows); row != NULL; row = json_next(row)) {
		struct level *level = &picture->levels[picture->depth];

		if (read_level(picture, level, row, err) < 0)
			return -1;
		if (picture->depth > 0)
			find_parents(&picture->levels[picture->depth - 1], level);
		picture->depth++;
	}
	for (size_t depth = 0; depth < picture->depth; depth++)
		give_level(picture, depth); /* the root, "total", is of no stack */
	return 0;
}

static int
add_sides(struct picture *picture, struct error *err)
{
	struct sample_axes *axes = picture->parser->sink.axes;

	if (sample_label_add(axes, "side", "before", 6, &picture->sides[0], err) < 0)
		return -1;
	return sample_label_add(axes, "side", "after", 5, &picture->sides[1], err);
}

static int
take_document(struct json_profile *parser, const struct json *document, struct error *err)
{
	const struct json *bearer = json_get(document, "flamebearer");
	const char *format = json_path(document, "metadata.format") != NULL
				     ? json_text(json_path(document, "metadata.format"), "single")
				     : json_get_text(document, "format", "single");
	const char *unit = json_text(json_path(document, "metadata.units"), NULL);
	struct picture picture = { .parser = parser };
	int result;

	picture.fields = strcmp(format, "double") == 0 ? 7 : 4;
	(void)json_profile_unit(parser, unit);
	if (picture.fields == 7 && add_sides(&picture, err) < 0)
		return -1;
	read_names(&picture, json_get(bearer, "names"));
	result = read_levels(&picture, json_get(bearer, "levels"), err);
	for (size_t i = 0; picture.levels != NULL && i <= picture.depth; i++)
		free(picture.levels[i].items);
	free(picture.levels);
	free(picture.names);
	return result;
}

static int
read_document(void *parser, const char *data, size_t length, struct error *err)
{
	return json_profile_read(parser, data, length, take_document, err);
}

static bool
recognise(const char *data, size_t length)
{
	return json_profile_has(data, length, "\"flamebearer\"");
}

const struct profile_format profile_format_flamebearer = {
	.name = "flamebearer",
	.recognise = recognise,
	.create = json_profile_create,
	.read = read_document,
	.facts = json_profile_facts,
	.destroy = json_profile_destroy,
};
