/* The terminal's input: bytes to keys, clicks, pastes; see term.h. Called by loop.c through term.h.
 */
#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/text.h"
#include "tui/term_private.h"

#define ESCAPE_DELAY 25 /* milliseconds; ESCDELAY in the environment has the last word */
#define ESCAPE_DELAY_MAX 5000
#define DOUBLE_CLICK (400 * CLOCK_SECOND / 1000)

void
term_input_init(struct term *term)
{
	int64_t delay = ESCAPE_DELAY;
	const char *wanted = getenv("ESCDELAY");

	if (wanted != NULL &&
	    (text_parse_int(&delay, wanted, NULL) < 0 || delay < 0 || delay > ESCAPE_DELAY_MAX))
		delay = ESCAPE_DELAY;
	term->escape_delay = delay * CLOCK_SECOND / 1000;
	key_decoder_init(&term->decoder);
}

void
term_input_release(struct term *term)
{
	key_decoder_release(&term->decoder);
}

int
term_fd(const struct term *term)
{
	(void)term;
	return STDIN_FILENO;
}

bool
term_gone(const struct term *term)
{
	return term->gone;
}

/* True: there are new bytes in the buffer. */
static bool
read_bytes(struct term *term)
{
	struct pollfd poll_fd = { .fd = STDIN_FILENO, .events = POLLIN };
	ssize_t got;

	if (term->gone || poll(&poll_fd, 1, 0) <= 0)
		return false;
	got = read(STDIN_FILENO, term->bytes, sizeof(term->bytes));
	if (got <= 0) {
		term->gone = got == 0 || (errno != EINTR && errno != EAGAIN);
		return false;
	}
	term->byte_count = (size_t)got;
	term->byte_next = 0;
	term->read_time = clock_monotonic();
	return true;
}

static void
see_double_click(struct term *term, struct mouse *mouse)
{
	int64_t now = clock_monotonic();

	if (mouse->type != MOUSE_PRESS)
		return;
	if (term->press.button == mouse->button && term->press.row == mouse->row &&
	    term->press.column == mouse->column && now - term->press_time <= DOUBLE_CLICK) {
		mouse->type = MOUSE_DOUBLE;
		term->press.button = 0; /* a third click is a first one again */
		return;
	}
	term->press = *mouse;
	term->press_time = now;
}

bool
term_input(struct term *term, struct input *input)
{
	for (;;) {
		while (term->byte_next < term->byte_count) {
			if (!key_decoder_byte(&term->decoder, term->bytes[term->byte_next++],
					      input))
				continue;
			if (input->type == INPUT_MOUSE)
				see_double_click(term, &input->mouse);
			return true;
		}
		if (!read_bytes(term))
			break;
	}
	if (term_wait(term) == 0)
		return key_decoder_timeout(&term->decoder, input);
	return false;
}

int
term_wait(const struct term *term)
{
	int64_t left;

	if (!key_decoder_waiting(&term->decoder))
		return -1;
	left = term->read_time + term->escape_delay - clock_monotonic();
	/* Rounded up: a wake-up a moment too soon would be a second wake-up. */
	return left <= 0 ? 0 : (int)((left + 999) / 1000);
}
