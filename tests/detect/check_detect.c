/* Unit tests of core/detect. */
#include "tests/check_main.h"
#include "tests/detect/suites.h"

/* clang-format off */
static Suite *(*const suites[])(void) = {
	changepoint_suite,
	distribution_suite,
	fdr_suite,
	library_suite,
	calibration_suite,
	changes_suite,
	merge_suite,
	shift_suite,
	power_suite, long_suite,
	scales_suite,
	screen_suite,
	shift_rates_suite,
	same_suite,
	stage_text_suite,
	mix_suite,
	rename_suite,
	duplicate_suite,
	stl_suite,
	seasonal_suite,
};
/* clang-format on */

int
main(void)
{
	return check_main(suites, sizeof(suites) / sizeof(suites[0]));
}
