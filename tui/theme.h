/*
 * Colours by meaning. Screens name a meaning; a theme file (data/themes, compiled
 * in) says what that looks like with 256, 16, 8 or no colours. Used by
 * everything that draws, resolved only by term.c.
 */
#ifndef HEADROOM_TUI_THEME_H
#define HEADROOM_TUI_THEME_H

#include <stdint.h>

#include "core/base/error.h"

/* clang-format off */
/* STYLE(constant, name in theme files, letter in golden texts) */
#define THEME_STYLES(STYLE)                                                    \
	STYLE(NORMAL, "normal", '.')                                           \
	STYLE(TITLE, "title", 'T')                   /* top line */            \
	STYLE(DIM, "dim", 'd')                                                 \
	STYLE(STRONG, "strong", 'b')                                           \
	STYLE(HEADING, "heading", 'H')               /* column heads */        \
	STYLE(BORDER, "border", 'o')                                           \
	STYLE(FOCUS, "focus", 'F')                   /* pane with the keys, tab that is on */ \
	STYLE(SELECTED, "selected", 'S')             /* the row under the cursor */ \
	STYLE(MARKED, "marked", 'M')                 /* rows marked with Space */ \
	STYLE(MATCH, "match", '/')                   /* what / found */        \
	STYLE(KEY, "key", 'K')                       /* a key in the hint bar */ \
	STYLE(HINT, "hint", 'h')                                               \
	STYLE(INPUT, "input", 'i')                   /* text being typed */    \
	STYLE(PROGRESS, "progress", 'p')                                       \
	STYLE(GOOD, "good", 'g')                                               \
	STYLE(BAD, "bad", 'r')                                                 \
	STYLE(WARN, "warn", 'w')                                               \
	STYLE(LINK, "link", 'l')                                               \
	STYLE(MORE, "more", '+')                     /* grew: orange by default */ \
	STYLE(LESS, "less", '-')                     /* shrank: blue by default */ \
	STYLE(NEW, "new", '*')                                                 \
	STYLE(GONE, "gone", 'x')                                               \
	STYLE(CODE_KEYWORD, "code-keyword", 'k')                               \
	STYLE(CODE_COMMENT, "code-comment", 'c')                               \
	STYLE(CODE_STRING, "code-string", 's')                                 \
	STYLE(CODE_NUMBER, "code-number", 'n')                                 \
	STYLE(LINE_ADDED, "line-added", 'A')         /* of a diff */           \
	STYLE(LINE_REMOVED, "line-removed", 'R')                               \
	STYLE(LINE_HUNK, "line-hunk", '@')                                     \
	STYLE(LINE_HEADER, "line-header", 'f')                                 \
	STYLE(HEAT_1, "heat-1", '1')                 /* a little of the cost */ \
	STYLE(HEAT_2, "heat-2", '2')                                           \
	STYLE(HEAT_3, "heat-3", '3')                                           \
	STYLE(HEAT_4, "heat-4", '4')                 /* most of the cost */    \
	STYLE(CHART_LINE, "chart-line", 'C')                                   \
	STYLE(CHART_BEFORE, "chart-before", 'B')     /* level before */        \
	STYLE(CHART_AFTER, "chart-after", 'L')       /* level after */         \
	STYLE(CHART_POINT, "chart-point", '|')       /* the change point */    \
	STYLE(CHART_BAND, "chart-band", ':')         /* its interval */        \
	STYLE(CHART_RANGE, "chart-range", '"')       /* what was to be expected */ \
	STYLE(CHART_MARK, "chart-mark", '^')         /* a deploy or commit */  \
	STYLE(CHART_AXIS, "chart-axis", 'a')                                   \
	STYLE(FLAME_PROGRAM, "flame-program", 'P')   /* two shades of each kind, for neighbours */ \
	STYLE(FLAME_PROGRAM_2, "flame-program-2", 'Q')                         \
	STYLE(FLAME_LIBRARY, "flame-library", 'I')                             \
	STYLE(FLAME_LIBRARY_2, "flame-library-2", 'J')                         \
	STYLE(FLAME_KERNEL, "flame-kernel", 'N')                               \
	STYLE(FLAME_KERNEL_2, "flame-kernel-2", 'O')                           \
	STYLE(FLAME_OTHER, "flame-other", 'U')                                 \
	STYLE(FLAME_OTHER_2, "flame-other-2", 'V')                             \
	STYLE(FLAME_SAME, "flame-same", '=')         /* difference: about equal */ \
	STYLE(FLAME_SAME_2, "flame-same-2", '~')                               \
	STYLE(FLAME_MORE_1, "flame-more-1", '5')                               \
	STYLE(FLAME_MORE_1_2, "flame-more-1-2", '6')                           \
	STYLE(FLAME_MORE_2, "flame-more-2", '7')                               \
	STYLE(FLAME_MORE_2_2, "flame-more-2-2", '8')                           \
	STYLE(FLAME_MORE_3, "flame-more-3", '9')                               \
	STYLE(FLAME_MORE_3_2, "flame-more-3-2", '0')                           \
	STYLE(FLAME_LESS_1, "flame-less-1", 't')                               \
	STYLE(FLAME_LESS_1_2, "flame-less-1-2", 'u')                           \
	STYLE(FLAME_LESS_2, "flame-less-2", 'v')                               \
	STYLE(FLAME_LESS_2_2, "flame-less-2-2", 'y')                           \
	STYLE(FLAME_LESS_3, "flame-less-3", 'z')                               \
	STYLE(FLAME_LESS_3_2, "flame-less-3-2", 'Z')                           \
	STYLE(FLAME_MATCH, "flame-match", 'm')       /* found by / */          \
	STYLE(FLAME_CURSOR, "flame-cursor", '>')                               \
	STYLE(FLAME_NARROW, "flame-narrow", '\'')    /* many frames too narrow to tell apart */
/* clang-format on */

enum style {
#define STYLE(constant, name, letter) STYLE_##constant,
	THEME_STYLES(STYLE)
#undef STYLE
		STYLE_COUNT
};

enum theme_depth { THEME_NONE, THEME_8, THEME_16, THEME_256, THEME_DEPTHS };

enum theme_attribute {
	THEME_BOLD = 1,
	THEME_DIM = 2,
	THEME_UNDERLINE = 4,
	THEME_REVERSE = 8,
	THEME_ITALIC = 16,
};

#define THEME_DEFAULT_COLOUR (-1) /* the terminal's own */

struct theme_look {
	int16_t foreground; /* colour number of the depth, or THEME_DEFAULT_COLOUR */
	int16_t background;
	uint16_t attributes;
};

struct theme {
	char name[32];
	struct theme_look looks[THEME_DEPTHS][STYLE_COUNT];
};

/* One of the compiled-in themes: "dark", "light", "tritan" (for those who confuse blue and yellow).
 */
int theme_load(struct theme *theme, const char *name, struct error *err);
/* Reads a theme's text; every style must be there for every depth. source is for messages. */
int theme_parse(struct theme *theme, const char *source, const char *text, struct error *err);

const char *theme_style_name(enum style style);
char theme_style_letter(enum style style);

#endif
