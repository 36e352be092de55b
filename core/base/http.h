/*
 * One HTTP request with a streamed answer. Only http.c knows the library. No
 * redirects to other hosts, http and https only, certificates checked. Headers
 * with secrets are given by the caller and never put into an error's text.
 */
#ifndef HEADROOM_BASE_HTTP_H
#define HEADROOM_BASE_HTTP_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/base/str.h"

#define HTTP_BODY_MAX ((size_t)64 * 1024 * 1024)

struct http_request {
	const char *method; /* "GET", "POST" */
	const char *url;
	const char *const *headers; /* "name: value", NULL-terminated, or NULL */
	const void *body;
	size_t body_length;
	size_t answer_max;           /* 0: HTTP_BODY_MAX */
	int64_t time_max;            /* microseconds for all of it; 0: ten minutes */
	int64_t silence_max;         /* microseconds without a byte; 0: two minutes */
	const struct cancel *cancel; /* looked at ten times a second at least */
	/* The body of a 2xx answer as it comes; negative stops. NULL: kept in answer->body. */
	int (*on_data)(void *user, const char *data, size_t length, struct error *err);
	void *user;
};

struct http_answer {
	long status;
	struct str body;    /* of every answer that is not 2xx, and of all when on_data is NULL */
	struct str headers; /* raw lines, for http_answer_header */
};

/* 0: an answer came, look at status; negative: no whole answer. Initialises answer either way. */
int http_perform(struct http_answer *answer, const struct http_request *request, struct error *err);
void http_answer_release(struct http_answer *answer);
/* Value of a header (any case) in out, trimmed; empty where absent. */
void http_answer_header(const struct http_answer *answer, const char *name, struct str *out);

#endif
