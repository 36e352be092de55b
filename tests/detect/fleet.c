/* Made-up services. Called by the tests of calibration and of changes. */
#include "tests/detect/fleet.h"

#include <math.h>
#include <stdlib.h>

#include "core/base/memory.h"

#define DRIFT_INTRACLASS 0.0005
#define AR_FIRST 0.5

static uint64_t
next(uint64_t *state)
{
	*state += UINT64_C(0x9e3779b97f4a7c15);
	uint64_t z = *state;
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

double
fleet_uniform(uint64_t *state)
{
	return ((double)(next(state) >> 11) + 0.5) / 9007199254740992.0;
}

double
fleet_normal(uint64_t *state)
{
	double radius = sqrt(-2 * log(fleet_uniform(state)));
	return radius * cos(2 * M_PI * fleet_uniform(state));
}

uint64_t
fleet_binomial(uint64_t *state, uint64_t trials, double chance)
{
	if (chance <= 0 || chance >= 1)
		return chance <= 0 ? 0 : trials;
	double n = (double)trials;
	double variance = n * chance * (1 - chance);
	if (variance > 200) {
		double value = floor(n * chance + sqrt(variance) * fleet_normal(state) + 0.5);
		return value < 0 ? 0 : value > n ? trials : (uint64_t)value;
	}
	if (chance > 0.5)
		return trials - fleet_binomial(state, trials, 1 - chance);
	/* Gaps between successes are geometric. */
	uint64_t count = 0;
	double at = 0;
	for (;;) {
		at += ceil(log(fleet_uniform(state)) / log1p(-chance));
		if (at > n)
			return count;
		count++;
	}
}

/* Marsaglia and Tsang, "A simple method for generating gamma variables", 2000. */
static double
gamma_value(uint64_t *state, double shape)
{
	if (shape < 1)
		return gamma_value(state, shape + 1) * pow(fleet_uniform(state), 1 / shape);
	double d = shape - 1.0 / 3;
	double c = 1 / sqrt(9 * d);
	for (;;) {
		double x = fleet_normal(state);
		double v = pow(1 + c * x, 3);
		if (v > 0 && log(fleet_uniform(state)) < x * x / 2 + d - d * v + d * log(v))
			return d * v;
	}
}

/* The share of one window about its mean; drift is the state of the AR(1) noise. */
static double
window_share(uint64_t *state, double mean, double *drift, enum fleet_noise noise)
{
	if (noise == FLEET_BINOMIAL)
		return mean;
	if (noise == FLEET_BETA_BINOMIAL) {
		double size = 1 / DRIFT_INTRACLASS - 1;
		double a = gamma_value(state, mean * size);
		double b = gamma_value(state, (1 - mean) * size);
		return a / (a + b);
	}
	double spread = sqrt(DRIFT_INTRACLASS * (1 - mean) / mean);
	*drift = AR_FIRST * *drift + sqrt(1 - AR_FIRST * AR_FIRST) * fleet_normal(state);
	return fmin(mean * exp(*drift * spread - spread * spread / 2), 1);
}

void
fleet_make(struct fleet *fleet, uint64_t seed, size_t windows, size_t functions, double samples,
	   double vary, enum fleet_noise noise)
{
	uint64_t state = seed;
	size_t count = 0;
	*fleet = (struct fleet){ .windows = windows, .functions = functions };
	fleet->totals = memory_alloc_array(windows, sizeof(*fleet->totals));
	fleet->first = memory_alloc_array(functions + 1, sizeof(*fleet->first));
	fleet->cells = memory_alloc_array(windows * functions, sizeof(*fleet->cells));
	for (size_t w = 0; w < windows; w++)
		fleet->totals[w] = (uint64_t)(samples * exp(vary * fleet_normal(&state))) + 20;
	for (size_t f = 0; f < functions; f++) {
		double mean = 0.001 * pow(200, fleet_uniform(&state));
		double drift = fleet_normal(&state);
		fleet->first[f] = count;
		for (size_t w = 0; w < windows; w++) {
			double share = window_share(&state, mean, &drift, noise);
			uint64_t value = fleet_binomial(&state, fleet->totals[w], share);
			fleet->cells[count++] = (struct detect_cell){ (uint32_t)w, value };
		}
	}
	fleet->first[functions] = count;
}

void
fleet_release(struct fleet *fleet)
{
	free(fleet->totals);
	free(fleet->first);
	free(fleet->cells);
	*fleet = (struct fleet){ 0 };
}

struct detect_input
fleet_input(const struct fleet *fleet)
{
	return (struct detect_input){ .windows = fleet->windows,
				      .totals = fleet->totals,
				      .functions = fleet->functions,
				      .first = fleet->first,
				      .cells = fleet->cells };
}
