/*
 * What the tests of core/tools start from: a store with a service "api", six
 * windows before and six after escape grew, changes, a finding F1 and a git
 * repository with its code.
 */
#ifndef HEADROOM_TESTS_TOOLS_WORLD_H
#define HEADROOM_TESTS_TOOLS_WORLD_H

#include <check.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/tools/tool.h"
#include "tests/check_main.h"

#define WORLD_CHANGED (CHECK_CLOCK - CLOCK_DAY) /* 2026-11-19T12:00:00Z */

struct world {
	struct store *store;
	char *folder;     /* of this test; check_main removes it */
	char *repository; /* in it */
	int64_t service, finding;
	struct tool_context context;
};

/* Fixtures; the world of the test at hand. */
extern struct world world;
void world_setup(void);
void world_teardown(void);

/* Calls the tool with arguments as JSON text; fails the test where it fails. The caller's. */
struct json *world_call(const char *tool, const char *arguments);
/* Calls it and wants this error, with this in its text. */
void world_refused(const char *tool, const char *arguments, enum error_code code, const char *part);

#endif
