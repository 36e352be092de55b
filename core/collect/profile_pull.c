/* Profiles from a server into the store, window by window; see profile_pull.h. */
#include "core/collect/profile_pull.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/collect/profile_server.h"
#include "core/collect/server_address.h"
#include "core/collect/service_id.h"

static int
check(const struct profile_pull *pull, int64_t end, struct error *err)
{
	size_t length = strlen(pull->query);

	if (length == 0 || length > PROFILE_PULL_QUERY_MAX)
		return error_set(err, ERROR_USAGE, "--query: empty, or longer than %zu bytes",
				 PROFILE_PULL_QUERY_MAX);
	if (end <= pull->start)
		return error_set(err, ERROR_USAGE, "--end: not after --start");
	if (pull->step < 0 || (pull->step > 0 && pull->step < CLOCK_SECOND))
		return error_set(err, ERROR_USAGE, "--step: at least a second");
	if (pull->step > 0 && (end - pull->start) / pull->step >= PROFILE_IMPORT_WINDOWS_MAX)
		return error_set(err, ERROR_LIMIT, "over %d windows: take a longer step",
				 PROFILE_IMPORT_WINDOWS_MAX);
	return 0;
}

/* Adds the figures of one window; its names and formats stay. */
static void
add_report(struct profile_import_report *sum, const struct profile_import_report *one)
{
	struct profile_import_report before = *sum;

	*sum = *one;
	sum->windows_added += before.windows_added;
	sum->windows_known += before.windows_known;
	sum->samples += before.samples;
	sum->weight += before.weight;
	sum->other_samples += before.other_samples;
	sum->lines += before.lines;
	sum->lines_skipped += before.lines_skipped;
	if (before.start != 0)
		sum->start = before.start;
	if (before.stacks > sum->stacks)
		sum->stacks = before.stacks;
	if (before.frames > sum->frames)
		sum->frames = before.frames;
	if (before.label_sets > sum->label_sets)
		sum->label_sets = before.label_sets;
}

static int
pull_window(struct store *store, struct profile_fetch *fetch, const char *name,
	    const struct profile_import_options *options, struct profile_pull_report *report,
	    struct str *data, struct error *err)
{
	struct profile_import_report one;

	if (profile_server_fetch(fetch, options->time, options->time + options->duration, data,
				 err) < 0)
		return -1;
	if (data->len == 0) {
		report->empty++;
		return 0;
	}
	if (profile_import_bytes(store, name, data->data, data->len, options, &one, NULL, err) < 0)
		return -1;
	add_report(&report->profiles, &one);
	return 0;
}

static int
pull_windows(struct store *store, const struct profile_pull *pull, int64_t end, const char *name,
	     const struct profile_import_options *options, struct profile_pull_report *report,
	     const struct progress *progress, struct error *err)
{
	struct profile_fetch fetch = { .pull = pull,
				       .cancel = progress != NULL ? progress->cancel : NULL };
	struct profile_import_options window = *options;
	int64_t step = pull->step > 0 ? pull->step : end - pull->start;
	struct str data;
	int result = 0;

	window.split = 0;
	str_init(&data, PROFILE_PULL_ANSWER_MAX);
	for (window.time = pull->start; window.time < end && result == 0; window.time += step) {
		window.duration = end - window.time < step ? end - window.time : step;
		progress_report(progress, "fetching profiles",
				(uint64_t)(window.time - pull->start),
				(uint64_t)(end - pull->start));
		result = progress_cancelled(progress)
				 ? error_set(err, ERROR_CANCELLED, "cancelled")
				 : pull_window(store, &fetch, name, &window, report, &data, err);
	}
	str_release(&data);
	return result;
}

int
profile_pull_import(struct store *store, const struct profile_pull *pull,
		    const struct profile_import_options *options,
		    struct profile_pull_report *report, const struct progress *progress,
		    struct error *err)
{
	int64_t end = pull->end != 0 ? pull->end : clock_now(), service;
	char *shown, *name;
	int result;

	*report = (struct profile_pull_report){ .profiles = { .format = "pprof" } };
	if (check(pull, end, err) < 0 ||
	    collect_service_id(store, options->service, &service, err) < 0)
		return -1;
	shown = server_address_shown(pull->url);
	name = memory_format("%s %s", shown, pull->query);
	result = pull_windows(store, pull, end, name, options, report, progress, err);
	if (result < 0)
		error_prefix(err, "%.100s", shown);
	free(shown);
	free(name);
	return result;
}
