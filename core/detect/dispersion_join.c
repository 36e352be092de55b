/*
 * What the functions of a service say together about their noise. Called by
 * the detection over a service.
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "core/base/memory.h"
#include "core/detect/dispersion.h"
#include "core/detect/distribution.h"
#include "core/detect/rank.h"

#define JOIN_MIN 8
#define GROUP_MIN 16 /* functions of like counts that are joined ... */
#define GROUP_MAX 200
#define GROUP_PART 6 /* ... a sixth of all, within these bounds */
#define SHARED_STACKS 4
#define SPREAD_MIN 0.01

static double
median(double *values, size_t count)
{
	return count > 0 ? rank_select(values, count, count / 2) : 0;
}

/* The x with trigamma(x) = value, by Newton's method on 1 / trigamma (Smyth 2004, appendix). */
static double
trigamma_inverse(double value)
{
	double x = 0.5 + 1 / value;
	for (int step = 0; step < 50; step++) {
		double now = trigamma(x);
		double slope = (trigamma(x * (1 + 1e-6)) - now) / (x * 1e-6);
		double move = now * (1 - now / value) / slope;
		x += move;
		if (x < 1e-8)
			x = 1e-8;
		if (fabs(move) < 1e-8 * x)
			break;
	}
	return x;
}

/* Centre and weight of the scales from mean and variance of their logarithms. */
static void
join_scales(struct detect_noise_prior *out, const struct detect_noise_sample *samples,
	    const uint32_t *group, size_t count)
{
	double sum = 0;
	double square = 0;
	double expected = 0;
	size_t used = 0;
	for (size_t i = 0; i < count; i++) {
		const struct detect_noise_sample *sample = &samples[group[i]];
		if (sample->freedom < 1 || sample->scale <= 0)
			continue;
		double half = sample->freedom / 2;
		double value = log(sample->scale) - digamma(half) + log(half);
		sum += value;
		square += value * value;
		expected += trigamma(half);
		used++;
	}
	if (used < JOIN_MIN)
		return;
	double mean = sum / (double)used;
	double variance = (square - sum * mean) / (double)(used - 1);
	/* A standard error is added: a few functions that happen to agree prove little. */
	double spread = variance * (1 + sqrt(2 / (double)(used - 1))) - expected / (double)used;
	out->freedom = 2 * trigamma_inverse(fmax(spread, SPREAD_MIN));
	out->scale = exp(mean + digamma(out->freedom / 2) - log(out->freedom / 2));
}

/* Autocorrelation of the drift: what is left when the sampling noise, which has none, is set apart.
 */
static double
drift_first(const struct detect_noise_sample *sample)
{
	double drift = sample->scale > 1 ? 1 - 1 / sample->scale : 0;
	return drift > 0 ? fmin(fmax(sample->first / drift, -1), 1) : 0;
}

/* Autocorrelation that the drifting functions agree on; 0 where it is not over twice its error. */
static double
join_first(const struct detect_noise_sample *samples, size_t count, size_t points)
{
	double *values = memory_alloc_array(count + 1, sizeof(*values));
	double first = 0;
	size_t drifting = 0;
	for (size_t i = 0; i < count; i++) {
		if (samples[i].scale > 1.5)
			values[drifting++] = drift_first(&samples[i]);
	}
	if (drifting >= JOIN_MIN) {
		/* Functions share stacks, so that they are worth fewer than they are. */
		double error = 1.25 / sqrt((double)points * (double)drifting / SHARED_STACKS);
		double middle = median(values, drifting);
		first = middle > 2 * error ? fmin(middle, 0.95) : 0;
	}
	free(values);
	return first;
}

static double
join_intraclass(const struct detect_noise_sample *samples, const uint32_t *group, size_t count)
{
	double *values = memory_alloc_array(count + 1, sizeof(*values));
	for (size_t i = 0; i < count; i++)
		values[i] = samples[group[i]].intraclass;
	double middle = median(values, count);
	free(values);
	return middle;
}

struct counted {
	double count;
	uint32_t index;
};

static int
compare_counted(const void *left, const void *right)
{
	const struct counted *a = left;
	const struct counted *b = right;
	if (a->count != b->count)
		return a->count < b->count ? -1 : 1;
	return (a->index > b->index) - (a->index < b->index);
}

/* Numbers of the functions by their mean count. */
static uint32_t *
by_count(const struct detect_noise_sample *samples, size_t count)
{
	struct counted *counted = memory_alloc_array(count + 1, sizeof(*counted));
	uint32_t *order = memory_alloc_array(count + 1, sizeof(*order));
	for (size_t i = 0; i < count; i++)
		counted[i] = (struct counted){ samples[i].count, (uint32_t)i };
	qsort(counted, count, sizeof(*counted), compare_counted);
	for (size_t i = 0; i < count; i++)
		order[i] = counted[i].index;
	free(counted);
	return order;
}

static size_t
group_size(size_t count)
{
	size_t size = count / GROUP_PART;
	if (size < GROUP_MIN)
		size = GROUP_MIN;
	return size < GROUP_MAX ? size : GROUP_MAX;
}

void
detect_noise_join(struct detect_noise_prior *out, const struct detect_noise_sample *samples,
		  size_t count, size_t points, double first)
{
	uint32_t *order = by_count(samples, count);
	size_t size = group_size(count);
	double joined = fmax(join_first(samples, count, points), first);
	for (size_t from = 0; from < count; from += size) {
		/* The last group takes what would be too few for one of their own. */
		size_t width = count - from < 2 * size ? count - from : size;
		struct detect_noise_prior prior = { .first = joined };
		prior.intraclass = join_intraclass(samples, order + from, width);
		join_scales(&prior, samples, order + from, width);
		for (size_t i = from; i < from + width; i++)
			out[order[i]] = prior;
		if (width != size)
			break;
	}
	free(order);
}
