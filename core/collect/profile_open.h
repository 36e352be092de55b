/*
 * Profiles from files as a profile set, without a store: what `headroom flame
 * FILE...` and the views of files read. Formats and options are those of
 * profile_import.h; two files are two calls and a profile_set_append.
 */
#ifndef HEADROOM_COLLECT_PROFILE_OPEN_H
#define HEADROOM_COLLECT_PROFILE_OPEN_H

#include <stddef.h>

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/collect/profile_import.h"
#include "core/store/profile.h"

/*
 * The windows of the file, oldest first; where the file holds two sides of a
 * difference, report->windows_before of them are before and the rest after.
 * out may be uninitialised; it is the caller's after success, and empty after
 * a failure. Without options->all_events all windows are of one event. report
 * and errors as profile_import_file, without those of the store.
 */
int profile_open_file(struct profile_set *out, const char *path,
		      const struct profile_import_options *options,
		      struct profile_import_report *report, const struct progress *progress,
		      struct error *err);
int profile_open_bytes(struct profile_set *out, const char *name, const void *data, size_t length,
		       const struct profile_import_options *options,
		       struct profile_import_report *report, const struct progress *progress,
		       struct error *err);

#endif
