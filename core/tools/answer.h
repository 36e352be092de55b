/* Bounding the size of a tool's answer. Private to core/tools. */
#ifndef HEADROOM_TOOLS_ANSWER_H
#define HEADROOM_TOOLS_ANSWER_H

#include <stddef.h>

#include "core/base/json.h"

/*
 * While the object takes more than max bytes as JSON, its largest member that
 * is a list or a text is cut to a part of itself. Sets "cut": true and "cut_note".
 */
void answer_bound(struct json *answer, size_t max);
/* The same marks for what a tool left out by itself. */
void
answer_note_cut(struct json *answer, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* As JSON in bytes. */
size_t answer_size(const struct json *json);

#endif
