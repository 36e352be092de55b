/*
 * playbook.yaml, read and checked. For skill.c.
 *
 *   playbook: 1                   the format's version
 *   applies: regression           or opportunity
 *   steps:                        in the order they are asked
 *     - title: one line
 *       why: why it is asked
 *       how: how to read the answer
 *       tool: profile_query       left out: the step asks nobody and states `propose`
 *       arguments: { ... }        for the tool; texts may hold places, see template.h
 *       propose: text             of a step without a tool
 *       rules:                    tried in order, the first that holds speaks
 *         - when: condition       see condition.h; left out: always
 *           says: for             or against, unclear, nothing
 *           weight: 1.5           how much it says, natural log-odds; 1 if left out
 *           text: one line        the conclusion
 *   verdict:                      tried in order, the first that holds is it
 *     - when: condition
 *       cause: one line
 *       next: what to do
 *       mitigations: [revert, rule, model]
 *
 * Paths start from: finding, service, near (before and after: the windows next to
 * the change, as FROM..TO), suspects, steps (steps.2.answer.x,
 * steps.2.says), marks (for, against, unclear, open: counts), confidence; in a
 * step's own rules also answer.
 */
#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/base/vec.h"
#include "core/guide/playbook.h"
#include "core/guide/template.h"
#include "core/base/yaml.h"

#define PLAYBOOK_WEIGHT_MAX 5.0

struct playbook_reader {
	const char *file;
	struct problem_list *problems;
};

#define REFUSE(reader, node, ...) \
	problem_add((reader)->problems, (reader)->file, (node)->line, true, __VA_ARGS__)

/* known: the fields, with a blank on both sides of each. */
static void
warn_unknown(struct playbook_reader *reader, const struct yaml_node *map, const char *known)
{
	for (const struct yaml_node *child = map->first; child != NULL; child = child->next) {
		char *word = memory_format(" %s ", child->key);
		if (strchr(child->key, ' ') != NULL || strstr(known, word) == NULL)
			problem_add(reader->problems, reader->file, child->line, false,
				    "unknown field \"%.60s\"", child->key);
		free(word);
	}
}

/* A template; NULL where it is absent. Always checked, and refused with its line. */
static char *
read_text(struct playbook_reader *reader, const struct yaml_node *map, const char *key, bool needed,
	  enum text_mode mode)
{
	const struct yaml_node *node = yaml_get(map, key);
	struct error err = { 0 };
	if (node == NULL) {
		if (needed)
			REFUSE(reader, map, "%s is missing", key);
		return NULL;
	}
	if (node->type != YAML_TEXT || node->text[0] == '\0') {
		REFUSE(reader, node, "%s must be a text", key);
		return NULL;
	}
	if (strlen(node->text) > PLAYBOOK_TEXT_MAX)
		REFUSE(reader, node, "%s has more than %d bytes", key, PLAYBOOK_TEXT_MAX);
	else if (template_check(node->text, &err) < 0)
		REFUSE(reader, node, "%s: %s", key, err.text);
	struct str safe;
	str_init(&safe, PLAYBOOK_TEXT_MAX * 3);
	text_sanitize(&safe, node->text, strlen(node->text), mode);
	str_trim(&safe);
	return str_take(&safe);
}

static struct condition *
read_condition(struct playbook_reader *reader, const struct yaml_node *map)
{
	const struct yaml_node *node = yaml_get(map, "when");
	struct condition *out = NULL;
	struct error err = { 0 };
	if (node == NULL)
		return NULL;
	if (node->type != YAML_TEXT)
		REFUSE(reader, node, "when must be a condition");
	else if (condition_parse(&out, node->text, &err) < 0)
		REFUSE(reader, node, "when: %s", err.text);
	return out;
}

static enum step_says
read_says(struct playbook_reader *reader, const struct yaml_node *map)
{
	const struct yaml_node *node = yaml_get(map, "says");
	if (node == NULL)
		return SAYS_NOTHING;
	if (node->type == YAML_TEXT) {
		if (strcmp(node->text, "for") == 0)
			return SAYS_FOR;
		if (strcmp(node->text, "against") == 0)
			return SAYS_AGAINST;
		if (strcmp(node->text, "unclear") == 0)
			return SAYS_UNCLEAR;
		if (strcmp(node->text, "nothing") == 0)
			return SAYS_NOTHING;
	}
	REFUSE(reader, node, "says is for, against, unclear or nothing");
	return SAYS_NOTHING;
}

static double
read_weight(struct playbook_reader *reader, const struct yaml_node *map)
{
	const struct yaml_node *node = yaml_get(map, "weight");
	double weight = 1;
	if (node == NULL)
		return 1;
	if (node->type != YAML_TEXT || text_parse_double(&weight, node->text, NULL) < 0 ||
	    weight <= 0 || weight > PLAYBOOK_WEIGHT_MAX) {
		REFUSE(reader, node, "weight is a number over 0 and at most %g",
		       PLAYBOOK_WEIGHT_MAX);
		return 1;
	}
	return weight;
}

/* The members of a list of maps; NULL with a problem where it is something else. */
static const struct yaml_node *
read_list(struct playbook_reader *reader, const struct yaml_node *map, const char *key, size_t max,
	  size_t *count)
{
	const struct yaml_node *list = yaml_get(map, key);
	*count = 0;
	if (list == NULL)
		return NULL;
	if (list->type != YAML_LIST) {
		REFUSE(reader, list, "%s must be a list", key);
		return NULL;
	}
	for (const struct yaml_node *item = list->first; item != NULL; item = item->next) {
		if (item->type != YAML_MAP || ++*count > max) {
			REFUSE(reader, item, "%s: a list of at most %zu maps", key, max);
			*count = 0;
			return NULL;
		}
	}
	return list->first;
}

static void
read_rules(struct playbook_reader *reader, const struct yaml_node *map, struct playbook_step *step)
{
	size_t count;
	const struct yaml_node *item = read_list(reader, map, "rules", PLAYBOOK_RULES_MAX, &count);
	step->rules = memory_alloc_array(count, sizeof(*step->rules));
	for (; item != NULL && step->rule_count < count; item = item->next) {
		struct playbook_rule *rule = &step->rules[step->rule_count++];
		warn_unknown(reader, item, " when says weight text ");
		rule->when = read_condition(reader, item);
		rule->says = read_says(reader, item);
		rule->weight = read_weight(reader, item);
		rule->text = read_text(reader, item, "text", true, TEXT_LINE);
	}
}

static void
read_arguments(struct playbook_reader *reader, const struct yaml_node *map,
	       struct playbook_step *step)
{
	const struct yaml_node *node = yaml_get(map, "arguments");
	if (node != NULL && node->type != YAML_MAP)
		REFUSE(reader, node, "arguments must be a map");
	if (node == NULL || node->type != YAML_MAP) {
		step->arguments = json_object();
		return;
	}
	for (const struct yaml_node *child = node->first; child != NULL; child = child->next) {
		struct error err = { 0 };
		if (child->type == YAML_TEXT && template_check(child->text, &err) < 0)
			REFUSE(reader, child, "%.60s: %s", child->key, err.text);
	}
	step->arguments = yaml_to_json(node);
}

static void
read_step(struct playbook_reader *reader, const struct yaml_node *map, struct playbook_step *step)
{
	warn_unknown(reader, map, " title why how tool arguments propose rules ");
	step->line = map->line;
	step->title = read_text(reader, map, "title", true, TEXT_LINE);
	step->why = read_text(reader, map, "why", true, TEXT_BLOCK);
	step->how = read_text(reader, map, "how", true, TEXT_BLOCK);
	step->tool = read_text(reader, map, "tool", false, TEXT_LINE);
	step->propose = read_text(reader, map, "propose", false, TEXT_BLOCK);
	if (step->tool == NULL && step->propose == NULL)
		REFUSE(reader, map, "a step needs a tool, or a text to propose");
	read_arguments(reader, map, step);
	read_rules(reader, map, step);
}

static void
read_mitigations(struct playbook_reader *reader, const struct yaml_node *map,
		 struct playbook_verdict *verdict)
{
	const struct yaml_node *list = yaml_get(map, "mitigations");
	if (list == NULL)
		return;
	if (list->type != YAML_LIST) {
		REFUSE(reader, list, "mitigations must be a list");
		return;
	}
	for (const struct yaml_node *item = list->first; item != NULL; item = item->next) {
		const char *text = item->type == YAML_TEXT ? item->text : "";
		if (strcmp(text, "revert") != 0 && strcmp(text, "rule") != 0 &&
		    strcmp(text, "model") != 0)
			REFUSE(reader, item, "a mitigation is revert, rule or model");
		else if (!strings_contains(&verdict->mitigations, text))
			strings_add(&verdict->mitigations, text);
	}
}

static void
read_verdicts(struct playbook_reader *reader, const struct yaml_node *root, struct playbook *out)
{
	size_t count;
	const struct yaml_node *item =
		read_list(reader, root, "verdict", PLAYBOOK_RULES_MAX, &count);
	out->verdicts = memory_alloc_array(count, sizeof(*out->verdicts));
	for (; item != NULL && out->verdict_count < count; item = item->next) {
		struct playbook_verdict *verdict = &out->verdicts[out->verdict_count++];
		warn_unknown(reader, item, " when cause next mitigations ");
		verdict->when = read_condition(reader, item);
		verdict->cause = read_text(reader, item, "cause", true, TEXT_LINE);
		verdict->next = read_text(reader, item, "next", false, TEXT_BLOCK);
		read_mitigations(reader, item, verdict);
	}
}

static void
read_applies(struct playbook_reader *reader, const struct yaml_node *root, struct playbook *out)
{
	const char *applies = yaml_get_text(root, "applies");
	if (applies == NULL)
		REFUSE(reader, root, "applies is missing: regression or opportunity");
	else if (finding_kind_parse(&out->applies, applies, NULL) < 0 ||
		 out->applies == FINDING_IMPROVEMENT)
		REFUSE(reader, yaml_get(root, "applies"), "applies is regression or opportunity");
}

static struct playbook *
read_root(struct playbook_reader *reader, const struct yaml_node *root)
{
	struct playbook *out = memory_alloc(sizeof(*out));
	const char *version = yaml_get_text(root, "playbook");
	size_t count;
	warn_unknown(reader, root, " playbook applies steps verdict ");
	if (version == NULL || strcmp(version, "1") != 0)
		REFUSE(reader, root, "the first field must be playbook: 1");
	read_applies(reader, root, out);
	const struct yaml_node *item = read_list(reader, root, "steps", PLAYBOOK_STEPS_MAX, &count);
	out->steps = memory_alloc_array(count, sizeof(*out->steps));
	for (; item != NULL && out->step_count < count; item = item->next)
		read_step(reader, item, &out->steps[out->step_count++]);
	if (count == 0)
		REFUSE(reader, root, "there are no steps");
	read_verdicts(reader, root, out);
	return out;
}

void
playbook_read(struct playbook **out, const char *file, const char *data, size_t length,
	      struct problem_list *problems)
{
	struct playbook_reader reader = { .file = file, .problems = problems };
	struct error err = { 0 };
	struct yaml yaml;
	uint32_t line;
	size_t before = problem_errors(problems);
	*out = NULL;
	if (yaml_read(&yaml, data, length, 1, &line, &err) < 0) {
		const char *text = strstr(err.text, ": ");
		problem_add(problems, file, line, true, "%s", text != NULL ? text + 2 : err.text);
	} else if (yaml.root == NULL || yaml.root->type != YAML_MAP) {
		problem_add(problems, file, 1, true, "a playbook is a map");
	} else {
		*out = read_root(&reader, yaml.root);
	}
	yaml_release(&yaml);
	if (problem_errors(problems) > before || problems->count >= 2 * PROBLEMS_MAX) {
		playbook_free(*out);
		*out = NULL;
	}
}

static void
playbook_step_release(struct playbook_step *step)
{
	for (size_t i = 0; i < step->rule_count; i++) {
		condition_free(step->rules[i].when);
		free(step->rules[i].text);
	}
	free(step->rules);
	free(step->title);
	free(step->why);
	free(step->how);
	free(step->tool);
	free(step->propose);
	json_free(step->arguments);
}

void
playbook_free(struct playbook *playbook)
{
	if (playbook == NULL)
		return;
	for (size_t i = 0; i < playbook->step_count; i++)
		playbook_step_release(&playbook->steps[i]);
	for (size_t i = 0; i < playbook->verdict_count; i++) {
		condition_free(playbook->verdicts[i].when);
		free(playbook->verdicts[i].cause);
		free(playbook->verdicts[i].next);
		strings_release(&playbook->verdicts[i].mitigations);
	}
	free(playbook->steps);
	free(playbook->verdicts);
	free(playbook);
}
