/* "/", n and N for every screen that has a find hook. Called by ui_actions.c. */
#include "core/base/memory.h"
#include "tui/prompt.h"
#include "tui/ui_private.h"

static void
step(struct ui *ui, const char *text, enum find_step find_step)
{
	struct screen *screen = ui_screen(ui, ui->find_screen);

	if (screen == NULL || screen->ops->find == NULL)
		return;
	if (!screen->ops->find(screen->state, ui, text, find_step) && *text != '\0' &&
	    find_step != FIND_TYPING && find_step != FIND_CANCEL)
		ui_message(ui, MESSAGE_INFO, "nothing matches %s", text);
}

static void
find_changed(void *user, struct ui *ui, const char *text)
{
	(void)user;
	step(ui, text, FIND_TYPING);
}

static void
find_accept(void *user, struct ui *ui, const char *text)
{
	(void)user;
	memory_replace_string(&ui->find_text, text);
	step(ui, text, FIND_ACCEPT);
}

static void
find_cancel(void *user, struct ui *ui)
{
	(void)user;
	step(ui, "", FIND_CANCEL);
}

void
ui_find_ask(struct ui *ui)
{
	ui->find_screen = ui_top_id(ui);
	prompt_open(ui, &(struct prompt_request){ .label = "/",
						  .history = &ui->find_history,
						  .changed = find_changed,
						  .accept = find_accept,
						  .cancel = find_cancel });
}

void
ui_find_again(struct ui *ui, enum find_step find_step)
{
	if (ui->find_text == NULL || *ui->find_text == '\0') {
		ui_message(ui, MESSAGE_INFO, "nothing to find again; / finds");
		return;
	}
	ui->find_screen = ui_top_id(ui);
	step(ui, ui->find_text, find_step);
}
