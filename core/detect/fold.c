/* The pattern of a period, by medians over its turns. See fold.h. */
#include "core/detect/fold.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"

#define KNOWN_PART 0.8
#define TURNS_MAX 512 /* the newest; more say nothing new */

void
detect_fold_release(struct detect_fold *fold)
{
	free(fold->sums);
	free(fold->weights);
	free(fold->pattern);
	free(fold->column);
	*fold = (struct detect_fold){ 0 };
}

static void
reserve(struct detect_fold *fold, size_t cells, size_t bins)
{
	if (cells > fold->capacity) {
		fold->sums = memory_resize(fold->sums, cells, sizeof(*fold->sums));
		fold->weights = memory_resize(fold->weights, cells, sizeof(*fold->weights));
		fold->capacity = cells;
	}
	if (bins > fold->bins_capacity) {
		fold->pattern = memory_resize(fold->pattern, bins, sizeof(*fold->pattern));
		fold->bins_capacity = bins;
	}
	if (fold->column == NULL)
		fold->column = memory_alloc_array(TURNS_MAX, sizeof(*fold->column));
	memset(fold->sums, 0, cells * sizeof(*fold->sums));
	memset(fold->weights, 0, cells * sizeof(*fold->weights));
}

/* The newest value is in the last turn, whole where the series ends with one. */
static size_t
cell_of(const struct detect_fold_input *input, size_t i, size_t first)
{
	size_t place = input->place[i];
	size_t turn = (place - first) / input->period;
	size_t bin = (place - first) % input->period * input->bins / input->period;
	return turn * input->bins + bin;
}

static bool
is_known(const struct detect_fold_input *input, size_t i, size_t first)
{
	return input->place[i] >= first && isfinite(input->values[i]) && input->weights[i] > 0;
}

/* Means of the cells, less that of their turn; a turn that is not whole gets weights 0. */
static size_t
centre(struct detect_fold *fold, const struct detect_fold_input *input, size_t turns)
{
	size_t whole = 0;
	for (size_t t = 0; t < turns; t++) {
		double *sums = fold->sums + t * input->bins;
		double *weights = fold->weights + t * input->bins;
		double sum = 0;
		size_t known = 0;
		for (size_t b = 0; b < input->bins; b++) {
			if (weights[b] <= 0)
				continue;
			sums[b] /= weights[b];
			sum += sums[b];
			known++;
		}
		bool takes_part = (double)known >= KNOWN_PART * (double)input->bins;
		for (size_t b = 0; b < input->bins; b++) {
			sums[b] -= known > 0 ? sum / (double)known : 0;
			weights[b] = takes_part ? weights[b] : 0;
		}
		whole += takes_part;
	}
	return whole;
}

static double
middle_of(double *values, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		double value = values[i];
		size_t at = i;
		for (; at > 0 && values[at - 1] > value; at--)
			values[at] = values[at - 1];
		values[at] = value;
	}
	if (count == 0)
		return 0;
	double low = values[(count - 1) / 2];
	double high = values[count / 2];
	if (low <= 0 && high >= 0)
		return fabs(low) < fabs(high) ? low : high;
	return low > 0 ? low : high;
}

static void
fill_pattern(struct detect_fold *fold, const struct detect_fold_input *input, size_t turns)
{
	double sum = 0;
	for (size_t b = 0; b < input->bins; b++) {
		size_t known = 0;
		for (size_t t = 0; t < turns; t++) {
			if (fold->weights[t * input->bins + b] > 0)
				fold->column[known++] = fold->sums[t * input->bins + b];
		}
		fold->pattern[b] = middle_of(fold->column, known);
		sum += fold->pattern[b];
	}
	for (size_t b = 0; b < input->bins; b++)
		fold->pattern[b] -= sum / (double)input->bins;
}

void
detect_fold_remove(struct detect_fold *fold, const struct detect_fold_input *input)
{
	if (input->count == 0 || input->period < 2 || input->bins < 2)
		return;
	size_t last = input->place[input->count - 1] + 1;
	size_t turns = (last + input->period - 1) / input->period;
	size_t first = 0;
	if (turns > TURNS_MAX) {
		turns = TURNS_MAX;
		first = last - turns * input->period;
	}
	reserve(fold, turns * input->bins, input->bins);
	for (size_t i = 0; i < input->count; i++) {
		if (!is_known(input, i, first))
			continue;
		size_t cell = cell_of(input, i, first);
		fold->sums[cell] += input->values[i] * input->weights[i];
		fold->weights[cell] += input->weights[i];
	}
	if (centre(fold, input, turns) < 2)
		return;
	fill_pattern(fold, input, turns);
	for (size_t i = 0; i < input->count; i++) {
		size_t since = input->place[i] + input->period * TURNS_MAX - first;
		size_t bin = since % input->period * input->bins / input->period;
		input->values[i] -= fold->pattern[bin];
	}
}
