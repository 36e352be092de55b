/* core/store/detection.c: the funnel of the latest run, and what findings say beside shares. */
#include "core/store/detection.h"

#include <math.h>
#include <stdio.h>

#include "core/base/memory.h"
#include "core/base/vec.h"
#include "tests/store/suites.h"
#include "tests/store/world.h"

static void
add(struct detection_candidates *list, const char *stage, const char *subject, double p)
{
	vec_push(list, (struct detection_candidate){ .subject_kind = memory_string("function"),
						     .subject = memory_string(subject),
						     .changed_at = 100,
						     .changed_low = 90,
						     .changed_high = 110,
						     .before = 0.01,
						     .after = 0.02,
						     .p = p,
						     .q = NAN,
						     .stage = memory_string(stage),
						     .value = 0.25,
						     .limit = 0.5,
						     .why = memory_string("it went away"),
						     .config = memory_string("small-and-slow") });
}

static struct detection_run_record
run_of(int64_t service)
{
	struct detection_run_record run = { .service = service,
					    .time = 5000,
					    .from = 10,
					    .to = 4000,
					    .windows = 40,
					    .samples = 400000,
					    .series = 17,
					    .change_points = 5,
					    .findings = 1,
					    .improvements = 1,
					    .configs = memory_string("[]") };

	detection_run_record_stage(&run, "went_away", 2);
	detection_run_record_stage(&run, "seasonal", 1);
	return run;
}

static void
put(struct store *store, int64_t service, struct detection_candidates *candidates)
{
	struct detection_run_record run = run_of(service);
	struct error err;

	must(casebook_detection_put(store, &run, candidates, &err));
	detection_run_record_release(&run);
}

START_TEST(test_a_run_replaces_the_one_before)
{
	struct error err;
	int64_t service;
	struct store *store = world_store(&service);
	struct detection_candidates in = { 0 }, out = { 0 };
	struct detection_run_record run = { 0 };

	must_fail(casebook_detection_run(store, service, &run, &err), ERROR_NOT_FOUND,
		  "has not run");
	add(&in, "went_away", "old", 0.001);
	put(store, service, &in);
	detection_candidates_release(&in);

	add(&in, "went_away", "weak", 0.001);
	add(&in, "seasonal", "daily", NAN);
	add(&in, "went_away", "strong", 1e-9);
	put(store, service, &in);
	must(casebook_detection_run(store, service, &run, &err));
	ck_assert_int_eq(run.time, 5000);
	ck_assert_uint_eq(run.series, 17);
	ck_assert_uint_eq(run.samples, 400000);
	ck_assert_uint_eq(run.improvements, 1);
	ck_assert_uint_eq(run.stage_count, 2);
	ck_assert_str_eq(run.stages[0].name, "went_away");
	ck_assert_uint_eq(run.stages[0].filtered, 2);
	ck_assert_str_eq(run.stages[1].name, "seasonal");
	detection_run_record_release(&run);

	must(casebook_detection_candidates(store, service, "went_away", &out, &err));
	ck_assert_uint_eq(out.count, 2);
	ck_assert_str_eq(out.items[0].subject, "strong");
	ck_assert_str_eq(out.items[1].subject, "weak");
	ck_assert_double_eq(out.items[1].p, 0.001);
	ck_assert(isnan(out.items[1].q));
	ck_assert_double_eq(out.items[1].value, 0.25);
	ck_assert_double_eq(out.items[1].limit, 0.5);
	ck_assert_str_eq(out.items[1].why, "it went away");
	ck_assert_str_eq(out.items[1].config, "small-and-slow");
	ck_assert_ptr_null(out.items[1].unit);
	detection_candidates_release(&out);
	must(casebook_detection_candidates(store, service, NULL, &out, &err));
	ck_assert_uint_eq(out.count, 3);
	ck_assert_str_eq(out.items[0].subject, "daily");
	ck_assert(isnan(out.items[0].p));
	detection_candidates_release(&out);
	detection_candidates_release(&in);
	store_close(store);
}
END_TEST

START_TEST(test_candidates_are_bounded)
{
	struct error err;
	int64_t service;
	struct store *store = world_store(&service);
	struct detection_candidates in = { 0 }, out = { 0 };
	char name[32];

	/* The weakest come first, so that keeping the first ones would keep the wrong ones. */
	for (int i = 0; i < 2 * DETECTION_CANDIDATES_MAX; i++) {
		snprintf(name, sizeof(name), "f%d", i);
		add(&in, "threshold", name, 0.01 / (i + 1));
	}
	add(&in, "went_away", "other stage", 0.5);
	put(store, service, &in);
	must(casebook_detection_candidates(store, service, "threshold", &out, &err));
	ck_assert_uint_eq(out.count, DETECTION_CANDIDATES_MAX);
	snprintf(name, sizeof(name), "f%d", 2 * DETECTION_CANDIDATES_MAX - 1);
	ck_assert_str_eq(out.items[0].subject, name);
	snprintf(name, sizeof(name), "f%d", DETECTION_CANDIDATES_MAX);
	ck_assert_str_eq(out.items[out.count - 1].subject, name);
	detection_candidates_release(&out);
	must(casebook_detection_candidates(store, service, "went_away", &out, &err));
	ck_assert_uint_eq(out.count, 1);
	detection_candidates_release(&out);
	detection_candidates_release(&in);
	store_close(store);
}
END_TEST

START_TEST(test_a_candidate_needs_a_stage)
{
	struct error err;
	int64_t service;
	struct store *store = world_store(&service);
	struct detection_candidates in = { 0 }, out = { 0 };
	struct detection_run_record run = run_of(service);

	add(&in, "threshold", "f", 0.01);
	must(casebook_detection_put(store, &run, &in, &err));
	free(in.items[0].stage);
	in.items[0].stage = NULL;
	must_fail(casebook_detection_put(store, &run, &in, &err), ERROR_INPUT, "a stage");
	must(casebook_detection_candidates(store, service, NULL, &out, &err));
	ck_assert_uint_eq(out.count, 1);
	detection_candidates_release(&out);
	detection_candidates_release(&in);
	detection_run_record_release(&run);
	store_close(store);
}
END_TEST

START_TEST(test_improvements_are_no_regressions)
{
	struct error err;
	int64_t service;
	struct store *store = world_store(&service);
	struct finding finding = world_finding(service, "faster", 50);
	struct finding_query query = { .kind = -1, .state = -1 };
	struct finding_rows rows = { 0 };
	struct finding_totals totals;
	bool added;

	world_put(store, service, "slower", 3);
	finding.kind = FINDING_IMPROVEMENT;
	must(casebook_finding_put(store, &finding, &added, &err));
	must(casebook_finding_totals(store, &totals, &err));
	ck_assert_uint_eq(totals.open_regressions, 1);
	ck_assert_uint_eq(totals.open_opportunities, 0);
	ck_assert_uint_eq(totals.improvements, 1);
	ck_assert_double_eq(totals.cores, 3);
	must(casebook_findings(store, &query, &rows, &err));
	ck_assert_uint_eq(rows.count, 1);
	ck_assert_str_eq(rows.items[0].subject, "slower");
	finding_rows_release(&rows);
	query.kind = FINDING_IMPROVEMENT;
	must(casebook_findings(store, &query, &rows, &err));
	ck_assert_uint_eq(rows.count, 1);
	ck_assert_str_eq(rows.items[0].subject, "faster");
	finding_rows_release(&rows);
	finding_release(&finding);
	store_close(store);
}
END_TEST

START_TEST(test_a_metric_keeps_its_unit)
{
	struct error err;
	int64_t service;
	struct store *store = world_store(&service);
	struct finding finding = world_finding(service, "latency", NAN), back = { 0 };
	struct finding_query query = { .kind = -1, .state = -1 };
	struct finding_rows rows = { 0 };
	bool added;

	finding.unit = memory_string("ms");
	finding.config = memory_string("large-and-fast");
	finding.before = 120;
	finding.after = 150;
	must(casebook_finding_put(store, &finding, &added, &err));
	must(casebook_finding(store, finding.id, &back, &err));
	ck_assert_str_eq(back.unit, "ms");
	ck_assert_str_eq(back.config, "large-and-fast");
	ck_assert_double_eq(back.after, 150);
	finding_release(&back);
	must(casebook_findings(store, &query, &rows, &err));
	ck_assert_str_eq(rows.items[0].unit, "ms");
	finding_rows_release(&rows);

	/* The same finding in other words: the later ones count. */
	memory_replace_string(&finding.config, "small-and-slow");
	memory_replace_string(&finding.unit, NULL);
	must(casebook_finding_put(store, &finding, &added, &err));
	ck_assert(!added);
	must(casebook_finding(store, finding.id, &back, &err));
	ck_assert_ptr_null(back.unit);
	ck_assert_str_eq(back.config, "small-and-slow");
	finding_release(&back);
	finding_release(&finding);
	store_close(store);
}
END_TEST

Suite *
detection_store_suite(void)
{
	Suite *suite = suite_create("detection_store");
	TCase *tests = tcase_create("detection_store");

	tcase_add_test(tests, test_a_run_replaces_the_one_before);
	tcase_add_test(tests, test_candidates_are_bounded);
	tcase_add_test(tests, test_a_candidate_needs_a_stage);
	tcase_add_test(tests, test_improvements_are_no_regressions);
	tcase_add_test(tests, test_a_metric_keeps_its_unit);
	suite_add_tcase(suite, tests);
	return suite;
}
