/* Profiles of files without a store; see profile_open.h. */
#include "core/collect/profile_open.h"

#include "core/collect/profile_read.h"

static int
open_source(struct profile_set *out, const struct profile_source *source,
	    const struct profile_import_options *options, struct profile_import_report *report,
	    const struct progress *progress, struct error *err)
{
	struct profile_read read;
	struct window first = { 0 };
	int result = profile_read(&read, source, options, report, progress, err);

	profile_set_init(out);
	if (result == 0) {
		profile_read_place(&read, options, &first);
		profile_windows_take_set(&read.windows, &first, out, report);
		strings_release(&first.labels);
	}
	profile_read_release(&read);
	return result;
}

int
profile_open_file(struct profile_set *out, const char *path,
		  const struct profile_import_options *options,
		  struct profile_import_report *report, const struct progress *progress,
		  struct error *err)
{
	return open_source(out, &(struct profile_source){ .path = path }, options, report, progress,
			   err);
}

int
profile_open_bytes(struct profile_set *out, const char *name, const void *data, size_t length,
		   const struct profile_import_options *options,
		   struct profile_import_report *report, const struct progress *progress,
		   struct error *err)
{
	const struct profile_source source = { name, data, length };

	return open_source(out, &source, options, report, progress, err);
}
