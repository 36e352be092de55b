/*
 * V8's CPU profiles: nodes of call trees by the numbers the file gives them, and samples that name
 * a node. Nodes may be named before they are told, as parent, child or sample. Used by the readers
 * of .cpuprofile files and of Chrome's traces, which hold several such trees ("owners").
 */
#ifndef HEADROOM_COLLECT_CALL_NODES_H
#define HEADROOM_COLLECT_CALL_NODES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/intern.h"
#include "core/base/str.h"
#include "core/collect/json_profile.h"

#define CALL_NODE_NONE UINT32_MAX

struct call_node {
	bool defined;
	uint32_t frame, parent, stack;
	double hits, weight;   /* weight in microseconds, or samples where none has a time */
	uint64_t first, times; /* sample where it was first named, and how often */
};

/* One tree, and where its samples stand. */
struct call_owner {
	uint32_t last; /* the sample before, which lasts until the next; or CALL_NODE_NONE */
	double lasted; /* of the last one no more is known than of the one before */
};

struct call_nodes {
	struct intern numbers; /* by owner and id */
	struct call_node *items;
	size_t count, capacity;
	bool timed; /* a time between samples was told */
	/* the frame at hand */
	struct str function, url;
	double line;
};

void call_nodes_init(struct call_nodes *nodes);
void call_nodes_release(struct call_nodes *nodes);

/* The node of a number in the file, told or not. */
uint32_t call_nodes_find(struct call_nodes *nodes, uint32_t owner, uint32_t id);
/* Its frame is the frame at hand, which is then empty again. */
void call_nodes_define(struct call_nodes *nodes, struct json_profile *parser, uint32_t node);
void call_nodes_link(struct call_nodes *nodes, uint32_t parent, uint32_t child);

struct call_owner call_owner_new(void);
/* A sample, and how long after the one before it came, in microseconds. */
void
call_nodes_timed(struct call_nodes *nodes, struct call_owner *owner, uint32_t node, double after);
/* A sample without a time. */
void call_nodes_untimed(struct call_nodes *nodes, struct call_owner *owner, uint32_t node);
/* No more samples of this owner. */
void call_nodes_end(struct call_nodes *nodes, struct call_owner *owner);
/* What the samples weigh, or the hits where there are no samples, goes to the parser. */
int call_nodes_give(struct call_nodes *nodes, struct json_profile *parser, struct error *err);

#endif
