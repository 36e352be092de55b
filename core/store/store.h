/*
 * One database: the case book and, on one machine, the telemetry. One store
 * per thread; several processes may have the same file open (WAL, busy
 * timeout). Nothing of SQL leaves this folder.
 */
#ifndef HEADROOM_STORE_STORE_H
#define HEADROOM_STORE_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/error.h"

struct store;
struct telemetry;

enum store_mode {
	STORE_CREATE,    /* made with its folder where missing (0600 in 0700) */
	STORE_THERE,     /* as it, but ERROR_NOT_FOUND where missing: it was opened before */
	STORE_READ_ONLY, /* for a database that cannot be written: show, never change */
	STORE_SCRATCH,   /* as STORE_CREATE, but lost when the machine stops: nothing is synced */
};

/*
 * Errors: ERROR_CORRUPT (not a database, or damaged), ERROR_REFUSED (made by
 * a newer headroom), ERROR_BUSY (locked for over the busy timeout), ERROR_IO.
 * An older schema is migrated in one transaction. A file that cannot be
 * written is opened to read; then, as with STORE_READ_ONLY, every writing
 * function is ERROR_REFUSED.
 */
int store_open(struct store **out, const char *path, enum store_mode mode, struct error *err);
void store_close(struct store *store);
const char *store_path(const struct store *store);
/* Opened to read: the database cannot be written. */
bool store_is_read_only(const struct store *store);
/*
 * Is the file that was opened still at its path? ERROR_NOT_FOUND: it was deleted or replaced, and
 * what is written goes to a file that nobody finds. For programs that stay: asked before work.
 */
int store_still_there(const struct store *store, struct error *err);
/* --db, else $HEADROOM_DB, else $XDG_DATA_HOME/headroom/headroom.db; the caller's. */
int store_default_path(char **out, const char *option, struct error *err);
/*
 * A path that was mistyped must not look like a database without findings: where --db or
 * $HEADROOM_DB named path and nothing is there, ERROR_NOT_FOUND; with may_create only its folder
 * has to be there. The default path is always fine.
 */
int store_check_named(const char *path, const char *option, bool may_create, struct error *err);

/*
 * A write transaction; all or nothing. They nest (an inner rollback fails the
 * outer commit). Every writing function called outside one makes its own.
 */
int store_begin(struct store *store, struct error *err);
int store_commit(struct store *store, struct error *err);
void store_rollback(struct store *store);

/* Changes whenever anybody (this or another process) committed: for cheap "is there news". */
int64_t store_version(struct store *store);

/* Looks at every page (slow on a large one): ERROR_CORRUPT says what is damaged. */
int store_check(struct store *store, struct error *err);

/* The telemetry that belongs to this store (borrowed). */
struct telemetry *store_telemetry(struct store *store);

#endif
