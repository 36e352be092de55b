/*
 * The life of a finding: which moves make sense, who owns it, and taking a
 * move back; see finding.h. Called by screens, commands and the later parts
 * of the road (investigation, patch, acceptance).
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/store/finding_sql.h"
#include "core/store/sql.h"

#define TO(state) (1u << FINDING_##state)
#define CLOSING (TO(DISMISSED) | TO(GONE) | TO(DUPLICATE))

/* Closed ones are opened again as new; verified is the end, unless it comes back. */
static const unsigned moves[FINDING_STATES] = {
	[FINDING_NEW] = TO(CLAIMED) | TO(INVESTIGATING) | TO(PATCHED) | CLOSING,
	[FINDING_CLAIMED] = TO(NEW) | TO(INVESTIGATING) | TO(PATCHED) | CLOSING,
	[FINDING_INVESTIGATING] = TO(NEW) | TO(CLAIMED) | TO(PATCHED) | CLOSING,
	[FINDING_PATCHED] = TO(NEW) | TO(CLAIMED) | TO(INVESTIGATING) | TO(ACCEPTED) | CLOSING,
	[FINDING_ACCEPTED] = TO(INVESTIGATING) | TO(PATCHED) | TO(VERIFIED) | CLOSING,
	[FINDING_VERIFIED] = TO(NEW) | TO(INVESTIGATING),
	[FINDING_DISMISSED] = TO(NEW),
	[FINDING_GONE] = TO(NEW) | TO(VERIFIED),
	[FINDING_DUPLICATE] = TO(NEW),
};

void
finding_place_release(struct finding_place *place)
{
	free(place->owner);
	*place = (struct finding_place){ 0 };
}

int
finding_place_read(struct store *store, int64_t id, struct finding_place *out, struct error *err)
{
	sqlite3_stmt *row;
	unsigned state = 0;
	int result;

	if (sql_query(store, &row, err,
		      "SELECT state, owner, duplicate_of FROM finding WHERE id = ?1", "i", id) < 0)
		return -1;
	result = sql_next(store, row, err);
	if (result == 0)
		return error_set(err, ERROR_NOT_FOUND, "no finding F%lld", (long long)id);
	if (result < 0)
		return -1;
	result = sql_choice(store, row, 0, FINDING_STATES, &state, err);
	if (result == 0)
		*out = (struct finding_place){
			.state = state,
			.owner = sql_text(row, 1),
			.duplicate_of = sqlite3_column_int64(row, 2),
		};
	sql_end(row);
	return result;
}

int
finding_place_write(struct store *store, int64_t id, const struct finding_place *place,
		    struct error *err)
{
	return sql_run(store, err,
		       "UPDATE finding SET state = ?2, owner = ?3, duplicate_of = ?4 WHERE id = ?1",
		       "iutn", id, place->state, place->owner, place->duplicate_of);
}

/* Writes the new place and the event that says so. after's owner is borrowed. */
static int
go(struct store *store, int64_t id, const char *user, const char *reason,
   const struct finding_place *before, const struct finding_place *after, struct error *err)
{
	char *text;
	int result;

	if (finding_place_write(store, id, after, err) < 0)
		return -1;
	text = memory_format("%s -> %s%s%s", finding_state_name(before->state),
			     finding_state_name(after->state), reason == NULL ? "" : ": ",
			     reason == NULL ? "" : reason);
	result = finding_event_moved(store, id, user, "moved", text, before, after, 0, err);
	free(text);
	return result;
}

static int
refuse(int64_t id, enum finding_state from, enum finding_state to, struct error *err)
{
	return error_set(err, ERROR_CONFLICT, "F%lld is %s and cannot become %s", (long long)id,
			 finding_state_name(from), finding_state_name(to));
}

/* Is that what the newest event of the finding ends in? */
static int
is_reason(struct store *store, int64_t id, const char *reason, bool *same, struct error *err)
{
	sqlite3_stmt *row;
	char *text;
	int result;

	if (sql_query(store, &row, err,
		      "SELECT text FROM event WHERE finding = ?1 ORDER BY id DESC LIMIT 1", "i",
		      id) < 0)
		return -1;
	*same = false;
	result = sql_next(store, row, err);
	if (result <= 0)
		return result;
	text = sql_text(row, 0);
	*same = text != NULL && text_ends_with(text, reason);
	free(text);
	sql_end(row);
	return 0;
}

/* Not a move, so that undo takes the dismissal itself back. */
static int
add_reason(struct store *store, int64_t id, const char *user, const char *reason, struct error *err)
{
	const char *dismissed = finding_state_name(FINDING_DISMISSED);
	bool same = false;
	char *text;
	int result = is_reason(store, id, reason, &same, err);

	if (result < 0 || same)
		return result;
	text = memory_format("%s -> %s: %s", dismissed, dismissed, reason);
	result = casebook_event_add(store, id, user, "reason", text, err);
	free(text);
	return result;
}

static int
move(struct store *store, int64_t id, enum finding_state state, const char *user,
     const char *reason, struct error *err)
{
	struct finding_place before = { 0 }, after;
	int result = finding_place_read(store, id, &before, err);

	if (result < 0)
		goto out;
	if (before.state == state) {
		/* A second reason is not lost: the newest one counts, the history has both. */
		if (state == FINDING_DISMISSED)
			result = add_reason(store, id, user, reason, err);
		goto out;
	}
	if ((moves[before.state] & 1u << state) == 0) {
		result = refuse(id, before.state, state, err);
		goto out;
	}
	after = (struct finding_place){ .state = state, .owner = before.owner };
	if (state == FINDING_NEW)
		after.owner = NULL;
	else if (state == FINDING_INVESTIGATING && before.owner == NULL)
		after.owner = (char *)user;
	result = go(store, id, user, reason, &before, &after, err);
out:
	finding_place_release(&before);
	return result;
}

int
casebook_finding_move(struct store *store, int64_t id, enum finding_state state, const char *user,
		      const char *reason, struct error *err)
{
	if (user == NULL)
		return error_set(err, ERROR_USAGE, "F%lld: who moves it is not known",
				 (long long)id);
	if (reason != NULL && reason[0] == '\0')
		reason = NULL;
	switch (state) {
	case FINDING_CLAIMED:
		return casebook_finding_claim(store, id, user, err);
	case FINDING_DUPLICATE:
		return error_set(err, ERROR_USAGE, "F%lld: say which finding it is a duplicate of",
				 (long long)id);
	case FINDING_DISMISSED:
		if (reason == NULL)
			return error_set(err, ERROR_USAGE, "F%lld: dismissing it needs a reason",
					 (long long)id);
		break;
	default:
		break;
	}
	if (store_begin(store, err) < 0)
		return -1;
	return store_finish(store, move(store, id, state, user, reason, err), err);
}

/* One that is being worked on keeps its state and only gets its owner. */
static int
claim(struct store *store, int64_t id, const char *user, struct error *err)
{
	struct finding_place before = { 0 }, after;
	int result = finding_place_read(store, id, &before, err);

	if (result < 0)
		goto out;
	if (!finding_state_is_open(before.state)) {
		result = refuse(id, before.state, FINDING_CLAIMED, err);
		goto out;
	}
	if (before.owner != NULL && strcmp(before.owner, user) != 0) {
		result = error_set(err, ERROR_CONFLICT, "F%lld is claimed by %.200s", (long long)id,
				   before.owner);
		goto out;
	}
	if (before.owner != NULL && before.state != FINDING_NEW)
		goto out;
	after = (struct finding_place){ .state = before.state, .owner = (char *)user };
	if (before.state == FINDING_NEW)
		after.state = FINDING_CLAIMED;
	result = go(store, id, user, NULL, &before, &after, err);
out:
	finding_place_release(&before);
	return result;
}

int
casebook_finding_claim(struct store *store, int64_t id, const char *user, struct error *err)
{
	if (user == NULL || user[0] == '\0')
		return error_set(err, ERROR_USAGE, "F%lld: who claims it is not known",
				 (long long)id);
	if (store_begin(store, err) < 0)
		return -1;
	return store_finish(store, claim(store, id, user, err), err);
}

/* The other one has to be an original: chains and rings of duplicates lead nowhere. */
static int
check_original(struct store *store, int64_t id, int64_t of, struct error *err)
{
	struct finding_place place = { 0 };
	int result;

	if (id == of)
		return error_set(err, ERROR_CONFLICT, "F%lld cannot be a duplicate of itself",
				 (long long)id);
	result = finding_place_read(store, of, &place, err);
	if (result == 0 && place.state == FINDING_DUPLICATE)
		result = error_set(err, ERROR_CONFLICT, "F%lld is itself a duplicate, of F%lld",
				   (long long)of, (long long)place.duplicate_of);
	finding_place_release(&place);
	return result;
}

static int
join(struct store *store, int64_t id, int64_t of, const char *user, struct error *err)
{
	struct finding_place before = { 0 }, after;
	char reason[32];
	int result = finding_place_read(store, id, &before, err);

	if (result == 0)
		result = check_original(store, id, of, err);
	if (result < 0 || (before.state == FINDING_DUPLICATE && before.duplicate_of == of))
		goto out;
	if ((moves[before.state] & TO(DUPLICATE)) == 0) {
		result = refuse(id, before.state, FINDING_DUPLICATE, err);
		goto out;
	}
	after = (struct finding_place){ FINDING_DUPLICATE, before.owner, of };
	snprintf(reason, sizeof(reason), "of F%lld", (long long)of);
	result = go(store, id, user, reason, &before, &after, err);
out:
	finding_place_release(&before);
	return result;
}

int
casebook_finding_duplicate(struct store *store, int64_t id, int64_t of, const char *user,
			   struct error *err)
{
	if (user == NULL)
		return error_set(err, ERROR_USAGE, "F%lld: who moves it is not known",
				 (long long)id);
	if (store_begin(store, err) < 0)
		return -1;
	return store_finish(store, join(store, id, of, user, err), err);
}

/* The newest move that was not taken back yet, and where the finding was before it. */
static int
last_move(struct store *store, int64_t id, int64_t *event, struct finding_place *before,
	  unsigned *state_after, struct error *err)
{
	sqlite3_stmt *row;
	unsigned state = 0;
	int result;

	if (sql_query(store, &row, err,
		      "SELECT id, state_before, state_after, owner_before, duplicate_before "
		      "FROM event e WHERE finding = ?1 AND kind = 'moved' AND NOT EXISTS "
		      "(SELECT 1 FROM event u WHERE u.finding = ?1 AND u.undoes = e.id) "
		      "ORDER BY id DESC LIMIT 1",
		      "i", id) < 0)
		return -1;
	result = sql_next(store, row, err);
	if (result == 0)
		return error_set(err, ERROR_CONFLICT, "F%lld: no move to take back", (long long)id);
	if (result < 0)
		return -1;
	result = sql_choice(store, row, 1, FINDING_STATES, &state, err);
	if (result == 0)
		result = sql_choice(store, row, 2, FINDING_STATES, state_after, err);
	if (result == 0) {
		*event = sqlite3_column_int64(row, 0);
		*before = (struct finding_place){ state, sql_text(row, 3),
						  sqlite3_column_int64(row, 4) };
	}
	sql_end(row);
	return result;
}

static int
undo(struct store *store, int64_t id, const char *user, struct error *err)
{
	struct finding_place now = { 0 }, before = { 0 };
	unsigned state_after = 0;
	int64_t event = 0;
	char text[64];
	int result = finding_place_read(store, id, &now, err);

	if (result == 0)
		result = last_move(store, id, &event, &before, &state_after, err);
	if (result == 0 && now.state != state_after)
		result = error_set(err, ERROR_CONFLICT,
				   "F%lld: no move to take back (it is %s since)", (long long)id,
				   finding_state_name(now.state));
	if (result < 0)
		goto out;
	snprintf(text, sizeof(text), "%s -> %s", finding_state_name(now.state),
		 finding_state_name(before.state));
	result = finding_place_write(store, id, &before, err);
	if (result == 0)
		result = finding_event_moved(store, id, user, "undone", text, &now, &before, event,
					     err);
out:
	finding_place_release(&now);
	finding_place_release(&before);
	return result;
}

int
casebook_finding_undo(struct store *store, int64_t id, const char *user, struct error *err)
{
	if (user == NULL)
		return error_set(err, ERROR_USAGE, "F%lld: who takes it back is not known",
				 (long long)id);
	if (store_begin(store, err) < 0)
		return -1;
	return store_finish(store, undo(store, id, user, err), err);
}
