/* core/store/finding*.c, event.c: findings, the inbox, moves and taking them back. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "tests/check_main.h"
#include "tests/store/suites.h"
#include "tests/store/world.h"

#define COMMIT "0123456789abcdef0123456789abcdef01234567"

static enum finding_state
state_of(struct store *store, int64_t id)
{
	struct finding finding;
	enum finding_state state;
	struct error err;

	must(casebook_finding(store, id, &finding, &err));
	state = finding.state;
	finding_release(&finding);
	return state;
}

static size_t
events_of(struct store *store, int64_t id)
{
	struct event_list list;
	struct error err;
	size_t count;

	must(casebook_events(store, id, &list, &err));
	count = list.count;
	event_list_release(&list);
	return count;
}

START_TEST(test_names)
{
	enum finding_kind kind;
	enum finding_state state;
	struct error err;

	for (int i = FINDING_NEW; i <= FINDING_DUPLICATE; i++) {
		must(finding_state_parse(&state, finding_state_name(i), &err));
		ck_assert_int_eq(state, i);
		ck_assert_int_eq(finding_state_is_open(i), i <= FINDING_ACCEPTED);
	}
	must(finding_kind_parse(&kind, "opportunity", &err));
	ck_assert_int_eq(kind, FINDING_OPPORTUNITY);
	must_fail(finding_kind_parse(&kind, "opp", &err), ERROR_USAGE, "opp");
	must_fail(finding_state_parse(&state, NULL, &err), ERROR_USAGE, "no state");
}
END_TEST

START_TEST(test_a_finding_comes_back_whole)
{
	struct error err;
	int64_t service;
	struct store *store = world_store(&service);
	struct finding finding = world_finding(service, "json_escape", 141), back;
	struct suspect suspect = { .key = COMMIT,
				   .title = "log more",
				   .author = "Build Role",
				   .time = 77,
				   .score = 0.9,
				   .attribution = 0.8,
				   .timing = 0.7,
				   .text = 0.6,
				   .diff = 0.5,
				   .why = "it carries the growth" };
	bool added;

	strings_add(&suspect.functions, "json_escape");
	strings_add(&finding.members, "caller one");
	strings_add(&finding.members, "caller two");
	finding.file = memory_string("src/json.c");
	finding.line = 4000000000u;
	finding.evidence = memory_string("{\"passed\":[]}");
	finding.changed_at = 900;
	finding.windows_after = 3;
	must(casebook_finding_put(store, &finding, &added, &err));
	must(casebook_suspects_put(store, finding.id, "likely", &suspect, 1, &err));
	must(casebook_finding(store, finding.id, &back, &err));
	ck_assert_str_eq(back.service_name, "api");
	ck_assert_int_eq(back.state, FINDING_NEW);
	ck_assert_str_eq(back.subject, "json_escape");
	ck_assert_str_eq(back.file, "src/json.c");
	ck_assert_uint_eq(back.line, 4000000000u);
	ck_assert_double_eq(back.impact.cores, 141);
	ck_assert_double_eq(back.impact.high, 282);
	ck_assert_double_eq(back.p, 1e-9);
	ck_assert_uint_eq(back.windows_after, 3);
	ck_assert_str_eq(back.members.items[1], "caller two");
	ck_assert_str_eq(back.evidence, "{\"passed\":[]}");
	ck_assert_str_eq(back.verdict, "likely");
	ck_assert_uint_eq(back.suspect_count, 1);
	ck_assert_str_eq(back.suspects[0].key, COMMIT);
	ck_assert_double_eq(back.suspects[0].diff, 0.5);
	ck_assert_str_eq(back.suspects[0].functions.items[0], "json_escape");
	ck_assert_str_eq(back.suspects[0].why, "it carries the growth");
	finding_release(&back);
	finding_release(&finding);
	strings_release(&suspect.functions);
	must_fail(casebook_finding(store, 99, &back, &err), ERROR_NOT_FOUND, "no finding F99");
	store_close(store);
}
END_TEST

START_TEST(test_unknown_impact_stays_unknown)
{
	struct error err;
	int64_t service;
	struct store *store = world_store(&service);
	int64_t id = world_put(store, service, "f", NAN);
	struct finding_totals totals;
	struct finding back;

	must(casebook_finding(store, id, &back, &err));
	ck_assert(isnan(back.impact.cores));
	ck_assert(isnan(back.impact.low));
	finding_release(&back);
	world_put(store, service, "g", 3);
	must(casebook_finding_totals(store, &totals, &err));
	ck_assert_uint_eq(totals.open_regressions, 2);
	ck_assert_double_eq(totals.cores, 3);
	ck_assert_double_eq(totals.watts, 15);
	store_close(store);
}
END_TEST

START_TEST(test_the_same_finding_again)
{
	struct error err;
	int64_t service;
	struct store *store = world_store(&service);
	int64_t id = world_put(store, service, "f", 1);
	struct finding again = world_finding(service, "f", 2), back;
	size_t events;
	bool added;

	must(casebook_finding_claim(store, id, "me", &err));
	events = events_of(store, id);
	again.detected_at = 5000;
	must(casebook_finding_put(store, &again, &added, &err));
	ck_assert(!added);
	ck_assert_int_eq(again.id, id);
	ck_assert_int_eq(again.state, FINDING_CLAIMED);
	must(casebook_finding(store, id, &back, &err));
	ck_assert_double_eq(back.impact.cores, 2); /* new figures */
	ck_assert_int_eq(back.detected_at, 1000);  /* old history */
	ck_assert_str_eq(back.owner, "me");
	finding_release(&back);
	ck_assert_uint_eq(events_of(store, id), events);

	must(casebook_finding_move(store, id, FINDING_GONE, "me", NULL, &err));
	must(casebook_finding_put(store, &again, &added, &err));
	ck_assert(!added);
	ck_assert_int_eq(state_of(store, id), FINDING_NEW);
	ck_assert_uint_eq(events_of(store, id), events + 2);
	/* What brought it back was no person's move. */
	must_fail(casebook_finding_undo(store, id, "me", &err), ERROR_CONFLICT, "no move");
	finding_release(&again);
	store_close(store);
}
END_TEST

START_TEST(test_ranking_again_tells_only_news)
{
	struct error err;
	int64_t service;
	struct store *store = world_store(&service);
	int64_t id = world_put(store, service, "f", 1);
	struct suspect suspects[2] = { { .key = "flag-1", .score = 0.4 }, { .key = "c2" } };
	struct finding back;
	size_t events;

	must(casebook_suspects_put(store, id, "unsure", suspects, 2, &err));
	events = events_of(store, id);
	must(casebook_suspects_put(store, id, "unsure", suspects, 2, &err));
	ck_assert_uint_eq(events_of(store, id), events);
	must(casebook_suspects_put(store, id, "none", NULL, 0, &err));
	ck_assert_uint_eq(events_of(store, id), events + 1);
	must(casebook_finding(store, id, &back, &err));
	ck_assert_str_eq(back.verdict, "none");
	ck_assert_uint_eq(back.suspect_count, 0);
	finding_release(&back);
	must_fail(casebook_suspects_put(store, 99, "none", NULL, 0, &err), ERROR_NOT_FOUND, "F99");
	store_close(store);
}
END_TEST

static void
check_order(struct store *store, const struct finding_query *query, const char *const *wanted)
{
	struct finding_rows rows;
	struct error err;
	size_t count = 0;

	must(casebook_findings(store, query, &rows, &err));
	for (; wanted[count] != NULL; count++) {
		ck_assert_uint_lt(count, rows.count);
		ck_assert_str_eq(rows.items[count].subject, wanted[count]);
	}
	ck_assert_uint_eq(rows.count, count);
	finding_rows_release(&rows);
}

static void
put_shaped(struct store *store, int64_t service, const char *name, double cores, double after,
	   int64_t detected_at)
{
	struct finding finding = world_finding(service, name, cores);
	struct error err;
	bool added;

	finding.after = after;
	finding.detected_at = detected_at;
	finding.kind = after < finding.before ? FINDING_OPPORTUNITY : FINDING_REGRESSION;
	must(casebook_finding_put(store, &finding, &added, &err));
	finding_release(&finding);
}

START_TEST(test_the_inbox_is_ordered_and_filtered)
{
	struct error err;
	int64_t service, other;
	struct store *store = world_store(&service);
	struct finding_query query = { .kind = -1, .state = -1 };

	other = world_service(store, "web");
	put_shaped(store, service, "small", 1, 0.03, 1);
	put_shaped(store, service, "unknown older", NAN, 0.05, 1);
	put_shaped(store, other, "unknown newer", NAN, 0.05, 2);
	put_shaped(store, other, "unknown large", NAN, 0.09, 1);
	put_shaped(store, service, "big", 100, 0.02, 1);
	put_shaped(store, service, "saving", 1, 0.002, 1);
	check_order(store, &query,
		    (const char *const[]){ "big", "small", "saving", "unknown large",
					   "unknown newer", "unknown older", NULL });
	query.limit = 2;
	check_order(store, &query, (const char *const[]){ "big", "small", NULL });
	query.limit = 0;
	query.kind = FINDING_OPPORTUNITY;
	check_order(store, &query, (const char *const[]){ "saving", NULL });
	query.kind = -1;
	query.service = "web";
	check_order(store, &query, (const char *const[]){ "unknown large", "unknown newer", NULL });
	query.service = NULL;
	must(casebook_finding_claim(store, 1, "me", &err));
	must(casebook_finding_move(store, 2, FINDING_DISMISSED, "me", "noise", &err));
	query.owner = "me";
	check_order(store, &query, (const char *const[]){ "small", NULL });
	query.owner = NULL;
	query.state = FINDING_DISMISSED;
	check_order(store, &query, (const char *const[]){ "unknown older", NULL });
	query.state = -1;
	query.open_only = true;
	query.service = "api";
	check_order(store, &query, (const char *const[]){ "big", "small", "saving", NULL });
	store_close(store);
}
END_TEST

START_TEST(test_rows_say_what_a_list_needs)
{
	const struct finding_query query = { .kind = -1, .state = -1 };
	const struct finding_query nobody = { .kind = -1, .state = -1, .service = "nobody" };
	struct suspect suspect = { .key = COMMIT, .author = "Build Role", .score = 0.9 };
	struct finding_rows rows;
	struct error err;
	int64_t service;
	struct store *store = world_store(&service);
	int64_t a = world_put(store, service, "a", 2);

	world_put(store, service, "b", NAN);
	must(casebook_suspects_put(store, a, "likely", &suspect, 1, &err));
	must(casebook_findings(store, &query, &rows, &err));
	ck_assert_str_eq(rows.items[0].service, "api");
	ck_assert_str_eq(rows.items[0].suspect, "0123456789");
	ck_assert_str_eq(rows.items[0].suspect_author, "Build Role");
	ck_assert_double_eq(rows.items[0].suspect_score, 0.9);
	ck_assert_double_eq(rows.items[0].watts, 10);
	ck_assert_ptr_null(rows.items[0].owner);
	ck_assert_ptr_null(rows.items[1].suspect);
	ck_assert(isnan(rows.items[1].cores));
	finding_rows_release(&rows);
	must_fail(casebook_findings(store, &nobody, &rows, &err), ERROR_NOT_FOUND, "nobody");
	store_close(store);
}
END_TEST

START_TEST(test_the_way_to_verified)
{
	static const enum finding_state way[] = { FINDING_INVESTIGATING, FINDING_PATCHED,
						  FINDING_ACCEPTED, FINDING_VERIFIED };
	struct error err;
	int64_t service;
	struct store *store = world_store(&service);
	int64_t id = world_put(store, service, "f", 1);
	struct finding back;

	must(casebook_finding_claim(store, id, "me", &err));
	for (size_t i = 0; i < sizeof(way) / sizeof(way[0]); i++) {
		must(casebook_finding_move(store, id, way[i], "me", NULL, &err));
		ck_assert_int_eq(state_of(store, id), way[i]);
	}
	ck_assert_uint_eq(events_of(store, id), 6); /* detected, claimed and four more */
	for (size_t i = 4; i-- > 1;) {
		must(casebook_finding_undo(store, id, "me", &err));
		ck_assert_int_eq(state_of(store, id), way[i - 1]);
	}
	must(casebook_finding_undo(store, id, "me", &err));
	must(casebook_finding_undo(store, id, "me", &err));
	must(casebook_finding(store, id, &back, &err));
	ck_assert_int_eq(back.state, FINDING_NEW);
	ck_assert_ptr_null(back.owner);
	finding_release(&back);
	must_fail(casebook_finding_undo(store, id, "me", &err), ERROR_CONFLICT, "no move");
	ck_assert_uint_eq(events_of(store, id), 11); /* nothing was removed */
	store_close(store);
}
END_TEST

START_TEST(test_moves_that_make_no_sense)
{
	struct error err;
	int64_t service;
	struct store *store = world_store(&service);
	int64_t id = world_put(store, service, "f", 1);
	size_t events;

	must_fail(casebook_finding_move(store, id, FINDING_VERIFIED, "me", NULL, &err),
		  ERROR_CONFLICT, "F1 is new and cannot become verified");
	must_fail(casebook_finding_move(store, id, FINDING_ACCEPTED, "me", NULL, &err),
		  ERROR_CONFLICT, "accepted");
	must_fail(casebook_finding_move(store, id, FINDING_DISMISSED, "me", "", &err), ERROR_USAGE,
		  "needs a reason");
	must_fail(casebook_finding_move(store, id, FINDING_DUPLICATE, "me", "x", &err), ERROR_USAGE,
		  "duplicate of");
	must_fail(casebook_finding_move(store, 99, FINDING_GONE, "me", NULL, &err), ERROR_NOT_FOUND,
		  "F99");
	must_fail(casebook_finding_move(store, id, FINDING_GONE, NULL, NULL, &err), ERROR_USAGE,
		  "who");
	must(casebook_finding_move(store, id, FINDING_DISMISSED, "me", "noise", &err));
	must_fail(casebook_finding_claim(store, id, "me", &err), ERROR_CONFLICT, "dismissed");
	must_fail(casebook_finding_move(store, id, FINDING_PATCHED, "me", NULL, &err),
		  ERROR_CONFLICT, "dismissed");
	events = events_of(store, id);
	must(casebook_finding_move(store, id, FINDING_DISMISSED, "me", "noise", &err));
	ck_assert_uint_eq(events_of(store, id), events);
	must(casebook_finding_move(store, id, FINDING_NEW, "me", NULL, &err));
	store_close(store);
}
END_TEST

START_TEST(test_claims)
{
	struct error err;
	int64_t service;
	struct store *store = world_store(&service);
	int64_t id = world_put(store, service, "f", 1), other = world_put(store, service, "g", 1);
	struct finding back;
	size_t events;

	must(casebook_finding_claim(store, id, "me", &err));
	events = events_of(store, id);
	must(casebook_finding_claim(store, id, "me", &err));
	ck_assert_uint_eq(events_of(store, id), events);
	must_fail(casebook_finding_claim(store, id, "you", &err), ERROR_CONFLICT, "claimed by me");
	must(casebook_finding_move(store, id, FINDING_NEW, "me", NULL, &err)); /* let go */
	must(casebook_finding_claim(store, id, "you", &err));
	must(casebook_finding_move(store, other, FINDING_INVESTIGATING, "me", NULL, &err));
	must(casebook_finding(store, other, &back, &err));
	ck_assert_str_eq(back.owner, "me"); /* who investigates owns it */
	finding_release(&back);
	store_close(store);
}
END_TEST

START_TEST(test_duplicates)
{
	struct error err;
	int64_t service;
	struct store *store = world_store(&service);
	int64_t a = world_put(store, service, "a", 1), b = world_put(store, service, "b", 1);
	int64_t c = world_put(store, service, "c", 1);
	struct finding back;

	must(casebook_finding_duplicate(store, b, a, "me", &err));
	must(casebook_finding(store, b, &back, &err));
	ck_assert_int_eq(back.state, FINDING_DUPLICATE);
	ck_assert_int_eq(back.duplicate_of, a);
	finding_release(&back);
	must_fail(casebook_finding_duplicate(store, a, a, "me", &err), ERROR_CONFLICT, "itself");
	must_fail(casebook_finding_duplicate(store, a, b, "me", &err), ERROR_CONFLICT, "F2");
	must_fail(casebook_finding_duplicate(store, c, 99, "me", &err), ERROR_NOT_FOUND, "F99");
	must(casebook_finding_undo(store, b, "me", &err));
	must(casebook_finding(store, b, &back, &err));
	ck_assert_int_eq(back.duplicate_of, 0);
	finding_release(&back);
	must(casebook_finding_duplicate(store, a, b, "me", &err));
	must(casebook_finding_undo(store, a, "me", &err));
	must(casebook_finding_duplicate(store, a, c, "me", &err));
	store_close(store);
}
END_TEST

START_TEST(test_a_second_reason_is_kept)
{
	struct error err;
	int64_t service;
	struct store *store = world_store(&service);
	int64_t id = world_put(store, service, "f", 1);
	struct event_list list;

	must(casebook_finding_move(store, id, FINDING_DISMISSED, "me", "first", &err));
	must(casebook_finding_move(store, id, FINDING_DISMISSED, "you", "too small", &err));
	must(casebook_events(store, id, &list, &err));
	ck_assert_uint_eq(list.count, 3);
	ck_assert_str_eq(list.items[2].text, "dismissed -> dismissed: too small");
	ck_assert_str_eq(list.items[2].user, "you");
	event_list_release(&list);
	/* It is no move: what is taken back is the dismissal. */
	must(casebook_finding_undo(store, id, "me", &err));
	ck_assert_int_eq(state_of(store, id), FINDING_NEW);
	store_close(store);
}
END_TEST

START_TEST(test_events_say_who_and_when)
{
	struct error err;
	int64_t service;
	struct store *store = world_store(&service);
	int64_t id = world_put(store, service, "f", 1), other = world_put(store, service, "g", 1);
	struct event_list list;

	must(casebook_finding_move(store, id, FINDING_DISMISSED, "me", "noise", &err));
	must(casebook_event_add(store, other, "you", "note", "a\033[2Jb", &err));
	must(casebook_events(store, id, &list, &err));
	ck_assert_uint_eq(list.count, 2);
	ck_assert_str_eq(list.items[0].kind, "detected");
	ck_assert_str_eq(list.items[1].kind, "moved");
	ck_assert_str_eq(list.items[1].text, "new -> dismissed: noise");
	ck_assert_str_eq(list.items[1].user, "me");
	ck_assert_int_eq(list.items[1].time, CHECK_CLOCK);
	event_list_release(&list);
	must(casebook_events(store, 0, &list, &err));
	ck_assert_uint_eq(list.count, 4);
	ck_assert_str_eq(list.items[3].text, "a\033[2Jb"); /* raw; who shows it makes it safe */
	event_list_release(&list);
	must_fail(casebook_event_add(store, 99, "me", "note", "x", &err), ERROR_NOT_FOUND, "F99");
	store_close(store);
}
END_TEST

Suite *
finding_suite(void)
{
	Suite *suite = suite_create("finding");
	TCase *tests = tcase_create("finding");

	tcase_add_test(tests, test_names);
	tcase_add_test(tests, test_a_finding_comes_back_whole);
	tcase_add_test(tests, test_unknown_impact_stays_unknown);
	tcase_add_test(tests, test_the_same_finding_again);
	tcase_add_test(tests, test_ranking_again_tells_only_news);
	tcase_add_test(tests, test_the_inbox_is_ordered_and_filtered);
	tcase_add_test(tests, test_rows_say_what_a_list_needs);
	tcase_add_test(tests, test_the_way_to_verified);
	tcase_add_test(tests, test_moves_that_make_no_sense);
	tcase_add_test(tests, test_claims);
	tcase_add_test(tests, test_duplicates);
	tcase_add_test(tests, test_a_second_reason_is_kept);
	tcase_add_test(tests, test_events_say_who_and_when);
	suite_add_tcase(suite, tests);
	return suite;
}
