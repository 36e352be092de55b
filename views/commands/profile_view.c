/* The windows and sides that options choose; see profile_view.h. */
#include "views/commands/profile_view.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/store/telemetry.h"
#include "core/store/telemetry_labels.h"

#define ROWS_DEFAULT 40

void
profile_view_release(struct profile_view *view)
{
	service_release(&view->service);
	profile_set_release(&view->set);
	selection_release(&view->selection);
	free(view->unit);
}

int
profile_parse_range(struct time_range *range, const char *name, const char *text, struct error *err)
{
	const char *dots = strstr(text, "..");
	char *from;
	int result;

	if (dots == NULL)
		return error_set(err, ERROR_USAGE, "%s: %.60s: not FROM..TO", name, text);
	from = memory_string_n(text, (size_t)(dots - text));
	result = clock_parse(&range->from, from, err);
	if (result == 0)
		result = clock_parse(&range->to, dots + 2, err);
	free(from);
	if (result < 0)
		return error_prefix(err, "%s", name);
	if (range->from >= range->to)
		return error_set(err, ERROR_USAGE, "%s: %.60s: ends before it begins", name, text);
	return 0;
}

static void
read_labels(struct strings *labels, const struct arguments *arguments)
{
	const char *label;

	for (size_t i = 0; (label = argument_nth(arguments, "--label", i)) != NULL; i++)
		strings_add(labels, label);
	strings_sort(labels);
}

int
profile_subject_take_service(struct profile_subject *subject, struct session *session,
			     const struct arguments *arguments, struct error *err)
{
	struct service service = { 0 };

	if (session_service(session, argument_text(arguments, "--service"), &service, err) < 0)
		return -1;
	subject->service = service.id;
	subject->service_name = memory_string(service.name);
	service_release(&service);
	read_labels(&subject->labels, arguments);
	if (argument_time(arguments, "--from", &subject->range.from, err) < 0)
		return -1;
	return argument_time(arguments, "--to", &subject->range.to, err);
}

/* The unit of the newest window's weight. */
static int
read_unit(struct store *store, const struct window_query *query, struct profile_view *view,
	  struct error *err)
{
	struct window_query newest = *query;
	struct window_list windows = { 0 };

	newest.newest = 1;
	if (telemetry_windows(store_telemetry(store), &newest, &windows, err) < 0)
		return -1;
	if (windows.count > 0 && windows.items[0].unit != NULL)
		view->unit = memory_string(windows.items[0].unit);
	window_list_release(&windows);
	return 0;
}

int
profile_say_events(struct session *session, struct store *store, int64_t service, struct error *err)
{
	const struct window_query query = { .service = service };
	struct telemetry_labels labels = { 0 };
	struct str others;
	bool unknown = false;

	if (telemetry_labels(store_telemetry(store), &query, &labels, err) < 0)
		return -1;
	str_init(&others, STR_MAX_LINE);
	for (size_t i = 0; i < labels.event_count; i++) {
		const char *name = labels.events[i].name;

		unknown |= name[0] == '\0';
		if (name[0] == '\0' ||
		    (labels.main_event != NULL && strcmp(name, labels.main_event) == 0))
			continue;
		str_addf(&others, "%s%s (%llu)", others.len > 0 ? ", " : "", name,
			 (unsigned long long)labels.events[i].windows);
	}
	if (labels.event_count > 1)
		session_say(session, "shown: event %s%s%s%s; --event chooses another\n",
			    labels.main_event != NULL ? labels.main_event : "",
			    unknown ? " and windows of event \"" TELEMETRY_EVENT_UNKNOWN "\"" : "",
			    others.len > 0 ? "; there are also windows of " : "", others.data);
	str_release(&others);
	telemetry_labels_release(&labels);
	return 0;
}

/* Of one side: its time, windows as stored and samples. */
static struct json *
say_side(const struct profile_view *view, struct session *session, enum side side,
	 const char *title)
{
	int64_t from = INT64_MAX, to = INT64_MIN;
	char first[CLOCK_TEXT_SIZE], last[CLOCK_TEXT_SIZE], samples[TEXT_NUMBER_SIZE];
	struct json *object = json_object();

	for (size_t i = 0; i < view->set.window_count; i++) {
		const struct profile_window *window = &view->set.windows[i];

		if (view->selection.sides[i] != side)
			continue;
		from = window->start < from ? window->start : from;
		to = window->end > to ? window->end : to;
	}
	json_set_time(object, "from", from);
	json_set_time(object, "to", to);
	json_set_int(object, "windows", (int64_t)view->selection.stored[side]);
	json_set_number(object, "samples", view->selection.samples[side]);
	session_say(session, "%s %s to %s, %zu window%s, %s samples\n", title,
		    clock_format(from, first), clock_format(to, last), view->selection.stored[side],
		    text_plural(view->selection.stored[side]),
		    text_count(view->selection.samples[side], samples));
	return object;
}

void
profile_view_say(const struct profile_view *view, struct session *session, struct json *document)
{
	if (view->selection.windows[SIDE_BEFORE] > 0) {
		json_set(document, "before", say_side(view, session, SIDE_BEFORE, "before"));
		json_set(document, "after", say_side(view, session, SIDE_AFTER, "after "));
	} else { /* the document has all of it */
		json_free(say_side(view, session, SIDE_AFTER, view->service.name));
	}
}

/* edges: times that windows may not be added up across. */
static int
load_windows(struct session *session, const struct arguments *arguments, struct profile_view *view,
	     const int64_t *edges, size_t edge_count, struct error *err)
{
	struct window_query query = { 0 };
	struct strings labels = { 0 };
	struct store *store;
	int result = -1;

	view->limit = ROWS_DEFAULT;
	if (session_store(session, &store, err) < 0 ||
	    session_service(session, argument_text(arguments, "--service"), &view->service, err) <
		    0 ||
	    argument_time(arguments, "--from", &query.from, err) < 0 ||
	    argument_time(arguments, "--to", &query.to, err) < 0 ||
	    argument_count(arguments, "--limit", &view->limit, err) < 0)
		return -1;
	if (query.from != 0 && query.to == 0)
		query.to = INT64_MAX;
	read_labels(&labels, arguments);
	query.service = view->service.id;
	query.event = argument_text(arguments, "--event");
	query.labels = labels.count > 0 ? &labels : NULL;
	query.replicates = TELEMETRY_REPLICATES;
	query.edges = edges;
	query.edge_count = edge_count;
	result = telemetry_profiles(store_telemetry(store), &query, &view->set, &session->progress,
				    err);
	if (result == 0 && view->set.window_count == 0)
		result = error_set(err, ERROR_NOT_FOUND,
				   "%s: no profile in this time; import one with: headroom import "
				   "profile FILE --service %s",
				   view->service.name, view->service.name);
	if (result == 0)
		result = read_unit(store, &query, view, err);
	if (result == 0 && query.event == NULL)
		result = profile_say_events(session, store, query.service, err);
	strings_release(&labels);
	return result;
}

int
profile_view_open(struct session *session, const struct arguments *arguments,
		  struct profile_view *view, struct error *err)
{
	memset(view, 0, sizeof(*view));
	profile_set_init(&view->set);
	if (load_windows(session, arguments, view, NULL, 0, err) < 0)
		return -1;
	selection_all(&view->selection, &view->set);
	return 0;
}

size_t
profile_view_windows(const struct profile_view *view)
{
	size_t count = 0;

	for (size_t i = 0; i < view->set.window_count; i++)
		count += view->set.windows[i].parts > 0 ? view->set.windows[i].parts : 1;
	return count;
}

/* Sides by --before and --after; without them the first and the second half of the windows. */
int
profile_view_open_difference(struct session *session, const struct arguments *arguments,
			     struct profile_view *view, struct error *err)
{
	const char *before = argument_text(arguments, "--before");
	const char *after = argument_text(arguments, "--after");
	struct time_range ranges[2] = { 0 };
	int64_t edges[SELECTION_EDGES];
	size_t edge_count = 0;

	memset(view, 0, sizeof(*view));
	profile_set_init(&view->set);
	if ((before == NULL) != (after == NULL))
		return error_set(err, ERROR_USAGE, "--before and --after go together");
	if (before != NULL) {
		if (profile_parse_range(&ranges[0], "--before", before, err) < 0 ||
		    profile_parse_range(&ranges[1], "--after", after, err) < 0)
			return -1;
		edge_count = selection_edges(edges, ranges[0], ranges[1]);
	}
	if (load_windows(session, arguments, view, edges, edge_count, err) < 0)
		return -1;
	if (before == NULL) {
		int64_t middle = view->set.windows[view->set.window_count / 2].start;

		ranges[0] = (struct time_range){ INT64_MIN, middle };
		ranges[1] = (struct time_range){ middle, INT64_MAX };
	}
	selection_by_time(&view->selection, &view->set, ranges[0], ranges[1]);
	for (int side = 0; side < 2; side++)
		if (view->selection.windows[side] == 0)
			return error_set(err, ERROR_NOT_FOUND, "%s: no profile in this time",
					 side == SIDE_BEFORE ? "--before" : "--after");
	return 0;
}
