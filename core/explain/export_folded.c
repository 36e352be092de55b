/* Folded stacks, one side or two; see export.h. */
#include "core/explain/export.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/vec.h"
#include "core/explain/stack_weights.h"

#define TEXT_BYTES_MAX ((size_t)4 * 1024 * 1024 * 1024) /* of all stacks before equal ones meet */
#define STACKS_BETWEEN_LOOKS 4096

/* A stack as text, in the one buffer of all. */
struct line {
	size_t offset, length;
	double weight[2];
};

struct lines {
	struct str text;
	struct line *items;
	size_t count, capacity;
};

static const char *
kind_mark(enum frame_kind kind)
{
	switch (kind) {
	case FRAME_KERNEL:
		return "_[k]";
	case FRAME_INLINED:
		return "_[i]";
	case FRAME_JIT:
		return "_[j]";
	case FRAME_USER:
	case FRAME_UNKNOWN:
		break;
	}
	return "";
}

static void
add_frame(struct str *out, const struct profile_frame *frame)
{
	size_t from = out->len;

	str_add(out, frame->function);
	for (size_t i = from; i < out->len; i++)
		if (out->data[i] == ';')
			out->data[i] = ':';
	str_add(out, kind_mark(frame->kind));
}

static void
add_stack(struct lines *lines, const struct profile_set *set, const struct profile_stack *stack,
	  const double weight[2])
{
	struct line line = { .offset = lines->text.len, .weight = { weight[0], weight[1] } };

	for (uint32_t i = 0; i < stack->depth; i++) {
		if (i > 0)
			str_add_char(&lines->text, ';');
		add_frame(&lines->text, &set->frames[stack->frames[i]]);
	}
	line.length = lines->text.len - line.offset;
	vec_push(lines, line);
}

static int
compare_lines(const void *a, const void *b, void *user)
{
	const struct line *x = a, *y = b;
	const struct lines *lines = user;
	size_t common = x->length < y->length ? x->length : y->length;
	int order = memcmp(lines->text.data + x->offset, lines->text.data + y->offset, common);

	if (order != 0)
		return order;
	return (x->length > y->length) - (x->length < y->length);
}

/* Frames that differ by module or line only are one frame here: their stacks add up. */
static void
merge_equal(struct lines *lines)
{
	size_t kept = 0;

	qsort_r(lines->items, lines->count, sizeof(*lines->items), compare_lines, lines);
	for (size_t i = 0; i < lines->count; i++) {
		struct line *last = kept > 0 ? &lines->items[kept - 1] : NULL;

		if (last != NULL && compare_lines(last, &lines->items[i], lines) == 0) {
			last->weight[0] += lines->items[i].weight[0];
			last->weight[1] += lines->items[i].weight[1];
		} else {
			lines->items[kept++] = lines->items[i];
		}
	}
	lines->count = kept;
}

static int
collect(struct lines *lines, const struct export_request *request, struct error *err)
{
	struct stack_weights weights;
	int result = 0;

	stack_weights_sum(&weights, request->set, request->selection, request->use_weight);
	for (size_t s = 0; s < request->set->stack_count && result == 0; s++) {
		if (stack_is_used(&weights, s))
			add_stack(lines, request->set, &request->set->stacks[s], weights.of[s]);
		if (s % STACKS_BETWEEN_LOOKS == 0 && progress_cancelled(request->progress))
			result = error_set(err, ERROR_CANCELLED, "cancelled");
	}
	stack_weights_release(&weights);
	if (result == 0 && lines->text.overflow)
		result = error_set(err, ERROR_LIMIT, "the stacks are too many for folded text");
	if (result == 0 && lines->count == 0)
		result = error_set(err, ERROR_INPUT, "no samples to export");
	return result;
}

int
export_folded(struct str *out, const struct export_request *request, struct error *err)
{
	bool both = request->selection->windows[0] > 0 && request->selection->windows[1] > 0;
	int side = request->selection->windows[SIDE_AFTER] > 0 ? SIDE_AFTER : SIDE_BEFORE;
	struct lines lines = { 0 };
	int result;

	str_init(&lines.text, TEXT_BYTES_MAX);
	result = collect(&lines, request, err);
	if (result == 0)
		merge_equal(&lines);
	for (size_t i = 0; i < lines.count && result == 0; i++) {
		const struct line *line = &lines.items[i];

		str_add_n(out, lines.text.data + line->offset, line->length);
		if (both)
			str_addf(out, " %.0f %.0f\n", line->weight[0], line->weight[1]);
		else
			str_addf(out, " %.0f\n", line->weight[side]);
	}
	if (result == 0 && out->overflow)
		result = error_set(err, ERROR_LIMIT, "more than %zu bytes of folded stacks",
				   out->max);
	str_release(&lines.text);
	free(lines.items);
	return result;
}
