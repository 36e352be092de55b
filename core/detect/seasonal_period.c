/* The test of a period, and the search for one. Called by seasonal.c. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/detect/seasonal_grid.h"

#define BINS 24
#define DAYS 7
#define DAYS_MAX 728   /* the newest, 104 weeks */
#define KNOWN_PART 0.5 /* of a day */
#define CUT 4          /* mean absolute deviations */
#define TURNS_MIN 2
#define SCORE_CALENDAR 3.0
#define SCORE_WEEK 2.0 /* beside a day: who works by day works by week */
#define SCORE_SEARCHED 5.0
#define SEARCH_TURNS 4    /* that a searched period must have */
#define SEARCH_BINS 256   /* of the series, for the autocorrelation */
#define SEARCH_LAG_MIN 4  /* bins */
#define SEARCH_TRIES 3    /* peaks ... */
#define SEARCH_LEAST 0.15 /* ... of at least this autocorrelation */
#define SEARCH_STEPS 8    /* periods tried about a peak, on either side */

/* The grid as running sums, so that any stretch is a difference. */
struct sums {
	const struct seasonal *seasonal;
	double *value, *known; /* count + 1 */
	double *rest;          /* count: values less the moving average */
};

static void
add_up(struct sums *sums)
{
	const struct seasonal *seasonal = sums->seasonal;
	double base = 0;
	for (size_t i = 0; i < seasonal->count; i++) {
		if (seasonal->weights[i] > 0) {
			base = seasonal->values[i];
			break;
		}
	}
	sums->value[0] = sums->known[0] = 0;
	for (size_t i = 0; i < seasonal->count; i++) {
		bool known = seasonal->weights[i] > 0;
		sums->value[i + 1] = sums->value[i] + (known ? seasonal->values[i] - base : 0);
		sums->known[i + 1] = sums->known[i] + (known ? 1 : 0);
	}
	/* rest is filled as value less base here, and less the average by subtract_average(). */
	for (size_t i = 0; i < seasonal->count; i++)
		sums->rest[i] = seasonal->values[i] - base;
}

/* The moving average about the place from + half is that of a whole period, also at the ends. */
static double
average_at(const struct sums *sums, size_t from, size_t period)
{
	double known = sums->known[from + period] - sums->known[from];
	double sum = sums->value[from + period] - sums->value[from];
	return known == (double)period ? sum / (double)period : sum / (known < 1 ? 1 : known);
}

/* Where nothing is missing: no division in the loop. */
static double
subtract_all(const struct sums *sums, size_t period, double *out)
{
	size_t count = sums->seasonal->count;
	size_t half = period / 2;
	size_t last = count - period; /* the last stretch begins here */
	double first_mean = average_at(sums, 0, period);
	double last_mean = average_at(sums, last, period);
	double part = 1 / (double)period;
	double size = 0;
	for (size_t i = 0; i < half; i++)
		out[i] = sums->rest[i] - first_mean;
	for (size_t from = 0; from <= last; from++)
		out[from + half] = sums->rest[from + half] -
				   (sums->value[from + period] - sums->value[from]) * part;
	for (size_t i = last + half + 1; i < count; i++)
		out[i] = sums->rest[i] - last_mean;
	for (size_t i = 0; i < count; i++)
		size += fabs(out[i]);
	return size / (double)count;
}

/* Into out, 0 where missing; returns the mean absolute deviation. */
static double
subtract_average(const struct sums *sums, size_t period, double *out)
{
	size_t count = sums->seasonal->count;
	size_t half = period / 2;
	double size = 0;
	if (sums->known[count] == (double)count)
		return subtract_all(sums, period, out);
	for (size_t i = 0; i < count; i++) {
		size_t from = i < half ? 0 : i - half;
		from = from > count - period ? count - period : from;
		double here = sums->known[i + 1] - sums->known[i];
		out[i] = here * (sums->rest[i] - average_at(sums, from, period));
		size += fabs(out[i]);
	}
	return size / (sums->known[count] < 1 ? 1 : sums->known[count]);
}

/* Means of bins, [turn * bins + bin], about each turn's own mean; the newest turns. */
static void
fold(const struct sums *sums, const double *values, size_t period, size_t bins, double cut,
     double *folded)
{
	size_t turns = sums->seasonal->count / period;
	size_t at = sums->seasonal->count - turns * period;
	for (size_t turn = 0; turn < turns; turn++, at += period) {
		double *row = &folded[turn * bins];
		double mean = 0;
		for (size_t bin = 0; bin < bins; bin++) {
			size_t from = at + bin * period / bins;
			size_t to = at + (bin + 1) * period / bins;
			double sum = 0;
			for (size_t i = from; i < to; i++)
				sum += values[i] > cut ? cut : values[i] < -cut ? -cut : values[i];
			double known = sums->known[to] - sums->known[from];
			row[bin] = sum / (known < 1 ? 1 : known);
			mean += row[bin];
		}
		mean /= (double)bins;
		for (size_t bin = 0; bin < bins; bin++)
			row[bin] -= mean;
	}
}

/* Degrees of freedom of a turn: bins over the sum of squared autocorrelations of the rest. */
static double
freedom_of(const double *rests, size_t turns, size_t bins, double all)
{
	double sum = 1;
	for (size_t lag = 1; lag < bins / 2; lag++) {
		double product = 0;
		for (size_t turn = 0; turn < turns; turn++) {
			const double *row = &rests[turn * bins];
			for (size_t bin = lag; bin < bins; bin++)
				product += row[bin] * row[bin - lag];
		}
		double part = product / all * (double)bins / (double)(bins - lag);
		/* Less what the square of an autocorrelation of noise is by chance. */
		double square = part * part - 1 / (double)((bins - lag) * turns);
		sum += 2 * fmax(square, 0);
	}
	return fmax((double)(bins - 1) / sum, 1);
}

/* An F value as a normal deviate: Paulson's approximation. */
static double
deviate(double ratio, double above, double below)
{
	double root = cbrt(ratio);
	double a = 2 / (9 * above);
	double b = 2 / (9 * below);
	return ((1 - b) * root - (1 - a)) / sqrt(a + b * root * root);
}

/* folded becomes the rests of the turns about the mean turn. */
static double
score_turns(double *folded, size_t turns, size_t bins)
{
	double mean[BINS] = { 0 };
	double common = 0;
	double all = 0;
	for (size_t turn = 0; turn < turns; turn++) {
		for (size_t bin = 0; bin < bins; bin++)
			mean[bin] += folded[turn * bins + bin] / (double)turns;
	}
	for (size_t bin = 0; bin < bins; bin++)
		common += mean[bin] * mean[bin] * (double)turns;
	for (size_t turn = 0; turn < turns; turn++) {
		for (size_t bin = 0; bin < bins; bin++) {
			double *rest = &folded[turn * bins + bin];
			*rest -= mean[bin];
			all += *rest * *rest;
		}
	}
	if (common <= 0)
		return 0;
	/* A season without any noise is one. */
	all = fmax(all, common * 1e-9);
	double freedom = freedom_of(folded, turns, bins, all);
	double ratio = common / (all / (double)(turns - 1));
	return deviate(ratio, freedom, freedom * (double)(turns - 1));
}

static double
score_period(struct seasonal *seasonal, const struct sums *sums, double *room, size_t period,
	     size_t bins)
{
	size_t turns = seasonal->count / period;
	if (turns * bins > seasonal->folded_capacity) {
		free(seasonal->folded);
		seasonal->folded_capacity = turns * bins;
		seasonal->folded = memory_alloc_array(turns * bins, sizeof(double));
	}
	double size = subtract_average(sums, period, room);
	fold(sums, room, period, bins, CUT * size, seasonal->folded);
	return score_turns(seasonal->folded, turns, bins);
}

/* Mean of each whole day, the newest last; NAN where none of it is known. Returns how many. */
static size_t
day_means(const struct sums *sums, const double *values, size_t day, double cut, double *out)
{
	size_t days = sums->seasonal->count / day;
	days = days < DAYS_MAX ? days : DAYS_MAX;
	size_t at = sums->seasonal->count - days * day;
	for (size_t d = 0; d < days; d++, at += day) {
		double known = sums->known[at + day] - sums->known[at];
		double sum = 0;
		for (size_t i = at; i < at + day; i++)
			sum += fmin(fmax(values[i], -cut), cut);
		out[d] = known >= KNOWN_PART * (double)day ? sum / known : NAN;
	}
	return days;
}

/* Sum of squares of the weekdays' means about the mean of all; means become what is left. */
static double
take_weekdays(double *means, size_t days, size_t *known, size_t *weekdays)
{
	double sums[DAYS] = { 0 };
	size_t counts[DAYS] = { 0 };
	double mean = 0;
	double common = 0;
	*known = *weekdays = 0;
	for (size_t d = 0; d < days; d++) {
		if (isnan(means[d]))
			continue;
		sums[d % DAYS] += means[d];
		counts[d % DAYS]++;
		mean += means[d];
		(*known)++;
	}
	mean /= (double)(*known > 0 ? *known : 1);
	for (size_t w = 0; w < DAYS; w++) {
		if (counts[w] == 0)
			continue;
		sums[w] /= (double)counts[w];
		common += (double)counts[w] * (sums[w] - mean) * (sums[w] - mean);
		(*weekdays)++;
	}
	for (size_t d = 0; d < days; d++)
		means[d] -= sums[d % DAYS];
	return common;
}

/* By how much noise that remembers makes days worth fewer (Bartlett), as in freedom_of(). */
static double
memory_of_days(const double *rests, size_t days, double all)
{
	double sum = 1;
	for (size_t lag = 1; lag <= DAYS / 2; lag++) {
		double product = 0;
		for (size_t d = lag; d < days; d++)
			product += isnan(rests[d]) || isnan(rests[d - lag])
					   ? 0
					   : rests[d] * rests[d - lag];
		double part = product / all * (double)days / (double)(days - lag);
		sum += 2 * fmax(part * part - 1 / (double)(days - lag), 0);
	}
	return sum;
}

/*
 * A week, on days: weekdays against the days about their weekday's mean (one-way analysis of
 * variance), of all days, also those of a turn that is not whole: two turns alone would leave six
 * degrees of freedom, which tell nothing but the largest of weekends.
 */
static double
score_week(const struct sums *sums, double *room, size_t week)
{
	double means[DAYS_MAX];
	size_t known, weekdays;
	double size = subtract_average(sums, week, room);
	size_t days = day_means(sums, room, week / DAYS, CUT * size, means);
	double common = take_weekdays(means, days, &known, &weekdays);
	double all = 0;
	if (common <= 0 || weekdays < 2 || known < DAYS + weekdays)
		return 0;
	for (size_t d = 0; d < days; d++)
		all += isnan(means[d]) ? 0 : means[d] * means[d];
	all = fmax(all, common * 1e-9);
	double memory = memory_of_days(means, days, all);
	double above = (double)(weekdays - 1);
	double below = (double)(known - weekdays);
	return deviate(common / above / (all / below), fmax(above / memory, 1),
		       fmax(below / memory, 1));
}

static double
try_period(struct seasonal *seasonal, const struct sums *sums, double *room, size_t period,
	   struct seasonal_periods *out, double limit)
{
	bool is_week = out->count > 0 && period % DAYS == 0 && seasonal->step > 0;
	double score =
		is_week ? score_week(sums, room, period)
			: score_period(seasonal, sums, room, period, period < BINS ? period : BINS);
	out->best = fmax(out->best, score);
	if (score < limit)
		return score;
	out->items[out->count++] =
		(struct seasonal_period){ period, seasonal->step * (int64_t)period, score };
	return score;
}

static void
try_calendar(struct seasonal *seasonal, const struct sums *sums, double *room,
	     struct seasonal_periods *out)
{
	static const int64_t lengths[] = { SEASONAL_DAY, SEASONAL_WEEK };
	out->limit = SCORE_CALENDAR;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		size_t period = seasonal_points(seasonal, lengths[i]);
		if (period > 0 && period <= seasonal->count / TURNS_MIN)
			try_period(seasonal, sums, room, period, out,
				   out->count > 0 ? SCORE_WEEK : SCORE_CALENDAR);
	}
	/* A day that is significant holds its hours. */
	size_t hour = seasonal_points(seasonal, SEASONAL_HOUR);
	if (out->count == 0 && hour > 0 && hour <= seasonal->count / SEARCH_TURNS)
		try_period(seasonal, sums, room, hour, out, SCORE_CALENDAR);
}

/* Means of stretches of the series, less a line; returns how many. */
static size_t
shrink(const struct sums *sums, size_t width, double *out)
{
	size_t bins = sums->seasonal->count / width;
	double x = 0;
	double xx = 0;
	double mean = 0;
	for (size_t i = 0; i < bins; i++) {
		double known = sums->known[(i + 1) * width] - sums->known[i * width];
		out[i] = (sums->value[(i + 1) * width] - sums->value[i * width]) / fmax(known, 1);
		mean += out[i] / (double)bins;
	}
	for (size_t i = 0; i < bins; i++) {
		double at = (double)i - (double)(bins - 1) / 2;
		x += at * (out[i] - mean);
		xx += at * at;
	}
	for (size_t i = 0; i < bins; i++)
		out[i] -= mean + ((double)i - (double)(bins - 1) / 2) * x / xx;
	return bins;
}

/* The highest local maxima of the autocorrelation, in bins; 0 where there are fewer. */
static void
find_peaks(const double *values, size_t count, size_t *peaks)
{
	double best[SEARCH_TRIES] = { 0 };
	double correlation[SEARCH_BINS] = { 0 };
	size_t lags = count / SEARCH_TURNS + 1;
	double least = 0;
	for (size_t i = 0; i < count; i++)
		least += values[i] * values[i] * SEARCH_LEAST / (double)count;
	for (size_t lag = 1; lag <= lags; lag++) {
		double sum = 0;
		for (size_t i = lag; i < count; i++)
			sum += values[i] * values[i - lag];
		correlation[lag] = sum / (double)(count - lag);
	}
	memset(peaks, 0, SEARCH_TRIES * sizeof(*peaks));
	for (size_t lag = SEARCH_LAG_MIN; lag < lags; lag++) {
		double here = correlation[lag];
		if (here < least || here <= correlation[lag - 1] || here < correlation[lag + 1])
			continue;
		for (size_t i = 0; i < SEARCH_TRIES; i++) {
			if (here <= best[i])
				continue;
			memmove(&best[i + 1], &best[i], (SEARCH_TRIES - 1 - i) * sizeof(*best));
			memmove(&peaks[i + 1], &peaks[i], (SEARCH_TRIES - 1 - i) * sizeof(*peaks));
			best[i] = here;
			peaks[i] = lag;
			break;
		}
	}
}

/* The best period within a bin of a peak. */
static struct seasonal_period
refine(struct seasonal *seasonal, const struct sums *sums, double *room, size_t peak, size_t width)
{
	struct seasonal_period best = { 0 };
	size_t step = width / SEARCH_STEPS + 1;
	size_t most = seasonal->count / SEARCH_TURNS;
	for (size_t period = (peak - 1) * width; period <= (peak + 1) * width; period += step) {
		if (period < SEASONAL_POINTS_MIN || period > most)
			continue;
		double score =
			score_period(seasonal, sums, room, period, period < BINS ? period : BINS);
		if (score > best.score)
			best = (struct seasonal_period){ period, 0, score };
	}
	return best;
}

static void
try_peaks(struct seasonal *seasonal, const struct sums *sums, double *room,
	  struct seasonal_periods *out)
{
	double bins[SEARCH_BINS] = { 0 };
	size_t peaks[SEARCH_TRIES];
	size_t width = (seasonal->count + SEARCH_BINS - 1) / SEARCH_BINS;
	struct seasonal_period best = { 0 };
	size_t count = shrink(sums, width, bins);
	find_peaks(bins, count, peaks);
	out->limit = SCORE_SEARCHED;
	for (size_t i = 0; i < SEARCH_TRIES && peaks[i] > 0; i++) {
		struct seasonal_period period = refine(seasonal, sums, room, peaks[i], width);
		if (period.score > best.score)
			best = period;
	}
	out->best = best.score;
	if (best.score >= SCORE_SEARCHED)
		out->items[out->count++] = best;
}

void
seasonal_search(struct seasonal *seasonal, struct seasonal_periods *out)
{
	*out = (struct seasonal_periods){ 0 };
	size_t count = seasonal->count;
	double *room = seasonal_room(seasonal, 4 * count + 2);
	struct sums sums = { .seasonal = seasonal,
			     .rest = room + count,
			     .value = room + 2 * count,
			     .known = room + 3 * count + 1 };
	add_up(&sums);
	if (seasonal->step > 0)
		try_calendar(seasonal, &sums, room, out);
	else
		try_peaks(seasonal, &sums, room, out);
}
