/* Text to scroll through: lines, cursor, search; see text_view.h. Called by screens. Drawing is in
 * text_view_draw.c. */
#include "tui/text_view.h"

#include <stdarg.h>
#include <string.h>
#include <strings.h>

#include "tui/code.h"

#define TAB_STOP 8
#define SCROLL_STEP 8

/* -- life cycle -- */

void
text_view_init(struct text_view *view, enum text_view_kind kind)
{
	*view = (struct text_view){ .kind = kind, .first_number = 1 };
	str_init(&view->text, TEXT_VIEW_MAX);
}

void
text_view_release(struct text_view *view)
{
	str_release(&view->text);
	vec_release(&view->lines);
	*view = (struct text_view){ 0 };
}

void
text_view_clear(struct text_view *view)
{
	str_clear(&view->text);
	vec_clear(&view->lines);
	view->top = view->cursor = 0;
	view->left = view->longest = view->gutter_width = 0;
	view->hunk_before = view->hunk_after = 0;
}

/* -- adding -- */

/* "-12,3" or "+12": how many lines; 1 where it does not say. */
static unsigned long
hunk_count(const char *line, size_t length, char sign)
{
	const char *at = memchr(line, sign, length);
	const char *end = line + length;
	unsigned long count = 0;

	if (at == NULL)
		return 0;
	for (at++; at < end && *at >= '0' && *at <= '9'; at++)
		;
	if (at == end || *at != ',')
		return 1;
	for (at++; at < end && *at >= '0' && *at <= '9' && count < 100000000; at++)
		count = count * 10 + (unsigned long)(*at - '0');
	return count;
}

static bool
starts(const char *line, size_t length, const char *with)
{
	return length >= strlen(with) && memcmp(line, with, strlen(with)) == 0;
}

/*
 * A removed line may look like a file's header ("--- a"): only the counts of the
 * hunk tell. Format: POSIX diff, unified.
 */
static enum style
diff_style(struct text_view *view, const char *line, size_t length)
{
	char first = length > 0 ? line[0] : ' ';
	bool inside = view->hunk_before > 0 || view->hunk_after > 0;

	if (inside && (first == '+' || first == '-' || first == ' ')) {
		if (first != '+' && view->hunk_before > 0)
			view->hunk_before--;
		if (first != '-' && view->hunk_after > 0)
			view->hunk_after--;
		return first == '+'   ? STYLE_LINE_ADDED
		       : first == '-' ? STYLE_LINE_REMOVED
				      : STYLE_NORMAL;
	}
	if (starts(line, length, "@@ ")) {
		view->hunk_before = hunk_count(line, length, '-');
		view->hunk_after = hunk_count(line, length, '+');
		return STYLE_LINE_HUNK;
	}
	if (starts(line, length, "diff ") || starts(line, length, "--- ") ||
	    starts(line, length, "+++ ") || starts(line, length, "index "))
		return STYLE_LINE_HEADER;
	return STYLE_DIM;
}

/* Columns at most: each tab may take a whole stop. */
static int
columns_bound(const char *line, size_t length)
{
	size_t columns = length;

	for (const char *tab = memchr(line, '\t', length); tab != NULL;
	     tab = memchr(tab + 1, '\t', length - (size_t)(tab + 1 - line)))
		columns += TAB_STOP - 1;
	return columns < INT32_MAX / 2 ? (int)columns : INT32_MAX / 2;
}

static void
add_line(struct text_view *view, enum style style, const char *text, size_t length)
{
	struct text_view_line line = { .start = view->text.len, .style = (uint8_t)style };
	const struct text_view_line *before = NULL;
	int columns;

	if (length > 0 && text[length - 1] == '\r')
		length--;
	line.length = (uint32_t)length; /* under TEXT_VIEW_MAX */
	if (view->kind == TEXT_VIEW_DIFF && style == STYLE_NORMAL)
		line.style = (uint8_t)diff_style(view, text, length);
	if (view->lines.count > 0)
		before = &view->lines.items[view->lines.count - 1];
	if (view->kind == TEXT_VIEW_SOURCE && before != NULL)
		line.comment = code_comment_after(view->text.data + before->start, before->length,
						  before->comment);
	str_add_n(&view->text, text, length);
	vec_push(&view->lines, line);
	columns = columns_bound(text, length);
	if (columns > view->longest)
		view->longest = columns;
}

static void
add_lines(struct text_view *view, enum style style, const char *text, size_t length)
{
	static const char cut[] = "[cut here: too long to show]";

	while (length > 0) {
		const char *end = memchr(text, '\n', length);
		size_t size = end != NULL ? (size_t)(end - text) : length;

		if (view->text.len + size + sizeof(cut) > TEXT_VIEW_MAX) {
			if (view->text.len + sizeof(cut) <= TEXT_VIEW_MAX)
				add_line(view, STYLE_WARN, cut, sizeof(cut) - 1);
			str_add_repeated(&view->text, ' ', TEXT_VIEW_MAX - view->text.len);
			return;
		}
		add_line(view, style, text, size);
		text += size + (end != NULL);
		length -= size + (end != NULL);
	}
}

void
text_view_set(struct text_view *view, const char *text, size_t length)
{
	text_view_clear(view);
	add_lines(view, STYLE_NORMAL, text, length);
}

void
text_view_add(struct text_view *view, enum style style, const char *line)
{
	if (*line == '\0')
		add_line(view, style, "", 0);
	else
		add_lines(view, style, line, strlen(line));
}

void
text_view_addf(struct text_view *view, enum style style, const char *format, ...)
{
	struct str text;
	va_list args;

	str_init(&text, STR_MAX_TEXT);
	va_start(args, format);
	str_addv(&text, format, args);
	va_end(args);
	text_view_add(view, style, text.data);
	str_release(&text);
}

void
text_view_gutter(struct text_view *view, size_t line, enum style style, const char *text)
{
	struct text_view_line *at;
	int width;

	if (line >= view->lines.count)
		return;
	at = &view->lines.items[line];
	snprintf(at->gutter, sizeof(at->gutter), "%s", text);
	at->gutter_style = (uint8_t)style;
	width = surface_text_width(at->gutter, strlen(at->gutter), true);
	if (width > view->gutter_width)
		view->gutter_width = width;
}

void
text_view_style(struct text_view *view, size_t line, enum style style)
{
	if (line < view->lines.count)
		view->lines.items[line].style = (uint8_t)style;
}

/* -- moving -- */

static void
clamp(struct text_view *view)
{
	size_t height = view->height > 0 ? (size_t)view->height : 1;
	size_t last = view->lines.count > 0 ? view->lines.count - 1 : 0;

	if (view->cursor > last)
		view->cursor = last;
	if (view->show_cursor && view->cursor < view->top)
		view->top = view->cursor;
	if (view->show_cursor && view->cursor >= view->top + height)
		view->top = view->cursor - height + 1;
	if (view->top + height > view->lines.count)
		view->top = view->lines.count > height ? view->lines.count - height : 0;
	if (!view->show_cursor)
		view->cursor = view->top;
	if (view->left > view->longest - 1)
		view->left = view->longest > 0 ? view->longest - 1 : 0;
	if (view->left < 0)
		view->left = 0;
}

void
text_view_sync(struct text_view *view, int height, int width)
{
	view->height = height;
	view->width = width;
	clamp(view);
}

/* Lines to move by; negative is up. Without a cursor it is the window that moves. */
static void
move_by(struct text_view *view, long lines)
{
	size_t *place = view->show_cursor ? &view->cursor : &view->top;

	if (lines < 0)
		*place = *place > (size_t)-lines ? *place - (size_t)-lines : 0;
	else
		*place += (size_t)lines;
	clamp(view);
}

void
text_view_move(struct text_view *view, enum move move)
{
	long page = view->height > 1 ? view->height - 1 : 1;

	switch (move) {
	case MOVE_UP:
	case MOVE_DOWN:
		move_by(view, move == MOVE_UP ? -1 : 1);
		break;
	case MOVE_PAGE_UP:
	case MOVE_PAGE_DOWN:
		move_by(view, move == MOVE_PAGE_UP ? -page : page);
		break;
	case MOVE_HALF_UP:
	case MOVE_HALF_DOWN:
		move_by(view, move == MOVE_HALF_UP ? -(page + 1) / 2 : (page + 1) / 2);
		break;
	case MOVE_FIRST:
	case MOVE_LAST:
		move_by(view,
			move == MOVE_FIRST ? -(long)view->lines.count : (long)view->lines.count);
		break;
	case MOVE_LEFT:
		view->left -= SCROLL_STEP;
		clamp(view);
		break;
	case MOVE_RIGHT:
		view->left += SCROLL_STEP;
		clamp(view);
		break;
	}
}

void
text_view_move_to(struct text_view *view, size_t line)
{
	size_t half = view->height > 0 ? (size_t)view->height / 2 : 0;

	view->cursor = line;
	view->top = line > half ? line - half : 0;
	clamp(view);
}

size_t
text_view_line_at(const struct text_view *view, const char **text, size_t *length)
{
	*text = "";
	*length = 0;
	if (view->cursor < view->lines.count) {
		*text = view->text.data + view->lines.items[view->cursor].start;
		*length = view->lines.items[view->cursor].length;
	}
	return view->cursor;
}

bool
text_view_click(struct text_view *view, int row)
{
	if (row < 0 || row >= view->height || view->top + (size_t)row >= view->lines.count)
		return false;
	if (view->show_cursor)
		view->cursor = view->top + (size_t)row;
	return true;
}

void
text_view_wheel(struct text_view *view, int rows)
{
	move_by(view, rows);
}

/* -- search -- */

/* Offset of find in the line from at on, letters of either case the same; length: not there. */
size_t
text_view_match(const char *line, size_t length, size_t at, const char *find)
{
	size_t size = strlen(find);

	for (; size > 0 && at + size <= length; at++)
		if (strncasecmp(line + at, find, size) == 0)
			return at;
	return length;
}

static bool
line_matches(const struct text_view *view, size_t number)
{
	const struct text_view_line *line = &view->lines.items[number];

	return text_view_match(view->text.data + line->start, line->length, 0, view->find) <
	       line->length;
}

static bool
find_from(struct text_view *view, size_t from, int direction)
{
	size_t count = view->lines.count;

	for (size_t i = 0; i < count; i++) {
		size_t line = (from + (direction > 0 ? i : count - i)) % count;

		if (line_matches(view, line)) {
			text_view_move_to(view, line);
			view->found = line;
			return true;
		}
	}
	return false;
}

static bool
find_typed(struct text_view *view, const char *text, bool typing)
{
	if (!view->finding)
		view->find_origin = view->cursor;
	view->finding = typing;
	snprintf(view->find, sizeof(view->find), "%s", text);
	if (*text != '\0' && find_from(view, view->find_origin, 1))
		return true;
	text_view_move_to(view, view->find_origin);
	return *text == '\0';
}

bool
text_view_find(struct text_view *view, const char *text, enum find_step step)
{
	size_t from;

	switch (step) {
	case FIND_TYPING:
	case FIND_ACCEPT:
		return find_typed(view, text, step == FIND_TYPING);
	case FIND_CANCEL:
		if (view->finding)
			text_view_move_to(view, view->find_origin);
		view->finding = false;
		view->find[0] = '\0';
		return true;
	case FIND_NEXT:
	case FIND_PREVIOUS:
		snprintf(view->find, sizeof(view->find), "%s", text);
		if (view->lines.count == 0)
			return false;
		/* Without a cursor the last match found is where the search goes on. */
		from = view->show_cursor ? view->cursor : view->found;
		return step == FIND_NEXT ? find_from(view, from + 1, 1)
					 : find_from(view, from + view->lines.count - 1, -1);
	}
	return false;
}

void
text_view_copy(const struct text_view *view, struct str *out)
{
	for (size_t i = 0; i < view->lines.count; i++) {
		str_add_n(out, view->text.data + view->lines.items[i].start,
			  view->lines.items[i].length);
		str_add_char(out, '\n');
	}
}
