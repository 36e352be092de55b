/* Work on other threads, the journal, and words. */
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/memory.h"
#include "tests/tui/golden.h"
#include "tests/views/stage.h"
#include "tests/views/suites.h"
#include "views/screens/words.h"
#include "views/screens/work.h"

enum { ANSWER = 7, TOLD = 8 };

/* A screen that counts what it gets. */
struct probe {
	uint64_t id;
	int answers, told, sum;
	char error[512];
	bool takes;
	void *taken;
};

static void
probe_event(void *state, struct ui *ui, int what, void *data)
{
	struct probe *probe = state;
	struct work_answer *answer = data;

	(void)ui;
	if (what == TOLD) {
		probe->told++;
		probe->sum += *(int *)data;
		free(data);
		return;
	}
	ck_assert_int_eq(what, ANSWER);
	probe->answers++;
	snprintf(probe->error, sizeof(probe->error), "%s",
		 answer->err != NULL ? answer->err->text : "");
	if (probe->takes) {
		probe->taken = answer->task;
		answer->task = NULL;
	}
}

static void
probe_draw(const void *state, const struct surface *surface)
{
	(void)state;
	surface_put(surface, 0, 0, STYLE_NORMAL, "probe");
}

static const struct screen_ops probe_ops = {
	.name = "probe",
	.draw = probe_draw,
	.event = probe_event,
};

enum wish { WISH_TELL, WISH_FAIL, WISH_WAIT };

static int frees, dones;

static int
run(struct work *work, void *task, struct error *err)
{
	enum wish wish = *(enum wish *)task;

	ck_assert_ptr_nonnull(work_store(work));
	for (int i = 1; wish == WISH_TELL && i <= 3; i++)
		work_tell(work, memory_copy(&i, sizeof(i)));
	if (wish == WISH_FAIL)
		return error_set(err, ERROR_INPUT, "it went wrong");
	while (wish == WISH_WAIT) {
		progress_report(work_progress(work), "half way", 1, 2);
		if (progress_cancelled(work_progress(work)))
			return error_set(err, ERROR_CANCELLED, "cancelled");
		usleep(1000);
	}
	return 0;
}

static void
free_task(void *task)
{
	frees++;
	free(task);
}

static void
done(void *task, struct ui *ui, const struct error *err)
{
	(void)task;
	(void)ui;
	(void)err;
	dones++;
}

static const struct work_ops ops = {
	.name = "probing",
	.run = run,
	.free = free_task,
	.done = done,
	.answer = ANSWER,
	.told = TOLD,
};

static uint64_t
start(struct stage *stage, uint64_t screen, enum wish wish)
{
	return work_start(stage->ui, screen, &ops, memory_copy(&wish, sizeof(wish)));
}

START_TEST(test_answers)
{
	struct stage *stage = stage_new(NULL, 24, 80, FULL);
	struct probe probe = { 0 };

	probe.id = ui_push(stage->ui, &probe_ops, &probe);
	start(stage, probe.id, WISH_TELL);
	stage_settle(stage);
	ck_assert_int_eq(probe.told, 3);
	ck_assert_int_eq(probe.sum, 6);
	ck_assert_int_eq(probe.answers, 1);
	ck_assert_str_eq(probe.error, "");
	ck_assert_int_eq(frees, 1);
	probe.takes = true;
	start(stage, probe.id, WISH_TELL);
	stage_settle(stage);
	ck_assert_int_eq(frees, 1);
	free(probe.taken);
	start(stage, probe.id, WISH_FAIL);
	stage_settle(stage);
	ck_assert_str_eq(probe.error, "it went wrong");
	ck_assert_str_eq(stage_message(stage), "it went wrong");
	free(probe.taken);
	stage_free(stage);
}
END_TEST

START_TEST(test_screen_gone)
{
	struct stage *stage = stage_new(NULL, 24, 80, FULL);
	struct probe probe = { 0 };

	probe.id = ui_push(stage->ui, &probe_ops, &probe);
	start(stage, probe.id, WISH_TELL);
	ui_pop(stage->ui);
	stage_settle(stage);
	ck_assert_int_eq(probe.answers + probe.told, 0);
	ck_assert_int_eq(frees, 1);
	ck_assert_int_eq(dones, 1);
	stage_free(stage);
}
END_TEST

START_TEST(test_escape_stops)
{
	struct stage *stage = stage_new(NULL, 24, 80, FULL);
	struct probe probe = { 0 };

	probe.id = ui_push(stage->ui, &probe_ops, &probe);
	start(stage, probe.id, WISH_WAIT);
	/* The line comes after a while, with what run() said last. */
	for (int i = 0; i < 500 && !stage_shows(stage, "half way"); i++) {
		usleep(10000);
		job_queue_dispatch(stage->jobs);
		ui_timers_run(stage->ui);
		ui_dirty(stage->ui);
	}
	ck_assert(stage_shows(stage, "half way"));
	ck_assert(stage_shows(stage, "50 %"));
	stage_keys(stage, "Esc");
	ck_assert_str_eq(stage_message(stage), "stopped: probing");
	ck_assert_int_eq(probe.answers, 1);
	stage_keys(stage, "x");
	ck_assert(!stage_shows(stage, "half way"));
	stage_free(stage);
}
END_TEST

START_TEST(test_ending)
{
	struct stage *stage = stage_new(NULL, 24, 80, FULL);
	struct probe probe = { 0 };

	probe.id = ui_push(stage->ui, &probe_ops, &probe);
	start(stage, probe.id, WISH_WAIT);
	stage_free(stage); /* cancels, waits, frees: the sanitizer looks on */
	ck_assert_int_eq(frees, 1);
}
END_TEST

START_TEST(test_journal)
{
	struct journal journal = { 0 };
	struct journal_entry entry;

	ck_assert(!journal_take(&journal, &entry));
	for (int64_t i = 1; i <= JOURNAL_MAX + 5; i++)
		journal_add(&journal, JOURNAL_FINDINGS, &i, 1, "claimed");
	ck_assert_uint_eq(journal.count, JOURNAL_MAX);
	ck_assert(journal_take(&journal, &entry));
	ck_assert_int_eq(entry.ids[0], JOURNAL_MAX + 5);
	journal_entry_release(&entry);
	ck_assert_int_eq(journal.items[0].ids[0], 6);
	journal_release(&journal);
}
END_TEST

START_TEST(test_words)
{
	char text[WORDS_SIZE];

	ck_assert_str_eq(words_change(0.032, 0.0791, NULL, text), "3.20 -> 7.91 %");
	ck_assert_str_eq(words_change_short(0.000176, 0.0845, NULL, text), "0.02 -> 8.45 %");
	ck_assert_str_eq(words_change_short(0.099996, 1, NULL, text), "10.0 -> 100 %");
	ck_assert_str_eq(words_impact(FINDING_REGRESSION, 141.2, 0, NULL, text), "+141 cores");
	ck_assert_str_eq(words_impact(FINDING_OPPORTUNITY, 120, 0, NULL, text), "-120 cores");
	ck_assert_str_eq(words_impact(FINDING_REGRESSION, 0.0 / 0.0, 0.047, NULL, text),
			 "+4.70 points");
	ck_assert_int_eq(words_change_glyph("deploy"), 'd');
	ck_assert_int_eq(words_change_glyph(NULL), '^');
}
END_TEST

START_TEST(test_fold)
{
	ck_assert_uint_eq(words_fold("one two three", 13, 8), 7);
	ck_assert_uint_eq(words_fold("one two", 7, 7), 7);
	ck_assert_uint_eq(words_fold("seventeenletters", 16, 5), 5);
	ck_assert_uint_eq(words_fold("one\ntwo", 7, 20), 3);
	ck_assert_uint_eq(words_fold("\xe4\xbd\xa0\xe5\xa5\xbd", 6, 3), 3); /* two columns each */
	ck_assert_uint_eq(words_fold("\xe4\xbd\xa0", 3, 1), 3);             /* never stuck */
	ck_assert_uint_eq(words_fold("", 0, 3), 0);
}
END_TEST

Suite *
work_suite(void)
{
	Suite *suite = suite_create("work");
	TCase *tests = tcase_create("work");

	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, test_answers);
	tcase_add_test(tests, test_screen_gone);
	tcase_add_test(tests, test_escape_stops);
	tcase_add_test(tests, test_ending);
	tcase_add_test(tests, test_journal);
	tcase_add_test(tests, test_words);
	tcase_add_test(tests, test_fold);
	suite_add_tcase(suite, tests);
	return suite;
}
