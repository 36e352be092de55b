/* The screen of a function: the best split from a few points is the best of all splits. */
#include <check.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "core/detect/screen.h"
#include "core/detect/series.h"
#include "tests/detect/suites.h"

#define WINDOWS 400

static uint64_t state;

static double
next_unit(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return ((double)(state >> 11) + 0.5) / 9007199254740992.0;
}

static double
likelihood(double count, double total)
{
	double share = count / total;
	return (share > 0 ? count * log(share) : 0) +
	       (share < 1 ? (total - count) * log1p(-share) : 0);
}

/* Every split of [from, windows) with three windows on either side, one after the other. */
static double
best_of_all(const double *kept, const double *sums, size_t from, size_t windows)
{
	double all = 0, left = 0, best = 0;
	double total = sums[windows] - sums[from];
	for (size_t i = from; i < windows; i++)
		all += kept[i];
	for (size_t at = from; at + 3 <= windows; at++) {
		double samples = sums[at] - sums[from];
		if (at >= from + 3)
			best = fmax(best, 2 * (likelihood(left, samples) +
					       likelihood(all - left, total - samples) -
					       likelihood(all, total)));
		left += kept[at];
	}
	return best;
}

/* Counts of windows of unequal size, with a step, a drift and lone spikes. */
static void
make_series(struct detect_series *series, double *sums, bool spikes)
{
	double drift = 0;
	detect_series_resize(series, WINDOWS);
	sums[0] = 0;
	for (size_t i = 0; i < WINDOWS; i++) {
		double share = 0.01;
		drift = 0.7 * drift + next_unit() - 0.5;
		if (i > 300)
			share *= 1.1;
		series->total[i] = floor(5000 + 10000 * next_unit());
		series->count[i] = floor(series->total[i] * share * (1 + 0.1 * drift) +
					 12 * (next_unit() - 0.5));
		if (spikes && i % 37 == 5)
			series->count[i] *= 3;
		sums[i + 1] = sums[i] + series->total[i];
	}
}

START_TEST(test_best_split_is_exact)
{
	struct detect_series series;
	double sums[WINDOWS + 1];
	struct screen screen = { 0 };
	size_t points = 0;
	state = 88172645463325252ull + (uint64_t)_i * 7919;
	detect_series_init(&series);
	make_series(&series, sums, false);
	screen.cut = INFINITY;
	size_t from = (size_t)_i * 11;
	screen_begin(&screen, series.count, series.count, sums, from + 10, from);
	for (size_t w = from + 10; w < WINDOWS; w++) {
		double best = screen_add(&screen, (uint32_t)series.count[w], sums, w);
		double expected = best_of_all(series.count, sums, from, w + 1);
		ck_assert_double_eq_tol(best, expected, 1e-6 * (1 + expected));
	}
	points = screen.lower.count + screen.upper.count;
	ck_assert_uint_lt(points, 60);
	screen_release(&screen);
	detect_series_release(&series);
}
END_TEST

/* A series taken up in the middle goes on as one that was never put down. */
START_TEST(test_begin_anywhere)
{
	struct detect_series series;
	double sums[WINDOWS + 1];
	struct screen early = { 0 }, late = { 0 };
	state = 1234567;
	detect_series_init(&series);
	make_series(&series, sums, false);
	early.cut = late.cut = INFINITY;
	screen_begin(&early, series.count, series.count, sums, 50, 0);
	for (size_t w = 50; w < 200; w++)
		screen_add(&early, (uint32_t)series.count[w], sums, w);
	screen_begin(&late, series.count, series.count, sums, 200, 0);
	for (size_t w = 200; w < WINDOWS; w++) {
		double one = screen_add(&early, (uint32_t)series.count[w], sums, w);
		double other = screen_add(&late, (uint32_t)series.count[w], sums, w);
		ck_assert_double_eq_tol(one, other, 1e-6 * (1 + one));
	}
	screen_release(&early);
	screen_release(&late);
	detect_series_release(&series);
}
END_TEST

/* Lone spikes are cut as the scan cuts them, so that they never look like a change. */
START_TEST(test_spikes_are_cut)
{
	struct detect_series series;
	double sums[WINDOWS + 1];
	struct screen screen = { 0 }, raw = { .cut = INFINITY };
	double worst = 0, worst_raw = 0;
	state = 99;
	detect_series_init(&series);
	make_series(&series, sums, true);
	ck_assert_uint_gt(detect_series_cut_spikes(&series), 5);
	screen.cut = series.cut;
	screen_begin(&screen, series.count, series.kept, sums, 200, 0);
	screen_begin(&raw, series.count, series.count, sums, 200, 0);
	for (size_t w = 200; w < 290; w++) {
		double best = screen_add(&screen, (uint32_t)series.count[w], sums, w);
		double expected = best_of_all(series.kept, sums, 0, w + 1);
		worst = fmax(worst, fabs(best - expected));
		worst_raw = fmax(worst_raw,
				 screen_add(&raw, (uint32_t)series.count[w], sums, w) - expected);
	}
	/* The edge of the series is cut by fewer neighbours: a little is left there. */
	ck_assert_double_lt(worst, 0.25 * worst_raw);
	screen_release(&screen);
	screen_release(&raw);
	detect_series_release(&series);
}
END_TEST

Suite *
screen_suite(void)
{
	Suite *suite = suite_create("screen");
	TCase *tests = tcase_create("screen");
	tcase_add_loop_test(tests, test_best_split_is_exact, 0, 10);
	tcase_add_test(tests, test_begin_anywhere);
	tcase_add_test(tests, test_spikes_are_cut);
	suite_add_tcase(suite, tests);
	return suite;
}
