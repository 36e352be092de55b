/*
 * The one loop: poll(2) over the terminal, signals (one byte each on a pipe), the
 * job queue and the timers of ui.h. All that is pending is handled first, then the
 * screen is synced and drawn once. Idle, it sleeps without a limit.
 */
#ifndef HEADROOM_TUI_LOOP_H
#define HEADROOM_TUI_LOOP_H

#include <stdint.h>

#include "core/base/error.h"
#include "core/base/jobs.h"
#include "tui/term.h"
#include "tui/ui.h"

struct loop;

struct loop *loop_new(struct ui *ui, struct term *term, struct job_queue *jobs); /* all borrowed */
void loop_free(struct loop *loop); /* puts the signals back */

/*
 * Until ui_finished, a signal to end, or the terminal hung up. Returns 0, or the
 * number of the signal that ended it (the terminal is still taken: the caller
 * closes it, saves, and leaves with 128 + signal).
 */
int loop_run(struct loop *loop);

#endif
