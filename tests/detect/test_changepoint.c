/* Change points of metric series: the smallest series that shows each property. */
#include <check.h>
#include <math.h>

#include "core/detect/changepoint.h"
#include "tests/detect/suites.h"

/* Noise of the same seed is the same; values have mean 0 and deviation 1. */
struct noise {
	uint64_t state;
};

static double
uniform(struct noise *noise)
{
	noise->state = noise->state * 6364136223846793005u + 1442695040888963407u;
	return ((double)(noise->state >> 11) + 0.5) / 9007199254740992.0;
}

static double
normal(struct noise *noise)
{
	return sqrt(-2 * log(uniform(noise))) * cos(2 * M_PI * uniform(noise));
}

static void
find(struct changepoints *out, const double *values, size_t count)
{
	struct changepoint_input input = { .values = values, .count = count };
	struct error err = { 0 };
	ck_assert_msg(changepoints_find(out, &input, NULL, &err) == 0, "%s", err.text);
}

START_TEST(a_step_in_noise_is_one_change_point)
{
	double values[60];
	struct noise noise = { 7 };
	for (size_t i = 0; i < 60; i++)
		values[i] = 50 + normal(&noise) + (i >= 30 ? 6 : 0);
	struct changepoints found = { 0 };
	find(&found, values, 60);
	ck_assert_uint_eq(found.items.count, 1);
	const struct changepoint *item = &found.items.items[0];
	ck_assert_uint_eq(item->index, 30);
	ck_assert(item->low <= 30 && item->high >= 30);
	ck_assert(item->before > 49 && item->before < 51);
	ck_assert(item->after > 55 && item->after < 57);
	ck_assert(item->delta_low < 6 && item->delta_high > 6);
	ck_assert(item->p < 1e-6);
	changepoints_release(&found);
}
END_TEST

START_TEST(nothing_changes_in_what_cannot)
{
	struct changepoints found = { 0 };
	double values[40] = { 0 };
	find(&found, values, 0);
	find(&found, values, 1);
	find(&found, values, 40);
	ck_assert_uint_eq(found.items.count, 0);
	ck_assert_uint_eq(found.points, 40);
	for (size_t i = 0; i < 40; i++)
		values[i] = i % 2 == 0 ? NAN : INFINITY;
	find(&found, values, 40);
	ck_assert_uint_eq(found.items.count, 0);
	ck_assert_uint_eq(found.points, 0);
	changepoints_release(&found);
}
END_TEST

Suite *
changepoint_suite(void)
{
	Suite *suite = suite_create("changepoint");
	TCase *tcase = tcase_create("changepoint");
	tcase_add_test(tcase, a_step_in_noise_is_one_change_point);
	tcase_add_test(tcase, nothing_changes_in_what_cannot);
	suite_add_tcase(suite, tcase);
	return suite;
}
