/* What the parts of the fleet's quality bench share. */
#ifndef HEADROOM_TESTS_BENCH_FLEET_QUALITY_H
#define HEADROOM_TESTS_BENCH_FLEET_QUALITY_H

#include <stdint.h>

/* One line of the table: what, measured, goal, note. */
void quality_row(const char *what, const char *measured, const char *goal, const char *note);

/* Moved cost, and callers that one callee makes grow: the stages that read stacks. */
void quality_stacks(uint64_t seed);

#endif
