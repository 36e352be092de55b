/* Tables of actions: finding, checking, printing; see action.h. Called by ui.c, help.c, palette.c,
 * tests and the manual. */
#include "tui/action.h"

#include <string.h>

const struct action *
action_find(const struct action *table, struct key key)
{
	for (; table != NULL && table->name != NULL; table++)
		if (key_in_list(key, table->keys))
			return table;
	return NULL;
}

const struct action *
action_by_name(const struct action *table, const char *name)
{
	for (; table != NULL && table->name != NULL; table++)
		if (strcmp(table->name, name) == 0)
			return table;
	return NULL;
}

const char *
action_refused(const struct action *action, const void *state)
{
	return action->enabled != NULL ? action->enabled(state) : NULL;
}

/* The other action of table that takes one of keys; NULL: none. Skips those that yield when asked
 * to. */
static const struct action *
find_clash(const struct action *table, const struct action *mine, bool skip_yielding)
{
	const char *list = mine->keys;
	struct key key;

	while (list != NULL && *list != '\0') {
		size_t length = strcspn(list, " ");

		if (key_parse(&key, list, length) == 0)
			for (const struct action *other = table; other->name != NULL; other++)
				if (other != mine && !(skip_yielding && other->yields) &&
				    key_in_list(key, other->keys))
					return other;
		list += length;
		list += strspn(list, " ");
	}
	return NULL;
}

static int
check_keys(const char *scope, const struct action *action, struct error *err)
{
	const char *list = action->keys;
	struct key key;

	while (list != NULL && *list != '\0') {
		size_t length = strcspn(list, " ");

		if (key_parse(&key, list, length) < 0)
			return error_set(err, ERROR_INPUT, "%s: %s: %.*s: no such key", scope,
					 action->name, (int)length, list);
		list += length;
		list += strspn(list, " ");
	}
	return 0;
}

int
action_check(const char *scope, const struct action *table, const struct action *common,
	     struct error *err)
{
	const struct action *other;

	for (const struct action *action = table; action->name != NULL; action++) {
		if (action->help == NULL || *action->help == '\0')
			return error_set(err, ERROR_INPUT, "%s: %s: no help", scope, action->name);
		if (action->run == NULL)
			return error_set(err, ERROR_INPUT, "%s: %s: does nothing", scope,
					 action->name);
		if (check_keys(scope, action, err) < 0)
			return -1;
		other = find_clash(table, action, false);
		if (other == NULL && common != NULL && common != table)
			other = find_clash(common, action, true);
		if (other != NULL)
			return error_set(err, ERROR_INPUT, "%s: %s and %s share a key of \"%s\"",
					 scope, action->name, other->name, action->keys);
		if (action_by_name(table, action->name) != action)
			return error_set(err, ERROR_INPUT, "%s: %s: there twice", scope,
					 action->name);
	}
	return 0;
}

/* What roff would read as its own: a backslash anywhere, a hyphen (a minus sign is meant). */
static void
add_roff(struct str *out, const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '\\')
			str_add(out, "\\e");
		else if (*text == '-')
			str_add(out, "\\-");
		else
			str_add_char(out, *text);
	}
}

void
action_manual(const struct action *table, struct str *out)
{
	for (; table != NULL && table->name != NULL; table++) {
		str_add(out, ".TP\n.B \"");
		add_roff(out, table->keys != NULL ? table->keys : ":");
		str_add(out, "\"\n");
		add_roff(out, table->name);
		str_add(out, ": ");
		add_roff(out, table->help);
		str_add_char(out, '\n');
	}
}
