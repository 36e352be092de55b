/*
 * pprof's profile.proto to samples. The message is unpacked by protobuf-c into counted memory.
 * Called by profile_read.c through its table.
 *
 * A file has one value for each sample type; each type is an event, and what is counted where none
 * is asked for is the file's default, else its last, as pprof itself does. The value is the weight;
 * samples are the counts that go with it (samples of cpu, alloc_objects of alloc_space), where
 * there are any. Negative values are the base side of a difference: a window of its own, before
 * the others.
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/collect/pprof_private.h"
#include "core/collect/profile_format.h"
#include "core/collect/protobuf_memory.h"

#define COLUMNS_MAX 64
#define COLUMN_NONE SIZE_MAX
#define PERIOD_MIN 1000             /* a common divisor from here on is no accident */
#define SNIFFED ((size_t)32 * 1024) /* a message may be cut off past this many bytes */
#define NANOSECONDS 1000            /* in a microsecond */

/* One sample type. */
struct column {
	uint32_t event;
	size_t samples; /* the column with the count that goes with it; COLUMN_NONE */
	uint64_t each;  /* without such a column: the weight of one sample; 0: not known */
};

struct pprof {
	struct sample_sink sink;
	struct import_lines *lines;
	struct sample_facts facts;
	struct column columns[COLUMNS_MAX];
	size_t column_count;
	uint32_t frames[PROFILE_DEPTH_MAX];
};

static void *
create(const struct sample_sink *sink, struct import_lines *lines)
{
	struct pprof *parser = memory_alloc(sizeof(*parser));

	parser->sink = *sink;
	parser->lines = lines;
	parser->facts.first = parser->facts.last = SAMPLE_TIME_UNKNOWN;
	return parser;
}

static void
destroy(void *state)
{
	free(state);
}

static const struct sample_facts *
facts(const void *state)
{
	return &((const struct pprof *)state)->facts;
}

static uint64_t
mix(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * UINT64_C(0x9e3779b97f4a7c15);
	return hash ^ (hash >> 29);
}

/* ---- which value ---- */

static struct pprof_text
type_name(const Pprof__Profile *message, size_t column)
{
	return pprof_text(message, message->sample_type[column]->type);
}

static bool
text_is(struct pprof_text text, const char *wanted)
{
	return strlen(wanted) == text.length && memcmp(text.data, wanted, text.length) == 0;
}

static bool
is_count(const Pprof__Profile *message, size_t column)
{
	return text_is(pprof_text(message, message->sample_type[column]->unit), "count");
}

/* "alloc" of alloc_space; all of a name without an underscore. */
static size_t
stem(struct pprof_text name)
{
	const char *score = memchr(name.data, '_', name.length);

	return score != NULL ? (size_t)(score - name.data) : name.length;
}

/* The count that goes with a type: the same stem, else the one that is called samples. */
static size_t
count_column(const Pprof__Profile *message, size_t weight)
{
	struct pprof_text name = type_name(message, weight);

	if (is_count(message, weight))
		return weight;
	for (size_t i = 0; i < message->n_sample_type; i++) {
		struct pprof_text other = type_name(message, i);

		if (i != weight && is_count(message, i) && stem(other) == stem(name) &&
		    memcmp(other.data, name.data, stem(name)) == 0)
			return i;
	}
	for (size_t i = 0; i < message->n_sample_type; i++)
		if (is_count(message, i) && text_is(type_name(message, i), "samples"))
			return i;
	return COLUMN_NONE;
}

/*
 * What one sample weighs where nothing counts them: the period that the file names, if it is of the
 * same unit, else what divides all weights. A weight taken for as many samples would make any noise
 * look certain.
 */
static uint64_t
weight_of_one(const Pprof__Profile *message, size_t column)
{
	const Pprof__ValueType *period = message->period_type;
	struct pprof_text unit = pprof_text(message, message->sample_type[column]->unit);
	uint64_t common = 0;

	if (message->period > 0 && period != NULL) {
		struct pprof_text other = pprof_text(message, period->unit);

		if (other.length == unit.length && memcmp(other.data, unit.data, unit.length) == 0)
			return (uint64_t)message->period;
	}
	for (size_t i = 0; i < message->n_sample && common != 1; i++) {
		int64_t value = message->sample[i]->n_value > column
					? message->sample[i]->value[column]
					: 0;
		uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;

		while (rest != 0) {
			uint64_t next = common % rest;

			common = rest;
			rest = next;
		}
	}
	return common >= PERIOD_MIN ? common : 0;
}

static void
copy_text(char *to, size_t size, struct pprof_text text)
{
	size_t length = text.length < size - 1 ? text.length : size - 1;

	memcpy(to, text.data, length);
	to[length] = '\0';
}

/* Every sample type is an event; the file's default, else its last, is the one to count. */
static int
add_columns(struct pprof *parser, const Pprof__Profile *message, struct error *err)
{
	struct pprof_text wanted = pprof_text(message, message->default_sample_type);
	struct sample_axes *axes = parser->sink.axes;
	size_t preferred = message->n_sample_type - 1;

	if (message->n_sample_type == 0)
		return error_set(err, ERROR_INPUT, "%s: a pprof file without sample types",
				 parser->lines->name);
	if (message->n_sample_type > COLUMNS_MAX)
		return error_set(err, ERROR_LIMIT, "%s: over %d sample types", parser->lines->name,
				 COLUMNS_MAX);
	parser->column_count = message->n_sample_type;
	for (size_t i = 0; i < message->n_sample_type; i++) {
		struct pprof_text name = type_name(message, i);
		struct pprof_text unit = pprof_text(message, message->sample_type[i]->unit);
		struct column *column = &parser->columns[i];
		char event[64], units[64];

		if (text_is(unit, "nanoseconds"))
			unit = (struct pprof_text){ "ns", 2 };
		else if (text_is(unit, "count"))
			unit = (struct pprof_text){ "samples", 7 };
		copy_text(event, sizeof(event), name);
		copy_text(units, sizeof(units), unit);
		column->event = sample_event_add(axes, event, units);
		column->samples = count_column(message, i);
		if (column->samples == COLUMN_NONE)
			column->each = weight_of_one(message, i);
		if (wanted.length > 0 && name.length == wanted.length &&
		    memcmp(name.data, wanted.data, name.length) == 0)
			preferred = i;
	}
	sample_event_prefer(axes, parser->columns[preferred].event);
	return 0;
}

static void
learn(struct pprof *parser, const Pprof__Profile *message)
{
	struct sample_facts *known = &parser->facts;

	if (message->duration_nanos > 0)
		known->duration = message->duration_nanos / NANOSECONDS;
	if (message->time_nanos > 0)
		known->captured = message->time_nanos / NANOSECONDS + known->duration;
}

/* ---- samples ---- */

/* Index of the location (leaf first) where a stack ends after drop_frames. */
static size_t
dropped_below(const Pprof__Sample *sample, const struct pprof_frames *frames)
{
	bool kept = false;

	for (size_t i = sample->n_location_id; i > 0; i--) {
		const struct pprof_place *place =
			pprof_place_of(frames, sample->location_id[i - 1]);

		if (place == NULL || (!place->drop && !place->drop_beneath))
			kept = true;
		else if (kept)
			return place->drop ? i : i - 1;
	}
	return 0;
}

/* From the leaf: a stack that is too deep loses its root end. False: a location that is not there.
 */
static bool
add_stack(struct pprof *parser, const Pprof__Sample *sample, const struct pprof_frames *frames,
	  uint32_t *stack)
{
	static const char truncated[] = "[truncated]";
	uint32_t top = PROFILE_DEPTH_MAX;

	for (size_t i = dropped_below(sample, frames); i < sample->n_location_id; i++) {
		const struct pprof_place *place = pprof_place_of(frames, sample->location_id[i]);

		if (place == NULL)
			return false;
		for (uint32_t f = place->count; f > 0 && top > 1; f--)
			parser->frames[--top] = frames->frames[place->first + f - 1];
	}
	if (top <= 1 || top == PROFILE_DEPTH_MAX) {
		const char *name = top <= 1 ? truncated : "[unknown]";

		parser->frames[--top] =
			sample_frame_add(parser->sink.profile,
					 &(struct sample_frame){ .function = name,
								 .function_length = strlen(name),
								 .kind = FRAME_UNKNOWN });
	}
	*stack = profile_add_stack(parser->sink.profile, parser->frames + top,
				   PROFILE_DEPTH_MAX - top, 0, 0);
	return true;
}

/* The labels of a sample that make windows of their own: the base side of a difference, and the one
 * that was asked for (--by KEY). */
static int
label_sample(struct pprof *parser, const Pprof__Profile *message, const Pprof__Sample *from,
	     bool negative, uint32_t *labels, struct error *err)
{
	struct sample_axes *axes = parser->sink.axes;
	char value[32];

	*labels = SAMPLE_LABELS_NONE;
	if (negative)
		return sample_label_add(axes, "side", "before", 6, labels, err);
	for (size_t i = 0; i < from->n_label && axes->by != NULL; i++) {
		const Pprof__Label *label = from->label[i];
		struct pprof_text text = pprof_text(message, label->str);

		if (!text_is(pprof_text(message, label->key), axes->by))
			continue;
		if (text.length == 0) {
			snprintf(value, sizeof(value), "%lld", (long long)label->num);
			text = (struct pprof_text){ value, strlen(value) };
		}
		return sample_label_add(axes, axes->by, text.data, text.length, labels, err);
	}
	return 0;
}

/* How many samples a weight stands for; not less than one. */
static int64_t
samples_in(const struct column *column, int64_t weight)
{
	uint64_t size = weight < 0 ? -(uint64_t)weight : (uint64_t)weight, count = 1;

	if (column->each > 0)
		count = size / column->each + (size % column->each > column->each / 2);
	return weight != 0 && count == 0 ? 1 : (int64_t)count;
}

static int
give_column(struct pprof *parser, const Pprof__Profile *message, const Pprof__Sample *from,
	    const struct column *column, struct sample *sample, struct error *err)
{
	size_t at = (size_t)(column - parser->columns);
	int64_t weight = from->value[at];
	int64_t samples = column->samples != COLUMN_NONE ? from->value[column->samples]
							 : samples_in(column, weight);
	bool negative = weight < 0 || samples < 0;

	if (weight == 0 && samples == 0)
		return 0;
	sample->weight = weight < 0 ? -(uint64_t)weight : (uint64_t)weight;
	sample->samples = samples < 0 ? -(uint64_t)samples : (uint64_t)samples;
	if (sample->weight > SAMPLE_COUNT_MAX || sample->samples > SAMPLE_COUNT_MAX)
		return import_lines_bad(parser->lines, err, "a sample's value is too large");
	sample->event = column->event;
	if (label_sample(parser, message, from, negative, &sample->labels, err) < 0)
		return -1;
	parser->facts.digest += mix(mix(mix(sample->stack, sample->weight), sample->samples),
				    sample->event ^ (uint64_t)sample->labels << 32);
	return parser->sink.sample(parser->sink.user, sample, err);
}

static int
add_sample(struct pprof *parser, const Pprof__Profile *message, const Pprof__Sample *from,
	   const struct pprof_frames *frames, struct error *err)
{
	struct sample sample = { .time = SAMPLE_TIME_UNKNOWN };

	parser->lines->number++;
	if (from->n_value < parser->column_count)
		return import_lines_bad(parser->lines, err, "a sample without its values");
	if (!add_stack(parser, from, frames, &sample.stack))
		return import_lines_bad(parser->lines, err,
					"a sample of a location that is not in the file");
	for (size_t i = 0; i < parser->column_count; i++) {
		const struct column *column = &parser->columns[i];

		if (!sample_event_counted(parser->sink.axes, column->event)) {
			sample_event_skip(parser->sink.axes, column->event, from->value[i] != 0);
		} else if (give_column(parser, message, from, column, &sample, err) < 0) {
			return -1;
		}
	}
	return 0;
}

static int
add_samples(struct pprof *parser, const Pprof__Profile *message, struct error *err)
{
	struct pprof_frames frames;
	int result;

	if (add_columns(parser, message, err) < 0)
		return -1;
	learn(parser, message);
	result =
		pprof_frames_make(&frames, message, parser->sink.profile, parser->lines->name, err);
	for (size_t i = 0; i < message->n_sample && result == 0; i++)
		result = add_sample(parser, message, message->sample[i], &frames, err);
	pprof_frames_release(&frames);
	return result;
}

static int
read_document(void *state, const char *data, size_t length, struct error *err)
{
	struct pprof *parser = state;
	struct protobuf_memory memory;
	Pprof__Profile *message;
	int result;

	protobuf_memory_init(&memory, length);
	message = pprof__profile__unpack(&memory.allocator, length, (const uint8_t *)data);
	if (message == NULL) {
		protobuf_memory_release(&memory);
		return error_set(err, ERROR_INPUT, "%s: damaged, or no pprof file after all",
				 parser->lines->name);
	}
	result = add_samples(parser, message, err);
	protobuf_memory_release(&memory);
	return result;
}

/* One varint; false where it does not end before the data does. */
static bool
take_varint(const unsigned char **at, const unsigned char *end, uint64_t *value)
{
	*value = 0;
	for (int shift = 0; *at < end && shift < 64; shift += 7) {
		unsigned char byte = *(*at)++;

		*value |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80)
			return true;
	}
	return false;
}

/*
 * A message of profile.proto has no mark of its own, but only fields 1 to 15, each of one wire
 * type (repeated numbers may be packed). All fields that are at hand must be so.
 */
static bool
recognise(const char *data, size_t length)
{
	enum {
		NUMBERS = 1 << 7 | 1 << 8 | 1 << 9 | 1 << 10 | 1 << 12 | 1 << 13 | 1 << 14 | 1 << 15
	};
	enum { MESSAGES = 1 << 1 | 1 << 2 | 1 << 3 | 1 << 4 | 1 << 5 | 1 << 6 | 1 << 11 | 1 << 13 };
	const unsigned char *at = (const unsigned char *)data, *end = at + length;
	size_t fields = 0;

	while (at < end) {
		uint64_t key, value;

		if (!take_varint(&at, end, &key))
			return fields > 1;
		if (key >> 3 == 0 || key >> 3 > 15)
			return false;
		if (!((key & 7) == 0 && (NUMBERS >> (key >> 3) & 1)) &&
		    !((key & 7) == 2 && (MESSAGES >> (key >> 3) & 1)))
			return false;
		if (!take_varint(&at, end, &value))
			return fields > 1;
		fields++;
		if ((key & 7) == 2 && value >= (uint64_t)(end - at))
			return value == (uint64_t)(end - at) || length >= SNIFFED;
		if ((key & 7) == 2)
			at += value;
	}
	return fields > 0;
}

const struct profile_format profile_format_pprof = {
	.name = "pprof",
	.recognise = recognise,
	.create = create,
	.read = read_document,
	.facts = facts,
	.destroy = destroy,
};
