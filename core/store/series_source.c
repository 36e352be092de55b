/* How far a query was read; see series_source.h. */
#include "core/store/series_source.h"

#include "core/store/sql.h"

int
casebook_series_source_end(struct store *store, const struct series_source *source, int64_t *end,
			   struct error *err)
{
	*end = 0;
	return sql_integer(store, end, err,
			   "SELECT end_time FROM series_source WHERE service = ?1 AND url = ?2 "
			   "AND query = ?3 AND step = ?4",
			   "itti", source->service, source->url, source->query, source->step) < 0
		       ? -1
		       : 0;
}

int
casebook_series_source_put(struct store *store, const struct series_source *source, int64_t end,
			   struct error *err)
{
	if (store_begin(store, err) < 0)
		return -1;
	return store_finish(
		store,
		sql_run(store, err,
			"INSERT INTO series_source(service, url, query, step, end_time) "
			"VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT(service, url, query, step) "
			"DO UPDATE SET end_time = max(end_time, ?5)",
			"ittii", source->service, source->url, source->query, source->step, end),
		err);
}
