/* What the files about findings share; nobody else includes it. */
#ifndef HEADROOM_STORE_FINDING_SQL_H
#define HEADROOM_STORE_FINDING_SQL_H

#include <stdint.h>

#include "core/base/error.h"
#include "core/store/finding.h"
#include "core/store/store.h"

#define FINDING_KINDS 3
#define FINDING_STATES 9
#define FINDING_PROGRAM "headroom" /* the user of what no person did */

/* What a move changes, and what an event keeps to take it back. */
struct finding_place {
	enum finding_state state;
	char *owner;
	int64_t duplicate_of;
};

void finding_place_release(struct finding_place *place);
/* ERROR_NOT_FOUND where there is no such finding. */
int
finding_place_read(struct store *store, int64_t id, struct finding_place *out, struct error *err);
int finding_place_write(struct store *store, int64_t id, const struct finding_place *place,
			struct error *err);

/* An event with the place before and after it; undoes 0: it takes nothing back. */
int finding_event_moved(struct store *store, int64_t finding, const char *user, const char *kind,
			const char *text, const struct finding_place *before,
			const struct finding_place *after, int64_t undoes, struct error *err);

#endif
