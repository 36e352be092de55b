/* Profiles from files into the store; see profile_import.h. */
#include "core/collect/profile_import.h"

#include "core/collect/profile_read.h"
#include "core/collect/service_id.h"
#include "core/store/telemetry.h"

static int
store_windows(struct profile_read *read, struct store *store, int64_t service,
	      const struct profile_import_options *options, struct profile_import_report *report,
	      const struct progress *progress, struct error *err)
{
	struct window first = { 0 };
	int result;

	profile_read_place(read, options, &first);
	report->time_origin = profile_read_time_origin(read, options);
	result = store_begin(store, err);
	if (result == 0) {
		result =
			profile_windows_store(&read->windows, store_telemetry(store), service,
					      &first, report->time_origin == PROFILE_TIME_FILE_DATE,
					      read->facts.digest, report, progress, err);
		if (result == 0)
			result = store_commit(store, err);
		if (result < 0) {
			store_rollback(store);
			report->windows_added = report->windows_known = 0;
		}
	}
	strings_release(&first.labels);
	return result;
}

static int
import_source(struct store *store, const struct profile_source *source,
	      const struct profile_import_options *options, struct profile_import_report *report,
	      const struct progress *progress, struct error *err)
{
	struct profile_read read;
	int64_t service;
	int result;

	*report = (struct profile_import_report){ 0 };
	if (collect_service_id(store, options->service, &service, err) < 0)
		return -1;
	result = profile_read(&read, source, options, report, progress, err);
	if (result == 0)
		result = store_windows(&read, store, service, options, report, progress, err);
	profile_read_release(&read);
	return result;
}

int
profile_import_file(struct store *store, const char *path,
		    const struct profile_import_options *options,
		    struct profile_import_report *report, const struct progress *progress,
		    struct error *err)
{
	return import_source(store, &(struct profile_source){ .path = path }, options, report,
			     progress, err);
}

int
profile_import_bytes(struct store *store, const char *name, const void *data, size_t length,
		     const struct profile_import_options *options,
		     struct profile_import_report *report, const struct progress *progress,
		     struct error *err)
{
	const struct profile_source source = { name, data, length };

	return import_source(store, &source, options, report, progress, err);
}
