/* Columns on stdout; see table.h. Called by the commands that list things. */
#include "views/commands/table.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "core/base/memory.h"
#include "core/base/str.h"
#include "core/base/text.h"

void
table_init(struct table *table, size_t columns, const char *const *titles)
{
	*table = (struct table){ .columns = columns };
	for (size_t i = 0; i < columns; i++)
		table->titles[i] = titles[i];
}

void
table_release(struct table *table)
{
	strings_release(&table->cells);
}

void
table_cell(struct table *table, const char *format, ...)
{
	struct str raw, safe;
	va_list args;

	str_init(&raw, STR_MAX_LINE);
	str_init(&safe, STR_MAX_LINE);
	va_start(args, format);
	str_addv(&raw, format, args);
	va_end(args);
	text_sanitize(&safe, raw.data, raw.len, TEXT_LINE);
	strings_take(&table->cells, str_take(&safe));
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
print_row(struct session *session, const struct table *table, const size_t *widths,
	  const char *const *cells)
{
	struct str line;

	str_init(&line, STR_MAX_TEXT);
	for (size_t i = 0; i < table->columns; i++) {
		if (i > 0)
			str_add(&line, "  ");
		add_padded(&line, cells[i], widths[i], table->titles[i][0] == '>',
			   i + 1 == table->columns);
	}
	session_say(session, "%s\n", line.data);
	str_release(&line);
}

void
table_print(const struct table *table, struct session *session)
{
	size_t widths[TABLE_COLUMNS_MAX] = { 0 };
	const char *titles[TABLE_COLUMNS_MAX];

	if (table->cells.count < table->columns)
		return;
	for (size_t i = 0; i < table->columns; i++) {
		titles[i] = table->titles[i] + (table->titles[i][0] == '>');
		widths[i] = text_columns(titles[i]);
	}
	for (size_t i = 0; i < table->cells.count; i++) {
		size_t columns = text_columns(table->cells.items[i]);

		if (columns > widths[i % table->columns])
			widths[i % table->columns] = columns;
	}
	print_row(session, table, widths, titles);
	for (size_t i = 0; i + table->columns <= table->cells.count; i += table->columns)
		print_row(session, table, widths, (const char *const *)&table->cells.items[i]);
}
