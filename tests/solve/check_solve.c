/* The unit tests of core/solve. */
#include "tests/check_main.h"
#include "tests/solve/suites.h"

int
main(void)
{
	static Suite *(*const suites[])(void) = { sse_suite,    edit_suite,     hunks_suite,
						  gain_suite,   provider_suite, client_suite,
						  agent_suite,  patch_suite,    sandbox_suite,
						  decide_suite, hostile_suite };

	return check_main(suites, sizeof(suites) / sizeof(suites[0]));
}
