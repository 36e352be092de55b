/*
 * The machine code of a function, where the program that ran is on this machine: by perf
 * annotate of a perf.data file (with the cost of each instruction), else by objdump of the
 * module. Only when the user asks for it: both read a file that a profile names. Used by
 * the source screen.
 */
#ifndef HEADROOM_TOOLS_DISASSEMBLY_H
#define HEADROOM_TOOLS_DISASSEMBLY_H

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/base/str.h"

#include <stdbool.h>

#define DISASSEMBLY_MAX ((size_t)2 * 1024 * 1024)
#define DISASSEMBLY_TIME_MAX ((int64_t)60 * 1000000) /* microseconds */

/*
 * perf_data NULL: there is none. module is a path as the profile has it. ERROR_NOT_FOUND: no such
 * module here, or the function is not in it; ERROR_UNAVAILABLE: objdump (or perf) is missing;
 * ERROR_LIMIT; ERROR_CANCELLED. out is initialised by the caller.
 */
int disassembly_read(struct str *out, const char *perf_data, const char *module,
		     const char *function, const struct cancel *cancel, struct error *err);
/* Is it a regular file that begins as perf.data does? */
bool disassembly_is_recording(const char *path);

#endif
