/*
 * Themes: reading them and their styles' names; see theme.h. Called by term.c,
 * the memory surface (letters) and tests. A theme's text is compiled in from
 * data/themes by data/embed.sh; the same reader would take a user's file.
 */
#include "tui/theme.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "core/base/str.h"
#include "core/base/text.h"

/* Made by data/embed.sh. */
extern const char *const theme_texts[];
extern const size_t theme_texts_count;

#define LINE_WORDS 8
#define WORD_SIZE 32

static const struct {
	const char *name;
	char letter;
} styles[STYLE_COUNT] = {
#define STYLE(constant, name, letter) [STYLE_##constant] = { name, letter },
	THEME_STYLES(STYLE)
#undef STYLE
};

static const struct {
	const char *name;
	enum theme_depth depth;
	int colours;
} sections[] = {
	{ "[256]", THEME_256, 256 },
	{ "[16]", THEME_16, 16 },
	{ "[8]", THEME_8, 8 },
	{ "[none]", THEME_NONE, 0 },
};

static const struct {
	const char *name;
	enum theme_attribute attribute;
} attributes[] = {
	{ "bold", THEME_BOLD },       { "dim", THEME_DIM },       { "underline", THEME_UNDERLINE },
	{ "reverse", THEME_REVERSE }, { "italic", THEME_ITALIC },
};

struct theme_reader {
	struct theme *theme;
	const char *source;
	unsigned line;
	int section; /* -1 before the first */
	bool seen[THEME_DEPTHS][STYLE_COUNT];
};

const char *
theme_style_name(enum style style)
{
	return styles[style < STYLE_COUNT ? style : STYLE_NORMAL].name;
}

char
theme_style_letter(enum style style)
{
	return styles[style < STYLE_COUNT ? style : STYLE_NORMAL].letter;
}

/* Blank-separated words; -1: too many, or one too long. */
static int
split(char words[LINE_WORDS][WORD_SIZE], const char *line, size_t length)
{
	int count = 0;
	size_t at = 0;

	for (;;) {
		size_t size = 0;

		while (at < length && (line[at] == ' ' || line[at] == '\t'))
			at++;
		if (at == length)
			return count;
		while (at + size < length && line[at + size] != ' ' && line[at + size] != '\t')
			size++;
		if (count == LINE_WORDS || size >= WORD_SIZE)
			return -1;
		memcpy(words[count], line + at, size);
		words[count++][size] = '\0';
		at += size;
	}
}

static int
complain(const struct theme_reader *reader, struct error *err, const char *what, const char *word)
{
	return error_set(err, ERROR_INPUT, "%s:%u: %s: %s", reader->source, reader->line, word,
			 what);
}

static int
read_colour(const struct theme_reader *reader, int16_t *colour, const char *word, struct error *err)
{
	int64_t number;

	if (strcmp(word, "-") == 0) {
		*colour = THEME_DEFAULT_COLOUR;
		return 0;
	}
	if (text_parse_int(&number, word, NULL) < 0 || number < 0 ||
	    number >= sections[reader->section].colours)
		return complain(reader, err, "not a colour of this section", word);
	*colour = (int16_t)number;
	return 0;
}

static int
read_attribute(const struct theme_reader *reader, struct theme_look *look, const char *word,
	       struct error *err)
{
	for (size_t i = 0; i < sizeof(attributes) / sizeof(attributes[0]); i++) {
		if (strcmp(attributes[i].name, word) == 0) {
			look->attributes |= attributes[i].attribute;
			return 0;
		}
	}
	return complain(reader, err, "no such attribute", word);
}

/* NAME = FOREGROUND [on BACKGROUND] [ATTRIBUTE]... */
static int
read_style(struct theme_reader *reader, char words[LINE_WORDS][WORD_SIZE], int count,
	   struct error *err)
{
	struct theme_look look = { .background = THEME_DEFAULT_COLOUR };
	enum theme_depth depth;
	int style = 0, next = 3;

	while (style < STYLE_COUNT && strcmp(styles[style].name, words[0]) != 0)
		style++;
	if (style == STYLE_COUNT)
		return complain(reader, err, "no such meaning", words[0]);
	if (reader->section < 0)
		return complain(reader, err, "outside of a section", words[0]);
	if (count < 3 || strcmp(words[1], "=") != 0)
		return complain(reader, err, "needs \"= FOREGROUND\"", words[0]);
	if (read_colour(reader, &look.foreground, words[2], err) < 0)
		return -1;
	if (count > 4 && strcmp(words[3], "on") == 0) {
		if (read_colour(reader, &look.background, words[4], err) < 0)
			return -1;
		next = 5;
	}
	for (; next < count; next++)
		if (read_attribute(reader, &look, words[next], err) < 0)
			return -1;
	depth = sections[reader->section].depth;
	reader->theme->looks[depth][style] = look;
	reader->seen[depth][style] = true;
	return 0;
}

static int
read_section(struct theme_reader *reader, const char *word, struct error *err)
{
	for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++) {
		if (strcmp(sections[i].name, word) == 0) {
			reader->section = (int)i;
			return 0;
		}
	}
	return complain(reader, err, "no such section", word);
}

static int
read_line(struct theme_reader *reader, const char *line, size_t length, struct error *err)
{
	char words[LINE_WORDS][WORD_SIZE];
	int count = split(words, line, length);

	if (count == 0 || line[0] == '#')
		return 0;
	if (count < 0)
		return complain(reader, err, "too long", "line");
	if (words[0][0] == '[')
		return read_section(reader, words[0], err);
	if (count == 2 && strcmp(words[0], "theme") == 0) {
		snprintf(reader->theme->name, sizeof(reader->theme->name), "%s", words[1]);
		return 0;
	}
	return read_style(reader, words, count, err);
}

static int
check_complete(const struct theme_reader *reader, struct error *err)
{
	if (reader->theme->name[0] == '\0')
		return error_set(err, ERROR_INPUT, "%s: no line \"theme NAME\"", reader->source);
	for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++)
		for (int style = 0; style < STYLE_COUNT; style++)
			if (!reader->seen[sections[i].depth][style])
				return error_set(err, ERROR_INPUT, "%s: %s is missing in %s",
						 reader->source, styles[style].name,
						 sections[i].name);
	return 0;
}

int
theme_parse(struct theme *theme, const char *source, const char *text, struct error *err)
{
	struct theme_reader reader = { .theme = theme, .source = source, .section = -1 };

	*theme = (struct theme){ 0 };
	while (*text != '\0') {
		size_t length = strcspn(text, "\n");

		reader.line++;
		if (read_line(&reader, text, length, err) < 0)
			return -1;
		text += length;
		text += *text == '\n';
	}
	return check_complete(&reader, err);
}

/* The name in a compiled-in theme's text: after the line that starts with "theme ". */
static size_t
text_name(const char *text, const char **name)
{
	const char *line = strstr(text, "\ntheme ");

	*name = "";
	if (line == NULL)
		return 0;
	*name = line + strlen("\ntheme ");
	return strcspn(*name, "\n");
}

static int
no_such_theme(const char *name, struct error *err)
{
	struct str known;
	const char *found;
	int result;

	str_init(&known, STR_MAX_LINE);
	for (size_t i = 0; i < theme_texts_count; i++) {
		size_t length = text_name(theme_texts[i], &found);

		str_add(&known, i > 0 ? ", " : "");
		str_add_n(&known, found, length);
	}
	result = error_set(err, ERROR_NOT_FOUND, "theme %s: not known (%s)", name, known.data);
	str_release(&known);
	return result;
}

int
theme_load(struct theme *theme, const char *name, struct error *err)
{
	const char *found = NULL;

	for (size_t i = 0; i < theme_texts_count; i++)
		if (text_name(theme_texts[i], &found) == strlen(name) &&
		    strncmp(found, name, strlen(name)) == 0)
			return theme_parse(theme, name, theme_texts[i], err);
	return no_such_theme(name, err);
}
