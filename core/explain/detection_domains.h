/*
 * Functions that belong together, as the cost shift stage asks (core/detect/domain.h): by their
 * names, by the source file of their frames, and by the changes that touched them about the time of
 * a change point. Private to the detection run (detection_service.c).
 */
#ifndef HEADROOM_EXPLAIN_DETECTION_DOMAINS_H
#define HEADROOM_EXPLAIN_DETECTION_DOMAINS_H

#include "core/base/error.h"
#include "core/base/intern.h"
#include "core/detect/domain.h"
#include "core/store/profile.h"
#include "core/store/store.h"
#include "core/store/telemetry.h"

/* A rollout takes time: changes this long before the last window of the old level may show now. */
#define DETECTION_DOMAINS_BACK (3 * CLOCK_DAY)
#define DETECTION_DOMAINS_CHANGES_MAX 1000 /* the latest ones before the onset */

/* Zeroed is empty. */
struct detection_domains {
	struct detect_domains view; /* what core/detect reads */
	bool ready;                 /* those of names and files are in it, and come first ... */
	size_t items, members;      /* ... so many of them */
	struct intern bases;        /* last parts of the functions' plain names */
	uint32_t *heads, *next;     /* by base, by function: number + 1 of a function, 0: no more */
	char **plain;               /* by function */
	size_t functions;
};

/*
 * view is that of a change between two times, of functions as the counts number them. Changes know
 * names as the code has them: symbol_same() tells that one is meant. ERROR of the store.
 */
int detection_domains_at(struct detection_domains *domains, struct store *store, int64_t service,
			 const struct profile_set *set, const struct function_counts *counts,
			 int64_t low, int64_t high, struct error *err);
void detection_domains_release(struct detection_domains *domains);

#endif
