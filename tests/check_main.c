/* A pinned world for unit tests; see check_main.h. Linked into every check_* program. */
#include "tests/check_main.h"

#include <ftw.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

/* Settings of whoever runs the tests must not reach them. */
static void
clear_environment(void)
{
	static const char *const prefixes[] = { "XDG_", "HEADROOM_", "GIT_", "LC_" };
	size_t i = 0;

	while (environ[i] != NULL) {
		const char *entry = environ[i];
		const char *end = strchr(entry, '=');
		char name[128];
		int known = 0;

		for (size_t p = 0; p < sizeof(prefixes) / sizeof(prefixes[0]); p++)
			known |= strncmp(entry, prefixes[p], strlen(prefixes[p])) == 0;
		if (!known || end == NULL || (size_t)(end - entry) >= sizeof(name)) {
			i++;
			continue;
		}
		memcpy(name, entry, (size_t)(end - entry));
		name[end - entry] = '\0';
		unsetenv(name); /* shifts the rest down: look at the same place again */
	}
}

static int
pin_world(char *home)
{
	clear_environment();
	if (mkdtemp(home) == NULL) {
		perror("check_main: mkdtemp");
		return -1;
	}
	setenv("HOME", home, 1);
	setenv("HEADROOM_CLOCK", "2026-11-20T12:00:00Z", 1);
	setenv("LC_ALL", "C.UTF-8", 1);
	setenv("TZ", "UTC", 1);
	setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
	setenv("GIT_CONFIG_GLOBAL", "/dev/null", 1);
	/* As the program itself does: characters by locale, numbers always with a point. */
	setlocale(LC_CTYPE, "");
	return 0;
}

static int
remove_entry(const char *path, const struct stat *status, int type, struct FTW *place)
{
	(void)status;
	(void)place;
	if (type == FTW_DP || type == FTW_DNR)
		rmdir(path);
	else
		unlink(path);
	return 0;
}

static int
run(Suite *(*const suites[])(void), size_t count, enum fork_status fork_status)
{
	char home[] = "/tmp/headroom-check-XXXXXX";
	SRunner *runner;
	int failed;

	if (count == 0 || pin_world(home) < 0)
		return EXIT_FAILURE;
	runner = srunner_create(suites[0]());
	for (size_t i = 1; i < count; i++)
		srunner_add_suite(runner, suites[i]());
	srunner_set_fork_status(runner, fork_status);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	if (srunner_ntests_run(runner) == 0)
		failed = 1; /* nothing ran: no reason to be content */
	srunner_free(runner);
	nftw(home, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int
check_main(Suite *(*const suites[])(void), size_t count)
{
	return run(suites, count, CK_FORK_GETENV);
}

int
check_main_in_process(Suite *(*const suites[])(void), size_t count)
{
	return run(suites, count, CK_NOFORK);
}
