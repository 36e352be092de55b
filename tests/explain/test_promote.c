/* A filtered change point that a person reports anyway. */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/base/vec.h"
#include "core/explain/promote.h"
#include "core/store/finding.h"
#include "core/store/service.h"
#include "tests/explain/suites.h"

#define AT INT64_C(1795132800000000)

static struct store *store;
static int64_t service;

#define must(call)                                                     \
	do {                                                           \
		struct error err = { 0 };                              \
		ck_assert_msg((call) == 0, "%s: %s", #call, err.text); \
	} while (0)

static struct detection_candidate
make(const char *subject, const char *stage, double p)
{
	return (struct detection_candidate){
		.subject_kind = memory_string("function"),
		.subject = memory_string(subject),
		.changed_at = AT,
		.changed_low = AT - CLOCK_HOUR,
		.changed_high = AT + CLOCK_HOUR,
		.before = 0.01,
		.after = 0.03,
		.p = p,
		.q = NAN,
		.stage = memory_string(stage),
		.value = 0.2,
		.limit = 0.5,
		.why = memory_string("the newest windows keep 20 %"),
	};
}

static void
set_up(void)
{
	static int number;
	char *path = memory_format("%s/promote-%d-%d.db", getenv("HOME"), (int)getpid(), number++);
	struct service record = { .name = (char *)"api", .cores = 100, .watts_per_core = 10 };
	struct detection_run_record run = { .time = AT, .change_points = 3 };
	struct detection_candidates candidates = { 0 };

	must(store_open(&store, path, STORE_CREATE, &err));
	free(path);
	must(casebook_service_put(store, &record, &err));
	service = run.service = record.id;
	vec_push(&candidates, make("hot", "went_away", 1e-4));
	vec_push(&candidates, make("hot", "cost_shift", 1e-6));
	vec_push(&candidates, make("cold", "threshold", 1e-5));
	must(casebook_detection_put(store, &run, &candidates, &err));
	detection_candidates_release(&candidates);
}

static void
tear_down(void)
{
	store_close(store);
}

START_TEST(test_find)
{
	struct detection_candidate found = { 0 };
	struct error why = { 0 };

	must(detection_candidate_find(store, service, "hot", NULL, &found, &err));
	ck_assert_str_eq(found.stage, "cost_shift"); /* the surest */
	detection_candidate_release(&found);
	must(detection_candidate_find(store, service, "hot", "went_away", &found, &err));
	ck_assert_str_eq(found.stage, "went_away");
	detection_candidate_release(&found);
	ck_assert_int_lt(detection_candidate_find(store, service, "cold", "mix", &found, &why), 0);
	ck_assert_int_eq(why.code, ERROR_NOT_FOUND);
}
END_TEST

START_TEST(test_promote)
{
	struct detection_candidate candidate = make("hot", "went_away", 1e-4);
	struct finding finding = { 0 };
	struct event_list events = { 0 };
	int64_t id = 0, again = 0;
	bool added = false, said = false;

	must(detection_promote(store, service, &candidate, "ana", &id, &added, NULL, &err));
	ck_assert(added);
	must(casebook_finding(store, id, &finding, &err));
	ck_assert_int_eq(finding.kind, FINDING_REGRESSION);
	ck_assert_int_eq(finding.state, FINDING_CLAIMED);
	ck_assert_str_eq(finding.owner, "ana");
	ck_assert_double_eq_tol(finding.impact.cores, 2, 1e-9);
	ck_assert(strstr(finding.evidence, "\"passed\":false") != NULL);
	must(casebook_events(store, id, &events, &err));
	for (size_t i = 0; i < events.count; i++)
		said |= events.items[i].text != NULL &&
			strstr(events.items[i].text, "the stage went_away had filtered it") != NULL;
	ck_assert(said);
	event_list_release(&events);
	finding_release(&finding);
	must(detection_promote(store, service, &candidate, "lee", &again, &added, NULL, &err));
	ck_assert(!added);
	ck_assert_int_eq(again, id);
	must(casebook_finding(store, id, &finding, &err));
	ck_assert_str_eq(finding.owner, "ana");
	finding_release(&finding);
	detection_candidate_release(&candidate);
}
END_TEST

START_TEST(test_no_service)
{
	struct detection_candidate candidate = make("hot", "went_away", NAN);
	struct error why = { 0 };
	bool added = false;
	int64_t id;

	ck_assert_int_lt(detection_promote(store, 999, &candidate, "ana", &id, &added, NULL, &why),
			 0);
	ck_assert_int_eq(why.code, ERROR_NOT_FOUND);
	detection_candidate_release(&candidate);
}
END_TEST

Suite *
promote_suite(void)
{
	Suite *suite = suite_create("promote");
	TCase *tests = tcase_create("promote");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, test_find);
	tcase_add_test(tests, test_promote);
	tcase_add_test(tests, test_no_service);
	suite_add_tcase(suite, tests);
	return suite;
}
