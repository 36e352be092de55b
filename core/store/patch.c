/* Patches in the case book; see patch.h. Called by core/solve, the patch screen and command. */
#include "core/store/patch.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/base/vec.h"
#include "core/store/finding.h"
#include "core/store/finding_sql.h"
#include "core/store/sql.h"

#define PATCH_STATES 6
#define COLUMNS                                                                                \
	"SELECT id, finding, state, by, skill, provider, model, tokens_in, tokens_out, base, " \
	"files, title, why, risk, reviewer_name, reviewer_email, branch, commit_key, reason, " \
	"created_at, diff, scope FROM patch "

const char *
patch_state_name(enum patch_state state)
{
	static const char *const names[PATCH_STATES] = { "draft",    "checked",  "failed",
							 "accepted", "rejected", "undone" };

	return names[state];
}

static void
check_release(struct patch_check *check)
{
	free(check->name);
	free(check->result);
	free(check->detail);
}

void
patch_clear_checks(struct patch *patch)
{
	for (size_t i = 0; i < patch->check_count; i++)
		check_release(&patch->checks[i]);
	patch->check_count = 0;
}

void
patch_release(struct patch *patch)
{
	free(patch->by);
	free(patch->skill);
	free(patch->provider);
	free(patch->model);
	free(patch->base);
	free(patch->diff);
	strings_release(&patch->files);
	strings_release(&patch->scope);
	free(patch->title);
	free(patch->why);
	free(patch->risk);
	free(patch->reviewer_name);
	free(patch->reviewer_email);
	free(patch->branch);
	free(patch->commit);
	free(patch->reason);
	patch_clear_checks(patch);
	free(patch->checks);
	*patch = (struct patch){ 0 };
}

static struct patch_check *
append_check(struct patch *patch)
{
	if (patch->check_count == patch->check_capacity)
		patch->checks = vec_grow(patch->checks, &patch->check_capacity,
					 patch->check_count + 1, sizeof(*patch->checks));
	return &patch->checks[patch->check_count++];
}

void
patch_set_check(struct patch *patch, const char *name, const char *result, const char *detail)
{
	struct patch_check check = {
		.name = memory_string(name),
		.result = memory_string(result),
		.detail = memory_string(detail),
		.before = NAN,
		.after = NAN,
		.low = NAN,
		.high = NAN,
	};

	for (size_t i = 0; i < patch->check_count; i++)
		if (strcmp(patch->checks[i].name, name) == 0) {
			check_release(&patch->checks[i]);
			patch->checks[i] = check;
			return;
		}
	*append_check(patch) = check;
}

const struct patch_check *
patch_check(const struct patch *patch, const char *name)
{
	for (size_t i = 0; i < patch->check_count; i++)
		if (strcmp(patch->checks[i].name, name) == 0)
			return &patch->checks[i];
	return NULL;
}

static int
insert(struct store *store, struct patch *patch, struct error *err)
{
	if (patch->created_at == 0)
		patch->created_at = clock_now();
	if (sql_run(store, err,
		    "INSERT INTO patch(finding, state, by, tokens_in, tokens_out, created_at) "
		    "VALUES (?1, ?2, ?3, 0, 0, ?4)",
		    "iuti", patch->finding, patch->state, patch->by, patch->created_at) < 0)
		return -1;
	patch->id = sql_inserted(store);
	return 0;
}

static int
put_head(struct store *store, const struct patch *patch, struct error *err)
{
	return sql_run(
		store, err,
		"UPDATE patch SET state = ?2, by = ?3, skill = ?4, provider = ?5, model = ?6, "
		"tokens_in = ?7, tokens_out = ?8, base = ?9, files = ?10, title = ?11, "
		"why = ?12, risk = ?13, reviewer_name = ?14, reviewer_email = ?15, "
		"branch = ?16, commit_key = ?17, reason = ?18, diff = ?19, scope = ?20 WHERE id = "
		"?1",
		"iuttttiitsttttttttts", patch->id, patch->state, patch->by, patch->skill,
		patch->provider, patch->model, patch->tokens_in, patch->tokens_out, patch->base,
		&patch->files, patch->title, patch->why, patch->risk, patch->reviewer_name,
		patch->reviewer_email, patch->branch, patch->commit, patch->reason, patch->diff,
		&patch->scope);
}

static int
put_checks(struct store *store, const struct patch *patch, struct error *err)
{
	for (size_t i = 0; i < patch->check_count; i++) {
		const struct patch_check *check = &patch->checks[i];

		if (sql_run(store, err,
			    "INSERT OR REPLACE INTO patch_check(patch, position, name, result, "
			    "detail, value_before, value_after, low, high, runs) "
			    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
			    "iitttddddu", patch->id, (int64_t)i, check->name, check->result,
			    check->detail, check->before, check->after, check->low, check->high,
			    check->runs) < 0)
			return -1;
	}
	return sql_run(store, err, "DELETE FROM patch_check WHERE patch = ?1 AND position >= ?2",
		       "ii", patch->id, (int64_t)patch->check_count);
}

/* A new patch and each change of its state is an event of its finding. */
static int
add_event(struct store *store, const struct patch *patch, enum patch_state before, bool added,
	  struct error *err)
{
	const char *reason = patch->state == PATCH_REJECTED ? patch->reason : NULL;
	char *text;
	int result;

	if (!added && before == patch->state)
		return 0;
	if (added)
		text = memory_format("P%lld %s, by %.80s", (long long)patch->id,
				     patch_state_name(patch->state), patch->by);
	else
		text = memory_format("P%lld %s -> %s%s%.400s", (long long)patch->id,
				     patch_state_name(before), patch_state_name(patch->state),
				     reason == NULL ? "" : ": ", reason == NULL ? "" : reason);
	result = casebook_event_add(store, patch->finding, FINDING_PROGRAM, "patch", text, err);
	free(text);
	return result;
}

static int
state_before(struct store *store, int64_t id, enum patch_state *state, struct error *err)
{
	int64_t value = 0;
	int known =
		sql_integer(store, &value, err, "SELECT state FROM patch WHERE id = ?1", "i", id);

	if (known < 0)
		return -1;
	if (known == 0)
		return error_set(err, ERROR_NOT_FOUND, "no patch P%lld", (long long)id);
	if (value < 0 || value >= PATCH_STATES)
		return error_set(err, ERROR_CORRUPT, "%s: the database is damaged: state of P%lld",
				 store->path, (long long)id);
	*state = (enum patch_state)value;
	return 0;
}

static int
put(struct store *store, struct patch *patch, struct error *err)
{
	enum patch_state before = PATCH_DRAFT;
	bool added = patch->id == 0;

	if ((added ? insert(store, patch, err) : state_before(store, patch->id, &before, err)) <
		    0 ||
	    put_head(store, patch, err) < 0 || put_checks(store, patch, err) < 0)
		return -1;
	return add_event(store, patch, before, added, err);
}

int
casebook_patch_put(struct store *store, struct patch *patch, struct error *err)
{
	int64_t id = patch->id;
	int result;

	if (patch->by == NULL)
		return error_set(err, ERROR_INPUT, "a patch needs to say who made it");
	if (store_begin(store, err) < 0)
		return -1;
	result = store_finish(store, put(store, patch, err), err);
	if (result < 0)
		patch->id = id;
	return result;
}

static int
read_row(struct store *store, sqlite3_stmt *row, struct patch *out, struct error *err)
{
	unsigned state = 0;

	if (sql_choice(store, row, 2, PATCH_STATES, &state, err) < 0)
		return -1;
	*out = (struct patch){
		.id = sqlite3_column_int64(row, 0),
		.finding = sqlite3_column_int64(row, 1),
		.state = state,
		.by = sql_text(row, 3),
		.skill = sql_text(row, 4),
		.provider = sql_text(row, 5),
		.model = sql_text(row, 6),
		.tokens_in = sqlite3_column_int64(row, 7),
		.tokens_out = sqlite3_column_int64(row, 8),
		.base = sql_text(row, 9),
		.title = sql_text(row, 11),
		.why = sql_text(row, 12),
		.risk = sql_text(row, 13),
		.reviewer_name = sql_text(row, 14),
		.reviewer_email = sql_text(row, 15),
		.branch = sql_text(row, 16),
		.commit = sql_text(row, 17),
		.reason = sql_text(row, 18),
		.created_at = sqlite3_column_int64(row, 19),
		.diff = sql_text(row, 20),
	};
	sql_strings(row, 10, &out->files);
	sql_strings(row, 21, &out->scope);
	return 0;
}

static int
read_checks(struct store *store, struct patch *patch, struct error *err)
{
	sqlite3_stmt *row;
	int result;

	if (sql_query(store, &row, err,
		      "SELECT name, result, detail, value_before, value_after, low, high, runs "
		      "FROM patch_check WHERE patch = ?1 ORDER BY position",
		      "i", patch->id) < 0)
		return -1;
	while ((result = sql_next(store, row, err)) > 0)
		*append_check(patch) = (struct patch_check){
			.name = sql_text(row, 0),
			.result = sql_text(row, 1),
			.detail = sql_text(row, 2),
			.before = sql_number(row, 3),
			.after = sql_number(row, 4),
			.low = sql_number(row, 5),
			.high = sql_number(row, 6),
			.runs = (uint32_t)sqlite3_column_int64(row, 7),
		};
	return result;
}

int
casebook_patch(struct store *store, int64_t id, struct patch *out, struct error *err)
{
	struct patch patch = { 0 };
	sqlite3_stmt *row;
	int result;

	if (sql_query(store, &row, err, COLUMNS "WHERE id = ?1", "i", id) < 0)
		return -1;
	result = sql_next(store, row, err);
	if (result == 0)
		return error_set(err, ERROR_NOT_FOUND, "no patch P%lld", (long long)id);
	if (result < 0)
		return -1;
	result = read_row(store, row, &patch, err);
	sql_end(row);
	if (result == 0)
		result = read_checks(store, &patch, err);
	if (result < 0)
		patch_release(&patch);
	else
		*out = patch;
	return result;
}

void
patch_list_release(struct patch_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		patch_release(&list->items[i]);
	vec_release(list);
}

static int
read_list(struct store *store, sqlite3_stmt *row, struct patch_list *list, struct error *err)
{
	int result;

	while ((result = sql_next(store, row, err)) > 0) {
		vec_push(list, (struct patch){ 0 });
		if (read_row(store, row, &list->items[list->count - 1], err) < 0) {
			sql_end(row);
			return -1;
		}
	}
	for (size_t i = 0; result == 0 && i < list->count; i++)
		result = read_checks(store, &list->items[i], err);
	return result;
}

int
casebook_patches(struct store *store, int64_t finding, struct patch_list *out, struct error *err)
{
	struct patch_list list = { 0 };
	sqlite3_stmt *row;

	if (sql_query(store, &row, err, COLUMNS "WHERE ?1 IS NULL OR finding = ?1 ORDER BY id DESC",
		      "n", finding) < 0)
		return -1;
	if (read_list(store, row, &list, err) < 0) {
		patch_list_release(&list);
		return -1;
	}
	*out = list;
	return 0;
}
