/* See world.h. */
#include "tests/store/world.h"

#include <math.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/memory.h"

#define DEPTH_MAX 64

char *
world_path(const char *name)
{
	static int number;
	char *folder = memory_format("%s/store-%d-%d", getenv("HOME"), (int)getpid(), number++);
	char *path = memory_format("%s/%s", folder, name);

	ck_assert_int_eq(mkdir(folder, 0700), 0);
	free(folder);
	return path;
}

struct store *
world_open(const char *path)
{
	struct store *store = NULL;
	struct error err;

	must(store_open(&store, path, STORE_CREATE, &err));
	return store;
}

int64_t
world_service(struct store *store, const char *name)
{
	struct service service = { .name = (char *)name, .cores = 10, .watts_per_core = 5 };
	struct error err;

	must(casebook_service_put(store, &service, &err));
	return service.id;
}

struct store *
world_store(int64_t *service)
{
	char *path = world_path("headroom.db");
	struct store *store = world_open(path);

	*service = world_service(store, "api");
	free(path);
	return store;
}

struct finding
world_finding(int64_t service, const char *name, double cores)
{
	return (struct finding){
		.service = service,
		.subject_kind = memory_string("function"),
		.subject = memory_string(name),
		.fingerprint = memory_string(name),
		.detected_at = 1000,
		.before = 0.01,
		.after = 0.03,
		.delta_low = 0.01,
		.delta_high = 0.03,
		.p = 1e-9,
		.q = 1e-8,
		.impact = { cores, cores * 5, cores / 2, cores * 2 },
	};
}

int64_t
world_put(struct store *store, int64_t service, const char *name, double cores)
{
	struct finding finding = world_finding(service, name, cores);
	struct error err;
	bool added = false;
	int64_t id;

	must(casebook_finding_put(store, &finding, &added, &err));
	ck_assert(added);
	id = finding.id;
	finding_release(&finding);
	return id;
}

void
world_stack(struct profile *profile, const char *stack, uint64_t samples, uint64_t weight)
{
	uint32_t frames[DEPTH_MAX];
	size_t depth = 0;

	while (*stack != '\0' && depth < DEPTH_MAX) {
		size_t length = strcspn(stack, ";");

		frames[depth++] =
			profile_add_frame(profile, stack, length, "app", 3, "", 0, 0, FRAME_USER);
		stack += length + (stack[length] == ';');
	}
	profile_add_stack(profile, frames, depth, samples, weight);
}

void
world_sql(const char *path, const char *sql)
{
	char *message = NULL;
	sqlite3 *db;

	ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
	sqlite3_exec(db, sql, NULL, NULL, &message);
	ck_assert_msg(message == NULL, "%s: %s", sql, message);
	sqlite3_close(db);
}
