/* One finding with its series, read in a job; see finding_view.h. */
#include "views/screens/finding_view.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/store/change.h"
#include "core/store/investigation.h"
#include "core/store/patch.h"
#include "core/store/telemetry.h"
#include "views/screens/words.h"

void
finding_view_release(struct finding_view *view)
{
	finding_release(&view->finding);
	service_release(&view->service);
	vec_release(&view->points);
	vec_release(&view->marks);
	event_list_release(&view->events);
	finding_rows_release(&view->similar);
	free(view->no_series);
	free(view->patch_state);
	*view = (struct finding_view){ 0 };
}

static int
load_points(struct finding_view *view, struct store *store, struct error *err)
{
	struct window_query query = { .service = view->finding.service,
				      .newest = FINDING_VIEW_POINTS_MAX };
	struct share_series series = { 0 };
	struct error why = { 0 };

	if (telemetry_share_series(store_telemetry(store), &query, view->finding.subject, &series,
				   &why) < 0) {
		if (why.code != ERROR_NOT_FOUND)
			return error_set(err, why.code, "%s", why.text);
		view->no_series = memory_string("no profile holds this function");
		return 0;
	}
	for (size_t i = 0; i < series.count; i++) {
		const struct share_point *point = &series.items[i];
		double samples = (double)point->samples;

		vec_push(
			&view->points,
			(struct chart_point){ point->start,
					      samples > 0 ? (double)point->count / samples : NAN });
	}
	if (series.count == 0)
		view->no_series = memory_string("there are no profiles of this service");
	share_series_release(&series);
	return 0;
}

/* '1' to '3' for the first suspects, so that they can be told without colour; 0: it is none. */
static char
suspect_glyph(const struct finding *finding, int64_t change)
{
	for (size_t i = 0; i < finding->suspect_count && i < 3; i++)
		if (finding->suspects[i].change == change)
			return (char)('1' + i);
	return 0;
}

static int
load_marks(struct finding_view *view, struct store *store, struct error *err)
{
	struct change_list changes = { 0 };
	int64_t from, to;

	if (view->points.count == 0)
		return 0;
	from = view->points.items[0].time;
	to = view->points.items[view->points.count - 1].time;
	if (casebook_changes(store, view->finding.service, from, to + 1, false, &changes, err) < 0)
		return -1;
	for (size_t i = 0; i < changes.count && i < FINDING_VIEW_MARKS_MAX; i++) {
		const struct change *change = &changes.items[i];
		char suspect = suspect_glyph(&view->finding, change->id);

		vec_push(&view->marks,
			 (struct chart_mark){
				 .time = change->time,
				 .glyph = suspect != 0 ? suspect : words_change_glyph(change->kind),
				 .style = suspect != 0 ? STYLE_BAD : STYLE_CHART_MARK,
			 });
	}
	change_list_release(&changes);
	return 0;
}

/* Those that are closed, the same function's before the others. */
static void
keep_similar(struct finding_view *view, struct finding_rows *rows)
{
	size_t kept = 0;

	for (int same = 1; same >= 0; same--) {
		for (size_t i = kept; i < rows->count && kept < FINDING_VIEW_SIMILAR_MAX; i++) {
			struct finding_row row = rows->items[i];

			if (row.id == view->finding.id || finding_state_is_open(row.state) ||
			    row.kind != view->finding.kind ||
			    (strcmp(row.subject, view->finding.subject) == 0) != same)
				continue;
			rows->items[i] = rows->items[kept];
			rows->items[kept++] = row;
		}
	}
	rows->count = kept;
	view->similar = *rows;
}

static int
load_rest(struct finding_view *view, struct store *store, struct error *err)
{
	struct finding_query query = { .service = view->service.name, .kind = -1, .state = -1 };
	struct finding_rows rows = { 0 };

	if (casebook_events(store, view->finding.id, &view->events, err) < 0 ||
	    casebook_findings(store, &query, &rows, err) < 0)
		return -1;
	keep_similar(view, &rows);
	return 0;
}

static int
load_work(struct finding_view *view, struct store *store, struct error *err)
{
	struct patch_list patches = { 0 };

	if (casebook_investigation_of(store, view->finding.id, &view->investigation, err) < 0 ||
	    casebook_patches(store, view->finding.id, &patches, err) < 0)
		return -1;
	if (patches.count > 0) {
		view->patch = patches.items[0].id;
		view->patch_state = memory_string(patch_state_name(patches.items[0].state));
	}
	patch_list_release(&patches);
	return 0;
}

int
finding_view_load(struct finding_view *out, struct store *store, int64_t id, bool whole,
		  struct error *err)
{
	*out = (struct finding_view){ 0 };
	if (casebook_finding(store, id, &out->finding, err) < 0 ||
	    casebook_service_by_id(store, out->finding.service, &out->service, err) < 0 ||
	    load_points(out, store, err) < 0 || load_marks(out, store, err) < 0 ||
	    load_work(out, store, err) < 0 || (whole && load_rest(out, store, err) < 0)) {
		finding_view_release(out);
		return -1;
	}
	return 0;
}

/*
 * The finding keeps the interval of the difference. Windows are alike on both sides, so each
 * level's part of its variance goes with one over its windows.
 */
static void
set_bands(struct chart *chart, const struct finding *finding)
{
	double half = (finding->delta_high - finding->delta_low) / 2;
	double before = finding->windows_before, after = finding->windows_after;
	double part_before, part_after;

	chart->before_band = chart->after_band = (struct chart_band){ 0 };
	if (!chart->has_change || !(half > 0) || before == 0 || after == 0)
		return;
	part_before = half * sqrt(after / (before + after));
	part_after = half * sqrt(before / (before + after));
	chart->before_band =
		(struct chart_band){ finding->before - part_before, finding->before + part_before };
	chart->after_band =
		(struct chart_band){ finding->after - part_after, finding->after + part_after };
}

void
finding_view_chart(const struct finding_view *view, struct chart *chart)
{
	const struct finding *finding = &view->finding;

	chart->points = view->points.items;
	chart->count = view->points.count;
	chart->marks = view->marks.items;
	chart->mark_count = view->marks.count;
	chart->from_zero = true;
	chart->has_change = finding->kind == FINDING_REGRESSION && finding->changed_at > 0;
	chart->change = finding->changed_at;
	chart->change_low = finding->changed_low;
	chart->change_high = finding->changed_high;
	chart->before = finding->before;
	chart->after = chart->has_change ? finding->after : NAN;
	chart->gap = chart_usual_gap(chart->points, chart->count);
	set_bands(chart, finding);
}

static void
next_of_regression(const struct finding_view *view, const struct skill_catalog *catalog,
		   struct str *out)
{
	const struct skill *skill =
		catalog != NULL ? skill_for_finding(catalog, &view->finding) : NULL;

	if (view->investigation != 0)
		str_addf(out, "i goes on with investigation I%lld", (long long)view->investigation);
	else if (skill != NULL && skill->playbook != NULL)
		str_addf(out, "i investigate (%s, %zu steps)", skill->name,
			 skill->playbook->step_count);
	else
		str_add(out, "f flame");
}

void
finding_view_next(const struct finding_view *view, const struct skill_catalog *catalog,
		  struct str *out)
{
	const struct finding *finding = &view->finding;

	if (!finding_state_is_open(finding->state)) {
		str_addf(out, "nothing to do: %s", finding_state_name(finding->state));
		return;
	}
	str_add(out, "next: ");
	if (view->patch != 0)
		str_addf(out, "p patch P%lld (%s)", (long long)view->patch, view->patch_state);
	else if (finding->kind == FINDING_REGRESSION)
		next_of_regression(view, catalog, out);
	else
		str_addf(out, "p patch%s%s%s", finding->skill != NULL ? " (" : "",
			 finding->skill != NULL ? finding->skill : "",
			 finding->skill != NULL ? ")" : "");
}
