/* Profiles as readable lines; see parse.h. */
#include "tests/collect/parse.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/path.h"
#include "core/base/strings.h"

struct sums {
	struct profile profile;
	uint64_t *samples, *weights;
	size_t room;
};

static int
take(void *user, const struct sample *sample, struct error *err)
{
	struct sums *sums = user;

	(void)err;
	ck_assert_uint_lt(sample->stack, sums->profile.stack_count);
	if (sample->stack >= sums->room) {
		size_t room = (size_t)sample->stack * 2 + 16;

		sums->samples = memory_resize(sums->samples, room, sizeof(uint64_t));
		sums->weights = memory_resize(sums->weights, room, sizeof(uint64_t));
		for (; sums->room < room; sums->room++)
			sums->samples[sums->room] = sums->weights[sums->room] = 0;
	}
	sums->samples[sample->stack] += sample->samples;
	sums->weights[sample->stack] += sample->weight;
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

static void
write_stacks(struct parse *parse, const struct sums *sums)
{
	struct strings lines = { 0 };
	struct str line;

	str_init(&line, STR_MAX_BULK);
	for (size_t i = 0; i < sums->profile.stack_count; i++) {
		const struct profile_stack *stack = &sums->profile.stacks[i];

		str_clear(&line);
		for (uint32_t f = 0; f < stack->depth; f++) {
			str_add(&line, f > 0 ? ";" : "");
			write_frame(&line, &sums->profile.frames[stack->frames[f]]);
		}
		if (i < sums->room && sums->samples[i] > 0)
			strings_addf(&lines, "%llu %llu %s", (unsigned long long)sums->samples[i],
				     (unsigned long long)sums->weights[i], line.data);
		parse->samples += i < sums->room ? sums->samples[i] : 0;
		parse->weight += i < sums->room ? sums->weights[i] : 0;
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
	const struct sample_sink sink = { .profile = &sums.profile, .sample = take, .user = &sums };
	void *parser;
	int result;

	profile_init(&sums.profile);
	str_init(&parse->dump, STR_MAX_BULK);
	parse->lines = (struct import_lines){ .name = "test", .keep_going = parse->keep_going };
	parse->err = (struct error){ 0 };
	parse->samples = parse->weight = 0;
	parser = parse->format->create(&sink, &parse->lines, parse->event);
	result = feed_pieces(parse, parser, text, length);
	if (result == 0)
		result = parse->format->finish(parser, &parse->err);
	parse->facts = *parse->format->facts(parser);
	write_stacks(parse, &sums);
	parse->format->destroy(parser);
	free(sums.samples);
	free(sums.weights);
	profile_release(&sums.profile);
	return result;
}

void
parse_release(struct parse *parse)
{
	str_release(&parse->dump);
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
