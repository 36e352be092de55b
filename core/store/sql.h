/*
 * What the files of this folder share and nobody else includes: the open
 * database, statements that are prepared once, and one place where an error
 * of the library becomes a line for a person.
 */
#ifndef HEADROOM_STORE_SQL_H
#define HEADROOM_STORE_SQL_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/base/error.h"
#include "core/base/strings.h"
#include "core/store/store.h"
#include "core/store/telemetry.h"

#define SQL_TEXT_MAX ((size_t)4 * 1024 * 1024) /* one stored text; a longer one is refused */
#define SQL_STATEMENTS 256                     /* a power of two, twice what the folder has */
#define SQL_BUSY_MILLISECONDS 5000

struct sql_slot {
	const char *sql; /* found again by its address */
	sqlite3_stmt *statement;
};

struct telemetry_engine;

struct store {
	sqlite3 *db;
	char *path;
	dev_t device; /* with inode: the file that was opened */
	ino_t inode;
	bool read_only;
	unsigned depth; /* of nested transactions */
	bool failed;    /* an inner one was rolled back */
	uint32_t commits;
	struct sql_slot slots[SQL_STATEMENTS];
	struct telemetry telemetry;
	struct telemetry_engine *engine;
};

/* As store_open, with another patience, for tests of what happens when it ends. */
int store_open_waiting(struct store **out, const char *path, enum store_mode mode,
		       int busy_milliseconds, struct error *err);

/* Is this a database of ours, or an empty file, and not from a newer version? */
int store_check_owner(struct store *store, struct error *err);
/* Brings the schema to the newest version, or refuses. Called once, at opening. */
int store_migrate(struct store *store, struct error *err);

/* Puts the library's last error into err as one line that names the database. */
int sql_error(struct store *store, struct error *err);

/*
 * Binds and starts a statement. sql is a literal, kept prepared by its
 * address. Each letter of types is one parameter: i int64_t, n int64_t where 0
 * is NULL, u unsigned or an enum, d double (NAN is NULL), t text or NULL, b
 * bytes as const void * and size_t, s const struct strings *. What is
 * pointed to must live until the statement ended.
 */
int sql_query(struct store *store, sqlite3_stmt **out, struct error *err, const char *sql,
	      const char *types, ...);
/* 1: a row; 0: no more, the statement ended; negative: error, it ended too. */
int sql_next(struct store *store, sqlite3_stmt *statement, struct error *err);
/* Ends a statement before its last row. */
void sql_end(sqlite3_stmt *statement);
/* sql_query to the end, no rows wanted. */
int sql_run(struct store *store, struct error *err, const char *sql, const char *types, ...);
/* The first column of the first row. 1: there is one; 0: none, *value as it was; negative. */
int sql_integer(struct store *store, int64_t *value, struct error *err, const char *sql,
		const char *types, ...);
int64_t sql_inserted(struct store *store);

/* columns; texts are the caller's */
char *sql_text(sqlite3_stmt *statement, int column);    /* NULL stays NULL */
double sql_number(sqlite3_stmt *statement, int column); /* NULL is NAN */
/* Appends the strings of a blob; bytes after the last NUL are one more string. */
void sql_strings(sqlite3_stmt *statement, int column, struct strings *out);
/* A number of an enumeration with count values; ERROR_CORRUPT where it is none of them. */
int sql_choice(struct store *store, sqlite3_stmt *statement, int column, unsigned count,
	       unsigned *value, struct error *err);

/* Commits when result is 0, else rolls back; result or what went wrong. */
int store_finish(struct store *store, int result, struct error *err);

/*
 * Holds one state of the database for several reads, and spares each its own
 * lock. Nothing may be written until store_snapshot_end.
 */
struct store_snapshot {
	struct store *store;
	bool ours; /* false inside a transaction, which holds its state anyway */
};
struct store_snapshot store_snapshot_begin(struct store *store);
void store_snapshot_end(struct store_snapshot *snapshot);

/* Opens and closes the SQLite half of the telemetry; its caches are dropped after a rollback. */
struct telemetry_engine *telemetry_engine_new(struct store *store);
void telemetry_engine_free(struct telemetry_engine *engine);
void telemetry_engine_forget(struct telemetry_engine *engine);
extern const struct telemetry_ops telemetry_sqlite_ops;

#endif
