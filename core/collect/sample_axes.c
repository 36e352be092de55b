/* Events and labels of samples; see sample_axes.h. Called by the parsers and profile_windows.c. */
#include "core/collect/sample_axes.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/vec.h"

#define LABEL_MAX 1024 /* bytes of "key=value"; the rest is cut */

void
sample_axes_init(struct sample_axes *axes, const char *wanted, bool all, const char *by)
{
	*axes = (struct sample_axes){ .wanted = wanted, .all = all, .by = by };
	intern_init(&axes->sets);
	intern_add(&axes->sets, "", 0); /* SAMPLE_LABELS_NONE */
}

void
sample_axes_release(struct sample_axes *axes)
{
	free(axes->events);
	intern_release(&axes->sets);
	*axes = (struct sample_axes){ 0 };
}

/* ---- events ---- */

size_t
sample_event_base(const char *name, size_t length)
{
	size_t at = length;

	while (at > 0 && isalpha((unsigned char)name[at - 1]) &&
	       strchr("ukhHGpPSDIWeb", name[at - 1]) != NULL)
		at--;
	return at > 1 && at < length && name[at - 1] == ':' ? at - 1 : length;
}

const struct sample_event *
sample_event_first(const struct sample_axes *axes)
{
	for (size_t i = 0; i < axes->count; i++)
		if (axes->events[i].counted)
			return &axes->events[i];
	return NULL;
}

static bool
is_wanted(const struct sample_axes *axes, const char *name)
{
	size_t base;

	if (axes->all || name[0] == '\0')
		return true;
	if (sample_event_first(axes) != NULL)
		return false;
	if (axes->wanted == NULL || strcmp(axes->wanted, name) == 0)
		return true;
	base = sample_event_base(name, strlen(name));
	return strlen(axes->wanted) == base && memcmp(axes->wanted, name, base) == 0;
}

uint32_t
sample_event_add(struct sample_axes *axes, const char *name, const char *unit)
{
	struct sample_event event = { 0 };

	snprintf(event.name, sizeof(event.name), "%s", name);
	snprintf(event.unit, sizeof(event.unit), "%s", unit);
	for (size_t i = 0; i < axes->count; i++)
		if (strcmp(axes->events[i].name, event.name) == 0)
			return (uint32_t)i;
	if (axes->count == SAMPLE_EVENTS_MAX)
		return SAMPLE_EVENT_NONE;
	event.counted = is_wanted(axes, event.name);
	if (axes->count == axes->capacity)
		axes->events = vec_grow(axes->events, &axes->capacity, axes->count + 1,
					sizeof(*axes->events));
	axes->events[axes->count++] = event;
	return (uint32_t)(axes->count - 1);
}

void
sample_event_prefer(struct sample_axes *axes, uint32_t event)
{
	if (axes->all || axes->wanted != NULL || event >= axes->count)
		return;
	for (size_t i = 0; i < axes->count; i++)
		axes->events[i].counted = i == event;
}

bool
sample_event_counted(const struct sample_axes *axes, uint32_t event)
{
	return event < axes->count && axes->events[event].counted;
}

void
sample_event_skip(struct sample_axes *axes, uint32_t event, uint64_t samples)
{
	uint64_t *sum = event < axes->count ? &axes->events[event].left_out : &axes->nameless;

	if (__builtin_add_overflow(*sum, samples, sum))
		*sum = UINT64_MAX;
}

/* ---- labels ---- */

static int
add_set(struct sample_axes *axes, const char *text, size_t length, uint32_t *number,
	struct error *err)
{
	*number = intern_find(&axes->sets, text, length);
	if (*number != INTERN_NONE)
		return 0;
	if (axes->sets.count >= SAMPLE_LABELS_MAX)
		return error_set(err, ERROR_LIMIT, "over %d different labels in one file",
				 SAMPLE_LABELS_MAX);
	*number = intern_add(&axes->sets, text, length);
	return 0;
}

int
sample_label_add(struct sample_axes *axes, const char *key, const char *value, size_t length,
		 uint32_t *number, struct error *err)
{
	char text[LABEL_MAX];
	int used = snprintf(text, sizeof(text), "%.255s=%.*s", key,
			    length < LABEL_MAX ? (int)length : LABEL_MAX, value);
	size_t end = used < (int)sizeof(text) ? (size_t)used : sizeof(text) - 1;

	for (size_t i = 0; i < end; i++)
		if (text[i] == '\n')
			text[i] = ' ';
	return add_set(axes, text, end, number, err);
}

int
sample_labels_add(struct sample_axes *axes, struct strings *labels, uint32_t *number,
		  struct error *err)
{
	struct str text;
	int result;

	for (size_t i = 0; i < labels->count; i++)
		for (char *at = labels->items[i]; *at != '\0'; at++)
			if (*at == '\n')
				*at = ' ';
	strings_sort(labels);
	str_init(&text, STR_MAX_LINE);
	strings_join(labels, "\n", &text);
	result = add_set(axes, text.len > 0 ? text.data : "", text.len, number, err);
	str_release(&text);
	return result;
}

void
sample_labels_get(const struct sample_axes *axes, uint32_t number, struct strings *out)
{
	const char *at = intern_text(&axes->sets, number);

	while (*at != '\0') {
		size_t length = strcspn(at, "\n");

		strings_add_n(out, at, length);
		at += length + (at[length] == '\n');
	}
}

bool
sample_labels_before(const struct sample_axes *axes, uint32_t number)
{
	return number != SAMPLE_LABELS_NONE &&
	       strcmp(intern_text(&axes->sets, number), SAMPLE_SIDE_BEFORE) == 0;
}

/* ---- two parsers of one file ---- */

void
sample_axes_copy_events(struct sample_axes *axes, const struct sample_axes *from)
{
	for (size_t i = 0; i < from->count; i++) {
		sample_event_add(axes, from->events[i].name, from->events[i].unit);
		axes->events[i].counted = from->events[i].counted;
	}
}

int
sample_axes_merge(struct sample_axes *axes, const struct sample_axes *from, uint32_t **events,
		  uint32_t **labels, struct error *err)
{
	*events = memory_alloc_array(from->count + 1, sizeof(**events));
	*labels = memory_alloc_array(from->sets.count + 1, sizeof(**labels));
	for (size_t i = 0; i < from->count; i++) {
		const struct sample_event *event = &from->events[i];
		uint32_t number = sample_event_add(axes, event->name, event->unit);

		(*events)[i] = number;
		if (number < axes->count)
			axes->events[number].weighed |= event->weighed;
	}
	for (uint32_t i = 0; i < from->sets.count; i++) {
		const struct intern_entry *set = &from->sets.entries[i];

		if (add_set(axes, set->data, set->length, &(*labels)[i], err) < 0)
			return -1;
	}
	return 0;
}
