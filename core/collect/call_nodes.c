/* Trees of V8's CPU profiles; see call_nodes.h. */
#include "core/collect/call_nodes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/vec.h"

#define MICROSECOND 1000.0 /* in ns */

void
call_nodes_init(struct call_nodes *nodes)
{
	*nodes = (struct call_nodes){ 0 };
	intern_init(&nodes->numbers);
	str_init(&nodes->function, PROFILE_NAME_MAX * 2);
	str_init(&nodes->url, PROFILE_NAME_MAX * 2);
}

void
call_nodes_release(struct call_nodes *nodes)
{
	intern_release(&nodes->numbers);
	free(nodes->items);
	str_release(&nodes->function);
	str_release(&nodes->url);
}

uint32_t
call_nodes_find(struct call_nodes *nodes, uint32_t owner, uint32_t id)
{
	const uint32_t key[2] = { owner, id };
	uint32_t number = intern_add(&nodes->numbers, key, sizeof(key));

	if (number == nodes->count)
		vec_push(nodes,
			 (struct call_node){ .parent = CALL_NODE_NONE, .stack = CALL_NODE_NONE });
	return number;
}

void
call_nodes_define(struct call_nodes *nodes, struct json_profile *parser, uint32_t node)
{
	if (nodes->function.len == 0)
		str_add(&nodes->function, "(anonymous)");
	nodes->items[node].frame = json_profile_frame(parser, &nodes->function, &nodes->url,
						      nodes->line + 1); /* the file counts from 0 */
	nodes->items[node].defined = true;
	str_clear(&nodes->function);
	str_clear(&nodes->url);
	nodes->line = -1;
}

void
call_nodes_link(struct call_nodes *nodes, uint32_t parent, uint32_t child)
{
	if (parent != child)
		nodes->items[child].parent = parent;
}

/* ---- samples ---- */

struct call_owner
call_owner_new(void)
{
	return (struct call_owner){ .last = CALL_NODE_NONE, .lasted = 1 };
}

static void
add_weight(struct call_nodes *nodes, uint32_t node, double weight)
{
	if (node != CALL_NODE_NONE && weight > 0)
		nodes->items[node].weight += weight;
}

void
call_nodes_timed(struct call_nodes *nodes, struct call_owner *owner, uint32_t node, double after)
{
	if (owner->last != CALL_NODE_NONE) {
		if (isfinite(after))
			owner->lasted = after;
		add_weight(nodes, owner->last, owner->lasted);
	}
	owner->last = node;
	nodes->timed = true;
}

void
call_nodes_untimed(struct call_nodes *nodes, struct call_owner *owner, uint32_t node)
{
	add_weight(nodes, owner->last, owner->lasted);
	owner->last = node;
}

void
call_nodes_end(struct call_nodes *nodes, struct call_owner *owner)
{
	add_weight(nodes, owner->last, owner->lasted);
	owner->last = CALL_NODE_NONE;
}

/* ---- stacks ---- */

static uint32_t
parent_of(const struct call_nodes *nodes, uint32_t node)
{
	uint32_t parent = nodes->items[node].parent;

	return parent != CALL_NODE_NONE && nodes->items[parent].defined ? parent : CALL_NODE_NONE;
}

/* The stack of a node; "(root)" itself says nothing and is left out. A ring of parents ends at the
 * bound. */
static uint32_t
stack_of(struct call_nodes *nodes, struct json_profile *parser, uint32_t node)
{
	uint32_t top = PROFILE_DEPTH_MAX, at = node;

	while (at != CALL_NODE_NONE && top > 0) {
		uint32_t parent = parent_of(nodes, at);

		if (parent != CALL_NODE_NONE || at == node)
			parser->frames[--top] = nodes->items[at].frame;
		at = parent;
	}
	return profile_add_stack(parser->sink.profile, parser->frames + top,
				 PROFILE_DEPTH_MAX - top, 0, 0);
}

int
call_nodes_give(struct call_nodes *nodes, struct json_profile *parser, struct error *err)
{
	double each = nodes->timed ? MICROSECOND : 1;
	bool sampled = parser->samples > 0;

	json_profile_unit(parser, nodes->timed ? "ns" : "");
	for (uint32_t i = 0; i < nodes->count; i++) {
		const struct call_node *node = &nodes->items[i];
		double weight = sampled ? node->weight * each : node->hits;

		if (!node->defined && node->times > 0 &&
		    json_profile_bad(parser, node->first, node->times,
				     "a sample of a node that is not in the file", err) < 0)
			return -1;
		if (node->defined && weight > 0)
			weighed_add(&parser->weighed, stack_of(nodes, parser, i), weight);
	}
	if (!nodes->timed)
		parser->samples = 0;
	return 0;
}
