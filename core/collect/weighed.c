/* Weights to samples; see weighed.h. */
#include "core/collect/weighed.h"

#include <math.h>
#include <stdlib.h>

#include "core/base/vec.h"

#define WEIGHT_MAX 4e18 /* of all; under SAMPLE_COUNT_MAX, and exact enough for shares */

void
weighed_add(struct weighed *weighed, uint32_t stack, double weight)
{
	const uint32_t key[3] = { stack, weighed->event, weighed->labels };
	uint32_t number;

	if (!(weight > 0) || weighed->total + weight > WEIGHT_MAX)
		return;
	if (!weighed->ready)
		intern_init(&weighed->keys);
	weighed->ready = true;
	number = intern_add(&weighed->keys, key, sizeof(key));
	if (number == weighed->count)
		vec_push(weighed, (struct weighed_stack){
					  .stack = key[0], .event = key[1], .labels = key[2] });
	weighed->items[number].weight += weight;
	weighed->total += weight;
}

int
weighed_give(const struct weighed *weighed, double samples, const struct sample_sink *sink,
	     struct error *err)
{
	double each = samples > 0 && weighed->total > 0 ? samples / weighed->total : 1;
	double carry = 0, rest = 0;

	for (size_t i = 0; i < weighed->count; i++) {
		const struct weighed_stack *item = &weighed->items[i];
		double exact = item->weight * each + carry;
		double whole = item->weight + rest;
		struct sample sample = {
			.stack = item->stack,
			.event = item->event,
			.labels = item->labels,
			.time = SAMPLE_TIME_UNKNOWN,
		};

		sample.samples = exact > 0 ? (uint64_t)llround(exact) : 0;
		sample.weight = whole > 0 ? (uint64_t)llround(whole) : 0;
		carry = exact - (double)sample.samples;
		rest = whole - (double)sample.weight;
		if (sample.samples == 0 && sample.weight == 0)
			continue;
		if (sink->sample(sink->user, &sample, err) < 0)
			return -1;
	}
	return 0;
}

void
weighed_release(struct weighed *weighed)
{
	if (weighed->ready)
		intern_release(&weighed->keys);
	free(weighed->items);
	*weighed = (struct weighed){ 0 };
}
