/* The profiles of a finding, a service or files; see profile_subject.h. */
#include "core/tools/profile_subject.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/vec.h"
#include "core/collect/profile_open.h"
#include "core/store/telemetry.h"

/* -- life cycle -- */

void
profile_subject_of_finding(struct profile_subject *out, const struct finding *finding)
{
	*out = (struct profile_subject){
		.service = finding->service,
		.service_name = memory_string(finding->service_name),
		.changed_at = finding->changed_at,
	};
}

void
profile_subject_copy(struct profile_subject *to, const struct profile_subject *from)
{
	*to = *from;
	to->service_name = memory_string(from->service_name);
	to->event = memory_string(from->event);
	to->files = to->before_files = to->labels = (struct strings){ 0 };
	strings_copy(&to->files, &from->files);
	strings_copy(&to->before_files, &from->before_files);
	strings_copy(&to->labels, &from->labels);
}

void
profile_subject_release(struct profile_subject *subject)
{
	free(subject->service_name);
	free(subject->event);
	strings_release(&subject->files);
	strings_release(&subject->before_files);
	strings_release(&subject->labels);
	*subject = (struct profile_subject){ 0 };
}

bool
profile_subject_is_file(const struct profile_subject *subject)
{
	return subject->files.count + subject->before_files.count > 0;
}

static void
add_files(const struct strings *files, struct str *out)
{
	const char *slash = files->count > 0 ? strrchr(files->items[0], '/') : NULL;

	if (files->count == 0)
		return;
	str_add(out, slash != NULL && slash[1] != '\0' ? slash + 1 : files->items[0]);
	if (files->count > 1)
		str_addf(out, " and %zu more", files->count - 1);
}

void
profile_subject_name(const struct profile_subject *subject, struct str *out)
{
	if (!profile_subject_is_file(subject)) {
		str_add(out, subject->service_name != NULL ? subject->service_name : "no service");
		return;
	}
	add_files(&subject->before_files, out);
	if (subject->before_files.count > 0 && subject->files.count > 0)
		str_add(out, " | ");
	add_files(&subject->files, out);
}

/* -- sides -- */

static bool
compares_ranges(const struct profile_subject *subject)
{
	return subject->before.from < subject->before.to;
}

static enum side
side_of(const struct profile_subject *subject, int64_t start)
{
	if (compares_ranges(subject)) {
		if (start >= subject->after.from && start < subject->after.to)
			return SIDE_AFTER;
		return start >= subject->before.from && start < subject->before.to ? SIDE_BEFORE
										   : SIDE_NONE;
	}
	return start < subject->changed_at ? SIDE_BEFORE : SIDE_AFTER;
}

/* Of windows of files, whose times are known when they are read. */
static void
sides_by_time(const struct profile_subject *subject, const struct profile_set *set, uint8_t *sides)
{
	for (size_t i = 0; i < set->window_count; i++) {
		int64_t start = set->windows[i].start;

		if (compares_ranges(subject))
			sides[i] = (uint8_t)side_of(subject, start);
		else if (subject->range.from < subject->range.to &&
			 (start < subject->range.from || start >= subject->range.to))
			sides[i] = SIDE_NONE;
	}
}

static int
check_sides(const struct profile_subject *subject, const struct selection *selection,
	    struct error *err)
{
	if (selection->windows[SIDE_BEFORE] + selection->windows[SIDE_AFTER] == 0)
		return subject->event == NULL
			       ? error_set(err, ERROR_NOT_FOUND,
					   "there are no profiles in this time")
			       : error_set(err, ERROR_NOT_FOUND,
					   "%.60s: there is no profile of this event",
					   subject->event);
	for (int side = 0; compares_ranges(subject) && side < 2; side++)
		if (selection->windows[side] == 0)
			return error_set(err, ERROR_NOT_FOUND,
					 "there are no profiles in the time %s",
					 side == SIDE_BEFORE ? "before" : "after");
	return 0;
}

/* -- files -- */

struct file_sides {
	uint8_t *items; /* an enum side for each window so far */
	size_t count, capacity;
};

static void
note_report(struct profile_subject_report *report, const char *path,
	    const struct profile_import_report *read)
{
	if (report == NULL)
		return;
	if (report->lines_skipped == 0 && read->lines_skipped > 0)
		snprintf(report->first_skipped, sizeof(report->first_skipped), "%.120s:%llu: %s",
			 path, (unsigned long long)read->first_skipped_line,
			 read->first_skipped_reason);
	report->lines_skipped += read->lines_skipped;
	if (report->event[0] == '\0') {
		memcpy(report->event, read->event, sizeof(report->event));
		memcpy(report->unit, read->unit, sizeof(report->unit));
	}
}

/* The reader says how far it is; we know of what. */
struct named_progress {
	const struct progress *outer;
	char *what;
};

static void
report_named(void *user, const char *what, uint64_t done, uint64_t total)
{
	const struct named_progress *named = user;

	(void)what;
	progress_report(named->outer, named->what, done, total);
}

static int
open_named(struct profile_set *out, const struct profile_subject *subject, const char *path,
	   struct profile_import_report *read, const struct progress *progress, struct error *err)
{
	struct profile_import_options options = {
		.event = subject->event,
		.split = subject->split,
		.keep_going = true,
	};
	const char *slash = strrchr(path, '/');
	struct named_progress named = { progress, memory_format("reading %s",
								slash != NULL ? slash + 1 : path) };
	struct progress inner = {
		.report = report_named,
		.user = &named,
		.cancel = progress != NULL ? progress->cancel : NULL,
	};
	int result = profile_open_file(out, path, &options, read, &inner, err);

	free(named.what);
	return result;
}

/* A file that holds both sides of a difference keeps them, where it is not itself one side. */
static int
read_file(const struct profile_subject *subject, const char *path, enum side side,
	  struct profile_set *set, struct file_sides *sides, struct profile_subject_report *report,
	  const struct progress *progress, struct error *err)
{
	struct profile_import_report read = { 0 };
	struct profile_set more;
	bool alone = subject->before_files.count == 0 && subject->files.count == 1;

	if (open_named(&more, subject, path, &read, progress, err) < 0)
		return -1;
	note_report(report, path, &read);
	if (set->window_count == 0) {
		profile_set_release(set);
		*set = more;
	} else {
		profile_set_append(set, &more);
		profile_set_release(&more);
	}
	while (sides->count < set->window_count) {
		enum side is = alone && sides->count < read.windows_before ? SIDE_BEFORE : side;

		vec_push(sides, (uint8_t)is);
	}
	return 0;
}

static int
load_files(const struct profile_subject *subject, struct profile_set *set,
	   struct selection *selection, struct profile_subject_report *report,
	   const struct progress *progress, struct error *err)
{
	struct file_sides sides = { 0 };
	int result = 0;

	for (size_t i = 0; result == 0 && i < subject->before_files.count; i++)
		result = read_file(subject, subject->before_files.items[i], SIDE_BEFORE, set,
				   &sides, report, progress, err);
	for (size_t i = 0; result == 0 && i < subject->files.count; i++)
		result = read_file(subject, subject->files.items[i], SIDE_AFTER, set, &sides,
				   report, progress, err);
	if (result == 0 && set->window_count == 0)
		result = error_set(err, ERROR_NOT_FOUND, "there are no samples in it");
	if (result == 0) {
		sides_by_time(subject, set, sides.items);
		selection_by_side(selection, set, sides.items, sides.count);
		result = check_sides(subject, selection, err);
	}
	vec_release(&sides);
	return result;
}

/* -- a service -- */

/* Where no time is named: not more than so many windows on each side of the change. */
static void
bound_by_count(const struct profile_subject *subject, const struct window_list *windows,
	       struct window_query *query)
{
	size_t at = 0, first, last;

	while (at < windows->count && windows->items[at].start < subject->changed_at)
		at++;
	if (subject->changed_at == 0)
		at = windows->count;
	first = at > PROFILE_SUBJECT_WINDOWS_MAX ? at - PROFILE_SUBJECT_WINDOWS_MAX : 0;
	last = windows->count - at > PROFILE_SUBJECT_WINDOWS_MAX ? at + PROFILE_SUBJECT_WINDOWS_MAX
								 : windows->count;
	query->from = windows->items[first].start;
	query->to = windows->items[last - 1].start + 1;
}

static void
bound_by_ranges(const struct profile_subject *subject, struct window_query *query)
{
	const struct time_range *before = &subject->before, *after = &subject->after;

	if (compares_ranges(subject)) {
		query->from = before->from < after->from ? before->from : after->from;
		query->to = before->to > after->to ? before->to : after->to;
	} else {
		query->from = subject->range.from;
		query->to = subject->range.to;
	}
	if (query->from != 0 && query->to == 0)
		query->to = INT64_MAX;
}

static int
no_windows(const struct profile_subject *subject, struct error *err)
{
	if (subject->event != NULL)
		return error_set(err, ERROR_NOT_FOUND,
				 "%.60s: there is no profile of this event here", subject->event);
	return error_set(err, ERROR_NOT_FOUND,
			 subject->labels.count > 0 ? "there is no profile with this label"
			 : subject->range.from != 0 || compares_ranges(subject)
				 ? "there are no profiles in this time"
				 : "there are no profiles of this service");
}

static void
choose_sides(const struct profile_subject *subject, const struct profile_set *set,
	     struct selection *selection)
{
	uint8_t *sides = memory_alloc(set->window_count + 1);

	for (size_t i = 0; i < set->window_count; i++)
		sides[i] = (uint8_t)side_of(subject, set->windows[i].start);
	selection_by_side(selection, set, sides, set->window_count);
	free(sides);
}

/* Windows may be added up, but not across the times where a side begins or ends. */
static size_t
edges_of(const struct profile_subject *subject, int64_t edges[SELECTION_EDGES])
{
	size_t count = 0;

	if (compares_ranges(subject))
		return selection_edges(edges, subject->before, subject->after);
	if (subject->changed_at != 0)
		edges[count++] = subject->changed_at;
	return count;
}

static int
load_service(const struct profile_subject *subject, struct store *store, struct profile_set *set,
	     struct selection *selection, struct profile_subject_report *report,
	     const struct progress *progress, struct error *err)
{
	struct telemetry *telemetry = store_telemetry(store);
	struct window_query query = { .service = subject->service, .event = subject->event };
	struct window_list windows = { 0 };
	const struct window *newest;
	int64_t edges[SELECTION_EDGES];
	int result = -1;

	if (subject->labels.count > 0)
		query.labels = &subject->labels;
	bound_by_ranges(subject, &query);
	if (telemetry_windows(telemetry, &query, &windows, err) < 0)
		return -1;
	if (windows.count == 0) {
		no_windows(subject, err);
		goto out;
	}
	if (query.from == 0 && query.to == 0)
		bound_by_count(subject, &windows, &query);
	newest = &windows.items[windows.count - 1];
	query.replicates = subject->each_window ? 0 : TELEMETRY_REPLICATES;
	query.edges = edges;
	query.edge_count = edges_of(subject, edges);
	if (telemetry_profiles(telemetry, &query, set, progress, err) < 0)
		goto out;
	choose_sides(subject, set, selection);
	if (report != NULL) {
		snprintf(report->event, sizeof(report->event), "%s",
			 subject->event != NULL  ? subject->event
			 : newest->event != NULL ? newest->event
						 : "");
		snprintf(report->unit, sizeof(report->unit), "%s",
			 newest->unit != NULL ? newest->unit : "");
	}
	result = check_sides(subject, selection, err);
out:
	window_list_release(&windows);
	return result;
}

int
profile_subject_load(const struct profile_subject *subject, struct store *store,
		     struct profile_set *set, struct selection *selection,
		     struct profile_subject_report *report, const struct progress *progress,
		     struct error *err)
{
	int result;

	profile_set_init(set);
	*selection = (struct selection){ 0 };
	if (report != NULL)
		*report = (struct profile_subject_report){ 0 };
	if (profile_subject_is_file(subject))
		result = load_files(subject, set, selection, report, progress, err);
	else
		result = load_service(subject, store, set, selection, report, progress, err);
	if (result < 0) {
		selection_release(selection);
		profile_set_release(set);
	}
	return result;
}
