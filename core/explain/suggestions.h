/*
 * What dismissed findings teach: settings of a service that would have kept them
 * away, as lines of config.yaml. They are shown and never set. Called by the
 * screen of suggestions and `headroom service suggest`.
 */
#ifndef HEADROOM_EXPLAIN_SUGGESTIONS_H
#define HEADROOM_EXPLAIN_SUGGESTIONS_H

#include <stddef.h>

#include "core/base/error.h"
#include "core/base/str.h"
#include "core/explain/settings.h"
#include "core/store/store.h"

/* Why somebody says that a finding is no regression. */
enum dismiss_reason {
	DISMISS_SEASONAL,
	DISMISS_COST_MOVED,
	DISMISS_EXPECTED,
	DISMISS_TOO_SMALL,
	DISMISS_NOT_OURS,
	DISMISS_BAD_DATA,
	DISMISS_OTHER, /* in words of their own: teaches nothing */
};

struct dismiss_reason_text {
	const char *name; /* as it is kept: "too small" */
	const char *help; /* for the list to choose from */
};
extern const struct dismiss_reason_text dismiss_reasons[DISMISS_OTHER + 1];
/* "too small" and "too small: ..." are one reason; DISMISS_OTHER else. */
enum dismiss_reason dismiss_reason_parse(const char *text);

struct suggestion {
	char *service;
	enum dismiss_reason reason;
	size_t dismissed; /* findings with this reason */
	char *yaml;       /* lines for config.yaml; NULL: no setting keeps such away */
	char *why;        /* a sentence or two, with the figures it rests on */
};

struct suggestions {
	struct suggestion *items;
	size_t count, capacity; /* vec.h works on it */
};

#define SUGGESTIONS_FINDINGS_MAX 1000 /* of one service; the most costly ones */

/*
 * "too small": the least change, for each configuration, that would have kept those away, rounded
 * up to two figures, and below what anybody took up (claimed to verified) in that service. The
 * others switch a stage on, lengthen the history or the time that a change must last, where
 * settings do not have that yet. service NULL: all; settings may be NULL: the defaults.
 * out may be uninitialised. Errors are those of the store.
 */
int suggestions_make(struct suggestions *out, struct store *store, const struct settings *settings,
		     const char *service, struct error *err);
void suggestions_release(struct suggestions *suggestions);

#endif
