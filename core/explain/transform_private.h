/* What the parts of transform.h share. */
#ifndef HEADROOM_EXPLAIN_TRANSFORM_PRIVATE_H
#define HEADROOM_EXPLAIN_TRANSFORM_PRIVATE_H

#include <stdbool.h>

#include "core/store/profile.h"

/* "kernel" and so on; false: no such kind. */
bool transform_frame_kind(const char *name, enum frame_kind *out);

#endif
