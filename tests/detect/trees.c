/* Stacks written as text. Called by test_merge.c and test_shift.c. */
#include "tests/detect/trees.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"

static void
add_line(struct tree *tree, const struct tree_line *line)
{
	VEC(uint32_t) functions = { 0 };
	const char *at = line->stack;
	while (*at != '\0') {
		size_t length = strcspn(at, " ");
		vec_push(&functions, intern_add(&tree->names, at, length));
		at += length + strspn(at + length, " ");
	}
	vec_push(&tree->items, (struct detect_stack){ .functions = functions.items,
						      .depth = functions.count,
						      .before = line->before,
						      .after = line->after });
	tree->stacks.samples_before += line->before;
	tree->stacks.samples_after += line->after;
}

void
tree_make(struct tree *tree, const struct tree_line *lines)
{
	*tree = (struct tree){ 0 };
	intern_init(&tree->names);
	for (; lines->stack != NULL; lines++)
		add_line(tree, lines);
	tree->stacks.items = tree->items.items;
	tree->stacks.count = tree->items.count;
	tree->stacks.functions = tree->names.count;
}

void
tree_release(struct tree *tree)
{
	for (size_t i = 0; i < tree->items.count; i++)
		free((void *)tree->items.items[i].functions);
	vec_release(&tree->items);
	intern_release(&tree->names);
}

uint32_t
tree_number(const struct tree *tree, const char *name)
{
	uint32_t number = intern_find(&tree->names, name, strlen(name));
	ck_assert_uint_ne(number, INTERN_NONE);
	return number;
}
