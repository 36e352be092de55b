/* Bounding the size of a tool's answer; see answer.h. */
#include "core/tools/answer.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/str.h"

#define ROUNDS_MAX 24  /* each round takes a quarter off the largest member at least */
#define MEMBER_MIN 200 /* bytes; a smaller member is not worth cutting */

size_t
answer_size(const struct json *json)
{
	struct str text;
	size_t size;

	str_init(&text, STR_MAX_BULK);
	json_write(&text, json);
	size = text.len;
	str_release(&text);
	return size;
}

void
answer_note_cut(struct json *answer, const char *format, ...)
{
	const char *old = json_get_text(answer, "cut_note", NULL);
	struct str note;
	va_list args;

	str_init(&note, STR_MAX_LINE);
	if (old != NULL)
		str_addf(&note, "%s; ", old);
	va_start(args, format);
	str_addv(&note, format, args);
	va_end(args);
	json_set_bool(answer, "cut", true);
	json_set_text(answer, "cut_note", note.data);
	str_release(&note);
}

static const struct json *
largest_member(const struct json *answer, size_t *size)
{
	const struct json *largest = NULL;

	*size = MEMBER_MIN;
	for (const struct json *one = json_first(answer); one != NULL; one = json_next(one)) {
		bool is_list = json_type(one) == JSON_ARRAY && json_count(one) > 0;
		size_t bytes = is_list || json_type(one) == JSON_STRING ? answer_size(one) : 0;

		if (bytes > *size) {
			*size = bytes;
			largest = one;
		}
	}
	return largest;
}

static struct json *
first_of_list(const struct json *list, size_t keep)
{
	struct json *shorter = json_array();
	const struct json *one = json_first(list);

	for (size_t i = 0; i < keep && one != NULL; i++, one = json_next(one))
		json_append(shorter, json_copy(one));
	return shorter;
}

/* The first bytes of a text, not cut inside a character. */
static struct json *
first_of_text(const char *text, size_t keep)
{
	char *shorter;
	struct json *json;

	while (keep > 0 && ((unsigned char)text[keep] & 0xC0) == 0x80)
		keep--;
	shorter = memory_string_n(text, keep);
	json = json_new_text(shorter);
	free(shorter);
	return json;
}

/* Cuts one member so that about `over` bytes go; false where that is not possible. */
static bool
cut_largest(struct json *answer, size_t over)
{
	size_t size;
	const struct json *member = largest_member(answer, &size);
	double part = member != NULL && over < size ? (double)(size - over) / (double)size : 0.25;
	size_t whole, keep;
	struct json *shorter;
	char *name;

	if (member == NULL)
		return false;
	part = part > 0.75 ? 0.75 : part;
	name = memory_string(json_key(member));
	if (json_type(member) == JSON_ARRAY) {
		whole = json_count(member);
		keep = (size_t)((double)whole * part);
		shorter = first_of_list(member, keep);
		answer_note_cut(answer, "%s: the first %zu of %zu", name, keep, whole);
	} else {
		whole = strlen(json_text(member, ""));
		keep = (size_t)((double)whole * part);
		shorter = first_of_text(json_text(member, ""), keep);
		answer_note_cut(answer, "%s: the first %zu of %zu bytes", name, keep, whole);
	}
	json_set(answer, name, shorter);
	free(name);
	return true;
}

void
answer_bound(struct json *answer, size_t max)
{
	for (int round = 0; round < ROUNDS_MAX; round++) {
		size_t size = answer_size(answer);

		if (size <= max || !cut_largest(answer, size - max))
			return;
	}
}
