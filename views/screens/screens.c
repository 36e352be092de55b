/*
 * The list of all full screens, in the order of the manual. A new screen is a
 * file here and a line below; see screens.h. Used by manual.c and a test.
 */
#include "views/screens/screens.h"

#include <stddef.h>

const struct screen_ops *const screens[] = {
	&findings_screen,      &finding_screen,
	&change_screen,        &flame_screen,
	&investigation_screen, &patch_screen,
	&funnel_screen,        &filtered_screen,
	&heat_map_screen,      &source_screen,
	&candidate_screen,     &suggestions_screen,
	&messages_screen,      NULL,
};
