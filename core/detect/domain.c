/* Functions that belong together by name. Called by core/explain and shift.c. */
#include "core/detect/domain.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "core/base/intern.h"
#include "core/base/memory.h"

#define PREFIX_MIN 2 /* letters of a prefix that ends at an underscore */

static const char *const kind_names[] = {
	[DOMAIN_NONE] = "none",     [DOMAIN_CALLER] = "callers",    [DOMAIN_CLASS] = "class",
	[DOMAIN_MODULE] = "module", [DOMAIN_ENDPOINT] = "endpoint", [DOMAIN_CHANGE] = "change",
};

const char *
detect_domain_name(enum detect_domain_kind kind)
{
	return kind_names[kind];
}

void
detect_domains_release(struct detect_domains *domains)
{
	vec_release(&domains->items);
	vec_release(&domains->members);
}

void
detect_domains_add(struct detect_domains *domains, enum detect_domain_kind kind,
		   const uint32_t *functions, size_t count)
{
	if (count < 2 || count > DOMAIN_MEMBERS_MAX)
		return;
	struct detect_domain domain = { kind, domains->members.count, count };
	for (size_t i = 0; i < count; i++)
		vec_push(&domains->members, functions[i]);
	vec_push(&domains->items, domain);
}

/* "GET /shop/cart/add" and "/shop/cart/add": up to the last slash after the first. */
static size_t
endpoint_prefix(const char *name)
{
	const char *path = strchr(name, '/');
	const char *last = strrchr(name, '/');
	if (path == NULL || (path != name && path[-1] != ' '))
		return 0;
	return last > path ? (size_t)(last - name) : 0;
}

/* Up to the last :: or dot that is not within <> and before arguments. */
static size_t
class_prefix(const char *name)
{
	size_t depth = 0;
	size_t prefix = 0;
	for (size_t i = 0; name[i] != '\0'; i++) {
		char c = name[i];
		if (c == '<')
			depth++;
		else if (c == '>' && depth > 0)
			depth--;
		else if (depth > 0)
			continue;
		else if (c == '(' && i > 0)
			break;
		else if ((c == '.' || (c == ':' && name[i + 1] == ':')) && i > 0)
			prefix = i;
	}
	return prefix;
}

static size_t
module_prefix(const char *name)
{
	const char *last = strrchr(name, '_');
	size_t length = last == NULL ? 0 : (size_t)(last - name);
	while (length > 0 && name[length - 1] == '_')
		length--;
	return length >= PREFIX_MIN && isalnum((unsigned char)name[0]) ? length : 0;
}

size_t
detect_domain_prefix(const char *name, enum detect_domain_kind *kind)
{
	size_t length = endpoint_prefix(name);
	*kind = DOMAIN_ENDPOINT;
	if (length == 0 && strchr(name, '/') == NULL) {
		length = class_prefix(name);
		*kind = DOMAIN_CLASS;
	}
	if (length == 0) {
		length = module_prefix(name);
		*kind = DOMAIN_MODULE;
	}
	if (length == 0)
		*kind = DOMAIN_NONE;
	return length;
}

void
detect_domains_add_names(struct detect_domains *domains, const char *const *names, size_t count)
{
	struct intern prefixes;
	VEC(uint32_t) members = { 0 };
	uint32_t *prefix_of = memory_alloc_array(count + 1, sizeof(*prefix_of));
	uint8_t *kinds = memory_alloc_array(count + 1, sizeof(*kinds));
	intern_init(&prefixes);
	for (size_t f = 0; f < count; f++) {
		enum detect_domain_kind kind = DOMAIN_NONE;
		size_t length = names[f] == NULL ? 0 : detect_domain_prefix(names[f], &kind);
		prefix_of[f] = INTERN_NONE;
		if (length > 0) {
			prefix_of[f] = intern_add(&prefixes, names[f], length);
			kinds[prefix_of[f]] = (uint8_t)kind;
		}
	}
	/* By prefix: the first of each, then the next with the same one. */
	uint32_t *heads = memory_alloc_array(prefixes.count + 1, sizeof(*heads));
	uint32_t *next = memory_alloc_array(count + 1, sizeof(*next));
	for (size_t f = count; f > 0; f--) {
		if (prefix_of[f - 1] == INTERN_NONE)
			continue;
		next[f - 1] = heads[prefix_of[f - 1]];
		heads[prefix_of[f - 1]] = (uint32_t)f;
	}
	for (size_t prefix = 0; prefix < prefixes.count; prefix++) {
		vec_clear(&members);
		for (uint32_t at = heads[prefix]; at != 0; at = next[at - 1])
			vec_push(&members, at - 1);
		detect_domains_add(domains, kinds[prefix], members.items, members.count);
	}
	vec_release(&members);
	intern_release(&prefixes);
	free(prefix_of);
	free(kinds);
	free(heads);
	free(next);
}
