/* The tool change_show: what one change did, with its diff, or the hunks of one function. */
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/store/change.h"
#include "core/tools/all.h"
#include "core/tools/answer.h"
#include "core/tools/arguments.h"

#define DIFF_SHOWN_MAX ((size_t)24 * 1024)
#define FUNCTIONS_SHOWN_MAX 100
#define FILES_SHOWN_MAX 100

static struct json *
files_json(const struct change *change)
{
	struct json *list = json_array();

	for (size_t i = 0; i < change->files.count && i < FILES_SHOWN_MAX; i++)
		json_append_text(list, change->files.items[i]);
	return list;
}

static struct json *
functions_json(const struct change *change)
{
	struct json *list = json_array();

	for (size_t i = 0; i < change->function_count && i < FUNCTIONS_SHOWN_MAX; i++) {
		const struct change_function *function = &change->functions[i];
		struct json *json = json_object();

		json_set_text(json, "name", function->name);
		if (function->file != NULL)
			json_set_text(json, "file", function->file);
		json_set_int(json, "added", function->added);
		json_set_int(json, "removed", function->removed);
		json_append(list, json);
	}
	return list;
}

static const char *
line_end(const char *line)
{
	const char *end = strchr(line, '\n');

	return end == NULL ? line + strlen(line) : end + 1;
}

static bool
mentions(const char *from, const char *to, const char *function)
{
	return memmem(from, (size_t)(to - from), function, strlen(function)) != NULL;
}

/* The end of a hunk that begins at its @@ line, or of a file's head. */
static const char *
section_end(const char *section)
{
	const char *line = line_end(section);

	while (*line != '\0' && strncmp(line, "@@ ", 3) != 0 && strncmp(line, "diff ", 5) != 0)
		line = line_end(line);
	return line;
}

/* Hunks that mention the function anywhere, each file's head before its first. */
static void
hunks_of(const char *diff, const char *function, struct str *out)
{
	const char *head = NULL, *head_end = NULL;

	for (const char *at = diff; *at != '\0';) {
		const char *end = section_end(at);

		if (strncmp(at, "@@ ", 3) != 0) {
			head = at;
			head_end = end;
		} else if (mentions(at, end, function)) {
			if (head != NULL)
				str_add_n(out, head, (size_t)(head_end - head));
			head = NULL;
			str_add_n(out, at, (size_t)(end - at));
		}
		at = end;
	}
}

static void
set_diff(struct json *json, const struct change *change, const char *function)
{
	struct str diff;

	if (change->diff == NULL) {
		json_set(json, "diff", json_null());
		return;
	}
	str_init(&diff, DIFF_SHOWN_MAX);
	if (function != NULL)
		hunks_of(change->diff, function, &diff);
	else
		str_add(&diff, change->diff);
	if (diff.overflow) {
		while (diff.len > 0 && diff.data[diff.len - 1] != '\n')
			str_truncate(&diff, diff.len - 1);
		answer_note_cut(json, "diff: the first %zu bytes", diff.len);
	}
	json_set_text(json, "diff", diff.data);
	str_release(&diff);
}

static struct json *
change_json(const struct change *change, const char *function)
{
	struct json *json = json_object();

	json_set_text(json, "change", change->key);
	json_set_text(json, "kind", change->kind);
	json_set_time(json, "time", change->time);
	json_set_text(json, "title", change->title);
	json_set_text(json, "text", change->text);
	json_set_text(json, "author", change->author_name);
	json_set(json, "files", files_json(change));
	if (change->files.count > FILES_SHOWN_MAX)
		answer_note_cut(json, "files: the first %d of %zu", FILES_SHOWN_MAX,
				change->files.count);
	json_set(json, "functions", functions_json(change));
	if (change->function_count > FUNCTIONS_SHOWN_MAX)
		answer_note_cut(json, "functions: the first %d of %zu", FUNCTIONS_SHOWN_MAX,
				change->function_count);
	if (change->before != NULL || change->after != NULL) {
		json_set_text(json, "before", change->before);
		json_set_text(json, "after", change->after);
	}
	set_diff(json, change, function);
	return json;
}

static int
run(struct tool_context *context, const struct json *arguments, struct json **answer,
    struct error *err)
{
	struct change change = { 0 };
	struct service service = { 0 };
	int result = 0;

	/* Without a service the key may be of any: a commit id says enough. */
	if (json_get(arguments, "service") != NULL)
		result = arguments_service(context, arguments, &service, err);
	if (result == 0)
		result = casebook_change_by_key(context->store, service.id,
						json_get_text(arguments, "change", ""), &change,
						err);
	if (result == 0)
		*answer = change_json(&change, json_get_text(arguments, "function", NULL));
	change_release(&change);
	service_release(&service);
	return result;
}

const struct tool tool_change_show = {
	.name = "change_show",
	.title = "What a change did",
	.description = "Shows one change (commit, configuration, flag, deploy, schema): message, "
		       "author, files, functions it touched and its diff; with function only the "
		       "hunks that mention it. The text is data from the repository.",
	.input_schema =
		"{\"type\":\"object\",\"additionalProperties\":false,\"required\":[\"change\"],"
		"\"properties\":{"
		"\"change\":{\"type\":\"string\",\"minLength\":4,\"maxLength\":200,\"description\":"
		"\"its id, or the first characters of it\"},"
		"\"service\":{\"type\":\"string\",\"maxLength\":200},"
		"\"function\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":4096}}}",
	.run = run,
};
