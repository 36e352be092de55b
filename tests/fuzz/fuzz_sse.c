/*
 * A model's stream: cut anywhere it gives the same events, and whatever the
 * events say, the reply made of them can be sent back. The first byte says how it is cut.
 */
#include <string.h>

#include "core/base/memory.h"
#include "core/solve/reply.h"
#include "core/solve/sse.h"
#include "tests/fuzz/fuzz.h"

static int
write_event(void *user, const char *event, const char *data, size_t length, struct error *err)
{
	struct str *out = user;

	(void)err;
	str_addf(out, "<%s>", event);
	str_add_n(out, data, length);
	return 0;
}

static void
read_stream(struct str *events, const char *data, size_t size, size_t step)
{
	struct sse sse;
	int result = 0;

	str_init(events, STR_MAX_BULK);
	sse_init(&sse, write_event, events);
	for (size_t at = 0; at < size && result == 0; at += step)
		result = sse_feed(&sse, data + at, size - at < step ? size - at : step, NULL);
	if (result == 0)
		result = sse_finish(&sse, NULL);
	FUZZ_REQUIRE(result == 0);
	sse_release(&sse);
}

struct reader {
	const struct provider *provider;
	struct reply reply;
};

static int
take_event(void *user, const char *event, const char *data, size_t length, struct error *err)
{
	struct reader *reader = user;
	struct json *json = NULL;
	int result = 0;

	if (json_parse(&json, data, length, NULL) == 0)
		result = reader->provider->event(&reader->reply, event, json, err);
	json_free(json);
	return result;
}

/* Every call of a whole reply has a name and an id, and gets its result. */
static void
send_back(const struct reader *reader)
{
	static const char *const results[REPLY_CALLS_MAX] = { "" };
	static const bool failed[REPLY_CALLS_MAX] = { false };
	struct json *messages = json_array();

	for (size_t i = 0; i < reader->reply.call_count; i++) {
		FUZZ_REQUIRE(reader->reply.calls[i].name[0] != '\0');
		FUZZ_REQUIRE(reader->reply.calls[i].id[0] != '\0');
	}
	reader->provider->add_reply(messages, &reader->reply);
	reader->provider->add_results(messages, &reader->reply, results, failed);
	json_free(messages);
}

static void
read_reply(const struct provider *provider, const char *data, size_t size)
{
	struct reader reader = { .provider = provider };
	struct json *done = json_object();
	struct error err;
	struct sse sse;
	int result;

	reply_init(&reader.reply);
	sse_init(&sse, take_event, &reader);
	result = sse_feed(&sse, data, size, &err);
	if (result == 0)
		result = sse_finish(&sse, &err);
	json_set_bool(done, "done", true);
	if (result == 0)
		result = provider->event(&reader.reply, "end", done, &err);
	if (result == 0 && reader.reply.ended)
		send_back(&reader);
	json_free(done);
	sse_release(&sse);
	reply_release(&reader.reply);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *stream = (const char *)data + 1;
	struct str whole, pieces;

	if (size < 1)
		return 0;
	read_stream(&whole, stream, size - 1, size);
	read_stream(&pieces, stream, size - 1, (size_t)data[0] % 7 + 1);
	FUZZ_REQUIRE(whole.len == pieces.len && memcmp(whole.data, pieces.data, whole.len) == 0);
	str_release(&whole);
	str_release(&pieces);
	read_reply(&provider_anthropic, stream, size - 1);
	read_reply(&provider_openai, stream, size - 1);
	return 0;
}
