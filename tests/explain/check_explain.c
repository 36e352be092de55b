/* Unit tests of core/explain. */
#include "tests/check_main.h"
#include "tests/explain/suites.h"

static Suite *(*const suites[])(void) = {
	tree_suite,
	transform_suite,
	heat_suite,
	find_suite,
	difference_suite,
	expected_suite,
	suggestions_suite,
	promote_suite,
	functions_suite,
	significance_suite,
	impact_suite,
	detection_suite,
	words_suite,
	attribution_suite,
	diff_clues_suite,
	suspects_suite,
	diff_same_suite,
	settings_suite,
	detection_recover_suite,
	detection_stages_suite,
	detection_mix_suite,
	detection_domains_suite,
	detection_metrics_suite,
};

int
main(void)
{
	return check_main(suites, sizeof(suites) / sizeof(suites[0]));
}
