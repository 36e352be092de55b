/* One finding with its series, read in a job; see finding_view.h. */
#include "views/screens/finding_view.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/store/investigation.h"
#include "core/store/patch.h"

void
finding_view_release(struct finding_view *view)
{
	finding_release(&view->finding);
	service_release(&view->service);
	subject_series_release(&view->series);
	json_free(view->evidence);
	event_list_release(&view->events);
	finding_rows_release(&view->similar);
	free(view->patch_state);
	*view = (struct finding_view){ 0 };
}

static int
load_series(struct finding_view *view, struct store *store, struct error *err)
{
	const struct finding *finding = &view->finding;
	const struct subject subject = {
		.service = finding->service,
		.kind = finding->subject_kind,
		.name = finding->subject,
		.changed_at = finding->changed_at,
		.before = finding->before,
		.suspects = finding->suspects,
		.suspect_count = finding->suspect_count,
	};

	/* What somebody else broke is no reason to show nothing. */
	if (finding->evidence != NULL &&
	    json_parse(&view->evidence, finding->evidence, strlen(finding->evidence), NULL) < 0)
		view->evidence = NULL;
	return subject_series_load(&view->series, store, &subject, err);
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
	    load_series(out, store, err) < 0 || load_work(out, store, err) < 0 ||
	    (whole && load_rest(out, store, err) < 0)) {
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

	subject_series_chart(&view->series, chart);
	chart->from_zero = finding->unit == NULL;
	chart->has_change = finding->kind != FINDING_OPPORTUNITY && finding->changed_at > 0;
	chart->change = finding->changed_at;
	chart->change_low = finding->changed_low;
	chart->change_high = finding->changed_high;
	chart->before = finding->before;
	chart->after = chart->has_change ? finding->after : NAN;
	if (finding->unit != NULL)
		chart->unit = finding->unit;
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
	else if (finding->kind == FINDING_IMPROVEMENT)
		str_add(out, "f flame: what became cheaper");
	else
		str_addf(out, "p patch%s%s%s", finding->skill != NULL ? " (" : "",
			 finding->skill != NULL ? finding->skill : "",
			 finding->skill != NULL ? ")" : "");
}
