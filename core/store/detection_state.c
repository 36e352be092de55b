/* The detection run's memory; see detection_state.h. Called by core/explain/detection.c. */
#include "core/store/detection_state.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/store/sql.h"

void
detection_state_row_release(struct detection_state_row *row)
{
	free(row->findings);
	free(row->state);
	*row = (struct detection_state_row){ 0 };
}

static void *
copy_blob(sqlite3_stmt *row, int column, size_t *length)
{
	const void *data = sqlite3_column_blob(row, column);
	void *copy;

	*length = data == NULL ? 0 : (size_t)sqlite3_column_bytes(row, column);
	copy = memory_alloc(*length + 1);
	if (*length > 0)
		memcpy(copy, data, *length);
	return copy;
}

int
casebook_detection_state(struct store *store, int64_t service, struct detection_state_row *out,
			 struct error *err)
{
	sqlite3_stmt *row;
	size_t bytes = 0;
	int result;

	*out = (struct detection_state_row){ 0 };
	if (sql_query(store, &row, err,
		      "SELECT outcome, findings, state, tests, standing FROM detection_state WHERE "
		      "service = ?1",
		      "i", service) < 0)
		return -1;
	result = sql_next(store, row, err);
	if (result <= 0)
		return result;
	out->service = service;
	out->outcome = (uint64_t)sqlite3_column_int64(row, 0);
	out->findings = copy_blob(row, 1, &bytes);
	out->finding_count = bytes / sizeof(*out->findings);
	out->state = copy_blob(row, 2, &out->length);
	out->tests = (uint64_t)sqlite3_column_int64(row, 3);
	out->standing = (uint64_t)sqlite3_column_int64(row, 4);
	sql_end(row);
	return 1;
}

/* NULL would be stored as such. */
static const void *
or_empty(const void *data)
{
	return data != NULL ? data : "";
}

int
casebook_detection_state_put(struct store *store, const struct detection_state_row *row,
			     struct error *err)
{
	if (row->length > DETECTION_STATE_MAX)
		return error_set(err, ERROR_LIMIT, "%s: what detection remembers is over %zu bytes",
				 store->path, DETECTION_STATE_MAX);
	return sql_run(
		store, err,
		"INSERT INTO detection_state(service, tests, standing, outcome, findings, state) "
		"VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (service) DO UPDATE SET "
		"tests = excluded.tests, standing = excluded.standing, "
		"outcome = excluded.outcome, findings = excluded.findings, "
		"state = excluded.state",
		"iiiibb", row->service, (int64_t)row->tests, (int64_t)row->standing,
		(int64_t)row->outcome, or_empty(row->findings),
		row->finding_count * sizeof(*row->findings), or_empty(row->state), row->length);
}

int
casebook_detection_state_sums(struct store *store, int64_t service, uint64_t *tests,
			      uint64_t *standing, struct error *err)
{
	sqlite3_stmt *row;
	int result;

	*tests = *standing = 0;
	if (sql_query(store, &row, err,
		      "SELECT coalesce(sum(tests), 0), coalesce(sum(standing), 0) "
		      "FROM detection_state WHERE ?1 = 0 OR service = ?1",
		      "i", service) < 0)
		return -1;
	result = sql_next(store, row, err);
	if (result <= 0)
		return result;
	*tests = (uint64_t)sqlite3_column_int64(row, 0);
	*standing = (uint64_t)sqlite3_column_int64(row, 1);
	sql_end(row);
	return 0;
}
