/*
 * What all commands share: the database, who is asking, and where words go.
 * Made by main, one a process.
 */
#ifndef HEADROOM_VIEWS_COMMANDS_SESSION_H
#define HEADROOM_VIEWS_COMMANDS_SESSION_H

#include <stdbool.h>
#include <stdio.h>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/progress.h"
#include "core/explain/settings.h"
#include "core/store/service.h"
#include "core/store/store.h"

struct profile_subject;

struct session {
	const char *database; /* --db; NULL: by environment */
	const char *config;   /* --config; NULL: by environment */
	bool json, quiet;
	bool creates; /* the command may make the database that was named */
	FILE *out, *err;
	struct store *store;       /* opened on first use */
	struct settings *settings; /* read on first use */
	struct cancel cancel;      /* set by SIGINT and SIGTERM: long work stops and rolls back */
	struct progress progress;  /* a line on a terminal's stderr, else silent */
	int64_t progress_shown_at;
	bool progress_on_screen;
	char *open_database; /* set by a command that wants the workstation opened on it after */
	struct profile_subject *open_flame; /* ... and by one that wants its flame graph; or NULL */
};

void session_init(struct session *session);
void session_release(struct session *session);

/* Stdin and stdout are a terminal, where the workstation can open. */
bool session_is_terminal(void);

/* Opens the database on first use; the default one is made where it is missing, one that was
 * named only by a command that creates. Borrowed. */
int session_store(struct session *session, struct store **store, struct error *err);
/* What config.yaml says, read on first use (core/explain/settings.h). Borrowed. */
int session_settings(struct session *session, const struct settings **settings, struct error *err);
/* A line for each service that config.yaml has a section for and the open database does not know.
 */
void session_warn_settings(struct session *session, const struct settings *settings);
/* The user's name for events: $USER, else the passwd entry, else "unknown". Borrowed. */
const char *session_user(void);

/* The service of that name; where name is NULL, the only one there is. */
int
session_service(struct session *session, const char *name, struct service *out, struct error *err);

/* "F12", "P3" -> the number; letter is the one it must have. */
int session_id(int64_t *id, char letter, const char *text, struct error *err);

/* Prints the document and frees it. */
void session_print_json(struct session *session, struct json *document);
/* Words for a person: control characters stripped, nothing when --json or --quiet. */
void
session_say(struct session *session, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A warning on stderr, always. */
void session_warn(struct session *session, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* "FILE: 3 lines skipped, first at line 7: why"; nothing where there are none. */
void session_warn_skipped(struct session *session, const char *source, uint64_t lines,
			  uint64_t first, const char *reason);
/* Takes the progress line off the screen. */
void session_progress_end(struct session *session);

#endif
