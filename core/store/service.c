/* Services in the case book; see service.h. Called by the importers, detection's callers and
 * commands. */
#include "core/store/service.h"

#include <stdlib.h>

#include "core/base/memory.h"
#include "core/base/vec.h"
#include "core/store/sql.h"

#define COLUMNS                                                             \
	"SELECT id, name, repository, cores, watts_per_core, build, test, " \
	"bench, style FROM service "

void
service_release(struct service *service)
{
	free(service->name);
	free(service->repository);
	free(service->build);
	free(service->test);
	free(service->bench);
	free(service->style);
	*service = (struct service){ 0 };
}

static void
read_row(sqlite3_stmt *row, struct service *out)
{
	*out = (struct service){
		.id = sqlite3_column_int64(row, 0),
		.name = sql_text(row, 1),
		.repository = sql_text(row, 2),
		.cores = sqlite3_column_double(row, 3),
		.watts_per_core = sqlite3_column_double(row, 4),
		.build = sql_text(row, 5),
		.test = sql_text(row, 6),
		.bench = sql_text(row, 7),
		.style = sql_text(row, 8),
	};
}

static int
put(struct store *store, struct service *service, struct error *err)
{
	if (sql_run(store, err,
		    "INSERT INTO service(name, repository, cores, watts_per_core, build, test, "
		    "bench, style) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) "
		    "ON CONFLICT(name) DO UPDATE SET repository = ?2, cores = ?3, "
		    "watts_per_core = ?4, build = ?5, test = ?6, bench = ?7, style = ?8",
		    "ttddtttt", service->name, service->repository, service->cores,
		    service->watts_per_core, service->build, service->test, service->bench,
		    service->style) < 0)
		return -1;
	return sql_integer(store, &service->id, err, "SELECT id FROM service WHERE name = ?1", "t",
			   service->name) < 0
		       ? -1
		       : 0;
}

int
casebook_service_put(struct store *store, struct service *service, struct error *err)
{
	if (service->name == NULL || service->name[0] == '\0')
		return error_set(err, ERROR_USAGE, "a service needs a name");
	if (!(service->cores >= 0) || !(service->watts_per_core >= 0))
		return error_set(
			err, ERROR_USAGE,
			"service %.200s: cores and watts per core are 0 (not known) or more",
			service->name);
	if (store_begin(store, err) < 0)
		return -1;
	return store_finish(store, put(store, service, err), err);
}

static int
read_one(struct store *store, sqlite3_stmt *statement, struct service *out, struct error *err)
{
	int result = sql_next(store, statement, err);

	if (result > 0) {
		read_row(statement, out);
		sql_end(statement);
	}
	return result;
}

int
casebook_service_by_name(struct store *store, const char *name, struct service *out,
			 struct error *err)
{
	sqlite3_stmt *statement;
	int result;

	if (sql_query(store, &statement, err, COLUMNS "WHERE name = ?1", "t", name) < 0)
		return -1;
	result = read_one(store, statement, out, err);
	if (result == 0)
		return error_set(err, ERROR_NOT_FOUND, "no service %.200s",
				 name == NULL ? "" : name);
	return result < 0 ? -1 : 0;
}

int
casebook_service_by_id(struct store *store, int64_t id, struct service *out, struct error *err)
{
	sqlite3_stmt *statement;
	int result;

	if (sql_query(store, &statement, err, COLUMNS "WHERE id = ?1", "i", id) < 0)
		return -1;
	result = read_one(store, statement, out, err);
	if (result == 0)
		return error_set(err, ERROR_NOT_FOUND, "no service number %lld", (long long)id);
	return result < 0 ? -1 : 0;
}

void
service_list_release(struct service_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		service_release(&list->items[i]);
	vec_release(list);
}

int
casebook_services(struct store *store, struct service_list *out, struct error *err)
{
	struct service_list list = { 0 };
	sqlite3_stmt *statement;
	int result;

	if (sql_query(store, &statement, err, COLUMNS "ORDER BY name", "") < 0)
		return -1;
	while ((result = sql_next(store, statement, err)) > 0) {
		vec_push(&list, (struct service){ 0 });
		read_row(statement, &list.items[list.count - 1]);
	}
	if (result < 0) {
		service_list_release(&list);
		return -1;
	}
	*out = list;
	return 0;
}
