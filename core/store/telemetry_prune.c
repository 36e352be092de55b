/*
 * Windows of a service day by day, those that belong together added up; see
 * telemetry_prune.h. Called through telemetry_sqlite_ops.
 */
#include "core/store/telemetry_prune.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/base/vec.h"
#include "core/store/finding.h"
#include "core/store/telemetry_sum.h"

#define TIME_MAX (INT64_MAX / 4)

/* A window that may go into a sum. */
struct member {
	struct window window; /* without its labels */
	int64_t digest, label_set;
	int64_t bucket; /* where the hour or day begins */
	bool day;
	uint64_t bytes; /* of its blobs */
};

struct stretch {
	int64_t from, to;
};

struct pruner {
	struct store *store;
	const struct prune_request *request;
	struct prune_report *report;
	const struct progress *progress;
	VEC(struct member) members; /* of the day in hand, in order of their sums */
	VEC(struct stretch) needed; /* by open findings */
	uint64_t near_findings;     /* in the day in hand */
	struct blob_sum stacks, functions;
	int64_t first, end; /* times of the days, for the progress */
};

static int64_t
floor_to(int64_t time, int64_t unit)
{
	int64_t rest = time % unit;

	return time - (rest < 0 ? rest + unit : rest);
}

/* So that times of a hostile database can be added to. */
static int64_t
bounded(int64_t time)
{
	if (time < -TIME_MAX)
		return -TIME_MAX;
	return time > TIME_MAX ? TIME_MAX : time;
}

static void
clear_day(struct pruner *pruner)
{
	for (size_t i = 0; i < pruner->members.count; i++)
		window_release(&pruner->members.items[i].window);
	vec_clear(&pruner->members);
	pruner->near_findings = 0;
}

/* What is to be left alone, as the case book says now. Opportunities have no time of change. */
static int
read_needed(struct pruner *pruner, struct error *err)
{
	sqlite3_stmt *row;
	int result;

	vec_clear(&pruner->needed);
	if (sql_query(pruner->store, &row, err,
		      "SELECT d.changed_low, d.changed_high, f.changed_at FROM finding_detail d "
		      "CROSS JOIN finding f ON f.id = d.finding WHERE d.service = ?1 AND "
		      "f.state <= ?2",
		      "iu", pruner->request->service, (unsigned)FINDING_ACCEPTED) < 0)
		return -1;
	while ((result = sql_next(pruner->store, row, err)) > 0) {
		int64_t low = bounded(sqlite3_column_int64(row, 0));
		int64_t high = bounded(sqlite3_column_int64(row, 1));
		int64_t at = bounded(sqlite3_column_int64(row, 2));

		low = low != 0 && low < at ? low : at;
		high = high > at ? high : at;
		if (high != 0)
			vec_push(&pruner->needed,
				 (struct stretch){ low - PRUNE_MARGIN, high + PRUNE_MARGIN });
	}
	return result;
}

static bool
is_needed(const struct pruner *pruner, const struct window *window)
{
	for (size_t i = 0; i < pruner->needed.count; i++)
		if (window->start < pruner->needed.items[i].to &&
		    window->end > pruner->needed.items[i].from)
			return true;
	return false;
}

/* Finds the sum that a window belongs into; false: it is too young, or longer than that. */
static bool
choose_bucket(const struct prune_request *request, struct member *member)
{
	const struct window *window = &member->window;
	int64_t length = CLOCK_DAY;

	member->bucket = floor_to(window->start, CLOCK_DAY);
	member->day = member->bucket + CLOCK_DAY <= request->now - request->hourly;
	if (!member->day) {
		length = CLOCK_HOUR;
		member->bucket = floor_to(window->start, CLOCK_HOUR);
		if (member->bucket + CLOCK_HOUR > request->now - request->keep)
			return false;
	}
	return window->parts > 1 || window->end <= window->start + length;
}

static int
compare_texts(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return (a != NULL) - (b != NULL);
	return strcmp(a, b);
}

/* 0: both go into one sum. */
static int
compare_sums(const struct member *a, const struct member *b)
{
	int order = (a->bucket > b->bucket) - (a->bucket < b->bucket);

	if (order == 0)
		order = (a->label_set > b->label_set) - (a->label_set < b->label_set);
	if (order == 0)
		order = compare_texts(a->window.event, b->window.event);
	return order != 0 ? order : compare_texts(a->window.unit, b->window.unit);
}

static int
compare_members(const void *a, const void *b)
{
	const struct member *x = a, *y = b;
	int order = compare_sums(x, y);

	if (order == 0)
		order = (x->window.start > y->window.start) - (x->window.start < y->window.start);
	return order != 0 ? order : (x->window.id > y->window.id) - (x->window.id < y->window.id);
}

static int
read_day(struct pruner *pruner, int64_t day, struct error *err)
{
	static const char sql[] =
		"SELECT w.id, w.start_time, w.end_time, w.samples, w.weight, w.event, w.unit, "
		"w.source, w.parts, w.digest, w.label_set, length(c.cells) + length(f.functions) "
		"FROM window w JOIN window_cells c ON c.window = w.id "
		"JOIN window_functions f ON f.window = w.id "
		"WHERE w.service = ?1 AND w.start_time >= ?2 AND w.start_time < ?3";
	sqlite3_stmt *row;
	int result;

	clear_day(pruner);
	if (read_needed(pruner, err) < 0 ||
	    sql_query(pruner->store, &row, err, sql, "iii", pruner->request->service, day,
		      day + CLOCK_DAY) < 0)
		return -1;
	while ((result = sql_next(pruner->store, row, err)) > 0) {
		struct member member = {
			.window = { .id = sqlite3_column_int64(row, 0),
				    .start = sqlite3_column_int64(row, 1),
				    .end = sqlite3_column_int64(row, 2),
				    .samples = (uint64_t)sqlite3_column_int64(row, 3),
				    .weight = (uint64_t)sqlite3_column_int64(row, 4),
				    .parts = (uint32_t)sqlite3_column_int64(row, 8) },
			.digest = sqlite3_column_int64(row, 9),
			.label_set = sqlite3_column_int64(row, 10),
			.bytes = (uint64_t)sqlite3_column_int64(row, 11),
		};

		if (!choose_bucket(pruner->request, &member))
			continue;
		if (is_needed(pruner, &member.window)) {
			pruner->near_findings++;
			continue;
		}
		member.window.event = sql_text(row, 5);
		member.window.unit = sql_text(row, 6);
		member.window.source = sql_text(row, 7);
		vec_push(&pruner->members, member);
	}
	if (result == 0 && pruner->members.count > 0)
		qsort(pruner->members.items, pruner->members.count, sizeof(struct member),
		      compare_members);
	return result;
}

/* How many from first go into one sum. */
static size_t
count_group(const struct pruner *pruner, size_t first)
{
	const struct member *members = pruner->members.items;
	size_t end = first + 1;

	while (end < pruner->members.count && compare_sums(&members[first], &members[end]) == 0)
		end++;
	return end - first;
}

static bool
has_work(const struct pruner *pruner)
{
	for (size_t first = 0, count; first < pruner->members.count; first += count) {
		count = count_group(pruner, first);
		if (count > 1)
			return true;
	}
	return false;
}

/* What a sum is, beside its blobs. false: it would pass a bound. */
static bool
describe_sum(const struct member *members, size_t count, struct member *out)
{
	struct str digests;
	uint64_t parts = 0;

	*out = members[0];
	out->window.samples = out->window.weight = 0;
	str_init(&digests, STR_MAX_BULK);
	for (size_t i = 0; i < count; i++) {
		const struct window *window = &members[i].window;

		if (window->samples > CELLS_COUNT_MAX - out->window.samples ||
		    window->weight > CELLS_COUNT_MAX - out->window.weight)
			parts = UINT32_MAX;
		out->window.samples += window->samples;
		out->window.weight += window->weight;
		out->window.end = window->end > out->window.end ? window->end : out->window.end;
		if (compare_texts(window->source, members[0].window.source) != 0)
			out->window.source = NULL; /* borrowed here */
		parts += window->parts > 0 ? window->parts : 1;
		str_add_n(&digests, &members[i].digest, sizeof(members[i].digest));
	}
	out->digest = (int64_t)intern_hash(digests.data, digests.len);
	out->window.parts = (uint32_t)parts;
	str_release(&digests);
	return parts <= UINT32_MAX;
}

/* The parts are known from now on by what they were. */
static int
replace_parts(struct store *store, const struct member *members, size_t count, struct error *err)
{
	for (size_t i = 0; i < count; i++) {
		int64_t id = members[i].window.id;

		if (sql_run(store, err,
			    "INSERT OR IGNORE INTO window_part(service, digest, start_time, "
			    "end_time) SELECT service, digest, start_time, end_time FROM window "
			    "WHERE id = ?1",
			    "i", id) < 0 ||
		    sql_run(store, err, "DELETE FROM window_cells WHERE window = ?1", "i", id) <
			    0 ||
		    sql_run(store, err, "DELETE FROM window_functions WHERE window = ?1", "i", id) <
			    0 ||
		    sql_run(store, err, "DELETE FROM window WHERE id = ?1", "i", id) < 0)
			return -1;
	}
	return 0;
}

/* The sum comes before its parts go, so that its number was never that of another window. */
static int
store_sum(struct store *store, const struct member *sum, const struct str *stacks,
	  const struct str *functions, const struct member *members, size_t count,
	  struct error *err)
{
	const struct window *window = &sum->window;
	int64_t id;

	if (sql_run(store, err,
		    "INSERT INTO window(service, start_time, end_time, digest, samples, weight, "
		    "event, unit, labels, source, label_set, parts) SELECT service, ?2, ?3, ?4, "
		    "?5, ?6, event, unit, labels, ?7, label_set, ?8 FROM window WHERE id = ?1",
		    "iiiiiitu", members[0].window.id, window->start, window->end, sum->digest,
		    (int64_t)window->samples, (int64_t)window->weight, window->source,
		    window->parts) < 0)
		return -1;
	id = sql_inserted(store);
	if (sql_run(store, err, "INSERT INTO window_cells(window, cells) VALUES (?1, ?2)", "ib", id,
		    (const void *)stacks->data, stacks->len) < 0 ||
	    sql_run(store, err, "INSERT INTO window_functions(window, functions) VALUES (?1, ?2)",
		    "ib", id, (const void *)functions->data, functions->len) < 0)
		return -1;
	return replace_parts(store, members, count, err);
}

static void
count_sum(struct prune_report *report, const struct member *members, size_t count,
	  uint64_t bytes_after)
{
	for (size_t i = 0; i < count; i++)
		report->bytes_after -= members[i].bytes;
	report->bytes_after += bytes_after;
	report->windows_after -= count - 1;
	if (members[0].day)
		report->days++;
	else
		report->hours++;
}

static int
add_up(struct pruner *pruner, const struct member *members, size_t count, struct error *err)
{
	struct member sum;
	bool fits = describe_sum(members, count, &sum);

	pruner->stacks.full = pruner->functions.full = false;
	for (size_t i = 0; i < count; i++)
		if (blob_sum_add_stacks(&pruner->stacks, pruner->store, &members[i].window, err) <
			    0 ||
		    blob_sum_add_functions(&pruner->functions, pruner->store, &members[i].window,
					   err) < 0)
			return -1;

	struct str stacks, functions;
	int result = 0;

	str_init(&stacks, CELLS_BYTES_MAX);
	str_init(&functions, CELLS_BYTES_MAX);
	blob_sum_write_stacks(&pruner->stacks, &stacks);
	blob_sum_write_functions(&pruner->functions, &functions);
	fits = fits && !pruner->stacks.full && !pruner->functions.full;
	if (fits && !pruner->request->dry_run)
		result = store_sum(pruner->store, &sum, &stacks, &functions, members, count, err);
	if (fits && result == 0)
		count_sum(pruner->report, members, count, stacks.len + functions.len);
	str_release(&stacks);
	str_release(&functions);
	return result;
}

static int
add_up_day(struct pruner *pruner, int64_t day, struct error *err)
{
	int result = 0;

	if (blob_sum_init_stacks(&pruner->stacks, pruner->store, err) < 0 ||
	    blob_sum_init_functions(&pruner->functions, pruner->store, err) < 0)
		result = -1;
	for (size_t first = 0, count; first < pruner->members.count && result == 0;
	     first += count) {
		count = count_group(pruner, first);
		result = telemetry_step(pruner->progress, "rolling up",
					(size_t)((day - pruner->first) / CLOCK_HOUR),
					(size_t)((pruner->end - pruner->first) / CLOCK_HOUR), err);
		if (result == 0 && count > 1)
			result = add_up(pruner, &pruner->members.items[first], count, err);
	}
	blob_sum_release(&pruner->stacks);
	blob_sum_release(&pruner->functions);
	return result;
}

/* Looks before it locks; in the transaction all is read anew. */
static int
prune_day(struct pruner *pruner, int64_t day, struct error *err)
{
	struct prune_report before = *pruner->report;
	bool writes = !pruner->request->dry_run;
	struct store_snapshot snapshot = store_snapshot_begin(pruner->store);
	int result = read_day(pruner, day, err);

	if (result == 0 && !writes && has_work(pruner))
		result = add_up_day(pruner, day, err);
	store_snapshot_end(&snapshot);
	if (result == 0 && writes && has_work(pruner)) {
		if (store_begin(pruner->store, err) < 0)
			return -1;
		result = read_day(pruner, day, err);
		if (result == 0)
			result = add_up_day(pruner, day, err);
		result = store_finish(pruner->store, result, err);
	}
	if (result < 0)
		*pruner->report = before; /* nothing of this day was stored */
	else
		pruner->report->near_findings += pruner->near_findings;
	return result;
}

static int
read_before(struct pruner *pruner, struct error *err)
{
	struct prune_report *report = pruner->report;
	sqlite3_stmt *row;
	int result;

	if (sql_query(pruner->store, &row, err,
		      "SELECT count(*), coalesce(sum(length(c.cells) + length(f.functions)), 0) "
		      "FROM window w JOIN window_cells c ON c.window = w.id "
		      "JOIN window_functions f ON f.window = w.id WHERE w.service = ?1",
		      "i", pruner->request->service) < 0)
		return -1;
	result = sql_next(pruner->store, row, err);
	if (result <= 0)
		return result;
	report->windows_before = report->windows_after = (uint64_t)sqlite3_column_int64(row, 0);
	report->bytes_before = report->bytes_after = (uint64_t)sqlite3_column_int64(row, 1);
	sql_end(row);
	return 0;
}

/* Days that have no window are stepped over. */
static int
prune_days(struct pruner *pruner, struct error *err)
{
	int64_t from = -TIME_MAX;

	pruner->end = pruner->request->now - pruner->request->keep;
	for (;;) {
		int64_t start = 0, day;
		int known = sql_integer(pruner->store, &start, err,
					"SELECT start_time FROM window WHERE service = ?1 AND "
					"start_time >= ?2 AND start_time < ?3 ORDER BY start_time "
					"LIMIT 1",
					"iii", pruner->request->service, from, pruner->end);

		if (known <= 0)
			return known;
		day = floor_to(start, CLOCK_DAY);
		if (from == -TIME_MAX)
			pruner->first = day;
		if (telemetry_step(pruner->progress, "rolling up",
				   (size_t)((day - pruner->first) / CLOCK_HOUR),
				   (size_t)((pruner->end - pruner->first) / CLOCK_HOUR), err) < 0 ||
		    prune_day(pruner, day, err) < 0)
			return -1;
		from = day + CLOCK_DAY;
	}
}

int
telemetry_sqlite_prune(struct telemetry *telemetry, const struct prune_request *request,
		       struct prune_report *out, const struct progress *progress, struct error *err)
{
	struct telemetry_engine *engine = telemetry->engine;
	struct pruner pruner = {
		.store = engine->store, .request = request, .report = out, .progress = progress
	};
	int result = -1;

	*out = (struct prune_report){ 0 };
	if (request->keep < 0 || request->hourly < request->keep)
		return error_set(err, ERROR_USAGE,
				 "windows of an hour would end before they begin to be made");
	if (read_before(&pruner, err) == 0)
		result = prune_days(&pruner, err);
	clear_day(&pruner);
	vec_release(&pruner.members);
	vec_release(&pruner.needed);
	return result;
}

static int
read_sizes(struct store *store, uint64_t *bytes, uint64_t *bytes_free, struct error *err)
{
	int64_t size = 0, pages = 0, unused = 0;

	if (sql_integer(store, &size, err, "PRAGMA page_size", "") < 0 ||
	    sql_integer(store, &pages, err, "PRAGMA page_count", "") < 0 ||
	    sql_integer(store, &unused, err, "PRAGMA freelist_count", "") < 0)
		return -1;
	*bytes = (uint64_t)pages * (uint64_t)size;
	*bytes_free = (uint64_t)unused * (uint64_t)size;
	return 0;
}

/* The copy of the database that is made for it goes to the disk, not to memory. */
static int
rewrite(struct store *store, struct error *err)
{
	int result;

	if (store->read_only)
		return error_set(err, ERROR_REFUSED, "%s: is read-only", store->path);
	if (sql_run(store, err, "PRAGMA temp_store = FILE", "") < 0)
		return -1;
	result = sql_run(store, err, "VACUUM", "");
	if (sql_run(store, result == 0 ? err : NULL, "PRAGMA temp_store = MEMORY", "") < 0 ||
	    result < 0)
		return -1;
	/* Through the log into the file. Readers of old pages put that off; it is no error. */
	return sql_run(store, err, "PRAGMA wal_checkpoint(TRUNCATE)", "");
}

int
telemetry_sqlite_compact(struct telemetry *telemetry, bool only_look, struct compact_report *out,
			 struct error *err)
{
	struct telemetry_engine *engine = telemetry->engine;
	uint64_t bytes_free;

	if (read_sizes(engine->store, &out->bytes_before, &out->bytes_free, err) < 0)
		return -1;
	out->bytes_after = out->bytes_before;
	if (only_look)
		return 0;
	if (rewrite(engine->store, err) < 0)
		return -1;
	return read_sizes(engine->store, &out->bytes_after, &bytes_free, err);
}
