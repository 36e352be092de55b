/*
 * The workstation as screens and actions see it: the stack, messages, dialogs,
 * copying, jobs and their progress. It draws on whatever backend it was given
 * and does not wait for anything: loop.c drives it, tests drive it by hand:
 *
 *	struct ui *ui = ui_new(&(struct ui_setup){ .rows = 24, .columns = 80 });
 *	ui_push(ui, &findings_ops, state);
 *	ui_keys(ui, "j j Enter");
 *	ui_text(ui, &text);
 */
#ifndef HEADROOM_TUI_UI_H
#define HEADROOM_TUI_UI_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/jobs.h"
#include "core/base/str.h"
#include "tui/messages.h"
#include "tui/screen.h"

#define UI_TIMERS_MAX 32

struct term;
struct ui;

struct ui_setup {
	const char *program; /* first word of the top line; NULL: "headroom" */
	struct term *term;   /* borrowed; NULL: memory, of this size: */
	int rows;
	int columns;
	unsigned features;            /* enum surface_feature, of the memory */
	struct job_queue *jobs;       /* borrowed; may be NULL */
	void *user;                   /* whatever the program wants its screens to find: ui_user */
	const struct action *actions; /* the program's own, everywhere; state is user; NULL: none */
};

struct ui *ui_new(const struct ui_setup *setup);
void ui_free(struct ui *ui); /* closes all screens, top first */
void *ui_user(const struct ui *ui);
struct job_queue *ui_jobs(const struct ui *ui);
struct term *ui_term(const struct ui *ui);
unsigned ui_features(const struct ui *ui); /* enum surface_feature of what is drawn on */

/* The stack. Popping the last screen ends the program. Each returns at once; the change shows at
 * the next drawing. */
uint64_t
ui_push(struct ui *ui, const struct screen_ops *ops, void *state); /* a number never used again */
void ui_pop(struct ui *ui);
uint64_t ui_replace(struct ui *ui, const struct screen_ops *ops, void *state);
void ui_pop_to_first(struct ui *ui);                                /* home */
const struct screen_ops *ui_top(const struct ui *ui, void **state); /* NULL: empty */
uint64_t ui_top_id(const struct ui *ui);
void ui_quit(struct ui *ui);
bool ui_finished(const struct ui *ui);

/*
 * To a screen by number, from a job's event() or done() on the owner's thread.
 * False: that screen is gone; data is still the caller's.
 */
bool ui_post(struct ui *ui, uint64_t screen, int what, void *data);

/* Messages: the bottom line and the log. */
void ui_message(struct ui *ui, enum message_kind kind, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void ui_error(struct ui *ui, const struct error *err); /* NULL: nothing */
const struct messages *ui_messages(const struct ui *ui);

/* Right end of the top line: what the open findings cost. Any text; NULL clears. */
void ui_headline(struct ui *ui, const char *text);

/* Long work: shown in the bottom line, Esc cancels the job. The job's own progress() and done()
 * call these. */
void ui_progress(struct ui *ui, uint64_t job, const char *what, uint64_t done, uint64_t total);
void ui_progress_end(struct ui *ui, uint64_t job);

/* Something changed that the ui cannot know of: sync and draw at the end of this wake-up. */
void ui_dirty(struct ui *ui);

/*
 * Runs once after delay (microseconds), on the loop's thread. A number > 0, or 0:
 * more than UI_TIMERS_MAX. A screen cancels its timers in close().
 */
uint64_t ui_timer(struct ui *ui, int64_t delay, void (*run)(void *user, struct ui *ui), void *user);
void ui_timer_cancel(struct ui *ui, uint64_t timer);

/* Runs an action by table as a key would: refuses with its reason in the bottom line. */
void ui_run_action(struct ui *ui, const struct action *action, void *state);
const struct action *ui_common_actions(void);
const struct action *ui_program_actions(const struct ui *ui);

/* y: OSC 52 and a file in the state folder; says so in the bottom line. */
void ui_copy(struct ui *ui, const char *text);
const char *ui_copied(const struct ui *ui); /* the last text copied; NULL: none */
/* $VISUAL, $EDITOR or vi on path at line (0: none); leaves the terminal and comes back. */
int ui_edit(struct ui *ui, const char *path, unsigned line, struct error *err);

/* The driver's side: loop.c and tests. */
void ui_input(struct ui *ui, const struct input *input);
void ui_resize(struct ui *ui, int rows, int columns); /* memory only; a term knows its size */
void ui_draw(struct ui *ui);                          /* sync, draw, once, when dirty */
bool ui_is_dirty(const struct ui *ui);
int64_t ui_timers_wait(const struct ui *ui); /* microseconds to the next timer; -1: none */
void ui_timers_run(struct ui *ui);           /* those that are due */
int
ui_keys(struct ui *ui,
	const char *keys); /* blank-separated key texts; -1: one cannot be read; draws at the end */
void ui_type(struct ui *ui, const char *text); /* each character as a key */
void ui_text(struct ui *ui, struct str *out);  /* the memory's text; draws first */
void ui_styled(struct ui *ui, struct str *out);

#endif
