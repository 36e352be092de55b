/*
 * Server-sent events over bytes (WHATWG HTML, section 9.2): pieces may be cut
 * anywhere, also inside a UTF-8 sequence; CR, LF and CRLF end lines; "data:"
 * with or without a blank; comments are dropped. Used by the model providers.
 */
#ifndef HEADROOM_SOLVE_SSE_H
#define HEADROOM_SOLVE_SSE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/error.h"
#include "core/base/str.h"

#define SSE_EVENT_MAX ((size_t)8 * 1024 * 1024) /* bytes of one event */

struct sse {
	struct str line;
	struct str event; /* its name; empty: "message" */
	struct str data;
	bool has_data;
	bool after_cr; /* the last byte was CR: a LF now belongs to it */
	/* Negative stops the feeding. */
	int (*on_event)(void *user, const char *event, const char *data, size_t length,
			struct error *err);
	void *user;
};

void sse_init(struct sse *sse,
	      int (*on_event)(void *user, const char *event, const char *data, size_t length,
			      struct error *err),
	      void *user);
void sse_release(struct sse *sse);
int sse_feed(struct sse *sse, const char *data, size_t length, struct error *err);
/* The stream is over: an event without its blank line is given too, as servers that forget it mean
 * it. */
int sse_finish(struct sse *sse, struct error *err);

#endif
