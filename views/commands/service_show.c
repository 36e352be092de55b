/* `service show`: one service with its series and the settings that hold for it. */
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/text.h"
#include "core/explain/settings.h"
#include "core/store/series.h"
#include "views/commands/command.h"
#include "views/commands/listing.h"
#include "views/commands/service.h"

#define SHOWN_MAX 50 /* series on a terminal without --all; --json has them all */

static struct json *
config_to_json(const struct detect_config *config)
{
	struct json *object = json_object();

	json_set_text(object, "name", detect_scale_name(config->scale));
	json_set_number(object, "historic", (double)config->historic / (double)CLOCK_SECOND);
	json_set_number(object, "analysis", (double)config->analysis / (double)CLOCK_SECOND);
	json_set_number(object, "extended", (double)config->extended / (double)CLOCK_SECOND);
	json_set_number(object, "min_delta", config->min_delta > 0 ? config->min_delta : 0);
	json_set_number(object, "min_relative", config->min_relative);
	return object;
}

static struct json *
detection_to_json(const struct settings *settings, const struct detection_settings *detection)
{
	struct json *object = json_object(), *configs = json_array(), *stages = json_object();

	json_set_text(object, "file", settings_file(settings));
	json_set_text(object, "preset", detection->preset);
	json_set_number(object, "q_max", detection->q_max);
	json_set_number(object, "every", (double)detection->every / (double)CLOCK_SECOND);
	json_set_text(object, "work", detection->work);
	for (size_t i = 0; i < detection->config_count; i++)
		json_append(configs, config_to_json(&detection->configs[i]));
	json_set(object, "configurations", configs);
	for (unsigned stage = 0; stage < STAGE_COUNT; stage++)
		json_set_bool(stages, detect_stage_name((enum detect_stage)stage),
			      (detection->stages_off & 1u << stage) == 0);
	json_set(object, "stages", stages);
	return object;
}

static struct json *
series_to_json(const struct series_info *info)
{
	struct json *object = json_object();

	json_set_text(object, "name", info->name);
	json_set_text(object, "kind", info->kind == SERIES_SHARE ? "share" : "metric");
	json_set_text(object, "unit", info->unit);
	json_set_text(object, "harm", series_harm_name(info->harm));
	json_set_bool(object, "harm_set", info->harm_set);
	json_set_int(object, "points", (int64_t)info->points);
	json_set_time(object, "from", info->from);
	json_set_time(object, "to", info->to);
	return object;
}

static void
say_series(struct session *session, const struct series_list *list, size_t shown)
{
	static const char *const titles[] = { "SERIES",  "KIND", "UNIT", "HARM",
					      ">POINTS", "FROM", "TO" };
	struct listing listing;

	listing_init(&listing, 7, titles);
	for (size_t i = 0; i < list->count && i < shown; i++) {
		const struct series_info *info = &list->items[i];
		char time[CLOCK_TEXT_SIZE];

		listing_cell(&listing, "%s", info->name);
		listing_cell(&listing, "%s", info->kind == SERIES_SHARE ? "share" : "metric");
		listing_cell(&listing, "%s", info->unit != NULL ? info->unit : "-");
		listing_cell(&listing, "%s%s", series_harm_name(info->harm),
			     info->harm_set ? " (set)" : "");
		listing_cell(&listing, "%llu", (unsigned long long)info->points);
		listing_cell(&listing, "%s", clock_format_when(info->from, time));
		listing_cell(&listing, "%s", clock_format_when(info->to, time));
	}
	listing_print(&listing, session);
	listing_release(&listing);
	if (list->count > shown)
		session_say(session, "and %zu more: --all lists them\n", list->count - shown);
}

/* For what neither name nor unit tells. */
static void
say_unsure(struct session *session, const struct series_list *list, const char *service)
{
	size_t unsure = 0, first = 0;

	for (size_t i = list->count; i > 0; i--) {
		const struct series_info *info = &list->items[i - 1];

		if (info->kind == SERIES_METRIC && info->harm == SERIES_HARM_BOTH &&
		    !info->harm_set) {
			unsure++;
			first = i - 1;
		}
	}
	if (unsure == 0)
		return;
	session_say(session,
		    "\nof %zu series nothing says which way is worse, so both ways count; say it "
		    "with: headroom service set %s --harm '%.*s=up'\n",
		    unsure, service, (int)strcspn(list->items[first].name, "{"),
		    list->items[first].name);
}

static void
say_service(struct session *session, const struct service *service, const struct settings *settings,
	    const struct detection_settings *detection)
{
	struct str text;

	session_say(session, "service %s\nrepository: %s\n\ndetection (%s)\n", service->name,
		    service->repository != NULL ? service->repository : "none",
		    settings_file(settings) != NULL ? settings_file(settings) : "defaults");
	str_init(&text, STR_MAX_LINE);
	settings_describe(&text, detection);
	for (const char *at = text.data; *at != '\0';) {
		size_t length = strcspn(at, "\n");

		session_say(session, "  %.*s\n", (int)length, at);
		at += length + (at[length] == '\n');
	}
	session_say(session, "\n");
	str_release(&text);
}

static int
run_show(struct session *session, const struct arguments *arguments, struct error *err)
{
	const struct detection_settings *detection;
	struct series_query query = { .kind = -1 };
	const struct settings *settings;
	struct service service = { 0 };
	struct series_list list = { 0 };
	struct json *document, *series;
	int result = -1;

	if (session_settings(session, &settings, err) < 0 ||
	    session_service(session, arguments->rest.items[0], &service, err) < 0)
		return -1;
	session_warn_settings(session, settings);
	detection = settings_detection(settings, service.name);
	query.service = service.id;
	if (telemetry_series_list(store_telemetry(session->store), &query, &list, err) < 0)
		goto out;
	result = COMMAND_YES;
	if (!session->json) {
		say_service(session, &service, settings, detection);
		say_series(session, &list,
			   argument_flag(arguments, "--all") ? list.count : SHOWN_MAX);
		say_unsure(session, &list, service.name);
		goto out;
	}
	document = service_to_json(&service);
	series = json_array();
	for (size_t i = 0; i < list.count; i++)
		json_append(series, series_to_json(&list.items[i]));
	json_set(document, "detection", detection_to_json(settings, detection));
	json_set(document, "series", series);
	session_print_json(session, document);
out:
	series_list_release(&list);
	service_release(&service);
	return result;
}

static const struct option options[] = {
	{ "--all", NULL, "every series; else the first 50" },
	{ 0 },
};

const struct command command_service_show = {
	.name = "service show",
	.words = "NAME",
	.words_min = 1,
	.words_max = 1,
	.summary = "Shows a service: its series, and the settings of detection that hold for it",
	.text = "The settings are those of config.yaml (--config, else "
		"$XDG_CONFIG_HOME/headroom/config.yaml) over the preset. Durations are seconds in "
		"JSON; 0 adapts to the data there is.",
	.options = options,
	.run = run_show,
};
