/*
 * What goes to the terminal beside curses: mouse reports, bracketed paste, the
 * clipboard (OSC 52 of xterm's control sequences document). Curses has always
 * sent all of its own before, so order is kept. Called by term.c and ui.c.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/str.h"
#include "core/base/text.h"
#include "tui/term_private.h"

/* Terminals stop reading an OSC 52 at about 100,000 bytes; this is before base64. */
#define CLIPBOARD_MAX ((size_t)74000)

void
term_write(const char *bytes, size_t length)
{
	while (length > 0) {
		ssize_t sent = write(STDOUT_FILENO, bytes, length);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent <= 0)
			return; /* hung up: the input side sees it too */
		bytes += sent;
		length -= (size_t)sent;
	}
}

void
term_send_modes(const struct term *term, bool on)
{
	static const char mouse_on[] = "\033[?1000h\033[?1002h\033[?1006h";
	static const char mouse_off[] = "\033[?1006l\033[?1002l\033[?1000l";
	static const char paste_on[] = "\033[?2004h";
	static const char paste_off[] = "\033[?2004l";

	if (on)
		term_write(paste_on, sizeof(paste_on) - 1);
	else
		term_write(paste_off, sizeof(paste_off) - 1);
	if (term->mouse && on)
		term_write(mouse_on, sizeof(mouse_on) - 1);
	else if (term->mouse)
		term_write(mouse_off, sizeof(mouse_off) - 1);
}

bool
term_mouse(const struct term *term)
{
	return term->mouse;
}

void
term_set_mouse(struct term *term, bool on)
{
	if (term->mouse == on)
		return;
	if (!on)
		term_send_modes(term, false); /* while it still counts as on */
	term->mouse = on;
	term_send_modes(term, true);
}

static void
add_base64(struct str *out, const unsigned char *data, size_t length)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < length; i += 3) {
		unsigned bits = (unsigned)data[i] << 16;

		bits |= i + 1 < length ? (unsigned)data[i + 1] << 8 : 0;
		bits |= i + 2 < length ? data[i + 2] : 0;
		str_add_char(out, digits[bits >> 18]);
		str_add_char(out, digits[bits >> 12 & 63]);
		str_add_char(out, i + 1 < length ? digits[bits >> 6 & 63] : '=');
		str_add_char(out, i + 2 < length ? digits[bits & 63] : '=');
	}
}

bool
term_copy(struct term *term, const char *text, size_t length)
{
	const char *name = getenv("TERM");
	bool tmux = getenv("TMUX") != NULL;
	bool screen = !tmux && name != NULL && text_starts_with(name, "screen");
	struct str out;

	(void)term;
	if (length > CLIPBOARD_MAX)
		return false;
	str_init(&out, STR_MAX_TEXT);
	/* Multiplexers hand on what is wrapped in a device control string; tmux wants ESC doubled.
	 */
	str_add(&out, tmux ? "\033Ptmux;\033" : screen ? "\033P" : "");
	str_add(&out, "\033]52;c;");
	add_base64(&out, (const unsigned char *)text, length);
	str_add(&out, "\a");
	str_add(&out, tmux || screen ? "\033\\" : "");
	term_write(out.data, out.len);
	str_release(&out);
	return true;
}
