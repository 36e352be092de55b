/*
 * A heat map of windows: time across, the hottest functions down, and in each
 * place the function's share of that window's samples. From it a stretch of time
 * is chosen as before or after. Used by the heat map screen.
 *
 * Shares are k / n of each column (Wald's estimate of a binomial share): a column of
 * few samples is noisy, which is why its samples are told too. More windows than
 * HEAT_COLUMNS_MAX are put together, as many neighbours in each column as in the others
 * (one less in some).
 */
#ifndef HEADROOM_EXPLAIN_HEAT_H
#define HEADROOM_EXPLAIN_HEAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/explain/selection.h"
#include "core/store/profile.h"

#define HEAT_COLUMNS_MAX 4096
#define HEAT_ROWS_MAX 400 /* functions: the hottest by self and the hottest by total */

struct heat_column {
	int64_t start, end; /* end: of the last window; the next may begin later */
	int64_t last;       /* start of the last window in it */
	double samples;
	size_t windows;
};

struct heat_row {
	uint32_t name;              /* of the set's names */
	double self, total;         /* shares of all samples */
	double self_max, total_max; /* the largest of a column */
};

struct heat {
	const struct profile_set *set; /* borrowed */
	struct heat_column *columns;   /* oldest first, whatever the order of the set */
	size_t column_count;
	struct heat_row *rows; /* by self, the hottest first */
	size_t row_count;
	float *self, *total; /* row * column_count + column */
};

/*
 * Windows that selection (NULL: all are in) has on no side are left out. out may be
 * uninitialised; release it also after an error. ERROR_NOT_FOUND: no window has samples;
 * ERROR_CANCELLED. Time is proportional to the frames of the distinct stacks and to the cells.
 */
int heat_build(struct heat *out, const struct profile_set *set, const struct selection *selection,
	       const struct progress *progress, struct error *err);
void heat_release(struct heat *heat);
void heat_sort(struct heat *heat, bool by_total); /* else by self */

const char *heat_name(const struct heat *heat, size_t row); /* not yet safe for a terminal */
/* Of columns first <= column < end together, weighted by their samples; 0 where they are empty. */
double heat_share(const struct heat *heat, size_t row, size_t first, size_t end, bool by_total);

#endif
