/* Seasonal-trend decomposition. Called by core/detect/seasonal.c. */
#include "core/detect/stl.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/detect/median.h"

#define JUMP_PART 10   /* of a window: loess is evaluated that often in it */
#define BISQUARE 6     /* medians of the residuals at which a point counts for nothing */
#define MSTL_ROUNDS 2  /* with two periods */
#define SECOND_TREND 3 /* periods, for the longer of two */
#define FLAT 1e-9      /* spread of positions, over the window squared, that has no slope */
#define COUNT_MAX 100000000

/* The buffers of one decomposition, all cut out of stl->work. */
struct buffers {
	double *known;   /* weights of the caller, 0 where missing */
	double *joined;  /* those times the robustness weights */
	double *rest;    /* values, or what one of two periods leaves of them */
	double *cycle;   /* count + 2 period: smoothed cycle-subseries */
	double *passed;  /* count + 2 period: the low-pass filter's */
	double *one;     /* a cycle-subseries ... */
	double *weight;  /* ... and its weights */
	double *tricube; /* by distance, for the window in use */
	double *size;    /* absolute residuals, to take the median of */
};

struct loess {
	const double *values, *weights;
	size_t count, window;
	const double *tricube; /* by distance, for windows inside */
};

void
stl_init(struct stl *stl)
{
	*stl = (struct stl){ 0 };
}

void
stl_release(struct stl *stl)
{
	free(stl->trend);
	free(stl->work);
	stl_init(stl);
}

static double
tricube(double part)
{
	double rest = part < 1 ? 1 - part * part * part : 0;
	return rest * rest * rest;
}

/* Half width of a window that lies inside; one more than the farthest point, which then counts. */
static void
fill_tricube(double *table, size_t window)
{
	double reach = (double)(window / 2) + 1;
	for (size_t i = 0; i <= window / 2; i++)
		table[i] = tricube((double)i / reach);
}

struct moments {
	double weight, x, xx, y, xy;
};

static void
add_point(struct moments *sum, double weight, double x, double y)
{
	double wx = weight * x;
	sum->weight += weight;
	sum->x += wx;
	sum->xx += wx * x;
	sum->y += weight * y;
	sum->xy += wx * y;
}

/* The line's value at 0; NAN without points. */
static double
value_at_zero(const struct moments *sum, double reach)
{
	if (sum->weight <= 0)
		return NAN;
	double spread = sum->weight * sum->xx - sum->x * sum->x;
	if (spread <= FLAT * sum->weight * sum->weight * reach * reach)
		return sum->y / sum->weight;
	return (sum->xx * sum->y - sum->x * sum->xy) / spread;
}

/* Inside, the window is symmetric and its weights are in the table. */
static double
fit_inside(const struct loess *loess, size_t at)
{
	size_t half = loess->window / 2;
	struct moments sum = { 0 };
	const double *y = &loess->values[at];
	const double *w = &loess->weights[at];
	add_point(&sum, w[0], 0, y[0]);
	for (size_t d = 1; d <= half; d++) {
		double part = loess->tricube[d];
		double left = part * w[-(ptrdiff_t)d];
		double right = part * w[d];
		double both = left + right;
		double sides = left * y[-(ptrdiff_t)d];
		double other = right * y[d];
		sum.weight += both;
		sum.x += (double)d * (right - left);
		sum.xx += (double)(d * d) * both;
		sum.y += sides + other;
		sum.xy += (double)d * (other - sides);
	}
	return value_at_zero(&sum, (double)half + 1);
}

/* At an end, or one place beyond it, the window holds the nearest points, or all of them. */
static double
fit_end(const struct loess *loess, ptrdiff_t at)
{
	size_t count = loess->count;
	size_t held = loess->window < count ? loess->window : count;
	ptrdiff_t left = at - (ptrdiff_t)(held / 2);
	ptrdiff_t most = (ptrdiff_t)(count - held);
	left = left < 0 ? 0 : left > most ? most : left;
	ptrdiff_t right = left + (ptrdiff_t)held - 1;
	double reach = (double)(at - left > right - at ? at - left : right - at) + 1 +
		       (double)(loess->window - held) / 2;
	double part = 1 / reach;
	struct moments sum = { 0 };
	for (ptrdiff_t i = left; i <= right; i++) {
		double x = (double)(i - at);
		add_point(&sum, tricube(fabs(x) * part) * loess->weights[i], x, loess->values[i]);
	}
	return value_at_zero(&sum, reach);
}

static double
fit_at(const struct loess *loess, ptrdiff_t at)
{
	ptrdiff_t half = (ptrdiff_t)(loess->window / 2);
	if (at >= half && at + half < (ptrdiff_t)loess->count)
		return fit_inside(loess, (size_t)at);
	return fit_end(loess, at);
}

/* The next place where loess is evaluated; the last point is one of them. */
static size_t
next_place(size_t at, size_t jump, size_t count)
{
	size_t last = count - 1;
	return at == last ? count : at + jump < last ? at + jump : last;
}

/* Straight lines between the places that were evaluated and are not missing; levels at the ends. */
static void
fill_between(double *values, size_t count, size_t jump)
{
	size_t from = SIZE_MAX;
	for (size_t i = 0; i < count; i = next_place(i, jump, count)) {
		if (isnan(values[i]))
			continue;
		double base = from == SIZE_MAX ? values[i] : values[from];
		size_t begin = from == SIZE_MAX ? 0 : from;
		double slope = i > begin ? (values[i] - base) / (double)(i - begin) : 0;
		for (size_t j = begin; j < i; j++)
			values[j] = base + slope * (double)(j - begin);
		from = i;
	}
	double base = from == SIZE_MAX ? 0 : values[from];
	for (size_t j = from == SIZE_MAX ? 0 : from; j < count; j++)
		values[j] = base;
}

/* Smooths at every tenth of the window, with lines between. */
static void
smooth(double *out, const struct loess *loess)
{
	size_t jump = loess->window / JUMP_PART;
	jump = jump < 1 ? 1 : jump;
	for (size_t i = 0; i < loess->count; i = next_place(i, jump, loess->count))
		out[i] = fit_at(loess, (ptrdiff_t)i);
	fill_between(out, loess->count, jump);
}

/* Every cycle-subseries, with one more value at either end: out has count + 2 period. */
static void
smooth_cycles(struct buffers *buffers, const double *values, size_t count,
	      const struct stl_settings *settings)
{
	size_t period = settings->period;
	fill_tricube(buffers->tricube, settings->seasonal);
	for (size_t phase = 0; phase < period; phase++) {
		size_t length = 0;
		double sum = 0;
		double weight = 0;
		for (size_t i = phase; i < count; i += period, length++) {
			buffers->one[length] = values[i];
			buffers->weight[length] = buffers->joined[i];
			sum += buffers->joined[i] * values[i];
			weight += buffers->joined[i];
		}
		struct loess loess = { .values = buffers->one,
				       .weights = buffers->weight,
				       .count = length,
				       .window = settings->seasonal,
				       .tricube = buffers->tricube };
		double mean = weight > 0 ? sum / weight : 0;
		for (size_t i = 0; i < length + 2; i++) {
			double value = mean;
			if (settings->seasonal > 0 && weight > 0)
				value = fit_at(&loess, (ptrdiff_t)i - 1);
			size_t to = phase + i * period;
			if (to < count + 2 * period)
				buffers->cycle[to] = isnan(value) ? mean : value;
		}
	}
}

/* out[i] is the mean of in[i] .. in[i + window - 1]; returns how many there are. */
static size_t
moving_average(double *out, const double *in, size_t count, size_t window)
{
	double sum = 0;
	for (size_t i = 0; i < window; i++)
		sum += in[i];
	for (size_t i = 0; i + window <= count; i++) {
		double first = in[i];
		out[i] = sum / (double)window;
		if (i + window < count)
			sum += in[i + window] - first;
	}
	return count - window + 1;
}

static size_t
odd(double window)
{
	size_t least = window < 3 ? 3 : (size_t)ceil(window);
	return least | 1;
}

static size_t
trend_window(const struct stl_settings *settings)
{
	if (settings->trend > 0)
		return odd((double)settings->trend);
	double shape = settings->seasonal == 0 ? 1 : 1 - 1.5 / (double)settings->seasonal;
	return odd(1.5 * (double)settings->period / shape);
}

/* The inner loop, once: seasonal from what the trend leaves, then trend from what that leaves. */
static void
inner_pass(const struct stl *stl, double *seasonal, struct buffers *buffers,
	   const struct stl_settings *settings)
{
	size_t count = stl->count;
	size_t period = settings->period;
	double *detrended = buffers->passed;
	for (size_t i = 0; i < count; i++)
		detrended[i] = buffers->rest[i] - stl->trend[i];
	smooth_cycles(buffers, detrended, count, settings);
	/* What is slow in the season is the trend's. */
	double *passed = buffers->passed;
	memcpy(passed, buffers->cycle, (count + 2 * period) * sizeof(*passed));
	size_t left = moving_average(passed, passed, count + 2 * period, period);
	left = moving_average(passed, passed, left, period);
	moving_average(passed, passed, left, 3);
	struct loess low = { .values = passed,
			     .weights = buffers->size,
			     .count = count,
			     .window = odd((double)period),
			     .tricube = buffers->tricube };
	for (size_t i = 0; i < count; i++)
		buffers->size[i] = 1;
	fill_tricube(buffers->tricube, low.window);
	smooth(seasonal, &low);
	for (size_t i = 0; i < count; i++) {
		seasonal[i] = buffers->cycle[i + period] - seasonal[i];
		passed[i] = buffers->rest[i] - seasonal[i];
	}
	struct loess trend = low;
	trend.weights = buffers->joined;
	trend.window = trend_window(settings);
	fill_tricube(buffers->tricube, trend.window);
	smooth(stl->trend, &trend);
}

/* Bisquare weights by how large a residual is beside six medians of them. */
static void
weigh(const struct stl *stl, const double *seasonal, struct buffers *buffers)
{
	size_t known = 0;
	for (size_t i = 0; i < stl->count; i++) {
		stl->residual[i] = buffers->rest[i] - stl->trend[i] - seasonal[i];
		if (buffers->known[i] > 0)
			buffers->size[known++] = fabs(stl->residual[i]);
	}
	double limit = known == 0 ? 0 : BISQUARE * median_of(buffers->size, known);
	for (size_t i = 0; i < stl->count; i++) {
		double part = limit > 0 ? fabs(stl->residual[i]) / limit : 0;
		double rest = part < 1 ? 1 - part * part : 0;
		stl->weights[i] = rest * rest;
		buffers->joined[i] = buffers->known[i] * stl->weights[i];
	}
}

/* One period, outer loop and all. */
static void
decompose(const struct stl *stl, double *seasonal, struct buffers *buffers,
	  const struct stl_settings *settings)
{
	memset(stl->trend, 0, stl->count * sizeof(*stl->trend));
	memcpy(buffers->joined, buffers->known, stl->count * sizeof(*buffers->joined));
	for (size_t i = 0; i < stl->count; i++)
		stl->weights[i] = 1;
	inner_pass(stl, seasonal, buffers, settings);
	for (size_t round = 0; round <= settings->robust; round++) {
		if (round > 0)
			weigh(stl, seasonal, buffers);
		inner_pass(stl, seasonal, buffers, settings);
	}
}

/* The same settings for the longer period, whose season has too few turns to change. */
static struct stl_settings
settings_of_second(const struct stl_settings *settings)
{
	struct stl_settings second = *settings;
	second.period = settings->second;
	second.seasonal = 0;
	/* Of few turns a trend that bends within them takes a part along. */
	second.trend = settings->trend > 0 ? settings->trend : SECOND_TREND * settings->second;
	return second;
}

static void
reserve(struct stl *out, struct buffers *buffers, size_t count, const struct stl_settings *settings)
{
	size_t longest = settings->second > settings->period ? settings->second : settings->period;
	size_t window = trend_window(settings);
	if (settings->second > 0) {
		struct stl_settings second = settings_of_second(settings);
		size_t other = trend_window(&second);
		window = other > window ? other : window;
	}
	window = settings->seasonal > window ? settings->seasonal : window;
	size_t wide = count + 2 * longest;
	size_t need = 6 * count + 2 * wide + window + 16;
	if (count > out->capacity) {
		free(out->trend);
		out->trend = memory_alloc_array(count, 5 * sizeof(double));
		out->capacity = count;
	}
	if (need > out->work_capacity) {
		free(out->work);
		out->work = memory_alloc_array(need, sizeof(double));
		out->work_capacity = need;
	}
	out->count = count;
	out->seasonal = out->trend + count;
	out->second = out->seasonal + count;
	out->residual = out->second + count;
	out->weights = out->residual + count;
	double *at = out->work;
	buffers->known = at;
	buffers->joined = at += count;
	buffers->rest = at += count;
	buffers->size = at += count;
	buffers->one = at += count;
	buffers->weight = at += count;
	buffers->cycle = at += count;
	buffers->passed = at += wide;
	buffers->tricube = at + wide;
}

static void
decompose_both(struct stl *out, const double *values, struct buffers *buffers,
	       const struct stl_settings *settings)
{
	struct stl_settings second = settings_of_second(settings);
	for (size_t round = 0; round < MSTL_ROUNDS; round++) {
		for (size_t i = 0; i < out->count; i++)
			buffers->rest[i] = buffers->known[i] > 0 ? values[i] - out->second[i] : 0;
		decompose(out, out->seasonal, buffers, settings);
		for (size_t i = 0; i < out->count; i++)
			buffers->rest[i] = buffers->known[i] > 0 ? values[i] - out->seasonal[i] : 0;
		decompose(out, out->second, buffers, &second);
	}
}

int
stl_decompose(struct stl *out, const double *values, const double *weights, size_t count,
	      const struct stl_settings *settings, struct error *err)
{
	struct buffers buffers;
	if (count > COUNT_MAX || settings->period < 2 || settings->period > count / 2 ||
	    settings->second > count / 2 || settings->seasonal > COUNT_MAX ||
	    settings->trend > COUNT_MAX)
		return error_set(err, ERROR_INPUT,
				 "a season of %zu points needs two turns: %zu given",
				 settings->second > 0 ? settings->second : settings->period, count);
	reserve(out, &buffers, count, settings);
	memset(out->second, 0, count * sizeof(*out->second));
	for (size_t i = 0; i < count; i++) {
		double weight = weights == NULL ? 1 : weights[i];
		bool is_known = isfinite(values[i]) && isfinite(weight) && weight > 0;
		buffers.known[i] = is_known ? weight : 0;
		buffers.rest[i] = is_known ? values[i] : 0;
	}
	if (settings->second > 0)
		decompose_both(out, values, &buffers, settings);
	else
		decompose(out, out->seasonal, &buffers, settings);
	for (size_t i = 0; i < count; i++) {
		double fitted = out->trend[i] + out->seasonal[i] + out->second[i];
		out->residual[i] = buffers.known[i] > 0 ? values[i] - fitted : 0;
	}
	return 0;
}
