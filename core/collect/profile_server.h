/*
 * One profile from a Pyroscope or Parca server, as the bytes of a pprof file. Called by
 * profile_pull.c only.
 */
#ifndef HEADROOM_COLLECT_PROFILE_SERVER_H
#define HEADROOM_COLLECT_PROFILE_SERVER_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/base/str.h"
#include "core/collect/profile_pull.h"

struct profile_fetch {
	const struct profile_pull *pull;
	const struct cancel *cancel;
	bool old; /* Pyroscope: asked by SelectMergeProfile; remembered from window to window */
};

/* The profile of start to end into out, plain; empty where there are no samples. */
int profile_server_fetch(struct profile_fetch *fetch, int64_t start, int64_t end, struct str *out,
			 struct error *err);

#endif
