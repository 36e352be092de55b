/* The source screen: costs, blame and calls, from the flame graph; and what is said without. */
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/path.h"
#include "core/collect/git.h"
#include "core/store/service.h"
#include "core/store/telemetry.h"
#include "tests/check_main.h"
#include "tests/tui/golden.h"
#include "tests/views/stage.h"
#include "tests/views/suites.h"
#include "views/screens/screens.h"

static const char code[] = "#include <stddef.h>\n"
			   "\n"
			   "/* Quotes and backslashes. */\n"
			   "size_t\n"
			   "json_escape(const char *text)\n"
			   "{\n"
			   "\tsize_t length = 0;\n"
			   "\n"
			   "\twhile (text[length] != '\\0')\n"
			   "\t\tlength++;\n"
			   "\treturn length;\n"
			   "}\n";

static void
git(const char *folder, const char *a, const char *b, const char *c, const char *d)
{
	static const char *const environment[] = { "GIT_CONFIG_GLOBAL=/dev/null",
						   "GIT_CONFIG_SYSTEM=/dev/null",
						   "GIT_AUTHOR_NAME=ana",
						   "GIT_AUTHOR_EMAIL=ana@example.org",
						   "GIT_COMMITTER_NAME=ana",
						   "GIT_COMMITTER_EMAIL=ana@example.org",
						   "GIT_AUTHOR_DATE=1763200000 +0000",
						   "GIT_COMMITTER_DATE=1763200000 +0000",
						   NULL };
	struct git repository = { .repository = folder, .environment = environment };
	const char *const arguments[] = { a, b, c, d, NULL };
	struct process_result result;

	must(git_run(&repository, arguments, &result, &err));
	process_result_release(&result);
}

static void
make_repository(struct stage *stage)
{
	struct service service = { 0 };
	char *folder, *file;

	must(path_temporary_folder(&folder, "headroom-source", &err));
	file = path_join(folder, "api.c");
	must(path_write_file(file, code, sizeof(code) - 1, 0644, &err));
	git(folder, "init", "-q", "-b", "main");
	git(folder, "add", "api.c", NULL, NULL);
	git(folder, "commit", "-q", "-m", "json: escape");
	must(casebook_service_by_name(stage->workstation.store, "api", &service, &err));
	memory_replace_string(&service.repository, folder);
	must(casebook_service_put(stage->workstation.store, &service, &err));
	stage->service = service.id;
	service_release(&service);
	free(file);
	free(folder);
}

/* One more window after the change, whose frames know their lines. */
static void
add_lines(struct stage *stage)
{
	static const struct {
		uint32_t line;
		uint64_t samples;
	} lines[] = { { 9, 3000 }, { 10, 1000 } };
	struct window window = { .start = CHECK_CLOCK, .end = CHECK_CLOCK + 1000000 };
	struct profile profile;
	bool added;

	profile_init(&profile);
	for (size_t i = 0; i < 2; i++) {
		uint32_t frames[2];

		frames[0] = profile_add_frame(&profile, "main", 4, "api", 3, "", 0, 0, FRAME_USER);
		frames[1] = profile_add_frame(&profile, "json_escape", 11, "api", 3, "/build/api.c",
					      12, lines[i].line, FRAME_USER);
		profile_add_stack(&profile, frames, 2, lines[i].samples, lines[i].samples);
	}
	window.samples = profile.samples;
	window.weight = profile.weight;
	must(telemetry_profile_add(store_telemetry(stage->workstation.store), stage->service,
				   &window, &profile, 4711, &added, &err));
	profile_release(&profile);
}

static struct stage *
open_source(int rows, int columns, unsigned features, bool repository)
{
	struct stage *stage = stage_new(NULL, rows, columns, features);

	if (repository) {
		make_repository(stage);
		add_lines(stage);
	}
	screens_open_flame(stage->ui, 1);
	stage_settle(stage);
	stage_keys(stage, "o");
	stage_settle(stage);
	return stage;
}

static void
drop(struct stage *stage)
{
	struct service service = { 0 };

	must(casebook_service_by_name(stage->workstation.store, "api", &service, &err));
	if (service.repository != NULL)
		must(path_remove_tree(service.repository, &err));
	service_release(&service);
	stage_free(stage);
}

START_TEST(test_looks)
{
	static const struct {
		const char *name;
		int rows, columns;
		unsigned features;
	} sizes[] = {
		{ "source", 24, 80, FULL },
		{ "source-wide", 40, 120, FULL },
		{ "source-ascii", 24, 80, 0 },
	};
	struct stage *stage =
		open_source(sizes[_i].rows, sizes[_i].columns, sizes[_i].features, true);

	stage_golden(stage, sizes[_i].name);
	drop(stage);
}
END_TEST

START_TEST(test_calls)
{
	struct stage *stage = open_source(24, 80, FULL, true);

	stage_keys(stage, "Enter");
	ck_assert(strstr(stage_message(stage), "Tab goes to") != NULL);
	stage_keys(stage, "Tab j Enter");
	stage_settle(stage);
	ck_assert(stage_shows(stage, "json_escape > "));
	ck_assert(stage_shows(stage, "no source: "));
	stage_keys(stage, "q");
	ck_assert(stage_shows(stage, "api.c at "));
	drop(stage);
}
END_TEST

START_TEST(test_missing)
{
	struct stage *stage = open_source(24, 80, FULL, false);

	ck_assert(stage_shows(stage, "no repository set"));
	ck_assert(stage_shows(stage, "callers"));
	stage_keys(stage, "e");
	ck_assert(strstr(stage_message(stage), "there is no source") != NULL);
	ui_resize(stage->ui, 5, 20);
	ui_draw(stage->ui);
	drop(stage);
}
END_TEST

Suite *
source_suite(void)
{
	Suite *suite = suite_create("source");
	TCase *tests = tcase_create("source");

	tcase_set_timeout(tests, 60);
	tcase_add_loop_test(tests, test_looks, 0, 3);
	tcase_add_test(tests, test_calls);
	tcase_add_test(tests, test_missing);
	suite_add_tcase(suite, tests);
	return suite;
}
