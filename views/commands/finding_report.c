/* `finding report`: a change that a stage filtered becomes a finding all the same. */
#include "core/explain/promote.h"
#include "core/tools/finding_json.h"
#include "views/commands/command.h"

static int
say(struct session *session, int64_t id, bool added, struct error *err)
{
	struct finding finding = { 0 };

	if (casebook_finding(session->store, id, &finding, err) < 0)
		return -1;
	if (session->json)
		session_print_json(session, finding_to_json(&finding, false));
	session_say(session, "F%lld: %s\n", (long long)id,
		    added ? "reported" : "is about this change already");
	finding_release(&finding);
	return COMMAND_YES;
}

static int
run_report(struct session *session, const struct arguments *arguments, struct error *err)
{
	struct detection_candidate candidate = { 0 };
	struct service service = { 0 };
	struct store *store;
	bool added = false;
	int64_t id = 0;
	int result = -1;

	if (session_store(session, &store, err) < 0 ||
	    session_service(session, argument_text(arguments, "--service"), &service, err) < 0)
		goto out;
	if (detection_candidate_find(store, service.id, arguments->rest.items[0],
				     argument_text(arguments, "--stage"), &candidate, err) < 0)
		goto out;
	result = detection_promote(store, service.id, &candidate, session_user(), &id, &added,
				   &session->progress, err);
	session_progress_end(session);
	if (result == 0)
		result = say(session, id, added, err);
out:
	detection_candidate_release(&candidate);
	service_release(&service);
	return result;
}

static const struct option options[] = {
	{ "--service", "S", "whose change it is" },
	{ "--stage", "NAME", "the stage that filtered it; else the surest one of this subject" },
	{ 0 },
};

const struct command command_finding_report = {
	.name = "finding report",
	.words = "SUBJECT",
	.words_min = 1,
	.words_max = 1,
	.summary = "Makes a finding of a change that detection filtered",
	.text = "`detect --filtered` lists them.",
	.options = options,
	.run = run_report,
};
