#include "tests/guide/world.h"

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/base/path.h"
#include "core/base/process.h"
#include "core/base/strings.h"
#include "core/base/text.h"
#include "core/store/telemetry.h"
#include "tests/check_main.h"

#define REQUIRE(call)                                         \
	do {                                                  \
		struct error err_ = { 0 };                    \
		struct error *err = &err_;                    \
		int result_ = (call);                         \
		ck_assert_msg(result_ == 0, "%s", err->text); \
	} while (0)

void
world_git(const struct world *world, const char *const *arguments)
{
	struct strings argv = { 0 };
	struct process_result result;
	static const char *const environment[] = { "GIT_AUTHOR_NAME=Renderer Owner",
						   "GIT_AUTHOR_EMAIL=render@example.org",
						   "GIT_COMMITTER_NAME=Renderer Owner",
						   "GIT_COMMITTER_EMAIL=render@example.org",
						   "GIT_AUTHOR_DATE=2026-11-19T10:00:00Z",
						   "GIT_COMMITTER_DATE=2026-11-19T10:00:00Z",
						   NULL };
	strings_add(&argv, "git");
	for (; *arguments != NULL; arguments++)
		strings_add(&argv, *arguments);
	struct process_request request = { .argv = (const char *const *)argv.items,
					   .directory = world->repository,
					   .environment = environment };
	REQUIRE(process_check(&result, &request, err));
	process_result_release(&result);
	strings_release(&argv);
}

void
world_open(struct world *world)
{
	*world = (struct world){ 0 };
	REQUIRE(path_temporary_folder(&world->folder, "headroom-test", err));
	world->repository = path_join(world->folder, "repository");
	REQUIRE(path_make_folder(world->repository, err));
	world_git(world, (const char *const[]){ "init", "-q", "-b", "main", NULL });
	char *database = path_join(world->folder, "headroom.db");
	REQUIRE(store_open(&world->store, database, STORE_CREATE, err));
	free(database);
	world->service.name = memory_string("api");
	world->service.repository = memory_string(world->repository);
	world->service.cores = 1000;
	world->service.watts_per_core = 10;
	REQUIRE(casebook_service_put(world->store, &world->service, err));
}

void
world_close(struct world *world)
{
	store_close(world->store);
	service_release(&world->service);
	path_remove_tree(world->folder, NULL);
	free(world->folder);
	free(world->repository);
}

void
world_write(const struct world *world, const char *path, const char *text)
{
	char *full = path_join(world->folder, path);
	char *folder = memory_string_n(full, (size_t)(strrchr(full, '/') - full));
	REQUIRE(path_make_folder(folder, err));
	REQUIRE(path_write_file(full, text, strlen(text), 0600, err));
	free(folder);
	free(full);
}

void
world_commit(const struct world *world, const char *path, const char *text, const char *title)
{
	char *below = path_join("repository", path);
	world_write(world, below, text);
	free(below);
	world_git(world, (const char *const[]){ "add", path, NULL });
	world_git(world, (const char *const[]){ "commit", "-q", "-m", title, NULL });
}

static void
add_line(struct profile *profile, const char *line, size_t length)
{
	uint32_t frames[64];
	size_t depth = 0;
	int64_t samples;
	const char *end = line + length, *blank = memrchr(line, ' ', length);
	char *number = memory_string_n(blank + 1, (size_t)(end - blank - 1));
	REQUIRE(text_parse_int(&samples, number, err));
	free(number);
	for (const char *at = line; at < blank;) {
		const char *stop = memchr(at, ';', (size_t)(blank - at));
		if (stop == NULL)
			stop = blank;
		frames[depth++] = profile_add_frame(profile, at, (size_t)(stop - at), "", 0, "", 0,
						    0, FRAME_USER);
		at = stop + (stop < blank);
	}
	profile_add_stack(profile, frames, depth, (uint64_t)samples, (uint64_t)samples);
}

void
world_profile(struct world *world, int hour, const char *folded)
{
	struct profile profile;
	bool added;
	profile_init(&profile);
	for (const char *at = folded; *at != '\0';) {
		size_t length = strcspn(at, "\n");
		add_line(&profile, at, length);
		at += length + (at[length] == '\n');
	}
	int64_t start = CHECK_CLOCK - CLOCK_DAY + hour * CLOCK_HOUR;
	struct window window = { .start = start,
				 .end = start + CLOCK_MINUTE,
				 .samples = profile.samples,
				 .weight = profile.weight };
	REQUIRE(telemetry_profile_add(store_telemetry(world->store), world->service.id, &window,
				      &profile, (uint64_t)hour + 1, &added, err));
	ck_assert(added);
	profile_release(&profile);
}

char *
world_skill(const char *name)
{
	char *skills = path_join(HEADROOM_SOURCE_DIR, "skills");
	char *out = path_join(skills, name);
	free(skills);
	return out;
}
