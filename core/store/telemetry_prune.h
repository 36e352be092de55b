/*
 * Old windows added up to windows of an hour and of a day, so that a database
 * does not grow for ever. Nothing is lost but when within the hour or the day
 * it was: of one service, event, unit and set of labels, the samples and
 * weights of every stack are summed. Called by `headroom prune`.
 */
#ifndef HEADROOM_STORE_TELEMETRY_PRUNE_H
#define HEADROOM_STORE_TELEMETRY_PRUNE_H

#include "core/store/telemetry.h"

/* How much before and after the change of an open finding stays as it was recorded. */
#define PRUNE_MARGIN (INT64_C(2) * 24 * 3600 * 1000000)

struct prune_request {
	int64_t service;
	int64_t now;
	int64_t keep;   /* an hour that ended so long ago becomes one window */
	int64_t hourly; /* a day that ended so long ago becomes one window; >= keep */
	bool dry_run;   /* adds up all the same, and stores nothing */
};

struct prune_report {
	uint64_t windows_before, windows_after; /* of the service */
	uint64_t bytes_before, bytes_after;     /* of their blobs */
	uint64_t hours, days;                   /* sums made */
	uint64_t near_findings; /* windows old enough that an open finding needs as they are */
};

/*
 * One transaction for each day of the service in which there is something to
 * add up: whatever ends it in the middle, each window is there once, alone or
 * in a sum. Windows longer than the hour or day they would go into, and sums
 * that would pass a bound, stay as they are. A file imported again is known
 * still (window_part). What detection remembers of the service stays right: it
 * knows windows by number, and a sum has a new one. ERROR_CANCELLED: *out is
 * what was done until then.
 */
int telemetry_prune(struct telemetry *telemetry, const struct prune_request *request,
		    struct prune_report *out, const struct progress *progress, struct error *err);

struct compact_report {
	uint64_t bytes_before, bytes_after; /* of the file */
	uint64_t bytes_free;                /* in the file, for what is stored next; before */
};

/*
 * Gives free space back to the disk: rewrites the whole file, for which as much
 * room again is needed for a while. only_look: bytes_after is bytes_before.
 */
int telemetry_compact(struct telemetry *telemetry, bool only_look, struct compact_report *out,
		      struct error *err);

#endif
