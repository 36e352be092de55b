/* The costs of a function's lines; see lines.h. */
#include "core/explain/lines.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/vec.h"
#include "core/explain/stack_weights.h"

struct build {
	struct line_heat *heat;
	const struct profile_set *set;
	uint32_t name;
	struct line_cost *by_frame; /* by frame of the set; those of the function */
	uint32_t *frame_seen, *caller_seen, *callee_seen;
	struct call_cost *callers, *callees; /* by name */
	uint32_t stamp;
};

static void
add(double to[2], const double weight[2])
{
	to[0] += weight[0];
	to[1] += weight[1];
}

static void
add_once(struct build *build, uint32_t *seen, struct call_cost *by_name, uint32_t frame,
	 const double weight[2])
{
	uint32_t name = build->set->frames[frame].name;

	if (name == build->name || seen[name] == build->stamp)
		return;
	seen[name] = build->stamp;
	add(by_name[name].total, weight);
}

static void
count_stack(struct build *build, const struct profile_stack *stack, const double weight[2])
{
	bool found = false;

	build->stamp++;
	for (uint32_t i = 0; i < stack->depth; i++) {
		uint32_t frame = stack->frames[i];

		if (build->set->frames[frame].name != build->name)
			continue;
		found = true;
		if (build->frame_seen[frame] != build->stamp)
			add(build->by_frame[frame].total, weight);
		build->frame_seen[frame] = build->stamp;
		if (i + 1 == stack->depth) {
			add(build->by_frame[frame].self, weight);
			add(build->heat->self, weight);
		} else {
			add_once(build, build->callee_seen, build->callees, stack->frames[i + 1],
				 weight);
		}
		if (i > 0)
			add_once(build, build->caller_seen, build->callers, stack->frames[i - 1],
				 weight);
	}
	if (found)
		add(build->heat->total, weight);
}

/* -- what is kept -- */

static double
larger(const double total[2])
{
	return total[0] > total[1] ? total[0] : total[1];
}

static int
compare_calls(const void *a, const void *b)
{
	const struct call_cost *x = a, *y = b;

	if (larger(x->total) != larger(y->total))
		return larger(x->total) > larger(y->total) ? -1 : 1;
	return strcmp(x->name, y->name);
}

static size_t
keep_calls(struct call_cost *by_name, const struct intern *names)
{
	size_t count = 0;

	for (uint32_t i = 0; i < names->count; i++) {
		if (larger(by_name[i].total) <= 0)
			continue;
		by_name[count] = by_name[i];
		by_name[count++].name = intern_text(names, i);
	}
	if (count > 0)
		qsort(by_name, count, sizeof(*by_name), compare_calls);
	return count < LINE_HEAT_CALLS_MAX ? count : LINE_HEAT_CALLS_MAX;
}

static int
compare_lines(const void *a, const void *b)
{
	const struct line_cost *x = a, *y = b;
	int order = strcmp(x->file, y->file);

	return order != 0 ? order : (x->line > y->line) - (x->line < y->line);
}

static void
merge_lines(struct line_heat *heat)
{
	size_t kept = 0;

	if (heat->count > 0)
		qsort(heat->lines, heat->count, sizeof(*heat->lines), compare_lines);
	for (size_t i = 0; i < heat->count; i++) {
		if (kept > 0 && compare_lines(&heat->lines[kept - 1], &heat->lines[i]) == 0) {
			add(heat->lines[kept - 1].self, heat->lines[i].self);
			add(heat->lines[kept - 1].total, heat->lines[i].total);
		} else {
			heat->lines[kept++] = heat->lines[i];
		}
	}
	heat->count = kept;
}

static int
keep_lines(struct build *build, struct error *err)
{
	struct line_heat *heat = build->heat;
	double most = 0;

	for (size_t i = 0; i < build->set->frame_count; i++) {
		const struct profile_frame *frame = &build->set->frames[i];
		struct line_cost *cost = &build->by_frame[i];

		if (frame->name != build->name || larger(cost->total) <= 0)
			continue;
		if (heat->module[0] == '\0')
			heat->module = frame->module;
		if (frame->file[0] != '\0' && larger(cost->total) > most) {
			most = larger(cost->total);
			heat->file = frame->file;
		}
		if (frame->line == 0)
			continue;
		if (heat->count == LINE_HEAT_LINES_MAX)
			return error_set(err, ERROR_LIMIT, "more than %d lines of one function",
					 LINE_HEAT_LINES_MAX);
		cost->file = frame->file;
		cost->line = frame->line;
		if (heat->count == heat->capacity)
			heat->lines = vec_grow(heat->lines, &heat->capacity, heat->count + 1,
					       sizeof(*heat->lines));
		heat->lines[heat->count++] = *cost;
	}
	return 0;
}

int
line_heat_build(struct line_heat *out, const struct profile_set *set,
		const struct selection *selection, const char *function, struct error *err)
{
	struct build build = { .heat = out, .set = set };
	struct stack_weights weights;
	size_t names = set->names.count + (size_t)1;
	int result = 0;

	*out = (struct line_heat){ .file = "", .module = "" };
	build.name = intern_find(&set->names, function, strlen(function));
	if (build.name == INTERN_NONE)
		return error_set(err, ERROR_NOT_FOUND, "%.200s: in no stack", function);
	memcpy(out->samples, selection->samples, sizeof(out->samples));
	build.by_frame = memory_alloc_array(set->frame_count + 1, sizeof(*build.by_frame));
	build.frame_seen = memory_alloc_array(set->frame_count + 1, sizeof(*build.frame_seen));
	build.caller_seen = memory_alloc_array(names, sizeof(*build.caller_seen));
	build.callee_seen = memory_alloc_array(names, sizeof(*build.callee_seen));
	out->callers = build.callers = memory_alloc_array(names, sizeof(*build.callers));
	out->callees = build.callees = memory_alloc_array(names, sizeof(*build.callees));
	stack_weights_sum(&weights, set, selection, false);
	for (size_t s = 0; s < weights.count; s++)
		if (stack_is_used(&weights, s))
			count_stack(&build, &set->stacks[s], weights.of[s]);
	stack_weights_release(&weights);
	out->caller_count = keep_calls(out->callers, &set->names);
	out->callee_count = keep_calls(out->callees, &set->names);
	if (larger(out->total) <= 0)
		result = error_set(err, ERROR_NOT_FOUND, "%.200s: in no stack", function);
	else
		result = keep_lines(&build, err);
	merge_lines(out);
	free(build.by_frame);
	free(build.frame_seen);
	free(build.caller_seen);
	free(build.callee_seen);
	return result;
}

void
line_heat_release(struct line_heat *heat)
{
	free(heat->lines);
	free(heat->callers);
	free(heat->callees);
	*heat = (struct line_heat){ 0 };
}

/* Builds name files by other roots than the repository does: the last parts decide. */
static bool
same_file(const char *recorded, const char *path)
{
	const char *base = strrchr(recorded, '/'), *other = strrchr(path, '/');

	return strcmp(base != NULL ? base + 1 : recorded, other != NULL ? other + 1 : path) == 0;
}

const struct line_cost *
line_heat_at(const struct line_heat *heat, const char *path, uint32_t line)
{
	for (size_t i = 0; i < heat->count; i++)
		if (heat->lines[i].line == line &&
		    (path == NULL || same_file(heat->lines[i].file, path)))
			return &heat->lines[i];
	return NULL;
}
