/* Suspects over a small store: the guilty change first, and honest abstention. */
#include <check.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/explain/suspects.h"
#include "core/store/change.h"
#include "core/store/service.h"
#include "core/store/telemetry.h"
#include "tests/check_main.h"
#include "tests/explain/suites.h"

#define CHANGED (CHECK_CLOCK - CLOCK_DAY)
#define WINDOWS 6 /* before, and as many after, an hour apart */

static struct store *store;
static char path[64];
static struct service service;
static struct finding finding;
static struct suspect_ranking ranking;
static struct error err;

#define must(call) ck_assert_msg((call) == 0, "%s: %s", #call, err.text)

static void
add_stack(struct profile *profile, const char *stack, uint64_t samples)
{
	uint32_t frames[16];
	size_t depth = 0;

	while (*stack != '\0') {
		size_t length = strcspn(stack, ";");

		frames[depth++] =
			profile_add_frame(profile, stack, length, "app", 3, "", 0, 0, FRAME_USER);
		stack += length + (stack[length] == ';');
	}
	profile_add_stack(profile, frames, depth, samples, samples);
}

static void
add_window(int number, bool is_new)
{
	struct window window = { .start = CHANGED + (number - WINDOWS) * CLOCK_HOUR };
	struct profile profile;
	bool added;

	window.end = window.start + CLOCK_MINUTE;
	profile_init(&profile);
	add_stack(&profile, "main;serve;render;escape", is_new ? 300 : 100);
	add_stack(&profile, "main;serve;parse", 400);
	add_stack(&profile, "main;serve;log_line", 100);
	window.samples = profile.samples;
	window.weight = profile.weight;
	must(telemetry_profile_add(store_telemetry(store), service.id, &window, &profile,
				   (uint64_t)number + 1, &added, &err));
	profile_release(&profile);
}

static void
setup(void)
{
	snprintf(path, sizeof(path), "%s/suspects-%d.db", getenv("HOME"), (int)getpid());
	must(store_open(&store, path, STORE_CREATE, &err));
	service = (struct service){ .name = memory_string("api") };
	must(casebook_service_put(store, &service, &err));
	for (int i = 0; i < 2 * WINDOWS; i++)
		add_window(i, i >= WINDOWS);
	finding = (struct finding){ .service = service.id,
				    .kind = FINDING_REGRESSION,
				    .subject_kind = memory_string("function"),
				    .subject = memory_string("escape"),
				    .changed_at = CHANGED,
				    .changed_low = CHANGED - CLOCK_HOUR,
				    .changed_high = CHANGED + CLOCK_MINUTE };
}

static void
teardown(void)
{
	suspect_ranking_release(&ranking);
	finding_release(&finding);
	service_release(&service);
	store_close(store);
}

static void
add_change(const char *key, int64_t time, const char *title, const char *file, const char *function,
	   const char *diff)
{
	struct change change = { .service = service.id, .time = time };
	bool added;

	change.kind = memory_string("commit");
	change.key = memory_string(key);
	change.title = memory_string(title);
	change.text = memory_string("");
	change.author_name = memory_string("dev");
	change.author_email = memory_string("dev@example.org");
	change.diff = memory_string(diff);
	strings_add(&change.files, file);
	if (function != NULL)
		change_add_function(&change, function, file, 3, 1);
	must(casebook_change_put(store, &change, &added, &err));
	ck_assert(added);
	change_release(&change);
}

static void
add_innocents(void)
{
	add_change("aaaa0001", CHANGED - 30 * CLOCK_MINUTE, "Parse headers by table", "src/parse.c",
		   "parse", NULL);
	add_change("aaaa0002", CHANGED - 20 * CLOCK_MINUTE, "Start faster", "src/main.c", "main",
		   NULL);
	add_change("aaaa0003", CHANGED - 10 * CLOCK_MINUTE, "Escape in the manual", "docs/a.md",
		   NULL, NULL);
	add_change("aaaa0004", CHANGED - 9 * CLOCK_MINUTE, "Log in one line", "src/log.c",
		   "log_line", NULL);
}

START_TEST(test_guilty_is_first)
{
	add_innocents();
	add_change("bbbb0001", CHANGED - 25 * CLOCK_MINUTE, "Escape all of it", "src/escape.c",
		   "escape",
		   "--- a/src/escape.c\n+++ b/src/escape.c\n@@ -1,3 +1,3 @@ escape(char *text)\n"
		   "-\twhile (i < n)\n+\twhile (i < strlen(text))\n");
	must(suspects_rank(store, &finding, &ranking, NULL, &err));
	ck_assert_str_eq(ranking.verdict, "likely");
	ck_assert_str_eq(ranking.suspects[0].key, "bbbb0001");
	ck_assert_double_gt(ranking.suspects[0].score, 0.8);
	ck_assert_double_eq_tol(ranking.suspects[0].attribution, 1, 1e-9);
	ck_assert_double_eq(ranking.suspects[0].timing, 1);
	ck_assert(strings_contains(&ranking.suspects[0].functions, "escape"));
	ck_assert_str_eq(ranking.suspects[0].why,
			 "touched escape, which is in 100 % of the growth; came 25 m before the "
			 "growth was seen, after the last profile without it; adds a strlen to a "
			 "loop condition");
}
END_TEST

START_TEST(test_none_where_nothing_touched_it)
{
	add_innocents();
	must(suspects_rank(store, &finding, &ranking, NULL, &err));
	ck_assert_str_eq(ranking.verdict, "none");
}
END_TEST

START_TEST(test_no_changes_at_all)
{
	must(suspects_rank(store, &finding, &ranking, NULL, &err));
	ck_assert_str_eq(ranking.verdict, "none");
	ck_assert_uint_eq(ranking.count, 0);
}
END_TEST

START_TEST(test_two_equal_ones_are_unsure)
{
	add_change("bbbb0001", CHANGED - 25 * CLOCK_MINUTE, "Escape quotes", "src/escape.c",
		   "escape", NULL);
	add_change("bbbb0002", CHANGED - 24 * CLOCK_MINUTE, "Escape slashes", "src/escape.c",
		   "escape", NULL);
	must(suspects_rank(store, &finding, &ranking, NULL, &err));
	ck_assert_str_eq(ranking.verdict, "unsure");
	ck_assert_uint_eq(ranking.count, 2);
	ck_assert_double_lt(ranking.suspects[0].score, 0.5);
}
END_TEST

START_TEST(test_too_late_is_out)
{
	add_change("bbbb0001", CHANGED + 2 * CLOCK_HOUR, "Escape quotes", "src/escape.c", "escape",
		   NULL);
	must(suspects_rank(store, &finding, &ranking, NULL, &err));
	ck_assert_str_eq(ranking.verdict, "none");
}
END_TEST

/* The same change weighs less when it had a day to be deployed before. */
START_TEST(test_older_counts_less)
{
	add_change("bbbb0001", CHANGED - 26 * CLOCK_HOUR, "Escape quotes", "src/escape.c", "escape",
		   NULL);
	add_change("bbbb0002", CHANGED - 26 * CLOCK_MINUTE, "Escape slashes", "src/escape.c",
		   "escape", NULL);
	must(suspects_rank(store, &finding, &ranking, NULL, &err));
	ck_assert_str_eq(ranking.suspects[0].key, "bbbb0002");
	ck_assert_double_lt(ranking.suspects[1].timing, 0.3);
}
END_TEST

/* An inlined function is in no stack; one of its file that grew speaks for it. */
START_TEST(test_file_speaks_for_inlined)
{
	add_innocents();
	add_change("cccc0001", CHANGED - 3 * CLOCK_DAY, "Move", "src/escape.c", "escape", NULL);
	add_change("bbbb0001", CHANGED - 25 * CLOCK_MINUTE, "Quote", "src/escape.c", "put_quoted",
		   NULL);
	must(suspects_rank(store, &finding, &ranking, NULL, &err));
	for (size_t i = 0; i < ranking.count; i++) {
		if (strcmp(ranking.suspects[i].key, "bbbb0001") == 0) {
			ck_assert_double_eq_tol(ranking.suspects[i].attribution, 0.5, 1e-9);
			ck_assert_ptr_nonnull(strstr(ranking.suspects[i].why,
						     "touched put_quoted, which may be part of "
						     "escape, which grew"));
			return;
		}
	}
	ck_abort_msg("not among the suspects");
}
END_TEST

static const struct suspect *
suspect_of(const char *key)
{
	for (size_t i = 0; i < ranking.count; i++) {
		if (strcmp(ranking.suspects[i].key, key) == 0)
			return &ranking.suspects[i];
	}
	ck_abort_msg("%s is not among the suspects", key);
	return NULL;
}

/* Where no file is known, a name that begins alike speaks for it, and another does not. */
START_TEST(test_name_speaks_for_hidden)
{
	add_change("bbbb0001", CHANGED - 25 * CLOCK_MINUTE, "Grow", "src/a.c", "escape_grow", NULL);
	add_change("bbbb0002", CHANGED - 24 * CLOCK_MINUTE, "Grow", "src/b.c", "table_grow", NULL);
	must(suspects_rank(store, &finding, &ranking, NULL, &err));
	ck_assert_double_eq_tol(suspect_of("bbbb0001")->attribution, 0.5, 1e-9);
	ck_assert_double_eq(suspect_of("bbbb0002")->attribution, 0);
	ck_assert_double_gt(suspect_of("bbbb0001")->score, 4 * suspect_of("bbbb0002")->score);
}
END_TEST

/* A function that is seen much beside the growth would show it, had it a part in it. */
START_TEST(test_what_is_seen_is_not_hidden)
{
	add_change("bbbb0001", CHANGED - 25 * CLOCK_MINUTE, "Parse", "src/escape.c", "parse", NULL);
	add_change("bbbb0002", CHANGED - 24 * CLOCK_MINUTE, "Escape", "src/escape.c", "escape",
		   NULL);
	must(suspects_rank(store, &finding, &ranking, NULL, &err));
	ck_assert_str_eq(ranking.suspects[0].key, "bbbb0002");
	for (size_t i = 1; i < ranking.count; i++)
		ck_assert_double_le(ranking.suspects[i].attribution, 0.1 + 1e-9);
}
END_TEST

/* The header beside the file of a function that grew: a constant may have changed. */
START_TEST(test_header_speaks_for_its_file)
{
	add_change("cccc0001", CHANGED - 3 * CLOCK_DAY, "Move", "src/escape.c", "escape", NULL);
	add_change("bbbb0001", CHANGED - 25 * CLOCK_MINUTE, "Tune", "src/escape.h", NULL, NULL);
	add_change("bbbb0002", CHANGED - 25 * CLOCK_MINUTE, "Tune", "src/parse.h", NULL, NULL);
	must(suspects_rank(store, &finding, &ranking, NULL, &err));
	ck_assert_double_eq_tol(suspect_of("bbbb0001")->attribution, 0.25, 1e-9);
	ck_assert_double_eq(suspect_of("bbbb0002")->attribution, 0);
	ck_assert_str_ne(ranking.verdict, "likely");
}
END_TEST

/* A change of comments alone in the very function that grew costs nothing. */
START_TEST(test_same_code_is_no_suspect)
{
	add_change("bbbb0001", CHANGED - 25 * CLOCK_MINUTE, "Escape: document", "src/escape.c",
		   "escape",
		   "--- a/src/escape.c\n+++ b/src/escape.c\n@@ -1,2 +1,3 @@ escape(char *text)\n"
		   " {\n+\t/* Quotes first. */\n \twhile (i < n)\n");
	must(suspects_rank(store, &finding, &ranking, NULL, &err));
	ck_assert_str_ne(ranking.verdict, "likely");
	ck_assert(ranking.count == 0 || ranking.suspects[0].score < 0.4);
}
END_TEST

/* A sweep over hundreds of functions holds what grew by its breadth; a narrow change is better. */
START_TEST(test_sweep_counts_less)
{
	struct change sweep = { .service = service.id, .time = CHANGED - 20 * CLOCK_MINUTE };
	bool added;

	sweep.kind = memory_string("commit");
	sweep.key = memory_string("dddd0001");
	sweep.title = memory_string("Escape: coding style");
	sweep.text = memory_string("");
	sweep.author_name = memory_string("dev");
	sweep.author_email = memory_string("dev@example.org");
	strings_add(&sweep.files, "src/all.c");
	change_add_function(&sweep, "escape", "src/all.c", 1, 1);
	for (int i = 0; i < 800; i++) {
		char name[32];

		snprintf(name, sizeof(name), "f%d", i);
		change_add_function(&sweep, name, "src/all.c", 1, 1);
	}
	must(casebook_change_put(store, &sweep, &added, &err));
	change_release(&sweep);
	add_change("bbbb0001", CHANGED - 25 * CLOCK_MINUTE, "Escape: quotes", "src/escape.c",
		   "escape", NULL);
	must(suspects_rank(store, &finding, &ranking, NULL, &err));
	ck_assert_str_eq(ranking.suspects[0].key, "bbbb0001");
	ck_assert_double_gt(ranking.suspects[0].score, 5 * suspect_of("dddd0001")->score);
}
END_TEST

START_TEST(test_opportunity_has_no_cause)
{
	finding.kind = FINDING_OPPORTUNITY;
	must(suspects_rank(store, &finding, &ranking, NULL, &err));
	ck_assert_str_eq(ranking.verdict, "none");
}
END_TEST

START_TEST(test_cancel)
{
	struct cancel cancel = { 0 };
	struct progress progress = { .cancel = &cancel };

	add_innocents();
	cancel_request(&cancel);
	ck_assert_int_lt(suspects_rank(store, &finding, &ranking, &progress, &err), 0);
	ck_assert_int_eq(err.code, ERROR_CANCELLED);
}
END_TEST

static void
about(const char *kind, const char *subject)
{
	memory_replace_string(&finding.subject_kind, kind);
	memory_replace_string(&finding.subject, subject);
}

/* A metric has no stacks: time and words rank, and at most unsure comes of it. */
START_TEST(test_metric_by_time_and_words)
{
	about("metric", "checkout_latency_ms");
	add_innocents();
	add_change("bbbb0001", CHANGED - 25 * CLOCK_MINUTE, "Ask the bank twice at checkout",
		   "src/checkout.c", "ask_bank", NULL);
	add_change("bbbb0002", CHANGED - 9 * CLOCK_DAY, "Checkout latency is measured",
		   "src/checkout.c", "measure", NULL);
	must(suspects_rank(store, &finding, &ranking, NULL, &err));
	ck_assert_str_eq(ranking.verdict, "unsure");
	ck_assert_str_eq(ranking.suspects[0].key, "bbbb0001");
	ck_assert_double_lt(ranking.suspects[0].score, 0.5);
	ck_assert_double_eq(ranking.suspects[0].attribution, 0);
	ck_assert_str_eq(ranking.suspects[0].why,
			 "no stacks show what it touched: judged by time and words; came 25 m "
			 "before the growth was seen, after the last point without it");
	for (size_t i = 1; i < ranking.count; i++) /* documents do not slow a service down */
		ck_assert_double_lt(ranking.suspects[i].score, ranking.suspects[0].score);
}
END_TEST

START_TEST(test_metric_without_changes_in_its_time)
{
	about("metric", "checkout_latency_ms");
	add_change("bbbb0001", CHANGED + 2 * CLOCK_HOUR, "Checkout latency", "src/checkout.c",
		   "checkout", NULL);
	must(suspects_rank(store, &finding, &ranking, NULL, &err));
	ck_assert_str_eq(ranking.verdict, "none");
	ck_assert_uint_eq(ranking.count, 0);
}
END_TEST

/* A share of the name of a function that somebody touched; less sure than stacks make it. */
START_TEST(test_share_by_the_name_of_its_function)
{
	add_innocents();
	add_change("bbbb0001", CHANGED - 25 * CLOCK_MINUTE, "Tidy", "src/text.c", "escape", NULL);
	must(suspects_rank(store, &finding, &ranking, NULL, &err));
	double with_stacks = ranking.suspects[0].score;
	ck_assert_str_eq(ranking.suspects[0].key, "bbbb0001");
	suspect_ranking_release(&ranking);
	about("series", "escape");
	must(suspects_rank(store, &finding, &ranking, NULL, &err));
	ck_assert_str_eq(ranking.verdict, "unsure");
	ck_assert_str_eq(ranking.suspects[0].key, "bbbb0001");
	ck_assert_double_lt(ranking.suspects[0].score, with_stacks);
	ck_assert(strings_contains(&ranking.suspects[0].functions, "escape"));
	ck_assert_msg(
		strncmp(ranking.suspects[0].why, "touched escape, whose share this is; ", 37) == 0,
		"%s", ranking.suspects[0].why);
}
END_TEST

Suite *
suspects_suite(void)
{
	Suite *suite = suite_create("suspects");
	TCase *tcase = tcase_create("suspects");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, test_guilty_is_first);
	tcase_add_test(tcase, test_none_where_nothing_touched_it);
	tcase_add_test(tcase, test_no_changes_at_all);
	tcase_add_test(tcase, test_two_equal_ones_are_unsure);
	tcase_add_test(tcase, test_too_late_is_out);
	tcase_add_test(tcase, test_older_counts_less);
	tcase_add_test(tcase, test_file_speaks_for_inlined);
	tcase_add_test(tcase, test_name_speaks_for_hidden);
	tcase_add_test(tcase, test_what_is_seen_is_not_hidden);
	tcase_add_test(tcase, test_header_speaks_for_its_file);
	tcase_add_test(tcase, test_same_code_is_no_suspect);
	tcase_add_test(tcase, test_sweep_counts_less);
	tcase_add_test(tcase, test_opportunity_has_no_cause);
	tcase_add_test(tcase, test_cancel);
	tcase_add_test(tcase, test_metric_by_time_and_words);
	tcase_add_test(tcase, test_metric_without_changes_in_its_time);
	tcase_add_test(tcase, test_share_by_the_name_of_its_function);
	suite_add_tcase(suite, tcase);
	return suite;
}
