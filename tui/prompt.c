/* The line editor and the prompt in the bottom line; see prompt.h. Called by ui_find.c, picker.c
 * and screens. */
#include "tui/prompt.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/text.h"
#include "tui/ui.h"

/* -- the line editor -- */

void
line_editor_init(struct line_editor *editor)
{
	*editor = (struct line_editor){ 0 };
	str_init(&editor->text, LINE_EDITOR_MAX);
}

void
line_editor_release(struct line_editor *editor)
{
	str_release(&editor->text);
	editor->cursor = 0;
}

void
line_editor_set(struct line_editor *editor, const char *text)
{
	str_clear(&editor->text);
	editor->cursor = 0;
	if (text != NULL)
		line_editor_insert(editor, text, strlen(text));
}

void
line_editor_insert(struct line_editor *editor, const char *text, size_t length)
{
	struct str all;
	size_t line = 0;

	while (line < length && text[line] != '\n' && text[line] != '\r')
		line++;
	str_init(&all, LINE_EDITOR_MAX);
	str_add_n(&all, editor->text.data, editor->cursor);
	text_sanitize(&all, text, line, TEXT_LINE);
	line = all.len; /* where the cursor goes */
	text_sanitize(&all, editor->text.data + editor->cursor, editor->text.len - editor->cursor,
		      TEXT_LINE);
	/* A text that would be too long stays as it was. */
	if (!all.overflow) {
		str_clear(&editor->text);
		str_add_n(&editor->text, all.data, all.len);
		editor->cursor = line;
	}
	str_release(&all);
}

/* A cell is what the cursor steps over: a character with its marks. */
static size_t
cell_after(const struct line_editor *editor, size_t at)
{
	struct surface_cell cell;

	if (at >= editor->text.len)
		return at;
	return at + surface_next_cell(&cell, editor->text.data + at, editor->text.len - at, true);
}

static size_t
cell_before(const struct line_editor *editor, size_t at)
{
	size_t before = 0, next;

	while ((next = cell_after(editor, before)) < at)
		before = next;
	return before;
}

static void
cut(struct line_editor *editor, size_t from, size_t to)
{
	struct str *text = &editor->text;

	memmove(text->data + from, text->data + to, text->len - to);
	str_truncate(text, text->len - (to - from));
	editor->cursor = from;
}

/* Back over blanks, then over what is no blank. */
static size_t
word_before(const struct line_editor *editor)
{
	const char *text = editor->text.data;
	size_t at = editor->cursor;

	while (at > 0 && text[at - 1] == ' ')
		at--;
	while (at > 0 && text[at - 1] != ' ')
		at--;
	return at;
}

static bool
control_key(struct line_editor *editor, int32_t letter)
{
	switch (letter) {
	case 'a':
		editor->cursor = 0;
		return true;
	case 'e':
		editor->cursor = editor->text.len;
		return true;
	case 'w':
		cut(editor, word_before(editor), editor->cursor);
		return true;
	case 'u':
		cut(editor, 0, editor->cursor);
		return true;
	case 'k':
		str_truncate(&editor->text, editor->cursor);
		return true;
	default:
		return false;
	}
}

bool
line_editor_key(struct line_editor *editor, struct key key)
{
	char bytes[5];
	size_t length = key_utf8(key, bytes);

	if (key.modifiers == KEY_CONTROL)
		return control_key(editor, key.code);
	if (key.modifiers != 0)
		return false;
	switch (key.code) {
	case KEYCODE_LEFT:
		if (editor->cursor > 0)
			editor->cursor = cell_before(editor, editor->cursor);
		return true;
	case KEYCODE_RIGHT:
		editor->cursor = cell_after(editor, editor->cursor);
		return true;
	case KEYCODE_HOME:
		editor->cursor = 0;
		return true;
	case KEYCODE_END:
		editor->cursor = editor->text.len;
		return true;
	case KEYCODE_BACKSPACE:
		if (editor->cursor > 0)
			cut(editor, cell_before(editor, editor->cursor), editor->cursor);
		return true;
	case KEYCODE_DELETE:
		cut(editor, editor->cursor, cell_after(editor, editor->cursor));
		return true;
	default:
		if (length == 0)
			return false;
		line_editor_insert(editor, bytes, length);
		return true;
	}
}

void
line_editor_draw(const struct line_editor *editor, const struct surface *surface, int row,
		 int column, int columns)
{
	struct surface view = surface_view(surface, row, column, 1, columns);
	int at = surface_width(surface, editor->text.data, editor->cursor);
	int skip = at >= columns ? at - columns + 1 : 0;

	surface_fill(&view, 0, 0, 1, columns, STYLE_INPUT);
	surface_put_scrolled(&view, 0, 0, STYLE_INPUT, editor->text.data, editor->text.len, 0,
			     skip);
	surface_cursor(&view, 0, at - skip);
}

/* -- the prompt -- */

struct prompt {
	struct prompt_request request;
	char *label;
	struct line_editor editor;
	size_t place; /* in the history; its count: the line being typed */
	char *draft;  /* that line, while an older one shows */
};

static void
prompt_close(void *state, struct ui *ui)
{
	struct prompt *prompt = state;

	(void)ui;
	line_editor_release(&prompt->editor);
	free(prompt->label);
	free(prompt->draft);
	free(prompt);
}

static void
remember(const struct prompt *prompt)
{
	struct strings *history = prompt->request.history;
	const char *text = prompt->editor.text.data;

	if (history == NULL || *text == '\0' ||
	    (history->count > 0 && strcmp(history->items[history->count - 1], text) == 0))
		return;
	if (history->count == LINE_HISTORY_MAX) {
		free(history->items[0]);
		memmove(history->items, history->items + 1, history->count * sizeof(char *));
		history->count--;
	}
	strings_add(history, text);
}

/* direction -1: older. The line that was being typed comes back at the end. */
static void
recall(struct prompt *prompt, int direction)
{
	struct strings *history = prompt->request.history;

	if (history == NULL || (direction < 0 && prompt->place == 0) ||
	    (direction > 0 && prompt->place >= history->count))
		return;
	if (prompt->place == history->count)
		memory_replace_string(&prompt->draft, prompt->editor.text.data);
	prompt->place = direction < 0 ? prompt->place - 1 : prompt->place + 1;
	line_editor_set(&prompt->editor, prompt->place < history->count
						 ? history->items[prompt->place]
						 : prompt->draft);
}

static void
leave(struct prompt *prompt, struct ui *ui, bool accept)
{
	const struct prompt_request *request = &prompt->request;

	ui_pop(ui); /* the state lives on until this key is done */
	if (accept) {
		remember(prompt);
		if (request->accept != NULL)
			request->accept(request->user, ui, prompt->editor.text.data);
	} else if (request->cancel != NULL) {
		request->cancel(request->user, ui);
	}
}

static void
changed(struct prompt *prompt, struct ui *ui)
{
	if (prompt->request.changed != NULL)
		prompt->request.changed(prompt->request.user, ui, prompt->editor.text.data);
}

static bool
prompt_key(void *state, struct ui *ui, struct key key)
{
	struct prompt *prompt = state;
	bool control_c = key.modifiers == KEY_CONTROL && key.code == 'c';

	if (key.code == KEYCODE_ENTER) {
		leave(prompt, ui, true);
	} else if (key.code == KEYCODE_ESCAPE || control_c) {
		leave(prompt, ui, false);
	} else if (key.code == KEYCODE_UP || key.code == KEYCODE_DOWN) {
		recall(prompt, key.code == KEYCODE_UP ? -1 : 1);
		changed(prompt, ui);
	} else if (line_editor_key(&prompt->editor, key)) {
		changed(prompt, ui);
	} else {
		/* Redraw and suspend work everywhere; other keys are not for what is below. */
		return !(key.modifiers == KEY_CONTROL && (key.code == 'l' || key.code == 'z'));
	}
	return true;
}

static void
prompt_paste(void *state, struct ui *ui, const char *text, size_t length)
{
	struct prompt *prompt = state;

	line_editor_insert(&prompt->editor, text, length);
	changed(prompt, ui);
}

static void
prompt_draw(const void *state, const struct surface *surface)
{
	const struct prompt *prompt = state;
	int column;

	surface_clear(surface);
	column = surface_put(surface, 0, 0, STYLE_KEY, prompt->label);
	line_editor_draw(&prompt->editor, surface, 0, column, surface->columns - column);
}

static const struct screen_ops prompt_ops = {
	.name = "prompt",
	.kind = SCREEN_LINE,
	.close = prompt_close,
	.draw = prompt_draw,
	.key = prompt_key,
	.raw = true,
	.paste = prompt_paste,
};

void
prompt_open(struct ui *ui, const struct prompt_request *request)
{
	struct prompt *prompt = memory_alloc(sizeof(*prompt));

	prompt->request = *request;
	prompt->label = memory_string(request->label);
	prompt->place = request->history != NULL ? request->history->count : 0;
	line_editor_init(&prompt->editor);
	line_editor_set(&prompt->editor, request->initial);
	ui_push(ui, &prompt_ops, prompt);
}
