/*
 * How fast files become profile sets, without a store: `profiles FILE...`
 * prints for each one the wall and processor seconds, the rate and the peak of
 * memory (each in a process of its own, so that peaks do not mix). Called by
 * run.sh.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/collect/profile_open.h"

static double
seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double
processor(const struct rusage *usage)
{
	return (double)(usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) +
	       (double)(usage->ru_utime.tv_usec + usage->ru_stime.tv_usec) / 1e6;
}

static int
measure(const char *path)
{
	const struct profile_import_options options = { .keep_going = true };
	struct profile_import_report report;
	struct profile_set set;
	struct error err = { 0 };
	struct rusage usage;
	struct stat status;
	double from = seconds(), wall;

	if (stat(path, &status) < 0 ||
	    profile_open_file(&set, path, &options, &report, NULL, &err) < 0) {
		fprintf(stderr, "%s: %s\n", path, err.text);
		return EXIT_FAILURE;
	}
	wall = seconds() - from;
	getrusage(RUSAGE_SELF, &usage);
	printf("%s %.3f %.3f %.0f %ld %zu %llu\n", path, wall, processor(&usage),
	       (double)status.st_size / wall / 1e6, usage.ru_maxrss / 1024, set.stack_count,
	       (unsigned long long)report.samples);
	return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int
main(int argc, char **argv)
{
	int failed = 0;

	for (int i = 1; i < argc; i++) {
		pid_t child = fork();
		int status = 1;

		if (child == 0)
			_exit(measure(argv[i]));
		waitpid(child, &status, 0);
		failed |= status;
	}
	return failed != 0;
}
