/* `import profile` and `import changes`: reading the world in. */
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/path.h"
#include "core/base/text.h"
#include "core/collect/change_import.h"
#include "core/collect/profile_import.h"
#include "core/collect/profile_pull.h"
#include "views/commands/command.h"

static int
need_service(const struct arguments *arguments, const char **name, struct session *session,
	     struct service *service, struct error *err)
{
	if (session_service(session, argument_text(arguments, "--service"), service, err) < 0)
		return -1;
	*name = service->name;
	return 0;
}

/* --- profiles --- */

static int
read_labels(struct strings *labels, const struct arguments *arguments, struct error *err)
{
	const char *label;

	for (size_t i = 0; (label = argument_nth(arguments, "--label", i)) != NULL; i++) {
		const char *equals = strchr(label, '=');

		if (equals == NULL || equals == label)
			return error_set(err, ERROR_USAGE, "--label: %.60s: not KEY=VALUE", label);
		strings_add(labels, label);
	}
	strings_sort(labels);
	return 0;
}

static int
read_profile_options(struct profile_import_options *options, const struct arguments *arguments,
		     struct error *err)
{
	if (argument_time(arguments, "--time", &options->time, err) < 0 ||
	    argument_duration(arguments, "--duration", &options->duration, err) < 0 ||
	    argument_duration(arguments, "--split", &options->split, err) < 0)
		return -1;
	options->keep_going = argument_flag(arguments, "--keep-going");
	options->event = argument_text(arguments, "--event");
	options->all_events = argument_flag(arguments, "--all-events");
	if (options->all_events && options->event != NULL)
		return error_set(err, ERROR_USAGE, "--event and --all-events: one or the other");
	options->by = argument_text(arguments, "--by");
	return 0;
}

static const char *
time_origin_text(enum profile_time_origin origin)
{
	static const char *const texts[] = {
		[PROFILE_TIME_GIVEN] = "--time",
		[PROFILE_TIME_CONTENT] = "the file itself",
		[PROFILE_TIME_FILE_DATE] = "the file's date",
		[PROFILE_TIME_NOW] = "the clock",
	};

	return texts[origin];
}

static struct json *
profile_report_to_json(const char *file, const struct profile_import_report *report)
{
	struct json *object = json_object();
	struct json *others = json_array();

	json_set_text(object, "file", file);
	json_set_text(object, "format", report->format);
	json_set_int(object, "windows_added", report->windows_added);
	json_set_int(object, "windows_known", report->windows_known);
	json_set_time(object, "start", report->start);
	json_set_time(object, "end", report->end);
	json_set_text(object, "time_from", time_origin_text(report->time_origin));
	json_set_text(object, "event", report->event[0] != '\0' ? report->event : NULL);
	json_set_int(object, "events", report->event_count);
	json_set_int(object, "samples", (int64_t)report->samples);
	json_set_int(object, "stacks", (int64_t)report->stacks);
	json_set_int(object, "weight", (int64_t)report->weight);
	json_set_text(object, "unit", report->unit[0] != '\0' ? report->unit : NULL);
	json_set_int(object, "lines", (int64_t)report->lines);
	json_set_int(object, "lines_skipped", (int64_t)report->lines_skipped);
	if (report->lines_skipped > 0) {
		json_set_int(object, "first_skipped_line", (int64_t)report->first_skipped_line);
		json_set_text(object, "first_skipped_reason", report->first_skipped_reason);
	}
	for (size_t i = 0; i < report->other_count; i++) {
		struct json *other = json_object();

		json_set_text(other, "event", report->others[i].name);
		json_set_int(other, "samples", (int64_t)report->others[i].samples);
		json_append(others, other);
	}
	json_set(object, "events_not_counted", others);
	return object;
}

static void
say_profile(struct session *session, const char *file, const char *by,
	    const struct profile_import_report *report)
{
	char samples[TEXT_NUMBER_SIZE], stacks[TEXT_NUMBER_SIZE], when[CLOCK_TEXT_SIZE];

	session_say(session, "%s: %s, %s sample%s in %s stack%s, %u new window%s%s\n", file,
		    report->format, text_count((double)report->samples, samples),
		    text_plural(report->samples), text_count((double)report->stacks, stacks),
		    text_plural(report->stacks), report->windows_added,
		    text_plural(report->windows_added),
		    report->windows_known > 0 ? ", the rest was there already" : "");
	if (report->windows_added > 0 && report->time_origin != PROFILE_TIME_GIVEN)
		session_say(session, "%s: time %s, from %s; --time says another\n", file,
			    clock_format(report->start, when),
			    time_origin_text(report->time_origin));
	if (report->lines_skipped > 0 && report->first_skipped_line > 0)
		session_warn(session, "%s: %llu line%s not understood, first at line %llu: %s",
			     file, (unsigned long long)report->lines_skipped,
			     text_plural(report->lines_skipped),
			     (unsigned long long)report->first_skipped_line,
			     report->first_skipped_reason);
	else if (report->lines_skipped > 0) /* a document of one line has no better place */
		session_warn(session, "%s: %llu place%s not understood: %s", file,
			     (unsigned long long)report->lines_skipped,
			     text_plural(report->lines_skipped), report->first_skipped_reason);
	if (report->event_count > 1)
		session_say(session,
			    "%s: %u events, each in windows of its own; the samples are of %s\n",
			    file, report->event_count, report->event);
	if (by != NULL && report->label_sets == 0)
		session_warn(session, "%s: no sample has the label %.60s", file, by);
	if (report->other_samples > 0)
		session_warn(session,
			     "%s: %llu sample%s of other events not counted (--event chooses one, "
			     "--all-events takes all)",
			     file, (unsigned long long)report->other_samples,
			     text_plural(report->other_samples));
}

static bool
names_server(const struct arguments *arguments)
{
	return argument_text(arguments, "--pyroscope") != NULL ||
	       argument_text(arguments, "--parca") != NULL;
}

static int
check_no_server(const struct arguments *arguments, struct error *err)
{
	static const char *const others[] = { "--query", "--start", "--end", "--step", "--tenant" };

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (argument_text(arguments, others[i]) != NULL)
			return error_set(err, ERROR_USAGE,
					 "%s: needs a server (--pyroscope or --parca)", others[i]);
	if (arguments->rest.count == 0)
		return error_set(err, ERROR_USAGE,
				 "import profile: takes FILE..., or a server (--pyroscope URL, "
				 "--parca URL)");
	return 0;
}

/* From a server, in place of files. */
static int
pull_profiles(struct session *session, const struct arguments *arguments,
	      const struct profile_import_options *options, struct json *files, struct error *err)
{
	const char *parca = argument_text(arguments, "--parca");
	struct profile_pull pull = {
		.server = parca != NULL ? PROFILE_SERVER_PARCA : PROFILE_SERVER_PYROSCOPE,
		.url = parca != NULL ? parca : argument_text(arguments, "--pyroscope"),
		.query = argument_text(arguments, "--query"),
		.tenant = argument_text(arguments, "--tenant"),
	};
	struct profile_pull_report report;
	struct json *object;

	if (arguments->rest.count > 0 ||
	    (parca != NULL && argument_text(arguments, "--pyroscope") != NULL))
		return error_set(err, ERROR_USAGE, "import profile: files or one server, not both");
	if (pull.query == NULL || argument_text(arguments, "--start") == NULL)
		return error_set(err, ERROR_USAGE,
				 "import profile: a server needs --query and --start");
	if (options->time != 0 || options->duration != 0 || options->split != 0)
		return error_set(err, ERROR_USAGE,
				 "import profile: with a server the times are --start, --end and "
				 "--step");
	if (argument_time(arguments, "--start", &pull.start, err) < 0 ||
	    argument_time(arguments, "--end", &pull.end, err) < 0 ||
	    argument_duration(arguments, "--step", &pull.step, err) < 0 ||
	    profile_pull_import(session->store, &pull, options, &report, &session->progress, err) <
		    0)
		return -1;
	object = profile_report_to_json(pull.query, &report.profiles);
	json_set_int(object, "windows_empty", report.empty);
	json_append(files, object);
	say_profile(session, pull.query, options->by, &report.profiles);
	if (report.empty > 0)
		session_warn(session, "%s: no samples in %u window%s", pull.query, report.empty,
			     text_plural(report.empty));
	return 0;
}

static int
run_profile(struct session *session, const struct arguments *arguments, struct error *err)
{
	struct profile_import_options options = { 0 };
	struct profile_import_report report;
	struct strings labels = { 0 };
	struct service service = { 0 };
	struct json *document = json_object(), *files = json_array();
	struct store *store;
	int result = -1;

	json_set(document, "files", files);
	if ((!names_server(arguments) && check_no_server(arguments, err) < 0) ||
	    session_store(session, &store, err) < 0 ||
	    need_service(arguments, &options.service, session, &service, err) < 0 ||
	    read_labels(&labels, arguments, err) < 0 ||
	    read_profile_options(&options, arguments, err) < 0)
		goto out;
	options.labels = &labels;
	if (names_server(arguments) && pull_profiles(session, arguments, &options, files, err) < 0)
		goto out;
	for (size_t i = 0; i < arguments->rest.count; i++) {
		const char *file = arguments->rest.items[i];

		if (profile_import_file(store, file, &options, &report, &session->progress, err) <
		    0)
			goto out;
		json_append(files, profile_report_to_json(file, &report));
		say_profile(session, file, options.by, &report);
	}
	if (session->json) {
		session_print_json(session, document);
		document = NULL;
	}
	result = COMMAND_YES;
out:
	json_free(document);
	strings_release(&labels);
	service_release(&service);
	return result;
}

static const struct option profile_options[] = {
	{ "--service", "S", "whose profile it is" },
	{ "--time", "T", "when the window began" },
	{ "--duration", "D", "how long it is (60s, 10m)" },
	{ "--split", "D", "windows of this length by the samples' own times" },
	{ "--label", "K=V", "a label of the window, as version=42; may be repeated" },
	{ "--by", "LABEL", "a window for each cpu, pid, tid, comm or other label of the samples" },
	{ "--event", "NAME", "which event to count; else the first in the file" },
	{ "--all-events", NULL, "every event or sample type, each in windows of its own" },
	{ "--pyroscope", "URL", "fetch from this server instead of a file" },
	{ "--parca", "URL", "the same from a Parca server" },
	{ "--query", "Q",
	  "what to fetch: TYPE{LABEL=\"VALUE\"}, as the server's own pages have it" },
	{ "--start", "T", "from when to fetch" },
	{ "--end", "T", "until when; else now" },
	{ "--step", "D", "windows of this length; else one" },
	{ "--tenant", "NAME", "sent to Pyroscope as X-Scope-OrgID" },
	{ "--keep-going", NULL, "skip what cannot be read, and say how much" },
	{ 0 },
};

const struct command command_import_profile = {
	.name = "import profile",
	.words = "[FILE...]",
	.words_max = WORDS_ANY,
	.summary = "Reads profiles: perf script, perf.data, folded, pprof, speedscope and more",
	.text = "The format is recognised from the bytes, gzip or not; - is stdin: perf script "
		"text, perf.data (through perf), folded stacks (Austin's and two-column "
		"differences too), pprof, OpenTelemetry profiles, speedscope, cpuprofile, "
		"callgrind, Pyroscope's flamebearer. A file is stored whole or not at all, and "
		"importing it again stores nothing, whatever the file's date; with --time the same "
		"content may stand at several times. What was not understood is counted and told "
		"with its first line. A difference becomes two windows, labelled side=before and "
		"side=after. callgrind has no stacks: they are made from its calls, exact where a "
		"function has one caller. --pyroscope and --parca ask a server for pprof, one "
		"window a step; HEADROOM_PROFILES_TOKEN in the environment is sent as a bearer "
		"token.",
	.creates = true,
	.options = profile_options,
	.run = run_profile,
};

/* --- changes --- */

static void
add_change_report(struct session *session, struct json *sources, const char *source,
		  const struct change_import_report *report)
{
	struct json *object = json_object();

	json_set_text(object, "source", source);
	json_set_int(object, "added", report->added);
	json_set_int(object, "known", report->known);
	json_set_int(object, "merges", report->merges);
	json_set_bool(object, "shallow", report->shallow);
	json_set_int(object, "lines_skipped", (int64_t)report->lines_skipped);
	json_set_time(object, "first", report->first);
	json_set_time(object, "last", report->last);
	json_append(sources, object);
	session_say(session, "%s: %u new change%s, %u known\n", source, report->added,
		    text_plural(report->added), report->known);
	if (report->shallow)
		session_warn(session, "%s: a shallow repository: older changes are not there",
			     source);
	if (report->cut)
		session_warn(session, "%s: only the newest %d commits were read", source,
			     CHANGE_IMPORT_COMMITS_MAX);
	session_warn_skipped(session, source, report->lines_skipped, report->first_skipped_line,
			     report->first_skipped_reason);
}

static int
import_changes(struct session *session, const struct arguments *arguments, const char *service,
	       const char *folder, struct json *sources, struct error *err)
{
	struct change_import_report report;
	int64_t since = 0;

	if (argument_time(arguments, "--since", &since, err) < 0)
		return -1;
	if (folder != NULL) {
		if (change_import_git(session->store, service, folder, since, &report,
				      &session->progress, err) < 0)
			return -1;
		add_change_report(session, sources, folder, &report);
	}
	for (size_t i = 0; i < arguments->rest.count; i++) {
		const char *file = arguments->rest.items[i];

		if (change_import_jsonl(session->store, service, file,
					argument_flag(arguments, "--keep-going"), &report,
					&session->progress, err) < 0)
			return -1;
		add_change_report(session, sources, file, &report);
	}
	return 0;
}

static int
run_changes(struct session *session, const struct arguments *arguments, struct error *err)
{
	const char *folder = argument_text(arguments, "--git");
	struct service service = { 0 };
	struct json *document = json_object(), *sources = json_array();
	const char *name;
	int result = -1;

	json_set(document, "sources", sources);
	if (need_service(arguments, &name, session, &service, err) < 0)
		goto out;
	if (folder == NULL && arguments->rest.count == 0)
		folder = service.repository;
	if (folder == NULL && arguments->rest.count == 0) {
		error_set(err, ERROR_USAGE,
			  "import changes: name a repository (--git DIR) or a file of JSON lines");
		goto out;
	}
	if (import_changes(session, arguments, name, folder, sources, err) < 0)
		goto out;
	if (session->json) {
		session_print_json(session, document);
		document = NULL;
	}
	result = COMMAND_YES;
out:
	json_free(document);
	service_release(&service);
	return result;
}

static const struct option change_options[] = {
	{ "--service", "S", "whose changes they are" },
	{ "--git", "DIR", "a git repository; else the one of the service" },
	{ "--since", "T", "not older than this" },
	{ "--keep-going", NULL, "skip lines that cannot be read, and say how many" },
	{ 0 },
};

const struct command command_import_changes = {
	.name = "import changes",
	.words = "[FILE.jsonl...]",
	.words_max = WORDS_ANY,
	.summary = "Reads what was rolled out: commits of a git repository, or JSON lines",
	.text = "A line: {\"time\",\"kind\",\"id\",\"title\",\"author\",\"text\",\"files\":[...],"
		"\"before\",\"after\"}, for configuration, flags, deploys and schemas too.",
	.creates = true,
	.options = change_options,
	.run = run_changes,
};
