/* Names that nobody of a service owns. */
#include "core/detect/library.h"
#include "tests/detect/suites.h"

START_TEST(library_names)
{
	static const char *const names[] = {
		"__strlen_avx2",
		"__memmove_evex_unaligned_erms",
		"clear_page_erms_[k]",
		"malloc",
		"strlen",
		"qsort",
		"[unknown]",
		"_int_malloc",
		"unlink_chunk.constprop.0",
		"cfree@GLIBC_2.2.5",
		"_start",
		"vfprintf",
		"write",
		"_IO_fwrite",
		"abort",
	};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		ck_assert_msg(detect_is_library(names[i]), "%s", names[i]);
}
END_TEST

START_TEST(own_names)
{
	static const char *const names[] = { "escape_html", "mrb_ary_shift",
					     "my_strlen",   "read_config",
					     "main",        "free_list",
					     "a",           "",
					     "mallocate" };
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		ck_assert_msg(!detect_is_library(names[i]), "%s", names[i]);
}
END_TEST

START_TEST(modules)
{
	static const char *const libraries[] = { "/usr/lib/x86_64-linux-gnu/libc.so.6",
						 "/lib/ld-linux-x86-64.so.2", "libm-2.36.so",
						 "[kernel.kallsyms]", "[vdso]" };
	static const char *const own[] = { "/usr/bin/app", "/opt/libcache.so", "/srv/libc.d/app",
					   "" };
	for (size_t i = 0; i < sizeof(libraries) / sizeof(libraries[0]); i++)
		ck_assert_msg(detect_is_library_module(libraries[i]), "%s", libraries[i]);
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		ck_assert_msg(!detect_is_library_module(own[i]), "%s", own[i]);
}
END_TEST

Suite *
library_suite(void)
{
	Suite *suite = suite_create("library");
	TCase *names = tcase_create("names");
	tcase_add_test(names, library_names);
	tcase_add_test(names, own_names);
	tcase_add_test(names, modules);
	suite_add_tcase(suite, names);
	return suite;
}
