/*
 * The part of JSON Schema that the tools' inputs use, checked: type (one name
 * or a list), properties, required, additionalProperties false, enum,
 * minimum, maximum, minLength, maxLength, minItems, maxItems, items. Other
 * keywords are notes. Also used for the inputs of skills.
 */
#ifndef HEADROOM_TOOLS_SCHEMA_H
#define HEADROOM_TOOLS_SCHEMA_H

#include "core/base/error.h"
#include "core/base/json.h"

/* ERROR_USAGE with the path of the first member that does not fit: "limit: at most 200". */
int schema_check(const struct json *schema, const struct json *value, struct error *err);

#endif
