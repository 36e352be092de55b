/*
 * Series as CSV, long and wide; see series_read.h. Called by series_read.c. The
 * first line says what the columns are (series_header.c); every later one is
 * checked whole before any of it is kept.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/collect/series_header.h"

struct csv {
	struct series_reading *reading;
	struct csv_line line;
	struct series_header header;
	bool begun;
	int64_t row;
	double *values; /* wide: of the line at hand */
};

static void *
create(struct series_reading *reading)
{
	struct csv *csv = memory_alloc(sizeof(*csv));

	csv->reading = reading;
	return csv;
}

/* What a field holds, shown short and safe in a message. */
static int
bad_field(struct csv *csv, const struct csv_field *field, const char *what, struct error *err)
{
	struct str shown;
	int result;

	str_init(&shown, STR_MAX_LINE);
	text_sanitize(&shown, field->data, field->length < 40 ? field->length : 40, TEXT_LINE);
	result = import_lines_bad(&csv->reading->lines, err, "\"%s\" is not %s", shown.data, what);
	str_release(&shown);
	return result;
}

/* Where fields are apart by semicolons, 1,5 is one and a half. */
static bool
parse_number(const struct csv *csv, const struct csv_field *field, double *value)
{
	char text[64];
	char *comma;

	if (series_value_parse(field->data, field->length, value))
		return true;
	if (csv->header.separator != ';' || field->length >= sizeof(text))
		return false;
	memcpy(text, field->data, field->length);
	text[field->length] = '\0';
	comma = strchr(text, ',');
	if (comma == NULL || strchr(text, '.') != NULL)
		return false;
	*comma = '.';
	return series_value_parse(text, field->length, value);
}

/* 1: a time; 0: a bad line; negative: the end. */
static int
read_time(struct csv *csv, int64_t *time, struct error *err)
{
	size_t column = csv->header.time;
	const struct csv_field *field;

	if (column == SERIES_NO_COLUMN) {
		*time = csv->row * CLOCK_SECOND;
		return 1;
	}
	field = &csv->line.items[column];
	if (series_reading_time(csv->reading, field->data, field->length, time))
		return 1;
	return bad_field(csv, field, "a time", err);
}

/* --- long: one point a line --- */

static int
read_samples(struct csv *csv, struct series_point *point, struct error *err)
{
	const struct csv_field *field;

	point->samples = NAN;
	if (csv->header.samples == SERIES_NO_COLUMN)
		return 1;
	field = &csv->line.items[csv->header.samples];
	if (!parse_number(csv, field, &point->samples))
		return bad_field(csv, field, "a number of samples", err);
	if (isnan(point->samples))
		point->value = NAN; /* a share of nobody knows how many */
	return 1;
}

static void
read_unit(struct csv *csv, size_t place)
{
	struct table_series *series = &csv->reading->table->items[place];
	const struct csv_field *field;

	if (csv->header.unit == SERIES_NO_COLUMN || series->unit != NULL)
		return;
	field = &csv->line.items[csv->header.unit];
	if (field->length > 0)
		series->unit = memory_string_n(field->data, field->length < SERIES_NAME_MAX
								    ? field->length
								    : SERIES_NAME_MAX);
}

static int
take_long(struct csv *csv, struct error *err)
{
	const struct series_header *header = &csv->header;
	const struct csv_field *field = &csv->line.items[header->value];
	struct series_table *table = csv->reading->table;
	struct csv_field name = header->only_name;
	struct series_point point = { 0 };
	struct error reason = { 0 };
	size_t place;
	int got;

	got = read_time(csv, &point.time, err);
	if (got <= 0)
		return got;
	if (!parse_number(csv, field, &point.value))
		return bad_field(csv, field, "a number", err);
	got = read_samples(csv, &point, err);
	if (got <= 0)
		return got;
	if (header->name != SERIES_NO_COLUMN)
		name = csv->line.items[header->name];
	if (header->group != SERIES_NO_COLUMN)
		point.group = intern_add(&table->groups, csv->line.items[header->group].data,
					 csv->line.items[header->group].length);
	if (series_point_wrong(&point) != NULL)
		return import_lines_bad(&csv->reading->lines, err, "%s",
					series_point_wrong(&point));
	if (series_table_place(table, name.data, name.length, &place, &reason) < 0)
		return import_lines_bad(&csv->reading->lines, err, "%s", reason.text);
	read_unit(csv, place);
	return series_reading_add(csv->reading, place, &point, err);
}

/* --- wide: one time a line --- */

static int
take_wide(struct csv *csv, struct error *err)
{
	size_t first = csv->header.time == SERIES_NO_COLUMN ? 0 : 1;
	struct series_point point = { .samples = NAN };
	int got = read_time(csv, &point.time, err);

	if (got <= 0)
		return got;
	for (size_t i = first; i < csv->line.count; i++)
		if (!parse_number(csv, &csv->line.items[i], &csv->values[i]))
			return bad_field(csv, &csv->line.items[i], "a number", err);
	for (size_t i = first; i < csv->line.count; i++) {
		point.value = csv->values[i];
		if (series_reading_add(csv->reading, i - first, &point, err) < 0)
			return -1;
	}
	return 0;
}

static int
take_row(struct csv *csv, struct error *err)
{
	int result;

	if (csv->line.count != csv->header.columns)
		return import_lines_bad(&csv->reading->lines, err,
					"%zu fields where the first line has %zu", csv->line.count,
					csv->header.columns);
	result = csv->header.wide ? take_wide(csv, err) : take_long(csv, err);
	csv->row++;
	return result;
}

static int
begin(struct csv *csv, const char *line, size_t length, struct error *err)
{
	const char *wrong;

	csv->header.separator = csv_separator(line, length);
	wrong = csv_split(&csv->line, line, length, csv->header.separator);
	if (wrong != NULL)
		return error_set(err, ERROR_INPUT, "%s:%llu: %s", csv->reading->lines.name,
				 (unsigned long long)csv->reading->lines.number, wrong);
	if (series_header_read(&csv->header, &csv->line, csv->reading, err) < 0)
		return error_prefix(err, "%s:%llu", csv->reading->lines.name,
				    (unsigned long long)csv->reading->lines.number);
	csv->values = memory_alloc_array(csv->header.columns, sizeof(*csv->values));
	csv->begun = true;
	return csv->header.has_names ? 0 : take_row(csv, err);
}

static int
take_line(void *state, const char *line, size_t length, struct error *err)
{
	struct csv *csv = state;
	const char *wrong;

	if (!csv->begun)
		return begin(csv, line, length, err);
	wrong = csv_split(&csv->line, line, length, csv->header.separator);
	if (wrong != NULL)
		return import_lines_bad(&csv->reading->lines, err, "%s", wrong);
	return take_row(csv, err);
}

static int
finish(void *state, struct error *err)
{
	const struct csv *csv = state;

	if (csv->reading->table->points == 0)
		return error_set(err, ERROR_INPUT, "%s: no points", csv->reading->lines.name);
	return 0;
}

static void
destroy(void *state)
{
	struct csv *csv = state;

	csv_line_release(&csv->line);
	series_header_release(&csv->header);
	free(csv->values);
	free(csv);
}

const struct series_format series_format_csv = {
	.create = create,
	.line = take_line,
	.finish = finish,
	.destroy = destroy,
};
