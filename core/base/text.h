/*
 * Text that comes from outside made safe, numbers read strictly, and numbers
 * written the one way a person meets them on every screen and in every command.
 */
#ifndef HEADROOM_BASE_TEXT_H
#define HEADROOM_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/str.h"

enum text_mode {
	TEXT_LINE,  /* tab and line end become one blank */
	TEXT_BLOCK, /* tab and line end stay */
};

/*
 * Appends text fit for a terminal: whole escape sequences (text_escape_length),
 * other C0, C1 and DEL control characters, bidirectional overrides, zero-width
 * and other invisible format characters, and bytes that are not UTF-8 each
 * become U+FFFD ("?" when the string asks for ASCII elsewhere). Never fails.
 */
void text_sanitize(struct str *out, const char *data, size_t length, enum text_mode mode);
/* The same as a new string, the caller's. NULL gives "". */
char *text_safe(const char *text);

/*
 * One character: the code point at data (length > 0 bytes left), its bytes in
 * *used; -1 for bytes that are not UTF-8 (*used 1).
 */
int32_t text_decode(const char *data, size_t length, size_t *used);
/* Would text_sanitize replace this code point? Tab and line end count as unsafe here. */
bool text_is_unsafe(int32_t point);

/*
 * Bytes of the escape sequence that data (length > 0) begins with: CSI to its final byte, OSC, DCS,
 * SOS, PM and APC to BEL or ST, with ESC or as C1 in UTF-8. 0: none, or it has no end within
 * 256 bytes (64 for CSI): then only its first character is unsafe, so that nothing can hide what
 * follows.
 */
size_t text_escape_length(const char *data, size_t length);

/* Whole string or nothing; no blanks, no sign tricks, no overflow. */
int text_parse_int(int64_t *value, const char *text, struct error *err);
int text_parse_double(double *value, const char *text, struct error *err); /* finite only */

bool text_starts_with(const char *text, const char *prefix);
bool text_ends_with(const char *text, const char *suffix);
/* Is needle in text, ASCII letters of either case the same? */
bool text_contains_nocase(const char *text, const char *needle);
bool text_equal(const char *a, const char *b); /* NULL equals NULL only */

/* "s" for a noun that is counted, "" for one of it. */
const char *text_plural(uint64_t count);

/* How numbers look on screen; each returns buffer. */
#define TEXT_NUMBER_SIZE 32
char *text_percent(double share, char buffer[TEXT_NUMBER_SIZE]); /* 0.0791: "7.91 %" */
/* For narrow columns: the same, but "<0.01 %" where it is less and not 0; shares take 8. */
char *text_percent_brief(double share, char buffer[TEXT_NUMBER_SIZE]);
char *text_points(double delta, char buffer[TEXT_NUMBER_SIZE]);      /* 0.047: "+4.70" points */
char *text_count(double count, char buffer[TEXT_NUMBER_SIZE]);       /* 28110: "28,110" */
char *text_short_count(double count, char buffer[TEXT_NUMBER_SIZE]); /* "8.1 M" */
char *text_cores(double cores, char buffer[TEXT_NUMBER_SIZE]);       /* "141", "0.52" */
char *text_watts(double watts, char buffer[TEXT_NUMBER_SIZE]);       /* "2.1 kW" */
char *text_probability(double p, char buffer[TEXT_NUMBER_SIZE]);     /* "1e-12", "0.03" */
/*
 * A value of a series in its unit: NULL: a share, as text_percent; durations (ns, us, ms, s) and
 * bytes in the prefix that reads best, "340 ms", "1.50 GiB"; others with three figures, "1.23 k
 * req/s"; "": no unit. A unit is cut after 12 bytes, and not made safe for a terminal.
 */
char *text_value(double value, const char *unit, char buffer[TEXT_NUMBER_SIZE]);

#endif
