/* The audit and the user's trust; see activity.h. Called by the tool registry and the skills. */
#include "core/store/activity.h"

#include "core/base/clock.h"
#include "core/store/sql.h"

int
casebook_activity_add(struct store *store, const char *actor, const char *what,
		      const char *arguments, const char *outcome, int64_t duration,
		      struct error *err)
{
	if (actor == NULL || what == NULL)
		return error_set(err, ERROR_USAGE, "the audit needs to know who did what");
	if (store_begin(store, err) < 0)
		return -1;
	return store_finish(
		store,
		sql_run(store, err,
			"INSERT INTO activity(time, actor, what, arguments, outcome, duration) "
			"VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
			"itttti", clock_now(), actor, what, arguments, outcome, duration),
		err);
}

int
casebook_trust_add(struct store *store, const char *kind, const char *digest, const char *user,
		   struct error *err)
{
	if (kind == NULL || digest == NULL || user == NULL || digest[0] == '\0')
		return error_set(err, ERROR_USAGE, "trust needs a kind, a digest and a user");
	if (store_begin(store, err) < 0)
		return -1;
	return store_finish(store,
			    sql_run(store, err,
				    "INSERT INTO trust(kind, digest, user, time) "
				    "VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
				    "ttti", kind, digest, user, clock_now()),
			    err);
}

int
casebook_trusted(struct store *store, const char *kind, const char *digest, bool *trusted,
		 struct error *err)
{
	int64_t found;
	int result = sql_integer(store, &found, err,
				 "SELECT 1 FROM trust WHERE kind = ?1 AND digest = ?2", "tt", kind,
				 digest);

	if (result < 0)
		return -1;
	*trusted = result > 0;
	return 0;
}
