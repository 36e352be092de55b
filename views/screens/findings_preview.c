/* The preview; see findings_preview.h. Called by findings.c. */
#include "views/screens/findings_preview.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/text.h"
#include "tui/bars.h"
#include "views/screens/words.h"
#include "views/screens/work.h"
#include "views/screens/workstation.h"

#define SUSPECTS_SHOWN 3
#define CHART_ROWS_MAX 18
#define AUTHOR_COLUMNS 24
#define WHY_ROWS_MAX 4
#define WHY_INDENT 3

/* -- what is kept -- */

static void
item_free(struct preview_item *item)
{
	finding_view_release(&item->view);
	free(item->next);
	free(item);
}

void
preview_release(struct preview *preview, struct ui *ui)
{
	work_stop(ui, preview->job);
	for (size_t i = 0; i < preview->items.count; i++)
		item_free(preview->items.items[i]);
	vec_release(&preview->items);
}

static struct preview_item *
find(const struct preview *preview, int64_t finding)
{
	for (size_t i = preview->items.count; i > 0; i--)
		if (preview->items.items[i - 1]->view.finding.id == finding)
			return preview->items.items[i - 1];
	return NULL;
}

const struct finding_view *
preview_view(const struct preview *preview, int64_t finding)
{
	const struct preview_item *item = find(preview, finding);

	return item != NULL ? &item->view : NULL;
}

void
preview_stale(struct preview *preview)
{
	for (size_t i = 0; i < preview->items.count; i++)
		preview->items.items[i]->stale = true;
}

static void
take_off(struct preview *preview, size_t at)
{
	item_free(preview->items.items[at]);
	for (size_t i = at + 1; i < preview->items.count; i++)
		preview->items.items[i - 1] = preview->items.items[i];
	preview->items.count--;
}

static void
keep(struct preview *preview, struct preview_item *item)
{
	for (size_t i = 0; i < preview->items.count; i++) {
		if (preview->items.items[i]->view.finding.id == item->view.finding.id) {
			take_off(preview, i);
			break;
		}
	}
	if (preview->items.count == PREVIEWS_MAX)
		take_off(preview, 0);
	vec_push(&preview->items, item);
}

/* -- reading -- */

struct task {
	int64_t finding;
	struct preview_item *item; /* NULL until read */
};

static void
task_free(void *state)
{
	struct task *task = state;

	if (task->item != NULL)
		item_free(task->item);
	free(task);
}

static int
run(struct work *work, void *state, struct error *err)
{
	struct task *task = state;
	struct preview_item *item = memory_alloc(sizeof(*item));

	if (finding_view_load(&item->view, work_store(work), task->finding, false, err) < 0) {
		free(item);
		return -1;
	}
	task->item = item;
	return 0;
}

static const struct work_ops ops = {
	.name = "reading the finding",
	.quiet = true,
	.run = run,
	.free = task_free,
	.answer = PREVIEW_EVENT,
};

/* What is wanted shows when it is there and the cursor rests, or when it costs next to nothing. */
static void
settle(struct preview *preview)
{
	const struct preview_item *item = find(preview, preview->wanted);
	bool small = item != NULL && item->view.series.points.count == 0 &&
		     item->view.finding.suspect_count == 0;

	if (preview->wanted == 0 || (item != NULL && (preview->rested || small)))
		preview->shown = preview->wanted;
}

void
preview_show(struct preview *preview, struct ui *ui, uint64_t screen, int64_t finding, bool rested)
{
	const struct preview_item *item = find(preview, finding);
	struct task *task;

	preview->wanted = finding;
	preview->rested = rested;
	settle(preview);
	if (finding == 0 || (item != NULL && !item->stale) ||
	    (preview->job != 0 && preview->loading == finding))
		return;
	work_stop(ui, preview->job);
	task = memory_alloc(sizeof(*task));
	task->finding = preview->loading = finding;
	preview->job = work_start(ui, screen, &ops, task);
}

void
preview_answer(struct preview *preview, struct ui *ui, void *data)
{
	const struct work_answer *answer = data;
	struct task *task = answer->task;
	struct str next;

	if (answer->job == preview->job)
		preview->job = 0;
	if (task->item == NULL) /* gone meanwhile, or another one is wanted */
		return;
	str_init(&next, STR_MAX_LINE);
	finding_view_next(&task->item->view,
			  workstation_skills(ui, task->item->view.service.repository), &next);
	task->item->next = str_take(&next);
	keep(preview, task->item);
	task->item = NULL;
	settle(preview);
}

/* -- drawing -- */

/* Rows that a text takes when folded, WHY_ROWS_MAX at most; draws them where surface is not NULL.
 */
static int
put_folded(const struct surface *surface, int row, int width, enum style style, const char *text)
{
	size_t length = strlen(text);
	int rows = 0;

	while (length > 0 && rows < WHY_ROWS_MAX) {
		size_t piece = words_fold(text, length, width);
		bool last = rows + 1 == WHY_ROWS_MAX;

		if (surface != NULL)
			surface_put_field(surface, row + rows, surface->columns - width, width,
					  style, text, last ? length : piece);
		piece += piece < length && (text[piece] == ' ' || text[piece] == '\n');
		text += piece;
		length -= piece;
		rows++;
	}
	return rows;
}

static const char *
why_of(const struct suspect *suspect)
{
	return suspect->why != NULL ? suspect->why : "";
}

static int
suspect_rows(const struct finding *finding, int columns, bool wide)
{
	int rows = wide ? 1 : 0;

	if (finding->kind != FINDING_REGRESSION || finding->suspect_count == 0)
		return 1;
	for (size_t i = 0; i < finding->suspect_count && i < SUSPECTS_SHOWN; i++)
		rows += 1 + (wide ? put_folded(NULL, 0, columns - WHY_INDENT, STYLE_DIM,
					       why_of(&finding->suspects[i]))
				  : 0);
	return rows;
}

static int
draw_suspect(const struct suspect *suspect, const struct surface *surface, int row, bool wide)
{
	const char *title = suspect->title != NULL ? suspect->title : "";
	const char *why = why_of(suspect);
	const char *author = suspect->author != NULL ? suspect->author : "unknown";
	int column, width;

	column = surface_putf(surface, row, 1, STYLE_STRONG, "%.7s %3.0f%%", suspect->key,
			      100 * suspect->score);
	width = surface_width(surface, author, strlen(author));
	column = surface_put_field(surface, row, column + 1,
				   width < AUTHOR_COLUMNS ? width : AUTHOR_COLUMNS, STYLE_NORMAL,
				   author, strlen(author));
	surface_put_field(surface, row, column + 2, surface->columns - column - 2, STYLE_NORMAL,
			  wide || *why == '\0' ? title : why,
			  strlen(wide || *why == '\0' ? title : why));
	row++;
	return wide ? row + put_folded(surface, row, surface->columns - WHY_INDENT, STYLE_DIM, why)
		    : row;
}

static int
draw_suspects(const struct finding *finding, const struct surface *surface, int row, bool wide)
{
	if (finding->kind != FINDING_REGRESSION) {
		surface_putf(surface, row, 1, STYLE_NORMAL, "%s%s%s:%u",
			     finding->skill != NULL ? finding->skill : "",
			     finding->file != NULL ? " at " : "",
			     finding->file != NULL ? finding->file : "", finding->line);
		return row + 1;
	}
	if (finding->suspect_count == 0) {
		surface_putf(surface, row, 1, STYLE_DIM, "no suspect: %s",
			     finding->verdict == NULL ? "not ranked"
						      : "no change explains this finding");
		return row + 1;
	}
	if (wide)
		surface_putf(surface, row++, 1, STYLE_HEADING, "suspects: %s",
			     finding->verdict != NULL ? finding->verdict : "not ranked");
	for (size_t i = 0; i < finding->suspect_count && i < SUSPECTS_SHOWN; i++)
		row = draw_suspect(&finding->suspects[i], surface, row, wide);
	return row;
}

static void
draw_chart(const struct finding_view *view, const struct surface *surface, int row, int rows)
{
	struct surface place = surface_view(surface, row, 0, rows, surface->columns);
	struct chart chart;

	if (rows <= 0)
		return;
	if (view->series.none != NULL) {
		surface_put(&place, 0, 1, STYLE_DIM, view->series.none);
		return;
	}
	chart_init(&chart);
	finding_view_chart(view, &chart);
	chart_draw(&chart, &place);
}

static void
title_of(const struct finding *finding, struct str *out)
{
	char change[WORDS_SIZE];

	str_addf(out, "F%lld %s  %s", (long long)finding->id, finding->subject,
		 words_change(finding->before, finding->after, finding->unit, change));
}

void
preview_draw(const struct preview *preview, const struct surface *surface, bool wide)
{
	const struct preview_item *item = find(preview, preview->shown);
	const struct finding *finding;
	struct str title;
	int chart_rows, next_rows, row;

	if (item == NULL) {
		bars_rule(surface, 0, NULL);
		return;
	}
	finding = &item->view.finding;
	str_init(&title, STR_MAX_LINE);
	title_of(finding, &title);
	bars_rule(surface, 0, title.data);
	str_release(&title);
	next_rows = put_folded(NULL, 0, surface->columns - 1, STYLE_STRONG, item->next);
	chart_rows = surface->rows - 1 - suspect_rows(finding, surface->columns, wide) - next_rows;
	if (chart_rows > CHART_ROWS_MAX)
		chart_rows = CHART_ROWS_MAX;
	draw_chart(&item->view, surface, 1, chart_rows);
	row = draw_suspects(finding, surface, 1 + (chart_rows > 0 ? chart_rows : 0), wide);
	put_folded(surface, row, surface->columns - 1, STYLE_STRONG, item->next);
}
