/*
 * What a person decides about findings: claim, dismiss, duplicate of, and taking
 * it back. Each is a job, because another process may hold the database; all or
 * none of the findings move; what moved goes to the journal. Used by the
 * findings and the finding screen.
 */
#ifndef HEADROOM_VIEWS_SCREENS_MOVES_H
#define HEADROOM_VIEWS_SCREENS_MOVES_H

#include <stddef.h>
#include <stdint.h>

#include "tui/ui.h"

/* The findings that an open question is about; part of the asking screen's state. */
struct moves {
	int64_t *ids;
	size_t count;
};

void moves_release(struct moves *moves);

void moves_claim(struct ui *ui, const int64_t *ids, size_t count);
/* Asks for a reason: one of a short list, or words. */
void moves_ask_dismiss(struct moves *asked, struct ui *ui, const int64_t *ids, size_t count);
/* Asks which finding they are duplicates of; suggested is filled in (0: none). */
void moves_ask_duplicate(struct moves *asked, struct ui *ui, const int64_t *ids, size_t count,
			 int64_t suggested);
/* The latest entry of the journal. */
void moves_undo(struct ui *ui);

#endif
