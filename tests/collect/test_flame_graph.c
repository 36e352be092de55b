/*
 * The stacks that stackcollapse-perf.pl is known to give for its own test files, in each of its
 * variants, where those files lie beside the source tree. flame_graph_differs.txt says where they
 * differ from ours and who is wrong; the numbers here are of those stacks.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/intern.h"
#include "core/base/memory.h"
#include "core/base/strings.h"
#include "tests/collect/corpus.h"
#include "tests/collect/parse.h"
#include "tests/collect/suites.h"

/* What an option of the script changes. */
static const struct variant {
	const char *name;
	const char *by;    /* the label that ours are told apart by */
	const char *marks; /* of frames that both have */
} variants[] = {
	{ "all", NULL, "kij" }, { "kernel", NULL, "k" }, { "jit", NULL, "j" },
	{ "addrs", NULL, "" },  { "pid", "pid", "" },    { "tid", "tid", "" },
};
#define VARIANTS (sizeof(variants) / sizeof(variants[0]))

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

/* The script's mark of a frame that the dump has as "{k:module}", where it is one of those asked
 * for. */
static const char *
mark_of(char kind, const char *marks)
{
	if (strchr(marks, kind) == NULL)
		return "";
	return kind == 'k' ? "_[k]" : kind == 'j' ? "_[j]" : kind == 'i' ? "_[i]" : "";
}

/* "SAMPLES WEIGHT [tid=5] comm;frame{k:module};..." as "[tid=5] comm;frame WEIGHT", with
 * marks. The script tidies Java names only where it has not put a number behind the command. */
static void
tidy_line(struct str *out, const char *line, size_t length, const struct variant *variant)
{
	const char *end = line + length, *weight, *at;
	bool first = true, java = false;

	weight = (const char *)memchr(line, ' ', length) + 1;
	at = (const char *)memchr(weight, ' ', (size_t)(end - weight)) + 1;
	if (at[0] == '[' && strchr("pt", at[1]) != NULL && memcmp(at + 2, "id=", 3) == 0) {
		const char *stop = memchr(at, ']', (size_t)(end - at));

		str_add_n(out, at, (size_t)(stop + 2 - at));
		at = stop + 2;
	}
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
			java = variant->by == NULL &&
			       memmem(at, (size_t)(mark - at), "java", 4) != NULL;
			for (; at < mark; at++)
				str_add_char(out, *at == ' ' ? '_' : *at);
		} else {
			tidy_frame(out, at, (size_t)(mark - at), java);
			str_add(out, mark < end ? mark_of(mark[1], variant->marks) : "");
			stop++;
		}
		first = false;
		at = stop + 1;
	}
	str_addf(out, " %.*s\n", (int)strcspn(weight, " "), weight);
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

/*
 * A line of theirs as one of ours: "comm-1/2;..." with the label that it was told apart by (a "?"
 * is no label), "[unknown <7f00>]" without the address, which headroom does not keep.
 */
static void
their_line(struct str *out, const char *line, size_t length, const struct variant *variant)
{
	const char *end = line + length;
	size_t comm = strcspn(line, ";");

	if (variant->by != NULL) {
		size_t number = comm, tid = comm;

		while (number > 0 && strchr("0123456789?/", line[number - 1]) != NULL)
			tid = line[--number] == '/' ? number + 1 : tid;
		if (tid == comm || strcmp(variant->by, "pid") == 0)
			tid = number;
		if (line[tid] != '?')
			str_addf(out, "[%s=%.*s] ", variant->by,
				 (int)strspn(line + tid, "0123456789"), line + tid);
		str_addf(out, "%.*s", (int)number - 1, line);
		line += comm;
	}
	while (line < end) {
		const char *address = memmem(line, (size_t)(end - line), " <", 2), *stop;

		stop = address != NULL ? memchr(address, '>', (size_t)(end - address)) : NULL;
		if (strcmp(variant->name, "addrs") != 0 || stop == NULL || stop[1] != ']') {
			str_add_n(out, line, (size_t)(end - line));
			return;
		}
		str_add_n(out, line, (size_t)(address - line));
		line = stop + 1;
	}
}

/* "STACK WEIGHT" lines; those that have become equal are one, with the sum. */
static void
sum_lines(struct strings *out, const struct str *text)
{
	struct intern stacks;
	unsigned long long *sums = memory_alloc_array(text->len + 1, sizeof(*sums));

	intern_init(&stacks);
	for (const char *at = text->data; *at != '\0';) {
		size_t length = strcspn(at, "\n");
		const char *space = memrchr(at, ' ', length);

		ck_assert_ptr_nonnull(space);
		sums[intern_add(&stacks, at, (size_t)(space - at))] += strtoull(space, NULL, 10);
		at += length + (at[length] == '\n');
	}
	for (uint32_t i = 0; i < stacks.count; i++)
		strings_addf(out, "%.*s %llu", (int)stacks.entries[i].length,
			     (const char *)stacks.entries[i].data, sums[i]);
	strings_sort(out);
	intern_release(&stacks);
	free(sums);
}

static void
read_theirs(struct strings *out, const struct str *text, const struct variant *variant)
{
	struct str tidy;

	str_init(&tidy, STR_MAX_TEXT);
	for (const char *at = text->data; *at != '\0';) {
		size_t length = strcspn(at, "\n");

		their_line(&tidy, at, length, variant);
		str_add_char(&tidy, '\n');
		at += length + (at[length] == '\n');
	}
	sum_lines(out, &tidy);
	str_release(&tidy);
}

static void
read_ours(struct strings *out, struct str *text, const struct variant *variant)
{
	struct parse parse = { .format = &profile_format_perf_script, .by = variant->by };
	struct str tidy;

	str_init(&tidy, STR_MAX_TEXT);
	cut_last_sample(text);
	ck_assert_msg(parse_text(&parse, text->data, text->len) == 0, "%s", parse.err.text);
	for (const char *at = parse.dump.data; *at != '\0'; at += strcspn(at, "\n") + 1)
		tidy_line(&tidy, at, strcspn(at, "\n"), variant);
	sum_lines(out, &tidy);
	str_release(&tidy);
	parse_release(&parse);
}

#ifdef HAVE_LIBIBERTY
#define MANGLED 3
#else
#define MANGLED 0
#endif

/* Stacks of ours that the script does not have, by variant: each is in flame_graph_differs.txt. */
static const struct {
	const char *name;
	unsigned other[VARIANTS];
} files[] = {
	{ "perf-cycles-instructions-01", { 0 } },
	{ "perf-dd-stacks-01", { 0 } },
	{ "perf-funcab-cmd-01", { 0 } },
	{ "perf-funcab-pid-01", { 0 } },
	{ "perf-iperf-stacks-pidtid-01", { 1, 1, 0, 0, 0, 0 } },
	{ "perf-java-faults-01", { MANGLED, MANGLED, MANGLED, MANGLED, MANGLED, MANGLED } },
	{ "perf-java-stacks-01", { 0 } },
	{ "perf-java-stacks-02", { 0 } },
	{ "perf-js-stacks-01", { 0 } },
	{ "perf-mirageos-stacks-01", { 0 } },
	{ "perf-numa-stacks-01", { 0 } },
	{ "perf-rust-Yamakaky-dcpu", { 0 } },
	{ "perf-vertx-stacks-01", { 1, 1, 1, 1, 1, 1 } },
};
#define FILES (sizeof(files) / sizeof(files[0]))

START_TEST(stacks_are_those_of_the_script)
{
	const char *name = files[_i % (int)FILES].name;
	const struct variant *variant = &variants[_i / (int)FILES];
	unsigned allowed = files[_i % (int)FILES].other[_i / (int)FILES], other = 0;
	char *input = memory_format("corpora/FlameGraph/test/%s.txt", name);
	char *output = memory_format("corpora/FlameGraph/test/results/%s-collapsed-%s.txt", name,
				     variant->name);
	struct strings ours = { 0 }, theirs = { 0 };
	struct str text, expected;

	str_init(&expected, STR_MAX_TEXT);
	if (read_corpus(&text, input) && read_corpus(&expected, output)) {
		read_ours(&ours, &text, variant);
		read_theirs(&theirs, &expected, variant);
		for (size_t i = 0; i < ours.count; i++)
			if (!strings_contains(&theirs, ours.items[i]) && ++other > allowed)
				fprintf(stderr, "%s, %s: %s\n", name, variant->name, ours.items[i]);
		ck_assert_uint_eq(other, allowed);
		ck_assert_uint_eq(ours.count, theirs.count);
	}
	strings_release(&ours);
	strings_release(&theirs);
	str_release(&text);
	str_release(&expected);
	free(input);
	free(output);
}
END_TEST

Suite *
flame_graph_suite(void)
{
	Suite *suite = suite_create("FlameGraph");
	TCase *tests = tcase_create("stackcollapse-perf.pl");

	tcase_set_timeout(tests, 60);
	tcase_add_loop_test(tests, stacks_are_those_of_the_script, 0, (int)(FILES * VARIANTS));
	suite_add_tcase(suite, tests);
	return suite;
}
