/*
 * What dismissed findings teach: settings of services as lines of config.yaml,
 * each with the figures it rests on. y copies the one under the cursor, e opens
 * config.yaml; nothing is ever set by itself. Opened by T from everywhere; the command is
 * `headroom service suggest`.
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/path.h"
#include "core/explain/suggestions.h"
#include "views/screens/lines.h"
#include "views/screens/screens.h"
#include "views/screens/work.h"
#include "views/screens/workstation.h"

#define EVENT_SUGGESTIONS 1
#define WHEEL_ROWS 3

struct suggesting {
	struct workstation *workstation;
	uint64_t screen;
	struct suggestions suggestions;
	char *file; /* config.yaml, there or not */
	bool read;
	struct lines lines; /* the target of a line: number of its suggestion */
	int width;
	int64_t seen;
	uint64_t job;
	bool again;
};

/* -- reading -- */

struct task {
	struct suggestions suggestions;
	char *file;
};

static void
task_free(void *state)
{
	struct task *task = state;

	suggestions_release(&task->suggestions);
	free(task->file);
	free(task);
}

static char *
default_file(void)
{
	char *folder = NULL, *file;

	if (path_config_home(&folder, NULL) < 0)
		return NULL;
	file = path_join(folder, "config.yaml");
	free(folder);
	return file;
}

static int
run(struct work *work, void *state, struct error *err)
{
	struct task *task = state;
	struct settings *settings = NULL;
	int result;

	if (work_settings(work, &settings, err) < 0)
		return -1;
	task->file = settings_file(settings) != NULL ? memory_string(settings_file(settings))
						     : default_file();
	result = suggestions_make(&task->suggestions, work_store(work), settings, NULL, err);
	settings_free(settings);
	return result;
}

static const struct work_ops ops = {
	.name = "looking at what was dismissed",
	.run = run,
	.free = task_free,
	.answer = EVENT_SUGGESTIONS,
};

static void
read_again(struct suggesting *screen, struct ui *ui)
{
	screen->again = screen->job != 0;
	if (!screen->again)
		screen->job =
			work_start(ui, screen->screen, &ops, memory_alloc(sizeof(struct task)));
}

static void
suggestions_event(void *state, struct ui *ui, int what, void *data)
{
	struct suggesting *screen = state;
	const struct work_answer *answer = data;
	struct task *task = answer->task;

	(void)what;
	screen->job = 0;
	if (screen->again)
		read_again(screen, ui);
	if (answer->err != NULL)
		return;
	suggestions_release(&screen->suggestions);
	free(screen->file);
	screen->suggestions = task->suggestions;
	screen->file = task->file;
	task->suggestions = (struct suggestions){ 0 };
	task->file = NULL;
	screen->read = true;
	screen->width = 0;
}

/* -- lines -- */

static struct line_target
target_of(size_t suggestion)
{
	return (struct line_target){ OPENS_NOTHING, (int64_t)suggestion + 1 };
}

static void
put_suggestion(struct lines *lines, const struct suggestion *suggestion, size_t number)
{
	const struct line_target target = target_of(number);
	char *head = memory_format("%s: %zu dismissed as \"%s\"", suggestion->service,
				   suggestion->dismissed, dismiss_reasons[suggestion->reason].name);
	const char *line = suggestion->yaml;

	lines_put_target(lines, STYLE_HEADING, target, "service", head);
	free(head);
	lines_put_target(lines, STYLE_NORMAL, target, "", suggestion->why);
	if (line == NULL) {
		lines_put_target(lines, STYLE_DIM, target, "", "no setting to suggest");
		line = "";
	}
	/* As they are, so that what is seen is what is copied. */
	while (*line != '\0') {
		int length = (int)strcspn(line, "\n");

		text_view_addf(&lines->view, STYLE_CODE_STRING, "%*s%.*s", LINES_INDENT + 2, "",
			       length, line);
		vec_push(&lines->targets, target);
		line += length + (line[length] == '\n');
	}
	lines_put_target(lines, STYLE_NORMAL, target, "", "");
}

static void
fill(struct suggesting *screen, int width)
{
	struct lines *lines = &screen->lines;

	lines_begin(lines, width);
	if (!screen->read)
		return;
	lines_put_target(lines, STYLE_DIM, target_of(0), "",
			 "Settings that would have kept away what was dismissed. Nothing is set by "
			 "itself: y "
			 "copies the lines under the cursor, e opens config.yaml to put them in.");
	lines_put_target(lines, STYLE_NORMAL, target_of(0), "", "");
	for (size_t i = 0; i < screen->suggestions.count; i++)
		put_suggestion(lines, &screen->suggestions.items[i], i);
	if (screen->suggestions.count == 0)
		lines_put(lines, STYLE_NORMAL, "",
			  "Nothing was dismissed for a reason that teaches: d on a finding offers "
			  "them.");
}

/* NULL: none under the cursor. */
static const struct suggestion *
current(const struct suggesting *screen)
{
	size_t number = (size_t)lines_target(&screen->lines).id;

	return number > 0 && number <= screen->suggestions.count
		       ? &screen->suggestions.items[number - 1]
		       : NULL;
}

/* -- hooks -- */

static void
suggestions_open(void *state, struct ui *ui)
{
	struct suggesting *screen = state;

	screen->screen = ui_top_id(ui);
	workstation_has_news(screen->workstation, &screen->seen);
	read_again(screen, ui);
}

static void
suggestions_close(void *state, struct ui *ui)
{
	struct suggesting *screen = state;

	work_stop(ui, screen->job);
	suggestions_release(&screen->suggestions);
	lines_release(&screen->lines);
	free(screen->file);
	free(screen);
}

static void
suggestions_sync(void *state, struct ui *ui, int rows, int columns)
{
	struct suggesting *screen = state;

	if (workstation_has_news(screen->workstation, &screen->seen))
		read_again(screen, ui);
	if (screen->width != columns) {
		screen->width = columns;
		fill(screen, columns);
	}
	text_view_sync(&screen->lines.view, rows, columns);
}

static void
suggestions_draw(const void *state, const struct surface *surface)
{
	text_view_draw(&((const struct suggesting *)state)->lines.view, surface);
}

static void
suggestions_move(void *state, struct ui *ui, enum move move)
{
	(void)ui;
	text_view_move(&((struct suggesting *)state)->lines.view, move);
}

static bool
suggestions_find(void *state, struct ui *ui, const char *text, enum find_step step)
{
	(void)ui;
	return text_view_find(&((struct suggesting *)state)->lines.view, text, step);
}

static bool
suggestions_copy(const void *state, struct str *out)
{
	const struct suggestion *suggestion = current(state);

	if (suggestion == NULL || suggestion->yaml == NULL)
		return false;
	str_add(out, suggestion->yaml);
	return true;
}

static void
suggestions_mouse(void *state, struct ui *ui, const struct mouse *mouse)
{
	struct suggesting *screen = state;

	(void)ui;
	if (mouse->type == MOUSE_WHEEL_UP || mouse->type == MOUSE_WHEEL_DOWN)
		text_view_wheel(&screen->lines.view,
				mouse->type == MOUSE_WHEEL_UP ? -WHEEL_ROWS : WHEEL_ROWS);
	else
		text_view_click(&screen->lines.view, mouse->row);
}

/* -- actions -- */

static const char *
edit_refused(const void *state)
{
	return ((const struct suggesting *)state)->file != NULL ? NULL : "there is no place for it";
}

/* The folder may be missing: an editor would only say so when it is too late. */
static void
run_edit(void *state, struct ui *ui)
{
	struct suggesting *screen = state;
	char *folder = memory_string(screen->file), *slash = strrchr(folder, '/');
	struct error err = { 0 };

	if (slash != NULL && slash > folder)
		*slash = '\0';
	if (path_make_folder(folder, &err) < 0 || ui_edit(ui, screen->file, 0, &err) < 0)
		ui_error(ui, &err);
	free(folder);
	read_again(screen, ui);
}

static const struct action suggestions_actions[] = {
	{ .name = "edit",
	  .keys = "e",
	  .hint = "open config.yaml",
	  .enabled = edit_refused,
	  .help = "Opens config.yaml in the editor; y copies the lines under the cursor before.",
	  .run = run_edit },
	ACTION_END
};

const struct screen_ops suggestions_screen = {
	.name = "suggestions",
	.actions = suggestions_actions,
	.open = suggestions_open,
	.close = suggestions_close,
	.sync = suggestions_sync,
	.draw = suggestions_draw,
	.move = suggestions_move,
	.find = suggestions_find,
	.copy = suggestions_copy,
	.mouse = suggestions_mouse,
	.event = suggestions_event,
};

void
screens_open_suggestions(struct ui *ui)
{
	struct suggesting *screen = memory_alloc(sizeof(*screen));

	screen->workstation = workstation_of(ui);
	lines_init(&screen->lines);
	ui_push(ui, &suggestions_screen, screen);
}
