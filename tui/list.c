/* The row-agnostic list: cursor, marks, find and filter; see list.h. Called by screens and
 * picker.c. Drawing is in list_draw.c. */
#include "tui/list.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"

void
list_init(struct list *list, const struct list_ops *ops, const void *model)
{
	*list = (struct list){ .ops = ops,
			       .model = model,
			       .highlight = LIST_HIGHLIGHT,
			       .focused = true,
			       .stale = true };
}

void
list_release(struct list *list)
{
	vec_release(&list->rows);
	vec_release(&list->marked);
	*list = (struct list){ 0 };
}

/* -- rows shown -- */

size_t
list_row_at(const struct list *list, size_t position)
{
	if (position >= list->shown)
		return LIST_NONE;
	return list->filter[0] != '\0' ? list->rows.items[position] : position;
}

size_t
list_row(const struct list *list)
{
	return list_row_at(list, list->cursor);
}

static uint64_t
key_at(const struct list *list, size_t position)
{
	return list->ops->key(list->model, list_row_at(list, position));
}

static void
filter_rows(struct list *list)
{
	size_t count = list->ops->count(list->model);

	vec_clear(&list->rows);
	list->shown = count;
	if (list->filter[0] == '\0')
		return;
	for (size_t row = 0; row < count; row++)
		if (list->ops->matches(list->model, row, list->filter))
			vec_push(&list->rows, row);
	list->shown = list->rows.count;
}

static void
set_cursor(struct list *list, size_t position)
{
	if (position >= list->shown)
		position = list->shown > 0 ? list->shown - 1 : 0;
	list->cursor = position;
	if (list->shown > 0)
		list->cursor_key = key_at(list, position);
}

static void
scroll_to_cursor(struct list *list)
{
	size_t height = list->height > 0 ? (size_t)list->height : 1;

	if (list->cursor < list->top)
		list->top = list->cursor;
	if (list->cursor >= list->top + height)
		list->top = list->cursor - height + 1;
	/* No empty rows below while there are rows above. */
	if (list->top > 0 && list->top + height > list->shown)
		list->top = list->shown > height ? list->shown - height : 0;
}

/* The filter or the model changed: the cursor stays on its row if that is still there. */
static void
refresh(struct list *list)
{
	bool had_rows = list->shown > 0;
	uint64_t key = list->cursor_key;

	list->stale = false;
	filter_rows(list);
	if (list->shown == 0 || !had_rows || !list_select_key(list, key))
		set_cursor(list, list->cursor);
}

/* At once, not at the next sync: whoever asks for a row in between must not get one that is gone.
 */
void
list_changed(struct list *list)
{
	refresh(list);
}

void
list_sync(struct list *list, int height)
{
	list->height = height;
	if (list->stale)
		refresh(list);
	scroll_to_cursor(list);
}

/* -- cursor -- */

void
list_move(struct list *list, enum move move)
{
	size_t page = list->height > 1 ? (size_t)list->height - 1 : 1;
	size_t step = 0, position = list->cursor;

	switch (move) {
	case MOVE_UP:
	case MOVE_DOWN:
		step = 1;
		break;
	case MOVE_PAGE_UP:
	case MOVE_PAGE_DOWN:
		step = page;
		break;
	case MOVE_HALF_UP:
	case MOVE_HALF_DOWN:
		step = (page + 1) / 2;
		break;
	case MOVE_FIRST:
	case MOVE_LAST:
		step = list->shown;
		break;
	case MOVE_LEFT:
	case MOVE_RIGHT:
		return;
	}
	if (move == MOVE_UP || move == MOVE_PAGE_UP || move == MOVE_HALF_UP || move == MOVE_FIRST)
		position = position > step ? position - step : 0;
	else
		position += step;
	list_move_to(list, position);
}

void
list_move_to(struct list *list, size_t position)
{
	if (list->stale)
		refresh(list);
	set_cursor(list, position);
	scroll_to_cursor(list);
}

bool
list_select_key(struct list *list, uint64_t key)
{
	if (list->stale) {
		list->stale = false;
		filter_rows(list);
	}
	if (list->cursor < list->shown && key_at(list, list->cursor) == key) {
		list->cursor_key = key;
		return true;
	}
	for (size_t i = 0; i < list->shown; i++) {
		if (key_at(list, i) == key) {
			set_cursor(list, i);
			return true;
		}
	}
	return false;
}

bool
list_click(struct list *list, int row)
{
	if (row < 0 || row >= list->height || list->top + (size_t)row >= list->shown)
		return false;
	set_cursor(list, list->top + (size_t)row);
	return true;
}

void
list_wheel(struct list *list, int rows)
{
	size_t away = (size_t)(rows < 0 ? -rows : rows);

	if (rows < 0)
		list_move_to(list, list->cursor > away ? list->cursor - away : 0);
	else
		list_move_to(list, list->cursor + away);
}

/* -- marks -- */

/* Where key is in the sorted marks, or where it would go. */
static size_t
mark_place(const struct list *list, uint64_t key)
{
	size_t low = 0, high = list->marked.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (list->marked.items[middle] < key)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool
list_is_marked(const struct list *list, uint64_t key)
{
	size_t place = mark_place(list, key);

	return place < list->marked.count && list->marked.items[place] == key;
}

void
list_mark(struct list *list)
{
	uint64_t key, *at;
	size_t place, after;

	if (list->cursor >= list->shown)
		return;
	key = key_at(list, list->cursor);
	place = mark_place(list, key);
	if (list_is_marked(list, key)) {
		after = list->marked.count - place - 1;
		at = &list->marked.items[place];
		memmove(at, at + 1, after * sizeof(*at));
		list->marked.count--;
	} else {
		vec_push(&list->marked, key);
		after = list->marked.count - place - 1;
		at = &list->marked.items[place];
		memmove(at + 1, at, after * sizeof(*at));
		*at = key;
	}
	list_move(list, MOVE_DOWN);
}

void
list_unmark_all(struct list *list)
{
	vec_clear(&list->marked);
}

size_t *
list_targets(const struct list *list, size_t *count)
{
	VEC(size_t) rows = { 0 };

	for (size_t i = 0; list->marked.count > 0 && i < list->shown; i++)
		if (list_is_marked(list, key_at(list, i)))
			vec_push(&rows, list_row_at(list, i));
	if (rows.count == 0 && list->cursor < list->shown)
		vec_push(&rows, list_row(list));
	*count = rows.count;
	return rows.items;
}

/* -- find and filter -- */

/* The first match at from or after it (direction 1) or before it (-1), round the ends. */
static bool
find_from(struct list *list, size_t from, int direction)
{
	for (size_t i = 0; i < list->shown; i++) {
		size_t step = direction > 0 ? i : list->shown - i;
		size_t position = (from + step) % list->shown;

		if (list->ops->matches(list->model, list_row_at(list, position), list->find)) {
			list_move_to(list, position);
			return true;
		}
	}
	return false;
}

static void
begin_find(struct list *list, const char *text)
{
	if (!list->finding)
		list->find_origin = list->cursor;
	list->finding = true;
	snprintf(list->find, sizeof(list->find), "%s", text);
}

bool
list_find(struct list *list, const char *text, enum find_step step)
{
	if (list->ops->matches == NULL)
		return false;
	switch (step) {
	case FIND_TYPING:
	case FIND_ACCEPT:
		begin_find(list, text);
		list->finding = step == FIND_TYPING;
		if (*text != '\0' && find_from(list, list->find_origin, 1))
			return true;
		list_move_to(list, list->find_origin);
		return *text == '\0';
	case FIND_CANCEL:
		if (list->finding)
			list_move_to(list, list->find_origin);
		list->finding = false;
		list->find[0] = '\0';
		return true;
	case FIND_NEXT:
	case FIND_PREVIOUS:
		snprintf(list->find, sizeof(list->find), "%s", text);
		if (list->shown == 0)
			return false;
		return step == FIND_NEXT ? find_from(list, list->cursor + 1, 1)
					 : find_from(list, list->cursor + list->shown - 1, -1);
	}
	return false;
}

void
list_filter(struct list *list, const char *text)
{
	if (list->ops->matches == NULL)
		return;
	snprintf(list->filter, sizeof(list->filter), "%s", text != NULL ? text : "");
	refresh(list);
}
