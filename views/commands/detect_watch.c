/* `detect --watch`: detection on an interval, for a pager; see detect.h. */
#include "views/commands/detect.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/process.h"
#include "core/base/str.h"
#include "core/tools/finding_json.h"
#include "views/commands/finding_text.h"

#define LINE_MAX_BYTES ((size_t)1024 * 1024)
#define EXEC_TIME_MAX (60 * CLOCK_SECOND) /* a pager that hangs does not stop detection */
#define EXEC_OUTPUT_MAX ((size_t)64 * 1024)
#define WATCH_SHORTEST CLOCK_SECOND

struct watch {
	struct session *session;
	const struct detection_options *options;
	int64_t every;
	int64_t rounds;     /* 0: until it is stopped */
	const char *output; /* file for JSON lines, or NULL */
	const char *command;
};

/* As often as the most impatient of the services that are looked at has it in config.yaml. */
static int64_t
settings_every(const struct detection_options *options)
{
	struct detection_settings settings;
	const char *service;
	int64_t every;

	detection_options_settings(&settings, options, options->service);
	every = settings.every;
	for (size_t i = 0; options->service == NULL && options->settings != NULL &&
			   (service = settings_service(options->settings, i)) != NULL;
	     i++) {
		detection_options_settings(&settings, options, service);
		every = settings.every < every ? settings.every : every;
	}
	return every;
}

static int
read_every(struct watch *watch, const struct arguments *arguments, struct error *err)
{
	if (argument_text(arguments, "--watch")[0] == '\0')
		watch->every = settings_every(watch->options);
	else if (argument_duration(arguments, "--watch", &watch->every, err) < 0)
		return -1;
	return 0;
}

static int
read_watch(struct watch *watch, const struct arguments *arguments, struct error *err)
{
	watch->output = argument_text(arguments, "--output");
	watch->command = argument_text(arguments, "--exec");
	if (read_every(watch, arguments, err) < 0 ||
	    argument_count(arguments, "--rounds", &watch->rounds, err) < 0)
		return -1;
	if (watch->every < WATCH_SHORTEST)
		return error_set(err, ERROR_USAGE, "--watch: a second or more");
	return 0;
}

/* One write a line: lines of two writers to one file do not mix. */
static int
append_line(const char *path, const struct str *line, struct error *err)
{
	int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	int result = 0;

	if (fd < 0)
		return error_system(err, errno, "--output: %s", path);
	if (write(fd, line->data, line->len) != (ssize_t)line->len)
		result = error_system(err, errno, "--output: %s", path);
	if (close(fd) < 0 && result == 0)
		result = error_system(err, errno, "--output: %s", path);
	return result;
}

/*
 * The command is the user's own words and goes to a shell, as the commands of a
 * service do; the finding goes to its stdin and never into those words.
 */
static int
run_command(const struct watch *watch, const struct str *line, struct error *err)
{
	const char *const argv[] = { "/bin/sh", "-c", watch->command, NULL };
	struct process_request request = { .argv = argv,
					   .input = line->data,
					   .input_length = line->len,
					   .output_max = EXEC_OUTPUT_MAX,
					   .time_max = EXEC_TIME_MAX,
					   .cancel = &watch->session->cancel };
	struct process_result result;
	int outcome = process_run(&result, &request, err);

	if (outcome == 0 && result.exit_status != 0) {
		const char *said = result.err.data != NULL ? result.err.data : "";
		int length = (int)strcspn(said, "\n");

		outcome = error_set(err, ERROR_UNAVAILABLE, "--exec: exit %d%s%.*s",
				    result.exit_status, length > 0 ? ": " : "",
				    length < 200 ? length : 200, said);
	}
	process_result_release(&result);
	return outcome;
}

/* What one way of telling cannot do, the others still do. */
static void
tell(const struct watch *watch, const struct finding *finding)
{
	struct json *json = finding_to_json(finding, false);
	struct error err = { 0 };
	struct str line;
	char change[80], time[CLOCK_TEXT_SIZE];

	str_init(&line, LINE_MAX_BYTES);
	json_write(&line, json);
	str_add(&line, "\n");
	json_free(json);
	if (watch->session->json) {
		fwrite(line.data, 1, line.len, watch->session->out);
	} else {
		session_say(watch->session, "F%lld  %s  %s  %s  since %s\n", (long long)finding->id,
			    finding->service_name, finding->subject,
			    finding_text_change(finding->before, finding->after, finding->unit,
						change, sizeof(change)),
			    clock_format_when(finding->changed_at, time));
	}
	fflush(watch->session->out);
	if (watch->output != NULL && append_line(watch->output, &line, &err) < 0)
		session_warn(watch->session, "F%lld: %s", (long long)finding->id, err.text);
	if (watch->command != NULL && run_command(watch, &line, &err) < 0)
		session_warn(watch->session, "F%lld: %s", (long long)finding->id, err.text);
	str_release(&line);
}

static int
tell_all(const struct watch *watch, const struct detection_report *report, struct error *err)
{
	for (size_t i = 0; i < report->finding_count; i++) {
		struct finding finding = { 0 };

		if (!report->findings[i].added && !report->findings[i].again)
			continue;
		if (casebook_finding(watch->session->store, report->findings[i].id, &finding, err) <
		    0)
			return -1;
		tell(watch, &finding);
		finding_release(&finding);
	}
	return 0;
}

static int
round_once(const struct watch *watch, struct error *err)
{
	struct detection_report report = { 0 };
	int result = detection_run(watch->session->store, watch->options, &report,
				   &watch->session->progress, err);

	session_progress_end(watch->session);
	if (result == 0)
		result = tell_all(watch, &report, err);
	detection_report_release(&report);
	return result;
}

/* Sleeps until the time is up or a signal asks to stop; wakes for nothing else. */
static void
wait_for(const struct watch *watch, int64_t microseconds)
{
	sigset_t stops, before;
	struct timespec left = { .tv_sec = (time_t)(microseconds / CLOCK_SECOND),
				 .tv_nsec = (long)(microseconds % CLOCK_SECOND) * 1000 };

	if (microseconds <= 0)
		return;
	sigemptyset(&stops);
	sigaddset(&stops, SIGINT);
	sigaddset(&stops, SIGTERM);
	/* Blocked between the look and the sleep, so that no signal falls in between. */
	sigprocmask(SIG_BLOCK, &stops, &before);
	if (!cancel_requested(&watch->session->cancel))
		ppoll(NULL, 0, &left, &before);
	sigprocmask(SIG_SETMASK, &before, NULL);
}

int
detect_watch(struct session *session, const struct arguments *arguments,
	     const struct detection_options *options, struct error *err)
{
	struct watch watch = { .session = session, .options = options };

	if (read_watch(&watch, arguments, err) < 0)
		return -1;
	for (int64_t round = 0; watch.rounds == 0 || round < watch.rounds; round++) {
		int64_t began = clock_monotonic();
		struct error failed = { 0 };

		/* No next round would find it again. */
		if (round > 0 && store_still_there(session->store, err) < 0)
			return -1;
		if (round_once(&watch, &failed) < 0 && !cancel_requested(&session->cancel))
			session_warn(session, "%s", failed.text);
		if (round + 1 != watch.rounds)
			wait_for(&watch, began + watch.every - clock_monotonic());
		if (cancel_requested(&session->cancel))
			break;
	}
	return COMMAND_YES;
}
