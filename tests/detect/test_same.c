/* A change seen in two runs, and two changes of one subject. */
#include "core/detect/same.h"
#include "tests/detect/suites.h"

#define MINUTE ((int64_t)60 * 1000000)

static const struct same_change known = { .subject = "escape",
					  .direction = DETECT_INCREASE,
					  .low = 1000 * MINUTE,
					  .at = 1010 * MINUTE,
					  .high = 1020 * MINUTE,
					  .window = 10 * MINUTE,
					  .before = 0.01,
					  .after = 0.02 };

static bool
is_same(const struct same_change *found)
{
	struct detect_stage_result result;
	detect_same(&result, &known, found);
	ck_assert_str_ne(result.why, "");
	return !result.passed;
}

START_TEST(same_again)
{
	struct same_change found = known;
	ck_assert(is_same(&found));
	found.low = found.at = 1030 * MINUTE; /* one window later */
	found.high = 1040 * MINUTE;
	found.after = 0.024;
	ck_assert(is_same(&found));
	found.low = found.at = found.high = 990 * MINUTE;
	ck_assert(is_same(&found));
}
END_TEST

START_TEST(another)
{
	struct same_change found = known;
	found.subject = "encode";
	ck_assert(!is_same(&found));
	found = known;
	found.direction = DETECT_DECREASE;
	ck_assert(!is_same(&found));
	found = known;
	found.low = found.at = found.high = 1041 * MINUTE;
	ck_assert(!is_same(&found));
}
END_TEST

/* A second step a window later, from the level of the first. */
START_TEST(further_step)
{
	struct same_change found = known;
	found.low = found.at = found.high = 1029 * MINUTE;
	found.before = 0.0199;
	found.after = 0.03;
	ck_assert(!is_same(&found));
}
END_TEST

/* Five times as large is another change, unless nobody knows how large it is. */
START_TEST(other_size)
{
	struct same_change found = known;
	found.after = 0.06;
	ck_assert(!is_same(&found));
	found.error = 0.02;
	ck_assert(is_same(&found));
}
END_TEST

Suite *
same_suite(void)
{
	Suite *suite = suite_create("same");
	TCase *cases = tcase_create("cases");
	tcase_add_test(cases, same_again);
	tcase_add_test(cases, another);
	tcase_add_test(cases, further_step);
	tcase_add_test(cases, other_size);
	suite_add_tcase(suite, cases);
	return suite;
}
