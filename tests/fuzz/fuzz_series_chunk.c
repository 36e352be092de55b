/*
 * The blobs of series (core/store/series_chunk.c), as a hostile database has
 * them. The first byte picks share or metric. What reads without damage is
 * ascending and finite, and reads the same after it was written again.
 */
#include <math.h>
#include <string.h>

#include "core/store/series_chunk.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct series_points points = { 0 }, back = { 0 };
	struct str blob;
	bool share;

	if (size == 0)
		return 0;
	share = data[0] == 's';
	if (series_chunk_read(&points, data + 1, size - 1, share) < 0) {
		FUZZ_REQUIRE(points.count == 0);
		series_points_release(&points);
		return 0;
	}
	FUZZ_REQUIRE(points.count > 0 && points.count <= SERIES_CHUNK_POINTS_MAX);
	for (size_t i = 0; i < points.count; i++) {
		FUZZ_REQUIRE(i == 0 || points.times[i] >= points.times[i - 1]);
		FUZZ_REQUIRE(isfinite(points.values[i]));
		FUZZ_REQUIRE(share ? points.samples[i] >= 1 : points.samples[i] == 0);
		points.values[i] += 0.0; /* the store keeps no negative zero */
	}
	str_init(&blob, SERIES_CHUNK_BYTES_MAX);
	series_chunk_write(&blob, &points, 0, points.count, share);
	FUZZ_REQUIRE(series_chunk_read(&back, blob.data, blob.len, share) == 0);
	FUZZ_REQUIRE(back.count == points.count);
	for (size_t i = 0; i < points.count; i++)
		FUZZ_REQUIRE(back.times[i] == points.times[i] &&
			     back.values[i] == points.values[i] &&
			     back.samples[i] == points.samples[i]);
	str_release(&blob);
	series_points_release(&points);
	series_points_release(&back);
	return 0;
}
