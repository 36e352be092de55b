/*
 * Whose database is this, and is its schema ours? Called once by store_open.
 * user_version counts the texts of data/schema that were run on it.
 */
#include <stddef.h>

#include "core/store/schema.h"
#include "core/store/sql.h"

#define APPLICATION_ID 0x6864726d /* "hdrm" in the file's header */

/* Fresh: nothing in it yet, so it is nobody's and becomes ours. */
static int
is_fresh(struct store *store, bool *fresh, struct error *err)
{
	int64_t count = 0;

	if (sql_integer(store, &count, err, "SELECT count(*) FROM sqlite_schema", "") < 0)
		return -1;
	*fresh = count == 0;
	return 0;
}

int
store_check_owner(struct store *store, struct error *err)
{
	int64_t owner = 0, version = 0;
	bool fresh;

	if (sql_integer(store, &owner, err, "PRAGMA application_id", "") < 0 ||
	    sql_integer(store, &version, err, "PRAGMA user_version", "") < 0 ||
	    is_fresh(store, &fresh, err) < 0)
		return -1;
	if (owner != APPLICATION_ID && !(fresh && owner == 0 && version == 0))
		return error_set(err, ERROR_CORRUPT, "%s: not a headroom database", store->path);
	if (version < 0)
		return error_set(err, ERROR_CORRUPT, "%s: the database is damaged: version %lld",
				 store->path, (long long)version);
	if (version > (int64_t)schema_sql_count)
		return error_set(
			err, ERROR_REFUSED,
			"%s: made by a newer headroom (its schema is version %lld, this one "
			"knows %zu)",
			store->path, (long long)version, schema_sql_count);
	return 0;
}

static int
run_texts(struct store *store, size_t from, struct error *err)
{
	char stamp[96];

	for (size_t i = from; i < schema_sql_count; i++)
		if (sqlite3_exec(store->db, schema_sql[i], NULL, NULL, NULL) != SQLITE_OK) {
			sql_error(store, err);
			return error_prefix(err, "schema version %zu", i + 1);
		}
	snprintf(stamp, sizeof(stamp), "PRAGMA application_id = %d; PRAGMA user_version = %zu",
		 APPLICATION_ID, schema_sql_count);
	if (sqlite3_exec(store->db, stamp, NULL, NULL, NULL) != SQLITE_OK)
		return sql_error(store, err);
	return 0;
}

int
store_migrate(struct store *store, struct error *err)
{
	int64_t version = 0;
	int result;

	if (sql_integer(store, &version, err, "PRAGMA user_version", "") < 0)
		return -1;
	if (version == (int64_t)schema_sql_count)
		return 0;
	if (store->read_only)
		return error_set(err, ERROR_REFUSED,
				 "%s: its schema is version %lld and has to be brought to %zu, but "
				 "it is read-only",
				 store->path, (long long)version, schema_sql_count);
	if (store_begin(store, err) < 0)
		return -1;
	/* Another process may have done it while we waited; or one of a newer headroom, even more.
	 */
	result = store_check_owner(store, err);
	if (result == 0)
		result = sql_integer(store, &version, err, "PRAGMA user_version", "");
	if (result >= 0)
		result = run_texts(store, (size_t)version, err);
	return store_finish(store, result, err);
}
