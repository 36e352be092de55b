/* Metrics of one endpoint, hosts of one service, and changes that only share their time. */
#include "core/detect/duplicate.h"

#include <stdio.h>
#include <string.h>

#include "tests/detect/fleet.h"
#include "tests/detect/suites.h"
#include "tests/detect/trees.h"

#define COUNT 100
#define ITEMS 8

static double values[ITEMS][COUNT];

static struct duplicate_item
item(const char *name, double *series, double before, double after)
{
	return (struct duplicate_item){ .name = name,
					.values = series,
					.at = COUNT / 2,
					.to = COUNT,
					.before = before,
					.after = after,
					.weight = after - before };
}

/* Noise of its own, and a part of what all have in common. */
static void
fill(double common, uint64_t seed)
{
	for (size_t i = 0; i < COUNT; i++) {
		double shared = fleet_normal(&seed);
		for (size_t s = 0; s < ITEMS; s++)
			values[s][i] = (i < COUNT / 2 ? 10 : 20) + common * shared +
				       (1 - common) * fleet_normal(&seed);
	}
}

START_TEST(percentiles_are_one)
{
	fill(0, 3);
	struct duplicate_item items[] = { item("api.checkout.latency.p50", values[0], 10, 20),
					  item("api.checkout.latency.p95", values[1], 30, 65),
					  item("api.checkout.latency.p99", values[2], 80, 150),
					  item("db.pool.wait", values[3], 1, 2) };
	detect_duplicates(items, 4, COUNT, NULL);
	for (size_t i = 0; i < 3; i++)
		ck_assert_uint_eq(items[i].subject, 2); /* the largest stands for them */
	ck_assert_uint_eq(items[3].subject, 3);
	struct detect_stage_result result;
	detect_duplicate_result(&result, items, 0);
	ck_assert(result.ran && !result.passed);
	ck_assert_ptr_nonnull(strstr(result.why, "latency.p99"));
	detect_duplicate_result(&result, items, 3);
	ck_assert(result.passed);
}
END_TEST

/* Names say nothing, the noise says all. */
START_TEST(correlated_are_one)
{
	fill(0.9, 3);
	struct duplicate_item items[] = { item("alpha", values[0], 10, 20),
					  item("omega", values[1], 10, 20) };
	detect_duplicates(items, 2, COUNT, NULL);
	ck_assert_uint_eq(items[1].subject, 0);
	ck_assert_double_gt(items[1].correlation, 0.9);
}
END_TEST

/* The step itself is no correlation: two changes of one time are two. */
START_TEST(independent_are_two)
{
	int joined = 0;
	for (uint64_t seed = 1; seed <= 200; seed++) {
		fill(0, seed);
		struct duplicate_item items[] = { item("encode_frame", values[0], 10, 20),
						  item("db.pool.wait", values[1], 10, 20) };
		detect_duplicates(items, 2, COUNT, NULL);
		joined += items[1].subject != 1;
	}
	ck_assert_int_eq(joined, 0);
}
END_TEST

/* One host that changed the other way is not one with the rest. */
START_TEST(hosts_are_one)
{
	static const char *const names[] = { "cpu.busy@web-eu-01", "cpu.busy@web-eu-02",
					     "cpu.busy@web-eu-03", "cpu.busy@web-eu-04" };
	struct duplicate_item items[4];
	fill(0, 9);
	for (size_t i = 0; i < 4; i++)
		items[i] = item(names[i], values[i], 10, i == 3 ? 5 : 14);
	items[1].has_cause = true;
	detect_duplicates(items, 4, COUNT, NULL);
	for (size_t i = 0; i < 3; i++)
		ck_assert_uint_eq(items[i].subject, 1); /* the one with a cause */
	ck_assert_uint_eq(items[3].subject, 3);
}
END_TEST

/* Two functions that grew in the same stacks, and one that grew beside them. */
START_TEST(common_samples_are_one)
{
	const struct tree_line lines[] = { { "main a b", 100, 500 },
					   { "main a", 50, 60 },
					   { "main c", 100, 400 },
					   { "main rest", 9000, 9000 },
					   { NULL, 0, 0 } };
	static const unsigned a[] = { 0, 1 };
	static const unsigned b[] = { 0 };
	static const unsigned c[] = { 2 };
	struct tree tree;
	tree_make(&tree, lines);
	struct duplicate_item items[] = { item("a", NULL, 0.015, 0.056),
					  item("b", NULL, 0.01, 0.05),
					  item("c", NULL, 0.01, 0.04) };
	items[0].stacks = a;
	items[0].stack_count = 2;
	items[1].stacks = b;
	items[1].stack_count = 1;
	items[2].stacks = c;
	items[2].stack_count = 1;
	detect_duplicates(items, 3, 0, &tree.stacks);
	ck_assert_uint_eq(items[0].subject, items[1].subject);
	ck_assert_uint_eq(items[2].subject, 2);
	tree_release(&tree);
}
END_TEST

Suite *
duplicate_suite(void)
{
	Suite *suite = suite_create("duplicate");
	TCase *cases = tcase_create("cases");
	tcase_add_test(cases, percentiles_are_one);
	tcase_add_test(cases, correlated_are_one);
	tcase_add_test(cases, independent_are_two);
	tcase_add_test(cases, hosts_are_one);
	tcase_add_test(cases, common_samples_are_one);
	suite_add_tcase(suite, cases);
	return suite;
}
