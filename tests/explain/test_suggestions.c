/* Settings out of dismissals: what each reason teaches, and that config.yaml takes the lines. */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/memory.h"
#include "core/base/path.h"
#include "core/explain/suggestions.h"
#include "core/store/finding.h"
#include "core/store/service.h"
#include "tests/explain/suites.h"

static struct store *store;
static int64_t service;
static const char service_name[] = "a \"quoted\\ one";

#define must(call)                                                     \
	do {                                                           \
		struct error err = { 0 };                              \
		ck_assert_msg((call) == 0, "%s: %s", #call, err.text); \
	} while (0)

static void
set_up(void)
{
	static int number;
	char *path =
		memory_format("%s/suggestions-%d-%d.db", getenv("HOME"), (int)getpid(), number++);
	struct service record = { .name = (char *)service_name, .cores = 100 };

	must(store_open(&store, path, STORE_CREATE, &err));
	free(path);
	must(casebook_service_put(store, &record, &err));
	service = record.id;
}

static void
tear_down(void)
{
	store_close(store);
}

/* reason NULL: taken up instead. */
static void
add(const char *name, double before, double after, const char *unit, const char *config,
    const char *reason)
{
	struct finding finding = {
		.service = service,
		.kind = FINDING_REGRESSION,
		.subject_kind = memory_string("function"),
		.subject = memory_string(name),
		.fingerprint = memory_string(name),
		.before = before,
		.after = after,
		.unit = unit != NULL ? memory_string(unit) : NULL,
		.config = memory_string(config),
		.changed_at = 1,
		.impact = { NAN, NAN, NAN, NAN },
	};
	bool added;

	must(casebook_finding_put(store, &finding, &added, &err));
	if (reason != NULL)
		must(casebook_finding_move(store, finding.id, FINDING_DISMISSED, "ana", reason,
					   &err));
	else
		must(casebook_finding_claim(store, finding.id, "ana", &err));
	finding_release(&finding);
}

static struct suggestions
make(const char *yaml)
{
	struct suggestions suggestions;
	struct settings *settings = NULL;

	if (yaml != NULL)
		must(settings_parse(&settings, yaml, strlen(yaml), "test", &err));
	must(suggestions_make(&suggestions, store, settings, NULL, &err));
	settings_free(settings);
	return suggestions;
}

/* The lines as config.yaml reads them, for the service of the test. */
static struct detection_settings
read_back(const struct suggestion *suggestion)
{
	struct settings *settings = NULL;
	struct detection_settings read;

	ck_assert_ptr_nonnull(suggestion->yaml);
	must(settings_parse(&settings, suggestion->yaml, strlen(suggestion->yaml), "suggested",
			    &err));
	ck_assert_str_eq(settings_service(settings, 0), service_name);
	read = *settings_detection(settings, service_name);
	settings_free(settings);
	return read;
}

static const struct detect_config *
config_of(const struct detection_settings *settings, enum detect_scale scale)
{
	for (size_t i = 0; i < settings->config_count; i++)
		if (settings->configs[i].scale == scale)
			return &settings->configs[i];
	return NULL;
}

START_TEST(test_too_small)
{
	struct suggestions suggestions;
	struct detection_settings read;

	add("one", 0.01, 0.0102, NULL, "small-and-slow", "too small");
	add("two", 0.01, 0.0103, NULL, "small-and-slow", "too small: nobody cares");
	suggestions = make(NULL);
	ck_assert_uint_eq(suggestions.count, 1);
	ck_assert_int_eq(suggestions.items[0].reason, DISMISS_TOO_SMALL);
	ck_assert_uint_eq(suggestions.items[0].dismissed, 2);
	read = read_back(&suggestions.items[0]);
	/* 0.03 points and a tenth of it; the other scale stays as it was. */
	ck_assert_double_eq_tol(config_of(&read, DETECT_SLOW)->min_delta, 0.00033, 1e-9);
	ck_assert_double_eq_tol(config_of(&read, DETECT_FAST)->min_delta, DETECT_MIN_DELTA, 1e-12);
	suggestions_release(&suggestions);
}
END_TEST

START_TEST(test_what_was_taken_up_stays)
{
	struct suggestions suggestions;
	struct detection_settings read;

	add("one", 0.01, 0.013, NULL, "large-and-fast", "too small");
	add("two", 0.01, 0.0112, NULL, "large-and-fast", NULL);
	suggestions = make(NULL);
	ck_assert_uint_eq(suggestions.count, 1);
	read = read_back(&suggestions.items[0]);
	ck_assert_double_lt(config_of(&read, DETECT_FAST)->min_delta, 0.0012);
	ck_assert_double_gt(config_of(&read, DETECT_FAST)->min_delta, 0.0010);
	ck_assert(strstr(suggestions.items[0].why, "this keeps that one") != NULL);
	suggestions_release(&suggestions);
}
END_TEST

START_TEST(test_metric)
{
	struct suggestions suggestions;
	struct detection_settings read;

	add("latency", 200, 204, "ms", "small-and-slow", "too small");
	suggestions = make(NULL);
	ck_assert_uint_eq(suggestions.count, 1);
	read = read_back(&suggestions.items[0]);
	ck_assert_double_eq_tol(config_of(&read, DETECT_SLOW)->min_relative, 0.022, 1e-9);
	suggestions_release(&suggestions);
}
END_TEST

START_TEST(test_stages)
{
	static const char off[] = "detection:\n  stages:\n    seasonal: off\n    cost_shift: off\n";
	struct suggestions suggestions;
	struct detection_settings read;

	add("one", 0.01, 0.02, NULL, "large-and-fast", "seasonal");
	add("two", 0.01, 0.02, NULL, "large-and-fast", "cost moved");
	suggestions = make(off);
	ck_assert_uint_eq(suggestions.count, 2);
	for (size_t i = 0; i < 2; i++) {
		read = read_back(&suggestions.items[i]);
		ck_assert_uint_eq(read.stages_off, 0);
	}
	suggestions_release(&suggestions);
	/* On already: no lines, and it says why. */
	suggestions = make(NULL);
	ck_assert_uint_eq(suggestions.count, 2);
	ck_assert_ptr_null(suggestions.items[0].yaml);
	ck_assert_ptr_null(suggestions.items[1].yaml);
	ck_assert(*suggestions.items[0].why != '\0');
	suggestions_release(&suggestions);
}
END_TEST

START_TEST(test_durations)
{
	static const char short_history[] = "detection:\n  preset: frontfaas\n";
	struct suggestions suggestions;
	struct detection_settings read;

	add("one", 0.01, 0.02, NULL, "large-and-fast", "seasonal");
	add("two", 0.01, 0.02, NULL, "large-and-fast", "bad data");
	suggestions = make(short_history);
	ck_assert_uint_eq(suggestions.count, 2);
	/* All windows are looked at already, so that a longer history would change nothing. */
	ck_assert_ptr_null(suggestions.items[0].yaml);
	ck_assert(strstr(suggestions.items[0].why, "all history") != NULL);
	read = read_back(&suggestions.items[1]);
	ck_assert_int_eq(config_of(&read, DETECT_SLOW)->extended, INT64_C(12) * 3600 * 1000000);
	suggestions_release(&suggestions);
}
END_TEST

/* Words of one's own, what was taken back, and plans teach no setting. */
START_TEST(test_nothing_to_set)
{
	struct suggestions suggestions;

	add("one", 0.01, 0.02, NULL, "large-and-fast", "too smallish");
	suggestions = make(NULL);
	ck_assert_uint_eq(suggestions.count, 0);
	suggestions_release(&suggestions);
	add("two", 0.01, 0.02, NULL, "large-and-fast", "too small");
	must(casebook_finding_undo(store, 2, "ana", &err));
	suggestions = make(NULL);
	ck_assert_uint_eq(suggestions.count, 0);
	suggestions_release(&suggestions);
	add("three", 0.01, 0.02, NULL, "large-and-fast", "expected");
	suggestions = make(NULL);
	ck_assert_uint_eq(suggestions.count, 1);
	ck_assert_ptr_null(suggestions.items[0].yaml);
	suggestions_release(&suggestions);
}
END_TEST

Suite *
suggestions_suite(void)
{
	Suite *suite = suite_create("suggestions");
	TCase *tests = tcase_create("suggestions");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, test_too_small);
	tcase_add_test(tests, test_what_was_taken_up_stays);
	tcase_add_test(tests, test_metric);
	tcase_add_test(tests, test_stages);
	tcase_add_test(tests, test_durations);
	tcase_add_test(tests, test_nothing_to_set);
	suite_add_tcase(suite, tests);
	return suite;
}
