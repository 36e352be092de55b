/*
 * Reading windows back: whole stacks, the counts of all functions, or one
 * function over time. The last two read the small blobs only. What the
 * database says is checked as any input is. Called through telemetry_sqlite_ops.
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/vec.h"
#include "core/store/cells.h"
#include "core/store/telemetry_sqlite.h"

static const char select_cells[] = "SELECT cells FROM window_cells WHERE window = ?1";
static const char select_functions[] = "SELECT functions FROM window_functions WHERE window = ?1";

/* Stacks of many windows on their way out. */
struct set_reader {
	struct store *store;
	struct profile_set *set;
	const struct window_list *windows;
	struct id_map stacks, frames;
};

static int
over_the_bound(struct store *store, struct error *err)
{
	return error_set(err, ERROR_LIMIT,
			 "%s: more than %zu cells in these windows; ask for less time", store->path,
			 TELEMETRY_CELLS_MAX);
}

static void
reserve_cells(struct profile_set *set, uint64_t more)
{
	set->cells = vec_grow(set->cells, &set->cell_capacity, set->cell_count + (size_t)more,
			      sizeof(*set->cells));
}

/* For now a cell keeps the stack's number in the database. */
static int
take_cells(struct set_reader *reader, const struct window *window, struct cells_reader *cells,
	   struct error *err)
{
	struct profile_set *set = reader->set;
	struct cell cell;

	if (cells->left > TELEMETRY_CELLS_MAX - set->cell_count)
		return over_the_bound(reader->store, err);
	reserve_cells(set, cells->left);
	while (cells_next(cells, &cell)) {
		if (!id_map_mark(&reader->stacks, cell.number))
			return telemetry_damaged(reader->store, window, "a stack", err);
		set->cells[set->cell_count++] =
			(struct profile_cell){ cell.number, cell.samples, cell.weight };
	}
	return cells->bad ? telemetry_damaged(reader->store, window, "the stacks", err) : 0;
}

static int
read_window(struct set_reader *reader, const struct window *window, struct error *err)
{
	struct profile_set *set = reader->set;
	size_t first = set->cell_count;
	struct cells_reader cells;
	sqlite3_stmt *row;
	const void *data;
	size_t length;
	int result;

	if (telemetry_blob(reader->store, window, select_cells, &row, &data, &length, err) < 0)
		return -1;
	cells_open(&cells, data, length);
	result = take_cells(reader, window, &cells, err);
	sql_end(row);
	set->windows[set->window_count++] = (struct profile_window){
		.start = window->start,
		.end = window->end,
		.samples = window->samples,
		.weight = window->weight,
		.first_cell = first,
		.cell_count = set->cell_count - first,
	};
	return result;
}

static int
read_all_cells(struct set_reader *reader, const struct progress *progress, struct error *err)
{
	const struct window_list *windows = reader->windows;
	struct profile_set *set = reader->set;

	set->windows =
		vec_grow(NULL, &set->window_capacity, windows->count + 1, sizeof(*set->windows));
	for (size_t i = 0; i < windows->count; i++)
		if (telemetry_step(progress, "reading profiles", i, windows->count, err) < 0 ||
		    read_window(reader, &windows->items[i], err) < 0)
			return -1;
	return 0;
}

/* --- windows added up --- */

#define SUM_BATCH 256

/* The sum of the windows of one group, by the order in which stacks were met. */
struct cell_sums {
	struct id_map slots; /* number of a stack in the database -> slot + 1 */
	struct cell *cells;  /* by slot */
	size_t count, capacity;
	uint64_t *used; /* a bit for each number of the database: in this group */
};

static uint64_t
add_bounded(uint64_t a, uint64_t b)
{
	return b > CELLS_COUNT_MAX - a ? CELLS_COUNT_MAX : a + b;
}

static struct cell *
sum_of(struct cell_sums *sums, uint32_t number)
{
	uint32_t slot = sums->slots.numbers[number];

	if (slot > 0)
		return &sums->cells[slot - 1];
	sums->cells = vec_grow(sums->cells, &sums->capacity, sums->count + 1, sizeof(*sums->cells));
	sums->cells[sums->count++] = (struct cell){ .number = number };
	sums->slots.numbers[number] = (uint32_t)sums->count;
	return &sums->cells[sums->count - 1];
}

static int
sum_cells(struct set_reader *reader, struct cell_sums *sums, const struct window *window,
	  struct cells_reader *blob, struct error *err)
{
	struct cell cells[SUM_BATCH];
	size_t count = SUM_BATCH;

	while (count == SUM_BATCH) {
		count = cells_next_many(blob, cells, SUM_BATCH);
		for (size_t i = 0; i < count; i++) {
			uint32_t number = cells[i].number;
			struct cell *sum;

			if (number > sums->slots.max)
				return telemetry_damaged(reader->store, window, "a stack", err);
			sum = sum_of(sums, number);
			sum->samples = add_bounded(sum->samples, cells[i].samples);
			sum->weight = add_bounded(sum->weight, cells[i].weight);
			sums->used[number / 64] |= UINT64_C(1) << number % 64;
		}
	}
	return blob->bad ? telemetry_damaged(reader->store, window, "the stacks", err) : 0;
}

/* The sum becomes cells, stacks ascending, and is empty again. */
static int
take_sum(struct set_reader *reader, struct cell_sums *sums, struct error *err)
{
	for (size_t word = 0; word <= sums->slots.max / 64; word++) {
		uint64_t bits = sums->used[word];

		sums->used[word] = 0;
		for (; bits != 0; bits &= bits - 1) {
			uint32_t number = (uint32_t)(word * 64) + (uint32_t)__builtin_ctzll(bits);
			struct cell *sum = sum_of(sums, number);

			if (reader->set->cell_count == TELEMETRY_CELLS_MAX)
				return over_the_bound(reader->store, err);
			reserve_cells(reader->set, 1);
			id_map_mark(&reader->stacks, number);
			reader->set->cells[reader->set->cell_count++] =
				(struct profile_cell){ number, sum->samples, sum->weight };
			*sum = (struct cell){ .number = number };
		}
	}
	return 0;
}

static int
read_group(struct set_reader *reader, struct cell_sums *sums, const struct window *windows,
	   size_t count, struct error *err)
{
	struct profile_set *set = reader->set;
	struct profile_window *out = &set->windows[set->window_count++];

	*out = (struct profile_window){ .start = windows[0].start,
					.end = windows[0].end,
					.first_cell = set->cell_count };
	for (size_t i = 0; i < count; i++) {
		const struct window *window = &windows[i];
		struct cells_reader cells;
		sqlite3_stmt *row;
		const void *data;
		size_t length;
		int result;

		if (telemetry_blob(reader->store, window, select_cells, &row, &data, &length, err) <
		    0)
			return -1;
		cells_open(&cells, data, length);
		result = sum_cells(reader, sums, window, &cells, err);
		sql_end(row);
		if (result < 0)
			return -1;
		out->end = window->end > out->end ? window->end : out->end;
		out->samples = add_bounded(out->samples, window->samples);
		out->weight = add_bounded(out->weight, window->weight);
	}
	if (take_sum(reader, sums, err) < 0)
		return -1;
	out->cell_count = set->cell_count - out->first_cell;
	out->parts = count;
	return 0;
}

/* Windows from first that no edge parts. */
static size_t
between_edges(const struct window_list *windows, size_t first, const struct window_query *query)
{
	size_t edge = 0, last = first + 1;

	while (edge < query->edge_count && query->edges[edge] <= windows->items[first].start)
		edge++;
	while (last < windows->count &&
	       (edge == query->edge_count || windows->items[last].start < query->edges[edge]))
		last++;
	return last - first;
}

static int
read_groups(struct set_reader *reader, const struct window_query *query,
	    const struct progress *progress, struct error *err)
{
	const struct window_list *windows = reader->windows;
	struct profile_set *set = reader->set;
	struct cell_sums sums = { 0 };
	int result = id_map_init(&sums.slots, reader->store, "SELECT max(id) FROM stack", err);

	if (result == 0)
		sums.used = memory_alloc_array(sums.slots.max / 64 + 1, sizeof(*sums.used));
	set->windows =
		vec_grow(NULL, &set->window_capacity, windows->count + 1, sizeof(*set->windows));
	for (size_t first = 0; first < windows->count && result == 0;) {
		size_t count = between_edges(windows, first, query);
		size_t each = (count + query->replicates - 1) / query->replicates;

		for (size_t end = first + count; first < end && result == 0; first += count) {
			count = end - first < each ? end - first : each;
			result = telemetry_step(progress, "reading profiles", first, windows->count,
						err);
			if (result == 0)
				result = read_group(reader, &sums, &windows->items[first], count,
						    err);
		}
	}
	id_map_release(&sums.slots);
	free(sums.cells);
	free(sums.used);
	return result;
}

/* Some window of those read has this stack; it is the one to name. */
static int
stack_damaged(const struct set_reader *reader, uint32_t id, struct error *err)
{
	const struct profile_set *set = reader->set;
	size_t w = 0;

	for (size_t i = 0; i < set->cell_count; i++) {
		while (w + 1 < set->window_count && i >= set->windows[w + 1].first_cell)
			w++;
		if (set->cells[i].stack == id)
			break;
	}
	for (size_t i = 0; i < reader->windows->count; i++) /* of windows added up, the first */
		if (reader->windows->items[i].start >= set->windows[w].start)
			return telemetry_damaged(reader->store, &reader->windows->items[i],
						 "a stack", err);
	return telemetry_damaged(reader->store, &reader->windows->items[0], "a stack", err);
}

/* Into frames, which has room for PROFILE_DEPTH_MAX; still with numbers of the database. */
static int
read_stack(struct set_reader *reader, sqlite3_stmt *row, uint32_t *frames,
	   struct profile_stack *stack)
{
	size_t depth;

	if (cells_read_stack(frames, PROFILE_DEPTH_MAX, &depth, sqlite3_column_blob(row, 1),
			     (size_t)sqlite3_column_bytes(row, 1)) < 0)
		return -1;
	for (size_t i = 0; i < depth; i++)
		if (!id_map_mark(&reader->frames, frames[i]))
			return -1;
	*stack = (struct profile_stack){
		.frames = memcpy(
			arena_alloc(&reader->set->stack_memory, (depth + 1) * sizeof(*frames)),
			frames, depth * sizeof(*frames)),
		.depth = (uint32_t)depth,
	};
	return 0;
}

static int
read_stacks(struct set_reader *reader, struct error *err)
{
	static const char sql[] = "SELECT id, frames FROM stack WHERE id >= ?1 ORDER BY id";
	struct id_walk walk = { .store = reader->store, .sql = sql };
	uint32_t *frames = memory_alloc_array(PROFILE_DEPTH_MAX, sizeof(*frames));
	struct profile_set *set = reader->set;
	int result = 0;

	id_map_number(&reader->stacks);
	set->stacks = vec_grow(NULL, &set->stack_capacity, reader->stacks.count + 1,
			       sizeof(*set->stacks));
	for (uint32_t id = 1; result == 0 && id <= reader->stacks.max; id++) {
		if (reader->stacks.numbers[id] == 0)
			continue;
		result = id_walk_to(&walk, id, err);
		if (result < 0)
			break;
		if (result == 0 ||
		    read_stack(reader, walk.row, frames, &set->stacks[set->stack_count]) < 0)
			result = stack_damaged(reader, id, err);
		else
			result = 0;
		set->stack_count++;
	}
	id_walk_end(&walk);
	free(frames);
	return result;
}

static uint32_t
add_text(struct intern *table, sqlite3_stmt *row, int column)
{
	const char *text = (const char *)sqlite3_column_text(row, column);

	return intern_add(table, text != NULL ? text : "", text != NULL ? strlen(text) : 0);
}

static void
read_frame(struct profile_set *set, sqlite3_stmt *row)
{
	uint32_t name = add_text(&set->names, row, 1);
	int64_t kind = sqlite3_column_int64(row, 5);

	set->frames[set->frame_count++] = (struct profile_frame){
		.function = intern_text(&set->names, name),
		.module = intern_text(&set->strings, add_text(&set->strings, row, 2)),
		.file = intern_text(&set->strings, add_text(&set->strings, row, 3)),
		.line = (uint32_t)sqlite3_column_int64(row, 4),
		.kind = kind < 0 || kind > FRAME_UNKNOWN ? FRAME_UNKNOWN : (enum frame_kind)kind,
		.name = name,
	};
}

static int
read_frames(struct set_reader *reader, struct error *err)
{
	static const char sql[] =
		"SELECT f.id, n.name, m.name, p.name, f.line, f.kind FROM frame f "
		"CROSS JOIN function n ON n.id = f.function "
		"CROSS JOIN place m ON m.id = f.module "
		"CROSS JOIN place p ON p.id = f.file "
		"WHERE f.id >= ?1 ORDER BY f.id";
	struct id_walk walk = { .store = reader->store, .sql = sql };
	struct profile_set *set = reader->set;
	int result = 1;

	id_map_number(&reader->frames);
	set->frames = vec_grow(NULL, &set->frame_capacity, reader->frames.count + 1,
			       sizeof(*set->frames));
	for (uint32_t id = 1; result > 0 && id <= reader->frames.max; id++) {
		if (reader->frames.numbers[id] == 0)
			continue;
		result = id_walk_to(&walk, id, err);
		if (result > 0)
			read_frame(set, walk.row);
	}
	id_walk_end(&walk);
	if (result == 0)
		return telemetry_damaged(reader->store, &reader->windows->items[0],
					 "a frame in the time", err);
	return result < 0 ? -1 : 0;
}

/* From the database's numbers to the set's own; both ascend, so the order stays. */
static void
renumber(struct set_reader *reader)
{
	struct profile_set *set = reader->set;

	for (size_t i = 0; i < set->cell_count; i++)
		set->cells[i].stack = reader->stacks.numbers[set->cells[i].stack] - 1;
	for (size_t i = 0; i < set->stack_count; i++) {
		/* The set's own memory, const only for those who read it. */
		uint32_t *frames = (uint32_t *)set->stacks[i].frames;

		for (uint32_t at = 0; at < set->stacks[i].depth; at++)
			frames[at] = reader->frames.numbers[frames[at]] - 1;
	}
}

static int
read_set(struct set_reader *reader, const struct window_query *query,
	 const struct progress *progress, struct error *err)
{
	int result;

	if (id_map_init(&reader->stacks, reader->store, "SELECT max(id) FROM stack", err) < 0 ||
	    id_map_init(&reader->frames, reader->store, "SELECT max(id) FROM frame", err) < 0)
		return -1;
	result = query->replicates > 0 ? read_groups(reader, query, progress, err)
				       : read_all_cells(reader, progress, err);
	if (result < 0 || read_stacks(reader, err) < 0 || read_frames(reader, err) < 0)
		return -1;
	renumber(reader);
	return 0;
}

int
telemetry_sqlite_profiles(struct telemetry *telemetry, const struct window_query *query,
			  struct profile_set *out, const struct progress *progress,
			  struct error *err)
{
	struct telemetry_engine *engine = telemetry->engine;
	struct store_snapshot snapshot = store_snapshot_begin(engine->store);
	struct window_list windows = { 0 };
	struct profile_set set;
	struct set_reader reader = { .store = engine->store, .set = &set, .windows = &windows };
	int result;

	profile_set_init(&set);
	result = telemetry_sqlite_windows(telemetry, query, &windows, err);
	if (result == 0 && windows.count > 0)
		result = read_set(&reader, query, progress, err);
	store_snapshot_end(&snapshot);
	id_map_release(&reader.stacks);
	id_map_release(&reader.frames);
	window_list_release(&windows);
	if (result < 0)
		profile_set_release(&set);
	else
		*out = set;
	return result;
}

/* Opens the counts of one window; the caller ends *row. */
static int
open_functions(struct store *store, const struct window *window, struct cells_reader *cells,
	       sqlite3_stmt **row, struct error *err)
{
	const void *data;
	size_t length;

	if (telemetry_blob(store, window, select_functions, row, &data, &length, err) < 0)
		return -1;
	cells_open_functions(cells, data, length);
	return 0;
}

/* Counts of functions on their way out. */
struct count_reader {
	struct store *store;
	struct function_counts *counts;
	struct id_map functions;
	size_t cell_count, cell_capacity;
};

/* No function is in more samples than there are. */
static int
take_counts(struct count_reader *reader, const struct window *window, struct cells_reader *cells,
	    struct error *err)
{
	struct function_counts *counts = reader->counts;
	struct function_cell cell;

	if (cells->left > TELEMETRY_CELLS_MAX - reader->cell_count)
		return over_the_bound(reader->store, err);
	counts->cells =
		vec_grow(counts->cells, &reader->cell_capacity,
			 reader->cell_count + (size_t)cells->left + 1, sizeof(*counts->cells));
	while (cells_next_function(cells, &cell)) {
		if (cell.samples > window->samples ||
		    !id_map_mark(&reader->functions, cell.function))
			return telemetry_damaged(reader->store, window, "a count", err);
		counts->cells[reader->cell_count++] = (struct function_count){
			.function = cell.function,
			.samples = cell.samples,
		};
	}
	return cells->bad ? telemetry_damaged(reader->store, window, "the counts", err) : 0;
}

static int
read_counts(struct count_reader *reader, const struct progress *progress, struct error *err)
{
	struct function_counts *counts = reader->counts;
	const struct window_list *windows = &counts->windows;

	counts->rows = memory_alloc_array(windows->count + 1, sizeof(*counts->rows));
	for (size_t i = 0; i < windows->count; i++) {
		struct cells_reader cells;
		sqlite3_stmt *row;
		int result;

		if (telemetry_step(progress, "reading counts", i, windows->count, err) < 0 ||
		    open_functions(reader->store, &windows->items[i], &cells, &row, err) < 0)
			return -1;
		result = take_counts(reader, &windows->items[i], &cells, err);
		sql_end(row);
		if (result < 0)
			return -1;
		counts->rows[i + 1] = reader->cell_count;
	}
	return 0;
}

static int
read_names(struct count_reader *reader, struct error *err)
{
	static const char sql[] = "SELECT id, name FROM function WHERE id >= ?1 ORDER BY id";
	struct id_walk walk = { .store = reader->store, .sql = sql };
	struct function_counts *counts = reader->counts;
	int result = 1;

	id_map_number(&reader->functions);
	counts->functions = memory_alloc_array(reader->functions.count, sizeof(*counts->functions));
	for (uint32_t id = 1; result > 0 && id <= reader->functions.max; id++) {
		if (reader->functions.numbers[id] == 0)
			continue;
		result = id_walk_to(&walk, id, err);
		if (result > 0)
			counts->functions[counts->function_count++] = sql_text(walk.row, 1);
	}
	id_walk_end(&walk);
	for (size_t i = 0; result > 0 && i < reader->cell_count; i++)
		counts->cells[i].function =
			reader->functions.numbers[counts->cells[i].function] - 1;
	if (result == 0)
		return telemetry_damaged(reader->store, &counts->windows.items[0],
					 "a function in the time", err);
	return result < 0 ? -1 : 0;
}

int
telemetry_sqlite_function_counts(struct telemetry *telemetry, const struct window_query *query,
				 struct function_counts *out, const struct progress *progress,
				 struct error *err)
{
	struct telemetry_engine *engine = telemetry->engine;
	struct store_snapshot snapshot = store_snapshot_begin(engine->store);
	struct function_counts counts = { 0 };
	struct count_reader reader = { .store = engine->store, .counts = &counts };
	int result = telemetry_sqlite_windows(telemetry, query, &counts.windows, err);

	if (result == 0)
		result = id_map_init(&reader.functions, engine->store,
				     "SELECT max(id) FROM function", err);
	if (result == 0)
		result = read_counts(&reader, progress, err);
	if (result == 0)
		result = read_names(&reader, err);
	store_snapshot_end(&snapshot);
	id_map_release(&reader.functions);
	if (result < 0)
		function_counts_release(&counts);
	else
		*out = counts;
	return result;
}

/* The count of one function in one window; 0 where it is in no stack. */
static int
read_count(struct store *store, const struct window *window, uint32_t function, uint64_t *count,
	   struct error *err)
{
	struct cells_reader cells;
	struct function_cell cell;
	sqlite3_stmt *row;

	*count = 0;
	if (open_functions(store, window, &cells, &row, err) < 0)
		return -1;
	while (cells_next_function(&cells, &cell) && cell.function <= function)
		if (cell.function == function)
			*count = cell.samples;
	sql_end(row);
	if (cells.bad || *count > window->samples)
		return telemetry_damaged(store, window, "the counts", err);
	return 0;
}

static int
read_series(struct store *store, const struct window_list *windows, uint32_t function,
	    struct share_series *series, struct error *err)
{
	vec_reserve(series, windows->count);
	for (size_t i = 0; i < windows->count; i++) {
		const struct window *window = &windows->items[i];
		uint64_t count;

		if (read_count(store, window, function, &count, err) < 0)
			return -1;
		vec_push(series, (struct share_point){ window->start, window->end, count,
						       window->samples });
	}
	return 0;
}

int
telemetry_sqlite_share_series(struct telemetry *telemetry, const struct window_query *query,
			      const char *function, struct share_series *out, struct error *err)
{
	struct telemetry_engine *engine = telemetry->engine;
	struct store_snapshot snapshot = store_snapshot_begin(engine->store);
	struct window_list windows = { 0 };
	struct share_series series = { 0 };
	int64_t id = 0;
	int result = sql_integer(engine->store, &id, err, "SELECT id FROM function WHERE name = ?1",
				 "t", function);

	if (result == 0)
		result = error_set(err, ERROR_NOT_FOUND, "no function %.200s in the profiles",
				   function == NULL ? "" : function);
	else if (result > 0)
		result = telemetry_sqlite_windows(telemetry, query, &windows, err);
	if (result == 0)
		result = read_series(engine->store, &windows, (uint32_t)id, &series, err);
	store_snapshot_end(&snapshot);
	window_list_release(&windows);
	if (result < 0)
		share_series_release(&series);
	else
		*out = series;
	return result;
}
