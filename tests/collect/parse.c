/* Profiles as readable lines; see parse.h. */
#include "tests/collect/parse.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/path.h"
#include "core/base/strings.h"
#include "core/base/vec.h"

/* What was counted for one stack of one event and set of labels. */
struct sum {
	uint32_t stack, event, labels;
	uint64_t samples, weight;
};

struct sums {
	struct profile profile;
	struct intern keys;
	VEC(struct sum) all;
	const struct sample_axes *axes;
};

static int
take(void *user, const struct sample *sample, struct error *err)
{
	struct sums *sums = user;
	const uint32_t key[3] = { sample->stack, sample->event, sample->labels };
	uint32_t number;

	(void)err;
	ck_assert_uint_lt(sample->stack, sums->profile.stack_count);
	ck_assert(sample_event_counted(sums->axes, sample->event));
	ck_assert_uint_lt(sample->labels, sums->axes->sets.count);
	number = intern_add(&sums->keys, key, sizeof(key));
	if (number == sums->all.count)
		vec_push(&sums->all, (struct sum){ key[0], key[1], key[2], 0, 0 });
	sums->all.items[number].samples += sample->samples;
	sums->all.items[number].weight += sample->weight;
	return 0;
}

static void
write_frame(struct str *out, const struct profile_frame *frame)
{
	static const char kinds[] = "ukij?";

	str_add(out, frame->function);
	if (frame->kind == FRAME_USER && frame->module[0] == '\0' && frame->file[0] == '\0')
		return;
	str_addf(out, "{%c:%s", kinds[frame->kind], frame->module);
	if (frame->file[0] != '\0')
		str_addf(out, " %s:%u", frame->file, frame->line);
	str_add_char(out, '}');
}

/* "[page-faults cpu=3] " where there is anything to say. */
static void
write_axes(struct str *out, const struct parse *parse, const struct sum *sum)
{
	struct strings labels = { 0 };

	sample_labels_get(&parse->axes, sum->labels, &labels);
	if (parse->all)
		strings_add(&labels, parse->axes.events[sum->event].name);
	if (labels.count > 0) {
		str_add_char(out, '[');
		strings_join(&labels, " ", out);
		str_add(out, "] ");
	}
	strings_release(&labels);
}

static void
write_stacks(struct parse *parse, const struct sums *sums)
{
	struct strings lines = { 0 };
	struct str line;

	str_init(&line, STR_MAX_BULK);
	for (size_t i = 0; i < sums->all.count; i++) {
		const struct sum *sum = &sums->all.items[i];
		const struct profile_stack *stack = &sums->profile.stacks[sum->stack];

		str_clear(&line);
		write_axes(&line, parse, sum);
		for (uint32_t f = 0; f < stack->depth; f++) {
			str_add(&line, f > 0 ? ";" : "");
			write_frame(&line, &sums->profile.frames[stack->frames[f]]);
		}
		strings_addf(&lines, "%llu %llu %s", (unsigned long long)sum->samples,
			     (unsigned long long)sum->weight, line.data);
		parse->samples += sum->samples;
		parse->weight += sum->weight;
	}
	strings_sort(&lines);
	for (size_t i = 0; i < lines.count; i++)
		str_addf(&parse->dump, "%s\n", lines.items[i]);
	strings_release(&lines);
	str_release(&line);
}

/* Gives the text `piece` lines at a time, each time in memory of its own so that stale pointers
 * show. */
static int
feed_pieces(struct parse *parse, void *parser, const char *text, size_t length)
{
	size_t at = 0;
	int result = 0;

	if (parse->format->read != NULL)
		return parse->format->read(parser, text, length, &parse->err);
	while (at < length && result == 0) {
		size_t stop = at, lines = 0;
		char *copy;

		while (stop < length && (parse->piece == 0 || lines < parse->piece))
			lines += text[stop++] == '\n';
		copy = memory_copy(text + at, stop - at);
		result = parse->format->feed(parser, copy, stop - at, &parse->err);
		free(copy);
		at = stop;
	}
	return result;
}

int
parse_text(struct parse *parse, const char *text, size_t length)
{
	struct sums sums = { 0 };
	const struct sample_sink sink = {
		.profile = &sums.profile, .axes = &parse->axes, .sample = take, .user = &sums
	};
	void *parser;
	int result;

	profile_init(&sums.profile);
	intern_init(&sums.keys);
	sums.axes = &parse->axes;
	sample_axes_init(&parse->axes, parse->event, parse->all, parse->by);
	str_init(&parse->dump, STR_MAX_BULK);
	parse->lines = (struct import_lines){ .name = "test", .keep_going = parse->keep_going };
	parse->err = (struct error){ 0 };
	parse->samples = parse->weight = 0;
	parser = parse->format->create(&sink, &parse->lines);
	result = feed_pieces(parse, parser, text, length);
	if (result == 0 && parse->format->finish != NULL)
		result = parse->format->finish(parser, &parse->err);
	parse->facts = *parse->format->facts(parser);
	parse->counted = (struct sample_event){ 0 };
	if (sample_event_first(&parse->axes) != NULL)
		parse->counted = *sample_event_first(&parse->axes);
	write_stacks(parse, &sums);
	parse->format->destroy(parser);
	vec_release(&sums.all);
	intern_release(&sums.keys);
	profile_release(&sums.profile);
	return result;
}

void
parse_release(struct parse *parse)
{
	str_release(&parse->dump);
	sample_axes_release(&parse->axes);
}

void
read_data(struct str *out, const char *name)
{
	char *path = memory_format("%s/tests/collect/data/%s", HEADROOM_SOURCE_DIR, name);
	struct error err = { 0 };

	str_init(out, STR_MAX_TEXT);
	ck_assert_msg(path_read_file(out, path, STR_MAX_TEXT, &err) == 0, "%s", err.text);
	free(path);
}
