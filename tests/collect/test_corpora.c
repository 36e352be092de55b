/*
 * Profiles of other projects, where they lie beside the source tree (they are
 * not part of it): the stacks that stackcollapse-perf.pl is known to give for
 * its own test files, and the recordings made for this project.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/path.h"
#include "core/base/strings.h"
#include "core/collect/change_import.h"
#include "core/collect/profile_open.h"
#include "tests/collect/parse.h"
#include "tests/collect/suites.h"
#include "tests/collect/world.h"

static char *
corpus_path(const char *name)
{
	char *path = memory_format("%s/../shared/%s", HEADROOM_SOURCE_DIR, name);

	if (path_exists(path))
		return path;
	fprintf(stderr, "SKIPPED: no shared/%s beside the source tree\n", name);
	free(path);
	return NULL;
}

static bool
read_corpus(struct str *out, const char *name)
{
	char *path = corpus_path(name);
	struct error err = { 0 };

	str_init(out, STR_MAX_TEXT);
	if (path == NULL)
		return false;
	ck_assert_msg(path_read_file(out, path, STR_MAX_TEXT, &err) == 0, "%s", err.text);
	free(path);
	return true;
}

/* One frame as the script tidies it: no arguments but Go's, no quotes, ";" as ":", Java's L gone.
 */
static void
tidy_frame(struct str *out, const char *frame, size_t length, bool java)
{
	const char *go = memmem(frame, length, ".(", 2);
	bool keep = go != NULL && memmem(go, length - (size_t)(go - frame), ").", 2) != NULL;
	static const char anonymous[] = "(anonymous namespace)";

	if (java && length > 0 && frame[0] == 'L' && memchr(frame, '/', length) != NULL) {
		frame++;
		length--;
	}
	for (size_t i = 0; i < length; i++) {
		if (frame[i] == '(' && !keep && strncmp(frame + i, anonymous, 21) != 0)
			break;
		if (frame[i] != '"' && frame[i] != '\'')
			str_add_char(out, frame[i] == ';' ? ':' : frame[i]);
	}
}

/* The script's mark of a frame that the dump has as "{k:module}". */
static const char *
mark_of(char kind)
{
	return kind == 'k' ? "_[k]" : kind == 'j' ? "_[j]" : kind == 'i' ? "_[i]" : "";
}

/* "SAMPLES WEIGHT comm;frame{k:module};..." as "comm;frame WEIGHT", perhaps with the marks. */
static void
tidy_line(struct str *out, const char *line, size_t length, bool marks)
{
	const char *end = line + length, *weight, *at;
	bool first = true, java = false;

	weight = (const char *)memchr(line, ' ', length) + 1;
	at = (const char *)memchr(weight, ' ', (size_t)(end - weight)) + 1;
	while (at < end) {
		const char *mark = memmem(at, (size_t)(end - at), "{", 1), *stop;

		/* The dump marks all frames but a plain command, which is the first. */
		if (first)
			mark = memchr(at, ';', (size_t)(end - at));
		if (mark == NULL)
			mark = end;
		while (!first && mark < end && strchr("ukij?", mark[1]) == NULL)
			mark = memchr(mark + 1, '{', (size_t)(end - mark - 1));
		stop = first ? mark : memchr(mark, '}', (size_t)(end - mark));
		if (!first)
			str_add_char(out, ';');
		if (first) {
			java = memmem(at, (size_t)(mark - at), "java", 4) != NULL;
			for (; at < mark; at++)
				str_add_char(out, *at == ' ' ? '_' : *at);
		} else {
			tidy_frame(out, at, (size_t)(mark - at), java);
			str_add(out, marks && mark < end ? mark_of(mark[1]) : "");
			stop++;
		}
		first = false;
		at = stop + 1;
	}
	str_addf(out, " %.*s\n", (int)strcspn(weight, " "), weight);
}

/* The script's marks of kernel, inlined and JIT frames go. */
static void
drop_marks(struct str *out, const struct str *text)
{
	for (size_t i = 0; i < text->len; i++) {
		if (strncmp(text->data + i, "_[k]", 4) == 0 ||
		    strncmp(text->data + i, "_[j]", 4) == 0 ||
		    strncmp(text->data + i, "_[i]", 4) == 0)
			i += 3;
		else
			str_add_char(out, text->data[i]);
	}
}

static void
split_lines(struct strings *out, const struct str *text)
{
	for (const char *at = text->data; *at != '\0';) {
		size_t length = strcspn(at, "\n");

		strings_add_n(out, at, length);
		at += length + (at[length] == '\n');
	}
	strings_sort(out);
}

/* The script loses a last sample that has no blank line after it; here it is cut off first. */
static void
cut_last_sample(struct str *text)
{
	const char *last = NULL, *at = text->data;

	while ((at = strstr(at, "\n\n")) != NULL)
		last = ++at;
	ck_assert_ptr_nonnull(last);
	str_truncate(text, (size_t)(last + 1 - text->data));
}

#ifdef HAVE_LIBIBERTY
#define MANGLED 3
#else
#define MANGLED 0
#endif

static const struct {
	const char *name;
	/* Stacks where the script is wrong: a symbol without a name (vertx), or C++ symbols that it
	 * leaves mangled (java-faults: JVM's SharedRuntime and others; only with libiberty). */
	unsigned other;
} flame_graphs[] = {
	{ "perf-cycles-instructions-01", 0 }, { "perf-dd-stacks-01", 0 },
	{ "perf-funcab-cmd-01", 0 },          { "perf-funcab-pid-01", 0 },
	{ "perf-iperf-stacks-pidtid-01", 0 }, { "perf-java-faults-01", MANGLED },
	{ "perf-java-stacks-01", 0 },         { "perf-java-stacks-02", 0 },
	{ "perf-js-stacks-01", 0 },           { "perf-mirageos-stacks-01", 0 },
	{ "perf-numa-stacks-01", 0 },         { "perf-rust-Yamakaky-dcpu", 0 },
	{ "perf-vertx-stacks-01", 1 },
};

START_TEST(flame_graph)
{
	const char *name = flame_graphs[_i].name;
	char *input = memory_format("corpora/FlameGraph/test/%s.txt", name);
	char *output = memory_format("corpora/FlameGraph/test/results/%s-collapsed-all.txt", name);
	struct parse parse = { .format = &profile_format_perf_script };
	struct strings ours = { 0 }, theirs = { 0 };
	struct str text, expected, tidy, bare;
	unsigned other = 0;

	str_init(&tidy, STR_MAX_TEXT);
	str_init(&bare, STR_MAX_TEXT);
	str_init(&expected, STR_MAX_TEXT);
	if (read_corpus(&text, input) && read_corpus(&expected, output)) {
		cut_last_sample(&text);
		ck_assert_msg(parse_text(&parse, text.data, text.len) == 0, "%s", parse.err.text);
		for (const char *at = parse.dump.data; *at != '\0'; at += strcspn(at, "\n") + 1)
			tidy_line(&tidy, at, strcspn(at, "\n"), false);
		drop_marks(&bare, &expected);
		split_lines(&ours, &tidy);
		split_lines(&theirs, &bare);
		ck_assert_uint_eq(ours.count, theirs.count);
		for (size_t i = 0; i < ours.count; i++)
			if (!strings_contains(&theirs, ours.items[i]) &&
			    ++other > flame_graphs[_i].other)
				fprintf(stderr, "%s: %s\n", name, ours.items[i]);
		ck_assert_uint_eq(other, flame_graphs[_i].other);
		parse_release(&parse);
	}
	strings_release(&ours);
	strings_release(&theirs);
	str_release(&text);
	str_release(&expected);
	str_release(&tidy);
	str_release(&bare);
	free(input);
	free(output);
}
END_TEST

/* Stacks whose marks are not those of the script: see flame_graph_differs.txt. */
static const unsigned other_marks[] = { 0, 0, 0, 0, 1, MANGLED, 0, 0, 0, 0, 0, 0, 1 };
_Static_assert(sizeof(other_marks) / sizeof(other_marks[0]) ==
		       sizeof(flame_graphs) / sizeof(flame_graphs[0]),
	       "a number for each file");

/* Kernel, JIT and inlined frames are those that the script marks. */
START_TEST(flame_graph_marks)
{
	const char *name = flame_graphs[_i].name;
	char *input = memory_format("corpora/FlameGraph/test/%s.txt", name);
	char *output = memory_format("corpora/FlameGraph/test/results/%s-collapsed-all.txt", name);
	struct parse parse = { .format = &profile_format_perf_script };
	struct strings ours = { 0 }, theirs = { 0 };
	struct str text, expected, tidy;
	unsigned other = 0;

	str_init(&tidy, STR_MAX_TEXT);
	str_init(&expected, STR_MAX_TEXT);
	if (read_corpus(&text, input) && read_corpus(&expected, output)) {
		cut_last_sample(&text);
		ck_assert_msg(parse_text(&parse, text.data, text.len) == 0, "%s", parse.err.text);
		for (const char *at = parse.dump.data; *at != '\0'; at += strcspn(at, "\n") + 1)
			tidy_line(&tidy, at, strcspn(at, "\n"), true);
		split_lines(&ours, &tidy);
		split_lines(&theirs, &expected);
		for (size_t i = 0; i < ours.count; i++)
			if (!strings_contains(&theirs, ours.items[i]) && ++other > other_marks[_i])
				fprintf(stderr, "%s: %s\n", name, ours.items[i]);
		ck_assert_uint_eq(other, other_marks[_i]);
		parse_release(&parse);
	}
	strings_release(&ours);
	strings_release(&theirs);
	str_release(&text);
	str_release(&expected);
	str_release(&tidy);
	free(input);
	free(output);
}
END_TEST

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
	tcase_add_loop_test(tests, flame_graph, 0, sizeof(flame_graphs) / sizeof(flame_graphs[0]));
	tcase_add_loop_test(tests, flame_graph_marks, 0,
			    sizeof(flame_graphs) / sizeof(flame_graphs[0]));
	tcase_add_loop_test(tests, local_recordings, 0, sizeof(recordings) / sizeof(recordings[0]));
	tcase_add_test(tests, source_lines_change_nothing);
	tcase_add_loop_test(tests, pprof_sums, 0, sizeof(pprof_files) / sizeof(pprof_files[0]));
	tcase_add_loop_test(tests, case_changes, 0, sizeof(cases) / sizeof(cases[0]));
	suite_add_tcase(suite, tests);
	return suite;
}
