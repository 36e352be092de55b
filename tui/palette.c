/* Fuzzy find over actions, and over any texts; see palette.h. Called by ui_actions.c and screens.
 */
#include "tui/palette.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "tui/action_list.h"
#include "tui/picker.h"
#include "tui/ui.h"

#define SCORE_HIT 1
#define SCORE_RUN 9   /* right after the hit before: counts more than a start */
#define SCORE_START 8 /* of a word */

static bool
same_letter(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

static bool
starts_word(const char *text, size_t at)
{
	return at == 0 || !isalnum((unsigned char)text[at - 1]);
}

/*
 * Best sum over all ways to place the pattern, one row of the table of
 * placements for each letter of the pattern: best[j] is the best score with the
 * letters so far, the last of them at text[j]. (The gap costs nothing.)
 */
int
palette_score(const char *pattern, const char *text)
{
	size_t count = strlen(text), row = 0;
	int *best, *next, result = 0;

	if (*pattern == '\0')
		return 1;
	if (count == 0 || count > 4096)
		return 0;
	best = memory_alloc_array(count, sizeof(*best));
	next = memory_alloc_array(count, sizeof(*next));
	for (; *pattern != '\0'; pattern++) {
		int before = row == 0 ? 1 : 0; /* best of best[0..j-1]; 0: the letters do not fit */

		if (*pattern == ' ')
			continue;
		for (size_t j = 0; j < count; j++) {
			int run = row > 0 && j > 0 && best[j - 1] > 0 ? best[j - 1] + SCORE_RUN : 0;

			next[j] = 0;
			if (same_letter(*pattern, text[j]) && (before > 0 || run > 0)) {
				next[j] = (run > before ? run : before) + SCORE_HIT;
				next[j] += starts_word(text, j) ? SCORE_START : 0;
			}
			if (row > 0 && best[j] > before)
				before = best[j];
		}
		memcpy(best, next, count * sizeof(*best));
		row++;
	}
	for (size_t j = 0; j < count && row > 0; j++)
		result = best[j] > result ? best[j] : result;
	free(best);
	free(next);
	return row == 0 ? 1 : result;
}

void
palette_open(struct ui *ui)
{
	action_list_open(ui, "command", false);
}

/* A pick among texts keeps who asked until the dialog is gone. */
struct pick {
	void *user;
	void (*chosen)(void *user, struct ui *ui, size_t index);
};

static void
pick_chosen(void *user, struct ui *ui, size_t index)
{
	struct pick *pick = user;

	pick->chosen(pick->user, ui, index);
}

void
palette_pick(struct ui *ui, const char *label, const char *const *texts, size_t count, void *user,
	     void (*chosen)(void *user, struct ui *ui, size_t index))
{
	struct pick *pick = memory_alloc(sizeof(*pick));
	struct picker_item *items = memory_alloc_array(count, sizeof(*items));

	pick->user = user;
	pick->chosen = chosen;
	for (size_t i = 0; i < count; i++)
		items[i].text = texts[i];
	picker_open(ui, &(struct picker_request){ .title = label,
						  .items = items,
						  .count = count,
						  .user = pick,
						  .chosen = pick_chosen,
						  .release = free });
	free(items);
}
