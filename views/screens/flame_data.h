/*
 * The profiles of a subject (a finding, a service, files), and the trees and tables made
 * of them: what the flame screen loads in jobs and then only looks at.
 */
#ifndef HEADROOM_VIEWS_SCREENS_FLAME_DATA_H
#define HEADROOM_VIEWS_SCREENS_FLAME_DATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/base/strings.h"
#include "core/explain/functions.h"
#include "core/explain/measure.h"
#include "core/explain/selection.h"
#include "core/explain/transform.h"
#include "core/explain/tree.h"
#include "core/store/profile.h"
#include "core/store/store.h"
#include "core/tools/profile_subject.h"

/* Shared by the trees made of it, all of which borrow its strings; counted on the main thread. */
struct flame_profile {
	unsigned users;
	struct profile_set set;
	struct selection selection;
	bool compares;          /* there are windows on both sides */
	int64_t from[2], to[2]; /* by enum side; 0: the side is empty */
	struct profile_subject_report report;
};

/*
 * labels (NULL: the subject's own): only windows that have all of them. A subject without sides
 * gives a plain profile: all windows are on the after side. Errors are profile_subject_load's.
 */
int flame_profile_load(struct flame_profile **out, struct store *store,
		       const struct profile_subject *subject, const struct strings *labels,
		       const struct progress *progress, struct error *err);
struct flame_profile *flame_profile_use(struct flame_profile *profile); /* NULL stays NULL */
void flame_profile_drop(struct flame_profile *profile);                 /* NULL: nothing */

struct flame_options {
	struct transform_list transforms; /* the trail */
	struct strings hide, labels;
	enum measure measure;
	double work[2]; /* units of work on each side, of MEASURE_WORK; 0: not known */
	int64_t series; /* or a stored series of them; 0: none */
	char *series_name;
	const double *by_window; /* the series' work of each window, borrowed for one tree */
};
/* Do the transforms turn the stacks round? */
bool flame_options_inverted(const struct flame_options *options);
void flame_options_copy(struct flame_options *to, const struct flame_options *from);
void flame_options_release(struct flame_options *options);

/* Sorted by weight and tested for changes; out as tree_build's. function: of the shapes that need
 * one. */
int flame_tree_make(struct tree *out, const struct flame_profile *profile,
		    const struct flame_options *options, enum tree_shape shape,
		    const char *function, const struct progress *progress, struct error *err);
int flame_table_make(struct function_table *out, const struct flame_profile *profile,
		     const struct flame_options *options, struct error *err);

#endif
