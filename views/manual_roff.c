/* Text as roff; see manual_roff.h. Called by manual.c and manual_detection.c. */
#include "views/manual_roff.h"

#include <string.h>

/* Backslashes, hyphens that may be copied, and what roff takes for a command at a line's start. */
static void
print_escaped(FILE *to, const char *text, size_t length, const char **strong)
{
	for (size_t i = 0; i < length; i++) {
		if ((i == 0 || text[i - 1] == '\n') && (text[i] == '.' || text[i] == '\''))
			fputs("\\&", to);
		if (text[i] == '*' && strong != NULL) {
			fputs(*strong, to);
			*strong = strcmp(*strong, "\\fB") == 0 ? "\\fR" : "\\fB";
		} else if (text[i] == '\\') {
			fputs("\\e", to);
		} else if (text[i] == '-') {
			fputs("\\-", to);
		} else {
			fputc(text[i], to);
		}
	}
}

static void
print_text(FILE *to, const char *text)
{
	const char *strong = "\\fB";

	print_escaped(to, text, strlen(text), &strong);
	fputc('\n', to);
}

void
roff_part(FILE *to, const char *title)
{
	fputs(".SS ", to);
	print_text(to, title);
}

void
roff_paragraph(FILE *to, const char *text)
{
	fputs(".PP\n", to);
	print_text(to, text);
}

void
roff_item(FILE *to, const char *name, const char *text)
{
	fputs(".TP\n.B ", to);
	print_escaped(to, name, strlen(name), NULL);
	fputc('\n', to);
	print_text(to, text);
}

void
roff_example(FILE *to, const char *lines)
{
	fputs(".PP\n.RS\n.nf\n", to);
	print_escaped(to, lines, strlen(lines), NULL);
	if (*lines != '\0' && lines[strlen(lines) - 1] != '\n')
		fputc('\n', to);
	fputs(".fi\n.RE\n", to);
}

static void
print_item(FILE *to, const char *text)
{
	const char *end = strchr(text, '\n');
	size_t length = end != NULL ? (size_t)(end - text) : strlen(text);

	fputs(".TP\n.B ", to);
	print_escaped(to, text, length, NULL);
	fputc('\n', to);
	if (end != NULL)
		print_text(to, end + 1);
}

void
roff_print(FILE *to, const struct roff *table)
{
	for (; table->kind != ROFF_END; table++) {
		if (table->kind == ROFF_PART)
			roff_part(to, table->text);
		else if (table->kind == ROFF_ITEM)
			print_item(to, table->text);
		else if (table->kind == ROFF_EXAMPLE)
			roff_example(to, table->text);
		else
			roff_paragraph(to, table->text);
	}
}
