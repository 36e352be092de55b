/*
 * What the flame screen shows: the windows before and after a finding's change,
 * as a tree, as callers and callees of one function, and as a table. Loaded and
 * built by a job; the screen owns it after. Private to flame*.c.
 */
#ifndef HEADROOM_VIEWS_SCREENS_FLAME_DATA_H
#define HEADROOM_VIEWS_SCREENS_FLAME_DATA_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/base/strings.h"
#include "core/explain/functions.h"
#include "core/explain/tree.h"
#include "core/store/finding.h"
#include "core/store/store.h"
#include "tui/icicle.h"

/* Below this share a node is not tested for a change: it could not be seen on screen. */
#define FLAME_TESTED_SHARE 0.0005

struct flame_choice {
	bool inverted, collapse_recursion;
	struct strings hide;  /* functions or modules that hold one of these */
	struct strings label; /* only windows with all of these */
	char *function;       /* callers and callees of it, too; NULL: not */
};

void flame_choice_release(struct flame_choice *choice);

struct flame_data {
	struct finding finding;
	struct flame_choice choice;
	bool loaded; /* the set is there for choice.label */
	struct strings loaded_label;
	struct profile_set set;
	struct selection selection;
	struct tree tree;
	struct tree callers, callees; /* of choice.function; else empty */
	struct function_table table;
	uint8_t *matched;                /* by name of the set: found by / */
	struct time_range before, after; /* of the windows taken: first start, last end */
};

void flame_data_free(struct flame_data *data);
/* Loads what is missing and builds all of it by the choice. ERROR_NOT_FOUND: no windows. */
int flame_data_build(struct flame_data *data, struct store *store, const struct progress *progress,
		     struct error *err);

/* Marks the names that hold text (any case) and gives the share of samples below them, each side
 * once. NULL or "": none. */
void flame_data_match(struct flame_data *data, const char *text, double share[2]);

/* A tree and whose it is, as the icicle's callbacks see them. */
struct flame_view {
	const struct flame_data *data;
	const struct tree *tree;
	uint32_t root; /* what shares are of */
	bool gated;    /* a difference: changes that are no more than noise are drawn as none */
};

extern const struct icicle_ops flame_icicle_ops; /* tree is a struct flame_view */

#endif
