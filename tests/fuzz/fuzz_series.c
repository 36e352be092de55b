/*
 * Series from text: whatever comes, what is read is within the bounds and in
 * order, and a strict reading fails or agrees with a lenient one.
 */
#include <math.h>
#include <string.h>

#include "core/collect/series_read.h"
#include "tests/fuzz/fuzz.h"

static void
check(const struct series_table *table, const struct series_read_report *report)
{
	size_t points = 0;

	FUZZ_REQUIRE(table->count > 0 && report->format != NULL);
	for (size_t i = 0; i < table->count; i++) {
		const struct table_series *series = &table->items[i];

		FUZZ_REQUIRE(series->name[0] != '\0' && strlen(series->name) <= SERIES_NAME_MAX);
		points += series->count;
		for (size_t k = 0; k < series->count; k++) {
			FUZZ_REQUIRE(k == 0 || series->times[k] >= series->times[k - 1]);
			FUZZ_REQUIRE(!isinf(series->values[k]));
			FUZZ_REQUIRE(!table->has_samples || isnan(series->values[k]) ||
				     (series->values[k] >= 0 && series->values[k] <= 1 &&
				      series->samples[k] >= 0));
		}
	}
	FUZZ_REQUIRE(points == table->points && points == report->points + report->gaps);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct series_read_options options = { .keep_going = true };
	struct series_read_report report;
	struct series_table lenient, strict;
	struct error err = { 0 };
	struct reader *reader = reader_open_memory(data, size);
	uint64_t skipped;
	int result = series_read(&lenient, reader, &options, &report, NULL, &err);

	reader_close(reader);
	skipped = report.lines_skipped;
	if (result == 0)
		check(&lenient, &report);
	else
		FUZZ_REQUIRE(err.text[0] != '\0');
	options.keep_going = false;
	reader = reader_open_memory(data, size);
	if (series_read(&strict, reader, &options, &report, NULL, &err) == 0) {
		check(&strict, &report);
		FUZZ_REQUIRE(result == 0 && skipped == 0 && strict.points == lenient.points);
	} else {
		FUZZ_REQUIRE(result < 0 || skipped > 0);
	}
	reader_close(reader);
	series_table_release(&lenient);
	series_table_release(&strict);
	return 0;
}
