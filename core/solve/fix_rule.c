/*
 * A patch by a skill's rewriting rule: the rule is run inside the functions
 * that the finding is about, and where it matches it makes the edit. Called by fix.c.
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/guide/rule.h"
#include "core/solve/fixer.h"

/* Runs one skill's rule in one definition. 1: it matched and set holds the edit; 0: not. */
static int
try_rule(struct fixer *fixer, const struct skill *skill, const struct definition *definition,
	 struct edit_set *set, struct error *err)
{
	struct rule_result result;
	struct str text;
	int matched = -1;

	str_init(&text, EDIT_FILE_MAX);
	if (fixer_read(fixer, definition->path, &text, err) == 0) {
		struct rule_request request = { .skill = skill,
						.path = definition->path,
						.data = text.data,
						.length = text.len,
						.first_line = definition->first,
						.last_line = definition->last,
						.cancel = fixer->cancel };

		matched = rule_run(&result, &request, err);
		if (matched == 0 && result.match_count > 0)
			matched = edit_write(set, definition->path, result.rewritten.data,
					     result.rewritten.len, err) == 0
					  ? 1
					  : -1;
		rule_result_release(&result);
	}
	str_release(&text);
	return matched;
}

static void
describe(const struct fixer *fixer, const struct skill *skill, const struct definition *definition,
	 struct patch *patch)
{
	memory_replace_string(&patch->by, "rule");
	memory_replace_string(&patch->skill, skill->name);
	free(patch->title);
	patch->title = memory_format("%s: %s", definition->function,
				     skill->patch_title != NULL ? skill->patch_title : skill->name);
	free(patch->why);
	patch->why = skill->patch_why != NULL ? memory_string(skill->patch_why)
					      : memory_format("%s (F%lld).", skill->description,
							      (long long)fixer->finding.id);
	memory_replace_string(&patch->risk, skill->patch_risk);
}

/* Tries one skill in all definitions, the subject's first. */
static int
try_skill(struct fixer *fixer, const struct skill *skill, struct patch *patch, struct error *err)
{
	int matched = 0;

	for (size_t i = 0; i < fixer->definition_count && matched == 0; i++) {
		struct edit_set set;

		edit_set_init(&set, fixer_read, fixer);
		matched = try_rule(fixer, skill, &fixer->definitions[i], &set, err);
		if (matched == 1 && fixer_take_edit(fixer, &set, patch, err) < 0)
			matched = -1;
		if (matched == 1)
			describe(fixer, skill, &fixer->definitions[i], patch);
		edit_set_release(&set);
	}
	return matched;
}

/* Nothing that another skill could do better. */
static bool
ends_the_search(const struct error *error)
{
	return error->code == ERROR_CANCELLED || error->code == ERROR_UNAVAILABLE;
}

/* All skills that have a rule, or the wanted one. 1: one matched. */
static int
try_skills(struct fixer *fixer, const char *wanted, struct patch *patch, size_t *tried,
	   struct error *err)
{
	struct error first = { 0 };

	for (size_t i = 0; i < fixer->catalog.count; i++) {
		const struct skill *skill = &fixer->catalog.items[i];
		struct error reason = { 0 };
		int matched;

		if (skill->rule_path == NULL ||
		    (wanted != NULL && strcmp(skill->name, wanted) != 0))
			continue;
		++*tried;
		matched = try_skill(fixer, skill, patch, &reason);
		if (matched > 0)
			return 1;
		/* One rule that cannot be run does not keep the others from it. */
		if (matched < 0 && (first.code == ERROR_NONE || ends_the_search(&reason)))
			first = reason;
		if (matched < 0 && ends_the_search(&reason))
			break;
	}
	return first.code == ERROR_NONE ? 0 : error_set(err, first.code, "%s", first.text);
}

int
fix_by_rule(struct fixer *fixer, struct patch *patch, struct error *err)
{
	const char *wanted = fixer->options->skill;
	size_t tried = 0;
	int matched;

	if (fixer->definition_count == 0)
		return error_set(err, ERROR_NOT_FOUND,
				 "%.100s: its definition was not found in the repository",
				 fixer->finding.subject);
	/* An opportunity's own skill; a regression may have been made by any of the known slips. */
	if (wanted == NULL && fixer->finding.kind == FINDING_OPPORTUNITY)
		wanted = fixer->finding.skill;
	matched = try_skills(fixer, wanted, patch, &tried, err);
	if (matched != 0)
		return matched < 0 ? -1 : 0;
	if (tried == 0 && wanted != NULL)
		return error_set(err, ERROR_NOT_FOUND, "%.60s: no such skill, or it has no rule",
				 wanted);
	return error_set(err, ERROR_NOT_FOUND, "no rule of %zu skill%s matches in %.100s", tried,
			 tried == 1 ? "" : "s", fixer->finding.subject);
}
