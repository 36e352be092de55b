/* Unit tests of core/collect. */
#include "tests/check_main.h"
#include "tests/collect/suites.h"

static Suite *(*const suites[])(void) = {
	perf_script_suite,  folded_suite,       profile_import_suite, functions_suite,
	change_git_suite,   change_jsonl_suite, corpora_suite,        flame_graph_suite,
	series_read_suite,  prometheus_suite,   otlp_suite,           pprof_suite,
	profile_pull_suite,
};

int
main(void)
{
	return check_main(suites, sizeof(suites) / sizeof(suites[0]));
}
