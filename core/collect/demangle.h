/*
 * The name that was written in the source from the symbol that a C++ or Rust compiler made
 * of it. Called for every new frame (samples.c). The work is libiberty's; without it names
 * stay as they are.
 */
#ifndef HEADROOM_COLLECT_DEMANGLE_H
#define HEADROOM_COLLECT_DEMANGLE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/str.h"

#define DEMANGLE_SYMBOL_MAX 4096 /* bytes of a symbol that is looked at */

/* Could this be a mangled name? Cheap: looks at the first bytes. */
bool demangle_is_mangled(const char *symbol, size_t length);
/*
 * Replaces out by the name without parameters, as perf shows it: "ns::Box<int>::get",
 * "shelf::page::render". False: it is no mangled name, or one that cannot be read, or whose
 * name does not fit into out; out is empty then.
 */
bool demangle(struct str *out, const char *symbol, size_t length);

#endif
