/*
 * `demo`: makes the sample case for real: a git repository with its history, a
 * service, its changes and recorded profiles, through the same import, detect
 * and scan code as anybody's data. Doing it again goes on where it was left.
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/base/path.h"
#include "core/base/process.h"
#include "core/base/reader.h"
#include "core/base/text.h"
#include "core/collect/change_import.h"
#include "core/collect/profile_import.h"
#include "core/explain/detection.h"
#include "core/guide/scan.h"
#include "views/commands/command.h"

#define DEMO_FILE_MAX ((size_t)4 * 1024 * 1024)

struct demo {
	struct session *session;
	char *data;   /* where the sample case ships */
	char *folder; /* where it is made */
	char *repository;
	char *database;
	struct service service;
};

static void
demo_release(struct demo *demo)
{
	free(demo->data);
	free(demo->folder);
	free(demo->repository);
	free(demo->database);
	service_release(&demo->service);
}

static void
step(struct demo *demo, const char *what, uint64_t done, uint64_t total)
{
	progress_report(&demo->session->progress, what, done, total);
}

/* --- the repository --- */

/* Takes name and mail of a patch's "From: Name <mail>" line. */
static int
read_author(const char *file, char **name, char **mail, struct error *err)
{
	struct str text;
	const char *from, *open, *end;
	int result = -1;

	str_init(&text, DEMO_FILE_MAX);
	if (path_read_file(&text, file, DEMO_FILE_MAX, err) < 0)
		goto out;
	from = strstr(text.data, "\nFrom: ");
	end = from != NULL ? strchr(from + 1, '\n') : NULL;
	open = from != NULL ? strstr(from, " <") : NULL;
	if (end == NULL || open == NULL || open > end || end[-1] != '>') {
		error_set(err, ERROR_INPUT, "%s: no author", file);
		goto out;
	}
	*name = memory_format("GIT_COMMITTER_NAME=%.*s", (int)(open - from - 7), from + 7);
	*mail = memory_format("GIT_COMMITTER_EMAIL=%.*s", (int)(end - open - 3), open + 2);
	result = 0;
out:
	str_release(&text);
	return result;
}

/* The committer is the author and nothing of the user's configuration counts: the ids are the same
 * everywhere. */
static int
run_git(const char *folder, const char *const *argv, const char *name, const char *mail,
	const struct cancel *cancel, struct error *err)
{
	const char *environment[] = { "GIT_CONFIG_GLOBAL=/dev/null",
				      "GIT_CONFIG_SYSTEM=/dev/null",
				      "GIT_DIR",
				      "GIT_WORK_TREE",
				      "GIT_INDEX_FILE",
				      name,
				      mail,
				      NULL };
	struct process_request request = {
		.argv = argv, .directory = folder, .environment = environment, .cancel = cancel
	};
	struct process_result result;
	int status = process_check(&result, &request, err);

	process_result_release(&result);
	return status;
}

static int
apply_patch(struct demo *demo, const char *folder, const char *patch, struct error *err)
{
	const char *const argv[] = { "git",
				     "-c",
				     "core.autocrlf=false",
				     "-c",
				     "commit.gpgsign=false",
				     "am",
				     "-q",
				     "--committer-date-is-author-date",
				     patch,
				     NULL };
	char *name = NULL, *mail = NULL;
	int result = read_author(patch, &name, &mail, err);

	if (result == 0)
		result = run_git(folder, argv, name, mail, &demo->session->cancel, err);
	free(name);
	free(mail);
	return result;
}

static int
is_patch(const struct dirent *entry)
{
	return text_ends_with(entry->d_name, ".patch");
}

static int
list_history(const char *folder, struct strings *patches, struct error *err)
{
	struct dirent **entries;
	int count = scandir(folder, &entries, is_patch, alphasort);

	if (count < 0)
		return error_system(err, errno, "%s", folder);
	for (int i = 0; i < count; i++) {
		strings_addf(patches, "%s/%s", folder, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	return 0;
}

/* Built beside its place and renamed: a repository that is there is whole. */
static int
make_repository(struct demo *demo, struct error *err)
{
	static const char *const init[] = { "git", "init", "-q", "-b", "main", ".", NULL };
	char *building = memory_format("%s.new", demo->repository);
	char *history = path_join(demo->data, "history");
	struct strings patches = { 0 };
	int result = -1;

	if (path_exists(demo->repository)) {
		result = 0;
		goto out;
	}
	if ((path_exists(building) && path_remove_tree(building, err) < 0) ||
	    path_make_folder(building, err) < 0 || list_history(history, &patches, err) < 0 ||
	    run_git(building, init, NULL, NULL, &demo->session->cancel, err) < 0)
		goto out;
	for (size_t i = 0; i < patches.count; i++) {
		step(demo, "making the repository", i, patches.count);
		if (apply_patch(demo, building, patches.items[i], err) < 0)
			goto out;
	}
	if (rename(building, demo->repository) < 0) {
		error_set(err, ERROR_IO, "%s: cannot be put in place", demo->repository);
		goto out;
	}
	result = 0;
out:
	strings_release(&patches);
	free(history);
	free(building);
	return result;
}

/* --- the service and its data --- */

static int
make_service(struct demo *demo, struct store *store, struct error *err)
{
	char *file = path_join(demo->data, "service.json");
	struct service *service = &demo->service;
	struct json *json = NULL;
	struct str text;
	int result = -1;

	str_init(&text, DEMO_FILE_MAX);
	if (path_read_file(&text, file, DEMO_FILE_MAX, err) < 0)
		goto out;
	if (json_parse(&json, text.data, text.len, err) < 0) {
		error_prefix(err, "%s", file);
		goto out;
	}
	service->name = memory_string(json_get_text(json, "name", "demo"));
	service->repository = memory_string(demo->repository);
	service->cores = json_get_number(json, "cores", 0);
	service->watts_per_core = json_get_number(json, "watts_per_core", 0);
	service->build = memory_string(json_get_text(json, "build", NULL));
	service->test = memory_string(json_get_text(json, "test", NULL));
	service->bench = memory_string(json_get_text(json, "bench", NULL));
	result = casebook_service_put(store, service, err);
out:
	json_free(json);
	str_release(&text);
	free(file);
	return result;
}

static int
import_changes(struct demo *demo, struct store *store, struct error *err)
{
	struct change_import_report report;
	char *deploys = path_join(demo->data, "deploys.jsonl");
	int result = change_import_git(store, demo->service.name, demo->repository, 0, &report,
				       &demo->session->progress, err);

	if (result == 0)
		result = change_import_jsonl(store, demo->service.name, deploys, false, &report,
					     &demo->session->progress, err);
	free(deploys);
	return result;
}

/* One line of windows.jsonl: {"file","start","duration","deploy"}. */
static int
import_window(struct demo *demo, struct store *store, const struct json *window, struct error *err)
{
	struct profile_import_options options = { .service = demo->service.name };
	struct profile_import_report report;
	struct strings labels = { 0 };
	char *file = path_join(demo->data, json_get_text(window, "file", ""));
	int result = clock_parse(&options.time, json_get_text(window, "start", ""), err);

	options.duration = json_get_int(window, "duration", 60) * CLOCK_SECOND;
	strings_addf(&labels, "version=%s", json_get_text(window, "deploy", ""));
	options.labels = &labels;
	if (result == 0)
		result = profile_import_file(store, file, &options, &report, NULL, err);
	strings_release(&labels);
	free(file);
	return result;
}

static int
import_windows(struct demo *demo, struct store *store, struct error *err)
{
	char *file = path_join(demo->data, "windows.jsonl");
	struct reader *reader = NULL;
	const char *line;
	size_t length;
	int more, result = -1;

	if (reader_open(&reader, file, err) < 0)
		goto out;
	while ((more = reader_line(reader, &line, &length, err)) > 0) {
		struct json *window = NULL;

		step(demo, "importing profiles", reader_line_number(reader), 0);
		if (progress_cancelled(&demo->session->progress)) {
			error_set(err, ERROR_CANCELLED, "demo: stopped");
			goto out;
		}
		if (json_parse(&window, line, length, err) < 0 ||
		    import_window(demo, store, window, err) < 0) {
			json_free(window);
			error_prefix(err, "%s:%llu", file,
				     (unsigned long long)reader_line_number(reader));
			goto out;
		}
		json_free(window);
	}
	result = more;
out:
	if (reader != NULL)
		reader_close(reader);
	free(file);
	return result;
}

static int
find(struct demo *demo, struct store *store, struct json *document, struct error *err)
{
	struct detection_options detect = { .service = demo->service.name };
	struct scan_options scan = { .service = demo->service.name };
	struct detection_report detected = { 0 };
	struct scan_report scanned = { 0 };
	int result = detection_run(store, &detect, &detected, &demo->session->progress, err);

	if (result == 0)
		result = scan_run(store, &scan, &scanned, &demo->session->progress, err);
	if (result == 0) {
		json_set_int(document, "regressions", (int64_t)detected.finding_count);
		json_set_int(document, "opportunities", (int64_t)scanned.finding_count);
		session_progress_end(demo->session);
		for (size_t i = 0; i < scanned.warnings.count; i++)
			session_warn(demo->session, "%s", scanned.warnings.items[i]);
		session_say(demo->session,
			    "%zu regression%s, %zu opportunit%s\nrepository  %s\ndatabase    %s\n",
			    detected.finding_count, detected.finding_count == 1 ? "" : "s",
			    scanned.finding_count, scanned.finding_count == 1 ? "y" : "ies",
			    demo->repository, demo->database);
	}
	scan_report_release(&scanned);
	detection_report_release(&detected);
	return result;
}

static int
choose_folder(struct demo *demo, const char *option, struct error *err)
{
	char *home = NULL;

	if (option != NULL) {
		if (path_make_folder(option, err) < 0)
			return -1;
		demo->folder = realpath(option, NULL);
		if (demo->folder == NULL)
			return error_set(err, ERROR_IO, "--dir: %.200s: cannot be used", option);
	} else {
		if (path_data_home(&home, err) < 0)
			return -1;
		demo->folder = path_join(home, "demo");
		free(home);
		if (path_make_folder(demo->folder, err) < 0)
			return -1;
	}
	return 0;
}

static int
make(struct demo *demo, struct json *document, struct error *err)
{
	struct store *store;

	demo->repository = path_join(demo->folder, "shelf");
	demo->database = demo->session->database != NULL ? memory_string(demo->session->database)
							 : path_join(demo->folder, "headroom.db");
	json_set_text(document, "repository", demo->repository);
	json_set_text(document, "database", demo->database);
	demo->session->database = demo->database;
	if (make_repository(demo, err) < 0 || session_store(demo->session, &store, err) < 0 ||
	    make_service(demo, store, err) < 0 || import_changes(demo, store, err) < 0 ||
	    import_windows(demo, store, err) < 0)
		return -1;
	return find(demo, store, document, err);
}

static int
run(struct session *session, const struct arguments *arguments, struct error *err)
{
	struct demo demo = { .session = session };
	struct json *document = json_object();
	int result = -1;

	if (path_shipped(&demo.data, "demo", err) < 0 ||
	    choose_folder(&demo, argument_text(arguments, "--dir"), err) < 0 ||
	    make(&demo, document, err) < 0)
		goto out;
	if (session->json)
		session_print_json(session, json_copy(document));
	if (!argument_flag(arguments, "--no-ui") && !session->json)
		session->open_database = memory_string(demo.database);
	result = COMMAND_YES;
out:
	session->database = NULL; /* it pointed into what is released here */
	json_free(document);
	demo_release(&demo);
	return result;
}

static const struct option options[] = {
	{ "--dir", "DIR", "where it is made; else in the user's data folder" },
	{ "--no-ui", NULL, "make it, do not open the workstation" },
	{ 0 },
};

const struct command command_demo = {
	.name = "demo",
	.words = "",
	.summary = "Makes the sample case for real and opens the workstation on it",
	.text = "A small C service with its history, profiles recorded by perf, two regressions, "
		"and what looks like one and is not. Nothing outside the folder is touched.",
	.creates = true,
	.options = options,
	.run = run,
};
