/* What the tests of core/store start from: a fresh database, a service, a finding, a profile. */
#ifndef HEADROOM_TESTS_STORE_WORLD_H
#define HEADROOM_TESTS_STORE_WORLD_H

#include <check.h>

#include "core/base/error.h"
#include "core/store/finding.h"
#include "core/store/profile.h"
#include "core/store/service.h"
#include "core/store/store.h"
#include "core/store/telemetry.h"

/* The call must succeed; if not, its own message is the test's. */
#define must(call)                                                     \
	do {                                                           \
		err = (struct error){ 0 };                             \
		ck_assert_msg((call) == 0, "%s: %s", #call, err.text); \
	} while (0)

/* The call must fail with this code, and a text that holds this. */
#define must_fail(call, wanted, part)                                                              \
	do {                                                                                       \
		err = (struct error){ 0 };                                                         \
		ck_assert_msg((call) < 0, "%s: did not fail", #call);                              \
		ck_assert_msg(err.code == (wanted), "%s: code %d: %s", #call, err.code, err.text); \
		ck_assert_msg(strstr(err.text, (part)) != NULL, "%s: %s", #call, err.text);        \
		ck_assert_ptr_null(strchr(err.text, '\n'));                                        \
	} while (0)

/* A path in a folder of this test's own, which check_main removes; the caller's. */
char *world_path(const char *name);
/* A new database there, open; fails the test where it cannot. */
struct store *world_open(const char *path);
/* A store at a fresh path with one service, whose number it gives. */
struct store *world_store(int64_t *service);
int64_t world_service(struct store *store, const char *name);

/* A finding whose strings are its own; fingerprint and subject are the name. */
struct finding world_finding(int64_t service, const char *name, double cores);
int64_t world_put(struct store *store, int64_t service, const char *name, double cores);

/* Adds a stack written "main;parse;strlen" (root first), all in module app. */
void world_stack(struct profile *profile, const char *stack, uint64_t samples, uint64_t weight);

/* The text of a database statement through another connection's eyes, for setting a scene. */
void world_sql(const char *path, const char *sql);

#endif
