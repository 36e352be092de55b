/* The PROFILES section of the manual page. */
#ifndef HEADROOM_VIEWS_MANUAL_PROFILES_H
#define HEADROOM_VIEWS_MANUAL_PROFILES_H

#include <stdio.h>

void manual_profiles_print(FILE *to); /* in roff with the man macros */

#endif
