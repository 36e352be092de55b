/* What the files of the SQLite telemetry share; nobody else includes it. */
#ifndef HEADROOM_STORE_TELEMETRY_SQLITE_H
#define HEADROOM_STORE_TELEMETRY_SQLITE_H

#include "core/base/intern.h"
#include "core/store/series.h"
#include "core/store/sql.h"
#include "core/store/telemetry.h"
#include "core/store/telemetry_columns.h"

/* Numbers in the database of things already met on this connection. */
struct id_cache {
	struct intern keys;
	uint32_t *ids; /* by number of the key */
	size_t capacity;
};

#define ID_CACHE_BYTES_MAX ((size_t)256 * 1024 * 1024) /* of keys; a fuller cache starts anew */

struct telemetry_engine {
	struct store *store;
	struct id_cache functions, places, frames, stacks;
};

int telemetry_sqlite_profile_add(struct telemetry *telemetry, int64_t service,
				 const struct window *window, const struct profile *profile,
				 uint64_t digest, bool *added, struct error *err);
int telemetry_sqlite_profile_find(struct telemetry *telemetry, int64_t service, uint64_t digest,
				  int64_t length, int64_t *start, bool *found, struct error *err);
int telemetry_sqlite_windows(struct telemetry *telemetry, const struct window_query *query,
			     struct window_list *out, struct error *err);
int telemetry_sqlite_profiles(struct telemetry *telemetry, const struct window_query *query,
			      struct profile_set *out, const struct progress *progress,
			      struct error *err);
int telemetry_sqlite_function_counts(struct telemetry *telemetry, const struct window_query *query,
				     struct function_counts *out, const struct progress *progress,
				     struct error *err);
int
telemetry_sqlite_share_series(struct telemetry *telemetry, const struct window_query *query,
			      const char *function, struct share_series *out, struct error *err);
int telemetry_sqlite_window_keys(struct telemetry *telemetry, const struct window_query *query,
				 struct window_keys *out, struct error *err);
int telemetry_sqlite_function_columns(struct telemetry *telemetry, struct window_keys *keys,
				      const uint32_t *only, size_t only_count,
				      struct function_columns *out, const struct progress *progress,
				      struct error *err);
int telemetry_sqlite_function_names(struct telemetry *telemetry, const uint32_t *functions,
				    size_t count, char **out, struct error *err);
int telemetry_sqlite_counts_add(struct telemetry *telemetry, int64_t service,
				const struct window *window, const struct function_total *totals,
				size_t count, uint64_t digest, bool *added, struct error *err);
int telemetry_sqlite_labels(struct telemetry *telemetry, const struct window_query *query,
			    struct telemetry_labels *out, struct error *err);

int telemetry_sqlite_prune(struct telemetry *telemetry, const struct prune_request *request,
			   struct prune_report *out, const struct progress *progress,
			   struct error *err);
int telemetry_sqlite_compact(struct telemetry *telemetry, bool only_look,
			     struct compact_report *out, struct error *err);

int telemetry_sqlite_series_add(struct telemetry *telemetry, int64_t service,
				const struct series_append *append, struct series_added *added,
				struct error *err);
int telemetry_sqlite_series_list(struct telemetry *telemetry, const struct series_query *query,
				 struct series_list *out, struct error *err);
int telemetry_sqlite_series_each(struct telemetry *telemetry, const struct series_query *query,
				 series_take *take, void *user, const struct progress *progress,
				 struct error *err);
int telemetry_sqlite_series_harm(struct telemetry *telemetry, int64_t service, const char *metric,
				 enum series_harm harm, struct error *err);

/* The most usual event of the newest windows (see telemetry.h); NULL: none is known. */
int telemetry_main_event(struct store *store, int64_t service, char **out, struct error *err);

/* The time a query asks for, as bounds of SQL. */
static inline int64_t
telemetry_from(const struct window_query *query)
{
	return query->from == 0 && query->to == 0 ? INT64_MIN : query->from;
}
static inline int64_t
telemetry_to(const struct window_query *query)
{
	return query->to == 0 ? INT64_MAX : query->to;
}

/* reading, for the three that read blobs */

/* The blob of one window, borrowed until sql_end(*row). sql: "SELECT blob ... WHERE window = ?1".
 */
int telemetry_blob(struct store *store, const struct window *window, const char *sql,
		   sqlite3_stmt **row, const void **data, size_t *length, struct error *err);
/* ERROR_CORRUPT that names the window. */
int telemetry_damaged(struct store *store, const struct window *window, const char *what,
		      struct error *err);
/* A progress report between two windows; ERROR_CANCELLED when asked to stop. */
int telemetry_step(const struct progress *progress, const char *what, size_t done, size_t total,
		   struct error *err);

/*
 * From numbers of the database to dense ones in the same order: first mark
 * all that are used, then number them.
 */
struct id_map {
	uint32_t *numbers; /* by id: 0 not used, else number + 1 */
	uint32_t max;      /* the largest id there is */
	uint32_t count;    /* of those used, after id_map_number */
};
/* sql: "SELECT max(id) FROM ...". */
int id_map_init(struct id_map *map, struct store *store, const char *sql, struct error *err);
void id_map_release(struct id_map *map);
static inline bool
id_map_mark(struct id_map *map, uint32_t id)
{
	if (id > map->max)
		return false;
	map->numbers[id] = 1;
	return true;
}
void id_map_number(struct id_map *map);

/*
 * Rows by ascending id, some of which are skipped: steps over small gaps and
 * seeks over large ones. sql: "SELECT id, ... WHERE id >= ?1 ORDER BY id".
 */
struct id_walk {
	struct store *store;
	const char *sql;
	sqlite3_stmt *row; /* NULL: not on a row */
	int64_t at;
};
/* 1: walk->row is the row of this id; 0: there is none; negative: error. */
int id_walk_to(struct id_walk *walk, int64_t id, struct error *err);
void id_walk_end(struct id_walk *walk);

#endif
