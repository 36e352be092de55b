/*
 * Profiles from a Pyroscope or Parca server, asked for as pprof, one window a step. Called by
 * `import profile --pyroscope/--parca`. Documents: Pyroscope's reference-server-api (its Connect
 * service querier.v1.QuerierService), Parca's query.proto with its HTTP annotations.
 */
#ifndef HEADROOM_COLLECT_PROFILE_PULL_H
#define HEADROOM_COLLECT_PROFILE_PULL_H

#include <stdint.h>

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/base/str.h"
#include "core/collect/profile_import.h"
#include "core/store/store.h"

#define PROFILE_PULL_ANSWER_MAX ((size_t)256 * 1024 * 1024) /* bytes of one window's profile */
#define PROFILE_PULL_QUERY_MAX ((size_t)64 * 1024)

enum profile_server { PROFILE_SERVER_PYROSCOPE, PROFILE_SERVER_PARCA };

struct profile_pull {
	enum profile_server server;
	const char *url;   /* "http://host:4040", with a path where it has one */
	const char *query; /* "process_cpu:cpu:nanoseconds:cpu:nanoseconds{service_name=\"api\"}" */
	const char *tenant; /* sent as X-Scope-OrgID; NULL: none */
	int64_t start, end; /* microseconds; end 0: now */
	int64_t step;       /* length of a window; 0: all of it is one */
	int64_t time_max;   /* of one request; 0: two minutes */
};

struct profile_pull_report {
	struct profile_import_report profiles; /* of all windows; the rest as the last one had it */
	uint32_t empty;                        /* windows in which the server has no samples */
};

/*
 * Each window is a transaction of its own, and one that was stored before is not stored again, so
 * that a pull that broke off goes on where it is run again. options->time, duration and split are
 * not looked at. A token is taken from
 * HEADROOM_PROFILES_TOKEN. Errors name the
 * server without its user and password; ERROR_REFUSED where it wants another one.
 */
int profile_pull_import(struct store *store, const struct profile_pull *pull,
			const struct profile_import_options *options,
			struct profile_pull_report *report, const struct progress *progress,
			struct error *err);

#endif
