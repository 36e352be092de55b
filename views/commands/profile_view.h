/*
 * The profiles that a command line asks for: windows of a service by time and label, on one side
 * or two. Used by `profile` and `export`.
 */
#ifndef HEADROOM_VIEWS_COMMANDS_PROFILE_VIEW_H
#define HEADROOM_VIEWS_COMMANDS_PROFILE_VIEW_H

#include "core/explain/selection.h"
#include "core/store/profile.h"
#include "core/store/service.h"
#include "core/tools/profile_subject.h"
#include "views/commands/command.h"

struct profile_view {
	struct service service;
	struct profile_set set;
	struct selection selection;
	char *unit;    /* of the weight; NULL: not known */
	int64_t limit; /* --limit: so many rows */
};

/* Both init the view; release it also after an error. All windows on the after side. */
int profile_view_open(struct session *session, const struct arguments *arguments,
		      struct profile_view *view, struct error *err);
/* Sides by --before and --after; without them the first and the second half of the windows. */
int profile_view_open_difference(struct session *session, const struct arguments *arguments,
				 struct profile_view *view, struct error *err);
size_t profile_view_windows(const struct profile_view *view); /* as stored */
void profile_view_release(struct profile_view *view);
/* Of several events one is read: a note which, and which others there are. */
int profile_say_events(struct session *session, struct store *store, int64_t service,
		       struct error *err);
/* What was read, in a line of words before a table; of a difference in two, and in the document. */
void
profile_view_say(const struct profile_view *view, struct session *session, struct json *document);
/* The service, labels and time that the options name, as what a view is of. */
int profile_subject_take_service(struct profile_subject *subject, struct session *session,
				 const struct arguments *arguments, struct error *err);
/* "A..B": two times; name is the option's, for messages. */
int profile_parse_range(struct time_range *range, const char *name, const char *text,
			struct error *err);

/* The options that both read, for a command's table. */
#define PROFILE_WINDOW_OPTIONS                                                               \
	{ "--service", "S", "whose; the only one there is where not named" },                \
		{ "--from", "T", "windows from here" }, { "--to", "T", "windows to here" },  \
		{ "--label", "K=V", "windows with this label; K!=V, * and ? too" },          \
	{                                                                                    \
		"--event", "E", "windows of this event, not the main one; \"not known\" too" \
	}

#endif
