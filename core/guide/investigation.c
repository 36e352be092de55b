/*
 * Walking a playbook on a finding. Each change reads the stored record again
 * inside a transaction, changes one step and writes it back, so that two
 * engineers do not undo each other. For the investigation screen and `investigate`.
 */
#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/guide/investigation.h"
#include "core/guide/investigation_facts.h"
#include "core/guide/template.h"
#include "core/tools/tool.h"

/* ---- opening ---- */

static int
check_playbook(struct guide *guide, const struct skill_catalog *catalog, const char *name,
	       struct error *err)
{
	guide->skill = name != NULL ? skill_find(catalog, name)
				    : skill_for_finding(catalog, &guide->finding);
	if (guide->skill == NULL && name != NULL)
		return error_set(err, ERROR_NOT_FOUND, "no skill named %s", name);
	if (guide->skill == NULL)
		return error_set(err, ERROR_NOT_FOUND, "no skill has a playbook for F%lld",
				 (long long)guide->finding.id);
	if (guide->skill->playbook == NULL)
		return error_set(err, ERROR_NOT_FOUND, "skill %s has no playbook",
				 guide->skill->name);
	if (guide->skill->playbook->applies != guide->finding.kind)
		return error_set(err, ERROR_CONFLICT,
				 "the playbook of %s is for %ss, F%lld is none", guide->skill->name,
				 finding_kind_name(guide->skill->playbook->applies),
				 (long long)guide->finding.id);
	guide->playbook = guide->skill->playbook;
	return 0;
}

/* A playbook that was edited may have more or fewer steps than when the record was made. */
static void
fit_steps(struct guide *guide)
{
	struct investigation *record = &guide->record;
	size_t wanted = guide->playbook->step_count;
	guide->playbook_changed = record->skill_digest == NULL ||
				  strcmp(record->skill_digest, guide->skill->playbook_digest) != 0;
	for (size_t i = wanted; i < record->step_count; i++) {
		free(record->steps[i].arguments);
		free(record->steps[i].answer);
		free(record->steps[i].conclusion);
		free(record->steps[i].note);
	}
	record->steps = memory_resize(record->steps, wanted, sizeof(*record->steps));
	for (size_t i = record->step_count; i < wanted; i++)
		record->steps[i] = (struct investigation_step){ .state = STEP_OPEN };
	record->step_count = wanted;
}

static int
start(struct guide *guide, struct error *err)
{
	guide->record = (struct investigation){
		.finding = guide->finding.id,
		.skill = memory_string(guide->skill->name),
		.skill_digest = memory_string(guide->skill->playbook_digest),
		.started_at = clock_now(),
	};
	fit_steps(guide);
	if (casebook_investigation_put(guide->store, &guide->record, err) < 0)
		return -1;
	char *text =
		memory_format("I%lld started: %s", (long long)guide->record.id, guide->skill->name);
	int result = casebook_event_add(guide->store, guide->finding.id, guide->user,
					"investigation", text, err);
	free(text);
	bool early = guide->finding.state == FINDING_NEW || guide->finding.state == FINDING_CLAIMED;
	if (result == 0 && early)
		result = casebook_finding_move(guide->store, guide->finding.id,
					       FINDING_INVESTIGATING, guide->user,
					       "investigation started", err);
	if (result == 0 && early)
		guide->finding.state = FINDING_INVESTIGATING;
	return result;
}

/* The newest open one of this finding, where its skill is still there; else a new one. */
static int
start_or_continue(struct guide *guide, const struct skill_catalog *catalog, const char *skill,
		  bool restart, struct error *err)
{
	int64_t id = 0;
	if (!restart && casebook_investigation_of(guide->store, guide->finding.id, &id, err) < 0)
		return -1;
	if (id != 0 && casebook_investigation(guide->store, id, &guide->record, err) < 0)
		return -1;
	bool usable = id != 0 && guide->record.ended_at == 0 &&
		      (skill == NULL || strcmp(skill, guide->record.skill) == 0) &&
		      skill_find(catalog, guide->record.skill) != NULL;
	if (usable && check_playbook(guide, catalog, guide->record.skill, NULL) == 0) {
		fit_steps(guide);
		return 0;
	}
	investigation_release(&guide->record);
	guide->record = (struct investigation){ 0 };
	if (check_playbook(guide, catalog, skill, err) < 0)
		return -1;
	return start(guide, err);
}

int
guide_open(struct guide **out, struct store *store, const struct skill_catalog *catalog,
	   int64_t finding, const char *skill, const char *user, bool restart, struct error *err)
{
	struct guide *guide = memory_alloc(sizeof(*guide));
	*out = NULL;
	guide->store = store;
	guide->user = memory_string(user != NULL ? user : "user");
	if (casebook_finding(store, finding, &guide->finding, err) < 0)
		goto failed;
	if (casebook_service_by_id(store, guide->finding.service, &guide->service, err) < 0)
		goto failed;
	if (store_begin(store, err) < 0)
		goto failed;
	if (start_or_continue(guide, catalog, skill, restart, err) < 0) {
		store_rollback(store);
		goto failed;
	}
	if (store_commit(store, err) < 0)
		goto failed;
	guide_near_windows(guide);
	guide_facts_update(guide);
	*out = guide;
	return 0;
failed:
	guide_close(guide);
	return -1;
}

int
guide_open_again(struct guide **out, struct store *store, const struct skill_catalog *catalog,
		 int64_t investigation, const char *user, struct error *err)
{
	struct guide *guide = memory_alloc(sizeof(*guide));
	*out = NULL;
	guide->store = store;
	guide->user = memory_string(user != NULL ? user : "user");
	if (casebook_investigation(store, investigation, &guide->record, err) < 0 ||
	    casebook_finding(store, guide->record.finding, &guide->finding, err) < 0 ||
	    casebook_service_by_id(store, guide->finding.service, &guide->service, err) < 0 ||
	    check_playbook(guide, catalog, guide->record.skill, err) < 0) {
		guide_close(guide);
		return -1;
	}
	fit_steps(guide);
	guide_facts_update(guide);
	*out = guide;
	return 0;
}

void
guide_close(struct guide *guide)
{
	if (guide == NULL)
		return;
	investigation_release(&guide->record);
	finding_release(&guide->finding);
	service_release(&guide->service);
	json_free(guide->facts);
	json_free(guide->near);
	free(guide->user);
	free(guide);
}

static int
load_record(struct guide *guide, struct error *err)
{
	struct investigation fresh = { 0 };
	if (casebook_investigation(guide->store, guide->record.id, &fresh, err) < 0) {
		investigation_release(&fresh);
		return -1;
	}
	investigation_release(&guide->record);
	guide->record = fresh;
	fit_steps(guide);
	return 0;
}

int
guide_reload(struct guide *guide, struct error *err)
{
	struct finding fresh = { 0 };
	if (casebook_finding(guide->store, guide->finding.id, &fresh, err) < 0) {
		finding_release(&fresh);
		return -1;
	}
	finding_release(&guide->finding);
	guide->finding = fresh;
	if (load_record(guide, err) < 0)
		return -1;
	guide_facts_update(guide);
	return 0;
}

/* ---- changing one step ---- */

/* Begins a change: the step as it is stored now, or NULL. End it with finish. */
static struct investigation_step *
begin(struct guide *guide, size_t step, struct error *err)
{
	if (step >= guide->playbook->step_count) {
		error_set(err, ERROR_USAGE, "there is no step %zu", step + 1);
		return NULL;
	}
	if (store_begin(guide->store, err) < 0)
		return NULL;
	if (load_record(guide, err) < 0) {
		store_rollback(guide->store);
		return NULL;
	}
	return &guide->record.steps[step];
}

static int
finish(struct guide *guide, struct error *err)
{
	if (casebook_investigation_put(guide->store, &guide->record, err) < 0) {
		store_rollback(guide->store);
		load_record(guide, NULL);
		return -1;
	}
	if (store_commit(guide->store, err) < 0) {
		load_record(guide, NULL);
		return -1;
	}
	guide_facts_update(guide);
	return 0;
}

size_t
guide_next(const struct guide *guide)
{
	size_t step = 0;
	while (step < guide->record.step_count && guide->record.steps[step].state != STEP_OPEN)
		step++;
	return step;
}

static bool
answered_with_error(const struct investigation_step *at)
{
	struct json *answer = NULL;
	bool failed = false;
	if (at->answer != NULL && json_parse(&answer, at->answer, strlen(at->answer), NULL) == 0)
		failed = json_get(answer, "error") != NULL;
	json_free(answer);
	return failed;
}

/*
 * Running again asks the same again, but for a step whose tool refused: what was missing then
 * (a suspect of an earlier step) may be there now.
 */
struct json *
guide_arguments(const struct guide *guide, size_t step)
{
	const struct investigation_step *at = &guide->record.steps[step];
	struct json *out = NULL;
	bool stands = at->arguments != NULL && (at->state == STEP_OPEN || !answered_with_error(at));
	if (stands && json_parse(&out, at->arguments, strlen(at->arguments), NULL) == 0)
		return out;
	return template_arguments(guide->playbook->steps[step].arguments, guide->facts);
}

/* What the step asks, and the answer of its tool; a refusal is an answer too. */
static int
ask(struct guide *guide, const struct playbook_step *play, const struct json *arguments,
    const struct progress *progress, struct json **answer, struct error *err)
{
	struct error failed = { 0 };
	struct tool_context context = {
		.store = guide->store,
		.actor = "playbook",
		.progress = progress,
		.cancel = progress != NULL ? progress->cancel : NULL,
		.finding = guide->finding.id,
	};
	if (play->tool == NULL) {
		*answer = json_object();
		return 0;
	}
	const struct tool *tool = tool_find(play->tool);
	if (tool != NULL && tool->guarded)
		error_set(&failed, ERROR_REFUSED, "%s acts: a playbook only asks", play->tool);
	else if (tool_call(&context, play->tool, arguments, answer, &failed) == 0)
		return 0;
	if (failed.code == ERROR_CANCELLED || progress_cancelled(progress))
		return error_set(err, ERROR_CANCELLED, "%s: stopped", play->title);
	*answer = json_object();
	json_set_text(*answer, "error", failed.text);
	return 0;
}

/* The first rule that holds speaks. Facts hold the answer under "answer". */
static void
read_answer(const struct playbook_step *play, const struct json *facts,
	    struct investigation_step *step)
{
	struct str text;
	str_init(&text, STR_MAX_LINE);
	step->says = play->tool != NULL ? SAYS_UNCLEAR : SAYS_NOTHING;
	const char *failed = json_text(json_path(facts, "answer.error"), NULL);
	if (failed != NULL && play->tool != NULL) {
		str_add(&text, "could not be answered: ");
		text_sanitize(&text, failed, strlen(failed), TEXT_LINE);
	} else {
		for (size_t i = 0; i < play->rule_count; i++) {
			const struct playbook_rule *rule = &play->rules[i];
			if (rule->when != NULL && !condition_holds(rule->when, facts))
				continue;
			step->says = rule->says;
			template_text(&text, rule->text, facts);
			break;
		}
		if (play->propose != NULL && text.len == 0)
			template_text(&text, play->propose, facts);
	}
	memory_replace_string(&step->conclusion, text.data);
	str_release(&text);
}

static void
store_json(char **to, const struct json *json)
{
	struct str text;
	str_init(&text, STR_MAX_TEXT);
	json_write(&text, json);
	free(*to);
	*to = str_take(&text);
}

int
guide_run(struct guide *guide, size_t step, const struct progress *progress, struct error *err)
{
	if (step >= guide->playbook->step_count)
		return error_set(err, ERROR_USAGE, "there is no step %zu", step + 1);
	if (guide_reload(guide, err) < 0)
		return -1;
	const struct playbook_step *play = &guide->playbook->steps[step];
	struct json *arguments = guide_arguments(guide, step);
	struct json *answer = NULL;
	progress_report(progress, play->title, step, guide->playbook->step_count);
	int result = ask(guide, play, arguments, progress, &answer, err);
	/* The tool may have taken a while: only now the record is locked, read and written. */
	struct investigation_step *at = result == 0 ? begin(guide, step, err) : NULL;
	if (at != NULL) {
		guide_facts_update(guide);
		json_set(guide->facts, "answer", json_copy(answer));
		read_answer(play, guide->facts, at);
		store_json(&at->arguments, arguments);
		store_json(&at->answer, answer);
		at->state = STEP_DONE;
		at->run_at = clock_now();
		result = finish(guide, err);
	} else {
		result = -1;
	}
	json_free(arguments);
	json_free(answer);
	return result;
}

int
guide_run_rest(struct guide *guide, const struct progress *progress, struct error *err)
{
	for (size_t step; (step = guide_next(guide)) < guide->playbook->step_count;)
		if (guide_run(guide, step, progress, err) < 0)
			return -1;
	return guide_conclude(guide, err);
}

int
guide_skip(struct guide *guide, size_t step, struct error *err)
{
	struct investigation_step *at = begin(guide, step, err);
	if (at == NULL)
		return -1;
	at->state = STEP_SKIPPED;
	at->says = SAYS_NOTHING;
	return finish(guide, err);
}

int
guide_edit(struct guide *guide, size_t step, const char *arguments, struct error *err)
{
	struct json *json = NULL;
	if (arguments != NULL && json_parse(&json, arguments, strlen(arguments), err) < 0)
		return error_prefix(err, "arguments");
	if (json != NULL && json_type(json) != JSON_OBJECT) {
		json_free(json);
		return error_set(err, ERROR_USAGE, "arguments: a JSON object is needed");
	}
	struct investigation_step *at = begin(guide, step, err);
	if (at == NULL) {
		json_free(json);
		return -1;
	}
	if (json != NULL)
		store_json(&at->arguments, json);
	else
		memory_replace_string(&at->arguments, NULL);
	json_free(json);
	at->state = STEP_OPEN;
	return finish(guide, err);
}

int
guide_note(struct guide *guide, size_t step, const char *note, struct error *err)
{
	if (strlen(note) > GUIDE_NOTE_MAX)
		return error_set(err, ERROR_LIMIT, "a note has at most %d bytes", GUIDE_NOTE_MAX);
	struct investigation_step *at = begin(guide, step, err);
	if (at == NULL)
		return -1;
	memory_replace_string(&at->note, note);
	return finish(guide, err);
}

int
guide_mark(struct guide *guide, size_t step, enum step_says says, struct error *err)
{
	struct investigation_step *at = begin(guide, step, err);
	if (at == NULL)
		return -1;
	at->says = says;
	return finish(guide, err);
}

int
guide_conclude(struct guide *guide, struct error *err)
{
	struct guide_verdict verdict;
	if (begin(guide, 0, err) == NULL)
		return -1;
	guide_facts_update(guide);
	guide_weigh(guide, &verdict);
	memory_replace_string(&guide->record.verdict, verdict.cause);
	guide->record.confidence = verdict.confidence;
	guide->record.ended_at = clock_now();
	char *text = memory_format("I%lld: %s (%.0f %%)", (long long)guide->record.id,
				   verdict.cause, 100 * verdict.confidence);
	int result = casebook_event_add(guide->store, guide->finding.id, guide->user,
					"investigation", text, err);
	free(text);
	guide_verdict_release(&verdict);
	if (result < 0) {
		store_rollback(guide->store);
		return -1;
	}
	return finish(guide, err);
}
