/* "?" all keys of the screen in front, out of the action tables; / or letters narrow the list,
 * Enter runs. */
#ifndef HEADROOM_TUI_HELP_H
#define HEADROOM_TUI_HELP_H

struct ui;

void help_open(struct ui *ui);

#endif
