/* The first line of a CSV file of series; see series_header.h. */
#include "core/collect/series_header.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/memory.h"
#include "core/base/text.h"

static const char *const time_names[] = { "time", "timestamp", "date", "datetime",
					  "ts",   "index",     NULL };
static const char *const value_names[] = { "value", "measurement", NULL };
static const char *const series_names[] = { "series", "name", "metric", NULL };
static const char *const samples_names[] = { "samples", NULL };
static const char *const unit_names[] = { "unit", NULL };
static const char *const group_names[] = { "build", "version", "commit", "revision",
					   "sha",   "ghc",     NULL };
static const char *const no_names[] = { NULL };

static bool
is_named(const struct csv_field *field, const char *name)
{
	return strlen(name) == field->length && strncasecmp(name, field->data, field->length) == 0;
}

static size_t
find_column(const struct csv_line *line, const char *const *names)
{
	for (; *names != NULL; names++)
		for (size_t i = 0; i < line->count; i++)
			if (is_named(&line->items[i], *names))
				return i;
	return SERIES_NO_COLUMN;
}

/* The column that was asked for, which has to be there, else the one with a usual name. */
static int
choose(size_t *column, const struct csv_line *line, const char *asked, const char *const *usual,
       struct error *err)
{
	const char *const names[] = { asked, NULL };

	*column = find_column(line, asked != NULL ? names : usual);
	if (asked != NULL && *column == SERIES_NO_COLUMN)
		return error_set(err, ERROR_INPUT, "no column is named %.60s", asked);
	return 0;
}

static int
choose_all(struct series_header *header, const struct csv_line *line,
	   const struct series_read_options *options, bool any_asked, struct error *err)
{
	if (choose(&header->time, line, options->time, time_names, err) < 0 ||
	    choose(&header->value, line, options->value, value_names, err) < 0 ||
	    choose(&header->name, line, options->name, series_names, err) < 0 ||
	    choose(&header->samples, line, options->samples, samples_names, err) < 0 ||
	    choose(&header->group, line, options->group, any_asked ? no_names : group_names, err) <
		    0)
		return -1;
	header->unit = find_column(line, unit_names);
	return 0;
}

/* Nothing in the line but numbers, times and gaps, and a number at least. */
static bool
is_data(const struct csv_line *line)
{
	struct series_day day = { 0 };
	bool is_number, any = false;
	int64_t time;
	double value;

	for (size_t i = 0; i < line->count; i++) {
		const struct csv_field *field = &line->items[i];

		if (i == 0 && line->count > 1) {
			if (!series_time_parse(field->data, field->length, &day, &time, &is_number))
				return false;
			continue;
		}
		if (!series_value_parse(field->data, field->length, &value))
			return false;
		any |= !isnan(value);
	}
	return any;
}

static int
make_series(const struct csv_line *line, size_t from, struct series_reading *reading, bool named,
	    struct error *err)
{
	for (size_t i = from; i < line->count; i++) {
		struct csv_field name = line->items[i];
		char number[40];
		size_t place;

		if (!named) {
			snprintf(number, sizeof(number), "column %zu", i + 1);
			name.data = line->count - from == 1 ? "value" : number;
			name.length = strlen(name.data);
		}
		if (series_table_place(reading->table, name.data, name.length, &place, err) < 0)
			return error_prefix(err, "column %zu", i + 1);
		if (place != i - from)
			return error_set(err, ERROR_INPUT, "columns %zu and %zu have the same name",
					 place + from + 1, i + 1);
	}
	return 0;
}

static int
read_wide(struct series_header *header, const struct csv_line *line, struct series_reading *reading,
	  struct error *err)
{
	size_t from = line->count > 1 ? 1 : 0;

	header->wide = true;
	header->time = from == 1 ? 0 : SERIES_NO_COLUMN;
	reading->report->format = "CSV (wide)";
	return make_series(line, from, reading, header->has_names, err);
}

/* Columns that say something this reader does not take. */
static size_t
count_ignored(const struct series_header *header)
{
	size_t used = 0;

	used += header->time != SERIES_NO_COLUMN;
	used += header->name != SERIES_NO_COLUMN;
	used += header->value != SERIES_NO_COLUMN;
	used += header->samples != SERIES_NO_COLUMN;
	used += header->unit != SERIES_NO_COLUMN;
	used += header->group != SERIES_NO_COLUMN && header->group != header->time &&
		header->group != header->name;
	return header->columns > used ? header->columns - used : 0;
}

static void
read_long(struct series_header *header, const struct csv_line *line, struct series_reading *reading)
{
	const struct csv_field *value = &line->items[header->value];

	reading->report->format = "CSV (long)";
	reading->report->ignored = count_ignored(header);
	reading->table->has_samples = header->samples != SERIES_NO_COLUMN;
	reading->table->has_groups = header->group != SERIES_NO_COLUMN;
	/* The line goes; the name stays. */
	header->owned = memory_string_n(value->data, value->length);
	header->only_name = (struct csv_field){ header->owned, value->length };
}

int
series_header_read(struct series_header *header, const struct csv_line *line,
		   struct series_reading *reading, struct error *err)
{
	const struct series_read_options *options = reading->options;
	bool any_asked = options->time != NULL || options->value != NULL || options->name != NULL ||
			 options->samples != NULL || options->group != NULL;

	header->columns = line->count;
	header->has_names = any_asked || !is_data(line);
	if (!header->has_names)
		return read_wide(header, line, reading, err);
	if (choose_all(header, line, options, any_asked, err) < 0)
		return -1;
	if (header->value == SERIES_NO_COLUMN) {
		if (any_asked)
			return error_set(err, ERROR_INPUT,
					 "no column is named value: say which one holds it");
		return read_wide(header, line, reading, err);
	}
	if (header->name == SERIES_NO_COLUMN && header->samples == SERIES_NO_COLUMN &&
	    options->value == NULL && header->group == SERIES_NO_COLUMN &&
	    line->count != 1 + (header->time != SERIES_NO_COLUMN))
		return read_wide(header, line, reading, err);
	read_long(header, line, reading);
	return 0;
}

void
series_header_release(struct series_header *header)
{
	free(header->owned);
}
