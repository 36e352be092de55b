/* Rows of the inbox; see findings_model.h. Called by findings.c. */
#include "views/screens/findings_model.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/base/text.h"
#include "views/screens/words.h"

#define KEY_SHOWN 7
#define PERCENT_SHOWN 4 /* "100%" */

static const struct table_column columns[FINDINGS_COLUMNS] = {
	[COLUMN_IMPACT] = { "IMPACT", 12, 0, 0, true },
	[COLUMN_SERVICE] = { "SERVICE", 7, 1, 3, false },
	[COLUMN_WHAT] = { "WHAT", 14, 6, 0, false },
	[COLUMN_CHANGE] = { "", WORDS_CHANGE_SHORT, 0, 1, true },
	[COLUMN_TREND] = { "TREND", 10, 1, 6, false },
	[COLUMN_SINCE] = { "SINCE", 5, 0, 4, true },
	[COLUMN_SUSPECT] = { "SUSPECT", 16, 2, 5, false },
	[COLUMN_STATE] = { "STATE", 13, 0, 2, false },
};

/* -- rows -- */

void
findings_model_init(struct findings_model *model, const char *user)
{
	*model = (struct findings_model){ .state = STATE_OPEN, .user = user, .now = clock_now() };
}

void
findings_model_release(struct findings_model *model)
{
	findings_rows_release(&model->all);
	vec_release(&model->shown);
	trends_release(&model->trends);
	free(model->service);
}

void
findings_rows_release(struct findings_rows *rows)
{
	finding_rows_release(&rows->rows);
	finding_rows_release(&rows->improvements);
}

int
findings_model_read(struct findings_rows *out, struct store *store, int state, size_t limit,
		    struct error *err)
{
	struct finding_query query = {
		.kind = -1,
		.state = state >= 0 ? state : -1,
		.open_only = state == STATE_OPEN,
		.limit = limit,
	};

	if (casebook_findings(store, &query, &out->rows, err) < 0)
		return -1;
	query.kind = FINDING_IMPROVEMENT;
	return casebook_findings(store, &query, &out->improvements, err);
}

static const struct finding_rows *
rows_of_tab(const struct findings_model *model)
{
	return model->tab == TAB_IMPROVEMENTS ? &model->all.improvements : &model->all.rows;
}

static bool
in_tab(const struct findings_model *model, const struct finding_row *row, enum findings_tab tab)
{
	switch (tab) {
	case TAB_REGRESSIONS:
		return row->kind == FINDING_REGRESSION;
	case TAB_OPPORTUNITIES:
		return row->kind == FINDING_OPPORTUNITY;
	case TAB_MINE:
		return row->owner != NULL && strcmp(row->owner, model->user) == 0;
	case TAB_IMPROVEMENTS:
	case TAB_ALL:
	case FINDINGS_TABS:
		break;
	}
	return true;
}

static bool
of_service(const struct findings_model *model, const struct finding_row *row)
{
	return model->service == NULL || strcmp(row->service, model->service) == 0;
}

void
findings_model_choose(struct findings_model *model)
{
	const struct finding_rows *rows = rows_of_tab(model);

	memset(model->counts, 0, sizeof(model->counts));
	for (size_t i = 0; i < model->all.rows.count; i++)
		for (int tab = 0; tab < FINDINGS_TABS; tab++)
			model->counts[tab] +=
				tab != TAB_IMPROVEMENTS &&
				of_service(model, &model->all.rows.items[i]) &&
				in_tab(model, &model->all.rows.items[i], (enum findings_tab)tab);
	for (size_t i = 0; i < model->all.improvements.count; i++)
		model->counts[TAB_IMPROVEMENTS] +=
			of_service(model, &model->all.improvements.items[i]);
	vec_clear(&model->shown);
	for (size_t i = 0; i < rows->count; i++)
		if (of_service(model, &rows->items[i]) &&
		    in_tab(model, &rows->items[i], model->tab))
			vec_push(&model->shown, (uint32_t)i);
}

void
findings_model_set(struct findings_model *model, struct findings_rows *rows, bool complete)
{
	findings_rows_release(&model->all);
	model->all = *rows;
	model->complete = complete;
	model->now = clock_now();
	*rows = (struct findings_rows){ 0 };
	findings_model_choose(model);
}

const struct finding_row *
findings_model_row(const struct findings_model *model, size_t shown)
{
	return &rows_of_tab(model)->items[model->shown.items[shown]];
}

/* -- columns -- */

void
findings_model_layout(struct findings_model *model, int width)
{
	memcpy(model->columns, columns, sizeof(columns));
	if (model->tab == TAB_OPPORTUNITIES)
		model->columns[COLUMN_SUSPECT].heading = "SKILL";
	model->layout = table_fit(model->columns, FINDINGS_COLUMNS, width - LIST_MARGIN);
}

void
findings_model_tabs(const struct findings_model *model, struct tab tabs[FINDINGS_TABS])
{
	static const char *const labels[FINDINGS_TABS] = { "Regressions", "Opportunities",
							   "Improvements", "Mine", "All" };

	for (int i = 0; i < FINDINGS_TABS; i++)
		tabs[i] =
			(struct tab){ labels[i], model->complete ? (int64_t)model->counts[i] : -1 };
}

const char *
findings_state_word(int state)
{
	if (state == STATE_OPEN)
		return "open";
	return state == STATE_ALL ? "all" : finding_state_name((enum finding_state)state);
}

/* -- the list -- */

static size_t
count(const void *model)
{
	return ((const struct findings_model *)model)->shown.count;
}

static uint64_t
key(const void *model, size_t row)
{
	return (uint64_t)findings_model_row(model, row)->id;
}

static bool
holds(const char *text, const char *part)
{
	return text != NULL && text_contains_nocase(text, part);
}

static bool
matches(const void *model, size_t row, const char *text)
{
	const struct finding_row *finding = findings_model_row(model, row);
	char id[24];

	snprintf(id, sizeof(id), "F%lld", (long long)finding->id);
	return holds(finding->subject, text) || holds(finding->service, text) ||
	       holds(finding->suspect, text) || holds(finding->suspect_author, text) ||
	       holds(finding->owner, text) || holds(finding->skill, text) ||
	       holds(finding_state_name(finding->state), text) || strcasecmp(id, text) == 0;
}

static enum style
state_style(enum finding_state state)
{
	switch (state) {
	case FINDING_NEW:
		return STYLE_NEW;
	case FINDING_ACCEPTED:
	case FINDING_VERIFIED:
		return STYLE_GOOD;
	case FINDING_DISMISSED:
	case FINDING_GONE:
	case FINDING_DUPLICATE:
		return STYLE_GONE;
	default:
		return STYLE_NORMAL;
	}
}

static void
draw_trend(const struct findings_model *model, const struct finding_row *row,
	   const struct surface *line)
{
	struct surface place = table_place(&model->layout, line, 0, COLUMN_TREND);
	const struct trend *trend = trends_of(&model->trends, row->id);

	if (place.columns > 0 && trend != NULL && trend->count > 0)
		surface_sparkline(&place, 0, 0, place.columns, STYLE_CHART_LINE, trend->values,
				  trend->count);
}

/* The key and the percent stay, the author gives way. */
static void
draw_cause(const struct finding_row *row, const struct surface *place)
{
	const char *author = row->suspect_author != NULL ? row->suspect_author : "";
	int room = place->columns - KEY_SHOWN - 1 - PERCENT_SHOWN;

	surface_put_field(place, 0, 0, KEY_SHOWN, STYLE_NORMAL, row->suspect,
			  strnlen(row->suspect, KEY_SHOWN));
	if (room > 1)
		surface_put_field(place, 0, KEY_SHOWN + 1, room - 1, STYLE_NORMAL, author,
				  strlen(author));
	surface_putf(place, 0, place->columns - PERCENT_SHOWN, STYLE_NORMAL, "%3.0f%%",
		     100 * row->suspect_score);
}

static void
draw_suspect(const struct findings_model *model, const struct finding_row *row,
	     const struct surface *line, const char *match)
{
	struct surface place = table_place(&model->layout, line, 0, COLUMN_SUSPECT);
	bool skill = row->skill != NULL && row->kind == FINDING_OPPORTUNITY;

	if (place.columns > 0 && row->suspect != NULL)
		draw_cause(row, &place);
	else
		table_cell(&model->layout, line, 0, COLUMN_SUSPECT, STYLE_DIM,
			   skill ? row->skill : "-", match);
}

static void
draw_row(const void *state, const struct list_row *list_row, const struct surface *line)
{
	const struct findings_model *model = state;
	const struct finding_row *row = findings_model_row(model, list_row->row);
	const struct table_layout *layout = &model->layout;
	const char *match = list_row->find;
	int64_t since = row->changed_at > 0 ? row->changed_at : row->detected_at;
	char text[WORDS_SIZE], age[CLOCK_TEXT_SIZE];

	table_cell(layout, line, 0, COLUMN_IMPACT,
		   row->kind == FINDING_REGRESSION ? STYLE_MORE : STYLE_LESS,
		   words_impact(row->kind, row->cores, row->after - row->before, row->unit, text),
		   NULL);
	table_cell(layout, line, 0, COLUMN_SERVICE, STYLE_NORMAL, row->service, match);
	table_cell(layout, line, 0, COLUMN_WHAT, STYLE_NORMAL, row->subject, match);
	table_cell(layout, line, 0, COLUMN_CHANGE, STYLE_NORMAL,
		   words_change_short(row->before, row->after, row->unit, text), NULL);
	draw_trend(model, row, line);
	table_cell(layout, line, 0, COLUMN_SINCE, STYLE_DIM,
		   clock_format_age(since, model->now, age), NULL);
	draw_suspect(model, row, line, match);
	table_cell(layout, line, 0, COLUMN_STATE, state_style(row->state),
		   finding_state_name(row->state), match);
}

const struct list_ops findings_list_ops = {
	.count = count,
	.key = key,
	.draw = draw_row,
	.matches = matches,
};

/* -- nothing to show -- */

static const char *const begin_text[] = {
	"Nothing is here yet. Two ways to begin, in a shell:",
	"",
	"headroom demo",
	"    makes a sample case for real, and opens this on it",
	"",
	"headroom service add NAME --repo DIR --cores N",
	"headroom import changes --service NAME --git DIR",
	"headroom import profile FILE... --service NAME",
	"headroom detect",
	"    the same with a service of yours (detect is R here)",
};

static const char *const quiet_text[] = {
	"No findings. What to do next:",
	"",
	"R   looks for regressions in the profiles that are imported",
	"O   looks for opportunities in hot code",
	"",
	"headroom import profile FILE... --service NAME",
	"    brings more profiles in; six windows before and after a change are plenty",
};

static void
draw_lines(const struct surface *surface, const char *const *lines, size_t lines_count)
{
	for (size_t i = 0; i < lines_count; i++)
		surface_put(surface, (int)i, 2,
			    text_starts_with(lines[i], "headroom ") ? STYLE_STRONG : STYLE_NORMAL,
			    lines[i]);
}

void
findings_model_draw_empty(const struct findings_model *model, const struct surface *surface)
{
	static const char *const kinds[FINDINGS_TABS] = { "regressions", "opportunities",
							  "improvements", "findings of yours",
							  "findings" };

	if (!model->has_services) {
		draw_lines(surface, begin_text, sizeof(begin_text) / sizeof(begin_text[0]));
	} else if (model->all.rows.count == 0 && model->state == STATE_OPEN &&
		   model->tab != TAB_IMPROVEMENTS) {
		draw_lines(surface, quiet_text, sizeof(quiet_text) / sizeof(quiet_text[0]));
	} else {
		surface_putf(surface, 0, 2, STYLE_NORMAL, "No %s with state:%s%s%s.",
			     kinds[model->tab], findings_state_word(model->state),
			     model->service != NULL ? " in " : "",
			     model->service != NULL ? model->service : "");
		surface_put(surface, 1, 2, STYLE_DIM, "Tab, s and S show others.");
	}
}
