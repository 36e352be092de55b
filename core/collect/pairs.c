/* Numbers and weights that come apart; see pairs.h. */
#include "core/collect/pairs.h"

void
pairs_add_number(struct pairs *pairs, uint32_t number)
{
	uint32_t step = number - pairs->last_in;

	pairs->last_in = number;
	step = step << 1 ^ (step >> 31 != 0 ? UINT32_MAX : 0); /* small ones of both signs */
	for (; step >= 0x80; step >>= 7)
		vec_push(&pairs->numbers, (unsigned char)(step | 0x80));
	vec_push(&pairs->numbers, (unsigned char)step);
}

void
pairs_add_weight(struct pairs *pairs, double weight)
{
	vec_push(&pairs->weights, weight);
}

bool
pairs_take_number(struct pairs *pairs, uint32_t *number)
{
	uint32_t step = 0;
	unsigned shift = 0;
	unsigned char byte;

	if (pairs->number_at == pairs->numbers.count)
		return false;
	do {
		byte = pairs->numbers.items[pairs->number_at++];
		step |= (uint32_t)(byte & 0x7f) << shift;
		shift += 7;
	} while ((byte & 0x80) != 0);
	pairs->last_out += step >> 1 ^ ((step & 1) != 0 ? UINT32_MAX : 0);
	*number = pairs->last_out;
	if (pairs->number_at == pairs->numbers.count) {
		vec_clear(&pairs->numbers);
		pairs->number_at = 0;
	}
	return true;
}

bool
pairs_take(struct pairs *pairs, uint32_t *number, double *weight)
{
	if (pairs->weight_at == pairs->weights.count || !pairs_take_number(pairs, number))
		return false;
	*weight = pairs->weights.items[pairs->weight_at++];
	if (pairs->weight_at == pairs->weights.count) {
		vec_clear(&pairs->weights);
		pairs->weight_at = 0;
	}
	return true;
}

void
pairs_clear(struct pairs *pairs)
{
	vec_clear(&pairs->numbers);
	vec_clear(&pairs->weights);
	pairs->number_at = pairs->weight_at = 0;
	pairs->last_in = pairs->last_out = 0;
}

void
pairs_release(struct pairs *pairs)
{
	vec_release(&pairs->numbers);
	vec_release(&pairs->weights);
	pairs->number_at = pairs->weight_at = 0;
}
