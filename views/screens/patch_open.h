/* The patch screen, beginning with a patch of a certain kind. Used by the investigation. */
#ifndef HEADROOM_VIEWS_SCREENS_PATCH_OPEN_H
#define HEADROOM_VIEWS_SCREENS_PATCH_OPEN_H

#include <stdint.h>

#include "core/solve/fix.h"
#include "tui/ui.h"

/* Makes a new patch also where there are some. */
void patch_open_making(struct ui *ui, int64_t finding, enum fix_by by);
/* Why no model can be asked, one sentence, the caller's; NULL: one is set up. */
char *patch_open_no_model(void);

#endif
