/* The commits of a repository into the case book; see change_import.h. */
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/base/path.h"
#include "core/base/text.h"
#include "core/collect/change_functions.h"
#include "core/collect/change_import.h"
#include "core/collect/functions.h"
#include "core/collect/git.h"
#include "core/collect/git_history.h"
#include "core/collect/service_id.h"

#define BATCH_COMMITS 256 /* read and resolved together */

/* Whatever the repository says, nothing is fetched for it and no commit stands in for another. */
static const char *const offline[] = { "GIT_ALLOW_PROTOCOL=none", "GIT_NO_LAZY_FETCH=1",
				       "GIT_NO_REPLACE_OBJECTS=1", NULL };

struct import {
	struct store *store;
	int64_t service;
	struct git git;
	struct change_import_report *report;
	const struct progress *progress;
	bool use_ctags;
	struct str edge; /* ids of the commits whose parents a shallow clone lacks */
	uint64_t done, total;
	struct history_commit commits[BATCH_COMMITS];
	size_t count;
};

/* ids, newest first, one a line; merges are counted and left out. */
static int
list_commits(struct import *import, int64_t since, struct str *ids, struct error *err)
{
	char date[CLOCK_TEXT_SIZE], after[CLOCK_TEXT_SIZE + 16], max[32];
	struct str count;
	int64_t merges = 0;
	int status;

	snprintf(after, sizeof(after), "--since=%s", clock_format(since, date));
	snprintf(max, sizeof(max), "--max-count=%d", CHANGE_IMPORT_COMMITS_MAX + 1);
	str_init(&count, STR_MAX_LINE);
	if (since == 0)
		status = git_read(&import->git, &count, err, "rev-list", "--count", "--merges",
				  "HEAD", NULL);
	else
		status = git_read(&import->git, &count, err, "rev-list", "--count", "--merges",
				  after, "HEAD", NULL);
	if (status == 0 && text_parse_int(&merges, count.data, NULL) == 0)
		import->report->merges = (uint32_t)merges;
	str_release(&count);
	if (status == 0 && since == 0)
		status = git_read(&import->git, ids, err, "rev-list", "--no-merges", max, "HEAD",
				  NULL);
	else if (status == 0)
		status = git_read(&import->git, ids, err, "rev-list", "--no-merges", max, after,
				  "HEAD", NULL);
	return status;
}

/* A folder that is a repository with a commit in it. */
static int
check_repository(struct import *import, struct error *err)
{
	struct str answer;
	struct error reason = { 0 };
	int status;

	if (git_check_repository(&import->git, err) < 0)
		return -1;
	str_init(&answer, STR_MAX_LINE);
	if (git_read(&import->git, &answer, &reason, "rev-parse", "--verify", "--quiet",
		     "HEAD^{commit}", NULL) < 0)
		status = error_set(err, ERROR_INPUT, "%.300s: the repository has no commits",
				   import->git.repository);
	else
		status = git_read(&import->git, &answer, err, "rev-parse",
				  "--is-shallow-repository", NULL);
	if (status == 0)
		import->report->shallow = strcmp(answer.data, "true") == 0;
	str_release(&answer);
	return status;
}

/*
 * The commits at the edge of a shallow clone look as if they had made all of
 * the code; their real parents are not here. They are left out.
 */
static int
read_edge(struct import *import, struct error *err)
{
	struct str place;
	char *path;
	int status;

	if (!import->report->shallow)
		return 0;
	str_init(&place, STR_MAX_LINE);
	status = git_read(&import->git, &place, err, "rev-parse", "--git-path", "shallow", NULL);
	if (status == 0) {
		path = place.data[0] == '/' ? memory_string(place.data)
					    : path_join(import->git.repository, place.data);
		status = path_read_file(&import->edge, path, STR_MAX_TEXT, err);
		free(path);
	}
	str_release(&place);
	return status;
}

/* Is this commit in the case book? Then it is not read again. */
static bool
is_known(struct import *import, const char *id)
{
	struct change change = { 0 };
	bool known = casebook_change_by_key(import->store, import->service, id, &change, NULL) == 0;

	change_release(&change);
	return known;
}

static void
note_time(struct change_import_report *report, int64_t time)
{
	if (report->first == 0 || time < report->first)
		report->first = time;
	if (time > report->last)
		report->last = time;
}

static int
take_commit(void *user, struct history_commit *commit, struct error *err)
{
	struct import *import = user;

	if (import->count == BATCH_COMMITS) {
		history_commit_release(commit);
		return error_set(err, ERROR_INPUT, "git diff-tree: more answers than questions");
	}
	import->commits[import->count++] = *commit;
	return 0;
}

static void
release_commits(struct import *import)
{
	for (size_t i = 0; i < import->count; i++)
		history_commit_release(&import->commits[i]);
	import->count = 0;
}

/* The commits of ids, which are at most a batch. */
static int
import_batch(struct import *import, struct str *ids, struct error *err)
{
	int status = 0;

	if (ids->len > 0)
		status = git_history_read(&import->git, ids, take_commit, import, err);
	if (status == 0)
		status = change_functions_add(&import->git, import->commits, import->count,
					      import->use_ctags, err);
	for (size_t i = 0; i < import->count && status == 0; i++) {
		struct change *change = &import->commits[i].change;
		bool added = false;

		change->service = import->service;
		status = casebook_change_put(import->store, change, &added, err);
		import->report->added += added;
		import->report->known += !added;
		note_time(import->report, change->time);
	}
	release_commits(import);
	str_clear(ids);
	return status;
}

static int
import_commits(struct import *import, const struct str *list, struct error *err)
{
	const char *at = list->data, *end = list->data + list->len;
	size_t waiting = 0;
	struct str ids;
	int status = 0;

	str_init(&ids, STR_MAX_LINE);
	while (at < end && status == 0) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));
		char id[GIT_ID_MAX];

		if (stop == NULL)
			stop = end;
		snprintf(id, sizeof(id), "%.*s", (int)(stop - at), at);
		at = stop + 1;
		if (import->done++ == CHANGE_IMPORT_COMMITS_MAX) {
			import->report->cut = true;
			break;
		}
		if (strstr(import->edge.data, id) != NULL)
			continue;
		if (is_known(import, id)) {
			import->report->known++;
			continue;
		}
		str_addf(&ids, "%s\n", id);
		if (++waiting < BATCH_COMMITS)
			continue;
		waiting = 0;
		if (progress_cancelled(import->progress))
			status = error_set(err, ERROR_CANCELLED, "cancelled");
		progress_report(import->progress, "reading the history", import->done,
				import->total);
		if (status == 0)
			status = import_batch(import, &ids, err);
	}
	if (status == 0)
		status = import_batch(import, &ids, err);
	str_release(&ids);
	return status;
}

static uint64_t
count_lines(const struct str *text)
{
	uint64_t count = text->len > 0;

	for (size_t i = 0; i < text->len; i++)
		count += text->data[i] == '\n';
	return count;
}

static int
import_all(struct import *import, int64_t since, struct error *err)
{
	struct str ids;
	int status;

	str_init(&ids, (size_t)(CHANGE_IMPORT_COMMITS_MAX + 1) * GIT_ID_MAX);
	status = list_commits(import, since, &ids, err);
	import->total = count_lines(&ids);
	if (status == 0)
		status = store_begin(import->store, err);
	if (status == 0) {
		status = import_commits(import, &ids, err);
		if (status == 0)
			status = store_commit(import->store, err);
		else
			store_rollback(import->store);
	}
	str_release(&ids);
	return status;
}

int
change_import_git(struct store *store, const char *service, const char *directory, int64_t since,
		  struct change_import_report *report, const struct progress *progress,
		  struct error *err)
{
	struct import *import;
	int64_t id;
	int status;

	*report = (struct change_import_report){ 0 };
	if (collect_service_id(store, service, &id, err) < 0)
		return -1;
	import = memory_alloc(sizeof(*import));
	import->store = store;
	import->service = id;
	import->git = (struct git){ .repository = directory,
				    .cancel = progress != NULL ? progress->cancel : NULL,
				    .environment = offline };
	import->report = report;
	import->progress = progress;
	import->use_ctags = functions_have_ctags();
	report->functions_by = import->use_ctags ? "ctags" : "scan";
	str_init(&import->edge, STR_MAX_TEXT);
	status = check_repository(import, err);
	if (status == 0)
		status = read_edge(import, err);
	if (status == 0)
		status = import_all(import, since, err);
	if (status < 0)
		report->added = report->known = 0;
	release_commits(import);
	str_release(&import->edge);
	free(import);
	return status;
}
