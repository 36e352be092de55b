/* scan on a small repository with profiles that show what the loop costs. */
#include <math.h>

#include "core/base/memory.h"
#include "core/guide/rule.h"
#include "core/guide/scan.h"
#include "core/guide/scan_code.h"
#include "core/guide/scan_saving.h"
#include "core/store/telemetry.h"
#include "tests/check_main.h"
#include "tests/guide/suites.h"
#include "tests/guide/world.h"

static const char slow[] =
	"#include <string.h>\n\nstatic int seen(char c)\n{\n\treturn c == ' ';\n}\n\n"
	"int count_blanks(const char *text)\n{\n\tint count = 0;\n"
	"\tfor (size_t i = 0; i < strlen(text); i++)\n\t\tcount += seen(text[i]);\n"
	"\treturn count;\n}\n\n"
	"int cold(const char *text)\n{\n\tint count = 0;\n"
	"\tfor (size_t i = 0; i < strlen(text); i++)\n\t\tcount += seen(text[i]);\n"
	"\treturn count;\n}\n\n"
	"void wipe(char *text)\n{\n\tfor (size_t i = 0; i < strlen(text); i++)\n"
	"\t\ttext[i] = 'x';\n}\n";

static const char fast[] = "#include <string.h>\n\nint count_blanks(const char *text)\n{\n"
			   "\tint count = 0;\n\tsize_t length = strlen(text);\n"
			   "\tfor (size_t i = 0; i < length; i++)\n\t\tcount += text[i] == ' ';\n"
			   "\treturn count;\n}\n";

/* 1,000 samples: 8 % strlen under count_blanks, 5 % under wipe, 4 % one frame too high. */
static const char stacks[] =
	"main;serve;count_blanks;__strlen_avx2 80\nmain;serve;count_blanks 20\n"
	"main;serve;wipe;__strlen_avx2 50\nmain;serve;__strlen_avx2 40\n"
	"main;serve;other 810";

static void
scan(struct world *world, struct scan_report *report)
{
	struct scan_options options = { .service = "api" };
	struct error err = { 0 };
	ck_assert_msg(scan_run(world->store, &options, report, NULL, &err) == 0, "%s", err.text);
}

static void
make_world(struct world *world)
{
	world_open(world);
	world_commit(world, "src/text.c", slow, "start");
	for (int hour = 0; hour < 4; hour++)
		world_profile(world, hour, stacks);
}

static bool
spatch_is_here(void)
{
	if (rule_available())
		return true;
	fprintf(stderr, "SKIP: spatch is not installed: scan was not tried\n");
	return false;
}

START_TEST(the_opportunity_is_found_once)
{
	struct world world;
	struct scan_report report;
	struct finding finding = { 0 };
	if (!spatch_is_here())
		return;
	make_world(&world);
	scan(&world, &report);
	ck_assert_uint_eq(report.warnings.count, 0);
	ck_assert_uint_eq(report.finding_count, 1);
	ck_assert(report.findings[0].added);
	ck_assert_uint_eq(report.matches, 1); /* wipe writes, cold is cold */
	ck_assert_int_eq(casebook_finding(world.store, report.findings[0].id, &finding, NULL), 0);
	ck_assert_int_eq(finding.kind, FINDING_OPPORTUNITY);
	ck_assert_str_eq(finding.subject, "count_blanks");
	ck_assert_str_eq(finding.file, "src/text.c");
	ck_assert_uint_eq(finding.line, 11);
	ck_assert_str_eq(finding.skill, "hoist-strlen");
	ck_assert_double_eq_tol(finding.before, 0.1, 1e-9);
	ck_assert_double_eq_tol(finding.after, 0.1 - 0.08 * 0.94, 1e-9);
	ck_assert_double_eq_tol(finding.impact.cores, 1000 * 0.08 * 0.94, 1e-6);
	ck_assert_double_gt(finding.impact.low, 1000 * 0.07 * 0.75);
	ck_assert_double_gt(finding.impact.high, 1000 * 0.12);
	ck_assert_double_lt(finding.impact.high, 1000 * 0.14);
	ck_assert_ptr_nonnull(strstr(finding.evidence, "main;serve;count_blanks;__strlen_avx2"));
	finding_release(&finding);
	scan_report_release(&report);
	scan(&world, &report);
	ck_assert_uint_eq(report.finding_count, 1);
	ck_assert(!report.findings[0].added);
	scan_report_release(&report);
	world_close(&world);
}
END_TEST

START_TEST(an_open_regression_covers_it)
{
	struct world world;
	struct scan_report report;
	struct finding finding = { .kind = FINDING_REGRESSION, .before = 0.02, .after = 0.1 };
	bool added;
	if (!spatch_is_here())
		return;
	make_world(&world);
	finding.service = world.service.id;
	finding.subject_kind = memory_string("function");
	finding.subject = memory_string("count_blanks");
	finding.fingerprint = memory_string("regression:count_blanks");
	ck_assert_int_eq(casebook_finding_put(world.store, &finding, &added, NULL), 0);
	finding_release(&finding);
	scan(&world, &report);
	ck_assert_uint_eq(report.finding_count, 0);
	ck_assert_uint_eq(report.covered, 1);
	scan_report_release(&report);
	world_close(&world);
}
END_TEST

START_TEST(mended_code_makes_it_gone)
{
	struct world world;
	struct scan_report report;
	struct finding finding = { 0 };
	if (!spatch_is_here())
		return;
	make_world(&world);
	scan(&world, &report);
	int64_t id = report.findings[0].id;
	scan_report_release(&report);
	world_commit(&world, "src/text.c", fast, "take the length once");
	scan(&world, &report);
	ck_assert_uint_eq(report.finding_count, 0);
	ck_assert_uint_eq(report.gone, 1);
	scan_report_release(&report);
	ck_assert_int_eq(casebook_finding(world.store, id, &finding, NULL), 0);
	ck_assert_int_eq(finding.state, FINDING_GONE);
	finding_release(&finding);
	world_commit(&world, "src/text.c", slow, "and back");
	scan(&world, &report);
	ck_assert_int_eq(casebook_finding(world.store, id, &finding, NULL), 0);
	ck_assert_int_eq(finding.state, FINDING_NEW);
	finding_release(&finding);
	scan_report_release(&report);
	world_close(&world);
}
END_TEST

START_TEST(the_work_tree_is_not_read)
{
	struct world world;
	struct scan_report report;
	if (!spatch_is_here())
		return;
	make_world(&world);
	world_commit(&world, "src/text.c", fast, "take the length once");
	world_write(&world, "repository/src/text.c", slow); /* not committed */
	scan(&world, &report);
	ck_assert_uint_eq(report.finding_count, 0);
	scan_report_release(&report);
	world_close(&world);
}
END_TEST

START_TEST(what_is_missing_is_said)
{
	struct world world;
	struct scan_report report;
	struct scan_options options = { .service = "nobody" };
	struct error err = { 0 };
	if (!spatch_is_here())
		return;
	world_open(&world);
	ck_assert_int_lt(scan_run(world.store, &options, &report, NULL, &err), 0);
	ck_assert_int_eq(err.code, ERROR_NOT_FOUND);
	scan_report_release(&report);
	scan(&world, &report);
	ck_assert_uint_eq(report.warnings.count, 1);
	ck_assert_ptr_nonnull(strstr(report.warnings.items[0], "no profiles"));
	scan_report_release(&report);
	world_close(&world);
}
END_TEST

START_TEST(without_spatch_nothing_is_reported)
{
	struct world world;
	struct scan_report report;
	make_world(&world);
	setenv("PATH", "/nowhere", 1);
	scan(&world, &report);
	ck_assert_uint_eq(report.finding_count, 0);
	ck_assert_uint_eq(report.warnings.count, 1);
	ck_assert_ptr_nonnull(strstr(report.warnings.items[0], "spatch"));
	scan_report_release(&report);
	world_close(&world);
}
END_TEST

START_TEST(functions_are_found_in_text)
{
	uint32_t first, last;
	ck_assert(scan_code_function(slow, "count_blanks", &first, &last));
	ck_assert_uint_eq(first, 8);
	ck_assert_uint_eq(last, 14);
	ck_assert(!scan_code_function(slow, "blanks", &first, &last));
	ck_assert(!scan_code_function(slow, "strlen", &first, &last));
	char *name = scan_code_name("count_blanks.constprop.0");
	ck_assert_str_eq(name, "count_blanks");
	free(name);
}
END_TEST

Suite *
scan_suite(void)
{
	Suite *suite = suite_create("scan");
	TCase *tcase = tcase_create("scan");
	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, the_opportunity_is_found_once);
	tcase_add_test(tcase, an_open_regression_covers_it);
	tcase_add_test(tcase, mended_code_makes_it_gone);
	tcase_add_test(tcase, the_work_tree_is_not_read);
	tcase_add_test(tcase, what_is_missing_is_said);
	tcase_add_test(tcase, without_spatch_nothing_is_reported);
	tcase_add_test(tcase, functions_are_found_in_text);
	suite_add_tcase(suite, tcase);
	return suite;
}
