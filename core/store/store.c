/*
 * Opening, closing and transactions of the one database; see store.h. Called
 * by every command and by each thread that needs the case book.
 */
#include "core/store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/memory.h"
#include "core/base/path.h"
#include "core/base/str.h"
#include "core/store/sql.h"

#define SMALLEST_DATABASE 512  /* bytes: one page of the smallest size */
#define WAL_ATTEMPT_PAUSE 5000 /* microseconds between two tries to switch to WAL */

/* Makes the folder and an empty file of its own, so that nobody else can read what comes. */
static int
create_file(const char *path, struct error *err)
{
	const char *slash = strrchr(path, '/');
	int fd;

	if (slash != NULL && slash != path) {
		char *folder = memory_string_n(path, (size_t)(slash - path));
		int result = path_make_folder(folder, err);

		free(folder);
		if (result < 0)
			return -1;
	}
	fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0 && errno != EEXIST)
		return error_system(err, errno, "%s", path);
	if (fd >= 0)
		close(fd);
	return 0;
}

/* The file, and its folder too, where the log comes and goes. */
static bool
may_write(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash == NULL ? memory_string(".")
				     : memory_string_n(path, (size_t)(slash - path) + 1);
	bool may = faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) == 0 &&
		   faccessat(AT_FDCWD, folder, W_OK, AT_EACCESS) == 0;

	free(folder);
	return may;
}

/* Looks at what is there, before the library gives one answer for all of it. */
static int
check_file(struct store *store, enum store_mode mode, struct error *err)
{
	struct stat status;

	if (stat(store->path, &status) < 0) {
		if (errno != ENOENT || mode == STORE_READ_ONLY || mode == STORE_THERE)
			return error_system(err, errno, "%s", store->path);
		return create_file(store->path, err);
	}
	if (S_ISDIR(status.st_mode))
		return error_set(err, ERROR_IO, "%s: is a folder, not a database", store->path);
	if (!S_ISREG(status.st_mode))
		return error_set(err, ERROR_IO, "%s: not an ordinary file", store->path);
	/* The library takes a file of one byte for an empty one and would write over it. */
	if (status.st_size > 0 && status.st_size < SMALLEST_DATABASE)
		return error_set(err, ERROR_CORRUPT, "%s: not a database", store->path);
	if (faccessat(AT_FDCWD, store->path, R_OK, AT_EACCESS) < 0)
		return error_system(err, errno, "%s", store->path);
	store->read_only = mode == STORE_READ_ONLY || !may_write(store->path);
	return 0;
}

static int
remember_file(struct store *store, struct error *err)
{
	struct stat status;

	if (stat(store->path, &status) < 0)
		return error_system(err, errno, "%s", store->path);
	store->device = status.st_dev;
	store->inode = status.st_ino;
	return 0;
}

static int
connect_file(struct store *store, const char *name, int flags, struct error *err)
{
	sqlite3_close_v2(store->db);
	store->db = NULL;
	flags |= SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
	if (sqlite3_open_v2(name, &store->db, flags, NULL) == SQLITE_OK)
		return 0;
	if (store->db == NULL)
		return error_set(err, ERROR_IO, "%s: cannot be opened", store->path);
	return sql_error(store, err);
}

/* Nothing in a database file may run code of its own: no triggers, no views, no doubtful functions.
 */
static int
configure(struct store *store, int busy_milliseconds, struct error *err)
{
	sqlite3_busy_timeout(store->db, busy_milliseconds);
	sqlite3_db_config(store->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(store->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	sqlite3_db_config(store->db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
	sqlite3_db_config(store->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_db_config(store->db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	if (sqlite3_exec(store->db,
			 "PRAGMA trusted_schema = OFF;"
			 "PRAGMA cell_size_check = ON;"
			 "PRAGMA foreign_keys = ON;"
			 "PRAGMA synchronous = FULL;"
			 "PRAGMA temp_store = MEMORY;"
			 "PRAGMA cache_size = -16384;",
			 NULL, NULL, NULL) != SQLITE_OK)
		return sql_error(store, err);
	return 0;
}

/*
 * A read-only file in a folder that cannot be written has no room for WAL's
 * index. While nobody can write there, reading it as unchanging is right,
 * provided that no log with newer pages lies beside it.
 */
static int
connect_unchanging(struct store *store, int busy_milliseconds, struct error *err)
{
	char *log = memory_format("%s-wal", store->path);
	struct stat status;
	struct str name;
	int result = -1;

	str_init(&name, STR_MAX_LINE);
	if (stat(log, &status) == 0 && status.st_size > 0) {
		error_set(err, ERROR_IO, "%s: its log %s-wal cannot be read here", store->path,
			  store->path);
		goto out;
	}
	str_add(&name, "file:");
	for (const char *at = store->path; *at != '\0'; at++)
		str_addf(&name, "%%%02x", (unsigned char)*at);
	str_add(&name, "?immutable=1");
	if (connect_file(store, name.data, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, err) == 0)
		result = configure(store, busy_milliseconds, err);
out:
	str_release(&name);
	free(log);
	return result;
}

static int
read_something(struct store *store)
{
	return sqlite3_exec(store->db, "PRAGMA user_version; SELECT 1 FROM sqlite_schema LIMIT 1",
			    NULL, NULL, NULL);
}

static int
connect_read_only(struct store *store, int busy_milliseconds, struct error *err)
{
	int code;

	if (connect_file(store, store->path, SQLITE_OPEN_READONLY, err) < 0)
		return -1;
	/* Some of the settings read the file, so that these too can meet the missing index. */
	if (configure(store, busy_milliseconds, NULL) == 0)
		code = read_something(store) & 0xff;
	else
		code = sqlite3_errcode(store->db) & 0xff;
	if (code == SQLITE_CANTOPEN || code == SQLITE_READONLY)
		return connect_unchanging(store, busy_milliseconds, err);
	return code == SQLITE_OK ? 0 : sql_error(store, err);
}

/* The switch to WAL does not wait for other connections by itself in every case. */
static int
use_wal(struct store *store, int busy_milliseconds, struct error *err)
{
	int tries = busy_milliseconds * 1000 / WAL_ATTEMPT_PAUSE;
	int code;

	for (;;) {
		code = sqlite3_exec(store->db, "PRAGMA journal_mode = WAL", NULL, NULL, NULL);
		if ((code & 0xff) != SQLITE_BUSY || tries-- <= 0)
			break;
		usleep(WAL_ATTEMPT_PAUSE);
	}
	return code == SQLITE_OK ? 0 : sql_error(store, err);
}

static int
connect_writable(struct store *store, enum store_mode mode, int busy_milliseconds,
		 struct error *err)
{
	if (connect_file(store, store->path, SQLITE_OPEN_READWRITE, err) < 0 ||
	    configure(store, busy_milliseconds, err) < 0)
		return -1;
	if (read_something(store) != SQLITE_OK ||
	    (mode == STORE_SCRATCH &&
	     sqlite3_exec(store->db, "PRAGMA synchronous = OFF", NULL, NULL, NULL) != SQLITE_OK))
		return sql_error(store, err);
	return 0;
}

/* A name that begins with a colon means something else to the library. */
static char *
plain_path(const char *path)
{
	return path[0] == ':' ? memory_format("./%s", path) : memory_string(path);
}

int
store_open_waiting(struct store **out, const char *path, enum store_mode mode,
		   int busy_milliseconds, struct error *err)
{
	struct store *store;

	if (path == NULL || path[0] == '\0')
		return error_set(err, ERROR_USAGE, "the database has an empty name");
	store = memory_alloc(sizeof(*store));
	store->path = plain_path(path);
	if (check_file(store, mode, err) < 0 || remember_file(store, err) < 0)
		goto fail;
	if (store->read_only) {
		if (connect_read_only(store, busy_milliseconds, err) < 0)
			goto fail;
	} else if (connect_writable(store, mode, busy_milliseconds, err) < 0) {
		goto fail;
	}
	if (store_check_owner(store, err) < 0 ||
	    (!store->read_only && use_wal(store, busy_milliseconds, err) < 0) ||
	    store_migrate(store, err) < 0)
		goto fail;
	store->engine = telemetry_engine_new(store);
	store->telemetry = (struct telemetry){ &telemetry_sqlite_ops, store->engine };
	*out = store;
	return 0;
fail:
	store_close(store);
	return -1;
}

int
store_open(struct store **out, const char *path, enum store_mode mode, struct error *err)
{
	return store_open_waiting(out, path, mode, SQL_BUSY_MILLISECONDS, err);
}

void
store_close(struct store *store)
{
	if (store == NULL)
		return;
	telemetry_engine_free(store->engine);
	for (size_t i = 0; i < SQL_STATEMENTS; i++)
		sqlite3_finalize(store->slots[i].statement);
	sqlite3_close_v2(store->db);
	free(store->path);
	free(store);
}

const char *
store_path(const struct store *store)
{
	return store->path;
}

bool
store_is_read_only(const struct store *store)
{
	return store->read_only;
}

int
store_still_there(const struct store *store, struct error *err)
{
	struct stat status;

	if (stat(store->path, &status) == 0 && status.st_dev == store->device &&
	    status.st_ino == store->inode)
		return 0;
	return error_set(err, ERROR_NOT_FOUND,
			 "the database is gone: %.300s was deleted or replaced", store->path);
}

int
store_default_path(char **out, const char *option, struct error *err)
{
	const char *environment = getenv("HEADROOM_DB");
	char *folder;

	if (option != NULL || (environment != NULL && environment[0] != '\0')) {
		*out = memory_string(option != NULL ? option : environment);
		return 0;
	}
	if (path_data_home(&folder, err) < 0)
		return -1;
	*out = path_join(folder, "headroom.db");
	free(folder);
	return 0;
}

int
store_check_named(const char *path, const char *option, bool may_create, struct error *err)
{
	const char *environment = getenv("HEADROOM_DB");
	const char *slash = strrchr(path, '/');
	struct stat status;
	char *folder;
	int result = 0;

	if (option == NULL && (environment == NULL || environment[0] == '\0'))
		return 0;
	if (path[0] == '\0' || stat(path, &status) == 0 || errno != ENOENT)
		return 0; /* whatever else is wrong, opening it says so */
	if (!may_create)
		return error_set(err, ERROR_NOT_FOUND, "no database there: %s", path);
	if (slash == NULL || slash == path)
		return 0;
	folder = memory_string_n(path, (size_t)(slash - path));
	if (stat(folder, &status) < 0 && errno == ENOENT)
		result = error_set(err, ERROR_NOT_FOUND, "no such folder for a database: %s",
				   folder);
	free(folder);
	return result;
}

int
store_begin(struct store *store, struct error *err)
{
	if (store->read_only)
		return error_set(err, ERROR_REFUSED, "%s: is read-only", store->path);
	if (store->depth == 0) {
		store->failed = false;
		if (sql_run(store, err, "BEGIN IMMEDIATE", "") < 0)
			return -1;
	}
	store->depth++;
	return 0;
}

/* Some errors (no space, say) end the transaction of themselves; then there is nothing to end. */
static void
roll_back_all(struct store *store)
{
	if (sqlite3_get_autocommit(store->db) == 0)
		sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
	if (store->engine != NULL)
		telemetry_engine_forget(store->engine);
}

int
store_commit(struct store *store, struct error *err)
{
	if (store->depth > 1) {
		store->depth--;
		return 0;
	}
	store->depth = 0;
	if (store->failed || sqlite3_get_autocommit(store->db) != 0) {
		roll_back_all(store);
		return error_set(err, ERROR_CONFLICT,
				 "%s: a part of the work failed, nothing was stored", store->path);
	}
	if (sql_run(store, err, "COMMIT", "") < 0) {
		roll_back_all(store);
		return -1;
	}
	store->commits++;
	return 0;
}

void
store_rollback(struct store *store)
{
	if (store->depth > 1) {
		store->depth--;
		store->failed = true;
		return;
	}
	store->depth = 0;
	roll_back_all(store);
}

int
store_finish(struct store *store, int result, struct error *err)
{
	if (result < 0) {
		store_rollback(store);
		return result;
	}
	return store_commit(store, err);
}

/* That it cannot begin is no error here: the reads that follow meet the reason themselves. */
struct store_snapshot
store_snapshot_begin(struct store *store)
{
	struct store_snapshot snapshot = { .store = store };

	if (sqlite3_get_autocommit(store->db) != 0)
		snapshot.ours = sql_run(store, NULL, "BEGIN", "") == 0;
	return snapshot;
}

void
store_snapshot_end(struct store_snapshot *snapshot)
{
	if (snapshot->ours && sqlite3_get_autocommit(snapshot->store->db) == 0)
		sqlite3_exec(snapshot->store->db, "COMMIT", NULL, NULL, NULL);
	snapshot->ours = false;
}

int64_t
store_version(struct store *store)
{
	int64_t others = 0;

	sql_integer(store, &others, NULL, "PRAGMA data_version", "");
	return (int64_t)((uint64_t)others << 32 | store->commits);
}

int
store_check(struct store *store, struct error *err)
{
	sqlite3_stmt *statement;
	const char *answer;
	int result;

	if (sql_query(store, &statement, err, "PRAGMA integrity_check(1)", "") < 0)
		return -1;
	result = sql_next(store, statement, err);
	if (result <= 0)
		return -1;
	answer = (const char *)sqlite3_column_text(statement, 0);
	if (answer == NULL || strcmp(answer, "ok") != 0)
		error_set(err, ERROR_CORRUPT, "%s: the database is damaged: %.200s", store->path,
			  answer == NULL ? "no answer" : answer);
	result = answer != NULL && strcmp(answer, "ok") == 0 ? 0 : -1;
	sql_end(statement);
	return result;
}

struct telemetry *
store_telemetry(struct store *store)
{
	return &store->telemetry;
}
