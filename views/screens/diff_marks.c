/* Lines of a diff by function; see diff_marks.h. Called by change.c. */
#include "views/screens/diff_marks.h"

#include <ctype.h>
#include <string.h>

#include "core/explain/symbol.h"

static void
add_name(struct strings *names, const char *name)
{
	struct str plain;

	str_init(&plain, STR_MAX_LINE);
	symbol_plain(name, &plain);
	if (plain.len > 0 && !strings_contains(names, plain.data))
		strings_add(names, plain.data);
	str_release(&plain);
}

void
diff_marks_names(const struct finding *finding, int64_t change, struct strings *out)
{
	add_name(out, finding->subject);
	for (size_t i = 0; i < finding->members.count; i++)
		add_name(out, finding->members.items[i]);
	for (size_t i = 0; i < finding->suspect_count; i++) {
		const struct suspect *suspect = &finding->suspects[i];

		for (size_t f = 0; suspect->change == change && f < suspect->functions.count; f++)
			add_name(out, suspect->functions.items[f]);
	}
}

bool
diff_marks_has(const struct strings *names, const char *function)
{
	struct str plain;
	bool found = false;

	str_init(&plain, STR_MAX_LINE);
	symbol_plain(function, &plain);
	for (size_t i = 0; i < names->count && !found; i++)
		found = symbol_same(names->items[i], plain.data);
	str_release(&plain);
	return found;
}

static bool
is_name(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == ':' || c == '~';
}

/* "static int parse(struct x *y)": parse. False: the line names no function. */
static bool
function_in(const char *line, size_t length, struct str *out)
{
	const char *bracket = memchr(line, '(', length);
	const char *start, *end;

	if (bracket == NULL)
		return false;
	end = bracket;
	while (end > line && isblank((unsigned char)end[-1]))
		end--;
	start = end;
	while (start > line && is_name(start[-1]))
		start--;
	str_clear(out);
	str_add_n(out, start, (size_t)(end - start));
	return start < end;
}

/* Does a line at the left margin begin or end a function? inside follows. */
static void
follow(const struct strings *names, const char *line, size_t length, bool *inside)
{
	struct str name;

	if (length == 0 || isspace((unsigned char)line[0]))
		return;
	if (line[0] == '}') {
		*inside = false;
		return;
	}
	if ((!isalpha((unsigned char)line[0]) && line[0] != '_') || line[length - 1] == ';')
		return;
	str_init(&name, STR_MAX_LINE);
	if (function_in(line, length, &name))
		*inside = diff_marks_has(names, name.data);
	str_release(&name);
}

/* "@@ -1,2 +3,4 @@ static int parse(struct x *y)" */
static bool
hunk_inside(const struct strings *names, const char *line, size_t length)
{
	const char *head = memmem(line + 2, length - 2, "@@", 2);
	struct str name;
	bool inside = false;

	if (head == NULL)
		return false;
	head += 2;
	str_init(&name, STR_MAX_LINE);
	if (function_in(head, length - (size_t)(head - line), &name))
		inside = diff_marks_has(names, name.data);
	str_release(&name);
	return inside;
}

size_t
diff_marks_put(struct text_view *diff, const struct strings *names)
{
	bool inside = false;
	size_t marked = 0;

	for (size_t i = 0; i < diff->lines.count; i++) {
		const struct text_view_line *line = &diff->lines.items[i];
		const char *text = diff->text.data + line->start;
		bool changed = line->style == STYLE_LINE_ADDED || line->style == STYLE_LINE_REMOVED;

		if (line->style == STYLE_LINE_HUNK)
			inside = hunk_inside(names, text, line->length);
		else if (changed || line->style == STYLE_NORMAL)
			follow(names, text + 1, line->length > 0 ? line->length - 1 : 0, &inside);
		else if (line->style == STYLE_LINE_HEADER)
			inside = false;
		if (inside && changed) {
			text_view_gutter(diff, i, STYLE_MORE, "!");
			marked++;
		}
	}
	return marked;
}
