/* Streams as the two providers send them, for the tests of client and agent. */
#ifndef HEADROOM_TESTS_SOLVE_WIRE_H
#define HEADROOM_TESTS_SOLVE_WIRE_H

#define A_EVENT(name, data) "event: " name "\ndata: {\"type\":\"" name "\"" data "}\n\n"
#define A_START                                                                         \
	A_EVENT("message_start", ",\"message\":{\"role\":\"assistant\",\"content\":[]," \
				 "\"usage\":{\"input_tokens\":100,\"output_tokens\":1}}")
#define A_TEXT(index, text)                                                                \
	A_EVENT("content_block_start", ",\"index\":" index ",\"content_block\":{\"type\":" \
				       "\"text\",\"text\":\"\"}")                          \
	A_EVENT("content_block_delta", ",\"index\":" index ",\"delta\":{\"type\":"         \
				       "\"text_delta\",\"text\":\"" text "\"}")            \
	A_EVENT("content_block_stop", ",\"index\":" index)
#define A_CALL(index, id, name, arguments)                                                         \
	A_EVENT("content_block_start",                                                             \
		",\"index\":" index ",\"content_block\":{\"type\":"                                \
		"\"tool_use\",\"id\":\"" id "\",\"name\":\"" name "\",\"input\":{}}")              \
	A_EVENT("content_block_delta", ",\"index\":" index ",\"delta\":{\"type\":"                 \
				       "\"input_json_delta\",\"partial_json\":\"" arguments "\"}") \
	A_EVENT("content_block_stop", ",\"index\":" index)
#define A_STOP(reason)                                                                          \
	A_EVENT("message_delta",                                                                \
		",\"delta\":{\"stop_reason\":\"" reason "\"},\"usage\":{\"output_tokens\":50}") \
	A_EVENT("message_stop", "")

#define O_CHUNK(choice) "data: {\"id\":\"c\",\"choices\":[{\"index\":0," choice "}]}\n\n"
#define O_TEXT(text) O_CHUNK("\"delta\":{\"content\":\"" text "\"},\"finish_reason\":null")
#define O_CALL(index, id, name, arguments)                                     \
	O_CHUNK("\"delta\":{\"tool_calls\":[{\"index\":" index ",\"id\":\"" id \
		"\",\"type\":\"function\",\"function\":{\"name\":\"" name      \
		"\",\"arguments\":\"" arguments "\"}}]},\"finish_reason\":null")
#define O_STOP(reason)                                           \
	O_CHUNK("\"delta\":{},\"finish_reason\":\"" reason "\"") \
	"data: {\"choices\":[],\"usage\":{\"prompt_tokens\":100,\"completion_tokens\":50}}\n\n"
#define O_DONE "data: [DONE]\n\n"

#endif
