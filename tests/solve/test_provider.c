/*
 * Streams of both wire formats read into replies: as their makers send them,
 * and as the nearly compatible servers do. A case is a row: events, and what the reply must be.
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/solve/reply.h"
#include "tests/solve/suites.h"

struct row {
	const char *name;
	const struct provider *provider;
	const char *events[16]; /* JSON; ends with NULL */
	const char *expected;   /* "STOP text|name id arguments|..." or "error" */
};

#define CALL(index, id, name, arguments)                                             \
	"{\"choices\":[{\"delta\":{\"tool_calls\":[{" index id "\"function\":{" name \
	"\"arguments\":" arguments "}}]}}]}"
#define FINISH(reason) "{\"choices\":[{\"delta\":{},\"finish_reason\":\"" reason "\"}]}"
#define DONE "{\"done\":true}"

static const struct row rows[] = {
	{ "anthropic: words and two calls",
	  &provider_anthropic,
	  { "{\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":5,\"cache_read_"
	    "input_"
	    "tokens\":10,\"output_tokens\":1}}}",
	    "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\","
	    "\"text\":"
	    "\"\"}}",
	    "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\","
	    "\"text\":"
	    "\"Hi\"}}",
	    "{\"type\":\"ping\"}",
	    "{\"type\":\"content_block_start\",\"index\":1,\"content_block\":{\"type\":\"tool_"
	    "use\","
	    "\"id\":\"t1\",\"name\":\"a\",\"input\":{}}}",
	    "{\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"input_json_"
	    "delta\","
	    "\"partial_json\":\"{\\\"x\\\":\"}}",
	    "{\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"input_json_"
	    "delta\","
	    "\"partial_json\":\"1}\"}}",
	    "{\"type\":\"content_block_start\",\"index\":2,\"content_block\":{\"type\":\"tool_"
	    "use\","
	    "\"id\":\"t2\",\"name\":\"b\",\"input\":{}}}",
	    "{\"type\":\"something_new\",\"x\":1}",
	    "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"tool_use\"},\"usage\":{"
	    "\"output_"
	    "tokens\":20}}",
	    "{\"type\":\"message_stop\"}" },
	  "tools Hi|a t1 {\"x\":1}|b t2 {}" },
	{ "anthropic: an error in the stream",
	  &provider_anthropic,
	  { "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"busy\"}}" },
	  "error" },
	{ "anthropic: cut at the limit",
	  &provider_anthropic,
	  { "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"tool_"
	    "use\","
	    "\"id\":\"t1\",\"name\":\"a\",\"input\":{}}}",
	    "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"input_json_"
	    "delta\","
	    "\"partial_json\":\"{\\\"x\\\":\"}}",
	    "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"max_tokens\"}}",
	    "{\"type\":\"message_stop\"}" },
	  "length |a t1 broken" },
	{ "anthropic: broken off",
	  &provider_anthropic,
	  { "{\"type\":\"message_start\"}" },
	  "open " },
	{ "openai: two indexed calls",
	  &provider_openai,
	  { "{\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"Hi\"}}]}",
	    CALL("\"index\":0,", "\"id\":\"c1\",", "\"name\":\"a\",", "\"\""),
	    CALL("\"index\":0,", "", "", "\"{\\\"x\\\":\""), CALL("\"index\":0,", "", "", "\"1}\""),
	    CALL("\"index\":1,", "\"id\":\"c2\",", "\"name\":\"b\",", "\"\""), FINISH("tool_calls"),
	    "{\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4}}", DONE },
	  "tools Hi|a c1 {\"x\":1}|b c2 {}" },
	{ "all at index 0, finish_reason stop",
	  &provider_openai,
	  { CALL("\"index\":0,", "\"id\":\"c1\",", "\"name\":\"a\",", "\"{}\""),
	    CALL("\"index\":0,", "\"id\":\"c2\",", "\"name\":\"a\",", "\"{\\\"y\\\":2}\""),
	    FINISH("stop"), DONE },
	  "tools |a c1 {}|a c2 {\"y\":2}" },
	{ "no index, no id, arguments as an object",
	  &provider_openai,
	  { CALL("", "", "\"name\":\"a\",", "{\"x\":1}"), FINISH("stop"), DONE },
	  "tools |a call_1 {\"x\":1}" },
	{ "the name again in every piece",
	  &provider_openai,
	  { CALL("\"index\":0,", "\"id\":\"c1\",", "\"name\":\"a\",", "\"{\""),
	    CALL("\"index\":0,", "", "\"name\":\"a\",", "\"}\""), FINISH("tool_calls"), DONE },
	  "tools |a c1 {}" },
	{ "id on every piece, the whole call once more at the end",
	  &provider_openai,
	  { CALL("\"index\":1,", "\"id\":\"c1\",", "\"name\":\"a\",", "\"{\\\"x\\\":\""),
	    CALL("\"index\":1,", "\"id\":\"c1\",", "", "\"1}\""),
	    CALL("\"index\":1,", "\"id\":\"c1\",", "\"name\":\"a\",", "\"{\\\"x\\\":1}\""),
	    FINISH("tool_calls"), DONE },
	  "tools |a c1 {\"x\":1}" },
	{ "a call without a name is dropped",
	  &provider_openai,
	  { CALL("\"index\":0,", "\"id\":\"\",", "", "\"{}\""), FINISH("stop"), DONE },
	  "end " },
	{ "no [DONE], but a reason: whole at the end of the stream",
	  &provider_openai,
	  { "{\"choices\":[{\"delta\":{\"content\":\"ok\"},\"finish_reason\":\"stop\"}]}", DONE },
	  "end ok" },
	{ "neither reason nor [DONE]: broken off",
	  &provider_openai,
	  { "{\"choices\":[{\"delta\":{\"content\":\"ok\"}}]}", DONE },
	  "open ok" },
	{ "an error object in a stream with status 200",
	  &provider_openai,
	  { "{\"error\":{\"message\":\"out of memory\"}}" },
	  "error" },
	{ "arguments that are no JSON",
	  &provider_openai,
	  { CALL("\"index\":0,", "\"id\":\"c1\",", "\"name\":\"a\",", "\"{\\\"x\\\":\""),
	    FINISH("length"), DONE },
	  "length |a c1 broken" },
};

static void
describe(const struct reply *reply, struct str *out)
{
	static const char *const stops[] = { "open", "end", "tools", "length", "refusal", "pause" };

	str_addf(out, "%s %s", stops[reply->ended ? reply->stop : REPLY_OPEN], reply->text.data);
	for (size_t i = 0; i < reply->call_count; i++) {
		const struct reply_call *call = &reply->calls[i];

		str_addf(out, "|%s %s ", call->name, call->id);
		if (call->input != NULL)
			json_write(out, call->input);
		else
			str_add(out, "broken");
	}
}

START_TEST(table)
{
	const struct row *row = &rows[_i];
	struct reply reply;
	struct str got;
	int result = 0;

	str_init(&got, STR_MAX_TEXT);
	reply_init(&reply);
	for (size_t i = 0; row->events[i] != NULL && result == 0; i++) {
		struct json *data = NULL;

		ck_assert_int_eq(json_parse(&data, row->events[i], strlen(row->events[i]), NULL),
				 0);
		result = row->provider->event(&reply, "", data, NULL);
		json_free(data);
	}
	if (result < 0)
		str_add(&got, "error");
	else
		describe(&reply, &got);
	ck_assert_msg(strcmp(got.data, row->expected) == 0, "%s: got \"%s\", not \"%s\"", row->name,
		      got.data, row->expected);
	str_release(&got);
	reply_release(&reply);
}
END_TEST

START_TEST(tokens_count_what_was_cached)
{
	struct reply reply;
	struct json *data = NULL;
	const char text[] =
		"{\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":5,"
		"\"cache_creation_input_tokens\":7,\"cache_read_input_tokens\":10}}}";

	reply_init(&reply);
	ck_assert_int_eq(json_parse(&data, text, strlen(text), NULL), 0);
	ck_assert_int_eq(provider_anthropic.event(&reply, "", data, NULL), 0);
	ck_assert_int_eq(reply.tokens_in, 22);
	json_free(data);
	reply_release(&reply);
}
END_TEST

/* Thinking and unknown blocks go back as they came, in order. */
START_TEST(blocks_are_echoed)
{
	static const char *const events[] = {
		"{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":"
		"\"thinking\","
		"\"thinking\":\"\",\"signature\":\"\"}}",
		"{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"thinking_"
		"delta\","
		"\"thinking\":\"hm\"}}",
		"{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"signature_"
		"delta\","
		"\"signature\":\"s+/=\"}}",
		"{\"type\":\"content_block_start\",\"index\":1,\"content_block\":{\"type\":\"new_"
		"kind\","
		"\"data\":[1,2]}}",
		"{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"}}",
		"{\"type\":\"message_stop\"}",
	};
	struct json *messages = json_array();
	struct reply reply;
	struct str text;

	str_init(&text, STR_MAX_TEXT);
	reply_init(&reply);
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
		struct json *data = NULL;

		ck_assert_int_eq(json_parse(&data, events[i], strlen(events[i]), NULL), 0);
		ck_assert_int_eq(provider_anthropic.event(&reply, "", data, NULL), 0);
		json_free(data);
	}
	provider_anthropic.add_reply(messages, &reply);
	json_write(&text, messages);
	ck_assert_str_eq(
		text.data,
		"[{\"role\":\"assistant\",\"content\":[{\"type\":\"thinking\",\"thinking\":"
		"\"hm\",\"signature\":\"s+/=\"},{\"type\":\"new_kind\",\"data\":[1,2]}]}]");
	json_free(messages);
	str_release(&text);
	reply_release(&reply);
}
END_TEST

Suite *
provider_suite(void)
{
	Suite *suite = suite_create("provider");
	TCase *tests = tcase_create("streams");

	tcase_add_loop_test(tests, table, 0, sizeof(rows) / sizeof(rows[0]));
	tcase_add_test(tests, tokens_count_what_was_cached);
	tcase_add_test(tests, blocks_are_echoed);
	suite_add_tcase(suite, tests);
	return suite;
}
