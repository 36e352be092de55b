/* Figures in words; see words.h. Called by the screens. */
#include "views/screens/words.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/base/text.h"

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

char *
words_impact(enum finding_kind kind, double cores, double delta, char buffer[WORDS_SIZE])
{
	char number[TEXT_NUMBER_SIZE];
	char sign = kind == FINDING_OPPORTUNITY ? '-' : '+';

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
