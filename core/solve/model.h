/*
 * Which language model, if any: from the environment and the configuration.
 * The key is read from the environment at the moment of the request, goes
 * into one header, and is written nowhere.
 *
 *   HEADROOM_MODEL            the model's name; without it there is no model
 *   HEADROOM_MODEL_PROVIDER   anthropic (default) or openai (chat completions, also for compatible
 * servers) HEADROOM_MODEL_URL        base URL, for other servers and tests
 *   HEADROOM_MODEL_TOKEN_FIELD  openai only: max_completion_tokens (default) or max_tokens
 *   HEADROOM_MODEL_ANSWER     tokens of one answer at most (16000), for models that allow fewer
 *   HEADROOM_MODEL_TURNS, HEADROOM_MODEL_TOKENS, HEADROOM_MODEL_TIME   the budget of one patch
 *   ANTHROPIC_API_KEY (or ANTHROPIC_AUTH_TOKEN, for gateways) / OPENAI_API_KEY
 */
#ifndef HEADROOM_SOLVE_MODEL_H
#define HEADROOM_SOLVE_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/error.h"

struct model_settings {
	char *provider, *name, *url;
	char *token_field;  /* openai: max_completion_tokens or max_tokens */
	int64_t answer_max; /* tokens of one answer; default 16,000 */
	int64_t turns_max;  /* of the tool loop; default 30 */
	int64_t tokens_max; /* in and out together; default 400,000 */
	int64_t time_max;   /* microseconds; default 10 minutes */
};

/* ERROR_UNAVAILABLE with the mend where no model is set up. out may be released also after an
 * error. */
int model_settings_load(struct model_settings *out, struct error *err);
void model_settings_release(struct model_settings *settings);

#endif
