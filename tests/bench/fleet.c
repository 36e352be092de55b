/* The fleet generator. See fleet.h. */
#include "tests/bench/fleet.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/detect/distribution.h"
#include "core/detect/power.h"
#include "core/detect/scan.h"
#include "tests/detect/fleet.h"

#define DAY 86400e6
#define WEEK (7 * DAY)
#define START INT64_C(1790000000000000) /* a Tuesday */
#define SHARE_MEDIAN 0.000083           /* FBDetect's, of functions over 0.001 % */
#define VARIANCE_FACTOR 3.0
#define SHARE_SPREAD 2.2 /* standard deviation of the logarithm */

const char *
fleet_kind_name(enum fleet_kind kind)
{
	static const char *const names[KIND_COUNT] = {
		[KIND_BINOMIAL] = "sampling alone",
		[KIND_DISPERSED] = "over-dispersed",
		[KIND_AR5] = "AR(1) 0.5",
		[KIND_AR9] = "AR(1) 0.9",
		[KIND_HEAVY] = "heavy tails",
		[KIND_SPIKES] = "2 % spikes",
		[KIND_SEASON] = "day and week",
		[KIND_MIX] = "mix of hosts",
		[KIND_GAPS] = "gaps",
		[KIND_VARIANCE] = "variance changes",
	};
	return names[kind];
}

/*
 * Exact binomial counts: gaps where few, else transformed rejection (Hoermann, "The generation of
 * binomial random variates", J. Statist. Comput. Simul. 46, 1993).
 */
static uint64_t
draw_count(uint64_t *state, double n, double p)
{
	if (p > 0.5)
		return (uint64_t)n - draw_count(state, n, 1 - p);
	if (n * p < 10)
		return fleet_binomial(state, (uint64_t)n, p);
	double sd = sqrt(n * p * (1 - p));
	double b = 1.15 + 2.53 * sd;
	double a = -0.0873 + 0.0248 * b + 0.01 * p;
	double m = floor((n + 1) * p);
	for (;;) {
		double u = fleet_uniform(state) - 0.5;
		double v = fleet_uniform(state);
		double us = 0.5 - fabs(u);
		double k = floor((2 * a / us + b) * u + n * p + 0.5);
		if (us >= 0.07 && v <= 0.92 - 4.2 / b)
			return (uint64_t)k;
		if (k < 0 || k > n)
			continue;
		v = log(v * (2.83 + 5.1 / b) * sd / (a / (us * us) + b));
		if (v <= lgamma(m + 1) + lgamma(n - m + 1) - lgamma(k + 1) - lgamma(n - k + 1) +
				 (k - m) * log(p / (1 - p)))
			return (uint64_t)k;
	}
}

static double
phi_of(enum fleet_kind kind)
{
	return kind == KIND_AR5 ? 0.5 : kind == KIND_AR9 ? 0.9 : kind == KIND_MIX ? 0.9 : 0;
}

double
fleet_splits(size_t windows, double p)
{
	struct detect_series series;
	detect_series_init(&series);
	detect_series_resize(&series, windows);
	for (size_t i = 0; i < windows; i++)
		series.total[i] = 1;
	detect_series_weigh(&series, 0);
	double z = normal_quantile_upper_log(log(p));
	while (detect_maximum_p(z, &series, 0, windows) > p)
		z += 0.01;
	detect_series_release(&series);
	return p / normal_upper(z);
}

double
fleet_floor(const struct fleet_spec *spec, double share, size_t at)
{
	double phi = phi_of(spec->kind);
	double sampling = share * (1 - share) / spec->samples;
	double drift = spec->kind == KIND_BINOMIAL || spec->kind == KIND_GAPS
			       ? 0
			       : share * share * spec->noise * spec->noise;
	struct power_question question = {
		.share = share,
		.samples = spec->samples,
		.windows_before = (double)at,
		.windows_after = (double)(spec->windows - at),
		.dispersion = (sampling + drift * (1 + phi) / (1 - phi)) / sampling,
		.p = spec->p,
		.splits = spec->splits,
	};
	return power_smallest(&question);
}

/* The drift of one function, window by window. */
struct drift {
	const struct fleet_spec *spec;
	uint64_t *state;
	double ar, phase_day, phase_week, turn, factor, lean;
	const double *mix; /* of the service */
};

static double
student3(uint64_t *state)
{
	double sum = 0;
	for (int i = 0; i < 3; i++)
		sum += pow(fleet_normal(state), 2);
	return fleet_normal(state) / sqrt(sum / 3) / sqrt(3);
}

static double
season_at(const struct drift *drift, double time)
{
	double day = sin(2 * M_PI * (time / DAY + drift->phase_day));
	double second = sin(4 * M_PI * (time / DAY + drift->phase_week));
	double weekday = fmod(floor(time / DAY), 7);
	return 0.10 * day + 0.04 * second - (weekday >= 5 ? 0.08 * drift->lean : 0);
}

/* Factor by which the share of this window is off its level. */
static double
drift_at(struct drift *drift, size_t window, double time)
{
	double noise = drift->spec->noise;
	double phi = phi_of(drift->spec->kind);
	double normal = fleet_normal(drift->state);
	switch (drift->spec->kind) {
	case KIND_DISPERSED:
		return exp(noise * normal - noise * noise / 2);
	case KIND_AR5:
	case KIND_AR9:
		drift->ar = phi * drift->ar + sqrt(1 - phi * phi) * normal;
		return exp(noise * drift->ar - noise * noise / 2);
	case KIND_HEAVY:
		return fmin(fmax(1 + noise * student3(drift->state), 0.02), 20);
	case KIND_SPIKES:
		return 1 + noise * (normal + (fleet_uniform(drift->state) < 0.02 ? 8 : 0));
	case KIND_SEASON:
		return 1 + season_at(drift, time) + noise * normal;
	case KIND_MIX:
		return 1 + noise * drift->lean * drift->mix[window];
	case KIND_VARIANCE:
		return exp(noise * normal * ((double)window < drift->turn ? 1 : drift->factor));
	default:
		return 1;
	}
}

static double
change_at(const struct fleet_spec *spec, const struct fleet_function *function, size_t window)
{
	if (window < function->at)
		return 0;
	double age = (double)(window - function->at);
	if (spec->change == CHANGE_RAMP)
		return function->size * fmin((age + 1) / (double)spec->width, 1);
	if (spec->change == CHANGE_SPIKE)
		return window < function->at + spec->width ? function->size : 0;
	return function->size;
}

static void
choose(struct fleet_function *function, const struct fleet_spec *spec, uint64_t *state,
       bool changes)
{
	double place = fleet_uniform(state);
	double drawn = SHARE_MEDIAN * exp(SHARE_SPREAD * fleet_normal(state));
	function->share = spec->share > 0 ? spec->share : fmin(fmax(drawn, 0.00001), 0.2);
	function->at = spec->first_at + (size_t)(place * (double)(spec->last_at - spec->first_at));
	if (!changes || spec->change == CHANGE_NONE)
		return;
	struct fleet_spec noisy = *spec;
	if (spec->kind == KIND_VARIANCE)
		noisy.noise *= VARIANCE_FACTOR;
	function->floor = fleet_floor(&noisy, function->share, function->at);
	function->size = fmin(fmax(spec->floors * function->floor, spec->size), 0.5);
}

static void
make_windows(struct bench_fleet *fleet, const struct fleet_spec *spec, double *mix, uint64_t *state)
{
	double wander = fleet_normal(state);
	int64_t time = START;
	for (size_t w = 0; w < spec->windows; w++) {
		double n = spec->samples * exp(0.05 * fleet_normal(state));
		double dice = fleet_uniform(state);
		if (spec->kind == KIND_GAPS && dice < 0.1)
			time += spec->step * (int64_t)(1 + 20 * fleet_uniform(state));
		if (spec->kind == KIND_GAPS && dice > 0.9)
			n *= 0.01;
		fleet->totals[w] = (uint64_t)n + 20;
		fleet->times[w] = time;
		time += spec->step;
		wander = phi_of(KIND_MIX) * wander +
			 sqrt(1 - pow(phi_of(KIND_MIX), 2)) * fleet_normal(state);
		mix[w] = wander;
	}
}

void
fleet_build(struct bench_fleet *fleet, const struct fleet_spec *spec)
{
	uint64_t state = spec->seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
	size_t count = 0;
	size_t functions = spec->functions;
	*fleet = (struct bench_fleet){ .windows = spec->windows, .function_count = functions };
	fleet->totals = memory_alloc_array(spec->windows, sizeof(*fleet->totals));
	fleet->times = memory_alloc_array(spec->windows, sizeof(*fleet->times));
	fleet->first = memory_alloc_array(functions + 1, sizeof(*fleet->first));
	fleet->cells = memory_alloc_array(spec->windows * functions, sizeof(*fleet->cells));
	fleet->functions = memory_alloc_array(functions, sizeof(*fleet->functions));
	double *mix = memory_alloc_array(spec->windows, sizeof(*mix));
	make_windows(fleet, spec, mix, &state);
	for (size_t f = 0; f < functions; f++) {
		struct fleet_function *function = &fleet->functions[f];
		choose(function, spec, &state, f % 2 == 0);
		struct drift drift = { .spec = spec,
				       .state = &state,
				       .ar = fleet_normal(&state),
				       .phase_day = fleet_uniform(&state),
				       .phase_week = fleet_uniform(&state),
				       .turn = (0.1 + 0.8 * fleet_uniform(&state)) *
					       (double)spec->windows,
				       .factor = fleet_uniform(&state) < 0.5 ? VARIANCE_FACTOR
									     : 1 / VARIANCE_FACTOR,
				       .lean = 2 * fleet_uniform(&state) - 1,
				       .mix = mix };
		fleet->first[f] = count;
		for (size_t w = 0; w < spec->windows; w++) {
			double share =
				function->share * drift_at(&drift, w, (double)fleet->times[w]) +
				change_at(spec, function, w);
			uint64_t k = draw_count(&state, (double)fleet->totals[w],
						fmin(fmax(share, 1e-9), 0.95));
			if (k > 0)
				fleet->cells[count++] = (struct detect_cell){ (uint32_t)w, k };
		}
	}
	fleet->first[functions] = count;
	free(mix);
}

void
fleet_free(struct bench_fleet *fleet)
{
	free(fleet->totals);
	free(fleet->times);
	free(fleet->first);
	free(fleet->cells);
	free(fleet->functions);
	*fleet = (struct bench_fleet){ 0 };
}

struct detect_input
fleet_counts(const struct bench_fleet *fleet)
{
	return (struct detect_input){ .windows = fleet->windows,
				      .totals = fleet->totals,
				      .functions = fleet->function_count,
				      .first = fleet->first,
				      .cells = fleet->cells,
				      .times = fleet->times };
}
