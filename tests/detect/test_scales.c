/* Configurations fitted to the windows: what fits, what is shortened, and that it is said. */
#include <string.h>

#include "core/detect/scales.h"
#include "tests/detect/suites.h"

#define MINUTE INT64_C(60000000)
#define HOUR (60 * MINUTE)
#define WINDOWS 1500

static const struct detect_config small = { .scale = DETECT_SLOW,
					    .historic = 240 * HOUR,
					    .analysis = 4 * HOUR,
					    .extended = 6 * HOUR,
					    .min_delta = 0.00005 };

START_TEST(fbdetects_windows_of_ten_minutes)
{
	int64_t times[WINDOWS];
	struct detect_spans spans;
	for (size_t i = 0; i < WINDOWS; i++)
		times[i] = (int64_t)i * 10 * MINUTE;
	detect_spans_fit(&spans, &small, 1, times, WINDOWS);
	ck_assert_uint_eq(spans.count, 1);
	ck_assert(!spans.items[0].shortened);
	ck_assert_uint_eq(spans.items[0].analysis, WINDOWS - 60);
	ck_assert_uint_eq(spans.items[0].lasted, 36);
}
END_TEST

START_TEST(thirty_windows_are_too_few_and_it_is_said)
{
	int64_t times[30];
	struct detect_spans spans;
	for (size_t i = 0; i < 30; i++)
		times[i] = (int64_t)i * 10 * MINUTE;
	detect_spans_fit(&spans, &small, 1, times, 30);
	ck_assert(spans.items[0].shortened);
	ck_assert_uint_eq(spans.items[0].lasted, 10);
	ck_assert_uint_eq(spans.items[0].analysis, 0);
	ck_assert_str_eq(
		spans.items[0].why,
		"30 windows hold 5 h of the 10.4 d asked for; a change must last 10 windows");
}
END_TEST

START_TEST(defaults_without_times)
{
	struct detect_spans spans;
	size_t count = 0;
	const struct detect_config *configs = detect_configs_default(&count);
	detect_spans_fit(&spans, configs, count, NULL, 100);
	ck_assert_uint_eq(spans.count, count);
	for (size_t i = 0; i < spans.count; i++) {
		ck_assert(!spans.items[i].shortened);
		ck_assert_uint_eq(spans.items[i].analysis, 0);
		ck_assert_uint_ge(spans.items[i].lasted, 3);
		ck_assert(strlen(spans.items[i].why) > 10);
	}
	detect_spans_fit(&spans, configs, count, NULL, 5);
	ck_assert_uint_eq(spans.count, 0);
}
END_TEST

Suite *
scales_suite(void)
{
	Suite *suite = suite_create("scales");
	TCase *all = tcase_create("all");
	tcase_add_test(all, fbdetects_windows_of_ten_minutes);
	tcase_add_test(all, thirty_windows_are_too_few_and_it_is_said);
	tcase_add_test(all, defaults_without_times);
	suite_add_tcase(suite, all);
	return suite;
}
