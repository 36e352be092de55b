/*
 * The measure of the flame screen: shares, weight, weight for each unit of work, where the work
 * is two numbers or a stored series of the service. See flame_private.h.
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/tools/profile_work.h"
#include "tui/picker.h"
#include "tui/prompt.h"
#include "views/screens/flame_private.h"

/* The choice of a series: what the picker lists, first a place to type numbers. */
struct choice {
	uint64_t screen; /* which may be gone when the choice is made */
	struct flame_screen *state;
	struct series_list series;
};

static void
set_measure(struct flame_screen *screen, struct ui *ui, enum measure measure, const double work[2],
	    int64_t series, const char *series_name)
{
	struct flame_options options = { 0 };

	flame_options_copy(&options, &screen->options);
	options.measure = measure;
	options.work[0] = work[0];
	options.work[1] = work[1];
	options.series = series;
	memory_replace_string(&options.series_name, series != 0 ? series_name : NULL);
	flame_rebuild(screen, ui, FLAME_BUILD, &options);
}

/* Shares, weight, and weight for each unit of work where that is known. */
void
flame_next_measure(void *state, struct ui *ui)
{
	struct flame_screen *screen = state;
	const struct flame_options *options = &screen->options;
	enum measure next = (options->measure + 1) % MEASURES;

	if (next == MEASURE_WORK && options->series == 0 &&
	    !(options->work[0] > 0 && options->work[1] > 0)) {
		next = MEASURE_SHARE;
		ui_message(ui, MESSAGE_INFO, "W says how much work was done: then per unit of it");
	}
	set_measure(screen, ui, next, options->work, options->series, options->series_name);
}

/* "12000..15000": units of work before and after. */
static bool
parse_work(double work[2], const char *text)
{
	const char *dots = strstr(text, "..");
	char *first = dots != NULL ? memory_string_n(text, (size_t)(dots - text)) : NULL;
	bool good = first != NULL && text_parse_double(&work[0], first, NULL) == 0 &&
		    text_parse_double(&work[1], dots + 2, NULL) == 0 && work[0] > 0 && work[1] > 0;

	free(first);
	return good;
}

static bool
has_series(const struct flame_screen *screen)
{
	return screen->subject.service != 0 && !profile_subject_is_file(&screen->subject);
}

static void
take_work(void *user, struct ui *ui, const char *text)
{
	struct flame_screen *screen = user;
	struct error err = { 0 };
	double work[2] = { 0, 0 };
	int64_t series;

	if (flame_build_refused(screen) != NULL)
		return;
	if (parse_work(work, text))
		set_measure(screen, ui, MEASURE_WORK, work, 0, NULL);
	else if (!has_series(screen) || strstr(text, "..") != NULL)
		ui_message(ui, MESSAGE_ERROR,
			   "work is two numbers over 0, such as 12000..15000 requests");
	else if (profile_work_find(&series, screen->workstation->store, screen->subject.service,
				   text, &err) < 0)
		ui_error(ui, &err);
	else
		set_measure(screen, ui, MEASURE_WORK, work, series, text);
}

static void
ask_numbers(struct flame_screen *screen, struct ui *ui)
{
	prompt_open(ui, &(struct prompt_request){
				.label = has_series(screen)
						 ? "units of work before..after, or a series: "
						 : "units of work before..after: ",
				.user = screen,
				.accept = take_work,
			});
}

static void
choice_free(void *user)
{
	struct choice *choice = user;

	series_list_release(&choice->series);
	free(choice);
}

static void
take_choice(void *user, struct ui *ui, size_t index)
{
	struct choice *choice = user;
	struct flame_screen *screen = choice->state;
	static const double none[2] = { 0, 0 };

	if (ui_top_id(ui) != choice->screen || flame_build_refused(screen) != NULL)
		return;
	if (index == 0 || index > choice->series.count)
		ask_numbers(screen, ui);
	else
		set_measure(screen, ui, MEASURE_WORK, none, choice->series.items[index - 1].id,
			    choice->series.items[index - 1].name);
}

static void
open_choice(struct choice *choice, struct ui *ui)
{
	size_t count = choice->series.count;
	struct picker_item *items = memory_alloc_array(count + 1, sizeof(*items));
	char **details = memory_alloc_array(count + 1, sizeof(*details));

	items[0] = (struct picker_item){ .text = "two numbers ...", .detail = "before..after" };
	for (size_t i = 0; i < count; i++) {
		const struct series_info *series = &choice->series.items[i];
		struct str detail;

		str_init(&detail, STR_MAX_LINE);
		str_add(&detail, series->unit != NULL ? series->unit : "");
		for (size_t l = 0; l < series->labels.count; l++)
			str_addf(&detail, "%s%s", detail.len > 0 ? "  " : "",
				 series->labels.items[l]);
		details[i] = memory_string(detail.data);
		str_release(&detail);
		items[i + 1] = (struct picker_item){ .text = series->name, .detail = details[i] };
	}
	picker_open(ui, &(struct picker_request){ .title = "work: a series of it per second",
						  .items = items,
						  .count = count + 1,
						  .keep_order = true,
						  .user = choice,
						  .chosen = take_choice,
						  .release = choice_free });
	for (size_t i = 0; i < count; i++)
		free(details[i]);
	free(details);
	free(items);
}

void
flame_ask_work(void *state, struct ui *ui)
{
	struct flame_screen *screen = state;
	struct choice *choice = memory_alloc(sizeof(*choice));
	struct error err = { 0 };

	choice->screen = screen->screen;
	choice->state = screen;
	if (has_series(screen) && profile_work_list(&choice->series, screen->workstation->store,
						    screen->subject.service, &err) < 0)
		ui_error(ui, &err);
	if (choice->series.count > 0) {
		open_choice(choice, ui);
		return;
	}
	choice_free(choice);
	ask_numbers(screen, ui);
}
