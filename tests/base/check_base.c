/* The unit tests of core/base; the job queue's are in check_jobs. */
#include "tests/base/suites.h"
#include "tests/check_main.h"

int
main(void)
{
	static Suite *(*const suites[])(void) = {
		memory_suite, arena_suite, vec_suite,    strings_suite, str_suite,
		error_suite,  text_suite,  number_suite, intern_suite,  clock_suite,
		json_suite,   path_suite,  reader_suite, process_suite, http_suite,
	};

	return check_main(suites, sizeof(suites) / sizeof(suites[0]));
}
