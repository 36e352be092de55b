/* core/store/investigation.c, patch.c: what an engineer does about a finding. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/store/investigation.h"
#include "core/store/patch.h"
#include "tests/store/suites.h"
#include "tests/store/world.h"

static size_t
events_of_kind(struct store *store, int64_t finding, const char *kind)
{
	struct event_list list;
	struct error err;
	size_t count = 0;

	must(casebook_events(store, finding, &list, &err));
	for (size_t i = 0; i < list.count; i++)
		count += strcmp(list.items[i].kind, kind) == 0;
	event_list_release(&list);
	return count;
}

static void
read_back_steps(struct store *store, int64_t id, size_t steps)
{
	struct investigation back;
	struct error err;

	must(casebook_investigation(store, id, &back, &err));
	ck_assert_uint_eq(back.step_count, steps);
	ck_assert_str_eq(back.skill, "regression-from-change");
	ck_assert_int_eq(back.steps[0].state, STEP_DONE);
	ck_assert_int_eq(back.steps[0].says, SAYS_FOR);
	ck_assert_str_eq(back.steps[0].answer, "{\"rows\":[]}");
	ck_assert_str_eq(back.steps[0].note, "looks like it");
	ck_assert_ptr_null(back.steps[0].arguments);
	investigation_release(&back);
}

START_TEST(test_an_investigation_is_kept_step_by_step)
{
	struct error err;
	int64_t service, id;
	struct store *store = world_store(&service);
	int64_t finding = world_put(store, service, "f", 1);
	struct investigation_step steps[3] = { { .state = STEP_DONE,
						 .says = SAYS_FOR,
						 .answer = "{\"rows\":[]}",
						 .note = "looks like it" } };
	struct investigation run = { .finding = finding,
				     .skill = "regression-from-change",
				     .steps = steps,
				     .step_count = 3 };

	must(casebook_investigation_of(store, finding, &id, &err));
	ck_assert_int_eq(id, 0);
	must(casebook_investigation_put(store, &run, &err));
	ck_assert_int_ne(run.started_at, 0);
	read_back_steps(store, run.id, 3);
	run.step_count = 2;
	run.ended_at = run.started_at + 1;
	run.verdict = "the logging change";
	must(casebook_investigation_put(store, &run, &err));
	must(casebook_investigation_put(store, &run, &err));
	read_back_steps(store, run.id, 2);
	ck_assert_uint_eq(events_of_kind(store, finding, "investigation"), 2); /* start and end */
	id = run.id;
	run.id = 0;
	must(casebook_investigation_put(store, &run, &err));
	must(casebook_investigation_of(store, finding, &id, &err));
	ck_assert_int_eq(id, run.id);
	store_close(store);
}
END_TEST

START_TEST(test_investigations_that_cannot_be)
{
	struct error err;
	int64_t service;
	struct store *store = world_store(&service);
	struct investigation run = { .finding = 99, .skill = "s" };

	must_fail(casebook_investigation_put(store, &run, &err), ERROR_CONFLICT, "headroom.db");
	ck_assert_int_eq(run.id, 0);
	run.id = 5;
	must_fail(casebook_investigation_put(store, &run, &err), ERROR_NOT_FOUND, "I5");
	must_fail(casebook_investigation(store, 5, &run, &err), ERROR_NOT_FOUND, "I5");
	store_close(store);
}
END_TEST

START_TEST(test_a_patch_comes_back_whole)
{
	struct error err;
	int64_t service;
	struct store *store = world_store(&service);
	struct patch patch = { .finding = world_put(store, service, "f", 1) }, back;

	patch.by = memory_string("model");
	patch.provider = memory_string("local");
	patch.model = memory_string("m1");
	patch.tokens_in = 5000000000;
	patch.base = memory_string("abc");
	patch.diff = memory_string("diff --git a/x b/x\n");
	patch.title = memory_string("hoist strlen");
	patch.commit = memory_string("def");
	strings_add(&patch.files, "x");
	strings_add(&patch.scope, "x");
	strings_add(&patch.scope, "y");
	patch_set_check(&patch, "applies", "running", NULL);
	patch_set_check(&patch, "gain", "pass", "10 runs");
	patch_set_check(&patch, "applies", "pass", "clean");
	ck_assert_uint_eq(patch.check_count, 2);
	patch.checks[1].before = 1.5;
	patch.checks[1].runs = 10;
	must(casebook_patch_put(store, &patch, &err));
	must(casebook_patch(store, patch.id, &back, &err));
	ck_assert_str_eq(back.model, "m1");
	ck_assert_int_eq(back.tokens_in, 5000000000);
	ck_assert_str_eq(back.diff, "diff --git a/x b/x\n");
	ck_assert_str_eq(back.commit, "def");
	ck_assert_uint_eq(back.files.count, 1);
	ck_assert_uint_eq(back.scope.count, 2);
	ck_assert_int_ne(back.created_at, 0);
	ck_assert_uint_eq(back.check_count, 2);
	ck_assert_str_eq(patch_check(&back, "applies")->detail, "clean");
	ck_assert(isnan(patch_check(&back, "applies")->before));
	ck_assert_double_eq(patch_check(&back, "gain")->before, 1.5);
	ck_assert_uint_eq(patch_check(&back, "gain")->runs, 10);
	ck_assert_ptr_null(patch_check(&back, "tests"));
	patch_release(&back);
	patch_release(&patch);
	must_fail(casebook_patch(store, 77, &back, &err), ERROR_NOT_FOUND, "no patch P77");
	store_close(store);
}
END_TEST

START_TEST(test_states_of_a_patch_are_events)
{
	struct error err;
	int64_t service;
	struct store *store = world_store(&service);
	int64_t finding = world_put(store, service, "f", 1);
	struct patch patch = { .finding = finding, .by = "rule" };
	struct event_list list;

	must(casebook_patch_put(store, &patch, &err));
	must(casebook_patch_put(store, &patch, &err)); /* no news */
	patch.state = PATCH_REJECTED;
	patch.reason = "too clever";
	must(casebook_patch_put(store, &patch, &err));
	ck_assert_uint_eq(events_of_kind(store, finding, "patch"), 2);
	must(casebook_events(store, finding, &list, &err));
	ck_assert_str_eq(list.items[2].text, "P1 draft -> rejected: too clever");
	event_list_release(&list);
	store_close(store);
}
END_TEST

START_TEST(test_patches_newest_first)
{
	struct error err;
	int64_t service;
	struct store *store = world_store(&service);
	int64_t a = world_put(store, service, "a", 1), b = world_put(store, service, "b", 1);
	struct patch_list list;

	for (int i = 0; i < 3; i++) {
		struct patch patch = { .finding = i < 2 ? a : b, .by = "rule" };

		must(casebook_patch_put(store, &patch, &err));
	}
	must(casebook_patches(store, 0, &list, &err));
	ck_assert_uint_eq(list.count, 3);
	ck_assert_int_eq(list.items[0].id, 3);
	patch_list_release(&list);
	must(casebook_patches(store, a, &list, &err));
	ck_assert_uint_eq(list.count, 2);
	ck_assert_int_eq(list.items[0].id, 2);
	patch_list_release(&list);
	store_close(store);
}
END_TEST

Suite *
work_suite(void)
{
	Suite *suite = suite_create("investigation and patch");
	TCase *tests = tcase_create("investigation and patch");

	tcase_add_test(tests, test_an_investigation_is_kept_step_by_step);
	tcase_add_test(tests, test_investigations_that_cannot_be);
	tcase_add_test(tests, test_a_patch_comes_back_whole);
	tcase_add_test(tests, test_states_of_a_patch_are_events);
	tcase_add_test(tests, test_patches_newest_first);
	suite_add_tcase(suite, tests);
	return suite;
}
