/* Irregular points onto equal steps. Called by seasonal.c. */
#include "core/detect/seasonal_grid.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/detect/median.h"

#define COUNT_MIN 12
#define COUNT_MAX 10000000
#define EMPTY_MAX 4 /* places of the grid for one point */

void
seasonal_init(struct seasonal *seasonal)
{
	*seasonal = (struct seasonal){ 0 };
}

void
seasonal_release(struct seasonal *seasonal)
{
	stl_release(&seasonal->stl);
	free(seasonal->values);
	free(seasonal->place);
	free(seasonal->folded);
	free(seasonal->work);
	seasonal_init(seasonal);
}

double *
seasonal_room(struct seasonal *seasonal, size_t count)
{
	if (count > seasonal->work_capacity) {
		free(seasonal->work);
		seasonal->work = memory_alloc_array(count, sizeof(double));
		seasonal->work_capacity = count;
	}
	return seasonal->work;
}

static void
reserve_grid(struct seasonal *seasonal, size_t count)
{
	if (count > seasonal->capacity) {
		free(seasonal->values);
		seasonal->values = memory_alloc_array(count, 2 * sizeof(double));
		seasonal->capacity = count;
	}
	seasonal->weights = seasonal->values + seasonal->capacity;
	seasonal->count = count;
}

static void
reserve_places(struct seasonal *seasonal, size_t count)
{
	if (count <= seasonal->place_capacity)
		return;
	free(seasonal->place);
	seasonal->place = memory_alloc_array(count, sizeof(*seasonal->place));
	seasonal->place_capacity = count;
}

static double
weight_of(const struct seasonal_input *input, size_t i)
{
	double weight = input->weights == NULL ? 1 : input->weights[i];
	return isfinite(input->values[i]) && isfinite(weight) && weight > 0 ? weight : 0;
}

static void
fill_in_order(struct seasonal *seasonal, const struct seasonal_input *input)
{
	reserve_grid(seasonal, input->count);
	for (size_t i = 0; i < input->count; i++) {
		double weight = weight_of(input, i);
		seasonal->place[i] = i;
		seasonal->weights[i] = weight;
		seasonal->values[i] = weight > 0 ? input->values[i] : 0;
	}
}

static void
fill_by_time(struct seasonal *seasonal, const struct seasonal_input *input, double step,
	     size_t count)
{
	reserve_grid(seasonal, count);
	memset(seasonal->values, 0, count * sizeof(double));
	memset(seasonal->weights, 0, count * sizeof(double));
	for (size_t i = 0; i < input->count; i++) {
		double since = (double)(input->times[i] - input->times[0]);
		size_t place = (size_t)fmin(fmax(since / step + 0.5, 0), (double)(count - 1));
		double weight = weight_of(input, i);
		seasonal->place[i] = place;
		if (weight <= 0)
			continue;
		double all = seasonal->weights[place] + weight;
		seasonal->values[place] +=
			(input->values[i] - seasonal->values[place]) * (weight / all);
		seasonal->weights[place] = all;
	}
}

/* Jitter goes out of the mean of the steps that are about the median one. */
static int64_t
mean_step(const double *steps, size_t count, double middle)
{
	double sum = 0;
	double held = 0;
	for (size_t i = 0; i < count; i++) {
		if (steps[i] > middle / 2 && steps[i] < middle * 1.5) {
			sum += steps[i];
			held++;
		}
	}
	return (int64_t)(sum / held);
}

/* The usual step; *regular: all are equal. 0: times do not ascend. */
static int64_t
typical_step(struct seasonal *seasonal, const struct seasonal_input *input, bool *regular)
{
	size_t steps = 0;
	int64_t first = input->times[1] - input->times[0];
	*regular = first > 0;
	for (size_t i = 1; *regular && i < input->count; i++)
		*regular = input->times[i] - input->times[i - 1] == first;
	if (*regular)
		return first;
	double *all = seasonal_room(seasonal, input->count);
	for (size_t i = 1; i < input->count; i++) {
		if (input->times[i] < input->times[i - 1])
			return 0;
		if (input->times[i] > input->times[i - 1])
			all[steps++] = (double)(input->times[i] - input->times[i - 1]);
	}
	return steps == 0 ? 0 : mean_step(all, steps, median_of(all, steps));
}

/* The step that divides a day, or a week where there are few points a day. */
static double
mended_step(int64_t step)
{
	double base =
		(double)(step <= SEASONAL_DAY / SEASONAL_POINTS_MIN ? SEASONAL_DAY : SEASONAL_WEEK);
	double parts = round(base / (double)step);
	return parts >= SEASONAL_POINTS_MIN ? base / parts : (double)step;
}

bool
seasonal_grid(struct seasonal *seasonal, const struct seasonal_input *input)
{
	bool regular = false;
	seasonal->step = 0;
	seasonal->count = 0;
	if (input->count < COUNT_MIN || input->count > COUNT_MAX)
		return false;
	reserve_places(seasonal, input->count);
	if (input->times == NULL) {
		fill_in_order(seasonal, input);
		return true;
	}
	int64_t step = typical_step(seasonal, input, &regular);
	if (step <= 0)
		return false;
	double mended = mended_step(step);
	double length = (double)(input->times[input->count - 1] - input->times[0]);
	seasonal->step = (int64_t)round(mended);
	if (regular && fabs(mended - (double)step) * (double)input->count < mended / 2) {
		fill_in_order(seasonal, input);
		return true;
	}
	if (length / mended > (double)(EMPTY_MAX * input->count))
		return false;
	fill_by_time(seasonal, input, mended, (size_t)(length / mended + 0.5) + 1);
	return true;
}

size_t
seasonal_points(const struct seasonal *seasonal, int64_t length)
{
	if (seasonal->step <= 0)
		return 0;
	int64_t points = (length + seasonal->step / 2) / seasonal->step;
	return points < SEASONAL_POINTS_MIN ? 0 : (size_t)points;
}
