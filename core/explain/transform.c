/* The list of transforms, its words and labels; see transform.h. */
#include "core/explain/transform.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/vec.h"
#include "core/explain/transform_private.h"

enum needs { NEEDS_NOTHING, NEEDS_NAME, MAY_HAVE_NAME, NEEDS_KIND, NEEDS_PATH };

static const struct {
	const char *word, *label;
	enum needs needs;
} kinds[TRANSFORM_KINDS] = {
	[TRANSFORM_FOCUS_FUNCTION] = { "focus-function", "focus", NEEDS_NAME },
	[TRANSFORM_FOCUS_SUBTREE] = { "focus-subtree", "focus subtree", NEEDS_PATH },
	[TRANSFORM_FOCUS_SELF] = { "focus-self", "focus self", NEEDS_NAME },
	[TRANSFORM_FOCUS_MODULE] = { "focus-module", "only module", NEEDS_NAME },
	[TRANSFORM_FOCUS_KIND] = { "focus-kind", "only", NEEDS_KIND },
	[TRANSFORM_ONLY_MY_CODE] = { "only-my-code", "only my code", NEEDS_NOTHING },
	[TRANSFORM_MERGE_FUNCTION] = { "merge-function", "merge", NEEDS_NAME },
	[TRANSFORM_MERGE_NODE] = { "merge-node", "merge node", NEEDS_PATH },
	[TRANSFORM_MERGE_MODULE] = { "merge-module", "merge module", NEEDS_NAME },
	[TRANSFORM_MERGE_KIND] = { "merge-kind", "merge all", NEEDS_KIND },
	[TRANSFORM_DROP_FUNCTION] = { "drop-function", "drop", NEEDS_NAME },
	[TRANSFORM_DROP_MODULE] = { "drop-module", "drop module", NEEDS_NAME },
	[TRANSFORM_DROP_KIND] = { "drop-kind", "drop all", NEEDS_KIND },
	[TRANSFORM_COLLAPSE_MODULE] = { "collapse-module", "collapse module", NEEDS_NAME },
	[TRANSFORM_COLLAPSE_SUBTREE] = { "collapse-subtree", "collapse", NEEDS_NAME },
	[TRANSFORM_COLLAPSE_RECURSION] = { "collapse-recursion", "collapse recursion",
					   MAY_HAVE_NAME },
	[TRANSFORM_COLLAPSE_DIRECT_RECURSION] = { "collapse-direct-recursion",
						  "collapse direct recursion", MAY_HAVE_NAME },
	[TRANSFORM_INVERT] = { "invert", "invert", NEEDS_NOTHING },
};

static const char *const frame_kinds[] = {
	[FRAME_USER] = "user", [FRAME_KERNEL] = "kernel",   [FRAME_INLINED] = "inlined",
	[FRAME_JIT] = "jit",   [FRAME_UNKNOWN] = "unknown",
};

bool
transform_frame_kind(const char *name, enum frame_kind *out)
{
	for (size_t i = 0; i < sizeof(frame_kinds) / sizeof(frame_kinds[0]); i++) {
		if (strcmp(frame_kinds[i], name) == 0) {
			*out = (enum frame_kind)i;
			return true;
		}
	}
	return false;
}

static int
check(enum transform_kind kind, const char *name, const struct strings *path, struct error *err)
{
	enum frame_kind ignored;

	switch (kinds[kind].needs) {
	case NEEDS_NAME:
		if (name == NULL)
			return error_set(err, ERROR_USAGE, "%s: of what?", kinds[kind].word);
		break;
	case NEEDS_KIND:
		if (name == NULL || !transform_frame_kind(name, &ignored))
			return error_set(err, ERROR_USAGE,
					 "%s: %.60s: not user, kernel, inlined, jit or unknown",
					 kinds[kind].word, name == NULL ? "(nothing)" : name);
		break;
	case NEEDS_PATH:
		if (path == NULL || path->count == 0)
			return error_set(err, ERROR_USAGE, "%s: which path?", kinds[kind].word);
		break;
	case MAY_HAVE_NAME:
	case NEEDS_NOTHING:
		break;
	}
	return 0;
}

int
transform_list_push(struct transform_list *list, enum transform_kind kind, const char *name,
		    const struct strings *path, struct error *err)
{
	struct transform made = { .kind = kind };

	if (list->count >= TRANSFORMS_MAX)
		return error_set(err, ERROR_LIMIT, "more than %d transforms", TRANSFORMS_MAX);
	if (check(kind, name, path, err) < 0)
		return -1;
	if (kinds[kind].needs == NEEDS_PATH)
		strings_copy(&made.path, path);
	else if (kinds[kind].needs != NEEDS_NOTHING)
		made.name = memory_string(name);
	vec_push(list, made);
	return 0;
}

void
transform_list_truncate(struct transform_list *list, size_t count)
{
	while (list->count > count) {
		struct transform *last = &list->items[--list->count];

		free(last->name);
		strings_release(&last->path);
	}
}

void
transform_list_pop(struct transform_list *list)
{
	if (list->count > 0)
		transform_list_truncate(list, list->count - 1);
}

void
transform_list_release(struct transform_list *list)
{
	transform_list_truncate(list, 0);
	vec_release(list);
}

void
transform_list_copy(struct transform_list *to, const struct transform_list *from)
{
	transform_list_truncate(to, 0);
	for (size_t i = 0; i < from->count; i++) {
		struct transform made = { .kind = from->items[i].kind,
					  .name = memory_string(from->items[i].name) };

		strings_copy(&made.path, &from->items[i].path);
		vec_push(to, made);
	}
}

void
transform_label(const struct transform *transform, struct str *out)
{
	str_add(out, kinds[transform->kind].label);
	if (transform->path.count > 0)
		str_addf(out, " %s", transform->path.items[transform->path.count - 1]);
	else if (transform->name != NULL)
		str_addf(out, " %s", transform->name[0] != '\0' ? transform->name : "(no name)");
}

void
transform_list_label(const struct transform_list *list, struct str *out)
{
	for (size_t i = 0; i < list->count; i++) {
		str_add(out, i > 0 ? " > " : "");
		transform_label(&list->items[i], out);
	}
}

const char *
transform_word(enum transform_kind kind)
{
	return kinds[kind].word;
}

enum transform_kind
transform_from_word(const char *word)
{
	int kind = 0;

	while (kind < TRANSFORM_KINDS && strcmp(kinds[kind].word, word) != 0)
		kind++;
	return (enum transform_kind)kind;
}

struct json *
transform_list_to_json(const struct transform_list *list)
{
	struct json *array = json_array();

	for (size_t i = 0; i < list->count; i++) {
		struct json *object = json_object();

		json_set_text(object, "transform", transform_word(list->items[i].kind));
		if (list->items[i].name != NULL)
			json_set_text(object, "name", list->items[i].name);
		if (list->items[i].path.count > 0) {
			struct json *path = json_array();

			for (size_t f = 0; f < list->items[i].path.count; f++)
				json_append_text(path, list->items[i].path.items[f]);
			json_set(object, "path", path);
		}
		json_append(array, object);
	}
	return array;
}

static int
read_one(struct transform_list *list, const struct json *object, struct error *err)
{
	const char *word = json_get_text(object, "transform", "");
	enum transform_kind kind = transform_from_word(word);
	const struct json *path = json_get(object, "path");
	struct strings names = { 0 };
	int result;

	if (kind == TRANSFORM_KINDS)
		return error_set(err, ERROR_USAGE, "%.60s: no such transform", word);
	for (const struct json *at = json_first(path); at != NULL; at = json_next(at))
		strings_add(&names, json_text(at, ""));
	result = transform_list_push(list, kind, json_get_text(object, "name", NULL), &names, err);
	strings_release(&names);
	return result;
}

int
transform_list_read(struct transform_list *list, const struct json *array, struct error *err)
{
	size_t number = 0;

	for (const struct json *at = json_first(array); at != NULL; at = json_next(at)) {
		number++;
		if (read_one(list, at, err) < 0)
			return error_prefix(err, "transform %zu", number);
	}
	return 0;
}
