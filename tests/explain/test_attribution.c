/* Who carries a growth, over hand-made profiles with exact numbers. */
#include <check.h>
#include <string.h>

#include "core/explain/attribution.h"
#include "tests/explain/sets.h"
#include "tests/explain/suites.h"

static struct profile_set set;
static struct selection selection;
static struct attribution attribution;

static void
measure(const struct set_cell *before, const struct set_cell *after, const char *subject)
{
	profile_set_init(&set);
	set_add_window(&set, 1, before);
	set_add_window(&set, 2, after);
	selection_by_time(&selection, &set, (struct time_range){ 0, 2 },
			  (struct time_range){ 2, 3 });
	attribution_measure(&attribution, &set, &selection, subject);
}

static void
teardown(void)
{
	attribution_release(&attribution);
	selection_release(&selection);
	profile_set_release(&set);
}

static const struct attribution_name *
of(const char *function)
{
	return &attribution.names[intern_find(&set.names, function, strlen(function))];
}

/* escape grows from 0.1 to 0.4, three quarters of it from render and one from log. */
START_TEST(test_shares_of_growth)
{
	static const struct set_cell before[] = { { "main@app;render@app;escape@app", 100 },
						  { "main@app;render@app", 300 },
						  { "main@app;parse@app", 600 },
						  { NULL, 0 } };
	static const struct set_cell after[] = { { "main@app;render@app;escape@app", 325 },
						 { "main@app;log@app;escape@app", 75 },
						 { "main@app;render@app", 200 },
						 { "main@app;parse@app", 400 },
						 { NULL, 0 } };

	measure(before, after, "escape");
	ck_assert(attribution.has_subject);
	ck_assert_double_eq_tol(attribution.growth, 0.3, 1e-12);
	ck_assert_double_eq_tol(of("escape")->carried, 1, 1e-12);
	ck_assert_double_eq_tol(of("render")->carried, 0.75, 1e-12);
	ck_assert_double_eq_tol(of("log")->carried, 0.25, 1e-12);
	ck_assert_double_eq_tol(of("main")->carried, 1, 1e-12);
	ck_assert_double_eq_tol(of("parse")->carried, 0, 1e-12);

	/* escape is its own place; render is one step above and 0.4 -> 0.525 of it is new. */
	ck_assert_double_eq_tol(of("escape")->score, 1, 1e-12);
	ck_assert_double_eq_tol(of("render")->near, 0.85, 1e-12);
	ck_assert_double_eq_tol(of("render")->specific, (0.125 / 0.525) / 0.75, 1e-9);
	/* main carries all of it and says nothing: its own share did not grow. */
	ck_assert_double_eq_tol(of("main")->score, 0, 1e-12);
	ck_assert(!of("parse")->score);
}
END_TEST

/* Frames of other modules are no steps, and the caller that a leaf's stack lost gets its part. */
START_TEST(test_foreign_leaf)
{
	static const struct set_cell before[] = { { "main@app;reset@app;clear@app", 50 },
						  { "main@app;work@app", 950 },
						  { NULL, 0 } };
	static const struct set_cell after[] = { { "main@app;reset@app;clear@app", 50 },
						 { "main@app;reset@app;memset@libc", 450 },
						 { "main@app;work@app", 500 },
						 { NULL, 0 } };

	measure(before, after, "memset");
	ck_assert_double_eq_tol(of("reset")->near, 1, 1e-12);
	ck_assert_double_eq_tol(of("reset")->carried, 1, 1e-12);
	ck_assert_double_eq_tol(of("reset")->score, 0.9, 1e-9); /* 0.05 -> 0.5 */
	ck_assert_double_eq_tol(of("clear")->score, 0, 1e-12);
	ck_assert_double_eq_tol(of("clear")->lost, 0.45, 1e-9);
	ck_assert_double_eq_tol(of("work")->lost, 0, 1e-12);
}
END_TEST

START_TEST(test_unknown_subject_takes_all_growth)
{
	static const struct set_cell before[] = { { "main;a", 50 }, { "main;b", 50 }, { NULL, 0 } };
	static const struct set_cell after[] = { { "main;a", 80 }, { "main;b", 20 }, { NULL, 0 } };

	measure(before, after, "somewhere else");
	ck_assert(!attribution.has_subject);
	ck_assert_double_eq_tol(attribution.growth, 0.3, 1e-12);
	ck_assert_double_eq_tol(of("a")->carried, 1, 1e-12);
	ck_assert_double_eq_tol(of("b")->score, 0, 1e-12);
}
END_TEST

START_TEST(test_no_growth)
{
	static const struct set_cell before[] = { { "main;a", 50 }, { "main;b", 50 }, { NULL, 0 } };

	measure(before, before, "a");
	ck_assert_double_eq(attribution.growth, 0);
	ck_assert_double_eq(of("a")->score, 0);
	ck_assert_double_eq(of("main")->score, 0);
}
END_TEST

Suite *
attribution_suite(void)
{
	Suite *suite = suite_create("attribution");
	TCase *tcase = tcase_create("attribution");

	tcase_add_checked_fixture(tcase, NULL, teardown);
	tcase_add_test(tcase, test_shares_of_growth);
	tcase_add_test(tcase, test_foreign_leaf);
	tcase_add_test(tcase, test_unknown_subject_takes_all_growth);
	tcase_add_test(tcase, test_no_growth);
	suite_add_tcase(suite, tcase);
	return suite;
}
