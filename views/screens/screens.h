/*
 * The full screens: how each is opened, and the list of all (screens.c), which a
 * test walks and the manual page is made from. Ids are those of the case book.
 * An id that is not there any more is a message, not a screen.
 */
#ifndef HEADROOM_VIEWS_SCREENS_SCREENS_H
#define HEADROOM_VIEWS_SCREENS_SCREENS_H

#include <stdint.h>

#include "tui/screen.h"
#include "tui/ui.h"

void screens_open_findings(struct ui *ui); /* home: the first on the stack */
void screens_open_finding(struct ui *ui, int64_t finding);
/* finding 0: none; else the functions that it is about are marked. */
void screens_open_change(struct ui *ui, int64_t change, int64_t finding);
void screens_open_messages(struct ui *ui);
void screens_open_funnel(struct ui *ui);
void screens_open_suggestions(struct ui *ui);
/* service 0: all; stage NULL: all. */
void screens_open_filtered(struct ui *ui, int64_t service, const char *stage);
struct funnel_change;
void screens_open_candidate(struct ui *ui, const struct funnel_change *change); /* copied */

void screens_open_flame(struct ui *ui, int64_t finding);
struct profile_subject;
void screens_open_heat_map(struct ui *ui, const struct profile_subject *subject); /* copied */
void screens_open_flame_on(struct ui *ui, const struct profile_subject *subject); /* copied */
void screens_open_investigation(struct ui *ui, int64_t finding);
void
screens_open_patch(struct ui *ui, int64_t finding); /* the newest of the finding, or makes one */

extern const struct screen_ops findings_screen;
extern const struct screen_ops finding_screen;
extern const struct screen_ops change_screen;
extern const struct screen_ops messages_screen;
extern const struct screen_ops funnel_screen;
extern const struct screen_ops filtered_screen;
extern const struct screen_ops candidate_screen;
extern const struct screen_ops suggestions_screen;
extern const struct screen_ops flame_screen;
extern const struct screen_ops heat_map_screen;
extern const struct screen_ops source_screen;
extern const struct screen_ops investigation_screen;
extern const struct screen_ops patch_screen;

extern const struct screen_ops *const screens[]; /* ends with NULL */

#endif
