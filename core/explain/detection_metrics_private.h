/* What the files of the detection over metrics share; nobody else includes it. */
#ifndef HEADROOM_EXPLAIN_DETECTION_METRICS_PRIVATE_H
#define HEADROOM_EXPLAIN_DETECTION_METRICS_PRIVATE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/vec.h"
#include "core/detect/changepoint.h"
#include "core/detect/detect.h"
#include "core/detect/seasonal.h"
#include "core/explain/detection.h"
#include "core/store/series.h"

/* A series with a change; its points are kept to see what moves together. */
struct metric_series {
	char *name, *unit;
	enum series_kind kind;
	enum series_harm harm;
	int64_t *times;
	double *values;
	double *samples; /* of a share; NULL for metrics */
	size_t count;
};

#define METRIC_NOT_FILTERED (-1)

struct metric_change {
	size_t series; /* of struct metrics */
	bool worse;
	size_t from, at, to, low, high; /* points of the series */
	double before, after, delta_low, delta_high;
	double samples_before, samples_after;
	double p, q, smallest, memory, deviation;
	double z, dispersion; /* of shares; see struct detect_change */
	struct detect_stage_result stages[STAGE_COUNT];
	int filter; /* enum detect_stage, or METRIC_NOT_FILTERED */
	const char *config;
	const struct metric_change *member_of;
};

/* The work on all series of one service. */
struct metrics {
	struct detection_settings settings;
	struct detect_settings scan; /* of shares; borrows from settings */
	int64_t analysis_from;       /* changes before it are too old */
	VEC(struct metric_series) series;
	VEC(struct metric_change) changes;
	size_t looked_at, tested, longest; /* longest: points of the longest series */
	int64_t from, to;
	struct changepoints found;
	struct seasonal seasonal;
	struct series_query query; /* that gave the series */
	const struct progress *progress;
	struct detect_result result; /* for detect_correct; function: number of the change */
};

/* Appends the changes of one series, judged by the stages, without q. */
int metrics_judge(struct metrics *metrics, const struct series_info *info,
		  const struct series_points *points, struct error *err);
int metrics_judge_share(struct metrics *metrics, const struct series_info *info,
			const struct series_points *points, struct error *err);
/* Where the series is kept; made on the first call. */
size_t metrics_keep_series(struct metrics *metrics, const struct series_info *info,
			   const struct series_points *points);
/* Do the intervals of two onsets overlap? */
bool metrics_same_time(const struct metrics *metrics, const struct metric_change *a,
		       const struct metric_change *b);
/* Sorts by p: the surest first. */
void metrics_sort(struct metrics *metrics);
/* The stage same_regression, within each series; sorted before. */
void metrics_judge_same(struct metrics *metrics);
/* Cost shift, load and renamed over the shares that still stand; metrics say why they have none. */
int metrics_judge_whole(struct metrics *metrics, struct store *store, int64_t service,
			const struct progress *progress, struct error *err);
/* Sets member_of and the duplicate stage of what moves with a stronger one; sorted before. */
void metrics_merge(struct metrics *metrics);

#endif
