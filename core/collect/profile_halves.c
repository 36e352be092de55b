/* Two threads on one file; see profile_halves.h. Called by profile_read.c. */
#include "core/collect/profile_halves.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/base/memory.h"

#define LOOK_BYTES ((size_t)1024 * 1024) /* in which a place to begin is looked for */

struct profile_half {
	const struct profile_format *format;
	const struct progress *progress;
	struct profile_read read;
	void *parser;
	struct reader *reader;
	uint64_t offset;
	pthread_t thread;
	bool running;
	atomic_bool stop;
	int result;
};

static void *
run(void *user)
{
	struct profile_half *half = user;
	const char *data;
	size_t length;
	int got;

	memory_prepare_thread();
	half->result = 0;
	while (half->result == 0 && (got = reader_lines(half->reader, &data, &length, NULL)) != 0) {
		if (got < 0 || atomic_load(&half->stop) || progress_cancelled(half->progress))
			half->result = -1;
		else
			half->result = half->format->feed(half->parser, data, length, NULL);
	}
	return NULL;
}

/* A place near the middle of the file where a parser may begin; 0: none. */
static uint64_t
find_middle(const struct profile_format *format, const char *path, uint64_t size)
{
	char *data = memory_resize(NULL, LOOK_BYTES, 1);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	const char *place = NULL;
	uint64_t offset = 0;

	if (fd >= 0) {
		ssize_t got = pread(fd, data, LOOK_BYTES, (off_t)(size / 2));

		if (got > 0)
			place = format->boundary(data, (size_t)got);
		if (place != NULL)
			offset = size / 2 + (uint64_t)(place - data);
		close(fd);
	}
	free(data);
	return offset;
}

static struct profile_half *
half_new(const struct profile_format *format, const struct profile_import_options *options,
	 const struct progress *progress)
{
	struct profile_half *half = memory_alloc(sizeof(*half));
	struct sample_sink sink = {
		.profile = &half->read.windows.profile,
		.axes = &half->read.windows.axes,
		.sample = profile_windows_take,
		.user = &half->read.windows,
	};

	half->format = format;
	half->progress = progress;
	half->read.lines = (struct import_lines){ .name = "", .keep_going = options->keep_going };
	profile_windows_init(&half->read.windows, options);
	half->parser = format->create(&sink, &half->read.lines);
	return half;
}

struct profile_half *
profile_half_start(const struct profile_format *format, const void *first, struct reader *reader,
		   const char *path, const struct profile_import_options *options,
		   const struct progress *progress)
{
	struct profile_half *half;
	uint64_t size, middle;

	if (format->resume == NULL || options->split > 0 || !reader_plain_size(reader, &size) ||
	    size < PROFILE_HALVES_MIN || sysconf(_SC_NPROCESSORS_ONLN) < 2)
		return NULL;
	middle = find_middle(format, path, size);
	if (middle == 0)
		return NULL;
	half = half_new(format, options, progress);
	half->offset = middle;
	if (!format->resume(half->parser, first) ||
	    reader_open_at(&half->reader, path, middle, NULL) < 0 ||
	    pthread_create(&half->thread, NULL, run, half) != 0)
		goto fail;
	half->running = true;
	if (reader_end_at(reader, middle))
		return half;
fail:
	profile_half_free(half);
	return NULL;
}

static void
wait_for(struct profile_half *half)
{
	if (half->running)
		pthread_join(half->thread, NULL);
	half->running = false;
}

static void
add_lines(struct import_lines *to, const struct import_lines *from)
{
	if (to->skipped == 0 && from->skipped > 0) {
		to->first_skipped = to->number + from->first_skipped;
		memcpy(to->first_reason, from->first_reason, sizeof(to->first_reason));
	}
	to->skipped += from->skipped;
	to->number += from->number;
}

/* finish gives an event its last name: numbers are looked up before it, sums come after. */
static int
add_all(struct profile_half *half, struct profile_read *read, struct sample_facts *facts)
{
	struct sample_axes *axes = &read->windows.axes, *from = &half->read.windows.axes;
	uint32_t *events = NULL, *labels = NULL;
	int result = sample_axes_merge(axes, from, &events, &labels, NULL);

	if (result == 0)
		result = half->format->finish(half->parser, NULL);
	if (result == 0)
		result = profile_windows_merge(&read->windows, &half->read.windows, events, labels);
	if (result == 0) {
		for (size_t i = 0; i < from->count; i++)
			sample_event_skip(axes, events[i], from->events[i].left_out);
		sample_event_skip(axes, SAMPLE_EVENT_NONE, from->nameless);
		add_lines(&read->lines, &half->read.lines);
		*facts = *half->format->facts(half->parser);
	}
	free(events);
	free(labels);
	return result;
}

int
profile_half_join(struct profile_half *half, struct profile_read *read, struct sample_facts *facts)
{
	wait_for(half);
	return half->result == 0 ? add_all(half, read, facts) : -1;
}

uint64_t
profile_half_offset(const struct profile_half *half)
{
	return half->offset;
}

void
profile_half_free(struct profile_half *half)
{
	if (half == NULL)
		return;
	atomic_store(&half->stop, true);
	wait_for(half);
	reader_close(half->reader);
	half->format->destroy(half->parser);
	profile_windows_release(&half->read.windows);
	free(half);
}

static uint64_t
common_divisor(uint64_t a, uint64_t b)
{
	while (b != 0) {
		uint64_t rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

void
profile_half_add_facts(struct sample_facts *to, const struct sample_facts *from)
{
	if (from->first != SAMPLE_TIME_UNKNOWN &&
	    (to->first == SAMPLE_TIME_UNKNOWN || from->first < to->first))
		to->first = from->first;
	if (from->last != SAMPLE_TIME_UNKNOWN &&
	    (to->last == SAMPLE_TIME_UNKNOWN || from->last > to->last))
		to->last = from->last;
	if (to->captured == 0)
		to->captured = from->captured;
	to->common = common_divisor(to->common, from->common);
	to->digest += from->digest;
}
