/* config.yaml: what is taken is within what detection takes; what is not is told in one line. */
#include <string.h>

#include "core/explain/settings.h"
#include "tests/fuzz/fuzz.h"

static void
check(const struct detection_settings *settings)
{
	struct str text;

	FUZZ_REQUIRE(settings->config_count <= DETECT_CONFIGS_MAX);
	FUZZ_REQUIRE(settings->q_max > 0 && settings->q_max <= 1 && settings->every > 0);
	FUZZ_REQUIRE(settings->stages_off >> STAGE_COUNT == 0 && settings->preset != NULL);
	for (size_t i = 0; i < settings->config_count; i++) {
		const struct detect_config *config = &settings->configs[i];

		FUZZ_REQUIRE(config->historic >= 0 && config->analysis >= 0 &&
			     config->extended >= 0);
		FUZZ_REQUIRE(config->min_delta == config->min_delta && config->min_delta <= 1);
		FUZZ_REQUIRE(config->min_relative >= 0 && config->min_relative <= 1);
		for (size_t k = 0; k < i; k++)
			FUZZ_REQUIRE(settings->configs[k].scale != config->scale);
	}
	str_init(&text, STR_MAX_TEXT);
	settings_describe(&text, settings);
	str_release(&text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct settings *settings;
	struct error err = { 0 };

	if (settings_parse(&settings, size > 0 ? (const char *)data : "", size, "config.yaml",
			   &err) < 0) {
		FUZZ_REQUIRE(strncmp(err.text, "config.yaml:", 12) == 0);
		FUZZ_REQUIRE(strchr(err.text, '\n') == NULL);
		return 0;
	}
	check(settings_detection(settings, NULL));
	for (size_t i = 0; settings_service(settings, i) != NULL; i++)
		check(settings_detection(settings, settings_service(settings, i)));
	settings_free(settings);
	return 0;
}
