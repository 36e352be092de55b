/*
 * Series in the telemetry: values over time of one metric of one service, or of
 * a share with the samples it was counted in. Part of the telemetry's table of
 * operations (telemetry.h), so that another engine can stand behind them. Called
 * by the importers of series and by detection.
 *
 * A series may have several values at one time: measurements of one build. Adding is by
 * multiset: a value that is there as often as it is given is not stored again,
 * so that the same file twice stores once, and two equal measurements of one
 * file are two. With `replace` what is given stands instead of what was there at
 * its times: for a server that corrects its newest point.
 */
#ifndef HEADROOM_STORE_SERIES_H
#define HEADROOM_STORE_SERIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/base/strings.h"
#include "core/store/telemetry.h"

#define SERIES_NAME_BYTES_MAX ((size_t)1024)
#define SERIES_POINTS_MAX ((size_t)1 << 24) /* of one series in the database */
#define SERIES_AT_ONE_TIME_MAX 4096         /* values */

enum series_kind { SERIES_SHARE, SERIES_METRIC };

/* By time; at one time in the order they came. */
struct series_points {
	int64_t *times;  /* microseconds */
	double *values;  /* finite; of a share from 0 to 1 */
	double *samples; /* of a share: n, so that k = value * n; zero for metrics */
	size_t count, capacity;
};
void series_points_release(struct series_points *points);
void series_points_add(struct series_points *points, int64_t time, double value, double samples);

struct series_info {
	int64_t id, service;
	char *name;
	enum series_kind kind;
	char *unit;            /* NULL: not known; of a share always */
	struct strings labels; /* "job=api", sorted */
	enum series_harm harm; /* as set, else by name and unit; of a share always up */
	bool harm_set;         /* a user said so */
	uint64_t points;
	int64_t from, to; /* times of the first and the last point */
	int64_t revision; /* grows with every change of its points */
};
void series_info_release(struct series_info *info);
struct series_list {
	struct series_info *items;
	size_t count, capacity;
};
void series_list_release(struct series_list *list);

struct series_append {
	const char *name;
	enum series_kind kind;
	const char *unit;             /* NULL: leaves what is known */
	const struct strings *labels; /* NULL: none */
	const int64_t *times;         /* in any order */
	const double *values;         /* NAN: a gap, left out */
	const double *samples;        /* of a share; NULL for metrics */
	size_t count;
	bool replace;
};
struct series_added {
	uint64_t added, known, replaced, gaps;
	bool is_new; /* the series was not there */
};

struct series_query {
	int64_t service;  /* 0: all */
	const char *name; /* NULL: all */
	int kind;         /* -1: both */
	int64_t id;       /* 0: all */
	int64_t from, to; /* of points: from <= time < to; 0, 0: all */
	/* Only series with points at or after it; 0: all. What is new since the last run. */
	int64_t newer_than;
};

/* Which way a metric of this name and unit is worse, by its words: see series_harm.c. */
enum series_harm series_harm_guess(const char *name, const char *unit);
const char *series_harm_name(enum series_harm harm); /* "up", "down", "both" */
int series_harm_parse(enum series_harm *harm, const char *text, struct error *err);

/*
 * Appends points of one series; made where it is missing. All or nothing, in a
 * transaction of its own unless the caller has one: for many series it should.
 * ERROR_CONFLICT: the series is there and of the other kind; ERROR_LIMIT.
 */
int telemetry_series_add(struct telemetry *telemetry, int64_t service,
			 const struct series_append *append, struct series_added *added,
			 struct error *err);
/* By service and name. */
int telemetry_series_list(struct telemetry *telemetry, const struct series_query *query,
			  struct series_list *out, struct error *err);
/*
 * Gives the points of one series after the other, in order of service and id;
 * both are borrowed for the call. Memory is that of one series. A negative take ends it; it must
 * not read series of the same store.
 */
typedef int series_take(void *user, const struct series_info *info,
			const struct series_points *points, struct error *err);
int telemetry_series_each(struct telemetry *telemetry, const struct series_query *query,
			  series_take *take, void *user, const struct progress *progress,
			  struct error *err);
/* One series; points are appended. */
int telemetry_series_points(struct telemetry *telemetry, int64_t id, int64_t from, int64_t to,
			    struct series_points *out, struct error *err);
/* metric is a series' name, or the part of it before "{". */
int telemetry_series_harm(struct telemetry *telemetry, int64_t service, const char *metric,
			  enum series_harm harm, struct error *err);

#endif
