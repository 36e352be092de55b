/* Server-sent events; see sse.h. Called by model.c's request. */
#include "core/solve/sse.h"

#include <string.h>

void
sse_init(struct sse *sse,
	 int (*on_event)(void *user, const char *event, const char *data, size_t length,
			 struct error *err),
	 void *user)
{
	*sse = (struct sse){ .on_event = on_event, .user = user };
	str_init(&sse->line, SSE_EVENT_MAX);
	str_init(&sse->event, STR_MAX_LINE);
	str_init(&sse->data, SSE_EVENT_MAX);
}

void
sse_release(struct sse *sse)
{
	str_release(&sse->line);
	str_release(&sse->event);
	str_release(&sse->data);
}

static int
end_event(struct sse *sse, struct error *err)
{
	int result = 0;

	if (sse->has_data)
		result = sse->on_event(sse->user, sse->event.data, sse->data.data, sse->data.len,
				       err);
	str_clear(&sse->event);
	str_clear(&sse->data);
	sse->has_data = false;
	return result;
}

static int
end_line(struct sse *sse, struct error *err)
{
	const char *line = sse->line.data;
	const char *colon = strchr(line, ':');
	size_t name = colon != NULL ? (size_t)(colon - line) : sse->line.len;
	const char *value = colon != NULL ? colon + 1 : "";
	int result = 0;

	value += *value == ' ';
	if (sse->line.overflow || sse->data.overflow)
		return error_set(err, ERROR_LIMIT, "the answer has an event of over %zu bytes",
				 SSE_EVENT_MAX);
	if (sse->line.len == 0) {
		result = end_event(sse, err);
	} else if (name == 4 && memcmp(line, "data", 4) == 0) {
		if (sse->has_data)
			str_add_char(&sse->data, '\n');
		str_add(&sse->data, value);
		sse->has_data = true;
	} else if (name == 5 && memcmp(line, "event", 5) == 0) {
		str_clear(&sse->event);
		str_add(&sse->event, value);
	}
	str_clear(&sse->line);
	return result;
}

int
sse_feed(struct sse *sse, const char *data, size_t length, struct error *err)
{
	for (size_t i = 0; i < length; i++) {
		size_t run = i;

		if (sse->after_cr && data[i] == '\n') {
			sse->after_cr = false;
			continue;
		}
		sse->after_cr = false;
		while (run < length && data[run] != '\n' && data[run] != '\r')
			run++;
		str_add_n(&sse->line, data + i, run - i);
		if (run == length)
			break;
		sse->after_cr = data[run] == '\r';
		i = run;
		if (end_line(sse, err) < 0)
			return -1;
	}
	return 0;
}

int
sse_finish(struct sse *sse, struct error *err)
{
	if (sse->line.len > 0 && end_line(sse, err) < 0)
		return -1;
	return end_event(sse, err);
}
