/* A database that is locked, read-only, full, damaged, foreign or newer: one clear line each. */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/memory.h"
#include "core/store/sql.h"
#include "tests/store/suites.h"
#include "tests/store/world.h"

#define PATIENCE 50 /* milliseconds */
#define NOBODY 65534

static void
write_file(const char *path, const void *data, size_t length)
{
	FILE *file = fopen(path, "w");

	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fwrite(data, 1, length, file), length);
	ck_assert_int_eq(fclose(file), 0);
}

START_TEST(test_what_is_no_database)
{
	static const size_t lengths[] = { 1, 99, 511, 512, 600, 5000 };
	char *path = world_path("notes.txt");
	char *folder = memory_string_n(path, strlen(path) - strlen("/notes.txt"));
	struct store *store;
	struct error err;
	char text[5000];

	memset(text, 'x', sizeof(text));
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		struct stat status;

		write_file(path, text, lengths[i]);
		must_fail(store_open(&store, path, STORE_CREATE, &err), ERROR_CORRUPT,
			  "notes.txt: not a database");
		ck_assert_int_eq(stat(path, &status), 0);
		ck_assert_uint_eq((size_t)status.st_size, lengths[i]); /* and it was left alone */
	}
	must_fail(store_open(&store, folder, STORE_CREATE, &err), ERROR_IO, "is a folder");
	must_fail(store_open(&store, "/dev/null", STORE_CREATE, &err), ERROR_IO,
		  "not an ordinary file");
	must_fail(store_open(&store, "", STORE_CREATE, &err), ERROR_USAGE, "empty name");
	unlink(path);
	must_fail(store_open(&store, path, STORE_READ_ONLY, &err), ERROR_NOT_FOUND, "notes.txt");
	ck_assert_int_ne(access(path, F_OK), 0); /* reading makes nothing */
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	must_fail(store_open(&store, path, STORE_CREATE, &err), ERROR_IO, "not an ordinary file");
	free(folder);
	free(path);
}
END_TEST

/* Deleted or replaced while it is open: said, and a part of a program makes no new one. */
START_TEST(test_a_database_that_goes_away)
{
	char *path = world_path("headroom.db"), *other = world_path("other.db");
	struct store *store = world_open(path), *second;
	struct error err;

	must(store_still_there(store, &err));
	must(store_open(&second, path, STORE_THERE, &err));
	store_close(second);
	ck_assert_int_eq(rename(path, other), 0);
	must_fail(store_still_there(store, &err), ERROR_NOT_FOUND,
		  "headroom.db was deleted or replaced");
	must_fail(store_open(&second, path, STORE_THERE, &err), ERROR_NOT_FOUND, "headroom.db");
	ck_assert_int_ne(access(path, F_OK), 0);
	second = world_open(path);
	must_fail(store_still_there(store, &err), ERROR_NOT_FOUND, "deleted or replaced");
	must(store_still_there(second, &err));
	store_close(second);
	ck_assert_int_eq(rename(other, path), 0);
	must(store_still_there(store, &err));
	store_close(store);
	free(other);
	free(path);
}
END_TEST

START_TEST(test_a_foreign_database)
{
	char *path = world_path("other.db");
	struct store *store;
	struct error err;

	world_sql(path, "CREATE TABLE bookmarks(url)");
	must_fail(store_open(&store, path, STORE_CREATE, &err), ERROR_CORRUPT,
		  "other.db: not a headroom database");
	world_sql(path, "DROP TABLE bookmarks; PRAGMA application_id = 7");
	must_fail(store_open(&store, path, STORE_CREATE, &err), ERROR_CORRUPT,
		  "not a headroom database");
	free(path);
}
END_TEST

START_TEST(test_a_newer_database)
{
	char *path = world_path("headroom.db");
	struct store *store = world_open(path);
	struct error err;

	store_close(store);
	world_sql(path, "PRAGMA user_version = 77");
	must_fail(store_open(&store, path, STORE_CREATE, &err), ERROR_REFUSED,
		  "made by a newer headroom (its schema is version 77");
	must_fail(store_open(&store, path, STORE_READ_ONLY, &err), ERROR_REFUSED, "newer headroom");
	world_sql(path, "PRAGMA user_version = -1");
	must_fail(store_open(&store, path, STORE_CREATE, &err), ERROR_CORRUPT, "damaged");
	free(path);
}
END_TEST

/* Reads all there is, and gives the first error. */
static int
read_everything(struct store *store, struct error *err)
{
	const struct finding_query query = { .kind = -1, .state = -1 };
	struct finding_rows rows = { 0 };

	if (casebook_findings(store, &query, &rows, err) < 0)
		return -1;
	for (size_t i = 0; i < rows.count; i++) {
		struct finding finding = { 0 };
		int result = casebook_finding(store, rows.items[i].id, &finding, err);

		finding_release(&finding);
		if (result < 0) {
			finding_rows_release(&rows);
			return -1;
		}
	}
	finding_rows_release(&rows);
	return store_check(store, err);
}

/* Pages of noise after the first: opening or the first reading says so. */
START_TEST(test_a_damaged_database)
{
	char *path = world_path("headroom.db");
	struct store *store = world_open(path);
	int64_t service = world_service(store, "api");
	char noise[4096];
	struct error err = { 0 };
	int fd, result;

	for (int i = 0; i < 50; i++) {
		char *name = memory_format("function %d", i);

		world_put(store, service, name, i);
		free(name);
	}
	store_close(store);
	memset(noise, 0xa5, sizeof(noise));
	fd = open(path, O_RDWR);
	for (off_t page = 3; page < 60; page++)
		ck_assert_int_eq(pwrite(fd, noise, sizeof(noise), page * 4096), sizeof(noise));
	close(fd);
	store = NULL;
	result = store_open(&store, path, STORE_CREATE, &err);
	if (result == 0)
		result = read_everything(store, &err);
	ck_assert_int_lt(result, 0);
	ck_assert_int_eq(err.code, ERROR_CORRUPT);
	ck_assert_ptr_nonnull(strstr(err.text, "headroom.db: "));
	store_close(store);
	free(path);
}
END_TEST

START_TEST(test_a_cut_database)
{
	char *path = world_path("headroom.db");
	struct store *store = world_open(path);
	int64_t service = world_service(store, "api");
	struct error err = { 0 };
	int result;

	world_put(store, service, "f", 1);
	store_close(store);
	ck_assert_int_eq(truncate(path, 3 * 4096 + 100), 0);
	store = NULL;
	result = store_open(&store, path, STORE_CREATE, &err);
	if (result == 0)
		result = read_everything(store, &err);
	ck_assert_int_lt(result, 0);
	ck_assert_int_eq(err.code, ERROR_CORRUPT);
	store_close(store);
	free(path);
}
END_TEST

/* A number that no state has does not become an array index. */
START_TEST(test_values_out_of_range)
{
	const struct finding_query query = { .kind = -1, .state = -1 };
	char *path = world_path("headroom.db");
	struct store *store = world_open(path);
	int64_t id = world_put(store, world_service(store, "api"), "f", 1);
	struct finding finding;
	struct finding_rows rows;
	struct error err;

	world_sql(path, "UPDATE finding SET kind = 99");
	must_fail(casebook_finding(store, id, &finding, &err), ERROR_CORRUPT, "kind is 99");
	must_fail(casebook_findings(store, &query, &rows, &err), ERROR_CORRUPT, "kind is 99");
	world_sql(path, "UPDATE finding SET kind = 0, state = -5");
	must_fail(casebook_finding_claim(store, id, "me", &err), ERROR_CORRUPT, "state is -5");
	store_close(store);
	free(path);
}
END_TEST

START_TEST(test_a_locked_database)
{
	struct service service = { .name = "late" };
	char *path = world_path("headroom.db");
	struct store *holder = world_open(path), *store = NULL;
	struct service_list list;
	struct error err;

	must(store_begin(holder, &err));
	must(store_open_waiting(&store, path, STORE_CREATE, PATIENCE, &err));
	must_fail(casebook_service_put(store, &service, &err), ERROR_BUSY,
		  "headroom.db: locked by another process");
	must(casebook_services(store, &list, &err)); /* reading goes on meanwhile */
	service_list_release(&list);
	must(store_commit(holder, &err));
	must(casebook_service_put(store, &service, &err));
	store_close(store);
	store_close(holder);

	/* Somebody who lets nobody in at all. */
	store = NULL;
	holder = world_open(path);
	ck_assert_int_eq(sqlite3_exec(holder->db,
				      "PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE;"
				      "UPDATE service SET cores = 1; COMMIT",
				      NULL, NULL, NULL),
			 SQLITE_OK);
	store_close(holder);
	holder = NULL;
	must(store_open_waiting(&holder, path, STORE_CREATE, PATIENCE, &err));
	sqlite3_exec(holder->db, "PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE", NULL, NULL, NULL);
	must_fail(store_open_waiting(&store, path, STORE_CREATE, PATIENCE, &err), ERROR_BUSY,
		  "locked");
	store_close(holder);
	free(path);
}
END_TEST

static void
check_read_only(struct store *store)
{
	struct service service = { .name = "new" };
	struct service_list list;
	struct error err;

	must(casebook_services(store, &list, &err));
	ck_assert_uint_eq(list.count, 1);
	service_list_release(&list);
	must_fail(casebook_service_put(store, &service, &err), ERROR_REFUSED,
		  "headroom.db: is read-only");
	must_fail(casebook_finding_claim(store, 1, "me", &err), ERROR_REFUSED, "is read-only");
	store_close(store);
}

START_TEST(test_read_only_when_asked)
{
	char *path = world_path("headroom.db");
	struct store *store = world_open(path);
	struct error err;

	world_service(store, "api");
	store_close(store);
	must(store_open(&store, path, STORE_READ_ONLY, &err));
	check_read_only(store);
	free(path);
}
END_TEST

/* A file, and then also its folder, that this user may not write. Root gives its powers up first.
 */
START_TEST(test_read_only_when_it_has_to_be)
{
	char *path = world_path("headroom.db");
	char *folder = memory_string_n(path, strlen(path) - strlen("/headroom.db"));
	struct store *store = world_open(path);
	struct error err;

	world_service(store, "api");
	store_close(store);
	if (geteuid() == 0) {
		ck_assert_int_eq(chmod(getenv("HOME"), 0755), 0);
		ck_assert_int_eq(chown(folder, NOBODY, NOBODY), 0);
		ck_assert_int_eq(chown(path, NOBODY, NOBODY), 0);
		ck_assert_int_eq(setegid(NOBODY), 0);
		ck_assert_int_eq(seteuid(NOBODY), 0);
	}
	ck_assert_int_eq(chmod(path, 0444), 0);
	must(store_open(&store, path, STORE_CREATE, &err));
	check_read_only(store);
	ck_assert_int_eq(chmod(folder, 0555), 0);
	must(store_open(&store, path, STORE_CREATE, &err));
	check_read_only(store);
	ck_assert_int_eq(chmod(path, 0644), 0); /* only the folder may not be written */
	must(store_open(&store, path, STORE_CREATE, &err));
	check_read_only(store);
	ck_assert_int_eq(chmod(path, 0), 0);
	must_fail(store_open(&store, path, STORE_CREATE, &err), ERROR_IO, "Permission denied");
	ck_assert_int_eq(chmod(folder, 0755), 0);
	if (getuid() == 0) { /* the leak check at the end needs them again */
		ck_assert_int_eq(seteuid(0), 0);
		ck_assert_int_eq(setegid(0), 0);
	}
	free(folder);
	free(path);
}
END_TEST

/* Adds until it fails; how many got in. */
static int
fill(struct store *store, int64_t service, struct error *err)
{
	char *evidence = memory_alloc(20001);
	int count = 0;

	memset(evidence, 'e', 20000);
	for (; count < 1000; count++) {
		char *name = memory_format("function %d", count);
		struct finding finding = world_finding(service, name, 1);
		bool added;
		int result;

		finding.evidence = memory_string(evidence);
		result = casebook_finding_put(store, &finding, &added, err);
		finding_release(&finding);
		free(name);
		if (result < 0)
			break;
	}
	free(evidence);
	return count;
}

static void
check_full(struct store *store, const char *path, int64_t service)
{
	const struct finding_query query = { .kind = -1, .state = -1 };
	struct finding_rows rows;
	struct error err = { 0 };
	int count = fill(store, service, &err);

	ck_assert_int_gt(count, 0);
	ck_assert_int_lt(count, 1000);
	ck_assert_int_eq(err.code, ERROR_IO);
	ck_assert_msg(strstr(err.text, "no space left") != NULL, "%s", err.text);
	must(casebook_findings(store, &query, &rows, &err)); /* what was stored can be read */
	ck_assert_int_eq((int)rows.count, count);
	finding_rows_release(&rows);
	store_close(store);
	store = world_open(path);
	must(store_check(store, &err));
	must(casebook_findings(store, &query, &rows, &err));
	ck_assert_int_eq((int)rows.count, count);
	finding_rows_release(&rows);
	store_close(store);
}

START_TEST(test_a_database_at_its_size)
{
	char *path = world_path("headroom.db");
	struct store *store = world_open(path);
	int64_t service = world_service(store, "api");

	sqlite3_exec(store->db, "PRAGMA max_page_count = 200", NULL, NULL, NULL);
	check_full(store, path, service);
	free(path);
}
END_TEST

/* The system refuses to let the file grow, as a full disk or a quota does. */
START_TEST(test_a_full_disk)
{
	char *path = world_path("headroom.db");
	struct store *store = world_open(path);
	int64_t service = world_service(store, "api");
	struct rlimit limit;

	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = 600 * 1024;
	signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	check_full(store, path, service);
	free(path);
}
END_TEST

START_TEST(test_a_text_over_the_bound)
{
	char *huge = memory_alloc(SQL_TEXT_MAX + 2);
	struct error err;
	int64_t service;
	struct store *store = world_store(&service);
	int64_t id = world_put(store, service, "f", 1);
	struct event_list list;

	memset(huge, 'x', SQL_TEXT_MAX + 1);
	must_fail(casebook_event_add(store, id, "me", "note", huge, &err), ERROR_LIMIT, "4194305");
	huge[SQL_TEXT_MAX] = '\0';
	must(casebook_event_add(store, id, "me", "note", huge, &err));
	must(casebook_events(store, id, &list, &err));
	ck_assert_uint_eq(list.count, 2);
	event_list_release(&list);
	store_close(store);
	free(huge);
}
END_TEST

Suite *
store_errors_suite(void)
{
	Suite *suite = suite_create("store errors");
	TCase *tests = tcase_create("store errors");

	tcase_add_test(tests, test_what_is_no_database);
	tcase_add_test(tests, test_a_foreign_database);
	tcase_add_test(tests, test_a_database_that_goes_away);
	tcase_add_test(tests, test_a_newer_database);
	tcase_add_test(tests, test_a_damaged_database);
	tcase_add_test(tests, test_a_cut_database);
	tcase_add_test(tests, test_values_out_of_range);
	tcase_add_test(tests, test_a_locked_database);
	tcase_add_test(tests, test_read_only_when_asked);
	tcase_add_test(tests, test_read_only_when_it_has_to_be);
	tcase_add_test(tests, test_a_database_at_its_size);
	tcase_add_test(tests, test_a_full_disk);
	tcase_add_test(tests, test_a_text_over_the_bound);
	tcase_set_timeout(tests, 30);
	suite_add_tcase(suite, tests);
	return suite;
}
