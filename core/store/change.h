/*
 * Changes that were rolled out: commits, configuration, flags, deploys, schemas.
 * Part of the case book: every string in these structs is owned by the struct,
 * X_release frees what it holds; a zeroed struct is empty. Ids are shown as F1, P1, I1; 0 means
 * none.
 */
#ifndef HEADROOM_STORE_CHANGE_H
#define HEADROOM_STORE_CHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/strings.h"
#include "core/store/store.h"

struct change_function {
	char *name;
	char *file;
	uint32_t added, removed; /* lines of this function */
};

struct change {
	int64_t id;
	int64_t service;
	char *kind; /* commit, configuration, flag, deploy, schema */
	char *key;  /* commit id, or the id its source gave; unique per service */
	int64_t time;
	char *title;
	char *text; /* the rest of the message */
	char *author_name, *author_email;
	struct strings files;
	struct change_function *functions;
	size_t function_count, function_capacity;
	char *diff; /* unified, cut at CHANGE_DIFF_MAX on a line end; NULL where there is none */
	char *before, *after; /* of a configuration or flag */
};

#define CHANGE_DIFF_MAX ((size_t)256 * 1024)

void change_release(struct change *change);
void change_add_function(struct change *change, const char *name, const char *file, uint32_t added,
			 uint32_t removed);
/* Stores it unless a change with this service and key is there; *added says which. */
int casebook_change_put(struct store *store, struct change *change, bool *added, struct error *err);
int casebook_change_by_id(struct store *store, int64_t id, struct change *out, struct error *err);
/* key may be a unique prefix of at least four characters; service 0: any. */
int casebook_change_by_key(struct store *store, int64_t service, const char *key,
			   struct change *out, struct error *err);

struct change_list {
	struct change *items;
	size_t count, capacity;
};

void change_list_release(struct change_list *list);
/* from <= time < to (0, 0: all), oldest first; with_diff false leaves diff and text NULL. */
int casebook_changes(struct store *store, int64_t service, int64_t from, int64_t to, bool with_diff,
		     struct change_list *out, struct error *err);
/* The largest number of a change of the service, 0 where it has none: tells that one is new. */
int casebook_change_newest(struct store *store, int64_t service, int64_t *id, struct error *err);

#endif
