/*
 * Chrome's and Node's .cpuprofile to samples: nodes of a call tree with children by id, samples as
 * node ids, and the time between them in microseconds. Without samples the nodes' hit counts are
 * taken. Called by profile_read.c through its table.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/collect/json_profile.h"

#define MICROSECOND 1000.0 /* in ns */
#define NONE UINT32_MAX

struct node {
	double id;
	uint32_t frame, parent, stack;
	double hits;
};

struct nodes {
	struct node *items;
	size_t count;
	uint32_t *order; /* by id */
};

static int
compare_ids(const void *a, const void *b, void *user)
{
	const struct node *items = user;
	double x = items[*(const uint32_t *)a].id, y = items[*(const uint32_t *)b].id;

	return (x > y) - (x < y);
}

static uint32_t
find_node(const struct nodes *nodes, double id)
{
	size_t low = 0, high = nodes->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (nodes->items[nodes->order[middle]].id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low < nodes->count && nodes->items[nodes->order[low]].id == id ? nodes->order[low]
									      : NONE;
}

static void
read_nodes(struct json_profile *parser, struct nodes *nodes, const struct json *array)
{
	nodes->items = memory_alloc_array(json_count(array) + 1, sizeof(*nodes->items));
	nodes->order = memory_alloc_array(json_count(array) + 1, sizeof(*nodes->order));
	for (const struct json *at = json_first(array); at != NULL; at = json_next(at)) {
		const struct json *call = json_get(at, "callFrame");
		struct node *node = &nodes->items[nodes->count];
		const char *name = json_get_text(call, "functionName", "");

		*node = (struct node){
			.id = json_get_number(at, "id", NAN),
			.frame = json_profile_frame(parser, name[0] != '\0' ? name : "(anonymous)",
						    json_get_text(call, "url", NULL),
						    json_get_number(call, "lineNumber", -1) + 1),
			.parent = NONE,
			.stack = NONE,
			.hits = json_get_number(at, "hitCount", 0),
		};
		nodes->order[nodes->count] = (uint32_t)nodes->count;
		if (isfinite(node->id))
			nodes->count++;
	}
	qsort_r(nodes->order, nodes->count, sizeof(*nodes->order), compare_ids, nodes->items);
	for (const struct json *at = json_first(array); at != NULL; at = json_next(at)) {
		uint32_t parent = find_node(nodes, json_get_number(at, "id", NAN));

		for (const struct json *child = json_first(json_get(at, "children"));
		     child != NULL && parent != NONE; child = json_next(child)) {
			uint32_t number = find_node(nodes, json_number(child, NAN));

			if (number != NONE && number != parent)
				nodes->items[number].parent = parent;
		}
	}
}

/* The stack of a node; "(root)" itself says nothing and is left out. A ring of parents ends at the
 * bound. */
static uint32_t
stack_of(struct json_profile *parser, struct nodes *nodes, uint32_t number)
{
	uint32_t top = PROFILE_DEPTH_MAX, at = number;

	if (nodes->items[number].stack != NONE)
		return nodes->items[number].stack;
	while (at != NONE && top > 0) {
		bool is_root = nodes->items[at].parent == NONE && at != number;

		if (!is_root)
			parser->frames[--top] = nodes->items[at].frame;
		at = nodes->items[at].parent;
	}
	nodes->items[number].stack = profile_add_stack(parser->sink.profile, parser->frames + top,
						       PROFILE_DEPTH_MAX - top, 0, 0);
	return nodes->items[number].stack;
}

static int
read_samples(struct json_profile *parser, struct nodes *nodes, const struct json *document,
	     struct error *err)
{
	const struct json *delta = json_first(json_get(document, "timeDeltas"));
	bool timed = delta != NULL;
	double lasted = 1; /* of the last one no more is known than of the one before */

	if (timed) /* the first is the time from the start to the first sample */
		delta = json_next(delta);
	for (const struct json *at = json_first(json_get(document, "samples")); at != NULL;
	     at = json_next(at)) {
		uint32_t number = find_node(nodes, json_number(at, NAN));

		parser->lines->number++;
		parser->samples++;
		if (number == NONE) {
			if (import_lines_bad(parser->lines, err,
					     "a sample of a node that is not in the file") < 0)
				return -1;
		} else {
			lasted = json_number(delta, lasted);
			weighed_add(&parser->weighed, stack_of(parser, nodes, number),
				    timed ? lasted * MICROSECOND : 1);
		}
		delta = json_next(delta);
	}
	if (!timed)
		parser->samples = 0;
	return 0;
}

static int
take_document(struct json_profile *parser, const struct json *document, struct error *err)
{
	double start = json_get_number(document, "startTime", 0);
	double end = json_get_number(document, "endTime", 0);
	struct nodes nodes = { 0 };
	int result = 0;

	json_profile_unit(parser,
			  json_first(json_get(document, "timeDeltas")) != NULL ? "ns" : NULL);
	read_nodes(parser, &nodes, json_get(document, "nodes"));
	if (json_first(json_get(document, "samples")) != NULL)
		result = read_samples(parser, &nodes, document, err);
	else
		for (uint32_t i = 0; i < nodes.count; i++)
			if (nodes.items[i].hits > 0)
				weighed_add(&parser->weighed, stack_of(parser, &nodes, i),
					    nodes.items[i].hits);
	if (end > start && end - start < 1e15)
		parser->facts.duration = (int64_t)(end - start);
	free(nodes.items);
	free(nodes.order);
	return result;
}

static int
read_document(void *parser, const char *data, size_t length, struct error *err)
{
	return json_profile_read(parser, data, length, take_document, err);
}

static bool
recognise(const char *data, size_t length)
{
	return json_profile_has(data, length, "\"callFrame\"") &&
	       json_profile_has(data, length, "\"nodes\"") &&
	       !json_profile_has(data, length, "\"traceEvents\"");
}

const struct profile_format profile_format_cpuprofile = {
	.name = "cpuprofile",
	.recognise = recognise,
	.create = json_profile_create,
	.read = read_document,
	.facts = json_profile_facts,
	.destroy = json_profile_destroy,
};
