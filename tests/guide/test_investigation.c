/* The engine over a real database with the real tools; nothing stands in for anything. */
#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/base/path.h"
#include "core/guide/investigation.h"
#include "core/store/change.h"
#include "tests/check_main.h"
#include "tests/guide/suites.h"
#include "tests/guide/world.h"

static const char code[] = "int\nescape(const char *text)\n{\n\treturn text[0];\n}\n";

/* A step from 2 to 10 % at hour 6, and the commit that touched escape just before. */
static int64_t
make_case(struct world *world)
{
	struct finding finding = {
		.kind = FINDING_REGRESSION,
		.detected_at = CHECK_CLOCK,
		.p = 1e-9,
		.q = 1e-8,
		.before = 0.02,
		.after = 0.1,
		.delta_low = 0.07,
		.delta_high = 0.09,
		.changed_at = CHECK_CLOCK - CLOCK_DAY + 6 * CLOCK_HOUR,
	};
	struct change change = { .kind = memory_string("commit"),
				 .key = memory_string("a1b2c3d4e5f60718293a4b5c6d7e8f9012345678"),
				 .title = memory_string("escape: handle more"),
				 .author_name = memory_string("Renderer Owner"),
				 .author_email = memory_string("render@example.org"),
				 .diff = memory_string("+\tcall();\n") };
	bool added;
	world_open(world);
	world_commit(world, "escape.c", code, "start");
	for (int hour = 0; hour < 12; hour++) {
		char *text =
			memory_format("main;serve;escape %d\nmain;serve;other %d",
				      (hour < 6 ? 40 : 200) + hour % 3, hour < 6 ? 1960 : 1800);
		world_profile(world, hour, text);
		free(text);
	}
	change.service = world->service.id;
	change.time = finding.changed_at - 10 * CLOCK_MINUTE;
	change_add_function(&change, "escape", "escape.c", 3, 1);
	ck_assert_int_eq(casebook_change_put(world->store, &change, &added, NULL), 0);
	change_release(&change);
	finding.service = world->service.id;
	finding.changed_low = finding.changed_at - CLOCK_HOUR;
	finding.changed_high = finding.changed_at;
	finding.subject_kind = memory_string("function");
	finding.subject = memory_string("escape");
	finding.fingerprint = memory_string("regression:escape");
	finding.evidence = memory_string("{}");
	ck_assert_int_eq(casebook_finding_put(world->store, &finding, &added, NULL), 0);
	int64_t id = finding.id;
	finding_release(&finding);
	return id;
}

static struct guide *
open_guide(struct world *world, const struct skill_catalog *catalog, int64_t id, bool restart)
{
	struct guide *guide;
	struct error err = { 0 };
	ck_assert_msg(guide_open(&guide, world->store, catalog, id, NULL, "ana", restart, &err) ==
			      0,
		      "%s", err.text);
	return guide;
}

START_TEST(the_whole_road)
{
	struct world world;
	struct skill_catalog catalog;
	struct error err = { 0 };
	struct guide_verdict verdict;
	int64_t id = make_case(&world);
	ck_assert_int_eq(skill_catalog_load(&catalog, world.store, NULL, &err), 0);
	struct guide *guide = open_guide(&world, &catalog, id, false);
	ck_assert_str_eq(guide->skill->name, "regression-from-change");
	ck_assert_uint_eq(guide_next(guide), 0);
	ck_assert_msg(guide_run_rest(guide, NULL, &err) == 0, "%s", err.text);
	for (size_t i = 0; i < 6; i++) {
		const struct investigation_step *step = &guide->record.steps[i];
		ck_assert_int_eq(step->state, STEP_DONE);
		ck_assert_msg(strstr(step->conclusion, "could not") == NULL, "%zu: %s", i + 1,
			      step->conclusion);
	}
	ck_assert_msg(guide->record.steps[0].says == SAYS_FOR, "%s",
		      guide->record.steps[0].conclusion);
	ck_assert_msg(guide->record.steps[2].says == SAYS_FOR, "%s",
		      guide->record.steps[2].conclusion);
	ck_assert_ptr_nonnull(strstr(guide->record.steps[2].conclusion, "a1b2c3d4e5f6"));
	ck_assert_ptr_nonnull(strstr(guide->record.steps[4].conclusion, "escape.c"));
	ck_assert_ptr_nonnull(guide->record.verdict);
	ck_assert_ptr_nonnull(strstr(guide->record.verdict, "a1b2c3d4e5f6"));
	ck_assert_double_gt(guide->record.confidence, 0.75);
	ck_assert_double_le(guide->record.confidence, 0.98);
	guide_weigh(guide, &verdict);
	ck_assert(strings_contains(&verdict.mitigations, "revert"));
	ck_assert_uint_eq(verdict.steps_left, 0);
	guide_verdict_release(&verdict);
	ck_assert_int_eq(guide->finding.state, FINDING_INVESTIGATING);
	guide_close(guide);
	skill_catalog_release(&catalog);
	world_close(&world);
}
END_TEST

START_TEST(every_change_is_kept)
{
	struct world world;
	struct skill_catalog catalog;
	int64_t id = make_case(&world);
	ck_assert_int_eq(skill_catalog_load(&catalog, world.store, NULL, NULL), 0);
	struct guide *guide = open_guide(&world, &catalog, id, false);
	int64_t record = guide->record.id;
	ck_assert_int_eq(guide_run(guide, 0, NULL, NULL), 0);
	ck_assert_int_eq(guide_note(guide, 0, "holds on both regions", NULL), 0);
	ck_assert_int_eq(guide_skip(guide, 1, NULL), 0);
	ck_assert_int_eq(guide_mark(guide, 0, SAYS_AGAINST, NULL), 0);
	ck_assert_int_eq(guide_edit(guide, 2, "{\"finding\":\"F1\"}", NULL), 0);
	ck_assert_int_lt(guide_edit(guide, 2, "[1]", NULL), 0);
	ck_assert_int_lt(guide_edit(guide, 2, "{", NULL), 0);
	ck_assert_int_lt(guide_skip(guide, 6, NULL), 0);
	guide_close(guide);
	guide = open_guide(&world, &catalog, id, false);
	ck_assert_int_eq(guide->record.id, record);
	ck_assert_uint_eq(guide_next(guide), 2);
	ck_assert_str_eq(guide->record.steps[0].note, "holds on both regions");
	ck_assert_int_eq(guide->record.steps[0].says, SAYS_AGAINST);
	ck_assert_ptr_nonnull(guide->record.steps[0].answer);
	ck_assert_int_eq(guide->record.steps[1].state, STEP_SKIPPED);
	ck_assert_str_eq(guide->record.steps[2].arguments, "{\"finding\":\"F1\"}");
	ck_assert(!guide->playbook_changed);
	guide_close(guide);
	guide = open_guide(&world, &catalog, id, true);
	ck_assert_int_ne(guide->record.id, record);
	ck_assert_uint_eq(guide_next(guide), 0);
	guide_close(guide);
	skill_catalog_release(&catalog);
	world_close(&world);
}
END_TEST

START_TEST(two_engineers_do_not_undo_each_other)
{
	struct world world;
	struct skill_catalog catalog;
	int64_t id = make_case(&world);
	ck_assert_int_eq(skill_catalog_load(&catalog, world.store, NULL, NULL), 0);
	struct guide *one = open_guide(&world, &catalog, id, false);
	struct guide *two = open_guide(&world, &catalog, id, false);
	ck_assert_int_eq(guide_note(one, 0, "from one", NULL), 0);
	ck_assert_int_eq(guide_note(two, 1, "from two", NULL), 0);
	ck_assert_int_eq(guide_reload(one, NULL), 0);
	ck_assert_str_eq(one->record.steps[0].note, "from one");
	ck_assert_str_eq(one->record.steps[1].note, "from two");
	guide_close(one);
	guide_close(two);
	skill_catalog_release(&catalog);
	world_close(&world);
}
END_TEST

static const char small_playbook[] =
	"playbook: 1\napplies: regression\nsteps:\n"
	"  - title: Broken\n    why: w\n    how: h\n    tool: no_such_tool\n"
	"  - title: Acts\n    why: w\n    how: h\n    tool: patch_propose\n"
	"  - title: Words\n    why: w\n    how: h\n    propose: about ${finding.subject}\n"
	"verdict:\n  - when: marks.unclear == 2\n    cause: two unclear\n";

START_TEST(a_tool_that_fails_is_an_answer)
{
	struct world world;
	struct skill_catalog catalog = { 0 };
	int64_t id = make_case(&world);
	world_write(&world, "skills/small/SKILL.md", "---\nname: small\ndescription: ok\n---\n");
	world_write(&world, "skills/small/playbook.yaml", small_playbook);
	char *folder = path_join(world.folder, "skills");
	ck_assert_int_eq(skill_catalog_add_folder(&catalog, folder, SKILL_USER, NULL, NULL), 0);
	struct guide *guide = open_guide(&world, &catalog, id, false);
	ck_assert_int_eq(guide_run_rest(guide, NULL, NULL), 0);
	ck_assert_int_eq(guide->record.steps[0].says, SAYS_UNCLEAR);
	ck_assert_ptr_nonnull(strstr(guide->record.steps[0].conclusion, "could not be answered"));
	ck_assert_ptr_nonnull(strstr(guide->record.steps[1].conclusion, "only asks"));
	ck_assert_str_eq(guide->record.steps[2].conclusion, "about escape");
	ck_assert_str_eq(guide->record.verdict, "two unclear");
	ck_assert_double_eq_tol(guide->record.confidence, 0.5, 1e-9);
	guide_close(guide);
	free(folder);
	skill_catalog_release(&catalog);
	world_close(&world);
}
END_TEST

START_TEST(cancel_changes_nothing)
{
	struct world world;
	struct skill_catalog catalog;
	struct cancel cancel = { false };
	struct progress progress = { .cancel = &cancel };
	struct error err = { 0 };
	int64_t id = make_case(&world);
	ck_assert_int_eq(skill_catalog_load(&catalog, world.store, NULL, NULL), 0);
	struct guide *guide = open_guide(&world, &catalog, id, false);
	cancel_request(&cancel);
	ck_assert_int_lt(guide_run(guide, 2, &progress, &err), 0);
	ck_assert_int_eq(err.code, ERROR_CANCELLED);
	ck_assert_int_eq(guide->record.steps[2].state, STEP_OPEN);
	ck_assert_ptr_null(guide->record.steps[2].answer);
	guide_close(guide);
	skill_catalog_release(&catalog);
	world_close(&world);
}
END_TEST

START_TEST(report_tells_all_of_it)
{
	struct world world;
	struct skill_catalog catalog;
	struct str report;
	int64_t id = make_case(&world);
	ck_assert_int_eq(skill_catalog_load(&catalog, world.store, NULL, NULL), 0);
	struct guide *guide = open_guide(&world, &catalog, id, false);
	ck_assert_int_eq(guide_run_rest(guide, NULL, NULL), 0);
	ck_assert_int_eq(guide_note(guide, 1, "evil \x1b[31m", NULL), 0);
	str_init(&report, STR_MAX_TEXT);
	guide_report(guide, &report);
	ck_assert_ptr_nonnull(strstr(report.data, "# F1: escape in api"));
	ck_assert_ptr_nonnull(strstr(report.data, "## 6. Make the fix"));
	ck_assert_ptr_nonnull(strstr(report.data, "Evidence: series_query"));
	ck_assert_ptr_null(strchr(report.data, '\x1b'));
	struct json *json = guide_to_json(guide);
	ck_assert_str_eq(json_get_text(json, "id", ""), "I1");
	ck_assert_uint_eq(json_count(json_get(json, "steps")), 6);
	ck_assert_str_eq(json_text(json_path(json, "steps[0].says"), ""), "for");
	json_free(json);
	str_release(&report);
	guide_close(guide);
	skill_catalog_release(&catalog);
	world_close(&world);
}
END_TEST

Suite *
investigation_suite(void)
{
	Suite *suite = suite_create("investigation");
	TCase *tcase = tcase_create("investigation");
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, the_whole_road);
	tcase_add_test(tcase, every_change_is_kept);
	tcase_add_test(tcase, two_engineers_do_not_undo_each_other);
	tcase_add_test(tcase, a_tool_that_fails_is_an_answer);
	tcase_add_test(tcase, cancel_changes_nothing);
	tcase_add_test(tcase, report_tells_all_of_it);
	suite_add_tcase(suite, tcase);
	return suite;
}
