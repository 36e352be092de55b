/* Loops that the rule must leave as they are, each for the reason in its name. */
#include <string.h>

char *shared;
int fill(char *text, size_t length);
int seen(char c);

struct record {
	char *text;
	size_t length;
};

void
written(char *text)
{
	for (size_t i = 0; i < strlen(text); i++)
		if (text[i] == ' ')
			text[i] = '\0';
}

void
written_through_star(char *text)
{
	size_t i = 0;
	while (i < strlen(text)) {
		*(text + i) = '\0';
		i++;
	}
}

void
written_through_copy(char *text)
{
	char *end = text + 3;
	for (size_t i = 0; i < strlen(text); i++)
		*end = '\0';
}

void
written_through_source(char *text)
{
	char *word = text;
	size_t i;
	for (i = 0; i < strlen(word); i++)
		text[i] = '\0';
}

void
written_through_search(char *text)
{
	char *blank = strchr(text, ' ');
	size_t i;
	for (i = 0; i < strlen(text); i++)
		blank[0] = '\0';
}

void
moved(const char *text)
{
	size_t i;
	for (i = 0; i < strlen(text); text++)
		seen(*text);
}

void
moved_in_body(const char *text)
{
	while (2 < strlen(text)) {
		seen(*text);
		text++;
	}
}

void
set_at_start(const char *text, const char *other)
{
	size_t i;
	for (i = 0, text = other; i < strlen(text); i++)
		seen(text[i]);
}

void
given_away(char *text)
{
	for (size_t i = 0; i < strlen(text); i++)
		fill(text, i);
}

void
part_given_away(char *text)
{
	for (size_t i = 0; i < strlen(text); i++)
		if (seen(text[i]))
			fill(&text[i], 1);
}

void
counted_down(char *text)
{
	for (size_t i = 0; i < strlen(text); i++)
		text[i]--;
}

void
global(void)
{
	for (size_t i = 0; i < strlen(shared); i++)
		seen(shared[i]);
}

void
not_always_asked(const char *text)
{
	size_t i = 0;
	while (text != NULL && i < strlen(text))
		seen(text[i++]);
}

void
declared_inside(const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char *word = words[i];
		if (strlen(word) > 3)
			seen(word[0]);
	}
}

void
stored_in_record(struct record *record, char *text)
{
	record->text = text;
	for (size_t i = 0; i < strlen(text); i++)
		record->text[i] = '\0';
}

void
taken_from_record(struct record *record)
{
	const char *text = record->text;
	for (size_t i = 0; i < strlen(text); i++)
		record->text[i] = '\0';
}

void
written_in_header(char *text)
{
	for (size_t i = 0; i < strlen(text); text[i++] = '\0')
		seen('x');
}

void
reached_through_address(char *text)
{
	char **where = &text;
	for (size_t i = 0; i < strlen(text); i++)
		*where = NULL;
}

/* A declaration cannot stand after a label in C17. */
void
after_label(const char *text)
{
	size_t i;
again:
	for (i = 0; i < strlen(text); i++)
		if (seen(text[i]))
			goto again;
}
