/* Figures in words; see words.h. Called by the screens. */
#include "views/screens/words.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/base/text.h"
#include "tui/surface.h"

/* What both end in is said once: "3.20 -> 7.90 %". */
static void
drop_common_unit(char *left, const char *right)
{
	char *blank = strchr(left, ' ');
	const char *other = strchr(right, ' ');

	if (blank != NULL && other != NULL && strcmp(blank, other) == 0)
		*blank = '\0';
}

char *
words_change(double before, double after, const char *unit, char buffer[WORDS_SIZE])
{
	char left[TEXT_NUMBER_SIZE], right[TEXT_NUMBER_SIZE];

	text_value(before, unit, left);
	text_value(after, unit, right);
	drop_common_unit(left, right);
	snprintf(buffer, WORDS_SIZE, "%s -> %s", left, right);
	return buffer;
}

static int
decimals(double percent)
{
	return percent >= 99.95 ? 0 : percent >= 9.995 ? 1 : 2;
}

char *
words_change_short(double before, double after, const char *unit, char buffer[WORDS_SIZE])
{
	if (unit != NULL)
		return words_change(before, after, unit, buffer);
	before *= 100;
	after *= 100;
	snprintf(buffer, WORDS_SIZE, "%.*f -> %.*f %%", decimals(before), before, decimals(after),
		 after);
	return buffer;
}

char *
words_impact(enum finding_kind kind, double cores, double delta, const char *unit,
	     char buffer[WORDS_SIZE])
{
	char number[TEXT_NUMBER_SIZE];
	char sign = kind == FINDING_REGRESSION ? '+' : '-';

	if (unit != NULL)
		snprintf(buffer, WORDS_SIZE, "%s%s", delta > 0 ? "+" : "",
			 text_value(delta, unit, number));
	else if (isfinite(cores))
		snprintf(buffer, WORDS_SIZE, "%c%s cores", sign, text_cores(fabs(cores), number));
	else
		snprintf(buffer, WORDS_SIZE, "%s points", text_points(delta, number));
	return buffer;
}

char
words_change_glyph(const char *kind)
{
	static const struct {
		const char *kind;
		char glyph;
	} glyphs[] = {
		{ "commit", 'c' },        { "deploy", 'd' }, { "flag", 'f' },
		{ "configuration", 'o' }, { "schema", 's' },
	};

	for (size_t i = 0; i < sizeof(glyphs) / sizeof(glyphs[0]); i++)
		if (text_equal(glyphs[i].kind, kind))
			return glyphs[i].glyph;
	return '^';
}

size_t
words_fold(const char *text, size_t length, int width)
{
	size_t fits = 0, blank = 0;
	int columns = 0;

	while (fits < length && text[fits] != '\n') {
		struct surface_cell cell;
		size_t used = surface_next_cell(&cell, text + fits, length - fits, true);

		if (columns + cell.width > width)
			return blank > 0 ? blank : fits > 0 ? fits : used;
		if (text[fits] == ' ')
			blank = fits;
		columns += cell.width;
		fits += used;
	}
	return fits;
}
