/*
 * The telemetry of one machine, in the same SQLite file as the case book:
 * its life, its list of windows, and what its readers share. Writing is in
 * telemetry_write.c, reading blobs in telemetry_read.c.
 */
#include "core/store/telemetry_sqlite.h"

#include <stdlib.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/base/vec.h"
#include "core/store/telemetry_match.h"

#define WALK_STEPS_MAX 32 /* stepping over a row costs about a thirtieth of a seek */

const struct telemetry_ops telemetry_sqlite_ops = {
	.name = "sqlite",
	.profile_add = telemetry_sqlite_profile_add,
	.profile_find = telemetry_sqlite_profile_find,
	.windows = telemetry_sqlite_windows,
	.profiles = telemetry_sqlite_profiles,
	.function_counts = telemetry_sqlite_function_counts,
	.share_series = telemetry_sqlite_share_series,
	.window_keys = telemetry_sqlite_window_keys,
	.function_columns = telemetry_sqlite_function_columns,
	.function_names = telemetry_sqlite_function_names,
	.counts_add = telemetry_sqlite_counts_add,
	.labels = telemetry_sqlite_labels,
	.prune = telemetry_sqlite_prune,
	.compact = telemetry_sqlite_compact,
	.series_add = telemetry_sqlite_series_add,
	.series_list = telemetry_sqlite_series_list,
	.series_each = telemetry_sqlite_series_each,
	.series_harm = telemetry_sqlite_series_harm,
};

static void
cache_clear(struct id_cache *cache)
{
	intern_release(&cache->keys);
	free(cache->ids);
	cache->ids = NULL;
	cache->capacity = 0;
}

struct telemetry_engine *
telemetry_engine_new(struct store *store)
{
	struct telemetry_engine *engine = memory_alloc(sizeof(*engine));

	engine->store = store;
	telemetry_engine_forget(engine);
	return engine;
}

void
telemetry_engine_free(struct telemetry_engine *engine)
{
	if (engine == NULL)
		return;
	telemetry_engine_forget(engine);
	free(engine);
}

void
telemetry_engine_forget(struct telemetry_engine *engine)
{
	cache_clear(&engine->functions);
	cache_clear(&engine->places);
	cache_clear(&engine->frames);
	cache_clear(&engine->stacks);
}

static void
read_window(sqlite3_stmt *row, struct window *out)
{
	*out = (struct window){
		.id = sqlite3_column_int64(row, 0),
		.start = sqlite3_column_int64(row, 1),
		.end = sqlite3_column_int64(row, 2),
		.samples = (uint64_t)sqlite3_column_int64(row, 3),
		.weight = (uint64_t)sqlite3_column_int64(row, 4),
		.event = sql_text(row, 5),
		.unit = sql_text(row, 6),
		.source = sql_text(row, 8),
		.parts = (uint32_t)sqlite3_column_int64(row, 10),
	};
	sql_strings(row, 7, &out->labels);
}

static void
turn_round(struct window_list *list)
{
	for (size_t i = 0; i < list->count / 2; i++) {
		struct window other = list->items[i];

		list->items[i] = list->items[list->count - 1 - i];
		list->items[list->count - 1 - i] = other;
	}
}

/* Newest first, so that the newest few end the reading. */
static int
read_windows(struct store *store, sqlite3_stmt *row, const struct window_query *query,
	     const struct window_filter *filter, struct window_list *list, struct error *err)
{
	int result;

	while ((result = sql_next(store, row, err)) > 0) {
		struct window window;

		if (!window_filter_takes(filter, (const char *)sqlite3_column_text(row, 5),
					 sqlite3_column_int64(row, 9)))
			continue;
		read_window(row, &window);
		vec_push(list, window);
		if (query->newest > 0 && list->count == query->newest) {
			sql_end(row);
			return 0;
		}
	}
	return result;
}

int
telemetry_sqlite_windows(struct telemetry *telemetry, const struct window_query *query,
			 struct window_list *out, struct error *err)
{
	struct telemetry_engine *engine = telemetry->engine;
	struct store_snapshot snapshot = store_snapshot_begin(engine->store);
	struct window_filter filter = { 0 };
	struct window_list list = { 0 };
	sqlite3_stmt *row;
	int result = window_filter_init(&filter, engine->store, query, err);

	if (result == 0)
		result = sql_query(
			engine->store, &row, err,
			"SELECT id, start_time, end_time, samples, weight, event, unit, labels, "
			"source, label_set, parts FROM window WHERE service = ?1 AND start_time >= "
			"?2 AND start_time < ?3 ORDER BY start_time DESC, end_time DESC, id DESC",
			"iii", query->service, telemetry_from(query), telemetry_to(query));
	if (result == 0)
		result = read_windows(engine->store, row, query, &filter, &list, err);
	store_snapshot_end(&snapshot);
	window_filter_release(&filter);
	if (result < 0) {
		window_list_release(&list);
		return -1;
	}
	turn_round(&list);
	*out = list;
	return 0;
}

int
telemetry_damaged(struct store *store, const struct window *window, const char *what,
		  struct error *err)
{
	char time[CLOCK_TEXT_SIZE];

	return error_set(err, ERROR_CORRUPT, "%s: damaged: %s of window %lld (%s)", store->path,
			 what, (long long)window->id, clock_format(window->start, time));
}

int
telemetry_blob(struct store *store, const struct window *window, const char *sql,
	       sqlite3_stmt **row, const void **data, size_t *length, struct error *err)
{
	int result;

	if (sql_query(store, row, err, sql, "i", window->id) < 0)
		return -1;
	result = sql_next(store, *row, err);
	if (result == 0)
		return telemetry_damaged(store, window, "a part", err);
	if (result < 0)
		return -1;
	*data = sqlite3_column_blob(*row, 0);
	*length = (size_t)sqlite3_column_bytes(*row, 0);
	return 0;
}

int
telemetry_step(const struct progress *progress, const char *what, size_t done, size_t total,
	       struct error *err)
{
	if (progress_cancelled(progress))
		return error_set(err, ERROR_CANCELLED, "%s: cancelled", what);
	progress_report(progress, what, done, total);
	return 0;
}

int
id_map_init(struct id_map *map, struct store *store, const char *sql, struct error *err)
{
	int64_t max = 0;

	*map = (struct id_map){ 0 };
	if (sql_integer(store, &max, err, sql, "") < 0)
		return -1;
	if (max < 0 || max > TELEMETRY_IDS_MAX)
		return error_set(err, ERROR_LIMIT, "%s: number %lld is over the bound of %lld",
				 store->path, (long long)max, (long long)TELEMETRY_IDS_MAX);
	map->max = (uint32_t)max;
	map->numbers = memory_alloc_array((size_t)max + 1, sizeof(*map->numbers));
	return 0;
}

void
id_map_release(struct id_map *map)
{
	free(map->numbers);
	*map = (struct id_map){ 0 };
}

void
id_map_number(struct id_map *map)
{
	map->count = 0;
	for (size_t id = 1; id <= map->max; id++)
		if (map->numbers[id] != 0)
			map->numbers[id] = ++map->count;
}

static int
walk_seek(struct id_walk *walk, int64_t id, struct error *err)
{
	int result;

	if (sql_query(walk->store, &walk->row, err, walk->sql, "i", id) < 0) {
		walk->row = NULL;
		return -1;
	}
	result = sql_next(walk->store, walk->row, err);
	if (result > 0)
		walk->at = sqlite3_column_int64(walk->row, 0);
	else
		walk->row = NULL;
	return result;
}

int
id_walk_to(struct id_walk *walk, int64_t id, struct error *err)
{
	int result = 1;

	for (int steps = 0; walk->row != NULL && walk->at < id; steps++) {
		if (steps == WALK_STEPS_MAX) {
			id_walk_end(walk);
			break;
		}
		result = sql_next(walk->store, walk->row, err);
		if (result <= 0) {
			walk->row = NULL;
			return result;
		}
		walk->at = sqlite3_column_int64(walk->row, 0);
	}
	if (walk->row == NULL)
		result = walk_seek(walk, id, err);
	return result > 0 ? walk->at == id : result;
}

void
id_walk_end(struct id_walk *walk)
{
	if (walk->row != NULL)
		sql_end(walk->row);
	walk->row = NULL;
}
