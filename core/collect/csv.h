/*
 * One line of CSV as fields: RFC 4180 but for line ends inside quotes. Fields
 * are borrowed from the line, or from the splitter where quotes were doubled.
 * Called by the readers of series.
 */
#ifndef HEADROOM_COLLECT_CSV_H
#define HEADROOM_COLLECT_CSV_H

#include <stddef.h>

#define CSV_FIELDS_MAX ((size_t)1 << 20)

struct csv_field {
	const char *data; /* without blanks around it and without quotes */
	size_t length;
};

struct csv_line {
	struct csv_field *items; /* of the line split last */
	size_t count, capacity;
	char *unquoted; /* room for fields that lost a quote */
	size_t room;
};

void csv_line_release(struct csv_line *line);
/* NULL: good; else what is wrong, a constant. Valid until the next call and while data is. */
const char *csv_split(struct csv_line *line, const char *data, size_t length, char separator);
/* The most frequent of comma, semicolon and tab outside quotes; a comma where there is none. */
char csv_separator(const char *data, size_t length);

#endif
