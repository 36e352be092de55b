/* Which profiles are looked at: files, a service's times, a finding. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/path.h"
#include "core/store/telemetry.h"
#include "core/tools/profile_subject.h"
#include "tests/tools/suites.h"
#include "tests/tools/world.h"

static struct profile_set set;
static struct selection selection;
static struct profile_subject_report report;

static void
drop(void)
{
	selection_release(&selection);
	profile_set_release(&set);
}

static void
load(const struct profile_subject *subject)
{
	struct error err = { 0 };

	ck_assert_msg(profile_subject_load(subject, world.store, &set, &selection, &report, NULL,
					   &err) == 0,
		      "%s", err.text);
}

static void
refused(const struct profile_subject *subject, enum error_code code, const char *part)
{
	struct error err = { 0 };

	ck_assert_int_lt(
		profile_subject_load(subject, world.store, &set, &selection, NULL, NULL, &err), 0);
	ck_assert_int_eq(err.code, code);
	ck_assert_msg(strstr(err.text, part) != NULL, "%s", err.text);
}

static char *
write_file(const char *name, const char *text)
{
	char *path = path_join(world.folder, name);

	ck_assert_int_eq(path_write_file(path, text, strlen(text), 0600, NULL), 0);
	return path;
}

START_TEST(test_files)
{
	char *before = write_file("a.folded", "main;hot 10\nmain;cold 90\n");
	char *after = write_file("b.folded", "main;hot 30\nmain;new 5\nnonsense\nmain;cold 90\n");
	struct profile_subject subject = { 0 };
	struct str name;

	str_init(&name, STR_MAX_LINE);
	strings_add(&subject.files, after);
	profile_subject_name(&subject, &name);
	ck_assert_str_eq(name.data, "b.folded");
	load(&subject);
	ck_assert_uint_eq(selection.windows[SIDE_BEFORE], 0);
	ck_assert_double_eq(selection.samples[SIDE_AFTER], 125);
	ck_assert_uint_eq(report.lines_skipped, 1);
	ck_assert_msg(strstr(report.first_skipped, "b.folded:3") != NULL, "%s",
		      report.first_skipped);
	drop();

	strings_add(&subject.before_files, before);
	str_clear(&name);
	profile_subject_name(&subject, &name);
	ck_assert_str_eq(name.data, "a.folded | b.folded");
	load(&subject);
	ck_assert_uint_eq(set.window_count, 2);
	ck_assert_double_eq(selection.samples[SIDE_BEFORE], 100);
	ck_assert_double_eq(selection.samples[SIDE_AFTER], 125);
	drop();

	strings_add(&subject.before_files, "/nowhere/c.folded");
	refused(&subject, ERROR_NOT_FOUND, "c.folded");
	profile_subject_release(&subject);
	str_release(&name);
	free(before);
	free(after);
}
END_TEST

/* A file of two columns is both sides. */
START_TEST(test_two_sides)
{
	char *path = write_file("d.folded", "main;hot 10 30\nmain;cold 90 91\n");
	struct profile_subject subject = { 0 };

	strings_add(&subject.files, path);
	load(&subject);
	ck_assert_double_eq(selection.samples[SIDE_BEFORE], 100);
	ck_assert_double_eq(selection.samples[SIDE_AFTER], 121);
	drop();
	profile_subject_release(&subject);
	free(path);
}
END_TEST

START_TEST(test_service)
{
	struct profile_subject subject = { .service = world.service };
	int64_t first;

	load(&subject);
	ck_assert_uint_eq(selection.windows[SIDE_BEFORE], 0);
	ck_assert_uint_eq(selection.windows[SIDE_AFTER], 12);
	first = set.windows[0].start;
	drop();

	subject.changed_at = WORLD_CHANGED;
	load(&subject);
	ck_assert_uint_eq(selection.windows[SIDE_BEFORE], 6);
	ck_assert_uint_eq(selection.windows[SIDE_AFTER], 6);
	drop();

	subject.changed_at = 0;
	subject.before = (struct time_range){ first, first + 1 };
	subject.after = (struct time_range){ WORLD_CHANGED, INT64_MAX };
	load(&subject);
	ck_assert_uint_eq(selection.windows[SIDE_BEFORE], 1);
	ck_assert_uint_eq(selection.windows[SIDE_AFTER], 6);
	drop();

	subject.before = (struct time_range){ 1, 2 };
	refused(&subject, ERROR_NOT_FOUND, "the time before");
	subject.before = (struct time_range){ 0 };
	subject.event = (char *)"no-such-event";
	refused(&subject, ERROR_NOT_FOUND, "no-such-event");
	subject.event = NULL;
	subject.range = (struct time_range){ 1, 2 };
	refused(&subject, ERROR_NOT_FOUND, "in this time");
}
END_TEST

/* A map of windows wants each of them; a tree does with replicates. */
START_TEST(test_each_window)
{
	struct profile_subject subject = { .service = world.service };
	struct profile profile;
	uint32_t frame;
	bool added;

	profile_init(&profile);
	frame = profile_add_frame(&profile, "f", 1, "", 0, "", 0, 0, FRAME_USER);
	profile_add_stack(&profile, &frame, 1, 5, 5);
	for (int i = 0; i < 3 * TELEMETRY_REPLICATES; i++) {
		struct window window = { .start = CHECK_CLOCK + i * CLOCK_MINUTE,
					 .end = CHECK_CLOCK + (i + 1) * CLOCK_MINUTE,
					 .samples = 5,
					 .weight = 5 };

		ck_assert_int_eq(telemetry_profile_add(store_telemetry(world.store), world.service,
						       &window, &profile, 1000 + (uint64_t)i,
						       &added, NULL),
				 0);
	}
	load(&subject);
	ck_assert_uint_le(set.window_count, TELEMETRY_REPLICATES);
	drop();
	subject.each_window = true;
	load(&subject);
	ck_assert_uint_eq(set.window_count, 12 + 3 * TELEMETRY_REPLICATES);
	drop();
	profile_release(&profile);
}
END_TEST

/* Samples of two events are no sum. */
START_TEST(test_events)
{
	struct profile profile;
	struct window window = {
		.start = CHECK_CLOCK,
		.end = CHECK_CLOCK + CLOCK_SECOND,
		.samples = 7,
		.weight = 7,
		.event = (char *)"page-faults",
		.unit = (char *)"page-faults",
	};
	struct profile_subject subject = { .service = world.service };
	uint32_t frame;
	bool added;

	profile_init(&profile);
	frame = profile_add_frame(&profile, "fault", 5, "", 0, "", 0, 0, FRAME_USER);
	profile_add_stack(&profile, &frame, 1, 7, 7);
	ck_assert_int_eq(telemetry_profile_add(store_telemetry(world.store), world.service, &window,
					       &profile, 99, &added, NULL),
			 0);
	load(&subject); /* those of no known event go with the usual one */
	ck_assert_uint_gt(selection.stored[SIDE_AFTER], 1);
	drop();
	subject.event = (char *)"page-faults";
	load(&subject);
	ck_assert_uint_eq(selection.windows[SIDE_AFTER], 1);
	ck_assert_double_eq(selection.samples[SIDE_AFTER], 7);
	ck_assert_str_eq(report.event, "page-faults");
	drop();
	profile_release(&profile);
}
END_TEST

Suite *
subject_suite(void)
{
	Suite *suite = suite_create("subject");
	TCase *tests = tcase_create("subject");

	tcase_add_checked_fixture(tests, world_setup, world_teardown);
	tcase_add_test(tests, test_files);
	tcase_add_test(tests, test_two_sides);
	tcase_add_test(tests, test_service);
	tcase_add_test(tests, test_events);
	tcase_add_test(tests, test_each_window);
	suite_add_tcase(suite, tests);
	return suite;
}
