/* Changes from JSON lines into the case book; see change_import.h. */
#include <string.h>

#include "core/base/reader.h"
#include "core/collect/change_import.h"
#include "core/collect/change_line.h"
#include "core/collect/lines.h"
#include "core/collect/service_id.h"
#include "core/store/change.h"

struct import {
	struct store *store;
	int64_t service;
	struct import_lines lines;
	struct change_import_report *report;
	const struct progress *progress;
};

static int
import_line(struct import *import, const char *line, size_t length, struct error *err)
{
	struct change_import_report *report = import->report;
	struct change change = { 0 };
	struct error reason = { 0 };
	bool added = false;
	int result;

	if (change_line_parse(&change, line, length, &reason) < 0) {
		result = import_lines_bad(&import->lines, err, "%s", reason.text);
		goto out;
	}
	change.service = import->service;
	result = casebook_change_put(import->store, &change, &added, err);
	if (result < 0)
		goto out;
	report->added += added;
	report->known += !added;
	if (report->first == 0 || change.time < report->first)
		report->first = change.time;
	if (change.time > report->last)
		report->last = change.time;
out:
	change_release(&change);
	return result;
}

static bool
is_blank(const char *line, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (line[i] != ' ' && line[i] != '\t')
			return false;
	return true;
}

/* Negative where reading ends; a line that is too long need not be the end. */
static int
read_failed(struct import *import, struct reader *reader, const struct error *why,
	    struct error *err)
{
	if (reader_drop_long_line(reader))
		return import_lines_too_long(&import->lines, err);
	if (err != NULL)
		*err = *why;
	return -1;
}

static int
import_lines_all(struct import *import, struct reader *reader, struct error *err)
{
	struct error why;
	const char *line;
	size_t length;
	int got;

	while ((got = reader_line(reader, &line, &length, &why)) != 0) {
		if (got < 0) {
			if (read_failed(import, reader, &why, err) < 0)
				return -1;
			continue;
		}
		import->lines.number = reader_line_number(reader);
		if (is_blank(line, length))
			continue;
		if (progress_cancelled(import->progress))
			return error_set(err, ERROR_CANCELLED, "%s: cancelled", import->lines.name);
		if (import_line(import, line, length, err) < 0)
			return -1;
		progress_report(import->progress, "reading the changes", import->lines.number, 0);
	}
	if (import->lines.number == 0)
		return error_set(err, ERROR_INPUT, "%s: empty", import->lines.name);
	return 0;
}

int
change_import_jsonl(struct store *store, const char *service, const char *path, bool keep_going,
		    struct change_import_report *report, const struct progress *progress,
		    struct error *err)
{
	struct import import = { .store = store,
				 .report = report,
				 .progress = progress,
				 .lines = { .keep_going = keep_going } };
	struct reader *reader = NULL;
	int result;

	*report = (struct change_import_report){ 0 };
	if (collect_service_id(store, service, &import.service, err) < 0 ||
	    reader_open(&reader, path, err) < 0)
		return -1;
	import.lines.name = reader_name(reader);
	result = store_begin(store, err);
	if (result == 0) {
		result = import_lines_all(&import, reader, err);
		if (result == 0)
			result = store_commit(store, err);
		else
			store_rollback(store);
	}
	if (result < 0)
		report->added = report->known = 0;
	report->lines_skipped = import.lines.skipped;
	report->first_skipped_line = import.lines.first_skipped;
	memcpy(report->first_skipped_reason, import.lines.first_reason,
	       sizeof(report->first_skipped_reason));
	reader_close(reader);
	return result;
}
