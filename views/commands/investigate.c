/* `investigate`: a guided investigation, step by step at the shell or all at once. */
#include <string.h>
#include <unistd.h>

#include "core/base/path.h"
#include "core/base/text.h"
#include "core/guide/investigation.h"
#include "views/commands/command.h"

static void
say_step(struct session *session, const struct guide *guide, size_t index)
{
	const struct playbook_step *step = &guide->playbook->steps[index];
	const struct investigation_step *record = &guide->record.steps[index];

	session_say(session, "[%c] %zu %s\n",
		    record->state == STEP_DONE      ? 'x'
		    : record->state == STEP_SKIPPED ? '-'
						    : ' ',
		    index + 1, step->title);
	if (record->conclusion != NULL)
		session_say(session, "      %s: %s\n", step_says_name(record->says),
			    record->conclusion);
	if (record->note != NULL)
		session_say(session, "      note: %s\n", record->note);
}

static void
say_verdict(struct session *session, const struct guide *guide)
{
	struct guide_verdict verdict = { 0 };
	char text[TEXT_NUMBER_SIZE];

	guide_weigh(guide, &verdict);
	session_say(session, "\nverdict   %s (%s sure)\n",
		    verdict.cause != NULL ? verdict.cause : "open",
		    text_percent(verdict.confidence, text));
	if (verdict.next != NULL)
		session_say(session, "next      %s\n", verdict.next);
	guide_verdict_release(&verdict);
}

/* One answer from the terminal: run, skip, the rest, quit. End of input quits. */
static char
ask_step(struct session *session, const struct guide *guide, size_t index)
{
	const struct playbook_step *step = &guide->playbook->steps[index];
	char line[64];

	session_say(session, "\n%zu of %zu  %s\n  why   %s\n  read  %s\n", index + 1,
		    guide->playbook->step_count, step->title, step->why != NULL ? step->why : "",
		    step->how != NULL ? step->how : "");
	session_say(session, "Enter runs it%s%s, s skips, a runs the rest, q leaves: ",
		    step->tool != NULL ? ": " : "", step->tool != NULL ? step->tool : "");
	fflush(session->out);
	if (fgets(line, sizeof(line), stdin) == NULL)
		return 'q';
	return line[0];
}

static int
walk(struct session *session, struct guide *guide, struct error *err)
{
	size_t index;

	while ((index = guide_next(guide)) < guide->playbook->step_count) {
		char answer = ask_step(session, guide, index);

		if (answer == 'q')
			return 0;
		if (answer == 'a')
			return guide_run_rest(guide, &session->progress, err);
		if ((answer == 's' ? guide_skip(guide, index, err)
				   : guide_run(guide, index, &session->progress, err)) < 0)
			return -1;
		session_progress_end(session);
		say_step(session, guide, index);
	}
	return guide_conclude(guide, err);
}

static int
write_report(const struct guide *guide, const char *file, struct error *err)
{
	struct str report;
	int result;

	if (file == NULL)
		return 0;
	str_init(&report, STR_MAX_TEXT);
	guide_report(guide, &report);
	result = path_write_file(file, report.data, report.len, 0644, err);
	str_release(&report);
	return result;
}

static int
investigate(struct session *session, struct guide *guide, const struct arguments *arguments,
	    struct error *err)
{
	bool all = argument_flag(arguments, "--yes");

	if (!all && (session->json || !isatty(STDIN_FILENO)))
		return error_set(err, ERROR_USAGE,
				 "investigate: not on a terminal; --yes takes every step");
	if ((all ? guide_run_rest(guide, &session->progress, err) : walk(session, guide, err)) < 0)
		return -1;
	session_progress_end(session);
	session_say(session, "\nI%lld on F%lld with %s\n", (long long)guide->record.id,
		    (long long)guide->finding.id, guide->skill->name);
	for (size_t i = 0; i < guide->playbook->step_count; i++)
		say_step(session, guide, i);
	say_verdict(session, guide);
	if (session->json)
		session_print_json(session, guide_to_json(guide));
	return write_report(guide, argument_text(arguments, "--report"), err);
}

static int
run(struct session *session, const struct arguments *arguments, struct error *err)
{
	struct skill_catalog catalog = { 0 };
	struct finding finding = { 0 };
	struct service service = { 0 };
	struct guide *guide = NULL;
	struct store *store;
	int64_t id;
	int result = -1;

	if (session_id(&id, 'F', arguments->rest.items[0], err) < 0 ||
	    session_store(session, &store, err) < 0 ||
	    casebook_finding(store, id, &finding, err) < 0 ||
	    casebook_service_by_id(store, finding.service, &service, err) < 0 ||
	    skill_catalog_load(&catalog, store, service.repository, err) < 0 ||
	    guide_open(&guide, store, &catalog, id, argument_text(arguments, "--playbook"),
		       session_user(), argument_flag(arguments, "--restart"), err) < 0)
		goto out;
	result = investigate(session, guide, arguments, err);
out:
	if (guide != NULL)
		guide_close(guide);
	skill_catalog_release(&catalog);
	service_release(&service);
	finding_release(&finding);
	return result < 0 ? -1 : COMMAND_YES;
}

static const struct option options[] = {
	{ "--playbook", "SKILL", "the skill whose playbook is walked; else the one that fits" },
	{ "--yes", NULL, "takes every default step without asking" },
	{ "--restart", NULL, "begins anew instead of going on" },
	{ "--report", "FILE", "writes a Markdown report" },
	{ 0 },
};

const struct command command_investigate = {
	.name = "investigate",
	.words = "F",
	.words_min = 1,
	.words_max = 1,
	.summary = "Runs a guided investigation of a finding",
	.text = "It goes on where it was left, also by somebody else on the same database.",
	.options = options,
	.run = run,
};
