/* What belongs together by a change that was rolled out, and by source file. */
#include "core/explain/detection_domains.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/store/change.h"
#include "core/store/service.h"
#include "tests/explain/suites.h"

#define ONSET (10 * CLOCK_DAY)

static struct store *store;
static int64_t service;
static struct error err;
static struct detection_domains domains;
static struct profile_set set;
static char *names[] = { "Cart::total(int)", "round_up", "parse", "ns::Box<int>::get(int) const" };
static const struct function_counts counts = { .functions = names, .function_count = 4 };

static void
set_up(void)
{
	struct service row = { .name = memory_string("work") };
	char *path = memory_format("%s/domains.db", getenv("HOME"));
	remove(path);
	ck_assert_msg(store_open(&store, path, STORE_CREATE, &err) == 0, "%s", err.text);
	ck_assert_msg(casebook_service_put(store, &row, &err) == 0, "%s", err.text);
	service = row.id;
	service_release(&row);
	free(path);
	domains = (struct detection_domains){ 0 };
	profile_set_init(&set);
}

static void
tear_down(void)
{
	detection_domains_release(&domains);
	profile_set_release(&set);
	store_close(store);
}

static void
add_change(const char *key, int64_t time, const char *first, const char *second)
{
	bool added = false;
	struct change change = { .service = service,
				 .kind = memory_string("commit"),
				 .key = memory_string(key),
				 .time = time,
				 .title = memory_string("a change") };
	change_add_function(&change, first, "a.c", 1, 1);
	change_add_function(&change, second, "a.c", 1, 1);
	ck_assert_msg(casebook_change_put(store, &change, &added, &err) == 0, "%s", err.text);
	change_release(&change);
}

static void
look(int64_t onset)
{
	ck_assert_msg(detection_domains_at(&domains, store, service, &set, &counts,
					   onset - CLOCK_HOUR, onset + CLOCK_HOUR, &err) == 0,
		      "%s", err.text);
}

/* Domains of a kind with both functions. */
static size_t
together(enum detect_domain_kind kind, uint32_t a, uint32_t b)
{
	size_t found = 0;
	for (size_t i = 0; i < domains.view.items.count; i++) {
		const struct detect_domain *domain = &domains.view.items.items[i];
		size_t both = 0;
		for (size_t m = 0; m < domain->count; m++) {
			uint32_t function = domains.view.members.items[domain->first + m];
			both += function == a || function == b;
		}
		found += domain->kind == kind && both == 2;
	}
	return found;
}

/* Names as the code has them; only near the onset, and not those of the onset before. */
START_TEST(a_change_binds_what_it_touched)
{
	add_change("c1", ONSET - CLOCK_DAY, "total", "round_up");
	add_change("c2", ONSET - 8 * CLOCK_DAY, "round_up", "Box::get");
	add_change("c3", ONSET + CLOCK_DAY, "parse", "round_up");
	add_change("c4", ONSET - CLOCK_HOUR, "parse", "nobody");
	look(ONSET);
	ck_assert_uint_eq(together(DOMAIN_CHANGE, 0, 1), 1);
	ck_assert_uint_eq(together(DOMAIN_CHANGE, 1, 3), 0);
	ck_assert_uint_eq(together(DOMAIN_CHANGE, 1, 2), 0);
	look(ONSET - 7 * CLOCK_DAY);
	ck_assert_uint_eq(together(DOMAIN_CHANGE, 0, 1), 0);
	ck_assert_uint_eq(together(DOMAIN_CHANGE, 1, 3), 1);
	look(ONSET);
	ck_assert_uint_eq(together(DOMAIN_CHANGE, 0, 1), 1);
}
END_TEST

START_TEST(a_file_is_a_module)
{
	struct profile_frame frames[] = { { .function = "round_up", .module = "", .file = "a.c" },
					  { .function = "parse", .module = "", .file = "a.c" },
					  { .function = names[0], .module = "", .file = "" },
					  { .function = "gone", .module = "", .file = "a.c" } };
	struct profile_set known = { .frames = frames, .frame_count = 4 };
	ck_assert_int_eq(
		detection_domains_at(&domains, store, service, &known, &counts, ONSET, ONSET, &err),
		0);
	ck_assert_uint_eq(together(DOMAIN_MODULE, 1, 2), 1);
	ck_assert_uint_eq(together(DOMAIN_MODULE, 0, 1), 0);
}
END_TEST

Suite *
detection_domains_suite(void)
{
	Suite *suite = suite_create("detection_domains");
	TCase *cases = tcase_create("cases");
	tcase_add_checked_fixture(cases, set_up, tear_down);
	tcase_add_test(cases, a_change_binds_what_it_touched);
	tcase_add_test(cases, a_file_is_a_module);
	suite_add_tcase(suite, cases);
	return suite;
}
