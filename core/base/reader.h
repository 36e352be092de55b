/*
 * Input as lines, fast and bounded: a file, stdin ("-") or bytes in memory,
 * gzip or not (seen from the first bytes). One large buffer, no copy: a line
 * is a borrowed slice that is valid until the next call.
 */
#ifndef HEADROOM_BASE_READER_H
#define HEADROOM_BASE_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"

#define READER_LINE_MAX ((size_t)16 * 1024 * 1024)

struct reader;

int reader_open(struct reader **out, const char *path, struct error *err);
/* From this byte of a file on; gzip is not looked for. */
int reader_open_at(struct reader **out, const char *path, uint64_t offset, struct error *err);
/*
 * Files that two threads read a half of each: whether this is a regular file
 * that is not packed, read from its first byte on (to be asked after a first peek), and
 * how large it is.
 */
bool reader_plain_size(const struct reader *reader, uint64_t *size);
/* Reading ends at this byte of the file. False: it has been read past that already. */
bool reader_end_at(struct reader *reader, uint64_t offset);
struct reader *reader_open_memory(const void *data, size_t length); /* data borrowed */
void reader_close(struct reader *reader);

/*
 * 1: a line without its line end (a CR before it is dropped too), not
 * NUL-terminated; 0: end; negative: error. A line over READER_LINE_MAX is
 * ERROR_LIMIT. The last line may lack its end.
 */
int reader_line(struct reader *reader, const char **line, size_t *length, struct error *err);
uint64_t reader_line_number(const struct reader *reader); /* of the line last given, from 1 */

/*
 * For parsers that find the lines themselves: as many whole lines as are at
 * hand, with their line ends, in one slice. Results, bound and life as
 * reader_line; these lines are not counted by reader_line_number.
 */
int reader_lines(struct reader *reader, const char **data, size_t *length, struct error *err);

/* For formats that are not lines: the bytes at hand, whatever they end in. Results as reader_lines.
 */
int reader_piece(struct reader *reader, const char **data, size_t *length, struct error *err);

/*
 * After a call that failed because a line is over READER_LINE_MAX: takes that
 * line away (it is counted), so that reading goes on behind it. False, and
 * nothing changes, where something else failed.
 */
bool reader_drop_long_line(struct reader *reader);

/* Looks ahead without consuming: up to wanted bytes from the start of what is left. */
int reader_peek(struct reader *reader, const char **data, size_t *length, size_t wanted,
		struct error *err);
/* The rest as one block, at most max bytes; the caller's. For formats that are not lines. */
int reader_rest(struct reader *reader, char **data, size_t *length, size_t max, struct error *err);

uint64_t reader_bytes(const struct reader *reader);   /* consumed, after decompression */
uint64_t reader_digest(const struct reader *reader);  /* 64-bit hash of all bytes given so far */
const char *reader_name(const struct reader *reader); /* for messages: the path, "stdin" */

#endif
