/*
 * Detection over a store: the recorded sample case has exactly the findings of
 * its story; two runs of one program have none; two programs of which one is
 * slower have the slower function first; running again adds nothing.
 */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/memory.h"
#include "core/base/path.h"
#include "core/base/reader.h"
#include "core/base/vec.h"
#include "core/explain/detection.h"
#include "core/store/detection.h"
#include "core/store/finding.h"
#include "core/store/service.h"
#include "core/store/telemetry.h"
#include "tests/explain/suites.h"

static struct store *store;
static int64_t service;
static struct error err;

static void
set_up(void)
{
	struct service row = { .name = memory_string("work"), .cores = 1000, .watts_per_core = 8 };
	char *path = memory_format("%s/detection.db", getenv("HOME"));
	remove(path);
	ck_assert_msg(store_open(&store, path, STORE_CREATE, &err) == 0, "%s", err.text);
	ck_assert_msg(casebook_service_put(store, &row, &err) == 0, "%s", err.text);
	service = row.id;
	service_release(&row);
	free(path);
}

static void
tear_down(void)
{
	store_close(store);
}

/* One line of a folded file: its stack goes into the profile with these samples. */
static void
add_folded(struct profile *profile, const char *line, size_t length, uint64_t samples)
{
	VEC(uint32_t) frames = { 0 };
	for (size_t at = 0; at < length;) {
		const char *end = memchr(line + at, ';', length - at);
		size_t part = end != NULL ? (size_t)(end - line) - at : length - at;
		vec_push(&frames,
			 profile_add_frame(profile, line + at, part, "", 0, "", 0, 0, FRAME_USER));
		at += part + 1;
	}
	profile_add_stack(profile, frames.items, frames.count, samples, samples);
	vec_release(&frames);
}

static void
store_profile(const struct profile *profile, int64_t start, int64_t duration)
{
	bool added = false;
	struct window window = { .start = start,
				 .end = start + duration,
				 .samples = profile->samples,
				 .weight = profile->weight,
				 .unit = "samples" };
	ck_assert_msg(telemetry_profile_add(store_telemetry(store), service, &window, profile,
					    (uint64_t)start, &added, &err) == 0,
		      "%s", err.text);
	ck_assert(added);
}

/* Deals the samples of a folded file out to this many windows, like cards, from start on. */
static void
import_split(const char *path, int64_t start, size_t windows)
{
	struct reader *reader = NULL;
	const char *line = NULL;
	size_t length = 0;
	size_t next = 0;
	struct profile profiles[8];
	ck_assert_msg(reader_open(&reader, path, &err) == 0, "%s", err.text);
	for (size_t w = 0; w < windows; w++)
		profile_init(&profiles[w]);
	while (reader_line(reader, &line, &length, &err) > 0) {
		const char *blank = memrchr(line, ' ', length);
		ck_assert_ptr_nonnull(blank);
		long samples = strtol(blank + 1, NULL, 10);
		for (long i = 0; i < samples; i++)
			add_folded(&profiles[next++ % windows], line, (size_t)(blank - line), 1);
	}
	for (size_t w = 0; w < windows; w++) {
		store_profile(&profiles[w], start + (int64_t)w * CLOCK_HOUR, CLOCK_HOUR);
		profile_release(&profiles[w]);
	}
	reader_close(reader);
}

static char *
data_file(const char *name)
{
	return memory_format("%s/tests/explain/data/%s", HEADROOM_SOURCE_DIR, name);
}

static void
import_pair(const char *before, const char *after, size_t windows)
{
	char *first = data_file(before);
	char *second = data_file(after);
	import_split(first, CLOCK_DAY, windows);
	import_split(second, 2 * CLOCK_DAY, windows);
	free(first);
	free(second);
}

static void
detect(struct detection_report *report)
{
	struct detection_options options = { .service = "work" };
	ck_assert_msg(detection_run(store, &options, report, NULL, &err) == 0, "%s", err.text);
	ck_assert_uint_eq(report->change_points,
			  report->finding_count + report->filtered.went_away +
				  report->filtered.seasonal + report->filtered.threshold +
				  report->filtered.same_regression + report->filtered.cost_shift +
				  report->filtered.duplicate + report->filtered.mix +
				  report->filtered.renamed);
}

START_TEST(two_runs_of_one_program)
{
	struct detection_report report;
	import_pair("aa1.folded.gz", "aa2.folded.gz", (size_t)_i);
	detect(&report);
	ck_assert_uint_eq(report.windows, 2 * (size_t)_i);
	ck_assert_uint_gt(report.series, 5);
	ck_assert_uint_eq(report.finding_count, 0);
	detection_report_release(&report);
}
END_TEST

START_TEST(slower_program)
{
	struct detection_report report;
	struct finding finding = { 0 };
	import_pair("pair-wbase.folded.gz", "pair-wregr.folded.gz", (size_t)_i);
	detect(&report);
	ck_assert_uint_eq(report.finding_count, 1);
	ck_assert(report.findings[0].added);
	ck_assert_int_eq(casebook_finding(store, report.findings[0].id, &finding, &err), 0);
	ck_assert_str_eq(finding.subject, "hash_bytes");
	ck_assert(strings_contains(&finding.members, "validate"));
	ck_assert_int_eq(finding.changed_at, 2 * CLOCK_DAY);
	ck_assert_int_le(finding.changed_low, CLOCK_DAY + _i * CLOCK_HOUR);
	ck_assert_int_ge(finding.changed_high, 2 * CLOCK_DAY);
	ck_assert_double_eq_tol(finding.before, 0.334, 0.001);
	ck_assert_double_eq_tol(finding.after, 0.632, 0.001);
	ck_assert(finding.delta_low > 0.2 && finding.delta_high < 0.4);
	ck_assert_uint_eq(finding.windows_before, (unsigned)_i);
	ck_assert_uint_eq(finding.windows_after, (unsigned)_i);
	ck_assert_double_eq_tol(finding.impact.cores, 1000 * (finding.after - finding.before),
				1e-6);
	finding_release(&finding);
	detection_report_release(&report);
}
END_TEST

/* The slower program first: what is found is that the function got cheaper, and costs nothing. */
START_TEST(faster_program)
{
	struct detection_report report;
	struct detection_run_record run = { 0 };
	struct detection_candidates candidates = { 0 };
	struct finding finding = { 0 };
	import_pair("pair-wregr.folded.gz", "pair-wbase.folded.gz", 4);
	detect(&report);
	ck_assert_uint_eq(report.improvement_count, 1);
	ck_assert(report.improvements[0].added);
	ck_assert_int_eq(casebook_finding(store, report.improvements[0].id, &finding, &err), 0);
	ck_assert_int_eq(finding.kind, FINDING_IMPROVEMENT);
	ck_assert_str_eq(finding.subject, "hash_bytes");
	ck_assert(strings_contains(&finding.members, "validate"));
	ck_assert_double_eq_tol(finding.before, 0.632, 0.001);
	ck_assert_double_eq_tol(finding.after, 0.334, 0.001);
	ck_assert(finding.impact.cores > 200);
	ck_assert_ptr_null(finding.verdict);
	/* Again: known. The run says one improvement, and what was filtered is as many as it says.
	 */
	detection_report_release(&report);
	detect(&report);
	ck_assert_uint_eq(report.improvement_count, 1);
	ck_assert(!report.improvements[0].added);
	ck_assert_int_eq(casebook_detection_run(store, service, &run, &err), 0);
	ck_assert_uint_eq(run.improvements, 1);
	ck_assert_uint_eq(run.findings, report.finding_count);
	ck_assert_uint_eq(run.change_points, report.change_points);
	ck_assert_int_eq(casebook_detection_candidates(store, service, NULL, &candidates, &err), 0);
	ck_assert_uint_eq(candidates.count, report.change_points - report.finding_count);
	for (size_t i = 0; i < candidates.count; i++) {
		ck_assert_double_gt(candidates.items[i].after, candidates.items[i].before);
		ck_assert_uint_gt(strlen(candidates.items[i].why), 10);
	}
	detection_candidates_release(&candidates);
	detection_run_record_release(&run);
	finding_release(&finding);
	detection_report_release(&report);
}
END_TEST

START_TEST(evidence_says_why)
{
	struct detection_report report;
	struct finding finding = { 0 };
	struct json *evidence = NULL;
	import_pair("pair-wbase.folded.gz", "pair-wregr.folded.gz", 4);
	detect(&report);
	ck_assert_uint_eq(report.finding_count, 1);
	ck_assert_int_eq(casebook_finding(store, report.findings[0].id, &finding, &err), 0);
	ck_assert_int_eq(json_parse(&evidence, finding.evidence, strlen(finding.evidence), &err),
			 0);
	const struct json *filters = json_get(evidence, "filters");
	ck_assert_uint_eq(json_count(filters), 5);
	for (const struct json *f = json_first(filters); f != NULL; f = json_next(f)) {
		ck_assert(json_get_bool(f, "passed", false));
		ck_assert_uint_gt(strlen(json_get_text(f, "why", "")), 10);
	}
	const char *stack = json_text(json_path(evidence, "stacks[0].stack"), "");
	ck_assert_msg(strstr(stack, "hash_bytes") != NULL, "%s", stack);
	json_free(evidence);
	finding_release(&finding);
	detection_report_release(&report);
}
END_TEST

START_TEST(again_adds_nothing)
{
	struct detection_report first;
	struct detection_report again;
	struct event_list events = { 0 };
	import_pair("pair-wbase.folded.gz", "pair-wregr.folded.gz", 4);
	detect(&first);
	detect(&again);
	ck_assert_uint_eq(again.finding_count, 1);
	ck_assert_int_eq(again.findings[0].id, first.findings[0].id);
	ck_assert(!again.findings[0].added);
	/* Two more hours of the new level move figures and perhaps the onset; it is the same
	 * finding. */
	char *more = data_file("pair-wregr.folded.gz");
	import_split(more, 3 * CLOCK_DAY, 2);
	free(more);
	detection_report_release(&again);
	detect(&again);
	ck_assert_uint_eq(again.finding_count, 1);
	ck_assert_int_eq(again.findings[0].id, first.findings[0].id);
	ck_assert_int_eq(casebook_events(store, first.findings[0].id, &events, &err), 0);
	size_t detected = 0;
	for (size_t i = 0; i < events.count; i++)
		detected += strcmp(events.items[i].kind, "detected") == 0;
	ck_assert_uint_eq(detected, 1);
	event_list_release(&events);
	detection_report_release(&first);
	detection_report_release(&again);
}
END_TEST

/* The run on record counts what the report counts, and what is settled is among its candidates. */
static void
on_record(uint64_t findings, const char *settled)
{
	struct detection_run_record run = { 0 };
	struct detection_candidates candidates = { 0 };
	uint64_t filtered = 0;
	ck_assert_int_eq(casebook_detection_run(store, service, &run, &err), 0);
	ck_assert_int_eq(
		casebook_detection_candidates(store, service, "same_regression", &candidates, &err),
		0);
	for (size_t i = 0; i < run.stage_count; i++) {
		filtered += run.stages[i].filtered;
		if (strcmp(run.stages[i].name, "same_regression") == 0)
			ck_assert_uint_eq(run.stages[i].filtered, settled != NULL);
	}
	ck_assert_uint_eq(run.findings, findings);
	ck_assert_uint_eq(run.change_points, run.findings + filtered);
	ck_assert_uint_eq(candidates.count, settled != NULL);
	if (settled != NULL)
		ck_assert(strstr(candidates.items[0].why, settled) != NULL);
	detection_candidates_release(&candidates);
	detection_run_record_release(&run);
}

START_TEST(what_was_dismissed_stays_so)
{
	struct detection_report report;
	import_pair("pair-wbase.folded.gz", "pair-wregr.folded.gz", 4);
	detect(&report);
	int64_t id = report.findings[0].id;
	ck_assert_int_eq(casebook_finding_move(store, id, FINDING_DISMISSED, "ana", "known", &err),
			 0);
	detection_report_release(&report);
	detect(&report);
	ck_assert_uint_eq(report.finding_count, 0);
	detection_report_release(&report);
	on_record(0, "dismissed already");
	/* Taken back, it is reported again, though nothing is explained anew. */
	ck_assert_int_eq(casebook_finding_move(store, id, FINDING_NEW, "ana", NULL, &err), 0);
	detect(&report);
	ck_assert_uint_eq(report.finding_count, 1);
	detection_report_release(&report);
	on_record(1, NULL);
}
END_TEST

START_TEST(only_the_time_asked_for)
{
	struct detection_options options = { .service = "work", .as_of = 2 * CLOCK_DAY };
	struct detection_report report;
	import_pair("pair-wbase.folded.gz", "pair-wregr.folded.gz", 4);
	ck_assert_int_eq(detection_run(store, &options, &report, NULL, &err), 0);
	ck_assert_uint_eq(report.windows, 4);
	ck_assert_uint_eq(report.finding_count, 0);
	detection_report_release(&report);
	/* The change is older than the analysis window. */
	options.as_of = 0;
	options.historic = 3 * CLOCK_DAY;
	options.analysis = 2 * CLOCK_HOUR;
	ck_assert_int_eq(detection_run(store, &options, &report, NULL, &err), 0);
	ck_assert_uint_eq(report.windows, 8);
	ck_assert_uint_eq(report.finding_count, 0);
	ck_assert_uint_gt(report.filtered.threshold, 0);
	detection_report_release(&report);
	/* In it. */
	options.analysis = 12 * CLOCK_HOUR;
	ck_assert_int_eq(detection_run(store, &options, &report, NULL, &err), 0);
	ck_assert_uint_eq(report.finding_count, 1);
	detection_report_release(&report);
}
END_TEST

START_TEST(errors)
{
	struct cancel cancel = { true };
	struct progress progress = { .cancel = &cancel };
	struct detection_options options = { .service = "nobody" };
	struct detection_report report;
	struct finding_rows rows = { 0 };
	struct finding_query query = { .kind = -1, .state = -1 };
	ck_assert_int_lt(detection_run(store, &options, &report, NULL, &err), 0);
	ck_assert_int_eq(err.code, ERROR_NOT_FOUND);
	detection_report_release(&report);
	import_pair("pair-wbase.folded.gz", "pair-wregr.folded.gz", 3);
	options.service = NULL;
	ck_assert_int_lt(detection_run(store, &options, &report, &progress, &err), 0);
	ck_assert_int_eq(err.code, ERROR_CANCELLED);
	detection_report_release(&report);
	ck_assert_int_eq(casebook_findings(store, &query, &rows, &err), 0);
	ck_assert_uint_eq(rows.count, 0);
	finding_rows_release(&rows);
}
END_TEST

START_TEST(nothing_to_look_at)
{
	struct detection_report report;
	detect(&report);
	ck_assert_uint_eq(report.windows, 0);
	ck_assert_uint_eq(report.finding_count, 0);
	detection_report_release(&report);
}
END_TEST

static void
import_window(const char *folder, const struct json *window)
{
	struct reader *reader = NULL;
	const char *line = NULL;
	size_t length = 0;
	int64_t start = 0;
	struct profile profile;
	char *path = path_join(folder, json_get_text(window, "file", ""));
	ck_assert_int_eq(clock_parse(&start, json_get_text(window, "start", ""), &err), 0);
	ck_assert_msg(reader_open(&reader, path, &err) == 0, "%s", err.text);
	profile_init(&profile);
	while (reader_line(reader, &line, &length, &err) > 0) {
		const char *blank = memrchr(line, ' ', length);
		add_folded(&profile, line, (size_t)(blank - line), strtoul(blank + 1, NULL, 10));
	}
	store_profile(&profile, start, json_get_int(window, "duration", 0) * CLOCK_SECOND);
	profile_release(&profile);
	reader_close(reader);
	free(path);
}

static void
import_demo(void)
{
	char *folder = memory_format("%s/data/demo", HEADROOM_SOURCE_DIR);
	char *list = path_join(folder, "windows.jsonl");
	struct reader *reader = NULL;
	const char *line = NULL;
	size_t length = 0;
	ck_assert_msg(reader_open(&reader, list, &err) == 0, "%s", err.text);
	while (reader_line(reader, &line, &length, &err) > 0) {
		struct json *window = NULL;
		ck_assert_msg(json_parse(&window, line, length, &err) == 0, "%s", err.text);
		import_window(folder, window);
		json_free(window);
	}
	reader_close(reader);
	free(list);
	free(folder);
}

/* Two regressions; not the cost that moved (page_facts), not the spike (feed_export). */
START_TEST(sample_case)
{
	struct detection_report report;
	bool log_access = false;
	bool escape_html = false;
	import_demo();
	detect(&report);
	for (size_t i = 0; i < report.finding_count; i++) {
		struct finding finding = { 0 };
		ck_assert_int_eq(casebook_finding(store, report.findings[i].id, &finding, &err), 0);
		log_access = log_access || strcmp(finding.subject, "log_access") == 0;
		escape_html = escape_html || strcmp(finding.subject, "escape_html") == 0;
		if (strcmp(finding.subject, "escape_html") == 0)
			ck_assert(strings_contains(&finding.members, "page_list"));
		finding_release(&finding);
	}
	ck_assert_uint_eq(report.finding_count, 2);
	ck_assert(log_access);
	ck_assert(escape_html);
	ck_assert_uint_ge(report.filtered.cost_shift, 1);
	ck_assert_uint_ge(report.filtered.went_away, 1);
	detection_report_release(&report);
}
END_TEST

/* As the windows came in: at the end of any day the two are found, once they are there, and nothing
 * else. */
START_TEST(sample_case_day_by_day)
{
	int64_t start = 0;
	import_demo();
	ck_assert_int_eq(clock_parse(&start, "2026-11-15T00:00:00Z", &err), 0);
	for (int64_t hours = 0; hours <= 132; hours += 6) {
		struct detection_options options = { .as_of = start + hours * CLOCK_HOUR };
		struct detection_report report;
		ck_assert_int_eq(detection_run(store, &options, &report, NULL, &err), 0);
		for (size_t i = 0; i < report.finding_count; i++) {
			struct finding finding = { 0 };
			ck_assert_int_eq(
				casebook_finding(store, report.findings[i].id, &finding, &err), 0);
			ck_assert_msg(strcmp(finding.subject, "log_access") == 0 ||
					      strcmp(finding.subject, "escape_html") == 0,
				      "%s after %d hours", finding.subject, (int)hours);
			finding_release(&finding);
		}
		detection_report_release(&report);
	}
}
END_TEST

Suite *
detection_suite(void)
{
	Suite *suite = suite_create("detection");
	TCase *runs = tcase_create("runs");
	tcase_set_timeout(runs, 60);
	tcase_add_checked_fixture(runs, set_up, tear_down);
	tcase_add_loop_test(runs, two_runs_of_one_program, 3, 6);
	tcase_add_loop_test(runs, slower_program, 3, 6);
	tcase_add_test(runs, faster_program);
	tcase_add_test(runs, evidence_says_why);
	tcase_add_test(runs, again_adds_nothing);
	tcase_add_test(runs, what_was_dismissed_stays_so);
	tcase_add_test(runs, only_the_time_asked_for);
	tcase_add_test(runs, errors);
	tcase_add_test(runs, nothing_to_look_at);
	tcase_add_test(runs, sample_case);
	tcase_add_test(runs, sample_case_day_by_day);
	suite_add_tcase(suite, runs);
	return suite;
}
