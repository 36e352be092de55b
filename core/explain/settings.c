/* Loading the settings and asking them; see settings.h. Reading the tree is in settings_read.c. */
#include "core/explain/settings.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/base/path.h"
#include "core/explain/settings_private.h"

static const struct detection_settings *
defaults(void)
{
	return &settings_preset(0)->detection;
}

static struct settings *
settings_new(void)
{
	struct settings *settings = memory_alloc(sizeof(*settings));

	settings->all.detection = *defaults();
	return settings;
}

void
settings_free(struct settings *settings)
{
	if (settings == NULL)
		return;
	yaml_release(&settings->yaml);
	vec_release(&settings->services);
	free(settings->file);
	free(settings);
}

int
settings_parse(struct settings **out, const char *data, size_t length, const char *name,
	       struct error *err)
{
	struct settings *settings = settings_new();
	struct error why = { 0 };
	uint32_t line;

	settings->file = memory_string(name);
	if (yaml_read(&settings->yaml, data, length, 1, &line, &why) < 0) {
		/* "line N: what" is told as "FILE:N: what", like everywhere else. */
		const char *what = strchr(why.text, ':');

		error_set(err, why.code, "%s:%u%s", name, line, what != NULL ? what : "");
	} else if (settings_read_tree(settings, name, err) == 0) {
		*out = settings;
		return 0;
	}
	settings_free(settings);
	return -1;
}

int
settings_load(struct settings **out, const char *option, struct error *err)
{
	char *file = NULL, *folder;
	struct str text;
	int result = -1;

	str_init(&text, SETTINGS_BYTES_MAX);
	if (option != NULL) {
		file = memory_string(option);
	} else {
		if (path_config_home(&folder, err) < 0)
			goto out;
		file = path_join(folder, "config.yaml");
		free(folder);
		if (!path_exists(file)) {
			*out = settings_new();
			result = 0;
			goto out;
		}
	}
	if (path_read_file(&text, file, SETTINGS_BYTES_MAX, err) < 0)
		goto out;
	result = settings_parse(out, text.data, text.len, file, err);
out:
	str_release(&text);
	free(file);
	return result;
}

const struct detection_settings *
settings_detection(const struct settings *settings, const char *service)
{
	if (settings == NULL)
		return defaults();
	for (size_t i = 0; service != NULL && i < settings->services.count; i++)
		if (strcmp(settings->services.items[i].service, service) == 0)
			return &settings->services.items[i].detection;
	return &settings->all.detection;
}

const char *
settings_file(const struct settings *settings)
{
	return settings->file;
}

const char *
settings_service(const struct settings *settings, size_t index)
{
	return index < settings->services.count ? settings->services.items[index].service : NULL;
}

/* --- for a person --- */

static void
describe_duration(struct str *out, const char *key, int64_t duration, const char *none)
{
	if (duration == 0)
		str_addf(out, "%s: 0 (%s)", key, none);
	else if (duration % CLOCK_DAY == 0)
		str_addf(out, "%s: %lldd", key, (long long)(duration / CLOCK_DAY));
	else if (duration % CLOCK_HOUR == 0)
		str_addf(out, "%s: %lldh", key, (long long)(duration / CLOCK_HOUR));
	else
		str_addf(out, "%s: %gm", key, (double)duration / (double)CLOCK_MINUTE);
}

static void
describe_config(struct str *out, const struct detect_config *config)
{
	str_addf(out, "%s: ", detect_scale_name(config->scale));
	describe_duration(out, "historic", config->historic, "all there is");
	describe_duration(out, ", analysis", config->analysis, "anywhere");
	describe_duration(out, ", extended", config->extended, "three windows");
	if (config->min_delta > 0)
		str_addf(out, ", min_delta: %g%%", config->min_delta * 100);
	if (config->min_relative > 0)
		str_addf(out, ", min_relative: %g%%", config->min_relative * 100);
	str_add_char(out, '\n');
}

void
settings_describe(struct str *out, const struct detection_settings *settings)
{
	bool found[DETECT_RAMP + 1] = { false };

	str_addf(out, "preset: %s\nq_max: %g\n", settings->preset, settings->q_max);
	describe_duration(out, "every", settings->every, "never");
	str_add_char(out, '\n');
	for (size_t i = 0; i < settings->config_count; i++) {
		describe_config(out, &settings->configs[i]);
		found[settings->configs[i].scale] = true;
	}
	for (unsigned scale = DETECT_FAST; scale <= DETECT_RAMP; scale++)
		if (!found[scale])
			str_addf(out, "%s: off\n", detect_scale_name((enum detect_scale)scale));
	for (unsigned stage = 0; stage < STAGE_COUNT; stage++)
		if ((settings->stages_off & 1u << stage) != 0)
			str_addf(out, "%s: off\n", detect_stage_name((enum detect_stage)stage));
	if (settings->work != NULL)
		str_addf(out, "work: %s\n", settings->work);
}
