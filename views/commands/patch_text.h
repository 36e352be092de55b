/* A patch in words, for `fix` and `patch`. */
#ifndef HEADROOM_VIEWS_COMMANDS_PATCH_TEXT_H
#define HEADROOM_VIEWS_COMMANDS_PATCH_TEXT_H

#include "core/solve/fix.h"
#include "core/store/patch.h"
#include "views/commands/session.h"

void patch_text_whole(struct session *session, const struct patch *patch);
void patch_text_checks(struct session *session, const struct patch *patch);
/* Checks and words as they come, on stderr of a terminal. */
struct fix_events patch_text_events(struct session *session);
/* Prints the patch (JSON or words). COMMAND_NO where a check failed. */
int patch_text_result(struct session *session, int64_t id, struct error *err);

#endif
