/* `service suggest`: settings that what was dismissed teaches; the screen is suggestions.c. */
#include "core/explain/suggestions.h"
#include "views/commands/command.h"

static struct json *
suggestion_json(const struct suggestion *suggestion)
{
	struct json *json = json_object();

	json_set_text(json, "service", suggestion->service);
	json_set_text(json, "reason", dismiss_reasons[suggestion->reason].name);
	json_set_int(json, "dismissed", (int64_t)suggestion->dismissed);
	json_set_text(json, "yaml", suggestion->yaml);
	json_set_text(json, "why", suggestion->why);
	return json;
}

static void
say(struct session *session, const struct suggestion *suggestion)
{
	session_say(session, "# %s: %zu dismissed as \"%s\"\n# %s\n%s\n", suggestion->service,
		    suggestion->dismissed, dismiss_reasons[suggestion->reason].name,
		    suggestion->why,
		    suggestion->yaml != NULL ? suggestion->yaml : "# no setting to suggest\n");
}

static int
run_suggest(struct session *session, const struct arguments *arguments, struct error *err)
{
	const char *service = arguments->rest.count > 0 ? arguments->rest.items[0] : NULL;
	struct suggestions suggestions = { 0 };
	struct settings *settings = NULL;
	struct json *list;
	struct store *store;
	int result = settings_load(&settings, session->config, err);

	if (result == 0 && (session_store(session, &store, err) < 0 ||
			    suggestions_make(&suggestions, store, settings, service, err) < 0))
		result = -1;
	settings_free(settings);
	if (result < 0)
		return -1;
	if (session->json) {
		list = json_array();
		for (size_t i = 0; i < suggestions.count; i++)
			json_append(list, suggestion_json(&suggestions.items[i]));
		session_print_json(session, list);
	}
	for (size_t i = 0; i < suggestions.count; i++)
		say(session, &suggestions.items[i]);
	if (suggestions.count == 0)
		session_say(session, "nothing was dismissed for a reason that teaches\n");
	suggestions_release(&suggestions);
	return COMMAND_YES;
}

const struct command command_service_suggest = {
	.name = "service suggest",
	.words = "[NAME]",
	.words_max = 1,
	.summary = "Shows settings that what was dismissed teaches, as lines of config.yaml",
	.run = run_suggest,
};
