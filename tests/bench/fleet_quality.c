/*
 * What detection finds in a fleet whose truth is known, and what it reports
 * where nothing changed: `fleet_quality` prints a line a figure, tab-separated:
 * what, measured, goal, note. Run by tests/bench/run.sh. BENCH_SEED chooses other
 * dice, BENCH_FLEET_SIZE how many series of each kind (10,000 without a change, 2000 with one);
 * BENCH_FLEET_ONLY a part, BENCH_FLEET_KIND one kind of noise by its number.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/base/memory.h"
#include "tests/bench/fleet.h"
#include "tests/bench/fleet_quality.h"

#define WINDOWS 1500
#define SEASON_WINDOWS 3000 /* nearly three weeks: the week is known after two */
#define SERVICE 250         /* functions of one service */
#define MINUTE INT64_C(60000000)
#define STEP (10 * MINUTE)
#define P_FIRST 1e-6 /* the first report of 10,000 series at a false discovery rate of 1 % */

static uint64_t seed = 1;
static size_t size = 2000;
static int only_kind = -1;
static size_t silent = 10000; /* series without a change: one false report is 1 per 10,000 */

void
quality_row(const char *what, const char *measured, const char *goal, const char *note)
{
	printf("%s\t%s\t%s\t%s\n", what, measured, goal, note);
	fflush(stdout);
}

static double
cpu_seconds(void)
{
	struct timespec now;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void
fail(const struct error *error)
{
	printf("fleet\tfailed\t\t%s\n", error->text);
	exit(1);
}

/* Samples a window from small to FBDetect's own. */
static double
samples_of(size_t service)
{
	static const double samples[] = { 20000, 200000, 5e6 };
	return samples[service % 3];
}

struct silence {
	size_t series, alarms; /* alarms: series with an increase at p <= 0.01 ... */
	size_t passed;         /* ... that the filters let pass */
	size_t reports;        /* that pass the filters, after correction over all */
	double seconds;
};

static size_t
alarms_of(const struct detect_result *result, size_t functions, bool passed)
{
	bool *seen = memory_alloc_array(functions, sizeof(*seen));
	size_t alarms = 0;
	for (size_t i = 0; i < result->changes.count; i++) {
		const struct detect_change *change = &result->changes.items[i];
		if (change->direction != DETECT_INCREASE || change->p > 0.01 ||
		    (passed && change->filter != DETECT_PASSED))
			continue;
		alarms += !seen[change->function];
		seen[change->function] = true;
	}
	free(seen);
	return alarms;
}

/* Series without a change. */
static void
measure_silence(struct silence *out, enum fleet_kind kind, size_t windows)
{
	size_t services = (silent + SERVICE - 1) / SERVICE;
	struct detect_result *results = memory_alloc_array(services, sizeof(*results));
	struct detect_result **all = memory_alloc_array(services, sizeof(struct detect_result *));
	struct error error = { 0 };
	*out = (struct silence){ 0 };
	for (size_t s = 0; s < services; s++) {
		struct fleet_spec spec = { .seed = seed * 1000003 + s * 131 + (uint64_t)kind,
					   .windows = windows,
					   .functions = SERVICE,
					   .step = STEP,
					   .samples = samples_of(s),
					   .noise = 0.05,
					   .kind = kind,
					   .p = P_FIRST };
		struct bench_fleet fleet;
		fleet_build(&fleet, &spec);
		struct detect_input input = fleet_counts(&fleet);
		double from = cpu_seconds();
		if (detect_scan_service(&results[s], &input, &(struct detect_settings){ 0 }, NULL,
					&error) < 0)
			fail(&error);
		out->seconds += cpu_seconds() - from;
		out->series += results[s].series;
		out->alarms += alarms_of(&results[s], SERVICE, false);
		out->passed += alarms_of(&results[s], SERVICE, true);
		all[s] = &results[s];
		fleet_free(&fleet);
	}
	detect_correct(all, services, 0);
	for (size_t s = 0; s < services; s++) {
		for (size_t i = 0; i < results[s].changes.count; i++)
			out->reports += results[s].changes.items[i].filter == DETECT_PASSED;
		detect_result_release(&results[s]);
	}
	free(all);
	free(results);
}

static void
silence_row(const struct silence *silence, const char *name)
{
	char what[80], measured[40], note[160];
	snprintf(what, sizeof(what), "false reports per 10,000: %s", name);
	snprintf(measured, sizeof(measured), "%.2f",
		 1e4 * (double)silence->reports / (double)silence->series);
	snprintf(note, sizeof(note),
		 "%zu of %zu series; %.2f %% have p <= 1 %%, %.2f %% past the filters; %.0f us CPU",
		 silence->reports, silence->series,
		 100 * (double)silence->alarms / (double)silence->series,
		 100 * (double)silence->passed / (double)silence->series,
		 1e6 * silence->seconds / (double)silence->series);
	quality_row(what, measured, "1", note);
}

static void
bench_silence(void)
{
	double seconds = 0;
	size_t series = 0;
	for (int kind = 0; kind < KIND_COUNT; kind++) {
		struct silence silence;
		if (only_kind >= 0 && kind != only_kind)
			continue;
		measure_silence(&silence, (enum fleet_kind)kind, WINDOWS);
		seconds += silence.seconds;
		series += silence.series;
		if (kind != KIND_SEASON) {
			silence_row(&silence, fleet_kind_name((enum fleet_kind)kind));
			continue;
		}
		/* A week cannot be told in ten days: its weekend is a change that went away. */
		silence_row(&silence, "day and week, 10 days");
		measure_silence(&silence, (enum fleet_kind)kind, SEASON_WINDOWS);
		silence_row(&silence, "day and week, 3 weeks");
	}
	char measured[40];
	snprintf(measured, sizeof(measured), "%.0f us", 1e6 * seconds / (double)series);
	quality_row("CPU of a series of 1,500 windows", measured, "150 us", "all kinds of noise");
}

struct recall {
	size_t changes, found, onsets;
	double *errors; /* of onsets, windows */
};

static int
compare_doubles(const void *left, const void *right)
{
	double a = *(const double *)left;
	double b = *(const double *)right;
	return (a > b) - (a < b);
}

static void
count_found(struct recall *out, const struct bench_fleet *fleet, const struct detect_result *result)
{
	for (size_t f = 0; f < fleet->function_count; f++) {
		const struct fleet_function *function = &fleet->functions[f];
		const struct detect_change *best = NULL;
		if (function->size == 0)
			continue;
		for (size_t i = 0; i < result->changes.count; i++) {
			const struct detect_change *change = &result->changes.items[i];
			if (change->function == f && change->direction == DETECT_INCREASE &&
			    change->filter == DETECT_PASSED && change->p <= P_FIRST &&
			    (best == NULL || change->p < best->p))
				best = change;
		}
		out->changes++;
		if (best == NULL)
			continue;
		out->found++;
		out->errors[out->onsets++] = fabs((double)best->at - (double)function->at);
	}
}

static void
measure_recall(struct recall *out, struct fleet_spec spec, size_t services, bool vary_samples,
	       double min_delta)
{
	struct detect_settings settings = { .min_delta = min_delta };
	struct error error = { 0 };
	*out = (struct recall){ 0 };
	out->errors = memory_alloc_array(services * spec.functions, sizeof(*out->errors));
	for (size_t s = 0; s < services; s++) {
		struct bench_fleet fleet;
		struct detect_result result;
		struct fleet_spec here = spec;
		here.seed = seed * 7919 + s * 17 + spec.seed;
		if (vary_samples)
			here.samples = samples_of(s);
		fleet_build(&fleet, &here);
		struct detect_input input = fleet_counts(&fleet);
		if (detect_scan_service(&result, &input, &settings, NULL, &error) < 0)
			fail(&error);
		count_found(out, &fleet, &result);
		detect_result_release(&result);
		fleet_free(&fleet);
	}
	qsort(out->errors, out->onsets, sizeof(*out->errors), compare_doubles);
}

static double
recall_of(const struct recall *recall)
{
	return (double)recall->found / fmax((double)recall->changes, 1);
}

/* FBDetect's windows: 10 d before, a step in the 4 h of analysis, 6 h after. */
static struct fleet_spec
fbdetect_windows(void)
{
	return (struct fleet_spec){ .windows = WINDOWS,
				    .functions = 100,
				    .step = STEP,
				    .samples = 5e6,
				    .kind = KIND_BINOMIAL,
				    .change = CHANGE_STEP,
				    .first_at = WINDOWS - 60,
				    .last_at = WINDOWS - 36,
				    .p = P_FIRST,
				    .splits = fleet_splits(WINDOWS, P_FIRST) };
}

static void
bench_recall(void)
{
	for (int kind = 0; kind < KIND_COUNT; kind++) {
		struct fleet_spec spec = fbdetect_windows();
		struct recall recall;
		char what[80], measured[40], note[160];
		if (only_kind >= 0 && kind != only_kind)
			continue;
		spec.kind = (enum fleet_kind)kind;
		spec.noise = 0.05;
		spec.floors = 2;
		spec.size = DETECT_MIN_DELTA_SLOW; /* smaller ones are not asked for */
		spec.seed = (uint64_t)kind;
		if (spec.kind == KIND_SEASON) {
			/* The season of a week is known after two of them. */
			spec.windows += 1500;
			spec.first_at += 1500;
			spec.last_at += 1500;
		}
		measure_recall(&recall, spec, (size + 199) / 200, true, 0);
		snprintf(what, sizeof(what), "recall of steps of 2 floors: %s",
			 fleet_kind_name(spec.kind));
		snprintf(measured, sizeof(measured), "%.1f %%", 100 * recall_of(&recall));
		snprintf(note, sizeof(note), "%zu of %zu; onset error, median: %g windows",
			 recall.found, recall.changes,
			 recall.onsets > 0 ? recall.errors[recall.onsets / 2] : NAN);
		quality_row(what, measured, "99 %", note);
		free(recall.errors);
	}
}

/* Where recall passes 90 % with no least change asked for, by bisection on the size of the step. */
static double
smallest_step(struct fleet_spec spec, double floor)
{
	double low = 0.4;
	double high = 4;
	for (int round = 0; round < 6; round++) {
		struct recall recall;
		double middle = sqrt(low * high);
		spec.size = middle * floor;
		measure_recall(&recall, spec, 1, false, -1);
		if (recall_of(&recall) >= 0.9)
			high = middle;
		else
			low = middle;
		free(recall.errors);
	}
	return high * floor;
}

static void
bench_smallest(void)
{
	static const double shares[] = { 0.000083, 0.001, 0.01, 0.1 };
	static const double noises[] = { 0, 0.03 };
	for (size_t i = 0; i < 8; i++) {
		struct fleet_spec spec = fbdetect_windows();
		char what[80], measured[40], note[160];
		spec.share = shares[i % 4];
		spec.noise = noises[i / 4];
		spec.kind = i < 4 ? KIND_BINOMIAL : KIND_AR5;
		spec.functions = 200;
		double floor = fleet_floor(&spec, spec.share, WINDOWS - 48);
		double found = smallest_step(spec, floor);
		snprintf(what, sizeof(what), "smallest step at share %.4g %%, %s", 100 * spec.share,
			 fleet_kind_name(spec.kind));
		snprintf(measured, sizeof(measured), "%.2f x floor", found / floor);
		snprintf(note, sizeof(note),
			 "%.4f of %.4f points, 90 %% recall, no least change asked for",
			 100 * found, 100 * floor);
		quality_row(what, measured, "1.5", note);
	}
}

/* FBDetect's own: 0.005 points, 5 million samples a window, the defaults. */
static void
bench_fbdetect(void)
{
	static const double shares[] = { 0.000083, 0.0003, 0.001, 0.003, 0.01 };
	for (size_t i = 0; i < 5; i++) {
		struct fleet_spec spec = fbdetect_windows();
		struct recall recall;
		char what[80], measured[40], note[160];
		spec.share = shares[i];
		spec.size = DETECT_MIN_DELTA_SLOW;
		spec.functions = 400;
		measure_recall(&recall, spec, 1, false, 0);
		snprintf(what, sizeof(what), "recall of 0.005 points at share %.4g %%",
			 100 * spec.share);
		snprintf(measured, sizeof(measured), "%.1f %%", 100 * recall_of(&recall));
		snprintf(note, sizeof(note),
			 "%zu of %zu; 5 M samples in ten minutes, 10 d, 4 h, 6 h; p <= 1e-6",
			 recall.found, recall.changes);
		quality_row(what, measured, "90 %", note);
		free(recall.errors);
	}
}

/* Ramps over five days to eight, of four floors of a step: found, and as one. */
static void
bench_ramps(void)
{
	struct fleet_spec spec = fbdetect_windows();
	size_t ramps = 0, found = 0, once = 0;
	struct error error = { 0 };
	char measured[40], note[160];
	spec.change = CHANGE_RAMP;
	spec.kind = KIND_AR5;
	spec.noise = 0.05;
	spec.floors = 4;
	spec.size = 2 * DETECT_MIN_DELTA_RAMP;
	spec.first_at = 100;
	spec.last_at = 400;
	for (size_t s = 0; s < 6; s++) {
		struct bench_fleet fleet;
		struct detect_result result;
		spec.seed = seed * 101 + s;
		spec.width = 700 + 80 * s;
		spec.samples = samples_of(s);
		fleet_build(&fleet, &spec);
		struct detect_input input = fleet_counts(&fleet);
		if (detect_increases(&result, &input, &(struct detect_settings){ 0 }, NULL,
				     &error) < 0)
			fail(&error);
		for (size_t f = 0; f < fleet.function_count; f++) {
			size_t reports = 0;
			for (size_t i = 0; i < result.changes.count; i++)
				reports += result.changes.items[i].function == f &&
					   result.changes.items[i].filter == DETECT_PASSED;
			ramps += fleet.functions[f].size > 0;
			found += fleet.functions[f].size > 0 && reports > 0;
			once += fleet.functions[f].size > 0 && reports == 1;
		}
		detect_result_release(&result);
		fleet_free(&fleet);
	}
	snprintf(measured, sizeof(measured), "%.1f %%", 100 * (double)found / (double)ramps);
	snprintf(note, sizeof(note), "%zu of %zu; reported once: %zu", found, ramps, once);
	quality_row("slow ramps found, over 5 to 8 days", measured, "", note);
}

int
main(void)
{
	const char *only = getenv("BENCH_FLEET_ONLY");
	if (getenv("BENCH_SEED") != NULL)
		seed = strtoull(getenv("BENCH_SEED"), NULL, 10);
	if (getenv("BENCH_FLEET_SIZE") != NULL)
		size = silent = strtoull(getenv("BENCH_FLEET_SIZE"), NULL, 10);
	if (getenv("BENCH_FLEET_KIND") != NULL)
		only_kind = (int)strtol(getenv("BENCH_FLEET_KIND"), NULL, 10);
	if (only == NULL || strcmp(only, "silence") == 0)
		bench_silence();
	if (only == NULL || strcmp(only, "recall") == 0)
		bench_recall();
	if (only == NULL || strcmp(only, "smallest") == 0)
		bench_smallest();
	if (only == NULL || strcmp(only, "fbdetect") == 0)
		bench_fbdetect();
	if (only == NULL || strcmp(only, "ramps") == 0)
		bench_ramps();
	if (only == NULL || strcmp(only, "stacks") == 0)
		quality_stacks(seed);
	return 0;
}
