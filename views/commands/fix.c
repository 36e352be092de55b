/* `fix`: makes a patch for a finding and checks it. */
#include "core/solve/fix.h"

#include "views/commands/command.h"
#include "views/commands/patch_text.h"

static int
run(struct session *session, const struct arguments *arguments, struct error *err)
{
	struct fix_events events = patch_text_events(session);
	struct fix_options options = {
		.skill = argument_text(arguments, "--skill"),
		.change = argument_text(arguments, "--change"),
		.advice = argument_text(arguments, "--advice"),
		.actor = session_user(),
		.events = &events,
		.unchecked = argument_flag(arguments, "--no-checks"),
	};
	const char *by = argument_text(arguments, "--by");
	struct store *store;
	int64_t finding, patch = 0;

	if (by != NULL && fix_by_parse(&options.by, by, err) < 0)
		return -1;
	if (session_id(&finding, 'F', arguments->rest.items[0], err) < 0 ||
	    session_store(session, &store, err) < 0 ||
	    fix_make(store, finding, &options, &patch, &session->progress, err) < 0)
		return -1;
	return patch_text_result(session, patch, err);
}

static const struct option options[] = {
	{ "--by", "HOW", "rule, revert or model; else whichever fits, in this order" },
	{ "--skill", "S", "the skill whose rule or knowledge is used" },
	{ "--change", "KEY", "the change to revert; else the first suspect" },
	{ "--advice", "TEXT", "words for the model" },
	{ "--no-checks", NULL, "leave the checks for later" },
	{ 0 },
};

const struct command command_fix = {
	.name = "fix",
	.words = "F",
	.words_min = 1,
	.words_max = 1,
	.summary = "Makes a patch for a finding and checks it; exit 1 where a check failed",
	.text = "The patch is made and checked in work trees of headroom's own; the repository's "
		"work tree, index and branch are not touched.",
	.options = options,
	.run = run,
};
