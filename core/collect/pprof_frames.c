/*
 * Locations of a pprof file to frames; see pprof_private.h. Ids are any numbers, mostly dense from
 * 1: they go through a table where they are small and are searched where not.
 *
 * drop_frames and keep_frames are regular expressions over whole names, as the format says: frames
 * below the first one that is to be dropped (seen from the root, and not before the first that
 * stays) are left out. RE2 is read as POSIX's extended form, which is the same for the names these
 * lists hold.
 */
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/str.h"
#include "core/collect/pprof_private.h"
#include "core/collect/samples.h"

#define PATTERN_MAX 4096
#define NAME_MATCHED 1024

/* Sorted ids with the place of each in the message. */
struct pprof_id {
	uint64_t id;
	uint32_t place;
};

struct pprof_ids {
	struct pprof_id *items;
	size_t count;
};

struct maker {
	const Pprof__Profile *message;
	struct profile *profile;
	struct pprof_ids functions, mappings;
	regex_t drop, keep;
	bool drops, keeps;
};

struct pprof_text
pprof_text(const Pprof__Profile *message, int64_t number)
{
	if (number < 0 || (uint64_t)number >= message->n_string_table ||
	    message->string_table[number].data == NULL)
		return (struct pprof_text){ "", 0 };
	return (struct pprof_text){ (const char *)message->string_table[number].data,
				    message->string_table[number].len };
}

static int
compare_ids(const void *a, const void *b)
{
	const struct pprof_id *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

static void
ids_init(struct pprof_ids *ids, size_t count)
{
	ids->items = memory_alloc_array(count + 1, sizeof(*ids->items));
	ids->count = 0;
}

static void
ids_add(struct pprof_ids *ids, uint64_t id)
{
	ids->items[ids->count] = (struct pprof_id){ id, (uint32_t)ids->count };
	ids->count++;
}

static void
ids_seal(struct pprof_ids *ids)
{
	bool sorted = true;

	for (size_t i = 1; i < ids->count && sorted; i++)
		sorted = ids->items[i - 1].id < ids->items[i].id;
	if (!sorted)
		qsort(ids->items, ids->count, sizeof(*ids->items), compare_ids);
}

/* UINT32_MAX: none. */
static uint32_t
ids_find(const struct pprof_ids *ids, uint64_t id)
{
	struct pprof_id key = { .id = id };
	const struct pprof_id *found;

	if (id > 0 && id <= ids->count && ids->items[id - 1].id == id)
		return ids->items[id - 1].place;
	found = bsearch(&key, ids->items, ids->count, sizeof(key), compare_ids);
	return found != NULL ? found->place : UINT32_MAX;
}

static bool
compile(regex_t *pattern, const Pprof__Profile *message, int64_t number)
{
	struct pprof_text text = pprof_text(message, number);
	struct str whole;
	bool good;

	if (text.length == 0 || text.length > PATTERN_MAX ||
	    memchr(text.data, '\0', text.length) != NULL)
		return false;
	str_init(&whole, STR_MAX_LINE);
	str_add(&whole, "^(");
	str_add_n(&whole, text.data, text.length);
	str_add(&whole, ")$");
	good = regcomp(pattern, whole.data, REG_EXTENDED | REG_NOSUB) == 0;
	str_release(&whole);
	return good;
}

static bool
matches(const regex_t *pattern, struct pprof_text name)
{
	char copy[NAME_MATCHED + 1];

	if (name.length > NAME_MATCHED)
		return false;
	memcpy(copy, name.data, name.length);
	copy[name.length] = '\0';
	return regexec(pattern, copy, 0, NULL, 0) == 0;
}

static bool
is_dropped(const struct maker *maker, struct pprof_text name)
{
	return maker->drops && name.length > 0 && matches(&maker->drop, name) &&
	       !(maker->keeps && matches(&maker->keep, name));
}

static bool
starts_with(struct pprof_text text, const char *prefix)
{
	size_t length = strlen(prefix);

	return text.length >= length && memcmp(text.data, prefix, length) == 0;
}

static bool
ends_with(struct pprof_text text, const char *suffix)
{
	size_t length = strlen(suffix);

	return text.length >= length &&
	       memcmp(text.data + text.length - length, suffix, length) == 0;
}

static enum frame_kind
kind_of(struct pprof_text module)
{
	if (starts_with(module, "[kernel") || starts_with(module, "[guest.kernel") ||
	    ends_with(module, ".ko") || ends_with(module, "vmlinux"))
		return FRAME_KERNEL;
	if (starts_with(module, "[JIT]") || starts_with(module, "//anon") ||
	    ends_with(module, "[JIT app cache]"))
		return FRAME_JIT;
	return FRAME_USER;
}

static uint32_t
add_frame(struct maker *maker, const Pprof__Location *location, const Pprof__Line *line,
	  struct pprof_text module, bool inlined)
{
	uint32_t place = line != NULL ? ids_find(&maker->functions, line->function_id) : UINT32_MAX;
	struct sample_frame frame = { .module = module.data, .module_length = module.length };
	struct pprof_text name = { "", 0 }, file = { "", 0 };
	char address[32];

	frame.kind = kind_of(module);
	if (place != UINT32_MAX) {
		const Pprof__Function *function = maker->message->function[place];

		name = pprof_text(maker->message, function->name);
		if (name.length == 0)
			name = pprof_text(maker->message, function->system_name);
		file = pprof_text(maker->message, function->filename);
		if (line->line > 0 && line->line <= UINT32_MAX)
			frame.line = (uint32_t)line->line;
	}
	if (name.length == 0) {
		snprintf(address, sizeof(address), "0x%llx", (unsigned long long)location->address);
		name = location->address != 0 ? (struct pprof_text){ address, strlen(address) }
					      : (struct pprof_text){ "[unknown]", 9 };
		frame.kind = FRAME_UNKNOWN;
	} else if (inlined) {
		frame.kind = FRAME_INLINED;
	}
	frame.function = name.data;
	frame.function_length = name.length;
	frame.file = file.data;
	frame.file_length = file.length;
	return sample_frame_add(maker->profile, &frame);
}

/* The outermost line whose function is to be dropped, or the number of lines. */
static size_t
dropped_line(const struct maker *maker, const Pprof__Location *location)
{
	for (size_t i = location->n_line; i > 0; i--) {
		uint32_t place = ids_find(&maker->functions, location->line[i - 1]->function_id);

		if (place != UINT32_MAX &&
		    is_dropped(maker,
			       pprof_text(maker->message, maker->message->function[place]->name)))
			return i - 1;
	}
	return location->n_line;
}

/* Writes the frames of one location to room, outermost first. */
static void
add_place(struct maker *maker, struct pprof_place *place, const Pprof__Location *location,
	  uint32_t *room)
{
	uint32_t mapping = ids_find(&maker->mappings, location->mapping_id);
	struct pprof_text module = { "", 0 };
	size_t innermost = 0;

	if (mapping != UINT32_MAX)
		module = pprof_text(maker->message, maker->message->mapping[mapping]->filename);
	if (maker->drops) {
		size_t line = dropped_line(maker, location);

		place->drop_beneath = line < location->n_line;
		place->drop = place->drop_beneath && line + 1 == location->n_line;
		innermost = place->drop_beneath && !place->drop ? line + 1 : 0;
	}
	if (location->n_line == 0)
		room[place->count++] = add_frame(maker, location, NULL, module, false);
	for (size_t i = location->n_line; i > innermost; i--)
		room[place->count++] = add_frame(maker, location, location->line[i - 1], module,
						 i < location->n_line);
}

const struct pprof_place *
pprof_place_of(const struct pprof_frames *frames, uint64_t id)
{
	uint32_t place = ids_find(frames->ids, id);

	return place != UINT32_MAX ? &frames->places[place] : NULL;
}

static void
index_ids(struct maker *maker, struct pprof_ids *locations)
{
	const Pprof__Profile *message = maker->message;

	ids_init(&maker->functions, message->n_function);
	for (size_t i = 0; i < message->n_function; i++)
		ids_add(&maker->functions, message->function[i]->id);
	ids_seal(&maker->functions);
	ids_init(&maker->mappings, message->n_mapping);
	for (size_t i = 0; i < message->n_mapping; i++)
		ids_add(&maker->mappings, message->mapping[i]->id);
	ids_seal(&maker->mappings);
	ids_init(locations, message->n_location);
	for (size_t i = 0; i < message->n_location; i++)
		ids_add(locations, message->location[i]->id);
	ids_seal(locations);
}

int
pprof_frames_make(struct pprof_frames *out, const Pprof__Profile *message, struct profile *profile,
		  const char *name, struct error *err)
{
	struct maker maker = { .message = message, .profile = profile };
	size_t lines = message->n_location;

	*out = (struct pprof_frames){ .ids = memory_alloc(sizeof(*out->ids)) };
	for (size_t i = 0; i < message->n_location; i++)
		lines += message->location[i]->n_line;
	if (lines >= UINT32_MAX || message->n_function >= UINT32_MAX)
		return error_set(err, ERROR_LIMIT, "%s: too many locations", name);
	index_ids(&maker, out->ids);
	maker.drops = compile(&maker.drop, message, message->drop_frames);
	maker.keeps = maker.drops && compile(&maker.keep, message, message->keep_frames);
	out->places = memory_alloc_array(message->n_location + 1, sizeof(*out->places));
	out->frames = memory_alloc_array(lines + 1, sizeof(*out->frames));
	lines = 0;
	for (size_t i = 0; i < message->n_location; i++) {
		out->places[i].first = (uint32_t)lines;
		add_place(&maker, &out->places[i], message->location[i], out->frames + lines);
		lines += out->places[i].count;
	}
	if (maker.drops)
		regfree(&maker.drop);
	if (maker.keeps)
		regfree(&maker.keep);
	free(maker.functions.items);
	free(maker.mappings.items);
	return 0;
}

void
pprof_frames_release(struct pprof_frames *frames)
{
	if (frames->ids != NULL)
		free(frames->ids->items);
	free(frames->ids);
	free(frames->places);
	free(frames->frames);
	*frames = (struct pprof_frames){ 0 };
}
