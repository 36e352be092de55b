/* What the files of the settings share; nobody else includes it. */
#ifndef HEADROOM_EXPLAIN_SETTINGS_PRIVATE_H
#define HEADROOM_EXPLAIN_SETTINGS_PRIVATE_H

#include "core/base/vec.h"
#include "core/base/yaml.h"
#include "core/explain/settings.h"

struct settings_section {
	const char *service; /* of the tree; NULL: all */
	struct detection_settings detection;
};

struct settings {
	char *file;       /* NULL: none */
	struct yaml yaml; /* texts are borrowed from it */
	struct settings_section all;
	VEC(struct settings_section) services;
};

/* NULL where there is none. */
const struct settings_preset *settings_preset_by_name(const char *name);
/* The tree of settings->yaml into the sections; the message has its line in it. */
int settings_read_tree(struct settings *settings, const char *name, struct error *err);

#endif
