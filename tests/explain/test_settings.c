/* config.yaml: what is said, what is not, what cannot be. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/explain/settings.h"
#include "tests/explain/suites.h"

static struct settings *
parse(const char *text)
{
	struct settings *settings = NULL;
	struct error err = { 0 };

	ck_assert_msg(settings_parse(&settings, text, strlen(text), "c.yaml", &err) == 0, "%s",
		      err.text);
	return settings;
}

START_TEST(nothing_said)
{
	static const char *const texts[] = { "", "# nothing\n", "detection:\n",
					     "services:\n  api:\n" };
	struct settings *settings = parse(texts[_i]);
	const struct detection_settings *all = settings_detection(settings, "api");
	size_t count;
	const struct detect_config *usual = detect_configs_default(&count);

	ck_assert_uint_eq(all->config_count, count);
	for (size_t i = 0; i < count; i++) {
		ck_assert_int_eq(all->configs[i].scale, usual[i].scale);
		ck_assert_int_eq(all->configs[i].historic, usual[i].historic);
		ck_assert_int_eq(all->configs[i].analysis, usual[i].analysis);
		ck_assert_int_eq(all->configs[i].extended, usual[i].extended);
		ck_assert(all->configs[i].min_delta == usual[i].min_delta);
		ck_assert(all->configs[i].min_relative == usual[i].min_relative);
	}
	ck_assert(all->q_max == DETECT_Q_MAX && all->stages_off == 0 && all->work == NULL);
	ck_assert_str_eq(all->preset, "default");
	settings_free(settings);
	ck_assert_ptr_eq(settings_detection(NULL, NULL), &settings_preset(0)->detection);
}
END_TEST

START_TEST(the_example)
{
	struct settings *settings = parse(settings_example);
	const struct detection_settings *all = settings_detection(settings, "other");
	const struct detection_settings *api = settings_detection(settings, "api");

	ck_assert_uint_eq(all->config_count, 2); /* long-term is off */
	ck_assert_int_eq(all->configs[0].historic, 10 * CLOCK_DAY);
	ck_assert_int_eq(all->configs[0].analysis, 3 * CLOCK_HOUR);
	ck_assert(all->configs[0].min_delta == 0.0005);
	ck_assert_int_eq(all->configs[1].extended, 6 * CLOCK_HOUR);
	ck_assert(all->configs[1].min_delta == 0.00005);
	ck_assert(all->configs[1].min_relative == 0.01);
	ck_assert_int_eq(all->every, 10 * CLOCK_MINUTE);
	ck_assert_ptr_null(all->work);
	ck_assert_str_eq(api->work, "requests");
	ck_assert_str_eq(api->preset, "frontfaas");
	ck_assert_uint_eq(api->config_count, 3);
	ck_assert(api->configs[0].min_delta == 0.03);
	ck_assert_str_eq(settings_service(settings, 0), "api");
	ck_assert_ptr_null(settings_service(settings, 1));
	settings_free(settings);
}
END_TEST

START_TEST(sections_build_on_each_other)
{
	struct settings *settings =
		parse("services:\n"
		      "  a:\n"
		      "    configurations:\n"
		      "      small-and-slow: off\n"
		      "    stages: {cost_shift: on}\n"
		      "  b: {configurations: {large-and-fast: {min_delta: 0}}}\n"
		      "  c: {preset: invoicer, configurations: {large-and-fast: on}}\n"
		      "detection:\n"
		      "  q_max: 5 %\n"
		      "  stages: {cost_shift: off, mix: no}\n");
	const struct detection_settings *all = settings_detection(settings, NULL);
	const struct detection_settings *a = settings_detection(settings, "a");
	const struct detection_settings *b = settings_detection(settings, "b");
	const struct detection_settings *c = settings_detection(settings, "c");
	struct str text;

	ck_assert(all->q_max == 0.05 && a->q_max == 0.05);
	ck_assert_uint_eq(all->stages_off, 1u << STAGE_COST_SHIFT | 1u << STAGE_MIX);
	ck_assert_uint_eq(a->stages_off, 1u << STAGE_MIX);
	ck_assert_uint_eq(a->config_count, 2);
	ck_assert_int_eq(a->configs[1].scale, DETECT_RAMP);
	ck_assert_uint_eq(b->config_count, 3);
	ck_assert(b->configs[0].min_delta < 0);
	ck_assert_uint_eq(c->config_count, 3);
	ck_assert_int_eq(c->configs[2].scale, DETECT_FAST);
	ck_assert(c->configs[2].min_delta == DETECT_MIN_DELTA);
	str_init(&text, STR_MAX_LINE);
	settings_describe(&text, a);
	ck_assert_ptr_nonnull(strstr(text.data, "small-and-slow: off\n"));
	ck_assert_ptr_nonnull(strstr(text.data, "mix: off\n"));
	ck_assert_ptr_nonnull(strstr(text.data, "q_max: 0.05\n"));
	str_release(&text);
	settings_free(settings);
}
END_TEST

/* Every preset is of Table 1, and none has a scale twice. */
START_TEST(presets)
{
	for (size_t i = 0; i < settings_preset_count(); i++) {
		const struct settings_preset *preset = settings_preset(i);
		unsigned seen = 0;

		ck_assert_str_eq(preset->name, preset->detection.preset);
		ck_assert(preset->detection.q_max == DETECT_Q_MAX && preset->detection.every > 0);
		for (size_t k = 0; k < preset->detection.config_count; k++) {
			unsigned bit = 1u << preset->detection.configs[k].scale;

			ck_assert_uint_eq(seen & bit, 0);
			seen |= bit;
		}
		ck_assert(preset->detection.config_count > 0);
	}
}
END_TEST

static const struct {
	const char *text, *error;
} bads[] = {
	{ "detection:\n  min_dleta: 1\n", "c.yaml:2: unknown key \"min_dleta\"" },
	{ "detection:\n  stage: {}\n", "c.yaml:2: unknown key \"stage\" (\"stages\" is one)" },
	{ "detect: {}\n", "c.yaml:1: unknown key \"detect\" (\"detection\" is one)" },
	{ "detection:\n  stages:\n    seasonl: off\n",
	  "c.yaml:3: unknown key \"seasonl\" (\"seasonal\" is one)" },
	{ "detection:\n  configurations:\n    small-and-slow:\n      min_dleta: 1%\n",
	  "c.yaml:4: unknown key \"min_dleta\" (\"min_delta\" is one)" },
	{ "detection:\n  stages: {mix: maybe}\n", "c.yaml:2: mix: \"maybe\" is not on or off" },
	{ "detection: {q_max: 2}\n", "c.yaml:1: q_max: \"2\" is not a fraction of 1" },
	{ "detection: {q_max: 0}\n", "c.yaml:1: q_max: \"0\" is not above 0" },
	{ "detection: {q_max: -0.1}\n", "c.yaml:1: q_max: \"-0.1\" is not a fraction of 1" },
	{ "detection: {q_max: nan}\n", "c.yaml:1: q_max: \"nan\" is not a fraction of 1" },
	{ "detection: {every: soon}\n", "c.yaml:1: every: \"soon\" is not a duration" },
	{ "detection: {every: 1ms}\n", "c.yaml:1: every: \"1ms\" is not a second or more" },
	{ "detection: {every: [1]}\n", "c.yaml:1: every: a list is not a duration" },
	{ "detection: {preset: facebook}\n",
	  "c.yaml:1: preset: \"facebook\" is not one of default, frontfaas" },
	{ "detection: 5\n", "c.yaml:1: detection: \"5\" is not a map of keys" },
	{ "services: [a]\n", "c.yaml:1: services: a list is not a map of services" },
	{ "services:\n  a: {work: ''}\n", "c.yaml:2: work: \"\" is not the name of a series" },
	{ "detection: {configurations: {long-term: 7}}\n",
	  "c.yaml:1: long-term: \"7\" is not on, off or a map" },
	{ "detection:\n  a: [\n", "c.yaml:" },
	{ "detection: {}\ndetection: {}\n", "c.yaml:2: \"detection\" is there twice" },
	{ "- a\n", "c.yaml:1: a list is not a map of keys" },
	{ ":::[\n", "c.yaml:1: \":::[\" is not a map of keys" },
	{ "hello\n", "c.yaml:1: \"hello\" is not a map of keys" },
	{ "\"\": 1\n", "c.yaml:1: a key without a name" },
	{ "detection:\n  ? \n  : 2\n", "c.yaml:3: a key without a name" },
	{ "services:\n  \"\": {}\n", "c.yaml:2: a key without a name" },
	{ "detectoin: {}\n", "c.yaml:1: unknown key \"detectoin\" (\"detection\" is one)" },
	{ "detection: {\"\\e[31m\": 1}\n", "c.yaml:1: unknown key \"\xef\xbf\xbd\"" },
};

/* A hint that is far off is worse than none. */
START_TEST(far_off_gets_no_hint)
{
	static const char *const texts[][2] = {
		{ "xyzzyplugh: 1\n", "c.yaml:1: unknown key \"xyzzyplugh\"" },
		{ "a: 1\n", "c.yaml:1: unknown key \"a\"" },
		{ "detection:\n  configurations:\n    zz: on\n", "c.yaml:3: unknown key \"zz\"" },
		{ "detection:\n  stages: {miss: off}\n", "c.yaml:2: unknown key \"miss\"" },
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct settings *settings = NULL;
		struct error err = { 0 };

		ck_assert_int_lt(
			settings_parse(&settings, texts[i][0], strlen(texts[i][0]), "c.yaml", &err),
			0);
		ck_assert_str_eq(err.text, texts[i][1]);
	}
}
END_TEST

START_TEST(what_cannot_be)
{
	struct settings *settings = NULL;
	struct error err = { 0 };

	ck_assert_int_lt(
		settings_parse(&settings, bads[_i].text, strlen(bads[_i].text), "c.yaml", &err), 0);
	ck_assert_msg(strncmp(err.text, bads[_i].error, strlen(bads[_i].error)) == 0, "%s",
		      err.text);
	ck_assert_ptr_null(strchr(err.text, '\n'));
	ck_assert_ptr_null(settings);
}
END_TEST

Suite *
settings_suite(void)
{
	Suite *suite = suite_create("settings");
	TCase *tcase = tcase_create("all");

	tcase_add_loop_test(tcase, nothing_said, 0, 4);
	tcase_add_test(tcase, the_example);
	tcase_add_test(tcase, sections_build_on_each_other);
	tcase_add_test(tcase, presets);
	tcase_add_test(tcase, far_off_gets_no_hint);
	tcase_add_loop_test(tcase, what_cannot_be, 0, (int)(sizeof(bads) / sizeof(bads[0])));
	suite_add_tcase(suite, tcase);
	return suite;
}
