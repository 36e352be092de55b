/* Unit tests of tui/; see tests/check_main.h. */
#include "tests/check_main.h"
#include "tests/tui/suites.h"

static Suite *(*const suites[])(void) = {
	action_suite, chart_suite,   icicle_suite,    key_suite,   list_suite, palette_suite,
	prompt_suite, surface_suite, text_view_suite, theme_suite, ui_suite,
#ifdef HAVE_VTERM
	term_suite,
#endif
};

int
main(void)
{
#ifndef HAVE_VTERM
	fprintf(stderr, "check_tui: SKIPPED: the terminal's tests, since libvterm is missing\n");
#endif
	return check_main(suites, sizeof(suites) / sizeof(suites[0]));
}
