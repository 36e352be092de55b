/* The dialog that asks once; see confirm.h. Called by screens. */
#include "tui/confirm.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "tui/ui.h"

#define CONFIRM_COLUMNS 64

struct confirm {
	char *question;
	char *detail;
	void *user;
	void (*yes)(void *user, struct ui *ui);
};

static void
confirm_close(void *state, struct ui *ui)
{
	struct confirm *confirm = state;

	(void)ui;
	free(confirm->question);
	free(confirm->detail);
	free(confirm);
}

static bool
confirm_key(void *state, struct ui *ui, struct key key)
{
	struct confirm *confirm = state;

	if (key_in_list(key, "y Y")) {
		ui_pop(ui);
		confirm->yes(confirm->user, ui);
	} else if (key_in_list(key, "n N q Esc Enter C-c")) {
		ui_pop(ui);
	} else {
		return !key_in_list(key, "C-l C-z");
	}
	return true;
}

static int
count_lines(const char *text)
{
	int lines = 1;

	for (; *text != '\0'; text++)
		lines += *text == '\n';
	return lines;
}

static void
confirm_draw(const void *state, const struct surface *surface)
{
	const struct confirm *confirm = state;
	int detail = confirm->detail != NULL ? count_lines(confirm->detail) + 1 : 0;
	int rows = detail + 5, columns = CONFIRM_COLUMNS, row = 1;
	const char *line = confirm->detail;
	struct surface box, inside;

	rows = rows < surface->rows ? rows : surface->rows;
	columns = columns < surface->columns ? columns : surface->columns;
	box = surface_view(surface, (surface->rows - rows) / 2, (surface->columns - columns) / 2,
			   rows, columns);
	surface_clear(&box);
	inside = surface_box(&box, STYLE_WARN, NULL);
	surface_put_field(&inside, 0, 1, inside.columns - 2, STYLE_STRONG, confirm->question,
			  strlen(confirm->question));
	for (; line != NULL; row++) {
		size_t length = strcspn(line, "\n");

		surface_put_field(&inside, row, 1, inside.columns - 2, STYLE_NORMAL, line, length);
		line = line[length] == '\n' ? line + length + 1 : NULL;
	}
	surface_put(&inside, inside.rows - 1, 1, STYLE_KEY, "y");
	surface_put(&inside, inside.rows - 1, 3, STYLE_HINT, "yes");
	surface_put(&inside, inside.rows - 1, 8, STYLE_KEY, "n");
	surface_put(&inside, inside.rows - 1, 10, STYLE_HINT, "no");
}

static const struct screen_ops confirm_ops = {
	.name = "confirm",
	.kind = SCREEN_DIALOG,
	.close = confirm_close,
	.draw = confirm_draw,
	.key = confirm_key,
	.raw = true,
};

void
confirm_open(struct ui *ui, const char *question, const char *detail, void *user,
	     void (*yes)(void *user, struct ui *ui))
{
	struct confirm *confirm = memory_alloc(sizeof(*confirm));

	confirm->question = memory_string(question);
	confirm->detail = memory_string(detail);
	confirm->user = user;
	confirm->yes = yes;
	ui_push(ui, &confirm_ops, confirm);
}
