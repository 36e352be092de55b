/* Functions that no engineer of a service owns. */
#ifndef HEADROOM_DETECT_LIBRARY_H
#define HEADROOM_DETECT_LIBRARY_H

#include <stdbool.h>

/*
 * Is this a function of the C library, the kernel or the run-time, by its name alone? Profiles
 * in folded form know no modules. Names that begin with two underscores, end in a processor's
 * instruction set (_avx2, _evex, _sse2, _erms ...), carry the mark of a kernel frame (_[k]), are
 * not resolved ([unknown], [module]), or are well known (memcpy, malloc, qsort ...). A
 * finding about strlen helps nobody: the one who calls it is the subject.
 */
bool detect_is_library(const char *function);

/*
 * Is this file of a frame, as its profile names it, the C library, the loader, another run-time's
 * library or the kernel? Knows more than a function's name where a profile has modules.
 */
bool detect_is_library_module(const char *module);

#endif
