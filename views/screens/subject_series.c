/* The values of a subject; see subject_series.h. Called by finding_view.c and candidate.c. */
#include "views/screens/subject_series.h"

#include <math.h>
#include <stdlib.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/explain/expected.h"
#include "core/store/change.h"
#include "core/store/series.h"
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

static int
find_series(struct store *store, const struct subject *subject, char **unit, int64_t *id,
	    struct error *err)
{
	struct series_query query = { .service = subject->service,
				      .name = subject->name,
				      .kind = -1 };
	struct series_list list = { 0 };

	*id = 0;
	if (telemetry_series_list(store_telemetry(store), &query, &list, err) < 0)
		return -1;
	if (list.count > 0) {
		const struct series_info *info = &list.items[0];

		*id = info->id;
		if (info->kind == SERIES_METRIC)
			*unit = memory_string(info->unit != NULL ? info->unit : "");
	}
	series_list_release(&list);
	return 0;
}

/* A series that was imported: a metric, or a share with its samples. */
static int
load_imported(struct subject_series *series, struct store *store, const struct subject *subject,
	      struct error *err)
{
	struct series_points points = { 0 };
	int64_t id;

	if (find_series(store, subject, &series->unit, &id, err) < 0)
		return -1;
	if (id == 0) {
		series->none = memory_string("the series is not there any more");
		return 0;
	}
	if (telemetry_series_points(store_telemetry(store), id, 0, 0, &points, err) < 0)
		return -1;
	for (size_t i = points.count > SUBJECT_SERIES_POINTS_MAX
				? points.count - SUBJECT_SERIES_POINTS_MAX
				: 0;
	     i < points.count; i++) {
		vec_push(&series->points,
			 (struct chart_point){ points.times[i], points.values[i] });
		vec_push(&series->weights, points.samples[i]);
	}
	if (points.count == 0)
		series->none = memory_string("the series has no points");
	series_points_release(&points);
	return 0;
}

/* -- the season -- */

static char *
season_word(int64_t period)
{
	static const struct {
		int64_t length;
		const char *word;
	} words[] = { { CLOCK_HOUR, "hour" }, { CLOCK_DAY, "day" }, { 7 * CLOCK_DAY, "week" } };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (period == words[i].length)
			return memory_string(words[i].word);
	return memory_format("%.3g hours", (double)period / CLOCK_HOUR);
}

static void
find_season(struct subject_series *series, const struct subject *subject)
{
	size_t count = series->points.count, before = 0;
	double *values = memory_alloc_array(count + 1, sizeof(*values));
	int64_t *times = memory_alloc_array(count + 1, sizeof(*times));
	struct expected expected;

	for (size_t i = 0; i < count; i++) {
		values[i] = series->points.items[i].value;
		times[i] = series->points.items[i].time;
		before += subject->changed_at == 0 || times[i] < subject->changed_at;
	}
	/* Metrics have no samples: all weights are 0, and equal. */
	if (expected_range(&expected,
			   &(struct expected_input){
				   .values = values,
				   .weights = series->unit == NULL ? series->weights.items : NULL,
				   .times = times,
				   .count = count,
				   .before = before,
				   .level = subject->changed_at != 0 ? subject->before : NAN })) {
		for (size_t i = 0; i < count; i++)
			vec_push(&series->range, (struct chart_range){ times[i], expected.low[i],
								       expected.high[i] });
		series->season = season_word(expected.period);
		expected_release(&expected);
	}
	free(values);
	free(times);
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
	bool profiles = text_equal(subject->kind, "function");

	*out = (struct subject_series){ 0 };
	if ((profiles ? load_function(out, store, subject, err)
		      : load_imported(out, store, subject, err)) < 0 ||
	    load_marks(out, store, subject, err) < 0) {
		subject_series_release(out);
		return -1;
	}
	if (out->points.count > 0)
		find_season(out, subject);
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
