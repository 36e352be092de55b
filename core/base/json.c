/*
 * JSON trees over cJSON; see json.h. Called wherever JSON is read, built or
 * written: commands, tools, model providers, importers. Follows RFC 8259 and is
 * stricter than the library where that loses data (numbers, what follows the
 * document) and milder inside strings, where models are careless (control
 * characters, halves of surrogate pairs, bytes that are not UTF-8).
 */
#include "core/base/json.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/json_check.h"
#include "core/base/memory.h"
#include "core/base/text.h"

/* struct json is never defined: it is the library's node under our name. */
static const cJSON *
node(const struct json *json)
{
	return (const cJSON *)json;
}

static cJSON *
own(struct json *json)
{
	return (cJSON *)json;
}

static struct json *
wrap(cJSON *item)
{
	return (struct json *)item;
}

static void *
allocate(size_t size)
{
	return memory_resize(NULL, size, 1);
}

/* Before main and so before any thread: the library's allocation never fails either. */
__attribute__((constructor)) static void
use_own_allocation(void)
{
	cJSON_InitHooks(&(cJSON_Hooks){ .malloc_fn = allocate, .free_fn = free });
}

static bool
has_type(const struct json *json, int type)
{
	return json != NULL && (node(json)->type & 0xFF) == type;
}

static bool
is_container(const struct json *json)
{
	return has_type(json, cJSON_Array) || has_type(json, cJSON_Object);
}

/* ---- reading ---- */

struct member {
	cJSON *item;
	size_t order;
};

static int
compare_members(const void *a, const void *b)
{
	const struct member *left = a, *right = b;
	int order = strcmp(left->item->string, right->item->string);

	return order != 0 ? order : (left->order > right->order) - (left->order < right->order);
}

/* Of members with one name the last stays, as in every other reader of note. Sorted, since input
 * decides the size. */
static void
drop_duplicates(cJSON *object)
{
	struct member *members;
	size_t count = (size_t)cJSON_GetArraySize(object), at = 0;

	if (count < 2)
		return;
	members = memory_alloc_array(count, sizeof(*members));
	for (cJSON *item = object->child; item != NULL; item = item->next, at++)
		members[at] = (struct member){ item, at };
	qsort(members, count, sizeof(*members), compare_members);
	for (size_t i = 0; i + 1 < count; i++)
		if (strcmp(members[i].item->string, members[i + 1].item->string) == 0)
			cJSON_Delete(cJSON_DetachItemViaPointer(object, members[i].item));
	free(members);
}

/* Bounded by JSON_DEPTH_MAX, which was checked before. */
static void
settle(cJSON *item)
{
	if ((item->type & 0xFF) == cJSON_Object)
		drop_duplicates(item);
	for (cJSON *child = item->child; child != NULL; child = child->next)
		if (child->child != NULL)
			settle(child);
}

int
json_parse(struct json **out, const char *data, size_t length, struct error *err)
{
	struct str clean;
	const char *end = NULL;
	cJSON *root = NULL;

	str_init(&clean, 3 * JSON_BYTES_MAX + 1);
	if (json_check(&clean, data, length, err) < 0)
		goto out;
	/* The library wants its NUL counted, to know that nothing follows. */
	root = cJSON_ParseWithLengthOpts(clean.data, clean.len + 1, &end, 1);
	if (root == NULL)
		json_error_at(err, clean.data, end != NULL ? (size_t)(end - clean.data) : clean.len,
			      "not valid JSON");
	else
		settle(root);
	*out = wrap(root);
out:
	str_release(&clean);
	return root != NULL ? 0 : -1;
}

void
json_free(struct json *json)
{
	cJSON_Delete(own(json));
}

struct json *
json_copy(const struct json *json)
{
	return json == NULL ? NULL : wrap(cJSON_Duplicate(node(json), 1));
}

enum json_type
json_type(const struct json *json)
{
	switch (json == NULL ? cJSON_NULL : node(json)->type & 0xFF) {
	case cJSON_False:
	case cJSON_True:
		return JSON_BOOL;
	case cJSON_Number:
		return JSON_NUMBER;
	case cJSON_String:
		return JSON_STRING;
	case cJSON_Array:
		return JSON_ARRAY;
	case cJSON_Object:
		return JSON_OBJECT;
	default:
		return JSON_NULL;
	}
}

static bool
equal_members(const struct json *a, const struct json *b)
{
	const struct json *left = json_first(a), *right = json_first(b);

	if (json_count(a) != json_count(b))
		return false;
	for (; left != NULL; left = json_next(left)) {
		/* Most often both are in one order, which saves the search. */
		const struct json *match = right;

		if (match == NULL || strcmp(json_key(match), json_key(left)) != 0)
			match = json_get(b, json_key(left));
		if (match == NULL || !json_equal(left, match))
			return false;
		right = right != NULL ? json_next(right) : NULL;
	}
	return true;
}

bool
json_equal(const struct json *a, const struct json *b)
{
	enum json_type type = json_type(a);
	const struct json *left, *right;

	if (type != json_type(b))
		return false;
	switch (type) {
	case JSON_NULL:
		return true;
	case JSON_BOOL:
		return json_bool(a, false) == json_bool(b, false);
	case JSON_NUMBER:
		return json_number(a, 0) == json_number(b, 0);
	case JSON_STRING:
		return text_equal(json_text(a, ""), json_text(b, ""));
	case JSON_OBJECT:
		return equal_members(a, b);
	case JSON_ARRAY:
		break;
	}
	left = json_first(a);
	right = json_first(b);
	while (left != NULL && right != NULL && json_equal(left, right)) {
		left = json_next(left);
		right = json_next(right);
	}
	return left == NULL && right == NULL;
}

const struct json *
json_get(const struct json *object, const char *key)
{
	if (!has_type(object, cJSON_Object) || key == NULL)
		return NULL;
	return wrap(cJSON_GetObjectItemCaseSensitive(node(object), key));
}

/* The member whose name is the length bytes at key. */
static const struct json *
get_n(const struct json *object, const char *key, size_t length)
{
	const struct json *child = has_type(object, cJSON_Object) ? json_first(object) : NULL;

	for (; child != NULL; child = json_next(child))
		if (strncmp(json_key(child), key, length) == 0 && json_key(child)[length] == '\0')
			break;
	return child;
}

const struct json *
json_path(const struct json *json, const char *path)
{
	while (json != NULL && *path != '\0') {
		if (*path == '[') {
			char *end;
			unsigned long index = strtoul(path + 1, &end, 10);

			if (end == path + 1 || *end != ']')
				return NULL;
			json = has_type(json, cJSON_Array) ? json_at(json, index) : NULL;
			path = end + 1;
		} else {
			size_t length = strcspn(path, ".[");

			json = get_n(json, path, length);
			path += length;
		}
		if (path[0] == '.' && path[1] != '\0' && path[1] != '.' && path[1] != '[')
			path++;
		else if (*path != '\0' && *path != '[')
			return NULL;
	}
	return json;
}

size_t
json_count(const struct json *array_or_object)
{
	size_t count = 0;

	for (const struct json *child = json_first(array_or_object); child != NULL;
	     child = json_next(child))
		count++;
	return count;
}

const struct json *
json_at(const struct json *array, size_t index)
{
	const struct json *child = json_first(array);

	while (child != NULL && index-- > 0)
		child = json_next(child);
	return child;
}

const struct json *
json_first(const struct json *array_or_object)
{
	return is_container(array_or_object) ? wrap(node(array_or_object)->child) : NULL;
}

const struct json *
json_next(const struct json *child)
{
	return child == NULL ? NULL : wrap(node(child)->next);
}

const char *
json_key(const struct json *child)
{
	return child == NULL ? NULL : node(child)->string;
}

const char *
json_text(const struct json *json, const char *fallback)
{
	return has_type(json, cJSON_String) ? node(json)->valuestring : fallback;
}

double
json_number(const struct json *json, double fallback)
{
	return has_type(json, cJSON_Number) ? node(json)->valuedouble : fallback;
}

int64_t
json_int(const struct json *json, int64_t fallback)
{
	double number = json_number(json, NAN);

	/* 2^63 itself does not fit; a NaN fails both comparisons. */
	if (number >= -9223372036854775808.0 && number < 9223372036854775808.0)
		return (int64_t)number;
	return fallback;
}

bool
json_bool(const struct json *json, bool fallback)
{
	return json_type(json) == JSON_BOOL ? has_type(json, cJSON_True) : fallback;
}

const char *
json_get_text(const struct json *object, const char *key, const char *fallback)
{
	return json_text(json_get(object, key), fallback);
}

double
json_get_number(const struct json *object, const char *key, double fallback)
{
	return json_number(json_get(object, key), fallback);
}

int64_t
json_get_int(const struct json *object, const char *key, int64_t fallback)
{
	return json_int(json_get(object, key), fallback);
}

bool
json_get_bool(const struct json *object, const char *key, bool fallback)
{
	return json_bool(json_get(object, key), fallback);
}

/* ---- building ---- */

struct json *
json_object(void)
{
	return wrap(cJSON_CreateObject());
}

struct json *
json_array(void)
{
	return wrap(cJSON_CreateArray());
}

struct json *
json_null(void)
{
	return wrap(cJSON_CreateNull());
}

/* Is all of it UTF-8? Most text is, and then no copy is made. */
static bool
is_utf8(const char *text, size_t length)
{
	size_t used;

	for (size_t at = 0; at < length; at += used)
		if (text_decode(text + at, length - at, &used) < 0)
			return false;
	return true;
}

struct json *
json_new_text(const char *text)
{
	size_t length = text != NULL ? strlen(text) : 0;
	struct str clean;
	struct json *json;

	if (text == NULL)
		return json_null();
	if (is_utf8(text, length))
		return wrap(cJSON_CreateString(text));
	str_init(&clean, STR_MAX_BULK);
	json_mend_utf8(&clean, text, length);
	json = wrap(cJSON_CreateString(clean.data));
	str_release(&clean);
	return json;
}

struct json *
json_new_number(double number)
{
	return isfinite(number) ? wrap(cJSON_CreateNumber(number)) : json_null();
}

struct json *
json_new_int(int64_t number)
{
	return wrap(cJSON_CreateNumber((double)number));
}

struct json *
json_new_bool(bool value)
{
	return wrap(cJSON_CreateBool(value));
}

void
json_set(struct json *object, const char *key, struct json *child)
{
	if (child == NULL)
		child = json_null();
	if (!has_type(object, cJSON_Object) || key == NULL)
		json_free(child);
	else if (json_get(object, key) != NULL)
		cJSON_ReplaceItemInObjectCaseSensitive(own(object), key, own(child));
	else
		cJSON_AddItemToObject(own(object), key, own(child));
}

void
json_set_text(struct json *object, const char *key, const char *text)
{
	json_set(object, key, json_new_text(text));
}

void
json_set_number(struct json *object, const char *key, double number)
{
	json_set(object, key, json_new_number(number));
}

void
json_set_int(struct json *object, const char *key, int64_t number)
{
	json_set(object, key, json_new_int(number));
}

void
json_set_bool(struct json *object, const char *key, bool value)
{
	json_set(object, key, json_new_bool(value));
}

void
json_set_time(struct json *object, const char *key, int64_t time)
{
	char buffer[CLOCK_TEXT_SIZE];

	json_set_text(object, key, time != 0 ? clock_format(time, buffer) : NULL);
}

void
json_append(struct json *array, struct json *child)
{
	if (child == NULL)
		child = json_null();
	if (!has_type(array, cJSON_Array))
		json_free(child);
	else
		cJSON_AddItemToArray(own(array), own(child));
}

void
json_append_text(struct json *array, const char *text)
{
	json_append(array, json_new_text(text));
}

void
json_remove(struct json *object, const char *key)
{
	if (has_type(object, cJSON_Object) && key != NULL)
		cJSON_DeleteItemFromObjectCaseSensitive(own(object), key);
}
