/*
 * Counts of functions in columns; see telemetry_columns.h. What the database
 * says is checked as any input is. Called through telemetry_sqlite_ops.
 */
#include "core/store/telemetry_columns.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/vec.h"
#include "core/store/cells.h"
#include "core/store/telemetry_match.h"
#include "core/store/telemetry_sqlite.h"

#define BATCH 256
#define COLUMNS_MIN 64
/* Columns are compact where a function is in one window of so many, or where all is little. */
#define SPARSE_FACTOR 8
#define SPARSE_CELLS ((size_t)1 << 16)

struct column_reader {
	struct store *store;
	struct window_keys *keys;
	struct function_columns *columns;
	struct id_map functions; /* number in the database -> column + 1 */
	bool all;                /* functions not met before get a column */
	bool sparse;             /* no compact columns after all */
	size_t cells;            /* read so far */
};

int
telemetry_sqlite_window_keys(struct telemetry *telemetry, const struct window_query *query,
			     struct window_keys *out, struct error *err)
{
	struct telemetry_engine *engine = telemetry->engine;
	struct store_snapshot snapshot = store_snapshot_begin(engine->store);
	struct window_filter filter = { 0 };
	struct window_keys keys = { 0 };
	sqlite3_stmt *row;
	int result = window_filter_init(&filter, engine->store, query, err);

	/* Nothing but the index is read. */
	if (result == 0)
		result = sql_query(engine->store, &row, err,
				   "SELECT id, start_time, end_time, event, label_set FROM window "
				   "WHERE service = ?1 AND start_time >= ?2 AND start_time < ?3 "
				   "ORDER BY start_time, end_time, id",
				   "iii", query->service, telemetry_from(query),
				   telemetry_to(query));
	while (result >= 0 && (result = sql_next(engine->store, row, err)) > 0)
		if (window_filter_takes(&filter, (const char *)sqlite3_column_text(row, 3),
					sqlite3_column_int64(row, 4)))
			vec_push(&keys, (struct window_key){ .id = sqlite3_column_int64(row, 0),
							     .start = sqlite3_column_int64(row, 1),
							     .end = sqlite3_column_int64(row, 2) });
	store_snapshot_end(&snapshot);
	window_filter_release(&filter);
	if (result < 0)
		window_keys_release(&keys);
	else
		*out = keys;
	return result;
}

static int
damaged(const struct column_reader *reader, const struct window_key *key, const char *what,
	struct error *err)
{
	struct window window = { .id = key->id, .start = key->start };

	return telemetry_damaged(reader->store, &window, what, err);
}

static void
grow_columns(struct function_columns *columns, size_t count)
{
	size_t old = columns->function_capacity;
	size_t capacity = old > 0 ? old : COLUMNS_MIN;

	while (capacity < count)
		capacity *= 2;
	if (old == 0) { /* fresh zeroes of the system need no writing */
		columns->counts = memory_alloc_array(capacity * columns->windows + 1,
						     sizeof(*columns->counts));
	} else {
		columns->counts = memory_resize(columns->counts, capacity * columns->windows + 1,
						sizeof(*columns->counts));
		memset(columns->counts + old * columns->windows, 0,
		       (capacity - old) * columns->windows * sizeof(*columns->counts));
	}
	columns->functions =
		memory_resize(columns->functions, capacity, sizeof(*columns->functions));
	columns->function_capacity = capacity;
}

/* Would one column more still be compact, seen from the windows so far? */
static bool
is_sparse(const struct column_reader *reader, size_t columns, size_t windows)
{
	size_t all = columns * windows;

	return all > TELEMETRY_CELLS_MAX ||
	       (all > SPARSE_CELLS && all / SPARSE_FACTOR > reader->cells);
}

static void
add_column(struct column_reader *reader, uint32_t function, size_t window)
{
	struct function_columns *columns = reader->columns;

	if (columns->function_count * columns->windows > TELEMETRY_CELLS_MAX ||
	    is_sparse(reader, columns->function_count + 1, window)) {
		reader->sparse = true;
		return;
	}
	if (columns->function_count == columns->function_capacity)
		grow_columns(columns, columns->function_count + 1);
	columns->functions[columns->function_count++] = function;
	reader->functions.numbers[function] = (uint32_t)columns->function_count;
}

static int
take_cells(struct column_reader *reader, size_t window, const struct function_cell *cells,
	   size_t count, struct error *err)
{
	const struct window_key *key = &reader->keys->items[window];
	size_t windows = reader->columns->windows;

	for (size_t i = 0; i < count; i++) {
		uint32_t function = cells[i].function;
		uint32_t column;

		if (function > reader->functions.max || cells[i].samples > key->samples)
			return damaged(reader, key, "a count", err);
		column = reader->functions.numbers[function];
		if (column == 0 && reader->all) {
			add_column(reader, function, window);
			column = reader->functions.numbers[function];
		}
		if (cells[i].samples > UINT32_MAX && column != 0)
			reader->sparse = true;
		if (reader->sparse)
			return 0;
		if (column != 0)
			reader->columns->counts[(column - 1) * windows + window] =
				(uint32_t)cells[i].samples;
	}
	reader->cells += count;
	return 0;
}

static int
take_window(struct column_reader *reader, size_t window, const void *data, size_t length,
	    struct error *err)
{
	struct function_cell cells[BATCH];
	struct cells_reader blob;
	size_t count = BATCH;

	cells_open_functions(&blob, data, length);
	if (reader->all && reader->columns->function_capacity < blob.left && window == 0)
		grow_columns(reader->columns, (size_t)blob.left + blob.left / 8);
	while (count == BATCH && !reader->sparse) {
		count = cells_next_functions(&blob, cells, BATCH);
		if (take_cells(reader, window, cells, count, err) < 0)
			return -1;
	}
	return blob.bad ? damaged(reader, &reader->keys->items[window], "the counts", err) : 0;
}

static int
read_window(struct column_reader *reader, size_t window, struct error *err)
{
	struct window_key *key = &reader->keys->items[window];
	sqlite3_stmt *row;
	int result;

	if (sql_query(reader->store, &row, err,
		      "SELECT w.samples, f.functions FROM window w CROSS JOIN window_functions f "
		      "ON f.window = w.id WHERE w.id = ?1",
		      "i", key->id) < 0)
		return -1;
	result = sql_next(reader->store, row, err);
	if (result == 0)
		return damaged(reader, key, "a part", err);
	if (result < 0)
		return -1;
	key->samples = (uint64_t)sqlite3_column_int64(row, 0);
	if (key->samples > CELLS_COUNT_MAX)
		result = damaged(reader, key, "the samples", err);
	else
		result = take_window(reader, window, sqlite3_column_blob(row, 1),
				     (size_t)sqlite3_column_bytes(row, 1), err);
	sql_end(row);
	return result;
}

static void
choose_columns(struct column_reader *reader, const uint32_t *only, size_t count)
{
	struct function_columns *columns = reader->columns;

	grow_columns(columns, count + 1);
	for (size_t i = 0; i < count; i++) {
		columns->functions[i] = only[i];
		/* One that the database does not know has no counts either. */
		if (only[i] <= reader->functions.max)
			reader->functions.numbers[only[i]] = (uint32_t)i + 1;
	}
	columns->function_count = count;
}

static int
read_all(struct column_reader *reader, const struct progress *progress, struct error *err)
{
	for (size_t i = 0; i < reader->keys->count && !reader->sparse; i++)
		if (telemetry_step(progress, "reading counts", i, reader->keys->count, err) < 0 ||
		    read_window(reader, i, err) < 0)
			return -1;
	if (reader->all && is_sparse(reader, reader->columns->function_count, reader->keys->count))
		reader->sparse = true;
	return reader->sparse ? 0 : 1;
}

int
telemetry_sqlite_function_columns(struct telemetry *telemetry, struct window_keys *keys,
				  const uint32_t *only, size_t only_count,
				  struct function_columns *out, const struct progress *progress,
				  struct error *err)
{
	struct telemetry_engine *engine = telemetry->engine;
	struct store_snapshot snapshot = store_snapshot_begin(engine->store);
	struct function_columns columns = { .windows = keys->count };
	struct column_reader reader = {
		.store = engine->store, .keys = keys, .columns = &columns, .all = only == NULL
	};
	int result =
		id_map_init(&reader.functions, engine->store, "SELECT max(id) FROM function", err);

	if (result == 0) {
		if (only != NULL)
			choose_columns(&reader, only, only_count);
		result = read_all(&reader, progress, err);
	}
	store_snapshot_end(&snapshot);
	id_map_release(&reader.functions);
	if (result > 0)
		*out = columns;
	else
		function_columns_release(&columns);
	return result;
}

int
telemetry_sqlite_function_names(struct telemetry *telemetry, const uint32_t *functions,
				size_t count, char **out, struct error *err)
{
	struct telemetry_engine *engine = telemetry->engine;
	struct store *store = engine->store;
	struct store_snapshot snapshot = store_snapshot_begin(store);
	size_t read = 0;
	int result = 1;

	for (; read < count && result > 0; read++) {
		sqlite3_stmt *row;

		result = sql_query(store, &row, err, "SELECT name FROM function WHERE id = ?1", "u",
				   functions[read]);
		if (result == 0)
			result = sql_next(store, row, err);
		if (result == 0)
			error_set(err, ERROR_CORRUPT, "%s: damaged: no function number %u",
				  store->path, functions[read]);
		if (result <= 0)
			break;
		out[read] = sql_text(row, 0);
		sql_end(row);
	}
	store_snapshot_end(&snapshot);
	if (read == count)
		return 0;
	while (read > 0)
		free(out[--read]);
	return -1;
}
