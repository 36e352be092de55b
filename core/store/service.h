/*
 * What burns capacity: a repository, cores, and the commands its owner set.
 * Part of the case book: every string in these structs is owned by the struct,
 * X_release frees what it holds; a zeroed struct is empty. Ids are shown as F1, P1, I1; 0 means
 * none.
 */
#ifndef HEADROOM_STORE_SERVICE_H
#define HEADROOM_STORE_SERVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/store/store.h"

struct service {
	int64_t id;
	char *name;
	char *repository; /* absolute path of a git work tree, or NULL */
	double cores;     /* how many this service burns; 0: not known */
	double watts_per_core;
	char *build, *test, *bench, *style; /* commands, set by the user only; NULL: none */
};

void service_release(struct service *service);
int casebook_service_put(struct store *store, struct service *service,
			 struct error *err); /* by name; sets id */
int casebook_service_by_name(struct store *store, const char *name, struct service *out,
			     struct error *err);
int casebook_service_by_id(struct store *store, int64_t id, struct service *out, struct error *err);

struct service_list {
	struct service *items;
	size_t count, capacity; /* vec.h works on it */
};

void service_list_release(struct service_list *list);
int casebook_services(struct store *store, struct service_list *out, struct error *err);

#endif
