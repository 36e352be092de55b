/*
 * Compares a drawn screen with a file of tests/tui/golden. UPDATE_GOLDEN=1 writes the file
 * instead; look at the difference before it is committed.
 */
#ifndef HEADROOM_TESTS_TUI_GOLDEN_H
#define HEADROOM_TESTS_TUI_GOLDEN_H

#include <stdbool.h>

#include "tui/surface.h"

#define FULL (SURFACE_UNICODE | SURFACE_SHADES)

/* Fails the test with both texts when they differ. */
void golden_text(const char *name, const char *text);
/* Draws nothing: takes what is on memory, with style letters or without. */
void golden_memory(const char *name, const struct surface_memory *memory, bool styled);

#endif
