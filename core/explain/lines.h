/*
 * What each line of a function costs, where the frames carry file and line, and who
 * calls it and whom it calls: for the source screen and `profile lines`.
 *
 * A line's total counts the samples with a frame of the function at that line, once a
 * sample (recursion counts once); its self those whose last frame it is. Samples, by enum side.
 */
#ifndef HEADROOM_EXPLAIN_LINES_H
#define HEADROOM_EXPLAIN_LINES_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/explain/selection.h"
#include "core/store/profile.h"

#define LINE_HEAT_LINES_MAX 100000
#define LINE_HEAT_CALLS_MAX 50 /* callers, callees: the heaviest */

struct line_cost {
	const char *file; /* borrowed from the set; as recorded */
	uint32_t line;
	double self[2], total[2];
};

struct call_cost {
	const char *name; /* borrowed from the set */
	double total[2];
};

struct line_heat {
	struct line_cost *lines; /* by file and line; those without a line are not here */
	size_t count, capacity;
	struct call_cost *callers, *callees; /* the heaviest first */
	size_t caller_count, callee_count;
	double self[2], total[2]; /* of the function */
	double samples[2];        /* of all */
	const char *file;         /* that most of its samples are in; "" where unknown */
	const char *module;       /* of its first frame */
};

/*
 * out may be uninitialised; release it also after an error. ERROR_NOT_FOUND: the function is in
 * no stack of a chosen window; ERROR_LIMIT: LINE_HEAT_LINES_MAX.
 */
int line_heat_build(struct line_heat *out, const struct profile_set *set,
		    const struct selection *selection, const char *function, struct error *err);
void line_heat_release(struct line_heat *heat);
/* The cost of a line of a file whose path ends like this one; NULL: none. path NULL: any file. */
const struct line_cost *line_heat_at(const struct line_heat *heat, const char *path, uint32_t line);

#endif
