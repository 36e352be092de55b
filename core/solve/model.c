/* Which model, from the environment; see model.h. Called by fix.c and doctor. */
#include "core/solve/model.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/solve/reply.h"

static const char *
setting(const char *name)
{
	const char *value = getenv(name);

	return value != NULL && value[0] != '\0' ? value : NULL;
}

static int
take_bound(int64_t *bound, const char *name, int64_t most, struct error *err)
{
	const char *text = setting(name);

	if (text == NULL)
		return 0;
	if (text_parse_int(bound, text, NULL) < 0 || *bound < 1 || *bound > most)
		return error_set(err, ERROR_USAGE, "%s: %.40s is not a number from 1 to %lld", name,
				 text, (long long)most);
	return 0;
}

static int
take_time(int64_t *duration, struct error *err)
{
	const char *text = setting("HEADROOM_MODEL_TIME");

	if (text != NULL && clock_parse_duration(duration, text, err) < 0)
		return error_prefix(err, "HEADROOM_MODEL_TIME");
	return 0;
}

int
model_settings_load(struct model_settings *out, struct error *err)
{
	const char *name = setting("HEADROOM_MODEL");
	const char *provider_name = setting("HEADROOM_MODEL_PROVIDER");
	const char *url = setting("HEADROOM_MODEL_URL");
	const char *field = setting("HEADROOM_MODEL_TOKEN_FIELD");
	const struct provider *provider;

	*out = (struct model_settings){ .answer_max = 16000,
					.turns_max = 30,
					.tokens_max = 400000,
					.time_max = 10 * CLOCK_MINUTE };
	if (name == NULL)
		return error_set(err, ERROR_UNAVAILABLE,
				 "no model is set up (HEADROOM_MODEL, HEADROOM_MODEL_PROVIDER)");
	provider = provider_find(provider_name != NULL ? provider_name : "anthropic");
	if (provider == NULL)
		return error_set(err, ERROR_USAGE,
				 "HEADROOM_MODEL_PROVIDER: %.40s is not anthropic or openai",
				 provider_name);
	if (take_bound(&out->answer_max, "HEADROOM_MODEL_ANSWER", 1000000, err) < 0 ||
	    take_bound(&out->turns_max, "HEADROOM_MODEL_TURNS", 1000, err) < 0 ||
	    take_bound(&out->tokens_max, "HEADROOM_MODEL_TOKENS", 1000000000, err) < 0 ||
	    take_time(&out->time_max, err) < 0)
		return -1;
	out->provider = memory_string(provider->name);
	out->name = memory_string(name);
	out->url = memory_string(url != NULL ? url : provider->base_url);
	while (strlen(out->url) > 0 && text_ends_with(out->url, "/"))
		out->url[strlen(out->url) - 1] = '\0';
	out->token_field = memory_string(field != NULL ? field : "max_completion_tokens");
	return 0;
}

void
model_settings_release(struct model_settings *settings)
{
	free(settings->provider);
	free(settings->name);
	free(settings->url);
	free(settings->token_field);
	*settings = (struct model_settings){ 0 };
}
