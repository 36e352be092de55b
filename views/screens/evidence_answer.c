/* The answers of tools, each in the form that suits it; see evidence.h. Called by evidence.c. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/text.h"
#include "core/tools/tool.h"
#include "views/screens/evidence.h"
#include "views/screens/folded.h"
#include "views/screens/words.h"

#define NAME_COLUMNS_MIN 16
#define NAME_COLUMNS_MAX 60
#define FACTOR_BAR 10 /* cells of a factor's bar */

struct form {
	struct evidence *evidence;
	struct text_view *out;
	const struct json *answer;
	const char *subject;
	int width;
};

/* -- series_query: a chart, and its levels -- */

static void
put_level(const struct form *form, const char *label, const struct json *level)
{
	char share[TEXT_NUMBER_SIZE], count[TEXT_NUMBER_SIZE], samples[TEXT_NUMBER_SIZE];

	text_view_addf(form->out, STYLE_NORMAL, "%-8s%10s   %s of %s samples in %lld window%s",
		       label, text_percent(json_get_number(level, "share", NAN), share),
		       text_count(json_get_number(level, "count", 0), count),
		       text_count(json_get_number(level, "samples", 0), samples),
		       (long long)json_get_int(level, "windows", 0),
		       text_plural((uint64_t)json_get_int(level, "windows", 0)));
}

static void
put_summary(const struct form *form, const struct json *summary)
{
	char points[TEXT_NUMBER_SIZE], p[TEXT_NUMBER_SIZE];
	struct chart *chart = &form->evidence->chart;

	put_level(form, "before", json_get(summary, "before"));
	put_level(form, "after", json_get(summary, "after"));
	text_view_addf(form->out, STYLE_STRONG, "change  %10s   points; p %s, z %.1f",
		       text_points(json_get_number(summary, "delta", NAN), points),
		       text_probability(json_get_number(summary, "p", NAN), p),
		       json_get_number(summary, "z", NAN));
	chart->before = json_number(json_path(summary, "before.share"), NAN);
	chart->after = json_number(json_path(summary, "after.share"), NAN);
	chart->has_change =
		clock_parse(&chart->change, json_get_text(summary, "at", ""), NULL) == 0;
	chart->change_low = chart->change_high = chart->change;
}

static void
show_series(const struct form *form)
{
	const struct json *points = json_get(form->answer, "points");
	const struct json *summary = json_get(form->answer, "summary");
	struct evidence *evidence = form->evidence;

	for (const struct json *one = json_first(points); one != NULL; one = json_next(one)) {
		struct chart_point point = { .value = json_get_number(one, "share", NAN) };

		if (clock_parse(&point.time, json_get_text(one, "time", ""), NULL) == 0 &&
		    (evidence->points.count == 0 ||
		     point.time >= evidence->points.items[evidence->points.count - 1].time))
			vec_push(&evidence->points, point);
	}
	evidence->chart.points = evidence->points.items;
	evidence->chart.count = evidence->points.count;
	evidence->chart.from_zero = true;
	evidence->chart.before = evidence->chart.after = NAN;
	evidence->chart.gap = chart_usual_gap(evidence->points.items, evidence->points.count);
	text_view_addf(form->out, STYLE_HEADING, "%s in %s, %lld window%s",
		       json_get_text(form->answer, "function", ""),
		       json_get_text(form->answer, "service", ""),
		       (long long)json_get_int(form->answer, "windows", 0),
		       text_plural((uint64_t)json_get_int(form->answer, "windows", 0)));
	if (summary != NULL)
		put_summary(form, summary);
}

/* -- profile_query: a table of functions, or a tree -- */

/* A name in so many columns, cut or filled. */
static void
add_name(struct str *out, const char *name, int columns)
{
	size_t at = 0, length = strlen(name);
	int used = 0;

	while (at < length) {
		struct surface_cell cell;
		size_t bytes = surface_next_cell(&cell, name + at, length - at, true);

		if (used + cell.width > columns - (at + bytes < length))
			break;
		str_add_n(out, name + at, bytes);
		used += cell.width;
		at += bytes;
	}
	if (at < length) {
		str_add_char(out, '~');
		used++;
	}
	if (used < columns)
		str_add_repeated(out, ' ', (size_t)(columns - used));
}

static enum style
row_style(const struct json *row, char *sign)
{
	double delta = json_get_number(row, "delta", NAN);

	*sign = ' ';
	if (!json_get_bool(row, "changed", false))
		return STYLE_NORMAL;
	if (json_get_number(row, "total_before", 0) <= 0)
		*sign = '*';
	else if (json_get_number(row, "total", 0) <= 0)
		*sign = 'x';
	else
		*sign = delta > 0 ? '+' : '-';
	return delta > 0 ? STYLE_MORE : STYLE_LESS;
}

static void
put_row(const struct form *form, const struct json *row, int name_columns, bool compares)
{
	const char *name = json_get_text(row, "function", "");
	int depth = (int)json_get_int(row, "depth", 0);
	char total[TEXT_NUMBER_SIZE], self[TEXT_NUMBER_SIZE], other[TEXT_NUMBER_SIZE];
	char rate[TEXT_NUMBER_SIZE] = "", sign;
	double q = json_get_number(row, "q", NAN);
	enum style style = row_style(row, &sign);
	struct str line;

	str_init(&line, STR_MAX_LINE);
	str_add_char(&line, text_equal(name, form->subject) ? '!' : ' ');
	str_add_char(&line, sign);
	depth = depth > name_columns / 2 ? name_columns / 2 : depth;
	str_add_repeated(&line, ' ', (size_t)depth);
	add_name(&line, name, name_columns - depth);
	text_percent(json_get_number(row, "total", NAN), total);
	text_percent(json_get_number(row, "self", NAN), self);
	if (compares && !isnan(q))
		text_probability(q, rate);
	if (compares)
		str_addf(&line, " %9s -> %9s %8s %9s",
			 text_percent(json_get_number(row, "total_before", NAN), other), total,
			 text_points(json_get_number(row, "delta", NAN), self), rate);
	else
		str_addf(&line, " %9s %9s %12s", total, self,
			 text_count(json_get_number(row, "samples", 0), other));
	text_view_add(form->out, style, line.data);
	str_release(&line);
}

static void
put_sides(const struct form *form)
{
	static const char *const names[] = { "before", "after", "profile" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const struct json *side = json_get(form->answer, names[i]);
		char samples[TEXT_NUMBER_SIZE];

		if (side != NULL)
			text_view_addf(form->out, STYLE_DIM, "%-8s %s samples in %lld windows",
				       names[i],
				       text_count(json_get_number(side, "samples", 0), samples),
				       (long long)json_get_int(side, "windows", 0));
	}
}

static void
show_profile(const struct form *form)
{
	const struct json *rows = json_get(form->answer, "rows");
	bool compares = json_get(form->answer, "before") != NULL;
	int numbers = compares ? 44 : 36;
	int name_columns = form->width - numbers;
	struct str heading;

	name_columns = name_columns > NAME_COLUMNS_MAX ? NAME_COLUMNS_MAX : name_columns;
	name_columns = name_columns < NAME_COLUMNS_MIN ? NAME_COLUMNS_MIN : name_columns;
	put_sides(form);
	str_init(&heading, STR_MAX_LINE);
	str_add(&heading, "  ");
	add_name(&heading, json_get_text(form->answer, "kind", "FUNCTION"), name_columns);
	if (compares)
		str_addf(&heading, " %9s    %9s %8s %9s", "BEFORE", "AFTER", "CHANGE", "Q");
	else
		str_addf(&heading, " %9s %9s %12s", "TOTAL", "SELF", "SAMPLES");
	text_view_add(form->out, STYLE_HEADING, heading.data);
	str_release(&heading);
	for (const struct json *row = json_first(rows); row != NULL; row = json_next(row))
		put_row(form, row, name_columns, compares);
}

/* -- suspects_rank -- */

static void
put_factor(const struct form *form, const char *name, double value)
{
	char number[TEXT_NUMBER_SIZE];
	int full = isfinite(value) && value > 0 ? (int)lround(fmin(value, 1) * FACTOR_BAR) : 0;

	text_view_addf(form->out, STYLE_NORMAL, "       %-12s %.*s%.*s %s", name, full,
		       "##########", FACTOR_BAR - full, "..........", text_percent(value, number));
}

static void
put_suspect(const struct form *form, const struct json *suspect, int place)
{
	static const char *const factors[] = { "attribution", "timing", "text", "diff" };
	const struct json *values = json_get(suspect, "factors");
	char score[TEXT_NUMBER_SIZE];

	text_view_addf(form->out, place == 1 ? STYLE_STRONG : STYLE_NORMAL, "%2d  %9s  %.12s  %s",
		       place, text_percent(json_get_number(suspect, "score", NAN), score),
		       json_get_text(suspect, "change", ""), json_get_text(suspect, "title", ""));
	text_view_addf(form->out, STYLE_DIM, "       by %s, %s",
		       json_get_text(suspect, "author", ""), json_get_text(suspect, "time", ""));
	for (size_t i = 0; values != NULL && i < sizeof(factors) / sizeof(factors[0]); i++)
		put_factor(form, factors[i], json_get_number(values, factors[i], NAN));
	folded_put(form->out, STYLE_NORMAL, 7, form->width, "", json_get_text(suspect, "why", ""));
}

static void
show_suspects(const struct form *form)
{
	const struct json *suspects = json_get(form->answer, "suspects");
	int place = 0;

	text_view_addf(form->out, STYLE_HEADING, "verdict: %s",
		       json_get_text(form->answer, "verdict", "not ranked"));
	for (const struct json *one = json_first(suspects); one != NULL; one = json_next(one))
		put_suspect(form, one, ++place);
	if (place == 0)
		text_view_add(form->out, STYLE_DIM, "no change explains it");
}

/* -- change_show: a diff -- */

static void
show_change(const struct form *form)
{
	const struct json *functions = json_get(form->answer, "functions");
	const char *diff = json_get_text(form->answer, "diff", NULL);

	/* Lines in no style of a diff view would be taken for its code: these have one. */
	form->out->kind = TEXT_VIEW_DIFF;
	text_view_addf(form->out, STYLE_STRONG, "%.12s  %s",
		       json_get_text(form->answer, "change", ""),
		       json_get_text(form->answer, "title", ""));
	text_view_addf(form->out, STYLE_DIM, "by %s, %s", json_get_text(form->answer, "author", ""),
		       json_get_text(form->answer, "time", ""));
	for (const struct json *one = json_first(functions); one != NULL; one = json_next(one)) {
		const char *name = json_get_text(one, "name", "");
		bool is_subject = text_equal(name, form->subject);

		text_view_addf(form->out, is_subject ? STYLE_MORE : STYLE_HINT,
			       "%s touches %s  +%lld -%lld", is_subject ? "!" : " ", name,
			       (long long)json_get_int(one, "added", 0),
			       (long long)json_get_int(one, "removed", 0));
	}
	text_view_add(form->out, STYLE_DIM, "");
	if (diff != NULL && diff[0] != '\0')
		text_view_add(form->out, STYLE_NORMAL, diff);
	else
		text_view_add(form->out, STYLE_DIM, "there is no diff of this change");
}

/* -- code_read: source -- */

static void
show_code(const struct form *form)
{
	const char *text = json_get_text(form->answer, "text", "");
	int64_t first = json_get_int(form->answer, "first", 1);

	str_clear(&form->evidence->caption);
	str_addf(&form->evidence->caption, "%s:%lld to %lld at %.12s",
		 json_get_text(form->answer, "path", ""), (long long)first,
		 (long long)json_get_int(form->answer, "last", 0),
		 json_get_text(form->answer, "commit", ""));
	form->out->kind = TEXT_VIEW_SOURCE;
	form->out->line_numbers = true;
	form->out->first_number = first > 0 ? (size_t)first : 1;
	text_view_set(form->out, text, strlen(text));
}

static void
show_json(const struct form *form)
{
	struct str text;

	str_init(&text, STR_MAX_TEXT);
	json_write_pretty(&text, form->answer);
	text_view_add(form->out, STYLE_NORMAL, text.data);
	str_release(&text);
}

static const struct {
	const char *tool;
	void (*show)(const struct form *form);
} forms[] = {
	{ "series_query", show_series },    { "profile_query", show_profile },
	{ "suspects_rank", show_suspects }, { "change_show", show_change },
	{ "code_read", show_code },
};

void
evidence_answer(struct evidence *evidence, const char *tool, const struct json *answer,
		const char *subject, int width)
{
	struct form form = { evidence, &evidence->answer, answer, subject, width };
	const struct tool *known = tool_find(tool);
	const char *failed = json_get_text(answer, "error", NULL);
	void (*show)(const struct form *form) = show_json;

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (strcmp(forms[i].tool, tool) == 0)
			show = forms[i].show;
	str_add(&evidence->caption, known != NULL ? known->title : tool);
	if (failed != NULL)
		folded_put(form.out, STYLE_BAD, 0, width, "", failed);
	else
		show(&form);
	if (json_get_bool(answer, "cut", false) && form.out->kind != TEXT_VIEW_SOURCE)
		folded_put(form.out, STYLE_WARN, 0, width, "",
			   json_get_text(answer, "cut_note", "the answer is cut"));
}
