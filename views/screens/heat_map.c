/*
 * The heat map of windows: time across, functions (or the shares of one) down. A stretch
 * of time is chosen in it as before or after, and its flame graph opened. Opened from
 * the flame screen, on the same subject.
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/base/text.h"
#include "views/screens/heat_map_private.h"
#include "views/screens/screens.h"
#include "views/screens/work.h"
#include "views/screens/workstation.h"

#define CELL_COLUMNS_MAX 6
#define LABEL_COLUMNS_MAX 40
#define FILE_COLUMNS 240 /* a file that is one window is split into about so many */
#define FILE_SPLIT_MIN (10 * CLOCK_SECOND / 1000)

enum { HEAT_EVENT_LOADED = 1 };

struct task {
	struct profile_subject subject;
	struct heat_loaded *loaded;
};

static void
loaded_free(struct heat_loaded *loaded)
{
	if (loaded == NULL)
		return;
	heat_release(&loaded->heat);
	selection_release(&loaded->selection);
	profile_set_release(&loaded->set);
	free(loaded);
}

static void
task_free(void *state)
{
	struct task *task = state;

	loaded_free(task->loaded);
	profile_subject_release(&task->subject);
	free(task);
}

/* -- worker thread -- */

/* A file that is one window is read again in pieces, where its samples have times. */
static int
split_file(struct work *work, struct task *task, struct error *err)
{
	const struct profile_window *window = &task->loaded->set.windows[0];
	struct profile_subject *subject = &task->subject;

	if (!profile_subject_is_file(subject) || subject->split != 0 ||
	    subject->files.count + subject->before_files.count != 1 ||
	    task->loaded->set.window_count != 1)
		return 0;
	subject->split = (window->end - window->start) / FILE_COLUMNS;
	if (subject->split < FILE_SPLIT_MIN)
		subject->split = FILE_SPLIT_MIN;
	if (window->end - window->start <= subject->split) {
		subject->split = 0;
		return 0;
	}
	selection_release(&task->loaded->selection);
	profile_set_release(&task->loaded->set);
	return profile_subject_load(subject, work_store(work), &task->loaded->set,
				    &task->loaded->selection, NULL, work_progress(work), err);
}

static int
run(struct work *work, void *state, struct error *err)
{
	struct task *task = state;
	struct heat_loaded *loaded = task->loaded = memory_alloc(sizeof(*loaded));

	if (profile_subject_load(&task->subject, work_store(work), &loaded->set, &loaded->selection,
				 NULL, work_progress(work), err) < 0 ||
	    split_file(work, task, err) < 0)
		return -1;
	return heat_build(&loaded->heat, &loaded->set, &loaded->selection, work_progress(work),
			  err);
}

static const struct work_ops load_ops = {
	.name = "loading the windows",
	.run = run,
	.free = task_free,
	.answer = HEAT_EVENT_LOADED,
};

/* -- main thread -- */

/* All windows from the first to the last one that the flame graph compares. */
static void
whole_time(struct profile_subject *subject)
{
	struct time_range *before = &subject->before, *after = &subject->after;

	if (before->from < before->to)
		subject->range = (struct time_range){
			before->from < after->from ? before->from : after->from,
			before->to > after->to ? before->to : after->to,
		};
	*before = *after = (struct time_range){ 0 };
}

static void
load(struct heat_map *map, struct ui *ui)
{
	struct task *task = memory_alloc(sizeof(*task));

	profile_subject_copy(&task->subject, &map->subject);
	whole_time(&task->subject);
	task->subject.each_window = true;
	map->job = work_start(ui, map->screen, &load_ops, task);
}

/* The sides that the flame graph had are chosen at first. */
static void
choose_sides(struct heat_map *map)
{
	const struct heat *heat = &map->loaded->heat;
	const struct time_range *ranges[2] = { &map->subject.before, &map->subject.after };

	for (int side = 0; side < 2; side++) {
		struct heat_range *chosen = &map->sides[side];

		*chosen = (struct heat_range){ 0 };
		for (size_t i = 0; i < heat->column_count; i++) {
			if (heat->columns[i].start < ranges[side]->from ||
			    heat->columns[i].last >= ranges[side]->to)
				continue;
			if (chosen->first == chosen->end)
				chosen->first = i;
			chosen->end = i + 1;
		}
	}
}

static void
heat_event(void *state, struct ui *ui, int what, void *data)
{
	struct heat_map *map = state;
	const struct work_answer *answer = data;
	struct task *task = answer->task;

	(void)ui;
	(void)what;
	map->job = 0;
	if (answer->err != NULL) {
		if (map->loaded == NULL)
			memory_replace_string(&map->failed, answer->err->text);
		return;
	}
	loaded_free(map->loaded);
	map->loaded = task->loaded;
	task->loaded = NULL;
	map->split = task->subject.split;
	map->row = map->top = 0;
	map->mark = map->pressed = HEAT_NONE;
	map->column = map->loaded->heat.column_count - 1;
	choose_sides(map);
	if (map->by_total)
		heat_sort(&map->loaded->heat, true);
}

struct heat_range
heat_map_range(const struct heat_map *map)
{
	size_t count = map->loaded->heat.column_count, together = map->together;
	size_t a = map->column, b = map->mark == HEAT_NONE ? a : map->mark;
	struct heat_range range;

	range.first = (a < b ? a : b) / together * together;
	range.end = ((a < b ? b : a) / together + 1) * together;
	if (range.end > count)
		range.end = count;
	return range;
}

/* -- hooks -- */

static void
heat_title(const void *state, struct str *out)
{
	(void)state;
	str_add(out, "heat map");
}

static void
heat_open(void *state, struct ui *ui)
{
	struct heat_map *map = state;

	map->screen = ui_top_id(ui);
	load(map, ui);
}

static void
heat_close(void *state, struct ui *ui)
{
	struct heat_map *map = state;

	work_stop(ui, map->job);
	loaded_free(map->loaded);
	profile_subject_release(&map->subject);
	free(map->failed);
	free(map);
}

static void
heat_sync(void *state, struct ui *ui, int rows, int columns)
{
	struct heat_map *map = state;
	size_t count, room;

	(void)ui;
	map->label_columns = columns / 3 < LABEL_COLUMNS_MAX ? columns / 3 : LABEL_COLUMNS_MAX;
	map->body_rows = rows - 2 - (rows >= 5) - (rows >= 4);
	map->body_rows = map->body_rows < 0 ? 0 : map->body_rows;
	map->together = 1;
	if (map->loaded == NULL)
		return;
	count = map->loaded->heat.column_count;
	room = columns > map->label_columns ? (size_t)(columns - map->label_columns) : 1;
	map->together = (count + room - 1) / room;
	map->cell_columns = (int)(room / count);
	map->cell_columns = map->cell_columns < 1                  ? 1
			    : map->cell_columns > CELL_COLUMNS_MAX ? CELL_COLUMNS_MAX
								   : map->cell_columns;
	if (map->row < map->top)
		map->top = map->row;
	if (map->body_rows > 0 && map->row >= map->top + (size_t)map->body_rows)
		map->top = map->row + 1 - (size_t)map->body_rows;
}

static void
step(size_t *at, size_t count, bool forward, size_t by)
{
	if (forward)
		*at = *at + by < count ? *at + by : count - 1;
	else
		*at = *at > by ? *at - by : 0;
}

static void
heat_move(void *state, struct ui *ui, enum move move)
{
	struct heat_map *map = state;
	size_t rows, columns, page = map->body_rows > 1 ? (size_t)map->body_rows - 1 : 1;

	(void)ui;
	if (map->loaded == NULL)
		return;
	rows = map->loaded->heat.row_count;
	columns = map->loaded->heat.column_count;
	if (move == MOVE_LEFT || move == MOVE_RIGHT)
		step(&map->column, columns, move == MOVE_RIGHT, map->together);
	else if (move == MOVE_UP || move == MOVE_DOWN)
		step(&map->row, rows, move == MOVE_DOWN, 1);
	else if (move == MOVE_PAGE_UP || move == MOVE_PAGE_DOWN)
		step(&map->row, rows, move == MOVE_PAGE_DOWN, page);
	else if (move == MOVE_HALF_UP || move == MOVE_HALF_DOWN)
		step(&map->row, rows, move == MOVE_HALF_DOWN, page / 2 + 1);
	else
		map->column = move == MOVE_FIRST ? 0 : columns - 1;
}

static bool
heat_find(void *state, struct ui *ui, const char *text, enum find_step step_kind)
{
	struct heat_map *map = state;
	size_t count = map->loaded != NULL ? map->loaded->heat.row_count : 0;
	bool back = step_kind == FIND_PREVIOUS;
	size_t start = step_kind == FIND_NEXT ? 1 : back ? count - 1 : 0;

	(void)ui;
	if (step_kind == FIND_ACCEPT || step_kind == FIND_CANCEL)
		return true;
	for (size_t i = 0; i < count; i++) {
		size_t at = (map->row + start + (back ? count - i : i)) % count;

		if (text_contains_nocase(heat_name(&map->loaded->heat, at), text)) {
			map->row = at;
			return true;
		}
	}
	return false;
}

static bool
heat_back(void *state, struct ui *ui)
{
	struct heat_map *map = state;

	(void)ui;
	if (map->mark == HEAT_NONE && !map->bands)
		return false;
	if (map->mark != HEAT_NONE)
		map->mark = HEAT_NONE;
	else
		map->bands = false;
	return true;
}

/* The column of the heat map at a column of the screen; HEAT_NONE: none. */
static size_t
column_at(const struct heat_map *map, int at)
{
	size_t column;

	if (at < map->label_columns)
		return HEAT_NONE;
	column = (size_t)((at - map->label_columns) / map->cell_columns) * map->together;
	return column < map->loaded->heat.column_count ? column : HEAT_NONE;
}

/* A press moves the cursor, dragging from there chooses a range, as v and the cursor do. */
static void
drag(struct heat_map *map, const struct mouse *mouse)
{
	size_t column = column_at(map, mouse->column);

	if (column == HEAT_NONE)
		return;
	if (mouse->type == MOUSE_DRAG && map->pressed != HEAT_NONE) {
		map->mark = map->pressed;
		map->dragged = true;
	} else if (mouse->type != MOUSE_DRAG) {
		if (map->dragged)
			map->mark = HEAT_NONE;
		map->dragged = false;
		map->pressed = column;
	}
	map->column = column;
}

static void
heat_mouse(void *state, struct ui *ui, const struct mouse *mouse)
{
	struct heat_map *map = state;

	if (map->loaded == NULL)
		return;
	if (mouse->type == MOUSE_WHEEL_UP || mouse->type == MOUSE_WHEEL_DOWN) {
		heat_move(state, ui, mouse->type == MOUSE_WHEEL_UP ? MOVE_UP : MOVE_DOWN);
		return;
	}
	if (mouse->type != MOUSE_DRAG && !map->bands && mouse->row >= 2 &&
	    mouse->row < 2 + map->body_rows &&
	    map->top + (size_t)(mouse->row - 2) < map->loaded->heat.row_count)
		map->row = map->top + (size_t)(mouse->row - 2);
	drag(map, mouse);
	if (mouse->type == MOUSE_DOUBLE && column_at(map, mouse->column) != HEAT_NONE)
		map->mark = map->mark == HEAT_NONE ? map->column : HEAT_NONE;
}

/* -- actions -- */

static const char *
shown_refused(const void *state)
{
	const struct heat_map *map = state;

	if (map->loaded != NULL)
		return NULL;
	return map->job != 0 ? "the windows are being loaded; Esc stops it"
			     : "no window is loaded: C-r loads them";
}

static void
run_mark(void *state, struct ui *ui)
{
	struct heat_map *map = state;

	(void)ui;
	map->mark = map->mark == HEAT_NONE || map->dragged ? map->column : HEAT_NONE;
	map->dragged = false;
}

static void
choose(struct heat_map *map, struct ui *ui, enum side side)
{
	static const char *const names[] = { [SIDE_BEFORE] = "before", [SIDE_AFTER] = "after" };
	struct heat_range range = heat_map_range(map), *other = &map->sides[1 - side];
	size_t count = range.end - range.first;
	bool dropped = range.first < other->end && other->first < range.end;

	if (dropped)
		*other = (struct heat_range){ 0 };
	map->sides[side] = range;
	map->mark = HEAT_NONE;
	if (dropped)
		ui_message(ui, MESSAGE_WARNING,
			   "%zu column%s %s %s now; nothing is %s any more: choose it again", count,
			   text_plural(count), count == 1 ? "is" : "are", names[side],
			   names[1 - side]);
	else
		ui_message(ui, MESSAGE_INFO, "%zu column%s %s %s; Enter opens the flame graph",
			   count, text_plural(count), count == 1 ? "is" : "are", names[side]);
}

static void
run_before(void *state, struct ui *ui)
{
	choose(state, ui, SIDE_BEFORE);
}

static void
run_after(void *state, struct ui *ui)
{
	choose(state, ui, SIDE_AFTER);
}

static void
run_clear(void *state, struct ui *ui)
{
	struct heat_map *map = state;

	(void)ui;
	map->mark = HEAT_NONE;
	map->sides[0] = map->sides[1] = (struct heat_range){ 0 };
}

static struct time_range
times_of(const struct heat_map *map, struct heat_range range)
{
	const struct heat_column *columns = map->loaded->heat.columns;

	return (struct time_range){ columns[range.first].start, columns[range.end - 1].last + 1 };
}

/* Before and after where both are chosen, else the one that is, else what the cursor is on. */
static void
run_flame(void *state, struct ui *ui)
{
	struct heat_map *map = state;
	const struct heat_range *sides = map->sides;
	bool before = sides[0].first < sides[0].end, after = sides[1].first < sides[1].end;
	struct profile_subject subject;

	profile_subject_copy(&subject, &map->subject);
	subject.changed_at = 0;
	subject.split = map->split;
	subject.before = subject.after = subject.range = (struct time_range){ 0 };
	if (before && after) {
		subject.before = times_of(map, sides[SIDE_BEFORE]);
		subject.after = times_of(map, sides[SIDE_AFTER]);
	} else if (before || after) {
		subject.range = times_of(map, sides[after ? SIDE_AFTER : SIDE_BEFORE]);
	} else {
		subject.range = times_of(map, heat_map_range(map));
	}
	screens_open_flame_on(ui, &subject);
	profile_subject_release(&subject);
}

static void
run_order(void *state, struct ui *ui)
{
	struct heat_map *map = state;
	struct heat *heat = &map->loaded->heat;
	uint32_t name = heat->rows[map->row].name;

	(void)ui;
	map->by_total = !map->by_total;
	heat_sort(heat, map->by_total);
	for (size_t i = 0; i < heat->row_count; i++)
		if (heat->rows[i].name == name)
			map->row = i;
	if (!map->bands)
		map->row = map->top = 0;
}

static void
run_bands(void *state, struct ui *ui)
{
	struct heat_map *map = state;

	(void)ui;
	map->bands = !map->bands;
}

static void
run_load(void *state, struct ui *ui)
{
	struct heat_map *map = state;

	if (map->job == 0)
		load(map, ui);
}

static const struct action actions[] = {
	{ .name = "flame",
	  .keys = "Enter f",
	  .hint = "flame",
	  .enabled = shown_refused,
	  .help = "Opens the flame graph of before and after, or of what is under the cursor.",
	  .run = run_flame },
	{ .name = "range",
	  .keys = "v",
	  .hint = "range",
	  .enabled = shown_refused,
	  .help = "Begins a range of time at the cursor; the cursor is its other end.",
	  .run = run_mark },
	{ .name = "before",
	  .keys = "b",
	  .hint = "before",
	  .enabled = shown_refused,
	  .help = "Takes the range, or the place under the cursor, as before.",
	  .run = run_before },
	{ .name = "after",
	  .keys = "a",
	  .hint = "after",
	  .enabled = shown_refused,
	  .help = "Takes the range, or the place under the cursor, as after.",
	  .run = run_after },
	{ .name = "shares",
	  .keys = "m",
	  .hint = "shares",
	  .enabled = shown_refused,
	  .help = "Shows the shares of the function down, or the functions again.",
	  .run = run_bands },
	{ .name = "order",
	  .keys = "s",
	  .hint = "self/total",
	  .enabled = shown_refused,
	  .help = "Counts a function's own time, or its callees' too.",
	  .run = run_order },
	{ .name = "clear",
	  .keys = "x",
	  .enabled = shown_refused,
	  .help = "Takes before, after and the range back.",
	  .run = run_clear },
	{ .name = "load again",
	  .keys = "C-r",
	  .help = "Loads the windows again.",
	  .run = run_load },
	ACTION_END
};

const struct screen_ops heat_map_screen = {
	.name = "heat map",
	.actions = actions,
	.title = heat_title,
	.open = heat_open,
	.close = heat_close,
	.sync = heat_sync,
	.draw = heat_map_draw,
	.move = heat_move,
	.find = heat_find,
	.back = heat_back,
	.mouse = heat_mouse,
	.drags = true,
	.event = heat_event,
};

void
screens_open_heat_map(struct ui *ui, const struct profile_subject *subject)
{
	struct heat_map *map = memory_alloc(sizeof(*map));

	profile_subject_copy(&map->subject, subject);
	map->mark = map->pressed = HEAT_NONE;
	map->together = 1;
	ui_push(ui, &heat_map_screen, map);
}
