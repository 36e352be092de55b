/* What can be said about a skill beyond reading it, for `skills check`. */
#include "core/base/memory.h"
#include "core/base/path.h"
#include "core/guide/rule.h"
#include "core/guide/skill.h"
#include "core/tools/tool.h"

#define BODY_LINES_MAX 500 /* the specification's advice: longer texts cost a model too much */

static void
check_body(const struct skill *skill, struct problem_list *out)
{
	char *path = path_join(skill->folder, "SKILL.md");
	size_t lines = 0;
	for (const char *at = skill->body; at != NULL && (at = strchr(at, '\n')) != NULL; at++)
		lines++;
	if (skill->body == NULL || skill->body[strspn(skill->body, " \r\n\t")] == '\0')
		problem_add(out, path, 0, false, "there is no text after the front matter");
	if (lines > BODY_LINES_MAX)
		problem_add(out, path, 0, false,
			    "%zu lines: more than %d are better in other files", lines,
			    BODY_LINES_MAX);
	free(path);
}

static void
check_playbook(const struct skill *skill, struct problem_list *out)
{
	char *path = path_join(skill->folder, "playbook.yaml");
	for (size_t i = 0; skill->playbook != NULL && i < skill->playbook->step_count; i++) {
		const struct playbook_step *step = &skill->playbook->steps[i];
		const struct tool *tool = step->tool != NULL ? tool_find(step->tool) : NULL;
		if (step->tool != NULL && tool == NULL)
			problem_add(out, path, step->line, true, "there is no tool \"%s\"",
				    step->tool);
		else if (tool != NULL && tool->guarded)
			problem_add(out, path, step->line, true,
				    "\"%s\" acts; a playbook only asks", step->tool);
	}
	free(path);
}

static void
check_match(const struct skill *skill, struct problem_list *out)
{
	char *path = path_join(skill->folder, "SKILL.md");
	if (skill->kind == SKILL_OFFENSE) {
		if (skill->rule == NULL)
			problem_add(out, path, 0, false,
				    "an offense skill without a rule.cocci finds nothing");
		if (skill->match.keywords.count == 0)
			problem_add(out, path, 0, true, "headroom-keywords is missing");
		if (skill->match.callees.count == 0 || skill->match.saving_high <= 0)
			problem_add(out, path, 0, true,
				    "headroom-callees and headroom-saving are missing");
	}
	free(path);
}

static void
check_rule(const struct skill *skill, struct problem_list *out)
{
	struct error err = { 0 };
	if (skill->rule == NULL)
		return;
	if (!rule_available())
		problem_add(out, skill->rule_path, 0, false,
			    "not tried: spatch is not installed (package coccinelle)");
	else if (rule_parses(skill, &err) < 0)
		problem_add(out, skill->rule_path, 0, true, "%s", err.text);
}

void
skill_check(const struct skill *skill, struct problem_list *out)
{
	check_body(skill, out);
	check_playbook(skill, out);
	check_match(skill, out);
	check_rule(skill, out);
}
