/*
 * Markdown as blocks: what a screen needs to show the body of a skill, and
 * plain text for a terminal without styles. Raw HTML is dropped, links show
 * their text. Only markdown.c knows the library behind it.
 */
#ifndef HEADROOM_GUIDE_MARKDOWN_H
#define HEADROOM_GUIDE_MARKDOWN_H

#include <stddef.h>

#include "core/base/str.h"

enum markdown_kind {
	MARKDOWN_HEADING, /* level 1 to 6 */
	MARKDOWN_TEXT,    /* a paragraph; level is the depth of quotes around it */
	MARKDOWN_ITEM, /* first paragraph of a list item; level is the depth of the list, from 1 */
	MARKDOWN_CODE, /* text keeps its line ends */
	MARKDOWN_RULE, /* a line across */
};

struct markdown_block {
	enum markdown_kind kind;
	unsigned level;
	unsigned number;  /* of an item in an ordered list; 0 elsewhere */
	const char *text; /* made safe for a terminal; borrowed for the call */
};

/* Calls block for each block in order; stops where it returns other than 0 and returns that. */
int markdown_walk(const char *text, size_t length,
		  int (*block)(void *user, const struct markdown_block *block), void *user);
/* One paragraph a line, blank lines between blocks, items with "- " or "1. ", code indented by
 * four. */
void markdown_plain(const char *text, size_t length, struct str *out);

#endif
