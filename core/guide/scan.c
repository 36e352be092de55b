/*
 * Looking for opportunities: hot functions first (cheap, from the counts),
 * then words in the code, then the skill's rule, and last the stacks that
 * say what it costs. For the command `scan` and its screen.
 */
#include <math.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/base/vec.h"
#include "core/explain/impact.h"
#include "core/guide/rule.h"
#include "core/guide/scan.h"
#include "core/guide/scan_code.h"
#include "core/guide/scan_saving.h"
#include "core/store/finding.h"
#include "core/store/service.h"
#include "core/store/telemetry.h"
#include "core/tools/repository.h"

struct hot_function {
	char *name; /* in the source */
	double share;
};

struct hot_list {
	struct hot_function *items;
	size_t count, capacity;
};

/* One service being scanned. */
struct scan {
	struct store *store;
	const struct progress *progress;
	const struct service *service;
	struct window_query query;
	struct repository repository;
	struct hot_list hot;
	struct profile_set profiles;
	bool have_profiles;
	struct scan_report *report;
	struct strings seen;      /* fingerprints found in this scan */
	struct strings regressed; /* subjects of the service's open regressions */
};

/* One file of one skill with a hot function that may match. */
struct scan_file {
	const struct skill *skill;
	const char *path;
	struct str text;
	struct rule_result rule;
	bool ran, failed;
};

void
scan_report_release(struct scan_report *report)
{
	free(report->findings);
	strings_release(&report->warnings);
	*report = (struct scan_report){ 0 };
}

static const struct cancel *
cancel_of(const struct scan *scan)
{
	return scan->progress != NULL ? scan->progress->cancel : NULL;
}

static int
compare_hot(const void *a, const void *b)
{
	double x = ((const struct hot_function *)a)->share,
	       y = ((const struct hot_function *)b)->share;
	return (x < y) - (x > y);
}

static void
hot_from_counts(struct scan *scan, const struct function_counts *counts)
{
	double *samples = memory_alloc_array(counts->function_count + 1, sizeof(*samples));
	double total = 0;
	for (size_t w = 0; w < counts->windows.count; w++) {
		total += (double)counts->windows.items[w].samples;
		for (size_t i = counts->rows[w]; i < counts->rows[w + 1]; i++)
			samples[counts->cells[i].function] += (double)counts->cells[i].samples;
	}
	for (size_t i = 0; total > 0 && i < counts->function_count; i++)
		if (samples[i] / total >= SCAN_SHARE_MIN)
			vec_push(&scan->hot,
				 (struct hot_function){ scan_code_name(counts->functions[i]),
							samples[i] / total });
	free(samples);
	if (scan->hot.count > 1)
		qsort(scan->hot.items, scan->hot.count, sizeof(*scan->hot.items), compare_hot);
	while (scan->hot.count > SCAN_FUNCTIONS_MAX)
		free(scan->hot.items[--scan->hot.count].name);
}

static int
find_hot(struct scan *scan, struct error *err)
{
	struct function_counts counts = { 0 };
	int result = telemetry_function_counts(store_telemetry(scan->store), &scan->query, &counts,
					       scan->progress, err);
	if (result == 0)
		hot_from_counts(scan, &counts);
	function_counts_release(&counts);
	scan->report->functions += scan->hot.count;
	return result;
}

/* Stacks are read only when a rule matched something hot. */
static int
need_profiles(struct scan *scan, struct error *err)
{
	if (scan->have_profiles)
		return 0;
	scan->have_profiles = true;
	return telemetry_profiles(store_telemetry(scan->store), &scan->query, &scan->profiles,
				  scan->progress, err);
}

static char *
fingerprint_of(const struct scan_file *file, const char *function)
{
	return memory_format("opportunity:%s:%s:%s", file->skill->name, file->path, function);
}

static char *
evidence_of(const struct scan *scan, const struct scan_file *file, const struct scan_saving *saving,
	    uint32_t first, uint32_t last)
{
	struct json *out = json_object(), *place = json_object(), *matches = json_array();
	struct str text;
	json_set_text(place, "file", file->path);
	json_set_int(place, "first", first);
	json_set_int(place, "last", last);
	json_set_text(place, "commit", scan->repository.commit);
	for (size_t i = 0; i < file->rule.match_count; i++) {
		const struct rule_match *match = &file->rule.matches[i];
		if (match->line < first || match->line > last)
			continue;
		struct json *item = json_object();
		json_set_int(item, "line", match->line);
		json_set_text(item, "text", match->text);
		json_append(matches, item);
	}
	json_set(out, "place", place);
	json_set(out, "matches", matches);
	json_set_number(out, "samples", saving->samples);
	json_set_number(out, "samples_function", saving->function);
	json_set_number(out, "samples_direct", saving->direct);
	json_set_number(out, "samples_skipped", saving->skipped);
	json_set_number(out, "saving_low", saving->low);
	json_set_number(out, "saving", saving->expected);
	json_set_number(out, "saving_high", saving->high);
	json_set(out, "stacks", json_copy(saving->stacks));
	str_init(&text, STR_MAX_TEXT);
	json_write(&text, out);
	json_free(out);
	return str_take(&text);
}

static int
put_finding(struct scan *scan, const struct scan_file *file, const char *function, uint32_t line,
	    struct scan_saving *saving, char *evidence, struct error *err)
{
	bool added = false;
	double before = saving->function / saving->samples;
	struct finding finding = {
		.service = scan->service->id,
		.service_name = memory_string(scan->service->name),
		.kind = FINDING_OPPORTUNITY,
		.subject_kind = memory_string("function"),
		.subject = memory_string(function),
		.file = memory_string(file->path),
		.line = line,
		.skill = memory_string(file->skill->name),
		.fingerprint = fingerprint_of(file, function),
		.detected_at = clock_now(),
		.before = before,
		.after = fmax(0, before - saving->expected),
		.delta_low = -saving->high,
		.delta_high = -saving->low,
		.p = NAN,
		.q = NAN,
		.samples_before = saving->samples,
		.windows_before = (uint32_t)scan->profiles.window_count,
		.evidence = evidence,
	};
	impact_of(scan->service, &finding, &finding.impact);
	strings_add(&scan->seen, finding.fingerprint);
	int result = casebook_finding_put(scan->store, &finding, &added, err);
	if (result == 0) {
		struct scan_report *report = scan->report;
		if (report->finding_count == report->finding_capacity)
			report->findings =
				vec_grow(report->findings, &report->finding_capacity,
					 report->finding_count + 1, sizeof(*report->findings));
		report->findings[report->finding_count++] =
			(struct scan_finding){ finding.id, added };
	}
	finding_release(&finding);
	return result;
}

/* First match inside the lines, or NULL. */
static const struct rule_match *
match_inside(const struct rule_result *rule, uint32_t first, uint32_t last)
{
	for (size_t i = 0; i < rule->match_count; i++)
		if (rule->matches[i].line >= first && rule->matches[i].line <= last)
			return &rule->matches[i];
	return NULL;
}

static size_t
matches_inside(const struct rule_result *rule, uint32_t first, uint32_t last)
{
	size_t count = 0;
	for (size_t i = 0; i < rule->match_count; i++)
		count += rule->matches[i].line >= first && rule->matches[i].line <= last;
	return count;
}

static int
report_function(struct scan *scan, const struct scan_file *file, const char *function,
		uint32_t first, uint32_t last, struct error *err)
{
	const struct rule_match *match = match_inside(&file->rule, first, last);
	struct scan_saving saving;
	if (match == NULL)
		return 0;
	scan->report->matches += matches_inside(&file->rule, first, last);
	/* The same cost is not told twice; a regression has a cause and an author. */
	if (strings_contains(&scan->regressed, function)) {
		scan->report->covered++;
		return 0;
	}
	if (need_profiles(scan, err) < 0)
		return -1;
	scan_saving_of(&saving, &scan->profiles, file->skill, function);
	int result = 0;
	if (saving.expected >= SCAN_SAVING_MIN) {
		char *evidence = evidence_of(scan, file, &saving, first, last);
		result = put_finding(scan, file, function, match->line, &saving, evidence, err);
	} else {
		scan->report->too_small++;
	}
	json_free(saving.stacks);
	return result;
}

/* A rule that cannot run on this file is a warning, and the rest goes on. */
static int
run_rule(struct scan *scan, struct scan_file *file, struct error *err)
{
	struct error failed = { 0 };
	struct rule_request request = {
		.skill = file->skill,
		.path = file->path,
		.data = file->text.data,
		.length = file->text.len,
		.cancel = cancel_of(scan),
	};
	file->ran = true;
	if (rule_run(&file->rule, &request, &failed) == 0)
		return 0;
	if (failed.code == ERROR_CANCELLED)
		return error_set(err, ERROR_CANCELLED, "%s", failed.text);
	file->failed = true;
	strings_addf(&scan->report->warnings, "%s", failed.text);
	return 0;
}

static int
scan_functions(struct scan *scan, struct scan_file *file, struct error *err)
{
	for (size_t i = 0; i < scan->hot.count; i++) {
		const char *name = scan->hot.items[i].name;
		char *fingerprint = fingerprint_of(file, name);
		bool seen = strings_contains(&scan->seen, fingerprint);
		uint32_t first, last;
		free(fingerprint);
		/* The same function under two symbols (f, f.part.0) is one opportunity. */
		if (seen || !scan_code_function(file->text.data, name, &first, &last) ||
		    !scan_code_keywords(file->skill, file->text.data, first, last))
			continue;
		if (!file->ran) {
			scan->report->files++;
			if (run_rule(scan, file, err) < 0)
				return -1;
		}
		if (report_function(scan, file, name, first, last, err) < 0)
			return -1;
	}
	return 0;
}

static int
scan_file(struct scan *scan, const struct skill *skill, const char *path, struct error *err)
{
	struct scan_file file = { .skill = skill, .path = path };
	struct error unreadable = { 0 };
	int result = 0;
	str_init(&file.text, REPOSITORY_FILE_MAX);
	str_init(&file.rule.rewritten, STR_MAX_LINE);
	if (repository_file(&scan->repository, path, &file.text, &unreadable) == 0)
		result = scan_functions(scan, &file, err);
	else
		strings_addf(&scan->report->warnings, "%s: %s", path, unreadable.text);
	str_release(&file.text);
	rule_result_release(&file.rule);
	return result;
}

static int
scan_skill(struct scan *scan, const struct skill *skill, struct error *err)
{
	struct strings paths = { 0 };
	int result = scan_code_files(&scan->repository, skill, &paths, err);
	scan->report->skills++;
	for (size_t i = 0; i < paths.count && result == 0; i++) {
		progress_report(scan->progress, skill->name, i, paths.count);
		result = progress_cancelled(scan->progress)
				 ? error_set(err, ERROR_CANCELLED, "scan: stopped")
				 : scan_file(scan, skill, paths.items[i], err);
	}
	strings_release(&paths);
	return result;
}

/* ---- opportunities whose code is gone ---- */

static bool
code_is_there(struct scan *scan, const struct skill *skill, const struct finding *finding)
{
	struct scan_file file = { .skill = skill, .path = finding->file };
	struct error err = { 0 };
	uint32_t first, last;
	bool there = false;
	str_init(&file.text, REPOSITORY_FILE_MAX);
	str_init(&file.rule.rewritten, STR_MAX_LINE);
	if (repository_file(&scan->repository, finding->file, &file.text, &err) < 0)
		there = err.code != ERROR_NOT_FOUND;
	else if (scan_code_function(file.text.data, finding->subject, &first, &last) &&
		 scan_code_keywords(skill, file.text.data, first, last))
		/* What could not be looked at is not gone. */
		there = run_rule(scan, &file, &err) < 0 || file.failed ||
			match_inside(&file.rule, first, last) != NULL;
	str_release(&file.text);
	rule_result_release(&file.rule);
	return there;
}

static int
retire(struct scan *scan, const struct skill_catalog *catalog, int64_t id, struct error *err)
{
	struct finding finding = { 0 };
	int result = casebook_finding(scan->store, id, &finding, err);
	const struct skill *skill =
		result == 0 && finding.skill != NULL ? skill_find(catalog, finding.skill) : NULL;
	bool ours = skill != NULL && skill->rule != NULL && finding.file != NULL &&
		    !strings_contains(&scan->seen, finding.fingerprint) &&
		    (finding.state == FINDING_NEW || finding.state == FINDING_CLAIMED ||
		     finding.state == FINDING_INVESTIGATING);
	if (ours && !code_is_there(scan, skill, &finding)) {
		result = casebook_finding_move(scan->store, id, FINDING_GONE, "headroom",
					       "the code is no more at HEAD", err);
		scan->report->gone += result == 0;
	}
	finding_release(&finding);
	return result;
}

static int
retire_gone(struct scan *scan, const struct skill_catalog *catalog, struct error *err)
{
	struct finding_rows rows = { 0 };
	struct finding_query query = { .service = scan->service->name,
				       .kind = FINDING_OPPORTUNITY,
				       .state = -1,
				       .open_only = true };
	int result = casebook_findings(scan->store, &query, &rows, err);
	for (size_t i = 0; i < rows.count && result == 0; i++)
		result = retire(scan, catalog, rows.items[i].id, err);
	finding_rows_release(&rows);
	return result;
}

/* ---- services ---- */

static int
find_regressed(struct scan *scan, struct error *err)
{
	struct finding_rows rows = { 0 };
	struct finding_query query = { .service = scan->service->name,
				       .kind = FINDING_REGRESSION,
				       .state = -1,
				       .open_only = true };
	int result = casebook_findings(scan->store, &query, &rows, err);
	for (size_t i = 0; i < rows.count && result == 0; i++)
		strings_take(&scan->regressed, scan_code_name(rows.items[i].subject));
	finding_rows_release(&rows);
	return result;
}

static bool
can_match(const struct skill *skill)
{
	return skill->kind == SKILL_OFFENSE && skill->rule != NULL &&
	       skill->match.keywords.count > 0 && skill->match.callees.count > 0;
}

static int
scan_with(struct scan *scan, const struct skill_catalog *catalog, struct error *err)
{
	struct error unreadable = { 0 };
	if (find_hot(scan, err) < 0 || find_regressed(scan, err) < 0)
		return -1;
	if (scan->hot.count == 0) {
		strings_addf(&scan->report->warnings, "%s: no profiles to find hot functions in",
			     scan->service->name);
		return 0;
	}
	if (repository_open(&scan->repository, scan->service->repository, NULL, cancel_of(scan),
			    &unreadable) < 0) {
		strings_addf(&scan->report->warnings, "%s: %s", scan->service->name,
			     unreadable.text);
		return 0;
	}
	for (size_t i = 0; i < catalog->count; i++)
		if (can_match(&catalog->items[i]) && scan_skill(scan, &catalog->items[i], err) < 0)
			return -1;
	return retire_gone(scan, catalog, err);
}

static int
scan_service(struct store *store, const struct scan_options *options, const struct service *service,
	     struct scan_report *out, const struct progress *progress, struct error *err)
{
	struct skill_catalog own = { 0 };
	struct scan scan = {
		.store = store,
		.progress = progress,
		.service = service,
		.report = out,
		.query = { .service = service->id, .from = options->from, .to = options->to },
	};
	if (options->from == 0 && options->to == 0)
		scan.query.newest = SCAN_WINDOWS;
	if (service->repository == NULL) {
		strings_addf(&out->warnings, "%s: no repository is set (service set --repo)",
			     service->name);
		return 0;
	}
	int result = 0;
	if (options->catalog == NULL)
		result = skill_catalog_load(&own, store, service->repository, err);
	profile_set_init(&scan.profiles);
	out->services++;
	if (result == 0)
		result = scan_with(&scan, options->catalog != NULL ? options->catalog : &own, err);
	profile_set_release(&scan.profiles);
	for (size_t i = 0; i < scan.hot.count; i++)
		free(scan.hot.items[i].name);
	vec_release(&scan.hot);
	strings_release(&scan.seen);
	strings_release(&scan.regressed);
	skill_catalog_release(&own);
	return result;
}

int
scan_run(struct store *store, const struct scan_options *options, struct scan_report *out,
	 const struct progress *progress, struct error *err)
{
	struct service_list services = { 0 };
	bool known = options->service == NULL;
	*out = (struct scan_report){ 0 };
	if (!rule_available()) {
		strings_add(&out->warnings,
			    "spatch is not installed (package coccinelle): rules cannot "
			    "run, so nothing is looked for");
		return 0;
	}
	int result = casebook_services(store, &services, err);
	for (size_t i = 0; i < services.count && result == 0; i++) {
		if (options->service != NULL &&
		    strcmp(options->service, services.items[i].name) != 0)
			continue;
		known = true;
		result = scan_service(store, options, &services.items[i], out, progress, err);
	}
	service_list_release(&services);
	if (result == 0 && !known)
		result = error_set(err, ERROR_NOT_FOUND, "no service named %s", options->service);
	return result;
}
