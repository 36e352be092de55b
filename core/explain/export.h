/*
 * Profiles for other programs: folded stacks, speedscope, pprof, and a flame graph as an SVG
 * picture that needs nothing else. Called by the export command. With windows on both sides of
 * the selection each writer gives both, as far as its format can say that.
 *
 * Weights are samples, or the profile's own unit. Equal stacks come once, in the order of their
 * bytes, so that the same profile gives the same file.
 */
#ifndef HEADROOM_EXPLAIN_EXPORT_H
#define HEADROOM_EXPLAIN_EXPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/base/str.h"
#include "core/explain/selection.h"
#include "core/store/profile.h"

struct export_request {
	const struct profile_set *set;
	const struct selection *selection;
	const char *title; /* for people: the service and the time */
	bool use_weight;   /* the profile's weight in place of samples */
	const char *unit;  /* of the weight: "ns", "cycles"; "samples" without use_weight */
	const struct progress *progress;
};

/*
 * All append to out, whose bound is the caller's: ERROR_LIMIT where it is met, ERROR_INPUT
 * where the selection holds no samples, ERROR_CANCELLED.
 */

/* "root;frame;leaf COUNT", kinds as _[k] _[i] _[j]; a ";" in a name becomes ":". Modules, files
 * and lines have no place in it. With both sides two counts a line, before and after. */
int export_folded(struct str *out, const struct export_request *request, struct error *err);
/* One sampled profile a side. */
int export_speedscope(struct str *out, const struct export_request *request, struct error *err);
/* profile.proto packed with gzip: samples, and the weight with use_weight. With both sides the
 * samples before are negative and labelled pprof::base. */
int export_pprof(struct str *out, const struct export_request *request, struct error *err);
/* Frames of less than a tenth of a pixel are left out, and counted in the picture's foot. With
 * both sides frames are as wide as the mean of their shares and coloured by the change where it is
 * more than noise (tree.h: tree_test). */
int export_svg(struct str *out, const struct export_request *request, struct error *err);

#endif
