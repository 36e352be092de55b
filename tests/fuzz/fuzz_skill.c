/*
 * What skills bring in: front matter and body, a playbook, conditions,
 * templates. The same bytes go to each reader: none may break, loop or leak,
 * and what is accepted must work.
 */
#include <string.h>

#include "core/base/memory.h"
#include "core/guide/condition.h"
#include "core/guide/skill.h"
#include "core/guide/template.h"
#include "tests/fuzz/fuzz.h"

static const char facts_text[] =
	"{\"answer\":{\"p\":0.5,\"rows\":[{\"delta\":-1},2,\"x\"],\"text\":\"a\"},"
	"\"finding\":{\"subject\":\"f\"},\"steps\":{\"1\":{\"says\":\"for\"}}}";

static struct json *
facts(void)
{
	struct json *out = NULL;
	FUZZ_REQUIRE(json_parse(&out, facts_text, sizeof(facts_text) - 1, NULL) == 0);
	return out;
}

static void
try_skill(const char *data, size_t size)
{
	struct skill skill = { 0 };
	struct error err = { 0 };
	struct str text;
	int result = skill_read_text(&skill, "SKILL.md", NULL, data, size, &err);
	FUZZ_REQUIRE(result == 0 || (err.code != ERROR_NONE && err.text[0] != '\0'));
	if (result == 0)
		FUZZ_REQUIRE(skill.name != NULL && skill.description != NULL && skill.body != NULL);
	str_init(&text, STR_MAX_BULK);
	skill_body_text(&skill, &text);
	FUZZ_REQUIRE(memchr(text.data, '\x1b', text.len) == NULL);
	str_release(&text);
	skill_release(&skill);
}

static void
try_playbook(const char *data, size_t size, const struct json *json)
{
	struct problem_list problems = { 0 };
	struct playbook *playbook = NULL;
	playbook_read(&playbook, "playbook.yaml", data, size, &problems);
	FUZZ_REQUIRE((playbook == NULL) == (problem_errors(&problems) > 0));
	for (size_t i = 0; playbook != NULL && i < playbook->step_count; i++) {
		struct playbook_step *step = &playbook->steps[i];
		json_free(template_arguments(step->arguments, json));
		for (size_t j = 0; j < step->rule_count; j++)
			if (step->rules[j].when != NULL)
				condition_holds(step->rules[j].when, json);
	}
	playbook_free(playbook);
	problem_list_release(&problems);
}

static void
try_text(const char *text, const struct json *json)
{
	struct condition *condition = NULL;
	struct error err = { 0 };
	struct str out;
	if (condition_parse(&condition, text, &err) == 0)
		condition_holds(condition, json);
	else
		FUZZ_REQUIRE(condition == NULL && err.text[0] != '\0');
	condition_free(condition);
	str_init(&out, STR_MAX_TEXT);
	template_text(&out, text, json);
	template_check(text, NULL);
	str_release(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct json *json = facts();
	char *text = memory_string_n((const char *)data, size);
	try_skill((const char *)data, size);
	try_playbook((const char *)data, size, json);
	try_text(text, json);
	free(text);
	json_free(json);
	return 0;
}
