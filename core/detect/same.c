/* One regression in two runs. Called by core/explain/detection_finding.c. */
#include "core/detect/same.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define APART_MAX 1.0 /* windows */
#define SURE 3.0      /* standard deviations */
#define WINDOW_LEAST 1

/* Windows between the two intervals; 0: they overlap. */
static double
windows_apart(const struct same_change *known, const struct same_change *found)
{
	int64_t window = known->window > found->window ? known->window : found->window;
	double gap = 0;
	window = window < WINDOW_LEAST ? WINDOW_LEAST : window;
	if (found->low > known->high)
		gap = (double)found->low - (double)known->high;
	else if (known->low > found->high)
		gap = (double)known->low - (double)found->high;
	return gap / (double)window;
}

static bool
is_same_size(const struct same_change *known, const struct same_change *found)
{
	double a = fabs(known->after - known->before);
	double b = fabs(found->after - found->before);
	double error = hypot(known->error, found->error);
	return fmax(a, b) <= SAME_SIZE_TIMES * fmin(a, b) || fabs(a - b) <= SURE * error;
}

/* Does the one that was found begin at the level where the known one ended? */
static bool
is_further_step(const struct same_change *known, const struct same_change *found)
{
	return found->low > known->high &&
	       fabs(found->before - known->after) < fabs(found->before - known->before);
}

void
detect_same(struct detect_stage_result *out, const struct same_change *known,
	    const struct same_change *found)
{
	*out = (struct detect_stage_result){
		.stage = STAGE_SAME_REGRESSION, .ran = true, .passed = true, .limit = APART_MAX
	};
	if (strcmp(known->subject, found->subject) != 0 || known->direction != found->direction) {
		out->ran = false;
		snprintf(out->why, sizeof(out->why), "of another subject or direction");
		return;
	}
	out->value = windows_apart(known, found);
	if (out->value > APART_MAX) {
		snprintf(out->why, sizeof(out->why),
			 "%.1f windows from the known one, more than %.0f", out->value, APART_MAX);
		return;
	}
	if (!is_same_size(known, found)) {
		snprintf(out->why, sizeof(out->why),
			 "at the time of the known one, but over %.0f times its size or under a "
			 "%.0frd",
			 SAME_SIZE_TIMES, SAME_SIZE_TIMES);
		return;
	}
	if (is_further_step(known, found)) {
		snprintf(out->why, sizeof(out->why),
			 "a further step: it begins at the level where the known one ended");
		return;
	}
	out->passed = false;
	snprintf(out->why, sizeof(out->why), "%.1f windows from the known one, at most %.0f",
		 out->value, APART_MAX);
}
