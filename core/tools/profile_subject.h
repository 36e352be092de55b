/*
 * Which profiles are looked at: those round a finding's change point, those of a
 * service (one stretch of time, or two that are compared), or files, for which no
 * database is needed. Used by the flame screen, the heat map, the source screen
 * and the commands `flame` and `profile lines`.
 */
#ifndef HEADROOM_TOOLS_PROFILE_SUBJECT_H
#define HEADROOM_TOOLS_PROFILE_SUBJECT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/base/str.h"
#include "core/base/strings.h"
#include "core/explain/selection.h"
#include "core/store/finding.h"
#include "core/store/profile.h"
#include "core/store/store.h"

#define PROFILE_SUBJECT_WINDOWS_MAX 400 /* of each side, where no time is named */
#define PROFILE_SUBJECT_FILES_MAX 256

struct profile_subject {
	int64_t service; /* 0: none */
	char *service_name;
	int64_t changed_at;                 /* of a finding: before and after this; 0: none */
	struct time_range range;            /* one stretch of time; both 0: the newest windows */
	struct time_range before, after;    /* compared where before.from < before.to */
	struct strings files, before_files; /* files on the after side, and what they are
					     * compared with; then there is no service's time */
	char *event;           /* "cycles"; NULL: the newest window's, or the file's own choice */
	struct strings labels; /* windows with all of these; not of files */
	bool each_window;      /* of a service: none are added up to replicates */
	int64_t split;         /* microseconds of a window of a file; 0: one window a file */
};

/* A finding's: borrows nothing. */
void profile_subject_of_finding(struct profile_subject *out, const struct finding *finding);
void profile_subject_copy(struct profile_subject *to, const struct profile_subject *from);
void profile_subject_release(struct profile_subject *subject);
bool profile_subject_is_file(const struct profile_subject *subject);
/* "api", "b.perf.txt", "a.perf.txt | b.perf.txt": as given, not yet safe for a terminal. */
void profile_subject_name(const struct profile_subject *subject, struct str *out);

/* What a load tells beside the profiles. */
struct profile_subject_report {
	uint64_t lines_skipped;  /* of files: not understood */
	char first_skipped[320]; /* "FILE:LINE: why"; "" none */
	char event[64], unit[64];
};

/*
 * set and selection may be uninitialised and are the caller's after success, released after a
 * failure. store is not looked at for files and may be NULL. report may be NULL. Lines of a file
 * that are not understood are skipped and counted. ERROR_NOT_FOUND: no windows, or none on one of
 * the two sides that were named; else as telemetry_profiles and profile_open_file.
 */
int profile_subject_load(const struct profile_subject *subject, struct store *store,
			 struct profile_set *set, struct selection *selection,
			 struct profile_subject_report *report, const struct progress *progress,
			 struct error *err);

#endif
