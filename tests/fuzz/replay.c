/*
 * main() for a fuzz target without a fuzzer: gives every file named on the
 * command line, and every file in every folder named, to
 * LLVMFuzzerTestOneInput. `make check` replays the corpus with it, so that
 * what once broke a parser is tried again by every compiler.
 */
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <sys/stat.h>

#include "tests/fuzz/fuzz.h"

#define FILE_MAX ((size_t)16 * 1024 * 1024)

static int replayed;

static int
replay_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	uint8_t *data;
	size_t length;

	if (file == NULL) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		return -1;
	}
	data = malloc(FILE_MAX);
	length = data != NULL ? fread(data, 1, FILE_MAX, file) : 0;
	fclose(file);
	if (data != NULL) {
		/* Exactly as long as the input, so that a sanitizer sees one byte too many. */
		uint8_t *tight = realloc(data, length > 0 ? length : 1);

		LLVMFuzzerTestOneInput(tight, length);
		free(tight);
		replayed++;
	}
	return data != NULL ? 0 : -1;
}

static int
replay_folder(const char *path)
{
	DIR *folder = opendir(path);
	struct dirent *entry;
	int result = 0;

	if (folder == NULL) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		return -1;
	}
	while ((entry = readdir(folder)) != NULL) {
		char file[4096];

		if (entry->d_name[0] == '.')
			continue;
		snprintf(file, sizeof(file), "%s/%s", path, entry->d_name);
		if (replay_file(file) < 0)
			result = -1;
	}
	closedir(folder);
	return result;
}

int
main(int argc, char **argv)
{
	int result = 0;

	for (int i = 1; i < argc; i++) {
		struct stat status;
		bool folder = stat(argv[i], &status) == 0 && S_ISDIR(status.st_mode);

		if ((folder ? replay_folder(argv[i]) : replay_file(argv[i])) < 0)
			result = -1;
	}
	printf("%s: %d inputs\n", argv[0], replayed);
	/* No input is no test. */
	return result == 0 && replayed > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
