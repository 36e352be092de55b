/* Domains of names, files and changes; see detection_domains.h. Called by detection_service.c. */
#include "core/explain/detection_domains.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/base/vec.h"
#include "core/explain/symbol.h"
#include "core/store/change.h"

/* The file of each function, by number of the set's strings; the first frame that has one. */
static void
add_files(struct detection_domains *domains, const struct profile_set *set,
	  const struct function_counts *counts)
{
	struct intern names, files;
	uint32_t *heads, *next = memory_alloc_array(counts->function_count + 1, sizeof(*next));
	bool *known = memory_alloc_array(counts->function_count + 1, sizeof(*known));
	VEC(uint32_t) members = { 0 };
	intern_init(&names);
	intern_init(&files);
	heads = memory_alloc_array(set->frame_count + 1, sizeof(*heads));
	for (size_t f = 0; f < counts->function_count; f++)
		intern_add(&names, counts->functions[f], strlen(counts->functions[f]));
	for (size_t i = 0; i < set->frame_count; i++) {
		const struct profile_frame *frame = &set->frames[i];
		uint32_t function = intern_find(&names, frame->function, strlen(frame->function));
		if (frame->file[0] == '\0' || function == INTERN_NONE || known[function])
			continue;
		uint32_t file = intern_add(&files, frame->file, strlen(frame->file));
		known[function] = true;
		next[function] = heads[file];
		heads[file] = function + 1;
	}
	for (uint32_t file = 0; file < files.count; file++) {
		vec_clear(&members);
		for (uint32_t at = heads[file]; at != 0; at = next[at - 1])
			vec_push(&members, at - 1);
		detect_domains_add(&domains->view, DOMAIN_MODULE, members.items, members.count);
	}
	vec_release(&members);
	intern_release(&names);
	intern_release(&files);
	free(heads);
	free(next);
	free(known);
}

/* Plain names of all functions, to be found by their last parts. */
static void
index_names(struct detection_domains *domains, const struct function_counts *counts)
{
	struct str plain;
	size_t count = counts->function_count;
	str_init(&plain, STR_MAX_LINE);
	intern_init(&domains->bases);
	domains->functions = count;
	domains->plain = memory_alloc_array(count + 1, sizeof(*domains->plain));
	domains->heads = memory_alloc_array(count + 1, sizeof(*domains->heads));
	domains->next = memory_alloc_array(count + 1, sizeof(*domains->next));
	for (size_t f = 0; f < count; f++) {
		symbol_plain(counts->functions[f], &plain);
		domains->plain[f] = memory_string(plain.data != NULL ? plain.data : "");
		const char *base = symbol_base(domains->plain[f]);
		uint32_t number = intern_add(&domains->bases, base, strlen(base));
		domains->next[f] = domains->heads[number];
		domains->heads[number] = (uint32_t)f + 1;
	}
	str_release(&plain);
}

static void
prepare(struct detection_domains *domains, const struct profile_set *set,
	const struct function_counts *counts)
{
	detect_domains_add_names(&domains->view, (const char *const *)counts->functions,
				 counts->function_count);
	add_files(domains, set, counts);
	index_names(domains, counts);
	domains->items = domains->view.items.count;
	domains->members = domains->view.members.count;
	domains->ready = true;
}

/* The functions of the profiles that one change touched. */
static void
add_change(struct detection_domains *domains, const struct change *change)
{
	VEC(uint32_t) members = { 0 };
	bool *known = memory_alloc_array(domains->functions + 1, sizeof(*known));
	struct str plain;
	str_init(&plain, STR_MAX_LINE);
	for (size_t i = 0; i < change->function_count; i++) {
		symbol_plain(change->functions[i].name, &plain);
		const char *name = plain.data != NULL ? plain.data : "";
		const char *base = symbol_base(name);
		uint32_t number = intern_find(&domains->bases, base, strlen(base));
		uint32_t at = number == INTERN_NONE ? 0 : domains->heads[number];
		for (; at != 0; at = domains->next[at - 1]) {
			if (!known[at - 1] && symbol_same(domains->plain[at - 1], name))
				vec_push(&members, at - 1);
			known[at - 1] = known[at - 1] || symbol_same(domains->plain[at - 1], name);
		}
	}
	detect_domains_add(&domains->view, DOMAIN_CHANGE, members.items, members.count);
	str_release(&plain);
	vec_release(&members);
	free(known);
}

int
detection_domains_at(struct detection_domains *domains, struct store *store, int64_t service,
		     const struct profile_set *set, const struct function_counts *counts,
		     int64_t low, int64_t high, struct error *err)
{
	struct change_list changes = { 0 };
	if (!domains->ready)
		prepare(domains, set, counts);
	domains->view.items.count = domains->items;
	domains->view.members.count = domains->members;
	if (casebook_changes(store, service, low - DETECTION_DOMAINS_BACK, high, false, &changes,
			     err) < 0)
		return -1;
	size_t first = changes.count > DETECTION_DOMAINS_CHANGES_MAX
			       ? changes.count - DETECTION_DOMAINS_CHANGES_MAX
			       : 0;
	for (size_t i = first; i < changes.count; i++)
		add_change(domains, &changes.items[i]);
	change_list_release(&changes);
	return 0;
}

void
detection_domains_release(struct detection_domains *domains)
{
	for (size_t f = 0; f < domains->functions; f++)
		free(domains->plain[f]);
	free(domains->plain);
	free(domains->heads);
	free(domains->next);
	if (domains->ready)
		intern_release(&domains->bases);
	detect_domains_release(&domains->view);
	*domains = (struct detection_domains){ 0 };
}
