/* The files a patch may touch; see scope.h. */
#include "core/solve/scope.h"

#include <fnmatch.h>
#include <string.h>

#include "core/base/strings.h"
#include "core/base/text.h"
#include "core/store/change.h"
#include "core/store/service.h"

/* What a patch is proved by must not be changed by it. */
static const char *const proving[] = {
	"*/test/*",    "*/tests/*",  "test/*",         "tests/*",
	"*_test.*",    "test_*",     "*/test_*",       "Makefile*",
	"*/Makefile*", "*.mk",       "CMakeLists.txt", "*/CMakeLists.txt",
	"*.cmake",     "configure*", "meson.build",    "*/meson.build",
	".*",          "*/.*",       "*bench*",        "*.sh",
	"*.am",        "*.ac",       "*.bazel",        "*.ninja",
};

/*
 * Is it a script or a setting that one of the commands names? A compiler's
 * command names what is compiled as well: that is the code itself.
 */
static bool
is_in_command(const char *command, const char *file)
{
	static const char *const code[] = { ".c",  ".h",   ".cc", ".cpp", ".cxx",
					    ".hh", ".hpp", ".rs", ".go",  ".java" };
	const char *name = strrchr(file, '/') != NULL ? strrchr(file, '/') + 1 : file;

	for (size_t i = 0; i < sizeof(code) / sizeof(code[0]); i++)
		if (text_ends_with(name, code[i]))
			return false;
	return command != NULL && strstr(command, name) != NULL;
}

static bool
is_proving(const struct service *service, const char *file)
{
	if (is_in_command(service->build, file) || is_in_command(service->test, file) ||
	    is_in_command(service->bench, file) || is_in_command(service->style, file))
		return true;
	for (size_t i = 0; i < sizeof(proving) / sizeof(proving[0]); i++)
		if (fnmatch(proving[i], file, 0) == 0)
			return true;
	return false;
}

static void
add_changed_files(struct store *store, int64_t service, const char *key, struct strings *files)
{
	struct change change = { 0 };

	if (casebook_change_by_key(store, service, key, &change, NULL) == 0)
		for (size_t i = 0; i < change.files.count; i++)
			strings_add(files, change.files.items[i]);
	change_release(&change);
}

static size_t
count_lines(const char *diff)
{
	size_t lines = 0;

	for (const char *at = diff; at != NULL && *at != '\0';
	     at = strchr(at, '\n') != NULL ? strchr(at, '\n') + 1 : NULL)
		lines += (*at == '+' || *at == '-') && !text_starts_with(at, "+++ ") &&
			 !text_starts_with(at, "--- ");
	return lines;
}

static int
check_files(const struct patch *patch, const struct service *service, const struct strings *allowed,
	    bool revert, struct error *err)
{
	for (size_t i = 0; i < patch->files.count; i++) {
		const char *file = patch->files.items[i];

		if (!revert && is_proving(service, file))
			return error_set(err, ERROR_REFUSED,
					 "touches %.200s, by which the patch is proved", file);
		if (!strings_contains(allowed, file))
			return error_set(err, ERROR_REFUSED,
					 "touches %.200s, which the finding does not concern",
					 file);
	}
	return 0;
}

int
scope_check(struct store *store, const struct finding *finding, const struct patch *patch,
	    struct error *err)
{
	bool revert = text_equal(patch->by, "revert");
	struct strings allowed = { 0 };
	struct service service = { 0 };
	int result = casebook_service_by_id(store, finding->service, &service, err);

	if (finding->file != NULL)
		strings_add(&allowed, finding->file);
	for (size_t i = 0; i < finding->suspect_count && i < 3; i++)
		add_changed_files(store, finding->service, finding->suspects[i].key, &allowed);
	for (size_t i = 0; i < patch->scope.count; i++)
		strings_add(&allowed, patch->scope.items[i]);
	if (result == 0)
		result = check_files(patch, &service, &allowed, revert, err);
	if (result == 0 && !revert && count_lines(patch->diff) > SCOPE_LINES_MAX)
		result = error_set(err, ERROR_REFUSED, "changes over %d lines", SCOPE_LINES_MAX);
	service_release(&service);
	strings_release(&allowed);
	return result;
}
