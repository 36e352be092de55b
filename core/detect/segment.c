/* Levels of one series. Called by the detection over a service. */
#include "core/detect/segment.h"

#include <math.h>
#include <stdlib.h>

#include "core/base/memory.h"
#include "core/detect/distribution.h"

#define GUESS_POINTS_MIN 12
#define HUMP_ROUNDS 2

/* One stretch that may still be cut, in the guess. */
struct node {
	size_t from, to;
};

struct cut {
	size_t first, second; /* second 0: one cut; a hump has two */
	double gain;
};

static double
gain_of(const struct detect_level *whole, double weight, double sum)
{
	double rest = whole->weight - weight;
	if (weight <= 0 || rest <= 0)
		return 0;
	double more = sum - whole->share * weight;
	return more * more * whole->weight / (weight * rest);
}

static struct cut
best_cut(const struct detect_series *series, const struct node *node)
{
	struct cut cut = { 0 };
	struct detect_level whole = detect_series_level(series, node->from, node->to);
	for (size_t at = node->from + SERIES_SEGMENT_MIN; at + SERIES_SEGMENT_MIN <= node->to;
	     at++) {
		double weight = series->sum_weight[at] - series->sum_weight[node->from];
		double sum =
			series->sum_weighted_share[at] - series->sum_weighted_share[node->from];
		double gain = gain_of(&whole, weight, sum);
		if (gain > cut.gain)
			cut = (struct cut){ .first = at, .gain = gain };
	}
	return cut;
}

static double
hump_gain(const struct detect_series *series, const struct detect_level *whole, size_t first,
	  size_t second)
{
	double weight = series->sum_weight[second] - series->sum_weight[first];
	double sum = series->sum_weighted_share[second] - series->sum_weighted_share[first];
	return gain_of(whole, weight, sum);
}

static struct cut
best_end(const struct detect_series *series, const struct node *node,
	 const struct detect_level *whole, size_t first)
{
	struct cut best = { .first = first, .second = first };
	for (size_t at = first + SERIES_SEGMENT_MIN; at + SERIES_SEGMENT_MIN <= node->to; at++) {
		double gain = hump_gain(series, whole, first, at);
		if (gain > best.gain)
			best = (struct cut){ first, at, gain };
	}
	return best;
}

static struct cut
best_begin(const struct detect_series *series, const struct node *node,
	   const struct detect_level *whole, size_t second)
{
	struct cut best = { .first = second, .second = second };
	for (size_t at = node->from + SERIES_SEGMENT_MIN; at + SERIES_SEGMENT_MIN <= second; at++) {
		double gain = hump_gain(series, whole, at, second);
		if (gain > best.gain)
			best = (struct cut){ at, second, gain };
	}
	return best;
}

/*
 * A hump: from between the extremes of the summed deviations, which noise may
 * have moved, each end is put in turn where it fits best.
 */
static struct cut
best_hump(const struct detect_series *series, const struct node *node)
{
	struct detect_level whole = detect_series_level(series, node->from, node->to);
	double least = 0;
	double most = 0;
	size_t at_least = node->from;
	size_t at_most = node->from;
	for (size_t at = node->from; at <= node->to; at++) {
		double weight = series->sum_weight[at] - series->sum_weight[node->from];
		double sum =
			series->sum_weighted_share[at] - series->sum_weighted_share[node->from];
		double away = sum - whole.share * weight;
		if (away < least) {
			least = away;
			at_least = at;
		}
		if (away > most) {
			most = away;
			at_most = at;
		}
	}
	size_t first = at_least < at_most ? at_least : at_most;
	size_t second = at_least < at_most ? at_most : at_least;
	if (second < first + SERIES_SEGMENT_MIN)
		return (struct cut){ 0 };
	struct cut hump = { .first = first, .second = second };
	for (int round = 0; round < HUMP_ROUNDS; round++) {
		hump = best_end(series, node, &whole, hump.first);
		hump = best_begin(series, node, &whole, hump.second);
	}
	return hump;
}

static void
insert_start(struct detect_levels *levels, size_t at)
{
	vec_push(&levels->starts, at);
	size_t *items = levels->starts.items;
	for (size_t i = levels->starts.count - 1; i > 0 && items[i - 1] > items[i]; i--) {
		size_t keep = items[i];
		items[i] = items[i - 1];
		items[i - 1] = keep;
	}
}

void
detect_segment_guess(struct detect_levels *out, const struct detect_series *series, double unit)
{
	vec_clear(&out->starts);
	vec_push(&out->starts, 0);
	if (series->points < GUESS_POINTS_MIN)
		return;
	double points = (double)series->points;
	double threshold = (2 * log(points) + 10) * unit;
	VEC(struct node) open = { 0 };
	vec_push(&open, (struct node){ 0, series->points });
	while (open.count > 0 && out->starts.count < SEGMENT_LEVELS_MAX) {
		struct node node = open.items[--open.count];
		if (node.to - node.from < 2 * SERIES_SEGMENT_MIN)
			continue;
		struct cut cut = best_cut(series, &node);
		struct cut hump = best_hump(series, &node);
		/* There are about points times as many humps as cuts to choose from. */
		if (hump.gain > cut.gain * 1.2 && hump.gain > threshold + 2 * log(points) * unit)
			cut = hump;
		if (cut.gain < threshold)
			continue;
		insert_start(out, cut.first);
		vec_push(&open, (struct node){ node.from, cut.first });
		if (cut.second == 0) {
			vec_push(&open, (struct node){ cut.first, node.to });
			continue;
		}
		insert_start(out, cut.second);
		vec_push(&open, (struct node){ cut.first, cut.second });
		vec_push(&open, (struct node){ cut.second, node.to });
	}
	vec_release(&open);
}

/* Residuals of all levels but those inside [from, to). */
static struct detect_rest
rest_of(const struct detect_series *series, const struct detect_levels *levels, size_t from,
	size_t to, const struct detect_noise *noise)
{
	struct detect_rest rest = { 0 };
	for (size_t i = 0; i < levels->starts.count; i++) {
		size_t begin = levels->starts.items[i];
		size_t end =
			i + 1 < levels->starts.count ? levels->starts.items[i + 1] : series->points;
		if (begin >= from && end <= to)
			continue;
		struct detect_level level = detect_series_level(series, begin, end);
		double share = fmax(level.share, 0.5 / level.weight);
		double points = (double)(end - begin);
		rest.residual += level.residual / fmax(share * (1 - share), 1e-12);
		rest.freedom += fmax(points - noise->memory, 0);
	}
	return rest;
}

/* The better of both directions; whichever the test says is less likely by chance. */
static void
scan_both(struct detect_boundary *out, const struct detect_series *series,
	  const struct detect_levels *levels, size_t from, size_t to,
	  const struct detect_noise *noise)
{
	struct detect_rest rest = rest_of(series, levels, from, to, noise);
	struct detect_split down;
	detect_scan(&out->split, series, from, to, DETECT_INCREASE, noise, &rest);
	detect_scan(&down, series, from, to, DETECT_DECREASE, noise, &rest);
	out->direction = DETECT_INCREASE;
	if (out->split.at == 0 || (down.at != 0 && down.z > out->split.z)) {
		out->split = down;
		out->direction = DETECT_DECREASE;
	}
	out->from = from;
	out->to = to;
	out->at = out->split.at;
	/* A stretch that the data chose is one of about points / length such stretches. */
	double stretches = (double)series->points / (double)(to - from);
	out->split.p = fmin(1, out->split.p * stretches);
}

/* Tests every boundary between its neighbours, moving it to where it fits best there. */
static void
test_all(struct detect_boundaries *out, const struct detect_series *series,
	 struct detect_levels *levels, const struct detect_noise *noise)
{
	vec_clear(&out->items);
	for (size_t i = 1; i < levels->starts.count; i++) {
		struct detect_boundary boundary;
		size_t to =
			i + 1 < levels->starts.count ? levels->starts.items[i + 1] : series->points;
		scan_both(&boundary, series, levels, levels->starts.items[i - 1], to, noise);
		if (boundary.at != 0)
			levels->starts.items[i] = boundary.at;
		vec_push(&out->items, boundary);
	}
}

static void
drop_start(struct detect_levels *levels, size_t index)
{
	for (size_t i = index; i + 1 < levels->starts.count; i++)
		levels->starts.items[i] = levels->starts.items[i + 1];
	levels->starts.count--;
}

static void
prune(struct detect_boundaries *out, const struct detect_series *series,
      struct detect_levels *levels, const struct detect_noise *noise, double threshold)
{
	for (;;) {
		test_all(out, series, levels, noise);
		size_t worst = 0;
		double p = threshold;
		for (size_t i = 0; i < out->items.count; i++) {
			if (out->items.items[i].split.p > p) {
				p = out->items.items[i].split.p;
				worst = i + 1;
			}
		}
		if (worst == 0)
			return;
		drop_start(levels, worst);
	}
}

/* Looks once more inside each level; true where one was cut. */
static bool
refine(const struct detect_series *series, struct detect_levels *levels,
       const struct detect_noise *noise, double threshold)
{
	size_t count = levels->starts.count;
	for (size_t i = 0; i < count && count < SEGMENT_LEVELS_MAX; i++) {
		struct detect_boundary boundary;
		size_t to = i + 1 < count ? levels->starts.items[i + 1] : series->points;
		scan_both(&boundary, series, levels, levels->starts.items[i], to, noise);
		if (boundary.at != 0 && boundary.split.p <= threshold) {
			insert_start(levels, boundary.at);
			return true;
		}
	}
	return false;
}

/* Pruning moves boundaries one after the other; their neighbours are known only at the end. */
static void
settle(struct detect_boundaries *out, const struct detect_series *series)
{
	for (size_t i = 0; i < out->items.count; i++) {
		struct detect_boundary *boundary = &out->items.items[i];
		boundary->from = i > 0 ? out->items.items[i - 1].at : 0;
		boundary->to =
			i + 1 < out->items.count ? out->items.items[i + 1].at : series->points;
	}
}

void
detect_segment(struct detect_boundaries *out, const struct detect_series *series,
	       const struct detect_levels *guess, const struct detect_noise *noise,
	       double threshold)
{
	struct detect_levels levels = { 0 };
	for (size_t i = 0; i < guess->starts.count; i++)
		vec_push(&levels.starts, guess->starts.items[i]);
	prune(out, series, &levels, noise, threshold);
	for (;;) {
		size_t known = levels.starts.count;
		if (!refine(series, &levels, noise, threshold))
			break;
		prune(out, series, &levels, noise, threshold);
		if (levels.starts.count <= known)
			break;
	}
	settle(out, series);
	vec_release(&levels.starts);
}
