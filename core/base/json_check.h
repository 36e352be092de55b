/* What json.c looks at before the library sees a byte. Called by json.c only. */
#ifndef HEADROOM_BASE_JSON_CHECK_H
#define HEADROOM_BASE_JSON_CHECK_H

#include <stddef.h>

#include "core/base/error.h"
#include "core/base/str.h"

/* A tree's node takes about 80 bytes, so values are bounded besides bytes. */
#define JSON_VALUES_MAX ((size_t)8 * 1024 * 1024)

/*
 * Copies the document to clean with bytes that are not UTF-8, halves of
 * surrogate pairs and U+0000 (which would cut a string short) as U+FFFD.
 * Refuses what the library would let pass wrongly: too deep, too many values,
 * numbers and escapes that are none, control characters between values.
 */
int json_check(struct str *clean, const char *data, size_t length, struct error *err);

/* Appends text with every byte that is not part of a UTF-8 character as U+FFFD. */
void json_mend_utf8(struct str *out, const char *text, size_t length);

/* "WHAT at line 3, column 14" */
int json_error_at(struct error *err, const char *data, size_t offset, const char *what);

#endif
