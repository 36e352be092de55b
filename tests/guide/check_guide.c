/* Unit tests of core/guide. */
#include "tests/check_main.h"
#include "tests/guide/suites.h"

static Suite *(*const suites[])(void) = {
	condition_suite, template_suite, text_suite,          playbook_suite,
	skill_suite,     rule_suite,     investigation_suite, scan_suite,
};

int
main(void)
{
	return check_main(suites, sizeof(suites) / sizeof(suites[0]));
}
