/* core/store/telemetry_match.c: windows by event and by labels, and the lists to choose from. */
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/store/schema.h"
#include "core/store/telemetry_columns.h"
#include "core/store/telemetry_labels.h"
#include "core/store/telemetry_match.h"
#include "tests/store/suites.h"
#include "tests/store/world.h"

static struct strings
words(const char *text)
{
	struct strings list = { 0 };
	const char *at = text;

	while (*at != '\0') {
		size_t length = strcspn(at, " ");

		strings_add_n(&list, at, length);
		at += length;
		at += *at == ' ';
	}
	return list;
}

static const struct {
	const char *labels, *wanted;
	bool match;
} matches[] = {
	{ "host=a version=1", "", true },
	{ "host=a version=1", "version=1", true },
	{ "host=a version=1", "version=2", false },
	{ "host=a version=1", "version=1 version=2", true },
	{ "host=a version=1", "version=1 host=b", false },
	{ "host=a version=1", "version=2 host=a version=1", true },
	{ "host=a version=1", "version!=1", false },
	{ "host=a version=1", "version!=2", true },
	{ "host=a version=1", "version!=2 version!=1", false },
	{ "host=a version=1", "version=1 version!=1", false },
	{ "host=a version=1", "zone!=x", true },
	{ "host=a version=1", "zone=", true },
	{ "host=a version=1", "zone!=", false },
	{ "host=a version=1", "host=", false },
	{ "host=a version=1", "host!=", true },
	{ "host=web-01.x", "host=web-*", true },
	{ "host=web-01.x", "host=web-??.x", true },
	{ "host=web-01.x", "host=*.y", false },
	{ "host=web-01.x", "host!=web-*", false },
	{ "host=web-01.x", "host=*", true },
	{ "host=aaab", "host=*a*b", true },
	{ "host=aaab", "host=*ab*a", false },
	{ "query=a=b", "query=a=b", true },
	{ "plain", "plain", true },
	{ "plain", "other", false },
	{ "", "zone=*", true },
	{ "", "zone=?*", false },
	{ "hostname=a", "host=a", false },
};

START_TEST(test_labels_match)
{
	struct strings labels = words(matches[_i].labels), wanted = words(matches[_i].wanted);

	ck_assert_msg(window_labels_match(&labels, &wanted) == matches[_i].match,
		      "'%s' against '%s'", matches[_i].labels, matches[_i].wanted);
	strings_release(&labels);
	strings_release(&wanted);
}
END_TEST

static void
add_window(struct store *store, int64_t service, int minute, const char *event, const char *labels)
{
	struct window window = { .start = minute * 60,
				 .end = minute * 60 + 60,
				 .event = event != NULL ? memory_string(event) : NULL,
				 .labels = words(labels) };
	struct profile profile;
	struct error err;
	bool added;

	profile_init(&profile);
	world_stack(&profile, "main;parse", 10, 1000);
	must(telemetry_profile_add(
		store_telemetry(store), service, &window, &profile,
		intern_hash(event != NULL ? event : "none", 4) ^ (uint64_t)minute, &added, &err));
	ck_assert(added);
	profile_release(&profile);
	window_release(&window);
}

static size_t
count(struct store *store, int64_t service, const char *event, const char *labels)
{
	struct strings wanted = words(labels);
	struct window_query query = { .service = service, .event = event, .labels = &wanted };
	struct window_list list;
	struct window_keys keys;
	struct error err;
	size_t found;

	must(telemetry_windows(store_telemetry(store), &query, &list, &err));
	must(telemetry_window_keys(store_telemetry(store), &query, &keys, &err));
	found = list.count;
	ck_assert_uint_eq(keys.count, found);
	for (size_t i = 0; i < found; i++)
		ck_assert_int_eq(keys.items[i].id, list.items[i].id);
	window_list_release(&list);
	window_keys_release(&keys);
	strings_release(&wanted);
	return found;
}

/* Ten minutes of three events of one recording, two of no known event, and another service. */
static struct store *
recorded(int64_t *service)
{
	struct store *store = world_store(service);

	for (int minute = 1; minute <= 10; minute++) {
		const char *labels = minute <= 5 ? "host=a version=1" : "host=b version=2";

		add_window(store, *service, minute, "branch-misses", labels);
		add_window(store, *service, minute, "cycles:u", labels);
		add_window(store, *service, minute, "faults", labels);
	}
	add_window(store, *service, 0, NULL, "version=0");
	add_window(store, *service, 11, NULL, "");
	add_window(store, world_service(store, "other"), 3, "wall", "version=9");
	return store;
}

START_TEST(test_events_stay_apart)
{
	int64_t service;
	struct store *store = recorded(&service);
	struct window_query newest = { .service = service, .newest = 3 };
	struct window_list list;
	struct error err;

	ck_assert_uint_eq(count(store, service, NULL, ""), 12);
	ck_assert_uint_eq(count(store, service, "cycles:u", ""), 10);
	ck_assert_uint_eq(count(store, service, "faults", "host=a"), 5);
	ck_assert_uint_eq(count(store, service, "", ""), 2);
	ck_assert_uint_eq(count(store, service, TELEMETRY_EVENT_ANY, ""), 32);
	ck_assert_uint_eq(count(store, service, "nothing", ""), 0);
	ck_assert_uint_eq(count(store, service, NULL, "version=1 version=0"), 6);
	ck_assert_uint_eq(count(store, service, NULL, "host="), 2);
	ck_assert_uint_eq(count(store, service, NULL, "version!=1"), 7);
	must(telemetry_windows(store_telemetry(store), &newest, &list, &err));
	ck_assert_uint_eq(list.count, 3);
	ck_assert_ptr_null(list.items[2].event);
	ck_assert_str_eq(list.items[1].event, "cycles:u");
	ck_assert_str_eq(list.items[0].event, "cycles:u");
	window_list_release(&list);
	store_close(store);
}
END_TEST

/* What nobody records any more is the main event no longer. */
START_TEST(test_newest_windows_say_what_is_usual)
{
	int64_t service;
	struct store *store = world_store(&service);

	for (int minute = 1; minute <= 20; minute++)
		add_window(store, service, minute, "cycles", "");
	for (int minute = 21; minute <= 29; minute++)
		add_window(store, service, minute, "wall", "");
	ck_assert_uint_eq(count(store, service, NULL, ""), 20);
	for (int minute = 30; minute <= 180; minute++)
		add_window(store, service, minute, "wall", "");
	ck_assert_uint_eq(count(store, service, NULL, ""), 160);
	store_close(store);
}
END_TEST

START_TEST(test_lists_to_choose_from)
{
	int64_t service;
	struct store *store = recorded(&service);
	struct strings wanted = words("version=2");
	struct window_query query = { .service = service, .labels = &wanted };
	struct telemetry_labels labels;
	struct error err;

	must(telemetry_labels(store_telemetry(store), &query, &labels, &err));
	ck_assert_str_eq(labels.main_event, "cycles:u");
	ck_assert_uint_eq(labels.event_count, 4);
	ck_assert_str_eq(labels.events[0].name, "");
	ck_assert_uint_eq(labels.events[0].windows, 2);
	ck_assert_str_eq(labels.events[3].name, "faults");
	ck_assert_uint_eq(labels.events[3].windows, 10);
	ck_assert_uint_eq(labels.windows, 5);
	ck_assert_uint_eq(labels.label_count, 2);
	ck_assert_str_eq(labels.labels[0].label, "host=b");
	ck_assert_uint_eq(labels.labels[1].windows, 5);
	telemetry_labels_release(&labels);
	query.labels = NULL;
	query.from = 300;
	query.to = 420;
	must(telemetry_labels(store_telemetry(store), &query, &labels, &err));
	ck_assert_uint_eq(labels.label_count, 4);
	ck_assert_uint_eq(labels.labels[0].windows, 1);
	ck_assert_uint_eq(labels.windows, 2);
	telemetry_labels_release(&labels);
	strings_release(&wanted);
	store_close(store);
}
END_TEST

/* Windows of a database that version 6 wrote have their events and labels. */
START_TEST(test_windows_of_older_versions)
{
	char *path = world_path("six.db");
	struct window_query query = { .service = 1 };
	struct telemetry_labels labels;
	struct store *store;
	struct error err;

	for (size_t i = 0; i < 5; i++) /* 0001 to 0004, and 0006 */
		world_sql(path, schema_sql[i]);
	world_sql(path,
		  "PRAGMA application_id = 0x6864726d; PRAGMA user_version = 5;"
		  "INSERT INTO service(name, cores, watts_per_core) VALUES ('old', 3, 4);"
		  "INSERT INTO window(service, start_time, end_time, digest, samples, weight, "
		  "event, labels) VALUES (1, 1, 2, 3, 4, 5, 'cycles', x'763d3100'),"
		  "(1, 2, 3, 3, 4, 5, 'cycles', x'763d3200'), (1, 3, 4, 3, 4, 5, NULL, NULL),"
		  "(1, 4, 5, 3, 4, 5, 'faults', x'763d3200')");
	store = world_open(path);
	ck_assert_uint_eq(count(store, 1, NULL, ""), 3);
	ck_assert_uint_eq(count(store, 1, NULL, "v=2"), 1);
	ck_assert_uint_eq(count(store, 1, NULL, "v!=2"), 2);
	must(telemetry_labels(store_telemetry(store), &query, &labels, &err));
	ck_assert_uint_eq(labels.label_count, 2);
	telemetry_labels_release(&labels);
	must(store_check(store, &err));
	store_close(store);
	free(path);
}
END_TEST

/* Stack by stack, the samples of all windows. */
static void
sum_up(const struct profile_set *set, uint64_t *sums)
{
	for (size_t w = 0; w < set->window_count; w++)
		for (size_t i = 0; i < set->windows[w].cell_count; i++) {
			const struct profile_cell *cell =
				&set->cells[set->windows[w].first_cell + i];

			ck_assert(i == 0 || cell[-1].stack < cell->stack);
			sums[2 * cell->stack] += cell->samples;
			sums[2 * cell->stack + 1] += cell->weight;
		}
}

/* Twenty windows of which each has a stack of its own and one that weighs unlike the others. */
START_TEST(test_windows_are_added_up)
{
	const int64_t edge = 7 * 60;
	uint64_t all[2 * 32] = { 0 }, few[2 * 32] = { 0 };
	int64_t service;
	struct store *store = world_store(&service);
	struct window_query query = { .service = service };
	struct profile_set whole, sums;
	struct error err;

	for (int minute = 0; minute < 20; minute++) {
		struct window window = { .start = minute * 60, .end = minute * 60 + 60 };
		char *own = memory_format("main;own%d", minute);
		struct profile profile;
		bool added;

		profile_init(&profile);
		world_stack(&profile, "main;parse", 10 + (uint64_t)minute, 1000);
		world_stack(&profile, own, 100000, 7);
		world_stack(&profile, "main;walk", 3, 300);
		must(telemetry_profile_add(store_telemetry(store), service, &window, &profile,
					   (uint64_t)minute, &added, &err));
		profile_release(&profile);
		free(own);
	}
	must(telemetry_profiles(store_telemetry(store), &query, &whole, NULL, &err));
	query.replicates = 3;
	query.edges = &edge;
	query.edge_count = 1;
	must(telemetry_profiles(store_telemetry(store), &query, &sums, NULL, &err));
	ck_assert_uint_eq(whole.window_count, 20);
	ck_assert_uint_eq(sums.window_count, 6); /* 3 3 1, and 5 5 3 */
	ck_assert_int_eq(sums.windows[2].start, 6 * 60);
	ck_assert_int_eq(sums.windows[2].end, 7 * 60);
	ck_assert_int_eq(sums.windows[3].start, 7 * 60);
	ck_assert_int_eq(sums.windows[5].end, 20 * 60);
	ck_assert_uint_eq(sums.windows[0].samples, 3 * 100013 + 3);
	ck_assert_uint_eq(sums.windows[0].cell_count, 5);
	ck_assert_uint_eq(sums.stack_count, whole.stack_count);
	sum_up(&whole, all);
	sum_up(&sums, few);
	ck_assert_mem_eq(all, few, sizeof(all));
	profile_set_release(&whole);
	profile_set_release(&sums);
	store_close(store);
}
END_TEST

Suite *
labels_suite(void)
{
	Suite *suite = suite_create("labels");
	TCase *tests = tcase_create("labels");

	tcase_add_loop_test(tests, test_labels_match, 0,
			    (int)(sizeof(matches) / sizeof(matches[0])));
	tcase_add_test(tests, test_events_stay_apart);
	tcase_add_test(tests, test_newest_windows_say_what_is_usual);
	tcase_add_test(tests, test_lists_to_choose_from);
	tcase_add_test(tests, test_windows_of_older_versions);
	tcase_add_test(tests, test_windows_are_added_up);
	suite_add_tcase(suite, tests);
	return suite;
}
