/*
 * What can be done on every screen: take back, detect, scan, funnel, messages, home.
 * The ui looks here after a screen's own keys; see workstation.h.
 */
#include <stdlib.h>

#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/explain/detection.h"
#include "core/guide/scan.h"
#include "views/screens/moves.h"
#include "views/screens/screens.h"
#include "views/screens/work.h"
#include "views/screens/workstation.h"

static const char *
write_refused(const void *state)
{
	return workstation_write_refused(state);
}

static const char *
undo_refused(const void *state)
{
	const struct workstation *workstation = state;

	return workstation->journal.count > 0 ? NULL : "nothing was changed here";
}

static void
run_undo(void *state, struct ui *ui)
{
	(void)state;
	moves_undo(ui);
}

/* -- detect -- */

static void
detection_free(void *task)
{
	detection_report_release(task);
	free(task);
}

static int
detection_work(struct work *work, void *task, struct error *err)
{
	struct detection_options options = { 0 };
	struct settings *settings = NULL;
	int result;

	if (work_settings(work, &settings, err) < 0)
		return -1;
	options.settings = settings;
	result = detection_run(work_store(work), &options, task, work_progress(work), err);
	settings_free(settings);
	return result;
}

void
workstation_add_detected(struct str *line, const struct detection_report *report)
{
	size_t added = 0, again = 0, gone = 0, verified = 0;

	for (size_t i = 0; i < report->finding_count; i++) {
		added += report->findings[i].added;
		again += report->findings[i].again && !report->findings[i].added;
	}
	for (size_t i = 0; i < report->moved_count; i++) {
		gone += report->moved[i].state == FINDING_GONE;
		verified += report->moved[i].state == FINDING_VERIFIED;
	}
	str_addf(line, "%zu new, %zu known", added, report->finding_count - added - again);
	if (again > 0)
		str_addf(line, ", %zu back", again);
	if (gone > 0)
		str_addf(line, ", %zu gone", gone);
	if (verified > 0)
		str_addf(line, ", %zu verified", verified);
}

static void
detection_done(void *task, struct ui *ui, const struct error *err)
{
	const struct detection_report *report = task;
	char windows[TEXT_NUMBER_SIZE], series[TEXT_NUMBER_SIZE];
	struct str counts;
	bool news = false;

	if (err != NULL)
		return;
	str_init(&counts, STR_MAX_LINE);
	workstation_add_detected(&counts, report);
	for (size_t i = 0; i < report->finding_count; i++)
		news |= report->findings[i].added || report->findings[i].again;
	ui_message(ui, news ? MESSAGE_GOOD : MESSAGE_INFO,
		   "detected: %s; %s series over %s window%s", counts.data,
		   text_count((double)report->series, series),
		   text_count((double)report->windows, windows), text_plural(report->windows));
	str_release(&counts);
	workstation_headline(ui);
}

static const struct work_ops detection_ops = {
	.name = "looking for regressions",
	.run = detection_work,
	.free = detection_free,
	.done = detection_done,
};

static void
run_detect(void *state, struct ui *ui)
{
	struct detection_report *report = memory_alloc(sizeof(*report));

	(void)state;
	detection_report_init(report);
	work_start(ui, 0, &detection_ops, report);
}

/* -- scan -- */

static void
scan_free(void *task)
{
	scan_report_release(task);
	free(task);
}

static int
scan_work(struct work *work, void *task, struct error *err)
{
	return scan_run(work_store(work), &(struct scan_options){ 0 }, task, work_progress(work),
			err);
}

static void
scan_done(void *task, struct ui *ui, const struct error *err)
{
	const struct scan_report *report = task;
	size_t added = 0;

	if (err != NULL)
		return;
	for (size_t i = 0; i < report->finding_count; i++)
		added += report->findings[i].added;
	for (size_t i = 0; i < report->warnings.count; i++)
		ui_message(ui, MESSAGE_WARNING, "%s", report->warnings.items[i]);
	ui_message(ui, added > 0 ? MESSAGE_GOOD : MESSAGE_INFO,
		   "scanned: %zu new opportunities, %zu known; %zu hot functions, %zu skills",
		   added, report->finding_count - added, report->functions, report->skills);
	workstation_headline(ui);
}

static const struct work_ops scan_ops = {
	.name = "looking for opportunities",
	.run = scan_work,
	.free = scan_free,
	.done = scan_done,
};

static void
run_scan(void *state, struct ui *ui)
{
	(void)state;
	work_start(ui, 0, &scan_ops, memory_alloc(sizeof(struct scan_report)));
}

static void
run_funnel(void *state, struct ui *ui)
{
	(void)state;
	screens_open_funnel(ui);
}

static void
run_suggestions(void *state, struct ui *ui)
{
	(void)state;
	screens_open_suggestions(ui);
}

static void
run_messages(void *state, struct ui *ui)
{
	(void)state;
	screens_open_messages(ui);
}

static void
run_home(void *state, struct ui *ui)
{
	(void)state;
	ui_pop_to_first(ui);
}

const struct action workstation_actions[] = {
	{ .name = "take back",
	  .keys = "u",
	  .yields = true,
	  .enabled = undo_refused,
	  .also = "undo",
	  .help = "Takes the last change made here back: a move of findings, a patch.",
	  .run = run_undo },
	{ .name = "detect",
	  .keys = "R",
	  .yields = true,
	  .enabled = write_refused,
	  .help = "Looks for regressions in all profiles now.",
	  .run = run_detect },
	{ .name = "scan",
	  .keys = "O",
	  .yields = true,
	  .enabled = write_refused,
	  .help = "Looks for opportunities in hot code now.",
	  .run = run_scan },
	{ .name = "funnel",
	  .keys = "F",
	  .yields = true,
	  .help = "Shows what detection found and what each of its stages filtered.",
	  .run = run_funnel },
	{ .name = "suggestions",
	  .keys = "T",
	  .yields = true,
	  .help = "Shows settings that what was dismissed teaches, to be copied into config.yaml.",
	  .run = run_suggestions },
	{ .name = "messages",
	  .keys = "!",
	  .help = "Shows all messages so far.",
	  .run = run_messages },
	{ .name = "home", .keys = "C-o", .help = "Goes back to the findings.", .run = run_home },
	ACTION_END
};
