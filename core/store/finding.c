/* Findings stored and read whole; see finding.h. Called by detection's callers, screens and tools.
 */
#include "core/store/finding.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/store/finding_sql.h"
#include "core/store/sql.h"

#define COMMIT_ID_MIN 40 /* a key of this many hexadecimal digits is a commit id */
#define COMMIT_ID_SHORT 10
#define RELATIVE_MAX 1e6

static const char *const kind_names[FINDING_KINDS] = { "regression", "opportunity", "improvement" };

static const char *const state_names[FINDING_STATES] = {
	[FINDING_NEW] = "new",
	[FINDING_CLAIMED] = "claimed",
	[FINDING_INVESTIGATING] = "investigating",
	[FINDING_PATCHED] = "patched",
	[FINDING_ACCEPTED] = "accepted",
	[FINDING_VERIFIED] = "verified",
	[FINDING_DISMISSED] = "dismissed",
	[FINDING_GONE] = "gone",
	[FINDING_DUPLICATE] = "duplicate",
};

const char *
finding_kind_name(enum finding_kind kind)
{
	return kind_names[kind];
}

const char *
finding_state_name(enum finding_state state)
{
	return state_names[state];
}

static int
parse_name(unsigned *value, const char *const *names, unsigned count, const char *name)
{
	for (unsigned i = 0; name != NULL && i < count; i++)
		if (strcmp(names[i], name) == 0) {
			*value = i;
			return 0;
		}
	return -1;
}

int
finding_kind_parse(enum finding_kind *kind, const char *name, struct error *err)
{
	unsigned value;

	if (parse_name(&value, kind_names, FINDING_KINDS, name) < 0)
		return error_set(err, ERROR_USAGE,
				 "no kind of finding: %.80s (regression, opportunity, improvement)",
				 name == NULL ? "" : name);
	*kind = value;
	return 0;
}

int
finding_state_parse(enum finding_state *state, const char *name, struct error *err)
{
	unsigned value;

	if (parse_name(&value, state_names, FINDING_STATES, name) < 0)
		return error_set(
			err, ERROR_USAGE,
			"no state of a finding: %.80s (new, claimed, investigating, patched, "
			"accepted, verified, dismissed, gone, duplicate)",
			name == NULL ? "" : name);
	*state = value;
	return 0;
}

bool
finding_state_is_open(enum finding_state state)
{
	return state <= FINDING_ACCEPTED;
}

void
suspect_release(struct suspect *suspect)
{
	free(suspect->key);
	free(suspect->title);
	free(suspect->author);
	strings_release(&suspect->functions);
	free(suspect->why);
	*suspect = (struct suspect){ 0 };
}

void
finding_release(struct finding *finding)
{
	free(finding->service_name);
	free(finding->owner);
	free(finding->subject_kind);
	free(finding->subject);
	free(finding->file);
	free(finding->skill);
	free(finding->fingerprint);
	strings_release(&finding->members);
	free(finding->verdict);
	for (size_t i = 0; i < finding->suspect_count; i++)
		suspect_release(&finding->suspects[i]);
	free(finding->suspects);
	free(finding->unit);
	free(finding->config);
	free(finding->evidence);
	*finding = (struct finding){ 0 };
}

/* How much of the service is at stake, for the order of the inbox. */
static double
gain_of(const struct finding *finding)
{
	double gain = fabs(finding->after - finding->before);
	/* Deltas of different units say nothing of each other. */
	if (finding->unit != NULL)
		gain = fmin(gain / fmax(fabs(finding->before), 1e-300), RELATIVE_MAX);
	return isfinite(gain) ? gain : 0;
}

static double
share_of(double share)
{
	return isnan(share) ? 0 : share;
}

static int
put_figures(struct store *store, const struct finding *finding, struct error *err)
{
	return sql_run(store, err,
		       "UPDATE finding SET kind = ?2, subject = ?3, share_before = ?4, "
		       "share_after = ?5, cores = ?6, watts = ?7, gain = ?8, q = ?9, "
		       "changed_at = ?10, skill = ?11, unit = ?12 WHERE id = ?1",
		       "iutdddddd"
		       "itt",
		       finding->id, finding->kind, finding->subject, share_of(finding->before),
		       share_of(finding->after), finding->impact.cores, finding->impact.watts,
		       gain_of(finding), finding->q, finding->changed_at, finding->skill,
		       finding->unit);
}

static int
put_detail(struct store *store, const struct finding *finding, struct error *err)
{
	return sql_run(
		store, err,
		"INSERT INTO finding_detail(finding, service, fingerprint, subject_kind, file, "
		"line, changed_low, changed_high, delta_low, delta_high, p, samples_before, "
		"samples_after, windows_before, windows_after, impact_low, impact_high, "
		"members, evidence, config) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, "
		"?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20) "
		"ON CONFLICT(finding) DO UPDATE SET subject_kind = ?4, file = ?5, line = ?6, "
		"changed_low = ?7, changed_high = ?8, delta_low = ?9, delta_high = ?10, "
		"p = ?11, samples_before = ?12, samples_after = ?13, windows_before = ?14, "
		"windows_after = ?15, impact_low = ?16, impact_high = ?17, members = ?18, "
		"evidence = ?19, config = ?20",
		"iitttuiidddd"
		"duudd"
		"stt",
		finding->id, finding->service, finding->fingerprint,
		finding->subject_kind != NULL ? finding->subject_kind : "function", finding->file,
		finding->line, finding->changed_low, finding->changed_high, finding->delta_low,
		finding->delta_high, finding->p, finding->samples_before, finding->samples_after,
		finding->windows_before, finding->windows_after, finding->impact.low,
		finding->impact.high, &finding->members, finding->evidence, finding->config);
}

static int
put_row(struct store *store, struct finding *finding, struct error *err)
{
	if (sql_run(store, err,
		    "INSERT INTO finding(service, kind, state, subject, share_before, share_after, "
		    "gain, changed_at, detected_at) VALUES (?1, ?2, 0, ?3, 0, 0, 0, 0, ?4)",
		    "iuti", finding->service, finding->kind, finding->subject,
		    finding->detected_at) < 0)
		return -1;
	finding->id = sql_inserted(store);
	finding->state = FINDING_NEW;
	return casebook_event_add(store, finding->id, FINDING_PROGRAM, "detected", "found", err);
}

/* Known already: only one that was gone moves, back to new. */
static int
meet_again(struct store *store, struct finding *finding, struct error *err)
{
	struct finding_place before = { 0 }, after = { 0 };
	int result;

	if (finding_place_read(store, finding->id, &before, err) < 0)
		return -1;
	finding->state = before.state;
	if (before.state != FINDING_GONE) {
		finding_place_release(&before);
		return 0;
	}
	finding->state = after.state = FINDING_NEW;
	result = finding_place_write(store, finding->id, &after, err);
	if (result == 0)
		result = finding_event_moved(store, finding->id, FINDING_PROGRAM, "detected",
					     "found again", &before, &after, 0, err);
	finding_place_release(&before);
	return result;
}

static int
put(struct store *store, struct finding *finding, bool *added, struct error *err)
{
	int known = sql_integer(store, &finding->id, err,
				"SELECT finding FROM finding_detail WHERE service = ?1 AND "
				"fingerprint = ?2",
				"it", finding->service, finding->fingerprint);
	int result;

	if (known < 0)
		return -1;
	*added = known == 0;
	result = known > 0 ? meet_again(store, finding, err) : put_row(store, finding, err);
	if (result < 0 || put_figures(store, finding, err) < 0 ||
	    put_detail(store, finding, err) < 0)
		return -1;
	if (finding->verdict == NULL && finding->suspect_count == 0)
		return 0;
	return casebook_suspects_put(store, finding->id, finding->verdict, finding->suspects,
				     finding->suspect_count, err);
}

int
casebook_finding_put(struct store *store, struct finding *finding, bool *added, struct error *err)
{
	int result;

	if (finding->subject == NULL || finding->fingerprint == NULL)
		return error_set(err, ERROR_INPUT, "a finding needs a subject and a fingerprint");
	if (finding->kind >= FINDING_KINDS)
		return error_set(err, ERROR_INPUT, "no kind of finding: %d", (int)finding->kind);
	if (store_begin(store, err) < 0)
		return -1;
	result = put(store, finding, added, err);
	if (result < 0)
		error_prefix(err, "finding about %.80s", finding->subject);
	return store_finish(store, result, err);
}

static int
put_suspect(struct store *store, int64_t finding, size_t position, const struct suspect *suspect,
	    struct error *err)
{
	return sql_run(
		store, err,
		"INSERT INTO suspect(finding, position, change, key, title, author, time, "
		"score, attribution, timing, text, diff, functions, why) VALUES (?1, ?2, ?3, "
		"?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
		"iintttidddddst", finding, (int64_t)position, suspect->change,
		suspect->key != NULL ? suspect->key : "", suspect->title, suspect->author,
		suspect->time, suspect->score, suspect->attribution, suspect->timing, suspect->text,
		suspect->diff, &suspect->functions, suspect->why);
}

/* The key as the inbox shows it: a commit id is cut, any other id stays whole. The caller's. */
static char *
short_key(const char *key)
{
	size_t length = key == NULL ? 0 : strlen(key);

	if (length < COMMIT_ID_MIN)
		return memory_string(key);
	for (size_t i = 0; i < length; i++)
		if (!isxdigit((unsigned char)key[i]))
			return memory_string(key);
	return memory_string_n(key, COMMIT_ID_SHORT);
}

/* The first suspect is kept with the finding as well, where the inbox reads it. */
static int
put_first_suspect(struct store *store, int64_t finding, const char *verdict,
		  const struct suspect *first, struct error *err)
{
	char *key = first == NULL ? NULL : short_key(first->key);
	int result;

	result = sql_run(store, err,
			 "UPDATE finding SET suspect = ?2, suspect_author = ?3, suspect_score = ?4 "
			 "WHERE id = ?1",
			 "ittd", finding, key, first == NULL ? NULL : first->author,
			 first == NULL ? NAN : first->score);
	if (result == 0)
		result = sql_run(store, err,
				 "UPDATE finding_detail SET verdict = ?2 WHERE finding = ?1", "it",
				 finding, verdict);
	free(key);
	return result;
}

/* Ranking again with the same outcome is not worth an event. 1: it is the same. */
static int
same_outcome(struct store *store, int64_t finding, const char *verdict, const struct suspect *first,
	     struct error *err)
{
	int64_t same = 0;

	if (sql_integer(store, &same, err,
			"SELECT verdict IS ?2 AND (SELECT key FROM suspect WHERE finding = ?1 AND "
			"position = 0) IS ?3 FROM finding_detail WHERE finding = ?1",
			"itt", finding, verdict, first == NULL ? NULL : first->key) < 0)
		return -1;
	return same != 0;
}

static int
replace_suspects(struct store *store, int64_t finding, const char *verdict,
		 const struct suspect *suspects, size_t count, struct error *err)
{
	const struct suspect *first = count > 0 ? &suspects[0] : NULL;
	int same = same_outcome(store, finding, verdict, first, err);
	char *text;
	int result;

	if (same < 0 ||
	    sql_run(store, err, "DELETE FROM suspect WHERE finding = ?1", "i", finding) < 0)
		return -1;
	for (size_t i = 0; i < count; i++)
		if (put_suspect(store, finding, i, &suspects[i], err) < 0)
			return -1;
	if (put_first_suspect(store, finding, verdict, first, err) < 0)
		return -1;
	if (same > 0)
		return 0;
	text = memory_format("%.80s%s%.200s", verdict == NULL ? "not ranked" : verdict,
			     first != NULL && first->key != NULL ? ": " : "",
			     first != NULL && first->key != NULL ? first->key : "");
	result = casebook_event_add(store, finding, FINDING_PROGRAM, "suspects", text, err);
	free(text);
	return result;
}

int
casebook_suspects_put(struct store *store, int64_t finding, const char *verdict,
		      const struct suspect *suspects, size_t count, struct error *err)
{
	if (store_begin(store, err) < 0)
		return -1;
	return store_finish(store, replace_suspects(store, finding, verdict, suspects, count, err),
			    err);
}

static int
read_row(struct store *store, sqlite3_stmt *row, struct finding *out, struct error *err)
{
	unsigned kind = 0, state = 0;

	if (sql_choice(store, row, 3, FINDING_KINDS, &kind, err) < 0 ||
	    sql_choice(store, row, 4, FINDING_STATES, &state, err) < 0)
		return -1;
	out->id = sqlite3_column_int64(row, 0);
	out->service = sqlite3_column_int64(row, 1);
	out->service_name = sql_text(row, 2);
	out->kind = kind;
	out->state = state;
	out->duplicate_of = sqlite3_column_int64(row, 5);
	out->owner = sql_text(row, 6);
	out->subject = sql_text(row, 7);
	out->before = sqlite3_column_double(row, 8);
	out->after = sqlite3_column_double(row, 9);
	out->impact.cores = sql_number(row, 10);
	out->impact.watts = sql_number(row, 11);
	out->q = sql_number(row, 12);
	out->changed_at = sqlite3_column_int64(row, 13);
	out->detected_at = sqlite3_column_int64(row, 14);
	out->skill = sql_text(row, 15);
	out->unit = sql_text(row, 16);
	return 0;
}

static void
read_detail(sqlite3_stmt *row, struct finding *out)
{
	out->fingerprint = sql_text(row, 0);
	out->subject_kind = sql_text(row, 1);
	out->file = sql_text(row, 2);
	out->line = (uint32_t)sqlite3_column_int64(row, 3);
	out->changed_low = sqlite3_column_int64(row, 4);
	out->changed_high = sqlite3_column_int64(row, 5);
	out->delta_low = sql_number(row, 6);
	out->delta_high = sql_number(row, 7);
	out->p = sql_number(row, 8);
	out->samples_before = sqlite3_column_double(row, 9);
	out->samples_after = sqlite3_column_double(row, 10);
	out->windows_before = (uint32_t)sqlite3_column_int64(row, 11);
	out->windows_after = (uint32_t)sqlite3_column_int64(row, 12);
	out->impact.low = sql_number(row, 13);
	out->impact.high = sql_number(row, 14);
	sql_strings(row, 15, &out->members);
	out->verdict = sql_text(row, 16);
	out->evidence = sql_text(row, 17);
	out->config = sql_text(row, 18);
}

static void
read_suspect(sqlite3_stmt *row, struct suspect *out)
{
	*out = (struct suspect){
		.change = sqlite3_column_int64(row, 0),
		.key = sql_text(row, 1),
		.title = sql_text(row, 2),
		.author = sql_text(row, 3),
		.time = sqlite3_column_int64(row, 4),
		.score = sqlite3_column_double(row, 5),
		.attribution = sqlite3_column_double(row, 6),
		.timing = sqlite3_column_double(row, 7),
		.text = sqlite3_column_double(row, 8),
		.diff = sqlite3_column_double(row, 9),
		.why = sql_text(row, 11),
	};
	sql_strings(row, 10, &out->functions);
}

static int
read_suspects(struct store *store, struct finding *finding, struct error *err)
{
	sqlite3_stmt *row;
	int result;

	if (sql_query(store, &row, err,
		      "SELECT change, key, title, author, time, score, attribution, timing, text, "
		      "diff, functions, why FROM suspect WHERE finding = ?1 ORDER BY position",
		      "i", finding->id) < 0)
		return -1;
	while ((result = sql_next(store, row, err)) > 0) {
		finding->suspects = memory_resize(finding->suspects, finding->suspect_count + 1,
						  sizeof(*finding->suspects));
		read_suspect(row, &finding->suspects[finding->suspect_count++]);
	}
	return result;
}

static int
read_finding(struct store *store, int64_t id, struct finding *out, struct error *err)
{
	sqlite3_stmt *row;
	int result;

	if (sql_query(
		    store, &row, err,
		    "SELECT f.id, f.service, s.name, kind, state, duplicate_of, owner, subject, "
		    "share_before, share_after, f.cores, watts, q, changed_at, detected_at, skill, "
		    "unit "
		    "FROM finding f JOIN service s ON s.id = f.service WHERE f.id = ?1",
		    "i", id) < 0)
		return -1;
	result = sql_next(store, row, err);
	if (result == 0)
		return error_set(err, ERROR_NOT_FOUND, "no finding F%lld", (long long)id);
	if (result > 0) {
		result = read_row(store, row, out, err);
		sql_end(row);
	}
	if (result < 0 ||
	    sql_query(store, &row, err,
		      "SELECT fingerprint, subject_kind, file, line, changed_low, changed_high, "
		      "delta_low, delta_high, p, samples_before, samples_after, windows_before, "
		      "windows_after, impact_low, impact_high, members, verdict, evidence, config "
		      "FROM finding_detail WHERE finding = ?1",
		      "i", id) < 0)
		return -1;
	result = sql_next(store, row, err);
	if (result == 0)
		return error_set(err, ERROR_CORRUPT,
				 "%s: the database is damaged: F%lld lacks a part", store->path,
				 (long long)id);
	if (result < 0)
		return -1;
	read_detail(row, out);
	sql_end(row);
	return read_suspects(store, out, err);
}

int
casebook_finding(struct store *store, int64_t id, struct finding *out, struct error *err)
{
	struct finding finding = { 0 };

	if (read_finding(store, id, &finding, err) < 0) {
		finding_release(&finding);
		return -1;
	}
	*out = finding;
	return 0;
}
