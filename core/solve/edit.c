/*
 * Exact edits; see edit.h. The steps of the search and why there is no fuzzy
 * one after them: in measurements, fuzzy matching never helped and silently
 * landed on the wrong copy of two equal places.
 */
#include "core/solve/edit.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/memory.h"
#include "core/base/strings.h"
#include "core/base/vec.h"
#include "core/solve/edit_place.h"

void
edit_set_init(struct edit_set *set,
	      int (*read)(void *user, const char *path, struct str *out, struct error *err),
	      void *user)
{
	*set = (struct edit_set){ .read = read, .user = user };
}

void
edit_set_release(struct edit_set *set)
{
	for (size_t i = 0; i < set->count; i++) {
		free(set->items[i].path);
		str_release(&set->items[i].before);
		str_release(&set->items[i].after);
	}
	vec_release(set);
}

int
edit_path_check(const char *path, struct error *err)
{
	const char *part = path;

	if (path[0] == '\0' || path[0] == '/' || strlen(path) > EDIT_PATH_MAX)
		return error_set(err, ERROR_REFUSED,
				 "path: must be relative to the repository, 1 to %d bytes",
				 EDIT_PATH_MAX);
	for (const char *at = path; *at != '\0'; at++)
		if ((unsigned char)*at < ' ' || *at == 0x7f || *at == '\\')
			return error_set(err, ERROR_REFUSED,
					 "path: has a character that is not allowed");
	while (part != NULL) {
		size_t length = strcspn(part, "/");

		if (length == 0 || (length == 1 && part[0] == '.') ||
		    (length == 2 && memcmp(part, "..", 2) == 0))
			return error_set(err, ERROR_REFUSED, "path: %.200s: leaves the repository",
					 path);
		if (length == 4 && strncasecmp(part, ".git", 4) == 0)
			return error_set(err, ERROR_REFUSED, "path: %.200s: git's own files", path);
		part = part[length] == '/' ? part + length + 1 : NULL;
	}
	return 0;
}

/* The file as edited so far, read on first use. */
static int
open_file(struct edit_set *set, const char *path, struct edit_file **out, struct error *err)
{
	struct edit_file file = { 0 };

	if (edit_path_check(path, err) < 0)
		return -1;
	for (size_t i = 0; i < set->count; i++) {
		if (strcmp(set->items[i].path, path) == 0) {
			*out = &set->items[i];
			return 0;
		}
	}
	if (set->count == EDIT_FILES_MAX)
		return error_set(err, ERROR_LIMIT, "over %d files in one patch", EDIT_FILES_MAX);
	str_init(&file.before, EDIT_FILE_MAX);
	str_init(&file.after, EDIT_FILE_MAX);
	if (set->read(set->user, path, &file.before, err) < 0) {
		str_release(&file.before);
		return -1;
	}
	if (memchr(file.before.data, '\0', file.before.len) != NULL) {
		str_release(&file.before);
		return error_set(err, ERROR_REFUSED, "%s: not a text file", path);
	}
	str_add_n(&file.after, file.before.data, file.before.len);
	file.path = memory_string(path);
	vec_push(set, file);
	*out = &set->items[set->count - 1];
	return 0;
}

static int
refuse_many(const char *path, size_t found, const struct strings *lines, struct error *err)
{
	struct str list;

	str_init(&list, 200);
	strings_join(lines, ", ", &list);
	error_set(err, ERROR_INPUT,
		  "%s: the old text stands %zu times (lines %s%s); give more lines around it", path,
		  found, list.data, found > lines->count ? " ..." : "");
	str_release(&list);
	return -1;
}

/* Names the line of the file that holds the longest line of the old text, the likeliest slip. */
static int
refuse_none(const char *path, const struct lines *file, const struct lines *old,
	    const struct str *content, const char *new_text, struct error *err)
{
	const struct line *longest = NULL;

	for (size_t i = 0; i < old->count; i++)
		if (longest == NULL || old->items[i].length > longest->length)
			longest = &old->items[i];
	if (new_text[0] != '\0' && strstr(content->data, new_text) != NULL)
		return error_set(err, ERROR_INPUT,
				 "%s: the old text is not there; the new text is already", path);
	for (size_t i = 0; longest != NULL && longest->length > 0 && i < file->count; i++) {
		size_t indent = edit_indent(longest);

		if (memmem(file->items[i].text, file->items[i].length, longest->text + indent,
			   longest->length - indent) != NULL)
			return error_set(
				err, ERROR_INPUT,
				"%s: the old text is not there as given; line %zu is near: "
				"read it again and copy it exactly",
				path, i + 1);
	}
	return error_set(err, ERROR_INPUT, "%s: the old text is not there", path);
}

/* Writes new_text with the file's line ends, its lines moved from the old indent to the file's. */
static void
add_new_text(struct str *out, const char *new_text, const struct place *place, bool crlf,
	     bool whole_lines)
{
	struct lines lines = { 0 };

	edit_split_lines(&lines, new_text, strlen(new_text));
	for (size_t i = 0; i < lines.count; i++) {
		const struct line *line = &lines.items[i];
		size_t length = line->end - line->start;
		const char *text = line->text;
		bool ended = length > 0 && text[length - 1] == '\n';

		length -= ended;
		length -= length > 0 && text[length - 1] == '\r' && ended;
		if (line->length > 0 && length >= place->old_indent.len &&
		    memcmp(text, place->old_indent.data, place->old_indent.len) == 0) {
			str_add_n(out, place->file_indent.data, place->file_indent.len);
			text += place->old_indent.len;
			length -= place->old_indent.len;
		}
		str_add_n(out, text, length);
		if (ended || (whole_lines && i + 1 == lines.count))
			str_add(out, crlf ? "\r\n" : "\n");
	}
	vec_release(&lines);
}

/* How lines end where the new text goes; in a place within one line, how most of the file's do. */
static bool
uses_crlf(const struct str *content, const struct place *place)
{
	size_t crlf = 0, lines = 0;

	for (size_t i = place->start; i < place->end; i++)
		if (content->data[i] == '\n')
			return i > 0 && content->data[i - 1] == '\r';
	for (size_t i = 0; i < content->len; i++) {
		lines += content->data[i] == '\n';
		crlf += content->data[i] == '\n' && i > 0 && content->data[i - 1] == '\r';
	}
	return crlf > lines - crlf;
}

static void
put(struct str *content, const struct place *place, const char *new_text, bool whole_lines)
{
	bool crlf = uses_crlf(content, place);
	bool ended = place->end > 0 && content->data[place->end - 1] == '\n';
	struct str result;

	str_init(&result, EDIT_FILE_MAX);
	str_add_n(&result, content->data, place->start);
	add_new_text(&result, new_text, place, crlf, whole_lines && ended);
	str_add_n(&result, content->data + place->end, content->len - place->end);
	str_release(content);
	*content = result;
}

static int
replace_in(struct str *content, const char *path, const char *old_text, const char *new_text,
	   struct error *err)
{
	struct strings places = { 0 };
	struct lines file = { 0 }, old = { 0 };
	struct place place = { 0 };
	size_t found;
	bool whole_lines = false;
	int result = -1;

	str_init(&place.file_indent, STR_MAX_LINE);
	str_init(&place.old_indent, STR_MAX_LINE);
	found = edit_find_exact(content, old_text, &place, &places);
	if (found == 0) {
		edit_split_lines(&file, content->data, content->len);
		edit_split_lines(&old, old_text, strlen(old_text));
		whole_lines = true;
		found = edit_find_lines(&file, &old, false, &place, &places);
		if (found == 0)
			found = edit_find_lines(&file, &old, true, &place, &places);
	}
	if (found == 0) {
		refuse_none(path, &file, &old, content, new_text, err);
	} else if (found > 1) {
		refuse_many(path, found, &places, err);
	} else {
		put(content, &place, new_text, whole_lines);
		result = content->overflow ? error_set(err, ERROR_LIMIT, "%s: over %zu bytes", path,
						       EDIT_FILE_MAX)
					   : 0;
	}
	vec_release(&file);
	vec_release(&old);
	strings_release(&places);
	str_release(&place.file_indent);
	str_release(&place.old_indent);
	return result;
}

int
edit_replace(struct edit_set *set, const char *path, const char *old_text, const char *new_text,
	     struct error *err)
{
	struct edit_file *file;

	/* An empty old text matches everywhere; whole files were lost to that elsewhere. */
	if (old_text[strspn(old_text, " \t\r\n")] == '\0')
		return error_set(err, ERROR_INPUT, "%s: the old text is empty", path);
	if (strcmp(old_text, new_text) == 0)
		return error_set(err, ERROR_INPUT, "%s: the new text is the old text", path);
	if (open_file(set, path, &file, err) < 0)
		return -1;
	return replace_in(&file->after, path, old_text, new_text, err);
}

int
edit_write(struct edit_set *set, const char *path, const char *data, size_t length,
	   struct error *err)
{
	struct edit_file *file = NULL;

	if (length > EDIT_FILE_MAX)
		return error_set(err, ERROR_LIMIT, "%s: over %zu bytes", path, EDIT_FILE_MAX);
	if (open_file(set, path, &file, err) < 0)
		return -1;
	str_clear(&file->after);
	str_add_n(&file->after, data, length);
	return 0;
}

bool
edit_set_changed(const struct edit_set *set)
{
	for (size_t i = 0; i < set->count; i++) {
		const struct edit_file *file = &set->items[i];

		if (file->before.len != file->after.len ||
		    memcmp(file->before.data, file->after.data, file->before.len) != 0)
			return true;
	}
	return false;
}
