/* What several tools read from their arguments. Private to core/tools. */
#ifndef HEADROOM_TOOLS_ARGUMENTS_H
#define HEADROOM_TOOLS_ARGUMENTS_H

#include <stdbool.h>

#include "core/explain/selection.h"
#include "core/store/finding.h"
#include "core/store/service.h"
#include "core/tools/tool.h"

/* The service that is named, else the finding's, else the only one there is. */
int arguments_service(struct tool_context *context, const struct json *arguments,
		      struct service *out, struct error *err);
/* The finding that is named, else the context's. */
int arguments_finding(struct tool_context *context, const struct json *arguments,
		      struct finding *out, struct error *err);
/* A time member; *time stays as it is where there is none. */
int
arguments_time(const struct json *arguments, const char *name, int64_t *time, struct error *err);

/* The two sides that a question compares. */
struct sides {
	struct time_range before, after; /* before is empty for a plain question */
	bool compares;
};

/*
 * From "before" and "after" ("FROM..TO"), or "at" (all before against all
 * from there on), or "from" and "to", or the change of the finding at hand
 * when compare is asked for; else everything, plain.
 */
int arguments_sides(struct tool_context *context, const struct json *arguments, bool compare,
		    struct sides *out, struct error *err);
/* {"from":...,"to":...,"windows":...,"samples":...} from the windows on a side. */
struct json *
side_to_json(const struct profile_set *set, const struct selection *selection, enum side side);

#endif
