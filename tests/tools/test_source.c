/* The source of a function with costs, blame and suspects; and what is said where it is missing. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/base/memory.h"
#include "core/collect/git.h"
#include "core/store/change.h"
#include "core/store/finding.h"
#include "core/store/telemetry.h"
#include "core/base/process.h"
#include "core/tools/disassembly.h"
#include "core/tools/source_view.h"
#include "tests/tools/suites.h"
#include "tests/tools/world.h"

static struct profile_set set;
static struct selection selection;
static struct profile_subject subject;
static struct source_view view;

/* A window in which escape's frames know their lines: 30 at line 8, 10 at line 9, of 100. */
static void
add_lines(void)
{
	struct profile profile;
	struct window window = { .start = CHECK_CLOCK, .end = CHECK_CLOCK + CLOCK_SECOND };
	uint32_t frames[3];
	bool added;

	profile_init(&profile);
	frames[0] = profile_add_frame(&profile, "main", 4, "app", 3, "", 0, 0, FRAME_USER);
	frames[1] = profile_add_frame(&profile, "escape", 6, "app", 3, "/b/src/escape.c", 15, 8,
				      FRAME_USER);
	frames[2] = profile_add_frame(&profile, "strlen", 6, "libc", 4, "", 0, 0, FRAME_USER);
	profile_add_stack(&profile, frames, 3, 30, 30);
	frames[1] = profile_add_frame(&profile, "escape", 6, "app", 3, "/b/src/escape.c", 15, 9,
				      FRAME_USER);
	profile_add_stack(&profile, frames, 2, 10, 10);
	profile_add_stack(&profile, frames, 1, 60, 60);
	window.samples = profile.samples;
	window.weight = profile.weight;
	ck_assert_int_eq(telemetry_profile_add(store_telemetry(world.store), world.service, &window,
					       &profile, 77, &added, NULL),
			 0);
	profile_release(&profile);
}

static void
setup(void)
{
	world_setup();
	add_lines();
	subject = (struct profile_subject){ .service = world.service,
					    .service_name = memory_string("api"),
					    .range = { CHECK_CLOCK, CHECK_CLOCK + 1 } };
	ck_assert_int_eq(
		profile_subject_load(&subject, world.store, &set, &selection, NULL, NULL, NULL), 0);
}

static void
teardown(void)
{
	source_view_release(&view);
	selection_release(&selection);
	profile_set_release(&set);
	profile_subject_release(&subject);
	world_teardown();
}

static int
load(const char *function, int64_t finding, struct error *err)
{
	struct source_question question = { &subject, function, finding, &set, &selection };

	source_view_release(&view);
	return source_view_load(&view, &question, world.store, NULL, err);
}

static char *
head(void)
{
	struct git git = { .repository = world.repository };
	struct str id;

	str_init(&id, STR_MAX_LINE);
	ck_assert_int_eq(git_read(&git, &id, NULL, "rev-parse", "HEAD", NULL), 0);
	return id.data;
}

START_TEST(test_source)
{
	struct error err = { 0 };
	const struct line_cost *cost;
	struct json *json;

	ck_assert_msg(load("escape", 0, &err) == 0, "%s", err.text);
	ck_assert_str_eq(view.note, "");
	ck_assert_str_eq(view.path, "src/escape.c");
	ck_assert_uint_eq(view.first, 5);
	ck_assert_uint_eq(view.count, 8);
	ck_assert_str_eq(view.lines[1].text, "escape(char *text)");
	ck_assert_uint_eq(strlen(view.lines[0].commit), 12);
	ck_assert_int_eq(strncmp(view.commit, view.lines[0].commit, 12), 0);
	ck_assert_int_ne(view.lines[0].time, 0);
	ck_assert_int_eq(view.lines[0].suspect, 0);

	cost = line_heat_at(&view.heat, view.path, 8);
	ck_assert_ptr_nonnull(cost);
	ck_assert_double_eq(cost->total[SIDE_AFTER], 30);
	ck_assert_double_eq(cost->self[SIDE_AFTER], 0);
	ck_assert_double_eq(line_heat_at(&view.heat, view.path, 9)->self[SIDE_AFTER], 10);
	ck_assert_ptr_null(line_heat_at(&view.heat, view.path, 10));
	ck_assert_double_eq(view.heat.total[SIDE_AFTER], 40);
	ck_assert_double_eq(view.heat.self[SIDE_AFTER], 10);
	ck_assert_double_eq(view.heat.samples[SIDE_AFTER], 100);
	ck_assert_str_eq(view.heat.callers[0].name, "main");
	ck_assert_str_eq(view.heat.callees[0].name, "strlen");
	ck_assert_double_eq(view.heat.callees[0].total[SIDE_AFTER], 30);

	json = source_view_to_json(&view);
	ck_assert_double_eq_tol(json_get_number(json, "share", NAN), 0.4, 1e-12);
	json_free(json);
}
END_TEST

START_TEST(test_suspects)
{
	char *id = head();
	struct suspect suspect = { .key = id,
				   .title = (char *)"t",
				   .author = (char *)"a",
				   .why = (char *)"w",
				   .score = 0.9 };
	struct change change = { .service = world.service, .time = WORLD_CHANGED };
	bool added;

	change.kind = memory_string("commit");
	change.key = memory_string(id);
	change.title = memory_string("t");
	ck_assert_int_eq(casebook_change_put(world.store, &change, &added, NULL), 0);
	suspect.change = change.id;
	ck_assert_int_eq(
		casebook_suspects_put(world.store, world.finding, "likely", &suspect, 1, NULL), 0);
	ck_assert_int_eq(load("escape", world.finding, NULL), 0);
	ck_assert_int_eq(view.lines[0].suspect, 1);
	change_release(&change);
	free(id);
}
END_TEST

/* What is missing is said, and the costs are there. */
START_TEST(test_missing)
{
	struct error err = { 0 };

	ck_assert_int_eq(load("strlen", 0, NULL), 0);
	ck_assert_ptr_null(view.path);
	ck_assert_msg(strstr(view.note, "no definition") != NULL, "%s", view.note);
	ck_assert_double_eq(view.heat.self[SIDE_AFTER], 30);
	ck_assert_int_lt(load("nobody", 0, &err), 0);
	ck_assert_int_eq(err.code, ERROR_NOT_FOUND);
	subject.service = 0;
	ck_assert_int_eq(load("escape", 0, NULL), 0);
	ck_assert_msg(strstr(view.note, "no service") != NULL, "%s", view.note);
}
END_TEST

/* The test's own program, and names of modules that are none. */
START_TEST(test_disassembly)
{
	char self[4096];
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *objdump = process_find("objdump");
	bool present = objdump != NULL;
	struct error err = { 0 };
	struct str text;

	free(objdump);
	if (length <= 0 || !present) {
		printf("SKIPPED: no objdump here\n");
		return;
	}
	self[length] = '\0';
	str_init(&text, DISASSEMBLY_MAX);
	ck_assert_msg(disassembly_read(&text, NULL, self, "source_suite", NULL, &err) == 0, "%s",
		      err.text);
	ck_assert_ptr_nonnull(strstr(text.data, "<source_suite>:"));
	str_clear(&text);
	ck_assert_int_lt(disassembly_read(&text, NULL, self, "no_such_function", NULL, &err), 0);
	ck_assert_int_eq(err.code, ERROR_NOT_FOUND);
	ck_assert_int_lt(disassembly_read(&text, NULL, "/dev/zero", "f", NULL, &err), 0);
	ck_assert_int_eq(err.code, ERROR_NOT_FOUND);
	ck_assert_int_lt(disassembly_read(&text, NULL, "libc.so.6", "f", NULL, &err), 0);
	ck_assert(!disassembly_is_recording(self));
	ck_assert(!disassembly_is_recording("/dev/zero"));
	str_release(&text);
}
END_TEST

Suite *
source_suite(void)
{
	Suite *suite = suite_create("source");
	TCase *tests = tcase_create("source");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, test_source);
	tcase_add_test(tests, test_suspects);
	tcase_add_test(tests, test_missing);
	tcase_add_test(tests, test_disassembly);
	suite_add_tcase(suite, tests);
	return suite;
}
