/* One finding of many. Called by core/explain. */
#include "core/detect/duplicate.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/detect/names.h"

#define COMMON_ALONE 0.5
#define CORRELATION_ALONE 0.9
#define CORRELATION_MIN 0.5
#define CORRELATION_SURE 4.0 /* standard errors */
#define LIKENESS_WITH 0.3
#define COMMON_WITH 0.1
#define LIKENESS_ALONE 0.7
#define FACTOR_LIKE 2.0
#define POINTS_MIN 12

struct joined {
	bool is_one;
	double correlation, likeness, common;
};

static double
level(const double *values, size_t from, size_t to)
{
	double sum = 0;
	double known = 0;
	for (size_t i = from; i < to; i++) {
		sum += isfinite(values[i]) ? values[i] : 0;
		known += isfinite(values[i]);
	}
	return known > 0 ? sum / known : 0;
}

/* Values less the level of their side; 0 outside and where missing. */
static double *
residuals_of(const struct duplicate_item *item, size_t count)
{
	double *out = memory_alloc_array(count + 1, sizeof(*out));
	double before = level(item->values, item->from, item->at);
	double after = level(item->values, item->at, item->to);
	for (size_t i = item->from; i < item->to; i++) {
		double rest = item->values[i] - (i < item->at ? before : after);
		out[i] = isfinite(rest) ? rest : 0;
	}
	return out;
}

static bool
has_values(const struct duplicate_item *item, size_t count)
{
	return item->values != NULL && item->from < item->at && item->at < item->to &&
	       item->to <= count;
}

/* Pearson's of where both are known; 0 where that is too short or not sure. */
static double
correlate(const double *a, const double *b, size_t count)
{
	double product = 0;
	double squares[2] = { 0 };
	double known = 0;
	for (size_t i = 0; i < count; i++) {
		if (a[i] == 0 || b[i] == 0)
			continue;
		product += a[i] * b[i];
		squares[0] += a[i] * a[i];
		squares[1] += b[i] * b[i];
		known++;
	}
	if (known < POINTS_MIN || squares[0] <= 0 || squares[1] <= 0)
		return 0;
	double correlation = product / sqrt(squares[0] * squares[1]);
	return correlation * sqrt(known) < CORRELATION_SURE ? 0 : correlation;
}

static double
growth_of(const struct detect_stacks *stacks, unsigned stack)
{
	const struct detect_stack *item = &stacks->items[stack];
	return item->after / stacks->samples_after - item->before / stacks->samples_before;
}

/* Growth in stacks that hold both, as part of the larger of the two growths. */
static double
common_growth(const struct detect_stacks *stacks, const struct duplicate_item *a,
	      const struct duplicate_item *b)
{
	double both = 0;
	double own[2] = { 0 };
	size_t other = 0;
	if (stacks == NULL || a->stacks == NULL || b->stacks == NULL)
		return 0;
	for (size_t i = 0; i < b->stack_count; i++)
		own[1] += growth_of(stacks, b->stacks[i]);
	for (size_t i = 0; i < a->stack_count; i++) {
		own[0] += growth_of(stacks, a->stacks[i]);
		while (other < b->stack_count && b->stacks[other] < a->stacks[i])
			other++;
		if (other < b->stack_count && b->stacks[other] == a->stacks[i])
			both += growth_of(stacks, a->stacks[i]);
	}
	double larger = fmax(own[0], own[1]);
	return larger > 0 ? fmin(fmax(both / larger, 0), 1) : 0;
}

static double
relative_of(const struct duplicate_item *item)
{
	double base = fmax(fabs(item->before), 1e-12);
	return fabs(item->after - item->before) / base;
}

static bool
changed_alike(const struct duplicate_item *a, const struct duplicate_item *b)
{
	double left = relative_of(a);
	double right = relative_of(b);
	bool same_way = (a->after > a->before) == (b->after > b->before);
	return same_way && fmax(left, right) <= FACTOR_LIKE * fmin(left, right);
}

static void
compare(struct joined *out, const struct duplicate_item *a, const struct duplicate_item *b,
	const double *rest_a, const double *rest_b, size_t values,
	const struct names_weights *weights, const struct detect_stacks *stacks)
{
	out->likeness = names_likeness(weights, a->name, b->name);
	out->common = common_growth(stacks, a, b);
	out->correlation = rest_a == NULL || rest_b == NULL ? 0 : correlate(rest_a, rest_b, values);
	bool near = out->likeness >= LIKENESS_WITH || out->common >= COMMON_WITH;
	out->is_one = out->common >= COMMON_ALONE || out->correlation >= CORRELATION_ALONE ||
		      (out->correlation >= CORRELATION_MIN && near) ||
		      (out->likeness >= LIKENESS_ALONE && changed_alike(a, b));
}

/* The first item of a group, with the way there made short. */
static size_t
find_group(size_t *groups, size_t index)
{
	while (groups[index] != index) {
		groups[index] = groups[groups[index]];
		index = groups[index];
	}
	return index;
}

static void
join(struct duplicate_item *item, const struct joined *joined)
{
	item->correlation = joined->correlation;
	item->likeness = joined->likeness;
	item->common = joined->common;
}

static void
join_pairs(struct duplicate_item *items, size_t count, size_t values, size_t *groups,
	   const struct detect_stacks *stacks)
{
	struct names_weights weights;
	const char **names = memory_alloc_array(count, sizeof(*names));
	double **rests = memory_alloc_array(count, sizeof(*rests));
	for (size_t i = 0; i < count; i++) {
		names[i] = items[i].name;
		rests[i] = has_values(&items[i], values) ? residuals_of(&items[i], values) : NULL;
	}
	names_weigh(&weights, names, count);
	for (size_t i = 1; i < count; i++) {
		for (size_t j = 0; j < i; j++) {
			struct joined joined;
			size_t first = find_group(groups, j);
			if (first == find_group(groups, i))
				continue;
			compare(&joined, &items[i], &items[j], rests[i], rests[j], values, &weights,
				stacks);
			if (!joined.is_one)
				continue;
			groups[find_group(groups, i)] = first;
			join(&items[i], &joined);
			if (items[j].common + items[j].likeness + items[j].correlation <= 0)
				join(&items[j], &joined);
		}
	}
	for (size_t i = 0; i < count; i++)
		free(rests[i]);
	free(rests);
	free(names);
}

/* Absolute and relative change are parts of the largest of the group. */
static void
choose(struct duplicate_item *items, size_t count, size_t *groups)
{
	double *relative = memory_alloc_array(count, sizeof(*relative));
	double *absolute = memory_alloc_array(count, sizeof(*absolute));
	size_t *best = memory_alloc_array(count, sizeof(*best));
	for (size_t i = 0; i < count; i++) {
		size_t group = find_group(groups, i);
		relative[group] = fmax(relative[group], relative_of(&items[i]));
		absolute[group] = fmax(absolute[group], fabs(items[i].weight));
		best[i] = count;
	}
	for (size_t i = 0; i < count; i++) {
		struct duplicate_item *item = &items[i];
		size_t group = find_group(groups, i);
		item->score =
			0.2 * (relative[group] > 0 ? relative_of(item) / relative[group] : 0) +
			0.6 * (absolute[group] > 0 ? fabs(item->weight) / absolute[group] : 0) +
			0.1 * (1 - item->popularity) + 0.1 * item->has_cause;
		if (best[group] == count || item->score > items[best[group]].score)
			best[group] = i;
	}
	for (size_t i = 0; i < count; i++)
		items[i].subject = best[find_group(groups, i)];
	free(relative);
	free(absolute);
	free(best);
}

void
detect_duplicates(struct duplicate_item *items, size_t count, size_t values,
		  const struct detect_stacks *stacks)
{
	for (size_t i = 0; i < count; i++) {
		items[i].subject = i;
		items[i].score = items[i].correlation = items[i].likeness = items[i].common = 0;
	}
	count = count < DUPLICATE_MAX ? count : DUPLICATE_MAX;
	if (count == 0)
		return;
	size_t *groups = memory_alloc_array(count, sizeof(*groups));
	for (size_t i = 0; i < count; i++)
		groups[i] = i;
	join_pairs(items, count, values, groups, stacks);
	choose(items, count, groups);
	free(groups);
}

void
detect_duplicate_result(struct detect_stage_result *out, const struct duplicate_item *items,
			size_t index)
{
	const struct duplicate_item *item = &items[index];
	double most = fmax(item->common, fmax(item->correlation, item->likeness));
	*out = (struct detect_stage_result){ .stage = STAGE_DUPLICATE,
					     .ran = true,
					     .passed = item->subject == index,
					     .value = most,
					     .limit = LIKENESS_ALONE };
	if (out->passed) {
		snprintf(out->why, sizeof(out->why), "stands for itself");
		return;
	}
	snprintf(out->why, sizeof(out->why),
		 "changed with %.60s: correlation %.2f, name %.2f, common growth %.2f",
		 items[item->subject].name, item->correlation, item->likeness, item->common);
}
