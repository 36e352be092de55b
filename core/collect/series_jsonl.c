/* Series as JSON lines, one point a line; see series_read.h. Called by series_read.c. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/json.h"
#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/collect/series_lines.h"

static void *
create(struct series_reading *reading)
{
	reading->report->format = "JSON lines";
	return reading;
}

/* False: it is there and not a time. */
static bool
read_time(struct series_reading *reading, const struct json *line, int64_t *time)
{
	const struct json *member = json_get(line, "time");
	char number[40];
	const char *text;

	if (json_type(member) == JSON_NUMBER) {
		snprintf(number, sizeof(number), "%.17g", json_number(member, 0));
		return series_reading_time(reading, number, strlen(number), time);
	}
	text = json_text(member, NULL);
	return text != NULL && series_reading_time(reading, text, strlen(text), time);
}

static bool
read_number(const struct json *member, double *value)
{
	const char *text;

	*value = NAN;
	if (member == NULL || json_type(member) == JSON_NULL)
		return true;
	if (json_type(member) == JSON_NUMBER) {
		*value = json_number(member, NAN);
		if (!isfinite(*value))
			*value = NAN;
		return true;
	}
	text = json_text(member, NULL);
	return text != NULL && series_value_parse(text, strlen(text), value);
}

static int
add_line(struct series_reading *reading, const struct json *line, struct error *err)
{
	const char *name = json_get_text(line, "series", NULL);
	const char *unit = json_get_text(line, "unit", NULL);
	struct series_table *table = reading->table;
	struct series_point point = { 0 };
	struct error reason = { 0 };
	size_t place;

	if (name == NULL)
		return import_lines_bad(&reading->lines, err, "no \"series\"");
	if (json_get(line, "time") == NULL || !read_time(reading, line, &point.time))
		return import_lines_bad(&reading->lines, err, "no \"time\" that is one");
	if (!read_number(json_get(line, "value"), &point.value))
		return import_lines_bad(&reading->lines, err, "\"value\" is not a number");
	if (!read_number(json_get(line, "samples"), &point.samples))
		return import_lines_bad(&reading->lines, err, "\"samples\" is not a number");
	if (table->points == 0)
		table->has_samples = json_get(line, "samples") != NULL;
	if (table->has_samples != (json_get(line, "samples") != NULL))
		return import_lines_bad(&reading->lines, err,
					"\"samples\" on some lines and not on others");
	if (series_table_place(table, name, strlen(name), &place, &reason) < 0)
		return import_lines_bad(&reading->lines, err, "%s", reason.text);
	if (unit != NULL && table->items[place].unit == NULL)
		table->items[place].unit = memory_string(unit);
	return series_reading_add(reading, place, &point, err);
}

static int
take_line(void *state, const char *line, size_t length, struct error *err)
{
	struct series_reading *reading = state;
	struct error reason = { 0 };
	struct json *json;
	int result;

	if (json_parse(&json, line, length, &reason) < 0)
		return import_lines_bad(&reading->lines, err, "%s", reason.text);
	if (json_type(json) == JSON_OBJECT)
		result = add_line(reading, json, err);
	else
		result = import_lines_bad(&reading->lines, err, "not a JSON object");
	json_free(json);
	return result;
}

static int
finish(void *state, struct error *err)
{
	const struct series_reading *reading = state;

	if (reading->table->points == 0)
		return error_set(err, ERROR_INPUT, "%s: no points", reading->lines.name);
	return 0;
}

static void
destroy(void *state)
{
	(void)state;
}

const struct series_format series_format_jsonl = {
	.create = create,
	.line = take_line,
	.finish = finish,
	.destroy = destroy,
};
