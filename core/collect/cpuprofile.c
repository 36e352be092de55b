/*
 * Chrome's and Node's .cpuprofile to samples: nodes of a call tree with children by id, samples as
 * node ids, and the time between them in microseconds. Without samples the nodes' hit counts are
 * taken. The file streams: what is kept is the tree, and of samples that wait for their time a byte
 * or two each. Called by profile_read.c through its table.
 */
#include <stdlib.h>

#include "core/base/vec.h"
#include "core/collect/call_nodes.h"
#include "core/collect/json_profile.h"
#include "core/collect/pairs.h"

enum place {
	TOP = JSON_PLACE_TOP,
	NODES,
	NODE,
	NODE_ID,
	NODE_HITS,
	NODE_CALL,
	CALL_FUNCTION,
	CALL_URL,
	CALL_LINE,
	CHILDREN,
	CHILD,
	SAMPLES,
	SAMPLE,
	DELTAS,
	DELTA,
	START,
	END,
};

static const struct json_place places[] = {
	[NODES] = { TOP, "nodes", 0 },          [NODE] = { NODES, NULL, 0 },
	[NODE_ID] = { NODE, "id", 0 },          [NODE_HITS] = { NODE, "hitCount", 0 },
	[NODE_CALL] = { NODE, "callFrame", 0 }, [CALL_FUNCTION] = { NODE_CALL, "functionName", 0 },
	[CALL_URL] = { NODE_CALL, "url", 0 },   [CALL_LINE] = { NODE_CALL, "lineNumber", 0 },
	[CHILDREN] = { NODE, "children", 0 },   [CHILD] = { CHILDREN, NULL, 0 },
	[SAMPLES] = { TOP, "samples", 0 },      [SAMPLE] = { SAMPLES, NULL, 0 },
	[DELTAS] = { TOP, "timeDeltas", 0 },    [DELTA] = { DELTAS, NULL, 0 },
	[START] = { TOP, "startTime", 0 },      [END] = { TOP, "endTime", 0 },
};

struct cpuprofile {
	struct json_profile common;
	struct call_nodes nodes;
	struct call_owner owner;
	struct pairs waiting; /* samples without their time, and the other way round */
	double start, end;
	/* the node at hand */
	uint32_t id, hits;
	bool has_id;
	VEC(uint32_t) children;
};

static void
end_node(struct cpuprofile *parser)
{
	uint32_t node;

	if (parser->has_id) {
		node = call_nodes_find(&parser->nodes, 0, parser->id);
		call_nodes_define(&parser->nodes, &parser->common, node);
		parser->nodes.items[node].hits = parser->hits;
		for (size_t i = 0; i < parser->children.count; i++)
			call_nodes_link(
				&parser->nodes, node,
				call_nodes_find(&parser->nodes, 0, parser->children.items[i]));
	}
}

static void
begin_node(struct cpuprofile *parser)
{
	str_clear(&parser->nodes.function);
	str_clear(&parser->nodes.url);
	parser->nodes.line = -1;
	parser->has_id = false;
	parser->hits = 0;
	vec_clear(&parser->children);
}

static void
take_node(struct cpuprofile *parser, const struct json_value *value)
{
	uint32_t number;

	switch (value->place) {
	case NODE:
		if (value->event == JSON_EVENT_OBJECT)
			begin_node(parser);
		else if (value->event == JSON_EVENT_OBJECT_END)
			end_node(parser);
		break;
	case NODE_ID:
		parser->has_id = json_profile_number(value, &parser->id);
		break;
	case NODE_HITS:
		if (!json_profile_number(value, &parser->hits))
			parser->hits = 0;
		break;
	case CALL_FUNCTION:
		json_profile_keep(&parser->nodes.function, value);
		break;
	case CALL_URL:
		json_profile_keep(&parser->nodes.url, value);
		break;
	case CALL_LINE:
		parser->nodes.line = value->number;
		break;
	case CHILD:
		if (json_profile_number(value, &number))
			vec_push(&parser->children, number);
		break;
	default:
		break;
	}
}

static void
add_pairs(struct cpuprofile *parser)
{
	uint32_t node;
	double after;

	while (pairs_take(&parser->waiting, &node, &after))
		call_nodes_timed(&parser->nodes, &parser->owner, node, after);
}

static int
take_sample(struct cpuprofile *parser, const struct json_value *value, struct error *err)
{
	struct import_lines *lines = parser->common.lines;
	struct call_node *node;
	uint32_t id, number = CALL_NODE_NONE;

	if (value->event == JSON_EVENT_OBJECT || value->event == JSON_EVENT_ARRAY)
		return 0;
	lines->number++;
	parser->common.samples++;
	if (json_profile_number(value, &id)) {
		number = call_nodes_find(&parser->nodes, 0, id);
		node = &parser->nodes.items[number];
		if (node->times++ == 0)
			node->first = lines->number;
	} else if (json_profile_bad(&parser->common, lines->number, 1,
				    "a sample that is no number of a node", err) < 0) {
		return -1;
	}
	pairs_add_number(&parser->waiting, number);
	add_pairs(parser);
	return 0;
}

static int
take(void *user, const struct json_value *value, struct error *err)
{
	struct cpuprofile *parser = user;

	switch (value->place) {
	case SAMPLE:
		return take_sample(parser, value, err);
	case DELTA:
		if (value->event != JSON_EVENT_OBJECT && value->event != JSON_EVENT_ARRAY) {
			pairs_add_weight(&parser->waiting, value->number);
			add_pairs(parser);
		}
		return 0;
	case START:
		parser->start = value->number;
		return 0;
	case END:
		parser->end = value->number;
		return 0;
	default:
		take_node(parser, value);
		return 0;
	}
}

static void *
create(const struct sample_sink *sink, struct import_lines *lines)
{
	struct cpuprofile *parser = json_profile_create(sizeof(*parser), sink, lines, places,
							sizeof(places) / sizeof(places[0]), take);

	call_nodes_init(&parser->nodes);
	parser->owner = call_owner_new();
	return parser;
}

static int
finish(void *state, struct error *err)
{
	struct cpuprofile *parser = state;
	uint32_t node;

	if (json_profile_end(&parser->common, err) < 0)
		return -1;
	while (pairs_take_number(&parser->waiting, &node))
		call_nodes_untimed(&parser->nodes, &parser->owner, node);
	call_nodes_end(&parser->nodes, &parser->owner);
	if (parser->end > parser->start && parser->end - parser->start < 1e15)
		parser->common.facts.duration = (int64_t)(parser->end - parser->start);
	if (call_nodes_give(&parser->nodes, &parser->common, err) < 0)
		return -1;
	return json_profile_give(&parser->common, err);
}

static void
destroy(void *state)
{
	struct cpuprofile *parser = state;

	call_nodes_release(&parser->nodes);
	pairs_release(&parser->waiting);
	vec_release(&parser->children);
	json_profile_destroy(&parser->common);
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
	.create = create,
	.feed = json_profile_feed,
	.pieces = true,
	.finish = finish,
	.facts = json_profile_facts,
	.destroy = destroy,
};
