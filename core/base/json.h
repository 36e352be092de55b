/*
 * JSON: reading with bounds, building, writing. Only json.c knows the library
 * behind it. A child that is set or appended belongs to its parent; what the
 * readers return is borrowed from its parent. All readers take NULL and then
 * give the fallback, so that chains need no checks.
 */
#ifndef HEADROOM_BASE_JSON_H
#define HEADROOM_BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/str.h"

struct json;

enum json_type { JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

#define JSON_DEPTH_MAX 64
#define JSON_BYTES_MAX ((size_t)64 * 1024 * 1024)

/*
 * Reading: a whole document, nothing but blanks after it. Of members with one
 * name the last stays. Bytes that are not UTF-8, halves of surrogate pairs and
 * U+0000 become U+FFFD. ERROR_LIMIT past the bounds, else ERROR_INPUT with line
 * and column.
 */
int json_parse(struct json **out, const char *data, size_t length, struct error *err);
void json_free(struct json *json);
struct json *json_copy(const struct json *json);
bool json_equal(const struct json *a, const struct json *b);

enum json_type json_type(const struct json *json);
const struct json *json_get(const struct json *object, const char *key); /* NULL where absent */
/* "suspects[0].factors.timing": member names and indexes; NULL where absent. */
const struct json *json_path(const struct json *json, const char *path);
size_t json_count(const struct json *array_or_object);
const struct json *json_at(const struct json *array, size_t index); /* O(index); see json_first */
const struct json *json_first(const struct json *array_or_object);
const struct json *json_next(const struct json *child);
const char *json_key(const struct json *child); /* NULL in an array */

/* values: of the thing itself ... */
const char *json_text(const struct json *json, const char *fallback);
double json_number(const struct json *json, double fallback);
int64_t json_int(const struct json *json, int64_t fallback);
bool json_bool(const struct json *json, bool fallback);
/* ... and of a member of an object */
const char *json_get_text(const struct json *object, const char *key, const char *fallback);
double json_get_number(const struct json *object, const char *key, double fallback);
int64_t json_get_int(const struct json *object, const char *key, int64_t fallback);
bool json_get_bool(const struct json *object, const char *key, bool fallback);

/* building */
struct json *json_object(void);
struct json *json_array(void);
/* NULL text gives null; bytes that are not UTF-8 become U+FFFD. */
struct json *json_new_text(const char *text);
struct json *json_new_number(double number); /* not finite gives null */
struct json *json_new_int(int64_t number);   /* exact to 2^53; larger ones (hashes) go as text */
struct json *json_new_bool(bool value);
struct json *json_null(void);
void json_set(struct json *object, const char *key, struct json *child); /* replaces */
void json_set_text(struct json *object, const char *key, const char *text);
void json_set_number(struct json *object, const char *key, double number);
void json_set_int(struct json *object, const char *key, int64_t number);
void json_set_bool(struct json *object, const char *key, bool value);
void json_set_time(struct json *object, const char *key, int64_t time); /* RFC 3339; 0 gives null */
void json_append(struct json *array, struct json *child);
void json_append_text(struct json *array, const char *text);
void json_remove(struct json *object, const char *key);

/* writing: members in the order they were set; the same tree gives the same bytes.
 * Numbers are written with the fewest digits that read back equal. */
void json_write(struct str *out, const struct json *json);        /* one line, no blanks */
void json_write_pretty(struct str *out, const struct json *json); /* two blanks, ends in \n */

#endif
