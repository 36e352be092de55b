/* The presets, and the example for the manual; see settings.h. */
#include <string.h>

#include "core/base/clock.h"
#include "core/explain/settings_private.h"

#define NONE (-1.0) /* no least change of the share */

#define RAMP                                                             \
	{                                                                \
		.scale = DETECT_RAMP, .min_delta = DETECT_MIN_DELTA_RAMP \
	}
#define CONFIG(the_scale, days, hours, lasts, delta, part)                      \
	{                                                                       \
		.scale = (the_scale), .historic = (days)*CLOCK_DAY,             \
		.analysis = (hours)*CLOCK_HOUR, .extended = (lasts)*CLOCK_HOUR, \
		.min_delta = (delta), .min_relative = (part)                    \
	}

static const struct settings_preset presets[] = {
	{ "default",
	  "all windows there are, steps of 0.05 points at once and of 0.005 points once they last",
	  { .preset = "default",
	    .q_max = DETECT_Q_MAX,
	    .configs = { { .scale = DETECT_FAST, .min_delta = DETECT_MIN_DELTA },
			 { .scale = DETECT_SLOW,
			   .extended = 6 * CLOCK_HOUR,
			   .min_delta = DETECT_MIN_DELTA_SLOW },
			 RAMP },
	    .config_count = 3,
	    .every = 10 * CLOCK_MINUTE } },
	{ "frontfaas",
	  "one huge service of many small functions (FBDetect, FrontFaaS)",
	  { .preset = "frontfaas",
	    .q_max = DETECT_Q_MAX,
	    .configs = { CONFIG(DETECT_FAST, 10, 3, 0, 0.03, 0),
			 CONFIG(DETECT_SLOW, 10, 4, 6, 0.00005, 0), RAMP },
	    .config_count = 3,
	    .every = 30 * CLOCK_MINUTE } },
	{ "pythonfaas",
	  "a large service (FBDetect, PythonFaaS)",
	  { .preset = "pythonfaas",
	    .q_max = DETECT_Q_MAX,
	    .configs = { CONFIG(DETECT_FAST, 10, 6, 0, 0.005, 0),
			 CONFIG(DETECT_SLOW, 10, 6, 6, 0.0003, 0), RAMP },
	    .config_count = 3,
	    .every = CLOCK_HOUR } },
	{ "tao",
	  "a data store, soon and once more over a day (FBDetect, TAO)",
	  { .preset = "tao",
	    .q_max = DETECT_Q_MAX,
	    .configs = { CONFIG(DETECT_FAST, 10, 4, 6, 0.0005, 0),
			 CONFIG(DETECT_SLOW, 10, 24, 24, 0.0005, 0), RAMP },
	    .config_count = 3,
	    .every = CLOCK_HOUR } },
	{ "adserving",
	  "a service with slow rollouts, a day and nine days (FBDetect, AdServing)",
	  { .preset = "adserving",
	    .q_max = DETECT_Q_MAX,
	    .configs = { CONFIG(DETECT_FAST, 10, 24, 12, 0.002, 0),
			 CONFIG(DETECT_SLOW, 16, 216, 0, 0.001, 0), RAMP },
	    .config_count = 3,
	    .every = 6 * CLOCK_HOUR } },
	{ "invoicer",
	  "few servers, so few samples (FBDetect, Invoicer: 16 servers)",
	  { .preset = "invoicer",
	    .q_max = DETECT_Q_MAX,
	    .configs = { CONFIG(DETECT_SLOW, 14, 24, 24, 0.005, 0), RAMP },
	    .config_count = 2,
	    .every = 12 * CLOCK_HOUR } },
	{ "capacity",
	  "supply and demand: 5 % of the level before (FBDetect)",
	  { .preset = "capacity",
	    .q_max = DETECT_Q_MAX,
	    .configs = { CONFIG(DETECT_FAST, 7, 24, 24, NONE, 0.05),
			 CONFIG(DETECT_SLOW, 10, 168, 24, NONE, 0.05),
			 { .scale = DETECT_RAMP, .min_delta = NONE, .min_relative = 0.05 } },
	    .config_count = 3,
	    .every = 12 * CLOCK_HOUR } },
};

const char settings_example[] =
	"# $XDG_CONFIG_HOME/headroom/config.yaml: all of it may be left out\n"
	"detection:                  # for all services\n"
	"  preset: default           # or frontfaas, pythonfaas, tao, adserving, invoicer, "
	"capacity\n"
	"  q_max: 0.01               # false discovery rate over everything scanned at once\n"
	"  every: 10m                # how often detect --watch looks\n"
	"  stages:                   # a stage that is off filters nothing\n"
	"    seasonal: on\n"
	"    cost_shift: on\n"
	"  configurations:\n"
	"    large-and-fast:\n"
	"      historic: 10d         # history there should be: less is told, all is used\n"
	"      analysis: 3h          # where changes are reported; 0: anywhere\n"
	"      extended: 0           # how long a change must last; 0: three windows\n"
	"      min_delta: 0.05%      # least change of a share, in points, or a fraction of 1\n"
	"    small-and-slow:\n"
	"      extended: 6h\n"
	"      min_delta: 0.005%\n"
	"      min_relative: 1%      # and of the level before it\n"
	"    long-term: off\n"
	"services:\n"
	"  api:                      # over the above, for this service\n"
	"    preset: frontfaas\n"
	"    work: requests          # a series that counts work: cost per unit of it\n";

size_t
settings_preset_count(void)
{
	return sizeof(presets) / sizeof(presets[0]);
}

const struct settings_preset *
settings_preset(size_t index)
{
	return &presets[index];
}

const struct settings_preset *
settings_preset_by_name(const char *name)
{
	for (size_t i = 0; i < settings_preset_count(); i++)
		if (strcmp(presets[i].name, name) == 0)
			return &presets[i];
	return NULL;
}
