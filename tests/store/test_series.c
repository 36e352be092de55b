/* Series in the telemetry: chunks, adding by multiset, reading by time, harm. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/store/series.h"
#include "core/store/series_chunk.h"
#include "tests/store/suites.h"
#include "tests/store/world.h"

#define MINUTE INT64_C(60000000)

static struct store *store;
static struct telemetry *telemetry;
static int64_t service;

static void
set_up(void)
{
	store = world_store(&service);
	telemetry = store_telemetry(store);
}

static void
tear_down(void)
{
	store_close(store);
}

/* --- chunks --- */

static uint64_t
next_random(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return *state >> 11;
}

static double
value_of(int kind, uint64_t *state)
{
	switch (kind) {
	case 0: /* whole */
		return (double)(next_random(state) % 2000) - 1000;
	case 1: /* decimal */
		return (double)(next_random(state) % 2000000) / 1000;
	case 2: /* any */
		return (double)next_random(state) / 9007199254740992.0 * 1e6 - 3e5;
	case 3: /* very large and very small */
		return ldexp((double)next_random(state), (int)(next_random(state) % 1800) - 900);
	default:
		return 42;
	}
}

START_TEST(chunks_give_back_every_bit)
{
	struct series_points points = { 0 }, back = { 0 };
	bool share = _i == 5 || _i == 6;
	uint64_t state = (uint64_t)_i + 1;
	struct str blob;

	for (int i = 0; i < SERIES_CHUNK_POINTS; i++) {
		double samples = share ? (double)(next_random(&state) % 100000 + 1) : 0;
		double value = _i == 5   ? (double)(next_random(&state) % 5) / 5.0
			       : _i == 6 ? nearbyint(samples / 3) / samples
					 : value_of(_i, &state);

		/* irregular, with equal times */
		series_points_add(&points,
				  i * MINUTE + (int64_t)(next_random(&state) % 3) / 2 - i / 3,
				  value, samples);
	}
	for (size_t i = 1; i < points.count; i++)
		if (points.times[i] < points.times[i - 1])
			points.times[i] = points.times[i - 1];
	str_init(&blob, SERIES_CHUNK_BYTES_MAX);
	series_chunk_write(&blob, &points, 0, points.count, share);
	ck_assert_int_eq(series_chunk_read(&back, blob.data, blob.len, share), 0);
	ck_assert_uint_eq(back.count, points.count);
	ck_assert_int_eq(memcmp(back.times, points.times, points.count * 8), 0);
	ck_assert_int_eq(memcmp(back.values, points.values, points.count * 8), 0);
	ck_assert_int_eq(memcmp(back.samples, points.samples, points.count * 8), 0);
	/* Every shorter blob is damaged, and says so. */
	for (size_t length = 0; length < blob.len; length++)
		ck_assert_int_lt(series_chunk_read(&back, blob.data, length, share), 0);
	ck_assert_uint_eq(back.count, points.count);
	str_release(&blob);
	series_points_release(&points);
	series_points_release(&back);
}
END_TEST

START_TEST(regular_shares_are_small)
{
	struct series_points points = { 0 };
	struct str blob;

	for (int i = 0; i < 500; i++)
		series_points_add(&points, i * MINUTE, (double)(50 + i % 7) / 100000, 100000);
	str_init(&blob, SERIES_CHUNK_BYTES_MAX);
	series_chunk_write(&blob, &points, 0, points.count, true);
	ck_assert_uint_lt(blob.len, 2 * points.count + 40);
	str_release(&blob);
	series_points_release(&points);
}
END_TEST

START_TEST(times_of_all_sizes)
{
	struct series_points points = { 0 }, back = { 0 };
	struct str blob;

	series_points_add(&points, INT64_MIN, 1, 0);
	series_points_add(&points, -1, 2, 0);
	series_points_add(&points, 0, 3, 0);
	str_init(&blob, SERIES_CHUNK_BYTES_MAX);
	series_chunk_write(&blob, &points, 1, 3, false);
	ck_assert_int_eq(series_chunk_read(&back, blob.data, blob.len, false), 0);
	ck_assert_int_eq(back.times[0], -1);
	str_release(&blob);
	series_points_release(&points);
	series_points_release(&back);
}
END_TEST

/* --- adding --- */

static struct series_added
add(const char *name, const int64_t *times, const double *values, size_t count, bool replace)
{
	struct series_append append = { .name = name,
					.kind = SERIES_METRIC,
					.times = times,
					.values = values,
					.count = count,
					.replace = replace };
	struct series_added added;
	struct error err;

	must(telemetry_series_add(telemetry, service, &append, &added, &err));
	return added;
}

static void
info_of(const char *name, struct series_list *list)
{
	const struct series_query query = { .service = service, .name = name, .kind = -1 };
	struct error err;

	must(telemetry_series_list(telemetry, &query, list, &err));
	ck_assert_uint_eq(list->count, 1);
}

/* "60=1 120=2": minutes and values. */
static void
expect_points(const char *name, int64_t from, int64_t to, const char *wanted)
{
	struct series_points points = { 0 };
	struct series_list list;
	struct error err;
	struct str text;

	info_of(name, &list);
	must(telemetry_series_points(telemetry, list.items[0].id, from, to, &points, &err));
	str_init(&text, STR_MAX_LINE);
	for (size_t i = 0; i < points.count; i++)
		str_addf(&text, "%s%lld=%g", i > 0 ? " " : "",
			 (long long)(points.times[i] / MINUTE), points.values[i]);
	ck_assert_str_eq(text.data, wanted);
	if (from == 0 && to == 0) {
		ck_assert_uint_eq(list.items[0].points, points.count);
		ck_assert_int_eq(list.items[0].from, points.times[0]);
		ck_assert_int_eq(list.items[0].to, points.times[points.count - 1]);
	}
	str_release(&text);
	series_points_release(&points);
	series_list_release(&list);
}

START_TEST(twice_is_once)
{
	int64_t times[] = { 3 * MINUTE, 1 * MINUTE, 2 * MINUTE, 2 * MINUTE, 4 * MINUTE };
	double values[] = { 3, 1, 2, 2, NAN };
	struct series_added added = add("m", times, values, 5, false);

	ck_assert(added.is_new);
	ck_assert_uint_eq(added.added, 4);
	ck_assert_uint_eq(added.gaps, 1);
	expect_points("m", 0, 0, "1=1 2=2 2=2 3=3");
	added = add("m", times, values, 5, false);
	ck_assert(!added.is_new);
	ck_assert_uint_eq(added.added, 0);
	ck_assert_uint_eq(added.known, 4);
	expect_points("m", 0, 0, "1=1 2=2 2=2 3=3");
}
END_TEST

START_TEST(overlap_and_other_values)
{
	int64_t times[] = { 10 * MINUTE, 11 * MINUTE, 12 * MINUTE };
	int64_t more[] = { 11 * MINUTE, 12 * MINUTE, 13 * MINUTE, 5 * MINUTE };
	double values[] = { 1, 2, 3 }, others[] = { 2, 7, 4, 0.5 };
	struct series_added added;

	add("m", times, values, 3, false);
	added = add("m", more, others, 4, false);
	ck_assert_uint_eq(added.added, 3);
	ck_assert_uint_eq(added.known, 1);
	expect_points("m", 0, 0, "5=0.5 10=1 11=2 12=3 12=7 13=4");
	/* a server's answer stands instead */
	values[1] = 9;
	added = add("m", times, values, 3, true);
	ck_assert_uint_eq(added.replaced, 2);
	ck_assert_uint_eq(added.added, 0);
	expect_points("m", 0, 0, "5=0.5 10=1 11=9 12=3 13=4");
	added = add("m", times, values, 3, true);
	ck_assert_uint_eq(added.replaced + added.added, 0);
	expect_points("m", 11 * MINUTE, 13 * MINUTE, "11=9 12=3");
	expect_points("m", 14 * MINUTE, 0, "");
}
END_TEST

/* In pieces and out of order, against a sorted copy of all. */
START_TEST(pieces_in_any_order)
{
	enum { PIECE = 97, PIECES = 60 };
	struct series_points points = { 0 };
	struct series_list list;
	struct error err;

	for (int piece = 0; piece < PIECES; piece++) {
		int64_t times[PIECE];
		double values[PIECE];

		for (int i = 0; i < PIECE; i++) {
			times[i] = (int64_t)((piece * 37) % PIECES + i * PIECES) * MINUTE;
			values[i] = (double)times[i] / 7;
		}
		ck_assert_uint_eq(add("m", times, values, PIECE, false).added, PIECE);
	}
	info_of("m", &list);
	ck_assert_uint_eq(list.items[0].points, PIECE * PIECES);
	ck_assert_int_eq(list.items[0].revision, PIECES);
	must(telemetry_series_points(telemetry, list.items[0].id, 0, 0, &points, &err));
	ck_assert_uint_eq(points.count, PIECE * PIECES);
	for (size_t i = 0; i < points.count; i++) {
		ck_assert_int_eq(points.times[i], (int64_t)i * MINUTE);
		ck_assert(points.values[i] == (double)points.times[i] / 7);
	}
	series_points_release(&points);
	series_list_release(&list);
}
END_TEST

START_TEST(a_hundred_thousand_points)
{
	size_t count = 100000;
	int64_t *times = memory_alloc_array(count, sizeof(*times));
	double *values = memory_alloc_array(count, sizeof(*values));
	struct series_points points = { 0 };
	struct series_list list;
	struct error err;

	for (size_t i = 0; i < count; i++) {
		times[i] = (int64_t)(count - i) * MINUTE;
		values[i] = (double)i / 10;
	}
	ck_assert_uint_eq(add("m", times, values, count, false).added, count);
	ck_assert_uint_eq(add("m", times, values, count, false).known, count);
	info_of("m", &list);
	must(telemetry_series_points(telemetry, list.items[0].id, 50000 * MINUTE, 50010 * MINUTE,
				     &points, &err));
	ck_assert_uint_eq(points.count, 10);
	ck_assert(points.values[0] == 5000);
	must(store_check(store, &err));
	series_points_release(&points);
	series_list_release(&list);
	free(times);
	free(values);
}
END_TEST

START_TEST(shares)
{
	int64_t times[] = { 1, 2, 3 };
	double values[] = { 0.25, 1.0 / 3, 0.5 }, samples[] = { 8, 3, 0 };
	struct series_append append = { .name = "json_escape",
					.kind = SERIES_SHARE,
					.times = times,
					.values = values,
					.samples = samples,
					.count = 3 };
	struct series_points points = { 0 };
	struct series_added added;
	struct series_list list;
	struct error err;

	must(telemetry_series_add(telemetry, service, &append, &added, &err));
	ck_assert_uint_eq(added.added, 2);
	ck_assert_uint_eq(added.gaps, 1);
	info_of("json_escape", &list);
	ck_assert_int_eq(list.items[0].kind, SERIES_SHARE);
	ck_assert_int_eq(list.items[0].harm, SERIES_HARM_UP);
	must(telemetry_series_points(telemetry, list.items[0].id, 0, 0, &points, &err));
	ck_assert(points.values[1] == 1.0 / 3 && points.samples[1] == 3);
	values[0] = 25;
	must_fail(telemetry_series_add(telemetry, service, &append, &added, &err), ERROR_INPUT,
		  "from 0 to 1");
	append.kind = SERIES_METRIC;
	must_fail(telemetry_series_add(telemetry, service, &append, &added, &err), ERROR_CONFLICT,
		  "json_escape: is there as a share already");
	append.name = "";
	must_fail(telemetry_series_add(telemetry, service, &append, &added, &err), ERROR_INPUT,
		  "name");
	series_points_release(&points);
	series_list_release(&list);
}
END_TEST

START_TEST(too_many_at_one_time)
{
	size_t count = SERIES_AT_ONE_TIME_MAX + 1;
	int64_t *times = memory_alloc_array(count, sizeof(*times));
	double *values = memory_alloc_array(count, sizeof(*values));
	struct series_append append = {
		.name = "m", .kind = SERIES_METRIC, .times = times, .values = values, .count = count
	};
	struct series_query query = { .kind = -1 };
	struct series_added added;
	struct series_list list;
	struct error err;

	must_fail(telemetry_series_add(telemetry, service, &append, &added, &err), ERROR_LIMIT,
		  "m: more than 4096 values at 1970-01-01T00:00:00Z");
	must(telemetry_series_list(telemetry, &query, &list, &err));
	ck_assert_uint_eq(list.count, 0); /* all or nothing */
	append.count--;
	must(telemetry_series_add(telemetry, service, &append, &added, &err));
	ck_assert_uint_eq(added.added, SERIES_AT_ONE_TIME_MAX);
	must(telemetry_series_add(telemetry, service, &append, &added, &err));
	ck_assert_uint_eq(added.known, SERIES_AT_ONE_TIME_MAX);
	append.count = 1;
	values[0] = 1;
	must_fail(telemetry_series_add(telemetry, service, &append, &added, &err), ERROR_LIMIT,
		  "m: more than 4096 values");
	free(times);
	free(values);
}
END_TEST

static int
count_points(void *user, const struct series_info *info, const struct series_points *points,
	     struct error *err)
{
	struct str *text = user;

	(void)err;
	str_addf(text, "%s:%zu ", info->name, points->count);
	return 0;
}

/* One new point for each of many series, and only what is new is given. */
START_TEST(many_series_one_point)
{
	struct series_query query = { .kind = -1 };
	struct error err;
	struct str text;

	for (int round = 0; round < 2; round++) {
		must(store_begin(store, &err));
		for (int i = 0; i < 2000; i++) {
			char *name = memory_format("s%d", i);
			int64_t time = (round + 1) * MINUTE;
			double value = i + round;

			if (round == 0 || i % 1000 == 7)
				add(name, &time, &value, 1, false);
			free(name);
		}
		must(store_commit(store, &err));
	}
	str_init(&text, STR_MAX_TEXT);
	query.newer_than = 2 * MINUTE;
	must(telemetry_series_each(telemetry, &query, count_points, &text, NULL, &err));
	ck_assert_str_eq(text.data, "s7:2 s1007:2 ");
	str_clear(&text);
	query.from = 2 * MINUTE;
	must(telemetry_series_each(telemetry, &query, count_points, &text, NULL, &err));
	ck_assert_str_eq(text.data, "s7:1 s1007:1 ");
	str_release(&text);
}
END_TEST

START_TEST(damage_is_told)
{
	static const char *const edits[] = {
		"UPDATE series_chunk SET points = x''",
		"UPDATE series_chunk SET points = x'01ffffffff0f0000'",
		"UPDATE series_chunk SET points = substr(points, 1, length(points) - 1)",
		"UPDATE series_chunk SET points = CAST(points || x'00' AS BLOB)",
	};
	int64_t times[] = { 1, 2 };
	double values[] = { 1.5, 2 };
	struct series_points points = { 0 };
	struct series_append append = {
		.name = "m", .kind = SERIES_METRIC, .times = times, .values = values, .count = 2
	};
	struct series_added added;
	struct error err;

	add("m", times, values, 2, false);
	world_sql(store_path(store), edits[_i]);
	must_fail(telemetry_series_points(telemetry, 1, 0, 0, &points, &err), ERROR_CORRUPT,
		  "damaged: points of series 1");
	must_fail(telemetry_series_add(telemetry, service, &append, &added, &err), ERROR_CORRUPT,
		  "damaged");
	series_points_release(&points);
}
END_TEST

/* --- harm --- */

static const struct guess {
	const char *name, *unit;
	enum series_harm harm;
} guesses[] = {
	{ "http_request_duration_seconds", NULL, SERIES_HARM_UP },
	{ "latency_p99", NULL, SERIES_HARM_UP },
	{ "cpu", NULL, SERIES_HARM_UP },
	{ "process_cpu_seconds_total", NULL, SERIES_HARM_UP },
	{ "process_resident_memory_bytes{job=\"throughput\"}", NULL, SERIES_HARM_UP },
	{ "errors", NULL, SERIES_HARM_UP },
	{ "requestErrors", NULL, SERIES_HARM_UP },
	{ "cache_misses_per_second", NULL, SERIES_HARM_UP },
	{ "x", "ms", SERIES_HARM_UP },
	{ "throughput", NULL, SERIES_HARM_DOWN },
	{ "qps", NULL, SERIES_HARM_DOWN },
	{ "requests_per_second", NULL, SERIES_HARM_DOWN },
	{ "cache_hit_ratio", NULL, SERIES_HARM_DOWN },
	{ "availability", NULL, SERIES_HARM_DOWN },
	{ "x", "req/s", SERIES_HARM_DOWN },
	{ "requests", NULL, SERIES_HARM_BOTH },
	{ "temperature", "C", SERIES_HARM_BOTH },
	{ "", NULL, SERIES_HARM_BOTH },
};

START_TEST(harm_by_words)
{
	ck_assert_msg(series_harm_guess(guesses[_i].name, guesses[_i].unit) == guesses[_i].harm,
		      "%s %s: %s", guesses[_i].name, guesses[_i].unit,
		      series_harm_name(series_harm_guess(guesses[_i].name, guesses[_i].unit)));
}
END_TEST

START_TEST(harm_as_set)
{
	static const char name[] = "latency{host=\"a\"}";
	int64_t time = 1;
	double value = 1;
	struct series_list list;
	struct error err;
	enum series_harm harm;

	add(name, &time, &value, 1, false);
	info_of(name, &list);
	ck_assert(list.items[0].harm == SERIES_HARM_UP && !list.items[0].harm_set);
	series_list_release(&list);
	must(telemetry_series_harm(telemetry, service, "latency", SERIES_HARM_DOWN, &err));
	info_of(name, &list);
	ck_assert(list.items[0].harm == SERIES_HARM_DOWN && list.items[0].harm_set);
	series_list_release(&list);
	must(telemetry_series_harm(telemetry, service, name, SERIES_HARM_BOTH, &err));
	info_of(name, &list);
	ck_assert(list.items[0].harm == SERIES_HARM_BOTH);
	series_list_release(&list);
	must_fail(series_harm_parse(&harm, "sideways", &err), ERROR_USAGE, "not up, down or both");
	must(series_harm_parse(&harm, "down", &err));
	ck_assert_int_eq(harm, SERIES_HARM_DOWN);
}
END_TEST

Suite *
series_suite(void)
{
	Suite *suite = suite_create("series");
	TCase *chunks = tcase_create("chunks"), *tests = tcase_create("store");

	tcase_add_loop_test(chunks, chunks_give_back_every_bit, 0, 7);
	tcase_add_test(chunks, regular_shares_are_small);
	tcase_add_test(chunks, times_of_all_sizes);
	tcase_add_loop_test(chunks, harm_by_words, 0, (int)(sizeof(guesses) / sizeof(guesses[0])));
	suite_add_tcase(suite, chunks);
	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, twice_is_once);
	tcase_add_test(tests, overlap_and_other_values);
	tcase_add_test(tests, pieces_in_any_order);
	tcase_add_test(tests, a_hundred_thousand_points);
	tcase_add_test(tests, shares);
	tcase_add_test(tests, too_many_at_one_time);
	tcase_add_test(tests, many_series_one_point);
	tcase_add_loop_test(tests, damage_is_told, 0, 4);
	tcase_add_test(tests, harm_as_set);
	suite_add_tcase(suite, tests);
	return suite;
}
