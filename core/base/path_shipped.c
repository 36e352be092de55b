/*
 * Where the files that ship with headroom are; see path.h. In this order: the
 * folder HEADROOM_DATA names; the source tree, but only for a program that runs
 * from its build folder, so that an installed one never reads a stray checkout;
 * share/headroom beside the bin folder that the program runs from (an install that was moved);
 * the install prefix that configure was given.
 */
#include "core/base/path.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/memory.h"

/* Adds folder/name to the places; gives it when it is there. Takes folder over. */
static char *
try_place(struct str *places, char *folder, const char *name)
{
	char *place = path_join(folder, name);

	free(folder);
	if (path_exists(place))
		return place;
	str_addf(places, "%s%s", places->len > 0 ? ", " : "", place);
	free(place);
	return NULL;
}

/* The folder of the running program, the caller's; NULL without /proc. */
static char *
program_folder(void)
{
	char path[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", path, sizeof(path));
	char *slash;

	if (length <= 0 || (size_t)length >= sizeof(path))
		return NULL;
	path[length] = '\0';
	slash = strrchr(path, '/');
	if (slash == NULL)
		return NULL;
	*slash = '\0';
	return memory_string(path);
}

static char *
find_in_source(struct str *places, const char *program, const char *name)
{
	if (program == NULL || !path_is_inside(program, HEADROOM_BUILD_DIR))
		return NULL;
	if (strcmp(name, "skills") == 0 || strncmp(name, "skills/", 7) == 0)
		return try_place(places, memory_string(HEADROOM_SOURCE_DIR), name);
	return try_place(places, path_join(HEADROOM_SOURCE_DIR, "data"), name);
}

int
path_shipped(char **out, const char *name, struct error *err)
{
	const char *root = getenv("HEADROOM_DATA");
	char *program = program_folder(), *found = NULL;
	struct str places;

	str_init(&places, STR_MAX_LINE);
	if (root != NULL && root[0] != '\0') {
		found = try_place(&places, memory_string(root), name);
	} else {
		found = find_in_source(&places, program, name);
		if (found == NULL && program != NULL)
			found = try_place(&places, path_join(program, "../share/headroom"), name);
		if (found == NULL)
			found = try_place(&places, memory_string(HEADROOM_PKGDATADIR), name);
	}
	if (found != NULL)
		*out = found;
	else
		error_set(err, ERROR_NOT_FOUND,
			  "%s: not found; looked for %s (HEADROOM_DATA names the folder)", name,
			  places.data);
	str_release(&places);
	free(program);
	return found != NULL ? 0 : -1;
}
