/* Plain text as roff with the man macros. Used by the parts of the manual page. */
#ifndef HEADROOM_VIEWS_MANUAL_ROFF_H
#define HEADROOM_VIEWS_MANUAL_ROFF_H

#include <stdio.h>

/* What a paragraph is; a table of them ends with ROFF_END. */
enum roff_kind {
	ROFF_END,
	ROFF_PART,      /* heading within a section */
	ROFF_PARAGRAPH, /* text; *words* are strong */
	ROFF_ITEM,      /* "name\ntext": a tagged paragraph */
	ROFF_EXAMPLE,   /* lines as they are */
};

struct roff {
	enum roff_kind kind;
	const char *text;
};

void roff_print(FILE *to, const struct roff *table);
void roff_part(FILE *to, const char *title);
void roff_item(FILE *to, const char *name, const char *text);
void roff_paragraph(FILE *to, const char *text);
void roff_example(FILE *to, const char *lines);

#endif
