/* Temporary folders with an owner; see scratch.h. */
#include "core/solve/scratch.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/base/memory.h"
#include "core/base/path.h"
#include "core/base/text.h"

#define LOCK_NAME "owner"
#define UNKNOWN_AGE_MAX (24 * 60 * 60) /* seconds: of folders without a lock */
#define SWEPT_MAX 100                  /* folders looked at in one sweep */

static const char *
temporary_root(void)
{
	const char *root = getenv("TMPDIR");

	return root != NULL && root[0] == '/' ? root : "/tmp";
}

/*
 * The lock is taken before the file gets its name, so that nobody sees one that
 * is not held yet. It goes with the process, however that ends.
 */
static int
take_lock(const char *folder)
{
	char *hidden = path_join(folder, LOCK_NAME ".new"), *name = path_join(folder, LOCK_NAME);
	int lock = open(hidden, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (lock >= 0 && (flock(lock, LOCK_EX | LOCK_NB) < 0 || rename(hidden, name) < 0)) {
		close(lock);
		lock = -1;
	}
	free(hidden);
	free(name);
	return lock;
}

/* Nobody holds it: the lock can be had, or there is none and the folder is old. */
static bool
is_left_behind(const char *folder, const struct stat *status)
{
	char *name = path_join(folder, LOCK_NAME);
	int lock = open(name, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	bool left = lock >= 0 ? flock(lock, LOCK_EX | LOCK_NB) == 0
			      : time(NULL) - status->st_mtime > UNKNOWN_AGE_MAX;

	if (lock >= 0)
		close(lock);
	free(name);
	return left;
}

static void
sweep_one(const char *root, const char *name)
{
	char *folder = path_join(root, name);
	struct stat status;

	/* Others share this folder: only what is a folder of our own user is ours to judge. */
	if (lstat(folder, &status) == 0 && S_ISDIR(status.st_mode) && status.st_uid == geteuid() &&
	    is_left_behind(folder, &status))
		path_remove_tree(folder, NULL);
	free(folder);
}

void
scratch_sweep(void)
{
	const char *root = temporary_root();
	DIR *folder = opendir(root);
	const struct dirent *entry;
	size_t looked = 0;

	if (folder == NULL)
		return;
	while (looked < SWEPT_MAX && (entry = readdir(folder)) != NULL) {
		if (!text_starts_with(entry->d_name, SCRATCH_PREFIX "-"))
			continue;
		sweep_one(root, entry->d_name);
		looked++;
	}
	closedir(folder);
}

int
scratch_open(struct scratch *out, struct error *err)
{
	*out = (struct scratch){ .lock = -1 };
	scratch_sweep();
	if (path_temporary_folder(&out->folder, SCRATCH_PREFIX, err) < 0)
		return -1;
	/* Where locks do not work the folder is removed after a day instead. */
	out->lock = take_lock(out->folder);
	return 0;
}

void
scratch_close(struct scratch *scratch)
{
	if (scratch->folder == NULL)
		return;
	path_remove_tree(scratch->folder, NULL);
	free(scratch->folder);
	if (scratch->lock >= 0)
		close(scratch->lock);
	*scratch = (struct scratch){ .lock = -1 };
}
