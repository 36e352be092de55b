/*
 * The name a person wrote from the name a compiler or profiler shows:
 * "parse.constprop.0" is parse, "ns::Box<int>::get(int) const" is ns::Box::get.
 * Used to match what changes touched and what the code says with stacks.
 */
#ifndef HEADROOM_EXPLAIN_SYMBOL_H
#define HEADROOM_EXPLAIN_SYMBOL_H

#include <stdbool.h>

#include "core/base/str.h"

/* Without compilers' suffixes, symbol versions, template arguments and parameters. Replaces out. */
void symbol_plain(const char *name, struct str *out);
/* The last part of a plain name: get of ns::Box::get, Walk of pkg.(*Tree).Walk. Borrowed. */
const char *symbol_base(const char *plain);
/* Are two plain names of one function: equal, or one is the other's end at a separator? */
bool symbol_same(const char *a, const char *b);

#endif
