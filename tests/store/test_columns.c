/* core/store/telemetry_columns.c: counts in columns are the counts in rows. */
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/store/telemetry_columns.h"
#include "tests/store/suites.h"
#include "tests/store/world.h"

#define WINDOWS 40
#define FUNCTIONS 300

static uint64_t
count_of(size_t function, size_t window)
{
	uint64_t value = (function * 7919 + window * 104729) % 1000;

	if (value % 10 == 0)
		return 0;
	return function % 50 == 0 ? value * 5000 : value; /* up to 5 million: four bytes */
}

static void
add_counts(struct store *store, int64_t service, size_t w, const struct function_total *totals,
	   size_t count, uint64_t samples)
{
	struct window window = { .start = (int64_t)w * 60,
				 .end = (int64_t)w * 60 + 60,
				 .samples = samples,
				 .weight = samples,
				 .unit = "samples" };
	struct error err;
	bool added = false;

	must(telemetry_counts_add(store_telemetry(store), service, &window, totals, count, w,
				  &added, &err));
	ck_assert(added);
	must(telemetry_counts_add(store_telemetry(store), service, &window, totals, count, w,
				  &added, &err));
	ck_assert(!added);
}

/* Window w has the functions backwards, so that the store has to sort them. */
static void
fill(struct store *store, int64_t service)
{
	struct function_total *totals = memory_alloc_array(FUNCTIONS, sizeof(*totals));
	char names[FUNCTIONS][16];

	for (size_t f = 0; f < FUNCTIONS; f++)
		snprintf(names[f], sizeof(names[f]), "function_%zu", f);
	for (size_t w = 0; w < WINDOWS; w++) {
		for (size_t f = 0; f < FUNCTIONS; f++)
			totals[FUNCTIONS - 1 - f] =
				(struct function_total){ names[f], count_of(f, w) };
		add_counts(store, service, w, totals, FUNCTIONS, 10000000);
	}
	free(totals);
}

static int
read_columns(struct store *store, int64_t service, const uint32_t *only, size_t count,
	     struct window_keys *keys, struct function_columns *columns)
{
	struct window_query query = { .service = service };
	struct error err;
	int result;

	must(telemetry_window_keys(store_telemetry(store), &query, keys, &err));
	result = telemetry_function_columns(store_telemetry(store), keys, only, count, columns,
					    NULL, &err);
	ck_assert_int_ge(result, 0);
	return result;
}

START_TEST(test_columns_are_the_counts)
{
	int64_t service = 0;
	struct store *store = world_store(&service);
	struct window_keys keys = { 0 };
	struct function_columns columns = { 0 };
	char *names[FUNCTIONS];
	struct error err;

	fill(store, service);
	ck_assert_int_eq(read_columns(store, service, NULL, 0, &keys, &columns), 1);
	ck_assert_uint_eq(keys.count, WINDOWS);
	ck_assert_uint_eq(columns.windows, WINDOWS);
	ck_assert_uint_eq(columns.function_count, FUNCTIONS);
	must(telemetry_function_names(store_telemetry(store), columns.functions, FUNCTIONS, names,
				      &err));
	for (size_t i = 0; i < FUNCTIONS; i++) {
		size_t f = (size_t)strtoul(names[i] + strlen("function_"), NULL, 10);

		for (size_t w = 0; w < WINDOWS; w++)
			ck_assert_uint_eq(columns.counts[i * WINDOWS + w], count_of(f, w));
		free(names[i]);
	}
	ck_assert_uint_eq(keys.items[3].samples, 10000000);
	ck_assert_int_eq(keys.items[3].start, 180);
	function_columns_release(&columns);
	window_keys_release(&keys);
	store_close(store);
}
END_TEST

START_TEST(test_only_some_columns)
{
	int64_t service = 0;
	struct store *store = world_store(&service);
	struct window_keys keys = { 0 };
	struct function_columns all = { 0 }, some = { 0 };
	uint32_t only[3];

	fill(store, service);
	ck_assert_int_eq(read_columns(store, service, NULL, 0, &keys, &all), 1);
	window_keys_release(&keys);
	only[0] = all.functions[200];
	only[1] = all.functions[4];
	only[2] = UINT32_MAX; /* nobody has it */
	ck_assert_int_eq(read_columns(store, service, only, 3, &keys, &some), 1);
	ck_assert_uint_eq(some.function_count, 3);
	for (size_t w = 0; w < WINDOWS; w++) {
		ck_assert_uint_eq(some.counts[w], all.counts[200 * WINDOWS + w]);
		ck_assert_uint_eq(some.counts[WINDOWS + w], all.counts[4 * WINDOWS + w]);
		ck_assert_uint_eq(some.counts[2 * WINDOWS + w], 0);
	}
	function_columns_release(&all);
	function_columns_release(&some);
	window_keys_release(&keys);
	store_close(store);
}
END_TEST

/* New functions in each window would be a matrix of nothing: rows are the better form. */
START_TEST(test_sparse_counts_have_no_columns)
{
	int64_t service = 0;
	struct store *store = world_store(&service);
	struct window_keys keys = { 0 };
	struct function_columns columns = { 0 };
	struct function_total totals[200];
	char names[200][24];

	for (size_t w = 0; w < 100; w++) {
		for (size_t f = 0; f < 200; f++) {
			snprintf(names[f], sizeof(names[f]), "f_%zu_%zu", w, f);
			totals[f] = (struct function_total){ names[f], 1 };
		}
		add_counts(store, service, w, totals, 200, 1000);
	}
	ck_assert_int_eq(read_columns(store, service, NULL, 0, &keys, &columns), 0);
	ck_assert_ptr_null(columns.counts);
	window_keys_release(&keys);
	store_close(store);
}
END_TEST

START_TEST(test_wide_counts_have_no_columns)
{
	int64_t service = 0;
	struct store *store = world_store(&service);
	struct window_keys keys = { 0 };
	struct function_columns columns = { 0 };
	struct function_total total = { "big", (uint64_t)UINT32_MAX + 1 };

	add_counts(store, service, 0, &total, 1, (uint64_t)1 << 40);
	ck_assert_int_eq(read_columns(store, service, NULL, 0, &keys, &columns), 0);
	window_keys_release(&keys);
	store_close(store);
}
END_TEST

START_TEST(test_counts_that_cannot_be)
{
	int64_t service = 0;
	struct store *store = world_store(&service);
	struct window window = { .start = 0, .end = 60, .samples = 10, .unit = "samples" };
	struct function_total more = { "a", 11 };
	struct function_total twice[2] = { { "a", 1 }, { "a", 2 } };
	struct error err = { 0 };
	bool added;

	ck_assert_int_lt(telemetry_counts_add(store_telemetry(store), service, &window, &more, 1, 1,
					      &added, &err),
			 0);
	ck_assert_int_eq(err.code, ERROR_INPUT);
	ck_assert_int_lt(telemetry_counts_add(store_telemetry(store), service, &window, twice, 2, 1,
					      &added, &err),
			 0);
	ck_assert_int_eq(err.code, ERROR_INPUT);
	ck_assert_int_lt(telemetry_counts_add(store_telemetry(store), 77, &window, twice, 1, 1,
					      &added, &err),
			 0);
	ck_assert_int_eq(err.code, ERROR_NOT_FOUND);
	store_close(store);
}
END_TEST

Suite *
columns_suite(void)
{
	Suite *suite = suite_create("columns");
	TCase *tests = tcase_create("columns");

	tcase_add_test(tests, test_columns_are_the_counts);
	tcase_add_test(tests, test_only_some_columns);
	tcase_add_test(tests, test_sparse_counts_have_no_columns);
	tcase_add_test(tests, test_wide_counts_have_no_columns);
	tcase_add_test(tests, test_counts_that_cannot_be);
	suite_add_tcase(suite, tests);
	return suite;
}
