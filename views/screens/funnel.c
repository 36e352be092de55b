/*
 * The funnel: how many change points the latest run found, how many each stage
 * filtered, how many became findings. Enter lists what a stage filtered
 * (filtered.c), so that nobody has to trust a filter blindly.
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/detect/stage_text.h"
#include "tui/bars.h"
#include "tui/list.h"
#include "tui/palette.h"
#include "tui/table.h"
#include "views/screens/funnel_data.h"
#include "views/screens/screens.h"
#include "views/screens/words.h"
#include "views/screens/work.h"
#include "views/screens/workstation.h"

#define EVENT_DATA 1
#define WHEEL_ROWS 3

enum column { COLUMN_STAGE, COLUMN_FILTERED, COLUMN_LEFT, COLUMN_PART, COLUMN_BAR, COLUMNS };

static const struct table_column columns[COLUMNS] = {
	[COLUMN_STAGE] = { "STAGE", 16, 0, 0, false },
	[COLUMN_FILTERED] = { "FILTERED", 8, 0, 3, true },
	[COLUMN_LEFT] = { "LEFT", 8, 0, 0, true },
	[COLUMN_PART] = { "LEFT OF", 9, 0, 2, true },
	[COLUMN_BAR] = { "", 8, 1, 4, false },
};

struct funnel {
	struct workstation *workstation;
	uint64_t screen;
	int64_t service; /* 0: all */
	struct funnel_data data;
	bool read;
	struct list list;
	struct table_layout layout;
	struct strings services; /* offered by the picker */
	int64_t seen;
	uint64_t job;
	bool again;
};

/* -- reading -- */

struct task {
	int64_t service;
	struct funnel_data data;
};

static void
task_free(void *state)
{
	struct task *task = state;

	funnel_data_release(&task->data);
	free(task);
}

static int
run(struct work *work, void *state, struct error *err)
{
	struct task *task = state;

	return funnel_data_load(&task->data, work_store(work), task->service, err);
}

static const struct work_ops ops = {
	.name = "reading the funnel",
	.quiet = true,
	.run = run,
	.free = task_free,
	.answer = EVENT_DATA,
};

static void
read_again(struct funnel *funnel, struct ui *ui)
{
	struct task *task;

	funnel->again = funnel->job != 0;
	if (funnel->again)
		return;
	task = memory_alloc(sizeof(*task));
	task->service = funnel->service;
	funnel->job = work_start(ui, funnel->screen, &ops, task);
}

static void
funnel_event(void *state, struct ui *ui, int what, void *data)
{
	struct funnel *funnel = state;
	const struct work_answer *answer = data;
	struct task *task = answer->task;

	(void)what;
	funnel->job = 0;
	if (funnel->again)
		read_again(funnel, ui);
	if (answer->err != NULL) {
		ui_error(ui, answer->err);
		return;
	}
	funnel_data_release(&funnel->data);
	funnel->data = task->data;
	task->data = (struct funnel_data){ 0 };
	funnel->read = true;
	list_changed(&funnel->list);
}

/* -- rows: the change points, the stages, what was reported, and the improvements beside it -- */

static size_t
count(const void *model)
{
	const struct funnel *funnel = model;

	return funnel->data.ran > 0 ? funnel->data.stages.count + 3 : 0;
}

/* Improvements are recorded and not reported: they are none of what the stages left. */
static bool
is_improvements(const struct funnel *funnel, size_t row)
{
	return row == funnel->data.stages.count + 2;
}

static uint64_t
key(const void *model, size_t row)
{
	(void)model;
	return row + 1;
}

/* NULL: the row is no stage. */
static const struct funnel_stage *
stage_of(const struct funnel *funnel, size_t row)
{
	return row >= 1 && row <= funnel->data.stages.count ? &funnel->data.stages.items[row - 1]
							    : NULL;
}

static uint64_t
left_of(const struct funnel *funnel, size_t row)
{
	const struct funnel_stage *stage = stage_of(funnel, row);

	if (stage != NULL)
		return stage->left;
	if (is_improvements(funnel, row))
		return funnel->data.improvements;
	return row == 0 ? funnel->data.change_points : funnel->data.findings;
}

static const char *
title_of(const struct funnel *funnel, size_t row, char buffer[TEXT_NUMBER_SIZE])
{
	const struct funnel_stage *stage = stage_of(funnel, row);

	if (stage != NULL)
		return detect_stage_title(stage->name, buffer);
	if (is_improvements(funnel, row))
		return "improvements";
	return row == 0 ? "change points" : "reported";
}

/* "100 %", "1 / 468": what is left of all. */
static char *
part_text(uint64_t left, uint64_t of, char buffer[TEXT_NUMBER_SIZE])
{
	char number[TEXT_NUMBER_SIZE];

	if (left == 0 || of == 0)
		snprintf(buffer, TEXT_NUMBER_SIZE, "-");
	else if (left * 20 >= of)
		snprintf(buffer, TEXT_NUMBER_SIZE, "%.0f %%", 100.0 * (double)left / (double)of);
	else
		snprintf(buffer, TEXT_NUMBER_SIZE, "1 / %.20s",
			 text_short_count((double)of / (double)left, number));
	return buffer;
}

static void
draw_row(const void *model, const struct list_row *list_row, const struct surface *line)
{
	const struct funnel *funnel = model;
	const struct table_layout *layout = &funnel->layout;
	const struct funnel_stage *stage = stage_of(funnel, list_row->row);
	uint64_t left = left_of(funnel, list_row->row), all = funnel->data.change_points;
	struct surface bar = table_place(layout, line, 0, COLUMN_BAR);
	char text[TEXT_NUMBER_SIZE];

	table_cell(layout, line, 0, COLUMN_STAGE, stage != NULL ? STYLE_NORMAL : STYLE_STRONG,
		   title_of(funnel, list_row->row, text), list_row->find);
	if (stage != NULL)
		table_cell(layout, line, 0, COLUMN_FILTERED,
			   stage->filtered > 0 ? STYLE_MORE : STYLE_DIM,
			   text_count((double)stage->filtered, text), NULL);
	table_cell(layout, line, 0, COLUMN_LEFT, STYLE_NORMAL, text_count((double)left, text),
		   NULL);
	if (is_improvements(funnel, list_row->row))
		return;
	table_cell(layout, line, 0, COLUMN_PART, STYLE_DIM, part_text(left, all, text), NULL);
	if (bar.columns > 0 && all > 0)
		surface_bar(&bar, 0, 0, bar.columns, STYLE_CHART_LINE, (double)left / (double)all);
}

static bool
matches(const void *model, size_t row, const char *text)
{
	char title[TEXT_NUMBER_SIZE];

	return text_contains_nocase(title_of(model, row, title), text);
}

static const struct list_ops list_ops = {
	.count = count,
	.key = key,
	.draw = draw_row,
	.matches = matches,
};

/* -- hooks -- */

static const char *
service_name(const struct funnel *funnel)
{
	const struct service_list *services = &funnel->data.services;

	for (size_t i = 0; i < services->count; i++)
		if (services->items[i].id == funnel->service)
			return services->items[i].name;
	return NULL;
}

static void
funnel_open(void *state, struct ui *ui)
{
	struct funnel *funnel = state;

	funnel->screen = ui_top_id(ui);
	workstation_has_news(funnel->workstation, &funnel->seen);
	read_again(funnel, ui);
}

static void
funnel_close(void *state, struct ui *ui)
{
	struct funnel *funnel = state;

	work_stop(ui, funnel->job);
	list_release(&funnel->list);
	funnel_data_release(&funnel->data);
	strings_release(&funnel->services);
	free(funnel);
}

/* A line of what was looked at, one of headings, the rows, and two of the stage's question. */
static void
funnel_sync(void *state, struct ui *ui, int rows, int width)
{
	struct funnel *funnel = state;

	if (workstation_has_news(funnel->workstation, &funnel->seen))
		read_again(funnel, ui);
	funnel->layout = table_fit(columns, COLUMNS, width - LIST_MARGIN);
	list_sync(&funnel->list, rows > 3 ? rows - 2 : rows > 1 ? rows - 1 : 0);
}

static void
draw_head(const struct funnel *funnel, const struct surface *surface)
{
	const struct funnel_data *data = &funnel->data;
	char series[TEXT_NUMBER_SIZE], windows[TEXT_NUMBER_SIZE], samples[TEXT_NUMBER_SIZE];
	char when[CLOCK_TEXT_SIZE];
	const char *name = service_name(funnel);
	struct str text;

	str_init(&text, STR_MAX_LINE);
	if (funnel->service == 0)
		str_addf(&text, "%zu of %zu service%s", data->ran, data->services.count,
			 text_plural(data->services.count));
	else
		str_addf(&text, "service:%s", name != NULL ? name : "?");
	str_addf(&text, ", %s: %s series, %s window%s, %s sample%s", clock_format(data->time, when),
		 text_count((double)data->series, series),
		 text_count((double)data->windows, windows), text_plural(data->windows),
		 text_short_count((double)data->samples, samples), text_plural(data->samples));
	surface_put_field(surface, 0, 1, surface->columns - 1, STYLE_DIM, text.data, text.len);
	str_release(&text);
}

/* What the stage under the cursor does, in what room is left under the rows. */
static void
draw_question(const struct funnel *funnel, const struct surface *surface, int row)
{
	size_t at = list_row(&funnel->list);
	const struct funnel_stage *stage = at != LIST_NONE ? stage_of(funnel, at) : NULL;
	const struct detect_stage_text *words =
		stage != NULL ? detect_stage_text(stage->name) : NULL;
	const char *texts[3];

	if (words == NULL || row + 2 > surface->rows)
		return;
	bars_rule(surface, row++, words->title);
	texts[0] = words->question;
	texts[1] = words->method;
	texts[2] = words->weak;
	for (size_t i = 0; i < 3; i++) {
		const char *text = texts[i];
		size_t length = strlen(text);

		while (length > 0 && row < surface->rows) {
			size_t piece = words_fold(text, length, surface->columns - 2);

			surface_put_field(surface, row++, 1, surface->columns - 1,
					  i == 0   ? STYLE_STRONG
					  : i == 1 ? STYLE_NORMAL
						   : STYLE_DIM,
					  text, piece);
			piece += piece < length && text[piece] == ' ';
			text += piece;
			length -= piece;
		}
	}
}

static void
draw_empty(const struct funnel *funnel, const struct surface *surface)
{
	if (!funnel->read)
		return;
	surface_putf(surface, 0, 1, STYLE_NORMAL, "Detection has not run%s.",
		     funnel->service != 0 ? " on this service" : " yet");
	surface_put(surface, 1, 1, STYLE_DIM, "R looks for regressions now.");
}

static void
funnel_draw(const void *state, const struct surface *surface)
{
	const struct funnel *funnel = state;
	int head = surface->rows > 3 ? 2 : 1;
	struct surface list =
		surface_view(surface, head, 0, surface->rows - head, surface->columns);

	if (funnel->data.ran == 0) {
		draw_empty(funnel, surface);
		return;
	}
	draw_head(funnel, surface);
	if (head == 2)
		table_heading(&funnel->layout, surface, 1, LIST_MARGIN);
	list_draw(&funnel->list, &list);
	draw_question(funnel, surface, head + (int)funnel->list.shown + 1);
}

static void
funnel_move(void *state, struct ui *ui, enum move move)
{
	(void)ui;
	list_move(&((struct funnel *)state)->list, move);
}

static bool
funnel_find(void *state, struct ui *ui, const char *text, enum find_step step)
{
	(void)ui;
	return list_find(&((struct funnel *)state)->list, text, step);
}

/* As a table of text, one row a line. */
static bool
funnel_copy(const void *state, struct str *out)
{
	const struct funnel *funnel = state;
	char title[TEXT_NUMBER_SIZE];

	for (size_t row = 0; row < count(funnel); row++) {
		const struct funnel_stage *stage = stage_of(funnel, row);

		str_addf(out, "%-16s filtered %llu  left %llu\n", title_of(funnel, row, title),
			 (unsigned long long)(stage != NULL ? stage->filtered : 0),
			 (unsigned long long)left_of(funnel, row));
	}
	return count(funnel) > 0;
}

/* -- actions -- */

static const char *
stage_refused(const void *state)
{
	const struct funnel *funnel = state;
	size_t row = list_row(&funnel->list);

	if (row == LIST_NONE)
		return "detection has not run";
	if (is_improvements(funnel, row))
		return "improvements have a tab of their own beside the findings: q, then Tab";
	if (row > funnel->data.stages.count)
		return "what was reported are the findings: q goes there";
	return NULL;
}

/* The first row opens all that was filtered. */
static void
run_open(void *state, struct ui *ui)
{
	struct funnel *funnel = state;
	const struct funnel_stage *stage = stage_of(funnel, list_row(&funnel->list));

	screens_open_filtered(ui, funnel->service, stage != NULL ? stage->name : NULL);
}

static void
funnel_mouse(void *state, struct ui *ui, const struct mouse *mouse)
{
	struct funnel *funnel = state;
	int head = funnel->list.height > 1 ? 2 : 1;

	if (mouse->type == MOUSE_WHEEL_UP || mouse->type == MOUSE_WHEEL_DOWN)
		list_wheel(&funnel->list, mouse->type == MOUSE_WHEEL_UP ? -WHEEL_ROWS : WHEEL_ROWS);
	else if (list_click(&funnel->list, mouse->row - head) && mouse->type == MOUSE_DOUBLE &&
		 stage_refused(funnel) == NULL)
		run_open(funnel, ui);
}

static void
service_chosen(void *user, struct ui *ui, size_t index)
{
	struct funnel *funnel = user;
	const struct service_list *services = &funnel->data.services;

	if (index > services->count)
		return;
	funnel->service = index == 0 ? 0 : services->items[index - 1].id;
	read_again(funnel, ui);
}

static void
run_service(void *state, struct ui *ui)
{
	struct funnel *funnel = state;
	const struct service_list *services = &funnel->data.services;

	strings_release(&funnel->services);
	strings_add(&funnel->services, "all services");
	for (size_t i = 0; i < services->count; i++)
		strings_add(&funnel->services, services->items[i].name);
	palette_pick(ui, "service", (const char *const *)funnel->services.items,
		     funnel->services.count, funnel, service_chosen);
}

static const struct action funnel_actions[] = {
	{ .name = "open",
	  .keys = "Enter",
	  .hint = "what it filtered",
	  .enabled = stage_refused,
	  .help = "Lists the change points that the stage filtered; on the first row all of them.",
	  .run = run_open },
	{ .name = "service",
	  .keys = "S",
	  .hint = "service",
	  .help = "Chooses whose run is shown.",
	  .run = run_service },
	ACTION_END
};

const struct screen_ops funnel_screen = {
	.name = "funnel",
	.actions = funnel_actions,
	.open = funnel_open,
	.close = funnel_close,
	.sync = funnel_sync,
	.draw = funnel_draw,
	.move = funnel_move,
	.find = funnel_find,
	.copy = funnel_copy,
	.mouse = funnel_mouse,
	.event = funnel_event,
};

void
screens_open_funnel(struct ui *ui)
{
	struct funnel *funnel = memory_alloc(sizeof(*funnel));

	funnel->workstation = workstation_of(ui);
	list_init(&funnel->list, &list_ops, funnel);
	ui_push(ui, &funnel_screen, funnel);
}
