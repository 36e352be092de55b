/*
 * Folders and whole small files; see path.h. Called by every layer that
 * touches the disk by name.
 */
#include "core/base/path.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/memory.h"

#define READ_STEP ((size_t)64 * 1024)

char *
path_join(const char *folder, const char *name)
{
	size_t length = strlen(folder);

	while (length > 1 && folder[length - 1] == '/')
		length--;
	while (name[0] == '/')
		name++;
	if (length == 0)
		return memory_string(name);
	return memory_format("%.*s%s%s", (int)length, folder, folder[length - 1] == '/' ? "" : "/",
			     name);
}

/* The XDG base directory specification: relative values are invalid and count as unset. */
static int
home_folder(char **out, const char *variable, const char *under_home, struct error *err)
{
	const char *folder = getenv(variable);
	const char *home = getenv("HOME");

	if (folder != NULL && folder[0] == '/') {
		*out = path_join(folder, "headroom");
		return 0;
	}
	if (home == NULL || home[0] != '/')
		return error_set(err, ERROR_UNAVAILABLE, "no home folder: set HOME or %s",
				 variable);
	*out = memory_format("%s/%s/headroom", strcmp(home, "/") == 0 ? "" : home, under_home);
	return 0;
}

int
path_data_home(char **out, struct error *err)
{
	return home_folder(out, "XDG_DATA_HOME", ".local/share", err);
}

int
path_config_home(char **out, struct error *err)
{
	return home_folder(out, "XDG_CONFIG_HOME", ".config", err);
}

int
path_state_home(char **out, struct error *err)
{
	return home_folder(out, "XDG_STATE_HOME", ".local/state", err);
}

bool
path_exists(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0;
}

bool
path_is_folder(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

bool
path_is_inside(const char *inner, const char *outer)
{
	char *resolved_inner = realpath(inner, NULL);
	char *resolved_outer = realpath(outer, NULL);
	bool inside = false;

	if (resolved_inner != NULL && resolved_outer != NULL) {
		size_t length = strlen(resolved_outer);

		inside = strcmp(resolved_outer, "/") == 0 ||
			 (strncmp(resolved_inner, resolved_outer, length) == 0 &&
			  (resolved_inner[length] == '/' || resolved_inner[length] == '\0'));
	}
	free(resolved_inner);
	free(resolved_outer);
	return inside;
}

static int
make_one(const char *path, struct error *err)
{
	if (mkdir(path, 0700) == 0 || path_is_folder(path))
		return 0;
	return error_system(err, errno == EEXIST ? ENOTDIR : errno, "%s: cannot make the folder",
			    path);
}

int
path_make_folder(const char *path, struct error *err)
{
	char *copy = memory_string(path);
	int result = 0;

	for (char *at = copy + 1; result == 0 && copy[0] != '\0' && *at != '\0'; at++) {
		if (*at != '/')
			continue;
		*at = '\0';
		/* A parent that is there may not be ours to make. */
		result = path_is_folder(copy) ? 0 : make_one(copy, err);
		*at = '/';
	}
	if (result == 0)
		result = make_one(path, err);
	free(copy);
	return result;
}

int
path_temporary_folder(char **out, const char *prefix, struct error *err)
{
	const char *root = getenv("TMPDIR");
	char *path = memory_format("%s/%s-XXXXXX", root != NULL && root[0] == '/' ? root : "/tmp",
				   prefix);

	if (mkdtemp(path) == NULL) {
		error_system(err, errno, "%s: cannot make a temporary folder", path);
		free(path);
		return -1;
	}
	*out = path;
	return 0;
}

/* ---- whole files ---- */

static int
read_all(struct str *out, int fd, size_t max, const char *path, struct error *err)
{
	char *buffer = memory_resize(NULL, READ_STEP, 1);
	size_t total = 0;
	int result = 0;

	for (;;) {
		ssize_t got = read(fd, buffer, READ_STEP);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			result = error_system(err, errno, "%s: cannot read", path);
		if (got <= 0)
			break;
		total += (size_t)got;
		if (total <= max)
			str_add_n(out, buffer, (size_t)got);
		if (total > max || out->overflow) {
			result = error_set(err, ERROR_LIMIT, "%s: larger than %zu bytes", path,
					   max < out->max ? max : out->max);
			break;
		}
	}
	free(buffer);
	return result;
}

int
path_read_file(struct str *out, const char *path, size_t max, struct error *err)
{
	/* Opened so as not to wait where somebody put a pipe that nobody writes to. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat status;
	int result;

	if (fd < 0)
		return error_system(err, errno, "%s: cannot open", path);
	fcntl(fd, F_SETFL, O_RDONLY);
	if (fstat(fd, &status) == 0 && S_ISDIR(status.st_mode))
		result = error_set(err, ERROR_INPUT, "%s: is a folder", path);
	else
		result = read_all(out, fd, max, path, err);
	close(fd);
	return result;
}

static int
write_all(int fd, const char *data, size_t length)
{
	while (length > 0) {
		ssize_t put = write(fd, data, length);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return -1;
		data += put;
		length -= (size_t)put;
	}
	return 0;
}

/* The name is on disk only once its folder is. Not every file system lets folders be synced. */
static void
sync_folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash == NULL
			       ? memory_string(".")
			       : memory_string_n(path, slash == path ? 1 : (size_t)(slash - path));
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
	free(folder);
}

int
path_write_file(const char *path, const void *data, size_t length, int mode, struct error *err)
{
	char *beside = memory_format("%s.XXXXXX", path);
	int fd = mkostemp(beside, O_CLOEXEC);
	int result = -1, errnum;

	if (fd < 0) {
		error_system(err, errno, "%s: cannot write beside it", path);
		free(beside);
		return -1;
	}
	result = fchmod(fd, (mode_t)mode);
	if (result == 0)
		result = write_all(fd, data, length);
	if (result == 0)
		result = fsync(fd);
	errnum = errno;
	if (close(fd) < 0 && result == 0) {
		result = -1;
		errnum = errno;
	}
	if (result == 0 && rename(beside, path) < 0) {
		result = -1;
		errnum = errno;
	}
	if (result < 0) {
		unlink(beside);
		error_system(err, errnum, "%s: cannot write", path);
	} else {
		sync_folder_of(path);
	}
	free(beside);
	return result;
}
