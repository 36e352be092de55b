/*
 * What the user's config.yaml says about detection, over all and by service:
 * the configurations that run at once, the stages that filter, the false
 * discovery rate. Read once by a command or a screen; options of the command line
 * go over it. settings_example (settings_presets.c) is the text of the manual.
 *
 * What is not said is as in the preset, and where none is named as in the
 * defaults of core/detect/scales.h: large-and-fast, small-and-slow and long-term at
 * once. The presets are rows of Table 1 of Yoon et al., "FBDetect", SOSP 2024.
 */
#ifndef HEADROOM_EXPLAIN_SETTINGS_H
#define HEADROOM_EXPLAIN_SETTINGS_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/str.h"
#include "core/detect/detect.h"

#define SETTINGS_BYTES_MAX ((size_t)256 * 1024)
#define SETTINGS_SERVICES_MAX 1000

/* Borrowed from its struct settings. */
struct detection_settings {
	const char *preset; /* name of the one it began with */
	/* One a scale at most; a scale that is switched off is not there. Shares and durations as
	 * in core/detect/scales.h; min_delta negative: none. historic bounds nothing: all windows
	 * are scanned, whatever it says (`detect --historic` bounds them), and less is told. */
	struct detect_config configs[DETECT_CONFIGS_MAX];
	size_t config_count;
	double q_max;
	unsigned stages_off; /* 1u << enum detect_stage: these filter nothing */
	const char *work;    /* series that counts work, for cost per unit of work; NULL: none */
	int64_t every;       /* how often `detect --watch` looks, microseconds */
};

struct settings;

/*
 * option is --config, NULL: $XDG_CONFIG_HOME/headroom/config.yaml, whose absence is
 * no error. ERROR_INPUT names file and line; an unknown key names the nearest known one.
 */
int settings_load(struct settings **out, const char *option, struct error *err);
/* The same from text; name is for messages. */
int settings_parse(struct settings **out, const char *data, size_t length, const char *name,
		   struct error *err);
void settings_free(struct settings *settings);

/* What holds for a service: its section over the one for all. settings may be NULL: the defaults.
 */
const struct detection_settings *
settings_detection(const struct settings *settings, const char *service);
/* The file it was read from; NULL: there was none. */
const char *settings_file(const struct settings *settings);
/* Services with a section of their own, for a warning about one that is not known; NULL past it. */
const char *settings_service(const struct settings *settings, size_t index);

struct settings_preset {
	const char *name, *what;
	struct detection_settings detection;
};
size_t settings_preset_count(void);
const struct settings_preset *settings_preset(size_t index);

/* As config.yaml would have it, one setting a line; for a person. */
void settings_describe(struct str *out, const struct detection_settings *settings);
extern const char settings_example[];

#endif
