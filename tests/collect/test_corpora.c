/*
 * Profiles of other projects, where they lie beside the source tree (they are
 * not part of it): pprof's files and the recordings made for this project. FlameGraph's files are
 * in test_flame_graph.c.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/path.h"
#include "core/base/strings.h"
#include "core/collect/change_import.h"
#include "core/collect/profile_open.h"
#include "tests/collect/corpus.h"
#include "tests/collect/parse.h"
#include "tests/collect/suites.h"
#include "tests/collect/world.h"

static const struct {
	const char *name;
	uint64_t samples;
} recordings[] = {
	{ "digit-word-in-comm", 1 },      { "nospace-dwarf-inlined", 241 },
	{ "nospace-dwarf-srcline", 241 }, { "pair-wbase", 1010 },
	{ "pair-wregr", 1743 },           { "perl-collapse", 3909 },
	{ "tprog-dwarf-inlined", 245 },   { "tprog-dwarf-srcline", 245 },
	{ "tprog-header", 111 },          { "tprog-fp-space-in-comm-and-dso", 111 },
	{ "tprog-iponly", 111 },          { "tprog-nocallchain-singleline", 111 },
	{ "tprog-pidtid", 111 },
};

/* Every sample of every variant, and no line that is not understood. */
START_TEST(local_recordings)
{
	char *name = memory_format("corpora/local-perf/%s.perf.txt", recordings[_i].name);
	struct parse parse = { .format = &profile_format_perf_script };
	struct str text;

	if (read_corpus(&text, name)) {
		ck_assert_msg(parse_text(&parse, text.data, text.len) == 0, "%s", parse.err.text);
		ck_assert_uint_eq(parse.samples, recordings[_i].samples);
		ck_assert_uint_eq(parse.lines.skipped, 0);
		parse_release(&parse);
	}
	str_release(&text);
	free(name);
}
END_TEST

/* Inlined frames with source lines are the frames without, each with its place. */
START_TEST(source_lines_change_nothing)
{
	struct parse with = { .format = &profile_format_perf_script }, without = with;
	struct str text, plain;

	str_init(&plain, STR_MAX_TEXT);
	if (read_corpus(&text, "corpora/local-perf/nospace-dwarf-srcline.perf.txt") &&
	    read_corpus(&plain, "corpora/local-perf/nospace-dwarf-inlined.perf.txt")) {
		ck_assert_int_eq(parse_text(&with, text.data, text.len), 0);
		ck_assert_int_eq(parse_text(&without, plain.data, plain.len), 0);
		ck_assert_uint_eq(with.samples, without.samples);
		ck_assert(strstr(with.dump.data, "hot{u:/opt/ptest/tprog2 t.c:4};inl{i: t.c:3}") !=
			  NULL);
		ck_assert(strstr(without.dump.data, "hot{u:/opt/ptest/tprog2};inl{i:}") != NULL);
		parse_release(&with);
		parse_release(&without);
	}
	str_release(&text);
	str_release(&plain);
}
END_TEST

/* Sums that another decoder gives for pprof's own files; the function has the largest weight
 * itself. */
static const struct {
	const char *name;
	uint64_t samples, weight;
	const char *top;
	uint64_t self;
} pprof_files[] = {
	{ "proftest/testdata/large.cpu", 24029, 240290000000, "time.Now", 205170000000 },
	{ "report/testdata/sample.cpu", 176, 1760000000, "runtime.mapiternext", 1280000000 },
	{ "driver/testdata/cppbench.cpu_no_samples_type", 712, 7120000000, "0x42ed43", 5420000000 },
	{ "driver/testdata/go.nomappings.crash", 2, 1765955, "0x1096cf7", 947340 },
};

/* The function with the largest weight of its own in the set. */
static uint64_t
find_top(const struct profile_set *set, const char **top)
{
	uint64_t *self = memory_alloc_array(set->names.count + 1, sizeof(*self)), most = 0;

	for (size_t i = 0; i < set->cell_count; i++) {
		const struct profile_stack *stack = &set->stacks[set->cells[i].stack];
		const struct profile_frame *leaf = &set->frames[stack->frames[stack->depth - 1]];

		self[leaf->name] += set->cells[i].weight;
		if (self[leaf->name] > most) {
			most = self[leaf->name];
			*top = leaf->function;
		}
	}
	free(self);
	return most;
}

START_TEST(pprof_sums)
{
	char *name = memory_format("corpora/pprof/internal/%s", pprof_files[_i].name);
	char *path = corpus_path(name);
	struct profile_import_options options = { 0 };
	struct profile_import_report report;
	struct profile_set set;
	struct error err = { 0 };
	const char *top = "";

	if (path != NULL) {
		ck_assert_msg(profile_open_file(&set, path, &options, &report, NULL, &err) == 0,
			      "%s", err.text);
		ck_assert_uint_eq(report.samples, pprof_files[_i].samples);
		ck_assert_uint_eq(report.weight, pprof_files[_i].weight);
		ck_assert_uint_eq(find_top(&set, &top), pprof_files[_i].self);
		ck_assert_str_eq(top, pprof_files[_i].top);
		profile_set_release(&set);
	}
	free(path);
	free(name);
}
END_TEST

static const struct {
	const char *name;
	uint32_t count;
} cases[] = {
	{ "cases/mruby-shift/changes.jsonl", 43 },
	{ "cases/zstd-cwksp/changes.jsonl", 70 },
	{ "cases/jq-reduce/changes.jsonl", 85 },
};

START_TEST(case_changes)
{
	char *path = corpus_path(cases[_i].name);
	struct change_import_report report;
	struct world world;
	struct error err = { 0 };

	if (path == NULL)
		return;
	world_open(&world);
	ck_assert_msg(change_import_jsonl(world.store, "api", path, false, &report, NULL, &err) ==
			      0,
		      "%s", err.text);
	ck_assert_uint_eq(report.added, cases[_i].count);
	world_close(&world);
	free(path);
}
END_TEST

Suite *
corpora_suite(void)
{
	Suite *suite = suite_create("corpora");
	TCase *tests = tcase_create("corpora");

	tcase_set_timeout(tests, 60);
	tcase_add_loop_test(tests, local_recordings, 0, sizeof(recordings) / sizeof(recordings[0]));
	tcase_add_test(tests, source_lines_change_nothing);
	tcase_add_loop_test(tests, pprof_sums, 0, sizeof(pprof_files) / sizeof(pprof_files[0]));
	tcase_add_loop_test(tests, case_changes, 0, sizeof(cases) / sizeof(cases[0]));
	suite_add_tcase(suite, tests);
	return suite;
}
