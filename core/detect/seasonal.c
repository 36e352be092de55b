/* The season of a series, what is left without it, and the stage. Called by the engines and by the
 * detection run. */
#include "core/detect/seasonal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/detect/median.h"
#include "core/detect/seasonal_grid.h"

#define EVOLVING_TURNS 5  /* from so many on a season may change from turn to turn ... */
#define EVOLVING_WINDOW 7 /* ... over so many turns */
#define ROBUST_PASSES 2
#define STANDS 3.0      /* standard deviations */
#define STANDS_PART 2.0 /* in a part of the windows after */
#define AGAIN_PART 0.5
#define FOLDED_TURNS 4 /* with so many the test of a period can be trusted */
#define PLACEBO_TURNS 16
#define PLACEBO_MIN 4 /* turns to take a deviation of */
/* Part of the noise's variance that is left where an evolving season was fitted to it, ... */
#define EVOLVING_LEFT 0.64
/* ... and the variance of that season a turn ahead, in that of a point. */
#define EVOLVING_AHEAD 1.6
#define FITTED 1.25     /* differences of turns that the season was fitted to are smaller */
#define MEMORY_MAX 0.95 /* autocorrelation */
#define KNOWN_PART 0.5  /* of a stretch, to compare with it */
#define BEFORE_PART 4   /* of a period, that is compared before a change */
#define NOISE_CUT 4.0   /* robust deviations: what is farther counts as that */

size_t
seasonal_find(struct seasonal *seasonal, const struct seasonal_input *input,
	      struct seasonal_periods *out)
{
	*out = (struct seasonal_periods){ 0 };
	if (seasonal_grid(seasonal, input))
		seasonal_search(seasonal, out);
	return out->count;
}

/* Beside a week the day stays the same: one that may change would take weekends along. */
static bool
evolves(const struct seasonal *seasonal, const struct seasonal_periods *periods)
{
	return periods->count == 1 && seasonal->count / periods->items[0].points >= EVOLVING_TURNS;
}

/* The season of what is on the grid with these weights; in seasonal->stl. */
static bool
decompose(struct seasonal *seasonal, const struct seasonal_periods *periods, const double *values,
	  const double *weights)
{
	struct error err;
	const struct seasonal_period *first = &periods->items[0];
	struct stl_settings settings = { .period = first->points, .robust = ROBUST_PASSES };
	if (evolves(seasonal, periods))
		settings.seasonal = EVOLVING_WINDOW;
	if (periods->count > 1)
		settings.second = periods->items[1].points;
	return stl_decompose(&seasonal->stl, values, weights, seasonal->count, &settings, &err) ==
	       0;
}

bool
seasonal_remove(struct seasonal *seasonal, const struct seasonal_input *input, double *out)
{
	struct seasonal_periods periods;
	memcpy(out, input->values, input->count * sizeof(*out));
	if (seasonal_find(seasonal, input, &periods) == 0 ||
	    !decompose(seasonal, &periods, seasonal->values, seasonal->weights))
		return false;
	const struct stl *stl = &seasonal->stl;
	for (size_t i = 0; i < input->count; i++)
		out[i] -= stl->seasonal[seasonal->place[i]] + stl->second[seasonal->place[i]];
	return true;
}

/* A change on the grid. */
struct place {
	size_t from, at, to, extended;
};

static size_t
place_of(const struct seasonal *seasonal, const struct seasonal_input *input, size_t index)
{
	if (index == 0)
		return 0;
	return index < input->count ? seasonal->place[index] : seasonal->count;
}

static struct place
place_change(const struct seasonal *seasonal, const struct seasonal_input *input)
{
	struct place place = { .from = place_of(seasonal, input, input->from),
			       .at = place_of(seasonal, input, input->at),
			       .to = place_of(seasonal, input, input->to),
			       .extended = place_of(seasonal, input, input->extended) };
	return place;
}

/* Weighted mean over [from, to); NAN where too little of it is known. */
static double
mean_of(const struct seasonal *seasonal, const double *values, size_t from, size_t to)
{
	double sum = 0;
	double weight = 0;
	size_t known = 0;
	for (size_t i = from; i < to; i++) {
		sum += seasonal->weights[i] * values[i];
		weight += seasonal->weights[i];
		known += seasonal->weights[i] > 0;
	}
	return (double)known > KNOWN_PART * (double)(to - from) ? sum / weight : NAN;
}

static double
step_of(const struct seasonal *seasonal, const double *values, size_t from, size_t at, size_t to)
{
	return mean_of(seasonal, values, at, to) - mean_of(seasonal, values, from, at);
}

/* What is left of the noise: its deviation, how many points are worth one, and the variance of the
 * season foretold for a point after the change, in that of a point. */
struct noise {
	double deviation, memory, foretold;
};

/* Of [from, to) about its median, far ones cut back. count is of the values written to room. */
static size_t
collect(const struct seasonal *seasonal, const double *values, size_t from, size_t to, double *room)
{
	size_t count = 0;
	for (size_t i = from; i < to; i++) {
		if (seasonal->weights[i] > 0)
			room[count++] = values[i];
	}
	return count;
}

/* Noise about the two levels, by medians; autocorrelation of neighbours after the cut. */
static struct noise
measure_noise(const struct seasonal *seasonal, const double *rest, const struct place *place,
	      double *room)
{
	struct noise noise = { .memory = 1 };
	double product = 0;
	double square = 0;
	double levels[2] = { 0 };
	size_t ends[3] = { place->from, place->at, place->to };
	size_t all = 0;
	for (size_t side = 0; side < 2; side++) {
		size_t count = collect(seasonal, rest, ends[side], ends[side + 1], room);
		levels[side] = count == 0 ? 0 : median_of(room, count);
	}
	for (size_t i = place->from; i < place->to; i++) {
		if (seasonal->weights[i] > 0)
			room[all++] = rest[i] - levels[i >= place->at];
	}
	if (all == 0)
		return noise;
	for (size_t i = 0; i < all; i++)
		room[i] = fabs(room[i]);
	noise.deviation = MAD_TO_DEVIATION * median_of(room, all);
	double last = 0;
	double cut = NOISE_CUT * noise.deviation;
	for (size_t i = place->from; i < place->to; i++) {
		double here = seasonal->weights[i] > 0 ? rest[i] - levels[i >= place->at] : 0;
		here = fmin(fmax(here, -cut), cut);
		product += here * last;
		square += here * here;
		last = here;
	}
	double first = square > 0 ? product / square : 0;
	first = fmin(fmax(first, 0), MEMORY_MAX);
	noise.memory = (1 + first) / (1 - first);
	return noise;
}

static double
error_of(const struct noise *noise, size_t before, size_t after)
{
	double a = noise->memory / (double)before;
	double b = noise->memory * (1 + noise->foretold) / (double)after;
	/* A stretch within the noise's memory is one value of it. */
	return noise->deviation * sqrt(fmin(a, 1) + fmin(b, 1 + noise->foretold));
}

/* The median size of the same difference at the same phase of earlier turns; 0: too few turns. */
static double
placebo(const struct seasonal *seasonal, const double *rest, const struct place *place,
	size_t period)
{
	double sizes[PLACEBO_TURNS];
	size_t count = 0;
	size_t after = place->to - place->at < period ? place->to - place->at : period;
	size_t before = place->at - place->from < period ? place->at - place->from : period;
	for (size_t turn = 1; turn <= PLACEBO_TURNS; turn++) {
		if (place->at < turn * period + before || after > turn * period)
			break;
		size_t at = place->at - turn * period;
		double size = fabs(step_of(seasonal, rest, at - before, at, at + after));
		if (isfinite(size))
			sizes[count++] = size;
	}
	return count < PLACEBO_MIN ? 0 : FITTED * MAD_TO_DEVIATION * median_of(sizes, count);
}

/* Takes the step out by turns: what is after the change less what was there before it, at one
 * phase.
 */
static double
step_by_turns(const struct seasonal *seasonal, const struct place *place, size_t period)
{
	size_t after = (place->to - place->at) / period * period;
	size_t before = (place->at - place->from) / period * period;
	return step_of(seasonal, seasonal->values, place->at - before, place->at,
		       place->at + after);
}

/* A season fitted to noise takes a part of it along, and is wrong by as much where it foretells. */
static void
add_season_noise(const struct seasonal *seasonal, const struct seasonal_periods *periods,
		 const struct place *place, struct noise *noise)
{
	size_t period = periods->items[0].points;
	double turns = (double)(seasonal->count / period);
	bool whole = place->to - place->at >= period && place->at - place->from >= period;
	bool evolving = evolves(seasonal, periods);
	noise->deviation /= sqrt(evolving ? EVOLVING_LEFT : 1 - 1 / turns);
	if (!whole)
		noise->foretold = evolving ? EVOLVING_AHEAD : 1 / turns;
}

/* Leaves values less season in rest (count of the grid). */
static bool
remove_about(struct seasonal *seasonal, const struct seasonal_periods *periods,
	     const struct place *place, double *rest, double *weights)
{
	size_t period = periods->items[0].points;
	size_t count = seasonal->count;
	bool whole = place->to - place->at >= period && place->at - place->from >= period;
	double step = whole ? step_by_turns(seasonal, place, period) : 0;
	for (size_t i = 0; i < count; i++) {
		bool after = i >= place->at && i < place->to;
		rest[i] = seasonal->values[i] - (after && isfinite(step) ? step : 0);
		weights[i] = after && !whole ? 0 : seasonal->weights[i];
	}
	if (!decompose(seasonal, periods, rest, weights))
		return false;
	for (size_t i = 0; i < count; i++)
		rest[i] = seasonal->values[i] - seasonal->stl.seasonal[i] - seasonal->stl.second[i];
	return true;
}

static bool
is_found(const struct seasonal_periods *periods, size_t period)
{
	for (size_t i = 0; i < periods->count; i++) {
		if (periods->items[i].points == period)
			return true;
	}
	return false;
}

/* Was the rise there a period earlier too? Asked of periods too long to be folded. */
static void
compare_earlier(const struct seasonal *seasonal, const double *rest, const struct place *place,
		const struct noise *noise, struct seasonal_step *out)
{
	static const int64_t lengths[] = { SEASONAL_WEEK, SEASONAL_DAY };
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		size_t period = seasonal_points(seasonal, lengths[i]);
		size_t after = place->to - place->at;
		size_t before = place->at - place->from;
		if (period == 0 || seasonal->count / period >= FOLDED_TURNS || after > period ||
		    is_found(&out->periods, period))
			continue;
		before = before < period / BEFORE_PART ? before : period / BEFORE_PART;
		after = after < period / 2 ? after : period / 2;
		if (before == 0 || place->at < period + before)
			continue;
		size_t at = place->at - period;
		double now =
			step_of(seasonal, rest, place->at - before, place->at, place->at + after);
		double then = step_of(seasonal, rest, at - before, at, at + after);
		double error = M_SQRT2 * error_of(noise, before, after);
		double again = then / now;
		if (!isfinite(again) || again < AGAIN_PART || again <= out->again ||
		    fabs(now) * M_SQRT2 < STANDS * error)
			continue;
		out->again = again;
		out->beyond = error > 0 ? fabs(now - then) / error : INFINITY;
		if (again > 1 || error <= 0)
			out->beyond = 0;
	}
}

static void
measure_parts(const struct seasonal *seasonal, const double *rest, const struct place *place,
	      const struct noise *noise, struct seasonal_step *out)
{
	size_t before = place->at - place->from;
	out->first = out->last = NAN;
	if (place->extended <= place->at || place->extended >= place->to)
		return;
	double level = mean_of(seasonal, rest, place->from, place->at);
	double first = mean_of(seasonal, rest, place->at, place->extended) - level;
	double last = mean_of(seasonal, rest, place->extended, place->to) - level;
	out->first = first / error_of(noise, before, place->extended - place->at);
	out->last = last / error_of(noise, before, place->to - place->extended);
}

static bool
is_change(const struct place *place, size_t count)
{
	return place->from < place->at && place->at < place->to && place->to <= count;
}

void
seasonal_step_measure(struct seasonal *seasonal, const struct seasonal_input *input,
		      struct seasonal_step *out)
{
	*out = (struct seasonal_step){ .first = NAN, .last = NAN, .beyond = INFINITY };
	seasonal_find(seasonal, input, &out->periods);
	if (seasonal->count == 0)
		return;
	struct place place = place_change(seasonal, input);
	if (!is_change(&place, seasonal->count))
		return;
	size_t count = seasonal->count;
	double *rest = seasonal_room(seasonal, 3 * count);
	double *room = rest + count;
	memcpy(rest, seasonal->values, count * sizeof(*rest));
	out->raw = step_of(seasonal, seasonal->values, place.from, place.at, place.to);
	if (out->periods.count > 0 &&
	    !remove_about(seasonal, &out->periods, &place, rest, rest + 2 * count))
		out->periods.count = 0;
	struct noise noise = measure_noise(seasonal, rest, &place, room);
	if (out->periods.count > 0)
		add_season_noise(seasonal, &out->periods, &place, &noise);
	out->delta = step_of(seasonal, rest, place.from, place.at, place.to);
	out->error = error_of(&noise, place.at - place.from, place.to - place.at);
	if (out->periods.count > 0) {
		double other = placebo(seasonal, rest, &place, out->periods.items[0].points);
		noise.deviation *= other > out->error ? other / out->error : 1;
		out->error = fmax(out->error, other);
	}
	measure_parts(seasonal, rest, &place, &noise, out);
	compare_earlier(seasonal, rest, &place, &noise, out);
}

/* "a day", "3 h", "144 points". */
static void
name_period(const struct seasonal_period *period, char *out, size_t size)
{
	if (period->length == SEASONAL_DAY)
		snprintf(out, size, "a day");
	else if (period->length == SEASONAL_WEEK)
		snprintf(out, size, "a week");
	else if (period->length > 0)
		snprintf(out, size, "%.3g h", (double)period->length / (double)SEASONAL_HOUR);
	else
		snprintf(out, size, "%zu points", period->points);
}

static void
judge_repetition(struct detect_stage_result *out, const struct seasonal_step *step)
{
	out->value = step->beyond;
	out->limit = STANDS;
	out->passed = false;
	snprintf(out->why, sizeof(out->why),
		 "%.0f %% of the rise was there a period earlier too; %.1f standard deviations "
		 "more, "
		 "under %.1f",
		 step->again * 100, step->beyond, STANDS);
}

static void
judge_season(struct detect_stage_result *out, const struct seasonal_step *step)
{
	char name[32];
	double sign = step->raw < 0 ? -1 : 1;
	double part = fmin(isnan(step->first) ? INFINITY : sign * step->first,
			   isnan(step->last) ? INFINITY : sign * step->last);
	double whole = step->error > 0 ? sign * step->delta / step->error : INFINITY;
	if (step->error <= 0 && sign * step->delta <= 0)
		whole = 0;
	name_period(&step->periods.items[0], name, sizeof(name));
	bool part_fails = whole >= STANDS && part < STANDS_PART;
	out->value = part_fails ? part : whole;
	out->limit = part_fails ? STANDS_PART : STANDS;
	out->passed = out->value >= out->limit;
	snprintf(
		out->why, sizeof(out->why),
		"without the season of %s%s the step is %.1f of its standard deviations%s, %s %.1f",
		name, step->periods.count > 1 ? " and a week" : "", out->value,
		part_fails ? " in a part of the windows after" : "",
		out->passed ? "at least" : "under", out->limit);
}

void
detect_seasonal_in(struct seasonal *seasonal, struct detect_stage_result *out,
		   const struct seasonal_input *input)
{
	struct seasonal_step step;
	seasonal_step_measure(seasonal, input, &step);
	*out = (struct detect_stage_result){ .stage = STAGE_SEASONAL,
					     .ran = seasonal->count > 0 && step.periods.limit > 0,
					     .passed = true };
	if (!isfinite(step.delta) || !isfinite(step.raw))
		out->ran = false;
	if (!out->ran) {
		snprintf(out->why, sizeof(out->why), "too short or too irregular for a season");
		return;
	}
	if (step.beyond < STANDS) {
		judge_repetition(out, &step);
	} else if (step.periods.count > 0) {
		judge_season(out, &step);
	} else {
		/* No figures: those of this stage are of the step, and nothing was taken from it.
		 */
		out->value = out->limit = NAN;
		snprintf(out->why, sizeof(out->why), "no season: its score is %.1f, under %.1f",
			 step.periods.best, step.periods.limit);
	}
}

void
detect_seasonal(struct detect_stage_result *out, const struct seasonal_input *input)
{
	struct seasonal seasonal;
	seasonal_init(&seasonal);
	detect_seasonal_in(&seasonal, out, input);
	seasonal_release(&seasonal);
}
