/* The funnel of detection runs; see detection.h. */
#include "core/store/detection.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/vec.h"
#include "core/store/sql.h"

void
detection_run_record_release(struct detection_run_record *run)
{
	for (size_t i = 0; i < run->stage_count; i++)
		free(run->stages[i].name);
	free(run->stages);
	free(run->configs);
	*run = (struct detection_run_record){ 0 };
}

void
detection_run_record_stage(struct detection_run_record *run, const char *name, uint64_t filtered)
{
	if (run->stage_count == run->stage_capacity)
		run->stages = vec_grow(run->stages, &run->stage_capacity, run->stage_count + 1,
				       sizeof(*run->stages));
	run->stages[run->stage_count++] =
		(struct detection_stage_count){ memory_string(name), filtered };
}

void
detection_candidate_release(struct detection_candidate *candidate)
{
	free(candidate->subject_kind);
	free(candidate->subject);
	free(candidate->unit);
	free(candidate->stage);
	free(candidate->why);
	free(candidate->config);
	*candidate = (struct detection_candidate){ 0 };
}

void
detection_candidates_release(struct detection_candidates *candidates)
{
	for (size_t i = 0; i < candidates->count; i++)
		detection_candidate_release(&candidates->items[i]);
	vec_release(candidates);
}

/* By stage, then the smallest p; one whose p is not known comes last. */
static int
compare_candidates(const void *left, const void *right)
{
	const struct detection_candidate *a = left, *b = right;
	double p = isnan(a->p) ? 2 : a->p, other = isnan(b->p) ? 2 : b->p;
	int order = strcmp(a->stage, b->stage);

	if (order != 0)
		return order;
	if (p != other)
		return p < other ? -1 : 1;
	order = strcmp(a->subject, b->subject);
	return order != 0 ? order
			  : (a->changed_at > b->changed_at) - (a->changed_at < b->changed_at);
}

static int
put_candidate(struct store *store, int64_t service, size_t position,
	      const struct detection_candidate *candidate, struct error *err)
{
	return sql_run(store, err,
		       "INSERT INTO detection_candidate(service, stage, position, subject_kind, "
		       "subject, changed_at, changed_low, changed_high, value_before, value_after, "
		       "unit, p, q, value, bound, why, config) VALUES (?1, ?2, ?3, ?4, ?5, ?6, "
		       "?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
		       "itittiii"
		       "ddtdd"
		       "ddtt",
		       service, candidate->stage, (int64_t)position,
		       candidate->subject_kind != NULL ? candidate->subject_kind : "function",
		       candidate->subject, candidate->changed_at, candidate->changed_low,
		       candidate->changed_high, candidate->before, candidate->after,
		       candidate->unit, candidate->p, candidate->q, candidate->value,
		       candidate->limit, candidate->why, candidate->config);
}

static int
put_candidates(struct store *store, int64_t service, const struct detection_candidates *candidates,
	       struct error *err)
{
	size_t position = 0;

	for (size_t i = 0; i < candidates->count; i++) {
		const struct detection_candidate *next = &candidates->items[i];

		if (i > 0 && strcmp(next->stage, candidates->items[i - 1].stage) != 0)
			position = 0;
		if (position < DETECTION_CANDIDATES_MAX &&
		    put_candidate(store, service, position, next, err) < 0)
			return -1;
		position++;
	}
	return 0;
}

static int
put_stages(struct store *store, const struct detection_run_record *run, struct error *err)
{
	for (size_t i = 0; i < run->stage_count; i++)
		if (sql_run(store, err,
			    "INSERT INTO detection_stage(service, position, name, filtered) "
			    "VALUES (?1, ?2, ?3, ?4)",
			    "iiti", run->service, (int64_t)i, run->stages[i].name,
			    (int64_t)run->stages[i].filtered) < 0)
			return -1;
	return 0;
}

static int
put_run(struct store *store, const struct detection_run_record *run, struct error *err)
{
	if (sql_run(store, err, "DELETE FROM detection_candidate WHERE service = ?1", "i",
		    run->service) < 0 ||
	    sql_run(store, err, "DELETE FROM detection_stage WHERE service = ?1", "i",
		    run->service) < 0)
		return -1;
	return sql_run(store, err,
		       "INSERT OR REPLACE INTO detection_run(service, time, from_time, to_time, "
		       "windows, samples, series, change_points, findings, improvements, configs) "
		       "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
		       "iiiiiiiiiit", run->service, run->time, run->from, run->to,
		       (int64_t)run->windows, (int64_t)run->samples, (int64_t)run->series,
		       (int64_t)run->change_points, (int64_t)run->findings,
		       (int64_t)run->improvements, run->configs);
}

int
casebook_detection_put(struct store *store, const struct detection_run_record *run,
		       struct detection_candidates *candidates, struct error *err)
{
	int result;

	for (size_t i = 0; i < candidates->count; i++)
		if (candidates->items[i].stage == NULL || candidates->items[i].subject == NULL)
			return error_set(err, ERROR_INPUT,
					 "a filtered change point needs a subject and a stage");
	if (candidates->count > 0)
		qsort(candidates->items, candidates->count, sizeof(*candidates->items),
		      compare_candidates);
	if (store_begin(store, err) < 0)
		return -1;
	result = put_run(store, run, err);
	if (result == 0)
		result = put_stages(store, run, err);
	if (result == 0)
		result = put_candidates(store, run->service, candidates, err);
	return store_finish(store, result, err);
}

static void
read_run(sqlite3_stmt *row, struct detection_run_record *out)
{
	*out = (struct detection_run_record){
		.service = sqlite3_column_int64(row, 0),
		.time = sqlite3_column_int64(row, 1),
		.from = sqlite3_column_int64(row, 2),
		.to = sqlite3_column_int64(row, 3),
		.windows = (uint64_t)sqlite3_column_int64(row, 4),
		.samples = (uint64_t)sqlite3_column_int64(row, 5),
		.series = (uint64_t)sqlite3_column_int64(row, 6),
		.change_points = (uint64_t)sqlite3_column_int64(row, 7),
		.findings = (uint64_t)sqlite3_column_int64(row, 8),
		.improvements = (uint64_t)sqlite3_column_int64(row, 9),
		.configs = sql_text(row, 10),
	};
}

static int
read_stages(struct store *store, struct detection_run_record *run, struct error *err)
{
	sqlite3_stmt *row;
	int result;

	if (sql_query(store, &row, err,
		      "SELECT name, filtered FROM detection_stage WHERE service = ?1 "
		      "ORDER BY position",
		      "i", run->service) < 0)
		return -1;
	while ((result = sql_next(store, row, err)) > 0)
		detection_run_record_stage(run, (const char *)sqlite3_column_text(row, 0),
					   (uint64_t)sqlite3_column_int64(row, 1));
	return result;
}

int
casebook_detection_run(struct store *store, int64_t service, struct detection_run_record *out,
		       struct error *err)
{
	struct detection_run_record run = { 0 };
	sqlite3_stmt *row;
	int result;

	if (sql_query(store, &row, err,
		      "SELECT service, time, from_time, to_time, windows, samples, series, "
		      "change_points, findings, improvements, configs FROM detection_run "
		      "WHERE service = ?1",
		      "i", service) < 0)
		return -1;
	result = sql_next(store, row, err);
	if (result == 0)
		return error_set(err, ERROR_NOT_FOUND, "detection has not run on this service");
	if (result < 0)
		return -1;
	read_run(row, &run);
	sql_end(row);
	result = read_stages(store, &run, err);
	if (result < 0)
		detection_run_record_release(&run);
	else
		*out = run;
	return result;
}

static struct detection_candidate
read_candidate(sqlite3_stmt *row)
{
	return (struct detection_candidate){
		.stage = sql_text(row, 0),
		.subject_kind = sql_text(row, 1),
		.subject = sql_text(row, 2),
		.changed_at = sqlite3_column_int64(row, 3),
		.changed_low = sqlite3_column_int64(row, 4),
		.changed_high = sqlite3_column_int64(row, 5),
		.before = sql_number(row, 6),
		.after = sql_number(row, 7),
		.unit = sql_text(row, 8),
		.p = sql_number(row, 9),
		.q = sql_number(row, 10),
		.value = sql_number(row, 11),
		.limit = sql_number(row, 12),
		.why = sql_text(row, 13),
		.config = sql_text(row, 14),
	};
}

int
casebook_detection_candidates(struct store *store, int64_t service, const char *stage,
			      struct detection_candidates *out, struct error *err)
{
	struct detection_candidates candidates = { 0 };
	sqlite3_stmt *row;
	int result;

	if (sql_query(store, &row, err,
		      "SELECT stage, subject_kind, subject, changed_at, changed_low, "
		      "changed_high, value_before, value_after, unit, p, q, value, bound, why, "
		      "config FROM detection_candidate WHERE service = ?1 AND "
		      "(?2 IS NULL OR stage = ?2) ORDER BY stage, position",
		      "it", service, stage) < 0)
		return -1;
	while ((result = sql_next(store, row, err)) > 0)
		vec_push(&candidates, read_candidate(row));
	if (result < 0)
		detection_candidates_release(&candidates);
	else
		*out = candidates;
	return result;
}
