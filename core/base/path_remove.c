/*
 * Removing a folder with all that is in it; see path.h. By descriptors and
 * never by longer and longer names, so that a link put in the way meanwhile is
 * removed and not followed.
 */
#include "core/base/path.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* One descriptor a level. */
#define REMOVE_DEPTH_MAX 256

static int remove_entry(int folder, const char *name, unsigned depth);

/* Takes the descriptor over. Returns 0 or an errno of the first entry that stays. */
static int
empty_folder(int fd, unsigned depth)
{
	DIR *stream;
	struct dirent *entry;
	int result = 0;

	stream = fdopendir(fd);
	if (stream == NULL) {
		result = errno;
		close(fd);
		return result;
	}
	while ((entry = readdir(stream)) != NULL) {
		int failed;

		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		failed = remove_entry(dirfd(stream), entry->d_name, depth);
		if (failed != 0 && result == 0)
			result = failed;
	}
	closedir(stream);
	return result;
}

static int
open_folder(int folder, const char *name)
{
	static const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	int fd = openat(folder, name, flags);

	/* A build may leave folders that even their owner cannot list. */
	if (fd < 0 && errno == EACCES && fchmodat(folder, name, 0700, AT_SYMLINK_NOFOLLOW) == 0)
		fd = openat(folder, name, flags);
	return fd;
}

static int
remove_entry(int folder, const char *name, unsigned depth)
{
	struct stat status;
	int fd, result;

	if (fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : errno;
	if (!S_ISDIR(status.st_mode))
		return unlinkat(folder, name, 0) == 0 || errno == ENOENT ? 0 : errno;
	if (depth >= REMOVE_DEPTH_MAX)
		return ELOOP;
	fd = open_folder(folder, name);
	if (fd < 0)
		return errno;
	if ((status.st_mode & 0300) != 0300)
		fchmod(fd, 0700);
	result = empty_folder(fd, depth + 1);
	if (result != 0)
		return result;
	return unlinkat(folder, name, AT_REMOVEDIR) == 0 || errno == ENOENT ? 0 : errno;
}

int
path_remove_tree(const char *path, struct error *err)
{
	int errnum = remove_entry(AT_FDCWD, path, 0);

	return errnum == 0 ? 0 : error_system(err, errnum, "%s: cannot remove all of it", path);
}
