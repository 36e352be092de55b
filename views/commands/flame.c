/* `headroom flame`: the workstation on the flame graph of files or of a service. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/path.h"
#include "core/base/text.h"
#include "core/explain/functions.h"
#include "core/tools/profile_subject.h"
#include "views/commands/command.h"
#include "views/commands/listing.h"
#include "views/commands/profile_view.h"

#define ROWS_DEFAULT 40

/* -- what is asked for -- */

/* Said at once, and not on a screen. */
static int
check_there(const struct strings *files, struct error *err)
{
	for (size_t i = 0; i < files->count; i++)
		if (strcmp(files->items[i], "-") != 0 && !path_exists(files->items[i]))
			return error_set(err, ERROR_NOT_FOUND, "%.300s: no such file",
					 files->items[i]);
	return 0;
}

static int
take_files(struct profile_subject *subject, const struct arguments *arguments, struct error *err)
{
	const char *file;

	for (size_t i = 0; (file = argument_nth(arguments, "--before", i)) != NULL; i++)
		strings_add(&subject->before_files, file);
	for (size_t i = 0; i < arguments->rest.count; i++)
		strings_add(&subject->files, arguments->rest.items[i]);
	for (size_t i = 0; (file = argument_nth(arguments, "--after", i)) != NULL; i++)
		strings_add(&subject->files, file);
	if (subject->files.count == 0)
		return error_set(err, ERROR_USAGE, "flame: --before, and no FILE to compare");
	if (subject->files.count + subject->before_files.count > PROFILE_SUBJECT_FILES_MAX)
		return error_set(err, ERROR_LIMIT, "flame: more than %d files",
				 PROFILE_SUBJECT_FILES_MAX);
	if (argument_text(arguments, "--from") != NULL || argument_text(arguments, "--to") != NULL)
		return error_set(err, ERROR_USAGE, "flame: --from and --to are of a --service");
	if (argument_text(arguments, "--label") != NULL)
		return error_set(err, ERROR_USAGE, "flame: --label is of a --service");
	if (check_there(&subject->before_files, err) < 0 || check_there(&subject->files, err) < 0)
		return -1;
	return argument_duration(arguments, "--split", &subject->split, err);
}

static int
take_service(struct profile_subject *subject, struct session *session,
	     const struct arguments *arguments, struct error *err)
{
	const char *before = argument_text(arguments, "--before");
	const char *after = argument_text(arguments, "--after");

	if (arguments->rest.count > 0)
		return error_set(err, ERROR_USAGE, "flame: FILE or --service, not both");
	if ((before == NULL) != (after == NULL))
		return error_set(err, ERROR_USAGE, "flame: --before and --after go together");
	if (profile_subject_take_service(subject, session, arguments, err) < 0)
		return -1;
	if (before != NULL && (profile_parse_range(&subject->before, "--before", before, err) < 0 ||
			       profile_parse_range(&subject->after, "--after", after, err) < 0))
		return -1;
	return 0;
}

static int
take_subject(struct profile_subject *subject, struct session *session,
	     const struct arguments *arguments, struct error *err)
{
	bool files = arguments->rest.count > 0 || argument_text(arguments, "--before") != NULL ||
		     argument_text(arguments, "--after") != NULL;

	subject->event = memory_string(argument_text(arguments, "--event"));
	if (files && argument_text(arguments, "--service") == NULL)
		return take_files(subject, arguments, err);
	return take_service(subject, session, arguments, err);
}

/* -- without a terminal: the table -- */

static void
add_row(struct listing *listing, struct json *array, const struct function_table *functions,
	const struct function_row *row, bool compares)
{
	struct json *object = json_object();
	char text[TEXT_NUMBER_SIZE];
	double share = function_share(functions, row, SIDE_AFTER);
	double self = function_self_share(functions, row, SIDE_AFTER);
	double before = function_share(functions, row, SIDE_BEFORE);

	json_set_text(object, "function", function_row_name(functions, row));
	json_set_number(object, "self", self);
	json_set_number(object, "share", share);
	json_set_number(object, "samples", row->total[SIDE_AFTER]);
	listing_cell(listing, "%s", text_percent(self, text));
	listing_cell(listing, "%s", text_percent(share, text));
	listing_cell(listing, "%s", text_count(row->total[SIDE_AFTER], text));
	if (compares) {
		json_set_number(object, "before", before);
		json_set_number(object, "delta", share - before);
		json_set_number(object, "q", row->q);
		json_set_bool(object, "changed", function_changed(row));
		listing_cell(listing, "%s", text_points(share - before, text));
		listing_cell(listing, "%s",
			     !function_changed(row) ? ""
			     : share > before       ? "+"
						    : "-");
	}
	listing_cell(listing, "%s", function_row_name(functions, row));
	json_append(array, object);
}

static void
print_table(struct session *session, const struct profile_subject *subject,
	    const struct function_table *functions, const struct selection *selection,
	    const struct profile_subject_report *report, int64_t limit)
{
	static const char *const titles[] = { ">SELF", ">TOTAL", ">SAMPLES", "FUNCTION" };
	static const char *const compared[] = { ">SELF",   ">TOTAL", ">SAMPLES",
						">POINTS", "",       "FUNCTION" };
	bool compares = selection->windows[SIDE_BEFORE] > 0 && selection->windows[SIDE_AFTER] > 0;
	struct json *document = json_object(), *array = json_array();
	struct listing listing;
	struct str name;

	str_init(&name, STR_MAX_LINE);
	profile_subject_name(subject, &name);
	listing_init(&listing, compares ? 6 : 4, compares ? compared : titles);
	for (size_t i = 0; i < functions->count && (int64_t)i < limit; i++)
		add_row(&listing, array, functions, &functions->rows[i], compares);
	json_set_text(document, "of", name.data);
	json_set_text(document, "event", report->event);
	json_set_int(document, "lines_not_understood", (int64_t)report->lines_skipped);
	json_set_number(document, "samples_before", selection->samples[SIDE_BEFORE]);
	json_set_number(document, "samples_after", selection->samples[SIDE_AFTER]);
	json_set(document, "functions", array);
	listing_print(&listing, session);
	if (session->json)
		session_print_json(session, document);
	else
		json_free(document);
	listing_release(&listing);
	str_release(&name);
}

static int
print_profile(struct session *session, const struct profile_subject *subject, int64_t limit,
	      struct error *err)
{
	struct profile_subject_report report;
	struct function_table functions;
	struct selection selection;
	struct profile_set set;
	struct store *store = NULL;
	int result = -1;

	if (subject->service != 0 && session_store(session, &store, err) < 0)
		return -1;
	if (profile_subject_load(subject, store, &set, &selection, &report, &session->progress,
				 err) < 0)
		return -1;
	session_progress_end(session);
	if (report.lines_skipped > 0)
		session_warn(session, "%llu line%s not understood, first at %s",
			     (unsigned long long)report.lines_skipped,
			     report.lines_skipped == 1 ? "" : "s", report.first_skipped);
	if (subject->service != 0 && subject->event == NULL &&
	    profile_say_events(session, store, subject->service, err) < 0)
		goto out;
	function_table_build(&functions, &set, &selection);
	function_table_test(&functions, &selection, 0);
	function_table_sort(&functions, selection.windows[SIDE_BEFORE] > 0 ? FUNCTIONS_BY_CHANGE
									   : FUNCTIONS_BY_SELF);
	print_table(session, subject, &functions, &selection, &report, limit);
	function_table_release(&functions);
	result = COMMAND_YES;
out:
	selection_release(&selection);
	profile_set_release(&set);
	return result;
}

static int
run(struct session *session, const struct arguments *arguments, struct error *err)
{
	struct profile_subject *subject = memory_alloc(sizeof(*subject));
	int64_t limit = ROWS_DEFAULT;
	int result = argument_count(arguments, "--limit", &limit, err);

	if (result == 0)
		result = take_subject(subject, session, arguments, err);
	if (result == 0 && !session->json && session_is_terminal()) {
		session->open_flame = subject;
		return COMMAND_YES;
	}
	if (result == 0)
		result = print_profile(session, subject, limit, err);
	profile_subject_release(subject);
	free(subject);
	return result;
}

static const struct option options[] = {
	{ "--service", "S", "a service's profiles; the only one's where no FILE is named" },
	{ "--from", "T", "windows from here" },
	{ "--to", "T", "windows to here" },
	{ "--before", "FILE|A..B", "what is compared with: a file, or a service's time" },
	{ "--after", "FILE|C..D", "what is compared: a file, or a service's time" },
	{ "--event", "E", "of several events: cycles, page-faults; \"not known\"" },
	{ "--label", "K=V", "a service's windows with this label" },
	{ "--split", "D", "windows of a file, so long each: 1s, 100ms" },
	{ "--limit", "N", "so many rows, without a terminal" },
	{ 0 },
};

const struct command command_flame = {
	.name = "flame",
	.words = "[FILE...]",
	.words_max = WORDS_ANY,
	.summary = "Opens the flame graph of files or of a service's profiles",
	.text = "Reads what import profile reads; of files nothing is stored and no database is "
		"needed. --before may stand more than once: each file is one profile of that side. "
		"Without a terminal, or with --json, the table of functions is printed.",
	.options = options,
	.run = run,
};
