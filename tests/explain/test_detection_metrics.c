/*
 * core/explain/detection_metrics.c: series that are no profiles become findings
 * in the direction of their harm, and each stage filters what it is for.
 */
#include "core/explain/detection_metrics.h"
#include "core/explain/detection_metrics_private.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/store/change.h"
#include "core/store/series.h"
#include "core/store/service.h"
#include "core/store/telemetry.h"
#include "tests/explain/suites.h"

#define must(call) ck_assert_msg((call) == 0, "%s: %s", #call, err.text)
#define POINTS 120

static struct store *store;
static struct service service;
static struct error err;
static struct detection_outcome outcome;
static struct detection_options options;

static void
set_up(void)
{
	char *path = memory_format("%s/metrics.db", getenv("HOME"));
	remove(path);
	must(store_open(&store, path, STORE_CREATE, &err));
	service = (struct service){ .name = memory_string("work"), .cores = 100 };
	must(casebook_service_put(store, &service, &err));
	free(path);
	outcome = (struct detection_outcome){ 0 };
	options = (struct detection_options){ 0 };
}

static void
tear_down(void)
{
	detection_outcome_release(&outcome);
	service_release(&service);
	store_close(store);
}

/* -1 to 1, the same on every run. */
static double
noise(unsigned *state)
{
	*state = *state * 1664525u + 1013904223u;
	return (double)(*state >> 8) / (double)(1 << 23) - 1;
}

/* level with noise of this size, and more by step from one hour to another. */
static void
put(const char *name, unsigned seed, double level, double spread, double step, int from, int to)
{
	int64_t times[POINTS];
	double values[POINTS];
	struct series_added added;
	for (int i = 0; i < POINTS; i++) {
		times[i] = CLOCK_DAY + i * CLOCK_HOUR;
		values[i] = level + spread * noise(&seed) + (i >= from && i < to ? step : 0);
	}
	struct series_append append = { .name = name,
					.kind = SERIES_METRIC,
					.times = times,
					.values = values,
					.count = POINTS };
	must(telemetry_series_add(store_telemetry(store), service.id, &append, &added, &err));
}

/* A share with its samples, which change by a factor with it; noise of about the right size. */
static void
put_counted(const char *name, unsigned seed, double before, double after, int from, double factor)
{
	int64_t times[POINTS];
	double values[POINTS], samples[POINTS];
	struct series_added added;
	for (int i = 0; i < POINTS; i++) {
		double share = i < from ? before : after;
		times[i] = CLOCK_DAY + i * CLOCK_HOUR;
		samples[i] = (100000 + i % 7 * 100 * (factor != 0)) *
			     (i < from || factor == 0 ? 1 : factor);
		values[i] =
			fmax(0, share + sqrt(3 * share * (1 - share) / samples[i]) * noise(&seed));
	}
	struct series_append append = { .name = name,
					.kind = SERIES_SHARE,
					.times = times,
					.values = values,
					.samples = samples,
					.count = POINTS };
	must(telemetry_series_add(store_telemetry(store), service.id, &append, &added, &err));
}

static void
put_share(const char *name, unsigned seed, double before, double after, int from)
{
	put_counted(name, seed, before, after, from, 1);
}

static void
run(void)
{
	detection_outcome_release(&outcome);
	struct metrics *metrics;
	must(detection_metrics_scan(&metrics, store, &service, &options, NULL, &err));
	detect_correct(&(struct detect_result *){ detection_metrics_tests(metrics) }, 1, 0);
	must(detection_metrics_explain(&outcome, store, &service, metrics, NULL, &err));
	detection_metrics_free(metrics);
	ck_assert_uint_eq(outcome.run.change_points,
			  outcome.run.findings + outcome.candidates.count);
}

static void
check_filtered(const char *name, const char *stage)
{
	for (size_t i = 0; i < outcome.candidates.count; i++) {
		if (strcmp(outcome.candidates.items[i].subject, name) == 0 &&
		    strcmp(outcome.candidates.items[i].stage, stage) == 0)
			return;
	}
	ck_abort_msg("%s was not filtered by %s", name, stage);
}

START_TEST(harm_gives_the_direction)
{
	put("latency_ms", 1, 100, 2, 20, 80, POINTS);
	run();
	ck_assert_uint_eq(outcome.findings.count, 1);
	ck_assert_int_eq(outcome.findings.items[0].kind, FINDING_REGRESSION);
	ck_assert_str_eq(outcome.findings.items[0].subject_kind, "metric");
	ck_assert_int_eq(outcome.findings.items[0].changed_at, CLOCK_DAY + 80 * CLOCK_HOUR);
	ck_assert_double_eq_tol(outcome.findings.items[0].before, 100, 0.5);
	ck_assert_double_eq_tol(outcome.findings.items[0].after, 120, 0.5);
	ck_assert(outcome.findings.items[0].unit != NULL);
	ck_assert_uint_eq(outcome.run.series, 1);
	/* The same series, and somebody says that more of it is better. */
	must(telemetry_series_harm(store_telemetry(store), service.id, "latency_ms",
				   SERIES_HARM_DOWN, &err));
	run();
	ck_assert_uint_eq(outcome.findings.count, 1);
	ck_assert_int_eq(outcome.findings.items[0].kind, FINDING_IMPROVEMENT);
	ck_assert_uint_eq(outcome.run.findings, 0);
	ck_assert_uint_eq(outcome.run.improvements, 1);
}
END_TEST

START_TEST(what_went_away_is_filtered)
{
	put("latency_ms", 2, 100, 2, 20, 60, 75);
	run();
	ck_assert_uint_eq(outcome.run.findings, 0);
	check_filtered("latency_ms", "went_away");
	options.stages_off = 1u << STAGE_WENT_AWAY;
	run();
	ck_assert_uint_ge(outcome.run.findings, 1);
}
END_TEST

/* The hour at which a series ends is no sign of where its level is: the season comes off first. */
START_TEST(a_season_takes_nothing_away)
{
	for (int end = 297; end <= 333; end += 3) {
		int64_t times[336];
		double values[336];
		unsigned seed = 11;
		char name[32];
		struct series_added added;
		for (int i = 0; i < end; i++) {
			times[i] = CLOCK_DAY + i * CLOCK_HOUR;
			values[i] = 50 + 20 * sin(2 * M_PI * i / 24) + 3 * noise(&seed) +
				    (i >= 250 ? 6 : 0);
		}
		snprintf(name, sizeof(name), "latency_%d_ms", end);
		struct series_append append = { .name = name,
						.kind = SERIES_METRIC,
						.times = times,
						.values = values,
						.count = (size_t)end };
		must(telemetry_series_add(store_telemetry(store), service.id, &append, &added,
					  &err));
	}
	run();
	ck_assert_uint_ge(outcome.run.findings, 1);
	for (size_t i = 0; i < outcome.candidates.count; i++)
		ck_assert_str_ne(outcome.candidates.items[i].stage, "went_away");
}
END_TEST

/* No step anywhere, and a quarter more memory in the end: the long-term configuration finds it. */
START_TEST(a_slow_leak_is_found)
{
	int64_t times[336];
	double leak[336], still[336];
	unsigned seed = 13;
	struct series_added added;
	for (int i = 0; i < 336; i++) {
		times[i] = CLOCK_DAY + i * CLOCK_HOUR;
		leak[i] = 4e9 * (1 + 0.25 * i / 336) + 4e7 * noise(&seed);
		still[i] = 4e9 + 4e7 * noise(&seed);
	}
	struct series_append append = {
		.name = "rss_bytes", .kind = SERIES_METRIC, .times = times, .count = 336
	};
	append.values = leak;
	must(telemetry_series_add(store_telemetry(store), service.id, &append, &added, &err));
	append.name = "heap_bytes";
	append.values = still;
	must(telemetry_series_add(store_telemetry(store), service.id, &append, &added, &err));
	run();
	ck_assert_uint_eq(outcome.findings.count, 1);
	const struct finding *finding = &outcome.findings.items[0];
	ck_assert_str_eq(finding->subject, "rss_bytes");
	ck_assert_str_eq(finding->config, "long-term");
	ck_assert_double_eq_tol(finding->before, 4e9, 5e7);
	ck_assert_double_eq_tol(finding->after, 5e9, 5e7);
	ck_assert(finding->delta_low < 1e9 && finding->delta_high > 0.99e9);
}
END_TEST

/* 99.95 % that become 99.2 % are little of the level, and sixteen times the failures. */
START_TEST(a_share_of_successes_is_judged_by_its_failures)
{
	put("availability", 12, 0.9995, 0.0003, -0.0075, 80, POINTS);
	run();
	ck_assert_uint_eq(outcome.run.findings, 1);
}
END_TEST

/* It got better for a while and is as it always was: nobody has to mend that. */
START_TEST(the_end_of_a_dip_is_no_regression)
{
	put("latency_ms", 3, 100, 2, -20, 70, 85);
	run();
	ck_assert_uint_eq(outcome.run.findings, 0);
	check_filtered("latency_ms", "went_away");
}
END_TEST

START_TEST(small_changes_are_under_the_threshold)
{
	put("latency_ms", 4, 100, 0.2, 0.5, 80, POINTS);
	run();
	ck_assert_uint_eq(outcome.run.findings, 0);
	check_filtered("latency_ms", "threshold");
}
END_TEST

START_TEST(an_unchanging_series_has_nothing)
{
	put("latency_ms", 5, 100, 2, 0, 0, 0);
	run();
	ck_assert_uint_eq(outcome.run.change_points, 0);
	ck_assert_uint_eq(outcome.run.series, 1);
}
END_TEST

START_TEST(what_moves_together_is_one_finding)
{
	put("latency_ms", 6, 100, 2, 20, 80, POINTS);
	put("queue_ms", 6, 10, 0.2, 2, 80, POINTS);     /* its noise is the same: requests wait */
	put("heap_objects", 7, 10, 0.5, 4, 80, POINTS); /* of its own, though at that time */
	put("other_ms", 8, 10, 0.5, 4, 40, POINTS);     /* another time, another story */
	run();
	size_t members = 0;
	ck_assert_uint_eq(outcome.findings.count, 3);
	ck_assert_uint_eq(outcome.candidates.count, 1);
	ck_assert_str_eq(outcome.candidates.items[0].stage, "duplicate");
	for (size_t i = 0; i < 3; i++) {
		const struct finding *finding = &outcome.findings.items[i];
		members += finding->members.count;
		if (finding->members.count > 0)
			ck_assert(strcmp(finding->subject, "latency_ms") == 0 ||
				  strcmp(finding->subject, "queue_ms") == 0);
	}
	ck_assert_uint_eq(members, 1);
}
END_TEST

START_TEST(only_the_time_asked_for)
{
	put("latency_ms", 9, 100, 2, 20, 80, POINTS);
	options.as_of = CLOCK_DAY + 70 * CLOCK_HOUR;
	run();
	ck_assert_uint_eq(outcome.run.change_points, 0);
	options = (struct detection_options){ .historic = 10 * CLOCK_DAY,
					      .analysis = 12 * CLOCK_HOUR };
	run();
	ck_assert_uint_eq(outcome.run.findings, 0);
	check_filtered("latency_ms", "threshold");
}
END_TEST

/* What a configuration calls historic is what there should be, not what is looked at. */
START_TEST(older_history_is_used)
{
	static const char text[] = "detection:\n  configurations:\n    large-and-fast:\n"
				   "      historic: 6h\n      analysis: 24h\n"
				   "    small-and-slow: off\n    long-term: off\n";
	struct settings *settings;
	must(settings_parse(&settings, text, strlen(text), "test", &err));
	put_share("parse", 10, 0.02, 0.03, 110);
	options.settings = settings;
	run();
	ck_assert_uint_eq(outcome.findings.count, 1);
	ck_assert_uint_eq(outcome.findings.items[0].windows_before, 110);
	/* The option does bound it. */
	options.historic = 24 * CLOCK_HOUR;
	options.analysis = 24 * CLOCK_HOUR;
	run();
	ck_assert_uint_eq(outcome.findings.count, 1);
	ck_assert_uint_eq(outcome.findings.items[0].windows_before, 38);
	settings_free(settings);
}
END_TEST

static const struct finding *
find(const char *name)
{
	for (size_t i = 0; i < outcome.findings.count; i++) {
		if (strcmp(outcome.findings.items[i].subject, name) == 0)
			return &outcome.findings.items[i];
	}
	ck_abort_msg("%s is no finding", name);
}

/* The rest of a service, in shares that do not change. */
static void
put_rest(void)
{
	put_share("Store::read", 21, 0.20, 0.20, 0);
	put_share("Store::write", 22, 0.15, 0.15, 0);
	put_share("Net::send", 23, 0.25, 0.25, 0);
}

START_TEST(cost_that_moved_between_shares_is_filtered)
{
	put_rest();
	put_share("Cart::parse", 24, 0.02, 0.03, 80);
	put_share("Cart::escape", 25, 0.04, 0.03, 80);
	run();
	ck_assert_uint_eq(outcome.run.findings, 0);
	check_filtered("Cart::parse", "cost_shift");
	options.stages_off = 1u << STAGE_COST_SHIFT;
	run();
	ck_assert_uint_eq(outcome.run.findings, 1);
}
END_TEST

START_TEST(cost_that_is_new_passes)
{
	put_rest();
	put_share("Cart::parse", 24, 0.02, 0.03, 80);
	put_share("Cart::escape", 25, 0.04, 0.04, 80);
	run();
	const char *evidence = find("Cart::parse")->evidence;
	ck_assert_msg(strstr(evidence, "\"cost_shift\"") != NULL, "%s", evidence);
	ck_assert_msg(strstr(evidence, "nothing became cheaper") != NULL, "%s", evidence);
}
END_TEST

/* Two that grow where most of the service is in no series: nobody saw the rest shrink. */
START_TEST(what_is_in_no_series_did_not_shrink)
{
	put_share("Cart::parse", 24, 0.02, 0.03, 80);
	put_share("Cart::total", 25, 0.01, 0.015, 80);
	run();
	ck_assert_uint_ge(outcome.run.findings, 1);
	for (size_t i = 0; i < outcome.candidates.count; i++)
		ck_assert_str_eq(outcome.candidates.items[i].stage, "duplicate");
}
END_TEST

START_TEST(shares_that_hold_others_say_so)
{
	put_rest();
	put_share("main", 26, 0.99, 0.99, 0);
	put_share("Cart::parse", 24, 0.02, 0.03, 80);
	put_share("Cart::escape", 25, 0.04, 0.03, 80);
	run();
	const char *evidence = find("Cart::parse")->evidence;
	ck_assert_msg(strstr(evidence, "did not run: the shares add up to more") != NULL, "%s",
		      evidence);
}
END_TEST

START_TEST(a_renamed_share_is_filtered)
{
	put_rest();
	put_share("Cart::parse_items", 24, 0, 0.03, 80);
	put_share("Cart::parse_item", 25, 0.03, 0, 80);
	options.stages_off = 1u << STAGE_COST_SHIFT; /* which comes first, and has it too */
	run();
	ck_assert_uint_eq(outcome.run.findings, 0);
	check_filtered("Cart::parse_items", "renamed");
}
END_TEST

/* A series has no callers: another name is no old name, as well as the cost fits. */
START_TEST(another_name_is_not_renamed)
{
	put_rest();
	put_share("Cart::parse_items", 24, 0, 0.03, 80);
	put_share("zlib", 25, 0.03, 0, 80);
	options.stages_off = 1u << STAGE_COST_SHIFT;
	run();
	ck_assert(strstr(find("Cart::parse_items")->evidence, "nothing like it") != NULL);
}
END_TEST

/* The service does less of everything else: parse costs a request what it did. */
START_TEST(load_is_asked_where_work_is_counted)
{
	static const char text[] = "detection:\n  work: requests\n";
	struct settings *settings;
	must(settings_parse(&settings, text, strlen(text), "test", &err));
	put("requests", 30, 900, 5, 0, 0, 0);
	put_counted("parse", 24, 0.02, 0.03, 80, 2.0 / 3);
	run();
	ck_assert_uint_eq(outcome.run.findings, 1);
	options.settings = settings;
	run();
	ck_assert_uint_eq(outcome.run.findings, 0);
	check_filtered("parse", "mix");
	settings_free(settings);
}
END_TEST

START_TEST(samples_that_never_change_are_no_load)
{
	static const char text[] = "detection:\n  work: requests\n";
	struct settings *settings;
	must(settings_parse(&settings, text, strlen(text), "test", &err));
	put("requests", 30, 900, 5, 450, 80, POINTS);
	put_counted("parse", 24, 0.02, 0.03, 80, 0);
	options.settings = settings;
	run();
	ck_assert(strstr(find("parse")->evidence, "load did not run: all points") != NULL);
	settings_free(settings);
}
END_TEST

START_TEST(metrics_say_what_did_not_run)
{
	put("latency_ms", 1, 100, 2, 20, 80, POINTS);
	run();
	const char *evidence = find("latency_ms")->evidence;
	ck_assert(strstr(evidence, "did not run: a metric is no part of a whole") != NULL);
	ck_assert(strstr(evidence, "did not run: a metric is no function") != NULL);
	ck_assert(strstr(evidence, "same_regression") != NULL);
}
END_TEST

/* One series with two changes of overlapping onsets: the surer one stands. */
START_TEST(the_same_change_twice_is_one)
{
	struct series_info info = { .name = "latency_ms", .kind = SERIES_METRIC };
	int64_t times[POINTS];
	double values[POINTS];
	struct series_points points = { .times = times, .values = values, .count = POINTS };
	struct metrics metrics = { 0 };
	for (int i = 0; i < POINTS; i++) {
		times[i] = i * CLOCK_HOUR;
		values[i] = 100;
	}
	struct metric_change change = { .series = metrics_keep_series(&metrics, &info, &points),
					.to = POINTS,
					.at = 80,
					.low = 79,
					.high = 81,
					.before = 100,
					.after = 120,
					.delta_low = 18,
					.delta_high = 22,
					.p = 1e-9,
					.filter = METRIC_NOT_FILTERED };
	vec_push(&metrics.changes, change);
	change.p = 1e-6;
	change.at = 82;
	change.low = 81;
	change.high = 83;
	vec_push(&metrics.changes, change);
	change.at = change.low = change.high = 100;
	vec_push(&metrics.changes, change);
	metrics_judge_same(&metrics);
	ck_assert_int_eq(metrics.changes.items[0].filter, METRIC_NOT_FILTERED);
	ck_assert_int_eq(metrics.changes.items[1].filter, STAGE_SAME_REGRESSION);
	ck_assert_int_eq(metrics.changes.items[2].filter, METRIC_NOT_FILTERED);
	ck_assert_double_gt(metrics.changes.items[2].stages[STAGE_SAME_REGRESSION].value, 1);
	free(metrics.series.items[0].name);
	free(metrics.series.items[0].unit);
	free(metrics.series.items[0].times);
	free(metrics.series.items[0].values);
	vec_release(&metrics.series);
	vec_release(&metrics.changes);
}
END_TEST

/* What one commit touched belongs together, whatever it is called: the domain says so. */
START_TEST(one_commit_is_a_domain)
{
	struct change change = { .service = service.id,
				 .kind = memory_string("commit"),
				 .key = memory_string("abcdef0123456789"),
				 .time = CLOCK_DAY + 79 * CLOCK_HOUR,
				 .title = memory_string("Move the work") };
	bool added;
	put_rest();
	put_share("tokenise", 24, 0.02, 0.03, 80);
	put_share("zlib", 25, 0.04, 0.03, 80);
	change_add_function(&change, "tokenise", "a.c", 1, 0);
	change_add_function(&change, "zlib", "b.c", 1, 0);
	must(casebook_change_put(store, &change, &added, &err));
	change_release(&change);
	run();
	check_filtered("tokenise", "cost_shift");
	for (size_t i = 0; i < outcome.candidates.count; i++) {
		if (strcmp(outcome.candidates.items[i].subject, "tokenise") == 0)
			ck_assert_msg(strstr(outcome.candidates.items[i].why, "they share: ") !=
					      NULL,
				      "%s", outcome.candidates.items[i].why);
	}
}
END_TEST

Suite *
detection_metrics_suite(void)
{
	Suite *suite = suite_create("detection_metrics");
	TCase *metrics = tcase_create("metrics");
	tcase_add_checked_fixture(metrics, set_up, tear_down);
	tcase_add_test(metrics, harm_gives_the_direction);
	tcase_add_test(metrics, what_went_away_is_filtered);
	tcase_add_test(metrics, a_slow_leak_is_found);
	tcase_add_test(metrics, a_season_takes_nothing_away);
	tcase_add_test(metrics, a_share_of_successes_is_judged_by_its_failures);
	tcase_add_test(metrics, the_end_of_a_dip_is_no_regression);
	tcase_add_test(metrics, small_changes_are_under_the_threshold);
	tcase_add_test(metrics, an_unchanging_series_has_nothing);
	tcase_add_test(metrics, what_moves_together_is_one_finding);
	tcase_add_test(metrics, only_the_time_asked_for);
	tcase_add_test(metrics, older_history_is_used);
	tcase_add_test(metrics, cost_that_moved_between_shares_is_filtered);
	tcase_add_test(metrics, cost_that_is_new_passes);
	tcase_add_test(metrics, what_is_in_no_series_did_not_shrink);
	tcase_add_test(metrics, shares_that_hold_others_say_so);
	tcase_add_test(metrics, a_renamed_share_is_filtered);
	tcase_add_test(metrics, another_name_is_not_renamed);
	tcase_add_test(metrics, load_is_asked_where_work_is_counted);
	tcase_add_test(metrics, samples_that_never_change_are_no_load);
	tcase_add_test(metrics, metrics_say_what_did_not_run);
	tcase_add_test(metrics, the_same_change_twice_is_one);
	tcase_add_test(metrics, one_commit_is_a_domain);
	suite_add_tcase(suite, metrics);
	return suite;
}
