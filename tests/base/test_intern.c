/* Strings to dense numbers. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/intern.h"
#include "core/base/memory.h"
#include "tests/base/suites.h"
#include "tests/check_main.h"

START_TEST(numbers_in_order_of_appearance)
{
	struct intern table;
	char text[32];

	intern_init(&table);
	ck_assert_uint_eq(intern_find(&table, "x", 1), INTERN_NONE);
	for (uint32_t round = 0; round < 2; round++) {
		for (uint32_t i = 0; i < 20000; i++) {
			int length = snprintf(text, sizeof(text), "function_%u", i);

			ck_assert_uint_eq(intern_add(&table, text, (size_t)length), i);
		}
	}
	ck_assert_uint_eq(table.count, 20000);
	ck_assert_str_eq(intern_text(&table, 777), "function_777");
	ck_assert_uint_eq(intern_find(&table, "function_19999", 14), 19999);
	ck_assert_uint_eq(intern_find(&table, "function_20000", 14), INTERN_NONE);
	ck_assert_uint_eq(intern_find(&table, "function_19999", 13), 1999);
	intern_release(&table);
	ck_assert_uint_eq(table.count, 0);
	intern_release(&table);
}
END_TEST

START_TEST(strings_may_hold_anything)
{
	struct intern table;

	intern_init(&table);
	ck_assert_uint_eq(intern_add(&table, "", 0), 0);
	ck_assert_uint_eq(intern_add(&table, "\0", 1), 1);
	ck_assert_uint_eq(intern_add(&table, "\0\0", 2), 2);
	ck_assert_uint_eq(intern_add(&table, "a\0b", 3), 3);
	ck_assert_uint_eq(intern_add(&table, "a\0c", 3), 4);
	ck_assert_uint_eq(intern_add(&table, NULL, 0), 0);
	ck_assert_uint_eq(intern_add(&table, "\0", 1), 1);
	ck_assert_uint_eq(intern_add(&table, "a\0c", 3), 4);
	ck_assert_uint_eq(table.entries[3].length, 3);
	intern_release(&table);
}
END_TEST

static int
compare_hashes(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

	return (left > right) - (left < right);
}

/* Names that differ little must differ in the bits that choose a slot. */
START_TEST(hash_spreads)
{
	enum { COUNT = 65536 };
	uint64_t *hashes = memory_alloc_array(COUNT, sizeof(*hashes));
	unsigned *buckets = memory_alloc_array(COUNT, sizeof(*buckets)), most = 0;

	for (unsigned i = 0; i < COUNT; i++) {
		char text[32];
		int length = snprintf(text, sizeof(text), "ns::type<%u>::call", i);

		hashes[i] = intern_hash(text, (size_t)length);
		if (++buckets[hashes[i] % COUNT] > most)
			most = buckets[hashes[i] % COUNT];
	}
	qsort(hashes, COUNT, sizeof(*hashes), compare_hashes);
	for (unsigned i = 1; i < COUNT; i++)
		ck_assert_uint_ne(hashes[i], hashes[i - 1]);
	/* A random function puts 8 or 9 into the fullest of as many buckets as there are names. */
	ck_assert_uint_lt(most, 16);
	free(hashes);
	free(buckets);
}
END_TEST

Suite *
intern_suite(void)
{
	Suite *suite = suite_create("intern");
	TCase *tcase = tcase_create("intern");

	tcase_add_test(tcase, numbers_in_order_of_appearance);
	tcase_add_test(tcase, strings_may_hold_anything);
	tcase_add_test(tcase, hash_spreads);
	suite_add_tcase(suite, tcase);
	return suite;
}
