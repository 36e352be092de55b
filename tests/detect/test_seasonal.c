/* Is there a season, and does a step stand without it. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/detect/seasonal.h"
#include "tests/detect/fleet.h"
#include "tests/detect/suites.h"

#define STEP ((int64_t)600 * 1000000) /* ten minutes */
#define DAY 144
#define WEEK (7 * DAY)
#define COUNT_MAX (3 * WEEK)
#define MONDAY ((int64_t)1767571200 * 1000000) /* 2026-01-05T00:00Z */
#define TRIES 40

/* What a made-up series is made of, in standard deviations of its noise. */
struct shape {
	size_t count;
	double memory;  /* autocorrelation of the noise */
	double day;     /* height of a bulge in working hours ... */
	double growth;  /* ... and by what part it grows a day */
	double weekend; /* how much lower Saturday and Sunday are */
	double job;     /* height of a job that runs from 3:00 to 5:00 every day */
	double spikes;  /* part of the points that are 8 higher */
	double trend;   /* over the whole series */
	double step;    /* from at on */
	size_t at;
};

static double values[COUNT_MAX];
static int64_t times[COUNT_MAX];

static void
make(const struct shape *shape, uint64_t *seed)
{
	double noise = 0;
	for (size_t i = 0; i < shape->count; i++) {
		double hour = (double)(i % DAY) / DAY * 24;
		double bulge = hour > 8 && hour < 20 ? sin((hour - 8) / 12 * M_PI) : 0;
		noise = shape->memory * noise +
			sqrt(1 - shape->memory * shape->memory) * fleet_normal(seed);
		times[i] = MONDAY + (int64_t)i * STEP;
		values[i] = 100 + noise + shape->trend * (double)i / (double)shape->count;
		values[i] += shape->day * (1 + shape->growth * (double)i / DAY) * bulge;
		values[i] -= i / DAY % 7 >= 5 ? shape->weekend : 0;
		values[i] += hour >= 3 && hour < 5 ? shape->job : 0;
		values[i] += fleet_uniform(seed) < shape->spikes ? 8 : 0;
		values[i] += i >= shape->at ? shape->step : 0;
	}
}

/* In how many of TRIES series the test finds a season. */
static int
found(const struct shape *shape, bool with_times)
{
	struct seasonal seasonal;
	struct seasonal_periods periods;
	uint64_t seed = 42;
	int count = 0;
	seasonal_init(&seasonal);
	for (int i = 0; i < TRIES; i++) {
		make(shape, &seed);
		struct seasonal_input input = { .values = values,
						.times = with_times ? times : NULL,
						.count = shape->count };
		count += seasonal_find(&seasonal, &input, &periods) > 0;
	}
	seasonal_release(&seasonal);
	return count;
}

static const struct shape seasonless[] = {
	{ .count = 1500 },
	{ .count = 1500, .memory = 0.5 },
	{ .count = 1500, .memory = 0.9 },
	{ .count = 450, .memory = 0.9 },
	{ .count = 1500, .spikes = 0.02 },
	{ .count = 1500, .step = 20, .at = 700 },
	{ .count = 1500, .trend = 30 },
};

START_TEST(noise_has_none)
{
	ck_assert_int_le(found(&seasonless[_i], true), 1);
	ck_assert_int_le(found(&seasonless[_i], false), 1);
}
END_TEST

static const struct shape seasonals[] = {
	{ .count = 1500, .day = 1 },
	{ .count = 1500, .day = 3, .memory = 0.5 },
	{ .count = 1500, .day = 3, .growth = 0.3 },
	{ .count = 1500, .job = 2 },
	{ .count = 450, .day = 3 },
	{ .count = 1500, .day = 3, .step = 10, .at = 700 },
};

START_TEST(season_is_found)
{
	ck_assert_int_ge(found(&seasonals[_i], true), TRIES - 1);
}
END_TEST

/* Without times the period is searched for: a day is 144 points. */
START_TEST(period_is_searched)
{
	struct shape shape = { .count = 1500, .day = 2 };
	struct seasonal seasonal;
	struct seasonal_periods periods;
	uint64_t seed = 7;
	seasonal_init(&seasonal);
	make(&shape, &seed);
	struct seasonal_input input = { .values = values, .count = shape.count };
	ck_assert_uint_eq(seasonal_find(&seasonal, &input, &periods), 1);
	ck_assert_uint_ge(periods.items[0].points, DAY - 2);
	ck_assert_uint_le(periods.items[0].points, DAY + 2);
	seasonal_release(&seasonal);
}
END_TEST

START_TEST(week_is_found)
{
	struct shape shape = { .count = 3 * WEEK, .day = 3, .weekend = 3 };
	struct seasonal seasonal;
	struct seasonal_periods periods;
	uint64_t seed = 7;
	seasonal_init(&seasonal);
	make(&shape, &seed);
	struct seasonal_input input = { .values = values, .times = times, .count = shape.count };
	ck_assert_uint_eq(seasonal_find(&seasonal, &input, &periods), 2);
	ck_assert_uint_eq(periods.items[0].points, DAY);
	ck_assert_uint_eq(periods.items[1].points, WEEK);
	seasonal_release(&seasonal);
}
END_TEST

/* In how many of TRIES series a week is found beside the day. */
static int
weeks_found(const struct shape *shape)
{
	struct seasonal seasonal;
	struct seasonal_periods periods;
	uint64_t seed = 11;
	int count = 0;
	seasonal_init(&seasonal);
	for (int i = 0; i < TRIES; i++) {
		make(shape, &seed);
		struct seasonal_input input = { .values = values,
						.times = times,
						.count = shape->count };
		count += seasonal_find(&seasonal, &input, &periods) > 1;
	}
	seasonal_release(&seasonal);
	return count;
}

/* Not three whole weeks: all days count, those of the turn that is not whole too. */
START_TEST(small_weekend_is_found)
{
	struct shape shape = { .count = 3 * WEEK - DAY, .day = 3, .weekend = 0.5 };
	ck_assert_int_ge(weeks_found(&shape), TRIES - 1);
	shape.weekend = 0;
	ck_assert_int_le(weeks_found(&shape), TRIES / 8);
	shape.step = 3;
	shape.at = 2 * WEEK + 300;
	ck_assert_int_le(weeks_found(&shape), TRIES / 8);
}
END_TEST

/* How often a change from window at to the end passes. */
static int
passed(const struct shape *shape, size_t from, size_t at, size_t to)
{
	uint64_t seed = 3;
	int count = 0;
	for (int i = 0; i < TRIES; i++) {
		struct detect_stage_result result;
		make(shape, &seed);
		struct seasonal_input input = { .values = values,
						.times = times,
						.count = shape->count,
						.from = from,
						.at = at,
						.to = to };
		detect_seasonal(&result, &input);
		ck_assert(result.ran);
		ck_assert_int_eq(result.passed, result.value >= result.limit ||
							strncmp(result.why, "no season", 9) == 0);
		count += result.passed;
	}
	return count;
}

/* The morning's rise of the newest day; the data end at its height. */
START_TEST(daily_rise_is_none)
{
	struct shape shape = { .count = 9 * DAY + 80, .day = 5 };
	ck_assert_int_le(passed(&shape, 9 * DAY - 20, 9 * DAY + 54, shape.count), 1);
	ck_assert_int_le(passed(&shape, 0, 9 * DAY + 54, shape.count), 1);
	shape.memory = 0.5;
	ck_assert_int_le(passed(&shape, 9 * DAY - 20, 9 * DAY + 54, shape.count), 1);
}
END_TEST

START_TEST(growing_rise_is_none)
{
	struct shape shape = { .count = 9 * DAY + 80, .day = 5, .growth = 0.15 };
	ck_assert_int_le(passed(&shape, 9 * DAY - 20, 9 * DAY + 54, shape.count), 1);
}
END_TEST

START_TEST(job_of_every_day_is_none)
{
	struct shape shape = { .count = 9 * DAY + 29, .job = 5 };
	ck_assert_int_le(passed(&shape, 8 * DAY + 30, 9 * DAY + 18, shape.count), 1);
}
END_TEST

/* Monday morning after a weekend, with a week and three days known: no week can be folded. */
START_TEST(end_of_a_weekend_is_none)
{
	struct shape shape = { .count = 10 * DAY, .weekend = 4 };
	/* Begins on a Friday. */
	uint64_t seed = 3;
	int count = 0;
	for (int i = 0; i < TRIES; i++) {
		struct detect_stage_result result;
		shape.count = 15 * DAY;
		make(&shape, &seed);
		struct seasonal_input input = { .values = values + 4 * DAY,
						.times = times + 4 * DAY,
						.count = 10 * DAY + 60,
						.from = 8 * DAY,
						.at = 10 * DAY,
						.to = 10 * DAY + 60 };
		detect_seasonal(&result, &input);
		count += result.passed;
	}
	ck_assert_int_le(count, 1);
}
END_TEST

/* A weekend's end as seen with three weeks of data. */
START_TEST(known_weekend_is_none)
{
	struct shape shape = { .count = 2 * WEEK + 60, .day = 3, .weekend = 4 };
	ck_assert_int_le(passed(&shape, 12 * DAY, 2 * WEEK, shape.count), 2);
}
END_TEST

/* A step a fifth as high as the season is wide, at the worst hour, seen for half a day or days. */
START_TEST(step_in_a_season_stands)
{
	struct shape shape = { .count = 9 * DAY + 130, .day = 5, .step = 1.2 };
	shape.at = 9 * DAY + 54;
	ck_assert_int_ge(passed(&shape, 0, shape.at, shape.count), TRIES - 1);
	shape.at = 5 * DAY + 54;
	ck_assert_int_ge(passed(&shape, 0, shape.at, shape.count), TRIES - 1);
	shape.at = 9 * DAY + 54;
	shape.growth = 0.1;
	shape.step = 4;
	ck_assert_int_ge(passed(&shape, 0, shape.at, shape.count), TRIES - 1);
}
END_TEST

/* Where nothing repeats itself the stage has nothing to say against a step. */
START_TEST(step_without_season_stands)
{
	struct shape shape = { .count = 1500, .step = 1, .at = 1400, .memory = 0.5 };
	ck_assert_int_ge(passed(&shape, 0, shape.at, shape.count), TRIES - 1);
	shape.count = 60;
	shape.at = 40;
	ck_assert_int_ge(passed(&shape, 0, shape.at, shape.count), TRIES - 1);
}
END_TEST

/* Held in the analysis stretch, back in the extended one. */
START_TEST(extended_stretch_counts)
{
	struct shape shape = { .count = 9 * DAY + 100, .day = 5, .step = 4, .at = 9 * DAY + 40 };
	struct detect_stage_result result;
	uint64_t seed = 3;
	make(&shape, &seed);
	struct seasonal_input input = { .values = values,
					.times = times,
					.count = shape.count,
					.at = shape.at,
					.extended = shape.at + 30,
					.to = shape.count };
	detect_seasonal(&result, &input);
	ck_assert_msg(result.passed, "%s", result.why);
	for (size_t i = shape.at + 30; i < shape.count; i++)
		values[i] -= 4;
	detect_seasonal(&result, &input);
	ck_assert_msg(!result.passed, "%s", result.why);
}
END_TEST

/* Gaps, jitter and doubled points: the same answer; what is removed is the season alone. */
START_TEST(irregular_points)
{
	static double left[COUNT_MAX];
	struct shape shape = { .count = 1500, .day = 5 };
	struct seasonal seasonal;
	uint64_t seed = 9;
	size_t count = 0;
	double square = 0;
	double mean = 0;
	double known = 0;
	make(&shape, &seed);
	for (size_t i = 0; i < shape.count; i++) {
		if (fleet_uniform(&seed) < 0.2)
			continue;
		values[count] = fleet_uniform(&seed) < 0.02 ? NAN : values[i];
		times[count++] = times[i] + (int64_t)(fleet_uniform(&seed) * 20e6);
	}
	seasonal_init(&seasonal);
	struct seasonal_input input = { .values = values, .times = times, .count = count };
	ck_assert(seasonal_remove(&seasonal, &input, left));
	for (size_t i = 0; i < count; i++) {
		known += isnan(left[i]) ? 0 : 1;
		mean += isnan(left[i]) ? 0 : left[i];
		square += isnan(left[i]) ? 0 : left[i] * left[i];
	}
	mean /= known;
	square = square / known - mean * mean;
	ck_assert_double_lt(sqrt(square), 1.2);
	seasonal_release(&seasonal);
}
END_TEST

/* Times that stand still or run back, no points, one value: an answer, and not a crash. */
START_TEST(hostile_input)
{
	struct detect_stage_result result;
	static int64_t wild[64];
	struct seasonal_input input = {
		.values = values, .times = wild, .count = 64, .at = 32, .to = 64
	};
	memset(values, 0, sizeof(values));
	detect_seasonal(&result, &input);
	ck_assert(result.passed && !result.ran);
	for (size_t i = 0; i < 64; i++)
		wild[i] = i % 2 == 0 ? INT64_MAX / 2 : -INT64_MAX / 2;
	detect_seasonal(&result, &input);
	ck_assert(result.passed && !result.ran);
	wild[0] = 0;
	for (size_t i = 1; i < 64; i++)
		wild[i] = wild[i - 1] + (i == 63 ? INT64_MAX / 4 : STEP);
	detect_seasonal(&result, &input);
	ck_assert(result.passed && !result.ran);
	input.times = NULL;
	for (size_t i = 0; i < 64; i++)
		values[i] = i % 3 == 0 ? NAN : i % 3 == 1 ? INFINITY : 1e308;
	detect_seasonal(&result, &input);
	input.at = input.to = 200;
	detect_seasonal(&result, &input);
	input.count = 0;
	detect_seasonal(&result, &input);
	ck_assert(result.passed && !result.ran);
}
END_TEST

Suite *
seasonal_suite(void)
{
	Suite *suite = suite_create("seasonal");
	TCase *cases = tcase_create("cases");
	tcase_add_loop_test(cases, noise_has_none, 0, sizeof(seasonless) / sizeof(seasonless[0]));
	tcase_add_loop_test(cases, season_is_found, 0, sizeof(seasonals) / sizeof(seasonals[0]));
	tcase_add_test(cases, period_is_searched);
	tcase_add_test(cases, week_is_found);
	tcase_add_test(cases, small_weekend_is_found);
	tcase_add_test(cases, daily_rise_is_none);
	tcase_add_test(cases, growing_rise_is_none);
	tcase_add_test(cases, job_of_every_day_is_none);
	tcase_add_test(cases, end_of_a_weekend_is_none);
	tcase_add_test(cases, known_weekend_is_none);
	tcase_add_test(cases, step_in_a_season_stands);
	tcase_add_test(cases, step_without_season_stands);
	tcase_add_test(cases, extended_stretch_counts);
	tcase_add_test(cases, irregular_points);
	tcase_add_test(cases, hostile_input);
	suite_add_tcase(suite, cases);
	return suite;
}
