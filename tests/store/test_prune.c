/*
 * core/store/telemetry_prune.c: old windows added up, without anything lost,
 * whatever ends it in the middle.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/store/cells.h"
#include "core/store/telemetry_prune.h"
#include "tests/store/suites.h"
#include "tests/store/world.h"

#define NOW (400 * CLOCK_DAY)
#define STEP (10 * CLOCK_MINUTE)
#define A_DAY 144 /* windows each STEP */

/* A window of ten minutes whose stacks and weights are those of this time and no other. */
static bool
add_window(struct store *store, int64_t service, int64_t start, const char *event,
	   const char *label)
{
	struct window window = { .start = start,
				 .end = start + STEP,
				 .event = (char *)event,
				 .unit = "ns",
				 .source = "x.perf.txt" };
	uint64_t number = (uint64_t)(start / STEP), extra = strlen(label);
	char *own = memory_format("main;own %d", (int)(number % 7));
	struct profile profile;
	struct error err;
	bool added = false;

	strings_add(&window.labels, label);
	profile_init(&profile);
	world_stack(&profile, "main;parse;strlen", 10 + number % 3, 1000 + number);
	world_stack(&profile, "main;walk;walk;walk", 1 + extra, 7);
	world_stack(&profile, own, number % 5 + 1, 100 * (number % 5 + 1));
	must(telemetry_profile_add(store_telemetry(store), service, &window, &profile,
				   number ^ intern_hash(event, strlen(event)) ^ extra << 32, &added,
				   &err));
	profile_release(&profile);
	strings_release(&window.labels);
	free(own);
	return added;
}

static void
add_days(struct store *store, int64_t service, int64_t first, int days)
{
	struct error err;

	must(store_begin(store, &err));
	for (int64_t at = first; at < first + days * CLOCK_DAY; at += STEP)
		add_window(store, service, at, "cycles", "version=1");
	must(store_commit(store, &err));
}

static struct prune_request
request_for(int64_t service)
{
	return (struct prune_request){
		.service = service, .now = NOW, .keep = 14 * CLOCK_DAY, .hourly = 90 * CLOCK_DAY
	};
}

static struct prune_report
prune(struct store *store, int64_t service)
{
	struct prune_request request = request_for(service);
	struct prune_report report;
	struct error err;

	must(telemetry_prune(store_telemetry(store), &request, &report, NULL, &err));
	return report;
}

static void
add_line(struct strings *lines, const struct profile_set *set, size_t number, uint64_t samples,
	 uint64_t weight)
{
	const struct profile_stack *stack = &set->stacks[number];
	struct str text;

	str_init(&text, STR_MAX_LINE);
	for (uint32_t i = 0; i < stack->depth; i++)
		str_addf(&text, "%s;", set->frames[stack->frames[i]].function);
	str_addf(&text, " %llu %llu\n", (unsigned long long)samples, (unsigned long long)weight);
	strings_add(lines, text.data);
	str_release(&text);
}

/* All stacks with their samples and weights over all time, and all functions; the caller's. */
static char *
totals(struct store *store, int64_t service, const char *event, const char *label)
{
	struct strings labels = { 0 }, lines = { 0 };
	struct window_query query = { .service = service, .event = event, .labels = &labels };
	struct function_counts counts;
	struct profile_set set;
	struct str text;
	struct error err;

	strings_add(&labels, label);
	must(telemetry_profiles(store_telemetry(store), &query, &set, NULL, &err));
	for (size_t s = 0; s < set.stack_count; s++) {
		uint64_t samples = 0, weight = 0;

		for (size_t c = 0; c < set.cell_count; c++) {
			samples += set.cells[c].stack == s ? set.cells[c].samples : 0;
			weight += set.cells[c].stack == s ? set.cells[c].weight : 0;
		}
		add_line(&lines, &set, s, samples, weight);
	}
	must(telemetry_function_counts(store_telemetry(store), &query, &counts, NULL, &err));
	for (size_t f = 0; f < counts.function_count; f++) {
		uint64_t samples = 0;

		for (size_t c = 0; c < counts.rows[counts.windows.count]; c++)
			samples += counts.cells[c].function == f ? counts.cells[c].samples : 0;
		strings_addf(&lines, "%s: %llu\n", counts.functions[f],
			     (unsigned long long)samples);
	}
	str_init(&text, STR_MAX_TEXT);
	uint64_t samples = 0, weight = 0, parts = 0;
	for (size_t w = 0; w < counts.windows.count; w++) {
		samples += counts.windows.items[w].samples;
		weight += counts.windows.items[w].weight;
		parts += counts.windows.items[w].parts;
	}
	str_addf(&text, "%llu samples, %llu, %llu parts\n", (unsigned long long)samples,
		 (unsigned long long)weight, (unsigned long long)parts);
	strings_sort(&lines);
	for (size_t i = 0; i < lines.count; i++)
		str_add(&text, lines.items[i]);
	strings_release(&lines);
	strings_release(&labels);
	function_counts_release(&counts);
	profile_set_release(&set);
	return str_take(&text);
}

static size_t
windows_of(struct store *store, int64_t service, const char *event, int64_t from, int64_t to)
{
	struct window_query query = { .service = service, .event = event, .from = from, .to = to };
	struct window_list list;
	struct error err;
	size_t count;

	must(telemetry_windows(store_telemetry(store), &query, &list, &err));
	count = list.count;
	window_list_release(&list);
	return count;
}

#define MONTH_AGO (NOW - 30 * CLOCK_DAY)
#define YEAR_AGO (NOW - 365 * CLOCK_DAY)
#define WEEK_AGO (NOW - 7 * CLOCK_DAY)

START_TEST(test_sums_are_equal)
{
	static const char *const events[] = { "cycles", "faults" };
	static const char *const labels[] = { "version=1", "version=22" };
	int64_t service, firsts[] = { YEAR_AGO, MONTH_AGO, WEEK_AGO };
	struct store *store = world_store(&service);
	struct prune_request request = request_for(service);
	struct prune_report dry, report;
	char *before[4], *after;
	struct error err;

	must(store_begin(store, &err));
	for (int first = 0; first < 3; first++)
		for (int64_t at = firsts[first]; at < firsts[first] + 2 * CLOCK_DAY; at += STEP)
			for (int i = 0; i < 4; i++)
				add_window(store, service, at, events[i / 2], labels[i % 2]);
	must(store_commit(store, &err));
	for (int i = 0; i < 4; i++)
		before[i] = totals(store, service, events[i / 2], labels[i % 2]);

	request.dry_run = true;
	must(telemetry_prune(store_telemetry(store), &request, &dry, NULL, &err));
	ck_assert_uint_eq(windows_of(store, service, "*", 0, 0), 6 * 4 * A_DAY);
	report = prune(store, service);
	ck_assert(memcmp(&dry, &report, sizeof(dry)) == 0);
	ck_assert_uint_eq(report.windows_before, 6 * 4 * A_DAY);
	ck_assert_uint_eq(report.windows_after, 4 * (2 + 48 + 2 * A_DAY));
	ck_assert_uint_eq(report.days, 4 * 2);
	ck_assert_uint_eq(report.hours, 4 * 48);
	ck_assert_uint_lt(report.bytes_after, report.bytes_before);
	ck_assert_uint_eq(report.near_findings, 0);
	for (int e = 0; e < 2; e++) {
		ck_assert_uint_eq(windows_of(store, service, events[e], 0, 0),
				  2 * (2 + 48 + 2 * A_DAY));
		ck_assert_uint_eq(windows_of(store, service, events[e], WEEK_AGO, NOW),
				  2 * 2 * A_DAY);
	}
	for (int i = 0; i < 4; i++) {
		after = totals(store, service, events[i / 2], labels[i % 2]);
		ck_assert_str_eq(after, before[i]);
		free(after);
		free(before[i]);
	}
	must(store_check(store, &err));
	store_close(store);
}
END_TEST

/* What the report says is in the blobs is what is there. */
START_TEST(test_twice_is_once)
{
	int64_t service;
	struct store *store = world_store(&service);
	struct prune_report first, second;
	struct window_list list;
	struct error err;

	add_days(store, service, YEAR_AGO, 1);
	first = prune(store, service);
	second = prune(store, service);
	ck_assert_uint_eq(first.windows_after, 1);
	ck_assert_uint_eq(second.windows_before, 1);
	ck_assert_uint_eq(second.windows_after, 1);
	ck_assert_uint_eq(second.bytes_before, first.bytes_after);
	ck_assert_uint_eq(second.bytes_after, first.bytes_after);
	ck_assert_uint_eq(second.days + second.hours, 0);
	must(telemetry_windows(store_telemetry(store), &(struct window_query){ .service = service },
			       &list, &err));
	ck_assert_int_eq(list.items[0].start, YEAR_AGO);
	ck_assert_int_eq(list.items[0].end, YEAR_AGO + CLOCK_DAY);
	ck_assert_uint_eq(list.items[0].parts, A_DAY);
	ck_assert_str_eq(list.items[0].event, "cycles");
	ck_assert_str_eq(list.items[0].unit, "ns");
	ck_assert_str_eq(list.items[0].source, "x.perf.txt");
	ck_assert_str_eq(list.items[0].labels.items[0], "version=1");
	window_list_release(&list);
	store_close(store);
}
END_TEST

START_TEST(test_imported_again_is_known)
{
	int64_t service;
	struct store *store = world_store(&service);
	struct prune_request later = request_for(service);
	struct prune_report report;
	struct error err;
	char *before, *after;

	add_days(store, service, MONTH_AGO, 1);
	before = totals(store, service, "cycles", "version=1");
	prune(store, service);
	ck_assert_uint_eq(windows_of(store, service, "*", 0, 0), 24);
	for (int64_t at = MONTH_AGO; at < MONTH_AGO + CLOCK_DAY; at += STEP)
		ck_assert(!add_window(store, service, at, "cycles", "version=1"));
	later.now += 90 * CLOCK_DAY; /* hours become a day */
	must(telemetry_prune(store_telemetry(store), &later, &report, NULL, &err));
	ck_assert_uint_eq(report.windows_after, 1);
	for (int64_t at = MONTH_AGO; at < MONTH_AGO + CLOCK_DAY; at += STEP)
		ck_assert(!add_window(store, service, at, "cycles", "version=1"));
	after = totals(store, service, "cycles", "version=1");
	ck_assert_str_eq(after, before);
	free(before);
	free(after);
	/* Another service's is its own, and one that comes late joins the sum. */
	ck_assert(add_window(store, world_service(store, "web"), MONTH_AGO, "cycles", "version=1"));
	ck_assert(add_window(store, service, MONTH_AGO + STEP / 2, "cycles", "version=1"));
	must(telemetry_prune(store_telemetry(store), &later, &report, NULL, &err));
	ck_assert_uint_eq(report.windows_before, 2);
	ck_assert_uint_eq(report.windows_after, 1);
	store_close(store);
}
END_TEST

static int64_t
put_finding(struct store *store, int64_t service, int64_t low, int64_t high)
{
	struct finding finding = world_finding(service, "parse", 3);
	struct error err;
	bool added;
	int64_t id;

	finding.changed_low = low;
	finding.changed_high = high;
	finding.changed_at = low + (high - low) / 2;
	must(casebook_finding_put(store, &finding, &added, &err));
	id = finding.id;
	finding_release(&finding);
	return id;
}

START_TEST(test_open_findings_keep_their_windows)
{
	int64_t service, other, id;
	int64_t low = MONTH_AGO + 5 * CLOCK_DAY, high = low + CLOCK_DAY;
	struct store *store = world_store(&service);
	struct prune_report report;
	struct error err;
	char *before, *after;

	other = world_service(store, "web");
	add_days(store, service, MONTH_AGO, 10);
	add_days(store, other, MONTH_AGO, 10);
	world_put(store, service, "an opportunity without a time", 1);
	id = put_finding(store, service, low, high);
	before = totals(store, service, "cycles", "version=1");
	report = prune(store, service);
	/* Five days as recorded, and the window that ends on the edge is not in them. */
	ck_assert_uint_eq(
		windows_of(store, service, "*", low - 2 * CLOCK_DAY, high + 2 * CLOCK_DAY),
		5 * A_DAY);
	ck_assert_uint_eq(report.near_findings, 5 * A_DAY);
	ck_assert_uint_eq(report.windows_after, 5 * A_DAY + 5 * 24);
	ck_assert_uint_eq(windows_of(store, service, "*", MONTH_AGO, low - 2 * CLOCK_DAY), 3 * 24);
	ck_assert_uint_eq(prune(store, other).windows_after, 10 * 24);

	must(casebook_finding_move(store, id, FINDING_CLAIMED, "me", NULL, &err));
	ck_assert_uint_eq(prune(store, service).windows_after, 5 * A_DAY + 5 * 24);
	must(casebook_finding_move(store, id, FINDING_DISMISSED, "me", "noise", &err));
	report = prune(store, service);
	ck_assert_uint_eq(report.windows_after, 10 * 24);
	ck_assert_uint_eq(report.near_findings, 0);
	after = totals(store, service, "cycles", "version=1");
	ck_assert_str_eq(after, before);
	free(before);
	free(after);
	store_close(store);
}
END_TEST

/* Long windows, sums over a bound, and what is too young to be a whole hour. */
START_TEST(test_what_stays)
{
	int64_t service;
	struct store *store = world_store(&service);
	struct telemetry *telemetry = store_telemetry(store);
	struct prune_request request = request_for(service);
	struct prune_report report;
	struct profile profile;
	struct error err;
	bool added;

	profile_init(&profile);
	world_stack(&profile, "main;huge", 1, CELLS_COUNT_MAX - 1);
	for (int i = 0; i < 2; i++) {
		struct window huge = { .start = YEAR_AGO + i, .end = YEAR_AGO + i + 1 };
		struct window days = { .start = YEAR_AGO + 9 * CLOCK_DAY + i,
				       .end = YEAR_AGO + 12 * CLOCK_DAY };

		must(telemetry_profile_add(telemetry, service, &huge, &profile, 1, &added, &err));
		must(telemetry_profile_add(telemetry, service, &days, &profile, 1, &added, &err));
	}
	profile_release(&profile);
	for (int64_t at = NOW - 14 * CLOCK_DAY - 30 * CLOCK_MINUTE; at < NOW - 13 * CLOCK_DAY;
	     at += STEP)
		add_window(store, service, at, "cycles", "version=1");
	report = prune(store, service);
	ck_assert_uint_eq(report.windows_before, 4 + 3 + A_DAY);
	ck_assert_uint_eq(report.windows_after, 4 + 1 + A_DAY);
	ck_assert_uint_eq(report.hours, 1);
	request.hourly = request.keep - 1;
	must_fail(telemetry_prune(telemetry, &request, &report, NULL, &err), ERROR_USAGE, "hour");
	store_close(store);
}
END_TEST

START_TEST(test_damage_changes_nothing)
{
	int64_t service;
	struct store *store = world_store(&service);
	struct prune_request request = request_for(service);
	struct prune_report report;
	struct error err;

	add_days(store, service, YEAR_AGO, 2);
	world_sql(store_path(store), "UPDATE window_cells SET cells = x'01ff' WHERE window = 200");
	must_fail(telemetry_prune(store_telemetry(store), &request, &report, NULL, &err),
		  ERROR_CORRUPT, "window 200");
	ck_assert_uint_eq(windows_of(store, service, "*", 0, 0), 1 + A_DAY); /* the day before it */
	ck_assert_uint_eq(report.windows_after, 1 + A_DAY);
	store_close(store);
}
END_TEST

/* Asks to stop, or ends the process, at the so-manieth report. */
struct stopper {
	struct cancel cancel;
	int after;
	bool kills;
};

static void
stop(void *user, const char *what, uint64_t done, uint64_t total)
{
	struct stopper *stopper = user;

	(void)what;
	ck_assert_uint_le(done, total);
	if (stopper->after-- > 0)
		return;
	if (stopper->kills)
		raise(SIGKILL);
	cancel_request(&stopper->cancel);
}

static int
prune_stopped(struct store *store, int64_t service, int after, bool kills,
	      struct prune_report *report, struct error *err)
{
	struct stopper stopper = { .after = after, .kills = kills };
	struct progress progress = { .report = stop, .user = &stopper, .cancel = &stopper.cancel };
	struct prune_request request = request_for(service);

	return telemetry_prune(store_telemetry(store), &request, report, &progress, err);
}

START_TEST(test_stops_between_days)
{
	int64_t service;
	struct store *store = world_store(&service);
	struct prune_report report;
	struct error err;
	char *before, *after;

	add_days(store, service, MONTH_AGO, 3);
	before = totals(store, service, "cycles", "version=1");
	/* A report for the day and one for each hour: in the middle of the second day. */
	must_fail(prune_stopped(store, service, 40, false, &report, &err), ERROR_CANCELLED,
		  "cancelled");
	ck_assert_uint_eq(report.windows_after, 24 + 2 * A_DAY);
	ck_assert_uint_eq(windows_of(store, service, "*", 0, 0), 24 + 2 * A_DAY);
	after = totals(store, service, "cycles", "version=1");
	ck_assert_str_eq(after, before);
	free(after);
	ck_assert_uint_eq(prune(store, service).windows_after, 3 * 24);
	after = totals(store, service, "cycles", "version=1");
	ck_assert_str_eq(after, before);
	free(after);
	free(before);
	store_close(store);
}
END_TEST

START_TEST(test_killed_in_the_middle)
{
	static const size_t days_done[] = { 0, 0, 1, 1, 2 };
	static const int moments[] = { 1, 20, 26, 45, 70 };
	int64_t service;
	struct store *store = world_store(&service);
	char *path = memory_string(store_path(store)), *before, *after;
	struct prune_report report;
	struct error err;

	add_days(store, service, MONTH_AGO, 3);
	before = totals(store, service, "cycles", "version=1");
	store_close(store);
	for (int i = 0; i < 5; i++) {
		int after_reports = moments[i] - (int)(i > 0 ? days_done[i - 1] * 24 : 0);
		pid_t child = fork();
		int status;

		ck_assert_int_ge(child, 0);
		if (child == 0) {
			store = world_open(path);
			prune_stopped(store, service, after_reports, true, &report, &err);
			_exit(1);
		}
		ck_assert_int_eq(waitpid(child, &status, 0), child);
		ck_assert_msg(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL,
			      "ended by itself");
		store = world_open(path);
		must(store_check(store, &err));
		after = totals(store, service, "cycles", "version=1");
		ck_assert_str_eq(after, before);
		free(after);
		ck_assert_uint_eq(windows_of(store, service, "*", 0, 0),
				  days_done[i] * 24 + (3 - days_done[i]) * A_DAY);
		store_close(store);
	}
	store = world_open(path);
	ck_assert_uint_eq(prune(store, service).windows_after, 3 * 24);
	store_close(store);
	free(before);
	free(path);
}
END_TEST

START_TEST(test_space_is_given_back)
{
	int64_t service;
	struct store *store = world_store(&service);
	struct compact_report look, done;
	struct error err;
	char *before, *after;

	add_days(store, service, YEAR_AGO, 10);
	before = totals(store, service, "cycles", "version=1");
	prune(store, service);
	must(telemetry_compact(store_telemetry(store), true, &look, &err));
	ck_assert_uint_eq(look.bytes_after, look.bytes_before);
	ck_assert_uint_gt(look.bytes_free, 0);
	must(telemetry_compact(store_telemetry(store), false, &done, &err));
	ck_assert_uint_eq(done.bytes_before, look.bytes_before);
	ck_assert_uint_le(done.bytes_after, look.bytes_before - look.bytes_free);
	after = totals(store, service, "cycles", "version=1");
	ck_assert_str_eq(after, before);
	must(store_check(store, &err));
	free(before);
	free(after);
	store_close(store);
}
END_TEST

Suite *
prune_suite(void)
{
	Suite *suite = suite_create("prune");
	TCase *tcase = tcase_create("prune");

	tcase_set_timeout(tcase, 120); /* many windows, on however busy a machine */
	tcase_add_test(tcase, test_sums_are_equal);
	tcase_add_test(tcase, test_twice_is_once);
	tcase_add_test(tcase, test_imported_again_is_known);
	tcase_add_test(tcase, test_open_findings_keep_their_windows);
	tcase_add_test(tcase, test_what_stays);
	tcase_add_test(tcase, test_damage_changes_nothing);
	tcase_add_test(tcase, test_stops_between_days);
	tcase_add_test(tcase, test_killed_in_the_middle);
	tcase_add_test(tcase, test_space_is_given_back);
	suite_add_tcase(suite, tcase);
	return suite;
}
