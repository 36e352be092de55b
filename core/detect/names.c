/* Grams of names. Called by rename.c and duplicate.c. */
#include "core/detect/names.h"

#include <ctype.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#define GRAMS_MAX 512 /* of a name; what is longer counts by its beginning */

struct grams {
	uint16_t items[GRAMS_MAX];
	size_t count;
};

static uint16_t
bucket_of(const char *text, size_t length)
{
	uint32_t hash = 2166136261u;
	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (uint32_t)tolower((unsigned char)text[i])) * 16777619u;
	return (uint16_t)((hash ^ (hash >> 16)) % NAMES_BUCKETS);
}

static void
split(struct grams *out, const char *name)
{
	size_t length = strlen(name);
	out->count = 0;
	for (size_t i = 0; i < length; i++) {
		for (size_t size = 2; size <= 3; size++) {
			if (i + size <= length && out->count < GRAMS_MAX)
				out->items[out->count++] = bucket_of(&name[i], size);
		}
	}
}

void
names_weigh(struct names_weights *out, const char *const *names, size_t count)
{
	static const double smooth = 1;
	uint32_t seen[NAMES_BUCKETS] = { 0 };
	memset(out, 0, sizeof(*out));
	for (size_t n = 0; n < count; n++) {
		struct grams grams;
		split(&grams, names[n]);
		for (size_t i = 0; i < grams.count; i++) {
			out->weight[grams.items[i]] += seen[grams.items[i]] != n + 1;
			seen[grams.items[i]] = (uint32_t)n + 1;
		}
	}
	for (size_t i = 0; i < NAMES_BUCKETS; i++)
		out->weight[i] = log(((double)count + smooth) / (out->weight[i] + smooth)) + smooth;
}

static void
add_grams(double *vector, const struct names_weights *weights, const char *name)
{
	struct grams grams;
	split(&grams, name);
	for (size_t i = 0; i < grams.count; i++)
		vector[grams.items[i]] += weights == NULL ? 1 : weights->weight[grams.items[i]];
}

double
names_likeness(const struct names_weights *weights, const char *a, const char *b)
{
	double left[NAMES_BUCKETS] = { 0 };
	double right[NAMES_BUCKETS] = { 0 };
	double product = 0;
	double squares[2] = { 0 };
	if (strcmp(a, b) == 0)
		return 1;
	add_grams(left, weights, a);
	add_grams(right, weights, b);
	for (size_t i = 0; i < NAMES_BUCKETS; i++) {
		product += left[i] * right[i];
		squares[0] += left[i] * left[i];
		squares[1] += right[i] * right[i];
	}
	return product > 0 ? product / sqrt(squares[0] * squares[1]) : 0;
}
