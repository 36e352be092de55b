/*
 * Real regressions of real projects, imported, detected and ranked as a user
 * would. They lie beside the source tree and are not part of it: without
 * them the tests say so and pass.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/base/path.h"
#include "core/collect/change_import.h"
#include "core/collect/profile_import.h"
#include "core/explain/detection.h"
#include "core/explain/suspects.h"
#include "core/store/change.h"
#include "core/store/finding.h"
#include "core/store/service.h"
#include "tests/tools/suites.h"

#define RUNS 5

struct known_case {
	const char *name, *guilty;
	bool is_traceable; /* the guilty change's functions are in the stacks */
};

static const struct known_case cases[] = {
	{ "mruby-shift", "392d7fbef9aa", true },
	{ "zstd-cwksp", "980f3bbf8354", true },
	{ "jq-reduce", "96e8d893c10e", false },
};

static struct error err;

#define must(call) ck_assert_msg((call) == 0, "%s: %s", #call, err.text)

static void
import_runs(struct store *store, const char *folder, const char *side, int64_t time)
{
	for (int run = 1; run <= RUNS; run++) {
		char *path = memory_format("%s/%s/%d.perf.txt.gz", folder, side, run);
		struct profile_import_options options = { .service = "project",
							  .time = time + run * CLOCK_MINUTE,
							  .duration = CLOCK_MINUTE / 2 };
		struct profile_import_report report;

		must(profile_import_file(store, path, &options, &report, NULL, &err));
		free(path);
	}
}

static struct store *
import_case(const char *folder)
{
	struct service service = { .name = memory_string("project") };
	struct change_import_report report;
	struct change_list changes = { 0 };
	struct store *store;
	char *path = memory_format("%s/cases.db", getenv("HOME"));
	char *list = memory_format("%s/changes.jsonl", folder);

	remove(path);
	must(store_open(&store, path, STORE_CREATE, &err));
	must(casebook_service_put(store, &service, &err));
	must(change_import_jsonl(store, "project", list, false, &report, NULL, &err));
	must(casebook_changes(store, service.id, 0, 0, false, &changes, &err));
	import_runs(store, folder, "wide_before", changes.items[0].time);
	import_runs(store, folder, "wide_after", changes.items[changes.count - 1].time);
	change_list_release(&changes);
	service_release(&service);
	free(path);
	free(list);
	return store;
}

/* Place of the guilty change among the suspects, from 1; 0: not there. */
static size_t
place_of(const struct suspect_ranking *ranking, const char *guilty)
{
	for (size_t i = 0; i < ranking->count; i++) {
		if (strncmp(ranking->suspects[i].key, guilty, strlen(guilty)) == 0)
			return i + 1;
	}
	return 0;
}

/* The first finding leads to the guilty change; where nothing can, no finding is certain. */
static void
check_ranking(const struct known_case *known, size_t finding, const struct suspect_ranking *ranking)
{
	size_t place = place_of(ranking, known->guilty);

	printf("case %s, finding %zu: %s, the guilty change is number %zu of %zu\n", known->name,
	       finding + 1, ranking->verdict, place, ranking->count);
	if (known->is_traceable && finding == 0)
		ck_assert(place >= 1 && place <= 3);
	if (!known->is_traceable)
		ck_assert_str_ne(ranking->verdict, "likely");
	if (strcmp(ranking->verdict, "likely") == 0)
		ck_assert_uint_eq(place, 1);
}

START_TEST(test_case)
{
	const struct known_case *known = &cases[_i];
	char *folder = memory_format("%s/../shared/cases/%s", HEADROOM_SOURCE_DIR, known->name);
	struct detection_options options = { 0 };
	struct detection_report report;
	struct store *store;

	if (!path_is_folder(folder)) {
		fprintf(stderr, "SKIPPED: no shared/cases/%s beside the source tree\n",
			known->name);
		free(folder);
		return;
	}
	store = import_case(folder);
	must(detection_run(store, &options, &report, NULL, &err));
	ck_assert_uint_gt(report.finding_count, 0);
	for (size_t i = 0; i < report.finding_count; i++) {
		struct finding finding = { 0 };
		struct suspect_ranking ranking;

		must(casebook_finding(store, report.findings[i].id, &finding, &err));
		must(suspects_rank(store, &finding, &ranking, NULL, &err));
		check_ranking(known, i, &ranking);
		suspect_ranking_release(&ranking);
		finding_release(&finding);
	}
	detection_report_release(&report);
	store_close(store);
	free(folder);
}
END_TEST

Suite *
cases_suite(void)
{
	Suite *suite = suite_create("cases");
	TCase *tcase = tcase_create("cases");

	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, test_case, 0, sizeof(cases) / sizeof(cases[0]));
	suite_add_tcase(suite, tcase);
	return suite;
}
