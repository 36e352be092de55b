/* A small program on the toolkit, for the tests: a list of many rows, a chart below it, a text,
 * boxes. Needs no files. */
#ifndef HEADROOM_TESTS_TUI_SAMPLE_H
#define HEADROOM_TESTS_TUI_SAMPLE_H

#include <stddef.h>

#include "tui/ui.h"

struct sample;

struct sample *sample_new(size_t rows);
void sample_free(struct sample *sample);
void sample_push(struct sample *sample, struct ui *ui); /* its list, as the first screen */
const struct action *sample_actions(void);              /* of the list */
/* On the terminal that is stdin and stdout, as a program would; the exit status. */
int sample_run(size_t rows, const char *theme);

#endif
