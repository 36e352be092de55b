/*
 * The terminal through curses; see term.h. The only file that includes curses.
 * Called by loop.c, ui.c and whoever opens the workstation.
 */
#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <termcap.h>

#include <errno.h>
#include <langinfo.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/memory.h"
#include "core/base/text.h"
#include "tui/term_private.h"

extern char **environ;

/* -- opening -- */

static int
check_usable(struct error *err)
{
	const char *name = getenv("TERM");

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return error_set(err, ERROR_UNAVAILABLE,
				 "the workstation needs a terminal; every command works without");
	if (name == NULL || *name == '\0' || strcmp(name, "dumb") == 0)
		return error_set(err, ERROR_UNAVAILABLE,
				 "TERM is %s: the workstation needs a terminal that can place "
				 "the cursor; every command works without",
				 name == NULL || *name == '\0' ? "not set" : "dumb");
	/* newterm would find out too, and leak. */
	if (tgetent(NULL, name) != 1)
		return error_set(err, ERROR_UNAVAILABLE, "TERM=%s is not known on this machine",
				 name);
	return 0;
}

static enum theme_depth
colour_depth(const struct term_setup *setup)
{
	const char *no_colour = getenv("NO_COLOR");

	if (setup->no_colour || (no_colour != NULL && *no_colour != '\0') || !has_colors())
		return THEME_NONE;
	/* Over 256 numbers are direct colours, where only the first eight are a palette. */
	if (COLORS == 256)
		return THEME_256;
	if (COLORS >= 16 && COLORS < 256)
		return THEME_16;
	return COLORS >= 8 ? THEME_8 : THEME_NONE;
}

static bool
mouse_wanted(const struct term_setup *setup)
{
	if (setup->mouse >= 0)
		return setup->mouse > 0;
	/* Over SSH the terminal's own selection is how people copy. */
	return getenv("SSH_CONNECTION") == NULL && getenv("SSH_TTY") == NULL;
}

/* A capability without its padding "$<5>"; "" where there is none. */
static void
add_capability(struct str *out, const char *name)
{
	const char *text = tigetstr(name);

	if (text == NULL || text == (char *)-1)
		return;
	while (*text != '\0') {
		if (text[0] == '$' && text[1] == '<' && strchr(text, '>') != NULL)
			text = strchr(text, '>') + 1;
		else
			str_add_char(out, *text++);
	}
}

static void
arm_restore(void)
{
	struct str sequence;

	str_init(&sequence, TERM_RESTORE_MAX);
	str_add(&sequence, "\033[?1006l\033[?1002l\033[?1000l\033[?2004l");
	add_capability(&sequence, "sgr0");
	add_capability(&sequence, "op");
	add_capability(&sequence, "cnorm");
	add_capability(&sequence, "rmcup");
	term_restore_arm(sequence.data);
	str_release(&sequence);
}

/* What this terminal sends for keys, beside the sequences everybody sends. */
static void
learn_keys(struct key_decoder *decoder)
{
	static const struct {
		const char *capability, *key;
	} keys[] = {
		{ "kcuu1", "Up" },     { "kcud1", "Down" }, { "kcub1", "Left" },
		{ "kcuf1", "Right" },  { "khome", "Home" }, { "kend", "End" },
		{ "kpp", "PgUp" },     { "knp", "PgDn" },   { "kich1", "Insert" },
		{ "kdch1", "Delete" }, { "kf1", "F1" },     { "kf2", "F2" },
		{ "kf3", "F3" },       { "kf4", "F4" },     { "kf5", "F5" },
		{ "kf6", "F6" },       { "kf7", "F7" },     { "kf8", "F8" },
		{ "kf9", "F9" },       { "kf10", "F10" },
	};
	struct key key;

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		const char *sequence = tigetstr(keys[i].capability);

		if (sequence != NULL && sequence != (char *)-1 &&
		    key_parse(&key, keys[i].key, strlen(keys[i].key)) == 0)
			key_decoder_add(decoder, sequence, key);
	}
}

static void
set_modes(struct term *term)
{
	raw();
	noecho();
	nonl();
	typeahead(-1); /* never look at the keys while drawing */
	intrflush(stdscr, FALSE);
	leaveok(stdscr, TRUE);
	scrollok(stdscr, FALSE);
	idlok(stdscr, TRUE);
	curs_set(0);
	if (has_colors()) {
		start_color();
		term->default_colours = use_default_colors() == OK;
	}
}

static bool
is_utf8_locale(void)
{
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

int
term_open(struct term **out, const struct term_setup *setup, struct error *err)
{
	struct term *term;

	if (check_usable(err) < 0)
		return -1;
	term = memory_alloc(sizeof(*term));
	if (theme_load(&term->theme, setup->theme != NULL ? setup->theme : "dark", err) < 0) {
		free(term);
		return -1;
	}
	use_env(FALSE); /* LINES and COLUMNS do not know about resizing; the system does */
	use_tioctl(TRUE);
	term_restore_keep_modes();
	term->screen = newterm(NULL, stdout, stdin);
	if (term->screen == NULL) {
		free(term);
		return error_set(err, ERROR_UNAVAILABLE, "TERM=%s cannot show the workstation",
				 getenv("TERM"));
	}
	arm_restore();
	term_restore_taken(true);
	term_stderr_hide();
	set_modes(term);
	term->depth = colour_depth(setup);
	term->features = setup->ascii || !is_utf8_locale() ? 0 : SURFACE_UNICODE;
	if (term->depth == THEME_256)
		term->features |= SURFACE_SHADES;
	term->mouse = mouse_wanted(setup);
	memset(term->pairs, -1, sizeof(term->pairs));
	term_input_init(term);
	learn_keys(&term->decoder);
	term->entered = true;
	term->cursor_row = -1;
	term_resized(term);
	term_send_modes(term, true);
	*out = term;
	return 0;
}

void
term_close(struct term *term)
{
	if (term == NULL)
		return;
	term_leave(term);
	term_restore_disarm();
	delscreen(term->screen);
	term_input_release(term);
	free(term);
}

/* -- size -- */

unsigned
term_features(const struct term *term)
{
	return term->features;
}

void
term_size(const struct term *term, int *rows, int *columns)
{
	*rows = term->rows;
	*columns = term->columns;
}

bool
term_resized(struct term *term)
{
	struct winsize size = { 0 };
	int rows, columns;

	ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
	rows = size.ws_row > 0 ? size.ws_row : 24;
	columns = size.ws_col > 0 ? size.ws_col : 80;
	rows = rows < SURFACE_SIDE_MAX ? rows : SURFACE_SIDE_MAX;
	columns = columns < SURFACE_SIDE_MAX ? columns : SURFACE_SIDE_MAX;
	if (rows == term->rows && columns == term->columns)
		return false;
	term->rows = rows;
	term->columns = columns;
	resizeterm(rows, columns);
	return true;
}

/* -- drawing -- */

static int
make_pair(struct term *term, int foreground, int background)
{
	if (foreground == THEME_DEFAULT_COLOUR && background == THEME_DEFAULT_COLOUR)
		return 0;
	if (!term->default_colours) {
		foreground = foreground < 0 ? COLOR_WHITE : foreground;
		background = background < 0 ? COLOR_BLACK : background;
	}
	/* Out of pairs: the terminal's own colours; nothing rests on colour alone. */
	if (term->pair_count + 1 >= COLOR_PAIRS || term->pair_count + 1 >= INT16_MAX ||
	    init_pair((short)(term->pair_count + 1), (short)foreground, (short)background) == ERR)
		return 0;
	return ++term->pair_count;
}

static short
pair_of(struct term *term, const struct surface_cell *cell)
{
	const struct theme_look *looks = term->theme.looks[term->depth];
	int16_t *pair = &term->pairs[cell->style][cell->under];

	if (term->depth == THEME_NONE)
		return 0;
	if (*pair < 0)
		*pair = (int16_t)make_pair(term,
					   cell->style == cell->under
						   ? looks[cell->style].foreground
						   : looks[cell->style].background,
					   looks[cell->under].background);
	return *pair;
}

static attr_t
attributes_of(const struct term *term, const struct surface_cell *cell)
{
	unsigned wanted = term->theme.looks[term->depth][cell->style].attributes;

	if (cell->style != cell->under)
		return 0;
	return (wanted & THEME_BOLD ? A_BOLD : 0) | (wanted & THEME_DIM ? A_DIM : 0) |
	       (wanted & THEME_UNDERLINE ? A_UNDERLINE : 0) |
	       (wanted & THEME_REVERSE ? A_REVERSE : 0) | (wanted & THEME_ITALIC ? A_ITALIC : 0);
}

static void
put(void *target, int row, int column, const struct surface_cell *cell)
{
	struct term *term = target;
	wchar_t text[SURFACE_CELL_POINTS + 1];
	size_t at = 0, count = 0, used;
	cchar_t character;

	while (at < cell->length && count < SURFACE_CELL_POINTS) {
		text[count++] = text_decode(cell->text + at, cell->length - at, &used);
		at += used;
	}
	text[count] = L'\0';
	if (setcchar(&character, text, attributes_of(term, cell), pair_of(term, cell), NULL) == OK)
		mvadd_wch(row, column,
			  &character); /* ERR in the last cell, which is drawn all the same */
}

static void
put_cursor(void *target, int row, int column)
{
	struct term *term = target;

	term->cursor_row = row;
	term->cursor_column = column;
}

static const struct surface_ops term_ops = { .put = put, .cursor = put_cursor };

struct surface
term_begin(struct term *term)
{
	erase();
	term->cursor_row = -1;
	return surface_make(&term_ops, term, term->rows, term->columns, term->features);
}

void
term_end(struct term *term)
{
	bool show = term->cursor_row >= 0;

	if (!term->entered)
		return;
	if (show != term->cursor_shown) {
		curs_set(show ? 1 : 0);
		leaveok(stdscr, show ? FALSE : TRUE);
		term->cursor_shown = show;
	}
	if (show)
		move(term->cursor_row, term->cursor_column);
	if (term->redraw)
		clearok(curscr, TRUE);
	term->redraw = false;
	wnoutrefresh(stdscr);
	doupdate();
}

void
term_redraw(struct term *term)
{
	term->redraw = true;
}

/* -- giving it away for a while -- */

void
term_leave(struct term *term)
{
	if (!term->entered)
		return;
	term->entered = false;
	term_send_modes(term, false);
	endwin();
	term_restore_taken(false);
	term_stderr_show();
}

void
term_enter(struct term *term)
{
	if (term->entered)
		return;
	term->entered = true;
	term_stderr_hide();
	term_restore_taken(true);
	reset_prog_mode();
	raw(); /* the shell may have changed more than curses saved */
	noecho();
	curs_set(term->cursor_shown ? 1 : 0);
	term_send_modes(term, true);
	term_resized(term);
	term->redraw = true;
}

void
term_suspend(struct term *term)
{
	struct sigaction stop = { .sa_handler = SIG_DFL }, before;

	term_leave(term);
	sigemptyset(&stop.sa_mask);
	sigaction(SIGTSTP, &stop, &before);
	/*
	 * The whole process group, as the shell's job control does. Where no shell
	 * could continue it (an orphaned group) the system ignores this.
	 */
	kill(0, SIGTSTP);
	sigaction(SIGTSTP, &before, NULL);
	term_enter(term);
	term->continued = true;
}

bool
term_take_continued(struct term *term)
{
	bool continued = term->continued;

	term->continued = false;
	return continued;
}

int
term_run(struct term *term, const char *const *argv, int *status, struct error *err)
{
	posix_spawnattr_t attributes;
	sigset_t set;
	pid_t child;
	int failed, state = 0;

	posix_spawnattr_init(&attributes);
	sigemptyset(&set);
	posix_spawnattr_setsigmask(&attributes, &set);
	/* Our handlers go by themselves; what is ignored here must not be there. */
	sigaddset(&set, SIGPIPE);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGQUIT);
	posix_spawnattr_setsigdefault(&attributes, &set);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	term_leave(term);
	failed = posix_spawnp(&child, argv[0], NULL, &attributes, (char *const *)argv, environ);
	posix_spawnattr_destroy(&attributes);
	while (failed == 0 && waitpid(child, &state, 0) < 0 && errno == EINTR)
		;
	term_enter(term);
	if (failed != 0)
		return error_system(err, failed, "%s", argv[0]);
	*status = WIFSIGNALED(state) ? 128 + WTERMSIG(state) : WEXITSTATUS(state);
	return 0;
}
