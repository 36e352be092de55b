/* What the columns of a CSV file of series are, by its first line. Called by series_csv.c. */
#ifndef HEADROOM_COLLECT_SERIES_HEADER_H
#define HEADROOM_COLLECT_SERIES_HEADER_H

#include "core/collect/csv.h"
#include "core/collect/series_lines.h"

#define SERIES_NO_COLUMN ((size_t)-1)

struct series_header {
	char separator;
	bool has_names; /* else the first line is points already */
	bool wide;
	size_t columns;
	size_t time; /* of a wide file: 0 or none */
	size_t name, value, samples, group, unit;
	struct csv_field only_name; /* of the one series where no column names it */
	char *owned;
};

/*
 * header->separator is set before. The series of a wide file are made here. The error has no
 * place in it.
 */
int series_header_read(struct series_header *header, const struct csv_line *line,
		       struct series_reading *reading, struct error *err);
void series_header_release(struct series_header *header);

#endif
