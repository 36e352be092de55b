/*
 * Series without a change: how often is one reported all the same? The rate
 * must be what the threshold says, at most twice it and not far below it, from
 * six windows to five hundred, with every kind of noise. Seeds are fixed.
 */
#include <math.h>

#include "core/base/memory.h"
#include "tests/detect/fleet.h"
#include "tests/detect/suites.h"

#define FUNCTIONS 200

struct setting {
	size_t windows, services;
	double vary;
	enum fleet_noise noise;
};

static const struct setting settings[] = {
	{ 6, 25, 0, FLEET_BINOMIAL },  { 6, 25, 0, FLEET_BETA_BINOMIAL },
	{ 6, 25, 0, FLEET_AR1 },       { 6, 25, 0.5, FLEET_BETA_BINOMIAL },
	{ 12, 15, 0, FLEET_BINOMIAL }, { 12, 15, 0, FLEET_BETA_BINOMIAL },
	{ 12, 15, 0, FLEET_AR1 },      { 12, 15, 0.5, FLEET_BETA_BINOMIAL },
	{ 60, 10, 0, FLEET_BINOMIAL }, { 60, 10, 0, FLEET_BETA_BINOMIAL },
	{ 60, 10, 0, FLEET_AR1 },      { 60, 10, 0.5, FLEET_BETA_BINOMIAL },
	{ 500, 2, 0, FLEET_BINOMIAL }, { 500, 2, 0, FLEET_BETA_BINOMIAL },
	{ 500, 2, 0, FLEET_AR1 },      { 500, 2, 0.5, FLEET_BETA_BINOMIAL },
};

/* Functions with an increase at p <= p_max, of those that were tested. */
static double
alarm_rate(const struct setting *setting, double p_max)
{
	size_t alarms = 0;
	size_t tested = 0;
	struct detect_settings options = { .min_delta = -1, .q_max = 1e9, .p_max = p_max };
	for (size_t s = 0; s < setting->services; s++) {
		struct fleet fleet;
		struct detect_result result;
		fleet_make(&fleet, 77 + s * 1000, setting->windows, FUNCTIONS, 5000, setting->vary,
			   setting->noise);
		struct detect_input input = fleet_input(&fleet);
		ck_assert_int_eq(detect_increases(&result, &input, &options, NULL, NULL), 0);
		bool seen[FUNCTIONS] = { false };
		for (size_t i = 0; i < result.changes.count; i++) {
			uint32_t function = result.changes.items[i].function;
			if (result.changes.items[i].direction != DETECT_INCREASE)
				continue;
			alarms += !seen[function];
			seen[function] = true;
		}
		tested += result.series;
		detect_result_release(&result);
		fleet_release(&fleet);
	}
	return (double)alarms / (double)tested;
}

START_TEST(rate_is_what_the_threshold_says)
{
	const struct setting *setting = &settings[_i];
	double rate = alarm_rate(setting, 0.05);
	ck_assert_msg(rate <= 2 * 0.05, "%zu windows, noise %d, sizes %g: %.4f at p 0.05",
		      setting->windows, setting->noise, setting->vary, rate);
	ck_assert_msg(rate >= 0.2 * 0.05, "%zu windows, noise %d, sizes %g: %.4f at p 0.05",
		      setting->windows, setting->noise, setting->vary, rate);
}
END_TEST

/* What a user sees: with the defaults, nothing at all in services where nothing changed. */
START_TEST(nothing_is_found_where_nothing_changed)
{
	const struct setting *setting = &settings[_i];
	struct detect_settings options = { .min_delta = -1 };
	size_t found = 0;
	for (size_t s = 0; s < setting->services; s++) {
		struct fleet fleet;
		struct detect_result result;
		fleet_make(&fleet, 5 + s * 1000, setting->windows, FUNCTIONS, 5000, setting->vary,
			   setting->noise);
		struct detect_input input = fleet_input(&fleet);
		ck_assert_int_eq(detect_increases(&result, &input, &options, NULL, NULL), 0);
		for (size_t i = 0; i < result.changes.count; i++)
			found += result.changes.items[i].filter == DETECT_PASSED &&
				 result.changes.items[i].direction == DETECT_INCREASE;
		detect_result_release(&result);
		fleet_release(&fleet);
	}
	/* Six windows cannot tell drift that remembers from a step; else one service in twenty. */
	size_t most = setting->noise == FLEET_AR1 ? setting->services / 2 : setting->services / 10;
	ck_assert_msg(found <= most, "%zu windows, noise %d: %zu found in %zu services",
		      setting->windows, setting->noise, found, setting->services);
}
END_TEST

Suite *
calibration_suite(void)
{
	Suite *suite = suite_create("calibration");
	TCase *rates = tcase_create("rates");
	int count = (int)(sizeof(settings) / sizeof(settings[0]));
	tcase_set_timeout(rates, 120);
	tcase_add_loop_test(rates, rate_is_what_the_threshold_says, 0, count);
	tcase_add_loop_test(rates, nothing_is_found_where_nothing_changed, 0, count);
	suite_add_tcase(suite, rates);
	return suite;
}
