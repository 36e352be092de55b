/* See world.h. */
#include "tests/solve/world.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/path.h"
#include "core/collect/git.h"
#include "core/store/change.h"
#include "core/store/finding.h"
#include "core/store/service.h"
#include "tests/check_main.h"

#define ARGUMENTS_MAX 20

struct world world;
struct error world_error;

/* Two versions of the loop: it is the same sum either way. */
#define PROGRAM(loop)                                                             \
	"#include <stdio.h>\n#include <string.h>\n\n"                             \
	"static unsigned\ntotal(const char *text)\n{\n\tunsigned sum = 0;\n" loop \
	"\t\tsum += (unsigned char)text[i];\n\treturn sum;\n}\n\n"                \
	"int\nmain(void)\n{\n\tstatic char text[4001];\n\tunsigned sum = 0;\n\n"  \
	"\tmemset(text, 'a', sizeof(text) - 1);\n"                                \
	"\tfor (int round = 0; round < 400; round++)\n\t\tsum += total(text);\n"  \
	"\tprintf(\"%u\\n\", sum);\n\treturn 0;\n}\n"

static const char quick[] =
	PROGRAM("\tsize_t n = strlen(text);\n\n\tfor (size_t i = 0; i < n; i++)\n");
static const char slow[] = PROGRAM("\n\tfor (size_t i = 0; i < strlen(text); i++)\n");

static void
run_git(const char *const *arguments, struct str *out)
{
	static const char *const pinned[] = { "GIT_COMMITTER_NAME=user",
					      "GIT_COMMITTER_EMAIL=user@example.org",
					      "GIT_AUTHOR_DATE=2026-11-18T10:00:00Z",
					      "GIT_COMMITTER_DATE=2026-11-18T10:00:00Z", NULL };
	struct git git = { .repository = world.repository, .environment = pinned };
	struct process_result result;

	ck_assert_msg(git_run(&git, arguments, &result, &world_error) == 0, "git %s: %s",
		      arguments[0], world_error.text);
	if (out != NULL)
		str_add_n(out, result.out.data, result.out.len);
	process_result_release(&result);
}

void
world_git(struct str *out, ...)
{
	const char *arguments[ARGUMENTS_MAX + 1] = { NULL };
	va_list list;

	va_start(list, out);
	for (size_t i = 0; i < ARGUMENTS_MAX; i++) {
		arguments[i] = va_arg(list, const char *);
		if (arguments[i] == NULL)
			break;
	}
	va_end(list);
	run_git(arguments, out);
}

void
world_write(const char *file, const char *text)
{
	char *path = path_join(world.repository, file);
	char *folder = memory_string_n(path, (size_t)(strrchr(path, '/') - path));

	must(path_make_folder(folder, &world_error));
	must(path_write_file(path, text, strlen(text), 0644, &world_error));
	free(folder);
	free(path);
}

char *
world_read(const char *path)
{
	struct str text;

	str_init(&text, STR_MAX_TEXT);
	must(path_read_file(&text, path, STR_MAX_TEXT, &world_error));
	return str_take(&text);
}

char *
world_commit(const char *title, const char *author)
{
	char *name = memory_format("user.name=%s", author);
	char *mail = memory_format("user.email=%s@example.org", author);
	char *by = memory_format("--author=%s <%s@example.org>", author, author);
	struct str id;

	str_init(&id, STR_MAX_LINE);
	world_git(NULL, "add", "-A", NULL);
	world_git(NULL, "-c", name, "-c", mail, "commit", "-q", "-m", title, by, NULL);
	world_git(&id, "rev-parse", "HEAD", NULL);
	str_trim(&id);
	free(name);
	free(mail);
	free(by);
	return str_take(&id);
}

/* The first test makes it, the others copy what it made: a dozen programs less for each. */
static void
copy_repository(const char *from, const char *to)
{
	const char *const argv[] = { "cp", "-a", from, to, NULL };
	struct process_request request = { .argv = argv };
	struct process_result result;

	must(process_check(&result, &request, &world_error));
	process_result_release(&result);
}

static void
make_repository(void)
{
	must(path_make_folder(world.repository, &world_error));
	world_git(NULL, "init", "-q", "-b", "main", NULL);
	world_write("src/work.c", quick);
	world_write("src/other.c", "int other;\n");
	world_write("tests/run.sh", "./prog | grep -qx 155200000\n");
	free(world_commit("Begin", "one"));
	world_write("src/work.c", slow);
	free(world_commit("Count without a length", "two"));
	world_write("src/other.c", "int other;\nint more;\n");
	free(world_commit("More", "three"));
	/* The user is in the middle of something. */
	world_write("src/other.c", "int other;\nint staged;\n");
	world_git(NULL, "add", "src/other.c", NULL);
	world_write("src/work.c", "int unfinished\n");
	world_write("notes.txt", "mine\n");
}

static void
add_change(struct suspect *suspect)
{
	struct change change = { .service = world.service, .time = CHECK_CLOCK };
	bool added;

	change.kind = memory_string("commit");
	change.key = memory_string(world.slow);
	change.title = memory_string("Count without a length");
	change.author_name = memory_string("two");
	change.author_email = memory_string("two@example.org");
	strings_add(&change.files, "src/work.c");
	must(casebook_change_put(world.store, &change, &added, &world_error));
	suspect->change = change.id;
	change_release(&change);
}

static void
add_finding(void)
{
	struct finding finding = { .service = world.service,
				   .kind = FINDING_REGRESSION,
				   .before = 0.02,
				   .after = 0.9,
				   .p = 1e-12,
				   .q = 1e-10,
				   .changed_at = CHECK_CLOCK,
				   .detected_at = CHECK_CLOCK };
	struct suspect suspect = { .score = 0.9 };
	bool added;

	finding.subject_kind = memory_string("function");
	finding.subject = memory_string("total");
	finding.fingerprint = memory_string("total");
	must(casebook_finding_put(world.store, &finding, &added, &world_error));
	world.finding = finding.id;
	add_change(&suspect);
	must(casebook_suspects_put(world.store, finding.id, "likely", &suspect, 1, &world_error));
	finding_release(&finding);
}

static void
put_service(const char *repository, const char *const commands[4])
{
	struct service service = { .cores = 100, .watts_per_core = 10 };

	service.name = memory_string("api");
	service.repository = memory_string(repository);
	service.build = memory_string(commands[0]);
	service.test = memory_string(commands[1]);
	service.bench = memory_string(commands[2]);
	service.style = memory_string(commands[3]);
	must(casebook_service_put(world.store, &service, &world_error));
	world.service = service.id;
	service_release(&service);
}

void
world_commands(const char *build, const char *test, const char *bench, const char *style)
{
	put_service(world.repository, (const char *const[]){ build, test, bench, style });
}

void
world_move(const char *repository)
{
	put_service(repository, (const char *const[4]){ NULL });
}

static char *
world_id(const char *name)
{
	struct str id;

	str_init(&id, STR_MAX_LINE);
	world_git(&id, "rev-parse", name, NULL);
	str_trim(&id);
	return str_take(&id);
}

void
world_setup(void)
{
	char *template;

	world_error = (struct error){ 0 };
	must(path_temporary_folder(&world.folder, "solve", &world_error));
	/* Work trees of this test lie here, so that a test sees what is left of them. */
	setenv("TMPDIR", world.folder, 1);
	world.database = path_join(world.folder, "headroom.db");
	world.repository = path_join(world.folder, "repository");
	template = path_join(getenv("HOME"), "solve-repository");
	if (path_exists(template)) {
		copy_repository(template, world.repository);
	} else {
		make_repository();
		copy_repository(world.repository, template);
	}
	free(template);
	world.slow = world_id("HEAD~1");
	must(store_open(&world.store, world.database, STORE_CREATE, &world_error));
	world_commands(NULL, NULL, NULL, NULL);
	add_finding();
}

void
world_teardown(void)
{
	store_close(world.store);
	path_remove_tree(world.folder, NULL);
	unsetenv("TMPDIR");
	free(world.folder);
	free(world.database);
	free(world.repository);
	free(world.slow);
	world = (struct world){ 0 };
}

static void
add_file(struct str *out, const char *name)
{
	char *path = path_join(world.repository, name);

	if (path_exists(path)) {
		struct str bytes;

		str_init(&bytes, STR_MAX_TEXT);
		must(path_read_file(&bytes, path, STR_MAX_TEXT, &world_error));
		str_addf(out, "%s:\n", name);
		for (size_t i = 0; i < bytes.len; i++)
			str_addf(out, "%02x", (unsigned char)bytes.data[i]);
		str_add_char(out, '\n');
		str_release(&bytes);
	}
	free(path);
}

char *
world_snapshot(bool with_branches)
{
	struct str out;

	str_init(&out, STR_MAX_TEXT);
	/* The files first: looking at the status must not be what changes the index. */
	add_file(&out, ".git/index");
	add_file(&out, ".git/HEAD");
	add_file(&out, ".git/config");
	add_file(&out, "src/work.c");
	add_file(&out, "src/other.c");
	add_file(&out, "notes.txt");
	world_git(&out, "rev-parse", "HEAD", NULL);
	world_git(&out, "status", "--porcelain", NULL);
	world_git(&out, "worktree", "list", NULL);
	if (with_branches)
		world_git(&out, "for-each-ref", NULL);
	else
		world_git(&out, "rev-parse", "main", NULL);
	return str_take(&out);
}

void
world_load(struct patch *patch, int64_t id)
{
	patch_release(patch);
	*patch = (struct patch){ 0 };
	must(casebook_patch(world.store, id, patch, &world_error));
}

int
world_fix(enum fix_by by, const char *skill, bool unchecked, struct patch *patch)
{
	struct fix_options options = {
		.by = by, .skill = skill, .actor = "user", .unchecked = unchecked
	};
	int64_t id = 0;
	int result = fix_make(world.store, world.finding, &options, &id, NULL, &world_error);

	if (result == 0)
		world_load(patch, id);
	return result;
}

int64_t
world_patch(const char *by, const char *diff, const char *const *files)
{
	struct patch patch = { .finding = world.finding, .state = PATCH_DRAFT };
	struct str head;
	int64_t id;

	str_init(&head, STR_MAX_LINE);
	world_git(&head, "rev-parse", "HEAD", NULL);
	str_trim(&head);
	patch.base = str_take(&head);
	patch.by = memory_string(by);
	patch.diff = memory_string(diff);
	patch.title = memory_string("A patch");
	for (size_t i = 0; files[i] != NULL; i++)
		strings_add(&patch.files, files[i]);
	strings_add(&patch.scope, "src/work.c");
	must(casebook_patch_put(world.store, &patch, &world_error));
	id = patch.id;
	patch_release(&patch);
	return id;
}

const char *
world_result(const struct patch *patch, const char *check)
{
	const struct patch_check *found = patch_check(patch, check);

	return found != NULL ? found->result : "";
}
