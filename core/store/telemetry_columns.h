/*
 * Counts of many windows in columns: what the detection run reads of a fleet.
 * Where telemetry_function_counts has sixteen bytes for each function and
 * window that is there, this has four for each function and window, and names
 * are read only of the few functions that somebody asks for. Called by the
 * detection run.
 */
#ifndef HEADROOM_STORE_TELEMETRY_COLUMNS_H
#define HEADROOM_STORE_TELEMETRY_COLUMNS_H

#include "core/store/telemetry.h"

/*
 * Which window, without what belongs to its profile. Windows of a store never change; prune puts
 * one with a new number in the place of several.
 */
struct window_key {
	int64_t id;
	int64_t start, end;
	uint64_t samples; /* 0 until telemetry_function_columns has read the window */
};

struct window_keys {
	struct window_key *items; /* in order of start, end and id */
	size_t count, capacity;
};
void window_keys_release(struct window_keys *keys);

/* The windows that match; newest of the query is not looked at. */
int telemetry_window_keys(struct telemetry *telemetry, const struct window_query *query,
			  struct window_keys *out, struct error *err);

struct function_columns {
	size_t windows;      /* as many as keys were given */
	uint32_t *functions; /* numbers in the database, in order of first appearance */
	size_t function_count, function_capacity;
	uint32_t *counts; /* function f in window w: counts[f * windows + w] */
};
void function_columns_release(struct function_columns *columns);

/*
 * Reads the counts of these windows and sets samples of each key. only: numbers of the functions
 * wanted, which then are the columns in this order; NULL: all. 1: done. 0: these windows have no
 * compact columns, since most functions are in few of the windows, or a count is over 32 bits:
 * telemetry_function_counts reads them. ERROR_CORRUPT, ERROR_LIMIT, ERROR_CANCELLED.
 */
int
telemetry_function_columns(struct telemetry *telemetry, struct window_keys *keys,
			   const uint32_t *only, size_t only_count, struct function_columns *out,
			   const struct progress *progress, struct error *err);

/* Names of functions by number, in the same order; each is the caller's. ERROR_CORRUPT. */
int telemetry_function_names(struct telemetry *telemetry, const uint32_t *functions, size_t count,
			     char **out, struct error *err);

/*
 * Stores a window of counts without stacks, as an agent has it that adds up on the host: k of
 * each function, window->samples samples in all. Names may not repeat. Same digest, start and end:
 * as profile_add. ERROR_INPUT: a count above the samples.
 */
struct function_total {
	const char *name;
	uint64_t samples;
};
int telemetry_counts_add(struct telemetry *telemetry, int64_t service, const struct window *window,
			 const struct function_total *totals, size_t count, uint64_t digest,
			 bool *added, struct error *err);

#endif
