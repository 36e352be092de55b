/* Load and renamed functions, as the detection run judges them. */
#include "core/explain/detection_stages.h"

#include <check.h>

#include "core/base/clock.h"
#include "tests/explain/suites.h"

/* 100 requests a second in the first hour, then as many as asked for. */
static void
fill(struct detection_work *work, double after)
{
	*work = (struct detection_work){ 0 };
	for (int64_t minute = 0; minute < 120; minute++)
		series_points_add(&work->points, minute * CLOCK_MINUTE, minute < 60 ? 100 : after,
				  0);
}

static const struct detection_span before = { 0, 60 * CLOCK_MINUTE, 60 * CLOCK_MINUTE };
static const struct detection_span after = { 60 * CLOCK_MINUTE, 120 * CLOCK_MINUTE,
					     30 * CLOCK_MINUTE };

START_TEST(work_is_a_rate)
{
	struct detection_work work;
	struct detection_span empty = { 200 * CLOCK_MINUTE, 300 * CLOCK_MINUTE, CLOCK_MINUTE };
	fill(&work, 50);
	ck_assert_double_eq_tol(detection_work_of(&work, &before), 360000, 1e-6);
	ck_assert_double_eq_tol(detection_work_of(&work, &after), 90000, 1e-6);
	ck_assert_double_eq(detection_work_of(&work, &empty), 0);
	detection_work_release(&work);
}
END_TEST

/* The share doubled in half the profiled time. */
static struct detect_change
judge(double requests, unsigned stages_off)
{
	struct detection_work work;
	struct detect_change change = { .before = 0.1,
					.after = 0.2,
					.samples_before = 100000,
					.samples_after = 25000,
					.dispersion = 1,
					.memory = 1 };
	fill(&work, requests);
	detection_judge_load(&change, &work, &before, &after, stages_off);
	detection_work_release(&work);
	return change;
}

START_TEST(load_is_judged)
{
	/* As many requests: 10,000 samples for 360,000, then 5,000 for 180,000. */
	ck_assert_int_eq(judge(100, 0).filter, DETECT_MIX);
	ck_assert_int_eq(judge(100, 1u << STAGE_MIX).filter, DETECT_PASSED);
	/* Half as many: each costs twice what it did. */
	ck_assert_int_eq(judge(50, 0).filter, DETECT_PASSED);
}
END_TEST

START_TEST(rename_is_judged)
{
	static const uint32_t old[] = { 0, 1 };
	static const uint32_t new[] = { 0, 2 };
	static const uint32_t rest[] = { 0, 3 };
	static const char *const names[] = { "main", "parse_v1", "parse_v2", "log" };
	struct detect_stack items[] = { { old, 2, 900, 0 },
					{ new, 2, 0, 900 },
					{ rest, 2, 9000, 9000 } };
	struct detect_stacks stacks = { .items = items,
					.count = 3,
					.functions = 4,
					.samples_before = 9900,
					.samples_after = 9900 };
	struct detect_change change = { .function = 2 };
	detection_judge_rename(&change, &stacks, names, 0);
	ck_assert_int_eq(change.filter, DETECT_RENAMED);
	items[1].after = 2000;
	change = (struct detect_change){ .function = 2 };
	detection_judge_rename(&change, &stacks, names, 0);
	ck_assert_int_eq(change.filter, DETECT_PASSED);
	ck_assert(change.stages[STAGE_RENAMED].ran);
}
END_TEST

Suite *
detection_stages_suite(void)
{
	Suite *suite = suite_create("detection_stages");
	TCase *cases = tcase_create("cases");
	tcase_add_test(cases, work_is_a_rate);
	tcase_add_test(cases, load_is_judged);
	tcase_add_test(cases, rename_is_judged);
	suite_add_tcase(suite, cases);
	return suite;
}
