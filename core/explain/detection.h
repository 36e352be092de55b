/*
 * Detection over the store: reads the profiles of services, finds lasting
 * increases, merges what is one change, and keeps what is found as findings
 * with impact and suspects. Called by `headroom detect`, `headroom demo` and
 * the findings screen.
 */
#ifndef HEADROOM_EXPLAIN_DETECTION_H
#define HEADROOM_EXPLAIN_DETECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/explain/settings.h"
#include "core/store/finding.h"
#include "core/store/store.h"

#define DETECTION_WINDOWS_MAX 100000 /* of one service; the newest are taken */

/* Zeroed: all services, all windows, the defaults of core/detect/detect.h. */
struct detection_options {
	const char *service; /* NULL: all */
	int64_t as_of;       /* windows from here on are not looked at; 0: none is left out */
	/*
	 * Durations back from as_of (or from the end of the newest window): the extended window is
	 * the newest stretch, the analysis window lies before it and the historic one before that.
	 * Changes are reported from the analysis and the extended window, against the historic
	 * one. 0 adapts: all windows there are, and a change anywhere among them.
	 */
	int64_t historic, analysis, extended;
	double min_delta; /* least increase of the share; 0: 0.0005 (0.05 points), negative: none */
	double q_max;     /* false discovery rate, see detection_run; 0: 0.01 */
	const struct settings *settings; /* config.yaml; NULL: the defaults */
	const char *preset;              /* goes over them; NULL: none */
	unsigned scales_off;             /* 1u << enum detect_scale: not run */
	unsigned stages_off;             /* 1u << enum detect_stage: they filter nothing ... */
	bool stages_set; /* ... beside those that settings switch off; true: these alone */
	bool full;       /* nothing that an earlier run remembers is used; what this one finds is */
	unsigned threads; /* 0: as many as there are cores; the answer does not depend on it */
};

struct detection_found {
	int64_t id;
	bool added; /* false: known before, its figures are new */
	bool again; /* it was gone, and is back */
};

/* A finding that later data settled, see detection_recover.h. */
struct detection_moved {
	int64_t id;
	enum finding_state state; /* verified or gone */
};

struct detection_report {
	struct detection_found *findings; /* smallest p first */
	size_t finding_count, finding_capacity;
	struct detection_found *improvements; /* what got cheaper; they are stored too */
	size_t improvement_count, improvement_capacity;
	struct detection_moved *moved;
	size_t moved_count, moved_capacity;
	uint64_t services, windows, samples; /* what was looked at */
	uint64_t series;                     /* functions tested */
	uint64_t change_points;              /* = finding_count + all of filtered */
	struct {
		uint64_t went_away, seasonal, threshold, same_regression, cost_shift, duplicate;
		uint64_t mix, renamed;
	} filtered;
	int64_t from, to; /* start of the oldest window used, end of the newest; 0, 0: none */
};

/* What holds for a service: its settings, the options over them. The result borrows from both. */
void detection_options_settings(struct detection_settings *out,
				const struct detection_options *options, const char *service);
/* The same for a scan; out borrows from settings. */
void detection_options_scan(struct detect_settings *out, const struct detection_settings *settings,
			    const struct detection_options *options);

/* How the configurations were fitted to what there is, as a JSON array; the caller's. */
char *detection_configs_text(const struct detect_spans *spans);

void detection_report_init(struct detection_report *report);
void detection_report_release(struct detection_report *report);

/*
 * A service that was scanned before is read from where that run ended, and only what may have
 * changed is scanned again (detection_state.h has the bound); other settings, late windows or
 * `full` have it scanned anew, as_of does so for this run alone. With nothing new the report is
 * the same. Services are scanned on all cores. The false discovery rate (Benjamini and Hochberg
 * 1995) is over the functions and the imported series of all of them at once, what got worse and
 * what got better each for itself.
 * All findings of one run are one transaction: an error or a cancel leaves the case book as
 * it was. The same change found again, also with an onset that moved a little, keeps its
 * finding. out may be uninitialised; release it also after an error. A service without six windows
 * is no error. ERROR_NOT_FOUND (no such service), ERROR_CANCELLED, and those of the store.
 */
int detection_run(struct store *store, const struct detection_options *options,
		  struct detection_report *out, const struct progress *progress, struct error *err);

#endif
