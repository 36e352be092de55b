/* The heat map of windows; see heat.h. */
#include "core/explain/heat.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/vec.h"

#define NO_ROW UINT32_MAX

struct placed {
	int64_t start;
	uint32_t window;
};

/* The rows that a stack counts for: its functions once each, and which of them is its leaf. */
struct stack_rows {
	uint32_t first, count;
	uint32_t self; /* NO_ROW: none */
};

struct build {
	struct heat *heat;
	uint32_t *column_of; /* by window of the set; NO_ROW: left out */
	uint32_t *row_of;    /* by name; NO_ROW: not among the rows */
	double *stacks;      /* samples of each stack over all columns */
	struct stack_rows *of;
	VEC(uint32_t) rows;
	double samples;
};

/* -- columns -- */

static int
compare_placed(const void *a, const void *b)
{
	const struct placed *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return (x->window > y->window) - (x->window < y->window);
}

static size_t
place_windows(const struct profile_set *set, const struct selection *selection,
	      struct placed *placed)
{
	size_t count = 0;

	for (size_t i = 0; i < set->window_count; i++)
		if (set->windows[i].samples > 0 &&
		    (selection == NULL || selection->sides[i] < SIDE_NONE))
			placed[count++] = (struct placed){ set->windows[i].start, (uint32_t)i };
	if (count > 0)
		qsort(placed, count, sizeof(*placed), compare_placed);
	return count;
}

static void
make_columns(struct build *build, const struct placed *placed, size_t count)
{
	struct heat *heat = build->heat;
	const struct profile_set *set = heat->set;

	heat->column_count = count < HEAT_COLUMNS_MAX ? count : HEAT_COLUMNS_MAX;
	heat->columns = memory_alloc_array(heat->column_count + 1, sizeof(*heat->columns));
	for (size_t i = 0; i < set->window_count; i++)
		build->column_of[i] = NO_ROW;
	for (size_t i = 0; i < count; i++) {
		const struct profile_window *window = &set->windows[placed[i].window];
		size_t at = i * heat->column_count / count;
		struct heat_column *column = &heat->columns[at];

		if (column->windows++ == 0)
			column->start = window->start;
		column->last = window->start;
		column->end = window->end > column->end ? window->end : column->end;
		column->samples += (double)window->samples;
		build->samples += (double)window->samples;
		build->column_of[placed[i].window] = (uint32_t)at;
	}
}

/* -- rows -- */

static void
sum_stacks(struct build *build)
{
	const struct profile_set *set = build->heat->set;

	for (size_t w = 0; w < set->window_count; w++) {
		const struct profile_window *window = &set->windows[w];
		const struct profile_cell *cells = set->cells + window->first_cell;

		if (build->column_of[w] == NO_ROW)
			continue;
		for (size_t i = 0; i < window->cell_count; i++)
			build->stacks[cells[i].stack] += (double)cells[i].samples;
	}
}

/* Self and total of each function over all columns, into rows that are as many as names. */
static void
sum_functions(struct build *build, struct heat_row *by_name)
{
	const struct profile_set *set = build->heat->set;
	uint32_t *seen = memory_alloc_array(set->names.count + 1, sizeof(*seen));

	for (size_t s = 0; s < set->stack_count; s++) {
		const struct profile_stack *stack = &set->stacks[s];
		double share = build->stacks[s] / build->samples;

		if (share <= 0 || stack->depth == 0)
			continue;
		for (uint32_t i = 0; i < stack->depth; i++) {
			uint32_t name = set->frames[stack->frames[i]].name;

			if (seen[name] == s + 1)
				continue;
			seen[name] = (uint32_t)(s + 1);
			by_name[name].total += share;
		}
		by_name[set->frames[stack->frames[stack->depth - 1]].name].self += share;
	}
	free(seen);
}

static int
compare_self(const void *a, const void *b)
{
	const struct heat_row *x = a, *y = b;

	if (x->self != y->self)
		return x->self > y->self ? -1 : 1;
	if (x->total != y->total)
		return x->total > y->total ? -1 : 1;
	return (x->name > y->name) - (x->name < y->name);
}

static int
compare_total(const void *a, const void *b)
{
	const struct heat_row *x = a, *y = b;

	if (x->total != y->total)
		return x->total > y->total ? -1 : 1;
	return compare_self(a, b);
}

/* Half of the places for the hottest by self; the rest goes to the hottest by total. */
static void
choose_rows(struct build *build)
{
	struct heat *heat = build->heat;
	size_t names = heat->set->names.count, count = 0;
	struct heat_row *all = memory_alloc_array(names + 1, sizeof(*all));

	for (size_t i = 0; i < names; i++)
		all[i].name = (uint32_t)i;
	sum_functions(build, all);
	heat->rows = memory_alloc_array(HEAT_ROWS_MAX, sizeof(*heat->rows));
	qsort(all, names, sizeof(*all), compare_self);
	for (; count < names && count < HEAT_ROWS_MAX / 2 && all[count].self > 0; count++) {
		heat->rows[count] = all[count];
		build->row_of[all[count].name] = (uint32_t)count;
	}
	qsort(all, names, sizeof(*all), compare_total);
	for (size_t i = 0; i < names && count < HEAT_ROWS_MAX && all[i].total > 0; i++) {
		if (build->row_of[all[i].name] != NO_ROW)
			continue;
		build->row_of[all[i].name] = (uint32_t)count;
		heat->rows[count++] = all[i];
	}
	heat->row_count = count;
	free(all);
}

/* -- the places -- */

static void
rows_of_stack(struct build *build, size_t s)
{
	const struct profile_set *set = build->heat->set;
	const struct profile_stack *stack = &set->stacks[s];
	struct stack_rows *of = &build->of[s];

	of->first = (uint32_t)build->rows.count;
	of->self = NO_ROW;
	for (uint32_t i = 0; build->stacks[s] > 0 && i < stack->depth; i++) {
		uint32_t row = build->row_of[set->frames[stack->frames[i]].name], j = of->first;

		if (i + 1 == stack->depth)
			of->self = row;
		while (row != NO_ROW && j < build->rows.count && build->rows.items[j] != row)
			j++;
		if (row != NO_ROW && j == build->rows.count)
			vec_push(&build->rows, row);
	}
	of->count = (uint32_t)build->rows.count - of->first;
}

static void
count_window(struct build *build, size_t w)
{
	struct heat *heat = build->heat;
	const struct profile_window *window = &heat->set->windows[w];
	const struct profile_cell *cells = heat->set->cells + window->first_cell;
	uint32_t column = build->column_of[w];
	float samples = (float)heat->columns[column].samples;

	for (size_t i = 0; i < window->cell_count; i++) {
		const struct stack_rows *of = &build->of[cells[i].stack];
		float share = (float)cells[i].samples / samples;

		for (uint32_t j = 0; j < of->count; j++)
			heat->total[(size_t)build->rows.items[of->first + j] * heat->column_count +
				    column] += share;
		if (of->self != NO_ROW)
			heat->self[(size_t)of->self * heat->column_count + column] += share;
	}
}

static void
find_largest(struct heat *heat)
{
	for (size_t row = 0; row < heat->row_count; row++)
		for (size_t column = 0; column < heat->column_count; column++) {
			size_t at = row * heat->column_count + column;

			if (heat->self[at] > heat->rows[row].self_max)
				heat->rows[row].self_max = heat->self[at];
			if (heat->total[at] > heat->rows[row].total_max)
				heat->rows[row].total_max = heat->total[at];
		}
}

static int
fill(struct build *build, const struct progress *progress, struct error *err)
{
	struct heat *heat = build->heat;
	size_t places = heat->row_count * heat->column_count;

	heat->self = memory_alloc_array(places + 1, sizeof(*heat->self));
	heat->total = memory_alloc_array(places + 1, sizeof(*heat->total));
	for (size_t s = 0; s < heat->set->stack_count; s++)
		rows_of_stack(build, s);
	for (size_t w = 0; w < heat->set->window_count; w++) {
		if (progress_cancelled(progress))
			return error_set(err, ERROR_CANCELLED, "stopped");
		progress_report(progress, "counting the windows", w, heat->set->window_count);
		if (build->column_of[w] != NO_ROW)
			count_window(build, w);
	}
	find_largest(heat);
	return 0;
}

int
heat_build(struct heat *out, const struct profile_set *set, const struct selection *selection,
	   const struct progress *progress, struct error *err)
{
	struct build build = { .heat = out };
	struct placed *placed = memory_alloc_array(set->window_count + 1, sizeof(*placed));
	size_t count = place_windows(set, selection, placed);
	int result = 0;

	*out = (struct heat){ .set = set };
	build.column_of = memory_alloc_array(set->window_count + 1, sizeof(*build.column_of));
	build.row_of = memory_alloc_array(set->names.count + 1, sizeof(*build.row_of));
	build.stacks = memory_alloc_array(set->stack_count + 1, sizeof(*build.stacks));
	build.of = memory_alloc_array(set->stack_count + 1, sizeof(*build.of));
	memset(build.row_of, 0xff, set->names.count * sizeof(*build.row_of));
	if (count == 0) {
		result = error_set(err, ERROR_NOT_FOUND, "no window has samples");
	} else {
		make_columns(&build, placed, count);
		sum_stacks(&build);
		choose_rows(&build);
		result = fill(&build, progress, err);
	}
	free(placed);
	free(build.column_of);
	free(build.row_of);
	free(build.stacks);
	free(build.of);
	vec_release(&build.rows);
	return result;
}

void
heat_release(struct heat *heat)
{
	free(heat->columns);
	free(heat->rows);
	free(heat->self);
	free(heat->total);
	*heat = (struct heat){ 0 };
}

/* The places move with their rows. */
void
heat_sort(struct heat *heat, bool by_total)
{
	size_t width = heat->column_count;
	uint32_t *old = memory_alloc_array(heat->set->names.count + 1, sizeof(*old));
	float *self = memory_alloc_array(heat->row_count * width + 1, sizeof(*self));
	float *total = memory_alloc_array(heat->row_count * width + 1, sizeof(*total));

	for (size_t i = 0; i < heat->row_count; i++)
		old[heat->rows[i].name] = (uint32_t)i;
	if (heat->row_count > 0)
		qsort(heat->rows, heat->row_count, sizeof(*heat->rows),
		      by_total ? compare_total : compare_self);
	for (size_t i = 0; i < heat->row_count; i++) {
		size_t from = old[heat->rows[i].name];

		memcpy(self + i * width, heat->self + from * width, width * sizeof(*self));
		memcpy(total + i * width, heat->total + from * width, width * sizeof(*total));
	}
	free(heat->self);
	free(heat->total);
	heat->self = self;
	heat->total = total;
	free(old);
}

const char *
heat_name(const struct heat *heat, size_t row)
{
	return intern_text(&heat->set->names, heat->rows[row].name);
}

double
heat_share(const struct heat *heat, size_t row, size_t first, size_t end, bool by_total)
{
	const float *shares = (by_total ? heat->total : heat->self) + row * heat->column_count;
	double count = 0, samples = 0;

	for (size_t i = first; i < end && i < heat->column_count; i++) {
		count += (double)shares[i] * heat->columns[i].samples;
		samples += heat->columns[i].samples;
	}
	return samples > 0 ? count / samples : 0;
}
