/* Measuring what a patch gains; see gain.h. Called by checks.c. */
#include "core/solve/gain.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/text.h"

#define BENCH_TIME_MAX (INT64_C(5) * 60 * 1000000) /* microseconds for one run */
#define WALSH_MAX (GAIN_PAIRS_MAX * (GAIN_PAIRS_MAX + 1) / 2)

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/*
 * How many averages may be left out at each end: the largest c with
 * P(signed-rank statistic < c) <= tail when the centre is 0; *probability is
 * that P. Counts the subsets of 1..count by their sum.
 */
static size_t
rank_sum_cut(size_t count, double tail, double *probability)
{
	double ways[WALSH_MAX + 1] = { 1 };
	double below = 0, total = pow(2, (double)count);
	size_t sums = count * (count + 1) / 2, cut = 0;

	for (size_t rank = 1; rank <= count; rank++)
		for (size_t sum = sums; sum >= rank; sum--)
			ways[sum] += ways[sum - rank];
	while (cut < sums / 2 && (below + ways[cut]) / total <= tail)
		below += ways[cut++];
	*probability = below / total;
	return cut;
}

static double
median_sorted(const double *values, size_t count)
{
	return count % 2 == 1 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

void
gain_interval(double *values, size_t count, double confidence, struct gain_interval *out)
{
	double walsh[WALSH_MAX] = { 0 };
	double tail;
	size_t walsh_count = 0, cut = rank_sum_cut(count, (1 - confidence) / 2, &tail);

	for (size_t i = 0; i < count; i++)
		for (size_t j = i; j < count; j++)
			walsh[walsh_count++] = (values[i] + values[j]) / 2;
	qsort(values, count, sizeof(*values), compare);
	qsort(walsh, walsh_count, sizeof(*walsh), compare);
	/* GAIN_PAIRS_MIN values leave one out at least, at the usual confidences. */
	cut = cut > 0 ? cut : 1;
	out->estimate = median_sorted(walsh, walsh_count);
	out->low = walsh[cut - 1];
	out->high = walsh[walsh_count - cut];
	out->confidence = 1 - 2 * tail;
}

/* CPU seconds of one run. */
static int
run_once(const struct sandbox *tree, const char *command, const struct progress *progress,
	 double *cpu, int64_t *wall, struct error *err)
{
	struct process_result result;
	const struct cancel *cancel = progress != NULL ? progress->cancel : NULL;
	int status = sandbox_run(tree, command, BENCH_TIME_MAX, cancel, &result, err);

	if (status == 0 && result.exit_status != 0) {
		char *line;

		str_truncate(&result.err, strcspn(result.err.data, "\n"));
		line = text_safe(result.err.data);
		status = error_set(err, ERROR_INPUT, "the bench command failed (status %d): %.200s",
				   result.exit_status, line);
		free(line);
	}
	*cpu = (double)result.cpu_time / 1e6;
	*wall = result.wall_time;
	process_result_release(&result);
	return status;
}

/* The bits of a xorshift generator (Marsaglia 2003), started by splitmix so that any seed does. */
void
gain_draw_order(bool *before_first, size_t count, uint64_t seed)
{
	uint64_t state = (seed + 0x9e3779b97f4a7c15u) * 0xbf58476d1ce4e5b9u | 1;

	for (size_t i = 0; i < count; i++) {
		state ^= state << 13;
		state ^= state >> 7;
		state ^= state << 17;
		before_first[i] = state >> 63;
	}
}

/* From the runs so far; the interval misses in 1 - confidence of cases. */
static void
conclude(struct gain *out, const double *before, const double *after, size_t count,
	 double confidence)
{
	double ratios[GAIN_PAIRS_MAX], sorted[GAIN_PAIRS_MAX];
	struct gain_interval interval;

	for (size_t i = 0; i < count; i++)
		ratios[i] = log(fmax(after[i], 1e-6) / fmax(before[i], 1e-6));
	gain_interval(ratios, count, confidence, &interval);
	out->pairs = (uint32_t)count;
	memcpy(sorted, before, count * sizeof(*before));
	qsort(sorted, count, sizeof(*sorted), compare);
	out->before = median_sorted(sorted, count);
	memcpy(sorted, after, count * sizeof(*after));
	qsort(sorted, count, sizeof(*sorted), compare);
	out->after = median_sorted(sorted, count);
	out->saved = 1 - exp(interval.estimate);
	out->low = 1 - exp(interval.high);
	out->high = 1 - exp(interval.low);
}

int
gain_compare(struct gain *out, size_t most, uint64_t seed,
	     int (*run)(void *user, bool after, size_t pair, double *cpu, struct error *err),
	     void *user, struct error *err)
{
	double cpu[2][GAIN_PAIRS_MAX];
	bool before_first[GAIN_PAIRS_MAX];
	bool looks_twice = most >= GAIN_PAIRS_TWICE;

	gain_draw_order(before_first, most, seed);
	for (size_t i = 0; i < most; i++) {
		size_t first = before_first[i] ? 0 : 1;

		if (run(user, first == 1, i, &cpu[first][i], err) < 0 ||
		    run(user, first == 0, i, &cpu[1 - first][i], err) < 0)
			return -1;
		if (!looks_twice || i + 1 != GAIN_PAIRS_FIRST)
			continue;
		conclude(out, cpu[0], cpu[1], i + 1, 0.99);
		if (out->low > 0 || out->high < 0)
			return 0;
	}
	conclude(out, cpu[0], cpu[1], most, looks_twice ? 0.96 : 0.95);
	return 0;
}

/* --- with real runs --- */

struct bench {
	const struct sandbox *trees[2];
	const char *command;
	const struct progress *progress;
	size_t most;
};

static int
run_bench(void *user, bool after, size_t pair, double *cpu, struct error *err)
{
	const struct bench *bench = user;
	int64_t wall;

	progress_report(bench->progress, "measuring the gain", pair, bench->most);
	return run_once(bench->trees[after], bench->command, bench->progress, cpu, &wall, err);
}

static size_t
choose_pairs(int64_t wall_of_two)
{
	int64_t fit = wall_of_two > 0 ? GAIN_TIME_USUAL / wall_of_two : GAIN_PAIRS_MAX;

	if (fit < GAIN_PAIRS_MIN)
		return GAIN_PAIRS_MIN;
	return fit < GAIN_PAIRS_MAX ? (size_t)fit : GAIN_PAIRS_MAX;
}

int
gain_measure(struct gain *out, const struct sandbox *before, const struct sandbox *after,
	     const char *command, const struct progress *progress, struct error *err)
{
	struct bench bench = { .trees = { before, after },
			       .command = command,
			       .progress = progress };
	double cpu[2];
	int64_t walls[2];

	*out = (struct gain){ 0 };
	/* One run each that is not counted: caches, and how long a run takes. */
	for (size_t i = 0; i < 2; i++)
		if (run_once(bench.trees[i], command, progress, &cpu[i], &walls[i], err) < 0)
			return -1;
	/* What is left after may be little: then the gain is large, and well measured. */
	if (cpu[0] < GAIN_CPU_MIN)
		return error_set(err, ERROR_INPUT,
				 "a bench run takes %.0f ms of CPU: too short to measure by",
				 cpu[0] * 1e3);
	bench.most = choose_pairs(walls[0] + walls[1]);
	return gain_compare(out, bench.most, (uint64_t)clock_monotonic(), run_bench, &bench, err);
}
