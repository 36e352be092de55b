/* The source screen: opened by the flame screen on the function under its cursor. */
#ifndef HEADROOM_VIEWS_SCREENS_SOURCE_H
#define HEADROOM_VIEWS_SCREENS_SOURCE_H

#include "tui/ui.h"
#include "views/screens/flame_data.h"

/* profile: used as long as the screen is there; subject and function are copied; finding 0: none.
 */
void
screens_open_source(struct ui *ui, struct flame_profile *profile,
		    const struct profile_subject *subject, int64_t finding, const char *function);

#endif
