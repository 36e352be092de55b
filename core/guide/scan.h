/*
 * `scan`: offense skills matched against hot functions and their code. A match
 * inside a hot function whose samples show the cost becomes an opportunity
 * finding. Reads the repository at HEAD through git, never the work tree.
 * How the saving is estimated is written at the head of scan_saving.c.
 */
#ifndef HEADROOM_GUIDE_SCAN_H
#define HEADROOM_GUIDE_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/base/strings.h"
#include "core/guide/skill.h"
#include "core/store/store.h"

#define SCAN_WINDOWS 24         /* the newest so many, where no time is given */
#define SCAN_SHARE_MIN 0.001    /* of the service: below this a function is not hot */
#define SCAN_SAVING_MIN 0.0005  /* of the service: below this a saving is not worth a finding */
#define SCAN_FUNCTIONS_MAX 2000 /* hottest first */
#define SCAN_FILES_MAX 2000     /* of one service and skill, after the keywords */

struct scan_options {
	const char *service;                 /* NULL: all */
	int64_t from, to;                    /* windows; 0, 0: the newest SCAN_WINDOWS */
	const struct skill_catalog *catalog; /* NULL: loaded for each service's repository */
};

struct scan_finding {
	int64_t id;
	bool added; /* else it was known */
};

struct scan_report {
	struct scan_finding *findings;
	size_t finding_count, finding_capacity;
	size_t services, skills; /* looked at */
	size_t functions;        /* hot ones */
	size_t files;            /* that held the keywords, and a hot function */
	size_t matches;          /* places in hot functions that a rule matched */
	size_t too_small;        /* functions matched whose samples show no cost worth it */
	size_t covered;          /* functions matched that an open regression already tells about */
	size_t gone;             /* opportunities whose code is no more */
	struct strings warnings; /* one line each: no spatch, no repository, a rule that failed */
};

/* ERROR_NOT_FOUND: no such service; ERROR_CANCELLED. out is initialised either way. */
int scan_run(struct store *store, const struct scan_options *options, struct scan_report *out,
	     const struct progress *progress, struct error *err);
void scan_report_release(struct scan_report *report);

#endif
