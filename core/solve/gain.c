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
	double walsh[WALSH_MAX];
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

static uint32_t
choose_pairs(int64_t wall_of_two)
{
	int64_t fit = wall_of_two > 0 ? GAIN_TIME_USUAL / wall_of_two : GAIN_PAIRS_USUAL;

	if (fit < GAIN_PAIRS_MIN)
		return GAIN_PAIRS_MIN;
	return fit < GAIN_PAIRS_USUAL ? (uint32_t)fit : GAIN_PAIRS_USUAL;
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

void
gain_conclude(struct gain *out, double *before, double *after, size_t count)
{
	double ratios[GAIN_PAIRS_MAX];
	struct gain_interval interval;

	for (size_t i = 0; i < count; i++)
		ratios[i] = log(fmax(after[i], 1e-6) / fmax(before[i], 1e-6));
	gain_interval(ratios, count, 0.95, &interval);
	qsort(before, count, sizeof(*before), compare);
	qsort(after, count, sizeof(*after), compare);
	out->pairs = (uint32_t)count;
	out->before = median_sorted(before, count);
	out->after = median_sorted(after, count);
	out->saved = 1 - exp(interval.estimate);
	out->low = 1 - exp(interval.high);
	out->high = 1 - exp(interval.low);
}

/* One pair, in the order that was drawn. */
static int
run_pair(const struct sandbox *trees[2], const char *command, bool before_first,
	 const struct progress *progress, double cpu[2], struct error *err)
{
	size_t first = before_first ? 0 : 1;
	int64_t wall;

	if (run_once(trees[first], command, progress, &cpu[first], &wall, err) < 0)
		return -1;
	return run_once(trees[1 - first], command, progress, &cpu[1 - first], &wall, err);
}

int
gain_measure(struct gain *out, const struct sandbox *tree_before, const struct sandbox *tree_after,
	     const char *command, const struct progress *progress, struct error *err)
{
	const struct sandbox *trees[2] = { tree_before, tree_after };
	double before[GAIN_PAIRS_MAX], after[GAIN_PAIRS_MAX], cpu[2];
	bool before_first[GAIN_PAIRS_MAX];
	int64_t walls[2];
	uint32_t pairs;

	*out = (struct gain){ 0 };
	/* One run each that is not counted: caches, and how long a run takes. */
	for (size_t i = 0; i < 2; i++)
		if (run_once(trees[i], command, progress, &cpu[i], &walls[i], err) < 0)
			return -1;
	/* What is left after may be little: then the gain is large, and well measured. */
	if (cpu[0] < GAIN_CPU_MIN)
		return error_set(err, ERROR_INPUT,
				 "a bench run takes %.0f ms of CPU: too short to measure by",
				 cpu[0] * 1e3);
	pairs = choose_pairs(walls[0] + walls[1]);
	gain_draw_order(before_first, pairs, (uint64_t)clock_monotonic());
	for (uint32_t i = 0; i < pairs; i++) {
		progress_report(progress, "measuring the gain", i, pairs);
		if (run_pair(trees, command, before_first[i], progress, cpu, err) < 0)
			return -1;
		before[i] = cpu[0];
		after[i] = cpu[1];
	}
	gain_conclude(out, before, after, pairs);
	return 0;
}
