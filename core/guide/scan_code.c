/*
 * The cheap part of matching: words, before any rule runs. What this finds is
 * never reported by itself. For scan.c.
 */
#include <ctype.h>
#include <fnmatch.h>

#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/guide/scan.h"
#include "core/guide/scan_code.h"
#include "core/tools/definition.h"

static bool
is_word(char byte)
{
	return isalnum((unsigned char)byte) || byte == '_';
}

/* Next whole word in text before end, or NULL. */
static const char *
find_word(const char *text, const char *at, const char *end, const char *word, size_t length)
{
	while ((at = memmem(at, (size_t)(end - at), word, length)) != NULL) {
		bool starts = at == text || !is_word(at[-1]);
		if (starts && !(at + length < end && is_word(at[length])))
			return at;
		at++;
	}
	return NULL;
}

static bool
path_fits(const struct skill *skill, const char *path)
{
	const char *slash = strrchr(path, '/');
	for (size_t i = 0; i < skill->match.files.count; i++) {
		const char *pattern = skill->match.files.items[i];
		if (fnmatch(pattern, slash != NULL ? slash + 1 : path, 0) == 0 ||
		    fnmatch(pattern, path, 0) == 0)
			return true;
	}
	return skill->match.files.count == 0;
}

int
scan_code_files(const struct repository *repository, const struct skill *skill, struct strings *out,
		struct error *err)
{
	struct str found;
	char *word = memory_string(skill->match.keywords.items[0]);
	word[strcspn(word, "|")] = '\0';
	str_init(&found, REPOSITORY_GREP_MAX);
	int result = repository_grep(repository, word, &found, err);
	free(word);
	/* Lines "COMMIT:PATH\0LINE\0TEXT"; paths come in order, so equal ones follow each other. */
	for (const char *at = found.data; result == 0 && at < found.data + found.len;) {
		const char *end = memchr(at, '\n', (size_t)(found.data + found.len - at));
		const char *path = strchr(at, ':');
		if (end == NULL || out->count >= SCAN_FILES_MAX)
			break;
		if (path != NULL && path < end && path_fits(skill, path + 1) &&
		    (out->count == 0 || strcmp(out->items[out->count - 1], path + 1) != 0))
			strings_add(out, path + 1);
		at = end + 1;
	}
	str_release(&found);
	strings_sort(out);
	return result;
}

bool
scan_code_function(const char *text, const char *name, uint32_t *first, uint32_t *last)
{
	const char *end = text + strlen(text), *line = text;
	size_t number = 1, length = strlen(name), from, to;
	const char *at = text;
	while (length > 0 && (at = find_word(text, at, end, name, length)) != NULL) {
		for (const char *next; (next = memchr(line, '\n', (size_t)(at - line))) != NULL;
		     line = next + 1)
			number++;
		size_t size = strcspn(line, "\n");
		char *copy = memory_string_n(line, size);
		bool head = definition_score(copy, name, false) > 0;
		free(copy);
		if (head && definition_extent(text, name, number, &from, &to)) {
			*first = (uint32_t)from;
			*last = (uint32_t)to;
			return true;
		}
		at += length;
	}
	return false;
}

/* "for|while": is one of them there? */
static bool
has_one(const char *text, const char *end, const char *words)
{
	while (*words != '\0') {
		size_t length = strcspn(words, "|");
		if (length > 0 && find_word(text, text, end, words, length) != NULL)
			return true;
		words += length + (words[length] == '|');
	}
	return false;
}

bool
scan_code_keywords(const struct skill *skill, const char *text, uint32_t first, uint32_t last)
{
	const char *start = definition_line(text, first);
	const char *end = definition_line(text, (size_t)last + 1);
	if (start == NULL)
		return false;
	if (end == NULL)
		end = start + strlen(start);
	for (size_t i = 0; i < skill->match.keywords.count; i++)
		if (!has_one(start, end, skill->match.keywords.items[i]))
			return false;
	return true;
}

char *
scan_code_name(const char *symbol)
{
	size_t length = strcspn(symbol, ".");
	return memory_string_n(symbol, length > 0 ? length : strlen(symbol));
}
