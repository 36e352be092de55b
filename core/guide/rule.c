/*
 * Running a rewriting rule: spatch on copies in a folder of its own, then the
 * changes as hunks of lines, so that only those inside one function need be
 * taken. For scan.c and the solver.
 */
#include <ctype.h>

#include "core/base/memory.h"
#include "core/base/path.h"
#include "core/base/process.h"
#include "core/base/text.h"
#include "core/base/vec.h"
#include "core/guide/rule.h"
#include "core/guide/rule_hunks.h"

#define RULE_TIME_MAX (INT64_C(30) * 1000000)
#define RULE_OUTPUT_MAX ((size_t)8 * 1024 * 1024)

bool
rule_available(void)
{
	char *path = process_find("spatch");
	bool found = path != NULL;
	free(path);
	return found;
}

static bool
word_at(const char *text, const char *at, const char *word)
{
	size_t length = strlen(word);
	bool starts = at == text || !(isalnum((unsigned char)at[-1]) || at[-1] == '_');
	return starts && strncmp(at, word, length) == 0 &&
	       !(isalnum((unsigned char)at[length]) || at[length] == '_');
}

/*
 * What makes spatch run code or read other files: script rules and constraints, initialize and
 * finalize, #include, using, and option lines. Comments count too: a plain refusal is safer than
 * a second lexer for their language.
 */
static const char *
unsafe_word(const char *text, const char *at)
{
	static const char *const words[] = { "script", "initialize", "finalize", "using",
					     "ocaml",  "python",     NULL };
	for (size_t i = 0; words[i] != NULL; i++)
		if (word_at(text, at, words[i]))
			return words[i];
	if (*at == '#') {
		const char *next = at + 1 + strspn(at + 1, " \t+-");
		if (strncmp(next, "include", 7) == 0)
			return "#include";
		if (strncmp(next, "spatch", 6) == 0)
			return "#spatch";
	}
	return NULL;
}

int
rule_is_safe(const struct skill *skill, struct error *err)
{
	if (skill->trusted || skill->rule == NULL)
		return 0;
	unsigned line = 1;
	for (const char *at = skill->rule; *at != '\0'; at++) {
		const char *word = unsafe_word(skill->rule, at);
		if (word != NULL)
			return error_set(
				err, ERROR_REFUSED,
				"%s:%u: \"%s\": only a trusted skill's rule may run code or "
				"read files",
				skill->rule_path, line, word);
		line += *at == '\n';
	}
	return 0;
}

/* Runs spatch in the folder; its variables for other places to look are taken away. */
static int
run_spatch(const char *folder, const char *const *argv, int64_t time_max,
	   const struct cancel *cancel, struct error *err)
{
	char *temporary = memory_format("TMPDIR=%s", folder);
	const char *environment[] = { temporary, "COCCINELLE_HOME", "PYTHONPATH", "LC_ALL=C.UTF-8",
				      NULL };
	struct process_request request = {
		.argv = argv,
		.directory = folder,
		.environment = environment,
		.output_max = RULE_OUTPUT_MAX,
		.time_max = time_max > 0 ? time_max : RULE_TIME_MAX,
		.cancel = cancel,
	};
	struct process_result result;
	int status = process_check(&result, &request, err);
	process_result_release(&result);
	free(temporary);
	return status;
}

static int
write_inputs(const char *folder, const struct rule_request *request, struct error *err)
{
	char *rule = path_join(folder, "rule.cocci");
	char *input = path_join(folder, "input.c");
	char *output = path_join(folder, "output.c");
	int status = path_write_file(rule, request->skill->rule, strlen(request->skill->rule), 0600,
				     err);
	if (status == 0)
		status = path_write_file(input, request->data, request->length, 0600, err);
	if (status == 0)
		status = path_write_file(output, request->data, request->length, 0600, err);
	free(rule);
	free(input);
	free(output);
	return status;
}

/* The file as spatch left it; *changed false where it is the same. */
static int
read_output(const char *folder, const struct rule_request *request, struct str *out, bool *changed,
	    struct error *err)
{
	char *path = path_join(folder, "output.c");
	int status = path_read_file(out, path, 2 * RULE_FILE_MAX, err);
	*changed = status == 0 &&
		   (out->len != request->length || memcmp(out->data, request->data, out->len) != 0);
	free(path);
	return status;
}

static int
match_in_folder(struct rule_result *out, const char *folder, const struct rule_request *request,
		struct error *err)
{
	/* In place: with -o, spatch fails on a file that has none of the rule's words. */
	static const char *const argv[] = { "spatch",         "--very-quiet", "--no-includes",
					    "--no-show-diff", "--sp-file",    "rule.cocci",
					    "--in-place",     "output.c",     NULL };
	struct str after;
	bool changed = false;
	str_init(&after, 2 * RULE_FILE_MAX);
	int status = write_inputs(folder, request, err);
	if (status == 0)
		status = run_spatch(folder, argv, request->time_max, request->cancel, err);
	if (status == 0)
		status = read_output(folder, request, &after, &changed, err);
	if (status == 0 && changed)
		status = rule_hunks_take(out, folder, request, &after, err);
	str_release(&after);
	return status;
}

int
rule_run(struct rule_result *out, const struct rule_request *request, struct error *err)
{
	char *folder = NULL;
	*out = (struct rule_result){ .matches = NULL };
	str_init(&out->rewritten, 2 * RULE_FILE_MAX);
	if (request->skill->rule == NULL)
		return error_set(err, ERROR_NOT_FOUND, "%s: this skill has no rule",
				 request->skill->name);
	if (request->length > RULE_FILE_MAX)
		return error_set(err, ERROR_LIMIT, "%s: larger than %zu bytes", request->path,
				 RULE_FILE_MAX);
	if (rule_is_safe(request->skill, err) < 0)
		return -1;
	if (!rule_available())
		return error_set(err, ERROR_UNAVAILABLE,
				 "spatch is not installed (package coccinelle): rules cannot run");
	if (path_temporary_folder(&folder, "headroom-rule", err) < 0)
		return -1;
	int status = match_in_folder(out, folder, request, err);
	if (status < 0)
		error_prefix(err, "%s: rule %s", request->path, request->skill->name);
	path_remove_tree(folder, NULL);
	free(folder);
	return status;
}

void
rule_result_release(struct rule_result *result)
{
	for (size_t i = 0; i < result->match_count; i++)
		free(result->matches[i].text);
	free(result->matches);
	str_release(&result->rewritten);
	*result = (struct rule_result){ .matches = NULL };
}

int
rule_parses(const struct skill *skill, struct error *err)
{
	static const char *const argv[] = { "spatch", "--very-quiet", "--parse-cocci", "rule.cocci",
					    NULL };
	char *folder = NULL;
	struct rule_request request = { .skill = skill, .path = "input.c", .data = "" };
	if (rule_is_safe(skill, err) < 0 ||
	    path_temporary_folder(&folder, "headroom-rule", err) < 0)
		return -1;
	int status = write_inputs(folder, &request, err);
	if (status == 0)
		status = run_spatch(folder, argv, RULE_TIME_MAX, NULL, err);
	path_remove_tree(folder, NULL);
	free(folder);
	return status;
}
