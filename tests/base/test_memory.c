/* Allocation, arenas, vectors and string lists: what owns bytes. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/memory.h"
#include "core/base/strings.h"
#include "core/base/vec.h"
#include "tests/base/suites.h"
#include "tests/check_main.h"

START_TEST(allocates_zeroed_and_copies)
{
	char *block = memory_alloc_array(10, 3), *copy, *text = NULL;

	for (int i = 0; i < 30; i++)
		ck_assert_int_eq(block[i], 0);
	free(block);
	free(memory_alloc(0));
	copy = memory_copy("a\0b", 4);
	ck_assert_mem_eq(copy, "a\0b", 4);
	free(copy);
	free(memory_copy(NULL, 0));
	ck_assert_ptr_null(memory_string(NULL));
	copy = memory_string_n("abcdef", 3);
	ck_assert_str_eq(copy, "abc");
	memory_replace_string(&text, copy);
	memory_replace_string(&text, text); /* its own value */
	ck_assert_str_eq(text, "abc");
	memory_replace_string(&text, NULL);
	ck_assert_ptr_null(text);
	free(copy);
	copy = memory_format("%s-%03d", "x", 7);
	ck_assert_str_eq(copy, "x-007");
	free(copy);
}
END_TEST

static void
leave_a_mark(void)
{
	/* The hook runs before the end: its own status proves it. */
	_exit(77);
}

START_TEST(overflow_ends_the_program)
{
	memory_resize(NULL, SIZE_MAX / 2, 3);
}
END_TEST

START_TEST(hook_runs_before_the_end)
{
	memory_on_exhausted(leave_a_mark);
	memory_alloc_array(SIZE_MAX / 2, 3);
}
END_TEST

START_TEST(vec_overflow_ends_the_program)
{
	VEC(uint64_t) numbers = { 0 };

	vec_reserve(&numbers, SIZE_MAX / 2);
	vec_release(&numbers);
}
END_TEST

START_TEST(arena_overflow_ends_the_program)
{
	struct arena arena;

	arena_init(&arena);
	arena_alloc(&arena, SIZE_MAX - 4);
	arena_release(&arena);
}
END_TEST

Suite *
memory_suite(void)
{
	Suite *suite = suite_create("memory");
	TCase *tcase = tcase_create("memory");

	tcase_add_test(tcase, allocates_zeroed_and_copies);
	tcase_add_exit_test(tcase, overflow_ends_the_program, 3);
	tcase_add_exit_test(tcase, hook_runs_before_the_end, 77);
	tcase_add_exit_test(tcase, vec_overflow_ends_the_program, 3);
	tcase_add_exit_test(tcase, arena_overflow_ends_the_program, 3);
	suite_add_tcase(suite, tcase);
	return suite;
}

START_TEST(pieces_are_zeroed_aligned_and_apart)
{
	enum { COUNT = 2000 };
	struct arena arena;
	unsigned char **pieces = memory_alloc_array(COUNT, sizeof(*pieces));
	size_t sizes[COUNT], total = 0;

	arena_init(&arena);
	for (size_t i = 0; i < COUNT; i++) {
		sizes[i] = i % 100 == 99 ? 20000 + i * 64 : i % 100;
		pieces[i] = arena_alloc(&arena, sizes[i]);
		ck_assert_uint_eq((uintptr_t)pieces[i] % _Alignof(max_align_t), 0);
		for (size_t at = 0; at < sizes[i]; at++)
			if (pieces[i][at] != 0)
				ck_abort_msg("piece %zu is not zeroed", i);
		memset(pieces[i], (int)(i % 251) + 1, sizes[i]);
		total += sizes[i];
	}
	for (size_t i = 0; i < COUNT; i++)
		for (size_t at = 0; at < sizes[i]; at++)
			if (pieces[i][at] != i % 251 + 1)
				ck_abort_msg("piece %zu was overwritten", i);
	ck_assert_uint_ge(arena.total, total);
	/* Large pieces must not waste the rest of the block in use. */
	ck_assert_uint_le(arena.total, total + total / 10 + MEMORY_BLOCK);
	arena_release(&arena);
	ck_assert_uint_eq(arena.total, 0);
	arena_release(&arena);
	free(pieces);
}
END_TEST

START_TEST(arena_strings)
{
	struct arena arena;

	arena_init(&arena);
	ck_assert_str_eq(arena_string(&arena, "text"), "text");
	ck_assert_str_eq(arena_string_n(&arena, "text", 2), "te");
	ck_assert_str_eq(arena_string_n(&arena, NULL, 0), "");
	arena_release(&arena);
}
END_TEST

Suite *
arena_suite(void)
{
	Suite *suite = suite_create("arena");
	TCase *tcase = tcase_create("arena");

	tcase_add_test(tcase, pieces_are_zeroed_aligned_and_apart);
	tcase_add_test(tcase, arena_strings);
	suite_add_tcase(suite, tcase);
	return suite;
}

struct pair {
	int a;
	double b;
};

START_TEST(vectors_grow)
{
	VEC(struct pair) pairs = { 0 };

	for (int i = 0; i < 10000; i++)
		vec_push(&pairs, (struct pair){ i, i * 0.5 });
	ck_assert_uint_eq(pairs.count, 10000);
	ck_assert_uint_ge(pairs.capacity, pairs.count);
	for (int i = 0; i < 10000; i++)
		ck_assert(pairs.items[i].a == i && pairs.items[i].b == i * 0.5);
	vec_push(&pairs, pairs.items[5]);
	ck_assert_int_eq(pairs.items[10000].a, 5);
	vec_clear(&pairs);
	ck_assert_uint_eq(pairs.count, 0);
	vec_reserve(&pairs, 1);
	ck_assert_uint_ge(pairs.capacity, 10001);
	vec_release(&pairs);
	ck_assert_ptr_null(pairs.items);
	vec_release(&pairs);
	vec_reserve(&pairs, 100);
	ck_assert_uint_ge(pairs.capacity, 100);
	vec_release(&pairs);
}
END_TEST

Suite *
vec_suite(void)
{
	Suite *suite = suite_create("vec");
	TCase *tcase = tcase_create("vec");

	tcase_add_test(tcase, vectors_grow);
	suite_add_tcase(suite, tcase);
	return suite;
}

START_TEST(lists_end_in_null)
{
	struct strings list = { 0 }, copy = { 0 };

	ck_assert(!strings_contains(&list, "a"));
	for (int i = 0; i < 100; i++) {
		strings_addf(&list, "%d", i);
		ck_assert_ptr_null(list.items[list.count]);
	}
	strings_add_n(&list, "abc", 2);
	strings_take(&list, memory_string("taken"));
	ck_assert_uint_eq(list.count, 102);
	ck_assert(strings_contains(&list, "ab") && strings_contains(&list, "99"));
	ck_assert(!strings_contains(&list, "abc"));
	strings_add(&copy, "gone after");
	strings_copy(&copy, &list);
	ck_assert_uint_eq(copy.count, 102);
	ck_assert_str_eq(copy.items[101], "taken");
	strings_release(&list);
	ck_assert_ptr_null(list.items);
	strings_copy(&copy, &list);
	ck_assert_uint_eq(copy.count, 0);
	strings_release(&copy);
}
END_TEST

START_TEST(sorts_and_joins)
{
	struct strings list = { 0 };
	struct str out;

	str_init(&out, 100);
	strings_sort(&list);
	strings_join(&list, ", ", &out);
	ck_assert_str_eq(out.data, "");
	strings_add(&list, "b");
	strings_add(&list, "a");
	strings_add(&list, "b");
	strings_add(&list, "");
	strings_add(&list, "a");
	strings_sort(&list);
	strings_join(&list, ", ", &out);
	ck_assert_str_eq(out.data, ", a, b");
	ck_assert_uint_eq(list.count, 3);
	ck_assert_ptr_null(list.items[3]);
	str_release(&out);
	strings_release(&list);
}
END_TEST

Suite *
strings_suite(void)
{
	Suite *suite = suite_create("strings");
	TCase *tcase = tcase_create("strings");

	tcase_add_test(tcase, lists_end_in_null);
	tcase_add_test(tcase, sorts_and_joins);
	suite_add_tcase(suite, tcase);
	return suite;
}
