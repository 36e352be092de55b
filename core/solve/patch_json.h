/* A patch as the contract for commands shows it. */
#ifndef HEADROOM_SOLVE_PATCH_JSON_H
#define HEADROOM_SOLVE_PATCH_JSON_H

#include "core/base/json.h"
#include "core/store/patch.h"

struct json *patch_to_json(const struct patch *patch);
/* "by rule hoist-strlen", "by model NAME", "by revert", "by hand": shown wherever the patch is.
 * Appends. */
void patch_origin(const struct patch *patch, struct str *out);

#endif
