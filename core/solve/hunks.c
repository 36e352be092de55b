/* Hunks of a unified diff; see hunks.h. Called by accept.c and the patch screen through it. */
#include "core/solve/hunks.h"

#include <string.h>

#include "core/base/text.h"

#define DIGITS_MAX 8 /* of a line number: what is added to it still fits where it is read */

struct header {
	long old_start, old_count, new_start, new_count;
	const char *rest; /* after the second @@ */
};

static const char *
line_end(const char *line)
{
	const char *end = strchr(line, '\n');

	return end != NULL ? end + 1 : line + strlen(line);
}

/* Digits and nothing else: sscanf would skip line ends before them. */
static const char *
read_number(const char *at, long *number)
{
	size_t digits = 0;

	*number = 0;
	for (; digits <= DIGITS_MAX && *at >= '0' && *at <= '9'; at++, digits++)
		*number = *number * 10 + (*at - '0');
	return digits > 0 && digits <= DIGITS_MAX ? at : NULL;
}

/* "-12,3" or "-12" */
static const char *
read_span(const char *at, char sign, long *start, long *count)
{
	*count = 1;
	if (*at != sign)
		return NULL;
	at = read_number(at + 1, start);
	return at != NULL && *at == ',' ? read_number(at + 1, count) : at;
}

static bool
read_header(const char *line, struct header *out)
{
	const char *at;

	if (!text_starts_with(line, "@@ "))
		return false;
	at = read_span(line + 3, '-', &out->old_start, &out->old_count);
	if (at == NULL || *at != ' ')
		return false;
	at = read_span(at + 1, '+', &out->new_start, &out->new_count);
	if (at == NULL || !text_starts_with(at, " @@"))
		return false;
	out->rest = at + 3;
	return true;
}

/* The place after a hunk's body, by its counts; NULL where the body is not as long as it says. */
static const char *
body_end(const char *body, const struct header *header)
{
	long old_left = header->old_count, new_left = header->new_count;

	while (old_left > 0 || new_left > 0) {
		switch (*body) {
		case ' ':
		case '\n': /* an empty context line that lost its blank */
			old_left--;
			new_left--;
			break;
		case '-':
			old_left--;
			break;
		case '+':
			new_left--;
			break;
		case '\\':
			break;
		default:
			return NULL;
		}
		body = line_end(body);
	}
	while (*body == '\\')
		body = line_end(body);
	return old_left == 0 && new_left == 0 ? body : NULL;
}

size_t
hunks_count(const char *diff)
{
	struct header header;
	size_t count = 0;

	for (const char *at = diff; *at != '\0';) {
		const char *after =
			read_header(at, &header) ? body_end(line_end(at), &header) : NULL;

		count += after != NULL;
		at = after != NULL ? after : line_end(at);
	}
	return count;
}

static void
add_hunk(struct str *out, const struct header *header, const char *body, const char *after,
	 long shift)
{
	/* A hunk that only adds says the line before it; its new place is one further. */
	long new_start =
		header->old_start + shift + (header->old_count == 0) - (header->new_count == 0);

	str_addf(out, "@@ -%ld,%ld +%ld,%ld @@", header->old_start, header->old_count, new_start,
		 header->new_count);
	str_add_n(out, header->rest, (size_t)(body - header->rest));
	str_add_n(out, body, (size_t)(after - body));
}

/* On the way through a diff. */
struct keeper {
	struct str head; /* of a file, written with its first kept hunk */
	struct str *out;
	const bool *keep;
	size_t count, number; /* hunks there should be; hunks seen */
	long shift;           /* lines that the kept hunks of this file add */
	long end;             /* of the old file: where its last hunk ended */
};

/* Places are counted from the hunks before: that needs them in order, as git writes them. */
static bool
is_in_order(const struct keeper *keeper, const struct header *header)
{
	return header->old_start >= keeper->end &&
	       (header->old_start > 0 || header->old_count == 0);
}

/* The place after the hunk; NULL: it is not one. */
static const char *
take_hunk(struct keeper *keeper, const struct header *header, const char *body)
{
	const char *after = body_end(body, header);

	if (after == NULL || !is_in_order(keeper, header))
		return NULL;
	keeper->end = header->old_start + header->old_count;
	if (keeper->number < keeper->count && keeper->keep[keeper->number]) {
		str_add_n(keeper->out, keeper->head.data, keeper->head.len);
		str_clear(&keeper->head);
		add_hunk(keeper->out, header, body, after, keeper->shift);
		keeper->shift += header->new_count - header->old_count;
	}
	keeper->number++;
	return after;
}

static void
take_line(struct keeper *keeper, const char *line, const char *end)
{
	if (text_starts_with(line, "diff --git ")) {
		str_clear(&keeper->head);
		keeper->shift = 0;
		keeper->end = 0;
	}
	str_add_n(&keeper->head, line, (size_t)(end - line));
}

int
hunks_keep(const char *diff, const bool *keep, size_t count, struct str *out, struct error *err)
{
	struct keeper keeper = { .out = out, .keep = keep, .count = count };
	const char *at = diff;
	int result = 0;

	str_init(&keeper.head, STR_MAX_TEXT);
	while (at != NULL && *at != '\0') {
		const char *end = line_end(at);
		struct header header;

		if (read_header(at, &header)) {
			at = take_hunk(&keeper, &header, end);
		} else {
			take_line(&keeper, at, end);
			at = end;
		}
	}
	if (at == NULL)
		result = error_set(err, ERROR_INPUT, "the diff's hunk %zu is not whole",
				   keeper.number + 1);
	else if (keeper.number != count)
		result = error_set(err, ERROR_USAGE, "the diff has %zu hunks, not %zu",
				   keeper.number, count);
	str_release(&keeper.head);
	return result;
}
