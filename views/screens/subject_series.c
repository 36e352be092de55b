/* The values of a subject; see subject_series.h. Called by finding_view.c and candidate.c. */
#include "views/screens/subject_series.h"

#include <math.h>
#include <stdlib.h>

#include "core/base/memory.h"
#include "core/store/change.h"
#include "core/store/telemetry.h"
#include "views/screens/words.h"

void
subject_series_release(struct subject_series *series)
{
	vec_release(&series->points);
	vec_release(&series->weights);
	vec_release(&series->range);
	vec_release(&series->marks);
	free(series->unit);
	free(series->none);
	free(series->season);
	*series = (struct subject_series){ 0 };
}

static int
load_function(struct subject_series *series, struct store *store, const struct subject *subject,
	      struct error *err)
{
	struct window_query query = { .service = subject->service,
				      .newest = SUBJECT_SERIES_POINTS_MAX };
	struct share_series shares = { 0 };
	struct error why = { 0 };

	if (telemetry_share_series(store_telemetry(store), &query, subject->name, &shares, &why) <
	    0) {
		if (why.code != ERROR_NOT_FOUND)
			return error_set(err, why.code, "%s", why.text);
		series->none = memory_string("no profile holds this function");
		return 0;
	}
	for (size_t i = 0; i < shares.count; i++) {
		const struct share_point *point = &shares.items[i];
		double samples = (double)point->samples;

		vec_push(
			&series->points,
			(struct chart_point){ point->start,
					      samples > 0 ? (double)point->count / samples : NAN });
		vec_push(&series->weights, samples);
	}
	if (shares.count == 0)
		series->none = memory_string("there are no profiles of this service");
	share_series_release(&shares);
	return 0;
}

/* '1' to '3' for the first suspects, so that they can be told without colour; 0: it is none. */
static char
suspect_glyph(const struct subject *subject, int64_t change)
{
	for (size_t i = 0; i < subject->suspect_count && i < 3; i++)
		if (subject->suspects[i].change == change)
			return (char)('1' + i);
	return 0;
}

static int
load_marks(struct subject_series *series, struct store *store, const struct subject *subject,
	   struct error *err)
{
	struct change_list changes = { 0 };
	int64_t from, to;

	if (series->points.count == 0)
		return 0;
	from = series->points.items[0].time;
	to = series->points.items[series->points.count - 1].time;
	if (casebook_changes(store, subject->service, from, to + 1, false, &changes, err) < 0)
		return -1;
	for (size_t i = 0; i < changes.count && i < SUBJECT_SERIES_MARKS_MAX; i++) {
		const struct change *change = &changes.items[i];
		char suspect = suspect_glyph(subject, change->id);

		vec_push(&series->marks,
			 (struct chart_mark){
				 .time = change->time,
				 .glyph = suspect != 0 ? suspect : words_change_glyph(change->kind),
				 .style = suspect != 0 ? STYLE_BAD : STYLE_CHART_MARK,
			 });
	}
	change_list_release(&changes);
	return 0;
}

int
subject_series_load(struct subject_series *out, struct store *store, const struct subject *subject,
		    struct error *err)
{
	*out = (struct subject_series){ 0 };
	if (load_function(out, store, subject, err) < 0 ||
	    load_marks(out, store, subject, err) < 0) {
		subject_series_release(out);
		return -1;
	}
	return 0;
}

void
subject_series_chart(const struct subject_series *series, struct chart *chart)
{
	chart->points = series->points.items;
	chart->count = series->points.count;
	chart->marks = series->marks.items;
	chart->mark_count = series->marks.count;
	chart->range = series->range.items;
	chart->range_count = series->range.count;
	chart->unit = series->unit;
	chart->gap = chart_usual_gap(chart->points, chart->count);
}
