/*
 * All that a screen shows of one finding, read at once in a job: the finding, its
 * service, its share over time with the changes of that time, and for its own
 * screen also history and similar findings. Used by the findings (preview) and
 * the finding screen.
 */
#ifndef HEADROOM_VIEWS_SCREENS_FINDING_VIEW_H
#define HEADROOM_VIEWS_SCREENS_FINDING_VIEW_H

#include <stdbool.h>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/str.h"
#include "core/guide/skill.h"
#include "core/store/finding.h"
#include "core/store/service.h"
#include "core/store/store.h"
#include "tui/chart.h"
#include "views/screens/subject_series.h"

#define FINDING_VIEW_SIMILAR_MAX 5

struct finding_view {
	struct finding finding;
	struct service service;
	struct subject_series series;
	struct json *evidence; /* of the finding, read; NULL: there is none */
	struct event_list events;
	/* Resolved ones of the same function first, then of the service. */
	struct finding_rows similar;
	int64_t patch; /* the newest; 0: none */
	char *patch_state;
	int64_t investigation; /* the newest; 0: none */
};

/* whole: history and similar findings too. ERROR_NOT_FOUND: no such finding. */
int finding_view_load(struct finding_view *out, struct store *store, int64_t id, bool whole,
		      struct error *err);
void finding_view_release(struct finding_view *view);

/* Points, marks, levels and change point; zoom and pan stay as they are in chart. */
void finding_view_chart(const struct finding_view *view, struct chart *chart);
/* What to do now and with which key, one line: "next: i investigate (...)". catalog may be NULL. */
void finding_view_next(const struct finding_view *view, const struct skill_catalog *catalog,
		       struct str *out);

#endif
