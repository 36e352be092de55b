/* Unit tests of views/screens on a ui in memory. */
#include "tests/check_main.h"
#include "tests/views/suites.h"

static Suite *(*const suites[])(void) = {
	findings_suite, finding_suite,       change_suite,   work_suite,
	screens_suite,  flame_suite,         heat_map_suite, source_suite,
	funnel_suite,   investigation_suite, patch_suite,
};

int
main(void)
{
	return check_main(suites, sizeof(suites) / sizeof(suites[0]));
}
