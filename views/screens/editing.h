/* The user's editor: on a finding's code, and on a text of a screen. Used by the screens. */
#ifndef HEADROOM_VIEWS_SCREENS_EDITING_H
#define HEADROOM_VIEWS_SCREENS_EDITING_H

#include "core/base/str.h"
#include "core/store/finding.h"
#include "tui/ui.h"

/*
 * Opens the editor where the finding's function is defined. Where the profiles do not tell, a job
 * looks in the service's repository first, as the tool code_read does.
 */
void editing_open(struct ui *ui, const struct finding *finding);

/*
 * Has the user edit the text, in a file of its own that is called name while the editor has it;
 * at most text->max bytes come back. After an error the text is of no use.
 */
int editing_text(struct ui *ui, const char *name, struct str *text, struct error *err);

#endif
