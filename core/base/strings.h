/*
 * A list of strings that it owns, NULL-terminated at items[count] so that it
 * serves as an argument vector.
 */
#ifndef HEADROOM_BASE_STRINGS_H
#define HEADROOM_BASE_STRINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/str.h"

struct strings {
	char **items; /* NULL while empty and never added to */
	size_t count;
	size_t capacity;
};

void strings_release(struct strings *list); /* a zeroed list is empty */
void strings_add(struct strings *list, const char *text);
void strings_add_n(struct strings *list, const char *text, size_t length);
__attribute__((format(printf, 2, 3))) void
strings_addf(struct strings *list, const char *format, ...);
void strings_take(struct strings *list, char *text); /* the list's from now on */
bool strings_contains(const struct strings *list, const char *text);
void strings_copy(struct strings *to, const struct strings *from); /* replaces */
void strings_sort(struct strings *list); /* bytes; with equal ones dropped */
void strings_join(const struct strings *list, const char *between, struct str *out);

#endif
