/* The blobs of series; see series_chunk.h. Called by series_write.c and series_sqlite.c. */
#include "core/store/series_chunk.h"

#include <math.h>
#include <string.h>

#include "core/store/series_points.h"

#define CHUNK_VERSION 1
#define PLACES_MAX 9
#define WHOLE_MAX 9007199254740992.0 /* 2^53: whole numbers that doubles hold */

enum chunk_mode { CHUNK_DECIMAL, CHUNK_COUNT, CHUNK_BITS, CHUNK_MODES };

static const double tens[PLACES_MAX + 1] = { 1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9 };

/* --- writing --- */

static void
put(struct str *out, uint64_t number)
{
	char bytes[10];
	size_t length = 0;

	for (; number >= 0x80; number >>= 7)
		bytes[length++] = (char)(number | 0x80);
	bytes[length++] = (char)number;
	str_add_n(out, bytes, length);
}

/* Differences wrap, so that no pair of numbers overflows. */
static void
put_difference(struct str *out, int64_t number, int64_t last)
{
	int64_t difference = (int64_t)((uint64_t)number - (uint64_t)last);

	put(out, ((uint64_t)difference << 1) ^ (difference < 0 ? UINT64_MAX : 0));
}

static void
put_times(struct str *out, const int64_t *times, size_t count)
{
	uint64_t step = 0;

	put_difference(out, times[0], 0);
	for (size_t i = 1; i < count;) {
		uint64_t next = (uint64_t)times[i] - (uint64_t)times[i - 1];
		size_t run = i + 1;

		while (run < count && (uint64_t)times[run] - (uint64_t)times[run - 1] == next)
			run++;
		put_difference(out, (int64_t)next, (int64_t)step);
		put(out, run - i - 1);
		step = next;
		i = run;
	}
}

/* value * 10^places as a whole number that gives the value back; false: there is none. */
static bool
as_decimal(double value, int places, int64_t *whole)
{
	double scaled = value * tens[places];

	if (!(fabs(scaled) <= WHOLE_MAX))
		return false;
	*whole = llround(scaled);
	return (double)*whole / tens[places] == value;
}

static bool
find_places(const double *values, size_t count, int *places)
{
	int64_t whole;

	*places = 0;
	for (size_t i = 0; i < count; i++)
		while (!as_decimal(values[i], *places, &whole))
			if (++*places > PLACES_MAX)
				return false;
	for (size_t i = 0; i < count; i++) /* more places may be too many for an earlier one */
		if (!as_decimal(values[i], *places, &whole))
			return false;
	return true;
}

static bool
are_counts(const double *values, const double *samples, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!(samples[i] > 0) ||
		    nearbyint(values[i] * samples[i]) / samples[i] != values[i])
			return false;
	return true;
}

static void
put_bits(struct str *out, const double *values, size_t count)
{
	uint64_t last = 0, bits, difference;

	for (size_t i = 0; i < count; i++) {
		unsigned zeros, length = 0;
		char bytes[9];

		memcpy(&bits, &values[i], sizeof(bits));
		difference = bits ^ last;
		last = bits;
		zeros = difference == 0 ? 8 : (unsigned)__builtin_clzll(difference) / 8;
		for (; length < 8 - zeros; length++)
			bytes[1 + length] = (char)(difference >> (8 * (7 - zeros - length)));
		while (length > 0 && bytes[length] == 0)
			length--;
		bytes[0] = (char)(zeros << 4 | length);
		str_add_n(out, bytes, 1 + length);
	}
}

void
series_chunk_write(struct str *out, const struct series_points *points, size_t from, size_t to,
		   bool share)
{
	const double *values = points->values + from, *samples = points->samples + from;
	size_t count = to - from;
	enum chunk_mode mode = CHUNK_BITS;
	int places = 0;
	int64_t last = 0, whole = 0;

	if (share && are_counts(values, samples, count))
		mode = CHUNK_COUNT;
	else if (find_places(values, count, &places))
		mode = CHUNK_DECIMAL;
	put(out, CHUNK_VERSION);
	put(out, count);
	put(out, mode);
	put(out, mode == CHUNK_DECIMAL ? (uint64_t)places : 0);
	put_times(out, points->times + from, count);
	for (size_t i = 0; share && i < count; i++) {
		put_difference(out, (int64_t)samples[i], last);
		last = (int64_t)samples[i];
	}
	last = 0;
	for (size_t i = 0; mode != CHUNK_BITS && i < count; i++) {
		if (mode == CHUNK_COUNT)
			whole = llround(values[i] * samples[i]);
		else
			as_decimal(values[i], places, &whole);
		put_difference(out, whole, last);
		last = whole;
	}
	if (mode == CHUNK_BITS)
		put_bits(out, values, count);
}

/* --- reading --- */

struct chunk_reader {
	const unsigned char *at, *end;
	bool bad;
};

static inline uint64_t
get(struct chunk_reader *reader)
{
	uint64_t value = 0;

	for (unsigned shift = 0; shift < 64; shift += 7) {
		unsigned char byte;

		if (reader->at == reader->end)
			break;
		byte = *reader->at++;
		if (shift == 63 && byte > 1)
			break;
		value |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80)
			return value;
	}
	reader->bad = true;
	return 0;
}

static inline int64_t
get_difference(struct chunk_reader *reader, int64_t last)
{
	uint64_t number = get(reader);

	return (int64_t)((uint64_t)last + ((number >> 1) ^ (~(number & 1) + 1)));
}

/* Ascending, or it is damage: everything above relies on it. */
static bool
get_times(struct chunk_reader *reader, int64_t *times, size_t count)
{
	int64_t step = 0;

	times[0] = get_difference(reader, 0);
	for (size_t i = 1; i < count;) {
		uint64_t run;

		step = get_difference(reader, step);
		run = get(reader);
		if (reader->bad || step < 0 || run >= count - i)
			return false;
		for (size_t end = i + run + 1; i < end; i++)
			if (__builtin_add_overflow(times[i - 1], step, &times[i]))
				return false;
	}
	return !reader->bad;
}

static bool
get_samples(struct chunk_reader *reader, double *samples, size_t count)
{
	int64_t last = 0;

	for (size_t i = 0; i < count; i++) {
		last = get_difference(reader, last);
		if (last <= 0 || last > (int64_t)WHOLE_MAX)
			return false;
		samples[i] = (double)last;
	}
	return !reader->bad;
}

static bool
get_wholes(struct chunk_reader *reader, double *values, size_t count)
{
	int64_t last = 0;

	for (size_t i = 0; i < count; i++) {
		last = get_difference(reader, last);
		if (last > (int64_t)WHOLE_MAX || last < -(int64_t)WHOLE_MAX)
			return false;
		values[i] = (double)last;
	}
	return !reader->bad;
}

static bool
get_bits(struct chunk_reader *reader, double *values, size_t count)
{
	uint64_t last = 0;

	for (size_t i = 0; i < count; i++) {
		unsigned zeros, length;

		if (reader->at == reader->end)
			return false;
		zeros = *reader->at >> 4;
		length = *reader->at++ & 15;
		if (zeros + length > 8 || (size_t)(reader->end - reader->at) < length)
			return false;
		for (unsigned k = 0; k < length; k++)
			last ^= (uint64_t)*reader->at++ << (8 * (7 - zeros - k));
		memcpy(&values[i], &last, sizeof(last));
		if (!isfinite(values[i]))
			return false;
	}
	return true;
}

static bool
get_values(struct chunk_reader *reader, enum chunk_mode mode, int places, double *values,
	   const double *samples, size_t count)
{
	if (mode == CHUNK_BITS)
		return get_bits(reader, values, count);
	if (!get_wholes(reader, values, count))
		return false;
	for (size_t i = 0; i < count; i++)
		values[i] /= mode == CHUNK_COUNT ? samples[i] : tens[places];
	return true;
}

static bool
are_shares(const double *values, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!(values[i] >= 0 && values[i] <= 1))
			return false;
	return true;
}

int
series_chunk_read(struct series_points *points, const void *data, size_t length, bool share)
{
	struct chunk_reader reader = { .at = data };
	uint64_t count, mode, places;
	double *values, *samples;

	reader.end = length > 0 ? reader.at + length : reader.at;
	if (get(&reader) != CHUNK_VERSION)
		return -1;
	count = get(&reader);
	mode = get(&reader);
	places = get(&reader);
	/* A point has a byte of value at least, so that a count cannot promise more than there is.
	 */
	if (reader.bad || count == 0 || count > length || count > SERIES_CHUNK_POINTS_MAX ||
	    mode >= CHUNK_MODES || places > PLACES_MAX || (mode == CHUNK_COUNT && !share))
		return -1;
	series_points_reserve(points, points->count + count);
	values = points->values + points->count;
	samples = points->samples + points->count;
	memset(samples, 0, count * sizeof(*samples));
	if (!get_times(&reader, points->times + points->count, count) ||
	    (share && !get_samples(&reader, samples, count)) ||
	    !get_values(&reader, (enum chunk_mode)mode, (int)places, values, samples, count) ||
	    reader.at != reader.end || (share && !are_shares(values, count)))
		return -1;
	points->count += count;
	return 0;
}
