/* Unit tests of core/store; links nothing above it. */
#include "tests/check_main.h"
#include "tests/store/suites.h"

static Suite *(*const suites[])(void) = {
	profile_suite, cells_suite,  store_suite,     store_errors_suite, casebook_suite,
	finding_suite, work_suite,   telemetry_suite, kill_suite,         detection_store_suite,
	columns_suite, series_suite, labels_suite,    prune_suite,
};

int
main(void)
{
	return check_main(suites, sizeof(suites) / sizeof(suites[0]));
}
