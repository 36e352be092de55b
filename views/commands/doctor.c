/* `doctor`: what works on this machine and what is missing, with the mend. */
#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/path.h"
#include "core/base/process.h"
#include "core/base/text.h"
#include "core/guide/skill.h"
#include "core/solve/model.h"
#include "views/commands/command.h"

#define PROBE_TIME_MAX (INT64_C(10) * 1000000) /* microseconds for one program's version */

struct report {
	struct session *session;
	struct json *checks;
	size_t needed_missing;
};

enum level { LEVEL_OK, LEVEL_MISSING, LEVEL_NEEDED };

static void
add(struct report *report, const char *name, enum level level, const char *detail, const char *mend)
{
	static const char *const words[] = { "ok", "missing", "broken" };
	struct json *object = json_object();

	json_set_text(object, "name", name);
	json_set_text(object, "result", words[level]);
	json_set_text(object, "detail", detail);
	json_set_text(object, "mend", level == LEVEL_OK ? NULL : mend);
	json_append(report->checks, object);
	session_say(report->session, "%-8s %-12s %s\n", words[level], name, detail);
	if (level != LEVEL_OK && mend != NULL)
		session_say(report->session, "%-8s %-12s -> %s\n", "", "", mend);
	report->needed_missing += level == LEVEL_NEEDED;
}

struct program {
	const char *name;
	const char *const *argv; /* a harmless call that shows it works */
	bool needed;
	const char *what; /* is not possible without it */
	const char *mend;
};

static const struct program programs[] = {
	{ "git", (const char *const[]){ "git", "--version", NULL }, true,
	  "changes, patches and code", "install git" },
	{ "perf", (const char *const[]){ "perf", "--version", NULL }, false,
	  "recording profiles, reading perf.data", "install linux-perf (perf)" },
	{ "spatch", (const char *const[]){ "spatch", "--version", NULL }, false,
	  "rewriting rules: scan and fix --by rule", "install coccinelle" },
	{ "ctags", (const char *const[]){ "ctags", "--version", NULL }, false,
	  "exact function boundaries (git's own are used instead)", "install universal-ctags" },
	{ "bwrap",
	  (const char *const[]){ "bwrap", "--ro-bind", "/", "/", "--unshare-net", "--dev", "/dev",
				 "true", NULL },
	  false, "a sandbox around build, test and bench commands",
	  "install bubblewrap; where it is installed, user namespaces may be off" },
};

static void
check_program(struct report *report, const struct program *program)
{
	struct process_request request = { .argv = program->argv, .time_max = PROBE_TIME_MAX };
	struct process_result result;
	struct error error = { 0 };
	enum level absent = program->needed ? LEVEL_NEEDED : LEVEL_MISSING;
	char *line;

	if (process_check(&result, &request, &error) < 0) {
		struct str detail;

		str_init(&detail, STR_MAX_LINE);
		str_addf(&detail, "without it: no %s (%s)", program->what, error.text);
		add(report, program->name, absent, detail.data, program->mend);
		str_release(&detail);
	} else {
		str_truncate(&result.out, strcspn(result.out.data, "\n"));
		line = text_safe(result.out.len > 0 ? result.out.data : "works");
		add(report, program->name, LEVEL_OK, line, NULL);
		free(line);
	}
	process_result_release(&result);
}

static void
check_database(struct report *report)
{
	struct error error = { 0 };
	struct store *store;

	if (session_store(report->session, &store, &error) < 0)
		add(report, "database", LEVEL_NEEDED, error.text,
		    error.code == ERROR_NOT_FOUND
			    ? "name another with --db; headroom service add NAME makes it"
			    : "name another with --db, or put the file aside");
	else
		add(report, "database", LEVEL_OK, store_path(store), NULL);
}

static void
check_services(struct report *report)
{
	struct service_list list = { 0 };
	struct str detail;

	if (report->session->store == NULL ||
	    casebook_services(report->session->store, &list, NULL) < 0)
		return;
	str_init(&detail, STR_MAX_LINE);
	for (size_t i = 0; i < list.count; i++) {
		const struct service *service = &list.items[i];

		str_clear(&detail);
		str_addf(&detail, "%s: %s", service->name,
			 service->repository != NULL ? service->repository : "no repository set");
		if (service->repository != NULL && !path_is_folder(service->repository))
			add(report, "service", LEVEL_MISSING, detail.data,
			    "the repository is gone: headroom service set NAME --repo DIR");
		else
			add(report, "service", LEVEL_OK, detail.data, NULL);
	}
	if (list.count == 0)
		add(report, "service", LEVEL_MISSING, "none yet", "headroom service add NAME");
	str_release(&detail);
	service_list_release(&list);
}

/* config.yaml can be read, and the services it has sections for are there. */
static void
check_settings(struct report *report)
{
	struct service_list list = { 0 };
	const struct settings *settings;
	struct error error = { 0 };
	const char *name;

	if (session_settings(report->session, &settings, &error) < 0) {
		add(report, "settings", LEVEL_NEEDED, error.text, "mend the file, or --config");
		return;
	}
	if (settings_file(settings) == NULL || report->session->store == NULL ||
	    casebook_services(report->session->store, &list, NULL) < 0)
		return;
	add(report, "settings", LEVEL_OK, settings_file(settings), NULL);
	for (size_t i = 0; (name = settings_service(settings, i)) != NULL; i++) {
		struct str detail;
		bool known = false;

		for (size_t k = 0; k < list.count && !known; k++)
			known = strcmp(list.items[k].name, name) == 0;
		if (known)
			continue;
		str_init(&detail, STR_MAX_LINE);
		str_addf(&detail, "services: %s: no service of that name", name);
		add(report, "settings", LEVEL_MISSING, detail.data,
		    "headroom service list has the names");
		str_release(&detail);
	}
	service_list_release(&list);
}

static void
check_skills(struct report *report)
{
	struct skill_catalog catalog = { 0 };
	struct error error = { 0 };
	struct str detail;

	str_init(&detail, STR_MAX_LINE);
	if (skill_catalog_load(&catalog, report->session->store, NULL, &error) < 0) {
		add(report, "skills", LEVEL_NEEDED, error.text, "install headroom with its skills");
	} else {
		str_addf(&detail, "%zu, %zu errors", catalog.count,
			 problem_errors(&catalog.problems));
		add(report, "skills",
		    catalog.count == 0 || problem_errors(&catalog.problems) > 0 ? LEVEL_MISSING
										: LEVEL_OK,
		    detail.data, "headroom skills check");
	}
	str_release(&detail);
	skill_catalog_release(&catalog);
}

static void
check_model(struct report *report)
{
	struct model_settings settings = { 0 };
	struct error error = { 0 };
	struct str detail;

	if (model_settings_load(&settings, &error) < 0) {
		add(report, "model", LEVEL_MISSING, error.text,
		    "set HEADROOM_MODEL and the key; everything else works without");
		return;
	}
	str_init(&detail, STR_MAX_LINE);
	str_addf(&detail, "%s at %s", settings.name, settings.provider);
	add(report, "model", LEVEL_OK, detail.data, NULL);
	str_release(&detail);
	model_settings_release(&settings);
}

static void
check_terminal(struct report *report)
{
	const char *term = getenv("TERM");
	bool utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	struct str detail;

	str_init(&detail, STR_MAX_LINE);
	str_addf(&detail, "TERM=%s, %s%s", term != NULL ? term : "(not set)",
		 utf8 ? "UTF-8" : "ASCII", getenv("NO_COLOR") != NULL ? ", NO_COLOR" : "");
	add(report, "terminal",
	    term == NULL || strcmp(term, "dumb") == 0 ? LEVEL_MISSING : LEVEL_OK, detail.data,
	    "the workstation needs a terminal with cursor control; the commands do not");
	str_release(&detail);
}

static int
run(struct session *session, const struct arguments *arguments, struct error *err)
{
	struct report report = { .session = session, .checks = json_array() };
	struct json *document = json_object();

	(void)arguments;
	(void)err;
	check_database(&report);
	check_skills(&report);
	check_services(&report);
	check_settings(&report);
	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
		check_program(&report, &programs[i]);
	check_model(&report);
	check_terminal(&report);
	json_set(document, "checks", report.checks);
	json_set_bool(document, "ready", report.needed_missing == 0);
	if (session->json)
		session_print_json(session, document);
	else
		json_free(document);
	return report.needed_missing == 0 ? COMMAND_YES : COMMAND_NO;
}

const struct command command_doctor = {
	.name = "doctor",
	.words = "",
	.summary = "Tells what works on this machine and what is missing, with the mend",
	.run = run,
};
