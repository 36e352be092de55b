/* The function table; see functions.h. One pass over the frames of the stacks in use. */
#include "core/explain/functions.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/explain/batches.h"
#include "core/explain/significance.h"
#include "core/explain/stack_weights.h"
#include "core/explain/transform_apply.h"

/* Marks names as seen in one stack without clearing between stacks. */
struct stamps {
	uint64_t *of; /* by name: the number of the stack that saw it last */
	uint64_t now;
};

static void
stamps_init(struct stamps *stamps, size_t names)
{
	stamps->of = memory_alloc_array(names + 1, sizeof(*stamps->of));
	stamps->now = 0;
}

/* True the first time in this stack. */
static bool
stamp(struct stamps *stamps, uint32_t name)
{
	if (stamps->of[name] == stamps->now)
		return false;
	stamps->of[name] = stamps->now;
	return true;
}

static void
count_stack(struct function_row *by_name, const struct transform_view *view, size_t stack,
	    const double weight[2], struct stamps *stamps)
{
	const struct profile_stack *at = &view->stacks[stack];
	uint32_t leaf = view->inverted ? 0 : at->depth - 1;

	stamps->now++;
	for (uint32_t i = 0; i < at->depth; i++) {
		uint32_t name = view->name_of[at->frames[i]];
		struct function_row *row = &by_name[name];

		if (i == leaf) {
			row->self[0] += weight[0];
			row->self[1] += weight[1];
		}
		if (stamp(stamps, name)) {
			row->total[0] += weight[0];
			row->total[1] += weight[1];
		}
	}
}

static struct function_row *
rows_by_name(const struct transform_view *view)
{
	struct function_row *rows = memory_alloc_array((size_t)view->names + 1, sizeof(*rows));

	for (uint32_t i = view->frames; i > 0; i--)
		rows[view->name_of[i - 1]].frame = transform_view_frame(view, i - 1);
	for (uint32_t name = 0; name < view->names; name++) {
		rows[name].name = name;
		rows[name].q = NAN;
	}
	return rows;
}

static void
count_stacks(struct function_table *out, const struct stack_weights *weights)
{
	const struct transform_view *view = out->view;
	struct stamps stamps;

	out->rows = rows_by_name(view);
	stamps_init(&stamps, view->names);
	for (size_t s = 0; s < weights->count; s++) {
		if (stack_is_used(weights, s) && view->stacks[s].depth != VIEW_DROPPED)
			count_stack(out->rows, view, s, weights->of[s], &stamps);
	}
	for (uint32_t name = 0; name < view->names; name++) {
		if (out->rows[name].total[0] > 0 || out->rows[name].total[1] > 0)
			out->rows[out->count++] = out->rows[name];
	}
	free(stamps.of);
	function_table_sort(out, FUNCTIONS_BY_NAME);
}

int
function_table_make(struct function_table *out, const struct profile_set *set,
		    const struct selection *selection, const struct transform_list *transforms,
		    struct error *err)
{
	struct stack_weights weights;
	int result;

	*out = (struct function_table){ .set = set, .view = memory_alloc(sizeof(*out->view)) };
	memcpy(out->samples, selection->samples, sizeof(out->samples));
	measure_shares(&out->scale, selection->samples);
	stack_weights_sum(&weights, set, selection, false);
	result = transform_view_make(out->view, set, &weights, transforms, err);
	if (result == 0)
		count_stacks(out, &weights);
	stack_weights_release(&weights);
	return result;
}

void
function_table_build(struct function_table *out, const struct profile_set *set,
		     const struct selection *selection)
{
	/* Without transforms nothing can fail. */
	function_table_make(out, set, selection, NULL, NULL);
}

void
function_table_measure(struct function_table *table, const struct measure_scale *scale)
{
	measure_scale_copy(&table->scale, scale);
}

void
function_table_release(struct function_table *table)
{
	if (table->view != NULL)
		transform_view_release(table->view);
	free(table->view);
	measure_scale_release(&table->scale);
	free(table->rows);
	*table = (struct function_table){ 0 };
}

const char *
function_row_name(const struct function_table *table, const struct function_row *row)
{
	return transform_view_name(table->view, row->name);
}

double
function_share(const struct function_table *table, const struct function_row *row, enum side side)
{
	return table->samples[side] > 0 ? row->total[side] / table->samples[side] : 0;
}

double
function_self_share(const struct function_table *table, const struct function_row *row,
		    enum side side)
{
	return table->samples[side] > 0 ? row->self[side] / table->samples[side] : 0;
}

double
function_value(const struct function_table *table, const struct function_row *row, enum side side)
{
	return row->total[side] * table->scale.factor[side];
}

double
function_self_value(const struct function_table *table, const struct function_row *row,
		    enum side side)
{
	return row->self[side] * table->scale.factor[side];
}

bool
function_changed(const struct function_row *row)
{
	return row->q <= SIGNIFICANCE_LEVEL;
}

const struct function_row *
function_table_find(const struct function_table *table, const char *function)
{
	uint32_t name = transform_view_find(table->view, function);

	for (size_t i = 0; i < table->count; i++) {
		if (table->rows[i].name == name)
			return &table->rows[i];
	}
	return NULL;
}

struct ordering {
	const struct function_table *table;
	enum function_order order;
};

static double
sort_key(const struct ordering *by, const struct function_row *row)
{
	double before = function_value(by->table, row, SIDE_BEFORE);
	double after = function_value(by->table, row, SIDE_AFTER);
	double self_before = function_self_value(by->table, row, SIDE_BEFORE);
	double self_after = function_self_value(by->table, row, SIDE_AFTER);

	switch (by->order) {
	case FUNCTIONS_BY_SELF:
		return fmax(self_before, self_after);
	case FUNCTIONS_BY_TOTAL:
		return fmax(before, after);
	case FUNCTIONS_BY_CHANGE:
		return fabs(after - before);
	case FUNCTIONS_BY_SELF_CHANGE:
		return fabs(self_after - self_before);
	case FUNCTIONS_BY_NAME:
		break;
	}
	return 0;
}

static int
compare_rows(const void *a, const void *b, void *user)
{
	const struct ordering *by = user;
	double x = sort_key(by, a), y = sort_key(by, b);

	if (x != y)
		return x < y ? 1 : -1;
	return strcmp(function_row_name(by->table, a), function_row_name(by->table, b));
}

void
function_table_sort(struct function_table *table, enum function_order order)
{
	struct ordering by = { table, order };

	qsort_r(table->rows, table->count, sizeof(*table->rows), compare_rows, &by);
}

/* Per window, k of each function: what the dispersion is made from. */
struct counting {
	const struct transform_view *view;
	struct stamps stamps;
	uint32_t *place; /* by name: of the change, or UINT32_MAX */
	double *in_window;
	struct share_change *changes;
	size_t count;
};

static void
count_batch(void *user, const struct batch *batch)
{
	struct counting *counting = user;
	const struct transform_view *view = counting->view;

	memset(counting->in_window, 0, counting->count * sizeof(double));
	for (size_t i = 0; i < batch->count; i++) {
		const struct profile_stack *stack = &view->stacks[batch->stacks[i]];
		double samples = batch->samples[batch->stacks[i]];

		if (stack->depth == VIEW_DROPPED)
			continue;
		counting->stamps.now++;
		for (uint32_t f = 0; f < stack->depth; f++) {
			uint32_t name = view->name_of[stack->frames[f]];

			if (counting->place[name] != UINT32_MAX && stamp(&counting->stamps, name))
				counting->in_window[counting->place[name]] += samples;
		}
	}
	for (size_t i = 0; i < counting->count; i++) {
		double k = counting->in_window[i];

		counting->changes[i].count[batch->side] += k;
		counting->changes[i].squares[batch->side] += k * k / batch->exposure;
	}
}

static void
choose(struct counting *counting, const struct function_table *table, double min_share)
{
	size_t names = table->view->names;

	stamps_init(&counting->stamps, names);
	counting->place = memory_alloc_array(names + 1, sizeof(*counting->place));
	memset(counting->place, 0xff, (names + 1) * sizeof(*counting->place));
	for (size_t i = 0; i < table->count; i++) {
		const struct function_row *row = &table->rows[i];

		if (function_share(table, row, SIDE_BEFORE) >= min_share ||
		    function_share(table, row, SIDE_AFTER) >= min_share)
			counting->place[row->name] = (uint32_t)counting->count++;
	}
	counting->in_window = memory_alloc_array(counting->count + 1, sizeof(double));
	counting->changes = memory_alloc_array(counting->count + 1, sizeof(*counting->changes));
}

void
function_table_test(struct function_table *table, const struct selection *selection,
		    double min_share)
{
	struct counting counting = { .view = table->view };
	size_t replicates[2];

	for (size_t i = 0; i < table->count; i++) {
		table->rows[i].z = 0;
		table->rows[i].q = NAN;
	}
	if (!(selection->samples[0] > 0 && selection->samples[1] > 0))
		return;
	choose(&counting, table, min_share);
	batches_each(table->set, selection, &table->scale, count_batch, &counting, replicates);
	measure_test(&table->scale, selection, replicates, counting.changes, counting.count);
	for (size_t i = 0; i < table->count; i++) {
		uint32_t place = counting.place[table->rows[i].name];

		if (place == UINT32_MAX)
			continue;
		table->rows[i].z = counting.changes[place].z;
		table->rows[i].q = counting.changes[place].q;
	}
	free(counting.stamps.of);
	free(counting.place);
	free(counting.in_window);
	free(counting.changes);
}
