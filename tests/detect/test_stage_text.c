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

/* The sentences are those of the rows above. */
static const struct reason {
	enum detect_stage stage;
	const char *sentence, *why, *reason;
} reasons[] = {
	{ STAGE_WENT_AWAY, "98 % of the change is left, at least 50 % is asked for",
	  "the last windows keep the new level: 98 % of the change is left, over 50 % must be",
	  "the last windows keep the new level" },
	{ STAGE_WENT_AWAY, "98 % of the change is left, at least 50 % is asked for",
	  "the newest windows keep 98 % of it", "" },
	{ STAGE_THRESHOLD, "a change of +4.71 points, at least +0.00500 points is asked for",
	  "4.712 points of at least 0.005 (small-and-slow)", "" },
	{ STAGE_THRESHOLD, "a change of +4.71 points, at least +0.00500 points is asked for",
	  "4.712 points of at least 0.005 (small-and-slow); it is older", "it is older" },
	{ STAGE_THRESHOLD, "a change of +1.20 points, at least +0.0500 points is asked for",
	  "a ramp over 40 windows, of at least 0.05 (long-term), at 12:30:00, see a,b",
	  "a ramp over 40 windows, at 12:30:00, see a,b" },
	{ STAGE_THRESHOLD, "a change of 1.50 ms, at least 2 ms is asked for (940 times that)",
	  "940 times the least change", "" },
	{ STAGE_SAME_REGRESSION, "9 windows from the known one, at least 1 is asked for",
	  "9.0 windows from the known one, more than 1", "" },
	/* without a sentence it is all there is; what names others stays whole */
	{ STAGE_THRESHOLD, "", "4.7 points of at least 0.005", "4.7 points of at least 0.005" },
	{ STAGE_COST_SHIFT, "50 % of the gain is new, at least 20 % is asked for",
	  "parse50 lost 50 % of what it gained", "parse50 lost 50 % of what it gained" },
	{ STAGE_THRESHOLD, "a change of 2", "", "" },
	{ STAGE_THRESHOLD, "a change of 2", ": , ;", "" },
};

START_TEST(reasons_say_no_figure_twice)
{
	const struct reason *row = &reasons[_i];
	char buffer[STAGE_WHY_SIZE];

	ck_assert_str_eq(detect_stage_reason(&detect_stage_texts[row->stage], row->sentence,
					     row->why, buffer),
			 row->reason);
	ck_assert_str_eq(detect_stage_reason(NULL, row->sentence, row->why, buffer), row->why);
}
END_TEST

/* A database may hold a why of any length. */
START_TEST(long_reasons_are_cut)
{
	char why[2 * STAGE_WHY_SIZE], buffer[STAGE_WHY_SIZE];

	for (size_t i = 0; i < sizeof(why); i++)
		why[i] = i % 10 == 8 ? ',' : i % 10 == 9 ? ' ' : 'x';
	why[sizeof(why) - 1] = '\0';
	detect_stage_reason(&detect_stage_texts[STAGE_THRESHOLD], "a change of 2", why, buffer);
	ck_assert_uint_eq(strlen(buffer), sizeof(buffer) - 1);
	ck_assert_mem_eq(buffer, why, sizeof(buffer) - 1);
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
	tcase_add_loop_test(tests, reasons_say_no_figure_twice, 0,
			    (int)(sizeof(reasons) / sizeof(reasons[0])));
	tcase_add_test(tests, long_reasons_are_cut);
	tcase_add_test(tests, what_did_not_run);
	tcase_add_test(tests, whole);
	suite_add_tcase(suite, tests);
	return suite;
}
