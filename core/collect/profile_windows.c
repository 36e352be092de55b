/* Samples into windows; see profile_windows.h. */
#include "core/collect/profile_windows.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/vec.h"

#define TOTAL_MAX (UINT64_MAX / 4) /* as profile.h has it */

void
profile_windows_init(struct profile_windows *windows, int64_t split)
{
	*windows = (struct profile_windows){ .split = split, .origin = SAMPLE_TIME_UNKNOWN };
	profile_init(&windows->profile);
	intern_init(&windows->keys);
}

void
profile_windows_release(struct profile_windows *windows)
{
	profile_release(&windows->profile);
	intern_release(&windows->keys);
	free(windows->cells);
	profile_windows_init(windows, 0);
}

static void
add_bounded(uint64_t *sum, uint64_t more)
{
	*sum = more > TOTAL_MAX - *sum ? TOTAL_MAX : *sum + more;
}

static int
window_of(struct profile_windows *windows, int64_t time, uint32_t *number, struct error *err)
{
	int64_t index = 0;

	if (time != SAMPLE_TIME_UNKNOWN && windows->origin == SAMPLE_TIME_UNKNOWN)
		windows->origin = time;
	if (time != SAMPLE_TIME_UNKNOWN && time > windows->origin)
		index = (time - windows->origin) / windows->split;
	if (index >= PROFILE_IMPORT_WINDOWS_MAX)
		return error_set(err, ERROR_LIMIT, "over %d windows; a longer split makes fewer",
				 PROFILE_IMPORT_WINDOWS_MAX);
	*number = (uint32_t)index;
	return 0;
}

static int
count_in_window(struct profile_windows *windows, const struct sample *sample, struct error *err)
{
	uint32_t key[2] = { 0, sample->stack };
	struct profile_windows_cell *cell;
	uint32_t number;

	if (window_of(windows, sample->time, &key[0], err) < 0)
		return -1;
	number = intern_add(&windows->keys, key, sizeof(key));
	if (number == windows->cell_count) {
		if (windows->cell_count == windows->cell_capacity)
			windows->cells = vec_grow(windows->cells, &windows->cell_capacity,
						  windows->cell_count + 1, sizeof(*windows->cells));
		windows->cells[windows->cell_count++] =
			(struct profile_windows_cell){ .window = key[0], .stack = key[1] };
	}
	cell = &windows->cells[number];
	add_bounded(&cell->samples, sample->samples);
	add_bounded(&cell->weight, sample->weight);
	return 0;
}

int
profile_windows_take(void *user, const struct sample *sample, struct error *err)
{
	struct profile_windows *windows = user;
	struct profile *profile = &windows->profile;
	struct profile_cell *cell;

	if (sample->stack >= PROFILE_IMPORT_STACKS_MAX)
		return error_set(err, ERROR_LIMIT, "over %zu distinct stacks in one file",
				 PROFILE_IMPORT_STACKS_MAX);
	add_bounded(&windows->samples, sample->samples);
	add_bounded(&windows->weight, sample->weight);
	if (windows->split > 0)
		return count_in_window(windows, sample, err);
	cell = &profile->cells[sample->stack];
	add_bounded(&cell->samples, sample->samples);
	add_bounded(&cell->weight, sample->weight);
	profile->samples = windows->samples;
	profile->weight = windows->weight;
	return 0;
}

void
profile_windows_divide(struct profile_windows *windows, uint64_t divisor)
{
	for (size_t i = 0; i < windows->profile.stack_count; i++)
		windows->profile.cells[i].samples /= divisor;
	for (size_t i = 0; i < windows->cell_count; i++)
		windows->cells[i].samples /= divisor;
	windows->samples /= divisor;
	windows->profile.samples /= divisor;
}

static uint64_t
mix(uint64_t digest, const void *data, size_t length)
{
	return (digest ^ intern_hash(data, length)) * UINT64_C(0xff51afd7ed558ccd);
}

/* The parser's digest covers the samples by number; this one what the numbers stand for. */
static uint64_t
digest_names(const struct profile *profile, uint64_t digest)
{
	for (size_t i = 0; i < profile->frame_count; i++) {
		const struct profile_frame *frame = &profile->frames[i];

		digest = mix(digest, frame->function, strlen(frame->function));
		digest = mix(digest, frame->module, strlen(frame->module));
		digest = mix(digest, &frame->line, sizeof(frame->line));
	}
	for (size_t i = 0; i < profile->stack_count; i++)
		digest = mix(digest, profile->stacks[i].frames,
			     profile->stacks[i].depth * sizeof(uint32_t));
	return digest;
}

static int
store_window(const struct profile *profile, struct telemetry *telemetry, int64_t service,
	     const struct window *window, uint64_t digest, struct profile_import_report *report,
	     struct error *err)
{
	struct window full = *window;
	bool added = false;

	full.samples = profile->samples;
	full.weight = profile->weight;
	if (telemetry_profile_add(telemetry, service, &full, profile, digest, &added, err) < 0)
		return -1;
	if (added)
		report->windows_added++;
	else
		report->windows_known++;
	if (report->start == 0 || full.start < report->start)
		report->start = full.start;
	if (full.end > report->end)
		report->end = full.end;
	return 0;
}

static int
compare_cells(const void *a, const void *b)
{
	const struct profile_windows_cell *left = a, *right = b;

	if (left->window != right->window)
		return left->window < right->window ? -1 : 1;
	return left->stack < right->stack ? -1 : left->stack > right->stack;
}

/* One stack of the whole into the profile of a window; frames is room for its numbers. */
static void
copy_stack(struct profile *to, const struct profile *from, const struct profile_windows_cell *cell,
	   uint32_t *frames)
{
	const struct profile_stack *stack = &from->stacks[cell->stack];

	for (uint32_t i = 0; i < stack->depth; i++) {
		const struct profile_frame *frame = &from->frames[stack->frames[i]];

		frames[i] = profile_add_frame(to, frame->function, strlen(frame->function),
					      frame->module, strlen(frame->module), frame->file,
					      strlen(frame->file), frame->line, frame->kind);
	}
	profile_add_stack(to, frames, stack->depth, cell->samples, cell->weight);
}

int
profile_windows_store(struct profile_windows *windows, struct telemetry *telemetry, int64_t service,
		      const struct window *first, uint64_t digest,
		      struct profile_import_report *report, const struct progress *progress,
		      struct error *err)
{
	uint32_t frames[PROFILE_DEPTH_MAX];
	struct profile profile;
	int result = 0;

	digest = digest_names(&windows->profile, digest);
	if (windows->split == 0)
		return store_window(&windows->profile, telemetry, service, first, digest, report,
				    err);
	if (windows->cell_count > 0)
		qsort(windows->cells, windows->cell_count, sizeof(*windows->cells), compare_cells);
	for (size_t i = 0; i < windows->cell_count && result == 0;) {
		uint32_t number = windows->cells[i].window;
		struct window window = *first;

		if (progress_cancelled(progress))
			return error_set(err, ERROR_CANCELLED, "cancelled");
		window.start += number * windows->split;
		window.end = window.start + windows->split;
		profile_init(&profile);
		for (; i < windows->cell_count && windows->cells[i].window == number; i++)
			copy_stack(&profile, &windows->profile, &windows->cells[i], frames);
		result = store_window(&profile, telemetry, service, &window, digest, report, err);
		profile_release(&profile);
	}
	return result;
}
