/* Profiles from files into the store; see profile_import.h. */
#include "core/collect/profile_import.h"

#include <string.h>
#include <sys/stat.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/base/process.h"
#include "core/base/reader.h"
#include "core/base/str.h"
#include "core/collect/profile_format.h"
#include "core/collect/profile_sniff.h"
#include "core/collect/profile_windows.h"
#include "core/collect/service_id.h"
#include "core/store/telemetry.h"

#define DURATION_UNKNOWN CLOCK_MINUTE
#define COMMON_PERIOD_MIN 1000 /* a common divisor from here on is no accident */
#define PERF_TIME_MAX \
	(30 * CLOCK_MINUTE) /* resolving inlined frames of a large perf.data is slow */

/* One import from open to store. */
struct run {
	const char *path;
	const struct profile_import_options *options;
	const struct progress *progress;
	struct profile_import_report *report;
	struct import_lines lines;
	struct profile_windows windows;
	const struct profile_format *format;
	void *parser;
	uint64_t bytes, bytes_total; /* total 0: not known */
};

static bool
is_stdin(const struct run *run)
{
	return strcmp(run->path, "-") == 0;
}

static int
feed(struct run *run, const char *data, size_t length, struct error *err)
{
	if (progress_cancelled(run->progress))
		return error_set(err, ERROR_CANCELLED, "%s: cancelled", run->lines.name);
	run->bytes += length;
	progress_report(run->progress, "reading the profile", run->bytes, run->bytes_total);
	return run->format->feed(run->parser, data, length, err);
}

static void
open_parser(struct run *run, const struct profile_format *format)
{
	const struct sample_sink sink = {
		.profile = &run->windows.profile,
		.sample = profile_windows_take,
		.user = &run->windows,
	};

	run->format = format;
	run->report->format = format->name;
	run->parser = format->create(&sink, &run->lines, run->options->event);
}

/* Negative where reading ends; a line that is too long need not be the end. */
static int
read_failed(struct run *run, struct reader *reader, const struct error *why, struct error *err)
{
	if (reader_drop_long_line(reader))
		return import_lines_too_long(&run->lines, err);
	if (err != NULL)
		*err = *why;
	return -1;
}

static int
read_text(struct run *run, struct reader *reader, struct error *err)
{
	struct error why;
	const char *data;
	size_t length;
	int got;

	while ((got = reader_lines(reader, &data, &length, &why)) != 0)
		if ((got < 0 ? read_failed(run, reader, &why, err) : feed(run, data, length, err)) <
		    0)
			return -1;
	return run->format->finish(run->parser, err);
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
				 output->run->lines.name, READER_LINE_MAX);
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

	if (is_stdin(run))
		return error_set(err, ERROR_INPUT,
				 "stdin: perf.data is read from a named file only (or: perf script "
				 "| headroom import profile -)");
	file = fopen(run->path, "rbe");
	if (file != NULL) {
		if (fread(magic, 1, sizeof(magic), file) < sizeof(magic))
			magic[0] = '\0';
		fclose(file);
	}
	if (memcmp(magic, "PERFILE2", 8) != 0 && memcmp(magic, "2ELIFREP", 8) != 0)
		return error_set(err, ERROR_INPUT, "%s: a packed perf.data; unpack it first",
				 run->path);
	return 0;
}

static int
read_perf_data(struct run *run, struct error *err)
{
	const char *const argv[] = { "perf", "--no-pager", "script", "-i", run->path, NULL };
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
look_at_file(struct run *run, int64_t *written)
{
	struct stat status;

	*written = clock_now();
	if (is_stdin(run) || stat(run->path, &status) < 0)
		return;
	if (S_ISREG(status.st_mode)) {
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

	if (reader_open(&reader, run->path, err) < 0)
		return -1;
	run->lines.name = is_stdin(run) ? "stdin" : run->path;
	if (reader_peek(reader, &data, &length, PROFILE_SNIFF_BYTES, err) < 0)
		goto out;
	if (profile_sniff(&format, run->lines.name, data, length, err) < 0)
		goto out;
	if (format == NULL) {
		result = read_perf_data(run, err);
		goto out;
	}
	open_parser(run, format);
	result = read_text(run, reader, err);
out:
	reader_close(reader);
	return result;
}

/*
 * Stacks folded from nanoseconds or cycles have a count of a million for each
 * sample; taken for samples they would make any noise look certain.
 */
static void
find_samples(struct run *run)
{
	const struct sample_facts *facts = run->format->facts(run->parser);

	if (facts->common >= COMMON_PERIOD_MIN)
		profile_windows_divide(&run->windows, facts->common);
}

static void
fill_report(struct run *run)
{
	struct profile_import_report *report = run->report;
	const struct sample_facts *facts;

	report->samples = run->windows.samples;
	report->weight = run->windows.weight;
	report->stacks = run->windows.profile.stack_count;
	report->frames = run->windows.profile.frame_count;
	report->lines = run->lines.number;
	report->lines_skipped = run->lines.skipped;
	report->first_skipped_line = run->lines.first_skipped;
	memcpy(report->first_skipped_reason, run->lines.first_reason,
	       sizeof(report->first_skipped_reason));
	if (run->parser == NULL)
		return;
	facts = run->format->facts(run->parser);
	memcpy(report->event, facts->event, sizeof(report->event));
	memcpy(report->unit, facts->unit, sizeof(report->unit));
	memcpy(report->others, facts->others, sizeof(report->others));
	report->other_count = facts->other_count;
	report->other_samples = facts->other_samples;
}

static int
check_samples(const struct run *run, struct error *err)
{
	const struct profile_import_report *report = run->report;

	if (run->windows.samples > 0)
		return 0;
	if (report->other_count > 0)
		return error_set(err, ERROR_INPUT, "%s: no samples of event %s (there is %s)",
				 run->lines.name, run->options->event, report->others[0].name);
	if (run->lines.skipped > 0)
		return error_set(err, ERROR_INPUT, "%s:%llu: %s; nothing is left to import",
				 run->lines.name, (unsigned long long)run->lines.first_skipped,
				 run->lines.first_reason);
	return error_set(err, ERROR_INPUT, "%s: no samples in it", run->lines.name);
}

/* Start and end of the first window; see the options in the header. */
static void
place_window(struct run *run, int64_t written, struct window *window)
{
	const struct profile_import_options *options = run->options;
	const struct sample_facts *facts = run->format->facts(run->parser);
	int64_t span = 0;

	if (facts->first != SAMPLE_TIME_UNKNOWN)
		span = facts->last - facts->first;
	if (options->duration > 0)
		span = options->duration;
	if (span <= 0)
		span = DURATION_UNKNOWN;
	if (options->time != 0)
		window->start = options->time;
	else
		window->start = (facts->captured != 0 ? facts->captured : written) - span;
	window->end = window->start + span;
}

static int
store_windows(struct run *run, struct store *store, int64_t service, int64_t written,
	      struct error *err)
{
	const struct sample_facts *facts = run->format->facts(run->parser);
	struct window window = {
		.event = run->report->event[0] != '\0' ? run->report->event : NULL,
		.unit = run->report->unit,
		.source = (char *)run->lines.name, /* only read */
	};
	int result;

	place_window(run, written, &window);
	if (run->options->labels != NULL) {
		strings_copy(&window.labels, run->options->labels);
		strings_sort(&window.labels);
	}
	result = store_begin(store, err);
	if (result == 0) {
		result = profile_windows_store(&run->windows, store_telemetry(store), service,
					       &window, facts->digest, run->report, run->progress,
					       err);
		if (result == 0)
			result = store_commit(store, err);
		if (result < 0) {
			store_rollback(store);
			run->report->windows_added = run->report->windows_known = 0;
		}
	}
	strings_release(&window.labels);
	return result;
}

int
profile_import_file(struct store *store, const char *path,
		    const struct profile_import_options *options,
		    struct profile_import_report *report, const struct progress *progress,
		    struct error *err)
{
	struct run run = {
		.path = path,
		.options = options,
		.progress = progress,
		.report = report,
		.lines = { .name = path, .keep_going = options->keep_going },
	};
	int64_t service, written;
	int result;

	*report = (struct profile_import_report){ 0 };
	if (collect_service_id(store, options->service, &service, err) < 0)
		return -1;
	profile_windows_init(&run.windows, options->split);
	look_at_file(&run, &written);
	result = read_file(&run, err);
	if (result == 0)
		find_samples(&run);
	fill_report(&run);
	if (result == 0)
		result = check_samples(&run, err);
	if (result == 0)
		result = store_windows(&run, store, service, written, err);
	if (run.parser != NULL)
		run.format->destroy(run.parser);
	profile_windows_release(&run.windows);
	return result;
}
