/* Frames from outside into a profile; see samples.h. Called by the profile parsers. */
#include "core/collect/samples.h"

#include <stdbool.h>

#include "core/base/str.h"
#include "core/base/text.h"
#include "core/collect/demangle.h"

#define ROOM_MAX (PROFILE_NAME_MAX * 3) /* a byte becomes three at most: U+FFFD */

/* Printable ASCII needs no look at its characters: nearly every symbol there is. */
static bool
is_plain(const char *data, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		unsigned char byte = (unsigned char)data[i];

		if (byte < 0x20 || byte >= 0x7f)
			return false;
	}
	return true;
}

/* Gives *data and *length in a form that is safe to keep; room holds it where it had to change. */
static void
make_safe(const char **data, size_t *length, struct str *room)
{
	if (*length > PROFILE_NAME_MAX)
		*length = PROFILE_NAME_MAX;
	if (is_plain(*data, *length))
		return;
	text_sanitize(room, *data, *length, TEXT_LINE);
	*data = room->data;
	*length = room->len;
	if (*length <= PROFILE_NAME_MAX)
		return;
	*length = PROFILE_NAME_MAX;
	while (*length > 0 && ((*data)[*length] & 0xc0) == 0x80)
		(*length)--; /* not in the middle of a character */
}

uint32_t
sample_frame_add(struct profile *profile, const struct sample_frame *frame)
{
	struct sample_frame safe = *frame;
	struct str function, module, file, plain;
	uint32_t number;

	str_init(&function, ROOM_MAX);
	str_init(&module, ROOM_MAX);
	str_init(&file, ROOM_MAX);
	str_init(&plain, PROFILE_NAME_MAX);
	if (demangle_is_mangled(safe.function, safe.function_length) &&
	    demangle(&plain, safe.function, safe.function_length)) {
		safe.function = plain.data;
		safe.function_length = plain.len;
	}
	make_safe(&safe.function, &safe.function_length, &function);
	make_safe(&safe.module, &safe.module_length, &module);
	make_safe(&safe.file, &safe.file_length, &file);
	if (safe.function_length == 0) {
		safe.function = "[unknown]";
		safe.function_length = sizeof("[unknown]") - 1;
	}
	number = profile_add_frame(profile, safe.function, safe.function_length,
				   safe.module_length > 0 ? safe.module : "", safe.module_length,
				   safe.file_length > 0 ? safe.file : "", safe.file_length,
				   safe.line, safe.kind);
	str_release(&function);
	str_release(&module);
	str_release(&file);
	str_release(&plain);
	return number;
}
