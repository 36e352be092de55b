/*
 * Changes that are none of the function's or the metric's own: the spread grew
 * and the level did not; groups (hosts, regions, versions) kept their levels
 * and their weights changed; a share grew because less work or less of
 * everything else was done. Each fills a struct detect_stage_result of
 * STAGE_MIX. Called by the engines and by core/explain; pure.
 */
#ifndef HEADROOM_DETECT_MIX_H
#define HEADROOM_DETECT_MIX_H

#include <stddef.h>

#include "core/detect/stage.h"

#define MIX_LEFT 0.3 /* part of a change that must be the subject's own */

/*
 * Did the level change, or only the spread? values[from, at) and [at, to), any unit; not finite
 * ones are passed over. Levels are means of the middle three fifths (Yuen, "The two-sample trimmed
 * t for unequal population variances", Biometrika 61, 1974), spreads mean distances from the median
 * (Brown and Forsythe 1974); both standard errors are widened by the noise's memory (first
 * autocorrelation). Does not pass where the levels differ by under three standard errors and the
 * spreads by four or more. value: the level's difference in standard errors, limit 3. ran is false
 * with under eight values on a side.
 */
void detect_mix_spread(struct detect_stage_result *out, const double *values, size_t from,
		       size_t at, size_t to);

/* One group of hosts, or whatever the mean is taken over. */
struct mix_group {
	double weight_before, weight_after; /* requests, samples or hosts: any common unit */
	double value_before, value_after;   /* mean of the metric, or share, within the group */
};

/*
 * Simpson's paradox: the mean of all groups changed. Its change is taken apart into what happened
 * within groups, at mean weights, and what the weights did, at mean values (Kitagawa, "Components
 * of a difference between two rates", JASA 50, 1955; the two sum to the change). Does not pass
 * where under three tenths of the change are within groups. value: that part. Groups of weight 0 on
 * one side are all mix: a group that is new has no level of its own to compare with. ran is false
 * with under two groups or no change.
 */
void
detect_mix_groups(struct detect_stage_result *out, const struct mix_group *groups, size_t count);

/* Samples of a function and work done, over the windows before and after. */
struct mix_load {
	double samples_before, samples_after; /* of the function */
	double total_before, total_after;     /* of the service */
	double work_before, work_after;       /* requests or whatever is counted; any unit */
	double dispersion;                    /* variance over that of sampling, 1 or more */
};

/*
 * Did the share grow because the function costs more, or because the rest costs less? Its samples a
 * unit of work are its cost, as long as both sides are sampled at one rate: one sample must stand
 * for the same CPU time. Does not pass where the cost grew by under three tenths of what the share
 * grew by, as factors, and is within three standard deviations of that. value: that part, limit
 * 0.3; for a share that shrank likewise. ran is false without work or samples on a side, or where
 * the share did not change.
 */
void detect_mix_load(struct detect_stage_result *out, const struct mix_load *load);

#endif
