/* `finding claim`, `finding dismiss`, `finding undo`: what a person decides about a finding. */
#include <string.h>

#include "core/tools/finding_json.h"
#include "views/commands/command.h"

static int
print_moved(struct session *session, int64_t id, struct error *err)
{
	struct finding finding = { 0 };

	if (casebook_finding(session->store, id, &finding, err) < 0)
		return -1;
	if (session->json)
		session_print_json(session, finding_to_json(&finding, false));
	session_say(session, "F%lld: %s\n", (long long)id, finding_state_name(finding.state));
	finding_release(&finding);
	return COMMAND_YES;
}

static int
run_claim(struct session *session, const struct arguments *arguments, struct error *err)
{
	struct store *store;
	int64_t id;

	if (session_id(&id, 'F', arguments->rest.items[0], err) < 0 ||
	    session_store(session, &store, err) < 0 ||
	    casebook_finding_claim(store, id, session_user(), err) < 0)
		return -1;
	return print_moved(session, id, err);
}

static int
run_dismiss(struct session *session, const struct arguments *arguments, struct error *err)
{
	const char *reason = argument_text(arguments, "--reason");
	const char *duplicate = argument_text(arguments, "--duplicate-of");
	struct store *store;
	int64_t id, of;

	if (reason == NULL && duplicate == NULL)
		return error_set(err, ERROR_USAGE,
				 "finding dismiss: say why with --reason, or --duplicate-of F");
	if (session_id(&id, 'F', arguments->rest.items[0], err) < 0 ||
	    session_store(session, &store, err) < 0)
		return -1;
	if (duplicate != NULL) {
		if (session_id(&of, 'F', duplicate, err) < 0 ||
		    casebook_finding_duplicate(store, id, of, session_user(), err) < 0)
			return -1;
	} else if (casebook_finding_move(store, id, FINDING_DISMISSED, session_user(), reason,
					 err) < 0) {
		return -1;
	}
	return print_moved(session, id, err);
}

static int
run_undo(struct session *session, const struct arguments *arguments, struct error *err)
{
	struct store *store;
	int64_t id;

	if (session_id(&id, 'F', arguments->rest.items[0], err) < 0 ||
	    session_store(session, &store, err) < 0 ||
	    casebook_finding_undo(store, id, session_user(), err) < 0)
		return -1;
	return print_moved(session, id, err);
}

const struct command command_finding_claim = {
	.name = "finding claim",
	.words = "F",
	.words_min = 1,
	.words_max = 1,
	.summary = "Takes a finding as yours",
	.run = run_claim,
};

static const struct option dismiss_options[] = {
	{ "--reason", "TEXT", "why it needs no work" },
	{ "--duplicate-of", "F", "it is the same as this one" },
	{ 0 },
};

const struct command command_finding_dismiss = {
	.name = "finding dismiss",
	.words = "F",
	.words_min = 1,
	.words_max = 1,
	.summary = "Puts a finding away, with a reason",
	.options = dismiss_options,
	.run = run_dismiss,
};

const struct command command_finding_undo = {
	.name = "finding undo",
	.words = "F",
	.words_min = 1,
	.words_max = 1,
	.summary = "Takes the last move of a finding back",
	.run = run_undo,
};
