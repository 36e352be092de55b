/*
 * Measures of change points of metric series, for `make bench`: false alarms and
 * recall by kind of noise, builds, speed. Called by run.sh, which prints the
 * table; one line a measure: what, measured, goal, note, with tabs between.
 *
 *	changepoints rows SEED SERIES	the table, from that many series of each kind
 *	changepoints wide SEED FILE	1,000 series of 1,000 points as a wide CSV
 */
#include <math.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/detect/changepoint.h"

#define POINTS 1000
#define NEAR 10
#define SPEED_SERIES 1000
#define FPOP_SECONDS 0.146 /* fpop's C++ called natively, 1,000 series of 1,000 points */

/* --- noise: the same of the same seed --- */

static uint64_t state;

static void
seed(uint64_t number)
{
	state = number * 2862933555777941757u + 3037000493u;
}

static double
uniform(void)
{
	/* splitmix64 (Steele, Lea and Flood, 2014) */
	uint64_t z = state += 0x9e3779b97f4a7c15u;
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	z ^= z >> 31;
	return ((double)(z >> 11) + 0.5) / 9007199254740992.0;
}

static double
normal(void)
{
	double radius = sqrt(-2 * log(uniform()));
	return radius * cos(2 * M_PI * uniform());
}

static void
remember(double *x, size_t count, double first)
{
	double value = normal();
	double error = sqrt(1 - first * first);
	for (size_t i = 0; i < count; i++) {
		x[i] = value;
		value = first * value + error * normal();
	}
}

static void
white(double *x, size_t count)
{
	remember(x, count, 0);
}

static void
half(double *x, size_t count)
{
	remember(x, count, 0.5);
}

static void
long_memory(double *x, size_t count)
{
	remember(x, count, 0.8);
}

static void
longer_memory(double *x, size_t count)
{
	remember(x, count, 0.9);
}

static void
spikes(double *x, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		x[i] = normal();
		x[i] += uniform() < 0.02 ? 8 : 0;
	}
}

/* Student's t of three degrees, scaled to deviation 1. */
static void
student(double *x, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		double a = normal();
		double b = normal();
		double c = normal();
		x[i] = normal() / sqrt(a * a + b * b + c * c);
	}
}

static void
seasonal(double *x, size_t count)
{
	for (size_t i = 0; i < count; i++)
		x[i] = normal() + 1.5 * sin(2 * M_PI * (double)i / 24);
}

static void
even(double *x, size_t count)
{
	for (size_t i = 0; i < count; i++)
		x[i] = sqrt(12) * uniform();
}

static void
lognormal(double *x, size_t count)
{
	for (size_t i = 0; i < count; i++)
		x[i] = exp(0.6 * normal());
}

static void
walk(double *x, size_t count)
{
	double value = 0;
	for (size_t i = 0; i < count; i++)
		x[i] = value += normal();
}

static void
trend(double *x, size_t count)
{
	for (size_t i = 0; i < count; i++)
		x[i] = normal() + 0.01 * (double)i;
}

static void
louder(double *x, size_t count)
{
	for (size_t i = 0; i < count; i++)
		x[i] = normal() * (i < count / 2 ? 1 : 3);
}

/* Two modes, as of two kinds of host. */
static void
bimodal(double *x, size_t count)
{
	for (size_t i = 0; i < count; i++)
		x[i] = 0.3 * normal() + (uniform() < 0.3 ? 4 : 0);
}

struct kind {
	const char *name;
	void (*fill)(double *x, size_t count);
	const char *alarms; /* goal; NULL: not counted */
	const char *recall; /* goal; NULL: not counted */
	double step;
};

static const struct kind kinds[] = {
	{ "white noise", white, "1 %", ".93", 1 },
	{ "AR(1) 0.5", half, "1 %", ".60", 1 },
	{ "2 % spikes of 8 sigma", spikes, "1 %", ".85", 1 },
	{ "AR(1) 0.8", long_memory, "5 %", NULL, 0 },
	{ "AR(1) 0.9", longer_memory, "5 %", NULL, 0 },
	{ "Student t3", student, "5 %", NULL, 0 },
	{ "a season of 24", seasonal, "5 %", NULL, 0 },
	{ "uniform", even, "5 %", NULL, 0 },
	{ "lognormal 0.6", lognormal, "5 %", NULL, 0 },
	{ "a random walk", walk, "5 %", NULL, 0 },
	{ "a trend", trend, "5 %", NULL, 0 },
	{ "three times the noise", louder, "5 %", NULL, 0 },
	{ "two modes", bimodal, "5 %", NULL, 0 },
	/* Sigma of the innovations, which are smaller than the series. */
	{ "AR(1) 0.5, of its innovations", half, NULL, "-", 0.8660254 },
};

static void
find(struct changepoints *found, const struct changepoint_input *input)
{
	struct error err = { 0 };
	if (changepoints_find(found, input, NULL, &err) < 0) {
		fprintf(stderr, "bench: %s\n", err.text);
		exit(1);
	}
}

static void
row_alarms(const struct kind *kind, struct changepoints *found, size_t series)
{
	double x[POINTS];
	struct changepoint_input input = { .values = x, .count = POINTS };
	size_t alarms = 0;
	size_t points = 0;
	for (size_t i = 0; i < series; i++) {
		kind->fill(x, POINTS);
		find(found, &input);
		alarms += found->items.count > 0;
		points += found->items.count;
	}
	printf("false alarms, %s\t%.2f %%\t%s\t%zu points in %zu series of 1,000\n", kind->name,
	       100 * (double)alarms / (double)series, kind->alarms, points, series);
}

static void
row_recall(const struct kind *kind, struct changepoints *found, size_t series)
{
	double x[POINTS];
	struct changepoint_input input = { .values = x, .count = POINTS };
	size_t hits = 0;
	size_t others = 0;
	for (size_t i = 0; i < series; i++) {
		bool hit = false;
		kind->fill(x, POINTS);
		for (size_t t = POINTS / 2; t < POINTS; t++)
			x[t] += kind->step;
		find(found, &input);
		for (size_t k = 0; k < found->items.count; k++) {
			size_t at = found->items.items[k].index;
			bool near = at + NEAR >= POINTS / 2 && at <= POINTS / 2 + NEAR;
			others += !near || hit;
			hit |= near;
		}
		hits += hit;
	}
	printf("recall of 1 sigma, %s\t%.3f\t%s\t%zu points elsewhere\n", kind->name,
	       (double)hits / (double)series, kind->recall, others);
}

/* Rows of a build share its drift: 1 for the builds, 0.2 for the rows of one. */
static void
row_builds(struct changepoints *found, size_t series, double step)
{
	double x[POINTS];
	uint32_t groups[POINTS];
	size_t hits = 0;
	struct changepoint_input input = { .values = x, .groups = groups, .count = POINTS };
	for (size_t i = 0; i < series; i++) {
		size_t first = 0;
		for (size_t t = 0, build = 0; t < POINTS; build++) {
			double drift = normal() + (t >= POINTS / 2 ? step : 0);
			size_t rows = 1 + (size_t)(uniform() * 9);
			if (t >= POINTS / 2 && first == 0)
				first = t;
			for (size_t k = 0; k < rows && t < POINTS; k++, t++) {
				x[t] = drift + 0.2 * normal();
				groups[t] = (uint32_t)build;
			}
		}
		find(found, &input);
		bool hit = step == 0 && found->items.count > 0;
		for (size_t k = 0; k < found->items.count && step > 0; k++) {
			size_t at = found->items.items[k].index;
			hit |= at + 5 * NEAR >= first && at <= first + 5 * NEAR;
		}
		hits += hit;
	}
	double part = (double)hits / (double)series;
	if (step > 0)
		printf("recall of 2 sigma between builds, several rows each\t%.3f\t-\t\n", part);
	else
		printf("false alarms, several rows a build\t%.2f %%\t5 %%\t"
		       "t-tests on rows: 60 %%\n",
		       100 * part);
}

/* A mix of noises; a third of the series has a step. */
static void
fill_mix(double *x, size_t i)
{
	static void (*const mix[])(double *,
				   size_t) = { white, white,  white,  white,       half,
					       half,  spikes, spikes, long_memory, student };
	mix[i % 10](x, POINTS);
	for (size_t t = 300 + i % 400; i % 3 == 0 && t < POINTS; t++)
		x[t] += 1.5;
}

struct part {
	const double *values;
	size_t from, to, found;
};

static void *
run_part(void *state_of_part)
{
	struct part *part = state_of_part;
	struct changepoints found = { 0 };
	for (size_t i = part->from; i < part->to; i++) {
		struct changepoint_input input = { .values = part->values + i * POINTS,
						   .count = POINTS };
		find(&found, &input);
		part->found += found.items.count;
	}
	changepoints_release(&found);
	return NULL;
}

static double
processor_seconds(void)
{
	struct timespec now;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double
run_parts(const double *values, size_t threads, size_t *found, double *processor)
{
	double best = INFINITY;
	*processor = INFINITY;
	for (int turn = 0; turn < 5; turn++) {
		pthread_t thread[2];
		struct part parts[2] = { { values, 0, SPEED_SERIES / threads, 0 },
					 { values, SPEED_SERIES / threads, SPEED_SERIES, 0 } };
		int64_t start = clock_monotonic();
		double spent = processor_seconds();
		for (size_t i = 0; i < threads; i++)
			if (pthread_create(&thread[i], NULL, run_part, &parts[i]) != 0)
				exit(1);
		for (size_t i = 0; i < threads; i++)
			pthread_join(thread[i], NULL);
		best = fmin(best, (double)(clock_monotonic() - start) / 1e6);
		*processor = fmin(*processor, processor_seconds() - spent);
		*found = parts[0].found + parts[1].found;
	}
	return best;
}

static void
rows_speed(struct changepoints *found)
{
	double *values = memory_alloc_array((size_t)SPEED_SERIES * POINTS, sizeof(*values));
	size_t points = 0;
	for (size_t i = 0; i < SPEED_SERIES; i++)
		fill_mix(values + i * POINTS, i);
	for (size_t threads = 2; threads > 0; threads--) {
		double processor = 0;
		double seconds = run_parts(values, threads, &points, &processor);
		printf("1,000 series of 1,000 points, %zu thread%s, without reading\t%.3f s\t%s\t"
		       "%.3f s of processors; %.2f x fpop on one thread, uncalibrated; %zu "
		       "points\n",
		       threads, threads > 1 ? "s" : "", seconds, threads > 1 ? "0.15 s" : "-",
		       processor, seconds / FPOP_SECONDS, points);
	}
	struct changepoint_input input = { .values = values, .count = 100000 };
	half(values, 100000);
	for (size_t t = 0; t < 100000; t++)
		values[t] += (double)(t / 2000 % 5) * 1.5;
	int64_t start = clock_monotonic();
	find(found, &input);
	printf("one series of 100,000 points and 49 steps\t%.3f s\t1 s\t%zu found\n",
	       (double)(clock_monotonic() - start) / 1e6, found->items.count);
	free(values);
}

static int
write_wide(const char *path)
{
	double *values = memory_alloc_array((size_t)SPEED_SERIES * POINTS, sizeof(*values));
	FILE *file = fopen(path, "w");
	if (file == NULL)
		return 1;
	fputs("time", file);
	for (size_t i = 0; i < SPEED_SERIES; i++) {
		fprintf(file, ",series%zu", i);
		fill_mix(values + i * POINTS, i);
	}
	for (size_t t = 0; t < POINTS; t++) {
		fprintf(file, "\n%zu", 1700000000 + 60 * t);
		for (size_t i = 0; i < SPEED_SERIES; i++)
			fprintf(file, ",%.10g", values[i * POINTS + t]);
	}
	fputc('\n', file);
	free(values);
	return fclose(file) == 0 ? 0 : 1;
}

int
main(int argc, char **argv)
{
	if (argc != 4) {
		fputs("usage: changepoints rows SEED SERIES | wide SEED FILE\n", stderr);
		return 2;
	}
	uint64_t number = strtoull(argv[2], NULL, 10);
	seed(number);
	if (strcmp(argv[1], "wide") == 0)
		return write_wide(argv[3]);
	size_t series = strtoull(argv[3], NULL, 10);
	struct changepoints found = { 0 };
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		seed(number + i);
		if (kinds[i].alarms != NULL)
			row_alarms(&kinds[i], &found, series);
	}
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		seed(number + 100 + i);
		if (kinds[i].recall != NULL)
			row_recall(&kinds[i], &found, series);
	}
	row_builds(&found, series, 0);
	row_builds(&found, series, 2);
	rows_speed(&found);
	changepoints_release(&found);
	return 0;
}
