/*
 * What a difference is measured in: shares, weights, or weight per unit of
 * work. Shares alone mislead: where one function got dearer, all others "fall".
 *
 *   share    samples of it / all samples of the side. Fractions of 1.
 *   weight   samples (or the event's unit). Sides that were profiled for
 *            different lengths of time are made comparable: before is scaled
 *            to as many seconds of windows as after had. Windows without a
 *            length count one each.
 *   work     weight / units of work, where the work of a side (requests, rows,
 *            bytes) comes from a series or from an argument.
 *
 * A value is weight * factor[side]; a test compares counts per exposure
 * (samples, seconds, work) and takes its variance from the windows; see
 * significance.h. Pure: no store. Used by tree.h, functions.h, movers.h.
 */
#ifndef HEADROOM_EXPLAIN_MEASURE_H
#define HEADROOM_EXPLAIN_MEASURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/explain/selection.h"
#include "core/explain/significance.h"
#include "core/store/profile.h"

enum measure { MEASURE_SHARE, MEASURE_WEIGHT, MEASURE_WORK, MEASURES };

struct measure_scale {
	enum measure measure;
	double factor[2];    /* by enum side; 0 where the side is empty */
	double exposure[2];  /* of each side: samples, seconds (or windows), units of work */
	double *exposure_of; /* by window of the set; NULL: its samples */
	size_t count;        /* of exposure_of */
};

/* Units of work: of each side, or of each window where they are known. */
struct measure_work {
	double side[2];
	const double
		*by_window; /* by window of the set; or NULL: side is spread over its seconds */
};

/* Shares of samples[side]. */
void measure_shares(struct measure_scale *out, const double samples[2]);
/*
 * work is of MEASURE_WORK. ERROR_USAGE: a side with windows has no work. release also after an
 * error.
 */
int measure_make(struct measure_scale *out, enum measure measure, const struct profile_set *set,
		 const struct selection *selection, bool use_weight,
		 const struct measure_work *work, struct error *err);
void measure_scale_copy(struct measure_scale *to, const struct measure_scale *from);
void measure_scale_release(struct measure_scale *scale);

/* What a window of the set adds to its side's exposure. */
double
measure_exposure(const struct measure_scale *scale, const struct profile_set *set, size_t window);

/* Sets z, p and q of the changes, whose squares are over the exposures of so many replicates. */
void measure_test(const struct measure_scale *scale, const struct selection *selection,
		  const size_t replicates[2], struct share_change *changes, size_t count);

/*
 * The work of each window, from a series of work per second: the mean of the points in the window
 * times its seconds; where no point is in it, the last one before it. out has an entry for each
 * window of the set; 0: nothing is known. times ascend.
 */
void measure_work_of_windows(double *out, const struct profile_set *set, const int64_t *times,
			     const double *values, size_t count);

const char *measure_name(enum measure measure);   /* "share", "weight", "work" */
enum measure measure_from_name(const char *name); /* MEASURES: none */

#endif
