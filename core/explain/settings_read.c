/*
 * The tree of config.yaml into settings; see settings.h. A map is read by a table
 * of keys, so that a key that nobody knows is told with the nearest one that is
 * known. Called by settings.c.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/number.h"
#include "core/base/text.h"
#include "core/explain/settings_private.h"

struct reading {
	const char *name; /* of the file */
	struct settings *settings;
};

struct key {
	const char *name;
	int (*read)(struct reading *reading, const struct yaml_node *node, void *target,
		    struct error *err);
};

/* "FILE:3: q_max: "2" is not WHAT"; the document itself has no key. */
static int
bad(const struct reading *reading, const struct yaml_node *node, struct error *err,
    const char *what)
{
	char *key = text_safe(node->key != NULL ? node->key : "");
	char *text = text_safe(node->type == YAML_TEXT ? node->text : "");
	const char *colon = node->key != NULL ? ": " : "";
	int result;

	if (node->type == YAML_TEXT)
		result = error_set(err, ERROR_INPUT, "%s:%u: %.60s%s\"%.60s\" is not %s",
				   reading->name, node->line, key, colon, text, what);
	else
		result = error_set(err, ERROR_INPUT, "%s:%u: %.60s%s%s is not %s", reading->name,
				   node->line, key, colon,
				   node->type == YAML_LIST ? "a list" : "a map", what);
	free(key);
	free(text);
	return result;
}

/* Edits that make one word the other (Levenshtein), both cut at a bound. */
#define WORD_MAX 32
static size_t
distance(const char *a, const char *b)
{
	size_t row[WORD_MAX + 1], width = strnlen(b, WORD_MAX);

	for (size_t k = 0; k <= width; k++)
		row[k] = k;
	for (size_t i = 0; i < WORD_MAX && a[i] != '\0'; i++) {
		size_t corner = row[0];

		row[0] = i + 1;
		for (size_t k = 1; k <= width; k++) {
			size_t best = corner + (a[i] != b[k - 1]);

			if (row[k] + 1 < best)
				best = row[k] + 1;
			if (row[k - 1] + 1 < best)
				best = row[k - 1] + 1;
			corner = row[k];
			row[k] = best;
		}
	}
	return row[width];
}

/* The one that was meant, at most one edit for every three letters away; else NULL. */
static const char *
nearest_key(const char *word, const struct key *keys)
{
	const char *nearest = NULL;
	size_t least = SIZE_MAX;

	for (const struct key *key = keys; key->name != NULL; key++) {
		size_t edits = distance(word, key->name);
		size_t length = strlen(word) > strlen(key->name) ? strlen(word) : strlen(key->name);

		if (edits < least && edits <= length / 3) {
			nearest = key->name;
			least = edits;
		}
	}
	return nearest;
}

static int
unknown(const struct reading *reading, const struct yaml_node *node, const struct key *keys,
	struct error *err)
{
	const char *nearest = nearest_key(node->key, keys);
	char *shown = text_safe(node->key);
	int result;

	if (nearest != NULL)
		result = error_set(err, ERROR_INPUT, "%s:%u: unknown key \"%.60s\" (\"%s\" is one)",
				   reading->name, node->line, shown, nearest);
	else
		result = error_set(err, ERROR_INPUT, "%s:%u: unknown key \"%.60s\"", reading->name,
				   node->line, shown);
	free(shown);
	return result;
}

static int
empty_key(const struct reading *reading, const struct yaml_node *node, struct error *err)
{
	return error_set(err, ERROR_INPUT, "%s:%u: a key without a name", reading->name,
			 node->line);
}

static int
read_map(struct reading *reading, const struct yaml_node *map, const struct key *keys, void *target,
	 struct error *err)
{
	if (map->type != YAML_MAP)
		return bad(reading, map, err, "a map of keys");
	for (const struct yaml_node *node = map->first; node != NULL; node = node->next) {
		const struct key *key = keys;

		if (node->key[0] == '\0')
			return empty_key(reading, node, err);
		while (key->name != NULL && strcmp(key->name, node->key) != 0)
			key++;
		if (key->name == NULL)
			return unknown(reading, node, keys, err);
		if (key->read(reading, node, target, err) < 0)
			return -1;
	}
	return 0;
}

/* --- values --- */

static bool
read_switch(const struct yaml_node *node, bool *on)
{
	static const char *const words[][2] = { { "off", "on" },
						{ "false", "true" },
						{ "no", "yes" } };

	for (size_t i = 0; node->type == YAML_TEXT && i < 3; i++)
		for (int k = 0; k < 2; k++)
			if (strcmp(node->text, words[i][k]) == 0) {
				*on = k == 1;
				return true;
			}
	return false;
}

static int
read_duration(struct reading *reading, const struct yaml_node *node, void *target,
	      struct error *err)
{
	int64_t *duration = target;

	if (node->type != YAML_TEXT || clock_parse_duration(duration, node->text, NULL) < 0 ||
	    *duration > 3650 * CLOCK_DAY)
		return bad(reading, node, err, "a duration (90s, 10m, 4h, 10d)");
	return 0;
}

/* A fraction of 1, or with a percent sign; 0 is none, which core/detect says with -1. */
static int
read_part(struct reading *reading, const struct yaml_node *node, double *part, struct error *err)
{
	size_t length = node->type == YAML_TEXT ? strlen(node->text) : 0;
	double scale = 1;

	if (length > 0 && node->text[length - 1] == '%') {
		scale = 100;
		length--;
		while (length > 0 && node->text[length - 1] == ' ')
			length--;
	}
	if (length == 0 || !number_parse(node->text, length, part) || !(*part >= 0) ||
	    *part / scale > 1)
		return bad(reading, node, err, "a fraction of 1 (0.0005) or percent (0.05%)");
	*part /= scale;
	return 0;
}

/* --- a configuration --- */

static int
read_historic(struct reading *reading, const struct yaml_node *node, void *target,
	      struct error *err)
{
	return read_duration(reading, node, &((struct detect_config *)target)->historic, err);
}

static int
read_analysis(struct reading *reading, const struct yaml_node *node, void *target,
	      struct error *err)
{
	return read_duration(reading, node, &((struct detect_config *)target)->analysis, err);
}

static int
read_extended(struct reading *reading, const struct yaml_node *node, void *target,
	      struct error *err)
{
	return read_duration(reading, node, &((struct detect_config *)target)->extended, err);
}

static int
read_min_delta(struct reading *reading, const struct yaml_node *node, void *target,
	       struct error *err)
{
	struct detect_config *config = target;

	if (read_part(reading, node, &config->min_delta, err) < 0)
		return -1;
	if (config->min_delta == 0)
		config->min_delta = -1;
	return 0;
}

static int
read_min_relative(struct reading *reading, const struct yaml_node *node, void *target,
		  struct error *err)
{
	return read_part(reading, node, &((struct detect_config *)target)->min_relative, err);
}

static const struct key config_keys[] = {
	{ "historic", read_historic },         { "analysis", read_analysis },
	{ "extended", read_extended },         { "min_delta", read_min_delta },
	{ "min_relative", read_min_relative }, { NULL, NULL },
};

static int
read_config(struct reading *reading, const struct yaml_node *node, void *target,
	    enum detect_scale scale, struct error *err)
{
	struct detection_settings *out = target;
	size_t at = 0;
	bool on = true;

	while (at < out->config_count && out->configs[at].scale != scale)
		at++;
	if (node->type == YAML_TEXT && !read_switch(node, &on))
		return bad(reading, node, err, "on, off or a map");
	if (!on && at == out->config_count)
		return 0;
	if (!on) {
		out->config_count--;
		memmove(&out->configs[at], &out->configs[at + 1],
			(out->config_count - at) * sizeof(out->configs[0]));
		return 0;
	}
	if (at == out->config_count) { /* off in the preset: as it is by default */
		const struct detection_settings *usual = &settings_preset(0)->detection;

		for (size_t i = 0; i < usual->config_count; i++)
			if (usual->configs[i].scale == scale)
				out->configs[out->config_count] = usual->configs[i];
		out->config_count++;
	}
	return node->type == YAML_TEXT
		       ? 0
		       : read_map(reading, node, config_keys, &out->configs[at], err);
}

static int
read_fast(struct reading *reading, const struct yaml_node *node, void *target, struct error *err)
{
	return read_config(reading, node, target, DETECT_FAST, err);
}

static int
read_slow(struct reading *reading, const struct yaml_node *node, void *target, struct error *err)
{
	return read_config(reading, node, target, DETECT_SLOW, err);
}

static int
read_ramp(struct reading *reading, const struct yaml_node *node, void *target, struct error *err)
{
	return read_config(reading, node, target, DETECT_RAMP, err);
}

static const struct key scale_keys[] = {
	{ "large-and-fast", read_fast },
	{ "small-and-slow", read_slow },
	{ "long-term", read_ramp },
	{ NULL, NULL },
};

/* --- a section --- */

static int
read_configurations(struct reading *reading, const struct yaml_node *node, void *target,
		    struct error *err)
{
	return read_map(reading, node, scale_keys, target, err);
}

static int
read_stage(struct reading *reading, const struct yaml_node *node, void *target, struct error *err)
{
	struct detection_settings *out = target;
	bool on;

	if (!read_switch(node, &on))
		return bad(reading, node, err, "on or off");
	for (unsigned stage = 0; stage < STAGE_COUNT; stage++)
		if (strcmp(detect_stage_name((enum detect_stage)stage), node->key) == 0)
			out->stages_off = on ? out->stages_off & ~(1u << stage)
					     : out->stages_off | 1u << stage;
	return 0;
}

static int
read_stages(struct reading *reading, const struct yaml_node *node, void *target, struct error *err)
{
	struct key keys[STAGE_COUNT + 1] = { { NULL, NULL } };

	for (unsigned stage = 0; stage < STAGE_COUNT; stage++)
		keys[stage] =
			(struct key){ detect_stage_name((enum detect_stage)stage), read_stage };
	return read_map(reading, node, keys, target, err);
}

static int
read_q_max(struct reading *reading, const struct yaml_node *node, void *target, struct error *err)
{
	struct detection_settings *out = target;

	if (read_part(reading, node, &out->q_max, err) < 0)
		return -1;
	return out->q_max > 0 ? 0 : bad(reading, node, err, "above 0");
}

static int
read_every(struct reading *reading, const struct yaml_node *node, void *target, struct error *err)
{
	struct detection_settings *out = target;

	if (read_duration(reading, node, &out->every, err) < 0)
		return -1;
	return out->every >= CLOCK_SECOND ? 0 : bad(reading, node, err, "a second or more");
}

static int
read_work(struct reading *reading, const struct yaml_node *node, void *target, struct error *err)
{
	if (node->type != YAML_TEXT || node->text[0] == '\0')
		return bad(reading, node, err, "the name of a series");
	((struct detection_settings *)target)->work = node->text;
	return 0;
}

/* It was taken before the other keys, wherever it stands. */
static int
pass_preset(struct reading *reading, const struct yaml_node *node, void *target, struct error *err)
{
	(void)reading;
	(void)node;
	(void)target;
	(void)err;
	return 0;
}

static const struct key section_keys[] = {
	{ "preset", pass_preset },
	{ "configurations", read_configurations },
	{ "stages", read_stages },
	{ "q_max", read_q_max },
	{ "every", read_every },
	{ "work", read_work },
	{ NULL, NULL },
};

static int
take_preset(struct reading *reading, const struct yaml_node *section,
	    struct detection_settings *out, struct error *err)
{
	const struct yaml_node *node = yaml_get(section, "preset");
	const struct settings_preset *preset;
	struct str names;
	int result;

	if (node == NULL)
		return 0;
	preset = node->type == YAML_TEXT ? settings_preset_by_name(node->text) : NULL;
	if (preset != NULL) {
		const char *work = out->work;

		*out = preset->detection;
		out->work = work;
		return 0;
	}
	str_init(&names, STR_MAX_LINE);
	for (size_t i = 0; i < settings_preset_count(); i++)
		str_addf(&names, "%s%s", i > 0 ? ", " : "one of ", settings_preset(i)->name);
	result = bad(reading, node, err, names.data);
	str_release(&names);
	return result;
}

static int
read_section(struct reading *reading, const struct yaml_node *node, struct detection_settings *out,
	     struct error *err)
{
	if (node->type == YAML_TEXT && node->plain && node->text[0] == '\0')
		return 0; /* a section with nothing in it */
	if (take_preset(reading, node, out, err) < 0)
		return -1;
	return read_map(reading, node, section_keys, out, err);
}

static int
read_detection(struct reading *reading, const struct yaml_node *node, void *target,
	       struct error *err)
{
	(void)target; /* it was read first, see settings_read_tree */
	(void)reading;
	(void)node;
	(void)err;
	return 0;
}

static int
read_services(struct reading *reading, const struct yaml_node *node, void *target,
	      struct error *err)
{
	struct settings *settings = reading->settings;

	(void)target;
	if (node->type != YAML_MAP)
		return bad(reading, node, err, "a map of services");
	for (const struct yaml_node *child = node->first; child != NULL; child = child->next) {
		struct settings_section section = { child->key, settings->all.detection };

		if (child->key[0] == '\0')
			return empty_key(reading, child, err);
		if (settings->services.count == SETTINGS_SERVICES_MAX)
			return error_set(err, ERROR_LIMIT, "%s:%u: more than %d services",
					 reading->name, child->line, SETTINGS_SERVICES_MAX);
		if (read_section(reading, child, &section.detection, err) < 0)
			return -1;
		vec_push(&settings->services, section);
	}
	return 0;
}

static const struct key file_keys[] = {
	{ "detection", read_detection },
	{ "services", read_services },
	{ NULL, NULL },
};

int
settings_read_tree(struct settings *settings, const char *name, struct error *err)
{
	struct reading reading = { .name = name, .settings = settings };
	const struct yaml_node *root = settings->yaml.root, *all;

	if (root == NULL || (root->type == YAML_TEXT && root->text[0] == '\0'))
		return 0;
	all = yaml_get(root, "detection"); /* services build on it, wherever it stands */
	if (all != NULL && read_section(&reading, all, &settings->all.detection, err) < 0)
		return -1;
	return read_map(&reading, root, file_keys, NULL, err);
}
