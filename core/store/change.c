/* Changes in the case book; see change.h. Called by the importers, the ranking of suspects and
 * tools. */
#include "core/store/change.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/vec.h"
#include "core/store/sql.h"

#define PREFIX_MIN 4 /* shorter than this only a whole key is found */
#define COLUMNS                                                                                  \
	"SELECT id, service, kind, key, time, title, author_name, author_email, files, before, " \
	"after"

void
change_release(struct change *change)
{
	free(change->kind);
	free(change->key);
	free(change->title);
	free(change->text);
	free(change->author_name);
	free(change->author_email);
	strings_release(&change->files);
	for (size_t i = 0; i < change->function_count; i++) {
		free(change->functions[i].name);
		free(change->functions[i].file);
	}
	free(change->functions);
	free(change->diff);
	free(change->before);
	free(change->after);
	*change = (struct change){ 0 };
}

static struct change_function *
append_function(struct change *change)
{
	if (change->function_count == change->function_capacity)
		change->functions =
			vec_grow(change->functions, &change->function_capacity,
				 change->function_count + 1, sizeof(*change->functions));
	change->functions[change->function_count] = (struct change_function){ 0 };
	return &change->functions[change->function_count++];
}

void
change_add_function(struct change *change, const char *name, const char *file, uint32_t added,
		    uint32_t removed)
{
	*append_function(change) = (struct change_function){
		.name = memory_string(name),
		.file = memory_string(file),
		.added = added,
		.removed = removed,
	};
}

/* At most CHANGE_DIFF_MAX bytes, whole lines where there are any; NULL where all of it fits. */
static char *
cut_diff(const char *diff)
{
	const char *end;

	if (diff == NULL || strnlen(diff, CHANGE_DIFF_MAX + 1) <= CHANGE_DIFF_MAX)
		return NULL;
	end = memrchr(diff, '\n', CHANGE_DIFF_MAX);
	return memory_string_n(diff, end != NULL ? (size_t)(end - diff) + 1 : CHANGE_DIFF_MAX);
}

static int
put_functions(struct store *store, const struct change *change, struct error *err)
{
	for (size_t i = 0; i < change->function_count; i++) {
		const struct change_function *function = &change->functions[i];

		if (sql_run(store, err,
			    "INSERT INTO change_function(change, position, name, file, added, "
			    "removed) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
			    "iittuu", change->id, (int64_t)i, function->name, function->file,
			    function->added, function->removed) < 0)
			return -1;
	}
	return 0;
}

static int
put_new(struct store *store, struct change *change, struct error *err)
{
	char *cut = cut_diff(change->diff);
	int result =
		sql_run(store, err,
			"INSERT INTO change(service, kind, key, time, title, author_name, "
			"author_email, files, text, before, after, diff) "
			"VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
			"ittitttstttt", change->service, change->kind, change->key, change->time,
			change->title != NULL ? change->title : "", change->author_name,
			change->author_email, &change->files, change->text, change->before,
			change->after, cut != NULL ? cut : change->diff);

	free(cut);
	if (result < 0)
		return -1;
	change->id = sql_inserted(store);
	return put_functions(store, change, err);
}

static int
put(struct store *store, struct change *change, bool *added, struct error *err)
{
	int known = sql_integer(store, &change->id, err,
				"SELECT id FROM change WHERE service = ?1 AND key = ?2", "it",
				change->service, change->key);

	if (known < 0)
		return -1;
	*added = known == 0;
	return known > 0 ? 0 : put_new(store, change, err);
}

int
casebook_change_put(struct store *store, struct change *change, bool *added, struct error *err)
{
	int result;

	if (change->kind == NULL || change->key == NULL || change->key[0] == '\0')
		return error_set(err, ERROR_INPUT, "a change needs a kind and an id");
	if (store_begin(store, err) < 0)
		return -1;
	result = put(store, change, added, err);
	if (result < 0)
		error_prefix(err, "change %.80s", change->key);
	return store_finish(store, result, err);
}

static void
read_row(sqlite3_stmt *row, struct change *out)
{
	*out = (struct change){
		.id = sqlite3_column_int64(row, 0),
		.service = sqlite3_column_int64(row, 1),
		.kind = sql_text(row, 2),
		.key = sql_text(row, 3),
		.time = sqlite3_column_int64(row, 4),
		.title = sql_text(row, 5),
		.author_name = sql_text(row, 6),
		.author_email = sql_text(row, 7),
		.before = sql_text(row, 9),
		.after = sql_text(row, 10),
	};
	sql_strings(row, 8, &out->files);
}

static int
read_functions(struct store *store, struct change *change, struct error *err)
{
	sqlite3_stmt *row;
	int result;

	if (sql_query(store, &row, err,
		      "SELECT name, file, added, removed FROM change_function WHERE change = ?1 "
		      "ORDER BY position",
		      "i", change->id) < 0)
		return -1;
	while ((result = sql_next(store, row, err)) > 0)
		*append_function(change) = (struct change_function){
			.name = sql_text(row, 0),
			.file = sql_text(row, 1),
			.added = (uint32_t)sqlite3_column_int64(row, 2),
			.removed = (uint32_t)sqlite3_column_int64(row, 3),
		};
	return result;
}

/* What read_row left out because it is large or in another table. */
static int
read_rest(struct store *store, struct change *change, bool with_diff, struct error *err)
{
	sqlite3_stmt *row;
	int result;

	if (read_functions(store, change, err) < 0)
		return -1;
	if (!with_diff)
		return 0;
	if (sql_query(store, &row, err, "SELECT text, diff FROM change WHERE id = ?1", "i",
		      change->id) < 0)
		return -1;
	while ((result = sql_next(store, row, err)) > 0) {
		memory_replace_string(&change->text, (const char *)sqlite3_column_text(row, 0));
		memory_replace_string(&change->diff, (const char *)sqlite3_column_text(row, 1));
	}
	return result;
}

int
casebook_change_by_id(struct store *store, int64_t id, struct change *out, struct error *err)
{
	struct change change = { 0 };
	sqlite3_stmt *row;
	int result;

	if (sql_query(store, &row, err, COLUMNS " FROM change WHERE id = ?1", "i", id) < 0)
		return -1;
	result = sql_next(store, row, err);
	if (result < 0)
		return -1;
	if (result == 0)
		return error_set(err, ERROR_NOT_FOUND, "no change number %lld", (long long)id);
	read_row(row, &change);
	sql_end(row);
	if (read_rest(store, &change, true, err) < 0) {
		change_release(&change);
		return -1;
	}
	*out = change;
	return 0;
}

/* The smallest text above all that begin with prefix, the caller's; NULL: there is none. */
static char *
prefix_end(const char *prefix)
{
	char *end = memory_string(prefix);
	size_t length = strlen(end);

	while (length > 0 && (unsigned char)end[length - 1] == 0xff)
		end[--length] = '\0';
	if (length == 0) {
		free(end);
		return NULL;
	}
	end[length - 1] = (char)((unsigned char)end[length - 1] + 1);
	return end;
}

/*
 * Compares bytes, so no character of the key means anything else. *count: how
 * many keys begin with it; *id: the first change of the first such key.
 */
static int
find_prefix(struct store *store, int64_t service, const char *key, int64_t *id, int64_t *count,
	    struct error *err)
{
	char *end = prefix_end(key);
	sqlite3_stmt *row;
	int result;

	if (sql_query(store, &row, err,
		      "SELECT count(DISTINCT key), min(id) FROM change WHERE key >= ?2 AND "
		      "(?3 IS NULL OR key < ?3) AND (?1 IS NULL OR service = ?1)",
		      "ntt", service, key, end) < 0) {
		free(end);
		return -1;
	}
	result = sql_next(store, row, err);
	if (result > 0) {
		*count = sqlite3_column_int64(row, 0);
		*id = sqlite3_column_int64(row, 1);
		sql_end(row);
	}
	free(end);
	return result;
}

int
casebook_change_by_key(struct store *store, int64_t service, const char *key, struct change *out,
		       struct error *err)
{
	int64_t id = 0, count = 0;
	int result;

	if (key == NULL || key[0] == '\0')
		return error_set(err, ERROR_USAGE,
				 "a change is asked for by its id, or the start of it");
	result =
		sql_integer(store, &id, err,
			    "SELECT id FROM change WHERE key = ?2 AND (?1 IS NULL OR service = ?1) "
			    "ORDER BY id LIMIT 1",
			    "nt", service, key);
	if (result < 0)
		return -1;
	if (result > 0)
		return casebook_change_by_id(store, id, out, err);
	if (strlen(key) >= PREFIX_MIN && find_prefix(store, service, key, &id, &count, err) < 0)
		return -1;
	if (count == 0)
		return error_set(err, ERROR_NOT_FOUND, "no change %.200s", key);
	if (count > 1)
		return error_set(err, ERROR_INPUT, "%.200s is the start of %lld changes", key,
				 (long long)count);
	return casebook_change_by_id(store, id, out, err);
}

void
change_list_release(struct change_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		change_release(&list->items[i]);
	vec_release(list);
}

static int
read_list(struct store *store, sqlite3_stmt *row, bool with_diff, struct change_list *list,
	  struct error *err)
{
	int result;

	while ((result = sql_next(store, row, err)) > 0) {
		vec_push(list, (struct change){ 0 });
		read_row(row, &list->items[list->count - 1]);
	}
	for (size_t i = 0; result == 0 && i < list->count; i++)
		result = read_rest(store, &list->items[i], with_diff, err);
	return result;
}

int
casebook_changes(struct store *store, int64_t service, int64_t from, int64_t to, bool with_diff,
		 struct change_list *out, struct error *err)
{
	struct change_list list = { 0 };
	sqlite3_stmt *row;

	if (from == 0 && to == 0)
		from = INT64_MIN;
	if (to == 0)
		to = INT64_MAX;
	if (sql_query(store, &row, err,
		      COLUMNS " FROM change WHERE service = ?1 AND time >= ?2 AND time < ?3 "
			      "ORDER BY time, id",
		      "iii", service, from, to) < 0)
		return -1;
	if (read_list(store, row, with_diff, &list, err) < 0) {
		change_list_release(&list);
		return -1;
	}
	*out = list;
	return 0;
}

int
casebook_change_newest(struct store *store, int64_t service, int64_t *id, struct error *err)
{
	*id = 0;
	return sql_integer(store, id, err,
			   "SELECT coalesce(max(id), 0) FROM change WHERE service = ?1", "i",
			   service) < 0
		       ? -1
		       : 0;
}
