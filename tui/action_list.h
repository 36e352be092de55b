/* All actions that can be run now, as a picker: the palette and the help overlay are the same list
 * in two dresses. */
#ifndef HEADROOM_TUI_ACTION_LIST_H
#define HEADROOM_TUI_ACTION_LIST_H

#include <stdbool.h>

struct ui;

/* browse: in the order of the tables, keys move (help); else typed letters find (palette). */
void action_list_open(struct ui *ui, const char *title, bool browse);

#endif
