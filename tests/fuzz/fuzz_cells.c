/*
 * The blobs of the telemetry (core/store/cells.c), as a hostile database has
 * them. The first byte picks the kind of blob. What reads without damage is
 * written again and has to read as the same: numbers ascend, bounds hold.
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/store/cells.h"
#include "tests/fuzz/fuzz.h"

#define DEPTH_MAX 256
#define BATCH 3
#define MANY 64

/* All cells of the blob; NULL where it is damaged. The caller's. */
static struct cell *
read_cells(const void *data, size_t length, size_t *count)
{
	struct cells_reader reader;
	struct cell *cells, cell;
	uint64_t promised;

	cells_open(&reader, data, length);
	promised = reader.left;
	FUZZ_REQUIRE(promised <= length / 2);
	cells = memory_alloc_array((size_t)promised, sizeof(*cells));
	for (*count = 0; cells_next(&reader, &cell); (*count)++) {
		FUZZ_REQUIRE(*count < promised && cell.number > 0);
		FUZZ_REQUIRE(*count == 0 || cell.number > cells[*count - 1].number);
		FUZZ_REQUIRE(cell.samples <= CELLS_COUNT_MAX && cell.weight <= CELLS_COUNT_MAX);
		cells[*count] = cell;
	}
	if (!reader.bad) {
		FUZZ_REQUIRE(*count == promised);
		return cells;
	}
	free(cells);
	return NULL;
}

/* Many at once are what one after the other is, damage included, at any size of the batches. */
static void
try_many(const uint8_t *data, size_t length, size_t batch)
{
	struct cells_reader one, many;
	struct cell cell, cells[MANY];
	size_t count = batch;

	cells_open(&one, data, length);
	cells_open(&many, data, length);
	while (count == batch) {
		count = cells_next_many(&many, cells, batch);
		FUZZ_REQUIRE(count <= batch);
		for (size_t i = 0; i < count; i++)
			FUZZ_REQUIRE(cells_next(&one, &cell) && cell.number == cells[i].number &&
				     cell.samples == cells[i].samples &&
				     cell.weight == cells[i].weight);
	}
	FUZZ_REQUIRE(!cells_next(&one, &cell) && one.bad == many.bad);
}

static void
try_cells(const uint8_t *data, size_t length)
{
	size_t count, again = 0;
	struct cell *cells = read_cells(data, length, &count);
	struct cell *back;
	struct str blob;

	try_many(data, length, BATCH);
	try_many(data, length, MANY);
	if (cells == NULL)
		return;
	str_init(&blob, CELLS_BYTES_MAX);
	cells_write(&blob, cells, count);
	back = read_cells(blob.data, blob.len, &again);
	FUZZ_REQUIRE(back != NULL && again == count);
	for (size_t i = 0; i < count; i++)
		FUZZ_REQUIRE(back[i].number == cells[i].number &&
			     back[i].samples == cells[i].samples &&
			     back[i].weight == cells[i].weight);
	str_release(&blob);
	free(back);
	free(cells);
}

/* Many at once are what one after the other is, damage included. */
static void
try_batches(const uint8_t *data, size_t length)
{
	struct cells_reader one, many;
	struct function_cell cell, cells[BATCH];
	size_t count = BATCH;

	cells_open_functions(&one, data, length);
	cells_open_functions(&many, data, length);
	while (count == BATCH) {
		count = cells_next_functions(&many, cells, BATCH);
		for (size_t i = 0; i < count; i++)
			FUZZ_REQUIRE(cells_next_function(&one, &cell) &&
				     cell.function == cells[i].function &&
				     cell.samples == cells[i].samples);
	}
	FUZZ_REQUIRE(!cells_next_function(&one, &cell) && one.bad == many.bad);
}

static void
try_functions(const uint8_t *data, size_t length)
{
	struct cells_reader reader;
	struct function_cell cell = { 0 };
	uint32_t last = 0;

	cells_open_functions(&reader, data, length);
	FUZZ_REQUIRE(reader.left <= length / 2);
	for (; cells_next_function(&reader, &cell); last = cell.function)
		FUZZ_REQUIRE(cell.function > last && cell.samples <= CELLS_COUNT_MAX);
	try_batches(data, length);
}

static void
try_stack(const uint8_t *data, size_t length)
{
	uint32_t frames[DEPTH_MAX], back[DEPTH_MAX];
	size_t depth, again;
	struct str blob;

	if (cells_read_stack(frames, DEPTH_MAX, &depth, data, length) < 0)
		return;
	FUZZ_REQUIRE(depth <= DEPTH_MAX);
	str_init(&blob, CELLS_BYTES_MAX);
	cells_write_stack(&blob, frames, depth);
	FUZZ_REQUIRE(cells_read_stack(back, DEPTH_MAX, &again, blob.data, blob.len) == 0);
	FUZZ_REQUIRE(again == depth && memcmp(back, frames, depth * sizeof(*frames)) == 0);
	str_release(&blob);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	switch (data[0]) {
	case 's':
		try_stack(data + 1, size - 1);
		break;
	case 'f':
		try_functions(data + 1, size - 1);
		break;
	default:
		try_cells(data + 1, size - 1);
		break;
	}
	return 0;
}
