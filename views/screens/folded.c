/* Folding labelled text; see folded.h. */
#include "views/screens/folded.h"

#include <stdarg.h>
#include <string.h>

#include "views/screens/words.h"

#define WIDTH_MIN 16

void
folded_put(struct text_view *view, enum style style, int indent, int width, const char *label,
	   const char *text)
{
	size_t length = text != NULL ? strlen(text) : 0;
	int room = width - indent;

	do {
		size_t piece =
			length > 0 ? words_fold(text, length, room > WIDTH_MIN ? room : WIDTH_MIN)
				   : 0;

		text_view_addf(view, style, "%-*s%.*s", indent, label, (int)piece,
			       text != NULL ? text : "");
		piece += piece < length && (text[piece] == ' ' || text[piece] == '\n');
		text = text != NULL ? text + piece : NULL;
		length -= piece;
		label = "";
	} while (length > 0);
}

void
folded_putf(struct text_view *view, enum style style, int indent, int width, const char *label,
	    const char *format, ...)
{
	struct str text;
	va_list args;

	str_init(&text, STR_MAX_TEXT);
	va_start(args, format);
	str_addv(&text, format, args);
	va_end(args);
	folded_put(view, style, indent, width, label, text.data);
	str_release(&text);
}
