/*
 * What the workstation had to say, kept in order. The bottom line shows the
 * latest, the messages screen all. Past MESSAGES_MAX the oldest go, and their
 * number is kept.
 */
#ifndef HEADROOM_TUI_MESSAGES_H
#define HEADROOM_TUI_MESSAGES_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/vec.h"

#define MESSAGES_MAX 5000

enum message_kind { MESSAGE_INFO, MESSAGE_GOOD, MESSAGE_WARNING, MESSAGE_ERROR };

struct message {
	int64_t time;
	enum message_kind kind;
	uint32_t repeats; /* the same text again right after itself */
	char *text;       /* safe to show */
};

struct messages {
	VEC(struct message) list;
	size_t dropped; /* oldest ones that had to go */
	size_t unseen;  /* since messages_seen */
};

void messages_init(struct messages *messages);
void messages_release(struct messages *messages);
void messages_add(struct messages *messages, enum message_kind kind, const char *text);
const struct message *
messages_latest(const struct messages *messages); /* unseen, worst kind first; NULL: none */
void messages_seen(struct messages *messages);

#endif
