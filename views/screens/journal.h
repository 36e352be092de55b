/*
 * What `u` takes back: the moves made at this keyboard, latest last. Whoever
 * makes a move that can be taken back adds an entry.
 */
#ifndef HEADROOM_VIEWS_SCREENS_JOURNAL_H
#define HEADROOM_VIEWS_SCREENS_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define JOURNAL_MAX 200 /* older entries are forgotten */

enum journal_kind {
	JOURNAL_FINDINGS, /* moves of findings: casebook_finding_undo for each */
	JOURNAL_PATCH,    /* an accepted or rejected patch: patch_undo */
};

struct journal_entry {
	enum journal_kind kind;
	int64_t *ids;
	size_t count;
	char *what; /* "claim F1": said when it is taken back */
};

struct journal {
	struct journal_entry *items;
	size_t count, capacity;
};

void journal_release(struct journal *journal);
/* ids and what are copied. */
void journal_add(struct journal *journal, enum journal_kind kind, const int64_t *ids, size_t count,
		 const char *what);
/* Takes the latest entry off; false: there is none. The caller's to release. */
bool journal_take(struct journal *journal, struct journal_entry *out);
void journal_entry_release(struct journal_entry *entry);

#endif
