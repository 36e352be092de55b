/*
 * Telemetry: profiles of services over time, behind a table of operations so
 * that another engine can stand where SQLite stands on one machine. A window is one profile:
 * one service, one stretch of time, stacks with weights. Function names,
 * frames and stacks are stored once per database.
 */
#ifndef HEADROOM_STORE_TELEMETRY_H
#define HEADROOM_STORE_TELEMETRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/base/strings.h"
#include "core/store/profile.h"

struct telemetry;
struct window_keys; /* telemetry_columns.h, also for the three below */
struct function_columns;
struct function_total;
struct telemetry_labels; /* telemetry_labels.h */
struct prune_request;    /* telemetry_prune.h, also for the two below */
struct prune_report;
struct compact_report;
struct series_append;
struct series_added;
struct series_query;
struct series_list;
struct series_info;
struct series_points;
/* Which way of a metric is worse; here because the table of operations names it. */
enum series_harm { SERIES_HARM_UP, SERIES_HARM_DOWN, SERIES_HARM_BOTH };

#define TELEMETRY_CELLS_MAX ((size_t)1 << 27) /* of one answer; more is ERROR_LIMIT */
#define TELEMETRY_IDS_MAX \
	((int64_t)1 << 28) /* distinct stacks, frames or functions of a database */

/* What a window is, beside its stacks. */
struct window {
	int64_t id;
	int64_t start, end;    /* microseconds; end > start */
	uint64_t samples;      /* n: all samples of the window */
	uint64_t weight;       /* in the unit below */
	char *event;           /* cpu-clock, cycles; NULL: not known */
	char *unit;            /* samples, ns, cycles */
	struct strings labels; /* "version=42", sorted */
	char *source;          /* file it came from, for messages */
	uint32_t parts;        /* of so many recorded windows this is the sum; 0 and 1: of one */
};

struct window_list {
	struct window *items;
	size_t count, capacity;
};
void window_release(struct window *window);
void window_list_release(struct window_list *list);

/*
 * event: windows of several events of one recording lie side by side, and must
 * not be added up. NULL: the main event of the service, and windows of which no
 * event is known. The main event is the most usual one of the newest windows; of
 * those about as usual, the one that counts CPU time or cycles, else the first by name.
 *
 * labels: "key=value" of one key are alternatives, those of several keys must all
 * be met; "key!=value" must never be. A value may have * and ?. A window without the
 * key has the value "".
 */
struct window_query {
	int64_t service;
	int64_t from, to;             /* from <= start < to; 0, 0: all */
	const struct strings *labels; /* NULL: any */
	size_t newest;                /* only the newest so many; 0: all */
	const char *event;            /* or TELEMETRY_EVENT_ANY; "": those of no known event */
	/*
	 * Of telemetry_profiles alone. Neighbours in time are added up until at most so many
	 * windows are left between two edges (times, ascending, or NULL); 0: as they are stored.
	 * Sums are the same, and so few still tell how much windows vary.
	 */
	size_t replicates;
	const int64_t *edges;
	size_t edge_count;
};
#define TELEMETRY_REPLICATES 64 /* a usual number of them */
#define TELEMETRY_EVENT_ANY "*"
#define TELEMETRY_EVENT_UNKNOWN "not known" /* as "" */

/*
 * Per window and function: k, the samples whose stack contains the function
 * (recursion counts once). Compressed rows: the counts of window w are
 * cells[row[w]] .. cells[row[w + 1] - 1], functions ascending.
 */
struct function_count {
	uint32_t function;
	uint32_t reserved;
	uint64_t samples;
};

struct function_counts {
	struct window_list windows; /* oldest first */
	char **functions;           /* names */
	size_t function_count;
	struct function_count *cells;
	size_t *rows; /* windows.count + 1 */
};
void function_counts_release(struct function_counts *counts);

/* One function over time. */
struct share_point {
	int64_t start, end;
	uint64_t count;   /* k */
	uint64_t samples; /* n */
};
struct share_series {
	struct share_point *items;
	size_t count, capacity;
};
void share_series_release(struct share_series *series);

struct telemetry_ops {
	const char *name;
	/*
	 * Stores one window. digest identifies the content: a window of this
	 * service with the same digest, start and end is there already: *added
	 * false, nothing stored.
	 */
	int (*profile_add)(struct telemetry *telemetry, int64_t service,
			   const struct window *window, const struct profile *profile,
			   uint64_t digest, bool *added, struct error *err);
	/* Where a window of this content and length is stored, at whatever time. */
	int (*profile_find)(struct telemetry *telemetry, int64_t service, uint64_t digest,
			    int64_t length, int64_t *start, bool *found, struct error *err);
	int (*windows)(struct telemetry *telemetry, const struct window_query *query,
		       struct window_list *out, struct error *err);
	/* Stacks of all windows that match, in one profile_set. */
	int (*profiles)(struct telemetry *telemetry, const struct window_query *query,
			struct profile_set *out, const struct progress *progress,
			struct error *err);
	int (*function_counts)(struct telemetry *telemetry, const struct window_query *query,
			       struct function_counts *out, const struct progress *progress,
			       struct error *err);
	/* A function that is in no profile of the database is ERROR_NOT_FOUND. */
	int (*share_series)(struct telemetry *telemetry, const struct window_query *query,
			    const char *function, struct share_series *out, struct error *err);
	/* See telemetry_columns.h. */
	int (*window_keys)(struct telemetry *telemetry, const struct window_query *query,
			   struct window_keys *out, struct error *err);
	int (*function_columns)(struct telemetry *telemetry, struct window_keys *keys,
				const uint32_t *only, size_t only_count,
				struct function_columns *out, const struct progress *progress,
				struct error *err);
	int (*function_names)(struct telemetry *telemetry, const uint32_t *functions, size_t count,
			      char **out, struct error *err);
	int (*counts_add)(struct telemetry *telemetry, int64_t service, const struct window *window,
			  const struct function_total *totals, size_t count, uint64_t digest,
			  bool *added, struct error *err);
	/* See telemetry_labels.h. */
	int (*labels)(struct telemetry *telemetry, const struct window_query *query,
		      struct telemetry_labels *out, struct error *err);
	/* See telemetry_prune.h. */
	int (*prune)(struct telemetry *telemetry, const struct prune_request *request,
		     struct prune_report *out, const struct progress *progress, struct error *err);
	int (*compact)(struct telemetry *telemetry, bool only_look, struct compact_report *out,
		       struct error *err);
	/* Series: see series.h, whose functions call these. */
	int (*series_add)(struct telemetry *telemetry, int64_t service,
			  const struct series_append *append, struct series_added *added,
			  struct error *err);
	int (*series_list)(struct telemetry *telemetry, const struct series_query *query,
			   struct series_list *out, struct error *err);
	int (*series_each)(struct telemetry *telemetry, const struct series_query *query,
			   int (*take)(void *user, const struct series_info *info,
				       const struct series_points *points, struct error *err),
			   void *user, const struct progress *progress, struct error *err);
	int (*series_harm)(struct telemetry *telemetry, int64_t service, const char *metric,
			   enum series_harm harm, struct error *err);
};

struct telemetry {
	const struct telemetry_ops *ops;
	void *engine;
};

/* Thin calls through the table. */
int telemetry_profile_add(struct telemetry *telemetry, int64_t service, const struct window *window,
			  const struct profile *profile, uint64_t digest, bool *added,
			  struct error *err);
int telemetry_profile_find(struct telemetry *telemetry, int64_t service, uint64_t digest,
			   int64_t length, int64_t *start, bool *found, struct error *err);
int telemetry_windows(struct telemetry *telemetry, const struct window_query *query,
		      struct window_list *out, struct error *err);
int telemetry_profiles(struct telemetry *telemetry, const struct window_query *query,
		       struct profile_set *out, const struct progress *progress, struct error *err);
int telemetry_function_counts(struct telemetry *telemetry, const struct window_query *query,
			      struct function_counts *out, const struct progress *progress,
			      struct error *err);
int telemetry_share_series(struct telemetry *telemetry, const struct window_query *query,
			   const char *function, struct share_series *out, struct error *err);

#endif
