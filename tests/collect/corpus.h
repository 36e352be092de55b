/* Files that lie beside the source tree and are no part of it; used by the tests of the parsers. */
#ifndef HEADROOM_TESTS_COLLECT_CORPUS_H
#define HEADROOM_TESTS_COLLECT_CORPUS_H

#include <stdbool.h>

#include "core/base/str.h"

/* Where shared/NAME is, the caller's; NULL, and said aloud, where it is not there. */
char *corpus_path(const char *name);
/* All of it; out is initialised, and the caller's, also where there is none (false). */
bool read_corpus(struct str *out, const char *name);

#endif
