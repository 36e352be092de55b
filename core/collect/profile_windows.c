/* Samples into windows; see profile_windows.h. */
#include "core/collect/profile_windows.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/vec.h"

#define TOTAL_MAX (UINT64_MAX / 4) /* as profile.h has it */

void
profile_windows_init(struct profile_windows *windows, const struct profile_import_options *options)
{
	*windows = (struct profile_windows){
		.split = options->split,
		.origin = SAMPLE_TIME_UNKNOWN,
		.last = { UINT32_MAX, UINT32_MAX, UINT32_MAX },
	};
	profile_init(&windows->profile);
	sample_axes_init(&windows->axes, options->event, options->all_events, options->by);
	intern_init(&windows->keys);
	intern_init(&windows->cell_keys);
}

void
profile_windows_release(struct profile_windows *windows)
{
	profile_release(&windows->profile);
	sample_axes_release(&windows->axes);
	intern_release(&windows->keys);
	intern_release(&windows->cell_keys);
	free(windows->cells);
	windows->cells = NULL;
}

static void
add_bounded(uint64_t *sum, uint64_t more)
{
	*sum = more > TOTAL_MAX - *sum ? TOTAL_MAX : *sum + more;
}

static bool
same_key(const struct profile_windows_key *a, const struct profile_windows_key *b)
{
	return a->stretch == b->stretch && a->event == b->event && a->labels == b->labels;
}

static int
stretch_of(struct profile_windows *windows, int64_t time, uint32_t *number, struct error *err)
{
	int64_t index = 0;

	*number = 0;
	if (windows->split == 0)
		return 0;
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

/* Number of the window of a key; the last one is asked for most often. */
static int
window_of(struct profile_windows *windows, const struct profile_windows_key *key, uint32_t *number,
	  struct error *err)
{
	if (!same_key(key, &windows->last)) {
		if (windows->keys.count >= PROFILE_IMPORT_WINDOWS_MAX &&
		    intern_find(&windows->keys, key, sizeof(*key)) == INTERN_NONE)
			return error_set(err, ERROR_LIMIT, "over %d windows in one file",
					 PROFILE_IMPORT_WINDOWS_MAX);
		windows->last = *key;
		windows->last_number = intern_add(&windows->keys, key, sizeof(*key));
	}
	*number = windows->last_number;
	return 0;
}

static struct profile_windows_cell *
cell_of(struct profile_windows *windows, uint32_t window, uint32_t stack)
{
	uint32_t key[2] = { window, stack };
	uint32_t number = intern_add(&windows->cell_keys, key, sizeof(key));

	if (number == windows->cell_count) {
		if (windows->cell_count == windows->cell_capacity)
			windows->cells = vec_grow(windows->cells, &windows->cell_capacity,
						  windows->cell_count + 1, sizeof(*windows->cells));
		windows->cells[windows->cell_count++] =
			(struct profile_windows_cell){ .window = window, .stack = stack };
	}
	return &windows->cells[number];
}

int
profile_windows_take(void *user, const struct sample *sample, struct error *err)
{
	struct profile_windows *windows = user;
	struct profile *profile = &windows->profile;
	struct profile_windows_key key = { .event = sample->event, .labels = sample->labels };

	if (sample->stack >= PROFILE_IMPORT_STACKS_MAX)
		return error_set(err, ERROR_LIMIT, "over %zu distinct stacks in one file",
				 PROFILE_IMPORT_STACKS_MAX);
	if (stretch_of(windows, sample->time, &key.stretch, err) < 0)
		return -1;
	add_bounded(&windows->axes.events[sample->event].samples, sample->samples);
	add_bounded(&windows->axes.events[sample->event].weight, sample->weight);
	if (!windows->any_plain) {
		windows->any_plain = true;
		windows->plain = key;
	}
	if (same_key(&key, &windows->plain)) {
		struct profile_cell *cell = &profile->cells[sample->stack];

		add_bounded(&cell->samples, sample->samples);
		add_bounded(&cell->weight, sample->weight);
		add_bounded(&profile->samples, sample->samples);
		add_bounded(&profile->weight, sample->weight);
	} else {
		struct profile_windows_cell *cell;
		uint32_t window = 0;

		if (window_of(windows, &key, &window, err) < 0)
			return -1;
		cell = cell_of(windows, window, sample->stack);
		add_bounded(&cell->samples, sample->samples);
		add_bounded(&cell->weight, sample->weight);
	}
	return 0;
}

/* Numbers here of all frames of another profile; the caller frees them. */
static uint32_t *
merge_frames(struct profile *profile, const struct profile *from)
{
	uint32_t *numbers = memory_alloc_array(from->frame_count + 1, sizeof(*numbers));

	for (size_t i = 0; i < from->frame_count; i++) {
		const struct profile_frame *frame = &from->frames[i];

		numbers[i] = profile_add_frame(profile, frame->function, strlen(frame->function),
					       frame->module, strlen(frame->module), frame->file,
					       strlen(frame->file), frame->line, frame->kind);
	}
	return numbers;
}

/* And of all stacks. */
static uint32_t *
merge_stacks(struct profile *profile, const struct profile *from)
{
	uint32_t *numbers = memory_alloc_array(from->stack_count + 1, sizeof(*numbers));
	uint32_t *stack = memory_alloc_array(PROFILE_DEPTH_MAX, sizeof(*stack));
	uint32_t *frames = merge_frames(profile, from);

	for (size_t i = 0; i < from->stack_count; i++) {
		for (uint32_t at = 0; at < from->stacks[i].depth; at++)
			stack[at] = frames[from->stacks[i].frames[at]];
		numbers[i] = profile_add_stack(profile, stack, from->stacks[i].depth, 0, 0);
	}
	free(frames);
	free(stack);
	return numbers;
}

static int
merge_cell(struct profile_windows *windows, const struct profile_windows_key *key, uint32_t stack,
	   uint64_t samples, uint64_t weight)
{
	const struct sample sample = {
		.stack = stack,
		.event = key->event,
		.labels = key->labels,
		.samples = samples,
		.weight = weight,
		.time = SAMPLE_TIME_UNKNOWN,
	};

	return samples == 0 && weight == 0 ? 0 : profile_windows_take(windows, &sample, NULL);
}

int
profile_windows_merge(struct profile_windows *windows, const struct profile_windows *from,
		      const uint32_t *events, const uint32_t *labels)
{
	struct profile_windows_key plain = { .event = 0 };
	uint32_t *stacks;
	int result = 0;

	if (from->profile.stack_count + windows->profile.stack_count > PROFILE_IMPORT_STACKS_MAX ||
	    from->keys.count + windows->keys.count >= PROFILE_IMPORT_WINDOWS_MAX)
		return -1;
	stacks = merge_stacks(&windows->profile, &from->profile);
	if (from->any_plain)
		plain = (struct profile_windows_key){ .event = events[from->plain.event],
						      .labels = labels[from->plain.labels] };
	for (size_t i = 0; from->any_plain && result == 0 && i < from->profile.stack_count; i++)
		result = merge_cell(windows, &plain, stacks[i], from->profile.cells[i].samples,
				    from->profile.cells[i].weight);
	for (size_t i = 0; result == 0 && i < from->cell_count; i++) {
		const struct profile_windows_cell *cell = &from->cells[i];
		struct profile_windows_key key;

		memcpy(&key, from->keys.entries[cell->window].data, sizeof(key));
		key.event = events[key.event];
		key.labels = labels[key.labels];
		result =
			merge_cell(windows, &key, stacks[cell->stack], cell->samples, cell->weight);
	}
	free(stacks);
	return result;
}

void
profile_windows_divide(struct profile_windows *windows, uint64_t divisor)
{
	for (size_t i = 0; i < windows->profile.stack_count; i++)
		windows->profile.cells[i].samples /= divisor;
	for (size_t i = 0; i < windows->cell_count; i++)
		windows->cells[i].samples /= divisor;
	windows->profile.samples /= divisor;
	for (size_t i = 0; i < windows->axes.count; i++)
		windows->axes.events[i].samples /= divisor;
}

/* ---- windows in order ---- */

/* One window on its way out: its counts are cells[first] .. cells[first + count - 1]. */
struct piece {
	struct profile_windows_key key;
	bool before, plain;
	size_t first, count;
};

static int
compare_cells(const void *a, const void *b)
{
	const struct profile_windows_cell *left = a, *right = b;

	if (left->window != right->window)
		return left->window < right->window ? -1 : 1;
	return left->stack < right->stack ? -1 : left->stack > right->stack;
}

static int
compare_pieces(const void *a, const void *b)
{
	const struct piece *left = a, *right = b;

	if (left->before != right->before)
		return left->before ? -1 : 1;
	if (left->key.stretch != right->key.stretch)
		return left->key.stretch < right->key.stretch ? -1 : 1;
	if (left->key.event != right->key.event)
		return left->key.event < right->key.event ? -1 : 1;
	return left->key.labels < right->key.labels ? -1 : left->key.labels > right->key.labels;
}

/* All windows with samples, oldest first; cells are sorted by it. The caller frees *out. */
static size_t
list_pieces(struct profile_windows *windows, struct piece **out)
{
	struct piece *pieces = memory_alloc_array(windows->keys.count + 1, sizeof(*pieces));
	size_t count = 0;

	if (windows->profile.samples > 0 || windows->profile.weight > 0)
		pieces[count++] = (struct piece){ .key = windows->plain, .plain = true };
	if (windows->cell_count > 0)
		qsort(windows->cells, windows->cell_count, sizeof(*windows->cells), compare_cells);
	for (size_t i = 0; i < windows->cell_count;) {
		struct piece *piece = &pieces[count++];
		uint32_t number = windows->cells[i].window;

		*piece = (struct piece){ .first = i };
		memcpy(&piece->key, windows->keys.entries[number].data, sizeof(piece->key));
		while (i < windows->cell_count && windows->cells[i].window == number)
			i++;
		piece->count = i - piece->first;
	}
	for (size_t i = 0; i < count; i++)
		pieces[i].before = sample_labels_before(&windows->axes, pieces[i].key.labels);
	qsort(pieces, count, sizeof(*pieces), compare_pieces);
	*out = pieces;
	return count;
}

/* Time of a piece: before is the stretch that ends where first starts. */
static void
place(const struct profile_windows *windows, const struct piece *piece, const struct window *first,
      int64_t *start, int64_t *end)
{
	int64_t length = windows->split > 0 ? windows->split : first->end - first->start;

	*start = first->start + (int64_t)piece->key.stretch * windows->split;
	if (piece->before)
		*start = first->start - length;
	*end = *start + length;
}

static void
widen(struct profile_import_report *report, int64_t start, int64_t end)
{
	if (report->start == 0 || start < report->start)
		report->start = start;
	if (end > report->end)
		report->end = end;
}

/* ---- into a store ---- */

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
	for (size_t i = 0; i < profile->stack_count; i++)
		digest = mix(digest, &profile->cells[i].weight, sizeof(profile->cells[i].weight));
	return digest;
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

static void
copy_piece(struct profile *to, const struct profile_windows *windows, const struct piece *piece)
{
	uint32_t *frames = memory_alloc_array(PROFILE_DEPTH_MAX, sizeof(*frames));

	for (size_t i = 0; i < piece->count; i++)
		copy_stack(to, &windows->profile, &windows->cells[piece->first + i], frames);
	free(frames);
}

/* Where windows go. */
struct target {
	struct telemetry *telemetry;
	int64_t service;
	const struct window *first;
	bool any_time;
	uint64_t digest;
};

static int
store_window(const struct profile *profile, const struct target *target, struct window *window,
	     uint64_t digest, struct profile_import_report *report, struct error *err)
{
	int64_t length = window->end - window->start, start;
	bool added = false, found = false;

	if (target->any_time && telemetry_profile_find(target->telemetry, target->service, digest,
						       length, &start, &found, err) < 0)
		return -1;
	if (found) {
		report->windows_known++;
		widen(report, start, start + length);
		return 0;
	}
	window->samples = profile->samples;
	window->weight = profile->weight;
	if (telemetry_profile_add(target->telemetry, target->service, window, profile, digest,
				  &added, err) < 0)
		return -1;
	if (added)
		report->windows_added++;
	else
		report->windows_known++;
	widen(report, window->start, window->end);
	return 0;
}

static int
store_piece(struct profile_windows *windows, const struct piece *piece, const struct target *target,
	    struct profile_import_report *report, struct error *err)
{
	const struct window *first = target->first;
	uint64_t digest = target->digest;
	struct sample_event *event = &windows->axes.events[piece->key.event];
	struct window window = *first; /* shares source; labels are copied */
	struct profile part;
	int result;

	if (piece->key.labels != SAMPLE_LABELS_NONE || event != sample_event_first(&windows->axes))
		digest = mix(digest, &piece->key, sizeof(piece->key));
	place(windows, piece, first, &window.start, &window.end);
	window.event = event->name[0] != '\0' ? event->name : NULL;
	window.unit = event->unit;
	window.labels = (struct strings){ 0 };
	strings_copy(&window.labels, &first->labels);
	sample_labels_get(&windows->axes, piece->key.labels, &window.labels);
	strings_sort(&window.labels);
	profile_init(&part);
	if (!piece->plain)
		copy_piece(&part, windows, piece);
	result = store_window(piece->plain ? &windows->profile : &part, target, &window, digest,
			      report, err);
	profile_release(&part);
	strings_release(&window.labels);
	return result;
}

int
profile_windows_store(struct profile_windows *windows, struct telemetry *telemetry, int64_t service,
		      const struct window *first, bool any_time, uint64_t digest,
		      struct profile_import_report *report, const struct progress *progress,
		      struct error *err)
{
	struct target target = { telemetry, service, first, any_time, 0 };
	struct piece *pieces;
	size_t count = list_pieces(windows, &pieces);
	int result = 0;

	digest = digest_names(&windows->profile, digest);
	for (size_t i = 0; i < windows->cell_count; i++)
		digest = mix(digest, &windows->cells[i], sizeof(windows->cells[i]));
	target.digest = digest;
	for (size_t i = 0; i < count && result == 0; i++) {
		report->windows_before += pieces[i].before;
		if (progress_cancelled(progress))
			result = error_set(err, ERROR_CANCELLED, "cancelled");
		else
			result = store_piece(windows, &pieces[i], &target, report, err);
	}
	free(pieces);
	return result;
}

/* ---- into a set ---- */

static void
add_cell(struct profile_set *set, struct profile_window *window, uint32_t stack, uint64_t samples,
	 uint64_t weight)
{
	if (samples == 0 && weight == 0)
		return;
	if (set->cell_count == set->cell_capacity)
		set->cells = vec_grow(set->cells, &set->cell_capacity, set->cell_count + 1,
				      sizeof(*set->cells));
	set->cells[set->cell_count++] = (struct profile_cell){ stack, samples, weight };
	add_bounded(&window->samples, samples);
	add_bounded(&window->weight, weight);
	window->cell_count++;
}

static void
add_piece(struct profile_set *set, const struct profile_windows *windows, const struct piece *piece,
	  const struct window *first, struct profile_import_report *report)
{
	struct profile_window *window = &set->windows[set->window_count++];

	*window = (struct profile_window){ .first_cell = set->cell_count };
	place(windows, piece, first, &window->start, &window->end);
	widen(report, window->start, window->end);
	for (size_t i = 0; i < piece->count; i++) {
		const struct profile_windows_cell *cell = &windows->cells[piece->first + i];

		add_cell(set, window, cell->stack, cell->samples, cell->weight);
	}
	for (uint32_t i = 0; piece->plain && i < set->stack_count; i++)
		add_cell(set, window, i, windows->profile.cells[i].samples,
			 windows->profile.cells[i].weight);
}

void
profile_windows_take_set(struct profile_windows *windows, const struct window *first,
			 struct profile_set *out, struct profile_import_report *report)
{
	struct piece *pieces;
	size_t count = list_pieces(windows, &pieces);

	profile_set_init(out);
	profile_set_take_names(out, &windows->profile);
	out->windows = memory_alloc_array(count, sizeof(*out->windows));
	out->window_capacity = count;
	for (size_t i = 0; i < count; i++) {
		add_piece(out, windows, &pieces[i], first, report);
		report->windows_before += pieces[i].before;
	}
	free(pieces);
}
