/* The manual page headroom(1), out of the tables of commands and keys. */
#ifndef HEADROOM_VIEWS_MANUAL_H
#define HEADROOM_VIEWS_MANUAL_H

#include <stdio.h>

/* In roff with the man macros. */
void manual_print(FILE *to);

#endif
