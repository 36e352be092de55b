/*
 * Profiles from files into the store: perf script text, folded stacks, and
 * perf.data by way of `perf script`; gzip or not, the format seen from the
 * bytes. Called by the import command, the demo and the tests. One file is one
 * transaction: all of it or nothing. profile_open.h reads the same without a store.
 */
#ifndef HEADROOM_COLLECT_PROFILE_IMPORT_H
#define HEADROOM_COLLECT_PROFILE_IMPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/base/strings.h"
#include "core/store/store.h"

#define PROFILE_IMPORT_WINDOWS_MAX 100000
#define PROFILE_IMPORT_STACKS_MAX ((size_t)16 * 1024 * 1024) /* distinct stacks of a file */

struct profile_import_options {
	const char *service; /* must exist; not looked at by profile_open */
	/*
	 * When the window starts. perf script tells times since boot, which say
	 * nothing about the day, so that the first sample of the file is put at
	 * this time. 0: the window ENDS at the time the file itself names (perf's
	 * "captured on" header, read in the local time zone), else at the file's
	 * modification time; stdin without that header ends now.
	 */
	int64_t time;
	int64_t duration; /* 0: from the first to the last sample; 60 s where samples have no times
			   */
	const struct strings *labels; /* "version=42"; NULL: none */
	/*
	 * A line that cannot be read: false fails the file with "FILE:LINE: what"
	 * and stores nothing of it; true skips and counts it.
	 */
	bool keep_going;
	/*
	 * The event to count, with or without its modifiers ("cycles"); NULL: the first
	 * one seen, or the one that the file prefers.
	 */
	const char *event;
	/*
	 * Every event, each in windows of its own with its name: for callers that ask
	 * by event, since the samples of two events are no sum.
	 */
	bool all_events;
	/*
	 * A label whose values make windows of their own: cpu, pid, tid or comm of perf
	 * script, or any label of a format that has them. NULL: none.
	 */
	const char *by;
	/* Length of a window; samples go to windows by their own time. 0: one window a file. */
	int64_t split;
};

struct profile_import_event {
	char name[64];
	uint64_t samples;
};

#define PROFILE_IMPORT_EVENTS_MAX 8

enum profile_time_origin {
	PROFILE_TIME_GIVEN, /* by options.time */
	PROFILE_TIME_CONTENT,
	PROFILE_TIME_FILE_DATE,
	PROFILE_TIME_NOW,
};

struct profile_import_report {
	const char *format; /* "perf script", "folded", "perf.data"; a constant */
	uint32_t windows_added, windows_known;
	int64_t start, end; /* of the first and the last window */
	enum profile_time_origin time_origin;
	/*
	 * Of the event that was counted. Folded stacks have one number for both;
	 * where all of them share a divisor of 1000 or more, that is taken for the
	 * sampling period and samples are the numbers divided by it.
	 */
	uint64_t samples, weight;
	uint64_t stacks, frames; /* distinct */
	uint64_t lines, lines_skipped;
	uint64_t first_skipped_line;
	char first_skipped_reason[160];
	char event[64]; /* that was counted, without precision (":ppp"); "" where none is named */
	char unit[64];  /* of weight: samples, ns, or the event (cycles) */
	uint32_t event_count; /* that were counted; more than one with all_events only */
	/* Events that were seen and not counted; the rest of many is in other_samples only. */
	struct profile_import_event others[PROFILE_IMPORT_EVENTS_MAX];
	size_t other_count;
	uint64_t other_samples;
	uint32_t label_sets; /* different labels that samples had, by options.by or by the format */
	/* The file holds two sides of a difference: so many windows are before, the rest after. */
	uint32_t windows_before;
};

/*
 * Reads path ("-" is stdin) into windows of the service. The report is filled
 * also when it fails, as far as it came. A window that was imported before
 * (same content, start and end; whatever the start, where it is a file's date) is not
 * stored again.
 * ERROR_NOT_FOUND: no such service or file; ERROR_INPUT: the content, as
 * "FILE:LINE: what"; ERROR_LIMIT: a named bound; ERROR_UNAVAILABLE: perf is
 * missing; ERROR_CANCELLED.
 */
int profile_import_file(struct store *store, const char *path,
			const struct profile_import_options *options,
			struct profile_import_report *report, const struct progress *progress,
			struct error *err);

/* The same for bytes that came another way; name is for messages and becomes the source. */
int profile_import_bytes(struct store *store, const char *name, const void *data, size_t length,
			 const struct profile_import_options *options,
			 struct profile_import_report *report, const struct progress *progress,
			 struct error *err);

#endif
