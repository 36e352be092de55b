/*
 * YAML from outside as a small tree with line numbers. Hostile input: size,
 * depth and number of nodes are bounded; aliases, anchors, tags, several
 * documents, duplicate keys and keys that are not plain text are refused.
 * Used for the front matter of skills, playbooks and config.yaml; only yaml.c knows
 * the library behind it.
 */
#ifndef HEADROOM_BASE_YAML_H
#define HEADROOM_BASE_YAML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/json.h"

#define YAML_BYTES_MAX ((size_t)256 * 1024)
#define YAML_DEPTH_MAX 12
#define YAML_NODES_MAX 20000

enum yaml_type { YAML_TEXT, YAML_LIST, YAML_MAP };

struct yaml_node {
	enum yaml_type type;
	bool plain;       /* a text without quotes: may be a number, a bool, null */
	const char *text; /* of YAML_TEXT; never NULL there */
	const char *key;  /* in a map; NULL elsewhere */
	uint32_t line;    /* from 1, counted with the first_line given */
	struct yaml_node *first, *next;
};

struct yaml {
	struct arena memory;
	struct yaml_node *root; /* NULL: an empty document */
};

/*
 * first_line is the number of the first line of data in its file, for
 * messages. ERROR_INPUT or ERROR_LIMIT: "line N: what". *line gets N.
 * out is initialised either way.
 */
int yaml_read(struct yaml *out, const char *data, size_t length, uint32_t first_line,
	      uint32_t *line, struct error *err);
void yaml_release(struct yaml *yaml);

const struct yaml_node *yaml_get(const struct yaml_node *map, const char *key); /* or NULL */
/* The text of a member, NULL where it is absent or no text. */
const char *yaml_get_text(const struct yaml_node *map, const char *key);
/* Plain numbers, true, false and null become such; everything else text. The caller's. */
struct json *yaml_to_json(const struct yaml_node *node);

#endif
