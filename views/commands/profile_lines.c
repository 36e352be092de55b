/* `profile lines`: the source of a function with the cost of each line. */
#include <string.h>

#include "core/base/text.h"
#include "core/tools/source_view.h"
#include "views/commands/command.h"
#include "views/commands/listing.h"
#include "views/commands/profile_view.h"

static void
add_line(struct listing *listing, const struct source_view *view, size_t at)
{
	const struct source_line *line = &view->lines[at];
	const struct line_cost *cost =
		line_heat_at(&view->heat, view->path, (uint32_t)(view->first + at));
	double samples = view->heat.samples[SIDE_AFTER];
	char self[TEXT_NUMBER_SIZE] = "", total[TEXT_NUMBER_SIZE] = "";

	if (cost != NULL && samples > 0) {
		text_percent(cost->self[SIDE_AFTER] / samples, self);
		text_percent(cost->total[SIDE_AFTER] / samples, total);
	}
	listing_cell(listing, "%s", self);
	listing_cell(listing, "%s", total);
	listing_cell(listing, "%.7s", line->commit);
	listing_cell(listing, "%.12s", line->author);
	listing_cell(listing, "%zu", view->first + at);
	listing_cell(listing, "%s", line->text);
}

static void
print_lines(struct session *session, const struct source_view *view)
{
	static const char *const titles[] = { ">SELF",  ">TOTAL", "COMMIT",
					      "AUTHOR", ">LINE",  "SOURCE" };
	struct listing listing;

	if (view->path != NULL)
		session_say(session, "%s at %.12s (%s)\n", view->path, view->commit, view->chosen);
	if (view->note[0] != '\0')
		session_warn(session, "%s", view->note);
	listing_init(&listing, 6, titles);
	for (size_t i = 0; i < view->count; i++)
		add_line(&listing, view, i);
	listing_print(&listing, session);
	listing_release(&listing);
	for (size_t i = 0; view->path == NULL && i < view->heat.count; i++)
		session_say(session, "%6.2f %%  %s:%u\n",
			    view->heat.samples[SIDE_AFTER] > 0
				    ? 100 * view->heat.lines[i].total[SIDE_AFTER] /
					      view->heat.samples[SIDE_AFTER]
				    : 0.0,
			    view->heat.lines[i].file, view->heat.lines[i].line);
}

static int
run(struct session *session, const struct arguments *arguments, struct error *err)
{
	struct profile_subject subject = { 0 };
	struct profile_view profile;
	struct source_view view = { 0 };
	struct source_question question = { .subject = &subject,
					    .function = arguments->rest.items[0] };
	struct store *store;
	int result = profile_view_open(session, arguments, &profile, err);

	if (result == 0)
		result = session_store(session, &store, err);
	if (result == 0) {
		subject.service = profile.service.id;
		subject.service_name = profile.service.name;
		question.set = &profile.set;
		question.selection = &profile.selection;
		result = source_view_load(&view, &question, store, &session->progress, err);
	}
	if (result == 0) {
		session_progress_end(session);
		print_lines(session, &view);
		if (session->json)
			session_print_json(session, source_view_to_json(&view));
		result = COMMAND_YES;
	}
	source_view_release(&view);
	profile_view_release(&profile);
	return result;
}

static const struct option options[] = { PROFILE_WINDOW_OPTIONS, { 0 } };

const struct command command_profile_lines = {
	.name = "profile lines",
	.words = "FUNCTION",
	.words_min = 1,
	.words_max = 1,
	.summary = "Prints a function's source with the cost of each line and who wrote it",
	.text = "The source is of the commit that the windows' labels name (commit=, revision=, "
		"version=), else of the last one before the profile. Costs of lines are there "
		"where the profiles carry file and line.",
	.options = options,
	.run = run,
};
