/* Packing by zlib; see gzip.h. Called by the writer of pprof files. */
#include "core/base/gzip.h"

#include <limits.h>
#include <stdlib.h>
#include <zlib.h>

#define PIECE ((size_t)64 * 1024)
#define GZIP_WINDOW (15 + 16) /* zlib's way to ask for gzip's frame */

bool
gzip_pack(struct str *out, const void *data, size_t length)
{
	z_stream stream = { .next_in = (unsigned char *)data /* only read */ };
	static const size_t most = UINT_MAX / 2;
	unsigned char piece[PIECE];
	int status;

	if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, GZIP_WINDOW, 8,
			 Z_DEFAULT_STRATEGY) != Z_OK)
		abort(); /* out of memory */
	do {
		size_t take = length < most ? length : most;

		if (stream.avail_in == 0) {
			stream.avail_in = (unsigned)take;
			length -= take;
		}
		stream.next_out = piece;
		stream.avail_out = sizeof(piece);
		status = deflate(&stream, length == 0 ? Z_FINISH : Z_NO_FLUSH);
		str_add_n(out, piece, sizeof(piece) - stream.avail_out);
	} while (status != Z_STREAM_END && !out->overflow);
	deflateEnd(&stream);
	return !out->overflow;
}
