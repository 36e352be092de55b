/* The list of all actions of the top screen, the program and everybody; see action_list.h. Called
 * by palette.c and help.c. */
#include "tui/action_list.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/str.h"
#include "core/base/vec.h"
#include "tui/key.h"
#include "tui/picker.h"
#include "tui/ui.h"
#include "tui/ui_private.h"

enum owner { OWNER_SCREEN, OWNER_PROGRAM, OWNER_COMMON };

struct entry {
	const struct action *action;
	enum owner owner;
};

struct action_list {
	uint64_t screen; /* whose actions they are */
	VEC(struct entry) entries;
	VEC(struct picker_item) items;
};

static void
list_free(void *user)
{
	struct action_list *list = user;

	for (size_t i = 0; i < list->items.count; i++) {
		free((char *)list->items.items[i].keys);
		free((char *)list->items.items[i].detail);
	}
	vec_release(&list->entries);
	vec_release(&list->items);
	free(list);
}

/* What an action of this owner is given; NULL with *gone set when its screen is no more. */
static void *
state_of(struct ui *ui, const struct action_list *list, enum owner owner, bool *gone)
{
	struct screen *screen = ui_screen(ui, list->screen);

	*gone = false;
	if (owner == OWNER_COMMON)
		return ui;
	if (owner == OWNER_PROGRAM)
		return ui_user(ui);
	*gone = screen == NULL;
	return screen != NULL ? screen->state : NULL;
}

static void
chosen(void *user, struct ui *ui, size_t index)
{
	const struct action_list *list = user;
	const struct entry *entry = &list->entries.items[index];
	bool gone;
	void *state = state_of(ui, list, entry->owner, &gone);

	if (!gone)
		ui_run_action(ui, entry->action, state);
}

/* The keys that reach this action: those no table before it takes for itself. */
static void
free_keys(struct str *out, const struct action_list *list, const struct action *action,
	  enum owner owner)
{
	const char *at = action->keys;

	for (; at != NULL && *at != '\0'; at += strspn(at, " ")) {
		size_t length = strcspn(at, " ");
		bool taken = false;
		struct key key;

		for (size_t i = 0; i < list->entries.count && !taken; i++)
			taken = list->entries.items[i].owner != owner &&
				key_parse(&key, at, length) == 0 &&
				key_in_list(key, list->entries.items[i].action->keys);
		if (!taken)
			str_addf(out, "%s%.*s", out->len > 0 ? " " : "", (int)length, at);
		at += length;
	}
}

static void
add_table(struct ui *ui, struct action_list *list, const struct action *table, enum owner owner)
{
	bool gone;
	void *state = state_of(ui, list, owner, &gone);

	for (; table != NULL && table->name != NULL; table++) {
		const char *why = action_refused(table, state);
		struct picker_item item = { .text = table->name };
		struct str keys;

		str_init(&keys, STR_MAX_LINE);
		free_keys(&keys, list, table, owner);
		item.keys = str_take(&keys);
		/* What a key is for is told also where it can do nothing now. */
		item.detail = why != NULL ? memory_format("%s Not now: %s.", table->help, why)
					  : memory_string(table->help);
		item.also = table->also;
		item.refused = why != NULL;
		vec_push(&list->entries, (struct entry){ table, owner });
		vec_push(&list->items, item);
	}
}

void
action_list_open(struct ui *ui, const char *title, bool browse)
{
	struct action_list *list = memory_alloc(sizeof(*list));
	const struct screen_ops *top = ui_top(ui, NULL);

	list->screen = ui_top_id(ui);
	add_table(ui, list, top != NULL ? top->actions : NULL, OWNER_SCREEN);
	add_table(ui, list, ui_program_actions(ui), OWNER_PROGRAM);
	add_table(ui, list, ui_common_actions(), OWNER_COMMON);
	picker_open(ui, &(struct picker_request){ .title = title,
						  .items = list->items.items,
						  .count = list->items.count,
						  .browse = browse,
						  .keep_order = browse,
						  .user = list,
						  .chosen = chosen,
						  .release = list_free });
}
