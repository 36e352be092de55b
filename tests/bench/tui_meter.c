/*
 * Drives a program on a pseudo terminal and measures what a person feels: time to
 * the first frame, time and bytes for each key, bytes and CPU time while nothing
 * happens. Used by `make bench` and by tests/shell/tui_speed.sh.
 *
 *	tui_meter [--size 120x40] [--term xterm-256color] [--keys 'j j PgDn']
 *		[--until TEXT] [--meanwhile TEXT] -- PROGRAM ...
 *
 * A key's answer ends when nothing came for QUIET; what comes later (a preview that
 * follows the cursor once it rests) is counted as rest_bytes. Prints "name value" lines.
 * --until: ready_* are the time from exec to this text, and the processor time and the peak
 * of resident memory so far; keys come after it. --meanwhile: until then the help is opened and
 * closed again and again, and meanwhile_* are the times from its key to this text of it.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/base/clock.h"

#define QUIET (60 * INT64_C(1000))    /* microseconds: the answer to a key is over */
#define SETTLED (250 * INT64_C(1000)) /* everything that follows from it is over */
#define WAIT_MAX (5 * CLOCK_SECOND)   /* for a first byte, or for quiet */
#define IDLE (2 * CLOCK_SECOND)
#define READY_MAX (120 * CLOCK_SECOND)
#define PAUSE (30 * INT64_C(1000)) /* between the keys while it is not ready */
#define KEYS_MAX 200

struct meter {
	struct winsize size;
	const char *term;
	const char *keys;
	const char *until, *meanwhile; /* NULL: none */
	char **command;
	pid_t process;
	int fd;
};

struct answer {
	int64_t first, last; /* microseconds from the start of the wait; -1: nothing came */
	long bytes;
};

/* What the program has written lately; a text that is looked for may come in two pieces. */
static struct {
	char bytes[1 << 18];
	size_t count;
} heard;

static const struct {
	const char *name, *bytes;
} key_names[] = {
	{ "Enter", "\r" },     { "Esc", "\033" },     { "Tab", "\t" },      { "Up", "\033[A" },
	{ "Down", "\033[B" },  { "Right", "\033[C" }, { "Left", "\033[D" }, { "PgUp", "\033[5~" },
	{ "PgDn", "\033[6~" }, { "Space", " " },      { "Home", "\033[H" }, { "End", "\033[F" },
};

static void
die(const char *what)
{
	fprintf(stderr, "tui_meter: %s\n", what);
	exit(2);
}

static int
read_options(struct meter *meter, int count, char **words)
{
	int rows = 40, columns = 120, i = 1;

	*meter = (struct meter){ .term = "xterm-256color", .keys = "j j j j j j j j j j" };
	for (; i + 1 < count && strcmp(words[i], "--") != 0; i += 2) {
		if (strcmp(words[i], "--size") == 0) {
			char *end;

			columns = (int)strtol(words[i + 1], &end, 10);
			rows = *end == 'x' ? (int)strtol(end + 1, NULL, 10) : 0;
		} else if (strcmp(words[i], "--term") == 0) {
			meter->term = words[i + 1];
		} else if (strcmp(words[i], "--keys") == 0) {
			meter->keys = words[i + 1];
		} else if (strcmp(words[i], "--until") == 0) {
			meter->until = words[i + 1];
		} else if (strcmp(words[i], "--meanwhile") == 0) {
			meter->meanwhile = words[i + 1];
		} else {
			return -1;
		}
	}
	if (rows < 1 || rows > 1000 || columns < 1 || columns > 1000 || i + 1 >= count)
		return -1;
	meter->size.ws_row = (unsigned short)rows;
	meter->size.ws_col = (unsigned short)columns;
	meter->command = words + i + 1;
	return 0;
}

static void
start(struct meter *meter)
{
	meter->process = forkpty(&meter->fd, NULL, NULL, &meter->size);
	if (meter->process < 0)
		die("no pseudo terminal");
	if (meter->process == 0) {
		setenv("TERM", meter->term, 1);
		execvp(meter->command[0], meter->command);
		_exit(127);
	}
}

/* Takes what comes until quiet microseconds after the last byte (or after now, without any). */
static struct answer
listen_for(const struct meter *meter, int64_t quiet, int64_t most)
{
	struct answer answer = { .first = -1, .last = -1 };
	int64_t begin = clock_monotonic(), last = begin;
	char buffer[65536];

	for (;;) {
		struct pollfd polled = { .fd = meter->fd, .events = POLLIN };
		int64_t now = clock_monotonic();
		int64_t end = answer.bytes > 0 || quiet == 0 ? last + quiet : begin + most;
		ssize_t got;

		if (now >= end || now >= begin + most)
			break;
		if (poll(&polled, 1, (int)((end - now + 999) / 1000)) <= 0)
			continue;
		got = read(meter->fd, buffer, sizeof(buffer));
		if (got <= 0)
			break;
		last = clock_monotonic();
		answer.first = answer.first < 0 ? last - begin : answer.first;
		answer.last = last - begin;
		answer.bytes += got;
	}
	return answer;
}

/* Takes what there is within wait microseconds; bytes, 0: nothing came, -1: the program ended. */
static ssize_t
hear(const struct meter *meter, int64_t wait)
{
	struct pollfd polled = { .fd = meter->fd, .events = POLLIN };
	size_t half = sizeof(heard.bytes) / 2;
	ssize_t got;

	if (heard.count > half) {
		memmove(heard.bytes, heard.bytes + heard.count - half / 2, half / 2);
		heard.count = half / 2;
	}
	if (poll(&polled, 1, (int)((wait + 999) / 1000)) <= 0)
		return 0;
	got = read(meter->fd, heard.bytes + heard.count, half);
	if (got <= 0)
		return -1;
	heard.count += (size_t)got;
	return got;
}

static bool
was_heard(const char *text)
{
	return memmem(heard.bytes, heard.count, text, strlen(text)) != NULL;
}

static void
press(const struct meter *meter, const char *key, size_t length)
{
	const char *bytes = key;

	for (size_t i = 0; i < sizeof(key_names) / sizeof(key_names[0]); i++) {
		if (strlen(key_names[i].name) == length &&
		    memcmp(key_names[i].name, key, length) == 0) {
			bytes = key_names[i].bytes;
			length = strlen(bytes);
			break;
		}
	}
	if (write(meter->fd, bytes, length) != (ssize_t)length)
		die("the program takes no keys");
}

static int
compare(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return (a > b) - (a < b);
}

static void
print_figures(const char *name, double *values, size_t count)
{
	qsort(values, count, sizeof(*values), compare);
	printf("%s_median %.6g\n%s_max %.6g\n", name, values[count / 2], name, values[count - 1]);
}

static void
measure_keys(const struct meter *meter)
{
	static double times[KEYS_MAX], bytes[KEYS_MAX], rest[KEYS_MAX];
	const char *key = meter->keys;
	const char *slowest = "";
	size_t count = 0, answered = 0, slowest_length = 0;
	double most = -1;

	for (key += strspn(key, " "); *key != '\0' && count < KEYS_MAX; count++) {
		size_t length = strcspn(key, " ");
		struct answer answer;

		press(meter, key, length);
		answer = listen_for(meter, QUIET, CLOCK_SECOND);
		times[count] = answer.last < 0 ? 0 : (double)answer.last / 1000;
		if (times[count] > most) {
			most = times[count];
			slowest = key;
			slowest_length = length;
		}
		bytes[count] = (double)answer.bytes;
		answered += answer.bytes > 0;
		rest[count] = (double)listen_for(meter, SETTLED, SETTLED).bytes;
		key += length;
		key += strspn(key, " ");
	}
	if (count == 0)
		return;
	printf("keys %zu\nkeys_answered %zu\n", count, answered);
	printf("key_slowest %.*s\n", (int)slowest_length, slowest);
	print_figures("key_ms", times, count);
	print_figures("key_bytes", bytes, count);
	print_figures("rest_bytes", rest, count);
}

/* A line such as "VmHWM:   1234 kB" of the process, in MB; -1: there is none. */
static double
status_megabytes(pid_t process, const char *name)
{
	char path[64], line[256];
	double kilobytes = -1;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%ld/status", (long)process);
	file = fopen(path, "r");
	while (file != NULL && fgets(line, sizeof(line), file) != NULL)
		if (strncmp(line, name, strlen(name)) == 0)
			kilobytes = strtod(line + strlen(name), NULL);
	if (file != NULL)
		fclose(file);
	return kilobytes < 0 ? -1 : kilobytes / 1024;
}

static double
cpu_milliseconds(pid_t process)
{
	struct timespec time;
	clockid_t clock;

	if (clock_getcpuclockid(process, &clock) != 0 || clock_gettime(clock, &time) != 0)
		return -1;
	return (double)time.tv_sec * 1000 + (double)time.tv_nsec / 1e6;
}

/* Opens and closes the help while the program is at work; microseconds until it was there. */
static int64_t
open_help(const struct meter *meter)
{
	int64_t begin = clock_monotonic(), took = -1;

	heard.count = 0;
	press(meter, "?", 1);
	while (took < 0 && clock_monotonic() < begin + WAIT_MAX && !was_heard(meter->until) &&
	       hear(meter, PAUSE) >= 0)
		if (was_heard(meter->meanwhile))
			took = clock_monotonic() - begin;
	press(meter, "?", 1);
	return took;
}

static void
measure_ready(const struct meter *meter, int64_t started)
{
	static double times[KEYS_MAX];
	size_t count = 0;
	int64_t now = started;

	while (!was_heard(meter->until) && now < started + READY_MAX) {
		ssize_t got = hear(meter, PAUSE);

		if (got < 0)
			die("the program ended before it was ready");
		now = clock_monotonic();
		if (meter->meanwhile != NULL && got == 0 && count < KEYS_MAX) {
			int64_t took = open_help(meter);

			if (took >= 0)
				times[count++] = (double)took / 1000;
		}
	}
	if (!was_heard(meter->until))
		die("the program never showed what was waited for");
	printf("ready_ms %.1f\nready_cpu_ms %.1f\nready_mb %.1f\n", (double)(now - started) / 1000,
	       cpu_milliseconds(meter->process), status_megabytes(meter->process, "VmHWM:"));
	if (count > 0) {
		printf("meanwhile %zu\n", count);
		print_figures("meanwhile_ms", times, count);
	}
}

static void
measure_idle(const struct meter *meter)
{
	double before, after;
	long bytes;

	listen_for(meter, SETTLED, SETTLED);
	before = cpu_milliseconds(meter->process);
	bytes = listen_for(meter, IDLE, IDLE).bytes;
	after = cpu_milliseconds(meter->process);
	printf("idle_bytes %ld\nidle_cpu_ms %.3g\n", bytes, after - before);
}

/* Ends the program as a closed session would; 0 where it was alive until then. */
static int
finish(const struct meter *meter)
{
	int status, alive = waitpid(meter->process, &status, WNOHANG) == 0;

	if (alive) {
		kill(meter->process, SIGTERM);
		listen_for(meter, SETTLED, SETTLED);
		close(meter->fd);
		if (waitpid(meter->process, &status, WNOHANG) == 0) {
			kill(meter->process, SIGKILL);
			waitpid(meter->process, &status, 0);
		}
	}
	printf("alive %d\n", alive);
	return alive ? 0 : 1;
}

int
main(int count, char **words)
{
	struct answer first;
	struct meter meter;
	int64_t started;

	if (read_options(&meter, count, words) < 0)
		die("usage: tui_meter [--size COLSxROWS] [--term T] [--keys K] [--until TEXT] "
		    "[--meanwhile TEXT] -- PROGRAM ...");
	started = clock_monotonic();
	start(&meter);
	if (meter.until != NULL) {
		measure_ready(&meter, started);
		listen_for(&meter, SETTLED, SETTLED);
		measure_keys(&meter);
		return finish(&meter);
	}
	first = listen_for(&meter, QUIET, WAIT_MAX);
	if (first.bytes == 0)
		die("the program shows nothing");
	printf("start_ms %.1f\nstart_first_byte_ms %.1f\nstart_bytes %ld\n",
	       (double)first.last / 1000, (double)first.first / 1000, first.bytes);
	listen_for(&meter, SETTLED, SETTLED);
	measure_keys(&meter);
	measure_idle(&meter);
	return finish(&meter);
}
