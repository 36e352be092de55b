/* Machine code by perf or objdump; see disassembly.h. */
#include "core/tools/disassembly.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/process.h"

/* A device or a pipe may have the name of a module; reading one would wait or worse. */
static int
check_module(const char *module, struct error *err)
{
	struct stat status;

	if (module == NULL || module[0] == '\0')
		return error_set(err, ERROR_NOT_FOUND, "the profile does not name the program");
	if (module[0] != '/')
		return error_set(err, ERROR_NOT_FOUND, "%.200s: the profile has no path of it",
				 module);
	if (stat(module, &status) < 0 || !S_ISREG(status.st_mode))
		return error_set(err, ERROR_NOT_FOUND, "%.200s: not on this machine", module);
	return 0;
}

bool
disassembly_is_recording(const char *path)
{
	char start[8] = "";
	struct stat status;
	FILE *file;
	size_t got;

	if (stat(path, &status) < 0 || !S_ISREG(status.st_mode))
		return false;
	file = fopen(path, "re");
	if (file == NULL)
		return false;
	got = fread(start, 1, sizeof(start), file);
	fclose(file);
	return got == sizeof(start) && memcmp(start, "PERFILE2", sizeof(start)) == 0;
}

static int
run(struct str *out, const char *const *argv, const struct cancel *cancel, struct error *err)
{
	struct process_request request = {
		.argv = argv,
		.output_max = DISASSEMBLY_MAX,
		.time_max = DISASSEMBLY_TIME_MAX,
		.cancel = cancel,
	};
	struct process_result result;
	int status = process_check(&result, &request, err);

	if (status == 0)
		str_add_n(out, result.out.data != NULL ? result.out.data : "", result.out.len);
	process_result_release(&result);
	return status;
}

/* objdump prints its head also where the symbol is not there. */
static int
by_objdump(struct str *out, const char *module, const char *function, const struct cancel *cancel,
	   struct error *err)
{
	struct str symbol;
	const char *const argv[] = {
		"objdump", "--no-show-raw-insn", "-w", "-C", NULL /* below */, "--", module, NULL
	};
	const char *argv_with[8];
	int result = check_module(module, err);

	if (result < 0)
		return result;
	str_init(&symbol, STR_MAX_LINE);
	str_addf(&symbol, "--disassemble=%s", function);
	memcpy(argv_with, argv, sizeof(argv));
	argv_with[4] = symbol.data;
	result = run(out, argv_with, cancel, err);
	if (result == 0 && strstr(out->data, ">:\n") == NULL)
		result = error_set(err, ERROR_NOT_FOUND, "%.200s: has no code of %.200s", module,
				   function);
	str_release(&symbol);
	return result;
}

int
disassembly_read(struct str *out, const char *perf_data, const char *module, const char *function,
		 const struct cancel *cancel, struct error *err)
{
	const char *const perf[] = { "perf", "annotate", "--stdio", "--stdio-color=never",
				     "-i",   perf_data,  "-s",      function,
				     NULL };

	if (perf_data != NULL && function[0] != '-' && run(out, perf, cancel, NULL) == 0 &&
	    out->len > 0)
		return 0;
	str_clear(out);
	return by_objdump(out, module, function, cancel, err);
}
