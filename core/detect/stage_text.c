/* The stages in words; see stage_text.h. Called by screens, commands and the manual. */
#include "core/detect/stage_text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct detect_stage_text detect_stage_texts[STAGE_COUNT] = {
	[STAGE_WENT_AWAY] = {
		.name = "went_away", .title = "went away",
		.question = "Is the change still there?",
		.measure = "part of the change that the newest windows keep",
		.before = "",
		.after = " of the change is left",
		.unit = STAGE_IN_PARTS, .at_least = true, .why_figures = true,
		.method = "The level of the newest windows is set against the levels before "
			  "and after the change; an increase that is no more than the end of "
			  "a dip is none.",
		.weak = "A real regression that traffic hides for the last hours is "
			  "filtered until it is back.",
	},
	[STAGE_SEASONAL] = {
		.name = "seasonal", .title = "seasonal",
		.question = "Does it stand out of the daily and weekly season?",
		.measure = "size of the step without the season",
		.before = "a step of ",
		.after = " without the season",
		.unit = STAGE_IN_DEVIATIONS, .at_least = true,
		.method = "Where a period of an hour, a day or a week is significant, the "
			  "series is taken apart into trend, season and rest (robust STL); "
			  "the step has to stand in trend and rest.",
		.weak = "With less than two periods of history there is no season to know "
			  "of.",
	},
	[STAGE_THRESHOLD] = {
		.name = "threshold", .title = "threshold",
		.question = "Is it as large as you asked for, and recent enough?",
		.measure = "size of the change",
		.before = "a change of ",
		.after = "",
		.unit = STAGE_IN_UNITS, .at_least = true, .why_figures = true,
		.method = "The change is set against min_delta (and min_relative) of the "
			  "configuration that found it; changes before the analysis window "
			  "are too old.",
		.weak = "It knows sizes only: what costs much in a small service may pass "
			  "below it.",
	},
	[STAGE_SAME_REGRESSION] = {
		.name = "same_regression",
		.title = "same regression",
		.question = "Was it reported before, from windows that overlap?",
		.measure = "windows between its onset and that of the one that is known",
		.before = "",
		.after = " windows from the known one",
		.unit = STAGE_IN_COUNT,
		.at_least = true,
		.why_figures = true,
		.method = "A change of the same subject in the same direction, whose onset "
			  "interval overlaps the known one or lies at most a window apart "
			  "and whose size is within a factor of three or three standard "
			  "deviations, is that one seen again, unless it begins where the "
			  "known one ended.",
		.weak = "Two regressions of one function within a window of each other "
			  "become one finding.",
	},
	[STAGE_COST_SHIFT] = {
		.name = "cost_shift",
		.title = "cost shift",
		.question = "Is the cost new, or did it only move here from elsewhere?",
		.measure = "part of the gain that nothing else lost at the same time",
		.before = "",
		.after = " of the gain is new",
		.unit = STAGE_IN_PARTS,
		.at_least = true,
		.method = "The increase is matched with the decreases of the same time in "
			  "its callers and callees, its class or module, its endpoint and "
			  "the functions of one change, alone or several together, in units "
			  "of the rest of the service; what moved in part is a regression by "
			  "the part that did not.",
		.weak = "A regression and an improvement of one size, one time and one "
			  "caller look like a move.",
	},
	[STAGE_DUPLICATE] = {
		.name = "duplicate",
		.title = "duplicate",
		.question = "Is it explained by the growth of another function?",
		.measure = "likeness to the one that stands for it: growth on common stacks, "
			  "correlation of what is left without the levels, or names, "
			  "whichever is largest",
		.before = "",
		.after = " like another change",
		.unit = STAGE_IN_PARTS,
		.at_least = false,
		.method = "Callers and callees on common stacks, correlated residuals and "
			  "like names put changes of one time and direction together; the "
			  "best one represents them: 0.2 relative + 0.6 absolute change + "
			  "0.1 rarity + 0.1 for a known cause.",
		.weak = "Two causes at one time in one call path become one finding: look "
			  "at its members.",
	},
	[STAGE_MIX] = {
		.name = "mix",
		.title = "mix",
		.question = "Did the cost change, or the mix of hosts, the load or the "
			  "variance?",
		.measure = "part of the change that is left without the mix or the load; of a "
			  "spread that grew, the change of the level in standard errors",
		.before = "measured ",
		.after = "",
		.unit = STAGE_IN_TIMES,
		.at_least = true,
		.method = "Trimmed means tell whether the level changed or only the spread; "
			  "a change of a mean is taken apart into what happened within "
			  "groups and what their weights did; a share is set against the "
			  "cost per unit of work where there is a series of work.",
		.weak = "Without groups and without a series of work it sees the spread "
			  "only.",
	},
	[STAGE_RENAMED] = {
		.name = "renamed",
		.title = "renamed",
		.question = "Is the cost new, or does an old function have a new name?",
		.measure = "its cost over that of the function that vanished",
		.before = "",
		.after = " times the cost of the function that vanished",
		.unit = STAGE_IN_TIMES,
		.at_least = true,
		.method = "A function that appears is matched with those that vanish at the "
			  "same time by callers, callees and name.",
		.weak = "A function that was renamed and became slower by less than a "
			  "quarter in one change is filtered.",
	},
};

const struct detect_stage_text *
detect_stage_text(const char *name)
{
	for (size_t i = 0; i < STAGE_COUNT; i++)
		if (strcmp(detect_stage_texts[i].name, name) == 0)
			return &detect_stage_texts[i];
	return NULL;
}

const char *
detect_stage_title(const char *name, char buffer[TEXT_NUMBER_SIZE])
{
	const struct detect_stage_text *text = detect_stage_text(name);

	if (text != NULL)
		return text->title;
	snprintf(buffer, TEXT_NUMBER_SIZE, "%s", name);
	for (char *at = buffer; *at != '\0'; at++)
		if (*at == '_')
			*at = ' ';
	return buffer;
}

char *
detect_stage_figure(const struct detect_stage_text *text, double value, const char *unit,
		    char buffer[TEXT_NUMBER_SIZE])
{
	char points[TEXT_NUMBER_SIZE];

	if (!isfinite(value)) {
		snprintf(buffer, TEXT_NUMBER_SIZE, "-");
		return buffer;
	}
	switch (text != NULL ? text->unit : STAGE_IN_TIMES) {
	case STAGE_IN_PARTS:
		snprintf(buffer, TEXT_NUMBER_SIZE, "%.0f %%", 100 * value);
		break;
	case STAGE_IN_UNITS:
		if (unit != NULL)
			return text_value(value, unit, buffer);
		/* Of shares: points, so that they are not taken for parts. */
		text_points(value, points);
		snprintf(buffer, TEXT_NUMBER_SIZE, "%.16s points", points);
		break;
	case STAGE_IN_TIMES:
		snprintf(buffer, TEXT_NUMBER_SIZE, "%.3g", value);
		break;
	case STAGE_IN_DEVIATIONS:
		snprintf(buffer, TEXT_NUMBER_SIZE, "%.1f sigma", value);
		break;
	case STAGE_IN_COUNT:
		return text_count(value, buffer);
	}
	return buffer;
}

/* By how much it passed, where a ratio says something. */
static void
put_room(double value, double limit, char *buffer, size_t size)
{
	double times = fabs(value / limit);

	buffer[0] = '\0';
	if (isfinite(times) && times >= 1.05 && times < 1e6)
		snprintf(buffer, size, " (%.*f times that)", times < 99.5 ? 1 : 0, times);
}

char *
detect_stage_sentence(const struct detect_stage_text *text,
		      const struct detect_stage_result *result, const char *unit,
		      char buffer[DETECT_STAGE_SENTENCE_SIZE])
{
	char value[TEXT_NUMBER_SIZE], limit[TEXT_NUMBER_SIZE], room[TEXT_NUMBER_SIZE] = "";
	bool enough;

	buffer[0] = '\0';
	if (text == NULL || !result->ran || !isfinite(result->value) || !isfinite(result->limit))
		return buffer;
	enough = text->at_least ? result->value >= result->limit : result->value < result->limit;
	if (enough != result->passed)
		return buffer;
	if (enough && text->at_least)
		put_room(result->value, result->limit, room, sizeof(room));
	snprintf(buffer, DETECT_STAGE_SENTENCE_SIZE,
		 text->at_least ? "%s%s%s, at least %s is asked for%s"
				: "%s%s%s, from %s on it is filtered%s",
		 text->before, detect_stage_figure(text, result->value, unit, value), text->after,
		 detect_stage_figure(text, result->limit, unit, limit), room);
	return buffer;
}

/* Does a number of text, as rounded there, stand in the first length bytes of clause? */
static bool
shares_figure(const char *clause, size_t length, const char *text)
{
	const char digits[] = "0123456789";

	for (const char *at = text + strcspn(text, digits); *at != '\0';
	     at += strcspn(at, digits)) {
		char *end;
		double figure = strtod(at, &end);
		size_t i = strcspn(clause, digits);

		while (i < length) {
			char *behind;
			double other = strtod(clause + i, &behind);

			if (fabs(figure - other) <= 0.01 * figure)
				return true;
			i = (size_t)(behind - clause);
			i += strcspn(clause + i, digits);
		}
		at = end;
	}
	return false;
}

/* To a mark with a blank or the end behind it. */
static size_t
clause_length(const char *text)
{
	size_t length = strcspn(text, ":;,");

	while (text[length] != '\0' && text[length + 1] != ' ' && text[length + 1] != '\0')
		length += 1 + strcspn(text + length + 1, ":;,");
	return length;
}

char *
detect_stage_reason(const struct detect_stage_text *text, const char *sentence, const char *why,
		    char buffer[STAGE_WHY_SIZE])
{
	size_t length, used = 0;

	snprintf(buffer, STAGE_WHY_SIZE, "%s", why);
	if (text == NULL || !text->why_figures || *sentence == '\0')
		return buffer;
	buffer[0] = '\0';
	/* A clause takes the mark before it along, but for the first. */
	for (; *why != '\0'; why += length) {
		size_t mark = strspn(why, ":;, ");

		length = mark + clause_length(why + mark);
		if (shares_figure(why + mark, length - mark, sentence))
			continue;
		mark = used > 0 ? 0 : mark;
		used += (size_t)snprintf(buffer + used, STAGE_WHY_SIZE - used, "%.*s",
					 (int)(length - mark), why + mark);
		if (used >= STAGE_WHY_SIZE)
			break;
	}
	return buffer;
}

const char *
detect_stage_verdict(const struct detect_stage_result *result)
{
	return !result->ran ? "not asked" : result->passed ? "passed" : "filtered";
}
