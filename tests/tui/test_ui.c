/* The ui without a terminal: stack, keys, messages, dialogs, progress, sizes, timers. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/jobs.h"
#include "core/base/path.h"
#include "tests/tui/golden.h"
#include "tests/tui/sample.h"
#include "tests/tui/suites.h"
#include "tui/bars.h"

static struct sample *sample;
static struct ui *ui;
static struct str text;

static void
set_up(void)
{
	sample = sample_new(100000);
	ui = ui_new(&(struct ui_setup){ .rows = 24, .columns = 80, .features = FULL });
	sample_push(sample, ui);
	str_init(&text, STR_MAX_TEXT);
}

static void
tear_down(void)
{
	ui_free(ui);
	sample_free(sample);
	str_release(&text);
}

static const char *
screen(void)
{
	str_clear(&text);
	ui_text(ui, &text);
	return text.data;
}

static const char *
message(void)
{
	const struct message *latest = messages_latest(ui_messages(ui));

	return latest != NULL ? latest->text : "";
}

START_TEST(test_screens)
{
	golden_text("ui-list", screen());
	str_clear(&text);
	ui_styled(ui, &text);
	golden_text("ui-list-styled", text.data);
	ui_keys(ui, "j j Space Enter");
	golden_text("ui-text", screen());
	ui_keys(ui, "q d");
	golden_text("ui-confirm", screen());
	ui_keys(ui, "y");
	ck_assert_str_eq(message(), "dismissed 3");
	ui_keys(ui, "d n");
	ck_assert_str_eq(message(), "");
}
END_TEST

START_TEST(test_ascii)
{
	ui_free(ui);
	ui = ui_new(&(struct ui_setup){ .rows = 24, .columns = 80, .features = 0 });
	sample_push(sample, ui);
	golden_text("ui-ascii", screen());
	for (size_t i = 0; i < text.len; i++)
		ck_assert_int_lt((unsigned char)text.data[i], 128);
}
END_TEST

START_TEST(test_every_size)
{
	for (int rows = 1; rows < 30; rows += 3) {
		for (int columns = 1; columns < 130; columns += 7) {
			ui_resize(ui, rows, columns);
			ui_keys(ui, "j G g d Esc ? Esc : x Esc / 1 Enter n Enter q");
			screen();
		}
	}
	ui_resize(ui, 5, 20);
	golden_text("ui-20x5", screen());
	ui_resize(ui, 4, 20);
	ck_assert_str_eq(screen(), "20x4: too small\n\n\n\n");
	ui_resize(ui, 40, 160);
	golden_text("ui-wide", screen());
}
END_TEST

START_TEST(test_find)
{
	ui_keys(ui, "n");
	ck_assert_str_eq(message(), "nothing to find again; / finds");
	ui_keys(ui, "/");
	ui_type(ui, "_7919");
	golden_text("ui-find", screen());
	ui_keys(ui, "Enter n N");
	ck_assert_ptr_nonnull(strstr(screen(), "> "));
	ui_keys(ui, "/");
	ui_type(ui, "nowhere");
	ui_keys(ui, "Enter");
	ck_assert_str_eq(message(), "nothing matches nowhere");
	ui_keys(ui, "/ Up");
	ck_assert_ptr_nonnull(strstr(screen(), "/nowhere"));
	ui_keys(ui, "Esc");
}
END_TEST

START_TEST(test_unknown_and_refused_keys)
{
	ui_keys(ui, "z");
	ck_assert_str_eq(message(), "z does nothing here; ? shows all keys");
	ui_keys(ui, "c");
	ck_assert_str_eq(message(), "claim: somebody has it");
	ui_keys(ui, "Tab");
	ck_assert_str_eq(message(), "next pane: there is one pane only");
	ui_keys(ui, "Esc");
	ck_assert_str_eq(message(), "this is the first screen; Q leaves");
	ck_assert(!ui_finished(ui));
	ui_keys(ui, "Q");
	ck_assert(ui_finished(ui));
	ck_assert_int_eq(ui_keys(ui, "NoSuchKey"), -1);
}
END_TEST

START_TEST(test_messages)
{
	struct messages log;
	char line[32];

	ui_message(ui, MESSAGE_ERROR, "bad\033[2J thing");
	ui_message(ui, MESSAGE_INFO, "fine");
	ck_assert_str_eq(message(), "bad\xEF\xBF\xBD thing"); /* the worst one stays in sight */
	ck_assert_ptr_nonnull(strstr(screen(), "error: bad"));
	ck_assert_ptr_nonnull(strstr(screen(), "(1 more)"));
	ui_keys(ui, "j");
	ck_assert_str_eq(message(), "");
	ck_assert_uint_eq(ui_messages(ui)->list.count, 2);

	messages_init(&log);
	for (int i = 0; i < MESSAGES_MAX + 10; i++) {
		snprintf(line, sizeof(line), "message %d", i);
		messages_add(&log, MESSAGE_INFO, line);
	}
	messages_add(&log, MESSAGE_INFO, line);
	ck_assert_uint_eq(log.list.count + log.dropped, MESSAGES_MAX + 10);
	ck_assert_uint_gt(log.dropped, 0);
	ck_assert_uint_eq(log.list.items[log.list.count - 1].repeats, 1);
	messages_release(&log);
}
END_TEST

START_TEST(test_copy)
{
	struct error err = { 0 };
	char *folder = NULL, *path;
	struct str copied;

	screen();
	ui_keys(ui, "y");
	ck_assert_str_eq(ui_copied(ui), "function_0");
	ck_assert_ptr_nonnull(strstr(message(), "copied.txt"));
	ck_assert_int_eq(path_state_home(&folder, &err), 0);
	path = path_join(folder, "copied.txt");
	str_init(&copied, STR_MAX_TEXT);
	ck_assert_int_eq(path_read_file(&copied, path, STR_MAX_TEXT, &err), 0);
	ck_assert_str_eq(copied.data, "function_0");
	str_release(&copied);
	free(folder);
	free(path);
	ui_keys(ui, "Enter y");
	ck_assert_str_eq(message(), "there is nothing to copy here");
	ck_assert_int_eq(ui_edit(ui, "x", 1, &err), -1);
}
END_TEST

/* -- the stack -- */

static char trace[256];

static void
note(const char *what, const void *state)
{
	size_t used = strlen(trace);

	snprintf(trace + used, sizeof(trace) - used, "%s%s ", what, (const char *)state);
}

static void
trace_open(void *state, struct ui *from)
{
	(void)from;
	note("+", state);
}

static void
trace_close(void *state, struct ui *from)
{
	(void)from;
	note("-", state);
}

static void
trace_resume(void *state, struct ui *from)
{
	(void)from;
	note("^", state);
}

static void
trace_event(void *state, struct ui *from, int what, void *data)
{
	(void)from;
	(void)data;
	note(what == 7 ? "!" : "?", state);
}

static void
trace_draw(const void *state, const struct surface *surface)
{
	surface_put(surface, 0, 0, STYLE_NORMAL, state);
}

static const struct screen_ops traced = {
	.name = "traced",
	.open = trace_open,
	.close = trace_close,
	.resume = trace_resume,
	.draw = trace_draw,
	.event = trace_event,
};
static const struct screen_ops traced_dialog = {
	.name = "dialog", .kind = SCREEN_DIALOG, .close = trace_close, .draw = trace_draw
};

START_TEST(test_stack)
{
	uint64_t first, second;

	trace[0] = '\0';
	first = ui_push(ui, &traced, "a");
	second = ui_push(ui, &traced, "b");
	ck_assert(ui_post(ui, first, 7, NULL));
	ui_keys(ui, "q");
	ck_assert(!ui_post(ui, second, 7, NULL));
	ui_push(ui, &traced_dialog, "d");
	ui_keys(ui, "q");
	ui_replace(ui, &traced, "c");
	ui_keys(ui, "j");
	ck_assert_str_eq(trace, "+a +b !a -b ^a -d +c -a ");
	ui_push(ui, &traced, "e");
	ui_pop_to_first(ui);
	ui_keys(ui, "j");
	ck_assert_str_eq(trace, "+a +b !a -b ^a -d +c -a +e -e -c ");
	ck_assert_str_eq(ui_top(ui, NULL)->name, "rows");
	ui_pop(ui);
	ck_assert(ui_finished(ui));
	ck_assert_ptr_null(ui_top(ui, NULL));
	ui_keys(ui, "j");
}
END_TEST

/* -- jobs and timers -- */

struct work {
	struct ui *ui;
	uint64_t id;
	enum error_code result;
};

static int
work_run(struct job *job, void *state, struct error *err)
{
	const struct progress *progress = job_progress_handle(job);

	(void)state;
	/* Until it is cancelled, with a bound. */
	for (int i = 0; i < 20000 && !progress_cancelled(progress); i++)
		usleep(500);
	return error_set(err, progress_cancelled(progress) ? ERROR_CANCELLED : ERROR_LIMIT,
			 "stopped");
}

static void
work_done(void *state, const struct error *err)
{
	struct work *work = state;

	work->result = err != NULL ? err->code : ERROR_NONE;
	ui_progress_end(work->ui, work->id);
	ui_error(work->ui, err);
}

static const struct job_ops work_ops = { .name = "work", .run = work_run, .done = work_done };

START_TEST(test_escape_stops_work)
{
	struct job_queue *jobs = job_queue_new(1);
	struct work work = { 0 };

	ui_free(ui);
	ui = ui_new(
		&(struct ui_setup){ .rows = 24, .columns = 80, .features = FULL, .jobs = jobs });
	sample_push(sample, ui);
	work.ui = ui;
	work.id = job_submit(jobs, &work_ops, &work);
	ui_progress(ui, work.id, "loading the profile", 3, 4);
	ck_assert_ptr_nonnull(strstr(screen(), "loading the profile"));
	ck_assert_ptr_nonnull(strstr(screen(), "75 %"));
	ck_assert_ptr_nonnull(strstr(screen(), "Esc stops"));
	ui_keys(ui, "Esc");
	for (int i = 0; i < 20000 && !job_queue_idle(jobs); i++) {
		job_queue_dispatch(jobs);
		usleep(500);
	}
	job_queue_dispatch(jobs);
	ck_assert_int_eq(work.result, ERROR_CANCELLED);
	ck_assert_ptr_nonnull(strstr(message(), "cancelled"));
	ui_keys(ui, "C-c");
	ck_assert_str_eq(message(), "nothing is running; Q leaves");
	job_queue_free(jobs);
}
END_TEST

static int timer_runs;

static void
on_timer(void *user, struct ui *from)
{
	(void)user;
	timer_runs++;
	if (timer_runs < 3)
		ui_timer(from, 0, on_timer, NULL);
}

START_TEST(test_timers)
{
	uint64_t timer;

	timer_runs = 0;
	ck_assert_int_eq(ui_timers_wait(ui), -1);
	ui_timer(ui, 0, on_timer, NULL);
	ck_assert_int_eq(ui_timers_wait(ui), 0);
	ui_timers_run(ui);
	ck_assert_int_eq(timer_runs, 1); /* the one it set waits for the next round */
	ui_timers_run(ui);
	ui_timers_run(ui);
	ck_assert_int_eq(timer_runs, 3);
	timer = ui_timer(ui, 3600 * INT64_C(1000000), on_timer, NULL);
	ck_assert_int_gt(ui_timers_wait(ui), 0);
	ui_timer_cancel(ui, timer);
	ck_assert_int_eq(ui_timers_wait(ui), -1);
	for (int i = 0; i < UI_TIMERS_MAX; i++)
		ck_assert_uint_gt(ui_timer(ui, 1000000, on_timer, NULL), 0);
	ck_assert_uint_eq(ui_timer(ui, 1000000, on_timer, NULL), 0);
}
END_TEST

START_TEST(test_mouse)
{
	struct input click = { .type = INPUT_MOUSE, .mouse = { .button = 1, .row = 5 } };
	struct input wheel = { .type = INPUT_MOUSE,
			       .mouse = { .type = MOUSE_WHEEL_DOWN, .row = 3 } };

	screen();
	ui_input(ui, &click);
	ck_assert_ptr_nonnull(strstr(screen(), "\n>"));
	ui_input(ui, &wheel);
	click.mouse.row = 23;
	ui_input(ui, &click);
	click.mouse.row = 0;
	ui_input(ui, &click);
	golden_text("ui-mouse", screen());
}
END_TEST

START_TEST(test_bars)
{
	static const struct tab tabs[] = { { "Regressions", 7 },
					   { "Opportunities", 1200 },
					   { "All", -1 } };
	struct surface_memory memory;
	struct surface surface;

	surface_memory_init(&memory, 5, 60, FULL);
	surface = surface_memory_surface(&memory);
	bars_tabs(&surface, 0, tabs, 3, 1);
	ck_assert_uint_eq(bars_tab_at(tabs, 3, 1, 0), 0);
	ck_assert_uint_eq(bars_tab_at(tabs, 3, 1, 20), 1);
	ck_assert_uint_eq(bars_tab_at(tabs, 3, 1, 59), 3);
	bars_rule(&surface, 1, "evidence");
	bars_progress(&surface, 2, "reading", 1234567, 0);
	bars_top(&surface, 3, "headroom > F1 > flame", "a headline that is rather long");
	bars_top(&surface, 4, "headroom > findings > F1 > investigation I4 > a long way down", "x");
	golden_memory("bars", &memory, true);
	surface_memory_release(&memory);
}
END_TEST

Suite *
ui_suite(void)
{
	Suite *suite = suite_create("ui");
	TCase *tests = tcase_create("all");

	tcase_set_timeout(tests, 30);
	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, test_screens);
	tcase_add_test(tests, test_ascii);
	tcase_add_test(tests, test_every_size);
	tcase_add_test(tests, test_find);
	tcase_add_test(tests, test_unknown_and_refused_keys);
	tcase_add_test(tests, test_messages);
	tcase_add_test(tests, test_copy);
	tcase_add_test(tests, test_stack);
	tcase_add_test(tests, test_escape_stops_work);
	tcase_add_test(tests, test_timers);
	tcase_add_test(tests, test_mouse);
	tcase_add_test(tests, test_bars);
	suite_add_tcase(suite, tests);
	return suite;
}
