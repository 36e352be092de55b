/*
 * One profile from its first byte to windows of samples in memory. Shared by
 * profile_import.c, which stores them, and profile_open.c, which gives them.
 */
#ifndef HEADROOM_COLLECT_PROFILE_READ_H
#define HEADROOM_COLLECT_PROFILE_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/collect/lines.h"
#include "core/collect/profile_import.h"
#include "core/collect/profile_windows.h"
#include "core/collect/samples.h"
#include "core/store/telemetry.h"

struct profile_source {
	const char *path; /* "-" is stdin; with data: a name */
	const void *data; /* NULL: read path */
	size_t length;
};

struct profile_read {
	struct profile_windows windows;
	struct sample_facts facts;
	struct import_lines lines; /* lines.name is the source's name, borrowed */
	int64_t written;           /* when the file was last written */
	bool dated;                /* it is a file's date, and not now */
};

/*
 * Reads all, fills the report but its windows, and fails where no samples are
 * left. Release read also after a failure.
 */
int profile_read(struct profile_read *read, const struct profile_source *source,
		 const struct profile_import_options *options, struct profile_import_report *report,
		 const struct progress *progress, struct error *err);
void profile_read_release(struct profile_read *read);

/*
 * Start, end and labels of window 0, as the options have them. Its source is
 * borrowed from read; release labels only.
 */
void profile_read_place(const struct profile_read *read,
			const struct profile_import_options *options, struct window *first);
/* From where that time is. */
enum profile_time_origin profile_read_time_origin(const struct profile_read *read,
						  const struct profile_import_options *options);

#endif
