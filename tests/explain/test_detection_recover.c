/*
 * core/explain/detection_recover.c: accepted fixes that worked are verified,
 * regressions that went away are gone, what a person decided stays.
 */
#include "core/explain/detection_recover.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/base/vec.h"
#include "core/store/service.h"
#include "tests/explain/suites.h"

#define must(call) ck_assert_msg((call) == 0, "%s: %s", #call, err.text)

static struct store *store;
static int64_t service;
static struct error err;
static struct detection_outcome outcome;
static struct detection_report report;

static void
set_up(void)
{
	struct service row = { .name = memory_string("work") };
	char *path = memory_format("%s/recover.db", getenv("HOME"));
	remove(path);
	must(store_open(&store, path, STORE_CREATE, &err));
	must(casebook_service_put(store, &row, &err));
	service = row.id;
	service_release(&row);
	free(path);
	outcome = (struct detection_outcome){ .run = { .service = service } };
	detection_report_init(&report);
}

static void
tear_down(void)
{
	detection_outcome_release(&outcome);
	detection_report_release(&report);
	store_close(store);
}

static struct finding
make(enum finding_kind kind, const char *subject, int64_t at, double before, double after)
{
	return (struct finding){
		.service = service,
		.service_name = memory_string("work"),
		.kind = kind,
		.subject_kind = memory_string("function"),
		.subject = memory_string(subject),
		.fingerprint = memory_format("%s %s %lld", finding_kind_name(kind), subject,
					     (long long)at),
		.detected_at = at,
		.changed_at = at,
		.changed_low = at - CLOCK_HOUR,
		.changed_high = at + CLOCK_HOUR,
		.before = before,
		.after = after,
		.p = 1e-9,
		.q = 1e-8,
		.impact = { NAN, NAN, NAN, NAN },
	};
}

/* A regression of f, from 2 % to 6 % on the second day, that went through these states. */
static int64_t
known(enum finding_kind kind, const enum finding_state *states)
{
	struct finding finding = make(kind, "f", 2 * CLOCK_DAY, 0.02, 0.06);
	bool added;
	if (kind == FINDING_OPPORTUNITY) {
		finding.before = 0.06;
		finding.after = 0.02;
	}
	must(casebook_finding_put(store, &finding, &added, &err));
	for (; *states != FINDING_NEW; states++)
		must(casebook_finding_move(store, finding.id, *states, "ana", "because", &err));
	int64_t id = finding.id;
	finding_release(&finding);
	return id;
}

static const enum finding_state untouched[] = { FINDING_NEW };
static const enum finding_state accepted[] = { FINDING_PATCHED, FINDING_ACCEPTED, FINDING_NEW };
static const enum finding_state dismissed[] = { FINDING_DISMISSED, FINDING_NEW };

/* f, or what holds it as a member, got cheaper. */
static void
improve(const char *subject, int64_t at, double before, double after, const char *member)
{
	struct finding finding = make(FINDING_IMPROVEMENT, subject, at, before, after);
	bool added;
	if (member != NULL)
		strings_add(&finding.members, member);
	must(casebook_finding_put(store, &finding, &added, &err));
	vec_push(&outcome.findings, finding);
}

static void
went_away(const char *subject, int64_t at)
{
	vec_push(&outcome.candidates,
		 (struct detection_candidate){
			 .subject_kind = memory_string("function"),
			 .subject = memory_string(subject),
			 .changed_at = at,
			 .changed_low = at - CLOCK_HOUR,
			 .changed_high = at + CLOCK_HOUR,
			 .stage = memory_string("went_away"),
			 .why = memory_string("the newest windows keep 3 %") });
}

static enum finding_state
state_after(int64_t id)
{
	struct finding finding = { 0 };
	must(detection_recover(store, &outcome, &report, &err));
	must(casebook_finding(store, id, &finding, &err));
	enum finding_state state = finding.state;
	finding_release(&finding);
	return state;
}

static void
check_event(int64_t id, const char *part)
{
	struct event_list events = { 0 };
	must(casebook_events(store, id, &events, &err));
	const struct event *last = &events.items[events.count - 1];
	ck_assert_str_eq(last->user, "headroom");
	ck_assert_msg(strstr(last->text, part) != NULL, "%s", last->text);
	event_list_release(&events);
}

START_TEST(a_fix_that_worked_is_verified)
{
	int64_t id = known(FINDING_REGRESSION, accepted);
	improve("f", clock_now() + CLOCK_HOUR, 0.06, 0.021, NULL);
	ck_assert_int_eq(state_after(id), FINDING_VERIFIED);
	check_event(id, "f went from 6.00 % to 2.10 %");
	check_event(id, "98 % of the regression given back");
	ck_assert_uint_eq(report.moved_count, 1);
	ck_assert_int_eq(report.moved[0].id, id);
	ck_assert_int_eq(report.moved[0].state, FINDING_VERIFIED);
	/* Again: nothing moves, nothing is written. */
	ck_assert_int_eq(state_after(id), FINDING_VERIFIED);
	ck_assert_uint_eq(report.moved_count, 1);
}
END_TEST

START_TEST(an_opportunity_taken_is_verified)
{
	int64_t id = known(FINDING_OPPORTUNITY, accepted);
	improve("caller", clock_now() + CLOCK_HOUR, 0.10, 0.07, "f");
	ck_assert_int_eq(state_after(id), FINDING_VERIFIED);
	check_event(id, "75 % of what was expected given back");
}
END_TEST

START_TEST(too_early_or_too_little_verifies_nothing)
{
	int64_t id = known(FINDING_REGRESSION, accepted);
	improve("f", clock_now() - CLOCK_DAY, 0.06, 0.02, NULL); /* before the accept */
	improve("f", clock_now() + CLOCK_DAY, 0.06, 0.045, NULL);
	improve("g", clock_now() + CLOCK_DAY, 0.06, 0.02, NULL); /* somebody else's */
	ck_assert_int_eq(state_after(id), FINDING_ACCEPTED);
	ck_assert_uint_eq(report.moved_count, 0);
}
END_TEST

START_TEST(what_recovers_is_gone)
{
	int64_t id = known(FINDING_REGRESSION, untouched);
	improve("f", 3 * CLOCK_DAY, 0.06, 0.04, NULL); /* half of the way is not gone */
	ck_assert_int_eq(state_after(id), FINDING_NEW);
	improve("f", 4 * CLOCK_DAY, 0.04, 0.02, NULL);
	ck_assert_int_eq(state_after(id), FINDING_GONE);
	check_event(id, "100 % of the regression given back");
}
END_TEST

/* An improvement from before the change is part of another story. */
START_TEST(an_older_improvement_is_none_of_it)
{
	int64_t id = known(FINDING_REGRESSION, untouched);
	improve("f", CLOCK_DAY, 0.06, 0.02, NULL);
	ck_assert_int_eq(state_after(id), FINDING_NEW);
}
END_TEST

START_TEST(what_went_away_is_gone)
{
	int64_t id = known(FINDING_REGRESSION, untouched);
	went_away("f", 20 * CLOCK_DAY); /* another change of it */
	ck_assert_int_eq(state_after(id), FINDING_NEW);
	went_away("f", 2 * CLOCK_DAY);
	ck_assert_int_eq(state_after(id), FINDING_GONE);
	check_event(id, "it went away: the newest windows keep 3 %");
}
END_TEST

/* The same run says that it is still there, by another change point of the same subject. */
START_TEST(what_is_reported_again_stays)
{
	int64_t id = known(FINDING_REGRESSION, untouched);
	struct finding again = make(FINDING_REGRESSION, "f", 2 * CLOCK_DAY, 0.02, 0.06);
	again.id = id;
	vec_push(&outcome.findings, again);
	went_away("f", 2 * CLOCK_DAY);
	ck_assert_int_eq(state_after(id), FINDING_NEW);
}
END_TEST

START_TEST(what_a_person_decided_stays)
{
	int64_t id = known(FINDING_REGRESSION, dismissed);
	went_away("f", 2 * CLOCK_DAY);
	improve("f", 4 * CLOCK_DAY, 0.06, 0.02, NULL);
	ck_assert_int_eq(state_after(id), FINDING_DISMISSED);
	must(casebook_finding_move(store, id, FINDING_NEW, "ana", NULL, &err));
	ck_assert_int_eq(state_after(id), FINDING_GONE);
	/* Somebody took that back: then it is not done again. */
	must(casebook_finding_undo(store, id, "ana", &err));
	ck_assert_int_eq(state_after(id), FINDING_NEW);
	ck_assert_uint_eq(report.moved_count, 1);
}
END_TEST

/* Throughput that fell and came back: less is worse, so the improvement is a rise. */
START_TEST(a_metric_where_less_is_worse)
{
	struct finding fall = make(FINDING_REGRESSION, "rps", 2 * CLOCK_DAY, 900, 600);
	struct finding rise = make(FINDING_IMPROVEMENT, "rps", 3 * CLOCK_DAY, 600, 880);
	bool added;
	memory_replace_string(&fall.subject_kind, "metric");
	memory_replace_string(&rise.subject_kind, "metric");
	fall.unit = memory_string("1/s");
	rise.unit = memory_string("1/s");
	must(casebook_finding_put(store, &fall, &added, &err));
	must(casebook_finding_put(store, &rise, &added, &err));
	improve("rps", 3 * CLOCK_DAY, 0.06, 0.02, NULL); /* a function of that name is no metric */
	ck_assert_int_eq(state_after(fall.id), FINDING_NEW);
	vec_push(&outcome.findings, rise);
	ck_assert_int_eq(state_after(fall.id), FINDING_GONE);
	check_event(fall.id, "93 % of the regression given back");
	finding_release(&fall);
}
END_TEST

Suite *
detection_recover_suite(void)
{
	Suite *suite = suite_create("detection_recover");
	TCase *moves = tcase_create("moves");
	tcase_add_checked_fixture(moves, set_up, tear_down);
	tcase_add_test(moves, a_fix_that_worked_is_verified);
	tcase_add_test(moves, an_opportunity_taken_is_verified);
	tcase_add_test(moves, too_early_or_too_little_verifies_nothing);
	tcase_add_test(moves, what_recovers_is_gone);
	tcase_add_test(moves, an_older_improvement_is_none_of_it);
	tcase_add_test(moves, what_went_away_is_gone);
	tcase_add_test(moves, what_is_reported_again_stays);
	tcase_add_test(moves, what_a_person_decided_stays);
	tcase_add_test(moves, a_metric_where_less_is_worse);
	suite_add_tcase(suite, moves);
	return suite;
}
