/*
 * What the tests of screens stand on: a small made-up world in a database of its
 * own, a ui on memory, and jobs that are waited for. Keys are pressed, the text
 * of the screen is read.
 */
#ifndef HEADROOM_TESTS_VIEWS_STAGE_H
#define HEADROOM_TESTS_VIEWS_STAGE_H

#include <check.h>

#include "tui/ui.h"
#include "views/screens/workstation.h"

struct stage {
	struct workstation workstation;
	struct job_queue *jobs;
	struct ui *ui;
	struct str text;
	int64_t service;
};

/* The call must succeed; if not, its own message is the test's. */
#define must(call)                                                     \
	do {                                                           \
		struct error err = { 0 };                              \
		ck_assert_msg((call) == 0, "%s: %s", #call, err.text); \
	} while (0)

enum stage_world {
	STAGE_EMPTY,
	STAGE_WORLD, /* service api: 24 windows, three commits, findings F1 to F5 */
};

/* A database and nothing on screen; path of the database in the caller's hands. */
char *stage_database(enum stage_world world);
/* Opens the database (NULL: one with the world) and shows the findings. */
struct stage *stage_new(const char *database, int rows, int columns, unsigned features);
void stage_free(struct stage *stage);

/* Waits until no job and no timer is left; fails the test after some seconds. */
void stage_settle(struct stage *stage);
/* Keys, then all that follows from them. */
void stage_keys(struct stage *stage, const char *keys);
void stage_type(struct stage *stage, const char *text);
/* The screen as text; belongs to the stage, until the next call. */
const char *stage_screen(struct stage *stage);
const char *stage_message(const struct stage *stage); /* "" where there is none */
bool stage_shows(struct stage *stage, const char *text);
/* Compares with tests/views/golden/NAME.txt; UPDATE_GOLDEN=1 writes it. */
void stage_golden(struct stage *stage, const char *name);

#endif
