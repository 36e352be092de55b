/*
 * Findings and suspects as JSON, exactly as the contract for commands says.
 * Used by the commands, the tools and the screens' export.
 */
#ifndef HEADROOM_TOOLS_FINDING_JSON_H
#define HEADROOM_TOOLS_FINDING_JSON_H

#include <stdbool.h>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/store/finding.h"
#include "core/store/store.h"

/*
 * {"id":"F1","kind":...}: the object of `detect` and `findings`, from the
 * finding alone. full adds what `show` has more: owner, file, line, samples,
 * windows, verdict, whole suspects, evidence.
 */
struct json *finding_to_json(const struct finding *finding, bool full);

/* The finding in full with its events: the object of `show`. */
int finding_show_json(struct store *store, int64_t finding, struct json **out, struct error *err);

/* {"finding":"F1","verdict":...,"suspects":[...]} of a finding that was ranked: the object of
 * `suspects`. */
int suspects_to_json(struct store *store, const struct finding *finding, struct json **out,
		     struct error *err);

/* "F12", "f12" or "12" -> 12. */
int finding_id_parse(int64_t *id, const char *text, struct error *err);

#endif
