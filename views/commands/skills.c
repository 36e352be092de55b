/* `skills list`, `check`, `show`, `trust`: what headroom knows, and whom it believes. */
#include <string.h>

#include "core/base/memory.h"
#include "core/guide/skill.h"
#include "core/store/activity.h"
#include "views/commands/command.h"
#include "views/commands/listing.h"

/* The catalogue as the service's repository sees it; without --service without a repository. */
static int
load_catalog(struct session *session, const struct arguments *arguments,
	     struct skill_catalog *catalog, struct error *err)
{
	const char *name = argument_text(arguments, "--service");
	struct service service = { 0 };
	struct store *store = NULL;
	int result;

	if (name != NULL && (session_store(session, &store, err) < 0 ||
			     casebook_service_by_name(store, name, &service, err) < 0))
		return -1;
	result = skill_catalog_load(catalog, store, service.repository, err);
	service_release(&service);
	return result;
}

static struct json *
skill_to_json(const struct skill *skill)
{
	struct json *object = json_object();

	json_set_text(object, "name", skill->name);
	json_set_text(object, "description", skill->description);
	json_set_text(object, "kind", skill_kind_name(skill->kind));
	json_set_text(object, "origin", skill_origin_name(skill->origin));
	json_set_bool(object, "trusted", skill->origin != SKILL_REPOSITORY || skill->trusted);
	json_set_int(object, "steps",
		     skill->playbook != NULL ? (int64_t)skill->playbook->step_count : 0);
	json_set_bool(object, "rule", skill->rule_path != NULL);
	json_set_text(object, "folder", skill->folder);
	json_set_text(object, "digest", skill->digest);
	return object;
}

static void
list_skill(struct listing *listing, struct json *array, const struct skill *skill)
{
	json_append(array, skill_to_json(skill));
	listing_cell(listing, "%s", skill->name);
	listing_cell(listing, "%s", skill_kind_name(skill->kind));
	listing_cell(listing, "%s%s", skill_origin_name(skill->origin),
		     skill->origin == SKILL_REPOSITORY && !skill->trusted ? ", not trusted" : "");
	listing_cell(listing, "%zu", skill->playbook != NULL ? skill->playbook->step_count : 0);
	listing_cell(listing, "%s", skill->rule_path != NULL ? "yes" : "-");
	listing_cell(listing, "%.100s", skill->description);
}

static int
run_list(struct session *session, const struct arguments *arguments, struct error *err)
{
	static const char *const titles[] = { "SKILL",  "KIND", "FROM",
					      ">STEPS", "RULE", "DESCRIPTION" };
	struct json *document, *array;
	struct skill_catalog catalog = { 0 };
	struct listing listing;

	if (load_catalog(session, arguments, &catalog, err) < 0)
		return -1;
	document = json_object();
	array = json_array();
	listing_init(&listing, 6, titles);
	for (size_t i = 0; i < catalog.count; i++)
		list_skill(&listing, array, &catalog.items[i]);
	for (size_t i = 0; i < catalog.untrusted_count; i++)
		list_skill(&listing, array, &catalog.untrusted[i]);
	json_set(document, "skills", array);
	listing_print(&listing, session);
	if (session->json)
		session_print_json(session, document);
	else
		json_free(document);
	listing_release(&listing);
	skill_catalog_release(&catalog);
	return COMMAND_YES;
}

static void
add_problems(struct session *session, struct json *array, const struct problem_list *problems)
{
	for (size_t i = 0; i < problems->count; i++) {
		const struct problem *problem = &problems->items[i];
		struct json *object = json_object();

		json_set_text(object, "file", problem->file);
		json_set_int(object, "line", problem->line);
		json_set_text(object, "level", problem->is_error ? "error" : "warning");
		json_set_text(object, "text", problem->text);
		json_append(array, object);
		session_say(session, "%s:%u: %s: %s\n", problem->file, problem->line,
			    problem->is_error ? "error" : "warning", problem->text);
	}
}

/* A folder without any skill is a slip of the pen and not a good answer. */
static int
add_folder(struct skill_catalog *catalog, const char *folder, struct error *err)
{
	size_t skills = catalog->count, problems = catalog->problems.count;

	if (skill_catalog_add_folder(catalog, folder, SKILL_USER, NULL, err) < 0)
		return -1;
	if (catalog->count == skills && catalog->problems.count == problems)
		return error_set(err, ERROR_NOT_FOUND, "%.200s: no skill in this folder", folder);
	return 0;
}

static int
run_check(struct session *session, const struct arguments *arguments, struct error *err)
{
	struct skill_catalog catalog = { 0 };
	struct problem_list found = { 0 };
	struct json *document, *array;
	size_t errors, checked;
	int result;

	result = arguments->rest.count == 0 ? load_catalog(session, arguments, &catalog, err) : 0;
	for (size_t i = 0; result == 0 && i < arguments->rest.count; i++)
		result = add_folder(&catalog, arguments->rest.items[i], err);
	if (result < 0) {
		skill_catalog_release(&catalog);
		return -1;
	}
	for (size_t i = 0; i < catalog.count; i++)
		skill_check(&catalog.items[i], &found);
	document = json_object();
	array = json_array();
	add_problems(session, array, &catalog.problems);
	add_problems(session, array, &found);
	errors = problem_errors(&catalog.problems) + problem_errors(&found);
	checked = catalog.count;
	json_set(document, "problems", array);
	json_set_int(document, "checked", (int64_t)checked);
	json_set_int(document, "errors", (int64_t)errors);
	session_say(session, "%zu skills checked, %zu errors\n", checked, errors);
	if (session->json)
		session_print_json(session, document);
	else
		json_free(document);
	problem_list_release(&found);
	skill_catalog_release(&catalog);
	return errors > 0 ? COMMAND_NO : COMMAND_YES;
}

static int
run_show(struct session *session, const struct arguments *arguments, struct error *err)
{
	struct skill_catalog catalog = { 0 };
	const struct skill *skill;
	struct str body;

	if (load_catalog(session, arguments, &catalog, err) < 0)
		return -1;
	skill = skill_find(&catalog, arguments->rest.items[0]);
	if (skill == NULL) {
		skill_catalog_release(&catalog);
		return error_set(err, ERROR_NOT_FOUND, "%.60s: no such skill",
				 arguments->rest.items[0]);
	}
	str_init(&body, STR_MAX_TEXT);
	skill_body_text(skill, &body);
	session_say(session, "%s\n\n%s\n\n%s\n", skill->name, skill->description, body.data);
	if (session->json) {
		struct json *object = skill_to_json(skill);

		json_set_text(object, "body", skill->body);
		session_print_json(session, object);
	}
	str_release(&body);
	skill_catalog_release(&catalog);
	return COMMAND_YES;
}

static int
run_trust(struct session *session, const struct arguments *arguments, struct error *err)
{
	const char *name = arguments->rest.items[0];
	struct skill_catalog catalog = { 0 };
	const struct skill *skill = NULL;
	struct store *store;
	int result = -1;

	if (session_store(session, &store, err) < 0 ||
	    load_catalog(session, arguments, &catalog, err) < 0)
		return -1;
	for (size_t i = 0; i < catalog.untrusted_count; i++)
		if (strcmp(catalog.untrusted[i].name, name) == 0)
			skill = &catalog.untrusted[i];
	if (skill == NULL)
		error_set(err, ERROR_NOT_FOUND,
			  "%.60s: no skill of the repository waits for trust (--service names it)",
			  name);
	else if (casebook_trust_add(store, "skill", skill->digest, session_user(), err) == 0)
		result = COMMAND_YES;
	if (result == COMMAND_YES)
		session_say(session, "%s: trusted as it is now (%.12s); an edit asks again\n", name,
			    skill->digest);
	if (result == COMMAND_YES && session->json)
		session_print_json(session, skill_to_json(skill));
	skill_catalog_release(&catalog);
	return result;
}

static const struct option skill_options[] = {
	{ "--service", "S", "with the skills in this service's repository" },
	{ 0 },
};

const struct command command_skills_list = {
	.name = "skills list",
	.words = "",
	.summary = "Lists the skills",
	.options = skill_options,
	.run = run_list,
};

const struct command command_skills_check = {
	.name = "skills check",
	.words = "[FOLDER...]",
	.words_max = WORDS_ANY,
	.summary = "Checks skills: front matter, playbook, rule; exit 1 where one has an error",
	.options = skill_options,
	.run = run_check,
};

const struct command command_skills_show = {
	.name = "skills show",
	.words = "NAME",
	.words_min = 1,
	.words_max = 1,
	.summary = "Shows what a skill says",
	.options = skill_options,
	.run = run_show,
};

const struct command command_skills_trust = {
	.name = "skills trust",
	.words = "NAME",
	.words_min = 1,
	.words_max = 1,
	.summary = "Trusts a skill of a service's repository, for its content as it is now",
	.options = skill_options,
	.run = run_trust,
};
