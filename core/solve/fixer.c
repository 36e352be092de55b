/* What the ways of making a patch share; see fixer.h. Called by fix.c and the fix_*.c. */
#include "core/solve/fixer.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/base/vec.h"
#include "core/store/change.h"
#include "core/tools/tool.h"

#define DEFINITIONS_MAX 12

void
fixer_say(const struct fixer *fixer, const char *kind, const char *text)
{
	const struct fix_events *events = fixer->options->events;

	if (events != NULL && events->said != NULL)
		events->said(events->user, kind, text);
}

/* Asks the tool that everybody asks where a function is defined; unknown ones (libraries) are left
 * out. */
static void
add_definition(struct fixer *fixer, const char *function)
{
	struct tool_context context = { .store = fixer->store,
					.actor = "solver",
					.cancel = fixer->cancel,
					.finding = fixer->finding.id,
					.answer_max = EDIT_FILE_MAX };
	struct json *question = json_object(), *answer = NULL;
	struct definition definition;

	json_set_text(question, "service", fixer->service.name);
	json_set_text(question, "commit", fixer->base);
	json_set_text(question, "function", function);
	if (tool_call(&context, "code_read", question, &answer, NULL) == 0) {
		definition.function = memory_string(function);
		definition.path = memory_string(json_get_text(answer, "path", ""));
		definition.first = (uint32_t)json_get_int(answer, "first", 0);
		definition.last = (uint32_t)json_get_int(answer, "last", 0);
		if (fixer->definition_count == fixer->definition_capacity)
			fixer->definitions =
				vec_grow(fixer->definitions, &fixer->definition_capacity,
					 fixer->definition_count + 1, sizeof(definition));
		fixer->definitions[fixer->definition_count++] = definition;
	}
	json_free(question);
	json_free(answer);
}

static void
find_definitions(struct fixer *fixer)
{
	const struct finding *finding = &fixer->finding;

	add_definition(fixer, finding->subject);
	for (size_t i = 0; i < finding->members.count && fixer->definition_count < DEFINITIONS_MAX;
	     i++)
		if (strcmp(finding->members.items[i], finding->subject) != 0)
			add_definition(fixer, finding->members.items[i]);
}

static int
find_base(struct fixer *fixer, struct error *err)
{
	struct error reason = { 0 };
	struct str head;
	int result;

	str_init(&head, STR_MAX_LINE);
	result = git_read(&fixer->git, &head, &reason, "rev-parse", "--verify", "HEAD^{commit}",
			  NULL);
	fixer->base = str_take(&head);
	if (result == 0)
		return 0;
	if (reason.code == ERROR_INPUT)
		return error_set(err, ERROR_INPUT, "%.300s: the repository has no commit yet",
				 fixer->service.repository);
	return error_set(err, reason.code, "%s", reason.text);
}

int
fixer_open(struct fixer *fixer, struct store *store, int64_t finding,
	   const struct fix_options *options, const struct progress *progress, struct error *err)
{
	*fixer = (struct fixer){ .store = store,
				 .options = options,
				 .progress = progress,
				 .cancel = progress != NULL ? progress->cancel : NULL };
	if (casebook_finding(store, finding, &fixer->finding, err) < 0 ||
	    casebook_service_by_id(store, fixer->finding.service, &fixer->service, err) < 0)
		return -1;
	if (fixer->service.repository == NULL)
		return error_set(err, ERROR_UNAVAILABLE,
				 "service %s has no repository: headroom service set %s --repo DIR",
				 fixer->service.name, fixer->service.name);
	fixer->git =
		(struct git){ .repository = fixer->service.repository, .cancel = fixer->cancel };
	if (git_check_repository(&fixer->git, err) < 0 ||
	    skill_catalog_load(&fixer->catalog, store, fixer->service.repository, err) < 0)
		return -1;
	if (find_base(fixer, err) < 0)
		return -1;
	find_definitions(fixer);
	return 0;
}

void
fixer_release(struct fixer *fixer)
{
	for (size_t i = 0; i < fixer->definition_count; i++) {
		free(fixer->definitions[i].function);
		free(fixer->definitions[i].path);
	}
	free(fixer->definitions);
	free(fixer->base);
	skill_catalog_release(&fixer->catalog);
	finding_release(&fixer->finding);
	service_release(&fixer->service);
}

int
fixer_read(void *user, const char *path, struct str *out, struct error *err)
{
	const struct fixer *fixer = user;

	return git_read_file(&fixer->git, fixer->base, path, out, err);
}

/* What the staging holds now becomes the patch's diff and files, in place of those it had. */
static int
take(struct staging *staging, struct patch *patch, struct error *err)
{
	struct strings files = { 0 };
	struct str diff;
	int result;

	str_init(&diff, STR_MAX_TEXT);
	result = staging_diff(staging, &diff, &files, err);
	if (result == 0) {
		free(patch->diff);
		patch->diff = str_take(&diff);
		strings_copy(&patch->files, &files);
	}
	str_release(&diff);
	strings_release(&files);
	return result;
}

int
fixer_take_edit(struct fixer *fixer, const struct edit_set *set, struct patch *patch,
		struct error *err)
{
	struct staging staging;
	int result =
		staging_open(&staging, fixer->service.repository, fixer->base, fixer->cancel, err);

	if (result == 0)
		result = staging_write(&staging, set, err);
	if (result == 0)
		result = take(&staging, patch, err);
	staging_release(&staging);
	return result;
}

int
fixer_take_diff(struct fixer *fixer, const char *diff, struct patch *patch, struct error *err)
{
	struct staging staging;
	int result =
		staging_open(&staging, fixer->service.repository, fixer->base, fixer->cancel, err);

	if (result == 0 && diff[0] != '\0')
		result = staging_apply(&staging, diff, err);
	if (result == 0)
		result = take(&staging, patch, err);
	staging_release(&staging);
	return result;
}

/* Of the last commit that touched the file. */
static void
reviewer_by_file(struct fixer *fixer, struct patch *patch)
{
	struct str line;
	char *tab;

	str_init(&line, STR_MAX_LINE);
	if (patch->files.count > 0 &&
	    git_read(&fixer->git, &line, NULL, "log", "-1", "--no-show-signature",
		     "--format=%an%x09%ae", fixer->base, "--", patch->files.items[0], NULL) == 0 &&
	    (tab = strchr(line.data, '\t')) != NULL) {
		*tab = '\0';
		memory_replace_string(&patch->reviewer_name, line.data);
		memory_replace_string(&patch->reviewer_email, tab + 1);
	}
	str_release(&line);
}

/* The fix goes to the author of the cause. */
static void
reviewer_by_cause(struct fixer *fixer, struct patch *patch)
{
	const struct finding *finding = &fixer->finding;
	struct change change = { 0 };

	if (finding->suspect_count > 0 && text_equal(finding->verdict, "likely") &&
	    casebook_change_by_id(fixer->store, finding->suspects[0].change, &change, NULL) == 0 &&
	    change.author_name != NULL) {
		memory_replace_string(&patch->reviewer_name, change.author_name);
		memory_replace_string(&patch->reviewer_email, change.author_email);
	}
	change_release(&change);
}

void
fixer_add_scope(const struct fixer *fixer, struct patch *patch)
{
	for (size_t i = 0; i < fixer->definition_count; i++)
		strings_add(&patch->scope, fixer->definitions[i].path);
	strings_sort(&patch->scope);
}

void
fixer_finish(struct fixer *fixer, struct patch *patch)
{
	fixer_add_scope(fixer, patch);
	memory_replace_string(&patch->base, fixer->base);
	if (patch->reviewer_name == NULL)
		reviewer_by_cause(fixer, patch);
	if (patch->reviewer_name == NULL)
		reviewer_by_file(fixer, patch);
}
