/* Where a reader's bytes come from: descriptor or memory, gzip undone. Called by reader.c only. */
#ifndef HEADROOM_BASE_READER_SOURCE_H
#define HEADROOM_BASE_READER_SOURCE_H

#include <stdbool.h>
#include <stdint.h>
#include <stddef.h>
#include <sys/types.h>
#include <zlib.h>

#include "core/base/error.h"

struct reader_source {
	const char *name;            /* borrowed, for messages */
	int fd;                      /* -1: all bytes are in memory */
	uint64_t taken, end;         /* bytes read of the descriptor, and how many there may be */
	const unsigned char *packed; /* bytes as stored; of a descriptor: in own, else borrowed */
	size_t packed_start, packed_end;
	unsigned char *own;
	bool looked; /* at the first bytes */
	bool gzip;
	bool in_member; /* between the header and the trailer of a gzip member */
	bool any_member;
	z_stream stream;
};

/* Up to size bytes into data; 0 at the end, negative on error. */
ssize_t
reader_source_read(struct reader_source *source, char *data, size_t size, struct error *err);
void reader_source_release(struct reader_source *source);

#endif
