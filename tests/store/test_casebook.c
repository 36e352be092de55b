/* core/store/service.c, change.c, activity.c. */
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/store/activity.h"
#include "core/store/change.h"
#include "tests/store/suites.h"
#include "tests/store/world.h"

START_TEST(test_a_service_is_known_by_its_name)
{
	struct store *store;
	struct error err;
	struct service service = { .name = "api",
				   .repository = "/src/api",
				   .cores = 120,
				   .watts_per_core = 4.5,
				   .build = "make",
				   .test = "make check",
				   .bench = "./bench",
				   .style = "make style" };
	struct service back, other = { .name = "api", .cores = 7 };
	int64_t id;

	store = world_store(&id);
	must(casebook_service_put(store, &service, &err));
	ck_assert_int_eq(service.id, id);
	must(casebook_service_by_name(store, "api", &back, &err));
	ck_assert_str_eq(back.repository, "/src/api");
	ck_assert_str_eq(back.style, "make style");
	ck_assert_double_eq(back.watts_per_core, 4.5);
	service_release(&back);
	must(casebook_service_put(store, &other, &err));
	must(casebook_service_by_id(store, id, &back, &err));
	ck_assert_ptr_null(back.build);
	ck_assert_double_eq(back.cores, 7);
	service_release(&back);
	must_fail(casebook_service_by_name(store, "web", &back, &err), ERROR_NOT_FOUND,
		  "no service web");
	must_fail(casebook_service_by_name(store, NULL, &back, &err), ERROR_NOT_FOUND,
		  "no service");
	must_fail(casebook_service_by_id(store, 99, &back, &err), ERROR_NOT_FOUND, "99");
	other.cores = -1;
	must_fail(casebook_service_put(store, &other, &err), ERROR_USAGE, "0 (not known) or more");
	store_close(store);
}
END_TEST

START_TEST(test_services_are_listed_by_name)
{
	struct service_list list;
	struct error err;
	int64_t id;
	struct store *store = world_store(&id);

	world_service(store, "web");
	world_service(store, "Robert'); DROP TABLE service; --");
	must(casebook_services(store, &list, &err));
	ck_assert_uint_eq(list.count, 3);
	ck_assert_str_eq(list.items[0].name, "Robert'); DROP TABLE service; --");
	ck_assert_str_eq(list.items[2].name, "web");
	service_list_release(&list);
	store_close(store);
}
END_TEST

static struct change
make_change(int64_t service, const char *key, int64_t time)
{
	return (struct change){
		.service = service,
		.kind = memory_string("commit"),
		.key = memory_string(key),
		.time = time,
		.title = memory_format("title of %s", key),
		.text = memory_string("the rest"),
		.author_name = memory_string("Build Role"),
		.author_email = memory_string("build@example.org"),
		.diff = memory_string("--- a/x\n+++ b/x\n"),
	};
}

static void
put_change(struct store *store, int64_t service, const char *key, int64_t time)
{
	struct change change = make_change(service, key, time);
	struct error err;
	bool added;

	must(casebook_change_put(store, &change, &added, &err));
	ck_assert(added);
	change_release(&change);
}

START_TEST(test_a_change_comes_back_whole)
{
	struct error err;
	int64_t service;
	struct store *store = world_store(&service);
	struct change change = make_change(service, "c0ffee00", 5), back;
	bool added;
	int64_t id;

	strings_add(&change.files, "src/a.c");
	strings_add(&change.files, "src/with\nline end.c");
	strings_add(&change.files, "");
	change_add_function(&change, "parse", "src/a.c", 3, 4000000000u);
	change_add_function(&change, "render", NULL, 0, 1);
	change.before = memory_string("off");
	must(casebook_change_put(store, &change, &added, &err));
	ck_assert(added);
	id = change.id;
	change.id = 0;
	must(casebook_change_put(store, &change, &added, &err));
	ck_assert(!added);
	ck_assert_int_eq(change.id, id);
	must(casebook_change_by_id(store, id, &back, &err));
	ck_assert_str_eq(back.key, "c0ffee00");
	ck_assert_str_eq(back.text, "the rest");
	ck_assert_str_eq(back.diff, change.diff);
	ck_assert_str_eq(back.before, "off");
	ck_assert_ptr_null(back.after);
	ck_assert_uint_eq(back.files.count, 3);
	ck_assert_str_eq(back.files.items[1], "src/with\nline end.c");
	ck_assert_str_eq(back.files.items[2], "");
	ck_assert_uint_eq(back.function_count, 2);
	ck_assert_str_eq(back.functions[0].name, "parse");
	ck_assert_uint_eq(back.functions[0].removed, 4000000000u);
	ck_assert_ptr_null(back.functions[1].file);
	change_release(&back);
	change_release(&change);
	store_close(store);
}
END_TEST

START_TEST(test_a_long_diff_is_cut_on_a_line)
{
	struct error err;
	int64_t service;
	struct store *store = world_store(&service);
	struct change change = make_change(service, "c0ffee00", 5), back;
	struct str diff;
	bool added;

	str_init(&diff, STR_MAX_TEXT);
	while (diff.len <= CHANGE_DIFF_MAX)
		str_add(&diff, "+a line of some length\n");
	memory_replace_string(&change.diff, diff.data);
	must(casebook_change_put(store, &change, &added, &err));
	must(casebook_change_by_id(store, change.id, &back, &err));
	ck_assert_uint_le(strlen(back.diff), CHANGE_DIFF_MAX);
	ck_assert_uint_ge(strlen(back.diff), CHANGE_DIFF_MAX - 23);
	ck_assert_int_eq(back.diff[strlen(back.diff) - 1], '\n');
	change_release(&back);
	change_release(&change);
	str_release(&diff);
	store_close(store);
}
END_TEST

START_TEST(test_keys_are_found_by_their_start)
{
	struct error err;
	int64_t service, other;
	struct store *store = world_store(&service);
	struct change back;

	other = world_service(store, "web");
	put_change(store, service, "abcd1111", 1);
	put_change(store, service, "abcd2222", 2);
	put_change(store, service, "f%", 3);
	put_change(store, other, "abcd1111", 4);
	put_change(store, other, "\xff\xff\xff\xff\xff", 5);
	must(casebook_change_by_key(store, service, "abcd1", &back, &err));
	ck_assert_int_eq(back.time, 1);
	change_release(&back);
	must(casebook_change_by_key(store, other, "abcd", &back, &err));
	ck_assert_int_eq(back.time, 4);
	change_release(&back);
	must(casebook_change_by_key(store, 0, "abcd1", &back, &err)); /* the same key, twice */
	ck_assert_int_eq(back.time, 1);
	change_release(&back);
	must(casebook_change_by_key(store, 0, "\xff\xff\xff\xff", &back, &err));
	ck_assert_int_eq(back.time, 5);
	change_release(&back);
	must(casebook_change_by_key(store, 0, "f%", &back, &err)); /* whole, though short */
	change_release(&back);
	must_fail(casebook_change_by_key(store, service, "abcd", &back, &err), ERROR_INPUT,
		  "start of 2 changes");
	must_fail(casebook_change_by_key(store, service, "abc", &back, &err), ERROR_NOT_FOUND,
		  "abc");
	must_fail(casebook_change_by_key(store, service, "%%%%", &back, &err), ERROR_NOT_FOUND,
		  "%");
	must_fail(casebook_change_by_key(store, service, "____", &back, &err), ERROR_NOT_FOUND,
		  "_");
	must_fail(casebook_change_by_key(store, service, "abcd*", &back, &err), ERROR_NOT_FOUND,
		  "*");
	must_fail(casebook_change_by_key(store, service, "", &back, &err), ERROR_USAGE, "its id");
	must_fail(casebook_change_by_id(store, 999, &back, &err), ERROR_NOT_FOUND, "999");
	store_close(store);
}
END_TEST

START_TEST(test_changes_of_a_time)
{
	struct error err;
	int64_t service;
	struct store *store = world_store(&service);
	struct change_list list;

	put_change(store, service, "third", 30);
	put_change(store, service, "first", -10);
	put_change(store, service, "second", 20);
	must(casebook_changes(store, service, 0, 0, true, &list, &err));
	ck_assert_uint_eq(list.count, 3);
	ck_assert_str_eq(list.items[0].key, "first");
	ck_assert_str_eq(list.items[2].text, "the rest");
	change_list_release(&list);
	must(casebook_changes(store, service, 20, 30, false, &list, &err));
	ck_assert_uint_eq(list.count, 1);
	ck_assert_str_eq(list.items[0].key, "second");
	ck_assert_ptr_null(list.items[0].text);
	ck_assert_ptr_null(list.items[0].diff);
	change_list_release(&list);
	store_close(store);
}
END_TEST

START_TEST(test_a_change_of_no_service)
{
	struct error err;
	int64_t service;
	struct store *store = world_store(&service);
	struct change change = make_change(999, "abcd", 1);
	bool added;

	must_fail(casebook_change_put(store, &change, &added, &err), ERROR_CONFLICT, "change abcd");
	change_release(&change);
	store_close(store);
}
END_TEST

START_TEST(test_trust_is_of_content)
{
	struct error err;
	int64_t service;
	struct store *store = world_store(&service);
	bool trusted = true;

	must(casebook_trusted(store, "skill", "d1", &trusted, &err));
	ck_assert(!trusted);
	must(casebook_trust_add(store, "skill", "d1", "me", &err));
	must(casebook_trust_add(store, "skill", "d1", "me", &err));
	must(casebook_trusted(store, "skill", "d1", &trusted, &err));
	ck_assert(trusted);
	must(casebook_trusted(store, "command", "d1", &trusted, &err));
	ck_assert(!trusted);
	must_fail(casebook_trust_add(store, "skill", "", "me", &err), ERROR_USAGE, "digest");
	store_close(store);
}
END_TEST

START_TEST(test_the_audit_is_written)
{
	struct error err;
	int64_t service;
	struct store *store = world_store(&service);
	int64_t version = store_version(store);

	must(casebook_activity_add(store, "model", "profile_query", "{}", "ok", 12, &err));
	ck_assert_int_ne(store_version(store), version);
	must_fail(casebook_activity_add(store, NULL, "x", "{}", "ok", 12, &err), ERROR_USAGE,
		  "who");
	store_close(store);
}
END_TEST

Suite *
casebook_suite(void)
{
	Suite *suite = suite_create("case book");
	TCase *tests = tcase_create("case book");

	tcase_add_test(tests, test_a_service_is_known_by_its_name);
	tcase_add_test(tests, test_services_are_listed_by_name);
	tcase_add_test(tests, test_a_change_comes_back_whole);
	tcase_add_test(tests, test_a_long_diff_is_cut_on_a_line);
	tcase_add_test(tests, test_keys_are_found_by_their_start);
	tcase_add_test(tests, test_changes_of_a_time);
	tcase_add_test(tests, test_a_change_of_no_service);
	tcase_add_test(tests, test_trust_is_of_content);
	tcase_add_test(tests, test_the_audit_is_written);
	suite_add_tcase(suite, tests);
	return suite;
}
