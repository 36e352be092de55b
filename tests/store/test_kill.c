/*
 * kill -9 at any point loses nothing committed: a hundred times a writer is
 * killed at a random moment, and what it had reported is there, whole, and
 * nothing is there by half. The moments come from a fixed seed.
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/memory.h"
#include "core/store/series.h"
#include "tests/store/suites.h"
#include "tests/store/world.h"

#define ROUNDS 100
#define FRESH_EVERY 5         /* a round in so many begins with no database at all */
#define REPORTS_MAX 4         /* of one writer before its moment is chosen */
#define MOMENT_MAX 4000       /* microseconds from the last of them to the kill */
#define FRESH_MOMENT_MAX 8000 /* from the start, to hit the making of the database */
#define PATIENCE 20000        /* milliseconds for a report, on however busy a machine */

static uint32_t
next_random(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*state >> 33);
}

/* The series' point number `number`; chunks fill up and new ones begin. */
static int
add_point(struct store *store, int64_t service, int32_t number, struct error *err)
{
	int64_t time = number;
	double value = number / 4.0;
	struct series_append append = { .name = "latency",
					.kind = SERIES_METRIC,
					.times = &time,
					.values = &value,
					.count = 1 };
	struct series_added added;

	return telemetry_series_add(store_telemetry(store), service, &append, &added, err);
}

/* One transaction: a finding, a note about it, a window and a point, all with its number. */
static int
write_numbered(struct store *store, int64_t service, int32_t number, struct error *err)
{
	char *name = memory_format("number %d", number);
	struct finding finding = world_finding(service, name, number);
	struct window window = { .start = number, .end = number + 1 };
	struct profile profile;
	bool added;
	int result = -1;

	profile_init(&profile);
	world_stack(&profile, "main;always", 1, 1);
	world_stack(&profile, name, (uint64_t)number + 1, 1);
	if (store_begin(store, err) < 0)
		goto out;
	result = casebook_finding_put(store, &finding, &added, err);
	if (result == 0)
		result = casebook_event_add(store, finding.id, "writer", "note", name, err);
	if (result == 0)
		result = telemetry_profile_add(store_telemetry(store), service, &window, &profile,
					       (uint64_t)number, &added, err);
	if (result == 0)
		result = add_point(store, service, number, err);
	if (result == 0)
		result = store_commit(store, err);
	else
		store_rollback(store);
out:
	profile_release(&profile);
	finding_release(&finding);
	free(name);
	return result;
}

/* In the child: opens, and commits one number after the other until it is killed. */
static _Noreturn void
write_until_killed(const char *path, int32_t first, int report)
{
	struct service service = { .name = "api" };
	struct store *store;
	struct error err = { 0 };

	if (store_open(&store, path, STORE_CREATE, &err) < 0 ||
	    casebook_service_put(store, &service, &err) < 0)
		goto failed;
	for (int32_t number = first;; number++) {
		if (write_numbered(store, service.id, number, &err) < 0)
			goto failed;
		if (write(report, &number, sizeof(number)) != sizeof(number))
			_exit(1);
	}
failed:
	dprintf(STDERR_FILENO, "test_kill: the writer: %s\n", err.text);
	_exit(1);
}

/* The next report, which has to be the number after last; false: no more come. */
static bool
read_report(int fd, int32_t *last)
{
	int32_t number;

	if (read(fd, &number, sizeof(number)) != sizeof(number))
		return false;
	ck_assert_int_eq(number, *last + 1);
	*last = number;
	return true;
}

/*
 * Runs one writer until it reported so often, and for so long after it; the
 * last number it reported, or last.
 */
static int32_t
run_and_kill(const char *path, int32_t last, int reports, int64_t microseconds)
{
	struct timespec moment = { .tv_nsec = microseconds * 1000 };
	int ends[2], status;
	pid_t child;

	ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
	child = fork();
	ck_assert_int_ge(child, 0);
	if (child == 0)
		write_until_killed(path, last + 1, ends[1]);
	close(ends[1]);
	for (; reports > 0; reports--) {
		struct pollfd end = { .fd = ends[0], .events = POLLIN };

		ck_assert_int_eq(poll(&end, 1, PATIENCE), 1);
		ck_assert(read_report(ends[0], &last));
	}
	nanosleep(&moment, NULL);
	kill(child, SIGKILL);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_msg(WIFSIGNALED(status), "the writer ended by itself");
	while (read_report(ends[0], &last))
		;
	close(ends[0]);
	return last;
}

static void
check_note(struct store *store, const struct finding_row *row)
{
	struct event_list list;
	struct error err;

	must(casebook_events(store, row->id, &list, &err));
	ck_assert_uint_eq(list.count, 2); /* detected and note */
	ck_assert_str_eq(list.items[1].text, row->subject);
	event_list_release(&list);
}

static void
check_points(struct store *store, int64_t service, int32_t count)
{
	const struct series_query query = { .service = service, .kind = -1 };
	struct series_points points = { 0 };
	struct series_list list;
	struct error err;

	must(telemetry_series_list(store_telemetry(store), &query, &list, &err));
	if (list.count > 0)
		must(telemetry_series_points(store_telemetry(store), list.items[0].id, 0, 0,
					     &points, &err));
	ck_assert_uint_eq(points.count, (size_t)count);
	for (int32_t i = 0; i < count; i++)
		ck_assert(points.times[i] == i && points.values[i] == i / 4.0);
	if (count > 0)
		ck_assert_uint_eq(list.items[0].points, (size_t)count);
	series_points_release(&points);
	series_list_release(&list);
}

/*
 * Numbers 0 to n - 1 are there, each with its four parts, and n is all that
 * was reported or one more, whose report the kill cut off. Only what is newer
 * than checked is looked at in full.
 */
static int32_t
check_all(const char *path, int32_t reported, int32_t checked)
{
	const struct finding_query query = { .kind = -1, .state = -1 };
	struct window_query all = { 0 };
	struct profile_set set;
	struct finding_rows rows;
	struct error err;
	struct store *store = world_open(path);
	int32_t count;

	all.service = world_service(store, "api");
	must(store_check(store, &err));
	must(casebook_findings(store, &query, &rows, &err));
	count = (int32_t)rows.count;
	ck_assert_int_ge(count, reported + 1);
	ck_assert_int_le(count, reported + 2);
	must(telemetry_profiles(store_telemetry(store), &all, &set, NULL, &err));
	ck_assert_int_eq((int32_t)set.window_count, count);
	for (int32_t i = 0; i < count; i++) {
		ck_assert_int_eq(set.windows[i].start, i);
		ck_assert_uint_eq(set.windows[i].samples, (uint64_t)i + 2);
		ck_assert_double_eq(rows.items[i].cores, count - 1 - i);
		if (count - 1 - i > checked)
			check_note(store, &rows.items[i]);
	}
	check_points(store, all.service, count);
	profile_set_release(&set);
	finding_rows_release(&rows);
	store_close(store);
	return count - 1;
}

static void
remove_database(const char *path)
{
	static const char *const ends[] = { "", "-wal", "-shm" };

	for (size_t i = 0; i < 3; i++) {
		char *name = memory_format("%s%s", path, ends[i]);

		unlink(name);
		free(name);
	}
}

START_TEST(test_a_killed_writer_loses_nothing)
{
	char *old = world_path("old.db"), *fresh = world_path("fresh.db");
	uint64_t seed = 20261120;
	int32_t last = -1, written = 0;

	for (int round = 0; round < ROUNDS; round++) {
		if (round % FRESH_EVERY == 0) {
			int64_t moment = next_random(&seed) % FRESH_MOMENT_MAX;

			remove_database(fresh);
			check_all(fresh, run_and_kill(fresh, -1, 0, moment), -1);
		} else {
			int reports = (int)(next_random(&seed) % REPORTS_MAX);
			int64_t moment = next_random(&seed) % MOMENT_MAX;
			int32_t before = last;

			last = run_and_kill(old, last, reports, moment);
			last = check_all(old, last, before);
			written += last - before;
		}
	}
	ck_assert_int_gt(written, ROUNDS); /* or the kills came too early to say anything */
	free(old);
	free(fresh);
}
END_TEST

Suite *
kill_suite(void)
{
	Suite *suite = suite_create("kill");
	TCase *tests = tcase_create("kill");

	tcase_add_test(tests, test_a_killed_writer_loses_nothing);
	tcase_set_timeout(tests, 120);
	suite_add_tcase(suite, tests);
	return suite;
}
