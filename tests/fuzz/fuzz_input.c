/*
 * A terminal's bytes, any bytes: decoded, run through the ui with its dialogs, drawn.
 * Nothing unsafe may reach the screen. The first two bytes are the window's size; 0xF8
 * and two more change it.
 */
#include <locale.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/base/text.h"
#include "tests/fuzz/fuzz.h"
#include "tui/confirm.h"
#include "tui/list.h"
#include "tui/prompt.h"
#include "tui/text_view.h"
#include "tui/ui.h"

#define ROWS 40
#define EVENTS_MAX 2000

struct world {
	struct list list;
	struct text_view text;
	bool second; /* the pane that has the keys */
};

static size_t
row_count(const void *model)
{
	(void)model;
	return ROWS;
}

static uint64_t
row_key(const void *model, size_t row)
{
	(void)model;
	return row * 3;
}

static void
row_draw(const void *model, const struct list_row *row, const struct surface *line)
{
	(void)model;
	surface_putf(line, 0, 0, row->marked ? STYLE_MARKED : STYLE_NORMAL, "row %zu \033[2J",
		     row->row);
}

static bool
row_matches(const void *model, size_t row, const char *text)
{
	char name[16];

	(void)model;
	snprintf(name, sizeof(name), "row %zu", row);
	return text_contains_nocase(name, text);
}

static const struct list_ops rows = {
	.count = row_count, .key = row_key, .draw = row_draw, .matches = row_matches
};

static void
world_sync(void *state, struct ui *ui, int height, int width)
{
	struct world *world = state;

	(void)ui;
	list_sync(&world->list, height / 2);
	text_view_sync(&world->text, height - height / 2, width);
}

static void
world_draw(const void *state, const struct surface *surface)
{
	const struct world *world = state;
	int half = surface->rows / 2;
	struct surface part = surface_view(surface, 0, 0, half, surface->columns);

	list_draw(&world->list, &part);
	part = surface_view(surface, half, 0, surface->rows - half, surface->columns);
	text_view_draw(&world->text, &part);
}

static void
world_move(void *state, struct ui *ui, enum move move)
{
	struct world *world = state;

	(void)ui;
	if (world->second)
		text_view_move(&world->text, move);
	else
		list_move(&world->list, move);
}

static bool
world_find(void *state, struct ui *ui, const char *text, enum find_step step)
{
	struct world *world = state;

	(void)ui;
	return world->second ? text_view_find(&world->text, text, step)
			     : list_find(&world->list, text, step);
}

static void
world_pane(void *state, struct ui *ui, int direction)
{
	(void)ui;
	((struct world *)state)->second = direction > 0;
}

static void
world_mouse(void *state, struct ui *ui, const struct mouse *mouse)
{
	(void)ui;
	list_click(&((struct world *)state)->list, mouse->row);
	text_view_click(&((struct world *)state)->text, mouse->row);
}

/* What is typed becomes a line of the text, and the filter. */
static void
take_note(void *user, struct ui *ui, const char *text)
{
	struct world *world = user;

	ui_message(ui, MESSAGE_INFO, "%s", text);
	text_view_add(&world->text, STYLE_NORMAL, text);
	list_filter(&world->list, text);
}

static void
run_note(void *state, struct ui *ui)
{
	prompt_open(ui, &(struct prompt_request){
				.label = "note: ", .user = state, .accept = take_note });
}

static void
run_mark(void *state, struct ui *ui)
{
	(void)ui;
	list_mark(&((struct world *)state)->list);
}

static void
run_ask(void *state, struct ui *ui)
{
	confirm_open(ui, "Sure?", "two\nlines", state, run_mark);
}

static const struct action actions[] = {
	{ .name = "note", .keys = "w", .hint = "note", .help = "Notes.", .run = run_note },
	{ .name = "mark", .keys = "Space", .hint = "mark", .help = "Marks.", .run = run_mark },
	{ .name = "ask", .keys = "d", .help = "Asks.", .run = run_ask },
	ACTION_END,
};

static const struct screen_ops world_ops = {
	.name = "world",
	.actions = actions,
	.sync = world_sync,
	.draw = world_draw,
	.move = world_move,
	.find = world_find,
	.next_pane = world_pane,
	.mouse = world_mouse,
};

static void
require_safe_screen(struct ui *ui)
{
	struct str text;
	size_t used;

	str_init(&text, STR_MAX_BULK);
	ui_text(ui, &text);
	for (size_t at = 0; at < text.len; at += used) {
		int32_t point = text_decode(text.data + at, text.len - at, &used);

		FUZZ_REQUIRE(point >= 0 && (point == '\n' || !text_is_unsafe(point)));
	}
	str_release(&text);
}

static void
drive(struct ui *ui, struct key_decoder *decoder, const uint8_t *data, size_t size)
{
	struct input input;
	int events = 0;

	for (size_t i = 0; i < size && events < EVENTS_MAX; i++) {
		if (data[i] == 0xF8 && i + 2 < size) {
			ui_resize(ui, data[i + 1] % 64, data[i + 2]);
			i += 2;
		} else if (key_decoder_byte(decoder, data[i], &input)) {
			ui_input(ui, &input);
			events++;
		}
		if (events % 16 == 0)
			ui_draw(ui);
	}
	if (key_decoder_timeout(decoder, &input))
		ui_input(ui, &input);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ui_setup setup = { .features = SURFACE_UNICODE | SURFACE_SHADES };
	struct key_decoder decoder;
	struct world world = { 0 };
	struct ui *ui;

	if (size < 2)
		return 0;
	setlocale(LC_CTYPE, "C.UTF-8");
	clock_pin(INT64_C(1795176000000000));
	setup.rows = data[0] % 64;
	setup.columns = data[1];
	if (data[0] >= 192)
		setup.features = 0;
	list_init(&world.list, &rows, &world);
	text_view_init(&world.text, TEXT_VIEW_SOURCE);
	text_view_add(&world.text, STYLE_NORMAL, "int a; /* b\n\tc */ \"d\" 12");
	key_decoder_init(&decoder);
	ui = ui_new(&setup);
	ui_push(ui, &world_ops, &world);
	drive(ui, &decoder, data + 2, size - 2);
	require_safe_screen(ui);
	ui_free(ui);
	key_decoder_release(&decoder);
	text_view_release(&world.text);
	list_release(&world.list);
	return 0;
}
