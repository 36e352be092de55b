/* What is remembered of a service, kept up with its windows. See detection_state.h. */
#include "core/explain/detection_state.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/vec.h"
#include "core/detect/scan.h"

#define SQUARE_MIN 14.4 /* of the z of p 0.01: what a full scan did not report is below */
#define GROWTH 0.95
#define GREW 1.08    /* times what the scan saw: a change that it knows became surer */
#define APPEARED 2.0 /* times the samples that make a function worth a test */

void
detection_state_release(struct detection_state *state)
{
	for (size_t i = 0; i < state->function_count; i++) {
		screen_release(&state->functions[i].screen);
		free(state->functions[i].ahead.parts);
	}
	free(state->functions);
	free(state->ids);
	free(state->starts);
	free(state->sums);
	free(state->priors);
	free(state->changes);
	*state = (struct detection_state){ 0 };
}

static void
put_window(struct detection_state *state, const struct window_key *key)
{
	size_t w = state->windows++;
	state->ids[w] = key->id;
	state->starts[w] = key->start;
	state->sums[w + 1] = state->sums[w] + (double)key->samples;
}

static void
reserve_windows(struct detection_state *state, size_t windows)
{
	state->ids = memory_resize(state->ids, windows + 1, sizeof(*state->ids));
	state->starts = memory_resize(state->starts, windows + 1, sizeof(*state->starts));
	state->sums = memory_resize(state->sums, windows + 2, sizeof(*state->sums));
}

size_t
detection_state_ahead(size_t windows)
{
	size_t count = windows / STATE_AGE + 1;
	return count < STATE_AHEAD_MAX ? count : STATE_AHEAD_MAX;
}

void
detection_state_begin(struct detection_state *state, const struct window_keys *keys,
		      const uint32_t *functions, size_t function_count, const uint32_t *columns)
{
	reserve_windows(state, keys->count);
	state->sums[0] = 0;
	for (size_t w = 0; w < keys->count; w++)
		put_window(state, &keys->items[w]);
	state->full = state->rest = state->windows;
	/* Services rest at different times, so that not all wake at once. */
	if (keys->count > STATE_REST)
		state->rest -= (size_t)(((uint64_t)state->ids[0] * 2654435761u >> 11) % STATE_REST);
	state->functions = memory_alloc_array(function_count + 1, sizeof(*state->functions));
	state->function_count = state->function_capacity = function_count;
	for (size_t f = 0; f < function_count; f++) {
		state->functions[f].number = functions[f];
		for (size_t w = 0; w < keys->count; w++)
			state->functions[f].samples += columns[f * keys->count + w];
	}
}

/* Functions of like counts have one prior: there are few, and the last one is often it. */
static uint32_t
number_prior(struct detection_state *state, const struct detect_noise_prior *prior)
{
	for (size_t i = state->prior_count; i > 0; i--) {
		const struct detect_noise_prior *known = &state->priors[i - 1];
		if (known->intraclass == prior->intraclass && known->scale == prior->scale &&
		    known->freedom == prior->freedom && known->first == prior->first)
			return (uint32_t)i - 1;
	}
	state->priors =
		memory_resize(state->priors, state->prior_count + 1, sizeof(*state->priors));
	state->priors[state->prior_count] = *prior;
	return (uint32_t)state->prior_count++;
}

static void
move_points(struct screen_hull *hull, size_t by)
{
	for (size_t i = 0; i < hull->count; i++)
		hull->points[i].window += (uint32_t)by;
}

static void
take_ahead(struct state_function *function, const struct detect_ahead *ahead, size_t windows)
{
	free(function->ahead.parts);
	function->ahead = *ahead;
	function->ahead_from = windows;
	if (ahead->count > 0)
		function->ahead.parts =
			memory_copy(ahead->parts, ahead->count * sizeof(*ahead->parts));
	else
		function->ahead.parts = NULL;
}

/* The scan may have had fewer windows than the state: old ones that fell out of its time. */
static void
take_look(struct detection_state *state, struct state_function *function,
	  const struct detect_look *look)
{
	size_t skipped = state->windows - look->windows;
	double margin = STATE_MARGIN * look->unit;
	function->screen.cut = look->cut;
	function->seasonal = look->seasonal;
	take_ahead(function, look->ahead, state->windows);
	double peak = screen_begin(&function->screen, look->counts, look->kept,
				   state->sums + skipped, look->windows, look->from);
	function->screen.from += skipped;
	move_points(&function->screen.lower, skipped);
	move_points(&function->screen.upper, skipped);
	/* What was just found not to be enough has to grow to be looked at again. */
	margin = fmax(margin, GROWTH * peak / fmax(look->square, SQUARE_MIN));
	function->screen.unit = margin;
	function->sure = fmax(margin, look->unit);
	function->known = look->square > 0 ? GREW * peak : 0;
	function->tested = true;
}

void
detection_state_look(void *user, const struct detect_look *look)
{
	struct detection_state *state = user;
	struct state_function *function = &state->functions[look->function];
	if (!function->tested)
		function->prior = number_prior(state, look->prior);
	take_look(state, function, look);
}

static void
put_changes(struct detection_state *state, const struct detect_result *result, size_t skipped)
{
	size_t count = state->change_count;
	state->changes = memory_resize(state->changes, count + result->changes.count + 1,
				       sizeof(*state->changes));
	for (size_t i = 0; i < result->changes.count; i++) {
		const struct detect_change *change = &result->changes.items[i];
		state->changes[count++] = (struct state_change){ .function = change->function,
								 .direction = change->direction,
								 .filter = change->filter,
								 .at = change->at + skipped,
								 .low = change->low + skipped,
								 .high = change->high + skipped,
								 .p = change->p };
	}
	state->change_count = count;
}

void
detection_state_end(struct detection_state *state, const struct detect_result *result)
{
	state->tests = result->tests;
	state->series = result->series;
	state->least = result->least;
	state->change_count = 0;
	put_changes(state, result, 0);
}

enum state_fit
detection_state_fit(const struct detection_state *state, const struct window_keys *keys,
		    size_t *skipped)
{
	size_t first = 0;
	if (keys->count == 0 || state->windows == 0)
		return STATE_UNUSABLE;
	while (first < state->windows && state->ids[first] != keys->items[0].id)
		first++;
	size_t known = state->windows - first;
	if (known < STATE_WINDOWS_MIN || keys->count < known)
		return STATE_UNUSABLE;
	for (size_t w = 0; w < known; w++) {
		if (state->ids[first + w] != keys->items[w].id)
			return STATE_UNUSABLE;
	}
	*skipped = first;
	if (keys->count == known)
		return STATE_SAME;
	/* From half of the age on, by the number of a window: another one in each service. */
	size_t age = first + keys->count - state->full;
	size_t most = state->full / STATE_AGE;
	most -= (size_t)((uint64_t)state->ids[0] * 2654435761u % (most / 2 + 1));
	return age > most || first > most ? STATE_UNUSABLE : STATE_NEW;
}

/* The square of the least z whose p, chosen from all splits of so many windows, is this one. */
static double
square_of(double p, size_t windows)
{
	struct detect_series series;
	double z = 3;
	detect_series_init(&series);
	detect_series_resize(&series, windows);
	for (size_t i = 0; i < windows; i++)
		series.total[i] = 1;
	memcpy(series.kept, series.count, windows * sizeof(*series.kept));
	detect_series_weigh(&series, 0);
	while (z < 10 && detect_maximum_p(z + 0.05, &series, 0, windows) > p)
		z += 0.05;
	detect_series_release(&series);
	return z * z;
}

static struct state_function *
add_function(struct detection_state *state, uint32_t number)
{
	state->functions = vec_grow(state->functions, &state->function_capacity,
				    state->function_count + 1, sizeof(*state->functions));
	struct state_function *function = &state->functions[state->function_count++];
	*function = (struct state_function){ .number = number };
	return function;
}

/* By column: which function of the state it is. Both are mostly in one order. */
static uint32_t *
match_functions(struct detection_state *state, const struct function_columns *columns)
{
	uint32_t *match = memory_alloc_array(columns->function_count + 1, sizeof(*match));
	uint32_t largest = 0;
	for (size_t f = 0; f < state->function_count; f++)
		largest =
			state->functions[f].number > largest ? state->functions[f].number : largest;
	uint32_t *places = memory_alloc_array((size_t)largest + 1, sizeof(*places));
	for (size_t f = 0; f < state->function_count; f++)
		places[state->functions[f].number] = (uint32_t)f + 1;
	for (size_t c = 0; c < columns->function_count; c++) {
		uint32_t number = columns->functions[c];
		if (number <= largest && places[number] != 0) {
			match[c] = places[number] - 1;
			continue;
		}
		match[c] = (uint32_t)state->function_count;
		add_function(state, number);
	}
	free(places);
	return match;
}

/*
 * Samples of a window without the season that the last scan foresaw. A window that nothing
 * foresaw ends the foresight: from then on the function waits for its next scan.
 */
static uint32_t
without_season(const struct detection_state *state, struct state_function *function, size_t window,
	       uint32_t samples)
{
	struct detect_ahead *ahead = &function->ahead;
	if (!function->seasonal || ahead->count == 0)
		return samples;
	int64_t after = state->starts[window] - state->starts[function->ahead_from - 1];
	int64_t steps = (after + ahead->step / 2) / ahead->step;
	int64_t off = after - steps * ahead->step;
	if (steps < 1 || (uint64_t)steps > ahead->count || llabs(off) > ahead->step / 8) {
		ahead->count = 0;
		return samples;
	}
	double total = state->sums[window + 1] - state->sums[window];
	double clean = samples - ahead->quantum * ahead->parts[steps - 1] * total;
	return (uint32_t)lround(fmin(fmax(clean, 0), fmin(total, UINT32_MAX)));
}

/*
 * All new windows of one function; its counts are NULL where it is in none of them. Is it to be
 * scanned again? What passes by the margin only waits until the state has rested.
 */
static bool
add_counts(struct detection_state *state, struct state_function *function, const uint32_t *counts,
	   size_t count, double square, bool rested)
{
	size_t first = state->windows - count;
	bool passes = false;
	for (size_t w = 0; w < count; w++) {
		uint32_t samples = counts != NULL ? counts[w] : 0;
		function->samples += samples;
		if (!function->tested)
			continue;
		samples = without_season(state, function, first + w, samples);
		double peak = screen_add(&function->screen, samples, state->sums, first + w);
		double least = rested ? square * function->screen.unit
				      : fmax(square * function->sure, function->known);
		passes = passes || peak >= least;
	}
	return passes && (!function->seasonal || function->ahead.count > 0);
}

static bool
is_young(const struct detection_state *state, const struct state_change *change, double p,
	 bool rested)
{
	bool waits = change->filter != DETECT_PASSED && !rested;
	size_t young = waits ? STATE_FRESH : STATE_YOUNG;
	return change->p <= p && change->at + young >= state->windows;
}

/* A function without a test so far that would be given one, and not by a hair. */
static bool
appeared(const struct detection_state *state)
{
	for (size_t f = 0; f < state->function_count; f++) {
		const struct state_function *function = &state->functions[f];
		if (!function->tested && function->samples > APPEARED * fmax(state->least, 6))
			return true;
	}
	return false;
}

static void
mark_by_time(struct detection_state *state, double p, bool rested, bool *again)
{
	for (size_t i = 0; i < state->change_count; i++) {
		if (is_young(state, &state->changes[i], p, rested))
			again[state->changes[i].function] = true;
	}
	if (!rested)
		return;
	state->rest = state->windows;
	for (size_t f = 0; f < state->function_count; f++)
		again[f] = again[f] ||
			   (state->functions[f].seasonal && state->functions[f].ahead.count == 0);
}

size_t
detection_state_add(struct detection_state *state, const struct window_key *keys,
		    const struct function_columns *columns, double p, bool *again)
{
	size_t count = columns->windows;
	uint32_t *match = match_functions(state, columns);
	const uint32_t **counts =
		memory_alloc_array(state->function_count + 1, sizeof(const uint32_t *));
	size_t marked = 0;
	reserve_windows(state, state->windows + count);
	for (size_t w = 0; w < count; w++)
		put_window(state, &keys[w]);
	for (size_t c = 0; c < columns->function_count; c++)
		counts[match[c]] = columns->counts + c * count;
	double square = square_of(p, state->windows);
	bool rested = state->windows - state->rest >= STATE_REST;
	for (size_t f = 0; f < state->function_count; f++)
		again[f] =
			add_counts(state, &state->functions[f], counts[f], count, square, rested);
	mark_by_time(state, p, rested, again);
	for (size_t f = 0; f < state->function_count; f++)
		marked += again[f];
	free(counts);
	free(match);
	return appeared(state) ? SIZE_MAX : marked;
}

size_t
detection_state_mark_changed(const struct detection_state *state, bool *again)
{
	size_t marked = 0;
	for (size_t i = 0; i < state->change_count; i++)
		again[state->changes[i].function] = true;
	for (size_t f = 0; f < state->function_count; f++)
		marked += again[f];
	return marked;
}

void
detection_state_renew(struct detection_state *state, const struct detect_result *result,
		      const bool *again, size_t skipped)
{
	size_t kept = 0;
	for (size_t i = 0; i < state->change_count; i++) {
		if (!again[state->changes[i].function])
			state->changes[kept++] = state->changes[i];
	}
	state->change_count = kept;
	put_changes(state, result, skipped);
}
