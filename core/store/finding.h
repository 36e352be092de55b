/*
 * Findings, their life and their events: the inbox.
 * Part of the case book: every string in these structs is owned by the struct,
 * X_release frees what it holds; a zeroed struct is empty. Ids are shown as F1, P1, I1; 0 means
 * none.
 */
#ifndef HEADROOM_STORE_FINDING_H
#define HEADROOM_STORE_FINDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/strings.h"
#include "core/store/store.h"

/* An improvement costs nothing and asks for nothing: it is kept because it verifies fixes. */
enum finding_kind { FINDING_REGRESSION, FINDING_OPPORTUNITY, FINDING_IMPROVEMENT };

enum finding_state {
	FINDING_NEW,
	FINDING_CLAIMED,
	FINDING_INVESTIGATING,
	FINDING_PATCHED,
	FINDING_ACCEPTED,
	FINDING_VERIFIED,
	FINDING_DISMISSED,
	FINDING_GONE,
	FINDING_DUPLICATE,
};

const char *finding_kind_name(enum finding_kind kind);
const char *finding_state_name(enum finding_state state);
int finding_kind_parse(enum finding_kind *kind, const char *name, struct error *err);
int finding_state_parse(enum finding_state *state, const char *name, struct error *err);
bool finding_state_is_open(enum finding_state state); /* new to accepted */

struct impact {
	double cores;     /* NAN: not known (the service has no cores set) */
	double watts;     /* NAN: not known */
	double low, high; /* of cores, 95 % */
};

struct suspect {
	int64_t change;
	char *key; /* of the change */
	char *title, *author;
	int64_t time;
	double score;
	double attribution, timing, text, diff; /* the factors, 0 to 1 */
	struct strings functions;               /* those it touched that carry the growth */
	char *why;                              /* one sentence */
};

struct finding {
	int64_t id;
	int64_t service;
	char *service_name;
	enum finding_kind kind;
	enum finding_state state;
	int64_t duplicate_of;
	char *owner;        /* who claimed it, or NULL */
	char *subject_kind; /* function; series or metric where it came from `import series` */
	char *subject;      /* its name */
	char *file;         /* where it is defined, relative to the repository, or NULL */
	uint32_t line;
	char *skill; /* the one that applies: playbook of a regression, rule of an opportunity; or
			NULL */
	char *fingerprint; /* the same finding found again has the same one; unique per service */
	int64_t detected_at;
	int64_t changed_at; /* first window of the new level; opportunities: 0 */
	int64_t changed_low, changed_high;
	double before, after; /* shares; an opportunity: share now, share expected */
	char *unit;   /* of before, after and their difference; NULL: shares, fractions of 1 */
	char *config; /* the detection settings that found it, or NULL */
	double delta_low, delta_high; /* 95 % of after - before */
	double p, q;
	double samples_before, samples_after;
	uint32_t windows_before, windows_after;
	struct strings members;
	struct impact impact;
	char *verdict; /* of the suspects: likely, unsure, none; NULL: not ranked */
	struct suspect *suspects;
	size_t suspect_count;
	char *evidence; /* JSON object: filters passed and by how much, stacks, place of an
			   opportunity */
};

void suspect_release(struct suspect *suspect);
void finding_release(struct finding *finding);

/*
 * Stores a finding unless its fingerprint is known; *added says which and id is
 * set either way. A known one gets the new figures, keeps its state and
 * history; one that was gone becomes new again. Writes the event.
 */
int
casebook_finding_put(struct store *store, struct finding *finding, bool *added, struct error *err);
int casebook_finding(struct store *store, int64_t id, struct finding *out, struct error *err);
int casebook_suspects_put(struct store *store, int64_t finding, const char *verdict,
			  const struct suspect *suspects, size_t count, struct error *err);

/* One line of the inbox: what a list needs and nothing more. */
struct finding_row {
	int64_t id;
	enum finding_kind kind;
	enum finding_state state;
	char *service, *subject, *owner;
	double before, after;
	char *unit;          /* of before and after; NULL: shares */
	double cores, watts; /* NAN: not known */
	double q;
	int64_t changed_at, detected_at;
	char *suspect; /* short key of the first suspect, or NULL */
	char *suspect_author;
	double suspect_score;
	char *skill;
};

struct finding_rows {
	struct finding_row *items;
	size_t count, capacity;
	struct arena *strings; /* all strings of the rows live here */
};

struct finding_query {
	const char *service; /* NULL: all */
	const char *owner;   /* NULL: all */
	int kind;            /* enum finding_kind, or -1: all but improvements */
	int state;           /* enum finding_state, or -1 */
	bool open_only;
	size_t limit; /* 0: no limit */
};

void finding_rows_release(struct finding_rows *rows);
/* Largest impact first (cores, then share gained), then newest; one pass, made for 100,000 rows. */
int casebook_findings(struct store *store, const struct finding_query *query,
		      struct finding_rows *out, struct error *err);

struct finding_totals {
	uint32_t open_regressions, open_opportunities, improvements;
	double cores, watts; /* of the open regressions */
};
int casebook_finding_totals(struct store *store, struct finding_totals *out, struct error *err);

/* Moves a finding; refuses moves that make no sense (ERROR_CONFLICT). Writes the event. */
int casebook_finding_move(struct store *store, int64_t id, enum finding_state state,
			  const char *user, const char *reason, struct error *err);
int casebook_finding_claim(struct store *store, int64_t id, const char *user, struct error *err);
int casebook_finding_duplicate(struct store *store, int64_t id, int64_t of, const char *user,
			       struct error *err);
/* Takes the last move back (writes an event too: nothing is deleted). */
int casebook_finding_undo(struct store *store, int64_t id, const char *user, struct error *err);

struct event {
	int64_t id;
	int64_t finding;
	int64_t time;
	char *user;
	char *kind; /* detected, moved, note, suspects, patch, investigation, undone */
	char *text;
	int state_before, state_after; /* of a move, enum finding_state; -1: it is none */
};

struct event_list {
	struct event *items;
	size_t count, capacity;
};

void event_list_release(struct event_list *list);
int casebook_event_add(struct store *store, int64_t finding, const char *user, const char *kind,
		       const char *text, struct error *err);
int casebook_events(struct store *store, int64_t finding, struct event_list *out,
		    struct error *err); /* oldest first; finding 0: all */

#endif
