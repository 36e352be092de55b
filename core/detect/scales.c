/* Configurations fitted to the windows that there are. See scales.h. */
#include "core/detect/scales.h"

#include <stdio.h>

#include "core/base/text.h"

#define HOUR (INT64_C(3600) * 1000000)
#define FAST_LASTED 3 /* windows: fewer are a spike (SERIES_SEGMENT_MIN) */
#define SLOW_LASTED 6
#define LASTED_PART 3 /* an extended stretch takes at most a third of the windows */
#define WINDOWS_MIN 6

const char *
detect_scale_name(enum detect_scale scale)
{
	static const char *const names[] = {
		[DETECT_FAST] = "large-and-fast",
		[DETECT_SLOW] = "small-and-slow",
		[DETECT_RAMP] = "long-term",
	};
	return names[scale];
}

const struct detect_config *
detect_configs_default(size_t *count)
{
	static const struct detect_config configs[] = {
		{ .scale = DETECT_FAST, .min_delta = DETECT_MIN_DELTA },
		{ .scale = DETECT_SLOW, .extended = 6 * HOUR, .min_delta = DETECT_MIN_DELTA_SLOW },
		{ .scale = DETECT_RAMP, .min_delta = DETECT_MIN_DELTA_RAMP },
	};
	*count = sizeof(configs) / sizeof(configs[0]);
	return configs;
}

/* What is known of the time axis. */
struct axis {
	const int64_t *times;
	size_t windows;
	int64_t step; /* median-like: whole span over windows */
	int64_t end;
};

static int64_t
time_at(const struct axis *axis, size_t window)
{
	return axis->times != NULL ? axis->times[window] : (int64_t)window * HOUR;
}

/* First window that starts at or after this time. */
static size_t
window_at(const struct axis *axis, int64_t time)
{
	size_t low = 0;
	size_t high = axis->windows;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (time_at(axis, middle) < time)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* "3.5 h" or "10 d". */
static void
put_duration(char *out, size_t size, int64_t duration)
{
	double hours = (double)duration / (double)HOUR;
	if (hours >= 48)
		snprintf(out, size, "%.3g d", hours / 24);
	else
		snprintf(out, size, "%.3g h", hours);
}

static void
fit_extended(struct detect_span *span, const struct axis *axis)
{
	size_t least = span->config.scale == DETECT_FAST ? FAST_LASTED : SLOW_LASTED;
	size_t most = axis->windows / LASTED_PART;
	span->lasted = axis->windows - window_at(axis, axis->end - span->config.extended);
	if (span->lasted < least)
		span->lasted = least;
	if (span->lasted > most && most >= FAST_LASTED) {
		span->lasted = most;
		span->shortened = true;
	}
}

static void
explain(struct detect_span *span, const struct axis *axis)
{
	char held[24], asked[24], lasted[24];
	int64_t recent = span->config.analysis + span->config.extended;
	int64_t wanted = span->config.historic + recent;
	put_duration(held, sizeof(held), axis->end - time_at(axis, 0));
	put_duration(asked, sizeof(asked), wanted);
	put_duration(lasted, sizeof(lasted), span->config.extended);
	if (span->shortened && axis->end - time_at(axis, 0) < wanted)
		snprintf(span->why, sizeof(span->why),
			 "%zu window%s hold%s %s of the %s asked for; a change must last %zu "
			 "windows",
			 axis->windows, text_plural(axis->windows), axis->windows == 1 ? "s" : "",
			 held, asked, span->lasted);
	else if (span->shortened)
		snprintf(span->why, sizeof(span->why),
			 "only %zu window%s: a change must last %zu of them, a third, not %s",
			 axis->windows, text_plural(axis->windows), span->lasted, lasted);
	else
		snprintf(span->why, sizeof(span->why),
			 "%zu window%s, %s; changes from window %zu on that last %zu windows",
			 axis->windows, text_plural(axis->windows), held, span->analysis,
			 span->lasted);
}

static void
fit(struct detect_span *span, const struct detect_config *config, const struct axis *axis)
{
	*span = (struct detect_span){ .config = *config };
	int64_t recent = config->analysis + config->extended;
	fit_extended(span, axis);
	if (config->analysis > 0)
		span->analysis = window_at(axis, axis->end - recent);
	if (config->historic > 0) {
		int64_t begin = axis->end - recent - config->historic;
		span->shortened |= begin < time_at(axis, 0) - axis->step;
	}
	explain(span, axis);
}

void
detect_spans_fit(struct detect_spans *out, const struct detect_config *configs, size_t count,
		 const int64_t *times, size_t windows)
{
	struct axis axis = { .times = times, .windows = windows };
	*out = (struct detect_spans){ 0 };
	if (windows < WINDOWS_MIN)
		return;
	int64_t whole = time_at(&axis, windows - 1) - time_at(&axis, 0);
	axis.step = whole / (int64_t)(windows - 1);
	axis.end = time_at(&axis, windows - 1) + axis.step;
	for (size_t i = 0; i < count && out->count < DETECT_CONFIGS_MAX; i++)
		fit(&out->items[out->count++], &configs[i], &axis);
}
