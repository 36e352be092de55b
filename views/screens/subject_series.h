/*
 * The values of one subject over time as a chart shows them, with the changes of
 * that time and, where the series has a season, the range that was to be
 * expected. Read in a job. Used for findings and for filtered change points.
 */
#ifndef HEADROOM_VIEWS_SCREENS_SUBJECT_SERIES_H
#define HEADROOM_VIEWS_SCREENS_SUBJECT_SERIES_H

#include <stdint.h>

#include "core/base/error.h"
#include "core/base/vec.h"
#include "core/store/finding.h"
#include "core/store/store.h"
#include "tui/chart.h"

#define SUBJECT_SERIES_POINTS_MAX 20000 /* the newest windows */
#define SUBJECT_SERIES_MARKS_MAX 2000

struct subject_series {
	VEC(struct chart_point) points;
	VEC(double) weights;           /* samples of each point */
	VEC(struct chart_range) range; /* empty where there is no season */
	VEC(struct chart_mark) marks;  /* changes of the service; suspects stand out */
	char *unit;                    /* NULL: shares */
	char *none;                    /* why there are no points; NULL: there are */
	char *season;                  /* "a day", or NULL */
};

/* Whose values: kind and subject as a finding names them. changed_at 0: at no time. */
struct subject {
	int64_t service;
	const char *kind;
	const char *name;
	int64_t changed_at;
	double before; /* level before, for the range; NAN: that of the values */
	const struct suspect *suspects;
	size_t suspect_count;
};

/* A subject that nothing is known of is no error: none says so. */
int subject_series_load(struct subject_series *out, struct store *store,
			const struct subject *subject, struct error *err);
void subject_series_release(struct subject_series *series);
/* Points, gap, range, marks and unit; the rest of chart stays as it is. */
void subject_series_chart(const struct subject_series *series, struct chart *chart);

#endif
