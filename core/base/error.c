/* Errors as one line of text; see error.h. Called by every layer. */
#include "core/base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/base/str.h"
#include "core/base/text.h"

static enum error_code
code_of_errno(int errnum)
{
	switch (errnum) {
	case ENOENT:
	case ENOTDIR:
		return ERROR_NOT_FOUND;
	case EAGAIN:
	case EBUSY:
		return ERROR_BUSY;
	default:
		return ERROR_IO;
	}
}

/*
 * A message quotes names and words from outside and is shown as it is, so what
 * a terminal would obey goes here; so does half a character at a cut.
 */
static void
make_safe(struct error *err)
{
	struct str safe;

	str_init(&safe, sizeof(err->text) - 1);
	text_sanitize(&safe, err->text, strlen(err->text), TEXT_LINE);
	memcpy(err->text, safe.data, safe.len + 1);
	str_release(&safe);
}

static void
append(struct error *err, const char *text)
{
	size_t used = strlen(err->text);

	snprintf(err->text + used, sizeof(err->text) - used, ": %s", text);
}

int
error_set(struct error *err, enum error_code code, const char *format, ...)
{
	va_list args;

	if (err == NULL)
		return -1;
	err->code = code;
	va_start(args, format);
	vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	make_safe(err);
	return -1;
}

int
error_system(struct error *err, int errnum, const char *format, ...)
{
	char reason[128];
	va_list args;

	if (err == NULL)
		return -1;
	err->code = code_of_errno(errnum);
	va_start(args, format);
	vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	/* The GNU form, which gives the text and may leave the buffer alone. */
	append(err, strerror_r(errnum, reason, sizeof(reason)));
	make_safe(err);
	return -1;
}

int
error_prefix(struct error *err, const char *format, ...)
{
	char old[sizeof(err->text)];
	va_list args;

	if (err == NULL)
		return -1;
	snprintf(old, sizeof(old), "%s", err->text);
	va_start(args, format);
	vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	append(err, old);
	make_safe(err);
	return -1;
}
