/* The message log; see messages.h. Called by ui.c. */
#include "tui/messages.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/base/str.h"
#include "core/base/text.h"

void
messages_init(struct messages *messages)
{
	*messages = (struct messages){ 0 };
}

void
messages_release(struct messages *messages)
{
	for (size_t i = 0; i < messages->list.count; i++)
		free(messages->list.items[i].text);
	vec_release(&messages->list);
	messages_init(messages);
}

/* A tenth at a time, so that a full log costs no move for each message. */
static void
drop_oldest(struct messages *messages)
{
	size_t count = MESSAGES_MAX / 10;

	/* The analyzer does not know that a list with a count has items; below neither. */
	for (size_t i = 0; i < count; i++)
		/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
		free(messages->list.items[i].text);
	memmove(messages->list.items, messages->list.items + count,
		(messages->list.count - count) * sizeof(*messages->list.items));
	messages->list.count -= count;
	messages->dropped += count;
	if (messages->unseen > messages->list.count)
		messages->unseen = messages->list.count;
}

void
messages_add(struct messages *messages, enum message_kind kind, const char *text)
{
	struct message *last = NULL;
	struct str safe;

	str_init(&safe, STR_MAX_LINE);
	text_sanitize(&safe, text, strlen(text), TEXT_LINE);
	if (messages->list.count > 0)
		last = &messages->list.items[messages->list.count - 1];
	if (last != NULL && last->kind == kind && strcmp(last->text, safe.data) == 0) {
		last->repeats++;
		last->time = clock_now();
		if (messages->unseen == 0)
			messages->unseen = 1;
		str_release(&safe);
		return;
	}
	if (messages->list.count == MESSAGES_MAX)
		drop_oldest(messages);
	/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
	vec_push(&messages->list,
		 (struct message){ .time = clock_now(), .kind = kind, .text = str_take(&safe) });
	messages->unseen++;
}

const struct message *
messages_latest(const struct messages *messages)
{
	const struct message *worst = NULL;

	for (size_t i = messages->list.count - messages->unseen; i < messages->list.count; i++) {
		const struct message *message = &messages->list.items[i];

		if (worst == NULL || message->kind >= worst->kind)
			worst = message;
	}
	return worst;
}

void
messages_seen(struct messages *messages)
{
	messages->unseen = 0;
}
