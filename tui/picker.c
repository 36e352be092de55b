/* The dialog to choose from; see picker.h. Called by palette.c and help.c. */
#include "tui/picker.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "tui/list.h"
#include "tui/palette.h"
#include "tui/prompt.h"
#include "tui/ui.h"

#define PICKER_COLUMNS 84    /* and more where a row needs them */
#define PICKER_FRAME 4       /* rows: borders, the typed line, a rule */
#define PICKER_FRAMED_ROWS 7 /* fewer have no frame but the typed line */
#define PICKER_NOTE_ROWS 14  /* fewer have no room to tell a cut detail whole */
#define PICKER_NOTE_LINES 3
#define WHEEL_ROWS 3

struct candidate {
	size_t item;
	int score;
};

struct picker {
	struct picker_request request;
	struct picker_item *items;
	char *title;
	struct line_editor editor;
	bool typing;
	struct candidate *shown;
	size_t shown_count;
	struct list list;
	int keys_width;
	int text_width;
	int detail_width;
};

static size_t
picker_count(const void *model)
{
	return ((const struct picker *)model)->shown_count;
}

static uint64_t
picker_item_key(const void *model, size_t row)
{
	return ((const struct picker *)model)->shown[row].item;
}

static void
picker_row(const void *model, const struct list_row *row, const struct surface *line)
{
	const struct picker *picker = model;
	const struct picker_item *item = &picker->items[picker->shown[row->row].item];
	enum style style = item->refused ? STYLE_DIM : STYLE_NORMAL;
	int column = 0;

	if (picker->keys_width > 0)
		column = surface_put_field(line, 0, 0, picker->keys_width,
					   item->refused ? STYLE_DIM : STYLE_KEY,
					   item->keys != NULL ? item->keys : "",
					   item->keys != NULL ? strlen(item->keys) : 0) +
			 1;
	column = surface_put_field(line, 0, column, picker->text_width, style, item->text,
				   strlen(item->text)) +
		 2;
	if (item->detail != NULL)
		surface_put_field(line, 0, column, line->columns - column, STYLE_DIM, item->detail,
				  strlen(item->detail));
}

static const struct list_ops picker_list = { .count = picker_count,
					     .key = picker_item_key,
					     .draw = picker_row };

static int
by_score(const void *a, const void *b)
{
	const struct candidate *left = a, *right = b;

	if (left->score != right->score)
		return left->score < right->score ? 1 : -1;
	return left->item < right->item ? -1 : 1;
}

static int
item_score(const struct picker_item *item, const char *pattern)
{
	int score = palette_score(pattern, item->text) * 2;

	/* The help's words find an action too, after those whose name matches. */
	if (score == 0 && item->detail != NULL && strcasestr(item->detail, pattern) != NULL)
		score = 1;
	if (score == 0 && item->also != NULL && strcasestr(item->also, pattern) != NULL)
		score = 1;
	return score;
}

static void
narrow(struct picker *picker)
{
	const char *pattern = picker->editor.text.data;

	picker->shown_count = 0;
	for (size_t i = 0; i < picker->request.count; i++) {
		int score = *pattern == '\0' ? 1 : item_score(&picker->items[i], pattern);

		if (score > 0)
			picker->shown[picker->shown_count++] = (struct candidate){ i, score };
	}
	if (!picker->request.keep_order && picker->shown_count > 1)
		qsort(picker->shown, picker->shown_count, sizeof(*picker->shown), by_score);
	list_changed(&picker->list);
	list_move_to(&picker->list, 0);
}

static void
picker_close(void *state, struct ui *ui)
{
	struct picker *picker = state;

	(void)ui;
	if (picker->request.release != NULL)
		picker->request.release(picker->request.user);
	for (size_t i = 0; i < picker->request.count; i++) {
		free((char *)picker->items[i].keys);
		free((char *)picker->items[i].text);
		free((char *)picker->items[i].detail);
		free((char *)picker->items[i].also);
	}
	free(picker->items);
	free(picker->shown);
	free(picker->title);
	line_editor_release(&picker->editor);
	list_release(&picker->list);
	free(picker);
}

static void
choose(struct picker *picker, struct ui *ui)
{
	size_t row = list_row(&picker->list);

	if (row == LIST_NONE)
		return;
	ui_pop(ui); /* the state lives on until this key is done */
	if (picker->request.chosen != NULL)
		picker->request.chosen(picker->request.user, ui, picker->shown[row].item);
}

static void
picker_move(void *state, struct ui *ui, enum move move)
{
	struct picker *picker = state;

	(void)ui;
	list_move(&picker->list, move);
}

/* Esc takes back what was typed first, then leaves. */
static void
escape(struct picker *picker, struct ui *ui)
{
	if (picker->request.browse && picker->typing) {
		picker->typing = false;
		line_editor_set(&picker->editor, NULL);
		narrow(picker);
		return;
	}
	ui_pop(ui);
}

static bool
typed_key(struct picker *picker, struct key key)
{
	if (key_in_list(key, "Up C-p"))
		list_move(&picker->list, MOVE_UP);
	else if (key_in_list(key, "Down C-n Tab"))
		list_move(&picker->list, MOVE_DOWN);
	else if (key_in_list(key, "PgUp"))
		list_move(&picker->list, MOVE_PAGE_UP);
	else if (key_in_list(key, "PgDn"))
		list_move(&picker->list, MOVE_PAGE_DOWN);
	else if (line_editor_key(&picker->editor, key))
		narrow(picker);
	else
		return !key_in_list(key, "C-l C-z");
	return true;
}

static bool
picker_key(void *state, struct ui *ui, struct key key)
{
	struct picker *picker = state;

	if (key.code == KEYCODE_ENTER) {
		choose(picker, ui);
		return true;
	}
	if (key_in_list(key, "Esc C-c")) {
		escape(picker, ui);
		return true;
	}
	if (picker->typing)
		return typed_key(picker, key);
	if (key_in_list(key, "/")) {
		picker->typing = true;
		return true;
	}
	if (key_in_list(key, "? : F1")) {
		ui_pop(ui);
		return true;
	}
	return false; /* the common keys move and go back */
}

static void
picker_mouse(void *state, struct ui *ui, const struct mouse *mouse)
{
	struct picker *picker = state;

	if (mouse->type == MOUSE_WHEEL_UP || mouse->type == MOUSE_WHEEL_DOWN)
		list_wheel(&picker->list, mouse->type == MOUSE_WHEEL_UP ? -WHEEL_ROWS : WHEEL_ROWS);
	else if (mouse->type == MOUSE_DOUBLE)
		choose(picker, ui);
}

static void
picker_paste(void *state, struct ui *ui, const char *text, size_t length)
{
	struct picker *picker = state;

	(void)ui;
	if (!picker->typing)
		return;
	line_editor_insert(&picker->editor, text, length);
	narrow(picker);
}

/* Columns of a whole row: the frame, the list's margin, gaps, and what is in it. */
static int
row_columns(const struct picker *picker)
{
	int keys = picker->keys_width > 0 ? picker->keys_width + 1 : 0;
	int detail = picker->detail_width > 0 ? picker->detail_width + 2 : 0;

	return 2 + LIST_MARGIN + keys + picker->text_width + detail;
}

static int
box_columns(const struct picker *picker, int columns)
{
	int wanted = row_columns(picker);

	wanted = wanted > PICKER_COLUMNS ? wanted : PICKER_COLUMNS;
	return wanted < columns ? wanted : columns;
}

/* Rows under the list that tell the detail of the row under the cursor whole; 0: none is cut. */
static int
note_rows(const struct picker *picker, int rows, int columns)
{
	int inside = box_columns(picker, columns) - 2 - LIST_MARGIN;
	int lines;

	if (rows < PICKER_NOTE_ROWS || row_columns(picker) <= columns || inside <= 0)
		return 0;
	lines = picker->detail_width / inside + 1; /* words do not fill their lines */
	return 1 + (lines < PICKER_NOTE_LINES ? lines : PICKER_NOTE_LINES);
}

static int
box_rows(const struct picker *picker, int rows, int columns)
{
	int wanted = (int)(picker->request.count < 1000 ? picker->request.count : 1000);

	wanted += PICKER_FRAME + note_rows(picker, rows, columns);
	return wanted < rows ? wanted : rows;
}

static void
picker_sync(void *state, struct ui *ui, int rows, int columns)
{
	struct picker *picker = state;
	int height = rows - 1;

	(void)ui;
	if (rows >= PICKER_FRAMED_ROWS)
		height = box_rows(picker, rows, columns) - PICKER_FRAME -
			 note_rows(picker, rows, columns);
	list_sync(&picker->list, height);
}

/* How much of text goes on a line: up to the last blank that fits, or as much as fits. */
static size_t
line_length(const struct surface *surface, const char *text, int columns)
{
	size_t fits = 0, length = 0;

	while (text[length] != '\0') {
		length += strcspn(text + length + 1, " ") + 1;
		if (surface_width(surface, text, length) > columns)
			break;
		fits = length;
	}
	return fits > 0 ? fits : length;
}

static void
draw_note(const struct picker *picker, const struct surface *note)
{
	size_t row = list_row(&picker->list);
	const char *text = row != LIST_NONE ? picker->items[picker->shown[row].item].detail : NULL;
	int columns = note->columns - LIST_MARGIN;

	surface_horizontal(note, 0, 0, note->columns, STYLE_BORDER);
	for (int line = 1; line < note->rows && text != NULL && *text != '\0'; line++) {
		size_t length = line_length(note, text, columns);

		if (line == note->rows - 1)
			length = strlen(text);
		surface_put_field(note, line, LIST_MARGIN, columns, STYLE_DIM, text, length);
		text += length;
		text += strspn(text, " ");
	}
}

static void
draw_typed(const struct picker *picker, const struct surface *line)
{
	if (picker->typing) {
		surface_put(line, 0, 1, STYLE_KEY, picker->request.browse ? "/" : ":");
		line_editor_draw(&picker->editor, line, 0, 3, line->columns - 4);
	} else {
		surface_put(line, 0, 1, STYLE_HINT, "/ find   Enter run   Esc back");
	}
}

static void
draw_rows(const struct picker *picker, const struct surface *list)
{
	if (picker->shown_count == 0)
		surface_put(list, 0, 2, STYLE_DIM, "nothing matches");
	list_draw(&picker->list, list);
}

static void
draw_box(const struct picker *picker, const struct surface *surface)
{
	int rows = box_rows(picker, surface->rows, surface->columns);
	int columns = box_columns(picker, surface->columns);
	int notes = note_rows(picker, surface->rows, surface->columns);
	struct surface box =
		surface_view(surface, 0, (surface->columns - columns) / 2, rows, columns);
	struct surface inside, part;

	surface_clear(&box);
	inside = surface_box(&box, STYLE_BORDER, picker->title);
	draw_typed(picker, &inside);
	surface_horizontal(&inside, 1, 0, inside.columns, STYLE_BORDER);
	part = surface_view(&inside, 2, 0, inside.rows - 2 - notes, inside.columns);
	draw_rows(picker, &part);
	if (notes == 0)
		return;
	part = surface_view(&inside, inside.rows - notes, 0, notes, inside.columns);
	draw_note(picker, &part);
}

static void
picker_draw(const void *state, const struct surface *surface)
{
	const struct picker *picker = state;
	struct surface list;

	if (surface->rows >= PICKER_FRAMED_ROWS) {
		draw_box(picker, surface);
		return;
	}
	surface_clear(surface);
	draw_typed(picker, surface);
	list = surface_view(surface, 1, 0, surface->rows - 1, surface->columns);
	draw_rows(picker, &list);
}

static const struct screen_ops picker_ops = {
	.name = "picker",
	.kind = SCREEN_DIALOG,
	.close = picker_close,
	.sync = picker_sync,
	.draw = picker_draw,
	.move = picker_move,
	.key = picker_key,
	.raw = true,
	.mouse = picker_mouse,
	.paste = picker_paste,
};

static int
wider(int width, const char *text)
{
	int other = text != NULL ? surface_text_width(text, strlen(text), true) : 0;

	return other > width ? other : width;
}

void
picker_open(struct ui *ui, const struct picker_request *request)
{
	struct picker *picker = memory_alloc(sizeof(*picker));

	picker->request = *request;
	picker->title = memory_string(request->title);
	picker->typing = !request->browse;
	picker->items = memory_alloc_array(request->count, sizeof(*picker->items));
	picker->shown = memory_alloc_array(request->count, sizeof(*picker->shown));
	for (size_t i = 0; i < request->count; i++) {
		const struct picker_item *item = &request->items[i];

		picker->items[i] = (struct picker_item){ .keys = memory_string(item->keys),
							 .text = memory_string(item->text),
							 .detail = memory_string(item->detail),
							 .also = memory_string(item->also),
							 .refused = item->refused };
		picker->keys_width = wider(picker->keys_width, item->keys);
		picker->text_width = wider(picker->text_width, item->text);
		picker->detail_width = wider(picker->detail_width, item->detail);
	}
	line_editor_init(&picker->editor);
	list_init(&picker->list, &picker_list, picker);
	narrow(picker);
	ui_push(ui, &picker_ops, picker);
}
