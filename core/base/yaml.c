/*
 * libyaml's events made into a small tree, with every bound checked on the
 * way, so that no document costs more than its own size. For skill.c, playbook.c
 * and settings.c.
 */
#include <yaml.h>

#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/base/yaml.h"

struct yaml_builder {
	struct yaml *out;
	yaml_parser_t parser;
	uint32_t first_line;
	uint32_t line;
	size_t nodes;
	struct yaml_node *stack[YAML_DEPTH_MAX];
	struct yaml_node *last[YAML_DEPTH_MAX]; /* last child of each */
	const char *key[YAML_DEPTH_MAX];        /* of a map, read and waiting for its value */
	size_t depth;
	bool ended; /* the first document is whole */
};

static int
yaml_refuse(struct yaml_builder *builder, enum error_code code, const char *what, struct error *err)
{
	return error_set(err, code, "line %u: %s", builder->line, what);
}

static int
yaml_add_key(struct yaml_builder *builder, const char *text, struct error *err)
{
	const struct yaml_node *map = builder->stack[builder->depth - 1];
	for (const struct yaml_node *child = map->first; child != NULL; child = child->next) {
		if (strcmp(child->key, text) == 0) {
			char *safe = text_safe(text);
			int result =
				error_set(err, ERROR_INPUT, "line %u: \"%.60s\" is there twice",
					  builder->line, safe);
			free(safe);
			return result;
		}
	}
	builder->key[builder->depth - 1] = text;
	return 0;
}

/* Hangs a node into the container that is open. */
static void
yaml_attach(struct yaml_builder *builder, struct yaml_node *node)
{
	if (builder->depth == 0) {
		builder->out->root = node;
		return;
	}
	size_t top = builder->depth - 1;
	node->key = builder->key[top];
	builder->key[top] = NULL;
	if (builder->last[top] != NULL)
		builder->last[top]->next = node;
	else
		builder->stack[top]->first = node;
	builder->last[top] = node;
}

static bool
yaml_wants_key(const struct yaml_builder *builder)
{
	return builder->depth > 0 && builder->stack[builder->depth - 1]->type == YAML_MAP &&
	       builder->key[builder->depth - 1] == NULL;
}

static struct yaml_node *
yaml_new_node(struct yaml_builder *builder, enum yaml_type type)
{
	struct yaml_node *node = arena_alloc(&builder->out->memory, sizeof(*node));
	node->type = type;
	node->line = builder->line;
	return node;
}

static int
yaml_scalar(struct yaml_builder *builder, const yaml_event_t *event, struct error *err)
{
	const char *value = (const char *)event->data.scalar.value;
	size_t length = event->data.scalar.length;
	if (event->data.scalar.anchor != NULL || event->data.scalar.tag != NULL)
		return yaml_refuse(builder, ERROR_INPUT, "anchors and tags are not allowed", err);
	if (memchr(value, '\0', length) != NULL)
		return yaml_refuse(builder, ERROR_INPUT, "a NUL character is not allowed", err);
	char *text = arena_string_n(&builder->out->memory, value, length);
	if (yaml_wants_key(builder))
		return yaml_add_key(builder, text, err);
	struct yaml_node *node = yaml_new_node(builder, YAML_TEXT);
	node->text = text;
	node->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	yaml_attach(builder, node);
	return 0;
}

static int
yaml_open(struct yaml_builder *builder, enum yaml_type type, bool decorated, struct error *err)
{
	if (decorated)
		return yaml_refuse(builder, ERROR_INPUT, "anchors and tags are not allowed", err);
	if (yaml_wants_key(builder))
		return yaml_refuse(builder, ERROR_INPUT, "a key must be plain text", err);
	if (builder->depth == YAML_DEPTH_MAX)
		return yaml_refuse(builder, ERROR_LIMIT, "nested too deep", err);
	struct yaml_node *node = yaml_new_node(builder, type);
	yaml_attach(builder, node);
	builder->stack[builder->depth] = node;
	builder->last[builder->depth] = NULL;
	builder->key[builder->depth] = NULL;
	builder->depth++;
	return 0;
}

static int
yaml_take(struct yaml_builder *builder, const yaml_event_t *event, struct error *err)
{
	if (++builder->nodes > YAML_NODES_MAX)
		return yaml_refuse(builder, ERROR_LIMIT, "too many values", err);
	switch (event->type) {
	case YAML_ALIAS_EVENT:
		return yaml_refuse(builder, ERROR_INPUT, "aliases are not allowed", err);
	case YAML_SCALAR_EVENT:
		return yaml_scalar(builder, event, err);
	case YAML_SEQUENCE_START_EVENT:
		return yaml_open(builder, YAML_LIST,
				 event->data.sequence_start.anchor != NULL ||
					 event->data.sequence_start.tag != NULL,
				 err);
	case YAML_MAPPING_START_EVENT:
		return yaml_open(builder, YAML_MAP,
				 event->data.mapping_start.anchor != NULL ||
					 event->data.mapping_start.tag != NULL,
				 err);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		builder->depth--;
		return 0;
	case YAML_DOCUMENT_START_EVENT:
		if (builder->ended)
			return yaml_refuse(builder, ERROR_INPUT, "more than one document", err);
		return 0;
	case YAML_DOCUMENT_END_EVENT:
		builder->ended = true;
		return 0;
	default:
		return 0;
	}
}

static int
yaml_events(struct yaml_builder *builder, struct error *err)
{
	for (;;) {
		yaml_event_t event;
		if (!yaml_parser_parse(&builder->parser, &event)) {
			const yaml_parser_t *parser = &builder->parser;
			builder->line = builder->first_line + (uint32_t)parser->problem_mark.line;
			return yaml_refuse(builder, ERROR_INPUT,
					   parser->problem != NULL ? parser->problem : "not YAML",
					   err);
		}
		builder->line = builder->first_line + (uint32_t)event.start_mark.line;
		bool last = event.type == YAML_STREAM_END_EVENT;
		int result = last ? 0 : yaml_take(builder, &event, err);
		yaml_event_delete(&event);
		if (last || result < 0)
			return result;
	}
}

int
yaml_read(struct yaml *out, const char *data, size_t length, uint32_t first_line, uint32_t *line,
	  struct error *err)
{
	*out = (struct yaml){ .root = NULL };
	arena_init(&out->memory);
	*line = first_line;
	if (length > YAML_BYTES_MAX)
		return error_set(err, ERROR_LIMIT, "line %u: more than %zu bytes of YAML",
				 first_line, YAML_BYTES_MAX);
	struct yaml_builder builder = { .out = out, .first_line = first_line, .line = first_line };
	if (!yaml_parser_initialize(&builder.parser))
		return error_set(err, ERROR_LIMIT, "line %u: no memory to read YAML", first_line);
	yaml_parser_set_encoding(&builder.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&builder.parser, (const unsigned char *)data, length);
	int result = yaml_events(&builder, err);
	yaml_parser_delete(&builder.parser);
	*line = builder.line;
	return result;
}

void
yaml_release(struct yaml *yaml)
{
	arena_release(&yaml->memory);
	yaml->root = NULL;
}

const struct yaml_node *
yaml_get(const struct yaml_node *map, const char *key)
{
	if (map == NULL || map->type != YAML_MAP)
		return NULL;
	for (const struct yaml_node *child = map->first; child != NULL; child = child->next)
		if (strcmp(child->key, key) == 0)
			return child;
	return NULL;
}

const char *
yaml_get_text(const struct yaml_node *map, const char *key)
{
	const struct yaml_node *node = yaml_get(map, key);
	return node != NULL && node->type == YAML_TEXT ? node->text : NULL;
}

static struct json *
yaml_scalar_to_json(const struct yaml_node *node)
{
	double number;
	if (!node->plain)
		return json_new_text(node->text);
	if (strcmp(node->text, "true") == 0 || strcmp(node->text, "false") == 0)
		return json_new_bool(node->text[0] == 't');
	if (strcmp(node->text, "null") == 0 || strcmp(node->text, "~") == 0 ||
	    node->text[0] == '\0')
		return json_null();
	if (text_parse_double(&number, node->text, NULL) == 0)
		return json_new_number(number);
	return json_new_text(node->text);
}

struct json *
yaml_to_json(const struct yaml_node *node)
{
	if (node->type == YAML_TEXT)
		return yaml_scalar_to_json(node);
	struct json *out = node->type == YAML_MAP ? json_object() : json_array();
	for (const struct yaml_node *child = node->first; child != NULL; child = child->next) {
		if (node->type == YAML_MAP)
			json_set(out, child->key, yaml_to_json(child));
		else
			json_append(out, yaml_to_json(child));
	}
	return out;
}
