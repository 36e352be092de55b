/*
 * Opening a profile without a store: `open FILE [RUNS]` prints the CPU seconds (user and system) of
 * the fastest run, stacks and samples. Run by tests/bench/run.sh.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "core/collect/profile_open.h"

static double
cpu_seconds(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

int
main(int count, char **words)
{
	struct profile_import_options options = { 0 };
	struct profile_import_report report;
	struct profile_set set;
	struct error err;
	double best = 0;
	int runs = count > 2 ? (int)strtol(words[2], NULL, 10) : 1;

	if (count < 2)
		return 2;
	for (int i = 0; i < runs; i++) {
		double from = cpu_seconds(), took;

		if (profile_open_file(&set, words[1], &options, &report, NULL, &err) < 0) {
			fprintf(stderr, "%s\n", err.text);
			return 1;
		}
		took = cpu_seconds() - from;
		if (i == 0 || took < best)
			best = took;
		profile_set_release(&set);
	}
	printf("%.3f %llu %llu\n", best, (unsigned long long)report.stacks,
	       (unsigned long long)report.samples);
	return 0;
}
