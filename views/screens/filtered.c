/*
 * The change points that a stage filtered in the latest run, each with what was
 * measured against the limit. Enter shows one with its chart (candidate.c).
 * Opened from the funnel.
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/detect/stage_text.h"
#include "tui/list.h"
#include "tui/table.h"
#include "views/screens/funnel_data.h"
#include "views/screens/screens.h"
#include "views/screens/words.h"
#include "views/screens/work.h"
#include "views/screens/workstation.h"

#define EVENT_CHANGES 1
#define WHEEL_ROWS 3

enum column {
	COLUMN_SERVICE,
	COLUMN_WHAT,
	COLUMN_CHANGE,
	COLUMN_SINCE,
	COLUMN_STAGE,
	COLUMN_MEASURED,
	COLUMN_LIMIT,
	COLUMN_P,
	COLUMN_WHY,
	COLUMNS,
};

static const struct table_column columns[COLUMNS] = {
	[COLUMN_SERVICE] = { "SERVICE", 7, 1, 5, false },
	[COLUMN_WHAT] = { "WHAT", 14, 3, 0, false },
	[COLUMN_CHANGE] = { "", WORDS_CHANGE_SHORT, 0, 2, true },
	[COLUMN_SINCE] = { "SINCE", 5, 0, 6, true },
	[COLUMN_STAGE] = { "STAGE", 10, 0, 7, false },
	[COLUMN_MEASURED] = { "MEASURED", 14, 0, 1, true },
	[COLUMN_LIMIT] = { "LIMIT", 14, 0, 3, true },
	[COLUMN_P] = { "P", 6, 0, 4, true },
	[COLUMN_WHY] = { "WHY", 24, 4, 8, false },
};

struct filtered {
	struct workstation *workstation;
	uint64_t screen;
	int64_t service;
	char *stage; /* NULL: all */
	struct funnel_changes changes;
	bool read;
	struct list list;
	struct table_layout layout;
	int64_t now;
	int64_t seen;
	uint64_t job;
	bool again;
};

/* -- reading -- */

struct task {
	int64_t service;
	char *stage;
	struct funnel_changes changes;
};

static void
task_free(void *state)
{
	struct task *task = state;

	funnel_changes_release(&task->changes);
	free(task->stage);
	free(task);
}

static int
run(struct work *work, void *state, struct error *err)
{
	struct task *task = state;

	return funnel_changes_load(&task->changes, work_store(work), task->service, task->stage,
				   work_progress(work), err);
}

static const struct work_ops ops = {
	.name = "reading what was filtered",
	.run = run,
	.free = task_free,
	.answer = EVENT_CHANGES,
};

static void
read_again(struct filtered *filtered, struct ui *ui)
{
	struct task *task;

	filtered->again = filtered->job != 0;
	if (filtered->again)
		return;
	task = memory_alloc(sizeof(*task));
	task->service = filtered->service;
	task->stage = filtered->stage != NULL ? memory_string(filtered->stage) : NULL;
	filtered->job = work_start(ui, filtered->screen, &ops, task);
}

static void
filtered_event(void *state, struct ui *ui, int what, void *data)
{
	struct filtered *filtered = state;
	const struct work_answer *answer = data;
	struct task *task = answer->task;

	(void)what;
	filtered->job = 0;
	if (filtered->again)
		read_again(filtered, ui);
	if (answer->err != NULL)
		return;
	funnel_changes_release(&filtered->changes);
	filtered->changes = task->changes;
	task->changes = (struct funnel_changes){ 0 };
	filtered->read = true;
	filtered->now = clock_now();
	list_changed(&filtered->list);
}

/* -- rows -- */

static const struct funnel_change *
change_of(const struct filtered *filtered, size_t row)
{
	return &filtered->changes.items[row];
}

static size_t
count(const void *model)
{
	return ((const struct filtered *)model)->changes.count;
}

static uint64_t
key(const void *model, size_t row)
{
	(void)model;
	return row + 1;
}

static void
draw_row(const void *model, const struct list_row *list_row, const struct surface *line)
{
	const struct filtered *filtered = model;
	const struct funnel_change *change = change_of(filtered, list_row->row);
	const struct detection_candidate *candidate = &change->candidate;
	const struct detect_stage_text *stage = detect_stage_text(candidate->stage);
	const struct table_layout *layout = &filtered->layout;
	const char *find = list_row->find;
	char text[WORDS_SIZE], number[TEXT_NUMBER_SIZE], age[CLOCK_TEXT_SIZE];

	table_cell(layout, line, 0, COLUMN_SERVICE, STYLE_NORMAL, change->service_name, find);
	table_cell(layout, line, 0, COLUMN_WHAT, STYLE_NORMAL, candidate->subject, find);
	table_cell(layout, line, 0, COLUMN_CHANGE, STYLE_NORMAL,
		   words_change_short(candidate->before, candidate->after, candidate->unit, text),
		   NULL);
	table_cell(layout, line, 0, COLUMN_SINCE, STYLE_DIM,
		   clock_format_age(candidate->changed_at, filtered->now, age), NULL);
	table_cell(layout, line, 0, COLUMN_STAGE, STYLE_DIM,
		   detect_stage_title(candidate->stage, number), find);
	table_cell(layout, line, 0, COLUMN_MEASURED, STYLE_MORE,
		   detect_stage_figure(stage, candidate->value, candidate->unit, number), NULL);
	table_cell(layout, line, 0, COLUMN_LIMIT, STYLE_NORMAL,
		   detect_stage_figure(stage, candidate->limit, candidate->unit, number), NULL);
	table_cell(layout, line, 0, COLUMN_P, STYLE_DIM, text_probability(candidate->p, number),
		   NULL);
	table_cell(layout, line, 0, COLUMN_WHY, STYLE_DIM,
		   candidate->why != NULL ? candidate->why : "", find);
}

static bool
matches(const void *model, size_t row, const char *text)
{
	const struct funnel_change *change = change_of(model, row);
	const struct detection_candidate *candidate = &change->candidate;

	return text_contains_nocase(change->service_name, text) ||
	       text_contains_nocase(candidate->subject, text) ||
	       text_contains_nocase(candidate->stage, text) ||
	       (candidate->why != NULL && text_contains_nocase(candidate->why, text));
}

static const struct list_ops list_ops = {
	.count = count,
	.key = key,
	.draw = draw_row,
	.matches = matches,
};

/* -- hooks -- */

static void
filtered_title(const void *state, struct str *out)
{
	const struct filtered *filtered = state;
	char title[TEXT_NUMBER_SIZE];

	str_addf(out, "filtered: %s",
		 filtered->stage != NULL ? detect_stage_title(filtered->stage, title)
					 : "all stages");
}

static void
filtered_open(void *state, struct ui *ui)
{
	struct filtered *filtered = state;

	filtered->screen = ui_top_id(ui);
	workstation_has_news(filtered->workstation, &filtered->seen);
	read_again(filtered, ui);
}

static void
filtered_close(void *state, struct ui *ui)
{
	struct filtered *filtered = state;

	work_stop(ui, filtered->job);
	list_release(&filtered->list);
	funnel_changes_release(&filtered->changes);
	free(filtered->stage);
	free(filtered);
}

static void
filtered_sync(void *state, struct ui *ui, int rows, int width)
{
	struct filtered *filtered = state;

	if (workstation_has_news(filtered->workstation, &filtered->seen))
		read_again(filtered, ui);
	filtered->layout = table_fit(columns, COLUMNS, width - LIST_MARGIN);
	list_sync(&filtered->list, rows > 3 ? rows - 1 : rows);
}

static void
filtered_draw(const void *state, const struct surface *surface)
{
	const struct filtered *filtered = state;
	int head = surface->rows > 3 ? 1 : 0;
	struct surface list =
		surface_view(surface, head, 0, surface->rows - head, surface->columns);

	if (filtered->changes.count == 0) {
		if (filtered->read)
			surface_put(surface, 0, 1, STYLE_NORMAL,
				    "Nothing was filtered here in the latest run.");
		return;
	}
	if (head > 0)
		table_heading(&filtered->layout, surface, 0, LIST_MARGIN);
	if (filtered->list.shown > 0)
		list_draw(&filtered->list, &list);
	else
		surface_putf(&list, 0, 2, STYLE_NORMAL, "Nothing matches /%s; Esc shows all.",
			     filtered->list.filter);
}

static void
filtered_move(void *state, struct ui *ui, enum move move)
{
	(void)ui;
	list_move(&((struct filtered *)state)->list, move);
}

static void
filter(struct filtered *filtered, const char *text)
{
	struct list *list = &filtered->list;

	list_filter(list, text);
	snprintf(list->find, sizeof(list->find), "%s", text); /* shown where it occurs */
}

static bool
filtered_find(void *state, struct ui *ui, const char *text, enum find_step step)
{
	struct filtered *filtered = state;

	(void)ui;
	if (step == FIND_NEXT || step == FIND_PREVIOUS)
		return list_find(&filtered->list, text, step);
	filter(filtered, step == FIND_CANCEL ? "" : text);
	list_sync(&filtered->list, filtered->list.height);
	return filtered->list.shown > 0;
}

static bool
filtered_back(void *state, struct ui *ui)
{
	struct filtered *filtered = state;

	(void)ui;
	if (filtered->list.filter[0] == '\0')
		return false;
	filter(filtered, "");
	return true;
}

static bool
filtered_copy(const void *state, struct str *out)
{
	const struct filtered *filtered = state;
	size_t row = list_row(&filtered->list);
	const struct detection_candidate *candidate;
	char text[WORDS_SIZE];

	if (row == LIST_NONE)
		return false;
	candidate = &change_of(filtered, row)->candidate;
	str_addf(out, "%s  %s  %s  %s: %s\n", change_of(filtered, row)->service_name,
		 candidate->subject,
		 words_change(candidate->before, candidate->after, candidate->unit, text),
		 candidate->stage, candidate->why != NULL ? candidate->why : "");
	return true;
}

/* -- actions -- */

static const char *
row_refused(const void *state)
{
	const struct filtered *filtered = state;

	return list_row(&filtered->list) != LIST_NONE ? NULL
						      : "there is no change under the cursor";
}

static void
run_open(void *state, struct ui *ui)
{
	struct filtered *filtered = state;

	screens_open_candidate(ui, change_of(filtered, list_row(&filtered->list)));
}

static void
filtered_mouse(void *state, struct ui *ui, const struct mouse *mouse)
{
	struct filtered *filtered = state;

	if (mouse->type == MOUSE_WHEEL_UP || mouse->type == MOUSE_WHEEL_DOWN)
		list_wheel(&filtered->list,
			   mouse->type == MOUSE_WHEEL_UP ? -WHEEL_ROWS : WHEEL_ROWS);
	else if (list_click(&filtered->list, mouse->row - 1) && mouse->type == MOUSE_DOUBLE)
		run_open(filtered, ui);
}

static const struct action filtered_actions[] = {
	{ .name = "open",
	  .keys = "Enter",
	  .hint = "chart and figures",
	  .enabled = row_refused,
	  .help = "Shows the change with its chart and what the stage measured.",
	  .run = run_open },
	ACTION_END
};

const struct screen_ops filtered_screen = {
	.name = "filtered",
	.actions = filtered_actions,
	.title = filtered_title,
	.open = filtered_open,
	.close = filtered_close,
	.sync = filtered_sync,
	.draw = filtered_draw,
	.move = filtered_move,
	.find = filtered_find,
	.back = filtered_back,
	.copy = filtered_copy,
	.mouse = filtered_mouse,
	.event = filtered_event,
};

void
screens_open_filtered(struct ui *ui, int64_t service, const char *stage)
{
	struct filtered *filtered = memory_alloc(sizeof(*filtered));

	filtered->workstation = workstation_of(ui);
	filtered->service = service;
	filtered->stage = stage != NULL ? memory_string(stage) : NULL;
	filtered->now = clock_now();
	list_init(&filtered->list, &list_ops, filtered);
	ui_push(ui, &filtered_screen, filtered);
}
