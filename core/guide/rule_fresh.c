/*
 * New names that a rule brings in (NAME__fresh) made ones that the file does
 * not use. spatch itself does not look whether a name is taken. For rule.c.
 */
#include <ctype.h>

#include "core/base/memory.h"
#include "core/base/strings.h"
#include "core/base/vec.h"
#include "core/guide/rule_hunks.h"

#define FRESH_SUFFIX "__fresh"
#define FRESH_TRIES 1000

struct fresh {
	char *base;    /* as the rule wrote it, without the suffix */
	char *current; /* what it is called since the latest declaration */
};

struct fresh_names {
	struct fresh *items;
	size_t count, capacity;
	struct strings taken;
};

static bool
is_word(char byte)
{
	return isalnum((unsigned char)byte) || byte == '_';
}

static bool
occurs(const char *text, size_t length, const char *name)
{
	size_t size = strlen(name);
	const char *at = text;
	while ((at = memmem(at, length - (size_t)(at - text), name, size)) != NULL) {
		bool starts = at == text || !is_word(at[-1]);
		bool ends = at + size == text + length || !is_word(at[size]);
		if (starts && ends)
			return true;
		at++;
	}
	return false;
}

static void
choose(struct fresh_names *names, struct fresh *fresh, const char *original, size_t length)
{
	char *name = memory_string(fresh->base);
	for (unsigned number = 2; number < FRESH_TRIES; number++) {
		if (!occurs(original, length, name) && !strings_contains(&names->taken, name))
			break;
		free(name);
		name = memory_format("%s%u", fresh->base, number);
	}
	strings_add(&names->taken, name);
	free(fresh->current);
	fresh->current = name;
}

static struct fresh *
find(struct fresh_names *names, const char *base, size_t length)
{
	for (size_t i = 0; i < names->count; i++)
		if (strlen(names->items[i].base) == length &&
		    memcmp(names->items[i].base, base, length) == 0)
			return &names->items[i];
	vec_push(names, (struct fresh){ .base = memory_string_n(base, length) });
	return &names->items[names->count - 1];
}

static void
forget(struct fresh_names *names)
{
	strings_release(&names->taken);
	for (size_t i = 0; i < names->count; i++) {
		free(names->items[i].current);
		names->items[i].current = NULL;
	}
}

/* "type NAME =": a word or a star before it, one = after it. */
static bool
is_declaration(const char *text, size_t start, size_t end)
{
	size_t before = start;
	while (before > 0 && (text[before - 1] == ' ' || text[before - 1] == '\t'))
		before--;
	size_t after = end + strspn(text + end, " \t");
	return before > 0 && (is_word(text[before - 1]) || text[before - 1] == '*') &&
	       text[after] == '=' && text[after + 1] != '=';
}

void
rule_fresh_names(struct str *text, const char *original, size_t length)
{
	const size_t suffix = strlen(FRESH_SUFFIX);
	struct fresh_names names = { 0 };
	struct str out;
	if (strstr(text->data, FRESH_SUFFIX) == NULL)
		return;
	str_init(&out, text->max);
	for (size_t at = 0; at < text->len;) {
		size_t end = at;
		while (end < text->len && is_word(text->data[end]))
			end++;
		size_t size = end - at;
		/* A } at the start of a line ends a function: its names are free again. */
		if (text->data[at] == '}' && (at == 0 || text->data[at - 1] == '\n'))
			forget(&names);
		if (size > suffix && memcmp(text->data + end - suffix, FRESH_SUFFIX, suffix) == 0) {
			struct fresh *fresh = find(&names, text->data + at, size - suffix);
			if (fresh->current == NULL || is_declaration(text->data, at, end))
				choose(&names, fresh, original, length);
			str_add(&out, fresh->current);
		} else {
			str_add_n(&out, text->data + at, size > 0 ? size : 1);
		}
		at = size > 0 ? end : at + 1;
	}
	str_release(text);
	*text = out;
	for (size_t i = 0; i < names.count; i++) {
		free(names.items[i].base);
		free(names.items[i].current);
	}
	vec_release(&names);
	strings_release(&names.taken);
}
