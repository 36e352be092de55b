/*
 * The factor timing of suspects; see suspect_timing.h.
 *
 * A change works from its deploy on, which comes after its own time by minutes
 * or days, and a deploy brings many changes at once. So a change between the
 * last old and the first new window is best (1); one from before the last old
 * window may have waited for its deploy: 1 / (1 + (wait / scale)^2), where scale
 * is the distance between these windows, but six hours at least and a day at most: profiles
 * may be months apart, and yet what was merged is soon deployed; one from
 * after the growth began has no part in it (0). Where the windows' label
 * "version" names changes, or deploys are among the changes, it is known what
 * ran before and after, and only what came between has 1.
 */
#include "core/explain/suspect_timing.h"

#include <math.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/text.h"

#define LOOK_BACK (14 * CLOCK_DAY)
#define SCALE_LEAST (6 * CLOCK_HOUR)
#define SCALE_MOST CLOCK_DAY
#define WITHIN_NEW 0.7  /* came while the first new window was recorded */
#define RAN_BEFORE 0.05 /* was in what ran before: labels can be wrong */
#define NOT_YET_RUN 0.05
#define VERSION_MIN 7 /* characters of a version that may be a commit id */

static int64_t
low_of(const struct finding *finding)
{
	bool is_set = finding->changed_low != 0 && finding->changed_low <= finding->changed_at;

	return is_set ? finding->changed_low : finding->changed_at;
}

int64_t
suspect_timing_from(const struct finding *finding)
{
	int64_t gap = 3 * (finding->changed_at - low_of(finding));

	return low_of(finding) - (gap > LOOK_BACK ? gap : LOOK_BACK);
}

/* The version that the label of a window names, or NULL. */
static const char *
version_of(const struct window *window)
{
	for (size_t i = 0; i < window->labels.count; i++) {
		if (text_starts_with(window->labels.items[i], "version="))
			return window->labels.items[i] + strlen("version=");
	}
	return NULL;
}

/* The time of the change that a version names by its key or the beginning of it; 0: none. */
static int64_t
time_of_version(const char *version, const struct change_list *changes)
{
	if (version == NULL || strlen(version) < VERSION_MIN)
		return 0;
	for (size_t i = changes->count; i > 0; i--) {
		const char *key = changes->items[i - 1].key;

		if (text_starts_with(key, version))
			return changes->items[i - 1].time;
	}
	return 0;
}

static void
use_versions(struct suspect_timing *out, const struct window_list *windows,
	     const struct change_list *changes)
{
	const struct window *old = NULL, *new = NULL;

	for (size_t i = 0; i < windows->count; i++) {
		const struct window *window = &windows->items[i];

		if (window->start <= out->old)
			old = window;
		if (window->start >= out->seen && new == NULL)
			new = window;
	}
	if (old == NULL || new == NULL)
		return;
	out->in_old = time_of_version(version_of(old), changes);
	out->in_new = time_of_version(version_of(new), changes);
	if (out->in_old >= out->in_new) /* a rollback, or no change between: says nothing */
		out->in_old = out->in_new = 0;
}

/* The deploy that brought it is the last one up to the first new window, if it came after the old
 * one. */
static void
use_deploys(struct suspect_timing *out, const struct change_list *changes)
{
	int64_t before = 0, last = 0;

	for (size_t i = 0; i < changes->count; i++) {
		const struct change *change = &changes->items[i];

		if (strcmp(change->kind, "deploy") == 0 && change->time <= out->high) {
			before = last;
			last = change->time;
		}
	}
	if (last >= out->old) {
		out->in_new = last;
		out->in_old = before;
	}
}

void
suspect_timing_of(struct suspect_timing *out, const struct finding *finding,
		  const struct window_list *windows, const struct change_list *changes)
{
	*out = (struct suspect_timing){ .old = low_of(finding),
					.seen = finding->changed_at,
					.high = finding->changed_high };
	for (size_t i = 0; i < windows->count; i++) {
		const struct window *window = &windows->items[i];

		if (finding->changed_low == 0 && window->start < out->seen)
			out->old = window->start;
		if (window->start == out->seen && window->end > out->high)
			out->high = window->end;
	}
	if (out->high < out->seen)
		out->high = out->seen;
	use_versions(out, windows, changes);
	if (out->in_new == 0)
		use_deploys(out, changes);
}

double
suspect_timing_score(const struct suspect_timing *timing, int64_t time)
{
	double scale = (double)(timing->high - timing->old);

	if (time > timing->high)
		return 0;
	if (timing->in_new != 0 && time > timing->in_new)
		return NOT_YET_RUN;
	if (timing->in_old != 0 && time <= timing->in_old)
		return RAN_BEFORE;
	if (timing->in_old != 0)
		return 1;
	if (time > timing->seen)
		return WITHIN_NEW;
	if (time >= timing->old)
		return 1;
	scale = fmin(fmax(scale, (double)SCALE_LEAST), (double)SCALE_MOST);
	return 1 / (1 + pow((double)(timing->old - time) / scale, 2));
}
