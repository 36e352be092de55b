/*
 * The real terminal: the sample runs as a child on a pseudo terminal, libvterm reads
 * what it sends. Compares screens, counts bytes, ends it in all ways.
 */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <utmp.h>
#include <vterm.h>

#include "core/base/clock.h"
#include "tests/tui/golden.h"
#include "tests/tui/sample.h"
#include "tests/tui/suites.h"

#define QUIET_MS 80
#define PATIENCE_MS 10000
#define OUTPUT_MAX ((size_t)4 * 1024 * 1024)

static VTerm *vterm;
static struct str output; /* raw, since the last take */
static int master = -1;
static int held_slave = -1; /* so that the modes can be asked after the child is gone */
static pid_t child = -1;

/* What the terminal was told last: cursor, alternate screen, mouse. */
static int properties[VTERM_N_PROPS];

static int
on_property(VTermProp property, VTermValue *value, void *user)
{
	(void)user;
	if (vterm_get_prop_type(property) == VTERM_VALUETYPE_BOOL)
		properties[property] = value->boolean;
	else if (vterm_get_prop_type(property) == VTERM_VALUETYPE_INT)
		properties[property] = value->number;
	return 1;
}

static const VTermScreenCallbacks callbacks = { .settermprop = on_property };

static void
start(int rows, int columns, const char *term, const char *locale)
{
	struct winsize size = { .ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns };
	int slave;

	ck_assert_int_eq(openpty(&master, &slave, NULL, NULL, &size), 0);
	held_slave = slave;
	child = fork();
	ck_assert_int_ge(child, 0);
	if (child == 0) {
		close(master);
		setenv("TERM", term, 1);
		setenv("LC_ALL", locale, 1);
		unsetenv("SSH_CONNECTION");
		unsetenv("SSH_TTY");
		unsetenv("TMUX");
		unsetenv("ESCDELAY");
		login_tty(slave);
		/* A crash is what some tests are about: no report from the sanitizer. */
		signal(SIGSEGV, SIG_DFL);
		exit(sample_run(10000, NULL));
	}
	vterm = vterm_new(rows, columns);
	vterm_set_utf8(vterm, 1);
	vterm_screen_enable_altscreen(vterm_obtain_screen(vterm), 1);
	vterm_screen_set_callbacks(vterm_obtain_screen(vterm), &callbacks, NULL);
	vterm_screen_reset(vterm_obtain_screen(vterm), 1);
	str_init(&output, OUTPUT_MAX);
}

static void
set_up(void)
{
	unsetenv("NO_COLOR");
}

static void
tear_down(void)
{
	if (child > 0) {
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
	}
	if (vterm != NULL)
		vterm_free(vterm);
	close(master);
	close(held_slave);
	str_release(&output);
	child = -1;
	vterm = NULL;
}

/* Reads until it is quiet. The bytes that came since the call before. */
static size_t
settle(void)
{
	struct pollfd polled = { .fd = master, .events = POLLIN };
	int64_t end = clock_monotonic() + PATIENCE_MS * INT64_C(1000);
	char block[8192];
	size_t count;

	str_clear(&output);
	/* The first byte may take long on a busy machine, the rest follows at once. */
	while (clock_monotonic() < end &&
	       poll(&polled, 1, output.len > 0 ? QUIET_MS : PATIENCE_MS) > 0) {
		ssize_t got = read(master, block, sizeof(block));

		if (got <= 0)
			break;
		str_add_n(&output, block, (size_t)got);
		vterm_input_write(vterm, block, (size_t)got);
	}
	vterm_screen_flush_damage(vterm_obtain_screen(vterm));
	count = output.len;
	return count;
}

/* Nothing comes for a while. */
static bool
is_quiet(void)
{
	struct pollfd polled = { .fd = master, .events = POLLIN };

	return poll(&polled, 1, 300) == 0;
}

static void
send(const char *keys)
{
	ck_assert_int_eq(write(master, keys, strlen(keys)), (ssize_t)strlen(keys));
}

static void
screen_text(struct str *out)
{
	int rows, columns;
	char line[4096];

	vterm_get_size(vterm, &rows, &columns);
	for (int row = 0; row < rows; row++) {
		VTermRect rect = { row, row + 1, 0, columns };
		size_t length =
			vterm_screen_get_text(vterm_obtain_screen(vterm), line, sizeof(line), rect);

		while (length > 0 && line[length - 1] == ' ')
			length--;
		str_add_n(out, line, length);
		str_add_char(out, '\n');
	}
}

static void
golden_screen(const char *name)
{
	struct str text;

	str_init(&text, STR_MAX_TEXT);
	screen_text(&text);
	golden_text(name, text.data);
	str_release(&text);
}

/* Waits for the child with a bound; its status as waitpid gives it. */
static int
wait_child(void)
{
	int status = 0;

	for (int i = 0; i < PATIENCE_MS; i++) {
		if (waitpid(child, &status, WNOHANG) == child) {
			child = -1;
			return status;
		}
		usleep(1000);
	}
	ck_abort_msg("the child does not end");
	return -1;
}

/* Alternate screen left, cursor shown, colours off, mouse and paste off, modes as they were. */
static void
check_restored(void)
{
	struct termios modes;

	ck_assert_ptr_nonnull(strstr(output.data, "\033[?2004l"));
	ck_assert(properties[VTERM_PROP_CURSORVISIBLE]);
	ck_assert(!properties[VTERM_PROP_ALTSCREEN]);
	ck_assert_int_eq(properties[VTERM_PROP_MOUSE], VTERM_PROP_MOUSE_NONE);
	ck_assert_int_eq(tcgetattr(held_slave, &modes), 0);
	ck_assert((modes.c_lflag & (ICANON | ECHO | ISIG)) == (ICANON | ECHO | ISIG));
}

START_TEST(test_screens)
{
	start(24, 80, "xterm-256color", "C.UTF-8");
	settle();
	golden_screen("term-list");
	send("jj\r");
	settle();
	golden_screen("term-text");
	send("q?");
	settle();
	golden_screen("term-help");
}
END_TEST

START_TEST(test_ascii_locale)
{
	start(24, 80, "xterm-256color", "C");
	settle();
	golden_screen("term-ascii");
	/* No byte over 127 was sent at all. */
	send("\f");
	settle();
	for (size_t i = 0; i < output.len; i++)
		ck_assert_int_lt((unsigned char)output.data[i], 128);
}
END_TEST

static const char *const terminals[] = { "xterm-256color", "xterm",
					 "xterm-16color",  "screen-256color",
					 "tmux-256color",  "linux",
					 "vt100",          "rxvt-unicode-256color" };

/* The text is the same whatever the terminal can do. (Those that are not installed are refused in
 * one line.) */
START_TEST(test_terminals)
{
	start(24, 80, terminals[_i], "C.UTF-8");
	settle();
	if (strstr(output.data, "is not known on this machine") != NULL)
		return;
	send("j");
	settle();
	send("k");
	settle();
	golden_screen(_i == 6 ? "term-vt100" : "term-list-back");
}
END_TEST

START_TEST(test_no_colour)
{
	setenv("NO_COLOR", "1", 1);
	start(24, 80, "xterm-256color", "C.UTF-8");
	settle();
	ck_assert_ptr_null(strstr(output.data, "38;5;"));
	ck_assert_ptr_null(strstr(output.data, "48;5;"));
	golden_screen("term-list");
}
END_TEST

/* The numbers that were promised: a cursor move at 120x40 is at most 300 bytes, nothing is nothing.
 */
START_TEST(test_bytes)
{
	size_t worst = 0, bytes;

	start(40, 120, "xterm-256color", "C.UTF-8");
	settle();
	send("jj");
	settle();
	for (int i = 0; i < 10; i++) {
		send(i < 6 ? "j" : "k");
		bytes = settle();
		worst = bytes > worst ? bytes : worst;
	}
	ck_assert_uint_gt(worst, 0);
	ck_assert_uint_le(worst, 300);
	printf("check_tui: a cursor move takes up to %zu bytes\n", worst);
	/* Idle: nothing comes. */
	ck_assert(is_quiet());
	/* A key that changes nothing sends nothing. */
	send("g");
	settle();
	send("g");
	ck_assert(is_quiet());
}
END_TEST

START_TEST(test_resize_storm)
{
	struct winsize size = { .ws_row = 24, .ws_col = 80 };

	start(24, 80, "xterm-256color", "C.UTF-8");
	settle();
	for (int i = 0; i < 300; i++) {
		size.ws_row = (unsigned short)(1 + i * 7 % 50);
		size.ws_col = (unsigned short)(1 + i * 13 % 200);
		ioctl(master, TIOCSWINSZ, &size);
	}
	size.ws_row = 12;
	size.ws_col = 60;
	ioctl(master, TIOCSWINSZ, &size);
	vterm_set_size(vterm, 12, 60);
	settle();
	send("\f"); /* what came between was for other sizes */
	settle();
	golden_screen("term-resized");
	size.ws_row = 3;
	size.ws_col = 15;
	ioctl(master, TIOCSWINSZ, &size);
	vterm_set_size(vterm, 3, 15);
	settle();
	send("\f");
	settle();
	golden_screen("term-tiny");
}
END_TEST

START_TEST(test_quit)
{
	start(24, 80, "xterm-256color", "C.UTF-8");
	settle();
	send("Q");
	settle();
	ck_assert_int_eq(wait_child(), 0);
	check_restored();
}
END_TEST

static const int endings[] = { SIGTERM, SIGHUP, SIGINT, SIGQUIT };

START_TEST(test_signals)
{
	start(24, 80, "xterm-256color", "C.UTF-8");
	settle();
	send(_i % 2 ? "?" : "/abc");
	settle();
	kill(child, endings[_i]);
	settle();
	ck_assert_int_eq(WEXITSTATUS(wait_child()), 128 + endings[_i]);
	check_restored();
}
END_TEST

START_TEST(test_crash)
{
	int status;

	start(24, 80, "xterm-256color", "C.UTF-8");
	settle();
	send("\033[20~"); /* F9 */
	settle();
	status = wait_child();
	ck_assert(WIFSIGNALED(status));
	ck_assert_int_eq(WTERMSIG(status), SIGSEGV);
	check_restored();
}
END_TEST

START_TEST(test_out_of_memory)
{
	start(24, 80, "xterm-256color", "C.UTF-8");
	settle();
	send("\033[21~"); /* F10 */
	settle();
	ck_assert_int_eq(WEXITSTATUS(wait_child()), 3);
	check_restored();
	ck_assert_ptr_nonnull(strstr(output.data, "memory: exhausted"));
}
END_TEST

START_TEST(test_hang_up)
{
	int status;

	start(24, 80, "xterm-256color", "C.UTF-8");
	settle();
	close(held_slave);
	close(master);
	status = wait_child();
	ck_assert(WIFEXITED(status) ? WEXITSTATUS(status) == 128 + SIGHUP
				    : WTERMSIG(status) == SIGHUP);
	master = held_slave = -1;
}
END_TEST

START_TEST(test_keys)
{
	start(24, 80, "xterm-256color", "C.UTF-8");
	settle();
	send("\033[B\033OB"); /* Down, as both kinds of terminal send it */
	settle();
	send("\033[200~Qq\r\033[201~"); /* pasted: nothing of it is a key */
	ck_assert(is_quiet());
	send("w\033[200~some text\033[201~\r");
	settle();
	send("\033[<0;5;9M"); /* a click */
	settle();
	send("\033"); /* Esc alone, after its delay */
	settle();
	golden_screen("term-keys");
	send("y");
	settle();
	ck_assert_ptr_nonnull(strstr(output.data, "\033]52;c;"));
}
END_TEST

START_TEST(test_stop_and_continue)
{
	int status = 0;

	start(24, 80, "xterm-256color", "C.UTF-8");
	settle();
	kill(child, SIGSTOP);
	ck_assert_int_eq(waitpid(child, &status, WUNTRACED), child);
	ck_assert(WIFSTOPPED(status));
	vterm_screen_reset(vterm_obtain_screen(vterm), 1); /* somebody else wrote on it */
	kill(child, SIGCONT);
	settle();
	golden_screen("term-list");
	send("Q");
	settle();
	ck_assert_int_eq(wait_child(), 0);
	check_restored();
}
END_TEST

/* What a library says is kept off the screen and shown in the end. */
START_TEST(test_stderr)
{
	start(24, 80, "xterm-256color", "C.UTF-8");
	settle();
	send("\033[18~"); /* F7 */
	ck_assert(is_quiet());
	send("\f");
	settle();
	golden_screen("term-list");
	send("Q");
	settle();
	ck_assert_int_eq(wait_child(), 0);
	ck_assert_ptr_nonnull(strstr(output.data, "noise of a library"));
	check_restored();
}
END_TEST

START_TEST(test_editor)
{
	unsetenv("VISUAL");
	setenv("EDITOR", "echo  -n here", 1);
	start(24, 80, "xterm-256color", "C.UTF-8");
	settle();
	send("e");
	settle();
	ck_assert_ptr_nonnull(strstr(output.data, "here +3 sample.c"));
	golden_screen("term-list");
	send("\032"); /* Ctrl-Z, where no shell could continue us: nothing stops */
	settle();
	send("Q");
	settle();
	ck_assert_int_eq(wait_child(), 0);
}
END_TEST

START_TEST(test_editor_that_is_not_there)
{
	setenv("VISUAL", "no-such-editor", 1);
	start(24, 80, "xterm-256color", "C.UTF-8");
	settle();
	send("e");
	settle();
	golden_screen("term-no-editor");
}
END_TEST

static const struct {
	const char *term, *message;
} refused[] = {
	{ "dumb", "TERM is dumb" },
	{ "", "TERM is not set" },
	{ "no-such-terminal", "TERM=no-such-terminal is not known" },
};

START_TEST(test_refused)
{
	start(24, 80, refused[_i].term, "C.UTF-8");
	settle();
	ck_assert_int_eq(WEXITSTATUS(wait_child()), 3);
	ck_assert_ptr_nonnull(strstr(output.data, refused[_i].message));
	ck_assert_ptr_null(strstr(output.data, "\033"));
}
END_TEST

Suite *
term_suite(void)
{
	Suite *suite = suite_create("term");
	TCase *tests = tcase_create("all");

	tcase_set_timeout(tests, 60);
	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, test_screens);
	tcase_add_test(tests, test_ascii_locale);
	tcase_add_loop_test(tests, test_terminals, 0, sizeof(terminals) / sizeof(terminals[0]));
	tcase_add_test(tests, test_no_colour);
	tcase_add_test(tests, test_bytes);
	tcase_add_test(tests, test_resize_storm);
	tcase_add_test(tests, test_quit);
	tcase_add_loop_test(tests, test_signals, 0, 4);
	tcase_add_test(tests, test_crash);
	tcase_add_test(tests, test_out_of_memory);
	tcase_add_test(tests, test_hang_up);
	tcase_add_test(tests, test_keys);
	tcase_add_test(tests, test_stop_and_continue);
	tcase_add_test(tests, test_stderr);
	tcase_add_test(tests, test_editor);
	tcase_add_test(tests, test_editor_that_is_not_there);
	tcase_add_loop_test(tests, test_refused, 0, 3);
	suite_add_tcase(suite, tests);
	return suite;
}
