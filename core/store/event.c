/* Events of findings: the history nobody can rewrite; see finding.h. Called with every move. */
#include <stdlib.h>

#include "core/base/clock.h"
#include "core/base/vec.h"
#include "core/store/finding_sql.h"
#include "core/store/sql.h"

int
finding_event_moved(struct store *store, int64_t finding, const char *user, const char *kind,
		    const char *text, const struct finding_place *before,
		    const struct finding_place *after, int64_t undoes, struct error *err)
{
	return sql_run(store, err,
		       "INSERT INTO event(finding, time, user, kind, text, state_before, "
		       "state_after, owner_before, duplicate_before, undoes) "
		       "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
		       "iitttuutnn", finding, clock_now(), user, kind, text, before->state,
		       after->state, before->owner, before->duplicate_of, undoes);
}

static int
add(struct store *store, int64_t finding, const char *user, const char *kind, const char *text,
    struct error *err)
{
	int64_t id;
	int known =
		sql_integer(store, &id, err, "SELECT id FROM finding WHERE id = ?1", "i", finding);

	if (known < 0)
		return -1;
	if (known == 0)
		return error_set(err, ERROR_NOT_FOUND, "no finding F%lld", (long long)finding);
	return sql_run(store, err,
		       "INSERT INTO event(finding, time, user, kind, text) "
		       "VALUES (?1, ?2, ?3, ?4, ?5)",
		       "iittt", finding, clock_now(), user, kind, text);
}

int
casebook_event_add(struct store *store, int64_t finding, const char *user, const char *kind,
		   const char *text, struct error *err)
{
	if (user == NULL || kind == NULL)
		return error_set(err, ERROR_USAGE, "an event needs a user and a kind");
	if (store_begin(store, err) < 0)
		return -1;
	return store_finish(store, add(store, finding, user, kind, text, err), err);
}

void
event_list_release(struct event_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		free(list->items[i].user);
		free(list->items[i].kind);
		free(list->items[i].text);
	}
	vec_release(list);
}

static int
read_state(sqlite3_stmt *row, int column)
{
	if (sqlite3_column_type(row, column) == SQLITE_NULL)
		return -1;
	int64_t state = sqlite3_column_int64(row, column);

	return state >= 0 && state < FINDING_STATES ? (int)state : -1;
}

int
casebook_events(struct store *store, int64_t finding, struct event_list *out, struct error *err)
{
	static const char of_one[] = "SELECT id, finding, time, user, kind, text, state_before, "
				     "state_after FROM event WHERE finding = ?1 ORDER BY id";
	static const char of_all[] = "SELECT id, finding, time, user, kind, text, state_before, "
				     "state_after FROM event ORDER BY id";
	struct event_list list = { 0 };
	sqlite3_stmt *row;
	int result;

	if (finding != 0)
		result = sql_query(store, &row, err, of_one, "i", finding);
	else
		result = sql_query(store, &row, err, of_all, "");
	if (result < 0)
		return -1;
	while ((result = sql_next(store, row, err)) > 0)
		vec_push(&list, (struct event){
					.id = sqlite3_column_int64(row, 0),
					.finding = sqlite3_column_int64(row, 1),
					.time = sqlite3_column_int64(row, 2),
					.user = sql_text(row, 3),
					.kind = sql_text(row, 4),
					.text = sql_text(row, 5),
					.state_before = read_state(row, 6),
					.state_after = read_state(row, 7),
				});
	if (result < 0) {
		event_list_release(&list);
		return -1;
	}
	*out = list;
	return 0;
}
