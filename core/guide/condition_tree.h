/* What a parsed condition is made of: between condition.c and condition_evaluate.c only. */
#ifndef HEADROOM_GUIDE_CONDITION_TREE_H
#define HEADROOM_GUIDE_CONDITION_TREE_H

#include "core/guide/condition.h"

enum operation {
	OP_OR,
	OP_AND,
	OP_NOT,
	OP_EQUAL,
	OP_UNEQUAL,
	OP_LESS,
	OP_AT_MOST,
	OP_MORE,
	OP_AT_LEAST,
	OP_CONTAINS,
	OP_ADD,
	OP_SUBTRACT,
	OP_MULTIPLY,
	OP_DIVIDE,
	OP_EXISTS,
	OP_COUNT,
	OP_LEAST,
	OP_MOST,
	OP_PATH,
	OP_NUMBER,
	OP_TEXT,
	OP_BOOL,
	OP_NULL,
};

struct expression {
	enum operation operation;
	struct expression *left, *right;
	char *text;                     /* a path or a text */
	char *member;                   /* of OP_LEAST and OP_MOST */
	double number;                  /* also of OP_BOOL */
	struct expression *made_before; /* of the whole condition, to be freed */
};

struct condition {
	struct expression *root;
	struct expression *made_last;
};

#endif
