/* Figures in words; see words.h. Called by the screens. */
#include "views/screens/words.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/base/text.h"
#include "tui/surface.h"

char *
words_change(double before, double after, char buffer[WORDS_SIZE])
{
	char left[TEXT_NUMBER_SIZE], right[TEXT_NUMBER_SIZE];
	size_t length;

	text_percent(before, left);
	text_percent(after, right);
	length = strlen(left);
	if (length > 2 && strcmp(left + length - 2, " %") == 0)
		left[length - 2] = '\0';
	snprintf(buffer, WORDS_SIZE, "%s -> %s", left, right);
	return buffer;
}

static int
decimals(double percent)
{
	return percent >= 99.95 ? 0 : percent >= 9.995 ? 1 : 2;
}

char *
words_change_short(double before, double after, char buffer[WORDS_SIZE])
{
	before *= 100;
	after *= 100;
	snprintf(buffer, WORDS_SIZE, "%.*f -> %.*f %%", decimals(before), before, decimals(after),
		 after);
	return buffer;
}

char *
words_impact(enum finding_kind kind, double cores, double delta, char buffer[WORDS_SIZE])
{
	char number[TEXT_NUMBER_SIZE];
	char sign = kind == FINDING_REGRESSION ? '+' : '-';

	if (isfinite(cores))
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
