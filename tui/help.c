/* The help overlay; see help.h. Called by ui_actions.c. */
#include "tui/help.h"

#include <stdio.h>

#include "tui/action_list.h"
#include "tui/ui.h"

void
help_open(struct ui *ui)
{
	const struct screen_ops *top = ui_top(ui, NULL);
	char title[64];

	snprintf(title, sizeof(title), "keys: %s", top != NULL ? top->name : "");
	action_list_open(ui, title, true);
}
