/* core/store/profile.c: frames and stacks in memory. */
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "tests/store/suites.h"
#include "tests/store/world.h"

static uint32_t
add(struct profile *profile, const char *function, const char *module, uint32_t line)
{
	return profile_add_frame(profile, function, strlen(function), module, strlen(module), "", 0,
				 line, FRAME_USER);
}

START_TEST(test_frames_are_equal_in_all_parts)
{
	struct profile profile;

	profile_init(&profile);
	ck_assert_uint_eq(add(&profile, "a", "m", 1), 0);
	ck_assert_uint_eq(add(&profile, "a", "m", 1), 0);
	ck_assert_uint_eq(add(&profile, "a", "m", 2), 1);
	ck_assert_uint_eq(add(&profile, "a", "n", 1), 2);
	ck_assert_uint_eq(add(&profile, "am", "", 1), 3); /* names do not run together */
	ck_assert_uint_eq(add(&profile, "", "m", 1), 4);
	ck_assert_uint_eq(profile.frame_count, 5);
	ck_assert_uint_eq(profile.frames[0].name, profile.frames[2].name);
	ck_assert_str_eq(profile.frames[2].module, "n");
	ck_assert_str_eq(profile.frames[4].function, "[unknown]");
	ck_assert_uint_eq(profile_add_frame(&profile, "a", 1, NULL, 0, NULL, 0, 0, FRAME_KERNEL),
			  5);
	ck_assert_str_eq(profile.frames[5].module, "");
	ck_assert_int_eq(profile.frames[5].kind, FRAME_KERNEL);
	profile_release(&profile);
}
END_TEST

START_TEST(test_long_names_are_cut_between_characters)
{
	size_t length = PROFILE_NAME_MAX + 10;
	char *name = memory_alloc(length + 1);
	struct profile profile;

	memset(name, 'x', length);
	memcpy(name + PROFILE_NAME_MAX - 1, "\xc3\xa9", 2); /* a character across the bound */
	profile_init(&profile);
	add(&profile, name, "", 0);
	ck_assert_uint_eq(strlen(profile.frames[0].function), PROFILE_NAME_MAX - 1);
	profile_release(&profile);
	free(name);
}
END_TEST

START_TEST(test_a_nul_ends_a_name)
{
	struct profile profile;

	profile_init(&profile);
	profile_add_frame(&profile, "ab\0cd", 5, "", 0, "", 0, 0, FRAME_USER);
	add(&profile, "ab", "", 0);
	ck_assert_uint_eq(profile.names.count, 1);
	ck_assert_uint_eq(profile.frames[0].name, profile.frames[1].name);
	profile_release(&profile);
}
END_TEST

START_TEST(test_equal_stacks_add_up)
{
	struct profile profile;

	profile_init(&profile);
	world_stack(&profile, "main;a", 2, 20);
	world_stack(&profile, "main;b", 1, 10);
	world_stack(&profile, "main;a", 3, 30);
	world_stack(&profile, "", 4, 40); /* a sample without a stack counts too */
	ck_assert_uint_eq(profile.stack_count, 3);
	ck_assert_uint_eq(profile.cells[0].samples, 5);
	ck_assert_uint_eq(profile.cells[0].weight, 50);
	ck_assert_uint_eq(profile.cells[1].stack, 1);
	ck_assert_uint_eq(profile.stacks[0].depth, 2);
	ck_assert_str_eq(profile.frames[profile.stacks[0].frames[0]].function, "main");
	ck_assert_uint_eq(profile.stacks[2].depth, 0);
	ck_assert_uint_eq(profile.samples, 10);
	ck_assert_uint_eq(profile.weight, 100);
	profile_release(&profile);
}
END_TEST

START_TEST(test_counts_stop_at_a_bound)
{
	struct profile profile;

	profile_init(&profile);
	for (int i = 0; i < 8; i++)
		world_stack(&profile, i % 2 == 0 ? "a" : "b", UINT64_MAX - 1, UINT64_MAX);
	ck_assert(profile.samples == UINT64_MAX / 4);
	ck_assert(profile.weight == UINT64_MAX / 4);
	ck_assert(profile.cells[1].samples == UINT64_MAX / 4);
	profile_release(&profile);
}
END_TEST

START_TEST(test_a_deep_stack_keeps_its_leaf)
{
	size_t depth = PROFILE_DEPTH_MAX + 100;
	uint32_t *frames = memory_alloc_array(depth, sizeof(*frames));
	struct profile profile;
	const struct profile_stack *stack;

	profile_init(&profile);
	for (size_t i = 0; i < depth; i++)
		frames[i] = add(&profile, i + 1 == depth ? "leaf" : "again", "", 0);
	profile_add_stack(&profile, frames, depth, 1, 1);
	profile_add_stack(&profile, frames, depth, 1, 1);
	profile_add_stack(&profile, frames, PROFILE_DEPTH_MAX, 1, 1);
	ck_assert_uint_eq(profile.stack_count, 2);
	stack = &profile.stacks[0];
	ck_assert_uint_eq(stack->depth, PROFILE_DEPTH_MAX);
	ck_assert_str_eq(profile.frames[stack->frames[0]].function, "[truncated]");
	ck_assert_str_eq(profile.frames[stack->frames[1]].function, "again");
	ck_assert_str_eq(profile.frames[stack->frames[stack->depth - 1]].function, "leaf");
	ck_assert_uint_eq(profile.stacks[1].depth, PROFILE_DEPTH_MAX);
	profile_release(&profile);
	free(frames);
}
END_TEST

START_TEST(test_many_stacks_grow)
{
	struct profile profile;

	profile_init(&profile);
	for (uint32_t i = 0; i < 5000; i++) {
		uint32_t frames[2] = { add(&profile, "root", "", 0), add(&profile, "leaf", "", i) };

		ck_assert_uint_eq(profile_add_stack(&profile, frames, 2, 1, 1), i);
	}
	for (uint32_t i = 0; i < 5000; i++)
		ck_assert_uint_eq(profile.frames[profile.stacks[i].frames[1]].line, i);
	profile_release(&profile);
}
END_TEST

Suite *
profile_suite(void)
{
	Suite *suite = suite_create("profile");
	TCase *tests = tcase_create("profile");

	tcase_add_test(tests, test_frames_are_equal_in_all_parts);
	tcase_add_test(tests, test_long_names_are_cut_between_characters);
	tcase_add_test(tests, test_a_nul_ends_a_name);
	tcase_add_test(tests, test_equal_stacks_add_up);
	tcase_add_test(tests, test_counts_stop_at_a_bound);
	tcase_add_test(tests, test_a_deep_stack_keeps_its_leaf);
	tcase_add_test(tests, test_many_stacks_grow);
	suite_add_tcase(suite, tests);
	return suite;
}
