/* The one poll(2) loop; see loop.h. Called by the program that opens the workstation. */
#include "tui/loop.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/memory.h"

static const int signals[] = { SIGWINCH, SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGCONT, SIGTSTP };

#define SIGNAL_COUNT (sizeof(signals) / sizeof(signals[0]))

struct loop {
	struct ui *ui;
	struct term *term;
	struct job_queue *jobs;
	int pipe_read;
	int ended_by; /* signal */
	struct sigaction before[SIGNAL_COUNT];
};

/* A handler can reach nothing but a global; it writes one byte and does nothing else. */
static volatile sig_atomic_t signal_pipe = -1;

static void
on_signal(int signal)
{
	unsigned char byte = (unsigned char)signal;
	int saved = errno;

	/* A full pipe holds thousands of bytes already: the loop wakes up all the same. */
	if (write(signal_pipe, &byte, 1) < 0)
		errno = saved;
	errno = saved;
}

static void
set_signals(struct loop *loop)
{
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };

	sigfillset(&action.sa_mask);
	for (size_t i = 0; i < SIGNAL_COUNT; i++)
		sigaction(signals[i], &action, &loop->before[i]);
}

struct loop *
loop_new(struct ui *ui, struct term *term, struct job_queue *jobs)
{
	struct loop *loop = memory_alloc(sizeof(*loop));
	int ends[2];

	*loop = (struct loop){ .ui = ui, .term = term, .jobs = jobs, .pipe_read = -1 };
	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0) {
		loop->pipe_read = ends[0];
		signal_pipe = ends[1];
		set_signals(loop);
	}
	return loop;
}

void
loop_free(struct loop *loop)
{
	if (loop == NULL)
		return;
	if (loop->pipe_read >= 0) {
		for (size_t i = 0; i < SIGNAL_COUNT; i++)
			sigaction(signals[i], &loop->before[i], NULL);
		close(signal_pipe);
		signal_pipe = -1;
		close(loop->pipe_read);
	}
	free(loop);
}

static void
take_signal(struct loop *loop, int signal, bool *resized, bool *continued)
{
	switch (signal) {
	case SIGWINCH:
		*resized = true;
		break;
	case SIGCONT:
		*continued = true;
		break;
	case SIGTSTP:
		term_suspend(loop->term);
		ui_dirty(loop->ui);
		break;
	default:
		loop->ended_by = signal;
	}
}

/* All that came, as one: a storm of size changes is one redraw. */
static void
take_signals(struct loop *loop)
{
	bool resized = false, continued = false;
	unsigned char bytes[256];
	ssize_t got;

	while ((got = read(loop->pipe_read, bytes, sizeof(bytes))) > 0)
		for (ssize_t i = 0; i < got; i++)
			take_signal(loop, bytes[i], &resized, &continued);
	if (continued && !term_take_continued(loop->term)) {
		/* Whoever stopped us may have left the terminal in any state. */
		term_leave(loop->term);
		term_enter(loop->term);
		ui_dirty(loop->ui);
	}
	if (resized && term_resized(loop->term))
		ui_dirty(loop->ui);
}

/* Milliseconds to sleep; -1: until something happens. */
static int
time_to_sleep(const struct loop *loop)
{
	int keys = term_wait(loop->term);
	int64_t timers = ui_timers_wait(loop->ui);

	if (timers > 0)
		timers = (timers + 999) / 1000;
	if (timers > 60000)
		timers = 60000;
	if (timers < 0)
		return keys;
	return keys >= 0 && keys < (int)timers ? keys : (int)timers;
}

static void
take_input(struct loop *loop)
{
	struct input input;

	while (!ui_finished(loop->ui) && term_input(loop->term, &input))
		ui_input(loop->ui, &input);
}

int
loop_run(struct loop *loop)
{
	struct pollfd polled[3] = {
		{ .fd = term_fd(loop->term), .events = POLLIN },
		{ .fd = loop->pipe_read, .events = POLLIN },
		{ .fd = loop->jobs != NULL ? job_queue_fd(loop->jobs) : -1, .events = POLLIN },
	};

	while (loop->ended_by == 0 && !ui_finished(loop->ui) && !term_gone(loop->term)) {
		ui_draw(loop->ui);
		if (poll(polled, 3, time_to_sleep(loop)) < 0 && errno != EINTR)
			break;
		if ((polled[1].revents & POLLIN) != 0)
			take_signals(loop);
		take_input(loop);
		if ((polled[2].revents & POLLIN) != 0) {
			job_queue_dispatch(loop->jobs);
			ui_dirty(loop->ui);
		}
		ui_timers_run(loop->ui);
	}
	if (loop->ended_by == 0 && term_gone(loop->term))
		loop->ended_by = SIGHUP;
	return loop->ended_by;
}
