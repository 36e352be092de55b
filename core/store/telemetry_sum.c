/* The blobs of windows added up; see telemetry_sum.h. */
#include "core/store/telemetry_sum.h"

#include <stdlib.h>

#include "core/base/memory.h"
#include "core/base/vec.h"

#define BATCH 256

int
blob_sum_init_stacks(struct blob_sum *sum, struct store *store, struct error *err)
{
	*sum = (struct blob_sum){ 0 };
	return id_map_init(&sum->slots, store, "SELECT max(id) FROM stack", err);
}

int
blob_sum_init_functions(struct blob_sum *sum, struct store *store, struct error *err)
{
	*sum = (struct blob_sum){ 0 };
	return id_map_init(&sum->slots, store, "SELECT max(id) FROM function", err);
}

void
blob_sum_release(struct blob_sum *sum)
{
	id_map_release(&sum->slots);
	free(sum->cells);
	*sum = (struct blob_sum){ 0 };
}

static uint64_t
add(struct blob_sum *sum, uint64_t a, uint64_t b)
{
	if (b <= CELLS_COUNT_MAX - a)
		return a + b;
	sum->full = true;
	return CELLS_COUNT_MAX;
}

/* false: there is no such number. */
static bool
add_cell(struct blob_sum *sum, const struct cell *cell)
{
	uint32_t *slot;
	struct cell *to;

	if (cell->number > sum->slots.max)
		return false;
	slot = &sum->slots.numbers[cell->number];
	if (*slot == 0) {
		if (sum->count == TELEMETRY_CELLS_MAX) {
			sum->full = true;
			return true;
		}
		sum->cells =
			vec_grow(sum->cells, &sum->capacity, sum->count + 1, sizeof(*sum->cells));
		sum->cells[sum->count++] = (struct cell){ .number = cell->number };
		*slot = (uint32_t)sum->count;
	}
	to = &sum->cells[*slot - 1];
	to->samples = add(sum, to->samples, cell->samples);
	to->weight = add(sum, to->weight, cell->weight);
	return true;
}

int
blob_sum_add_stacks(struct blob_sum *sum, struct store *store, const struct window *window,
		    struct error *err)
{
	struct cell cells[BATCH];
	size_t count = BATCH, length;
	struct cells_reader reader;
	sqlite3_stmt *row;
	const void *data;
	bool good = true;

	if (telemetry_blob(store, window, "SELECT cells FROM window_cells WHERE window = ?1", &row,
			   &data, &length, err) < 0)
		return -1;
	cells_open(&reader, data, length);
	while (count == BATCH && good) {
		count = cells_next_many(&reader, cells, BATCH);
		for (size_t i = 0; i < count && good; i++)
			good = add_cell(sum, &cells[i]);
	}
	good = good && !reader.bad;
	sql_end(row);
	return good ? 0 : telemetry_damaged(store, window, "the stacks", err);
}

int
blob_sum_add_functions(struct blob_sum *sum, struct store *store, const struct window *window,
		       struct error *err)
{
	struct function_cell cells[BATCH];
	size_t count = BATCH, length;
	struct cells_reader reader;
	sqlite3_stmt *row;
	const void *data;
	bool good = true;

	if (telemetry_blob(store, window,
			   "SELECT functions FROM window_functions WHERE window = ?1", &row, &data,
			   &length, err) < 0)
		return -1;
	cells_open_functions(&reader, data, length);
	while (count == BATCH && good) {
		count = cells_next_functions(&reader, cells, BATCH);
		for (size_t i = 0; i < count && good; i++)
			good = add_cell(sum,
					&(struct cell){ cells[i].function, cells[i].samples, 0 });
	}
	good = good && !reader.bad;
	sql_end(row);
	return good ? 0 : telemetry_damaged(store, window, "the functions", err);
}

static int
compare_cells(const void *a, const void *b)
{
	const struct cell *x = a, *y = b;

	return (x->number > y->number) - (x->number < y->number);
}

static void
empty(struct blob_sum *sum)
{
	for (size_t i = 0; i < sum->count; i++)
		sum->slots.numbers[sum->cells[i].number] = 0;
	sum->count = 0;
}

void
blob_sum_write_stacks(struct blob_sum *sum, struct str *out)
{
	if (sum->count > 0)
		qsort(sum->cells, sum->count, sizeof(*sum->cells), compare_cells);
	cells_write(out, sum->cells, sum->count);
	sum->full = sum->full || out->overflow;
	empty(sum);
}

void
blob_sum_write_functions(struct blob_sum *sum, struct str *out)
{
	struct function_cell *cells = memory_alloc_array(sum->count + 1, sizeof(*cells));

	if (sum->count > 0)
		qsort(sum->cells, sum->count, sizeof(*sum->cells), compare_cells);
	for (size_t i = 0; i < sum->count; i++)
		cells[i] = (struct function_cell){ sum->cells[i].number, sum->cells[i].samples };
	cells_write_functions(out, cells, sum->count);
	sum->full = sum->full || out->overflow;
	free(cells);
	empty(sum);
}
