/* Columns on stdout; see listing.h. Called by the commands that list things. */
#include "views/commands/listing.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "core/base/memory.h"
#include "core/base/str.h"
#include "core/base/text.h"

void
listing_init(struct listing *listing, size_t columns, const char *const *titles)
{
	*listing = (struct listing){ .columns = columns };
	for (size_t i = 0; i < columns; i++)
		listing->titles[i] = titles[i];
}

void
listing_release(struct listing *listing)
{
	strings_release(&listing->cells);
}

void
listing_cell(struct listing *listing, const char *format, ...)
{
	struct str raw, safe;
	va_list args;

	str_init(&raw, STR_MAX_LINE);
	str_init(&safe, STR_MAX_LINE);
	va_start(args, format);
	str_addv(&raw, format, args);
	va_end(args);
	text_sanitize(&safe, raw.data, raw.len, TEXT_LINE);
	strings_take(&listing->cells, str_take(&safe));
	str_release(&raw);
}

/* Columns a text takes on a terminal. */
static size_t
text_columns(const char *text)
{
	size_t columns = 0, left = strlen(text), used;

	for (; left > 0; text += used, left -= used) {
		int32_t code = text_decode(text, left, &used);
		int width = code < 0 ? 1 : wcwidth((wchar_t)code);

		columns += width > 0 ? (size_t)width : 0;
	}
	return columns;
}

static void
add_padded(struct str *line, const char *text, size_t width, bool right, bool last)
{
	size_t columns = text_columns(text);
	size_t gap = columns < width ? width - columns : 0;

	if (right)
		str_add_repeated(line, ' ', gap);
	str_add(line, text);
	if (!right && !last)
		str_add_repeated(line, ' ', gap);
}

static void
print_row(struct session *session, const struct listing *listing, const size_t *widths,
	  const char *const *cells)
{
	struct str line;

	str_init(&line, STR_MAX_TEXT);
	for (size_t i = 0; i < listing->columns; i++) {
		if (i > 0)
			str_add(&line, "  ");
		add_padded(&line, cells[i], widths[i], listing->titles[i][0] == '>',
			   i + 1 == listing->columns);
	}
	session_say(session, "%s\n", line.data);
	str_release(&line);
}

void
listing_print(const struct listing *listing, struct session *session)
{
	size_t widths[LISTING_COLUMNS_MAX] = { 0 };
	const char *titles[LISTING_COLUMNS_MAX];

	if (listing->columns == 0 || listing->cells.count < listing->columns)
		return;
	for (size_t i = 0; i < listing->columns; i++) {
		titles[i] = listing->titles[i] + (listing->titles[i][0] == '>');
		widths[i] = text_columns(titles[i]);
	}
	for (size_t i = 0; i < listing->cells.count; i++) {
		size_t columns = text_columns(listing->cells.items[i]);

		if (columns > widths[i % listing->columns])
			widths[i % listing->columns] = columns;
	}
	print_row(session, listing, widths, titles);
	for (size_t i = 0; i + listing->columns <= listing->cells.count; i += listing->columns)
		print_row(session, listing, widths,
			  (const char *const *)(listing->cells.items + i));
}
