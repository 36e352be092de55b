/* A patch in words; see patch_text.h. Called by `fix` and `patch`. */
#include "views/commands/patch_text.h"

#include <math.h>
#include <string.h>

#include "core/solve/patch_json.h"
#include "views/commands/command.h"

void
patch_text_checks(struct session *session, const struct patch *patch)
{
	for (size_t i = 0; i < patch->check_count; i++) {
		const struct patch_check *check = &patch->checks[i];

		session_say(session, "  %-8s %-5s %s\n", check->name, check->result,
			    check->detail != NULL ? check->detail : "");
	}
}

void
patch_text_whole(struct session *session, const struct patch *patch)
{
	struct str origin;

	str_init(&origin, STR_MAX_LINE);
	patch_origin(patch, &origin);
	session_say(session, "P%lld for F%lld  %s  %s\n%s\n", (long long)patch->id,
		    (long long)patch->finding, patch_state_name(patch->state), origin.data,
		    patch->title != NULL ? patch->title : "");
	if (patch->why != NULL)
		session_say(session, "why       %s\n", patch->why);
	if (patch->risk != NULL)
		session_say(session, "risk      %s\n", patch->risk);
	if (patch->reviewer_name != NULL)
		session_say(session, "review    %s <%s>\n", patch->reviewer_name,
			    patch->reviewer_email != NULL ? patch->reviewer_email : "");
	if (patch->branch != NULL)
		session_say(session, "branch    %s %.12s\n", patch->branch,
			    patch->commit != NULL ? patch->commit : "");
	session_say(session, "checks\n");
	patch_text_checks(session, patch);
	session_say(session, "\n%s", patch->diff != NULL ? patch->diff : "");
	str_release(&origin);
}

static void
on_check(void *user, const struct patch_check *check)
{
	struct session *session = user;

	if (session->quiet || session->json || strcmp(check->result, "running") == 0)
		return;
	session_progress_end(session);
	fprintf(session->err, "  %-8s %s\n", check->name, check->result);
}

static void
on_said(void *user, const char *kind, const char *text)
{
	struct session *session = user;

	if (strcmp(kind, "text") != 0 && !session->quiet)
		session_warn(session, "%s: %s", kind, text);
}

struct fix_events
patch_text_events(struct session *session)
{
	return (struct fix_events){ .check = on_check, .said = on_said, .user = session };
}

int
patch_text_result(struct session *session, int64_t id, struct error *err)
{
	struct patch patch = { 0 };
	int result;

	if (casebook_patch(session->store, id, &patch, err) < 0)
		return -1;
	if (session->json)
		session_print_json(session, patch_to_json(&patch));
	else
		patch_text_whole(session, &patch);
	result = patch.state == PATCH_FAILED ? COMMAND_NO : COMMAND_YES;
	patch_release(&patch);
	return result;
}
