/* Names as written, words of texts and their likeness. */
#include <check.h>
#include <string.h>

#include "core/explain/symbol.h"
#include "core/explain/words.h"
#include "tests/explain/suites.h"

START_TEST(test_symbols)
{
	static const struct {
		const char *name, *plain, *base;
	} cases[] = {
		{ "parse", "parse", "parse" },
		{ "parse.constprop.0", "parse", "parse" },
		{ "parse.isra.0.cold", "parse", "parse" },
		{ "jvp_free.part.3", "jvp_free", "jvp_free" },
		{ "pthread_sigmask@GLIBC_2.2.5", "pthread_sigmask", "pthread_sigmask" },
		{ "ns::Box<int>::get(int) const", "ns::Box::get", "get" },
		{ "main.(*Tree).Walk", "main.(*Tree).Walk", "Walk" },
		{ "(anonymous namespace)::run(char)", "(anonymous namespace)::run", "run" },
		{ "[unknown]", "[unknown]", "[unknown]" },
		{ "", "", "" },
	};
	struct str plain;

	str_init(&plain, STR_MAX_LINE);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		symbol_plain(cases[i].name, &plain);
		ck_assert_str_eq(plain.data, cases[i].plain);
		ck_assert_str_eq(symbol_base(plain.data), cases[i].base);
	}
	str_release(&plain);
	ck_assert(symbol_same("ns::Box::get", "get"));
	ck_assert(symbol_same("get", "get"));
	ck_assert(!symbol_same("a::get", "b::get"));
	ck_assert(!symbol_same("target", "get"));
}
END_TEST

static bool
has(struct words *words, const struct word_bag *bag, const char *word)
{
	uint32_t number = intern_find(&words->table, word, strlen(word));

	for (size_t i = 0; number != INTERN_NONE && i < bag->count; i++) {
		if (bag->items[i].word == number)
			return true;
	}
	return false;
}

START_TEST(test_parts_of_identifiers)
{
	struct words words;
	struct word_bag bag = { 0 };

	words_init(&words);
	words_add(&words, &bag, "json_escapeHTMLFast: x 42 (ZSTD_resetCCtx)", 1);
	words_seal(&words, &bag, 1);
	ck_assert(has(&words, &bag, "json_escapehtmlfast"));
	ck_assert(has(&words, &bag, "json") && has(&words, &bag, "escape"));
	ck_assert(has(&words, &bag, "html") && has(&words, &bag, "fast"));
	ck_assert(has(&words, &bag, "zstd") && has(&words, &bag, "reset"));
	ck_assert(!has(&words, &bag, "x") && !has(&words, &bag, "42"));
	word_bag_release(&bag);
	words_release(&words);
}
END_TEST

START_TEST(test_similarity)
{
	static const char *const texts[] = { "escape strings faster in json_escape",
					     "update the manual", "update the release notes" };
	struct words words;
	struct word_bag bags[3] = { 0 }, query = { 0 };

	words_init(&words);
	for (int i = 0; i < 3; i++) {
		words_add(&words, &bags[i], texts[i], 1);
		words_seal(&words, &bags[i], 1);
	}
	words_add(&words, &query, "json_escape", 1);
	words_seal(&words, &query, 0);
	ck_assert_double_eq_tol(words_similarity(&words, &bags[1], &bags[1]), 1, 1e-12);
	ck_assert_double_eq(words_similarity(&words, &query, &bags[1]), 0);
	ck_assert_double_gt(words_similarity(&words, &query, &bags[0]), 0.4);
	/* "update the" is in two of three texts: alike, but not much. */
	ck_assert_double_gt(words_similarity(&words, &bags[1], &bags[2]), 0.1);
	ck_assert_double_lt(words_similarity(&words, &bags[1], &bags[2]), 0.5);
	for (int i = 0; i < 3; i++)
		word_bag_release(&bags[i]);
	word_bag_release(&query);
	words_release(&words);
}
END_TEST

Suite *
words_suite(void)
{
	Suite *suite = suite_create("words");
	TCase *tcase = tcase_create("words");

	tcase_add_test(tcase, test_symbols);
	tcase_add_test(tcase, test_parts_of_identifiers);
	tcase_add_test(tcase, test_similarity);
	suite_add_tcase(suite, tcase);
	return suite;
}
