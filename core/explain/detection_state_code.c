/*
 * The state of a service as bytes and back. What is read is checked as any
 * input is: a damaged state is one that is not there. See detection_state.h.
 *
 * All numbers are varints: seven bits a byte, the lowest first, the top bit set on all but the
 * last. Signed ones have their sign in the lowest bit; reals are their bits, in 4 or 8 bytes.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/explain/detection.h"
#include "core/explain/detection_state.h"

#define COUNT_MAX 1e18

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

static void
put_signed(struct str *out, int64_t number)
{
	put(out, (uint64_t)number << 1 ^ (number < 0 ? UINT64_MAX : 0));
}

static void
put_double(struct str *out, double number)
{
	str_add_n(out, &number, sizeof(number));
}

static void
put_float(struct str *out, double number)
{
	float value = (float)number;
	str_add_n(out, &value, sizeof(value));
}

static void
put_hull(struct str *out, const struct screen_hull *hull)
{
	int64_t window = 0, count = 0;
	put(out, hull->count);
	for (size_t i = 0; i < hull->count; i++) {
		int64_t next = llround(hull->points[i].count);
		put(out, (uint64_t)(hull->points[i].window - window));
		put_signed(out, next - count);
		window = hull->points[i].window;
		count = next;
	}
}

/* What is still to come, each part as the difference from the one before it. */
static void
put_ahead(struct str *out, const struct detect_ahead *ahead)
{
	int64_t last = 0;
	put(out, ahead->count);
	if (ahead->count == 0)
		return;
	put(out, (uint64_t)ahead->step);
	put_double(out, ahead->quantum);
	for (size_t i = 0; i < ahead->count; i++) {
		put_signed(out, ahead->parts[i] - last);
		last = ahead->parts[i];
	}
}

static void
put_function(struct str *out, const struct state_function *function, uint32_t last)
{
	const struct screen *screen = &function->screen;
	put_signed(out, (int64_t)function->number - last);
	put(out, (uint64_t)llround(function->samples));
	put(out, (function->tested ? 1 : 0) | (function->seasonal ? 2 : 0));
	if (!function->tested)
		return;
	put(out, function->prior);
	put(out, screen->from);
	put_float(out, screen->unit);
	put_float(out, function->sure);
	put_float(out, function->known);
	put_float(out, screen->cut);
	put(out, (uint64_t)llround(screen->count));
	for (size_t i = 0; i < SCREEN_RECENT; i++)
		put(out, screen->recent[i]);
	put_hull(out, &screen->lower);
	put_hull(out, &screen->upper);
	if (!function->seasonal)
		return;
	put(out, function->ahead_from);
	put_ahead(out, &function->ahead);
}

static void
put_windows(struct str *out, const struct detection_state *state)
{
	int64_t id = 0, start = 0;
	put(out, state->windows);
	put(out, state->full);
	put(out, state->rest);
	for (size_t w = 0; w < state->windows; w++) {
		put_signed(out, state->ids[w] - id);
		put_signed(out, (int64_t)((uint64_t)state->starts[w] - (uint64_t)start));
		put(out, (uint64_t)(state->sums[w + 1] - state->sums[w]));
		id = state->ids[w];
		start = state->starts[w];
	}
}

void
detection_state_write(struct str *out, const struct detection_state *state)
{
	put(out, STATE_VERSION);
	put(out, state->settings);
	put(out, state->tests);
	put(out, state->series);
	put_double(out, state->least);
	put_windows(out, state);
	put(out, state->prior_count);
	for (size_t i = 0; i < state->prior_count; i++) {
		put_double(out, state->priors[i].intraclass);
		put_double(out, state->priors[i].scale);
		put_double(out, state->priors[i].freedom);
		put_double(out, state->priors[i].first);
	}
	put(out, state->function_count);
	for (size_t f = 0; f < state->function_count; f++)
		put_function(out, &state->functions[f], f > 0 ? state->functions[f - 1].number : 0);
	put(out, state->change_count);
	for (size_t i = 0; i < state->change_count; i++) {
		const struct state_change *change = &state->changes[i];
		put(out, change->function);
		put(out, change->direction == DETECT_INCREASE ? 1 : 0);
		put(out, change->filter);
		put(out, change->at);
		put(out, change->low);
		put(out, change->high);
		put_double(out, change->p);
	}
}

struct bytes {
	const unsigned char *at, *end;
	bool bad;
};

static uint64_t
get(struct bytes *in)
{
	uint64_t value = 0;
	for (unsigned shift = 0; shift < 64 && in->at < in->end; shift += 7) {
		unsigned char byte = *in->at++;
		value |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80)
			return value;
	}
	in->bad = true;
	return 0;
}

/* A number that is at most this; else the state is damaged. */
static size_t
get_most(struct bytes *in, uint64_t most)
{
	uint64_t value = get(in);
	if (value > most)
		in->bad = true;
	return in->bad ? 0 : (size_t)value;
}

static int64_t
get_signed(struct bytes *in)
{
	uint64_t value = get(in);
	return (int64_t)(value >> 1 ^ (~(value & 1) + 1));
}

static void
get_bytes(struct bytes *in, void *out, size_t length)
{
	if ((size_t)(in->end - in->at) < length) {
		in->bad = true;
		memset(out, 0, length);
		return;
	}
	memcpy(out, in->at, length);
	in->at += length;
}

/* Not a number and endless ones are damage, but where infinite says that there is no bound. */
static double
get_double(struct bytes *in)
{
	double value = 0;
	get_bytes(in, &value, sizeof(value));
	if (!isfinite(value))
		in->bad = true;
	return in->bad ? 0 : value;
}

static double
get_float(struct bytes *in, bool endless)
{
	float value = 0;
	get_bytes(in, &value, sizeof(value));
	if (isnan(value) || value < 0 || (!endless && isinf(value)))
		in->bad = true;
	return in->bad ? 0 : (double)value;
}

static size_t
left_of(const struct bytes *in)
{
	return (size_t)(in->end - in->at);
}

static void
get_windows(struct bytes *in, struct detection_state *state)
{
	uint64_t id = 0, start = 0;
	double sum = 0;
	size_t most = left_of(in) / 3;
	most = most < 2 * DETECTION_WINDOWS_MAX ? most : 2 * DETECTION_WINDOWS_MAX;
	state->windows = get_most(in, most);
	state->full = get_most(in, state->windows);
	state->rest = get_most(in, state->windows);
	state->ids = memory_alloc_array(state->windows + 1, sizeof(*state->ids));
	state->starts = memory_alloc_array(state->windows + 1, sizeof(*state->starts));
	state->sums = memory_alloc_array(state->windows + 2, sizeof(*state->sums));
	for (size_t w = 0; w < state->windows && !in->bad; w++) {
		id += (uint64_t)get_signed(in);
		start += (uint64_t)get_signed(in);
		uint64_t samples = get(in);
		sum += (double)samples;
		if (samples == 0 || (double)samples > COUNT_MAX)
			in->bad = true;
		state->ids[w] = (int64_t)id;
		state->starts[w] = (int64_t)start;
		state->sums[w + 1] = sum;
	}
}

static void
get_hull(struct bytes *in, const struct detection_state *state, struct screen *screen,
	 struct screen_hull *hull)
{
	uint64_t window = 0;
	int64_t count = 0;
	size_t points = get_most(in, left_of(in) / 2);
	hull->points = memory_alloc_array(points + 1, sizeof(*hull->points));
	hull->capacity = points + 1;
	for (size_t i = 0; i < points && !in->bad; i++) {
		uint64_t step = get_most(in, state->windows);
		count = (int64_t)((uint64_t)count + (uint64_t)get_signed(in));
		window += step;
		if (window <= screen->from || window > state->windows || step == 0 || count < 0)
			in->bad = true;
		if (!in->bad)
			hull->points[hull->count++] =
				(struct screen_point){ (uint32_t)window, (double)count };
	}
}

static void
get_ahead(struct bytes *in, struct detect_ahead *out)
{
	int64_t last = 0;
	size_t count = get_most(in, STATE_AHEAD_MAX);
	if (count == 0)
		return;
	out->step = (int64_t)get_most(in, INT64_MAX / 4);
	out->quantum = get_double(in);
	if (out->step == 0 || out->quantum < 0)
		in->bad = true;
	out->parts = memory_alloc_array(count, sizeof(*out->parts));
	for (size_t i = 0; i < count && !in->bad; i++) {
		last = (int64_t)((uint64_t)last + (uint64_t)get_signed(in));
		if (last < INT16_MIN || last > INT16_MAX)
			in->bad = true;
		out->parts[i] = in->bad ? 0 : (int16_t)last;
		out->count = i + 1;
	}
}

static void
get_function(struct bytes *in, const struct detection_state *state, struct state_function *out,
	     uint32_t last)
{
	int64_t number = (int64_t)last + get_signed(in);
	out->samples = (double)get(in);
	size_t flags = get_most(in, 3);
	if (number <= 0 || number > (int64_t)TELEMETRY_IDS_MAX)
		in->bad = true;
	out->number = in->bad ? 0 : (uint32_t)number;
	out->tested = (flags & 1) != 0;
	out->seasonal = (flags & 2) != 0;
	if (!out->tested)
		return;
	out->prior = (uint32_t)get_most(in, state->prior_count - 1);
	out->screen.from = get_most(in, state->windows);
	out->screen.unit = get_float(in, false);
	out->sure = get_float(in, false);
	out->known = get_float(in, false);
	out->screen.cut = get_float(in, true);
	out->screen.count = (double)get(in);
	for (size_t i = 0; i < SCREEN_RECENT; i++)
		out->screen.recent[i] = (uint32_t)get_most(in, UINT32_MAX);
	get_hull(in, state, &out->screen, &out->screen.lower);
	get_hull(in, state, &out->screen, &out->screen.upper);
	if (!out->seasonal)
		return;
	out->ahead_from = get_most(in, state->windows);
	get_ahead(in, &out->ahead);
	if (out->ahead_from == 0)
		in->bad = true;
}

static void
get_priors(struct bytes *in, struct detection_state *state)
{
	state->prior_count = get_most(in, left_of(in) / 32);
	state->priors = memory_alloc_array(state->prior_count + 1, sizeof(*state->priors));
	for (size_t i = 0; i < state->prior_count; i++) {
		struct detect_noise_prior *prior = &state->priors[i];
		prior->intraclass = get_double(in);
		prior->scale = get_double(in);
		prior->freedom = get_double(in);
		prior->first = get_double(in);
	}
}

static void
get_functions(struct bytes *in, struct detection_state *state)
{
	uint32_t last = 0;
	size_t count = get_most(in, left_of(in) / 3);
	state->functions = memory_alloc_array(count + 1, sizeof(*state->functions));
	state->function_capacity = count;
	for (size_t f = 0; f < count && !in->bad; f++) {
		get_function(in, state, &state->functions[f], last);
		state->function_count = f + 1;
		last = state->functions[f].number;
		if (state->functions[f].tested && state->prior_count == 0)
			in->bad = true;
	}
}

static void
get_changes(struct bytes *in, struct detection_state *state)
{
	size_t count = get_most(in, left_of(in) / 12);
	state->changes = memory_alloc_array(count + 1, sizeof(*state->changes));
	for (size_t i = 0; i < count && !in->bad; i++) {
		struct state_change *change = &state->changes[i];
		change->function = (uint32_t)get_most(in, state->function_count);
		change->direction = get_most(in, 1) == 1 ? DETECT_INCREASE : DETECT_DECREASE;
		change->filter = (enum detect_filter)get_most(in, DETECT_DUPLICATE);
		change->at = get_most(in, state->windows);
		change->low = get_most(in, state->windows);
		change->high = get_most(in, state->windows);
		change->p = get_double(in);
		if (change->function >= state->function_count)
			in->bad = true;
		state->change_count = i + 1;
	}
}

bool
detection_state_read(struct detection_state *out, const void *data, size_t length)
{
	struct bytes in = { .at = data };
	in.end = length > 0 ? in.at + length : in.at;
	*out = (struct detection_state){ 0 };
	if (get(&in) != STATE_VERSION)
		return false;
	out->settings = get(&in);
	out->tests = get_most(&in, UINT32_MAX);
	out->series = get_most(&in, UINT32_MAX);
	out->least = get_double(&in);
	get_windows(&in, out);
	if (!in.bad)
		get_priors(&in, out);
	if (!in.bad)
		get_functions(&in, out);
	if (!in.bad)
		get_changes(&in, out);
	if (!in.bad && in.at == in.end)
		return true;
	detection_state_release(out);
	return false;
}
