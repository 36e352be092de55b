/*
 * When a question to a model may be asked again, and after how long: the rule
 * of the providers' own clients. Pure but for the clock of dates. Called by client.c.
 */
#ifndef HEADROOM_SOLVE_RETRY_H
#define HEADROOM_SOLVE_RETRY_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/http.h"

#define RETRY_WAIT_MAX                                                          \
	(INT64_C(60) * 1000000) /* microseconds; a server that says more is not \
				 * waited for */

/* x-should-retry, else 408, 409, 429 and 5xx; not where a spending limit is reached. */
bool retry_is_worth(const struct http_answer *answer);

/*
 * Microseconds: retry-after-ms, else retry-after in seconds or as a date, else
 * 0.5 s, 1 s ... by attempt (from 0), less up to a quarter so that many do not come back at once.
 */
int64_t retry_wait(const struct http_answer *answer, int attempt);

#endif
