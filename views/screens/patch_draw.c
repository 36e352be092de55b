/* The lines above the diff: origin, checks, what can be decided; see patch_private.h. */
#include <string.h>

#include "core/base/text.h"
#include "core/solve/patch_json.h"
#include "views/screens/patch_private.h"
#include "views/screens/words.h"

#define CHECKS_INDENT 9
#define CHECKS_GAP 3
#define ABOUT_INDENT 6

void
patch_draw_header(const struct patch_screen *screen, const struct surface *surface, int row)
{
	const struct patch *patch = &screen->patch;
	struct str left, right;

	str_init(&left, STR_MAX_LINE);
	str_init(&right, STR_MAX_LINE);
	if (patch->id == 0) {
		str_addf(&left, "F%lld: no patch yet", (long long)screen->finding.id);
	} else {
		str_addf(&left, "P%lld  ", (long long)patch->id);
		patch_origin(patch, &left);
		if (screen->patches.count > 1)
			str_addf(&left, "  (%zu of %zu, [ and ])",
				 screen->patches.count - screen->current, screen->patches.count);
		if (patch->reviewer_name != NULL)
			str_addf(&right, "for review by %s ", patch->reviewer_name);
	}
	surface_put(surface, row, 1, STYLE_STRONG, left.data);
	if ((size_t)surface->columns > left.len + right.len + 2)
		surface_put_right(surface, row, (int)left.len + 2,
				  surface->columns - (int)left.len - 2, STYLE_NORMAL, right.data);
	str_release(&left);
	str_release(&right);
}

/* -- checks -- */

struct flow {
	const struct surface *surface; /* NULL: only measures */
	int row, column, columns;
};

static void
put_word(struct flow *flow, enum style style, const char *text)
{
	if (flow->surface != NULL)
		surface_put(flow->surface, flow->row, flow->column, style, text);
	flow->column += surface_text_width(text, strlen(text), true);
}

static const char *
result_word(const char *result, enum style *style)
{
	static const struct {
		const char *result, *word;
		enum style style;
	} words[] = {
		{ "pass", "ok", STYLE_GOOD },
		{ "fail", "FAILED", STYLE_BAD },
		{ "skip", "skipped", STYLE_DIM },
		{ "running", "running", STYLE_PROGRESS },
	};

	for (size_t i = 0; result != NULL && i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(words[i].result, result) == 0) {
			*style = words[i].style;
			return words[i].word;
		}
	}
	*style = STYLE_DIM;
	return "-";
}

/* What of the detail belongs into the line: a gain's figures, the tests' count, why it failed. */
static void
detail_of(const struct patch_check *check, struct str *out)
{
	const char *detail = check->detail != NULL ? check->detail : "";
	const char *end = strstr(detail, "), ");
	size_t length = strlen(detail);

	if (strcmp(check->name, "gain") == 0 && strcmp(check->result, "running") != 0)
		length = end != NULL ? (size_t)(end + 1 - detail) : length;
	else if (strcmp(check->result, "fail") != 0 &&
		 (strcmp(check->name, "tests") != 0 || strcmp(check->result, "pass") != 0 ||
		  length > 30))
		length = 0;
	if (strcmp(check->result, "skip") == 0)
		length = 0;
	if (length > 0) {
		str_add_char(out, ' ');
		text_sanitize(out, detail, length, TEXT_LINE);
	}
}

static void
put_check(struct flow *flow, const char *name, const struct patch_check *check)
{
	enum style style;
	const char *word = result_word(check != NULL ? check->result : NULL, &style);
	struct str detail;
	int width;

	str_init(&detail, STR_MAX_LINE);
	if (check != NULL)
		detail_of(check, &detail);
	width = (int)(strlen(name) + 1 + strlen(word)) +
		surface_text_width(detail.data, detail.len, true);
	if (flow->column > CHECKS_INDENT && flow->column + width > flow->columns) {
		flow->row++;
		flow->column = CHECKS_INDENT;
	}
	put_word(flow, STYLE_NORMAL, name);
	flow->column++;
	put_word(flow, style, word);
	put_word(flow, style == STYLE_BAD ? STYLE_BAD : STYLE_NORMAL, detail.data);
	flow->column += CHECKS_GAP;
	str_release(&detail);
}

int
patch_draw_checks(const struct patch_screen *screen, const struct surface *surface, int row,
		  int columns)
{
	static const char *const names[] = {
		"applies", "scope", "syntax", "style", "tests", "gain",
	};
	struct flow flow = { surface, row, 1, columns };

	put_word(&flow, STYLE_HEADING, "checks");
	flow.column = CHECKS_INDENT;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		put_check(&flow, names[i], patch_check(&screen->patch, names[i]));
	return flow.row + 1 - row;
}

/* -- what can be decided -- */

static enum style
decision_text(const struct patch_screen *screen, struct str *out)
{
	const struct patch *patch = &screen->patch;
	struct str failed;

	if (screen->job != 0) {
		str_add(out, patch_deed_busy(screen));
		return STYLE_PROGRESS;
	}
	if (screen->hunks_left > 0) {
		str_addf(out, "%zu of %zu hunks taken: Enter makes a patch of them",
			 screen->hunks.count - screen->hunks_left, screen->hunks.count);
		return STYLE_WARN;
	}
	switch (patch->state) {
	case PATCH_DRAFT:
		str_add(out, "not checked: v runs the checks");
		return STYLE_WARN;
	case PATCH_CHECKED:
	case PATCH_UNDONE:
		str_add(out, "ready: a accepts it, a commit on a branch of its own");
		return STYLE_GOOD;
	case PATCH_FAILED:
		str_init(&failed, STR_MAX_LINE);
		patch_screen_failed(screen, &failed);
		str_addf(out, "failed: %s; a asks once, then accepts it all the same", failed.data);
		str_release(&failed);
		return STYLE_BAD;
	case PATCH_ACCEPTED:
		str_addf(out, "accepted: branch %s, commit %.12s; u takes it back", patch->branch,
			 patch->commit != NULL ? patch->commit : "");
		return STYLE_GOOD;
	case PATCH_REJECTED:
		str_addf(out, "rejected: %s; u takes it back",
			 patch->reason != NULL ? patch->reason : "no reason given");
		return STYLE_WARN;
	}
	return STYLE_NORMAL;
}

void
patch_draw_decision(const struct patch_screen *screen, const struct surface *surface, int row)
{
	struct str text;
	enum style style;

	str_init(&text, STR_MAX_LINE);
	if (screen->patch.id == 0 && screen->job == 0) {
		str_add(&text, "R makes a revert, m asks a model, c tries every way again");
		style = STYLE_NORMAL;
	} else {
		style = decision_text(screen, &text);
	}
	surface_put_field(surface, row, 1, surface->columns - 1, style, text.data, text.len);
	str_release(&text);
}

/* -- what it does, why, what it risks -- */

/* The last line that there is room for says that there is more. */
static int
put_about(const struct surface *surface, int row, int columns, int lines_max, const char *label,
	  const char *text)
{
	size_t length = text != NULL ? strlen(text) : 0;
	int lines = 0, width = columns - ABOUT_INDENT - 1;

	while (length > 0 && lines < lines_max) {
		size_t piece = words_fold(text, length, width > 10 ? width : 10);

		if (lines + 1 == lines_max)
			piece = length;
		if (surface != NULL) {
			surface_put(surface, row + lines, 1, STYLE_HEADING,
				    lines == 0 ? label : "");
			surface_put_field(surface, row + lines, ABOUT_INDENT + 1, width,
					  STYLE_NORMAL, text, piece);
		}
		piece += piece < length && (text[piece] == ' ' || text[piece] == '\n');
		text += piece;
		length -= piece;
		lines++;
	}
	return lines;
}

int
patch_draw_about(const struct patch_screen *screen, const struct surface *surface, int row,
		 int columns)
{
	const struct {
		const char *label, *text;
	} parts[] = {
		{ "what", screen->patch.title },
		{ "why", screen->patch.why },
		{ "risk", screen->patch.risk },
	};
	int rows = 0;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		rows += put_about(surface, row + rows, columns, screen->about_lines, parts[i].label,
				  parts[i].text);
	return rows;
}
