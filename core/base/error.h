/*
 * Errors: one line of text fit to show as it is, and a code that picks the
 * exit status. Used by every layer.
 *
 * A function that can fail returns 0 or a negative number, takes
 * `struct error *err` last and leaves it untouched on success. err may be NULL.
 */
#ifndef HEADROOM_BASE_ERROR_H
#define HEADROOM_BASE_ERROR_H

enum error_code {
	ERROR_NONE = 0,
	ERROR_USAGE, /* the caller's words are off; exit 2 */
	ERROR_INPUT, /* a file or an answer is not what it should be */
	ERROR_NOT_FOUND,
	ERROR_IO,
	ERROR_BUSY,     /* locked by another process; worth trying again */
	ERROR_CONFLICT, /* the world moved: stale state, unclean apply */
	ERROR_LIMIT,    /* a named bound was reached */
	ERROR_CANCELLED,
	ERROR_UNAVAILABLE, /* a program, a network or a setting is missing */
	ERROR_CORRUPT,
	ERROR_REFUSED, /* understood and not allowed */
};

struct error {
	enum error_code code;
	char text[480];
};

/* All return -1, so that `return error_set(err, ...)` reads well. */
int error_set(struct error *err, enum error_code code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* As error_set with ": " and the text of errnum at the end; the code follows errnum. */
int error_system(struct error *err, int errnum, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Puts "WHAT: " before the message that is already there. */
int error_prefix(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
