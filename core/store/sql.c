/*
 * Statements prepared once, parameters by letters, errors as one line; see
 * sql.h. Called by every other file of this folder.
 */
#include "core/store/sql.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "core/base/memory.h"

static int
is_full(int code, int errnum)
{
	return (code & 0xff) == SQLITE_FULL ||
	       ((code & 0xff) == SQLITE_IOERR &&
		(errnum == ENOSPC || errnum == EDQUOT || errnum == EFBIG));
}

static int
io_error(struct store *store, int code, int errnum, struct error *err)
{
	if (errnum != 0)
		return error_system(err, errnum, "%s", store->path);
	return error_set(err, ERROR_IO, "%s: %s", store->path, sqlite3_errstr(code));
}

/* The library does not keep the system's reason for a failed write; it is the last one there was.
 */
static int
system_reason(struct store *store, int code, int last)
{
	int errnum = sqlite3_system_errno(store->db);

	return errnum == 0 && code == SQLITE_IOERR_WRITE ? last : errnum;
}

int
sql_error(struct store *store, struct error *err)
{
	int last = errno;
	int code = sqlite3_extended_errcode(store->db);
	int errnum = system_reason(store, code, last);

	if (is_full(code, errnum))
		return error_set(err, ERROR_IO, "%s: no space left to write to", store->path);
	switch (code & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_PROTOCOL:
		return error_set(err, ERROR_BUSY, "%s: locked by another process", store->path);
	case SQLITE_READONLY:
		return error_set(err, ERROR_REFUSED, "%s: is read-only", store->path);
	case SQLITE_CORRUPT:
		return error_set(err, ERROR_CORRUPT, "%s: the database is damaged", store->path);
	case SQLITE_NOTADB:
		return error_set(err, ERROR_CORRUPT, "%s: not a database", store->path);
	case SQLITE_CANTOPEN:
	case SQLITE_IOERR:
	case SQLITE_PERM:
		return io_error(store, code, errnum, err);
	case SQLITE_TOOBIG:
		return error_set(err, ERROR_LIMIT, "%s: too large to store", store->path);
	case SQLITE_CONSTRAINT:
		return error_set(err, ERROR_CONFLICT, "%s: %s", store->path,
				 sqlite3_errmsg(store->db));
	default:
		/* A table or column that is missing, or a value of another type. */
		return error_set(err, ERROR_CORRUPT, "%s: %s", store->path,
				 sqlite3_errmsg(store->db));
	}
}

/* The slot of this text, or the free one it belongs into. */
static struct sql_slot *
find_slot(struct store *store, const char *sql)
{
	uint64_t hash = (uint64_t)(uintptr_t)sql * 0x9e3779b97f4a7c15ull;
	size_t at = (size_t)(hash >> 32) % SQL_STATEMENTS;

	while (store->slots[at].sql != NULL && store->slots[at].sql != sql)
		at = (at + 1) % SQL_STATEMENTS;
	return &store->slots[at];
}

static int
prepare(struct store *store, sqlite3_stmt **out, const char *sql, struct error *err)
{
	struct sql_slot *slot = find_slot(store, sql);

	if (slot->sql == NULL) {
		if (sqlite3_prepare_v3(store->db, sql, -1, SQLITE_PREPARE_PERSISTENT,
				       &slot->statement, NULL) != SQLITE_OK)
			return sql_error(store, err);
		slot->sql = sql;
	}
	*out = slot->statement;
	return 0;
}

static int
bind_text(sqlite3_stmt *statement, int at, const char *text, struct error *err)
{
	size_t length;

	if (text == NULL)
		return sqlite3_bind_null(statement, at);
	length = strlen(text);
	if (length > SQL_TEXT_MAX) {
		error_set(err, ERROR_LIMIT, "a text of %zu bytes is over the bound of %zu", length,
			  SQL_TEXT_MAX);
		return -1;
	}
	return sqlite3_bind_text(statement, at, text, (int)length, SQLITE_STATIC);
}

/* One after the other, each with its NUL. */
static int
bind_strings(sqlite3_stmt *statement, int at, const struct strings *list, struct error *err)
{
	struct str packed;
	int result;

	if (list == NULL || list->count == 0)
		return sqlite3_bind_null(statement, at);
	str_init(&packed, SQL_TEXT_MAX);
	for (size_t i = 0; i < list->count; i++)
		str_add_n(&packed, list->items[i], strlen(list->items[i]) + 1);
	if (packed.overflow) {
		error_set(err, ERROR_LIMIT, "a list of %zu texts is over the bound of %zu bytes",
			  list->count, SQL_TEXT_MAX);
		result = -1;
	} else {
		result = sqlite3_bind_blob(statement, at, packed.data, (int)packed.len,
					   SQLITE_TRANSIENT);
	}
	str_release(&packed);
	return result;
}

static int
bind_bytes(sqlite3_stmt *statement, int at, const void *data, size_t length)
{
	return sqlite3_bind_blob64(statement, at, length > 0 ? data : "", length, SQLITE_STATIC);
}

static int
bind_integer(sqlite3_stmt *statement, int at, int64_t value, bool zero_is_null)
{
	if (zero_is_null && value == 0)
		return sqlite3_bind_null(statement, at);
	return sqlite3_bind_int64(statement, at, value);
}

/* SQLITE_OK, a code of the library, or -1 with err set. */
static int
bind_one(sqlite3_stmt *statement, int at, char type, va_list *args, struct error *err)
{
	const void *data;

	switch (type) {
	case 'i':
	case 'n':
		return bind_integer(statement, at, va_arg(*args, int64_t), type == 'n');
	case 'u':
		return sqlite3_bind_int64(statement, at, va_arg(*args, unsigned));
	case 'd':
		return sqlite3_bind_double(statement, at, va_arg(*args, double));
	case 't':
		return bind_text(statement, at, va_arg(*args, const char *), err);
	case 's':
		return bind_strings(statement, at, va_arg(*args, const struct strings *), err);
	default:
		data = va_arg(*args, const void *);
		return bind_bytes(statement, at, data, va_arg(*args, size_t));
	}
}

static int
query(struct store *store, sqlite3_stmt **out, struct error *err, const char *sql,
      const char *types, va_list *args)
{
	if (prepare(store, out, sql, err) < 0)
		return -1;
	for (int at = 1; types[at - 1] != '\0'; at++) {
		int code = bind_one(*out, at, types[at - 1], args, err);

		if (code == SQLITE_OK)
			continue;
		if (code > 0)
			sql_error(store, err);
		sql_end(*out);
		return -1;
	}
	return 0;
}

int
sql_query(struct store *store, sqlite3_stmt **out, struct error *err, const char *sql,
	  const char *types, ...)
{
	va_list args;
	int result;

	va_start(args, types);
	result = query(store, out, err, sql, types, &args);
	va_end(args);
	return result;
}

int
sql_next(struct store *store, sqlite3_stmt *statement, struct error *err)
{
	int code = sqlite3_step(statement);
	int result = 0;

	if (code == SQLITE_ROW)
		return 1;
	if (code != SQLITE_DONE)
		result = sql_error(store, err);
	sql_end(statement);
	return result;
}

void
sql_end(sqlite3_stmt *statement)
{
	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
}

int
sql_run(struct store *store, struct error *err, const char *sql, const char *types, ...)
{
	sqlite3_stmt *statement = NULL;
	va_list args;
	int result;

	va_start(args, types);
	result = query(store, &statement, err, sql, types, &args);
	va_end(args);
	if (result < 0)
		return -1;
	while ((result = sql_next(store, statement, err)) > 0)
		;
	return result;
}

int
sql_integer(struct store *store, int64_t *value, struct error *err, const char *sql,
	    const char *types, ...)
{
	sqlite3_stmt *statement = NULL;
	va_list args;
	int result;

	va_start(args, types);
	result = query(store, &statement, err, sql, types, &args);
	va_end(args);
	if (result < 0)
		return -1;
	result = sql_next(store, statement, err);
	if (result > 0) {
		*value = sqlite3_column_int64(statement, 0);
		sql_end(statement);
	}
	return result;
}

int64_t
sql_inserted(struct store *store)
{
	return sqlite3_last_insert_rowid(store->db);
}

char *
sql_text(sqlite3_stmt *statement, int column)
{
	return memory_string((const char *)sqlite3_column_text(statement, column));
}

double
sql_number(sqlite3_stmt *statement, int column)
{
	if (sqlite3_column_type(statement, column) == SQLITE_NULL)
		return NAN;
	return sqlite3_column_double(statement, column);
}

void
sql_strings(sqlite3_stmt *statement, int column, struct strings *out)
{
	const char *at = sqlite3_column_blob(statement, column);
	const char *end = at == NULL ? NULL : at + sqlite3_column_bytes(statement, column);

	while (at < end) {
		size_t length = strnlen(at, (size_t)(end - at));

		strings_add_n(out, at, length);
		at += length + (at + length < end);
	}
}

int
sql_choice(struct store *store, sqlite3_stmt *statement, int column, unsigned count,
	   unsigned *value, struct error *err)
{
	int64_t number = sqlite3_column_int64(statement, column);

	if (number < 0 || number >= count)
		return error_set(err, ERROR_CORRUPT, "%s: the database is damaged: %s is %lld",
				 store->path, sqlite3_column_name(statement, column),
				 (long long)number);
	*value = (unsigned)number;
	return 0;
}
