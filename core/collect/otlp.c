/*
 * OpenTelemetry profiles (ProfilesData of v1development, as opentelemetry-proto 1.10 and 1.11 have
 * it, and the collector's request, which has the same fields) to samples. Called by profile_read.c
 * through its table.
 *
 * Each profile has one sample type, which is an event; what is counted where none is asked for is
 * the first, as the format recommends to show. Values of another unit than a count are weights;
 * samples are then their times, else weight / period, else one for each value. Attributes of
 * samples and of their resource are labels (--by thread.name, --by service.name). Samples are given
 * in the order of their times, so that windows of a split begin with the earliest.
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/vec.h"
#include "core/collect/otlp_private.h"
#include "core/collect/profile_format.h"
#include "core/collect/protobuf_memory.h"

#define SNIFFED ((size_t)32 * 1024) /* a message may be cut off past this many bytes */
#define NANOSECONDS 1000            /* in a microsecond */

struct otlp {
	struct sample_sink sink;
	struct import_lines *lines;
	struct sample_facts facts;
	VEC(struct sample) samples;
	/* of the profile at hand */
	const Otlp__Dictionary *dictionary;
	const Otlp__Resource *resource;
	const Otlp__Profile *profile;
	uint32_t event;
	bool counts; /* its values are counts of samples */
};

static void *
create(const struct sample_sink *sink, struct import_lines *lines)
{
	struct otlp *parser = memory_alloc(sizeof(*parser));

	parser->sink = *sink;
	parser->lines = lines;
	parser->facts.first = parser->facts.last = SAMPLE_TIME_UNKNOWN;
	return parser;
}

static void
destroy(void *state)
{
	struct otlp *parser = state;

	vec_release(&parser->samples);
	free(parser);
}

static const struct sample_facts *
facts(const void *state)
{
	return &((const struct otlp *)state)->facts;
}

static uint64_t
mix(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * UINT64_C(0x9e3779b97f4a7c15);
	return hash ^ (hash >> 29);
}

static int64_t
microseconds(uint64_t nanoseconds)
{
	return (int64_t)(nanoseconds / NANOSECONDS);
}

/* ---- labels ---- */

static struct otlp_text
resource_attribute(const struct otlp *parser, const char *key, char room[OTLP_TEXT_SIZE])
{
	const Otlp__Resource *resource = parser->resource;

	for (size_t i = 0; resource != NULL && i < resource->n_attributes; i++) {
		const Otlp__KeyValue *pair = resource->attributes[i];
		struct otlp_text name = { (const char *)pair->key.data, pair->key.len };

		if (name.length == 0)
			name = otlp_string(parser->dictionary, pair->key_strindex);
		if (otlp_text_is(name, key))
			return otlp_value(parser->dictionary, pair->value, room);
	}
	return (struct otlp_text){ "", 0 };
}

static int
label_sample(const struct otlp *parser, const Otlp__Sample *from, uint32_t *labels,
	     struct error *err)
{
	struct sample_axes *axes = parser->sink.axes;
	char room[OTLP_TEXT_SIZE];
	struct otlp_text text;

	*labels = SAMPLE_LABELS_NONE;
	if (axes->by == NULL)
		return 0;
	text = otlp_attribute(parser->dictionary, from->attribute_indices,
			      from->n_attribute_indices, axes->by, room);
	if (text.length == 0)
		text = resource_attribute(parser, axes->by, room);
	if (text.length == 0)
		return 0;
	return sample_label_add(axes, axes->by, text.data, text.length, labels, err);
}

/* ---- samples ---- */

/* How many samples a weight stands for. */
static uint64_t
samples_of(const struct otlp *parser, uint64_t weight, size_t values)
{
	const Otlp__Profile *profile = parser->profile;

	if (parser->counts)
		return weight;
	if (values == 1 && profile->period > 0 && profile->period_type != NULL &&
	    profile->period_type->unit_strindex == profile->sample_type->unit_strindex) {
		uint64_t period = (uint64_t)profile->period;

		return weight / period + (weight % period >= period - period / 2);
	}
	return values;
}

static void
keep(struct otlp *parser, struct sample *sample, uint64_t weight, size_t values)
{
	sample->weight = weight;
	sample->samples = samples_of(parser, weight, values);
	if (sample->samples == 0 && weight > 0)
		sample->samples = 1;
	if (weight == 0)
		return;
	parser->facts.digest +=
		mix(mix(mix(sample->stack, sample->weight), sample->samples),
		    (uint64_t)sample->time ^ sample->event ^ (uint64_t)sample->labels << 32);
	vec_push(&parser->samples, *sample);
}

/* One observation for each time, and each worth one where no values say more. */
static int
add_observations(struct otlp *parser, const Otlp__Sample *from, struct sample *sample,
		 struct error *err)
{
	size_t times = from->n_timestamps_unix_nano;

	if (from->n_values > 0 && from->n_values != times)
		return import_lines_bad(parser->lines, err,
					"a sample with %zu values and %zu times", from->n_values,
					times);
	for (size_t i = 0; i < times; i++) {
		int64_t weight = from->n_values > 0 ? from->values[i] : 1;

		if (weight < 0 || (uint64_t)weight > SAMPLE_COUNT_MAX)
			return import_lines_bad(parser->lines, err,
						"a sample's value is negative or too large");
		sample->time = microseconds(from->timestamps_unix_nano[i]);
		keep(parser, sample, (uint64_t)weight, 1);
	}
	return 0;
}

static int
add_values(struct otlp *parser, const Otlp__Sample *from, struct sample *sample, struct error *err)
{
	uint64_t sum = 0;

	if (from->n_values == 0)
		return import_lines_bad(parser->lines, err,
					"a sample without values and times (of an older version "
					"of the format, before 1.10?)");
	for (size_t i = 0; i < from->n_values; i++) {
		if (from->values[i] < 0 || (uint64_t)from->values[i] > SAMPLE_COUNT_MAX - sum)
			return import_lines_bad(parser->lines, err,
						"a sample's value is negative or too large");
		sum += (uint64_t)from->values[i];
	}
	keep(parser, sample, sum, from->n_values);
	return 0;
}

static int
add_sample(struct otlp *parser, const Otlp__Sample *from, struct otlp_stacks *stacks,
	   struct error *err)
{
	struct sample sample = { .event = parser->event, .time = SAMPLE_TIME_UNKNOWN };

	parser->lines->number++;
	if (!sample_event_counted(parser->sink.axes, parser->event)) {
		sample_event_skip(parser->sink.axes, parser->event,
				  from->n_timestamps_unix_nano > 0 ? from->n_timestamps_unix_nano
								   : 1);
		return 0;
	}
	sample.stack = otlp_stack(stacks, from->stack_index);
	if (sample.stack == OTLP_STACK_UNKNOWN)
		return import_lines_bad(parser->lines, err,
					"a sample of a stack that is not in the file");
	if (label_sample(parser, from, &sample.labels, err) < 0)
		return -1;
	if (from->n_timestamps_unix_nano > 0)
		return add_observations(parser, from, &sample, err);
	return add_values(parser, from, &sample, err);
}

/* ---- profiles ---- */

static void
copy_text(char *to, size_t size, struct otlp_text text)
{
	size_t length = text.length < size - 1 ? text.length : size - 1;

	memcpy(to, text.data, length);
	to[length] = '\0';
}

/* When the profiles began and ended, over all of them. */
static void
learn(struct otlp *parser, const Otlp__Profile *profile)
{
	struct sample_facts *known = &parser->facts;
	int64_t start = microseconds(profile->time_unix_nano);
	int64_t length = microseconds(profile->duration_nano);

	if (profile->time_unix_nano == 0 || length > INT64_MAX - start)
		return;
	if (known->first == SAMPLE_TIME_UNKNOWN || start < known->first)
		known->first = start;
	if (known->last == SAMPLE_TIME_UNKNOWN || start + length > known->last)
		known->last = start + length;
	known->captured = known->last;
}

static int
add_profile(struct otlp *parser, const Otlp__Profile *profile, struct otlp_stacks *stacks,
	    struct error *err)
{
	struct otlp_text unit = { "", 0 }, name = { "", 0 };
	char event[64], units[64];
	int result = 0;

	if (profile->sample_type != NULL) {
		name = otlp_string(parser->dictionary, profile->sample_type->type_strindex);
		unit = otlp_string(parser->dictionary, profile->sample_type->unit_strindex);
	}
	parser->counts = unit.length == 0 || otlp_text_is(unit, "count");
	if (parser->counts)
		unit = (struct otlp_text){ "samples", 7 };
	else if (otlp_text_is(unit, "nanoseconds"))
		unit = (struct otlp_text){ "ns", 2 };
	copy_text(event, sizeof(event), name);
	copy_text(units, sizeof(units), unit);
	parser->profile = profile;
	parser->event = sample_event_add(parser->sink.axes, event, units);
	if (sample_event_counted(parser->sink.axes, parser->event))
		learn(parser, profile);
	if (profile->n_samples > 0 && parser->dictionary->n_stack_table == 0)
		return error_set(
			err, ERROR_INPUT,
			"%s: OpenTelemetry profiles of a version before 1.10 (they have no "
			"table of stacks); those of opentelemetry-proto 1.10 and 1.11 are read",
			parser->lines->name);
	for (size_t i = 0; i < profile->n_samples && result == 0; i++)
		result = add_sample(parser, profile->samples[i], stacks, err);
	return result;
}

static int
add_profiles(struct otlp *parser, const Otlp__ProfilesData *message, struct otlp_stacks *stacks,
	     struct error *err)
{
	for (size_t r = 0; r < message->n_resource_profiles; r++) {
		const Otlp__ResourceProfiles *resource = message->resource_profiles[r];

		parser->resource = resource->resource;
		for (size_t s = 0; s < resource->n_scope_profiles; s++) {
			const Otlp__ScopeProfiles *scope = resource->scope_profiles[s];

			for (size_t i = 0; i < scope->n_profiles; i++)
				if (add_profile(parser, scope->profiles[i], stacks, err) < 0)
					return -1;
		}
	}
	return 0;
}

static int
compare_times(const void *a, const void *b)
{
	const struct sample *x = a, *y = b;

	return (x->time > y->time) - (x->time < y->time);
}

static int
give_samples(struct otlp *parser, struct error *err)
{
	struct sample_facts *known = &parser->facts;

	if (parser->samples.count == 0)
		return 0;
	qsort(parser->samples.items, parser->samples.count, sizeof(struct sample), compare_times);
	for (size_t i = 0; i < parser->samples.count; i++) {
		const struct sample *sample = &parser->samples.items[i];

		if (sample->time != SAMPLE_TIME_UNKNOWN) {
			if (known->first == SAMPLE_TIME_UNKNOWN || sample->time < known->first)
				known->first = sample->time;
			if (known->last == SAMPLE_TIME_UNKNOWN || sample->time > known->last)
				known->last = sample->time;
			known->captured = known->last;
		}
		if (parser->sink.sample(parser->sink.user, sample, err) < 0)
			return -1;
	}
	return 0;
}

static int
read_document(void *state, const char *data, size_t length, struct error *err)
{
	static const Otlp__Dictionary nothing = OTLP__DICTIONARY__INIT;
	struct otlp *parser = state;
	struct protobuf_memory memory;
	struct otlp_stacks *stacks;
	Otlp__ProfilesData *message;
	int result;

	protobuf_memory_init(&memory, length);
	message = otlp__profiles_data__unpack(&memory.allocator, length, (const uint8_t *)data);
	if (message == NULL) {
		protobuf_memory_release(&memory);
		return error_set(
			err, ERROR_INPUT,
			"%s: damaged, or OpenTelemetry profiles of a version before 1.10 (those of "
			"1.10 and 1.11 are read)",
			parser->lines->name);
	}
	parser->dictionary = message->dictionary != NULL ? message->dictionary : &nothing;
	stacks = otlp_stacks_new(parser->dictionary, parser->sink.profile);
	result = add_profiles(parser, message, stacks, err);
	if (result == 0)
		result = give_samples(parser, err);
	otlp_stacks_free(stacks);
	protobuf_memory_release(&memory);
	parser->dictionary = NULL;
	parser->resource = NULL;
	parser->profile = NULL;
	return result;
}

/* ---- sniffing ---- */

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
 * Like pprof it has no mark of its own. All of it is fields 1 (a resource's profiles) and 2 (the
 * dictionary); in both all members are messages or texts, while field 1 of pprof, a value type,
 * starts with a number.
 */
static bool
recognise(const char *data, size_t length)
{
	const unsigned char *at = (const unsigned char *)data, *end = at + length;
	bool any = false;

	while (at < end) {
		uint64_t key, value;

		if (!take_varint(&at, end, &key) || !take_varint(&at, end, &value))
			return any && length >= SNIFFED;
		if (key != (1 << 3 | 2) && key != (2 << 3 | 2))
			return false;
		if (value > 0 && at < end) {
			if ((*at & 7) != 2 || *at >> 3 == 0 || *at >> 3 > (key >> 3 == 1 ? 3 : 7))
				return false;
			any = any || key >> 3 == 1 || length >= SNIFFED;
		}
		if (value > (uint64_t)(end - at))
			return any && length >= SNIFFED;
		at += value;
	}
	return any;
}

const struct profile_format profile_format_otlp = {
	.name = "OpenTelemetry profiles",
	.recognise = recognise,
	.create = create,
	.read = read_document,
	.facts = facts,
	.destroy = destroy,
};
