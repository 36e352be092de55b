/* SKILL.md and folders of skills: the cases the public validators were tried with, and hostile
 * ones. */
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/memory.h"
#include "core/base/path.h"
#include "core/guide/rule.h"
#include "core/guide/skill.h"
#include "core/store/activity.h"
#include "tests/check_main.h"
#include "tests/guide/suites.h"
#include "tests/guide/world.h"

#define GOOD "---\nname: good-one\ndescription: ok text\n---\n# Body\n"
#define LONG50 "0123456789012345678901234567890123456789012345678 "
#define LONG200 LONG50 LONG50 LONG50 LONG50

enum outcome { FINE, WARNED, REFUSED };

static const struct {
	const char *what, *text;
	enum outcome outcome;
	const char *problem;
	uint32_t line;
} cases[] = {
	{ "good", GOOD, FINE, NULL, 0 },
	{ "folded", "---\nname: good-one\ndescription: >-\n  two\n  lines\n---\n", FINE, NULL, 0 },
	{ "CRLF", "---\r\nname: good-one\r\ndescription: ok\r\n---\r\nBody\r\n", FINE, NULL, 0 },
	{ "tools as a list", "---\nname: good-one\ndescription: ok\nallowed-tools: [Read]\n---\n",
	  FINE, NULL, 0 },
	{ "nested metadata",
	  "---\nname: good-one\ndescription: ok\nmetadata:\n  a:\n    b: c\n---\n", WARNED,
	  "metadata", 6 },
	{ "flow metadata", "---\nname: good-one\ndescription: ok\nmetadata: {a: \"b\"}\n---\n",
	  FINE, NULL, 0 },
	{ "uppercase", "---\nname: Good-One\ndescription: ok\n---\n", REFUSED, "lower-case", 2 },
	{ "double hyphen", "---\nname: good--one\ndescription: ok\n---\n", REFUSED, "never two",
	  2 },
	{ "wrong folder", "---\nname: other\ndescription: ok\n---\n", REFUSED, "differs", 2 },
	{ "no front matter", "# Body\n", REFUSED, "front matter", 1 },
	{ "unterminated", "---\nname: good-one\ndescription: ok\n", REFUSED, "front matter", 1 },
	{ "empty description", "---\nname: good-one\ndescription: \"\"\n---\n", REFUSED,
	  "description", 3 },
	{ "long description",
	  "---\nname: good-one\ndescription: " LONG200 LONG200 LONG200 LONG200 LONG200 LONG200
	  "\n---\n",
	  WARNED, "1024", 3 },
	{ "unknown field", "---\nname: good-one\ndescription: ok\nversion: 3\n---\n", WARNED,
	  "version", 4 },
	{ "duplicate key", "---\nname: good-one\nname: good-one\ndescription: ok\n---\n", REFUSED,
	  "twice", 3 },
	{ "unquoted colon", "---\nname: good-one\ndescription: use when: it's slow\n---\n", WARNED,
	  "quotes", 3 },
	{ "byte-order mark", "\xef\xbb\xbf" GOOD, WARNED, "byte-order", 1 },
	{ "--- inside", "---\nname: good-one\ndescription: a --- b\n---\nx\n---\ny\n", FINE, NULL,
	  0 },
	{ "no name", "---\ndescription: ok\n---\n", REFUSED, "name is missing", 2 },
	{ "not UTF-8", "---\nname: good-one\ndescription: \xff\xfe\n---\n", REFUSED, "UTF-8", 0 },
	{ "alias", "---\nname: &a good-one\ndescription: *a\n---\n", REFUSED, "anchors", 2 },
	{ "bad kind", "---\nname: good-one\ndescription: ok\nmetadata:\n  headroom-kind: x\n---\n",
	  REFUSED, "defense or offense", 5 },
	{ "bad saving",
	  "---\nname: good-one\ndescription: ok\nmetadata:\n  headroom-saving: 1 0.5 2\n---\n",
	  REFUSED, "three fractions", 5 },
	{ "empty", "", REFUSED, "front matter", 1 },
};

START_TEST(front_matter)
{
	struct skill skill = { 0 };
	struct error err = { 0 };
	int result = skill_read_text(&skill, "SKILL.md", "good-one", cases[_i].text,
				     strlen(cases[_i].text), &err);
	ck_assert_msg((result < 0) == (cases[_i].outcome == REFUSED), "%s: %s", cases[_i].what,
		      err.text);
	ck_assert_msg((skill.problems.count > 0) == (cases[_i].outcome != FINE), "%s",
		      cases[_i].what);
	if (cases[_i].problem != NULL) {
		const struct problem *problem = &skill.problems.items[0];
		ck_assert_msg(strstr(problem->text, cases[_i].problem) != NULL, "%s: %s",
			      cases[_i].what, problem->text);
		ck_assert_uint_eq(problem->line, cases[_i].line);
		ck_assert_int_eq(problem->is_error, cases[_i].outcome == REFUSED);
	}
	skill_release(&skill);
}
END_TEST

START_TEST(values_of_repaired_front_matter)
{
	struct skill skill = { 0 };
	static const char text[] =
		"---\nname: good-one\ndescription: use when: it's slow\n---\nThe body\n";
	ck_assert_int_eq(skill_read_text(&skill, "f", "good-one", text, sizeof(text) - 1, NULL), 0);
	ck_assert_str_eq(skill.description, "use when: it's slow");
	ck_assert_str_eq(skill.body, "The body\n");
	skill_release(&skill);
}
END_TEST

START_TEST(cyrillic_name_passes_with_a_warning)
{
	struct skill skill = { 0 };
	static const char name[] = "\xd0\xbd\xd0\xb0\xd0\xb2\xd1\x8b\xd0\xba";
	static const char text[] =
		"---\nname: \xd0\xbd\xd0\xb0\xd0\xb2\xd1\x8b\xd0\xba\ndescription: ok\n---\n";
	ck_assert_int_eq(skill_read_text(&skill, "f", name, text, sizeof(text) - 1, NULL), 0);
	ck_assert_uint_eq(skill.problems.count, 1);
	skill_release(&skill);
}
END_TEST

START_TEST(warnings_do_not_crowd_out_errors)
{
	struct skill skill = { 0 };
	struct str text;
	str_init(&text, STR_MAX_TEXT);
	str_add(&text, "---\n");
	for (int i = 0; i < 2 * PROBLEMS_MAX; i++)
		str_addf(&text, "field%d: x\n", i);
	str_add(&text, "name: UPPER\ndescription: ok\n---\n");
	ck_assert_int_lt(skill_read_text(&skill, "f", NULL, text.data, text.len, NULL), 0);
	skill_release(&skill);
	str_release(&text);
}
END_TEST

START_TEST(digest_covers_every_file)
{
	struct world world;
	struct skill skill;
	char first[DIGEST_TEXT_SIZE];
	world_open(&world);
	world_write(&world, "good-one/SKILL.md", GOOD);
	world_write(&world, "good-one/scripts/a.sh", "echo 1\n");
	char *folder = path_join(world.folder, "good-one");
	ck_assert_int_eq(skill_read(&skill, folder, SKILL_USER, NULL), 0);
	ck_assert_uint_eq(skill.files.count, 2);
	memcpy(first, skill.digest, sizeof(first));
	skill_release(&skill);
	world_write(&world, "good-one/scripts/a.sh", "echo 2\n");
	ck_assert_int_eq(skill_read(&skill, folder, SKILL_USER, NULL), 0);
	ck_assert_str_ne(first, skill.digest);
	skill_release(&skill);
	free(folder);
	world_close(&world);
}
END_TEST

START_TEST(links_are_not_followed)
{
	struct world world;
	struct skill skill;
	world_open(&world);
	world_write(&world, "good-one/SKILL.md", GOOD);
	char *link = path_join(world.folder, "good-one/secret");
	ck_assert_int_eq(symlink("/etc/passwd", link), 0);
	char *folder = path_join(world.folder, "good-one");
	ck_assert_int_eq(skill_read(&skill, folder, SKILL_USER, NULL), 0);
	ck_assert_uint_eq(skill.files.count, 1);
	ck_assert_uint_eq(skill.problems.count, 1);
	skill_release(&skill);
	free(link);
	free(folder);
	world_close(&world);
}
END_TEST

START_TEST(shipped_skills_are_whole)
{
	struct skill_catalog catalog;
	struct error err = { 0 };
	ck_assert_msg(skill_catalog_load(&catalog, NULL, NULL, &err) == 0, "%s", err.text);
	ck_assert_msg(catalog.problems.count == 0, "%s:%u: %s", catalog.problems.items[0].file,
		      catalog.problems.items[0].line, catalog.problems.items[0].text);
	const struct skill *defense = skill_find(&catalog, "regression-from-change");
	const struct skill *offense = skill_find(&catalog, "hoist-strlen");
	ck_assert_uint_eq(defense->playbook->step_count, 6);
	ck_assert_int_eq(offense->kind, SKILL_OFFENSE);
	ck_assert_double_eq(offense->match.saving_low, 0.75);
	for (size_t i = 0; i < catalog.count; i++) {
		struct problem_list problems = { 0 };
		skill_check(&catalog.items[i], &problems);
		ck_assert_msg(problem_errors(&problems) == 0, "%s", problems.items[0].text);
		problem_list_release(&problems);
	}
	skill_catalog_release(&catalog);
}
END_TEST

static void
load(struct skill_catalog *catalog, const struct world *world)
{
	struct error err = { 0 };
	ck_assert_msg(skill_catalog_load(catalog, world->store, world->repository, &err) == 0, "%s",
		      err.text);
}

START_TEST(repository_skills_need_trust)
{
	struct world world;
	struct skill_catalog catalog;
	char digest[DIGEST_TEXT_SIZE];
	world_open(&world);
	world_write(&world, "repository/.headroom/skills/good-one/SKILL.md", GOOD);
	world_write(&world, "repository/.headroom/skills/hoist-strlen/SKILL.md",
		    "---\nname: hoist-strlen\ndescription: mine\n---\n");
	load(&catalog, &world);
	ck_assert_ptr_null(skill_find(&catalog, "good-one"));
	ck_assert_uint_eq(catalog.untrusted_count, 2);
	for (size_t i = 0; i < catalog.untrusted_count; i++)
		ck_assert_int_eq(casebook_trust_add(world.store, "skill",
						    catalog.untrusted[i].digest, "ana", NULL),
				 0);
	memcpy(digest, catalog.untrusted[0].digest, sizeof(digest));
	skill_catalog_release(&catalog);
	load(&catalog, &world);
	ck_assert_ptr_nonnull(skill_find(&catalog, "good-one"));
	/* Trusted, and yet never in the place of another. */
	ck_assert_int_eq(skill_find(&catalog, "hoist-strlen")->origin, SKILL_SHIPPED);
	skill_catalog_release(&catalog);
	/* One byte more and the trust is gone. */
	world_write(&world, "repository/.headroom/skills/good-one/SKILL.md", GOOD "more\n");
	load(&catalog, &world);
	ck_assert_ptr_null(skill_find(&catalog, "good-one"));
	skill_catalog_release(&catalog);
	world_close(&world);
}
END_TEST

START_TEST(users_skill_overrides_with_a_warning)
{
	struct world world;
	struct skill_catalog catalog;
	world_open(&world);
	world_write(&world, "headroom/skills/hoist-strlen/SKILL.md",
		    "---\nname: hoist-strlen\ndescription: mine\n---\n");
	setenv("XDG_DATA_HOME", world.folder, 1);
	load(&catalog, &world);
	ck_assert_str_eq(skill_find(&catalog, "hoist-strlen")->description, "mine");
	ck_assert_uint_eq(catalog.problems.count, 1);
	ck_assert(!catalog.problems.items[0].is_error);
	skill_catalog_release(&catalog);
	world_close(&world);
}
END_TEST

static const char *const unsafe_rules[] = {
	"@script:python@\n@@\nimport os\n",
	"@initialize:ocaml@\n@@\n",
	"@finalize : python@\n@@\n",
	"@r@\nidentifier x : script:python() { True };\n@@\n x\n",
	"#include \"other.cocci\"\n",
	"using \"evil.iso\"\n",
	"# spatch --python /tmp/evil\n",
};

START_TEST(rules_that_run_code_are_refused)
{
	struct skill skill = { .origin = SKILL_USER,
			       .name = (char *)"x",
			       .rule = (char *)unsafe_rules[_i],
			       .rule_path = (char *)"rule.cocci" };
	struct error err = { 0 };
	ck_assert_int_lt(rule_is_safe(&skill, &err), 0);
	ck_assert_int_eq(err.code, ERROR_REFUSED);
	skill.trusted = true;
	ck_assert_int_eq(rule_is_safe(&skill, &err), 0);
}
END_TEST

Suite *
skill_suite(void)
{
	Suite *suite = suite_create("skill");
	TCase *tcase = tcase_create("skill");
	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, front_matter, 0, sizeof(cases) / sizeof(cases[0]));
	tcase_add_test(tcase, values_of_repaired_front_matter);
	tcase_add_test(tcase, cyrillic_name_passes_with_a_warning);
	tcase_add_test(tcase, warnings_do_not_crowd_out_errors);
	tcase_add_test(tcase, digest_covers_every_file);
	tcase_add_test(tcase, links_are_not_followed);
	tcase_add_test(tcase, shipped_skills_are_whole);
	tcase_add_test(tcase, repository_skills_need_trust);
	tcase_add_test(tcase, users_skill_overrides_with_a_warning);
	tcase_add_loop_test(tcase, rules_that_run_code_are_refused, 0,
			    sizeof(unsafe_rules) / sizeof(unsafe_rules[0]));
	suite_add_tcase(suite, tcase);
	return suite;
}
