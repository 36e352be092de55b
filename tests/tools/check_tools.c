/* Unit tests of core/tools. */
#include "tests/check_main.h"
#include "tests/tools/suites.h"

static Suite *(*const suites[])(void) = {
	schema_suite, tool_suite,    answers_suite, code_suite,
	cases_suite,  subject_suite, source_suite,
};

int
main(void)
{
	return check_main(suites, sizeof(suites) / sizeof(suites[0]));
}
