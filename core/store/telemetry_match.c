/* Events and labels of windows; see telemetry_match.h and telemetry_labels.h. */
#include "core/store/telemetry_match.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/vec.h"
#include "core/store/telemetry_labels.h"
#include "core/store/telemetry_sqlite.h"

#define MAIN_WINDOWS 128 /* the newest so many say what the main event is */

/* * is any bytes, ? is one. Linear but for the last star, which is all that must be tried again. */
static bool
matches(const char *pattern, const char *text)
{
	const char *star = NULL, *again = NULL;

	while (*text != '\0') {
		if (*pattern == '*') {
			star = ++pattern;
			again = text;
		} else if (*pattern == '?' || *pattern == *text) {
			pattern++;
			text++;
		} else if (star != NULL) {
			pattern = star;
			text = ++again;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return *pattern == '\0';
}

/* One wish: key=value or key!=value. value NULL: the text is no pair, and the whole label. */
struct wish {
	const char *key, *value;
	size_t key_length;
	bool differs;
};

static struct wish
read_wish(const char *text)
{
	struct wish wish = { .key = text, .value = strchr(text, '=') };

	if (wish.value == NULL)
		return wish;
	wish.key_length = (size_t)(wish.value - text);
	wish.value++;
	if (wish.key_length > 0 && text[wish.key_length - 1] == '!') {
		wish.key_length--;
		wish.differs = true;
	}
	return wish;
}

/* Has a value of this key that the pattern takes; a key that is not there has the value "". */
static bool
has_value(const struct strings *labels, const struct wish *wish)
{
	bool met = false;

	if (wish->value == NULL)
		return strings_contains(labels, wish->key);
	for (size_t i = 0; i < labels->count; i++) {
		const char *label = labels->items[i];

		if (strncmp(label, wish->key, wish->key_length) != 0 ||
		    label[wish->key_length] != '=')
			continue;
		met = true;
		if (matches(wish->value, label + wish->key_length + 1))
			return true;
	}
	return !met && matches(wish->value, "");
}

static bool
is_same_key(const struct wish *a, const struct wish *b)
{
	return a->value != NULL && b->value != NULL && !a->differs && !b->differs &&
	       a->key_length == b->key_length && memcmp(a->key, b->key, a->key_length) == 0;
}

bool
window_labels_match(const struct strings *labels, const struct strings *wanted)
{
	for (size_t i = 0; i < wanted->count; i++) {
		struct wish wish = read_wish(wanted->items[i]);
		bool good = has_value(labels, &wish) != wish.differs;

		for (size_t other = 0; other < wanted->count && !good; other++) {
			struct wish same = read_wish(wanted->items[other]);

			good = is_same_key(&wish, &same) && has_value(labels, &same);
		}
		if (!good)
			return false;
	}
	return true;
}

/* Events of the time a CPU spends are what a service is judged by where several are usual. */
static int
event_rank(const char *event)
{
	static const char *const usual[] = { "cpu", "cycles", "task-clock", "samples" };

	for (int i = 0; i < (int)(sizeof(usual) / sizeof(usual[0])); i++)
		if (strncmp(event, usual[i], strlen(usual[i])) == 0)
			return i;
	return (int)(sizeof(usual) / sizeof(usual[0]));
}

static bool
is_better(const struct telemetry_event *a, const struct telemetry_event *b)
{
	if (a->windows < b->windows / 2 || b->windows < a->windows / 2)
		return a->windows > b->windows;
	if (event_rank(a->name) != event_rank(b->name))
		return event_rank(a->name) < event_rank(b->name);
	return strcmp(a->name, b->name) < 0;
}

int
telemetry_main_event(struct store *store, int64_t service, char **out, struct error *err)
{
	static const char sql[] =
		"SELECT event, count(*) FROM (SELECT event FROM window WHERE service = ?1 "
		"ORDER BY start_time DESC, end_time DESC, id DESC LIMIT ?2) "
		"WHERE event IS NOT NULL GROUP BY event";
	struct telemetry_event best = { 0 };
	sqlite3_stmt *row;
	int result;

	*out = NULL;
	if (sql_query(store, &row, err, sql, "ii", service, (int64_t)MAIN_WINDOWS) < 0)
		return -1;
	while ((result = sql_next(store, row, err)) > 0) {
		struct telemetry_event event = {
			.name = sql_text(row, 0),
			.windows = (uint64_t)sqlite3_column_int64(row, 1),
		};

		if (best.name != NULL && !is_better(&event, &best)) {
			free(event.name);
			continue;
		}
		free(best.name);
		best = event;
	}
	*out = best.name;
	return result;
}

static int
judge_sets(struct window_filter *filter, struct store *store, const struct strings *wanted,
	   struct error *err)
{
	int64_t max = 0;
	sqlite3_stmt *row;
	int result;

	if (sql_integer(store, &max, err, "SELECT max(id) FROM label_set", "") < 0 ||
	    sql_query(store, &row, err, "SELECT id, labels FROM label_set", "") < 0)
		return -1;
	if (max < 0 || max > TELEMETRY_IDS_MAX) {
		sql_end(row);
		return error_set(err, ERROR_CORRUPT, "%s: damaged: a set of labels has number %lld",
				 store->path, (long long)max);
	}
	filter->set_count = (size_t)max + 1;
	filter->sets = memory_alloc_array(filter->set_count, sizeof(*filter->sets));
	while ((result = sql_next(store, row, err)) > 0) {
		struct strings labels = { 0 };
		int64_t id = sqlite3_column_int64(row, 0);

		sql_strings(row, 1, &labels);
		if (id > 0 && id <= max)
			filter->sets[id] = window_labels_match(&labels, wanted);
		strings_release(&labels);
	}
	return result;
}

int
window_filter_init(struct window_filter *out, struct store *store, const struct window_query *query,
		   struct error *err)
{
	struct window_filter filter = { .without = true };

	if (query->event == NULL) {
		filter.unknown = true;
		if (telemetry_main_event(store, query->service, &filter.event, err) < 0)
			return -1;
	} else if (strcmp(query->event, TELEMETRY_EVENT_ANY) != 0) {
		filter.unknown = query->event[0] == '\0' ||
				 strcmp(query->event, TELEMETRY_EVENT_UNKNOWN) == 0;
		filter.event = memory_string(filter.unknown ? "" : query->event);
	}
	if (query->labels != NULL && query->labels->count > 0) {
		filter.without = window_labels_match(&(struct strings){ 0 }, query->labels);
		if (judge_sets(&filter, store, query->labels, err) < 0) {
			window_filter_release(&filter);
			return -1;
		}
	}
	*out = filter;
	return 0;
}

void
window_filter_release(struct window_filter *filter)
{
	free(filter->event);
	free(filter->sets);
	*filter = (struct window_filter){ 0 };
}

bool
window_filter_takes(const struct window_filter *filter, const char *event, int64_t label_set)
{
	if (filter->event != NULL &&
	    (event == NULL ? !filter->unknown : strcmp(event, filter->event) != 0))
		return false;
	if (filter->sets == NULL)
		return true;
	if (label_set == 0)
		return filter->without;
	return label_set > 0 && (size_t)label_set < filter->set_count && filter->sets[label_set];
}

int
window_label_set(struct store *store, const struct strings *labels, int64_t *id, struct error *err)
{
	int known;

	*id = 0;
	if (labels->count == 0)
		return 0;
	known = sql_integer(store, id, err, "SELECT id FROM label_set WHERE labels = ?1", "s",
			    labels);
	if (known != 0)
		return known < 0 ? -1 : 0;
	if (sql_run(store, err, "INSERT INTO label_set(labels) VALUES (?1)", "s", labels) < 0)
		return -1;
	*id = sql_inserted(store);
	return 0;
}

static int
compare_labels(const void *a, const void *b)
{
	const struct telemetry_label *x = a, *y = b;
	int order = strcmp(x->label, y->label);

	return order != 0 ? order : (x->windows < y->windows) - (x->windows > y->windows);
}

/* Equal labels of several sets become one. */
static void
merge_labels(struct telemetry_labels *labels)
{
	size_t kept = 0;

	if (labels->label_count > 0)
		qsort(labels->labels, labels->label_count, sizeof(*labels->labels), compare_labels);
	for (size_t i = 0; i < labels->label_count; i++) {
		struct telemetry_label *label = &labels->labels[i];
		struct telemetry_label *last = kept > 0 ? &labels->labels[kept - 1] : NULL;

		if (last != NULL && strcmp(last->label, label->label) == 0) {
			last->windows += label->windows;
			free(label->label);
		} else {
			labels->labels[kept++] = *label;
		}
	}
	labels->label_count = kept;
}

static void
add_set(struct telemetry_labels *labels, sqlite3_stmt *row, uint64_t windows)
{
	struct strings set = { 0 };

	sql_strings(row, 2, &set);
	for (size_t i = 0; i < set.count; i++) {
		labels->labels = vec_grow(labels->labels, &labels->label_capacity,
					  labels->label_count + 1, sizeof(*labels->labels));
		labels->labels[labels->label_count++] =
			(struct telemetry_label){ memory_string(set.items[i]), windows };
	}
	strings_release(&set);
}

/* Rows come by event. */
static void
add_event(struct telemetry_labels *labels, sqlite3_stmt *row, uint64_t windows)
{
	const char *name = (const char *)sqlite3_column_text(row, 0);
	struct telemetry_event *last =
		labels->event_count > 0 ? &labels->events[labels->event_count - 1] : NULL;

	if (name == NULL)
		name = "";
	if (last == NULL || strcmp(last->name, name) != 0) {
		labels->events = vec_grow(labels->events, &labels->event_capacity,
					  labels->event_count + 1, sizeof(*labels->events));
		last = &labels->events[labels->event_count++];
		*last = (struct telemetry_event){ .name = memory_string(name) };
	}
	last->windows += windows;
}

static int
read_labels(struct telemetry_labels *labels, struct store *store, const struct window_query *query,
	    const struct window_filter *filter, struct error *err)
{
	static const char sql[] =
		"SELECT w.event, w.label_set, s.labels, w.windows FROM (SELECT event, label_set, "
		"count(*) AS windows FROM window WHERE service = ?1 AND start_time >= ?2 AND "
		"start_time < ?3 GROUP BY event, label_set) w LEFT JOIN label_set s "
		"ON s.id = w.label_set ORDER BY w.event, w.label_set";
	sqlite3_stmt *row;
	int result;

	if (sql_query(store, &row, err, sql, "iii", query->service, telemetry_from(query),
		      telemetry_to(query)) < 0)
		return -1;
	while ((result = sql_next(store, row, err)) > 0) {
		uint64_t windows = (uint64_t)sqlite3_column_int64(row, 3);

		add_event(labels, row, windows);
		if (!window_filter_takes(filter, (const char *)sqlite3_column_text(row, 0),
					 sqlite3_column_int64(row, 1)))
			continue;
		labels->windows += windows;
		add_set(labels, row, windows);
	}
	return result;
}

int
telemetry_sqlite_labels(struct telemetry *telemetry, const struct window_query *query,
			struct telemetry_labels *out, struct error *err)
{
	struct telemetry_engine *engine = telemetry->engine;
	struct store_snapshot snapshot = store_snapshot_begin(engine->store);
	struct telemetry_labels labels = { 0 };
	struct window_filter filter = { 0 };
	int result = window_filter_init(&filter, engine->store, query, err);

	if (result == 0)
		result = telemetry_main_event(engine->store, query->service, &labels.main_event,
					      err);
	if (result == 0)
		result = read_labels(&labels, engine->store, query, &filter, err);
	store_snapshot_end(&snapshot);
	window_filter_release(&filter);
	merge_labels(&labels);
	if (result < 0)
		telemetry_labels_release(&labels);
	else
		*out = labels;
	return result;
}
