/* Overruling the programs a repository names; see drivers.h. */
#include "core/solve/drivers.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/text.h"

struct settings {
	struct strings *environment;
	size_t count;
};

/* git-config(1), GIT_CONFIG_COUNT: any name may stand there, also one with '=' in it. */
static void
set(struct settings *settings, const char *section, const char *driver, const char *key,
    const char *value)
{
	strings_addf(settings->environment, "GIT_CONFIG_KEY_%zu=%s.%s.%s", settings->count, section,
		     driver, key);
	strings_addf(settings->environment, "GIT_CONFIG_VALUE_%zu=%s", settings->count, value);
	settings->count++;
}

static void
overrule_filter(struct settings *settings, const char *driver)
{
	set(settings, "filter", driver, "smudge", "");
	set(settings, "filter", driver, "clean", "");
	set(settings, "filter", driver, "process", "");
	set(settings, "filter", driver, "required", "false");
}

/* The names between the first and the last point of "filter.NAME.clean". */
static void
collect(const struct str *keys, const char *section, struct strings *drivers)
{
	size_t skip = strlen(section) + 1;

	for (size_t at = 0; at < keys->len; at += strlen(keys->data + at) + 1) {
		const char *key = keys->data + at, *end = strrchr(key, '.');

		if (text_starts_with(key, section) && strlen(key) > skip && end >= key + skip)
			strings_add_n(drivers, key + skip, (size_t)(end - key) - skip);
	}
	strings_sort(drivers);
}

/* The keys, each with NUL after it; no key at all is no error. */
static int
list_keys(const struct git *git, struct str *keys, struct error *err)
{
	const char *const list[] = { "config", "--name-only", "-z", "--list", NULL };
	struct process_result result;
	int status = git_run(git, list, &result, err);

	str_add_n(keys, result.out.data, result.out.len);
	process_result_release(&result);
	return status;
}

int
drivers_overrule(const struct git *git, struct strings *environment, struct error *err)
{
	struct settings settings = { .environment = environment };
	struct strings filters = { 0 }, merges = { 0 };
	struct str keys;
	int status;

	str_init(&keys, STR_MAX_TEXT);
	status = list_keys(git, &keys, err);
	if (status == 0) {
		collect(&keys, "filter", &filters);
		collect(&keys, "merge", &merges);
	}
	if (filters.count + merges.count > DRIVERS_MAX)
		status = error_set(err, ERROR_REFUSED,
				   "%.300s: its git configuration names over %d filters and merge "
				   "drivers",
				   git->repository, DRIVERS_MAX);
	for (size_t i = 0; status == 0 && i < filters.count; i++)
		overrule_filter(&settings, filters.items[i]);
	/* What git does with a file that has no driver. */
	for (size_t i = 0; status == 0 && i < merges.count; i++)
		set(&settings, "merge", merges.items[i], "driver", "git merge-file -q %A %O %B");
	strings_addf(environment, "GIT_CONFIG_COUNT=%zu", settings.count);
	strings_release(&filters);
	strings_release(&merges);
	str_release(&keys);
	return status;
}
