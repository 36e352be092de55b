/* The job queue's tests alone and in one process, so that they can run under the thread sanitizer.
 */
#include "tests/base/suites.h"
#include "tests/check_main.h"

int
main(void)
{
	static Suite *(*const suites[])(void) = { jobs_suite };

	return check_main_in_process(suites, sizeof(suites) / sizeof(suites[0]));
}
