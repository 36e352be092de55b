/* From a finding to its code in the user's editor. Used by the findings and the finding screen. */
#ifndef HEADROOM_VIEWS_SCREENS_EDITING_H
#define HEADROOM_VIEWS_SCREENS_EDITING_H

#include "core/store/finding.h"
#include "tui/ui.h"

/*
 * Opens the editor where the finding's function is defined. Where the profiles do not tell, a job
 * looks in the service's repository first, as the tool code_read does.
 */
void editing_open(struct ui *ui, const struct finding *finding);

#endif
