/* Names of library functions. Called by core/explain/detection.c. */
#include "core/detect/library.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* Sorted, for bsearch. */
static const char *const known[] = {
	"_IO_fwrite",
	"_IO_vfprintf",
	"_ZdaPv",
	"_ZdlPv",
	"_Znam",
	"_Znwm",
	"_dl_relocate_object",
	"_dl_start",
	"_int_free",
	"_int_malloc",
	"_int_realloc",
	"_start",
	"abort",
	"bcmp",
	"bsearch",
	"calloc",
	"cfree",
	"clear_page",
	"clone",
	"close",
	"copy_page",
	"fprintf",
	"fputc",
	"fputs",
	"fread",
	"free",
	"fwrite",
	"getenv",
	"localtime_r",
	"malloc",
	"malloc_consolidate",
	"memchr",
	"memcmp",
	"memcpy",
	"memmem",
	"memmove",
	"mempcpy",
	"memrchr",
	"memset",
	"mmap",
	"msort_with_tmp",
	"munmap",
	"open",
	"poll",
	"printf",
	"qsort",
	"qsort_r",
	"rawmemchr",
	"read",
	"realloc",
	"regexec",
	"snprintf",
	"sprintf",
	"sscanf",
	"start_thread",
	"stpcpy",
	"strcasecmp",
	"strcat",
	"strchr",
	"strchrnul",
	"strcmp",
	"strcpy",
	"strcspn",
	"strdup",
	"strlen",
	"strncasecmp",
	"strncat",
	"strncmp",
	"strncpy",
	"strnlen",
	"strpbrk",
	"strrchr",
	"strspn",
	"strstr",
	"strtod",
	"strtok_r",
	"strtol",
	"strtoul",
	"syscall",
	"sysmalloc",
	"time",
	"unlink_chunk",
	"vfprintf",
	"vsnprintf",
	"write",
};

/* What processor-specific variants and compilers put at the end of a name. */
static const char *const marks[] = {
	"_avx", "_sse2", "_sse3", "_ssse3", "_sse4", "_evex", "_erms", "_[k]", "@plt",
};

static int
compare_name(const void *key, const void *item)
{
	return strcmp(key, *(const char *const *)item);
}

static bool
is_known(const char *name, size_t length)
{
	char text[32];
	if (length >= sizeof(text))
		return false;
	memcpy(text, name, length);
	text[length] = '\0';
	return bsearch(text, known, sizeof(known) / sizeof(known[0]), sizeof(known[0]),
		       compare_name) != NULL;
}

bool
detect_is_library(const char *function)
{
	if (function[0] == '[' || strncmp(function, "__", 2) == 0)
		return true;
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		if (strstr(function, marks[i]) != NULL)
			return true;
	}
	/* Compilers add .constprop.0, .part.0, .isra.0 to the name proper. */
	return is_known(function, strcspn(function, ".@"));
}

bool
detect_is_library_module(const char *module)
{
	static const char *const beginnings[] = { "libc.",     "libc-",      "libm.",
						  "libm-",     "ld-linux",   "ld-musl",
						  "ld.so",     "libpthread", "libstdc++.",
						  "libgcc_s.", "[kernel",    "[vdso]" };
	const char *slash = strrchr(module, '/');
	const char *base = slash == NULL ? module : slash + 1;

	for (size_t i = 0; i < sizeof(beginnings) / sizeof(beginnings[0]); i++) {
		if (strncmp(base, beginnings[i], strlen(beginnings[i])) == 0)
			return true;
	}
	return false;
}
