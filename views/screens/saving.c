/* Naming a file to write; see saving.h. */
#include "views/screens/saving.h"

#include <stdlib.h>
#include <unistd.h>

#include "core/base/memory.h"
#include "core/base/path.h"
#include "core/base/str.h"

char *
saving_default(const char *name)
{
	char *folder = getcwd(NULL, 0), *path;

	if (folder == NULL)
		return memory_string(name);
	path = path_join(folder, name);
	free(folder);
	return path;
}

int
saving_path(char **out, const char *typed, struct error *err)
{
	struct str path;
	int result = 0;

	*out = NULL;
	str_init(&path, STR_MAX_LINE);
	str_add(&path, typed);
	str_trim(&path);
	if (path.len == 0)
		result = error_set(err, ERROR_USAGE, "not written: it needs a name");
	else if (path_exists(path.data))
		result = error_set(err, ERROR_CONFLICT,
				   "%.300s is there already: give another name", path.data);
	else
		*out = str_take(&path);
	str_release(&path);
	return result;
}
