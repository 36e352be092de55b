/* `service add`, `service set`, `service list`: what burns capacity, and the commands its owner
 * set. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/path.h"
#include "core/base/text.h"
#include "core/store/activity.h"
#include "core/store/series.h"
#include "views/commands/command.h"
#include "views/commands/listing.h"
#include "views/commands/service.h"

#define SERIES_NAMED_MAX 200 /* bytes of names beside one that is not known */

static const struct option service_options[] = {
	{ "--repo", "DIR", "its git work tree" },
	{ "--cores", "N", "how many cores it burns; 0: not known" },
	{ "--watts-per-core", "W", "watts of one core, with its share of the machine" },
	{ "--build", "CMD", "how it is built; runs in a sandbox, in a work tree of its own" },
	{ "--test", "CMD", "how it is tested" },
	{ "--bench", "CMD", "a run whose CPU time is the cost that patches are measured by" },
	{ "--style", "CMD", "a style check" },
	{ "--harm", "METRIC=up|down|both",
	  "which way a metric is worse; may stand more than once" },
	{ 0 },
};

static int
take_number(double *value, const struct arguments *arguments, const char *name, struct error *err)
{
	double number = *value;

	if (argument_number(arguments, name, &number, err) < 0)
		return -1;
	if (number < 0 || number > 1e12)
		return error_set(err, ERROR_USAGE, "%s: not between 0 and 1e12", name);
	*value = number;
	return 0;
}

static int
take_repository(struct service *service, const struct arguments *arguments, struct error *err)
{
	const char *folder = argument_text(arguments, "--repo");
	char *absolute;

	if (folder == NULL)
		return 0;
	absolute = realpath(folder, NULL);
	if (absolute == NULL || !path_is_folder(absolute)) {
		free(absolute);
		return error_set(err, ERROR_NOT_FOUND, "--repo: %.200s: no such folder", folder);
	}
	free(service->repository);
	service->repository = absolute;
	return 0;
}

/* An empty command takes one away. */
static void
take_command(char **command, const struct arguments *arguments, const char *name)
{
	const char *text = argument_text(arguments, name);

	if (text != NULL)
		memory_replace_string(command, text[0] != '\0' ? text : NULL);
}

static int
take_options(struct service *service, const struct arguments *arguments, struct error *err)
{
	if (take_repository(service, arguments, err) < 0 ||
	    take_number(&service->cores, arguments, "--cores", err) < 0 ||
	    take_number(&service->watts_per_core, arguments, "--watts-per-core", err) < 0)
		return -1;
	take_command(&service->build, arguments, "--build");
	take_command(&service->test, arguments, "--test");
	take_command(&service->bench, arguments, "--bench");
	take_command(&service->style, arguments, "--style");
	return 0;
}

/* Which way metrics are worse, once the service has its number. */
static int
take_harm(struct store *store, int64_t service, const struct arguments *arguments,
	  struct error *err)
{
	const char *text;

	for (size_t i = 0; (text = argument_nth(arguments, "--harm", i)) != NULL; i++) {
		const char *equals = strrchr(text, '=');
		enum series_harm harm = SERIES_HARM_BOTH;
		char *metric;
		int result;

		if (equals == NULL || equals == text)
			return error_set(err, ERROR_USAGE, "--harm: %.60s: not METRIC=up|down|both",
					 text);
		if (series_harm_parse(&harm, equals + 1, err) < 0)
			return error_prefix(err, "--harm");
		metric = memory_string_n(text, (size_t)(equals - text));
		result = telemetry_series_harm(store_telemetry(store), service, metric, harm, err);
		free(metric);
		if (result < 0)
			return -1;
	}
	return 0;
}

static int
put_service(struct store *store, struct service *service, const struct arguments *arguments,
	    const char *what, struct error *err)
{
	int result;

	if (store_begin(store, err) < 0)
		return -1;
	result = casebook_service_put(store, service, err);
	if (result == 0)
		result = take_harm(store, service->id, arguments, err);
	if (result == 0)
		result = casebook_activity_add(store, session_user(), what, service->name, "ok", 0,
					       err);
	if (result == 0)
		return store_commit(store, err);
	store_rollback(store);
	return -1;
}

/* -- what was set, in words -- */

static void
say_number(struct str *line, const struct arguments *arguments, const char *option,
	   const char *what, double value)
{
	if (argument_text(arguments, option) == NULL)
		return;
	if (value > 0)
		str_addf(line, "%s%s %.6g", line->len > 0 ? ", " : "", what, value);
	else
		str_addf(line, "%s%s not known", line->len > 0 ? ", " : "", what);
}

static void
say_text(struct str *line, const struct arguments *arguments, const char *option, const char *what,
	 const char *value)
{
	if (argument_text(arguments, option) != NULL)
		str_addf(line, "%s%s: %s", line->len > 0 ? ", " : "", what,
			 value != NULL ? value : "none");
}

static void
say_set(struct session *session, const struct service *service, const struct arguments *arguments)
{
	struct str line;
	const char *harm;

	str_init(&line, STR_MAX_LINE);
	say_text(&line, arguments, "--repo", "repository", service->repository);
	say_number(&line, arguments, "--cores", "cores", service->cores);
	say_number(&line, arguments, "--watts-per-core", "watts per core", service->watts_per_core);
	say_text(&line, arguments, "--build", "build", service->build);
	say_text(&line, arguments, "--test", "test", service->test);
	say_text(&line, arguments, "--bench", "bench", service->bench);
	say_text(&line, arguments, "--style", "style", service->style);
	for (size_t i = 0; (harm = argument_nth(arguments, "--harm", i)) != NULL; i++) {
		const char *equals = strrchr(harm, '=');

		if (equals != NULL)
			str_addf(&line, "%s%.*s is worse %s", line.len > 0 ? ", " : "",
				 (int)(equals - harm), harm,
				 strcmp(equals, "=both") == 0 ? "both ways" : equals + 1);
	}
	session_say(session, "service %s: %s\n", service->name,
		    line.len > 0 ? line.data : "nothing to set was named");
	str_release(&line);
}

/* Is there a series of this name, or with this before its "{"? Names the ones that are there. */
static bool
has_series(const struct series_list *list, const char *metric, size_t length, struct str *others)
{
	const char *last = NULL;
	size_t last_length = 0;

	for (size_t i = 0; i < list->count; i++) {
		const char *name = list->items[i].name;
		size_t stem = strcspn(name, "{");

		if (list->items[i].kind != SERIES_METRIC)
			continue;
		if ((stem == length && memcmp(name, metric, length) == 0) ||
		    (strlen(name) == length && memcmp(name, metric, length) == 0))
			return true;
		/* Sorted by name: those of one metric stand together. */
		if (last != NULL && stem == last_length && memcmp(name, last, stem) == 0)
			continue;
		last = name;
		last_length = stem;
		if (others->len < SERIES_NAMED_MAX)
			str_addf(others, "%s%.*s", others->len > 0 ? ", " : "", (int)stem, name);
	}
	return false;
}

/* Series may come later, so a name nobody knows is no error; but it may be mistyped. */
static void
note_harm(struct session *session, const struct service *service, const struct arguments *arguments)
{
	struct series_query query = { .service = service->id, .kind = SERIES_METRIC };
	struct series_list list = { 0 };
	const char *harm;

	if (argument_text(arguments, "--harm") == NULL ||
	    telemetry_series_list(store_telemetry(session->store), &query, &list, NULL) < 0)
		return;
	for (size_t i = 0; (harm = argument_nth(arguments, "--harm", i)) != NULL; i++) {
		const char *equals = strrchr(harm, '=');
		size_t length = equals != NULL ? (size_t)(equals - harm) : strlen(harm);
		struct str others;

		str_init(&others, STR_MAX_LINE);
		if (!has_series(&list, harm, length, &others))
			session_warn(session, "--harm %.*s: no series of that name yet%s%s%s",
				     (int)length, harm, others.len > 0 ? " (there are: " : "",
				     others.data, others.len > 0 ? ")" : "");
		str_release(&others);
	}
	series_list_release(&list);
}

struct json *
service_to_json(const struct service *service)
{
	struct json *object = json_object();

	json_set_text(object, "name", service->name);
	json_set_text(object, "repository", service->repository);
	json_set_number(object, "cores", service->cores > 0 ? service->cores : NAN);
	json_set_number(object, "watts_per_core",
			service->watts_per_core > 0 ? service->watts_per_core : NAN);
	json_set_text(object, "build", service->build);
	json_set_text(object, "test", service->test);
	json_set_text(object, "bench", service->bench);
	json_set_text(object, "style", service->style);
	return object;
}

static int
check_name(const char *name, struct error *err)
{
	size_t length = strlen(name);

	if (length == 0 || length > 100 || name[0] == '-')
		return error_set(err, ERROR_USAGE, "%.40s: not a name for a service", name);
	for (size_t i = 0; i < length; i++)
		if ((unsigned char)name[i] <= ' ' || name[i] == 0x7f)
			return error_set(
				err, ERROR_USAGE,
				"%.40s: a service's name has no blanks or control characters",
				name);
	return 0;
}

static int
store_service(struct session *session, const struct arguments *arguments, bool must_exist,
	      struct error *err)
{
	const char *name = arguments->rest.items[0];
	struct service service = { 0 };
	struct error lookup = { 0 };
	struct store *store;
	int result = -1;

	if (check_name(name, err) < 0 || session_store(session, &store, err) < 0)
		return -1;
	if (casebook_service_by_name(store, name, &service, &lookup) < 0) {
		if (lookup.code != ERROR_NOT_FOUND || must_exist) {
			*err = lookup;
			goto out;
		}
		service.name = memory_string(name);
	} else if (!must_exist) {
		error_set(err, ERROR_CONFLICT,
			  "service %.60s: is there already (service set changes it)", name);
		goto out;
	}
	if (take_options(&service, arguments, err) < 0 ||
	    put_service(store, &service, arguments, must_exist ? "service set" : "service add",
			err) < 0)
		goto out;
	if (session->json)
		session_print_json(session, service_to_json(&service));
	if (must_exist)
		say_set(session, &service, arguments);
	else
		session_say(session, "service %s: %s\n", service.name,
			    service.repository != NULL ? service.repository : "no repository set");
	note_harm(session, &service, arguments);
	result = COMMAND_YES;
out:
	service_release(&service);
	return result;
}

static int
run_add(struct session *session, const struct arguments *arguments, struct error *err)
{
	return store_service(session, arguments, false, err);
}

static int
run_set(struct session *session, const struct arguments *arguments, struct error *err)
{
	return store_service(session, arguments, true, err);
}

static void
number_cell(struct listing *listing, double value)
{
	if (value > 0)
		listing_cell(listing, "%.6g", value);
	else
		listing_cell(listing, "-");
}

static int
run_list(struct session *session, const struct arguments *arguments, struct error *err)
{
	static const char *const titles[] = { "SERVICE", ">CORES", ">WATTS/CORE", "COMMANDS",
					      "REPOSITORY" };
	struct service_list list = { 0 };
	struct json *array = json_array(), *document = json_object();
	struct listing listing;
	struct store *store;

	(void)arguments;
	json_set(document, "services", array);
	if (session_store(session, &store, err) < 0 || casebook_services(store, &list, err) < 0) {
		json_free(document);
		return -1;
	}
	listing_init(&listing, 5, titles);
	for (size_t i = 0; i < list.count; i++) {
		const struct service *service = &list.items[i];

		json_append(array, service_to_json(service));
		listing_cell(&listing, "%s", service->name);
		number_cell(&listing, service->cores);
		number_cell(&listing, service->watts_per_core);
		listing_cell(&listing, "%s%s%s%s", service->build != NULL ? "build " : "",
			     service->test != NULL ? "test " : "",
			     service->bench != NULL ? "bench " : "",
			     service->style != NULL ? "style" : "");
		listing_cell(&listing, "%s",
			     service->repository != NULL ? service->repository : "-");
	}
	listing_print(&listing, session);
	if (list.count == 0)
		session_say(session, "no service yet; begin with: headroom service add NAME\n");
	if (session->json)
		session_print_json(session, document);
	else
		json_free(document);
	listing_release(&listing);
	service_list_release(&list);
	return COMMAND_YES;
}

const struct command command_service_add = {
	.name = "service add",
	.words = "NAME",
	.words_min = 1,
	.words_max = 1,
	.summary = "Adds a service: something that burns capacity",
	.text = "Impact is told in cores and watts once --cores and --watts-per-core are set. "
		"The commands are run only because they were set here, never because a "
		"repository says so.",
	.creates = true,
	.options = service_options,
	.run = run_add,
};

const struct command command_service_set = {
	.name = "service set",
	.words = "NAME",
	.words_min = 1,
	.words_max = 1,
	.summary = "Changes a service; an empty command takes it away",
	.text = "--harm says which way a metric is worse where its name and unit do not: "
		"latencies, "
		"durations, errors, CPU and memory are worse when they go up, throughput, hit "
		"ratios "
		"and availability when they go down, and of others both ways are reported. METRIC "
		"is a "
		"series\' name, or the part of it before \"{\".",
	.options = service_options,
	.run = run_set,
};

const struct command command_service_list = {
	.name = "service list",
	.words = "",
	.summary = "Lists the services",
	.run = run_list,
};
