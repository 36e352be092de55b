/* Keys, clicks and pasted text to actions; see ui.h. Called by loop.c and tests. */
#include <string.h>

#include "core/base/text.h"
#include "tui/ui_private.h"

#define WHEEL_ROWS 3

void
ui_run_action(struct ui *ui, const struct action *action, void *state)
{
	const char *why = action_refused(action, state);

	ui->dirty = true;
	if (why != NULL)
		ui_message(ui, MESSAGE_WARNING, "%s: %s", action->name, why);
	else
		action->run(state, ui);
}

/* The first table that knows the key: the screen's, the program's, everybody's. */
static bool
run_by_key(struct ui *ui, const struct screen *screen, struct key key)
{
	const struct action *action = action_find(screen->ops->actions, key);
	void *state = screen->state;

	if (action == NULL && screen->ops->kind == SCREEN_FULL) {
		action = action_find(ui->actions, key);
		state = ui->user;
	}
	if (action == NULL) {
		action = action_find(ui_common_actions(), key);
		state = ui;
	}
	if (action == NULL)
		return false;
	ui_run_action(ui, action, state);
	return true;
}

static void
take_key(struct ui *ui, struct key key)
{
	struct screen screen = ui->stack.items[ui->stack.count - 1];
	char name[KEY_TEXT_SIZE];

	messages_seen(&ui->messages);
	if (screen.ops->raw && screen.ops->key != NULL && screen.ops->key(screen.state, ui, key))
		return;
	if (ui->progress_job != 0 && ui->jobs != NULL && key.code == KEYCODE_ESCAPE) {
		job_cancel(ui->jobs, ui->progress_job);
		return;
	}
	if (run_by_key(ui, &screen, key))
		return;
	if (!screen.ops->raw && screen.ops->key != NULL && screen.ops->key(screen.state, ui, key))
		return;
	ui_message(ui, MESSAGE_INFO, "%s does nothing here; ? shows all keys",
		   key_format(key, name));
}

/* Where there is no hook the wheel still scrolls. */
static void
take_mouse(struct ui *ui, const struct mouse *mouse)
{
	struct screen screen = ui->stack.items[ui->stack.count - 1];
	struct mouse inside = *mouse;
	int rows, columns;

	ui_window(ui, &rows, &columns);
	inside.row -= screen.ops->kind == SCREEN_LINE ? rows - 1 : 1;
	if (inside.row < 0 || inside.row >= rows - 2)
		return;
	if (mouse->type == MOUSE_DRAG && !screen.ops->drags)
		return;
	if (screen.ops->mouse != NULL) {
		screen.ops->mouse(screen.state, ui, &inside);
		return;
	}
	if (screen.ops->move == NULL ||
	    (mouse->type != MOUSE_WHEEL_UP && mouse->type != MOUSE_WHEEL_DOWN))
		return;
	for (int i = 0; i < WHEEL_ROWS; i++)
		screen.ops->move(screen.state, ui,
				 mouse->type == MOUSE_WHEEL_UP ? MOVE_UP : MOVE_DOWN);
}

void
ui_input(struct ui *ui, const struct input *input)
{
	struct screen screen;

	ui->dirty = true;
	if (ui->stack.count == 0)
		return;
	switch (input->type) {
	case INPUT_KEY:
		take_key(ui, input->key);
		break;
	case INPUT_MOUSE:
		take_mouse(ui, &input->mouse);
		break;
	case INPUT_PASTE:
		screen = ui->stack.items[ui->stack.count - 1];
		if (screen.ops->paste != NULL)
			screen.ops->paste(screen.state, ui, input->paste, input->paste_length);
		break;
	case INPUT_RESIZE:
	case INPUT_NONE:
		break;
	}
	ui_settle(ui);
}

int
ui_keys(struct ui *ui, const char *keys)
{
	struct input input = { .type = INPUT_KEY };

	while (*keys != '\0') {
		size_t length = strcspn(keys, " ");

		if (length > 0) {
			if (key_parse(&input.key, keys, length) < 0)
				return -1;
			ui_input(ui, &input);
		}
		keys += length;
		keys += *keys == ' ';
	}
	ui_draw(ui);
	return 0;
}

void
ui_type(struct ui *ui, const char *text)
{
	struct input input = { .type = INPUT_KEY };
	size_t at = 0, length = strlen(text), used;

	while (at < length) {
		input.key = (struct key){ .code = text_decode(text + at, length - at, &used) };
		at += used;
		if (input.key.code > 0)
			ui_input(ui, &input);
	}
}
