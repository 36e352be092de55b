/* Edits and diffs in an index of our own; see staging.h. */
#include "core/solve/staging.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/path.h"

#define DIFF_MAX ((size_t)4 * 1024 * 1024)
#define MODE_SIZE 8 /* "100644" */

/*
 * Where the objects are: git run there takes every path from the root of the
 * tree, also where the service's repository is a folder inside a work tree.
 */
static int
find_objects(struct staging *staging, struct error *err)
{
	struct str folder;
	int result;

	str_init(&folder, STR_MAX_LINE);
	result = git_read(&staging->git, &folder, err, "rev-parse", "--path-format=absolute",
			  "--git-common-dir", NULL);
	staging->repository = str_take(&folder);
	staging->git.repository = staging->repository;
	return result;
}

static int
fill(struct staging *staging, struct error *err)
{
	struct str ignored;
	int result;

	strings_addf(&staging->environment, "GIT_INDEX_FILE=%s/index", staging->scratch.folder);
	staging->git.environment = (const char *const *)staging->environment.items;
	str_init(&ignored, STR_MAX_LINE);
	result = git_read(&staging->git, &ignored, err, "read-tree", staging->base, NULL);
	str_release(&ignored);
	return result;
}

int
staging_open(struct staging *out, const char *repository, const char *base,
	     const struct cancel *cancel, struct error *err)
{

	*out = (struct staging){ .scratch.lock = -1 };
	if (repository == NULL)
		return error_set(
			err, ERROR_UNAVAILABLE,
			"the service has no repository: headroom service set NAME --repo DIR");
	out->git = (struct git){ .repository = repository, .cancel = cancel };
	out->base = memory_string(base);
	if (git_check_repository(&out->git, err) == 0 && find_objects(out, err) == 0 &&
	    scratch_open(&out->scratch, err) == 0 && fill(out, err) == 0)
		return 0;
	staging_release(out);
	return -1;
}

void
staging_release(struct staging *staging)
{
	scratch_close(&staging->scratch);
	strings_release(&staging->environment);
	free(staging->repository);
	free(staging->base);
	*staging = (struct staging){ .scratch.lock = -1 };
}

/* The mode that the file has in the index; it must be an ordinary one. */
static int
read_mode(struct staging *staging, const char *path, char mode[MODE_SIZE], struct error *err)
{
	struct str line;
	int result;

	str_init(&line, STR_MAX_LINE);
	result = git_read(&staging->git, &line, err, "ls-files", "--stage", "-z", "--", path, NULL);
	if (result == 0 && strncmp(line.data, "100644 ", 7) != 0 &&
	    strncmp(line.data, "100755 ", 7) != 0)
		result = error_set(err, ERROR_REFUSED, "%.300s: not an ordinary file", path);
	if (result == 0)
		snprintf(mode, MODE_SIZE, "%.6s", line.data);
	str_release(&line);
	return result;
}

static int
write_file(struct staging *staging, const struct edit_file *file, struct error *err)
{
	const char *const hash[] = { "hash-object", "-w", "--stdin", NULL };
	struct process_request request = { .input = file->after.data,
					   .input_length = file->after.len };
	struct process_result result;
	char mode[MODE_SIZE], *entry;
	struct str ignored;
	int status;

	if (read_mode(staging, file->path, mode, err) < 0)
		return -1;
	status = git_run_request(&staging->git, hash, request, &result, err);
	str_trim(&result.out);
	entry = memory_format("%s,%s,%s", mode, result.out.data, file->path);
	process_result_release(&result);
	str_init(&ignored, STR_MAX_LINE);
	if (status == 0)
		status = git_read(&staging->git, &ignored, err, "update-index", "--cacheinfo",
				  entry, NULL);
	str_release(&ignored);
	free(entry);
	return status;
}

int
staging_write(struct staging *staging, const struct edit_set *set, struct error *err)
{
	for (size_t i = 0; i < set->count; i++)
		if (write_file(staging, &set->items[i], err) < 0)
			return -1;
	return 0;
}

int
staging_apply(struct staging *staging, const char *diff, struct error *err)
{
	const char *const apply[] = { "apply", "--cached", "--whitespace=nowarn", "-", NULL };
	struct process_request request = { .input = diff, .input_length = strlen(diff) };
	struct process_result result;
	struct error reason = { 0 };
	int status = git_run_request(&staging->git, apply, request, &result, &reason);

	process_result_release(&result);
	if (status == 0)
		return 0;
	return error_set(err, reason.code == ERROR_CANCELLED ? ERROR_CANCELLED : ERROR_CONFLICT,
			 "%s", reason.text);
}

static int
list_files(struct staging *staging, struct strings *files, struct error *err)
{
	const char *const names[] = { "diff-index", "--cached",    "--no-renames", "--name-only",
				      "-z",         staging->base, "--",           NULL };
	struct process_result result;
	int status = git_run(&staging->git, names, &result, err);

	for (size_t at = 0; status == 0 && at < result.out.len;
	     at += strlen(result.out.data + at) + 1)
		strings_add(files, result.out.data + at);
	process_result_release(&result);
	return status;
}

int
staging_diff(struct staging *staging, struct str *diff, struct strings *files, struct error *err)
{
	/* diff-index and not diff: plumbing takes no habits from the configuration. */
	const char *const show[] = { "diff-index",
				     "--cached",
				     "--patch",
				     "--no-ext-diff",
				     "--no-textconv",
				     "--no-color",
				     "--full-index",
				     "--no-renames",
				     "--unified=3",
				     "--src-prefix=a/",
				     "--dst-prefix=b/",
				     staging->base,
				     "--",
				     NULL };
	struct process_request request = { .output_max = DIFF_MAX };
	struct process_result result;
	int status = git_run_request(&staging->git, show, request, &result, err);

	if (status == 0 && result.out.len == 0)
		status = error_set(err, ERROR_NOT_FOUND, "the patch changes nothing");
	if (status == 0 && (memchr(result.out.data, '\0', result.out.len) != NULL ||
			    strstr(result.out.data, "\nBinary files ") != NULL))
		status = error_set(err, ERROR_REFUSED, "the patch changes a binary file");
	if (status == 0)
		str_add_n(diff, result.out.data, result.out.len);
	process_result_release(&result);
	return status < 0 ? status : list_files(staging, files, err);
}

int
staging_tree(struct staging *staging, struct str *tree, struct error *err)
{
	return git_read(&staging->git, tree, err, "write-tree", NULL);
}
