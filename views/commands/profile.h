/* What the files of `profile` share. */
#ifndef HEADROOM_VIEWS_COMMANDS_PROFILE_H
#define HEADROOM_VIEWS_COMMANDS_PROFILE_H

#include "core/base/json.h"
#include "views/commands/profile_view.h"

#define TREE_TESTED_SHARE 0.0005 /* frames under it on both sides are not tested for change */

/* Service, windows, times and samples: the head of each answer. */
struct json *profile_view_to_json(const struct profile_view *view);

#endif
