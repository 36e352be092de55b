/* Lists of owned strings; see strings.h. Called by every layer. */
#include "core/base/strings.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"

void
strings_release(struct strings *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->items[i]);
	free(list->items);
	*list = (struct strings){ 0 };
}

void
strings_take(struct strings *list, char *text)
{
	if (list->count + 1 >= list->capacity) {
		list->capacity = list->capacity > 0 ? list->capacity * 2 : 8;
		list->items = memory_resize(list->items, list->capacity, sizeof(*list->items));
	}
	list->items[list->count++] = text;
	list->items[list->count] = NULL;
}

void
strings_add(struct strings *list, const char *text)
{
	strings_take(list, memory_string(text));
}

void
strings_add_n(struct strings *list, const char *text, size_t length)
{
	strings_take(list, memory_string_n(text, length));
}

void
strings_addf(struct strings *list, const char *format, ...)
{
	struct str text;
	va_list args;

	str_init(&text, STR_MAX_TEXT);
	va_start(args, format);
	str_addv(&text, format, args);
	va_end(args);
	strings_take(list, str_take(&text));
}

bool
strings_contains(const struct strings *list, const char *text)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->items[i], text) == 0)
			return true;
	return false;
}

void
strings_copy(struct strings *to, const struct strings *from)
{
	struct strings copy = { 0 };

	for (size_t i = 0; i < from->count; i++)
		strings_add(&copy, from->items[i]);
	strings_release(to);
	*to = copy;
}

static int
compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void
strings_sort(struct strings *list)
{
	size_t kept = 0;

	if (list->count == 0)
		return;
	qsort(list->items, list->count, sizeof(*list->items), compare);
	for (size_t i = 1; i < list->count; i++) {
		if (strcmp(list->items[i], list->items[kept]) == 0)
			free(list->items[i]);
		else
			list->items[++kept] = list->items[i];
	}
	list->count = kept + 1;
	list->items[list->count] = NULL;
}

void
strings_join(const struct strings *list, const char *between, struct str *out)
{
	for (size_t i = 0; i < list->count; i++) {
		if (i > 0)
			str_add(out, between);
		str_add(out, list->items[i]);
	}
}
