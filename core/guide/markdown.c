/*
 * cmark's tree flattened to blocks of safe text. cmark bounds its own depth
 * and time. For skill_body_text, the skills screen and the assistant.
 */
#include <cmark.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/base/text.h"
#include "core/guide/markdown.h"

#define MARKDOWN_BLOCK_MAX ((size_t)256 * 1024)

struct markdown_walker {
	int (*block)(void *user, const struct markdown_block *block);
	void *user;
	struct str raw, safe;
	unsigned list_depth, quote_depth;
};

/* The inline text below a block: links show their text, raw HTML is dropped. */
static void
markdown_inline_text(cmark_node *node, struct str *out)
{
	cmark_iter *iter = cmark_iter_new(node);
	cmark_event_type event;
	while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
		if (event != CMARK_EVENT_ENTER)
			continue;
		cmark_node *at = cmark_iter_get_node(iter);
		switch (cmark_node_get_type(at)) {
		case CMARK_NODE_TEXT:
		case CMARK_NODE_CODE:
			str_add(out, cmark_node_get_literal(at));
			break;
		case CMARK_NODE_SOFTBREAK:
		case CMARK_NODE_LINEBREAK:
			str_add_char(out, ' ');
			break;
		default:
			break;
		}
	}
	cmark_iter_free(iter);
}

static int
markdown_give(struct markdown_walker *walker, struct markdown_block block, enum text_mode mode)
{
	str_clear(&walker->safe);
	text_sanitize(&walker->safe, walker->raw.data, walker->raw.len, mode);
	block.text = walker->safe.data;
	return walker->block(walker->user, &block);
}

/* Is the paragraph the first thing in its list item? Gives the item's number, 0 in a bullet list.
 */
static bool
markdown_opens_item(cmark_node *paragraph, unsigned *number)
{
	cmark_node *item = cmark_node_parent(paragraph);
	if (item == NULL || cmark_node_get_type(item) != CMARK_NODE_ITEM ||
	    cmark_node_first_child(item) != paragraph)
		return false;
	cmark_node *list = cmark_node_parent(item);
	*number = 0;
	if (cmark_node_get_list_type(list) == CMARK_ORDERED_LIST)
		*number = (unsigned)cmark_node_get_list_start(list) +
			  (unsigned)(uintptr_t)cmark_node_get_user_data(list) - 1;
	return true;
}

static int
markdown_paragraph(struct markdown_walker *walker, cmark_node *node)
{
	struct markdown_block block = { .kind = MARKDOWN_TEXT, .level = walker->quote_depth };
	if (markdown_opens_item(node, &block.number)) {
		block.kind = MARKDOWN_ITEM;
		block.level = walker->list_depth;
	}
	markdown_inline_text(node, &walker->raw);
	return markdown_give(walker, block, TEXT_LINE);
}

/* A list counts its items as they are entered: looking back from each would be quadratic. */
static void
markdown_count_item(cmark_node *item)
{
	cmark_node *list = cmark_node_parent(item);
	uintptr_t count = (uintptr_t)cmark_node_get_user_data(list);
	cmark_node_set_user_data(list, (void *)(count + 1));
}

static int
markdown_enter(struct markdown_walker *walker, cmark_node *node)
{
	struct markdown_block block = { 0 };
	str_clear(&walker->raw);
	switch (cmark_node_get_type(node)) {
	case CMARK_NODE_LIST:
		walker->list_depth++;
		return 0;
	case CMARK_NODE_ITEM:
		markdown_count_item(node);
		return 0;
	case CMARK_NODE_BLOCK_QUOTE:
		walker->quote_depth++;
		return 0;
	case CMARK_NODE_PARAGRAPH:
		return markdown_paragraph(walker, node);
	case CMARK_NODE_HEADING:
		block.kind = MARKDOWN_HEADING;
		block.level = (unsigned)cmark_node_get_heading_level(node);
		markdown_inline_text(node, &walker->raw);
		return markdown_give(walker, block, TEXT_LINE);
	case CMARK_NODE_CODE_BLOCK:
		block.kind = MARKDOWN_CODE;
		str_add(&walker->raw, cmark_node_get_literal(node));
		return markdown_give(walker, block, TEXT_BLOCK);
	case CMARK_NODE_THEMATIC_BREAK:
		block.kind = MARKDOWN_RULE;
		return markdown_give(walker, block, TEXT_LINE);
	default:
		return 0;
	}
}

static void
markdown_leave(struct markdown_walker *walker, cmark_node *node)
{
	if (cmark_node_get_type(node) == CMARK_NODE_LIST)
		walker->list_depth--;
	else if (cmark_node_get_type(node) == CMARK_NODE_BLOCK_QUOTE)
		walker->quote_depth--;
}

int
markdown_walk(const char *text, size_t length,
	      int (*block)(void *user, const struct markdown_block *block), void *user)
{
	struct markdown_walker walker = { .block = block, .user = user };
	str_init(&walker.raw, MARKDOWN_BLOCK_MAX);
	str_init(&walker.safe, MARKDOWN_BLOCK_MAX * 3);
	cmark_node *document = cmark_parse_document(text, length, CMARK_OPT_VALIDATE_UTF8);
	cmark_iter *iter = cmark_iter_new(document);
	cmark_event_type event;
	int result = 0;
	while (result == 0 && (event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
		if (event == CMARK_EVENT_ENTER)
			result = markdown_enter(&walker, cmark_iter_get_node(iter));
		else
			markdown_leave(&walker, cmark_iter_get_node(iter));
	}
	cmark_iter_free(iter);
	cmark_node_free(document);
	str_release(&walker.raw);
	str_release(&walker.safe);
	return result;
}

static void
markdown_add_indented(struct str *out, const char *text)
{
	while (*text != '\0') {
		size_t length = strcspn(text, "\n");
		if (length > 0)
			str_add(out, "    ");
		str_add_n(out, text, length);
		str_add_char(out, '\n');
		text += length + (text[length] == '\n');
	}
}

struct markdown_plain_state {
	struct str *out;
	bool after_item;
};

static void
markdown_add_mark(struct str *out, const struct markdown_block *block)
{
	if (block->kind == MARKDOWN_RULE)
		str_add_repeated(out, '-', 20);
	if (block->kind == MARKDOWN_TEXT && block->level > 0)
		str_add(out, "> ");
	if (block->kind != MARKDOWN_ITEM)
		return;
	str_add_repeated(out, ' ', 2 * (size_t)(block->level > 1 ? block->level - 1 : 0));
	if (block->number > 0)
		str_addf(out, "%u. ", block->number);
	else
		str_add(out, "- ");
}

static int
markdown_add_plain(void *user, const struct markdown_block *block)
{
	struct markdown_plain_state *state = user;
	bool is_item = block->kind == MARKDOWN_ITEM;
	if (state->out->len > 0 && !(is_item && state->after_item))
		str_add_char(state->out, '\n');
	state->after_item = is_item;
	if (block->kind == MARKDOWN_CODE) {
		markdown_add_indented(state->out, block->text);
		return 0;
	}
	markdown_add_mark(state->out, block);
	str_add(state->out, block->text);
	str_add_char(state->out, '\n');
	return 0;
}

void
markdown_plain(const char *text, size_t length, struct str *out)
{
	struct markdown_plain_state state = { .out = out };
	markdown_walk(text, length, markdown_add_plain, &state);
}
