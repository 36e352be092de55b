/*
 * The function table of a profile, or of a difference: self and total of each
 * function, recursion counted once, with the significance of its change. Used
 * by `profile top`, `profile diff`, the table screen and the tools.
 */
#ifndef HEADROOM_EXPLAIN_FUNCTIONS_H
#define HEADROOM_EXPLAIN_FUNCTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/explain/measure.h"
#include "core/explain/selection.h"
#include "core/explain/transform.h"
#include "core/store/profile.h"

struct function_row {
	uint32_t name;            /* see function_row_name */
	uint32_t frame;           /* its first frame in the set: module, file, kind */
	double self[2], total[2]; /* samples by enum side */
	double z;                 /* of the change of the total's value */
	double q; /* after Benjamini-Hochberg over the rows tested; NAN: not tested */
};

struct function_table {
	const struct profile_set *set; /* borrowed */
	struct function_row *rows;
	size_t count;
	double samples[2];
	struct measure_scale scale;  /* shares unless function_table_measure */
	struct transform_view *view; /* the stacks as transformed; private */
};

enum function_order {
	FUNCTIONS_BY_SELF, /* the larger of both sides */
	FUNCTIONS_BY_TOTAL,
	FUNCTIONS_BY_CHANGE, /* of the total's value, either way */
	FUNCTIONS_BY_SELF_CHANGE,
	FUNCTIONS_BY_NAME,
};

/* Only functions with samples on one side are rows; by name. */
void function_table_build(struct function_table *out, const struct profile_set *set,
			  const struct selection *selection);
/* Of the stacks as transforms (or NULL) leave them; ERROR_NOT_FOUND as tree_build's. */
int function_table_make(struct function_table *out, const struct profile_set *set,
			const struct selection *selection, const struct transform_list *transforms,
			struct error *err);
/* Values and tests are in this measure from now on (copied). */
void function_table_measure(struct function_table *table, const struct measure_scale *scale);
void function_table_release(struct function_table *table);
void function_table_sort(struct function_table *table, enum function_order order);
/* Tests rows whose total is min_share or more on one side; does nothing with an empty side. */
void function_table_test(struct function_table *table, const struct selection *selection,
			 double min_share);

const char *function_row_name(const struct function_table *table, const struct function_row *row);
double
function_share(const struct function_table *table, const struct function_row *row, enum side side);
double function_self_share(const struct function_table *table, const struct function_row *row,
			   enum side side);
/* The total (or self) in the table's measure. */
double
function_value(const struct function_table *table, const struct function_row *row, enum side side);
double function_self_value(const struct function_table *table, const struct function_row *row,
			   enum side side);
bool function_changed(const struct function_row *row); /* q at or under 0.05 */
const struct function_row *
function_table_find(const struct function_table *table, const char *function); /* or NULL */

#endif
