/*
 * A growing byte string with a mandatory upper bound and a sticky overflow
 * mark. Invariants: data is never NULL and always ends in NUL at data[len];
 * len < capacity or data is the shared empty string; after an append that
 * would pass max, overflow is set, what fits is kept, and all later appends
 * do nothing. May hold NUL bytes.
 */
#ifndef HEADROOM_BASE_STR_H
#define HEADROOM_BASE_STR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct str {
	char *data;
	size_t len;
	size_t capacity;
	size_t max;
	bool overflow;
};

/* Bounds by use; a caller with a better figure passes its own. */
#define STR_MAX_LINE ((size_t)64 * 1024)
#define STR_MAX_TEXT ((size_t)4 * 1024 * 1024)
#define STR_MAX_BULK ((size_t)1024 * 1024 * 1024)

/* life cycle */
void str_init(struct str *str, size_t max);
void str_release(struct str *str);
void str_clear(struct str *str); /* keeps the memory, drops the overflow mark */
char *str_take(struct str *str); /* the caller's; the string is empty after */

/* adding */
void str_add(struct str *str, const char *text); /* NULL adds nothing */
void str_add_n(struct str *str, const void *data, size_t length);
void str_add_char(struct str *str, char byte);
void str_add_repeated(struct str *str, char byte, size_t times);
void str_addf(struct str *str, const char *format, ...) __attribute__((format(printf, 2, 3)));
__attribute__((format(printf, 2, 0))) void
str_addv(struct str *str, const char *format, va_list args);

/* changing */
void str_truncate(struct str *str, size_t length);
void str_trim(struct str *str); /* blanks and line ends at both ends */

#endif
