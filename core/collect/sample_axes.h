/*
 * What the windows of one file are told apart by: the event that was sampled,
 * and labels that the samples carry (cpu=3, side=before). Parsers name what
 * they meet, by way of their sink; profile_windows.c makes windows of it.
 *
 * One event is counted unless all are asked for: cycles and page faults do not
 * add up.
 */
#ifndef HEADROOM_COLLECT_SAMPLE_AXES_H
#define HEADROOM_COLLECT_SAMPLE_AXES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/intern.h"
#include "core/base/strings.h"

#define SAMPLE_EVENTS_MAX 256   /* of a file; more are SAMPLE_EVENT_NONE */
#define SAMPLE_LABELS_MAX 65536 /* different sets of labels of a file */
#define SAMPLE_EVENT_NONE UINT32_MAX
#define SAMPLE_LABELS_NONE 0
#define SAMPLE_SIDE_BEFORE "side=before" /* the window is put before the others */
#define SAMPLE_SIDE_AFTER "side=after"

struct sample_event {
	char name[64]; /* as the file names it; "" where it names none */
	char unit[64]; /* of the weights */
	bool counted;
	bool weighed;             /* for the parser: its samples have a weight of their own */
	uint64_t samples, weight; /* that were counted; kept by profile_windows.c */
	uint64_t left_out;        /* samples, because the event is not counted */
};

struct sample_axes {
	const char *wanted; /* the event to count; NULL: the first, or what the format prefers */
	bool all;           /* count every event */
	const char *by;     /* the label that makes windows of its own: "cpu"; NULL: none */
	struct sample_event *events;
	size_t count, capacity;
	struct intern sets; /* of labels: "cpu=3", several with '\n' between */
	uint64_t nameless;  /* samples of SAMPLE_EVENT_NONE */
};

/* wanted and by are borrowed. */
void sample_axes_init(struct sample_axes *axes, const char *wanted, bool all, const char *by);
void sample_axes_release(struct sample_axes *axes);

/*
 * The number of an event, for struct sample: the same for the same name.
 * Over SAMPLE_EVENTS_MAX: SAMPLE_EVENT_NONE, which is never counted. A wanted
 * event is matched with or without its modifiers (cycles:u).
 */
uint32_t sample_event_add(struct sample_axes *axes, const char *name, const char *unit);
/* This one is counted where the user asked for none; to be said before its samples are given. */
void sample_event_prefer(struct sample_axes *axes, uint32_t event);
/* Samples of other events need not be read; sample_event_skip says that they were there. */
bool sample_event_counted(const struct sample_axes *axes, uint32_t event);
void sample_event_skip(struct sample_axes *axes, uint32_t event, uint64_t samples);
/* Length of an event's name without perf's modifiers: "cycles:ppp" -> 6. */
size_t sample_event_base(const char *name, size_t length);
/* The first one that is counted; NULL: none. */
const struct sample_event *sample_event_first(const struct sample_axes *axes);

/* All events of `from`, counted or not as they are there, into axes that have none. */
void sample_axes_copy_events(struct sample_axes *axes, const struct sample_axes *from);
/*
 * Events and labels that another parser of the same file found: their numbers here, in
 * arrays that the caller frees.
 */
int sample_axes_merge(struct sample_axes *axes, const struct sample_axes *from, uint32_t **events,
		      uint32_t **labels, struct error *err);

/*
 * The number of a set of labels, for struct sample; ERROR_LIMIT over
 * SAMPLE_LABELS_MAX. The list is sorted by this call.
 */
int sample_labels_add(struct sample_axes *axes, struct strings *labels, uint32_t *number,
		      struct error *err);
/* The same for one label. */
int sample_label_add(struct sample_axes *axes, const char *key, const char *value, size_t length,
		     uint32_t *number, struct error *err);
/* Adds the labels of a set to the list; nothing for SAMPLE_LABELS_NONE. */
void sample_labels_get(const struct sample_axes *axes, uint32_t number, struct strings *out);
bool sample_labels_before(const struct sample_axes *axes, uint32_t number); /* SAMPLE_SIDE_BEFORE */

#endif
