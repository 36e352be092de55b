/* Series into the telemetry; see series_import.h. */
#include "core/collect/series_import.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/collect/series_counter.h"
#include "core/collect/service_id.h"
#include "core/store/series.h"

#define PROGRESS_SERIES 256

static void
count_times(struct series_import_report *report, const struct table_series *series)
{
	if (series->count == 0)
		return;
	if (report->series == 0 || series->times[0] < report->from)
		report->from = series->times[0];
	if (report->series == 0 || series->times[series->count - 1] > report->to)
		report->to = series->times[series->count - 1];
}

/* A metric is a name up to its labels. */
static int
set_harm(struct store *store, int64_t service, const char *name, enum series_harm harm,
	 struct error *err)
{
	char *metric = memory_string_n(name, strcspn(name, "{"));
	int result = telemetry_series_harm(store_telemetry(store), service,
					   metric[0] != '\0' ? metric : name, harm, err);

	free(metric);
	return result;
}

/* Is it for a person to say which way this one is worse? */
static int
ask_harm(struct store *store, int64_t service, const struct series_append *append,
	 struct series_import_report *report, struct error *err)
{
	struct series_query query = { .service = service,
				      .name = append->name,
				      .kind = SERIES_METRIC };
	struct series_list list = { 0 };

	if (series_harm_guess(append->name, append->unit) != SERIES_HARM_BOTH)
		return 0;
	if (telemetry_series_list(store_telemetry(store), &query, &list, err) < 0)
		return -1;
	if (list.count > 0 && list.items[0].harm == SERIES_HARM_BOTH && !list.items[0].harm_set &&
	    report->unsure++ == 0)
		snprintf(report->unsure_name, sizeof(report->unsure_name), "%.*s",
			 (int)strcspn(append->name, "{"), append->name);
	series_list_release(&list);
	return 0;
}

static int
direct(struct store *store, int64_t service, const struct series_append *append, bool is_new,
       const struct series_import_options *options, struct series_import_report *report,
       struct error *err)
{
	if (append->kind != SERIES_METRIC)
		return 0;
	if (options->harm != NULL)
		return set_harm(store, service, append->name, *options->harm, err);
	return is_new ? ask_harm(store, service, append, report, err) : 0;
}

static int
import_one(struct store *store, int64_t service, const struct series_table *table,
	   struct table_series *series, const struct series_import_options *options,
	   struct series_import_report *report, struct error *err)
{
	struct series_append append = {
		.name = series->name,
		.kind = table->has_samples ? SERIES_SHARE : SERIES_METRIC,
		.unit = table->has_samples ? NULL
					   : (options->unit != NULL ? options->unit : series->unit),
		.labels = &series->labels,
		.replace = options->replace,
	};
	struct series_added added;

	report->gaps += series->gaps;
	if (options->counter)
		report->resets += series_counter_rates(series);
	append.times = series->times;
	append.values = series->values;
	append.samples = series->samples;
	append.count = series->count;
	if (telemetry_series_add(store_telemetry(store), service, &append, &added, err) < 0 ||
	    direct(store, service, &append, added.is_new, options, report, err) < 0)
		return -1;
	count_times(report, series);
	report->series++;
	report->series_new += added.is_new;
	report->added += added.added;
	report->known += added.known;
	report->replaced += added.replaced;
	return 0;
}

int
series_import_table(struct store *store, int64_t service, struct series_table *table,
		    const struct series_import_options *options,
		    struct series_import_report *report, const struct progress *progress,
		    struct error *err)
{
	if (options->counter && table->has_samples)
		return error_set(err, ERROR_USAGE, "shares with samples are no counters");
	if (options->harm != NULL && table->has_samples)
		return error_set(err, ERROR_USAGE, "--harm: a share with samples is worse upwards");
	report->shares = table->has_samples;
	report->is_index = table->is_index;
	for (size_t i = 0; i < table->count; i++) {
		if (i % PROGRESS_SERIES == 0) {
			if (progress_cancelled(progress))
				return error_set(err, ERROR_CANCELLED, "storing series: cancelled");
			progress_report(progress, "storing series", i, table->count);
		}
		if (import_one(store, service, table, &table->items[i], options, report, err) < 0)
			return -1;
	}
	return 0;
}

static void
take_reading(struct series_import_report *report, const struct series_read_report *reading)
{
	report->format = reading->format;
	report->ignored = reading->ignored;
	report->lines_skipped = reading->lines_skipped;
	report->first_skipped_line = reading->first_skipped_line;
	memcpy(report->first_skipped_reason, reading->first_skipped_reason,
	       sizeof(report->first_skipped_reason));
}

static int
store_table(struct store *store, int64_t service, struct series_table *table, const char *name,
	    const struct series_import_options *options, struct series_import_report *report,
	    const struct progress *progress, struct error *err)
{
	int result;

	if (store_begin(store, err) < 0)
		return -1;
	result = series_import_table(store, service, table, options, report, progress, err);
	if (result < 0) {
		store_rollback(store);
		return error_prefix(err, "%s", name);
	}
	return store_commit(store, err);
}

int
series_import_file(struct store *store, const char *path,
		   const struct series_import_options *options, struct series_import_report *report,
		   const struct progress *progress, struct error *err)
{
	struct series_read_report reading;
	struct series_table table;
	struct reader *reader;
	int64_t service;
	int result;

	*report = (struct series_import_report){ 0 };
	if (collect_service_id(store, options->service, &service, err) < 0 ||
	    reader_open(&reader, path, err) < 0)
		return -1;
	result = series_read(&table, reader, &options->read, &reading, progress, err);
	take_reading(report, &reading);
	if (result == 0)
		result = store_table(store, service, &table, reader_name(reader), options, report,
				     progress, err);
	series_table_release(&table);
	reader_close(reader);
	return result;
}
