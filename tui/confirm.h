/* Asks once: y is yes; n, Enter, Esc and q are no. For what cannot be undone, and for a patch
 * with a failed check. */
#ifndef HEADROOM_TUI_CONFIRM_H
#define HEADROOM_TUI_CONFIRM_H

struct ui;

/* question and detail (NULL: none, may have several lines) are copied. yes runs after the dialog is
 * gone. */
void confirm_open(struct ui *ui, const char *question, const char *detail, void *user,
		  void (*yes)(void *user, struct ui *ui));

#endif
