/* The interval behind a gain: against tables, and against its own promise. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/base/path.h"
#include "core/solve/gain.h"
#include "tests/solve/suites.h"

/* Hollander, Wolfe, Chicken, table A.4: with n = 10 and two-sided 5 %, cut 8 at each end, 95.2 %.
 */
START_TEST(ten_values)
{
	double values[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 };
	struct gain_interval interval;

	gain_interval(values, 10, 0.95, &interval);
	ck_assert_double_eq_tol(interval.confidence, 0.9512, 0.001);
	ck_assert_double_eq_tol(interval.estimate, 5.5, 1e-12);
	/* The Walsh averages 1, 1.5, 2, 2, 2.5, 2.5, 3, 3, 3 ... : the ninth from each end. */
	ck_assert_double_eq_tol(interval.low, 3, 1e-12);
	ck_assert_double_eq_tol(interval.high, 8, 1e-12);
}
END_TEST

/* With six values the whole range is the interval, at 1 - 2/64. */
START_TEST(six_values)
{
	double values[] = { -1, 4, 2, 0, 3, 1 };
	struct gain_interval interval;

	gain_interval(values, 6, 0.95, &interval);
	ck_assert_double_eq_tol(interval.confidence, 0.96875, 1e-12);
	ck_assert_double_eq_tol(interval.low, -1, 1e-12);
	ck_assert_double_eq_tol(interval.high, 4, 1e-12);
}
END_TEST

static uint64_t random_state;

static double
random_unit(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (double)(random_state >> 11) / 9007199254740992.0;
}

/* Symmetric with heavy tails, as run times on a shared machine have: a sum of two with rare large
 * ones. */
static double
random_noise(void)
{
	double value = random_unit() + random_unit() - 1;

	return random_unit() < 0.1 ? 10 * value : value;
}

/* Of 2,000 intervals around nothing, about 5 % miss 0: that is how often a gain would be claimed or
 * denied wrongly. */
START_TEST(misses_as_often_as_it_says)
{
	double values[GAIN_PAIRS_MAX];
	size_t counts[] = { 6, 10, 20, 40 };
	int missed = 0;

	random_state = 0x9e3779b97f4a7c15ull + (uint64_t)_i;
	for (int round = 0; round < 2000; round++) {
		struct gain_interval interval;

		for (size_t i = 0; i < counts[_i]; i++)
			values[i] = random_noise();
		gain_interval(values, counts[_i], 0.95, &interval);
		missed += interval.low > 0 || interval.high < 0;
	}
	ck_assert_int_le(missed, 2000 * 6 / 100);
	ck_assert_int_ge(missed, 2000 * 2 / 100);
}
END_TEST

START_TEST(one_outlier_changes_little)
{
	double values[] = { 0.1, 0.11, 0.09, 0.1, 0.12, 0.08, 0.1, 0.11, 0.09, 50 };
	struct gain_interval interval;

	gain_interval(values, 10, 0.95, &interval);
	ck_assert_double_lt(interval.estimate, 0.2);
	ck_assert_double_gt(interval.low, 0.05);
}
END_TEST

/* --- what other jobs do to a machine: the logarithm by which run number `run` is slowed --- */

static double
skewed(int run)
{
	(void)run;
	return -0.08 * log(1 - random_unit());
}

static double
levels(int run)
{
	static double level;

	if (run == 0 || random_unit() < 0.15)
		level = random_unit() < 0.5 ? 0 : 0.25 * random_unit();
	return level + 0.03 * random_unit();
}

static double
in_step(int run)
{
	return (run % 4 == 0 || run % 4 == 3 ? 0.1 : 0) + 0.05 * random_unit();
}

static double
spikes(int run)
{
	(void)run;
	return 0.03 * random_unit() + (random_unit() < 0.15 ? 0.5 * random_unit() : 0);
}

static double (*const machines[])(int run) = { skewed, levels, in_step, spikes };

struct machine {
	double (*slowed)(int run);
	double saving;
	int run;
};

static int
run_on(void *user, bool after, size_t pair, double *cpu, struct error *error)
{
	struct machine *machine = user;

	(void)pair;
	(void)error;
	*cpu = exp(machine->slowed(machine->run++)) * (after ? 1 - machine->saving : 1);
	return 0;
}

/* Measures a patch that saves this fraction on such a machine. */
static void
simulate(double (*slowed)(int run), double saving, struct gain *gain)
{
	struct machine machine = { .slowed = slowed, .saving = saving };

	ck_assert_int_eq(gain_compare(gain, GAIN_PAIRS_MAX, (uint64_t)(random_unit() * 1e15),
				      run_on, &machine, NULL),
			 0);
}

/* Refuses to claim what it cannot tell from noise: wrong in 2.5 % at most on every machine. */
START_TEST(claims_no_gain_of_nothing)
{
	int claimed = 0, denied = 0;

	random_state = 0x2545f4914f6cdd1dull + (uint64_t)_i;
	for (int round = 0; round < 1000; round++) {
		struct gain gain = { 0 };

		simulate(machines[_i], 0, &gain);
		claimed += gain.low > 0;
		denied += gain.high < 0;
	}
	/* 25 are expected; four standard deviations more are 45. */
	ck_assert_int_le(claimed, 45);
	ck_assert_int_le(denied, 45);
}
END_TEST

/* And finds what is there: 15 % nearly always, 7 % at least two times in five on the worst machine;
 * the interval holds the truth. */
START_TEST(finds_a_gain)
{
	int small = 0, large = 0, inside = 0;

	random_state = 0x2545f4914f6cdd1dull + (uint64_t)_i;
	for (int round = 0; round < 200; round++) {
		struct gain gain = { 0 };

		simulate(machines[_i], 0.07, &gain);
		small += gain.low > 0;
		inside += gain.low <= 0.07 && gain.high >= 0.07;
		simulate(machines[_i], 0.15, &gain);
		large += gain.low > 0;
	}
	ck_assert_int_ge(small, 200 * 40 / 100);
	ck_assert_int_ge(large, 200 * 90 / 100);
	ck_assert_int_ge(inside, 200 * 92 / 100);
}
END_TEST

/* A command that fails or does nothing is no measurement. */
START_TEST(refuses_useless_commands)
{
	struct error error = { 0 };
	struct gain gain;
	struct sandbox here = { 0 };
	char *folder;

	ck_assert_int_eq(path_temporary_folder(&folder, "gain", &error), 0);
	here.folder = folder;
	ck_assert_int_lt(gain_measure(&gain, &here, &here, "exit 7", NULL, &error), 0);
	ck_assert_int_eq(error.code, ERROR_INPUT);
	ck_assert_int_lt(gain_measure(&gain, &here, &here, "true", NULL, &error), 0);
	ck_assert_int_eq(error.code, ERROR_INPUT);
	ck_assert_int_eq(path_remove_tree(folder, &error), 0);
	free(folder);
}
END_TEST

Suite *
gain_suite(void)
{
	Suite *suite = suite_create("gain");
	TCase *tests = tcase_create("interval");

	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, ten_values);
	tcase_add_test(tests, six_values);
	tcase_add_loop_test(tests, misses_as_often_as_it_says, 0, 4);
	tcase_add_loop_test(tests, claims_no_gain_of_nothing, 0, 4);
	tcase_add_loop_test(tests, finds_a_gain, 0, 4);
	tcase_add_test(tests, one_outlier_changes_little);
	tcase_add_test(tests, refuses_useless_commands);
	suite_add_tcase(suite, tests);
	return suite;
}
