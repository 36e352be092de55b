/* The blobs of the telemetry; see cells.h. Called by telemetry_write.c and telemetry_read.c. */
#include "core/store/cells.h"

static void
write_number(struct str *out, uint64_t number)
{
	char bytes[10];
	size_t length = 0;

	for (; number >= 0x80; number >>= 7)
		bytes[length++] = (char)(number | 0x80);
	bytes[length++] = (char)number;
	str_add_n(out, bytes, length);
}

/* false: the bytes end inside the number, or it has more than 64 bits. */
static inline bool
read_number(struct cells_reader *reader, uint64_t *number)
{
	const unsigned char *at = reader->at;
	uint64_t value = 0;

	for (unsigned shift = 0; shift < 64; shift += 7) {
		unsigned char byte;

		if (at == reader->end)
			return false;
		byte = *at++;
		if (shift == 63 && byte > 1)
			return false;
		value |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80) {
			reader->at = at;
			*number = value;
			return true;
		}
	}
	return false;
}

void
cells_write_stack(struct str *out, const uint32_t *frames, size_t depth)
{
	for (size_t i = 0; i < depth; i++)
		write_number(out, frames[i]);
}

/* The weight of one sample where all weigh the same, as with a fixed sampling rate. */
static uint64_t
common_period(const struct cell *cells, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (cells[i].samples > 0)
			return cells[i].weight / cells[i].samples;
	return 1;
}

static bool
weighs_as_usual(uint64_t samples, uint64_t weight, uint64_t period)
{
	uint64_t usual;

	return !__builtin_mul_overflow(samples, period, &usual) && usual == weight;
}

void
cells_write(struct str *out, const struct cell *cells, size_t count)
{
	uint64_t period = common_period(cells, count);
	uint32_t last = 0;

	write_number(out, CELLS_VERSION);
	write_number(out, count);
	write_number(out, period);
	for (size_t i = 0; i < count; i++) {
		const struct cell *cell = &cells[i];
		bool differs = !weighs_as_usual(cell->samples, cell->weight, period);

		write_number(out, cell->number - last);
		write_number(out, cell->samples * 2 + differs);
		if (differs)
			write_number(out, cell->weight);
		last = cell->number;
	}
}

void
cells_write_functions(struct str *out, const struct function_cell *cells, size_t count)
{
	uint32_t last = 0;

	write_number(out, CELLS_VERSION);
	write_number(out, count);
	for (size_t i = 0; i < count; i++) {
		write_number(out, cells[i].function - last);
		write_number(out, cells[i].samples);
		last = cells[i].function;
	}
}

static void
open_head(struct cells_reader *reader, const void *data, size_t length)
{
	uint64_t version = 0;

	*reader = (struct cells_reader){ .at = data };
	reader->end = length > 0 ? reader->at + length : reader->at;
	reader->bad = !read_number(reader, &version) || version != CELLS_VERSION ||
		      !read_number(reader, &reader->left);
}

/* A cell has two bytes at least, so that a count cannot promise more than there is. */
static void
check_count(struct cells_reader *reader)
{
	if (reader->bad || reader->left > (uint64_t)(reader->end - reader->at) / 2) {
		reader->bad = true;
		reader->left = 0;
	}
}

void
cells_open(struct cells_reader *reader, const void *data, size_t length)
{
	open_head(reader, data, length);
	if (!reader->bad && !read_number(reader, &reader->period))
		reader->bad = true;
	check_count(reader);
}

void
cells_open_functions(struct cells_reader *reader, const void *data, size_t length)
{
	open_head(reader, data, length);
	check_count(reader);
}

static bool
damaged(struct cells_reader *reader)
{
	reader->bad = true;
	reader->left = 0;
	return false;
}

/* Numbers begin at 1 and ascend: a difference of 0 is damage. */
static inline bool
next_number(struct cells_reader *reader)
{
	uint64_t difference;

	if (!read_number(reader, &difference) || difference == 0 ||
	    difference > CELLS_NUMBER_MAX - reader->number)
		return damaged(reader);
	reader->number += difference;
	return true;
}

static bool
at_end(struct cells_reader *reader)
{
	if (reader->left > 0)
		return false;
	if (reader->at != reader->end)
		reader->bad = true;
	return true;
}

bool
cells_next(struct cells_reader *reader, struct cell *cell)
{
	uint64_t samples;
	bool good;

	if (at_end(reader) || !next_number(reader))
		return false;
	if (!read_number(reader, &samples))
		return damaged(reader);
	cell->number = (uint32_t)reader->number;
	cell->samples = samples >> 1;
	if ((samples & 1) != 0)
		good = read_number(reader, &cell->weight);
	else
		good = !__builtin_mul_overflow(cell->samples, reader->period, &cell->weight);
	if (!good || cell->samples > CELLS_COUNT_MAX || cell->weight > CELLS_COUNT_MAX)
		return damaged(reader);
	reader->left--;
	return true;
}

bool
cells_next_function(struct cells_reader *reader, struct function_cell *cell)
{
	if (at_end(reader) || !next_number(reader))
		return false;
	if (!read_number(reader, &cell->samples) || cell->samples > CELLS_COUNT_MAX)
		return damaged(reader);
	cell->function = (uint32_t)reader->number;
	reader->left--;
	return true;
}

#define CELL_BYTES_MAX 20 /* two numbers of ten bytes */

/* A number of one or two bytes, as nearly all are; NULL: look at it with read_number. */
static inline const unsigned char *
read_short(const unsigned char *at, uint64_t *number)
{
	if (at[0] < 0x80) {
		*number = at[0];
		return at + 1;
	}
	if (at[1] < 0x80) {
		*number = (uint64_t)(at[0] & 0x7f) | (uint64_t)at[1] << 7;
		return at + 2;
	}
	if (at[2] < 0x80) {
		*number = (uint64_t)(at[0] & 0x7f) | (uint64_t)(at[1] & 0x7f) << 7 |
			  (uint64_t)at[2] << 14;
		return at + 3;
	}
	return NULL;
}

/* As many cells of short numbers as come before the last bytes, where bounds must be looked at. */
static size_t
next_short(struct cells_reader *reader, struct function_cell *cells, size_t max)
{
	const unsigned char *at = reader->at;
	uint64_t number = reader->number;
	size_t count = 0;

	while (count < max && count < reader->left && reader->end - at >= CELL_BYTES_MAX) {
		uint64_t difference, samples;
		const unsigned char *next = read_short(at, &difference);

		if (next == NULL || difference == 0 || difference > CELLS_NUMBER_MAX - number)
			break;
		next = read_short(next, &samples);
		if (next == NULL)
			break;
		number += difference;
		cells[count++] = (struct function_cell){ (uint32_t)number, samples };
		at = next;
	}
	reader->at = at;
	reader->number = number;
	reader->left -= count;
	return count;
}

size_t
cells_next_functions(struct cells_reader *reader, struct function_cell *cells, size_t max)
{
	size_t count = 0;

	while (count < max) {
		count += next_short(reader, cells + count, max - count);
		if (count == max || !cells_next_function(reader, &cells[count]))
			break;
		count++;
	}
	return count;
}

/* As next_short, for cells of stacks that weigh as usual. */
static size_t
next_usual(struct cells_reader *reader, struct cell *cells, size_t max)
{
	const unsigned char *at = reader->at;
	uint64_t number = reader->number;
	size_t count = 0;

	while (count < max && count < reader->left && reader->end - at >= CELL_BYTES_MAX) {
		uint64_t difference, samples, weight;
		const unsigned char *next = read_short(at, &difference);

		if (next == NULL || difference == 0 || difference > CELLS_NUMBER_MAX - number)
			break;
		next = read_short(next, &samples);
		if (next == NULL || (samples & 1) != 0 ||
		    __builtin_mul_overflow(samples >> 1, reader->period, &weight) ||
		    weight > CELLS_COUNT_MAX)
			break;
		number += difference;
		cells[count++] = (struct cell){ (uint32_t)number, samples >> 1, weight };
		at = next;
	}
	reader->at = at;
	reader->number = number;
	reader->left -= count;
	return count;
}

size_t
cells_next_many(struct cells_reader *reader, struct cell *cells, size_t max)
{
	size_t count = 0;

	while (count < max) {
		count += next_usual(reader, cells + count, max - count);
		if (count == max || !cells_next(reader, &cells[count]))
			break;
		count++;
	}
	return count;
}

int
cells_read_stack(uint32_t *frames, size_t depth_max, size_t *depth, const void *data, size_t length)
{
	struct cells_reader reader = { .at = data };
	size_t count = 0;

	reader.end = length > 0 ? reader.at + length : reader.at;
	while (reader.at != reader.end) {
		uint64_t number;

		if (!read_number(&reader, &number) || number == 0 || number > CELLS_NUMBER_MAX ||
		    count == depth_max)
			return -1;
		frames[count++] = (uint32_t)number;
	}
	*depth = count;
	return 0;
}
