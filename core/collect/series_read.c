/*
 * What kind of text is it, and the loop over its lines; see series_read.h. The
 * formats are in series_csv.c and series_jsonl.c.
 */
#include "core/collect/series_read.h"

#include <math.h>
#include <string.h>

#include "core/collect/series_lines.h"

#define REPORT_LINES 8192
#define SNIFF_BYTES ((size_t)4096)

bool
series_reading_time(struct series_reading *reading, const char *data, size_t length, int64_t *time)
{
	bool is_number;

	if (!series_time_parse(data, length, &reading->day, time, &is_number))
		return false;
	if (!is_number)
		reading->any_date = true;
	else if (*time >= SERIES_INDEX_MAX || *time <= -SERIES_INDEX_MAX)
		reading->any_large = true;
	return true;
}

const char *
series_point_wrong(const struct series_point *point)
{
	if (isnan(point->samples) || isnan(point->value))
		return NULL;
	if (!(point->value >= 0 && point->value <= 1))
		return "a share must be from 0 to 1 (a fraction, not percent)";
	if (!(point->samples >= 0 && point->samples <= 9007199254740992.0))
		return "samples must be 0 or more";
	return NULL;
}

int
series_reading_add(struct series_reading *reading, size_t place, const struct series_point *point,
		   struct error *err)
{
	const char *wrong = series_point_wrong(point);

	if (wrong != NULL)
		return import_lines_bad(&reading->lines, err, "%s", wrong);
	if (series_table_add(reading->table, place, point, err) < 0)
		return error_prefix(err, "%s:%llu", reading->lines.name,
				    (unsigned long long)reading->lines.number);
	return 0;
}

/* A byte order mark and blanks, then "{": JSON lines. */
static int
sniff(struct reader *reader, const struct series_format **format, struct error *err)
{
	const char *data;
	size_t length, at = 0;

	if (reader_peek(reader, &data, &length, SNIFF_BYTES, err) < 0)
		return -1;
	if (length >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0)
		at = 3;
	while (at < length && strchr(" \t\r\n", data[at]) != NULL && data[at] != '\0')
		at++;
	if (at == length && length < SNIFF_BYTES)
		return error_set(err, ERROR_INPUT, "%s: empty", reader_name(reader));
	if (at < length && data[at] == '[')
		return error_set(err, ERROR_INPUT,
				 "%s: begins with \"[\": series as JSON are one object a line",
				 reader_name(reader));
	*format = at < length && data[at] == '{' ? &series_format_jsonl : &series_format_csv;
	return 0;
}

static bool
is_blank(const char *line, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (line[i] != ' ' && line[i] != '\t' && line[i] != '\r')
			return false;
	return true;
}

static int
give_line(struct series_reading *reading, const struct series_format *format, void *state,
	  const char *line, size_t length, struct error *err)
{
	if (reading->lines.number == 1 && length >= 3 && memcmp(line, "\xef\xbb\xbf", 3) == 0) {
		line += 3;
		length -= 3;
	}
	if (length == 0 || line[0] == '#' || is_blank(line, length))
		return 0;
	return format->line(state, line, length, err);
}

static int
read_lines(struct series_reading *reading, struct reader *reader,
	   const struct series_format *format, void *state, const struct progress *progress,
	   struct error *err)
{
	struct error why = { 0 };
	const char *line;
	size_t length;
	int got;

	while ((got = reader_line(reader, &line, &length, &why)) != 0) {
		if (got < 0 && reader_drop_long_line(reader)) {
			if (import_lines_too_long(&reading->lines, err) < 0)
				return -1;
			continue;
		}
		if (got < 0) {
			if (err != NULL)
				*err = why;
			return -1;
		}
		reading->lines.number = reader_line_number(reader);
		if (give_line(reading, format, state, line, length, err) < 0)
			return -1;
		if (reading->lines.number % REPORT_LINES != 0)
			continue;
		if (progress_cancelled(progress))
			return error_set(err, ERROR_CANCELLED, "%s: cancelled",
					 reading->lines.name);
		progress_report(progress, "reading series", reading->lines.number, 0);
	}
	return 0;
}

static void
fill_report(const struct series_reading *reading)
{
	struct series_read_report *report = reading->report;

	for (size_t i = 0; i < reading->table->count; i++)
		report->gaps += reading->table->items[i].gaps;
	report->points = reading->table->points - report->gaps;
	report->lines = reading->lines.number;
	report->lines_skipped = reading->lines.skipped;
	report->first_skipped_line = reading->lines.first_skipped;
	memcpy(report->first_skipped_reason, reading->lines.first_reason,
	       sizeof(report->first_skipped_reason));
}

int
series_read(struct series_table *out, struct reader *reader,
	    const struct series_read_options *options, struct series_read_report *report,
	    const struct progress *progress, struct error *err)
{
	struct series_reading reading = { .table = out,
					  .options = options,
					  .report = report,
					  .lines = { .name = reader_name(reader),
						     .keep_going = options->keep_going } };
	const struct series_format *format = NULL;
	void *state;
	int result;

	series_table_init(out);
	*report = (struct series_read_report){ 0 };
	if (sniff(reader, &format, err) < 0)
		return -1;
	state = format->create(&reading);
	result = read_lines(&reading, reader, format, state, progress, err);
	if (result == 0)
		result = format->finish(state, err);
	format->destroy(state);
	out->is_index = !reading.any_date && !reading.any_large;
	if (result == 0)
		series_table_sort(out);
	fill_report(&reading);
	return result;
}
