/* The power calculator. Called by detect.c and by `headroom power`. */
#include "core/detect/power.h"

#include <math.h>
#include <stdbool.h>

#include "core/detect/distribution.h"

#define ROUNDS 100 /* bisections: to the last bit */
#define WINDOWS_MOST 1e15

/* The question with its defaults in place. */
struct known {
	double share, before, after; /* effective samples on either side */
	double z_threshold, z_power;
	double per_window; /* effective samples of one window */
};

static bool
understand(struct known *out, const struct power_question *question)
{
	double dispersion = question->dispersion > 0 ? question->dispersion : 1;
	double memory = question->memory > 0 ? question->memory : 1;
	double power = question->power > 0 ? question->power : POWER_DEFAULT;
	double splits = fmax(question->splits, 1);
	if (!(question->share >= 0 && question->share <= 1) || !(question->samples > 0) ||
	    !(question->windows_before > 0) || !(question->windows_after > 0) ||
	    !(question->p > 0 && question->p < 0.5) || !(power > 0 && power < 1))
		return false;
	out->share = question->share;
	out->per_window = question->samples / (dispersion * memory);
	out->before = out->per_window * question->windows_before;
	out->after = out->per_window * question->windows_after;
	out->z_threshold = normal_quantile_upper_log(log(question->p) - log(splits));
	out->z_power = power >= 0.5 ? normal_quantile_upper_log(log1p(-power))
				    : -normal_quantile_upper_log(log(power));
	return true;
}

/* Variance of one sample; a share that nobody has seen yet is half a sample. */
static double
variance_of(double share, double samples)
{
	double at_least = fmin(0.5 / samples, 0.25);
	double kept = fmin(fmax(share, at_least), 1 - at_least);
	return kept * (1 - kept);
}

/* By how many standard deviations the increase passes the threshold. */
static double
margin(const struct known *known, double after, double increase)
{
	double v0 = variance_of(known->share, known->before);
	double v1 = variance_of(known->share + increase, after);
	double needed = known->z_threshold * sqrt(v0 / known->before + v0 / after);
	return (increase - needed) / sqrt(v0 / known->before + v1 / after);
}

double
power_of(const struct power_question *question, double increase)
{
	struct known known;
	if (!understand(&known, question) || !(increase >= 0) || question->share + increase > 1)
		return NAN;
	return 1 - normal_upper(margin(&known, known.after, increase));
}

double
power_smallest(const struct power_question *question)
{
	struct known known;
	if (!understand(&known, question))
		return NAN;
	double low = 0;
	double high = 1 - known.share;
	if (margin(&known, known.after, high) < known.z_power)
		return INFINITY;
	for (int round = 0; round < ROUNDS; round++) {
		double middle = (low + high) / 2;
		if (margin(&known, known.after, middle) < known.z_power)
			low = middle;
		else
			high = middle;
	}
	return high;
}

/* Effective samples after the change until the increase is found. */
static double
after_needed(const struct known *known, double increase)
{
	double low = 0;
	double high = known->per_window * WINDOWS_MOST;
	if (margin(known, high, increase) < known->z_power)
		return INFINITY;
	for (int round = 0; round < 2 * ROUNDS; round++) {
		double middle = (low + high) / 2;
		if (margin(known, middle, increase) < known->z_power)
			low = middle;
		else
			high = middle;
	}
	return high;
}

double
power_windows(const struct power_question *question, double increase)
{
	struct known known;
	struct power_question open = *question;
	open.windows_after = 1;
	if (!understand(&known, &open) || !(increase > 0) || open.share + increase > 1)
		return NAN;
	return ceil(after_needed(&known, increase) / known.per_window);
}

double
power_samples(const struct power_question *question, double increase)
{
	struct known known;
	struct power_question open = *question;
	open.windows_after = 1;
	if (!understand(&known, &open) || !(increase > 0) || open.share + increase > 1)
		return NAN;
	return after_needed(&known, increase) * (open.samples / known.per_window);
}
