/*
 * `make bench`: reading series from text and the store of series, in CPU
 * seconds of one thread. Rows: what, measured, goal, note, with tabs between.
 *
 *	series FOLDER
 */
#include <math.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "core/base/memory.h"
#include "core/base/path.h"
#include "core/base/str.h"
#include "core/collect/series_import.h"
#include "core/store/series.h"
#include "core/store/service.h"

#define WIDE 1000        /* series and points of the file */
#define MANY 20000       /* series that get one new point each */
#define FIRST 1763600000 /* the time of the first point */

static double
cpu(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void
must(int result, const struct error *err)
{
	if (result == 0)
		return;
	fprintf(stderr, "series: %s\n", err->text);
	exit(1);
}

/* Values with all their digits, as programs print doubles. */
static void
write_wide(const char *path, const char *name, int series, int from, int rows)
{
	uint64_t state = 20261120;
	struct error err = { 0 };
	struct str text;

	str_init(&text, STR_MAX_BULK);
	str_add(&text, "time");
	for (int i = 0; i < series; i++)
		str_addf(&text, ",%s %d", name, i);
	for (int row = 0; row < rows; row++) {
		str_addf(&text, "\n%d", FIRST + (from + row) * 600);
		for (int i = 0; i < series; i++) {
			state = state * 6364136223846793005u + 1442695040888963407u;
			str_addf(&text, ",%.17g", 90 + ldexp((double)(state >> 11), -53) * 20);
		}
	}
	must(path_write_file(path, text.data, text.len, 0600, &err), &err);
	str_release(&text);
}

static void
bench_read(const char *path)
{
	const struct series_read_options options = { 0 };
	struct series_read_report report;
	struct series_table table;
	struct error err = { 0 };
	struct reader *reader;
	double best = INFINITY, bytes = 0;

	for (int round = 0; round < 5; round++) {
		double start = cpu();

		must(reader_open(&reader, path, &err), &err);
		must(series_read(&table, reader, &options, &report, NULL, &err), &err);
		if (cpu() - start < best)
			best = cpu() - start;
		bytes = (double)reader_bytes(reader);
		reader_close(reader);
		series_table_release(&table);
	}
	printf("reading 1,000 series of 1,000 points, %.0f MB of CSV\t%.3f s\t0.2 s\tCPU, best of "
	       "5\n",
	       bytes / 1e6, best);
}

static void
bench_import(struct store *store, const char *path, const char *what, const char *goal)
{
	const struct series_import_options options = { .service = "bench" };
	struct series_import_report report;
	struct error err = { 0 };
	double start = cpu();

	must(series_import_file(store, path, &options, &report, NULL, &err), &err);
	printf("%s\t%.2f s\t%s\tCPU, reading the file too; %llu new, %llu known\n", what,
	       cpu() - start, goal, (unsigned long long)report.added,
	       (unsigned long long)report.known);
}

static int
count(void *user, const struct series_info *info, const struct series_points *points,
      struct error *err)
{
	(void)info;
	(void)err;
	*(size_t *)user += points->count;
	return 0;
}

static void
bench_each(struct store *store)
{
	const struct series_query query = { .kind = -1 };
	struct error err = { 0 };
	double start = cpu();
	size_t points = 0;

	must(telemetry_series_each(store_telemetry(store), &query, count, &points, NULL, &err),
	     &err);
	printf("reading all points of the store\t%.2f s\t\tCPU; %zu points\n", cpu() - start,
	       points);
}

int
main(int argc, char **argv)
{
	const char *folder = argc > 1 ? argv[1] : ".";
	char *wide = path_join(folder, "series-wide.csv"),
	     *many = path_join(folder, "series-many.csv");
	char *database = path_join(folder, "series.db");
	struct service service = { .name = "bench" };
	struct error err = { 0 };
	struct store *store;

	unlink(database);
	must(store_open(&store, database, STORE_CREATE, &err), &err);
	must(casebook_service_put(store, &service, &err), &err);
	write_wide(wide, "wide", WIDE, 0, WIDE);
	bench_read(wide);
	bench_import(store, wide, "storing them", "");
	bench_import(store, wide, "the same file again", "");
	write_wide(many, "many", MANY, 0, 24);
	bench_import(store, many, "20,000 series of 24 points", "");
	write_wide(many, "many", MANY, 24, 1);
	bench_import(store, many, "one new point of each of 20,000 series", "1 s");
	bench_each(store);
	store_close(store);
	free(wide);
	free(many);
	free(database);
	return 0;
}
