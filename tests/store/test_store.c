/* core/store/store.c, migrate.c: opening, versions, transactions, two connections at once. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/memory.h"
#include "core/store/schema.h"
#include "core/store/sql.h"
#include "tests/store/suites.h"
#include "tests/store/world.h"

static unsigned
mode_of(const char *path)
{
	struct stat status;

	ck_assert_int_eq(stat(path, &status), 0);
	return status.st_mode & 0777;
}

START_TEST(test_it_is_made_for_its_owner_only)
{
	char *path = world_path("new/folder/headroom.db");
	char *folder = memory_string_n(path, strlen(path) - strlen("/headroom.db"));
	struct store *store;

	umask(0);
	store = world_open(path);
	world_service(store, "api");
	ck_assert_uint_eq(mode_of(path), 0600);
	ck_assert_uint_eq(mode_of(folder), 0700);
	ck_assert_str_eq(store_path(store), path);
	store_close(store);
	free(folder);
	free(path);
}
END_TEST

START_TEST(test_default_path)
{
	struct error err;
	char *wanted = memory_format("%s/.local/share/headroom/headroom.db", getenv("HOME"));
	char *path;

	must(store_default_path(&path, "given.db", &err));
	ck_assert_str_eq(path, "given.db");
	free(path);
	must(store_default_path(&path, NULL, &err));
	ck_assert_str_eq(path, wanted);
	free(path);
	setenv("HEADROOM_DB", "/elsewhere.db", 1);
	must(store_default_path(&path, NULL, &err));
	ck_assert_str_eq(path, "/elsewhere.db");
	free(path);
	free(wanted);
}
END_TEST

/* A database as each older version left it, with something in it where there was room. */
START_TEST(test_older_versions_are_migrated)
{
	size_t version = (size_t)_i;
	char *path = world_path("old.db");
	struct service service;
	struct store *store;
	struct error err;
	char *stamp;

	for (size_t i = 0; i < version; i++)
		world_sql(path, schema_sql[i]);
	stamp = memory_format(
		"PRAGMA application_id = 0x6864726d; PRAGMA user_version = %zu;"
		"INSERT INTO service(name, cores, watts_per_core) VALUES ('old', 3, 4)",
		version);
	world_sql(path, stamp);
	must_fail(store_open(&store, path, STORE_READ_ONLY, &err), ERROR_REFUSED, "read-only");
	store = world_open(path);
	must(casebook_service_by_name(store, "old", &service, &err));
	ck_assert_double_eq(service.cores, 3);
	service_release(&service);
	world_sql(path, "INSERT INTO function(name) VALUES ('there')");
	must(store_check(store, &err));
	store_close(store);
	free(stamp);
	free(path);
}
END_TEST

/* What the last text brings fails half way: nothing of it stays. */
START_TEST(test_a_failed_migration_changes_nothing)
{
	char *path = world_path("old.db");
	struct store *store;
	struct error err;
	sqlite3 *db;
	int count = -1;
	sqlite3_stmt *statement;

	world_sql(path, schema_sql[0]);
	world_sql(path, "PRAGMA application_id = 0x6864726d; PRAGMA user_version = 1;"
			"CREATE TABLE window(id)"); /* in the way of the second text */
	must_fail(store_open(&store, path, STORE_CREATE, &err), ERROR_CORRUPT, "schema version 2");
	ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
	sqlite3_prepare_v2(db, "SELECT count(*) FROM sqlite_schema WHERE name = 'function'", -1,
			   &statement, NULL);
	ck_assert_int_eq(sqlite3_step(statement), SQLITE_ROW);
	count = sqlite3_column_int(statement, 0);
	sqlite3_finalize(statement);
	sqlite3_close(db);
	ck_assert_int_eq(count, 0);
	free(path);
}
END_TEST

START_TEST(test_a_transaction_is_all_or_nothing)
{
	struct error err;
	int64_t service;
	struct store *store = world_store(&service);
	struct service_list list = { 0 };

	must(store_begin(store, &err));
	world_service(store, "one");
	must(store_begin(store, &err));
	world_service(store, "two");
	must(store_commit(store, &err));
	store_rollback(store);
	must(casebook_services(store, &list, &err));
	ck_assert_uint_eq(list.count, 1);
	service_list_release(&list);

	must(store_begin(store, &err));
	world_service(store, "one");
	must(store_begin(store, &err));
	store_rollback(store); /* a part failed, so the whole does */
	must_fail(store_commit(store, &err), ERROR_CONFLICT, "nothing was stored");
	must(casebook_services(store, &list, &err));
	ck_assert_uint_eq(list.count, 1);
	service_list_release(&list);

	must(store_begin(store, &err));
	world_service(store, "one");
	must(store_commit(store, &err));
	must(casebook_services(store, &list, &err));
	ck_assert_uint_eq(list.count, 2);
	service_list_release(&list);
	store_close(store);
}
END_TEST

START_TEST(test_news_are_seen)
{
	char *path = world_path("headroom.db");
	struct store *a = world_open(path), *b = world_open(path);
	int64_t seen = store_version(a);

	ck_assert_int_eq(store_version(a), seen);
	world_service(b, "by another");
	ck_assert_int_ne(store_version(a), seen);
	seen = store_version(a);
	world_service(a, "by itself");
	ck_assert_int_ne(store_version(a), seen);
	seen = store_version(a);
	ck_assert_int_eq(store_version(a), seen);
	store_close(a);
	store_close(b);
	free(path);
}
END_TEST

#define THREAD_FINDINGS 40

struct writer {
	const char *path;
	int number;
	char failure[480];
};

/* Says what went wrong instead of failing the test from a thread that Check does not know. */
static void *
write_findings(void *data)
{
	struct writer *writer = data;
	struct error err = { 0 };
	struct store *store = NULL;
	struct service service = { .name = "shared" };

	if (store_open(&store, writer->path, STORE_CREATE, &err) < 0 ||
	    casebook_service_put(store, &service, &err) < 0)
		goto failed;
	for (int i = 0; i < THREAD_FINDINGS; i++) {
		char *name = memory_format("function %d of %d", i, writer->number);
		struct finding finding = world_finding(service.id, name, i);
		bool added;
		int result = casebook_finding_put(store, &finding, &added, &err);

		finding_release(&finding);
		free(name);
		if (result < 0)
			goto failed;
	}
	store_close(store);
	service.name = NULL;
	return NULL;
failed:
	snprintf(writer->failure, sizeof(writer->failure), "%s", err.text);
	store_close(store);
	return NULL;
}

/* Both make the database, migrate it and write to it at the same time. */
START_TEST(test_two_threads_write_at_once)
{
	char *path = world_path("headroom.db");
	struct writer writers[2] = { { path, 0, "" }, { path, 1, "" } };
	const struct finding_query query = { .kind = -1, .state = -1 };
	struct finding_rows rows;
	pthread_t threads[2];
	struct store *store;
	struct error err;

	for (int i = 0; i < 2; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, write_findings, &writers[i]), 0);
	for (int i = 0; i < 2; i++) {
		pthread_join(threads[i], NULL);
		ck_assert_str_eq(writers[i].failure, "");
	}
	store = world_open(path);
	must(casebook_findings(store, &query, &rows, &err));
	ck_assert_uint_eq(rows.count, 2 * THREAD_FINDINGS);
	finding_rows_release(&rows);
	must(store_check(store, &err));
	store_close(store);
	free(path);
}
END_TEST

Suite *
store_suite(void)
{
	Suite *suite = suite_create("store");
	TCase *tests = tcase_create("store");

	tcase_add_test(tests, test_it_is_made_for_its_owner_only);
	tcase_add_test(tests, test_default_path);
	tcase_add_loop_test(tests, test_older_versions_are_migrated, 1, (int)schema_sql_count);
	tcase_add_test(tests, test_a_failed_migration_changes_nothing);
	tcase_add_test(tests, test_a_transaction_is_all_or_nothing);
	tcase_add_test(tests, test_news_are_seen);
	tcase_add_test(tests, test_two_threads_write_at_once);
	tcase_set_timeout(tests, 30);
	suite_add_tcase(suite, tests);
	return suite;
}
