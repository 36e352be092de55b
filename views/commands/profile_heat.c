/* `profile heat`: the share of each hot function in each window, as the heat map shows them. */
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/explain/heat.h"
#include "core/tools/profile_subject.h"
#include "views/commands/command.h"
#include "views/commands/listing.h"
#include "views/commands/profile_view.h"

#define ROWS_DEFAULT 20
#define PLACES 60 /* of the map in words; --json has every column */

struct asked {
	struct profile_subject subject;
	bool by_total;
	int64_t limit;
};

static int
take_subject(struct profile_subject *subject, struct session *session,
	     const struct arguments *arguments, struct error *err)
{
	subject->event = memory_string(argument_text(arguments, "--event"));
	subject->each_window = true;
	if (arguments->rest.count > 0) {
		if (argument_text(arguments, "--service") != NULL)
			return error_set(err, ERROR_USAGE,
					 "profile heat: FILE or --service, not both");
		for (size_t i = 0; i < arguments->rest.count; i++)
			strings_add(&subject->files, arguments->rest.items[i]);
		return argument_duration(arguments, "--split", &subject->split, err);
	}
	return profile_subject_take_service(subject, session, arguments, err);
}

static struct json *
columns_to_json(const struct heat *heat)
{
	struct json *array = json_array();

	for (size_t i = 0; i < heat->column_count; i++) {
		const struct heat_column *column = &heat->columns[i];
		struct json *object = json_object();

		json_set_time(object, "from", column->start);
		json_set_time(object, "to", column->end);
		json_set_int(object, "windows", (int64_t)column->windows);
		json_set_number(object, "samples", column->samples);
		json_append(array, object);
	}
	return array;
}

static struct json *
row_to_json(const struct heat *heat, size_t row, bool by_total)
{
	struct json *object = json_object(), *shares = json_array();

	json_set_text(object, "function", heat_name(heat, row));
	json_set_number(object, "self", heat->rows[row].self);
	json_set_number(object, "total", heat->rows[row].total);
	for (size_t i = 0; i < heat->column_count; i++)
		json_append(shares, json_new_number(heat_share(heat, row, i, i + 1, by_total)));
	json_set(object, "shares", shares);
	return object;
}

/* Density of a character says the share of the function, up to its largest. */
static void
add_row(struct listing *listing, const struct heat *heat, size_t row, bool by_total)
{
	static const char levels[] = " .:*#";
	size_t together = (heat->column_count + PLACES - 1) / PLACES, places = 0;
	double most = by_total ? heat->rows[row].total_max : heat->rows[row].self_max;
	char map[PLACES + 1], text[TEXT_NUMBER_SIZE];

	for (size_t i = 0; i < heat->column_count; i += together) {
		double share = heat_share(heat, row, i, i + together, by_total);
		int level = share > 0 && most > 0 ? 1 + (int)(share / most * 4) : 0;

		map[places++] = levels[level > 4 ? 4 : level];
	}
	map[places] = '\0';
	listing_cell(listing, "%s",
		     text_percent(by_total ? heat->rows[row].total : heat->rows[row].self, text));
	listing_cell(listing, "%s", text_percent(most, text));
	listing_cell(listing, "|%s|", map);
	listing_cell(listing, "%s", heat_name(heat, row));
}

static void
print_heat(struct session *session, const struct asked *asked, const struct heat *heat)
{
	const char *const titles[] = { asked->by_total ? ">TOTAL" : ">SELF", ">MOST", "WINDOWS",
				       "FUNCTION" };
	struct json *document = json_object(), *functions = json_array();
	char span[CLOCK_SPAN_SIZE];
	struct listing listing;
	struct str name;

	str_init(&name, STR_MAX_LINE);
	profile_subject_name(&asked->subject, &name);
	listing_init(&listing, 4, titles);
	for (size_t i = 0; i < heat->row_count && (int64_t)i < asked->limit; i++) {
		add_row(&listing, heat, i, asked->by_total);
		json_append(functions, row_to_json(heat, i, asked->by_total));
	}
	session_say(session, "%s   %s\n", name.data,
		    clock_format_span(heat->columns[0].start,
				      heat->columns[heat->column_count - 1].end, span));
	listing_print(&listing, session);
	json_set_text(document, "of", name.data);
	json_set_text(document, "by", asked->by_total ? "total" : "self");
	json_set(document, "columns", columns_to_json(heat));
	json_set(document, "functions", functions);
	if (session->json)
		session_print_json(session, document);
	else
		json_free(document);
	listing_release(&listing);
	str_release(&name);
}

static int
load_and_print(struct session *session, const struct asked *asked, struct error *err)
{
	struct profile_subject_report report;
	struct selection selection;
	struct profile_set set;
	struct store *store = NULL;
	struct heat heat = { 0 };
	int result;

	if (asked->subject.service != 0 && session_store(session, &store, err) < 0)
		return -1;
	if (profile_subject_load(&asked->subject, store, &set, &selection, &report,
				 &session->progress, err) < 0)
		return -1;
	result = heat_build(&heat, &set, &selection, &session->progress, err);
	session_progress_end(session);
	if (report.lines_skipped > 0)
		session_warn(session, "%llu line%s not understood, first at %s",
			     (unsigned long long)report.lines_skipped,
			     report.lines_skipped == 1 ? "" : "s", report.first_skipped);
	if (result == 0) {
		if (asked->by_total)
			heat_sort(&heat, true);
		print_heat(session, asked, &heat);
	}
	heat_release(&heat);
	selection_release(&selection);
	profile_set_release(&set);
	return result < 0 ? -1 : COMMAND_YES;
}

static int
run(struct session *session, const struct arguments *arguments, struct error *err)
{
	struct asked asked = { .limit = ROWS_DEFAULT,
			       .by_total = argument_flag(arguments, "--by-total") };
	int result = argument_count(arguments, "--limit", &asked.limit, err);

	if (result == 0)
		result = take_subject(&asked.subject, session, arguments, err);
	if (result == 0)
		result = load_and_print(session, &asked, err);
	profile_subject_release(&asked.subject);
	return result;
}

static const struct option options[] = {
	PROFILE_WINDOW_OPTIONS,
	{ "--split", "D", "windows of a file, so long each: 1s, 100ms" },
	{ "--by-total", NULL, "with what the functions call, instead of self" },
	{ "--limit", "N", "so many functions; 20 where not named" },
	{ 0 },
};

const struct command command_profile_heat = {
	.name = "profile heat",
	.words = "[FILE...]",
	.words_max = WORDS_ANY,
	.summary = "Prints the share of each hot function in each window",
	.text = "The heat map of the workstation (E in the flame graph) in words: time across, "
		"oldest first, a denser character for a larger share, up to the function's largest "
		"(MOST). --json has every window with its samples and every share.",
	.options = options,
	.run = run,
};
