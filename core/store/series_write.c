/*
 * Adding points of one series: the chunks that the new points touch are read,
 * put together with them and written again, and no others. A point behind all
 * that is there touches the last chunk only. Called through telemetry_sqlite_ops.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/store/series_chunk.h"
#include "core/store/series_points.h"
#include "core/store/telemetry_sqlite.h"

struct series_writer {
	struct store *store;
	const struct series_append *append;
	struct series_added *added;
	int64_t id;
	int64_t points, from, to; /* of the series as it is */
	struct series_points fresh, old, merged;
};

static int
check(const struct series_append *append, struct error *err)
{
	size_t length = append->name == NULL ? 0 : strlen(append->name);

	if (length == 0 || length > SERIES_NAME_BYTES_MAX)
		return error_set(err, ERROR_INPUT,
				 "a series without a name, or with one longer than "
				 "%zu bytes",
				 SERIES_NAME_BYTES_MAX);
	if (append->kind == SERIES_SHARE && append->samples == NULL && append->count > 0)
		return error_set(err, ERROR_INPUT, "%.100s: a share without samples", append->name);
	return 0;
}

/* What can be stored of what was given, by time. */
static int
take_fresh(struct series_writer *writer, struct error *err)
{
	const struct series_append *append = writer->append;
	bool share = append->kind == SERIES_SHARE;

	for (size_t i = 0; i < append->count; i++) {
		double value = append->values[i] + 0.0; /* no negative zero */
		double samples = share ? nearbyint(append->samples[i]) : 0;

		if (!isfinite(value) || (share && !(samples > 0))) {
			writer->added->gaps++;
			continue;
		}
		if (share && !(value >= 0 && value <= 1 && samples <= 9007199254740992.0))
			return error_set(err, ERROR_INPUT,
					 "%.100s: a share must be from 0 to 1, of at most 2^53 "
					 "samples",
					 append->name);
		series_points_add(&writer->fresh, append->times[i], value, samples);
	}
	series_points_sort(&writer->fresh);
	return 0;
}

static int
read_row(struct series_writer *writer, int64_t service, struct error *err)
{
	const struct series_append *append = writer->append;
	sqlite3_stmt *row;
	int64_t kind;
	int result;

	if (sql_query(writer->store, &row, err,
		      "SELECT id, kind, points, first_time, last_time FROM series "
		      "WHERE service = ?1 AND name = ?2",
		      "it", service, append->name) < 0)
		return -1;
	result = sql_next(writer->store, row, err);
	if (result <= 0)
		return result;
	writer->id = sqlite3_column_int64(row, 0);
	kind = sqlite3_column_int64(row, 1);
	writer->points = sqlite3_column_int64(row, 2);
	writer->from = sqlite3_column_int64(row, 3);
	writer->to = sqlite3_column_int64(row, 4);
	sql_end(row);
	if (kind != (int64_t)append->kind)
		return error_set(err, ERROR_CONFLICT, "%.100s: is there as a %s already",
				 append->name, kind == SERIES_SHARE ? "share" : "metric");
	return 1;
}

static int
find_or_make(struct series_writer *writer, int64_t service, struct error *err)
{
	const struct series_append *append = writer->append;
	int known = read_row(writer, service, err);

	if (known < 0)
		return -1;
	if (known > 0)
		return append->unit == NULL
			       ? 0
			       : sql_run(writer->store, err,
					 "UPDATE series SET unit = ?2 WHERE id = ?1 AND "
					 "unit IS NOT ?2",
					 "it", writer->id, append->unit);
	if (sql_run(writer->store, err,
		    "INSERT INTO series(service, name, kind, unit, labels, points, first_time, "
		    "last_time, revision) VALUES (?1, ?2, ?3, ?4, ?5, 0, 0, 0, 0)",
		    "ituts", service, append->name, (unsigned)append->kind, append->unit,
		    append->labels) < 0)
		return -1;
	writer->id = sql_inserted(writer->store);
	writer->added->is_new = true;
	return 0;
}

static int
read_chunk(struct series_writer *writer, sqlite3_stmt *row, struct error *err)
{
	if (series_chunk_read(&writer->old, sqlite3_column_blob(row, 1),
			      (size_t)sqlite3_column_bytes(row, 1),
			      writer->append->kind == SERIES_SHARE) == 0)
		return 0;
	sql_end(row);
	return error_set(err, ERROR_CORRUPT, "%s: damaged: points of series %lld",
			 writer->store->path, (long long)writer->id);
}

/* The chunks that overlap the new points, or lie right before them and may have room. */
static int
read_touched(struct series_writer *writer, int64_t *first_chunk, struct error *err)
{
	int64_t low = writer->fresh.times[0];
	int64_t high = writer->fresh.times[writer->fresh.count - 1];
	sqlite3_stmt *row;
	int result;

	*first_chunk = low;
	if (sql_integer(
		    writer->store, first_chunk, err,
		    "SELECT start_time FROM series_chunk WHERE series = ?1 AND start_time <= ?2 "
		    "ORDER BY start_time DESC LIMIT 1",
		    "ii", writer->id, low) < 0)
		return -1;
	if (sql_query(writer->store, &row, err,
		      "SELECT start_time, points FROM series_chunk WHERE series = ?1 AND "
		      "start_time BETWEEN ?2 AND ?3 ORDER BY start_time",
		      "iii", writer->id, *first_chunk, high) < 0)
		return -1;
	while ((result = sql_next(writer->store, row, err)) > 0)
		if (read_chunk(writer, row, err) < 0)
			return -1;
	return result;
}

static int
write_chunk(struct series_writer *writer, size_t from, size_t to, struct str *blob,
	    struct error *err)
{
	str_clear(blob);
	series_chunk_write(blob, &writer->merged, from, to, writer->append->kind == SERIES_SHARE);
	return sql_run(writer->store, err,
		       "INSERT OR REPLACE INTO series_chunk(series, start_time, end_time, points) "
		       "VALUES (?1, ?2, ?3, ?4)",
		       "iiib", writer->id, writer->merged.times[from], writer->merged.times[to - 1],
		       (const void *)blob->data, blob->len);
}

/* Full chunks, and no time in two of them. */
static int
write_merged(struct series_writer *writer, struct error *err)
{
	const struct series_points *merged = &writer->merged;
	struct str blob;
	int result = 0;

	str_init(&blob, SERIES_CHUNK_BYTES_MAX);
	for (size_t from = 0; result == 0 && from < merged->count;) {
		size_t to = from + SERIES_CHUNK_POINTS;

		if (to > merged->count)
			to = merged->count;
		while (to < merged->count && merged->times[to] == merged->times[to - 1])
			to++;
		result = write_chunk(writer, from, to, &blob, err);
		from = to;
	}
	str_release(&blob);
	return result;
}

static int
update_row(struct series_writer *writer, struct error *err)
{
	const struct series_points *fresh = &writer->fresh;
	int64_t grown = (int64_t)writer->merged.count - (int64_t)writer->old.count;
	bool none = writer->points == 0;

	if (writer->points + grown > (int64_t)SERIES_POINTS_MAX)
		return error_set(err, ERROR_LIMIT, "%.100s: more than %zu points",
				 writer->append->name, SERIES_POINTS_MAX);
	return sql_run(writer->store, err,
		       "UPDATE series SET points = ?2, first_time = ?3, last_time = ?4, "
		       "revision = revision + 1 WHERE id = ?1",
		       "iiii", writer->id, writer->points + grown,
		       none || fresh->times[0] < writer->from ? fresh->times[0] : writer->from,
		       none || fresh->times[fresh->count - 1] > writer->to
			       ? fresh->times[fresh->count - 1]
			       : writer->to);
}

static int
store_points(struct series_writer *writer, struct error *err)
{
	struct series_added *added = writer->added;
	int64_t first;

	if (read_touched(writer, &first, err) < 0)
		return -1;
	if (series_points_merge(&writer->merged, &writer->old, &writer->fresh,
				writer->append->replace, added, err) < 0)
		return error_prefix(err, "%.100s", writer->append->name);
	if (added->added == 0 && added->replaced == 0)
		return 0;
	/* What is written again may begin elsewhere; the last touched chunk begins before the end.
	 */
	if (sql_run(writer->store, err,
		    "DELETE FROM series_chunk WHERE series = ?1 AND start_time BETWEEN ?2 AND ?3",
		    "iii", writer->id, first, writer->fresh.times[writer->fresh.count - 1]) < 0 ||
	    write_merged(writer, err) < 0)
		return -1;
	return update_row(writer, err);
}

static int
add(struct series_writer *writer, int64_t service, struct error *err)
{
	if (take_fresh(writer, err) < 0 || find_or_make(writer, service, err) < 0)
		return -1;
	return writer->fresh.count > 0 ? store_points(writer, err) : 0;
}

int
telemetry_sqlite_series_add(struct telemetry *telemetry, int64_t service,
			    const struct series_append *append, struct series_added *added,
			    struct error *err)
{
	struct telemetry_engine *engine = telemetry->engine;
	struct series_writer writer = { .store = engine->store, .append = append, .added = added };
	int result;

	*added = (struct series_added){ 0 };
	if (check(append, err) < 0 || store_begin(engine->store, err) < 0)
		return -1;
	result = store_finish(engine->store, add(&writer, service, err), err);
	if (result < 0)
		*added = (struct series_added){ 0 };
	series_points_release(&writer.fresh);
	series_points_release(&writer.old);
	series_points_release(&writer.merged);
	return result;
}

int
telemetry_sqlite_series_harm(struct telemetry *telemetry, int64_t service, const char *metric,
			     enum series_harm harm, struct error *err)
{
	struct telemetry_engine *engine = telemetry->engine;

	if (metric[0] == '\0' || strlen(metric) > SERIES_NAME_BYTES_MAX)
		return error_set(err, ERROR_USAGE, "a metric needs a name");
	if (store_begin(engine->store, err) < 0)
		return -1;
	return store_finish(engine->store,
			    sql_run(engine->store, err,
				    "INSERT INTO metric_harm(service, metric, harm) "
				    "VALUES (?1, ?2, ?3) "
				    "ON CONFLICT(service, metric) DO UPDATE SET harm = ?3",
				    "itu", service, metric, (unsigned)harm),
			    err);
}
