/* `patch list`, `show`, `check`, `accept`, `reject`, `undo`, `export`: deciding about patches. */
#include <string.h>
#include <unistd.h>

#include "core/base/path.h"
#include "core/solve/accept.h"
#include "core/solve/checks.h"
#include "core/solve/patch_json.h"
#include "views/commands/command.h"
#include "views/commands/patch_text.h"
#include "views/commands/listing.h"

static int
run_list(struct session *session, const struct arguments *arguments, struct error *err)
{
	static const char *const titles[] = { "ID", "FINDING", "STATE", "ORIGIN", "TITLE" };
	const char *finding_text = argument_text(arguments, "--finding");
	struct patch_list list = { 0 };
	struct json *document, *array;
	struct listing listing;
	struct store *store;
	int64_t finding = 0;

	if ((finding_text != NULL && session_id(&finding, 'F', finding_text, err) < 0) ||
	    session_store(session, &store, err) < 0 ||
	    casebook_patches(store, finding, &list, err) < 0)
		return -1;
	document = json_object();
	array = json_array();
	listing_init(&listing, 5, titles);
	for (size_t i = 0; i < list.count; i++) {
		const struct patch *patch = &list.items[i];
		struct str origin;

		str_init(&origin, STR_MAX_LINE);
		patch_origin(patch, &origin);
		json_append(array, patch_to_json(patch));
		listing_cell(&listing, "P%lld", (long long)patch->id);
		listing_cell(&listing, "F%lld", (long long)patch->finding);
		listing_cell(&listing, "%s", patch_state_name(patch->state));
		listing_cell(&listing, "%s", origin.data);
		listing_cell(&listing, "%s", patch->title != NULL ? patch->title : "");
		str_release(&origin);
	}
	json_set(document, "patches", array);
	listing_print(&listing, session);
	if (session->json)
		session_print_json(session, document);
	else
		json_free(document);
	listing_release(&listing);
	patch_list_release(&list);
	return COMMAND_YES;
}

/* The patch that the first word names. */
static int
open_patch(struct session *session, const struct arguments *arguments, struct store **store,
	   int64_t *id, struct error *err)
{
	if (session_id(id, 'P', arguments->rest.items[0], err) < 0)
		return -1;
	return session_store(session, store, err);
}

/* Prints what the patch has become; its failed checks are no news here. */
static int
print_decided(struct session *session, int64_t id, struct error *err)
{
	struct patch patch = { 0 };

	if (casebook_patch(session->store, id, &patch, err) < 0)
		return -1;
	session_say(session, "P%lld: %s%s%s\n", (long long)id, patch_state_name(patch.state),
		    patch.branch != NULL ? " on branch " : "",
		    patch.branch != NULL ? patch.branch : "");
	if (session->json)
		session_print_json(session, patch_to_json(&patch));
	patch_release(&patch);
	return COMMAND_YES;
}

static int
run_show(struct session *session, const struct arguments *arguments, struct error *err)
{
	struct store *store;
	int64_t id;

	if (open_patch(session, arguments, &store, &id, err) < 0 ||
	    patch_text_result(session, id, err) < 0)
		return -1;
	return COMMAND_YES;
}

static int
run_check(struct session *session, const struct arguments *arguments, struct error *err)
{
	struct fix_events events = patch_text_events(session);
	struct store *store;
	int64_t id;

	if (open_patch(session, arguments, &store, &id, err) < 0 ||
	    checks_run(store, id, &events, &session->progress, err) < 0)
		return -1;
	return patch_text_result(session, id, err);
}

static int
run_accept(struct session *session, const struct arguments *arguments, struct error *err)
{
	struct store *store;
	int64_t id;

	if (open_patch(session, arguments, &store, &id, err) < 0 ||
	    patch_accept(store, id, session_user(), argument_flag(arguments, "--failed-too"), err) <
		    0)
		return -1;
	return print_decided(session, id, err);
}

static int
run_reject(struct session *session, const struct arguments *arguments, struct error *err)
{
	const char *reason = argument_text(arguments, "--reason");
	struct store *store;
	int64_t id;

	if (reason == NULL)
		return error_set(err, ERROR_USAGE, "patch reject: say why with --reason");
	if (open_patch(session, arguments, &store, &id, err) < 0 ||
	    patch_reject(store, id, session_user(), reason, err) < 0)
		return -1;
	return print_decided(session, id, err);
}

static int
run_undo(struct session *session, const struct arguments *arguments, struct error *err)
{
	struct store *store;
	int64_t id;

	if (open_patch(session, arguments, &store, &id, err) < 0 ||
	    patch_undo(store, id, session_user(), err) < 0)
		return -1;
	return print_decided(session, id, err);
}

static int
run_export(struct session *session, const struct arguments *arguments, struct error *err)
{
	const char *file = argument_text(arguments, "-o");
	struct store *store;
	struct str mail;
	int64_t id;
	int result = -1;

	str_init(&mail, STR_MAX_BULK);
	if (open_patch(session, arguments, &store, &id, err) < 0 ||
	    patch_export(store, id, &mail, err) < 0)
		goto out;
	if (file != NULL && path_write_file(file, mail.data, mail.len, 0644, err) < 0)
		goto out;
	if (session->json) {
		struct json *document = json_object();

		json_set_text(document, "mail", mail.data);
		json_set_text(document, "file", file);
		session_print_json(session, document);
	} else if (file == NULL && isatty(fileno(session->out))) {
		session_say(session, "%s", mail.data);
	} else if (file == NULL) {
		fwrite(mail.data, 1, mail.len,
		       session->out); /* a pipe gets the bytes as they are */
	}
	result = COMMAND_YES;
out:
	str_release(&mail);
	return result;
}

static const struct option list_options[] = {
	{ "--finding", "F", "of this finding" },
	{ 0 },
};
static const struct option accept_options[] = {
	{ "--failed-too", NULL, "also where a check failed" },
	{ 0 },
};
static const struct option reject_options[] = {
	{ "--reason", "TEXT", "why it is not wanted" },
	{ 0 },
};
static const struct option export_options[] = {
	{ "-o", "FILE", "write to this file; else stdout" },
	{ 0 },
};

const struct command command_patch_list = {
	.name = "patch list",
	.words = "",
	.summary = "Lists the patches, newest first",
	.options = list_options,
	.run = run_list,
};

const struct command command_patch_show = {
	.name = "patch show",
	.words = "P",
	.words_min = 1,
	.words_max = 1,
	.summary = "Shows a patch: where it came from, its checks, its diff",
	.run = run_show,
};

const struct command command_patch_check = {
	.name = "patch check",
	.words = "P",
	.words_min = 1,
	.words_max = 1,
	.summary = "Checks a patch anew; exit 1 where a check failed",
	.run = run_check,
};

const struct command command_patch_accept = {
	.name = "patch accept",
	.words = "P",
	.words_min = 1,
	.words_max = 1,
	.summary = "Commits a checked patch on a branch of the service's repository",
	.options = accept_options,
	.run = run_accept,
};

const struct command command_patch_reject = {
	.name = "patch reject",
	.words = "P",
	.words_min = 1,
	.words_max = 1,
	.summary = "Puts a patch away, with a reason",
	.options = reject_options,
	.run = run_reject,
};

const struct command command_patch_undo = {
	.name = "patch undo",
	.words = "P",
	.words_min = 1,
	.words_max = 1,
	.summary = "Takes an acceptance or a rejection back",
	.run = run_undo,
};

const struct command command_patch_export = {
	.name = "patch export",
	.words = "P",
	.words_min = 1,
	.words_max = 1,
	.summary = "Writes a patch in mail format, for git am",
	.options = export_options,
	.run = run_export,
};
