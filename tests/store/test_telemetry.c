/* core/store/telemetry*.c: windows in, and back as stacks, counts and series. */
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "tests/store/suites.h"
#include "tests/store/world.h"

/* A window at this minute with one stack more each minute. */
static bool
add_window(struct store *store, int64_t service, int minute, const char *label)
{
	struct window window = { .start = minute * 60,
				 .end = minute * 60 + 60,
				 .event = "cpu-clock",
				 .unit = "ns",
				 .source = "x.perf.txt" };
	struct profile profile;
	struct error err;
	bool added = false;

	if (label != NULL)
		strings_add(&window.labels, label);
	strings_add(&window.labels, "zone=a");
	profile_init(&profile);
	world_stack(&profile, "main;parse;strlen", 10, 1000);
	world_stack(&profile, "main;render", 5, 500);
	world_stack(&profile, "main;walk;walk;walk", (uint64_t)minute + 1, 7);
	must(telemetry_profile_add(store_telemetry(store), service, &window, &profile,
				   (uint64_t)minute, &added, &err));
	profile_release(&profile);
	strings_release(&window.labels);
	return added;
}

static struct store *
three_windows(int64_t *service)
{
	struct store *store = world_store(service);

	ck_assert(add_window(store, *service, 2, "version=2"));
	ck_assert(add_window(store, *service, 1, "version=1"));
	ck_assert(add_window(store, *service, 3, "version=2"));
	return store;
}

/* The stack as world_stack takes it; the caller's. */
static char *
stack_text(const struct profile_set *set, const struct profile_stack *stack)
{
	struct str text;

	str_init(&text, STR_MAX_LINE);
	for (uint32_t i = 0; i < stack->depth; i++)
		str_addf(&text, "%s%s", i > 0 ? ";" : "", set->frames[stack->frames[i]].function);
	return str_take(&text);
}

START_TEST(test_stacks_come_back)
{
	static const char *const texts[] = { "main;parse;strlen", "main;render",
					     "main;walk;walk;walk" };
	struct error err;
	int64_t service;
	struct store *store = three_windows(&service);
	const struct window_query query = { .service = service };
	struct profile_set set;

	must(telemetry_profiles(store_telemetry(store), &query, &set, NULL, &err));
	ck_assert_uint_eq(set.window_count, 3);
	ck_assert_uint_eq(set.stack_count, 3);
	ck_assert_uint_eq(set.frame_count, 5);
	ck_assert_uint_eq(set.cell_count, 9);
	for (size_t w = 0; w < 3; w++) {
		const struct profile_window *window = &set.windows[w];
		const struct profile_cell *cells = set.cells + window->first_cell;

		ck_assert_int_eq(window->start, (int64_t)(w + 1) * 60);
		ck_assert_uint_eq(window->samples, 10 + 5 + w + 2);
		ck_assert_uint_eq(window->cell_count, 3);
		for (uint32_t c = 0; c < 3; c++) {
			char *text = stack_text(&set, &set.stacks[cells[c].stack]);

			ck_assert_uint_eq(cells[c].stack, c);
			ck_assert_str_eq(text, texts[c]);
			free(text);
		}
		ck_assert_uint_eq(cells[0].samples, 10);
		ck_assert_uint_eq(cells[0].weight, 1000);
		ck_assert_uint_eq(cells[2].samples, w + 2);
		ck_assert_uint_eq(cells[2].weight, 7);
	}
	ck_assert_str_eq(set.frames[0].module, "app");
	ck_assert_str_eq(intern_text(&set.names, set.frames[1].name), set.frames[1].function);
	profile_set_release(&set);
	store_close(store);
}
END_TEST

START_TEST(test_only_used_stacks_are_read)
{
	struct error err;
	int64_t service, other;
	struct store *store = three_windows(&service);
	struct window window = { .start = 1, .end = 2 };
	struct profile profile;
	struct profile_set set;
	bool added;

	other = world_service(store, "other");
	profile_init(&profile);
	for (int i = 0; i < 200; i++) { /* a gap that is worth a seek */
		char *name = memory_format("only here %d", i);

		world_stack(&profile, name, 1, 1);
		free(name);
	}
	must(telemetry_profile_add(store_telemetry(store), other, &window, &profile, 1, &added,
				   &err));
	profile_release(&profile);
	profile_init(&profile);
	world_stack(&profile, "after the gap", 1, 1);
	world_stack(&profile, "main;render", 1, 1);
	must(telemetry_profile_add(store_telemetry(store), service,
				   &(struct window){ .start = 900, .end = 901 }, &profile, 2,
				   &added, &err));
	profile_release(&profile);
	must(telemetry_profiles(store_telemetry(store),
				&(struct window_query){ .service = service }, &set, NULL, &err));
	ck_assert_uint_eq(set.stack_count, 4);
	ck_assert_uint_eq(set.frame_count, 6);
	ck_assert_str_eq(set.frames[set.stacks[3].frames[0]].function, "after the gap");
	ck_assert_uint_eq(set.cells[set.cell_count - 1].stack, 3);
	profile_set_release(&set);
	store_close(store);
}
END_TEST

START_TEST(test_twice_is_once)
{
	struct error err;
	int64_t service;
	struct store *store = three_windows(&service);
	struct window_list list;

	ck_assert(!add_window(store, service, 2, "version=2"));
	must(telemetry_windows(store_telemetry(store), &(struct window_query){ .service = service },
			       &list, &err));
	ck_assert_uint_eq(list.count, 3);
	ck_assert_str_eq(list.items[0].event, "cpu-clock");
	ck_assert_str_eq(list.items[0].source, "x.perf.txt");
	ck_assert_str_eq(list.items[0].labels.items[0], "version=1");
	ck_assert_uint_eq(list.items[0].weight, 1507);
	window_list_release(&list);
	ck_assert(add_window(store, world_service(store, "web"), 2, NULL)); /* another service's */
	store_close(store);
}
END_TEST

static size_t
count_windows(struct store *store, struct window_query query, int64_t *first)
{
	struct window_list list;
	struct error err;
	size_t count;

	must(telemetry_windows(store_telemetry(store), &query, &list, &err));
	count = list.count;
	*first = count > 0 ? list.items[0].start : 0;
	window_list_release(&list);
	return count;
}

START_TEST(test_windows_are_chosen)
{
	int64_t service, first;
	struct store *store = three_windows(&service);
	struct strings labels = { 0 };

	ck_assert_uint_eq(
		count_windows(store, (struct window_query){ .service = service + 1 }, &first), 0);
	ck_assert_uint_eq(
		count_windows(store,
			      (struct window_query){ .service = service, .from = 60, .to = 180 },
			      &first),
		2);
	ck_assert_int_eq(first, 60);
	ck_assert_uint_eq(count_windows(store,
					(struct window_query){ .service = service, .from = 61 },
					&first),
			  2);
	ck_assert_uint_eq(count_windows(store,
					(struct window_query){ .service = service, .newest = 2 },
					&first),
			  2);
	ck_assert_int_eq(first, 120); /* the newest two, oldest first */
	strings_add(&labels, "zone=a");
	strings_add(&labels, "version=2");
	ck_assert_uint_eq(
		count_windows(store, (struct window_query){ .service = service, .labels = &labels },
			      &first),
		2);
	ck_assert_uint_eq(
		count_windows(
			store,
			(struct window_query){ .service = service, .labels = &labels, .newest = 1 },
			&first),
		1);
	ck_assert_int_eq(first, 180);
	strings_add(&labels, "version=1"); /* another value of a key is an alternative */
	ck_assert_uint_eq(
		count_windows(store, (struct window_query){ .service = service, .labels = &labels },
			      &first),
		3);
	strings_release(&labels);
	store_close(store);
}
END_TEST

/* k of a function in the window, by its name. */
static uint64_t
count_of(const struct function_counts *counts, size_t window, const char *function)
{
	for (size_t i = counts->rows[window]; i < counts->rows[window + 1]; i++)
		if (strcmp(counts->functions[counts->cells[i].function], function) == 0)
			return counts->cells[i].samples;
	return 0;
}

START_TEST(test_recursion_counts_once)
{
	struct error err;
	int64_t service;
	struct store *store = three_windows(&service);
	struct function_counts counts;

	must(telemetry_function_counts(store_telemetry(store),
				       &(struct window_query){ .service = service }, &counts, NULL,
				       &err));
	ck_assert_uint_eq(counts.function_count, 5);
	ck_assert_uint_eq(counts.windows.count, 3);
	ck_assert_uint_eq(counts.rows[3], 15);
	for (size_t w = 0; w < 3; w++) {
		ck_assert_uint_eq(counts.windows.items[w].samples, 15 + w + 2);
		ck_assert_uint_eq(count_of(&counts, w, "main"), 15 + w + 2);
		ck_assert_uint_eq(count_of(&counts, w, "walk"), w + 2);
		ck_assert_uint_eq(count_of(&counts, w, "strlen"), 10);
		for (size_t i = counts.rows[w] + 1; i < counts.rows[w + 1]; i++)
			ck_assert_uint_lt(counts.cells[i - 1].function, counts.cells[i].function);
	}
	function_counts_release(&counts);
	store_close(store);
}
END_TEST

START_TEST(test_one_function_over_time)
{
	struct error err;
	int64_t service;
	struct store *store = three_windows(&service);
	const struct window_query query = { .service = service, .from = 100 };
	struct share_series series;
	int64_t other = world_service(store, "other");

	must(telemetry_share_series(store_telemetry(store), &query, "walk", &series, &err));
	ck_assert_uint_eq(series.count, 2);
	ck_assert_int_eq(series.items[0].start, 120);
	ck_assert_uint_eq(series.items[0].count, 3);
	ck_assert_uint_eq(series.items[0].samples, 18);
	share_series_release(&series);
	must_fail(telemetry_share_series(store_telemetry(store), &query, "wal", &series, &err),
		  ERROR_NOT_FOUND, "no function wal");
	must(telemetry_share_series(store_telemetry(store),
				    &(struct window_query){ .service = other }, "walk", &series,
				    &err));
	ck_assert_uint_eq(series.count, 0);
	share_series_release(&series);
	store_close(store);
}
END_TEST

START_TEST(test_a_window_knows_samples_without_stacks)
{
	struct error err;
	int64_t service;
	struct store *store = world_store(&service);
	struct window window = { .start = 1, .end = 2, .samples = 100 };
	struct share_series series;
	struct profile profile;
	bool added;

	profile_init(&profile);
	world_stack(&profile, "main", 10, 10);
	must(telemetry_profile_add(store_telemetry(store), service, &window, &profile, 1, &added,
				   &err));
	window.samples = 3; /* fewer than there are cannot be */
	must(telemetry_profile_add(store_telemetry(store), service, &window, &profile, 2, &added,
				   &err));
	profile_release(&profile);
	must(telemetry_share_series(store_telemetry(store),
				    &(struct window_query){ .service = service }, "main", &series,
				    &err));
	ck_assert_uint_eq(series.items[0].samples, 100);
	ck_assert_uint_eq(series.items[1].samples, 10);
	share_series_release(&series);
	store_close(store);
}
END_TEST

START_TEST(test_what_cannot_be_stored)
{
	struct error err;
	int64_t service;
	struct store *store = world_store(&service);
	struct window window = { .start = 2, .end = 2, .source = "late.txt" };
	struct profile profile;
	bool added;

	profile_init(&profile);
	must_fail(telemetry_profile_add(store_telemetry(store), service, &window, &profile, 1,
					&added, &err),
		  ERROR_INPUT, "late.txt");
	window.end = 3;
	must_fail(telemetry_profile_add(store_telemetry(store), 99, &window, &profile, 1, &added,
					&err),
		  ERROR_NOT_FOUND, "99");
	profile_release(&profile);
	store_close(store);
}
END_TEST

/* Numbers met in a transaction that is rolled back must not be remembered. */
START_TEST(test_a_rolled_back_window_leaves_nothing)
{
	struct error err;
	int64_t service;
	struct store *store = world_store(&service);
	struct profile_set set;
	struct profile profile;
	bool added;

	must(store_begin(store, &err));
	ck_assert(add_window(store, service, 1, NULL));
	store_rollback(store);
	profile_init(&profile);
	world_stack(&profile, "quite;other;names", 1, 1);
	must(telemetry_profile_add(store_telemetry(store), service,
				   &(struct window){ .start = 1, .end = 2 }, &profile, 9, &added,
				   &err));
	profile_release(&profile);
	ck_assert(add_window(store, service, 1, NULL));
	must(telemetry_profiles(store_telemetry(store),
				&(struct window_query){ .service = service }, &set, NULL, &err));
	ck_assert_uint_eq(set.stack_count, 4);
	ck_assert_str_eq(set.frames[set.stacks[0].frames[0]].function, "quite");
	ck_assert_str_eq(set.frames[set.stacks[1].frames[2]].function, "strlen");
	profile_set_release(&set);
	must(store_check(store, &err));
	store_close(store);
}
END_TEST

static void
check_damage(const char *damage, const char *part)
{
	struct error err;
	char *path = world_path("headroom.db");
	struct store *store = world_open(path);
	int64_t service = world_service(store, "api");
	const struct window_query query = { .service = service };
	struct profile_set set;
	struct function_counts counts;
	struct share_series series;
	int result;

	add_window(store, service, 1, NULL);
	world_sql(path, damage);
	err = (struct error){ 0 };
	result = telemetry_profiles(store_telemetry(store), &query, &set, NULL, &err);
	if (result == 0) {
		profile_set_release(&set);
		result = telemetry_function_counts(store_telemetry(store), &query, &counts, NULL,
						   &err);
		if (result == 0)
			function_counts_release(&counts);
		must_fail(telemetry_share_series(store_telemetry(store), &query, "main", &series,
						 &err),
			  ERROR_CORRUPT, part);
	}
	ck_assert_msg(result < 0, "%s was not seen", damage);
	ck_assert_int_eq(err.code, ERROR_CORRUPT);
	ck_assert_msg(strstr(err.text, part) != NULL, "%s: %s", damage, err.text);
	store_close(store);
	free(path);
}

START_TEST(test_damaged_blobs_name_the_window)
{
	check_damage("UPDATE window_cells SET cells = substr(cells, 1, 5)", "stacks of window 1");
	check_damage("UPDATE window_cells SET cells = x''", "stacks of window 1");
	check_damage("UPDATE window_cells SET cells = x'0101016402'", "stack of window 1");
	check_damage("PRAGMA foreign_keys = OFF; DELETE FROM window_cells", "part of window 1");
	check_damage("UPDATE stack SET frames = x'ff' WHERE id = 2", "a stack of window 1");
	check_damage("UPDATE stack SET frames = x'7f' WHERE id = 2", "a stack of window 1");
	check_damage(
		"UPDATE stack SET id = 50 WHERE id = 3; INSERT INTO stack VALUES (49, 0, x'01')",
		"a stack of window 1");
	check_damage("DELETE FROM frame WHERE id = 2", "a frame in the time of window 1");
	check_damage("DELETE FROM function WHERE id = 2", "a frame in the time of window 1");
	check_damage("UPDATE window_functions SET functions = substr(functions, 1, 4)",
		     "counts of window 1");
	check_damage("UPDATE window_functions SET functions = x'010101ffff03'",
		     "of window 1"); /* k over n */
}
END_TEST

/* One number far out must not make a table of that size. */
START_TEST(test_numbers_over_the_bound)
{
	struct error err;
	char *path = world_path("headroom.db");
	struct store *store = world_open(path);
	int64_t service = world_service(store, "api");
	struct profile_set set;

	add_window(store, service, 1, NULL);
	world_sql(path, "UPDATE stack SET id = 9000000000 WHERE id = 3");
	must_fail(telemetry_profiles(store_telemetry(store),
				     &(struct window_query){ .service = service }, &set, NULL,
				     &err),
		  ERROR_LIMIT, "9000000000 is over the bound");
	store_close(store);
	free(path);
}
END_TEST

static void
cancel_it(void *user, const char *what, uint64_t done, uint64_t total)
{
	struct cancel *cancel = user;

	ck_assert_ptr_nonnull(what);
	ck_assert_uint_lt(done, total);
	cancel_request(cancel);
}

START_TEST(test_reading_is_cancelled)
{
	struct error err;
	int64_t service;
	struct store *store = three_windows(&service);
	const struct window_query query = { .service = service };
	struct cancel cancel = { false };
	const struct progress progress = { cancel_it, &cancel, &cancel };
	struct profile_set set;
	struct function_counts counts;

	must_fail(telemetry_profiles(store_telemetry(store), &query, &set, &progress, &err),
		  ERROR_CANCELLED, "cancelled");
	must_fail(
		telemetry_function_counts(store_telemetry(store), &query, &counts, &progress, &err),
		ERROR_CANCELLED, "cancelled");
	world_service(store, "writing goes on after it");
	store_close(store);
}
END_TEST

Suite *
telemetry_suite(void)
{
	Suite *suite = suite_create("telemetry");
	TCase *tests = tcase_create("telemetry");

	tcase_add_test(tests, test_stacks_come_back);
	tcase_add_test(tests, test_only_used_stacks_are_read);
	tcase_add_test(tests, test_twice_is_once);
	tcase_add_test(tests, test_windows_are_chosen);
	tcase_add_test(tests, test_recursion_counts_once);
	tcase_add_test(tests, test_one_function_over_time);
	tcase_add_test(tests, test_a_window_knows_samples_without_stacks);
	tcase_add_test(tests, test_what_cannot_be_stored);
	tcase_add_test(tests, test_a_rolled_back_window_leaves_nothing);
	tcase_add_test(tests, test_damaged_blobs_name_the_window);
	tcase_add_test(tests, test_numbers_over_the_bound);
	tcase_add_test(tests, test_reading_is_cancelled);
	tcase_set_timeout(tests, 30);
	suite_add_tcase(suite, tests);
	return suite;
}
