/*
 * Storing one window: names, frames and stacks get their numbers, once per
 * database; the window itself becomes two blobs. What this connection has
 * met is kept in memory, so that the next window of a service costs little
 * more than its blobs. Called through telemetry_sqlite_ops.
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/store/cells.h"
#include "core/store/telemetry_match.h"
#include "core/store/telemetry_sqlite.h"

/* One window on its way in. ids are of the database, by number in the profile. */
struct writer {
	struct telemetry_engine *engine;
	struct store *store;
	const struct profile *profile;
	uint32_t *functions, *frames, *stacks;
};

static uint32_t
cache_find(const struct id_cache *cache, const void *key, size_t length)
{
	uint32_t number = intern_find(&cache->keys, key, length);

	return number == INTERN_NONE ? 0 : cache->ids[number];
}

static void
cache_put(struct id_cache *cache, const void *key, size_t length, uint32_t id)
{
	uint32_t number;

	if (cache->keys.bytes.total > ID_CACHE_BYTES_MAX) {
		intern_release(&cache->keys);
		intern_init(&cache->keys);
	}
	number = intern_add(&cache->keys, key, length);
	if (number >= cache->capacity) {
		cache->capacity = cache->capacity > 0 ? cache->capacity * 2 : 256;
		cache->ids = memory_resize(cache->ids, cache->capacity, sizeof(*cache->ids));
	}
	cache->ids[number] = id;
}

/* What the database gave, if it is a number that a blob may hold. */
static int
check_id(struct store *store, int64_t value, uint32_t *id, struct error *err)
{
	if (value <= 0 || value > TELEMETRY_IDS_MAX)
		return error_set(err, ERROR_LIMIT, "%s: number %lld is over the bound of %lld",
				 store->path, (long long)value, (long long)TELEMETRY_IDS_MAX);
	*id = (uint32_t)value;
	return 0;
}

/* Finds or stores a text by the two statements of its table. */
static int
name_id(struct writer *writer, struct id_cache *cache, const char *find, const char *insert,
	const char *name, uint32_t *id, struct error *err)
{
	size_t length = strlen(name);
	int64_t value = 0;
	int known;

	*id = cache_find(cache, name, length);
	if (*id != 0)
		return 0;
	known = sql_integer(writer->store, &value, err, find, "t", name);
	if (known < 0)
		return -1;
	if (known == 0) {
		if (sql_run(writer->store, err, insert, "t", name) < 0)
			return -1;
		value = sql_inserted(writer->store);
	}
	if (check_id(writer->store, value, id, err) < 0)
		return -1;
	cache_put(cache, name, length, *id);
	return 0;
}

static int
function_id(struct writer *writer, const char *name, uint32_t *id, struct error *err)
{
	static const char find[] = "SELECT id FROM function WHERE name = ?1";
	static const char insert[] = "INSERT INTO function(name) VALUES (?1)";

	return name_id(writer, &writer->engine->functions, find, insert, name, id, err);
}

static int
place_id(struct writer *writer, const char *name, uint32_t *id, struct error *err)
{
	static const char find[] = "SELECT id FROM place WHERE name = ?1";
	static const char insert[] = "INSERT INTO place(name) VALUES (?1)";

	return name_id(writer, &writer->engine->places, find, insert, name, id, err);
}

static int
frame_id(struct writer *writer, const struct profile_frame *frame, uint32_t *id, struct error *err)
{
	uint32_t key[5] = { writer->functions[frame->name], 0, 0, frame->line, frame->kind };
	int64_t value = 0;
	int known;

	if (place_id(writer, frame->module, &key[1], err) < 0 ||
	    place_id(writer, frame->file, &key[2], err) < 0)
		return -1;
	*id = cache_find(&writer->engine->frames, key, sizeof(key));
	if (*id != 0)
		return 0;
	known = sql_integer(
		writer->store, &value, err,
		"SELECT id FROM frame WHERE function = ?1 AND module = ?2 AND file = ?3 "
		"AND line = ?4 AND kind = ?5",
		"uuuuu", key[0], key[1], key[2], key[3], key[4]);
	if (known < 0)
		return -1;
	if (known == 0) {
		if (sql_run(writer->store, err,
			    "INSERT INTO frame(function, module, file, line, kind) "
			    "VALUES (?1, ?2, ?3, ?4, ?5)",
			    "uuuuu", key[0], key[1], key[2], key[3], key[4]) < 0)
			return -1;
		value = sql_inserted(writer->store);
	}
	if (check_id(writer->store, value, id, err) < 0)
		return -1;
	cache_put(&writer->engine->frames, key, sizeof(key), *id);
	return 0;
}

/* Stacks with the same hash are told apart by their bytes. 1: found. */
static int
find_stack(struct store *store, const struct str *blob, int64_t hash, int64_t *id,
	   struct error *err)
{
	sqlite3_stmt *row;
	int result;

	if (sql_query(store, &row, err, "SELECT id, frames FROM stack WHERE hash = ?1", "i", hash) <
	    0)
		return -1;
	while ((result = sql_next(store, row, err)) > 0) {
		const void *frames = sqlite3_column_blob(row, 1);

		if ((size_t)sqlite3_column_bytes(row, 1) != blob->len ||
		    (blob->len > 0 && memcmp(frames, blob->data, blob->len) != 0))
			continue;
		*id = sqlite3_column_int64(row, 0);
		sql_end(row);
		return 1;
	}
	return result;
}

static int
stack_id(struct writer *writer, const struct str *blob, uint32_t *id, struct error *err)
{
	int64_t hash = (int64_t)intern_hash(blob->data, blob->len);
	int64_t value = 0;
	int known;

	*id = cache_find(&writer->engine->stacks, blob->data, blob->len);
	if (*id != 0)
		return 0;
	known = find_stack(writer->store, blob, hash, &value, err);
	if (known < 0)
		return -1;
	if (known == 0) {
		if (sql_run(writer->store, err, "INSERT INTO stack(hash, frames) VALUES (?1, ?2)",
			    "ib", hash, (const void *)blob->data, blob->len) < 0)
			return -1;
		value = sql_inserted(writer->store);
	}
	if (check_id(writer->store, value, id, err) < 0)
		return -1;
	cache_put(&writer->engine->stacks, blob->data, blob->len, *id);
	return 0;
}

static int
number_names_and_frames(struct writer *writer, struct error *err)
{
	const struct profile *profile = writer->profile;

	for (uint32_t i = 0; i < profile->names.count; i++)
		if (function_id(writer, intern_text(&profile->names, i), &writer->functions[i],
				err) < 0)
			return -1;
	for (size_t i = 0; i < profile->frame_count; i++)
		if (frame_id(writer, &profile->frames[i], &writer->frames[i], err) < 0)
			return -1;
	return 0;
}

static int
number_stacks(struct writer *writer, struct error *err)
{
	const struct profile *profile = writer->profile;
	uint32_t *ids = memory_alloc_array(PROFILE_DEPTH_MAX, sizeof(*ids));
	struct str blob;
	int result = 0;

	str_init(&blob, CELLS_BYTES_MAX);
	for (size_t i = 0; result == 0 && i < profile->stack_count; i++) {
		const struct profile_stack *stack = &profile->stacks[i];

		for (uint32_t at = 0; at < stack->depth; at++)
			ids[at] = writer->frames[stack->frames[at]];
		str_clear(&blob);
		cells_write_stack(&blob, ids, stack->depth);
		result = stack_id(writer, &blob, &writer->stacks[i], err);
	}
	str_release(&blob);
	free(ids);
	return result;
}

static int
compare_cells(const void *a, const void *b)
{
	const struct cell *x = a, *y = b;

	return (x->number > y->number) - (x->number < y->number);
}

static int
compare_functions(const void *a, const void *b)
{
	const struct function_cell *x = a, *y = b;

	return (x->function > y->function) - (x->function < y->function);
}

static int
write_blob(struct writer *writer, const char *sql, int64_t window, const struct str *blob,
	   struct error *err)
{
	if (blob->overflow)
		return error_set(err, ERROR_LIMIT, "%s: a window is over the bound of %zu bytes",
				 writer->store->path, CELLS_BYTES_MAX);
	return sql_run(writer->store, err, sql, "ib", window, (const void *)blob->data, blob->len);
}

static int
write_cells(struct writer *writer, int64_t window, struct error *err)
{
	const struct profile *profile = writer->profile;
	struct cell *cells = memory_alloc_array(profile->stack_count, sizeof(*cells));
	size_t count = 0;
	struct str blob;
	int result;

	for (size_t i = 0; i < profile->stack_count; i++) {
		const struct profile_cell *cell = &profile->cells[i];

		if (cell->samples > 0 || cell->weight > 0)
			cells[count++] =
				(struct cell){ writer->stacks[i], cell->samples, cell->weight };
	}
	qsort(cells, count, sizeof(*cells), compare_cells);
	str_init(&blob, CELLS_BYTES_MAX);
	cells_write(&blob, cells, count);
	result = write_blob(writer, "INSERT INTO window_cells(window, cells) VALUES (?1, ?2)",
			    window, &blob, err);
	str_release(&blob);
	free(cells);
	return result;
}

/* Adds the samples of one stack to each function in it; stamps make recursion count once. */
static void
count_stack(const struct profile *profile, size_t number, struct function_cell *cells,
	    uint32_t *stamps)
{
	const struct profile_stack *stack = &profile->stacks[number];
	uint64_t samples = profile->cells[number].samples;

	for (uint32_t at = 0; at < stack->depth; at++) {
		uint32_t name = profile->frames[stack->frames[at]].name;
		uint64_t sum = cells[name].samples;

		if (stamps[name] == number + 1)
			continue;
		stamps[name] = (uint32_t)number + 1;
		cells[name].samples =
			samples > CELLS_COUNT_MAX - sum ? CELLS_COUNT_MAX : sum + samples;
	}
}

/* k of every function: the samples whose stack contains it. *count of them are not 0. */
static struct function_cell *
count_functions(const struct writer *writer, size_t *count)
{
	const struct profile *profile = writer->profile;
	size_t names = profile->names.count;
	struct function_cell *cells = memory_alloc_array(names, sizeof(*cells));
	uint32_t *stamps = memory_alloc_array(names, sizeof(*stamps));

	for (size_t i = 0; i < names; i++)
		cells[i].function = writer->functions[i];
	for (size_t i = 0; i < profile->stack_count; i++)
		count_stack(profile, i, cells, stamps);
	free(stamps);
	*count = 0;
	for (size_t i = 0; i < names; i++)
		if (cells[i].samples > 0)
			cells[(*count)++] = cells[i];
	qsort(cells, *count, sizeof(*cells), compare_functions);
	return cells;
}

static int
write_functions(struct writer *writer, int64_t window, struct error *err)
{
	size_t count;
	struct function_cell *cells = count_functions(writer, &count);
	struct str blob;
	int result;

	str_init(&blob, CELLS_BYTES_MAX);
	cells_write_functions(&blob, cells, count);
	result = write_blob(writer,
			    "INSERT INTO window_functions(window, functions) VALUES (?1, ?2)",
			    window, &blob, err);
	str_release(&blob);
	free(cells);
	return result;
}

static uint64_t
larger(uint64_t a, uint64_t b)
{
	uint64_t value = a > b ? a : b;

	return value > CELLS_COUNT_MAX ? CELLS_COUNT_MAX : value;
}

/* The row of the window, without its blobs; n is at least what its counts add up to. */
static int
write_row(struct store *store, int64_t service, const struct window *window, uint64_t samples,
	  uint64_t weight, uint64_t digest, int64_t *id, struct error *err)
{
	int64_t label_set;

	if (window_label_set(store, &window->labels, &label_set, err) < 0 ||
	    sql_run(store, err,
		    "INSERT INTO window(service, start_time, end_time, digest, samples, weight, "
		    "event, unit, labels, source, label_set, parts) "
		    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
		    "iiiiiittstni", service, window->start, window->end, (int64_t)digest,
		    (int64_t)larger(window->samples, samples),
		    (int64_t)larger(window->weight, weight), window->event, window->unit,
		    &window->labels, window->source, label_set,
		    (int64_t)(window->parts > 0 ? window->parts : 1)) < 0)
		return -1;
	*id = sql_inserted(store);
	return 0;
}

static int
write_window(struct writer *writer, int64_t service, const struct window *window, uint64_t digest,
	     struct error *err)
{
	const struct profile *profile = writer->profile;
	int64_t id = 0;

	if (number_names_and_frames(writer, err) < 0 || number_stacks(writer, err) < 0 ||
	    write_row(writer->store, service, window, profile->samples, profile->weight, digest,
		      &id, err) < 0 ||
	    write_cells(writer, id, err) < 0)
		return -1;
	return write_functions(writer, id, err);
}

static int
add_new(struct telemetry_engine *engine, int64_t service, const struct window *window,
	const struct profile *profile, uint64_t digest, struct error *err)
{
	struct writer writer = {
		.engine = engine,
		.store = engine->store,
		.profile = profile,
		.functions = memory_alloc_array(profile->names.count, sizeof(uint32_t)),
		.frames = memory_alloc_array(profile->frame_count, sizeof(uint32_t)),
		.stacks = memory_alloc_array(profile->stack_count, sizeof(uint32_t)),
	};
	int result = write_window(&writer, service, window, digest, err);

	free(writer.functions);
	free(writer.frames);
	free(writer.stacks);
	return result;
}

/* 1: this window is there already; 0: it is new; negative: error, also where no such service is. */
static int
find_window(struct store *store, int64_t service, const struct window *window, uint64_t digest,
	    struct error *err)
{
	int64_t id;
	int known =
		sql_integer(store, &id, err, "SELECT id FROM service WHERE id = ?1", "i", service);

	if (known < 0)
		return -1;
	if (known == 0)
		return error_set(err, ERROR_NOT_FOUND, "no service number %lld",
				 (long long)service);
	known = sql_integer(store, &id, err,
			    "SELECT id FROM window WHERE service = ?1 AND digest = ?2 AND "
			    "start_time = ?3 AND end_time = ?4",
			    "iiii", service, (int64_t)digest, window->start, window->end);
	if (known != 0)
		return known;
	return sql_integer(store, &id, err,
			   "SELECT 1 FROM window_part WHERE service = ?1 AND digest = ?2 AND "
			   "start_time = ?3 AND end_time = ?4",
			   "iiii", service, (int64_t)digest, window->start, window->end);
}

static int
add(struct telemetry_engine *engine, int64_t service, const struct window *window,
    const struct profile *profile, uint64_t digest, bool *added, struct error *err)
{
	int known = find_window(engine->store, service, window, digest, err);

	if (known < 0)
		return -1;
	*added = known == 0;
	return known > 0 ? 0 : add_new(engine, service, window, profile, digest, err);
}

int
telemetry_sqlite_profile_find(struct telemetry *telemetry, int64_t service, uint64_t digest,
			      int64_t length, int64_t *start, bool *found, struct error *err)
{
	struct telemetry_engine *engine = telemetry->engine;
	int known = sql_integer(engine->store, start, err,
				"SELECT start_time FROM window WHERE service = ?1 AND digest = ?2 "
				"AND end_time - start_time = ?3 UNION ALL "
				"SELECT start_time FROM window_part WHERE service = ?1 AND "
				"digest = ?2 AND end_time - start_time = ?3 LIMIT 1",
				"iii", service, (int64_t)digest, length);

	*found = known > 0;
	return known < 0 ? -1 : 0;
}

static int
check_window(const struct window *window, struct error *err)
{
	if (window->end > window->start)
		return 0;
	return error_set(err, ERROR_INPUT, "%.200s: a window that ends before it starts",
			 window->source != NULL ? window->source : "profile");
}

int
telemetry_sqlite_profile_add(struct telemetry *telemetry, int64_t service,
			     const struct window *window, const struct profile *profile,
			     uint64_t digest, bool *added, struct error *err)
{
	struct telemetry_engine *engine = telemetry->engine;

	if (check_window(window, err) < 0 || store_begin(engine->store, err) < 0)
		return -1;
	return store_finish(engine->store,
			    add(engine, service, window, profile, digest, added, err), err);
}

/* The numbers of the functions, those without samples left out; nearly always in order already. */
static int
number_totals(struct writer *writer, const struct function_total *totals, size_t count,
	      struct function_cell *cells, size_t *used, struct error *err)
{
	bool ascending = true;

	*used = 0;
	for (size_t i = 0; i < count; i++) {
		struct function_cell *cell = &cells[*used];

		if (totals[i].samples == 0)
			continue;
		if (function_id(writer, totals[i].name, &cell->function, err) < 0)
			return -1;
		cell->samples = totals[i].samples;
		ascending = ascending && (*used == 0 || cell[-1].function < cell->function);
		(*used)++;
	}
	if (ascending)
		return 0;
	qsort(cells, *used, sizeof(*cells), compare_functions);
	for (size_t i = 1; i < *used; i++)
		if (cells[i - 1].function == cells[i].function)
			return error_set(err, ERROR_INPUT, "a function is counted twice");
	return 0;
}

static int
write_totals(struct writer *writer, int64_t service, const struct window *window,
	     const struct function_cell *cells, size_t count, uint64_t digest, struct error *err)
{
	struct str blob;
	int64_t id = 0;
	int result = -1;

	str_init(&blob, CELLS_BYTES_MAX);
	if (write_row(writer->store, service, window, window->samples, window->weight, digest, &id,
		      err) < 0)
		goto out;
	cells_write(&blob, NULL, 0);
	if (write_blob(writer, "INSERT INTO window_cells(window, cells) VALUES (?1, ?2)", id, &blob,
		       err) < 0)
		goto out;
	str_clear(&blob);
	cells_write_functions(&blob, cells, count);
	result = write_blob(writer,
			    "INSERT INTO window_functions(window, functions) VALUES (?1, ?2)", id,
			    &blob, err);
out:
	str_release(&blob);
	return result;
}

static int
add_counts(struct telemetry_engine *engine, int64_t service, const struct window *window,
	   const struct function_total *totals, size_t count, uint64_t digest, bool *added,
	   struct error *err)
{
	struct writer writer = { .engine = engine, .store = engine->store };
	struct function_cell *cells;
	size_t used = 0;
	int result = find_window(engine->store, service, window, digest, err);

	if (result < 0)
		return -1;
	*added = result == 0;
	if (result > 0)
		return 0;
	cells = memory_alloc_array(count + 1, sizeof(*cells));
	result = number_totals(&writer, totals, count, cells, &used, err);
	if (result == 0)
		result = write_totals(&writer, service, window, cells, used, digest, err);
	free(cells);
	return result;
}

int
telemetry_sqlite_counts_add(struct telemetry *telemetry, int64_t service,
			    const struct window *window, const struct function_total *totals,
			    size_t count, uint64_t digest, bool *added, struct error *err)
{
	struct telemetry_engine *engine = telemetry->engine;

	for (size_t i = 0; i < count; i++)
		if (totals[i].samples > window->samples || totals[i].samples > CELLS_COUNT_MAX)
			return error_set(err, ERROR_INPUT,
					 "%.200s has more samples than its window", totals[i].name);
	if (check_window(window, err) < 0 || store_begin(engine->store, err) < 0)
		return -1;
	return store_finish(engine->store,
			    add_counts(engine, service, window, totals, count, digest, added, err),
			    err);
}
