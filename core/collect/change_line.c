/* One JSON line to a change; see change_line.h. */
#include "core/collect/change_line.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/intern.h"
#include "core/base/json.h"
#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/collect/change_import.h"

#define SECONDS_MAX 253402300799.0 /* the end of the year 9999 */

static char *
safe_text(const struct json *object, const char *key, enum text_mode mode)
{
	const char *text = json_get_text(object, key, NULL);
	struct str safe;

	if (text == NULL)
		return NULL;
	str_init(&safe, STR_MAX_TEXT);
	text_sanitize(&safe, text, strlen(text), mode);
	str_trim(&safe);
	return str_take(&safe);
}

/* RFC 3339 text, or a number of seconds since the epoch. */
static int
read_time(struct change *change, const struct json *object, struct error *err)
{
	const struct json *time = json_get(object, "time");
	double seconds = json_number(time, -1);

	if (time == NULL)
		return error_set(err, ERROR_INPUT, "no \"time\"");
	if (json_type(time) == JSON_STRING)
		return clock_parse(&change->time, json_text(time, ""), err);
	if (json_type(time) != JSON_NUMBER || !(seconds >= 0) || seconds > SECONDS_MAX)
		return error_set(err, ERROR_INPUT,
				 "\"time\" is neither text nor seconds since the epoch");
	change->time = (int64_t)(seconds * (double)CLOCK_SECOND);
	return 0;
}

static int
read_kind(struct change *change, const struct json *object, struct error *err)
{
	static const char *const kinds[] = { "commit", "configuration", "flag", "deploy",
					     "schema" };
	const char *kind = json_get_text(object, "kind", "commit");

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(kind, kinds[i]) == 0) {
			change->kind = memory_string(kind);
			return 0;
		}
	}
	return error_set(err, ERROR_INPUT,
			 "\"kind\" is not commit, configuration, flag, deploy or schema");
}

/* Its source's id; without one the content of the line stands for it. */
static void
read_key(struct change *change, const struct json *object, const char *line, size_t length)
{
	const struct json *id = json_get(object, "id");

	if (json_type(id) == JSON_NUMBER)
		change->key = memory_format("%lld", (long long)json_int(id, 0));
	else
		change->key = safe_text(object, "id", TEXT_LINE);
	if (change->key != NULL && change->key[0] != '\0')
		return;
	free(change->key);
	change->key = memory_format("line-%016llx", (unsigned long long)intern_hash(line, length));
}

/* "Name <mail>", or a name, or a mail address, or {"name","email"}. */
static void
read_author(struct change *change, const struct json *object)
{
	const struct json *author = json_get(object, "author");
	char *text, *open, *close;

	if (json_type(author) == JSON_OBJECT) {
		change->author_name = safe_text(author, "name", TEXT_LINE);
		change->author_email = safe_text(author, "email", TEXT_LINE);
		return;
	}
	text = safe_text(object, "author", TEXT_LINE);
	if (text == NULL)
		return;
	open = strrchr(text, '<');
	close = open != NULL ? strchr(open, '>') : NULL;
	if (close != NULL) {
		change->author_email = memory_string_n(open + 1, (size_t)(close - open - 1));
		while (open > text && open[-1] == ' ')
			open--;
		*open = '\0';
	} else if (strchr(text, '@') != NULL && strchr(text, ' ') == NULL) {
		change->author_email = memory_string(text);
	}
	change->author_name = text;
}

static int
read_files(struct change *change, const struct json *object, struct error *err)
{
	const struct json *files = json_get(object, "files");

	if (files == NULL || json_type(files) == JSON_NULL)
		return 0;
	if (json_type(files) != JSON_ARRAY)
		return error_set(err, ERROR_INPUT, "\"files\" is no list");
	for (const struct json *file = json_first(files); file != NULL; file = json_next(file)) {
		if (json_type(file) != JSON_STRING)
			return error_set(err, ERROR_INPUT,
					 "\"files\" holds something that is no text");
		if (change->files.count < CHANGE_IMPORT_FILES_MAX)
			strings_add(&change->files, json_text(file, ""));
	}
	return 0;
}

static uint32_t
line_count(const struct json *function, const char *key)
{
	int64_t count = json_get_int(function, key, 0);

	return count < 0 ? 0 : count > UINT32_MAX ? UINT32_MAX : (uint32_t)count;
}

static int
read_functions(struct change *change, const struct json *object, struct error *err)
{
	const struct json *functions = json_get(object, "functions");
	const char *only_file = change->files.count == 1 ? change->files.items[0] : NULL;

	if (functions == NULL || json_type(functions) == JSON_NULL)
		return 0;
	if (json_type(functions) != JSON_ARRAY)
		return error_set(err, ERROR_INPUT, "\"functions\" is no list");
	for (const struct json *function = json_first(functions); function != NULL;
	     function = json_next(function)) {
		bool whole = json_type(function) == JSON_OBJECT;
		const char *name =
			whole ? json_get_text(function, "name", NULL) : json_text(function, NULL);

		if (name == NULL || name[0] == '\0')
			return error_set(err, ERROR_INPUT,
					 "\"functions\" holds one without a name");
		if (change->function_count < CHANGE_IMPORT_FUNCTIONS_MAX)
			change_add_function(
				change, name,
				json_get_text(whole ? function : NULL, "file", only_file),
				line_count(whole ? function : NULL, "added"),
				line_count(whole ? function : NULL, "removed"));
	}
	return 0;
}

/* Text as it is; anything else as JSON. */
static char *
any_value(const struct json *object, const char *key)
{
	const struct json *value = json_get(object, key);
	struct str text;

	if (value == NULL || json_type(value) == JSON_NULL)
		return NULL;
	if (json_type(value) == JSON_STRING)
		return safe_text(object, key, TEXT_BLOCK);
	str_init(&text, STR_MAX_TEXT);
	json_write(&text, value);
	return str_take(&text);
}

int
change_line_parse(struct change *change, const char *line, size_t length, struct error *err)
{
	struct json *object = NULL;
	int result = -1;

	if (json_parse(&object, line, length, err) < 0)
		return -1;
	if (json_type(object) != JSON_OBJECT) {
		error_set(err, ERROR_INPUT, "no JSON object");
		goto out;
	}
	if (read_time(change, object, err) < 0 || read_kind(change, object, err) < 0 ||
	    read_files(change, object, err) < 0 || read_functions(change, object, err) < 0)
		goto out;
	change->title = safe_text(object, "title", TEXT_LINE);
	if (change->title == NULL && json_get(object, "id") == NULL) {
		error_set(err, ERROR_INPUT, "neither \"title\" nor \"id\"");
		goto out;
	}
	read_key(change, object, line, length);
	if (change->title == NULL)
		change->title = memory_string(change->key);
	change->text = safe_text(object, "text", TEXT_BLOCK);
	read_author(change, object);
	change->diff = memory_string(json_get_text(object, "diff", NULL));
	change->before = any_value(object, "before");
	change->after = any_value(object, "after");
	result = 0;
out:
	json_free(object);
	return result;
}
