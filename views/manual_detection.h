/* The DETECTION section of the manual page. */
#ifndef HEADROOM_VIEWS_MANUAL_DETECTION_H
#define HEADROOM_VIEWS_MANUAL_DETECTION_H

#include <stdio.h>

void manual_detection_print(FILE *to); /* in roff with the man macros */

#endif
