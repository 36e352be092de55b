/*
 * Adding up the blobs of windows. Private to the telemetry's files; called by
 * telemetry_prune.c.
 */
#ifndef HEADROOM_STORE_TELEMETRY_SUM_H
#define HEADROOM_STORE_TELEMETRY_SUM_H

#include "core/store/cells.h"
#include "core/store/telemetry_sqlite.h"

/* One sum by number of the stack (or function); what it holds is empty again after each write. */
struct blob_sum {
	struct id_map slots; /* number in the database -> slot + 1 */
	struct cell *cells;  /* by slot */
	size_t count, capacity;
	bool full; /* a bound was passed: what is in here is no sum */
};

/* For stacks or functions of the database as it is now. */
int blob_sum_init_stacks(struct blob_sum *sum, struct store *store, struct error *err);
int blob_sum_init_functions(struct blob_sum *sum, struct store *store, struct error *err);
void blob_sum_release(struct blob_sum *sum);

/* Adds those of one window. ERROR_CORRUPT names the window. */
int blob_sum_add_stacks(struct blob_sum *sum, struct store *store, const struct window *window,
			struct error *err);
int blob_sum_add_functions(struct blob_sum *sum, struct store *store, const struct window *window,
			   struct error *err);

/* The blob of all that was added; sets full where it passes the bound of out. */
void blob_sum_write_stacks(struct blob_sum *sum, struct str *out);
void blob_sum_write_functions(struct blob_sum *sum, struct str *out);

#endif
