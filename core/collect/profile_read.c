/*
 * From the first byte of a profile to windows in memory; see profile_read.h.
 * Called by profile_import.c and profile_open.c.
 */
#include "core/collect/profile_read.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/base/process.h"
#include "core/base/reader.h"
#include "core/base/str.h"
#include "core/collect/profile_format.h"
#include "core/collect/profile_halves.h"
#include "core/collect/profile_sniff.h"

#define DURATION_UNKNOWN CLOCK_MINUTE
#define COMMON_PERIOD_MIN 1000 /* a common divisor from here on is no accident */
#define PERF_TIME_MAX \
	(30 * CLOCK_MINUTE) /* resolving inlined frames of a large perf.data is slow */

/* One reading from open to end. */
struct run {
	struct profile_read *read;
	const struct profile_source *source;
	const struct profile_import_options *options;
	const struct progress *progress;
	struct profile_import_report *report;
	const struct profile_format *format;
	void *parser;
	uint64_t bytes, bytes_total; /* total 0: not known */
	struct profile_half *half;   /* a thread on the second half of the file, or NULL */
	bool half_tried, halved;
	struct sample_facts half_facts;
};

static bool
is_stdin(const struct run *run)
{
	return run->source->data == NULL && strcmp(run->source->path, "-") == 0;
}

static int
step(struct run *run, size_t length, struct error *err)
{
	if (progress_cancelled(run->progress))
		return error_set(err, ERROR_CANCELLED, "%s: cancelled", run->read->lines.name);
	run->bytes += length;
	progress_report(run->progress, "reading the profile",
			run->half != NULL ? run->bytes * 2 : run->bytes, run->bytes_total);
	return 0;
}

static int
feed(struct run *run, const char *data, size_t length, struct error *err)
{
	if (step(run, length, err) < 0)
		return -1;
	return run->format->feed(run->parser, data, length, err);
}

static void
open_parser(struct run *run, const struct profile_format *format)
{
	const struct sample_sink sink = {
		.profile = &run->read->windows.profile,
		.axes = &run->read->windows.axes,
		.sample = profile_windows_take,
		.user = &run->read->windows,
	};

	run->format = format;
	run->report->format = format->name;
	run->parser = format->create(&sink, &run->read->lines);
}

/* Negative where reading ends; a line that is too long need not be the end. */
static int
read_failed(struct run *run, struct reader *reader, const struct error *why, struct error *err)
{
	if (reader_drop_long_line(reader))
		return import_lines_too_long(&run->read->lines, err);
	if (err != NULL)
		*err = *why;
	return -1;
}

static int
read_part(struct run *run, struct reader *reader, struct error *err)
{
	struct error why;
	const char *data;
	size_t length;
	int got;

	while ((got = reader_lines(reader, &data, &length, &why)) != 0) {
		if ((got < 0 ? read_failed(run, reader, &why, err) : feed(run, data, length, err)) <
		    0)
			return -1;
		if (run->half_tried || run->source->data != NULL || is_stdin(run))
			continue;
		run->half_tried = true;
		run->half = profile_half_start(run->format, run->parser, reader, run->source->path,
					       run->options, run->progress);
	}
	return 0;
}

/* What the thread has read, or all of it once more where it met an error. */
static int
read_second_half(struct run *run, struct error *err)
{
	uint64_t offset = profile_half_offset(run->half);
	struct reader *reader;
	int result;

	if (profile_half_join(run->half, run->read, &run->half_facts) == 0) {
		run->halved = true;
		return 0;
	}
	if (reader_open_at(&reader, run->source->path, offset, err) < 0)
		return -1;
	result = read_part(run, reader, err);
	reader_close(reader);
	return result;
}

static int
read_lines(struct run *run, struct reader *reader, struct error *err)
{
	int result = read_part(run, reader, err);

	if (result == 0 && run->half != NULL)
		result = read_second_half(run, err);
	profile_half_free(run->half);
	run->half = NULL;
	return result;
}

/* Documents have no lines to end at: a 500 MB document may be a single one. */
static int
read_pieces(struct run *run, struct reader *reader, struct error *err)
{
	const char *data;
	size_t length;
	int got;

	while ((got = reader_piece(reader, &data, &length, err)) > 0)
		if (feed(run, data, length, err) < 0)
			return -1;
	return got;
}

static int
read_whole(struct run *run, struct reader *reader, struct error *err)
{
	char *data;
	size_t length;
	int result;

	if (reader_rest(reader, &data, &length, PROFILE_DOCUMENT_MAX, err) < 0)
		return -1;
	result = step(run, length, err);
	if (result == 0)
		result = run->format->read(run->parser, data, length, err);
	free(data);
	return result;
}

static int
read_all(struct run *run, struct reader *reader, struct error *err)
{
	int result;

	if (run->format->read != NULL)
		result = read_whole(run, reader, err);
	else if (run->format->pieces)
		result = read_pieces(run, reader, err);
	else
		result = read_lines(run, reader, err);
	if (result == 0 && run->format->finish != NULL)
		result = run->format->finish(run->parser, err);
	return result;
}

/* ---- perf.data ---- */

struct perf_output {
	struct run *run;
	struct str rest; /* the start of a line whose end has not come yet */
};

/* Pieces end anywhere; the parser gets whole lines. */
static int
take_perf_output(void *user, const char *data, size_t length, struct error *err)
{
	struct perf_output *output = user;
	struct str *rest = &output->rest;
	const char *last;
	size_t whole;

	str_add_n(rest, data, length);
	if (rest->overflow)
		return error_set(err, ERROR_LIMIT, "%s: a line of over %zu bytes from perf script",
				 output->run->read->lines.name, READER_LINE_MAX);
	last = memrchr(rest->data, '\n', rest->len);
	if (last == NULL)
		return 0;
	whole = (size_t)(last + 1 - rest->data);
	if (feed(output->run, rest->data, whole, err) < 0)
		return -1;
	memmove(rest->data, rest->data + whole, rest->len - whole);
	str_truncate(rest, rest->len - whole);
	return 0;
}

/* perf reads the file itself, so a packed one and stdin will not do. */
static int
check_plain_file(const struct run *run, struct error *err)
{
	char magic[8] = "";
	FILE *file;

	if (run->source->data != NULL)
		return error_set(err, ERROR_INPUT, "%s: perf.data is read from a file only",
				 run->source->path);
	if (is_stdin(run))
		return error_set(err, ERROR_INPUT,
				 "stdin: perf.data is read from a named file only (or: perf script "
				 "| headroom import profile -)");
	file = fopen(run->source->path, "rbe");
	if (file != NULL) {
		if (fread(magic, 1, sizeof(magic), file) < sizeof(magic))
			magic[0] = '\0';
		fclose(file);
	}
	if (memcmp(magic, "PERFILE2", 8) != 0 && memcmp(magic, "2ELIFREP", 8) != 0)
		return error_set(err, ERROR_INPUT, "%s: a packed perf.data; unpack it first",
				 run->source->path);
	return 0;
}

static int
read_perf_data(struct run *run, struct error *err)
{
	const char *const argv[] = {
		"perf", "--no-pager", "script", "-i", run->source->path, NULL
	};
	/* Nothing is fetched from a symbol server behind the user's back. */
	const char *const environment[] = { "DEBUGINFOD_URLS", "LC_ALL=C", NULL };
	struct perf_output output = { .run = run };
	const struct process_request request = {
		.argv = argv,
		.environment = environment,
		.time_max = PERF_TIME_MAX,
		.cancel = run->progress != NULL ? run->progress->cancel : NULL,
		.on_output = take_perf_output,
		.user = &output,
	};
	struct process_result result;
	int status;

	if (check_plain_file(run, err) < 0)
		return -1;
	str_init(&output.rest, READER_LINE_MAX);
	open_parser(run, &profile_format_perf_script);
	run->report->format = "perf.data";
	run->bytes_total = 0;
	status = process_check(&result, &request, err);
	if (status == 0 && output.rest.len > 0)
		status = feed(run, output.rest.data, output.rest.len, err);
	if (status == 0)
		status = run->format->finish(run->parser, err);
	process_result_release(&result);
	str_release(&output.rest);
	return status;
}

/* ---- one file ---- */

/* Size for the progress, and the time when the file was last written. */
static void
look_at_file(struct run *run)
{
	int64_t *written = &run->read->written;
	struct stat status;

	*written = clock_now();
	if (is_stdin(run) || run->source->data != NULL || stat(run->source->path, &status) < 0)
		return;
	if (S_ISREG(status.st_mode)) {
		run->read->dated = true;
		*written = (int64_t)status.st_mtim.tv_sec * CLOCK_SECOND +
			   status.st_mtim.tv_nsec / 1000;
		run->bytes_total = (uint64_t)status.st_size;
	}
}

static int
read_file(struct run *run, struct error *err)
{
	const struct profile_format *format;
	struct reader *reader = NULL;
	const char *data;
	size_t length;
	int result = -1;

	if (run->source->data != NULL)
		reader = reader_open_memory(run->source->data, run->source->length);
	else if (reader_open(&reader, run->source->path, err) < 0)
		return -1;
	if (reader_peek(reader, &data, &length, PROFILE_SNIFF_BYTES, err) < 0)
		goto out;
	if (profile_sniff(&format, run->read->lines.name, data, length, err) < 0)
		goto out;
	if (format == NULL) {
		result = read_perf_data(run, err);
		goto out;
	}
	open_parser(run, format);
	result = read_all(run, reader, err);
out:
	reader_close(reader);
	return result;
}

static void
report_events(struct profile_import_report *report, const struct sample_axes *axes)
{
	const struct sample_event *counted = sample_event_first(axes);

	report->other_samples = axes->nameless;
	for (size_t i = 0; i < axes->count; i++) {
		const struct sample_event *event = &axes->events[i];
		struct profile_import_event *other = &report->others[report->other_count];

		report->event_count += event->samples > 0;
		if (event->left_out == 0)
			continue;
		report->other_samples += event->left_out;
		if (report->other_count == PROFILE_IMPORT_EVENTS_MAX)
			continue;
		memcpy(other->name, event->name, sizeof(other->name));
		other->samples = event->left_out;
		report->other_count++;
	}
	if (counted == NULL)
		return;
	memcpy(report->event, counted->name, sizeof(report->event));
	memcpy(report->unit, counted->unit, sizeof(report->unit));
	report->samples = counted->samples;
	report->weight = counted->weight;
}

static void
fill_report(struct run *run)
{
	struct profile_import_report *report = run->report;
	const struct import_lines *lines = &run->read->lines;

	report->stacks = run->read->windows.profile.stack_count;
	report->frames = run->read->windows.profile.frame_count;
	report->lines = lines->number;
	report->lines_skipped = lines->skipped;
	report->first_skipped_line = lines->first_skipped;
	memcpy(report->first_skipped_reason, lines->first_reason,
	       sizeof(report->first_skipped_reason));
	report->label_sets = run->read->windows.axes.sets.count - 1;
	report_events(report, &run->read->windows.axes);
}

static int
check_samples(const struct run *run, struct error *err)
{
	const struct profile_import_report *report = run->report;
	const struct import_lines *lines = &run->read->lines;

	if (report->samples > 0)
		return 0;
	if (report->other_count > 0 && run->options->event != NULL)
		return error_set(err, ERROR_INPUT, "%s: no samples of event %s (there is %s)",
				 lines->name, run->options->event, report->others[0].name);
	if (lines->skipped > 0)
		return error_set(err, ERROR_INPUT, "%s:%llu: %s; nothing is left to import",
				 lines->name, (unsigned long long)lines->first_skipped,
				 lines->first_reason);
	return error_set(err, ERROR_INPUT, "%s: no samples in it", lines->name);
}

int
profile_read(struct profile_read *read, const struct profile_source *source,
	     const struct profile_import_options *options, struct profile_import_report *report,
	     const struct progress *progress, struct error *err)
{
	struct run run = {
		.read = read,
		.source = source,
		.options = options,
		.progress = progress,
		.report = report,
	};
	int result;

	*report = (struct profile_import_report){ 0 };
	*read = (struct profile_read){
		.lines = { .name = is_stdin(&run) ? "stdin" : source->path,
			   .keep_going = options->keep_going },
	};
	profile_windows_init(&read->windows, options);
	look_at_file(&run);
	result = read_file(&run, err);
	if (run.parser != NULL) {
		read->facts = *run.format->facts(run.parser);
		if (run.halved)
			profile_half_add_facts(&read->facts, &run.half_facts);
		run.format->destroy(run.parser);
	}
	/*
	 * Stacks folded from nanoseconds or cycles have a count of a million for each
	 * sample; taken for samples they would make any noise look certain.
	 */
	if (result == 0 && read->facts.common >= COMMON_PERIOD_MIN)
		profile_windows_divide(&read->windows, read->facts.common);
	fill_report(&run);
	return result == 0 ? check_samples(&run, err) : result;
}

void
profile_read_release(struct profile_read *read)
{
	profile_windows_release(&read->windows);
}

void
profile_read_place(const struct profile_read *read, const struct profile_import_options *options,
		   struct window *first)
{
	const struct sample_facts *facts = &read->facts;
	int64_t span = 0;

	*first = (struct window){ .source = (char *)read->lines.name }; /* only read */
	if (facts->first != SAMPLE_TIME_UNKNOWN)
		span = facts->last - facts->first;
	else
		span = facts->duration;
	if (options->duration > 0)
		span = options->duration;
	if (span <= 0)
		span = DURATION_UNKNOWN;
	if (options->time != 0)
		first->start = options->time;
	else
		first->start = (facts->captured != 0 ? facts->captured : read->written) - span;
	first->end = first->start + span;
	if (options->labels != NULL) {
		strings_copy(&first->labels, options->labels);
		strings_sort(&first->labels);
	}
}

enum profile_time_origin
profile_read_time_origin(const struct profile_read *read,
			 const struct profile_import_options *options)
{
	if (options->time != 0)
		return PROFILE_TIME_GIVEN;
	if (read->facts.captured != 0)
		return PROFILE_TIME_CONTENT;
	return read->dated ? PROFILE_TIME_FILE_DATE : PROFILE_TIME_NOW;
}
