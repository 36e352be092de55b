/* What each stage measured, as a person on call reads it. */
#include <check.h>
#include <math.h>
#include <string.h>

#include "core/detect/stage_text.h"
#include "tests/detect/suites.h"

static const struct row {
	enum detect_stage stage;
	bool passed;
	double value, limit;
	const char *unit, *sentence;
} rows[] = {
	{ STAGE_WENT_AWAY, true, 0.98, 0.5, NULL,
	  "98 % of the change is left, at least 50 % is asked for (2.0 times that)" },
	{ STAGE_WENT_AWAY, false, 0.2, 0.5, NULL,
	  "20 % of the change is left, at least 50 % is asked for" },
	{ STAGE_SEASONAL, true, 12.4, 4, NULL,
	  "a step of 12.4 sigma without the season, at least 4.0 sigma is asked for "
	  "(3.1 times that)" },
	{ STAGE_THRESHOLD, true, 0.03, 0.0005, NULL,
	  "a change of +3.00 points, at least +0.0500 points is asked for (60.0 times that)" },
	{ STAGE_THRESHOLD, false, 1.5, 2, "ms", "a change of 1.50 ms, at least 2 ms is asked for" },
	{ STAGE_SAME_REGRESSION, true, 9, 1, NULL,
	  "9 windows from the known one, at least 1 is asked for (9.0 times that)" },
	{ STAGE_COST_SHIFT, false, 0.03, 0.2, NULL,
	  "3 % of the gain is new, at least 20 % is asked for" },
	/* the one that is passed by being small: "0 % of 70 %" read like a failure */
	{ STAGE_DUPLICATE, true, 0, 0.7, NULL,
	  "0 % like another change, from 70 % on it is filtered" },
	{ STAGE_DUPLICATE, false, 0.95, 0.7, NULL,
	  "95 % like another change, from 70 % on it is filtered" },
	{ STAGE_MIX, true, 0.52, 0.5, NULL, "measured 0.52, at least 0.5 is asked for" },
	{ STAGE_RENAMED, false, 1.1, 1.25, NULL,
	  "1.1 times the cost of the function that vanished, at least 1.25 is asked for" },
	/* a verdict that the two figures do not explain is left to the why */
	{ STAGE_DUPLICATE, true, 0.95, 0.7, NULL, "" },
	{ STAGE_THRESHOLD, false, 0.03, 0.0005, NULL, "" },
	{ STAGE_COST_SHIFT, false, 1, 0.2, NULL, "" },
	/* figures that are not known, and a ratio that says nothing */
	{ STAGE_SEASONAL, true, NAN, NAN, NULL, "" },
	{ STAGE_RENAMED, true, INFINITY, 1.25, NULL, "" },
	{ STAGE_MIX, true, 1, 0, NULL, "measured 1, at least 0 is asked for" },
};

START_TEST(sentences)
{
	const struct row *row = &rows[_i];
	const struct detect_stage_result result = {
		.ran = true, .passed = row->passed, .value = row->value, .limit = row->limit
	};
	char buffer[DETECT_STAGE_SENTENCE_SIZE];

	ck_assert_str_eq(
		detect_stage_sentence(&detect_stage_texts[row->stage], &result, row->unit, buffer),
		row->sentence);
	ck_assert_str_eq(detect_stage_verdict(&result), row->passed ? "passed" : "filtered");
}
END_TEST

START_TEST(what_did_not_run)
{
	const struct detect_stage_result result = { .passed = true, .value = 1, .limit = 0.5 };
	char buffer[DETECT_STAGE_SENTENCE_SIZE];

	ck_assert_str_eq(detect_stage_verdict(&result), "not asked");
	ck_assert_str_eq(
		detect_stage_sentence(&detect_stage_texts[STAGE_MIX], &result, NULL, buffer), "");
	ck_assert_str_eq(detect_stage_sentence(NULL, &result, NULL, buffer), "");
}
END_TEST

/* Every stage has all of its words, and the longest unit and figures fit. */
START_TEST(whole)
{
	for (int stage = 0; stage < STAGE_COUNT; stage++) {
		const struct detect_stage_text *text = &detect_stage_texts[stage];
		const struct detect_stage_result result = { .ran = true,
							    .passed = text->at_least,
							    .value = 1.23456e300,
							    .limit = 1.23456e290 };
		char buffer[DETECT_STAGE_SENTENCE_SIZE];

		ck_assert_str_eq(text->name, detect_stage_name((enum detect_stage)stage));
		ck_assert(text->before != NULL && text->after != NULL && text->measure != NULL);
		detect_stage_sentence(text, &result, "twelve-bytes", buffer);
		ck_assert_uint_gt(strlen(buffer), 20);
		ck_assert_uint_lt(strlen(buffer), sizeof(buffer) - 1);
	}
}
END_TEST

Suite *
stage_text_suite(void)
{
	Suite *suite = suite_create("stage texts");
	TCase *tests = tcase_create("all");

	tcase_add_loop_test(tests, sentences, 0, (int)(sizeof(rows) / sizeof(rows[0])));
	tcase_add_test(tests, what_did_not_run);
	tcase_add_test(tests, whole);
	suite_add_tcase(suite, tests);
	return suite;
}
