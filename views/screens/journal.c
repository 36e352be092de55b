/* What `u` takes back; see journal.h. Called by workstation_actions.c and by those who move. */
#include "views/screens/journal.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/vec.h"

void
journal_entry_release(struct journal_entry *entry)
{
	free(entry->ids);
	free(entry->what);
	*entry = (struct journal_entry){ 0 };
}

void
journal_release(struct journal *journal)
{
	for (size_t i = 0; i < journal->count; i++)
		journal_entry_release(&journal->items[i]);
	vec_release(journal);
}

static void
forget_oldest(struct journal *journal)
{
	journal_entry_release(&journal->items[0]);
	journal->count--;
	memmove(journal->items, journal->items + 1, journal->count * sizeof(*journal->items));
}

void
journal_add(struct journal *journal, enum journal_kind kind, const int64_t *ids, size_t count,
	    const char *what)
{
	struct journal_entry entry = {
		.kind = kind,
		.ids = memory_copy(ids, count * sizeof(*ids)),
		.count = count,
		.what = memory_string(what),
	};

	if (journal->count == JOURNAL_MAX)
		forget_oldest(journal);
	vec_push(journal, entry);
}

bool
journal_take(struct journal *journal, struct journal_entry *out)
{
	if (journal->count == 0)
		return false;
	*out = journal->items[--journal->count];
	return true;
}
