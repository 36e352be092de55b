/*
 * The first line of a sample in `perf script` text: who, when, which event.
 *
 *	comm pid/tid [cpu] flags time: period event: what the event adds
 *
 * after perf_sample__fprintf_start and process_event of Linux's
 * tools/perf/builtin-script.c. Every part but one of time and event may be
 * missing; comm and what follows the event are free text, so that the time is
 * looked for first and comm is what is left of the numbers before it.
 */
#ifndef HEADROOM_COLLECT_PERF_EVENT_H
#define HEADROOM_COLLECT_PERF_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct perf_event {
	const char *comm; /* all text is borrowed from the line; comm is empty where absent */
	size_t comm_length;
	const char *process, *cpu; /* "12/34" or "12", and "003"; empty where absent */
	size_t process_length, cpu_length;
	int64_t time; /* microseconds since boot, or SAMPLE_TIME_UNKNOWN */
	bool has_period, period_overflow;
	uint64_t period;
	const char *event; /* with modifiers: "cycles:u"; empty where absent */
	size_t event_length;
	const char *tail; /* after the event's colon: a frame, or a tracepoint's values */
	size_t tail_length;
	bool is_record; /* PERF_RECORD_MMAP and such: no sample */
};

/* False: not such a line. timed: only lines with a time will do. */
bool perf_event_parse(struct perf_event *out, const char *line, size_t length, bool timed);
/* Whatever it is, as "comm" or "comm event:"; for lines with a stack after them. */
void perf_event_parse_bare(struct perf_event *out, const char *line, size_t length);

#endif
