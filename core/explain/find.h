/*
 * Search in a tree by regular expression: POSIX extended (IEEE 1003.1, 9.4),
 * letters of any case unless the pattern has an upper-case one. Distinct names
 * are matched first; then one pass over the nodes knows which lie under a
 * match, so that the share counts no sample twice. A find keeps what it
 * learned: one more letter looks only at the names that matched before.
 * Used by the flame view, on its job or between two keys, and by the commands.
 *
 * Patterns are hostile: at most FIND_PATTERN_MAX bytes, no back-references,
 * repetitions that multiply to at most FIND_REPEATS_MAX.
 */
#ifndef HEADROOM_EXPLAIN_FIND_H
#define HEADROOM_EXPLAIN_FIND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/explain/tree.h"

#define FIND_PATTERN_MAX 256
#define FIND_REPEATS_MAX 256

/* Of one tree, which it borrows; a new tree needs a new find. A zeroed one is empty. */
struct find {
	const struct tree *tree;
	char *pattern;     /* the last one; NULL: none */
	uint8_t *matches;  /* by name (tree_name_count): 1 where it matches; NULL: no pattern */
	uint32_t *names;   /* by node, apart from the nodes so that a pass is quick */
	uint32_t *parents; /* by node */
	uint8_t *under;    /* by node: it or a caller of it matches */
	uint32_t indexed;  /* nodes, which a grown tree has more of */
	uint32_t name_matches;
	uint32_t count;   /* nodes that match, with those that tree_grow would make */
	uint32_t largest; /* the heaviest match that is under no other one (or the last node above
			     it, where it has none yet); or TREE_NONE */
	double total[2];  /* samples (or weight) of the matches, nested ones not again */
	double share[2];  /* of the side's samples */
};

/* Indexes the tree: 9 bytes a node. */
void find_init(struct find *find, const struct tree *tree);
void find_release(struct find *find);
/*
 * NULL or "": nothing matches, matches is NULL. ERROR_USAGE: not a pattern, and why;
 * ERROR_CANCELLED; both leave what was found before. Counts are of nodes below the root.
 */
int find_set(struct find *find, const char *pattern, const struct progress *progress,
	     struct error *err);
bool find_is_match(const struct find *find, uint32_t node);

/* Of one text, for tables and rows: the same rules. */
struct find_pattern;
int find_pattern_make(struct find_pattern **out, const char *pattern, struct error *err);
void find_pattern_free(struct find_pattern *pattern); /* NULL: nothing */
bool find_pattern_matches(const struct find_pattern *pattern, const char *text);

#endif
