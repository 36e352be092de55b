/* See world.h. */
#include "tests/tools/world.h"

#include <stdlib.h>

#include "core/base/memory.h"
#include "core/base/path.h"
#include "core/collect/git.h"
#include "core/store/change.h"
#include "core/store/finding.h"
#include "core/store/service.h"
#include "core/store/telemetry.h"

#define WINDOWS 6

struct world world;
static struct error err;

#define must(call) ck_assert_msg((call) == 0, "%s: %s", #call, err.text)

static void
add_stack(struct profile *profile, const char *stack, uint64_t samples)
{
	uint32_t frames[16];
	size_t depth = 0;

	while (*stack != '\0') {
		size_t length = strcspn(stack, ";");

		frames[depth++] =
			profile_add_frame(profile, stack, length, "app", 3, "", 0, 0, FRAME_USER);
		stack += length + (stack[length] == ';');
	}
	profile_add_stack(profile, frames, depth, samples, samples);
}

/* Before: escape 100 of 600; after: 300 of 800. */
static void
add_window(int number, bool is_new)
{
	struct window window = { .start = WORLD_CHANGED + (number - WINDOWS) * CLOCK_HOUR };
	struct profile profile;
	bool added;

	window.end = window.start + CLOCK_MINUTE;
	profile_init(&profile);
	add_stack(&profile, "main;serve;render;escape", is_new ? 300 : 100);
	add_stack(&profile, "main;serve;parse", 400);
	add_stack(&profile, "main;serve;log_line", 100);
	window.samples = profile.samples;
	window.weight = profile.weight;
	must(telemetry_profile_add(store_telemetry(world.store), world.service, &window, &profile,
				   (uint64_t)number + 1, &added, &err));
	profile_release(&profile);
}

static void
add_change(const char *key, const char *title, const char *file, const char *function,
	   const char *diff)
{
	struct change change = { .service = world.service,
				 .time = WORLD_CHANGED - 20 * CLOCK_MINUTE };
	bool added;

	change.kind = memory_string("commit");
	change.key = memory_string(key);
	change.title = memory_string(title);
	change.text = memory_string("Because.\n");
	change.author_name = memory_string("dev");
	change.author_email = memory_string("dev@example.org");
	change.diff = memory_string(diff);
	strings_add(&change.files, file);
	change_add_function(&change, function, file, 3, 1);
	must(casebook_change_put(world.store, &change, &added, &err));
	change_release(&change);
}

static void
add_finding(void)
{
	struct finding finding = { .service = world.service,
				   .kind = FINDING_REGRESSION,
				   .before = 1 / 6.0,
				   .after = 3 / 8.0,
				   .delta_low = 0.2,
				   .delta_high = 0.22,
				   .p = 1e-12,
				   .q = 1e-10,
				   .changed_at = WORLD_CHANGED,
				   .changed_low = WORLD_CHANGED - CLOCK_HOUR,
				   .changed_high = WORLD_CHANGED + CLOCK_MINUTE,
				   .detected_at = CHECK_CLOCK };
	bool added;

	finding.subject_kind = memory_string("function");
	finding.subject = memory_string("escape");
	finding.fingerprint = memory_string("escape");
	strings_add(&finding.members, "render");
	finding.impact = (struct impact){ 20.8, 208, 20, 22 };
	must(casebook_finding_put(world.store, &finding, &added, &err));
	world.finding = finding.id;
	finding_release(&finding);
}

#define DIFF                                                                                  \
	"diff --git a/src/escape.c b/src/escape.c\n--- a/src/escape.c\n+++ b/src/escape.c\n"  \
	"@@ -1,3 +1,3 @@ escape(char *text)\n-\twhile (i < n)\n+\twhile (i < strlen(text))\n" \
	"@@ -20,3 +20,3 @@ unescape(char *text)\n-\ta();\n+\tb();\n"

static void
write_file(const char *name, const char *text, size_t length)
{
	char *path = path_join(world.repository, name);

	must(path_write_file(path, text, length, 0644, &err));
	free(path);
}

static void
git(const char *const *arguments)
{
	struct git repository = { .repository = world.repository };
	struct process_result result;

	must(git_run(&repository, arguments, &result, &err));
	process_result_release(&result);
}

static void
make_repository(void)
{
	static const char code[] = "#include \"escape.h\"\n"
				   "\n"
				   "static const char *brace = \"}{\"; /* } */\n"
				   "\n"
				   "int\n"
				   "escape(char *text)\n"
				   "{\n"
				   "\tif (text[0] == '}') {\n"
				   "\t\treturn 1; /* escape(0) */\n"
				   "\t}\n"
				   "\treturn helper(\"}\");\n"
				   "}\n"
				   "\n"
				   "int unescape(void) { return escape(0); }\n";
	char *folder = path_join(world.repository, "src");

	must(path_make_folder(folder, &err));
	free(folder);
	write_file("src/escape.h", "int escape(char *text);\n", 24);
	write_file("src/escape.c", code, sizeof(code) - 1);
	write_file("blob.bin", "a\0b escape(x)\n", 14);
	git((const char *const[]){ "init", "-q", NULL });
	git((const char *const[]){ "add", ".", NULL });
	git((const char *const[]){ "-c", "user.name=dev", "-c", "user.email=dev@example.org",
				   "commit", "-q", "-m", "Begin", NULL });
	/* The work tree moves on; the tools read the commit. */
	write_file("src/escape.c", "int escape;\n", 12);
}

void
world_setup(void)
{
	struct service service = { .cores = 100, .watts_per_core = 10 };
	char *path;

	must(path_temporary_folder(&world.folder, "tools", &err));
	path = path_join(world.folder, "headroom.db");
	world.repository = path_join(world.folder, "repository");
	make_repository();
	must(store_open(&world.store, path, STORE_CREATE, &err));
	free(path);
	service.name = memory_string("api");
	service.repository = memory_string(world.repository);
	must(casebook_service_put(world.store, &service, &err));
	world.service = service.id;
	service_release(&service);
	for (int i = 0; i < 2 * WINDOWS; i++)
		add_window(i, i >= WINDOWS);
	add_change("bbbb0001", "Escape all of it", "src/escape.c", "escape", DIFF);
	add_change("aaaa0001", "Parse by table", "src/parse.c", "parse", NULL);
	add_finding();
	world.context = (struct tool_context){ .store = world.store, .actor = "test" };
}

void
world_teardown(void)
{
	store_close(world.store);
	path_remove_tree(world.folder, NULL);
	free(world.folder);
	free(world.repository);
	world = (struct world){ 0 };
}

static struct json *
parsed(const char *text)
{
	struct json *json;

	must(json_parse(&json, text, strlen(text), &err));
	return json;
}

struct json *
world_call(const char *tool, const char *arguments)
{
	struct json *json = parsed(arguments), *answer;
	int result = tool_call(&world.context, tool, json, &answer, &err);

	ck_assert_msg(result == 0, "%s %s: %s", tool, arguments, err.text);
	json_free(json);
	return answer;
}

void
world_refused(const char *tool, const char *arguments, enum error_code code, const char *part)
{
	struct json *json = parsed(arguments), *answer;
	struct error own = { 0 };

	ck_assert_msg(tool_call(&world.context, tool, json, &answer, &own) < 0,
		      "%s %s: not refused", tool, arguments);
	ck_assert_ptr_null(answer);
	ck_assert_msg(own.code == code, "%s: code %d: %s", arguments, (int)own.code, own.text);
	ck_assert_msg(strstr(own.text, part) != NULL, "%s: %s", arguments, own.text);
	json_free(json);
}
