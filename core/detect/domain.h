/*
 * Functions that belong together, so that cost may move among them when code
 * is moved: of one class, module or endpoint by their names, or touched by one
 * change. Filled by core/explain, read by shift.h; callers and callees need no
 * domain, shift.h sees them in the stacks. FBDetect's domains (Yoon et al.,
 * SOSP 2024, section 5.5.2).
 */
#ifndef HEADROOM_DETECT_DOMAIN_H
#define HEADROOM_DETECT_DOMAIN_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/vec.h"

enum detect_domain_kind {
	DOMAIN_NONE,
	DOMAIN_CALLER,   /* near by in the stacks */
	DOMAIN_CLASS,    /* A::b, pkg.Class.method */
	DOMAIN_MODULE,   /* file of a frame, or what precedes the last underscore */
	DOMAIN_ENDPOINT, /* /shop/cart */
	DOMAIN_CHANGE,   /* all functions that one change touched */
};

/* "callers", "class" and so on. */
const char *detect_domain_name(enum detect_domain_kind kind);

#define DOMAIN_MEMBERS_MAX 512 /* a larger one says nothing about who belongs together */

struct detect_domain {
	enum detect_domain_kind kind;
	size_t first, count; /* of members */
};

/* Zeroed is empty. */
struct detect_domains {
	VEC(struct detect_domain) items;
	VEC(uint32_t) members;
};

void detect_domains_release(struct detect_domains *domains);

/* Fewer than two functions, or more than DOMAIN_MEMBERS_MAX, are no domain and left out. */
void detect_domains_add(struct detect_domains *domains, enum detect_domain_kind kind,
			const uint32_t *functions, size_t count);

/* Domains by the prefixes of names, names[f] the name of function f; NULL: unknown. */
void
detect_domains_add_names(struct detect_domains *domains, const char *const *names, size_t count);

/*
 * Length of the part of a name that its class, endpoint or module shares, 0: none. Arguments and
 * what is in <> are passed over: the prefix of "ns::Map<a::b>::get(int)" is "ns::Map<a::b>".
 */
size_t detect_domain_prefix(const char *name, enum detect_domain_kind *kind);

#endif
