/* Points on a grid of equal steps. Private to seasonal*.c. */
#ifndef HEADROOM_DETECT_SEASONAL_GRID_H
#define HEADROOM_DETECT_SEASONAL_GRID_H

#include "core/detect/seasonal.h"

#define SEASONAL_HOUR ((int64_t)3600 * 1000000)
#define SEASONAL_DAY (24 * SEASONAL_HOUR)
#define SEASONAL_WEEK (7 * SEASONAL_DAY)
#define SEASONAL_POINTS_MIN 4 /* of a period */

/*
 * Fills values, weights, place, count and step. The step is the median one, mended so that a
 * day (or, where points are rarer, a week) is a whole number of steps; points that fall on one
 * place are averaged by weight. False where the series is too short, or nearly all of the grid were
 * empty.
 */
bool seasonal_grid(struct seasonal *seasonal, const struct seasonal_input *input);

/* Points of a period on the grid; 0 where times are not known or it has too few. */
size_t seasonal_points(const struct seasonal *seasonal, int64_t length);

/* Finds the seasons of what is on the grid. */
void seasonal_search(struct seasonal *seasonal, struct seasonal_periods *out);

/* Room for count doubles in seasonal->work; keeps nothing. */
double *seasonal_room(struct seasonal *seasonal, size_t count);

#endif
