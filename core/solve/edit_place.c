/* Where an old text stands; see edit_place.h. */
#include "core/solve/edit_place.h"

#include <string.h>

#include "core/base/vec.h"

void
edit_split_lines(struct lines *lines, const char *text, size_t length)
{
	size_t at = 0;

	while (at < length) {
		const char *end = memchr(text + at, '\n', length - at);
		size_t next = end != NULL ? (size_t)(end - text) + 1 : length;
		size_t stop = end != NULL ? next - 1 : next;

		while (stop > at &&
		       (text[stop - 1] == ' ' || text[stop - 1] == '\t' || text[stop - 1] == '\r'))
			stop--;
		vec_push(lines, (struct line){ text + at, stop - at, at, next });
		at = next;
	}
}

size_t
edit_indent(const struct line *line)
{
	size_t indent = 0;

	while (indent < line->length && (line->text[indent] == ' ' || line->text[indent] == '\t'))
		indent++;
	return indent;
}

static bool
lines_equal(const struct line *a, const struct line *b)
{
	return a->length == b->length && memcmp(a->text, b->text, a->length) == 0;
}

/*
 * Are the lines equal when the indent `said` at their beginning is read as
 * `stands`? Blank lines have no indent.
 */
static bool
lines_equal_moved(const struct line *file, const struct line *old, const struct str *stands,
		  const struct str *said)
{
	if (old->length == 0 || file->length == 0)
		return old->length == file->length;
	return file->length >= stands->len && old->length >= said->len &&
	       memcmp(file->text, stands->data, stands->len) == 0 &&
	       memcmp(old->text, said->data, said->len) == 0 &&
	       file->length - stands->len == old->length - said->len &&
	       memcmp(file->text + stands->len, old->text + said->len,
		      file->length - stands->len) == 0;
}

static bool
matches_at(const struct lines *file, size_t at, const struct lines *old, bool moved,
	   struct place *place)
{
	size_t first = 0;

	str_clear(&place->file_indent);
	str_clear(&place->old_indent);
	while (first < old->count && old->items[first].length == 0)
		first++;
	if (moved && first < old->count) {
		const struct line *stands = &file->items[at + first], *said = &old->items[first];

		str_add_n(&place->file_indent, stands->text, edit_indent(stands));
		str_add_n(&place->old_indent, said->text, edit_indent(said));
	}
	for (size_t i = 0; i < old->count; i++) {
		bool same = moved ? lines_equal_moved(&file->items[at + i], &old->items[i],
						      &place->file_indent, &place->old_indent)
				  : lines_equal(&file->items[at + i], &old->items[i]);

		if (!same)
			return false;
	}
	place->line = at;
	place->start = file->items[at].start;
	place->end = file->items[at + old->count - 1].end;
	return true;
}

size_t
edit_find_lines(const struct lines *file, const struct lines *old, bool moved, struct place *place,
		struct strings *lines_found)
{
	struct place try = { 0 };
	size_t found = 0;

	str_init(&try.file_indent, STR_MAX_LINE);
	str_init(&try.old_indent, STR_MAX_LINE);
	for (size_t at = 0; old->count > 0 && at + old->count <= file->count; at++) {
		if (!matches_at(file, at, old, moved, &try))
			continue;
		if (found++ == 0) {
			place->start = try.start;
			place->end = try.end;
			place->line = try.line;
			str_clear(&place->file_indent);
			str_add(&place->file_indent, try.file_indent.data);
			str_clear(&place->old_indent);
			str_add(&place->old_indent, try.old_indent.data);
		}
		if (lines_found->count < EDIT_LINES_NAMED_MAX)
			strings_addf(lines_found, "%zu", at + 1);
	}
	str_release(&try.file_indent);
	str_release(&try.old_indent);
	return found;
}

static size_t
line_of(const char *text, size_t offset)
{
	size_t line = 1;

	for (size_t i = 0; i < offset; i++)
		line += text[i] == '\n';
	return line;
}

size_t
edit_find_exact(const struct str *file, const char *old_text, struct place *place,
		struct strings *lines_found)
{
	size_t length = strlen(old_text), found = 0;

	for (const char *at = file->data; (at = strstr(at, old_text)) != NULL; at++) {
		size_t offset = (size_t)(at - file->data);

		if (found++ == 0) {
			place->start = offset;
			place->end = offset + length;
		}
		if (lines_found->count < EDIT_LINES_NAMED_MAX)
			strings_addf(lines_found, "%zu", line_of(file->data, offset));
	}
	return found;
}
