/* A store and files for the import tests; see world.h. */
#include "tests/collect/world.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/path.h"
#include "core/base/process.h"
#include "core/store/service.h"

void
world_open(struct world *world)
{
	char *path = path_join(getenv("HOME"), "collect.db");
	struct service service = { .name = memory_string("api") };
	struct error err = { 0 };

	remove(path);
	ck_assert_msg(store_open(&world->store, path, STORE_CREATE, &err) == 0, "%s", err.text);
	ck_assert_msg(casebook_service_put(world->store, &service, &err) == 0, "%s", err.text);
	world->service = service.id;
	service_release(&service);
	free(path);
}

void
world_close(struct world *world)
{
	char *path = path_join(getenv("HOME"), "collect.db");

	store_close(world->store);
	remove(path);
	free(path);
}

char *
world_file(const char *name, const void *data, size_t length)
{
	char *path = path_join(getenv("HOME"), name);
	struct error err = { 0 };

	ck_assert_msg(path_write_file(path, data, length, 0600, &err) == 0, "%s", err.text);
	return path;
}

void
world_run(const char *folder, const char *const *argv)
{
	const struct process_request request = { .argv = argv, .directory = folder };
	struct process_result result;
	struct error err = { 0 };

	ck_assert_msg(process_check(&result, &request, &err) == 0, "%s", err.text);
	process_result_release(&result);
}
