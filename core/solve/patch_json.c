/* A patch as JSON and in a phrase; see patch_json.h. Called by commands, screens and messages. */
#include "core/solve/patch_json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"

static struct json *
check_to_json(const struct patch_check *check)
{
	struct json *object = json_object();

	json_set_text(object, "name", check->name);
	json_set_text(object, "result", check->result);
	json_set_text(object, "detail", check->detail);
	if (check->runs > 0) {
		json_set_number(object, "before", check->before);
		json_set_number(object, "after", check->after);
		json_set_number(object, "low", check->low);
		json_set_number(object, "high", check->high);
		json_set_int(object, "runs", check->runs);
	}
	return object;
}

static struct json *
origin_to_json(const struct patch *patch)
{
	struct json *object = json_object();

	json_set_text(object, "by", patch->by);
	if (patch->skill != NULL)
		json_set_text(object, "skill", patch->skill);
	if (patch->model != NULL) {
		json_set_text(object, "provider", patch->provider);
		json_set_text(object, "model", patch->model);
		json_set_int(object, "tokens", patch->tokens_in + patch->tokens_out);
		json_set_int(object, "tokens_in", patch->tokens_in);
		json_set_int(object, "tokens_out", patch->tokens_out);
	}
	return object;
}

static void
set_id(struct json *object, const char *key, char letter, int64_t id)
{
	char *text = memory_format("%c%lld", letter, (long long)id);

	json_set_text(object, key, text);
	free(text);
}

struct json *
patch_to_json(const struct patch *patch)
{
	struct json *object = json_object(), *files = json_array(), *checks = json_array(),
		    *reviewer = json_object();

	set_id(object, "id", 'P', patch->id);
	set_id(object, "finding", 'F', patch->finding);
	json_set_text(object, "state", patch_state_name(patch->state));
	json_set(object, "origin", origin_to_json(patch));
	json_set_text(object, "base", patch->base);
	for (size_t i = 0; i < patch->files.count; i++)
		json_append_text(files, patch->files.items[i]);
	json_set(object, "files", files);
	json_set_text(object, "diff", patch->diff);
	json_set_text(object, "title", patch->title);
	json_set_text(object, "why", patch->why);
	json_set_text(object, "risk", patch->risk);
	json_set_text(reviewer, "name", patch->reviewer_name);
	json_set_text(reviewer, "email", patch->reviewer_email);
	json_set(object, "reviewer", reviewer);
	for (size_t i = 0; i < patch->check_count; i++)
		json_append(checks, check_to_json(&patch->checks[i]));
	json_set(object, "checks", checks);
	json_set_text(object, "branch", patch->branch);
	json_set_text(object, "commit", patch->commit);
	json_set_text(object, "reason", patch->reason);
	json_set_time(object, "created_at", patch->created_at);
	return object;
}

void
patch_origin(const struct patch *patch, struct str *out)
{
	str_addf(out, "by %s", patch->by != NULL ? patch->by : "hand");
	if (patch->model != NULL)
		str_addf(out, " %s", patch->model);
	else if (patch->skill != NULL)
		str_addf(out, " %s", patch->skill);
}
