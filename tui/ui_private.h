/* The insides of struct ui, shared by the files ui*.c only. */
#ifndef HEADROOM_TUI_UI_PRIVATE_H
#define HEADROOM_TUI_UI_PRIVATE_H

#include "core/base/strings.h"
#include "core/base/vec.h"
#include "tui/ui.h"

/* Below this a window gets one line that says so. */
#define UI_ROWS_MIN 5
#define UI_COLUMNS_MIN 20

struct screen {
	const struct screen_ops *ops;
	void *state;
	uint64_t id;
};

struct ui_timer {
	uint64_t id;
	int64_t due; /* monotonic */
	void (*run)(void *user, struct ui *ui);
	void *user;
};

struct ui {
	const char *program;
	struct term *term; /* NULL: memory */
	struct surface_memory memory;
	unsigned features;
	struct job_queue *jobs;
	void *user;
	const struct action *actions;

	VEC(struct screen) stack;
	VEC(struct screen) closing; /* popped; closed when the action that did it has returned */
	bool resume;                /* a full screen was popped */
	uint64_t last_id;
	bool finished;
	bool dirty;

	struct messages messages;
	char *headline;
	struct strings find_history;
	char *find_text; /* last one accepted, for n and N */
	uint64_t find_screen;
	char *copied;

	uint64_t progress_job; /* 0: none */
	char *progress_what;
	uint64_t progress_done;
	uint64_t progress_total;

	VEC(struct ui_timer) timers;
	uint64_t last_timer;
};

/* ui.c */
void ui_settle(struct ui *ui); /* closes what was popped, tells who is on top again */
struct screen *ui_screen(struct ui *ui, uint64_t id); /* NULL: gone */
void ui_window(const struct ui *ui, int *rows, int *columns);

/* ui_find.c */
void ui_find_ask(struct ui *ui);
void ui_find_again(struct ui *ui, enum find_step step);

#endif
