/* One JSON line that tells of a change; see change_import.h for its members. Called by
 * change_jsonl.c. */
#ifndef HEADROOM_COLLECT_CHANGE_LINE_H
#define HEADROOM_COLLECT_CHANGE_LINE_H

#include <stddef.h>

#include "core/base/error.h"
#include "core/store/change.h"

/* change is empty before; what it holds is to be released either way. The error has no place in it.
 */
int change_line_parse(struct change *change, const char *line, size_t length, struct error *err);

#endif
