/* Unit tests of the detection run over many services; small enough for ThreadSanitizer. */
#include "tests/check_main.h"
#include "tests/explain/suites.h"

static Suite *(*const suites[])(void) = { detection_fleet_suite };

int
main(void)
{
	return check_main(suites, sizeof(suites) / sizeof(suites[0]));
}
