/*
 * Lines and blocks from a large buffer; see reader.h. Called by every
 * importer. read(2) and not mmap: a file that somebody truncates meanwhile is
 * then short, and not the end of the program.
 *
 *	buffer: | consumed | line | not looked at yet | free |
 *	        0          start  start + scanned     end    capacity
 */
#include "core/base/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/stream_hash.h"
#include "core/base/memory.h"
#include "core/base/reader_source.h"

#define BUFFER_SIZE ((size_t)1024 * 1024)

/* A line of the greatest length with its CR and line end. */
#define BUFFER_MAX (READER_LINE_MAX + 2)

struct reader {
	char *name;
	struct reader_source source;
	char *buffer;
	size_t capacity;
	size_t start, end;
	size_t scanned; /* bytes from start on that hold no line end */
	size_t hashed;  /* place in the buffer up to which the digest was taken */
	bool at_end;
	bool failed;   /* error says how; no call succeeds any more */
	bool too_long; /* it failed because of the line at start, and for nothing else */
	struct error error;
	uint64_t lines;
	uint64_t bytes; /* before start */
	struct stream_hash digest;
};

static struct reader *
reader_new(const char *name, int fd, size_t capacity)
{
	struct reader *reader = memory_alloc(sizeof(*reader));

	reader->name = memory_string(name);
	reader->source.name = reader->name;
	reader->source.fd = fd;
	reader->source.end = UINT64_MAX;
	reader->capacity = capacity;
	reader->buffer = memory_resize(NULL, capacity, 1);
	stream_hash_init(&reader->digest);
	return reader;
}

int
reader_open(struct reader **out, const char *path, struct error *err)
{
	int fd = STDIN_FILENO;

	if (strcmp(path, "-") != 0) {
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
		if (fd < 0)
			return error_system(err, errno, "%s: cannot open", path);
		/* Only advice: what cannot take it is read as well. */
		posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	}
	*out = reader_new(fd == STDIN_FILENO ? "stdin" : path, fd, BUFFER_SIZE);
	return 0;
}

int
reader_open_at(struct reader **out, const char *path, uint64_t offset, struct error *err)
{
	if (reader_open(out, path, err) < 0)
		return -1;
	(*out)->source.looked = true;
	if (lseek((*out)->source.fd, (off_t)offset, SEEK_SET) >= 0)
		return 0;
	error_system(err, errno, "%s: cannot seek", path);
	reader_close(*out);
	*out = NULL;
	return -1;
}

bool
reader_plain_size(const struct reader *reader, uint64_t *size)
{
	struct stat status;

	if (reader->source.fd < 0 || !reader->source.looked || reader->source.gzip ||
	    fstat(reader->source.fd, &status) < 0 || !S_ISREG(status.st_mode) ||
	    lseek(reader->source.fd, 0, SEEK_CUR) != (off_t)reader->source.taken)
		return false;
	*size = (uint64_t)status.st_size;
	return true;
}

bool
reader_end_at(struct reader *reader, uint64_t offset)
{
	if (offset < reader->source.taken)
		return false;
	reader->source.end = offset;
	return true;
}

struct reader *
reader_open_memory(const void *data, size_t length)
{
	size_t capacity = length < 64 ? 64 : length < BUFFER_SIZE ? length + 1 : BUFFER_SIZE;
	struct reader *reader = reader_new("memory", -1, capacity);

	reader->source.packed = data;
	reader->source.packed_end = length;
	return reader;
}

void
reader_close(struct reader *reader)
{
	if (reader == NULL)
		return;
	reader_source_release(&reader->source);
	free(reader->buffer);
	free(reader->name);
	free(reader);
}

static int
fail(struct reader *reader, struct error *err)
{
	reader->failed = true;
	if (err != NULL)
		*err = reader->error;
	return -1;
}

/* The digest lags behind start and catches up in large pieces. */
static void
hash_consumed(struct reader *reader)
{
	stream_hash_add(&reader->digest, reader->buffer + reader->hashed,
			reader->start - reader->hashed);
	reader->hashed = reader->start;
}

static void
consume(struct reader *reader, size_t length)
{
	reader->start += length;
	reader->bytes += length;
	reader->scanned = 0;
}

/* Moves what is left to the front, or takes more room where nothing else helps. */
static void
make_room(struct reader *reader)
{
	if (reader->start > 0) {
		hash_consumed(reader);
		memmove(reader->buffer, reader->buffer + reader->start,
			reader->end - reader->start);
		reader->end -= reader->start;
		reader->start = reader->hashed = 0;
	}
	if (reader->end < reader->capacity)
		return;
	reader->capacity = reader->capacity < BUFFER_MAX / 2 ? reader->capacity * 2 : BUFFER_MAX;
	reader->buffer = memory_resize(reader->buffer, reader->capacity, 1);
}

/* 1: more bytes, 0: the end or a full buffer, negative: error. */
static int
fill(struct reader *reader, struct error *err)
{
	ssize_t got;

	if (reader->failed)
		return fail(reader, err);
	if (reader->at_end || reader->end - reader->start >= BUFFER_MAX)
		return 0;
	make_room(reader);
	got = reader_source_read(&reader->source, reader->buffer + reader->end,
				 reader->capacity - reader->end, &reader->error);
	if (got < 0)
		return fail(reader, err);
	reader->at_end = got == 0;
	reader->end += (size_t)got;
	return got > 0;
}

/* The line of length bytes at start, and the bytes of its end behind it. */
static int
give_line(struct reader *reader, size_t length, size_t end_length, const char **line,
	  size_t *line_length, struct error *err)
{
	const char *text = reader->buffer + reader->start;
	size_t shown = length;

	if (end_length > 0 && shown > 0 && text[shown - 1] == '\r')
		shown--;
	if (shown > READER_LINE_MAX) {
		reader->too_long = true;
		error_set(&reader->error, ERROR_LIMIT, "%s:%llu: line longer than %zu bytes",
			  reader->name, (unsigned long long)reader->lines + 1, READER_LINE_MAX);
		return fail(reader, err);
	}
	*line = text;
	*line_length = shown;
	reader->lines++;
	consume(reader, length + end_length);
	return 1;
}

int
reader_line(struct reader *reader, const char **line, size_t *length, struct error *err)
{
	for (;;) {
		size_t left = reader->end - reader->start;
		const char *from = reader->buffer + reader->start, *found = NULL;
		int more;

		if (reader->failed)
			return fail(reader, err);
		if (left > reader->scanned)
			found = memchr(from + reader->scanned, '\n', left - reader->scanned);
		if (found != NULL)
			return give_line(reader, (size_t)(found - from), 1, line, length, err);
		reader->scanned = left;
		more = fill(reader, err);
		if (more < 0)
			return -1;
		if (more == 0 && left == 0)
			return 0;
		if (more == 0)
			return give_line(reader, left, 0, line, length, err);
	}
}

int
reader_lines(struct reader *reader, const char **data, size_t *length, struct error *err)
{
	for (;;) {
		size_t left = reader->end - reader->start;
		const char *from = reader->buffer + reader->start, *last = NULL;
		int more;

		if (reader->failed)
			return fail(reader, err);
		if (left > reader->scanned)
			last = memrchr(from + reader->scanned, '\n', left - reader->scanned);
		reader->scanned = left;
		more = last == NULL ? fill(reader, err) : 0;
		if (more < 0)
			return -1;
		if (more > 0)
			continue;
		if (last == NULL && left == 0)
			return 0;
		if (last == NULL && left > READER_LINE_MAX) {
			reader->too_long = true;
			error_set(&reader->error, ERROR_LIMIT, "%s: a line longer than %zu bytes",
				  reader->name, READER_LINE_MAX);
			return fail(reader, err);
		}
		*data = from;
		*length = last == NULL ? left : (size_t)(last + 1 - from);
		consume(reader, *length);
		return 1;
	}
}

int
reader_piece(struct reader *reader, const char **data, size_t *length, struct error *err)
{
	size_t left = reader->end - reader->start;
	int more = left == 0 || reader->failed ? fill(reader, err) : 0;

	if (more < 0)
		return -1;
	*data = reader->buffer + reader->start;
	*length = reader->end - reader->start;
	consume(reader, *length);
	return *length > 0;
}

bool
reader_drop_long_line(struct reader *reader)
{
	struct error error;
	const char *from, *end = NULL;
	size_t left;

	if (!reader->too_long)
		return false;
	reader->failed = reader->too_long = false;
	reader->lines++;
	do {
		from = reader->buffer + reader->start;
		left = reader->end - reader->start;
		if (left > 0)
			end = memchr(from, '\n', left);
		consume(reader, end != NULL ? (size_t)(end + 1 - from) : left);
		/* What fails here is kept, and the next call tells it. */
	} while (end == NULL && fill(reader, &error) > 0);
	return true;
}

uint64_t
reader_line_number(const struct reader *reader)
{
	return reader->lines;
}

int
reader_peek(struct reader *reader, const char **data, size_t *length, size_t wanted,
	    struct error *err)
{
	int more = 1;

	while (more > 0 && reader->end - reader->start < wanted)
		more = fill(reader, err);
	if (more < 0)
		return -1;
	*data = reader->buffer + reader->start;
	*length = reader->end - reader->start;
	if (*length > wanted)
		*length = wanted;
	return 0;
}

int
reader_rest(struct reader *reader, char **data, size_t *length, size_t max, struct error *err)
{
	char *block = memory_resize(NULL, 1, 1);
	size_t capacity = 1, used = 0;
	int more;

	do {
		size_t left = reader->end - reader->start;

		if (left > max - used) {
			error_set(&reader->error, ERROR_LIMIT, "%s: larger than %zu bytes",
				  reader->name, max);
			more = fail(reader, err);
			break;
		}
		if (capacity - used <= left) {
			capacity = (used + left) * 2 < max ? (used + left) * 2 + 1 : max + 1;
			block = memory_resize(block, capacity, 1);
		}
		if (left > 0)
			memcpy(block + used, reader->buffer + reader->start, left);
		used += left;
		consume(reader, left);
		more = fill(reader, err);
	} while (more > 0);
	if (more < 0) {
		free(block);
		return -1;
	}
	block[used] = '\0';
	*data = block;
	*length = used;
	return 0;
}

uint64_t
reader_bytes(const struct reader *reader)
{
	return reader->bytes;
}

uint64_t
reader_digest(const struct reader *reader)
{
	struct stream_hash digest = reader->digest;

	stream_hash_add(&digest, reader->buffer + reader->hashed, reader->start - reader->hashed);
	return stream_hash_value(&digest);
}

const char *
reader_name(const struct reader *reader)
{
	return reader->name;
}
