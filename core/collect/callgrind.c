/*
 * Callgrind's output to samples. Called by profile_read.c through its table.
 *
 * The format has no stacks: it knows what each function cost itself, and for each call from one
 * function to another what the callee cost in all. Stacks are made as gprof makes its call graph
 * (Graham, Kessler, McKusick 1982): a function's cost is shared out over its callers in proportion
 * to what their calls cost. That is exact for the self cost of every function and for each call on
 * its own; of longer paths it is an estimate. Paths that carry less than PATH_SHARE_MIN of all, or
 * come back to a function that is on them already, end there with all their cost in the last
 * frame.
 *
 * Cost is what --event names, else the first event of the file ("Ir", instructions).
 */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/intern.h"
#include "core/base/memory.h"
#include "core/base/vec.h"
#include "core/collect/profile_format.h"
#include "core/collect/weighed.h"

#define PATH_SHARE_MIN 1e-4
#define PATHS_MAX 1000000
#define EVENTS_MAX 32
#define SAMPLES 10000.0 /* the cost is exact and no sample at all: shown as so many */
#define NONE UINT32_MAX

struct call {
	uint32_t callee;
	double cost; /* inclusive */
};

struct function {
	uint32_t frame;
	double self, called; /* called: what all calls to it cost */
	struct call *calls;
	size_t call_count, call_capacity;
	bool on_path;
};

/* "(12)" to the name that was said with it, apart for functions, files and objects. */
struct numbers {
	struct intern keys;
	uint32_t *names; /* of texts */
	size_t capacity;
};

struct callgrind {
	struct sample_sink sink;
	struct import_lines *lines;
	struct sample_facts facts;
	struct intern texts, function_keys, call_keys;
	VEC(uint32_t) call_places; /* by call key: in the caller's calls */
	struct numbers functions_known, files_known, objects_known;
	VEC(struct function) functions;
	uint32_t file, object, callee_file, callee_object; /* texts */
	uint32_t function, callee;                         /* of functions, or NONE */
	bool after_calls, counted;
	int positions, event; /* event: which of the costs */
	struct weighed weighed;
	size_t paths;
	double total;
	uint32_t frames[PROFILE_DEPTH_MAX];
};

static void *
create(const struct sample_sink *sink, struct import_lines *lines)
{
	struct callgrind *parser = memory_alloc(sizeof(*parser));

	parser->sink = *sink;
	parser->lines = lines;
	parser->facts.first = parser->facts.last = SAMPLE_TIME_UNKNOWN;
	parser->positions = 1;
	parser->function = parser->callee = parser->callee_file = parser->callee_object = NONE;
	intern_init(&parser->texts);
	intern_init(&parser->function_keys);
	intern_init(&parser->call_keys);
	intern_init(&parser->functions_known.keys);
	intern_init(&parser->files_known.keys);
	intern_init(&parser->objects_known.keys);
	intern_add(&parser->texts, "", 0);
	return parser;
}

static void
destroy(void *state)
{
	struct callgrind *parser = state;
	struct numbers *const tables[] = { &parser->functions_known, &parser->files_known,
					   &parser->objects_known };

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		intern_release(&tables[i]->keys);
		free(tables[i]->names);
	}
	for (size_t i = 0; i < parser->functions.count; i++)
		free(parser->functions.items[i].calls);
	vec_release(&parser->functions);
	intern_release(&parser->texts);
	intern_release(&parser->function_keys);
	intern_release(&parser->call_keys);
	vec_release(&parser->call_places);
	weighed_release(&parser->weighed);
	free(parser);
}

static const struct sample_facts *
facts(const void *state)
{
	return &((const struct callgrind *)state)->facts;
}

/* ---- names ---- */

/* "(3) name" says what (3) is from here on, "(3)" alone means it again, "name" is itself. */
static uint32_t
read_name(struct callgrind *parser, struct numbers *known, const char *text, size_t length)
{
	const char *close = length > 0 && text[0] == '(' ? memchr(text, ')', length) : NULL;
	size_t key_length = close != NULL ? (size_t)(close + 1 - text) : 0;
	uint32_t key, name, count;

	if (close == NULL || key_length < 3 || !isdigit((unsigned char)text[1]))
		return intern_add(&parser->texts, text, length);
	count = known->keys.count;
	key = intern_add(&known->keys, text, key_length);
	if (key >= known->capacity)
		known->names = vec_grow(known->names, &known->capacity, (size_t)key + 1,
					sizeof(*known->names));
	if (key == count)
		known->names[key] = 0; /* "" until it is said */
	text += key_length;
	length -= key_length;
	while (length > 0 && *text == ' ') {
		text++;
		length--;
	}
	if (length == 0)
		return known->names[key];
	name = intern_add(&parser->texts, text, length);
	known->names[key] = name;
	return name;
}

static uint32_t
find_function(struct callgrind *parser, uint32_t name, uint32_t file, uint32_t object)
{
	uint32_t key[3] = { name, file, object };
	uint32_t number = intern_add(&parser->function_keys, key, sizeof(key));
	const struct intern_entry *texts = parser->texts.entries;

	if (number == parser->functions.count) {
		struct sample_frame frame = {
			.function = texts[name].data,
			.function_length = texts[name].length,
			.module = texts[object].data,
			.module_length = texts[object].length,
			.file = texts[file].data,
			.file_length = texts[file].length,
			.kind = FRAME_USER,
		};

		if (frame.file_length == 3 && memcmp(frame.file, "???", 3) == 0)
			frame.file_length = 0;
		vec_push(&parser->functions,
			 (struct function){
				 .frame = sample_frame_add(parser->sink.profile, &frame) });
	}
	return number;
}

/* ---- lines ---- */

static bool
take_key(const char **at, const char *end, const char *key)
{
	size_t length = strlen(key);

	if ((size_t)(end - *at) < length || memcmp(*at, key, length) != 0)
		return false;
	*at += length;
	return true;
}

/* The index-th word's number; false: there is none. A position may be "+3", "-3", "*". */
static bool
read_word(const char **at, const char *end, double *value)
{
	char word[32];
	const char *from;
	size_t length;
	char *stop;

	while (*at < end && **at == ' ')
		(*at)++;
	from = *at;
	while (*at < end && **at != ' ')
		(*at)++;
	length = (size_t)(*at - from);
	if (length == 0 || length >= sizeof(word))
		return false;
	memcpy(word, from, length);
	word[length] = '\0';
	*value = word[0] == '*' ? 0 : strtod(word, &stop);
	return word[0] == '*' || *stop == '\0';
}

/* "events: Ir Dr Bc": which of them is counted decides which cost of a line is read. */
static void
read_events(struct callgrind *parser, const char *at, const char *end)
{
	struct sample_axes *axes = parser->sink.axes;
	bool found = false;

	for (int column = 0; at < end && column < EVENTS_MAX; column++) {
		char name[64];
		const char *from;
		uint32_t event;

		while (at < end && *at == ' ')
			at++;
		from = at;
		while (at < end && *at != ' ')
			at++;
		if (at == from)
			break;
		snprintf(name, sizeof(name), "%.*s", (int)(at - from), from);
		event = sample_event_add(axes, name, name);
		if (!found && sample_event_counted(axes, event)) {
			found = true;
			parser->event = column;
			parser->weighed.event = event;
		} else {
			sample_event_skip(axes, event, 1);
		}
	}
	parser->counted = found;
}

static void
add_call(struct callgrind *parser, uint32_t caller, uint32_t callee, double cost)
{
	struct function *function = &parser->functions.items[caller];
	uint32_t key[2] = { caller, callee };
	uint32_t number = intern_add(&parser->call_keys, key, sizeof(key));

	parser->functions.items[callee].called += cost;
	if (number < parser->call_places.count) {
		function->calls[parser->call_places.items[number]].cost += cost;
		return;
	}
	vec_push(&parser->call_places, (uint32_t)function->call_count);
	if (function->call_count == function->call_capacity)
		function->calls = vec_grow(function->calls, &function->call_capacity,
					   function->call_count + 1, sizeof(*function->calls));
	function->calls[function->call_count++] = (struct call){ callee, cost };
}

static int
read_cost(struct callgrind *parser, const char *at, const char *end, struct error *err)
{
	double value = 0;
	bool after_calls = parser->after_calls;

	parser->after_calls = false;
	for (int i = 0; i < parser->positions; i++)
		if (!read_word(&at, end, &value))
			return import_lines_bad(parser->lines, err, "a cost without its position");
	for (int i = 0; i <= parser->event; i++)
		if (!read_word(&at, end, &value))
			value = 0; /* costs at the end that are 0 may be left out */
	if (!(value >= 0) || value > 1e15)
		return import_lines_bad(parser->lines, err, "a cost that is no number");
	if (parser->function == NONE)
		return import_lines_bad(parser->lines, err, "a cost of no function");
	if (!after_calls)
		parser->functions.items[parser->function].self += value;
	else if (parser->callee != NONE)
		add_call(parser, parser->function, parser->callee, value);
	return 0;
}

static bool
read_place(struct callgrind *parser, const char *at, const char *end)
{
	if (take_key(&at, end, "fn=")) {
		uint32_t name = read_name(parser, &parser->functions_known, at, (size_t)(end - at));

		parser->function = find_function(parser, name, parser->file, parser->object);
		parser->callee = NONE;
	} else if (take_key(&at, end, "cfn=")) {
		uint32_t name = read_name(parser, &parser->functions_known, at, (size_t)(end - at));

		parser->callee = find_function(
			parser, name,
			parser->callee_file != NONE ? parser->callee_file : parser->file,
			parser->callee_object != NONE ? parser->callee_object : parser->object);
		parser->callee_file = parser->callee_object = NONE;
	} else if (take_key(&at, end, "fl=")) {
		parser->file = read_name(parser, &parser->files_known, at, (size_t)(end - at));
	} else if (take_key(&at, end, "cfi=") || take_key(&at, end, "cfl=")) {
		parser->callee_file =
			read_name(parser, &parser->files_known, at, (size_t)(end - at));
	} else if (take_key(&at, end, "fi=") || take_key(&at, end, "fe=")) {
		read_name(parser, &parser->files_known, at, (size_t)(end - at));
	} else if (take_key(&at, end, "ob=")) {
		parser->object = read_name(parser, &parser->objects_known, at, (size_t)(end - at));
	} else if (take_key(&at, end, "cob=")) {
		parser->callee_object =
			read_name(parser, &parser->objects_known, at, (size_t)(end - at));
	} else {
		return false;
	}
	return true;
}

static int
read_line(struct callgrind *parser, const char *at, const char *end, struct error *err)
{
	parser->lines->number++;
	while (end > at && (end[-1] == '\r' || end[-1] == ' '))
		end--;
	while (at < end && *at == ' ')
		at++;
	if (at == end || *at == '#')
		return 0;
	if (isdigit((unsigned char)*at) || *at == '+' || *at == '-' || *at == '*')
		return read_cost(parser, at, end, err);
	if (read_place(parser, at, end))
		return 0;
	if (take_key(&at, end, "calls=")) {
		parser->after_calls = true;
	} else if (take_key(&at, end, "events:")) {
		read_events(parser, at, end);
	} else if (take_key(&at, end, "positions:")) {
		bool instructions = memmem(at, (size_t)(end - at), "instr", 5) != NULL;
		bool line = memmem(at, (size_t)(end - at), "line", 4) != NULL;

		parser->positions = instructions && line ? 2 : 1;
	} else if (memchr(at, ':', (size_t)(end - at)) == NULL && !take_key(&at, end, "jump=") &&
		   !take_key(&at, end, "jcnd=")) {
		import_lines_skip(parser->lines, "not a line of callgrind's format");
	}
	return 0;
}

static int
feed(void *state, const char *data, size_t length, struct error *err)
{
	struct callgrind *parser = state;
	const char *at = data, *end = data + length;

	parser->facts.digest =
		(parser->facts.digest ^ intern_hash(data, length)) * UINT64_C(0xff51afd7ed558ccd);
	while (at < end) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));

		if (stop == NULL)
			stop = end;
		if (read_line(parser, at, stop, err) < 0)
			return -1;
		at = stop + 1;
	}
	return 0;
}

/* ---- stacks ---- */

static void
give_path(struct callgrind *parser, uint32_t depth, double weight)
{
	parser->paths++;
	weighed_add(&parser->weighed,
		    profile_add_stack(parser->sink.profile, parser->frames, depth, 0, 0), weight);
}

/* What a function costs in all, by its own account. */
static double
inclusive(const struct function *function)
{
	double sum = function->self;

	for (size_t i = 0; i < function->call_count; i++)
		sum += function->calls[i].cost;
	return sum;
}

/* One function on the path that is being walked. */
struct step {
	uint32_t function;
	size_t next; /* call */
	double scale;
};

/*
 * All paths that begin at a function, of which cost belongs to them. A path is at most as long as
 * there are functions, since none is on it twice.
 */
static void
walk(struct callgrind *parser, uint32_t root, double cost)
{
	VEC(struct step) path = { 0 };
	double all = inclusive(&parser->functions.items[root]);

	if (!(all > 0) || !(cost > 0))
		return;
	vec_push(&path, (struct step){ root, 0, cost / all });
	while (path.count > 0) {
		struct step *step = &path.items[path.count - 1];
		struct function *function = &parser->functions.items[step->function];
		uint32_t depth = (uint32_t)path.count;
		const struct call *call;
		struct function *callee;
		double weight;

		if (step->next == 0) {
			function->on_path = true;
			parser->frames[depth - 1] = function->frame;
			if (function->self > 0)
				give_path(parser, depth, function->self * step->scale);
		}
		if (step->next == function->call_count) {
			function->on_path = false;
			path.count--;
			continue;
		}
		call = &function->calls[step->next++];
		callee = &parser->functions.items[call->callee];
		weight = call->cost * step->scale;
		parser->frames[depth] = callee->frame;
		all = inclusive(callee);
		if (callee->on_path || depth + 2 > PROFILE_DEPTH_MAX || !(all > 0) ||
		    weight < parser->total * PATH_SHARE_MIN || parser->paths > PATHS_MAX)
			give_path(parser, depth + 1, weight);
		else
			vec_push(&path, (struct step){ call->callee, 0, weight / all });
	}
	vec_release(&path);
}

static int
finish(void *state, struct error *err)
{
	struct callgrind *parser = state;

	if (!parser->counted) /* nothing is left, which profile_read.c says */
		return 0;
	for (size_t i = 0; i < parser->functions.count; i++)
		parser->total += parser->functions.items[i].self;
	/* What calls do not account for was begun by nobody: those are the roots. */
	for (uint32_t i = 0; i < parser->functions.count; i++) {
		const struct function *function = &parser->functions.items[i];

		walk(parser, i, fmax(inclusive(function) - function->called, 0));
	}
	return weighed_give(&parser->weighed, fmin(SAMPLES, parser->weighed.total), &parser->sink,
			    err);
}

const struct profile_format profile_format_callgrind = {
	.name = "callgrind",
	.create = create,
	.feed = feed,
	.finish = finish,
	.facts = facts,
	.destroy = destroy,
};
