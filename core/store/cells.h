/*
 * The three blobs of the telemetry, written and read. All numbers are varints:
 * seven bits a byte, the lowest first, the top bit set on all but the last
 * (as in protocol buffers), at most ten bytes. Only the telemetry's files
 * include this, and the fuzz target: what is read is hostile.
 *
 *   stack      frame numbers, root first, to the end of the blob
 *   cells      version, count, period, then count times: stack number as
 *              difference from the one before; samples * 2 + differs;
 *              if differs: weight, else weight is samples * period
 *   functions  version, count, then count times: function number as
 *              difference from the one before; samples
 */
#ifndef HEADROOM_STORE_CELLS_H
#define HEADROOM_STORE_CELLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/str.h"

#define CELLS_VERSION 1
#define CELLS_NUMBER_MAX UINT32_MAX      /* of a stack, frame or function */
#define CELLS_COUNT_MAX (UINT64_MAX / 4) /* of samples and weight, as in a profile */
#define CELLS_BYTES_MAX ((size_t)512 * 1024 * 1024)

struct cell {
	uint32_t number; /* of the stack */
	uint64_t samples, weight;
};

struct function_cell {
	uint32_t function;
	uint64_t samples;
};

/* Appends to out, whose bound should be CELLS_BYTES_MAX. numbers ascend, no two are equal. */
void cells_write_stack(struct str *out, const uint32_t *frames, size_t depth);
void cells_write(struct str *out, const struct cell *cells, size_t count);
void cells_write_functions(struct str *out, const struct function_cell *cells, size_t count);

/* Reading goes cell by cell. Everything is checked before it is given. */
struct cells_reader {
	const unsigned char *at, *end;
	uint64_t left, period;
	uint64_t number; /* the last one given */
	bool bad;        /* the blob is damaged; nothing more comes */
};

/* Opens a blob of cells or of functions; count is how many come, at most half the bytes. */
void cells_open(struct cells_reader *reader, const void *data, size_t length);
void cells_open_functions(struct cells_reader *reader, const void *data, size_t length);
/* false: the end; look at bad. Bytes after the last cell are damage too. */
bool cells_next(struct cells_reader *reader, struct cell *cell);
bool cells_next_function(struct cells_reader *reader, struct function_cell *cell);
/* The same for as many as max at once, several times as fast; fewer than max: the end. */
size_t cells_next_many(struct cells_reader *reader, struct cell *cells, size_t max);
size_t cells_next_functions(struct cells_reader *reader, struct function_cell *cells, size_t max);

/* At most depth_max frame numbers into frames; negative where the blob is damaged. */
int cells_read_stack(uint32_t *frames, size_t depth_max, size_t *depth, const void *data,
		     size_t length);

#endif
