/* `export flame`, `folded`, `speedscope`, `pprof`: stored profiles for other programs. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/path.h"
#include "core/explain/export.h"
#include "views/commands/command.h"
#include "views/commands/profile_view.h"

#define EXPORT_BYTES_MAX ((size_t)4 * 1024 * 1024 * 1024)

struct form {
	const char *name; /* in the JSON answer */
	int (*write)(struct str *out, const struct export_request *request, struct error *err);
	bool is_binary;
};

static const struct form flame = { "flame", export_svg, false };
static const struct form folded = { "folded", export_folded, false };
static const struct form speedscope = { "speedscope", export_speedscope, false };
static const struct form pprof = { "pprof", export_pprof, true };

static int
open_view(struct session *session, const struct arguments *arguments, struct profile_view *view,
	  struct error *err)
{
	if (argument_text(arguments, "--before") != NULL ||
	    argument_text(arguments, "--after") != NULL)
		return profile_view_open_difference(session, arguments, view, err);
	return profile_view_open(session, arguments, view, err);
}

/* "api, 2026-11-20T12:00:00Z to 2026-11-20T14:00:00Z" */
static void
make_title(struct str *out, const struct profile_view *view)
{
	const struct profile_set *set = &view->set;

	char from[CLOCK_TEXT_SIZE], to[CLOCK_TEXT_SIZE];

	str_addf(out, "%s, %s to %s", view->service.name, clock_format(set->windows[0].start, from),
		 clock_format(set->windows[set->window_count - 1].end, to));
}

static void
answer(struct session *session, const struct form *form, const struct profile_view *view,
       const char *file, size_t bytes)
{
	struct json *document = json_object();

	json_set_text(document, "format", form->name);
	json_set_text(document, "service", view->service.name);
	json_set_text(document, "file", file);
	json_set_int(document, "bytes", (int64_t)bytes);
	json_set_int(document, "windows", (int64_t)profile_view_windows(view));
	json_set_number(document, "samples_before", view->selection.samples[SIDE_BEFORE]);
	json_set_number(document, "samples_after", view->selection.samples[SIDE_AFTER]);
	session_print_json(session, document);
}

static int
put(struct session *session, const struct form *form, const struct profile_view *view,
    const char *file, const struct str *bytes, struct error *err)
{
	session_progress_end(session);
	if (file != NULL) {
		if (path_write_file(file, bytes->data, bytes->len, 0644, err) < 0)
			return -1;
		if (session->json)
			answer(session, form, view, file, bytes->len);
		else
			session_say(session, "%s: %zu bytes\n", file, bytes->len);
		return COMMAND_YES;
	}
	if (session->json)
		return error_set(err, ERROR_USAGE,
				 "--json needs -o FILE: the profile itself goes to "
				 "stdout without it");
	if (form->is_binary && isatty(fileno(session->out)))
		return error_set(err, ERROR_USAGE,
				 "a pprof file is no text for a terminal: give -o FILE");
	if (fwrite(bytes->data, 1, bytes->len, session->out) != bytes->len ||
	    fflush(session->out) != 0)
		return error_system(err, errno, "stdout");
	return COMMAND_YES;
}

static int
run(struct session *session, const struct arguments *arguments, const struct form *form,
    struct error *err)
{
	const char *file = argument_text(arguments, "-o");
	struct profile_view view;
	struct str title, bytes;
	int result = -1;

	str_init(&title, STR_MAX_LINE);
	str_init(&bytes, EXPORT_BYTES_MAX);
	if (open_view(session, arguments, &view, err) == 0) {
		bool use_weight = argument_flag(arguments, "--weight");
		struct export_request request = {
			.set = &view.set,
			.selection = &view.selection,
			.use_weight = use_weight,
			.unit = use_weight && view.unit != NULL ? view.unit : "samples",
			.progress = &session->progress,
		};

		make_title(&title, &view);
		request.title = title.data;
		result = form->write(&bytes, &request, err);
		if (result == 0)
			result = put(session, form, &view, file, &bytes, err);
	}
	profile_view_release(&view);
	str_release(&title);
	str_release(&bytes);
	return result;
}

static int
run_flame(struct session *session, const struct arguments *arguments, struct error *err)
{
	return run(session, arguments, &flame, err);
}

static int
run_folded(struct session *session, const struct arguments *arguments, struct error *err)
{
	return run(session, arguments, &folded, err);
}

static int
run_speedscope(struct session *session, const struct arguments *arguments, struct error *err)
{
	return run(session, arguments, &speedscope, err);
}

static int
run_pprof(struct session *session, const struct arguments *arguments, struct error *err)
{
	return run(session, arguments, &pprof, err);
}

static const struct option options[] = {
	PROFILE_WINDOW_OPTIONS,
	{ "--before", "A..B", "the windows to compare with" },
	{ "--after", "C..D", "the windows that are compared; both sides go into the file" },
	{ "--weight", NULL, "the profile's own weight (ns, cycles) in place of samples" },
	{ "-o", "FILE", "write to this file; else stdout" },
	{ 0 },
};

const struct command command_export_flame = {
	.name = "export flame",
	.words = "",
	.summary = "Writes a flame graph as an SVG picture with zoom and search in it",
	.text = "With --before and --after frames are as wide as the mean of their two shares; "
		"orange grew and blue shrank by more than noise, grey did neither.",
	.options = options,
	.run = run_flame,
};

const struct command command_export_folded = {
	.name = "export folded",
	.words = "",
	.summary = "Writes folded stacks, with two counts a line where two sides are compared",
	.text = "Kernel, inlined and JIT frames end in _[k], _[i] and _[j]; modules and source "
		"lines "
		"have no place in this format.",
	.options = options,
	.run = run_folded,
};

const struct command command_export_speedscope = {
	.name = "export speedscope",
	.words = "",
	.summary = "Writes speedscope's JSON, one profile for each side",
	.options = options,
	.run = run_speedscope,
};

const struct command command_export_pprof = {
	.name = "export pprof",
	.words = "",
	.summary = "Writes a pprof file (gzip)",
	.text = "With --before and --after the samples before are negative and carry the label "
		"pprof::base, as pprof -diff_base makes them.",
	.options = options,
	.run = run_pprof,
};
