/*
 * Do two functions belong together by their names? C has no modules, people
 * write them as prefixes: list_push, list_pop. Private to core/explain; called by
 * suspect_names.c where no file is known.
 */
#ifndef HEADROOM_EXPLAIN_SUSPECT_KIN_H
#define HEADROOM_EXPLAIN_SUSPECT_KIN_H

#include "core/explain/suspect_names.h"

/*
 * 0 to 1: how rare, among the service's functions in the profiles, the longest beginning is that
 * both plain names share, up to the end of a part (list_ or XmlParse): log(all / those that begin
 * so) / log(all), the inverse document frequency (Sparck Jones 1972) as a fraction.
 * A prefix that all functions of a project have says nothing.
 */
double suspect_kin(const struct suspect_names *names, const char *a, const char *b);

#endif
