/*
 * How a finding was detected, in lines: the change, the stages with what each
 * measured, what could have been seen at all, and the noise. See
 * finding_lines.h. Called by finding.c.
 */
#include <math.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/text.h"
#include "core/detect/stage_text.h"
#include "views/screens/finding_lines.h"
#include "views/screens/finding_stages.h"
#include "views/screens/words.h"

/* A difference in the finding's unit, of a share in points. */
static const char *
difference(const struct finding *finding, double delta, char buffer[TEXT_NUMBER_SIZE])
{
	return finding->unit == NULL ? text_points(delta, buffer)
				     : text_value(delta, finding->unit, buffer);
}

static const char *
unit_word(const struct finding *finding)
{
	return finding->unit == NULL ? " points" : "";
}

static void
put_change(struct lines *lines, const struct finding *finding)
{
	char change[WORDS_SIZE], delta[TEXT_NUMBER_SIZE], low[TEXT_NUMBER_SIZE],
		high[TEXT_NUMBER_SIZE];
	char at[CLOCK_TEXT_SIZE], from[CLOCK_TEXT_SIZE], to[CLOCK_TEXT_SIZE];

	lines_putf(lines, "change", "%s: %s%s, 95 %% between %s and %s",
		   words_change(finding->before, finding->after, finding->unit, change),
		   difference(finding, finding->after - finding->before, delta), unit_word(finding),
		   difference(finding, finding->delta_low, low),
		   difference(finding, finding->delta_high, high));
	lines_putf(lines, "onset", "%s, 95 %% between %s and %s",
		   clock_format_when(finding->changed_at, at),
		   clock_format_when(finding->changed_low, from),
		   clock_format_when(finding->changed_high, to));
}

static void
put_found_by(struct lines *lines, const struct finding_view *view)
{
	static const struct {
		const char *scale, *words;
	} scales[] = {
		{ "large-and-fast", "a large step, reported soon" },
		{ "small-and-slow", "a small step that has lasted" },
		{ "long-term", "a slow ramp over all of the history" },
	};
	const char *scale = json_get_text(view->evidence, "scale", NULL);
	const char *config = view->finding.config;
	const char *words = "";

	if (scale == NULL)
		scale = config;
	for (size_t i = 0; scale != NULL && i < sizeof(scales) / sizeof(scales[0]); i++)
		if (strcmp(scales[i].scale, scale) == 0)
			words = scales[i].words;
	if (scale == NULL)
		return;
	if (config != NULL && strcmp(config, scale) != 0)
		lines_putf(lines, "found by", "%s, which looks on the scale %s%s%s", config, scale,
			   *words != '\0' ? ": " : "", words);
	else
		lines_putf(lines, "found by", "%s%s%s", scale, *words != '\0' ? ": " : "", words);
}

static void
put_chance(struct lines *lines, const struct finding *finding)
{
	char p[TEXT_NUMBER_SIZE], q[TEXT_NUMBER_SIZE], before[TEXT_NUMBER_SIZE],
		after[TEXT_NUMBER_SIZE];

	lines_putf(lines, "p",
		   "%s: so often would the noise of this series alone show a step like it, "
		   "at the window that shows it best",
		   text_probability(finding->p, p));
	lines_putf(lines, "q",
		   "%s: part of false ones to expect among all findings as sure as this",
		   text_probability(finding->q, q));
	lines_putf(lines, "samples", "%s in %u window%s before, %s in %u window%s after",
		   text_count(finding->samples_before, before), finding->windows_before,
		   text_plural(finding->windows_before), text_count(finding->samples_after, after),
		   finding->windows_after, text_plural(finding->windows_after));
}

/* Power: what would have been missed. */
static void
put_smallest(struct lines *lines, const struct finding_view *view)
{
	double smallest = json_get_number(view->evidence, "smallest", NAN);
	const struct finding *finding = &view->finding;
	char number[TEXT_NUMBER_SIZE];

	if (!isfinite(smallest) || smallest <= 0)
		return;
	lines_putf(lines, "smallest",
		   "%s%s: a change of this size here is found nine times in ten, a smaller one may "
		   "be missed; this one is %.1f times as large",
		   difference(finding, smallest, number), unit_word(finding),
		   fabs(finding->after - finding->before) / smallest);
}

/* Dispersion and memory for those who never heard of either. */
static void
put_noise(struct lines *lines, const struct json *evidence)
{
	double dispersion = json_get_number(evidence, "dispersion", NAN);
	double memory = json_get_number(evidence, "memory", NAN);

	if (isfinite(dispersion))
		lines_putf(
			lines, "noise",
			dispersion < 1.05
				? "windows scatter as much as sampling alone explains "
				  "(dispersion %.1f)"
				: "windows scatter more than sampling alone explains: %.1f times "
				  "its variance (dispersion)",
			dispersion);
	if (isfinite(memory))
		lines_putf(lines, isfinite(dispersion) ? "" : "noise",
			   memory < 1.05
				   ? "neighbouring windows know nothing of each other "
				     "(memory %.1f)"
				   : "a window is much like the one before it: %.1f of them are "
				     "worth one that is independent (memory)",
			   memory);
}

/* Who lost what this one gained in part. */
static void
put_came_from(struct lines *lines, const struct json *evidence)
{
	const struct json *one = json_first(json_get(evidence, "came_from"));
	const char *label = "came from";

	for (; one != NULL; one = json_next(one), label = "")
		lines_putf(lines, label, "%s, which lost %.0f %% of what this one gained",
			   json_get_text(one, "name", "?"),
			   100 * json_get_number(one, "part", NAN));
}

static void
put_stage(struct lines *lines, const struct finding_stage *stage, const struct finding *finding)
{
	const struct detect_stage_text *text = detect_stage_text(stage->name);
	const struct detect_stage_result result = finding_stage_result(stage);
	char title[TEXT_NUMBER_SIZE], sentence[DETECT_STAGE_SENTENCE_SIZE], why[STAGE_WHY_SIZE];

	detect_stage_sentence(text, &result, finding->unit, sentence);
	detect_stage_reason(text, sentence, stage->why, why);
	text_view_addf(&lines->view, finding_stage_style(stage), "%-9s %s",
		       detect_stage_verdict(&result), detect_stage_title(stage->name, title));
	vec_push(&lines->targets, (struct line_target){ OPENS_NOTHING, 0 });
	if (*sentence != '\0')
		lines_put(lines, STYLE_NORMAL, "", sentence);
	if (*why != '\0')
		lines_put(lines, STYLE_NORMAL, "", why);
	if (text != NULL)
		lines_putf(lines, "", "%s Measured is the %s.", text->question, text->measure);
}

static void
put_stages(struct lines *lines, const struct finding_view *view)
{
	struct finding_stage stages[FINDING_STAGES_MAX];
	size_t count = finding_stages(stages, view->evidence);

	lines_heading(lines, "stages: what each measured, and what would have filtered it");
	for (size_t i = 0; i < count; i++)
		put_stage(lines, &stages[i], &view->finding);
	if (count == 0)
		lines_put(lines, STYLE_DIM, "", "the evidence names none");
}

static void
put_members(struct lines *lines, const struct finding *finding)
{
	struct str text;

	lines_heading(lines, "merged into it");
	str_init(&text, STR_MAX_TEXT);
	strings_join(&finding->members, ", ", &text);
	lines_put(lines, STYLE_NORMAL, "",
		  text.len > 0 ? text.data : "no other function changed with it");
	str_release(&text);
}

void
finding_detection_fill(struct lines *lines, const struct finding_view *view, int width)
{
	const struct finding *finding = &view->finding;

	lines_begin(lines, width);
	if (finding->kind == FINDING_OPPORTUNITY) {
		lines_put(lines, STYLE_NORMAL, "",
			  "An opportunity is no change over time: a rule found it in hot code, and "
			  "nothing was filtered.");
		return;
	}
	put_change(lines, finding);
	put_found_by(lines, view);
	put_chance(lines, finding);
	put_smallest(lines, view);
	put_noise(lines, view->evidence);
	put_came_from(lines, view->evidence);
	if (view->series.season != NULL)
		lines_putf(lines, "season",
			   "repeats every %s: the chart shows what was to be expected",
			   view->series.season);
	put_stages(lines, view);
	put_members(lines, finding);
}
