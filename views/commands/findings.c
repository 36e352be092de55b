/* `findings`, `show`, `suspects`: the inbox and one finding. */
#include <string.h>

#include "core/tools/finding_json.h"
#include "core/explain/suspects.h"
#include "views/commands/command.h"
#include "views/commands/finding_text.h"

static int
read_query(struct finding_query *query, const struct arguments *arguments, struct error *err)
{
	const char *kind = argument_text(arguments, "--kind");
	const char *state = argument_text(arguments, "--state");
	enum finding_kind kind_value;
	enum finding_state state_value;

	*query = (struct finding_query){ .kind = -1, .state = -1 };
	query->service = argument_text(arguments, "--service");
	query->owner = argument_flag(arguments, "--mine") ? session_user() : NULL;
	if (kind != NULL) {
		if (finding_kind_parse(&kind_value, kind, err) < 0)
			return -1;
		query->kind = (int)kind_value;
	}
	query->open_only = state == NULL || strcmp(state, "open") == 0;
	if (state != NULL && strcmp(state, "all") != 0 && strcmp(state, "open") != 0) {
		if (finding_state_parse(&state_value, state, err) < 0)
			return -1;
		query->state = (int)state_value;
	}
	return 0;
}

static int
print_json(struct session *session, const struct finding_rows *rows, struct error *err)
{
	struct json *document = json_object(), *array = json_array();

	json_set(document, "findings", array);
	for (size_t i = 0; i < rows->count; i++) {
		struct finding finding = { 0 };

		if (casebook_finding(session->store, rows->items[i].id, &finding, err) < 0) {
			json_free(document);
			return -1;
		}
		json_append(array, finding_to_json(&finding, false));
		finding_release(&finding);
	}
	session_print_json(session, document);
	return 0;
}

static int
run_findings(struct session *session, const struct arguments *arguments, struct error *err)
{
	struct finding_rows rows = { 0 };
	struct finding_query query;
	struct store *store;
	int result = COMMAND_YES;

	if (read_query(&query, arguments, err) < 0 || session_store(session, &store, err) < 0 ||
	    casebook_findings(store, &query, &rows, err) < 0)
		return -1;
	if (session->json) {
		if (print_json(session, &rows, err) < 0)
			result = -1;
	} else if (rows.count == 0) {
		session_say(session, "no findings\n");
	} else {
		finding_text_rows(session, &rows);
	}
	finding_rows_release(&rows);
	return result;
}

static const struct option findings_options[] = {
	{ "--kind", "K", "regression, opportunity or improvement; else all but improvements" },
	{ "--state", "S", "new, claimed ... dismissed, gone; open (the default) or all" },
	{ "--service", "S", "of this service" },
	{ "--mine", NULL, "claimed by you" },
	{ 0 },
};

const struct command command_findings = {
	.name = "findings",
	.words = "",
	.summary = "Lists the findings, the costliest first",
	.options = findings_options,
	.run = run_findings,
};

static int
load_finding(struct session *session, const char *text, struct finding *finding, struct error *err)
{
	struct store *store;
	int64_t id;

	if (session_id(&id, 'F', text, err) < 0 || session_store(session, &store, err) < 0)
		return -1;
	return casebook_finding(store, id, finding, err);
}

static int
run_show(struct session *session, const struct arguments *arguments, struct error *err)
{
	struct finding finding = { 0 };
	struct json *document = NULL;
	int result = -1;

	if (load_finding(session, arguments->rest.items[0], &finding, err) < 0)
		goto out;
	if (session->json) {
		if (finding_show_json(session->store, finding.id, &document, err) < 0)
			goto out;
		session_print_json(session, document);
	} else if (finding_text_whole(session, &finding, err) < 0) {
		goto out;
	}
	result = COMMAND_YES;
out:
	finding_release(&finding);
	return result;
}

const struct command command_show = {
	.name = "show",
	.words = "F",
	.words_min = 1,
	.words_max = 1,
	.summary = "Shows one finding with its evidence, impact, suspects and history",
	.run = run_show,
};

/* Ranks anew and keeps the ranking: changes may have been imported since. */
static int
rank_again(struct session *session, struct finding *finding, struct error *err)
{
	struct suspect_ranking ranking = { 0 };
	int64_t id = finding->id;
	int result = -1;

	if (suspects_rank(session->store, finding, &ranking, &session->progress, err) < 0 ||
	    casebook_suspects_put(session->store, id, ranking.verdict, ranking.suspects,
				  ranking.count, err) < 0)
		goto out;
	finding_release(finding);
	*finding = (struct finding){ 0 };
	result = casebook_finding(session->store, id, finding, err);
out:
	suspect_ranking_release(&ranking);
	return result;
}

static int
run_suspects(struct session *session, const struct arguments *arguments, struct error *err)
{
	struct finding finding = { 0 };
	struct json *document = NULL;
	int result = -1;

	if (load_finding(session, arguments->rest.items[0], &finding, err) < 0 ||
	    rank_again(session, &finding, err) < 0)
		goto out;
	if (session->json) {
		if (suspects_to_json(session->store, &finding, &document, err) < 0)
			goto out;
		session_print_json(session, document);
	} else {
		finding_text_suspects(session, &finding);
	}
	result = COMMAND_YES;
out:
	finding_release(&finding);
	return result;
}

const struct command command_suspects = {
	.name = "suspects",
	.words = "F",
	.words_min = 1,
	.words_max = 1,
	.summary = "Ranks the changes that may have caused a finding",
	.text = "The verdict is likely, unsure or none; none is a right answer where no change "
		"explains the finding.",
	.run = run_suspects,
};
