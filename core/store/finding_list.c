/* The inbox: many findings in one pass, and their sums; see finding.h. Called by the findings
 * screen and command. */
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/memory.h"
#include "core/base/vec.h"
#include "core/store/finding_sql.h"
#include "core/store/service.h"
#include "core/store/sql.h"

void
finding_rows_release(struct finding_rows *rows)
{
	vec_release(rows);
	if (rows->strings != NULL)
		arena_release(rows->strings);
	free(rows->strings);
	rows->strings = NULL;
}

/* Owners, authors and skills come again and again: last is the one of the row before. */
static char *
text_of(struct finding_rows *rows, sqlite3_stmt *row, int column, char *last)
{
	const char *text = (const char *)sqlite3_column_text(row, column);

	if (text == NULL)
		return NULL;
	if (last != NULL && strcmp(last, text) == 0)
		return last;
	return arena_string_n(rows->strings, text, (size_t)sqlite3_column_bytes(row, column));
}

/* Names of services by id, so that thousands of rows share one string. */
struct service_names {
	struct service_list services;
	char **names; /* in the rows' arena */
};

static int
service_names_read(struct service_names *names, struct store *store, struct finding_rows *rows,
		   struct error *err)
{
	*names = (struct service_names){ 0 };
	if (casebook_services(store, &names->services, err) < 0)
		return -1;
	names->names = memory_alloc_array(names->services.count + 1, sizeof(*names->names));
	for (size_t i = 0; i < names->services.count; i++)
		names->names[i] = arena_string(rows->strings, names->services.items[i].name);
	return 0;
}

static void
service_names_release(struct service_names *names)
{
	service_list_release(&names->services);
	free(names->names);
}

/* There are tens of services at most times; rows of one stand together often. */
static char *
service_name(const struct service_names *names, int64_t id, size_t *hint)
{
	for (size_t i = 0; i < names->services.count; i++) {
		size_t at = (*hint + i) % names->services.count;

		if (names->services.items[at].id == id) {
			*hint = at;
			return names->names[at];
		}
	}
	return NULL;
}

static int
read_row(struct store *store, sqlite3_stmt *row, struct finding_rows *rows, char *service,
	 struct error *err)
{
	static const struct finding_row none = { 0 };
	const struct finding_row *last = rows->count > 0 ? &rows->items[rows->count - 1] : &none;
	struct finding_row next;
	unsigned kind = 0, state = 0;

	if (sql_choice(store, row, 1, FINDING_KINDS, &kind, err) < 0 ||
	    sql_choice(store, row, 2, FINDING_STATES, &state, err) < 0)
		return -1;
	next = (struct finding_row){
		.id = sqlite3_column_int64(row, 0),
		.kind = kind,
		.state = state,
		.service = service,
		.subject = text_of(rows, row, 4, NULL),
		.owner = text_of(rows, row, 5, last->owner),
		.before = sqlite3_column_double(row, 6),
		.after = sqlite3_column_double(row, 7),
		.cores = sql_number(row, 8),
		.watts = sql_number(row, 9),
		.q = sql_number(row, 10),
		.changed_at = sqlite3_column_int64(row, 11),
		.detected_at = sqlite3_column_int64(row, 12),
		.suspect = text_of(rows, row, 13, last->suspect),
		.suspect_author = text_of(rows, row, 14, last->suspect_author),
		.suspect_score = sql_number(row, 15),
		.skill = text_of(rows, row, 16, last->skill),
		.unit = text_of(rows, row, 17, last->unit),
	};
	vec_push(rows, next);
	return 0;
}

static int
read_rows(struct store *store, sqlite3_stmt *row, const struct service_names *names,
	  struct finding_rows *rows, struct error *err)
{
	size_t hint = 0;
	int result;

	while ((result = sql_next(store, row, err)) > 0) {
		char *service = service_name(names, sqlite3_column_int64(row, 3), &hint);

		/* A service that came after its names were read: the next look has it. */
		if (service == NULL)
			continue;
		if (read_row(store, row, rows, service, err) < 0) {
			sql_end(row);
			return -1;
		}
	}
	return result;
}

/* Walks the index in its order, so that nothing is sorted. */
static int
start(struct store *store, sqlite3_stmt **row, const struct finding_query *query, int64_t service,
      struct error *err)
{
	return sql_query(
		store, row, err,
		"SELECT id, kind, state, service, subject, owner, share_before, "
		"share_after, cores, watts, q, changed_at, detected_at, suspect, "
		"suspect_author, suspect_score, skill, unit FROM finding "
		"INDEXED BY finding_order WHERE (?1 IS NULL OR service = ?1) AND "
		"(?2 IS NULL OR owner = ?2) AND "
		"(kind = ?3 OR (?3 < 0 AND kind <> ?7)) AND "
		"(?4 < 0 OR state = ?4) AND state <= ?5 "
		"ORDER BY cores DESC, gain DESC, detected_at DESC, id DESC LIMIT ?6",
		"ntiiiiu", service, query->owner, (int64_t)query->kind, (int64_t)query->state,
		(int64_t)(query->open_only ? FINDING_ACCEPTED : FINDING_DUPLICATE),
		query->limit == 0 || query->limit > INT64_MAX ? (int64_t)-1 : (int64_t)query->limit,
		FINDING_IMPROVEMENT);
}

static int
find_service(struct store *store, const char *name, int64_t *id, struct error *err)
{
	struct service service;

	*id = 0;
	if (name == NULL)
		return 0;
	if (casebook_service_by_name(store, name, &service, err) < 0)
		return -1;
	*id = service.id;
	service_release(&service);
	return 0;
}

int
casebook_findings(struct store *store, const struct finding_query *query, struct finding_rows *out,
		  struct error *err)
{
	struct finding_rows rows = { 0 };
	struct service_names names = { 0 };
	sqlite3_stmt *row;
	int64_t service;
	int result = -1;

	rows.strings = memory_alloc(sizeof(*rows.strings));
	arena_init(rows.strings);
	if (find_service(store, query->service, &service, err) < 0 ||
	    service_names_read(&names, store, &rows, err) < 0 ||
	    start(store, &row, query, service, err) < 0)
		goto out;
	result = read_rows(store, row, &names, &rows, err);
out:
	service_names_release(&names);
	if (result < 0)
		finding_rows_release(&rows);
	else
		*out = rows;
	return result;
}

int
casebook_finding_totals(struct store *store, struct finding_totals *out, struct error *err)
{
	sqlite3_stmt *row;
	int result;

	if (sql_query(store, &row, err,
		      "SELECT kind, count(*), total(cores), total(watts) FROM finding "
		      "WHERE state <= ?1 GROUP BY kind",
		      "u", FINDING_ACCEPTED) < 0)
		return -1;
	*out = (struct finding_totals){ 0 };
	while ((result = sql_next(store, row, err)) > 0) {
		uint32_t count = (uint32_t)sqlite3_column_int64(row, 1);

		switch ((enum finding_kind)sqlite3_column_int64(row, 0)) {
		case FINDING_OPPORTUNITY:
			out->open_opportunities = count;
			continue;
		case FINDING_IMPROVEMENT:
			out->improvements = count;
			continue;
		case FINDING_REGRESSION:
			break;
		}
		out->open_regressions = count;
		out->cores = sqlite3_column_double(row, 2);
		out->watts = sqlite3_column_double(row, 3);
	}
	return result;
}
