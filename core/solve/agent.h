/*
 * The loop between a model and the tools: ask, run the calls it makes, give
 * the answers back, until it proposes a patch, stops, or the budget is used
 * up. The model sees core/tools only; its one action is patch_propose, which
 * hands an edit to the caller and changes nothing.
 */
#ifndef HEADROOM_SOLVE_AGENT_H
#define HEADROOM_SOLVE_AGENT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/solve/fix.h"
#include "core/solve/model.h"
#include "core/tools/tool.h"

struct agent {
	const struct model_settings *settings; /* borrowed */
	struct tool_context *context;          /* borrowed; its propose hook is the caller's */
	const struct fix_events *events;       /* may be NULL */
	const struct cancel *cancel;           /* may be NULL */
	const char *system;                    /* what it is to do, in which frame */
	bool *proposed;                        /* the caller's hook sets it: the work is done */
	/* out */
	int64_t tokens_in, tokens_out, turns;
};

/*
 * question is the first message. 0: the model stopped by itself or *proposed
 * is set. ERROR_LIMIT: turns, tokens, minutes, or the same call again and
 * again; ERROR_REFUSED: the model refused; ERROR_CANCELLED; ERROR_UNAVAILABLE.
 */
int agent_run(struct agent *agent, const char *question, struct error *err);

#endif
