/* The texts of the patch screen: diff with its hunks, details; see patch_private.h. */
#include <string.h>

#include "core/base/clock.h"
#include "core/base/text.h"
#include "core/solve/accept.h"
#include "core/solve/patch_json.h"
#include "views/screens/folded.h"
#include "views/screens/patch_private.h"

#define INDENT 10 /* columns of the labels */

/* -- the diff and its hunks -- */

static void
mark_hunk(struct patch_screen *screen, size_t hunk)
{
	struct text_view *diff = &screen->diff;
	const struct patch_hunk *at = &screen->hunks.items[hunk];
	size_t end = hunk + 1 < screen->hunks.count ? screen->hunks.items[hunk + 1].line
						    : diff->lines.count;

	for (size_t line = at->line; line < end; line++) {
		enum style style = diff->lines.items[line].style;

		if (line > at->line && style == STYLE_LINE_HEADER)
			break; /* of the next file */
		text_view_gutter(diff, line, at->left ? STYLE_WARN : STYLE_DIM,
				 line == at->line ? at->left ? "[ ]" : "[x]"
				 : at->left       ? " -"
						  : "");
	}
}

/* The marks mean something only where the lines are counted as core counts them. */
static void
find_hunks(struct patch_screen *screen)
{
	const struct text_view *diff = &screen->diff;

	vec_clear(&screen->hunks);
	screen->hunks_left = 0;
	for (size_t line = 0; line < diff->lines.count; line++)
		if (diff->lines.items[line].style == STYLE_LINE_HUNK)
			vec_push(&screen->hunks, (struct patch_hunk){ .line = line });
	if (screen->hunks.count != patch_hunk_count(screen->patch.diff))
		vec_clear(&screen->hunks);
	for (size_t i = 0; screen->hunks.count > 1 && i < screen->hunks.count; i++)
		mark_hunk(screen, i);
}

static void
fill_diff(struct patch_screen *screen)
{
	const char *text = screen->patch.diff;

	text_view_clear(&screen->diff);
	if (text != NULL)
		text_view_set(&screen->diff, text, strlen(text));
	find_hunks(screen);
	if (screen->hunks.count > 0)
		screen->diff.cursor =
			screen->hunks.items[0].line; /* the file's head stays in sight */
}

size_t
patch_screen_hunk(const struct patch_screen *screen)
{
	size_t hunk = screen->hunks.count;

	for (size_t i = 0; i < screen->hunks.count; i++)
		if (screen->hunks.items[i].line <= screen->diff.cursor)
			hunk = i;
	return hunk;
}

/* To the head of the next or former hunk, round the ends. */
void
patch_screen_go_to_hunk(struct patch_screen *screen, int direction)
{
	size_t count = screen->hunks.count, hunk = patch_screen_hunk(screen);

	if (count == 0)
		return;
	if (hunk == count) /* above the first */
		hunk = direction > 0 ? 0 : count - 1;
	else
		hunk = (hunk + (direction > 0 ? 1 : count - 1)) % count;
	text_view_move_to(&screen->diff, screen->hunks.items[hunk].line);
}

void
patch_screen_leave_hunk(struct patch_screen *screen, size_t hunk, bool left)
{
	struct patch_hunk *at = &screen->hunks.items[hunk];

	screen->hunks_left += (size_t)left - (size_t)at->left;
	at->left = left;
	mark_hunk(screen, hunk);
}

/* -- reading -- */

static size_t
index_of(const struct patch_screen *screen, int64_t id)
{
	for (size_t i = 0; i < screen->patches.count; i++)
		if (screen->patches.items[i] == id)
			return i;
	return 0;
}

void
patch_screen_reload(struct patch_screen *screen, struct ui *ui, int64_t id)
{
	struct patch_list list = { 0 };
	struct patch shown = screen->patch;
	struct error err = { 0 };

	if (casebook_patches(screen->workstation->store, screen->finding.id, &list, &err) < 0) {
		ui_error(ui, &err);
		return;
	}
	vec_clear(&screen->patches);
	for (size_t i = 0; i < list.count; i++)
		vec_push(&screen->patches, list.items[i].id);
	screen->current = index_of(screen, id);
	if (list.count > 0) {
		screen->patch = list.items[screen->current];
		list.items[screen->current] = (struct patch){ 0 };
		if (screen->patch.id != shown.id || !text_equal(screen->patch.diff, shown.diff))
			fill_diff(screen);
		patch_release(&shown);
	}
	screen->details_width = 0;
	patch_list_release(&list);
}

void
patch_screen_failed(const struct patch_screen *screen, struct str *out)
{
	for (size_t i = 0; i < screen->patch.check_count; i++) {
		const struct patch_check *check = &screen->patch.checks[i];

		if (strcmp(check->result, "fail") == 0)
			str_addf(out, "%s%s", out->len > 0 ? ", " : "", check->name);
	}
}

/* -- details -- */

void
patch_screen_said(struct patch_screen *screen, const char *kind, const char *text)
{
	bool words = strcmp(kind, "text") == 0; /* they come in pieces */

	if (!words && screen->said.len > 0 && screen->said.data[screen->said.len - 1] != '\n')
		str_add_char(&screen->said, '\n');
	if (!words)
		str_addf(&screen->said, "%s: ", kind);
	text_sanitize(&screen->said, text, strlen(text), TEXT_BLOCK);
	if (!words)
		str_add_char(&screen->said, '\n');
	screen->said_news = true;
	screen->details_width = 0;
}

struct writer {
	struct text_view *view;
	int width;
};

static void
put(const struct writer *writer, const char *label, const char *text)
{
	if (text != NULL && text[0] != '\0')
		folded_put(writer->view, STYLE_NORMAL, INDENT, writer->width, label, text);
}

static void
heading(const struct writer *writer, const char *text)
{
	if (writer->view->lines.count > 0)
		text_view_add(writer->view, STYLE_NORMAL, "");
	text_view_add(writer->view, STYLE_HEADING, text);
}

static enum style
result_style(const char *result)
{
	return strcmp(result, "pass") == 0   ? STYLE_GOOD
	       : strcmp(result, "fail") == 0 ? STYLE_BAD
					     : STYLE_NORMAL;
}

static void
put_checks(const struct patch *patch, const struct writer *writer)
{
	heading(writer, "checks");
	if (patch->check_count == 0)
		text_view_add(writer->view, STYLE_DIM, "none has run yet; v runs them");
	for (size_t i = 0; i < patch->check_count; i++) {
		const struct patch_check *check = &patch->checks[i];
		const char *detail = check->detail != NULL ? check->detail : "";

		folded_putf(writer->view, result_style(check->result), INDENT, writer->width,
			    check->name, "%s%s%s", check->result, detail[0] != '\0' ? ": " : "",
			    detail);
	}
}

static void
put_origin(const struct patch *patch, const struct writer *writer)
{
	char time[CLOCK_TEXT_SIZE];
	struct str text;

	heading(writer, "where it came from");
	str_init(&text, STR_MAX_LINE);
	patch_origin(patch, &text);
	put(writer, "made", text.data);
	put(writer, "at", patch->created_at != 0 ? clock_format(patch->created_at, time) : NULL);
	if (patch->tokens_in + patch->tokens_out > 0)
		folded_putf(writer->view, STYLE_NORMAL, INDENT, writer->width, "tokens",
			    "%lld in, %lld out", (long long)patch->tokens_in,
			    (long long)patch->tokens_out);
	put(writer, "base", patch->base);
	str_clear(&text);
	strings_join(&patch->files, ", ", &text);
	put(writer, "files", text.data);
	if (patch->reviewer_name != NULL)
		folded_putf(writer->view, STYLE_NORMAL, INDENT, writer->width, "reviewer",
			    "%s <%s>", patch->reviewer_name,
			    patch->reviewer_email != NULL ? patch->reviewer_email : "");
	put(writer, "branch", patch->branch);
	put(writer, "commit", patch->commit);
	put(writer, "rejected", patch->reason);
	str_release(&text);
}

void
patch_screen_fill_details(struct patch_screen *screen, int width)
{
	const struct patch *patch = &screen->patch;
	struct writer writer = { &screen->details, width - 2 };
	size_t top = screen->details.top, cursor = screen->details.cursor;

	text_view_clear(&screen->details);
	if (patch->id != 0) {
		put(&writer, "what", patch->title);
		put(&writer, "why", patch->why);
		put(&writer, "risk", patch->risk);
		put_checks(patch, &writer);
		put_origin(patch, &writer);
	}
	if (screen->said.len > 0) {
		heading(&writer, "said while it was made");
		folded_put(&screen->details, STYLE_NORMAL, 0, width - 2, "", screen->said.data);
	}
	screen->details_width = width;
	screen->details.top = top;
	screen->details.cursor = cursor;
	if (screen->said_news && patch->id == 0)
		text_view_move(&screen->details, MOVE_LAST);
	screen->said_news = false;
}
