/* Listing series and reading their points; see series.h. Called through telemetry_sqlite_ops. */
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/vec.h"
#include "core/store/series_chunk.h"
#include "core/store/series_points.h"
#include "core/store/telemetry_sqlite.h"

#define PROGRESS_SERIES 256

/* The harm a user set for a name, or for the name before its labels; -1: none. */
static int
read_harm(struct store *store, struct series_info *info, struct error *err)
{
	size_t length = strcspn(info->name, "{");
	char *metric = memory_string_n(info->name, length);
	int64_t harm = -1;
	int result;

	result = sql_integer(store, &harm, err,
			     "SELECT harm FROM metric_harm WHERE service = ?1 AND metric IN "
			     "(?2, ?3) ORDER BY length(metric) DESC LIMIT 1",
			     "itt", info->service, info->name, metric);
	free(metric);
	info->harm_set = result > 0 && harm >= 0 && harm <= SERIES_HARM_BOTH;
	if (info->kind == SERIES_SHARE && !info->harm_set)
		info->harm = SERIES_HARM_UP;
	else
		info->harm = info->harm_set ? (enum series_harm)harm
					    : series_harm_guess(info->name, info->unit);
	return result < 0 ? -1 : 0;
}

static int
read_info(struct store *store, sqlite3_stmt *row, struct series_info *out, struct error *err)
{
	*out = (struct series_info){
		.id = sqlite3_column_int64(row, 0),
		.service = sqlite3_column_int64(row, 1),
		.name = sql_text(row, 2),
		.kind = sqlite3_column_int64(row, 3) == SERIES_SHARE ? SERIES_SHARE : SERIES_METRIC,
		.unit = sql_text(row, 4),
		.points = (uint64_t)sqlite3_column_int64(row, 6),
		.from = sqlite3_column_int64(row, 7),
		.to = sqlite3_column_int64(row, 8),
		.revision = sqlite3_column_int64(row, 9),
	};
	sql_strings(row, 5, &out->labels);
	if (out->name == NULL)
		out->name = memory_string("");
	return read_harm(store, out, err);
}

static int
query_series(struct store *store, const struct series_query *query, const char *sql,
	     sqlite3_stmt **row, struct error *err)
{
	return sql_query(store, row, err, sql, "iitii", query->service, query->id, query->name,
			 (int64_t)query->kind,
			 query->newer_than == 0 ? INT64_MIN : query->newer_than);
}

#define SERIES_COLUMNS \
	"SELECT id, service, name, kind, unit, labels, points, first_time, last_time, revision "
#define SERIES_WHERE                                                              \
	"FROM series WHERE (?1 = 0 OR service = ?1) AND (?2 = 0 OR id = ?2) AND " \
	"(?3 IS NULL OR name = ?3) AND (?4 < 0 OR kind = ?4) AND last_time >= ?5 "

int
telemetry_sqlite_series_list(struct telemetry *telemetry, const struct series_query *query,
			     struct series_list *out, struct error *err)
{
	struct telemetry_engine *engine = telemetry->engine;
	struct series_list list = { 0 };
	sqlite3_stmt *row;
	int result;

	if (query_series(engine->store, query, SERIES_COLUMNS SERIES_WHERE "ORDER BY service, name",
			 &row, err) < 0)
		return -1;
	while ((result = sql_next(engine->store, row, err)) > 0) {
		vec_push(&list, (struct series_info){ 0 });
		if (read_info(engine->store, row, &list.items[list.count - 1], err) < 0) {
			sql_end(row);
			result = -1;
			break;
		}
	}
	if (result < 0) {
		series_list_release(&list);
		return -1;
	}
	*out = list;
	return 0;
}

/* Keeps from <= time < to of what was read since `start`. */
static void
cut(struct series_points *points, size_t start, int64_t from, int64_t to)
{
	size_t low = start, high = points->count;

	while (low < high && points->times[low] < from)
		low++;
	while (high > low && points->times[high - 1] >= to)
		high--;
	if (low > start) {
		size_t bytes = (high - low) * sizeof(double);

		memmove(points->times + start, points->times + low, bytes);
		memmove(points->values + start, points->values + low, bytes);
		memmove(points->samples + start, points->samples + low, bytes);
	}
	points->count = start + (high - low);
}

static int
read_points(struct store *store, const struct series_info *info, int64_t from, int64_t to,
	    struct series_points *points, struct error *err)
{
	sqlite3_stmt *row;
	int result;

	points->count = 0;
	if (sql_query(store, &row, err,
		      "SELECT points FROM series_chunk WHERE series = ?1 AND start_time < ?3 AND "
		      "end_time >= ?2 ORDER BY start_time",
		      "iii", info->id, from, to) < 0)
		return -1;
	while ((result = sql_next(store, row, err)) > 0) {
		size_t start = points->count;

		if (start > SERIES_POINTS_MAX ||
		    series_chunk_read(points, sqlite3_column_blob(row, 0),
				      (size_t)sqlite3_column_bytes(row, 0),
				      info->kind == SERIES_SHARE) < 0 ||
		    (start > 0 && points->times[start] < points->times[start - 1])) {
			sql_end(row);
			return error_set(err, ERROR_CORRUPT, "%s: damaged: points of series %lld",
					 store->path, (long long)info->id);
		}
		cut(points, start, from, to);
	}
	return result;
}

struct each {
	const struct series_query *query;
	series_take *take;
	void *user;
	const struct progress *progress;
	uint64_t done;
	struct series_points points;
};

static int
give(struct store *store, struct each *each, const struct series_info *info, struct error *err)
{
	bool all = each->query->from == 0 && each->query->to == 0;

	if (each->done++ % PROGRESS_SERIES == 0) {
		if (progress_cancelled(each->progress))
			return error_set(err, ERROR_CANCELLED, "reading series: cancelled");
		progress_report(each->progress, "reading series", each->done, 0);
	}
	if (read_points(store, info, all ? INT64_MIN : each->query->from,
			each->query->to == 0 ? INT64_MAX : each->query->to, &each->points, err) < 0)
		return -1;
	return each->take(each->user, info, &each->points, err);
}

int
telemetry_sqlite_series_each(struct telemetry *telemetry, const struct series_query *query,
			     series_take *take, void *user, const struct progress *progress,
			     struct error *err)
{
	struct telemetry_engine *engine = telemetry->engine;
	struct each each = { .query = query, .take = take, .user = user, .progress = progress };
	struct series_info info = { 0 };
	sqlite3_stmt *row;
	int result;

	if (query_series(engine->store, query, SERIES_COLUMNS SERIES_WHERE "ORDER BY service, id",
			 &row, err) < 0)
		return -1;
	while ((result = sql_next(engine->store, row, err)) > 0) {
		result = read_info(engine->store, row, &info, err);
		if (result == 0)
			result = give(engine->store, &each, &info, err);
		series_info_release(&info);
		if (result < 0) {
			sql_end(row);
			break;
		}
	}
	series_points_release(&each.points);
	return result < 0 ? -1 : 0;
}
