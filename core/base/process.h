/*
 * Running other programs: posix_spawn, argument vectors, never a shell, its
 * own session (no terminal to ask) and process group so that all of it can be
 * stopped: what is left of the group when it ends is killed. Limits on time and
 * output, stdin, stdout and stderr apart.
 */
#ifndef HEADROOM_BASE_PROCESS_H
#define HEADROOM_BASE_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/base/str.h"

#define PROCESS_OUTPUT_MAX ((size_t)16 * 1024 * 1024)
#define PROCESS_TIME_MAX (int64_t)(10 * 60 * 1000000ll)

struct process_request {
	const char *const *argv; /* NULL-terminated; argv[0] is looked up in PATH */
	const char *directory;   /* NULL: where we are */
	/* "NAME=value" is added to ours, "NAME" alone removes; NULL-terminated or NULL. */
	const char *const *environment;
	const void *input; /* given to stdin, then closed; NULL: /dev/null */
	size_t input_length;
	size_t output_max; /* per stream; 0: PROCESS_OUTPUT_MAX. Past it the process is stopped */
	int64_t time_max;  /* microseconds; 0: PROCESS_TIME_MAX */
	const struct cancel *cancel;
	/*
	 * When set, stdout goes here piece by piece instead of into result->out;
	 * negative stops the process. Then output_max 0 is no bound: the callee has one.
	 */
	int (*on_output)(void *user, const char *data, size_t length, struct error *err);
	void *user;
};

struct process_result {
	int exit_status; /* 0..255, or 128 + signal */
	bool timed_out;
	bool output_cut; /* the output bound was passed; what is kept is whole up to it */
	struct str out;
	struct str err;    /* always bounded to PROCESS_OUTPUT_MAX, the tail dropped */
	int64_t wall_time; /* microseconds */
	int64_t cpu_time;  /* user and system time of the child and the children it waited for */
};

/*
 * Runs to the end. 0: it ran, look at exit_status. Negative: it could not be
 * started (ERROR_UNAVAILABLE where the program is missing), ran out of time
 * or output (ERROR_LIMIT), or was cancelled (ERROR_CANCELLED). result is
 * initialised either way and released by the caller.
 */
int process_run(struct process_result *result, const struct process_request *request,
		struct error *err);
void process_result_release(struct process_result *result);

/*
 * As process_run, and an exit status other than 0 is an error too, whose text
 * is the program's name and the first line of its stderr.
 */
int process_check(struct process_result *result, const struct process_request *request,
		  struct error *err);

/* Full path of a program in PATH, the caller's, or NULL. Relative entries of PATH are skipped. */
char *process_find(const char *program);

#endif
