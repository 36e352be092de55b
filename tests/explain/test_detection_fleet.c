/*
 * Detection over several services, run after run: what is read again and
 * scanned again must not change what is found, nor must the number of threads.
 */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/explain/detection.h"
#include "core/explain/detection_state.h"
#include "core/store/change.h"
#include "core/store/detection_state.h"
#include "core/store/finding.h"
#include "core/store/series.h"
#include "core/store/service.h"
#include "core/store/telemetry_columns.h"
#include "tests/explain/suites.h"

#define SERVICES 5
#define FUNCTIONS 40
#define FIRST 300 /* windows before the first run: more than STATE_WINDOWS_MIN */
#define LAST 380
#define DAYS 720 /* windows of five days, for a season */
#define SAMPLES 100000
#define WINDOW (10 * CLOCK_MINUTE)

static struct error err;

static uint64_t
mix(uint64_t value)
{
	value += 0x9e3779b97f4a7c15ull;
	value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ull;
	value = (value ^ (value >> 27)) * 0x94d049bb133111ebull;
	return value ^ (value >> 31);
}

static double
unit_of(uint64_t bits)
{
	return ((double)(bits >> 11) + 0.5) / 9007199254740992.0;
}

/* A fleet whose steps arrive while it is watched; all of it follows from the seed. */
struct fleet {
	uint64_t seed;
	bool late; /* window 100 of service 1 is not there yet */
	bool steps;
	bool together; /* two functions grow at window 250, and nothing else changes */
	bool season;   /* all follow the day; one in ten doubles at window DAYS + 10 */
};

/* Every fifth function changes once: before the first run, between two runs, or not yet. */
static double
share_at(const struct fleet *fleet, size_t service, size_t function, size_t window)
{
	uint64_t key = mix(fleet->seed * 1000 + service * 100 + function);
	double share = 0.0005 * exp(3 * unit_of(key));
	size_t at = 200 + mix(key + 1) % 220;
	if (fleet->season) {
		double day = sin(2 * M_PI * ((double)window / 144 + unit_of(mix(key + 4))));
		bool grew = function % 10 == 3 && window >= DAYS + 10;
		return share * (1 + 0.3 * day + (grew ? 1 : 0));
	}
	if (fleet->together)
		return (function == 4 || function == 10) && window >= 250 ? 2 * share : share;
	if (!fleet->steps || function % 5 != 2 || window < at)
		return share;
	double size = 0.3 + unit_of(mix(key + 2));
	if (mix(key + 3) % 4 == 0 && window > at + 25) /* some go away again */
		return share;
	return mix(key + 3) % 4 == 1 ? share / (1 + size) : share * (1 + size);
}

static uint64_t
count_at(const struct fleet *fleet, size_t service, size_t function, size_t window)
{
	uint64_t bits =
		mix(fleet->seed ^ mix(service * 7919 + function * 104729 + window * 1299709));
	double mean = SAMPLES * share_at(fleet, service, function, window);
	double normal = sqrt(-2 * log(unit_of(bits))) * cos(2 * M_PI * unit_of(mix(bits)));
	double noise = function % 3 == 0 ? 2 : 1; /* times that of sampling */
	if (function % 7 == 1 && mix(bits + 9) % 50 == 0)
		normal += 9; /* lone spikes */
	return (uint64_t)fmax(0, mean + noise * sqrt(mean) * normal + 0.5);
}

static void
add_window(struct store *store, const struct fleet *fleet, int64_t service, size_t number,
	   size_t window)
{
	struct function_total totals[FUNCTIONS];
	char names[FUNCTIONS][32];
	bool added = false;
	struct window row = { .start = (int64_t)(window + 1) * WINDOW,
			      .end = (int64_t)(window + 2) * WINDOW,
			      .samples = SAMPLES,
			      .unit = "samples" };
	for (size_t f = 0; f < FUNCTIONS; f++) {
		snprintf(names[f], sizeof(names[f]), "s%zu_f%02zu", number, f);
		totals[f] = (struct function_total){ names[f], count_at(fleet, number, f, window) };
	}
	ck_assert_msg(telemetry_counts_add(store_telemetry(store), service, &row, totals, FUNCTIONS,
					   window, &added, &err) == 0,
		      "%s", err.text);
	ck_assert(added);
}

static void
add_windows(struct store *store, const struct fleet *fleet, size_t from, size_t to)
{
	ck_assert_int_eq(store_begin(store, &err), 0);
	for (size_t s = 0; s < SERVICES; s++) {
		struct service row = { .name = memory_format("service%zu", s), .cores = 100 };
		ck_assert_int_eq(casebook_service_put(store, &row, &err), 0);
		for (size_t w = from; w < to; w++) {
			if (!fleet->late || s != 1 || w != 100)
				add_window(store, fleet, row.id, s, w);
		}
		service_release(&row);
	}
	ck_assert_int_eq(store_commit(store, &err), 0);
}

static struct store *
open_store(const char *name)
{
	struct store *store = NULL;
	char *path = memory_format("%s/%s.db", getenv("HOME"), name);
	remove(path);
	ck_assert_msg(store_open(&store, path, STORE_CREATE, &err) == 0, "%s", err.text);
	free(path);
	return store;
}

/* One line a finding, sorted by the report; exact: with all figures. The caller's. */
static char *
run_with(struct store *store, const struct detection_options *options, bool exact,
	 struct detection_report *report)
{
	struct strings lines = { 0 };
	struct str text;
	ck_assert_msg(detection_run(store, options, report, NULL, &err) == 0, "%s", err.text);
	for (size_t i = 0; i < report->finding_count; i++) {
		struct finding finding = { 0 };
		char *line;
		ck_assert_int_eq(casebook_finding(store, report->findings[i].id, &finding, &err),
				 0);
		line = exact ? memory_format("%s p %.17g q %.17g at %lld %.17g %.17g",
					     finding.subject, finding.p, finding.q,
					     (long long)finding.changed_at, finding.before,
					     finding.after)
			     : memory_string(finding.subject);
		strings_add(&lines, line);
		free(line);
		finding_release(&finding);
	}
	strings_sort(&lines);
	str_init(&text, STR_MAX_TEXT);
	for (size_t i = 0; i < lines.count; i++)
		str_addf(&text, "%s\n", lines.items[i]);
	strings_release(&lines);
	return str_take(&text);
}

static char *
run(struct store *store, bool full, bool exact)
{
	struct detection_options options = { .full = full };
	struct detection_report report;
	char *text = run_with(store, &options, exact, &report);
	ck_assert_uint_eq(report.services, SERVICES);
	ck_assert_uint_eq(report.change_points,
			  report.finding_count + report.filtered.went_away +
				  report.filtered.seasonal + report.filtered.threshold +
				  report.filtered.same_regression + report.filtered.cost_shift +
				  report.filtered.duplicate + report.filtered.mix +
				  report.filtered.renamed);
	detection_report_release(&report);
	return text;
}

static bool
has_state(struct store *store)
{
	uint64_t tests = 0, standing = 0;
	ck_assert_int_eq(casebook_detection_state_sums(store, 0, &tests, &standing, &err), 0);
	return tests > 0;
}

/* A fleet watched window by window has the findings of one that is scanned anew. */
START_TEST(test_run_after_run_is_a_full_run)
{
	struct fleet fleet = { .seed = (uint64_t)_i + 1, .steps = true };
	struct store *watched = open_store("watched");
	struct store *anew = open_store("anew");
	size_t findings = 0;
	size_t next = FIRST;
	add_windows(watched, &fleet, 0, FIRST);
	add_windows(anew, &fleet, 0, FIRST);
	free(run(watched, false, false));
	ck_assert(has_state(watched));
	while (next < LAST) {
		size_t more = 1 + mix(fleet.seed + next) % 5;
		more = next + more > LAST ? LAST - next : more;
		add_windows(watched, &fleet, next, next + more);
		add_windows(anew, &fleet, next, next + more);
		next += more;
		char *one = run(watched, false, false);
		if (mix(fleet.seed + next) % 3 == 0 || next == LAST) {
			char *other = run(anew, true, false);
			ck_assert_msg(strcmp(one, other) == 0,
				      "seed %d, %zu windows: watched:\n%sanew:\n%s", _i, next, one,
				      other);
			findings += strlen(other);
			free(other);
		}
		free(one);
	}
	ck_assert_uint_gt(findings, 0);
	store_close(watched);
	store_close(anew);
}
END_TEST

START_TEST(test_nothing_new_is_the_same_report)
{
	struct fleet fleet = { .seed = 77, .steps = true };
	struct store *store = open_store("same");
	add_windows(store, &fleet, 0, FIRST);
	char *first = run(store, false, true);
	char *again = run(store, false, true);
	ck_assert_str_eq(first, again);
	ck_assert_uint_gt(strlen(first), 0);
	free(first);
	free(again);
	store_close(store);
}
END_TEST

/* Functions of the service whose season was found, and those foreseen since the first run. */
static void
count_seasonal(struct store *store, int64_t service, size_t *seasonal, size_t *foreseen)
{
	struct detection_state_row row = { 0 };
	struct detection_state state;
	ck_assert_int_eq(casebook_detection_state(store, service, &row, &err), 1);
	ck_assert(detection_state_read(&state, row.state, row.length));
	ck_assert_uint_eq(state.full, DAYS);
	*seasonal = *foreseen = 0;
	for (size_t f = 0; f < state.function_count; f++) {
		*seasonal += state.functions[f].seasonal;
		*foreseen += state.functions[f].seasonal && state.functions[f].ahead.count > 0 &&
			     state.functions[f].ahead_from == DAYS;
	}
	detection_state_release(&state);
	detection_state_row_release(&row);
}

/* New windows of a season are no news: few functions are scanned again, and steps are found. */
START_TEST(test_a_season_is_foreseen)
{
	struct fleet fleet = { .seed = 3, .season = true };
	struct store *watched = open_store("foreseen");
	struct store *anew = open_store("season");
	size_t seasonal, foreseen, before;
	add_windows(watched, &fleet, 0, DAYS);
	free(run(watched, false, false));
	count_seasonal(watched, 2, &before, &foreseen);
	ck_assert_uint_gt(before, FUNCTIONS / 2);
	ck_assert_uint_eq(foreseen, before);
	char *last = NULL;
	for (size_t w = DAYS; w < DAYS + 22; w++) { /* under a half of a 16th: no full scan */
		add_windows(watched, &fleet, w, w + 1);
		free(last);
		last = run(watched, false, false);
		if (w == DAYS + 9)
			ck_assert_str_eq(last, "");
	}
	count_seasonal(watched, 2, &seasonal, &foreseen);
	ck_assert_uint_gt(foreseen, before - FUNCTIONS / 4);
	add_windows(anew, &fleet, 0, DAYS + 22);
	char *all = run(anew, true, false);
	ck_assert_str_eq(last, all);
	ck_assert_ptr_nonnull(strstr(all, "s2_f13"));
	free(all);
	free(last);
	store_close(watched);
	store_close(anew);
}
END_TEST

/* Counts without stacks do not say who calls whom, so neither function stands for the other. */
START_TEST(test_counts_alone_merge_nothing)
{
	struct fleet fleet = { .seed = 5, .together = true };
	struct store *store = open_store("together");
	struct detection_options options = { 0 };
	struct detection_report report = { 0 };
	add_windows(store, &fleet, 0, FIRST);
	ck_assert_msg(detection_run(store, &options, &report, NULL, &err) == 0, "%s", err.text);
	ck_assert_uint_eq(report.finding_count, 2 * SERVICES);
	ck_assert_uint_eq(report.filtered.duplicate, 0);
	detection_report_release(&report);
	store_close(store);
}
END_TEST

START_TEST(test_threads_change_nothing)
{
	struct fleet fleet = { .seed = 5, .steps = true };
	char *texts[3];
	for (size_t i = 0; i < 3; i++) {
		struct store *store = open_store("threads");
		struct detection_options options = { .threads = 1u << i };
		struct detection_report report;
		add_windows(store, &fleet, 0, FIRST);
		free(run_with(store, &options, true, &report));
		detection_report_release(&report);
		add_windows(store, &fleet, FIRST, FIRST + 30);
		texts[i] = run_with(store, &options, true, &report);
		detection_report_release(&report);
		store_close(store);
	}
	ck_assert_str_eq(texts[0], texts[1]);
	ck_assert_str_eq(texts[0], texts[2]);
	ck_assert_uint_gt(strlen(texts[0]), 0);
	for (size_t i = 0; i < 3; i++)
		free(texts[i]);
}
END_TEST

START_TEST(test_late_window_is_read)
{
	struct fleet fleet = { .seed = 9, .steps = true, .late = true };
	struct store *store = open_store("late");
	struct store *whole = open_store("whole");
	struct service row = { 0 };
	struct detection_options options = { 0 };
	struct detection_report report;
	add_windows(store, &fleet, 0, FIRST);
	free(run(store, false, false));
	fleet.late = false;
	ck_assert_int_eq(casebook_service_by_name(store, "service1", &row, &err), 0);
	add_window(store, &fleet, row.id, 1, 100);
	service_release(&row);
	add_windows(whole, &fleet, 0, FIRST);
	char *late = run_with(store, &options, false, &report);
	ck_assert_uint_eq(report.windows, SERVICES * FIRST);
	detection_report_release(&report);
	char *expected = run(whole, false, false);
	ck_assert_str_eq(late, expected);
	free(late);
	free(expected);
	store_close(store);
	store_close(whole);
}
END_TEST

START_TEST(test_other_settings_scan_anew)
{
	struct fleet fleet = { .seed = 3, .steps = true };
	struct store *store = open_store("settings");
	struct store *fresh = open_store("fresh");
	struct detection_options options = { .min_delta = 0.002 };
	struct detection_report report;
	add_windows(store, &fleet, 0, FIRST);
	add_windows(fresh, &fleet, 0, FIRST);
	free(run(store, false, false));
	char *one = run_with(store, &options, true, &report);
	detection_report_release(&report);
	char *other = run_with(fresh, &options, true, &report);
	detection_report_release(&report);
	ck_assert_str_eq(one, other);
	free(one);
	free(other);
	store_close(store);
	store_close(fresh);
}
END_TEST

/* Suspects, costs and stages that are known later are for changes that were found before. */
START_TEST(test_new_commits_are_suspects)
{
	struct fleet fleet = { .seed = 3, .steps = true };
	struct store *store = open_store("commits");
	struct detection_options options = { 0 };
	struct detection_report report;
	struct finding finding = { 0 };
	bool added = false;
	add_windows(store, &fleet, 0, FIRST);
	free(run_with(store, &options, false, &report));
	ck_assert_uint_gt(report.finding_count, 0);
	int64_t id = report.findings[0].id;
	detection_report_release(&report);
	ck_assert_int_eq(casebook_finding(store, id, &finding, &err), 0);
	ck_assert_uint_eq(finding.suspect_count, 0);
	struct change change = { .service = finding.service,
				 .kind = memory_string("commit"),
				 .key = memory_string("abcdef0123456789"),
				 .time = finding.changed_at - CLOCK_MINUTE,
				 .title = memory_string("Do more in the loop") };
	change_add_function(&change, finding.subject, "loop.c", 3, 0);
	finding_release(&finding);
	ck_assert_msg(casebook_change_put(store, &change, &added, &err) == 0, "%s", err.text);
	change_release(&change);
	free(run_with(store, &options, false, &report));
	detection_report_release(&report);
	ck_assert_int_eq(casebook_finding(store, id, &finding, &err), 0);
	ck_assert_uint_gt(finding.suspect_count, 0);
	finding_release(&finding);
	store_close(store);
}
END_TEST

START_TEST(test_damaged_state_is_none)
{
	struct fleet fleet = { .seed = 11, .steps = true };
	struct store *store = open_store("damaged");
	struct detection_state_row row = { 0 };
	struct detection_state state;
	add_windows(store, &fleet, 0, FIRST);
	char *first = run(store, false, true);
	ck_assert_int_eq(casebook_detection_state(store, 1, &row, &err), 1);
	ck_assert(detection_state_read(&state, row.state, row.length));
	ck_assert_uint_eq(state.windows, FIRST);
	ck_assert_uint_eq(state.function_count, FUNCTIONS);
	detection_state_release(&state);
	for (size_t at = 0; at < row.length; at += 3) { /* never a crash; ASan watches */
		((unsigned char *)row.state)[at] ^= 0x55;
		if (detection_state_read(&state, row.state, row.length))
			detection_state_release(&state);
		((unsigned char *)row.state)[at] ^= 0x55;
		ck_assert(!detection_state_read(&state, row.state, at));
	}
	row.length /= 2;
	ck_assert_int_eq(casebook_detection_state_put(store, &row, &err), 0);
	detection_state_row_release(&row);
	char *again = run(store, false, true);
	ck_assert_str_eq(first, again);
	free(first);
	free(again);
	store_close(store);
}
END_TEST

/* A metric of one service, that grows by step at point 200. */
static void
add_metric(struct store *store, size_t service, const char *name, double step)
{
	int64_t times[FIRST];
	double values[FIRST];
	struct series_added added;
	struct service row = { 0 };
	char *owner = memory_format("service%zu", service);
	ck_assert_int_eq(casebook_service_by_name(store, owner, &row, &err), 0);
	for (size_t i = 0; i < FIRST; i++) {
		times[i] = (int64_t)(i + 1) * WINDOW;
		values[i] =
			100 +
			unit_of(mix((uint64_t)name[strlen(name) - 1] * 7919 + mix(service) + i)) +
			(i >= 200 ? step : 0);
	}
	struct series_append append = { .name = name,
					.kind = SERIES_METRIC,
					.times = times,
					.values = values,
					.count = FIRST };
	ck_assert_msg(telemetry_series_add(store_telemetry(store), row.id, &append, &added, &err) ==
			      0,
		      "%s", err.text);
	service_release(&row);
	free(owner);
}

/* q of the only finding over its p: how many tests the correction was for. */
static double
tests_of(struct store *store, const struct detection_options *options, uint64_t *series)
{
	struct detection_report report;
	struct finding finding = { 0 };
	free(run_with(store, options, false, &report));
	ck_assert_uint_eq(report.finding_count, 1);
	ck_assert_int_eq(casebook_finding(store, report.findings[0].id, &finding, &err), 0);
	ck_assert_str_eq(finding.subject, "latency_ms");
	double tests = finding.q / finding.p;
	*series = report.series;
	finding_release(&finding);
	detection_report_release(&report);
	return tests;
}

/* Of functions, as the last run left it; service 0: of all. */
static double
function_tests(struct store *store, int64_t service)
{
	uint64_t tests = 0, standing = 0;
	ck_assert_int_eq(casebook_detection_state_sums(store, service, &tests, &standing, &err), 0);
	return (double)tests;
}

/* Functions and imported series of all services are one family, also where little is scanned. */
START_TEST(test_series_and_functions_are_one_family)
{
	struct fleet fleet = { .seed = 4 };
	struct store *store = open_store("family");
	struct detection_options all = { .threads = 2 };
	struct detection_options full = { .full = true };
	struct detection_options one = { .service = "service0" };
	char name[32];
	uint64_t series;
	add_windows(store, &fleet, 0, FIRST);
	add_metric(store, 0, "latency_ms", 2);
	for (size_t i = 0; i < 20; i++) {
		snprintf(name, sizeof(name), "queue_%c", (char)('a' + i));
		add_metric(store, 1, name, 0);
	}
	double alone = tests_of(store, &one, &series);
	ck_assert_uint_eq(series, FUNCTIONS + 1);
	ck_assert_double_eq_tol(alone, function_tests(store, 1) + 1, 1e-6);
	double first = tests_of(store, &all, &series);
	ck_assert_uint_eq(series, SERVICES * FUNCTIONS + 21);
	ck_assert_double_eq_tol(first, function_tests(store, 0) + 21, 1e-6);
	ck_assert_double_gt(first, SERVICES * FUNCTIONS + 20);
	ck_assert_double_eq_tol(tests_of(store, &all, &series), first, 1e-6);
	add_windows(store, &fleet, FIRST, FIRST + 3);
	double next = tests_of(store, &all, &series);
	ck_assert_double_eq_tol(next, function_tests(store, 0) + 21, 1e-6);
	ck_assert_double_gt(tests_of(store, &full, &series), SERVICES * FUNCTIONS + 20);
	store_close(store);
}
END_TEST

struct stopper {
	struct cancel cancel;
	size_t left;
};

static void
stop_later(void *user, const char *what, uint64_t done, uint64_t total)
{
	struct stopper *stopper = user;
	(void)what;
	ck_assert_uint_le(done, total);
	if (stopper->left-- == 0)
		cancel_request(&stopper->cancel);
}

START_TEST(test_cancel_leaves_nothing)
{
	struct fleet fleet = { .seed = 21, .steps = true };
	struct store *store = open_store("cancel");
	struct finding_query query = { .kind = -1, .state = -1 };
	struct finding_rows rows = { 0 };
	struct stopper stopper = { .left = (size_t)_i * 3 };
	struct progress progress = { .report = stop_later,
				     .user = &stopper,
				     .cancel = &stopper.cancel };
	struct detection_options options = { 0 };
	struct detection_report report;
	add_windows(store, &fleet, 0, FIRST);
	ck_assert_int_lt(detection_run(store, &options, &report, &progress, &err), 0);
	ck_assert_int_eq(err.code, ERROR_CANCELLED);
	detection_report_release(&report);
	ck_assert_int_eq(casebook_findings(store, &query, &rows, &err), 0);
	ck_assert_uint_eq(rows.count, 0);
	ck_assert(!has_state(store));
	finding_rows_release(&rows);
	store_close(store);
}
END_TEST

Suite *
detection_fleet_suite(void)
{
	Suite *suite = suite_create("detection over a fleet");
	TCase *tests = tcase_create("fleet");
	tcase_set_timeout(tests, 300);
	tcase_add_loop_test(tests, test_run_after_run_is_a_full_run, 0, 6);
	tcase_add_test(tests, test_series_and_functions_are_one_family);
	tcase_add_test(tests, test_nothing_new_is_the_same_report);
	tcase_add_test(tests, test_a_season_is_foreseen);
	tcase_add_test(tests, test_counts_alone_merge_nothing);
	tcase_add_test(tests, test_threads_change_nothing);
	tcase_add_test(tests, test_late_window_is_read);
	tcase_add_test(tests, test_other_settings_scan_anew);
	tcase_add_test(tests, test_new_commits_are_suspects);
	tcase_add_test(tests, test_damaged_state_is_none);
	tcase_add_loop_test(tests, test_cancel_leaves_nothing, 0, 3);
	suite_add_tcase(suite, tests);
	return suite;
}
