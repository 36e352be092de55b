/*
 * How much of what only moved is filtered, and how much of what grew is lost:
 * both rates are printed, by kind, at twice the floor and far above it, with
 * and without other changes, and without stacks.
 */
#include <math.h>
#include <stdio.h>

#include "tests/detect/shifts.h"
#include "tests/detect/suites.h"

static const char *const names[SHIFTS_KINDS] = {
	[SHIFTS_SIBLING] = "moved to a sibling",
	[SHIFTS_CALLEE] = "to a callee",
	[SHIFTS_NEW] = "to a new function",
	[SHIFTS_CLASS] = "within a class",
	[SHIFTS_FAN_OUT] = "to several",
	[SHIFTS_FAN_IN] = "from several",
	[SHIFTS_PLAIN] = "grew",
	[SHIFTS_NEW_COST] = "new cost",
	[SHIFTS_IMPROVED] = "grew, another fell",
	[SHIFTS_PARTIAL] = "two fifths are new",
	[SHIFTS_IMPROVED_KIN] = "grew, its kin fell",
};

static const double sizes[] = { 2, 3, 6, 15 }; /* in floors */

#define SIZES (sizeof(sizes) / sizeof(sizes[0]))

/* Rates of one kind, alone and with an improvement far away; either with and without dilution. */
struct rates {
	double alone, mixed;
};

static struct rates
rates_of(enum shifts_kind kind, bool flat, int tries)
{
	struct rates rates = { 0 };
	printf("%-20s", names[kind]);
	for (int mixed = 0; mixed < 4; mixed++) {
		for (size_t s = 0; s < SIZES; s++) {
			struct shifts_case made = { .kind = kind,
						    .size = sizes[s],
						    .diluted = mixed & 1,
						    .others = mixed & 2,
						    .flat = flat };
			uint64_t seed = 1 + (uint64_t)kind * 100 + (uint64_t)mixed;
			double rate = shifts_rate(&made, seed, tries);
			rate = isnan(rate) ? kind < SHIFTS_FIRST_GROWTH : rate;
			*(made.others ? &rates.mixed : &rates.alone) += rate / (2 * SIZES);
			printf(" %4.0f", rate * 100);
		}
	}
	printf("\n");
	return rates;
}

struct totals {
	double filtered;   /* of moved cost */
	double lost;       /* of regressions */
	double lost_mixed; /* of those where something else fell at the same moment */
};

static void
measure(bool flat, int tries, struct totals *out)
{
	const int grown = SHIFTS_IMPROVED_KIN - SHIFTS_FIRST_GROWTH;
	*out = (struct totals){ 0 };
	printf("%s: percent taken for moved, at 2, 3, 6 and 15 times the floor, then diluted, with "
	       "another improvement, with both\n",
	       flat ? "series without stacks" : "stacks");
	for (int kind = 0; kind < SHIFTS_KINDS; kind++) {
		struct rates rates = rates_of((enum shifts_kind)kind, flat, tries);
		if (kind < SHIFTS_FIRST_GROWTH)
			out->filtered += (rates.alone + rates.mixed) / 2 / SHIFTS_FIRST_GROWTH;
		else if (kind < SHIFTS_IMPROVED_KIN)
			out->lost += rates.alone / grown;
		if (kind >= SHIFTS_FIRST_GROWTH && kind < SHIFTS_IMPROVED_KIN)
			out->lost_mixed += rates.mixed / grown;
	}
	printf("cost shifts filtered %.1f %%; true regressions lost %.1f %%, with another "
	       "improvement at the same moment %.1f %%\n",
	       out->filtered * 100, out->lost * 100, out->lost_mixed * 100);
}

START_TEST(rates_with_stacks)
{
	struct totals totals;
	measure(false, 12, &totals);
	ck_assert_double_ge(totals.filtered, 0.965);
	ck_assert_double_le(totals.lost, 0.02);
	ck_assert_double_le(totals.lost_mixed, 0.06);
}
END_TEST

/* The unknown kin costs recall: what is certain is that little is lost. */
START_TEST(rates_of_series)
{
	struct totals totals;
	measure(true, 4, &totals);
	ck_assert_double_le(totals.lost, 0.05);
}
END_TEST

Suite *
shift_rates_suite(void)
{
	Suite *suite = suite_create("shift_rates");
	TCase *cases = tcase_create("cases");
	tcase_set_timeout(cases, 120);
	tcase_add_test(cases, rates_with_stacks);
	tcase_add_test(cases, rates_of_series);
	suite_add_tcase(suite, cases);
	return suite;
}
