/* What can be done with the findings of the inbox; the table of keys. See findings.c. */
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "tui/palette.h"
#include "views/screens/editing.h"
#include "views/screens/findings_private.h"
#include "core/tools/profile_subject.h"
#include "views/screens/screens.h"

static const char *
row_refused(const void *state)
{
	return findings_current(state) != NULL ? NULL : "there is no finding under the cursor";
}

static const char *
write_refused(const void *state)
{
	const struct findings *findings = state;
	const char *why = row_refused(state);

	return why != NULL ? why : workstation_write_refused(findings->workstation);
}

static void
run_open(void *state, struct ui *ui)
{
	screens_open_finding(ui, findings_current(state)->id);
}

static void
run_investigate(void *state, struct ui *ui)
{
	screens_open_investigation(ui, findings_current(state)->id);
}

static void
run_flame(void *state, struct ui *ui)
{
	screens_open_flame(ui, findings_current(state)->id);
}

static void
run_patch(void *state, struct ui *ui)
{
	screens_open_patch(ui, findings_current(state)->id);
}

/* -- moves: the marked ones, else the one under the cursor -- */

static int64_t *
targets(const struct findings *findings, size_t *count)
{
	size_t *rows = list_targets(&findings->list, count);
	int64_t *ids = memory_alloc_array(*count + 1, sizeof(*ids));

	for (size_t i = 0; i < *count; i++)
		ids[i] = findings_model_row(&findings->model, rows[i])->id;
	free(rows);
	return ids;
}

static void
run_claim(void *state, struct ui *ui)
{
	struct findings *findings = state;
	size_t count;
	int64_t *ids = targets(findings, &count);

	moves_claim(ui, ids, count);
	list_unmark_all(&findings->list);
	free(ids);
}

static void
run_dismiss(void *state, struct ui *ui)
{
	struct findings *findings = state;
	size_t count;
	int64_t *ids = targets(findings, &count);

	moves_ask_dismiss(&findings->asked, ui, ids, count);
	free(ids);
}

/* With marks elsewhere the cursor is likely on the one that they are copies of. */
static void
run_duplicate(void *state, struct ui *ui)
{
	struct findings *findings = state;
	int64_t current = findings_current(findings)->id;
	bool marked = findings->list.marked.count > 0 &&
		      !list_is_marked(&findings->list, (uint64_t)current);
	size_t count;
	int64_t *ids = targets(findings, &count);

	moves_ask_duplicate(&findings->asked, ui, ids, count, marked ? current : 0);
	free(ids);
}

static void
run_mark(void *state, struct ui *ui)
{
	struct findings *findings = state;

	(void)ui;
	list_mark(&findings->list);
}

/* -- which ones are shown -- */

static const int states[] = {
	STATE_OPEN,
	STATE_ALL,
	FINDING_NEW,
	FINDING_CLAIMED,
	FINDING_INVESTIGATING,
	FINDING_PATCHED,
	FINDING_ACCEPTED,
	FINDING_VERIFIED,
	FINDING_DISMISSED,
	FINDING_GONE,
	FINDING_DUPLICATE,
};
#define STATES (sizeof(states) / sizeof(states[0]))

static void
state_chosen(void *user, struct ui *ui, size_t index)
{
	struct findings *findings = user;

	if (findings->model.state == states[index])
		return;
	findings->model.state = states[index];
	findings->read_at = 0; /* a person asked: no pause */
	findings_read(findings, ui);
}

static void
run_state(void *state, struct ui *ui)
{
	const char *words[STATES];

	for (size_t i = 0; i < STATES; i++)
		words[i] = findings_state_word(states[i]);
	palette_pick(ui, "state", words, STATES, state, state_chosen);
}

static void
service_chosen(void *user, struct ui *ui, size_t index)
{
	struct findings *findings = user;

	(void)ui;
	memory_replace_string(&findings->model.service,
			      index == 0 ? NULL : findings->services.items[index]);
	findings_model_choose(&findings->model);
	list_changed(&findings->list);
}

/* Services are few and share their strings, rows are many. */
static void
add_services(struct findings *findings, const struct finding_rows *rows)
{
	const char *last = NULL;

	for (size_t i = 0; i < rows->count; i++) {
		const char *name = rows->items[i].service;

		if (name != last && !strings_contains(&findings->services, name))
			strings_add(&findings->services, name);
		last = name;
	}
}

static void
run_service(void *state, struct ui *ui)
{
	struct findings *findings = state;

	strings_release(&findings->services);
	strings_add(&findings->services, "all services");
	add_services(findings, &findings->model.all.rows);
	add_services(findings, &findings->model.all.improvements);
	palette_pick(ui, "service", (const char *const *)findings->services.items,
		     findings->services.count, findings, service_chosen);
}

/* -- profiles of a service -- */

static void
open_profiles(struct ui *ui, const struct service *service)
{
	struct profile_subject subject = {
		.service = service->id,
		.service_name = service->name,
	};

	screens_open_flame_on(ui, &subject);
}

static void
profiles_chosen(void *user, struct ui *ui, size_t index)
{
	struct findings *findings = user;
	struct service service = { 0 };
	struct error err = { 0 };

	if (index >= findings->services.count)
		return;
	if (casebook_service_by_name(findings->workstation->store, findings->services.items[index],
				     &service, &err) < 0)
		ui_error(ui, &err);
	else
		open_profiles(ui, &service);
	service_release(&service);
}

/* Not only of services with findings; where there is one only, nothing is asked. */
static void
run_profiles(void *state, struct ui *ui)
{
	struct findings *findings = state;
	struct service_list services = { 0 };
	struct error err = { 0 };

	strings_release(&findings->services);
	if (casebook_services(findings->workstation->store, &services, &err) < 0)
		ui_error(ui, &err);
	for (size_t i = 0; i < services.count; i++)
		strings_add(&findings->services, services.items[i].name);
	if (services.count == 1)
		open_profiles(ui, &services.items[0]);
	else if (services.count > 1)
		palette_pick(ui, "profiles of", (const char *const *)findings->services.items,
			     findings->services.count, findings, profiles_chosen);
	else
		ui_message(ui, MESSAGE_INFO, "there is no service yet");
	service_list_release(&services);
}

/* -- other -- */

static void
run_edit(void *state, struct ui *ui)
{
	struct findings *findings = state;
	struct finding finding = { 0 };
	struct error err = { 0 };

	if (casebook_finding(findings->workstation->store, findings_current(findings)->id, &finding,
			     &err) < 0)
		ui_error(ui, &err);
	else
		editing_open(ui, &finding);
	finding_release(&finding);
}

static void
run_refresh(void *state, struct ui *ui)
{
	struct findings *findings = state;

	findings->read_at = 0;
	findings_read(findings, ui);
}

const struct action findings_actions[] = {
	{ .name = "open",
	  .keys = "Enter",
	  .hint = "open",
	  .enabled = row_refused,
	  .help = "Opens the finding: chart, evidence, suspects, history.",
	  .run = run_open },
	{ .name = "investigate",
	  .keys = "i",
	  .hint = "investigate",
	  .enabled = write_refused,
	  .help = "Begins or continues the guided investigation.",
	  .run = run_investigate },
	{ .name = "flame",
	  .keys = "f",
	  .hint = "flame",
	  .enabled = row_refused,
	  .help = "Shows the profiles before and after as a flame graph.",
	  .run = run_flame },
	{ .name = "profiles of a service",
	  .keys = "P",
	  .help = "Shows the newest profiles of a service as a flame graph.",
	  .run = run_profiles },
	{ .name = "patch",
	  .keys = "p",
	  .hint = "patch",
	  .enabled = row_refused,
	  .help = "Shows the patch of the finding, or makes one.",
	  .run = run_patch },
	{ .name = "claim",
	  .keys = "c",
	  .hint = "claim",
	  .enabled = write_refused,
	  .help = "Takes the marked findings, or this one, as yours.",
	  .run = run_claim },
	{ .name = "dismiss",
	  .keys = "d",
	  .hint = "dismiss",
	  .enabled = write_refused,
	  .help = "Puts the marked findings, or this one, away with a reason.",
	  .run = run_dismiss },
	{ .name = "duplicate",
	  .keys = "D",
	  .enabled = write_refused,
	  .help = "Says that the marked findings, or this one, are the same as another.",
	  .run = run_duplicate },
	{ .name = "mark",
	  .keys = "Space",
	  .enabled = row_refused,
	  .help = "Marks the finding for claim, dismiss and duplicate.",
	  .run = run_mark },
	{ .name = "state",
	  .keys = "s",
	  .help = "Chooses which states are shown.",
	  .run = run_state },
	{ .name = "service",
	  .keys = "S",
	  .help = "Chooses whose findings are shown.",
	  .run = run_service },
	{ .name = "edit",
	  .keys = "e",
	  .enabled = row_refused,
	  .help = "Opens the editor where the function is defined.",
	  .run = run_edit },
	{ .name = "refresh",
	  .keys = "F5",
	  .help = "Reads the findings again.",
	  .run = run_refresh },
	ACTION_END
};
