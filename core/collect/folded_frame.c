/* Frames of folded stacks; see folded_frame.h. Called by folded.c. */
#include "core/collect/folded_frame.h"

#include <string.h>

static bool
is_digit(char byte)
{
	return byte >= '0' && byte <= '9';
}

/* The frame's kind by its mark, which is taken off. _[w] (a waker) stays in the name. */
static enum frame_kind
take_mark(const char *text, size_t *length)
{
	const char *mark = text + *length - 4;
	enum frame_kind kind;

	if (*length < 5 || mark[0] != '_' || mark[1] != '[' || mark[3] != ']')
		return FRAME_USER;
	if (mark[2] == 'k')
		kind = FRAME_KERNEL;
	else if (mark[2] == 'i')
		kind = FRAME_INLINED;
	else if (mark[2] == 'j')
		kind = FRAME_JIT;
	else
		return FRAME_USER;
	*length -= 4;
	return kind;
}

/* The number at the end of [from, to) and the colon before it; NULL: there is none. */
static const char *
take_line(const char *from, const char *to, uint32_t *line)
{
	const char *at = to;
	uint64_t number = 0;

	while (at > from && is_digit(at[-1]))
		at--;
	if (at == to || to - at > 9 || at - from < 2 || at[-1] != ':')
		return NULL;
	for (const char *digit = at; digit < to; digit++)
		number = number * 10 + (uint64_t)(*digit - '0');
	*line = (uint32_t)number;
	return at - 1;
}

/* "name (file:12)" */
static bool
take_place(struct sample_frame *frame)
{
	const char *from = frame->function, *to = from + frame->function_length - 1;
	const char *colon, *open;
	uint32_t line;

	if (frame->function_length < 7 || *to != ')')
		return false;
	colon = take_line(from, to, &line);
	if (colon == NULL)
		return false;
	open = memrchr(from, '(', (size_t)(colon - from));
	if (open == NULL || open < from + 2 || open[-1] != ' ' || open + 1 == colon)
		return false;
	frame->file = open + 1;
	frame->file_length = (size_t)(colon - frame->file);
	frame->line = line;
	frame->function_length = (size_t)(open - 1 - from);
	return true;
}

/* "file:name:12" */
static void
take_austin(struct sample_frame *frame)
{
	const char *from = frame->function;
	uint32_t line;
	const char *colon = take_line(from, from + frame->function_length, &line), *name;

	if (colon == NULL)
		return;
	name = memrchr(from, ':', (size_t)(colon - from));
	if (name == NULL || name == from || name + 1 == colon)
		return;
	frame->file = from;
	frame->file_length = (size_t)(name - from);
	frame->function = name + 1;
	frame->function_length = (size_t)(colon - name - 1);
	frame->line = line;
}

void
folded_frame_parse(struct sample_frame *frame, const char *text, size_t length, bool austin)
{
	*frame = (struct sample_frame){ .function = text, .function_length = length };
	if (length == 0 || (length > 2 && text[0] == '[' && text[length - 1] == ']') ||
	    (text[0] == '-' && (length == 1 || (length == 2 && text[1] == '-')))) {
		frame->kind = FRAME_UNKNOWN; /* [unknown], a module in its place, a separator */
		return;
	}
	frame->kind = take_mark(text, &frame->function_length);
	if (!take_place(frame) && austin)
		take_austin(frame);
}
