/* Options of a run over the settings of a service; see detection.h. Called before each scan. */
#include <string.h>

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/str.h"
#include "core/explain/detection.h"

static double
seconds(int64_t duration)
{
	return (double)duration / (double)CLOCK_SECOND;
}

static const struct detection_settings *
base_settings(const struct detection_options *options, const char *service)
{
	for (size_t i = 0; options->preset != NULL && i < settings_preset_count(); i++) {
		if (strcmp(settings_preset(i)->name, options->preset) == 0)
			return &settings_preset(i)->detection;
	}
	return settings_detection(options->settings, service);
}

void
detection_options_settings(struct detection_settings *out, const struct detection_options *options,
			   const char *service)
{
	size_t kept = 0;
	*out = *base_settings(options, service);
	for (size_t i = 0; i < out->config_count; i++) {
		if ((options->scales_off & 1u << out->configs[i].scale) == 0)
			out->configs[kept++] = out->configs[i];
	}
	out->config_count = kept;
	if (options->stages_set)
		out->stages_off = options->stages_off;
	else
		out->stages_off |= options->stages_off;
	if (options->q_max > 0)
		out->q_max = options->q_max;
}

char *
detection_configs_text(const struct detect_spans *spans)
{
	struct json *list = json_array();
	struct str text;
	for (size_t i = 0; i < spans->count; i++) {
		const struct detect_span *span = &spans->items[i];
		struct json *json = json_object();
		json_set_text(json, "config", detect_scale_name(span->config.scale));
		json_set_number(json, "historic", seconds(span->config.historic));
		json_set_number(json, "analysis", seconds(span->config.analysis));
		json_set_number(json, "extended", seconds(span->config.extended));
		json_set_number(json, "min_delta", span->config.min_delta);
		json_set_number(json, "min_relative", span->config.min_relative);
		json_set_bool(json, "shortened", span->shortened);
		json_set_text(json, "why", span->why);
		json_append(list, json);
	}
	str_init(&text, STR_MAX_LINE);
	json_write(&text, list);
	json_free(list);
	return str_take(&text);
}

void
detection_options_scan(struct detect_settings *out, const struct detection_settings *settings,
		       const struct detection_options *options)
{
	out->min_delta = options->min_delta;
	out->q_max = settings->q_max;
	out->configs = settings->configs;
	out->config_count = settings->config_count;
	out->stages_off = settings->stages_off;
}
