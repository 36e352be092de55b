/*
 * Suspects without stacks; see suspect_series.h.
 *
 * No stack ties a change to a metric, so time and words are most of what there is. A share that was
 * imported is mostly that of a function, and a change that touched a function of just that name has
 * BY_NAME of an attribution: it says where the growth is, as stacks would, but not whether the
 * growth is the function's own or that of something it calls, which stacks would say too.
 */
#include "core/explain/suspect_series.h"

#include <string.h>

#include "core/base/str.h"
#include "core/explain/symbol.h"

#define BY_NAME 0.5

bool
suspect_has_no_stacks(const struct finding *finding)
{
	return strcmp(finding->subject_kind, "function") != 0;
}

static bool
is_same(const char *name, const char *function, struct str *room)
{
	symbol_plain(name, room);
	return room->len > 0 && symbol_same(room->data, function);
}

static bool
is_of_finding(const struct finding *finding, const char *function, struct str *room)
{
	if (is_same(finding->subject, function, room))
		return true;
	for (size_t i = 0; i < finding->members.count; i++) {
		if (is_same(finding->members.items[i], function, room))
			return true;
	}
	return false;
}

void
suspect_series_change(const struct finding *finding, const struct change *change,
		      struct touched *out)
{
	struct str plain, room;

	*out = (struct touched){ .has_no_stacks = true };
	if (strcmp(finding->subject_kind, "series") != 0)
		return;
	str_init(&plain, STR_MAX_LINE);
	str_init(&room, STR_MAX_LINE);
	for (size_t i = 0; i < change->function_count && out->function == NULL; i++) {
		symbol_plain(change->functions[i].name, &plain);
		if (plain.len > 0 && is_of_finding(finding, plain.data, &room)) {
			out->function = change->functions[i].name;
			out->score = BY_NAME;
		}
	}
	str_release(&plain);
	str_release(&room);
}
