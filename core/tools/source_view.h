/*
 * The source of a function as it ran: at the commit that the windows' labels name, else the
 * last one before the profile, else HEAD; with the cost of each line where frames carry
 * lines, who wrote each line when, and which of them a suspect wrote. Used by the source
 * screen and `profile lines`. All text is the repository's: data, not yet safe for a terminal.
 */
#ifndef HEADROOM_TOOLS_SOURCE_VIEW_H
#define HEADROOM_TOOLS_SOURCE_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/progress.h"
#include "core/explain/lines.h"
#include "core/tools/profile_subject.h"

struct source_line {
	char *text;
	char commit[13]; /* who wrote it; "" not known */
	char author[64];
	int64_t time;
	int suspect; /* rank of the finding's suspect that wrote it, from 1; 0: none */
};

struct source_view {
	struct line_heat heat; /* borrows the profile set */
	char *path;            /* relative to the repository; NULL: no source, see note */
	char *commit;          /* full id */
	char chosen[96];       /* how: "label version=41", "before 2026-...", "HEAD" */
	size_t first;          /* number of the first line */
	struct source_line *lines;
	size_t count, capacity;
	char note[256]; /* why there is no source or no blame; "" nothing is missing */
};

struct source_question {
	const struct profile_subject *subject;
	const char *function;
	int64_t finding; /* 0: none; its suspects' lines are marked */
	const struct profile_set *set;
	const struct selection *selection;
};

/*
 * A source that is not found is no error: the note says why, and the costs are there.
 * release out also after an error. Errors: line_heat_build's; ERROR_CANCELLED.
 */
int source_view_load(struct source_view *out, const struct source_question *question,
		     struct store *store, const struct progress *progress, struct error *err);
void source_view_release(struct source_view *view);
struct json *source_view_to_json(const struct source_view *view);

#endif
