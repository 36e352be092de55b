/* The range of a seasonal series: where there is a season, and how well it holds the values. */
#include <check.h>
#include <math.h>

#include "core/base/clock.h"
#include "core/explain/expected.h"
#include "tests/explain/suites.h"

#define POINTS (24 * 14) /* hours of two weeks */
#define CHANGED (24 * 11)

static double values[POINTS];
static int64_t times[POINTS];

/* Normal enough: the sum of twelve uniform numbers of a small generator, seeded. */
static double
noise(uint64_t *state)
{
	double sum = -6;

	for (int i = 0; i < 12; i++) {
		*state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		sum += (double)(*state >> 40) / (double)(UINT64_C(1) << 24);
	}
	return sum;
}

static void
make(double season, double step)
{
	uint64_t state = 7;

	for (int i = 0; i < POINTS; i++) {
		times[i] = INT64_C(1795132800000000) + i * CLOCK_HOUR;
		values[i] = 100 + season * sin(2 * M_PI * i / 24) + noise(&state) +
			    (i >= CHANGED ? step : 0);
	}
}

static struct expected_input
input(void)
{
	return (struct expected_input){
		.values = values, .times = times, .count = POINTS, .before = CHANGED, .level = NAN
	};
}

START_TEST(test_season)
{
	struct expected_input in;
	struct expected range;
	int inside = 0, after = 0;

	make(10, 8);
	in = input();
	ck_assert(expected_range(&range, &in));
	ck_assert_int_eq(range.period, CLOCK_DAY);
	ck_assert_uint_eq(range.count, POINTS);
	for (int i = 0; i < POINTS; i++) {
		bool holds = values[i] >= range.low[i] && values[i] <= range.high[i];

		ck_assert(range.high[i] > range.low[i]);
		inside += i < CHANGED && holds;
		after += i >= CHANGED && holds;
	}
	/* 95 % of the values before, and next to none of those eight deviations higher. */
	ck_assert_int_ge(inside, CHANGED * 90 / 100);
	ck_assert_int_le(after, (POINTS - CHANGED) / 10);
	expected_release(&range);
}
END_TEST

START_TEST(test_level_and_gaps)
{
	struct expected_input in;
	struct expected range;

	make(10, 0);
	values[30] = NAN;
	in = input();
	in.level = 200;
	ck_assert(expected_range(&range, &in));
	ck_assert(isnan(range.low[30]));
	ck_assert_double_gt(range.low[31], 150);
	expected_release(&range);
}
END_TEST

START_TEST(test_no_season)
{
	struct expected_input in;
	struct expected range;

	make(0, 8);
	in = input();
	ck_assert(!expected_range(&range, &in));
	ck_assert_ptr_null(range.low);
	in.count = 0;
	ck_assert(!expected_range(&range, &in));
	in.count = 3;
	ck_assert(!expected_range(&range, &in));
}
END_TEST

Suite *
expected_suite(void)
{
	Suite *suite = suite_create("expected");
	TCase *tests = tcase_create("expected");

	tcase_add_test(tests, test_season);
	tcase_add_test(tests, test_level_and_gaps);
	tcase_add_test(tests, test_no_season);
	suite_add_tcase(suite, tests);
	return suite;
}
