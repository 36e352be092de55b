/* Investigations in the case book; see investigation.h. Called by the guide after every step. */
#include "core/store/investigation.h"

#include <stdlib.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/store/finding.h"
#include "core/store/finding_sql.h"
#include "core/store/sql.h"

#define STEP_STATES 3
#define STEP_SAYINGS 4
#define STEPS_MAX 1000 /* no playbook comes near */

const char *
step_state_name(enum step_state state)
{
	static const char *const names[STEP_STATES] = { "open", "done", "skipped" };

	return names[state];
}

const char *
step_says_name(enum step_says says)
{
	static const char *const names[STEP_SAYINGS] = { "nothing", "for", "against", "unclear" };

	return names[says];
}

static void
step_release(struct investigation_step *step)
{
	free(step->arguments);
	free(step->answer);
	free(step->conclusion);
	free(step->note);
}

void
investigation_release(struct investigation *investigation)
{
	free(investigation->skill);
	free(investigation->skill_digest);
	free(investigation->verdict);
	for (size_t i = 0; i < investigation->step_count; i++)
		step_release(&investigation->steps[i]);
	free(investigation->steps);
	*investigation = (struct investigation){ 0 };
}

/* The start and the end of an investigation are events of its finding. */
static int
add_event(struct store *store, const struct investigation *investigation, const char *what,
	  const char *detail, struct error *err)
{
	char *text = memory_format("I%lld %s: %.400s", (long long)investigation->id, what, detail);
	int result = casebook_event_add(store, investigation->finding, FINDING_PROGRAM,
					"investigation", text, err);

	free(text);
	return result;
}

static int
insert(struct store *store, struct investigation *investigation, struct error *err)
{
	if (investigation->started_at == 0)
		investigation->started_at = clock_now();
	if (sql_run(store, err,
		    "INSERT INTO investigation(finding, skill, skill_digest, started_at, ended_at, "
		    "verdict, confidence) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
		    "ittiitd", investigation->finding, investigation->skill,
		    investigation->skill_digest, investigation->started_at, investigation->ended_at,
		    investigation->verdict, investigation->confidence) < 0)
		return -1;
	investigation->id = sql_inserted(store);
	return add_event(store, investigation, "started", investigation->skill, err);
}

static int
update(struct store *store, const struct investigation *investigation, struct error *err)
{
	int64_t ended_at = 0;
	int known = sql_integer(store, &ended_at, err,
				"SELECT ended_at FROM investigation WHERE id = ?1", "i",
				investigation->id);

	if (known < 0)
		return -1;
	if (known == 0)
		return error_set(err, ERROR_NOT_FOUND, "no investigation I%lld",
				 (long long)investigation->id);
	if (sql_run(store, err,
		    "UPDATE investigation SET skill = ?2, skill_digest = ?3, started_at = ?4, "
		    "ended_at = ?5, verdict = ?6, confidence = ?7 WHERE id = ?1",
		    "ittiitd", investigation->id, investigation->skill, investigation->skill_digest,
		    investigation->started_at, investigation->ended_at, investigation->verdict,
		    investigation->confidence) < 0)
		return -1;
	if (ended_at != 0 || investigation->ended_at == 0)
		return 0;
	return add_event(store, investigation, "ended",
			 investigation->verdict != NULL ? investigation->verdict : "no verdict",
			 err);
}

static int
put_step(struct store *store, int64_t investigation, size_t position,
	 const struct investigation_step *step, struct error *err)
{
	return sql_run(store, err,
		       "INSERT OR REPLACE INTO investigation_step(investigation, position, state, "
		       "says, arguments, answer, conclusion, note, run_at) "
		       "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
		       "iiuutttti", investigation, (int64_t)position, step->state, step->says,
		       step->arguments, step->answer, step->conclusion, step->note, step->run_at);
}

static int
put(struct store *store, struct investigation *investigation, struct error *err)
{
	int result = investigation->id == 0 ? insert(store, investigation, err)
					    : update(store, investigation, err);

	for (size_t i = 0; result == 0 && i < investigation->step_count; i++)
		result = put_step(store, investigation->id, i, &investigation->steps[i], err);
	if (result < 0)
		return -1;
	return sql_run(store, err,
		       "DELETE FROM investigation_step WHERE investigation = ?1 AND position >= ?2",
		       "ii", investigation->id, (int64_t)investigation->step_count);
}

int
casebook_investigation_put(struct store *store, struct investigation *investigation,
			   struct error *err)
{
	int64_t id = investigation->id;
	int result;

	if (investigation->skill == NULL)
		return error_set(err, ERROR_INPUT, "an investigation needs a skill");
	if (investigation->step_count > STEPS_MAX)
		return error_set(err, ERROR_LIMIT, "an investigation has at most %d steps",
				 STEPS_MAX);
	if (store_begin(store, err) < 0)
		return -1;
	result = store_finish(store, put(store, investigation, err), err);
	if (result < 0)
		investigation->id = id;
	return result;
}

static int
read_head(struct store *store, int64_t id, struct investigation *out, struct error *err)
{
	sqlite3_stmt *row;
	int result;

	if (sql_query(store, &row, err,
		      "SELECT id, finding, skill, skill_digest, started_at, ended_at, verdict, "
		      "confidence FROM investigation WHERE id = ?1",
		      "i", id) < 0)
		return -1;
	result = sql_next(store, row, err);
	if (result == 0)
		return error_set(err, ERROR_NOT_FOUND, "no investigation I%lld", (long long)id);
	if (result < 0)
		return -1;
	*out = (struct investigation){
		.id = sqlite3_column_int64(row, 0),
		.finding = sqlite3_column_int64(row, 1),
		.skill = sql_text(row, 2),
		.skill_digest = sql_text(row, 3),
		.started_at = sqlite3_column_int64(row, 4),
		.ended_at = sqlite3_column_int64(row, 5),
		.verdict = sql_text(row, 6),
		.confidence = sqlite3_column_double(row, 7),
	};
	sql_end(row);
	return 0;
}

static int
read_step(struct store *store, sqlite3_stmt *row, struct investigation *out, struct error *err)
{
	unsigned state = 0, says = 0;

	if (sql_choice(store, row, 0, STEP_STATES, &state, err) < 0 ||
	    sql_choice(store, row, 1, STEP_SAYINGS, &says, err) < 0)
		return -1;
	if (out->step_count == STEPS_MAX)
		return error_set(err, ERROR_CORRUPT, "%s: the database is damaged: steps of I%lld",
				 store->path, (long long)out->id);
	out->steps = memory_resize(out->steps, out->step_count + 1, sizeof(*out->steps));
	out->steps[out->step_count++] = (struct investigation_step){
		.state = state,
		.says = says,
		.arguments = sql_text(row, 2),
		.answer = sql_text(row, 3),
		.conclusion = sql_text(row, 4),
		.note = sql_text(row, 5),
		.run_at = sqlite3_column_int64(row, 6),
	};
	return 0;
}

static int
read_steps(struct store *store, struct investigation *out, struct error *err)
{
	sqlite3_stmt *row;
	int result;

	if (sql_query(store, &row, err,
		      "SELECT state, says, arguments, answer, conclusion, note, run_at "
		      "FROM investigation_step WHERE investigation = ?1 ORDER BY position",
		      "i", out->id) < 0)
		return -1;
	while ((result = sql_next(store, row, err)) > 0)
		if (read_step(store, row, out, err) < 0) {
			sql_end(row);
			return -1;
		}
	return result;
}

int
casebook_investigation(struct store *store, int64_t id, struct investigation *out,
		       struct error *err)
{
	struct investigation investigation = { 0 };

	if (read_head(store, id, &investigation, err) < 0)
		return -1;
	if (read_steps(store, &investigation, err) < 0) {
		investigation_release(&investigation);
		return -1;
	}
	*out = investigation;
	return 0;
}

int
casebook_investigation_of(struct store *store, int64_t finding, int64_t *id, struct error *err)
{
	*id = 0;
	return sql_integer(
		       store, id, err,
		       "SELECT id FROM investigation WHERE finding = ?1 ORDER BY id DESC LIMIT 1",
		       "i", finding) < 0
		       ? -1
		       : 0;
}
