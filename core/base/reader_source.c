/*
 * Bytes for the reader; see reader_source.h. gzip as in RFC 1952: any number
 * of members one after the other, zeros after the last are padding.
 */
#include "core/base/reader_source.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/memory.h"

#define PACKED_SIZE ((size_t)256 * 1024)

/* Bytes as they are stored. */
static ssize_t
read_raw(struct reader_source *source, void *data, size_t size, struct error *err)
{
	ssize_t got;

	if (source->fd < 0)
		return 0;
	if (size > source->end - source->taken)
		size = (size_t)(source->end - source->taken);
	do
		got = read(source->fd, data, size);
	while (got < 0 && errno == EINTR);
	if (got < 0 && errno == EISDIR)
		return error_set(err, ERROR_INPUT, "%s: is a folder", source->name);
	if (got < 0)
		return error_system(err, errno, "%s: cannot read", source->name);
	source->taken += (uint64_t)got;
	return got;
}

/* Makes some packed bytes available; 0 at the end of the input. */
static ssize_t
fill_packed(struct reader_source *source, struct error *err)
{
	ssize_t got;

	if (source->packed_start < source->packed_end)
		return 1;
	got = read_raw(source, source->own, PACKED_SIZE, err);
	source->packed_start = 0;
	source->packed_end = got > 0 ? (size_t)got : 0;
	return got;
}

/* Is it gzip? Two bytes may come in two reads where a pipe is slow. */
static int
look(struct reader_source *source, struct error *err)
{
	source->looked = true;
	if (source->fd >= 0)
		source->packed = source->own = memory_resize(NULL, PACKED_SIZE, 1);
	while (source->packed_end < 2 && source->fd >= 0) {
		ssize_t got = read_raw(source, source->own + source->packed_end,
				       PACKED_SIZE - source->packed_end, err);

		if (got < 0)
			return -1;
		if (got == 0)
			break;
		source->packed_end += (size_t)got;
	}
	source->gzip =
		source->packed_end >= 2 && source->packed[0] == 0x1f && source->packed[1] == 0x8b;
	if (source->gzip && inflateInit2(&source->stream, MAX_WBITS + 16) != Z_OK)
		return error_set(err, ERROR_INPUT, "%s: cannot start decompression", source->name);
	return 0;
}

static int
damaged(const struct reader_source *source, struct error *err)
{
	return error_set(err, ERROR_INPUT, "%s: damaged compressed data%s%s", source->name,
			 source->stream.msg != NULL ? ": " : "",
			 source->stream.msg != NULL ? source->stream.msg : "");
}

/* Between members: 1 begins another, 0 is the end. */
static int
begin_member(struct reader_source *source, struct error *err)
{
	ssize_t got = fill_packed(source, err);

	while (got > 0 && source->any_member && source->packed[source->packed_start] == 0) {
		source->packed_start++;
		got = fill_packed(source, err);
	}
	if (got <= 0)
		return (int)got;
	if (source->any_member && inflateReset(&source->stream) != Z_OK)
		return damaged(source, err);
	source->in_member = true;
	source->any_member = true;
	return 1;
}

/* The library counts in unsigned int. */
static uInt
bounded(size_t size)
{
	return size < UINT_MAX ? (uInt)size : UINT_MAX;
}

static ssize_t
read_gzip(struct reader_source *source, char *data, size_t size, struct error *err)
{
	z_stream *stream = &source->stream;
	uInt bound = bounded(size);

	stream->next_out = (unsigned char *)data;
	stream->avail_out = bound;
	while (stream->avail_out == bound) {
		ssize_t got =
			source->in_member ? fill_packed(source, err) : begin_member(source, err);
		int status;

		if (got < 0)
			return -1;
		if (got == 0 && source->in_member)
			return error_set(err, ERROR_INPUT,
					 "%s: compressed data ends early: the file is cut short",
					 source->name);
		if (got == 0)
			return 0;
		stream->next_in = (z_const unsigned char *)source->packed + source->packed_start;
		stream->avail_in = bounded(source->packed_end - source->packed_start);
		status = inflate(stream, Z_NO_FLUSH);
		source->packed_start = (size_t)(stream->next_in - source->packed);
		if (status == Z_STREAM_END)
			source->in_member = false;
		else if (status != Z_OK && status != Z_BUF_ERROR)
			return damaged(source, err);
	}
	return (ssize_t)(bound - stream->avail_out);
}

ssize_t
reader_source_read(struct reader_source *source, char *data, size_t size, struct error *err)
{
	size_t left;

	if (!source->looked && look(source, err) < 0)
		return -1;
	if (source->gzip)
		return read_gzip(source, data, size, err);
	left = source->packed_end - source->packed_start;
	if (left == 0)
		return read_raw(source, data, size, err);
	if (left > size)
		left = size;
	memcpy(data, source->packed + source->packed_start, left);
	source->packed_start += left;
	return (ssize_t)left;
}

void
reader_source_release(struct reader_source *source)
{
	if (source->gzip)
		inflateEnd(&source->stream);
	if (source->fd > STDIN_FILENO)
		close(source->fd);
	free(source->own);
}
