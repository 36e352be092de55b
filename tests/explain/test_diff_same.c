/* Diffs that say the same in other words, and those that only look so. */
#include <check.h>

#include "core/base/str.h"
#include "core/explain/diff_same.h"
#include "tests/explain/suites.h"

#define HEAD \
	"diff --git a/src/a.c b/src/a.c\n--- a/src/a.c\n+++ b/src/a.c\n@@ -1,9 +1,9 @@ f(int a)\n"

struct sample {
	const char *diff;
	bool is_same;
};

static const struct sample samples[] = {
	{ "", false },
	{ HEAD "+\t/* why */\n", true },
	{ HEAD "+\t// why\n \tx();\n-\t/* how\n-\t * it goes */\n", true },
	{ HEAD "+\t * of a comment that began above\n", true },
	{ HEAD "-if (a) b = a+1;\n+if (a)\n+\tb = a + 1;\n", true },
	{ HEAD "-\treturn a;\n+\treturna;\n", false },
	{ HEAD "-\tint a;\n+\tint  a; /* first */\n", true },
	{ HEAD "-\tputs(\"a b\");\n+\tputs(\"a  b\");\n", false },
	{ HEAD "-\tputs(\"/* a */\");\n+\tputs(\"/* b */\");\n", false },
	{ HEAD "-\t*a = 1;\n+\t*a = 2;\n", false },
	{ HEAD "-#define LIMIT 4\n+#define LIMIT 9\n", false },
	{ HEAD "+\t/* x();\n x();\n", false },
	/* The same line, moved into a loop. */
	{ HEAD "-\tclear(a);\n \tfor (;;) {\n+\tclear(a);\n", false },
	/* Only documents: no code at all. */
	{ "--- a/doc/a.md\n+++ b/doc/a.md\n@@ -1 +1 @@\n-a\n+b\n", false },
	/* Documents beside a comment. */
	{ "--- a/doc/a.md\n+++ b/doc/a.md\n@@ -1 +1 @@\n-a\n+b\n" HEAD "+\t/* b */\n", true },
	/* Another language: what is a comment there is not known. */
	{ "--- a/x.py\n+++ b/x.py\n@@ -1 +1 @@\n+# a\n", false },
	{ "--- /dev/null\n+++ b/src/new.c\n@@ -0,0 +1 @@\n+int a;\n", false },
	{ "--- a/src/old.c\n+++ /dev/null\n@@ -1 +0,0 @@\n-/* gone */\n", true },
};

START_TEST(test_sample)
{
	ck_assert_msg(diff_is_same_code(samples[_i].diff) == samples[_i].is_same, "%s",
		      samples[_i].diff);
}
END_TEST

/* A diff that may have been cut says nothing about what was cut off. */
START_TEST(test_long_one)
{
	struct str diff;

	str_init(&diff, (size_t)1 << 20);
	str_add(&diff, HEAD);
	while (diff.len < (size_t)200 * 1024)
		str_add(&diff, "+\t/* why */\n");
	ck_assert(!diff_is_same_code(diff.data));
	str_release(&diff);
}
END_TEST

Suite *
diff_same_suite(void)
{
	Suite *suite = suite_create("diff_same");
	TCase *tcase = tcase_create("diff_same");

	tcase_add_loop_test(tcase, test_sample, 0, sizeof(samples) / sizeof(samples[0]));
	tcase_add_test(tcase, test_long_one);
	suite_add_tcase(suite, tcase);
	return suite;
}
