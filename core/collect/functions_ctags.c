/* Functions by universal-ctags; see functions.h. */
#include <stdlib.h>
#include <string.h>
#include <dirent.h>

#include "core/base/clock.h"
#include "core/base/process.h"
#include "core/base/str.h"
#include "core/base/text.h"
#include "core/collect/functions.h"

#define CTAGS_TIME_MAX (10 * CLOCK_MINUTE)
#define CTAGS_OUTPUT_MAX ((size_t)256 << 20)
#define CTAGS_FUNCTIONS_MAX ((size_t)4 << 20)

/* Endings that ctags knows by itself; "h" counts as C++, which reads C as well. */
static const char *const endings[] = { "c",   "h",  "cc",  "cpp", "cxx", "c++", "hh",    "hpp",
				       "hxx", "go", "rs",  "py",  "rb",  "js",  "ts",    "java",
				       "kt",  "cs", "php", "pl",  "pm",  "lua", "swift", "scala",
				       "m",   "d",  "erl", "ml",  "sh",  "tcl" };

bool
functions_known_ending(const char *path, const char **ending)
{
	const char *dot = strrchr(path, '.');

	if (dot == NULL || strchr(dot, '/') != NULL)
		return false;
	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		if (strcmp(dot + 1, endings[i]) == 0) {
			*ending = endings[i];
			return true;
		}
	}
	return false;
}

bool
functions_have_ctags(void)
{
	const char *const argv[] = { "ctags", "--options=NONE", "--version", NULL };
	const struct process_request request = { .argv = argv, .time_max = 10 * CLOCK_SECOND };
	struct process_result result;
	bool found;

	found = process_check(&result, &request, NULL) == 0 &&
		text_starts_with(result.out.data, "Universal Ctags");
	process_result_release(&result);
	return found;
}

/* The kinds that run, over all languages; "member" is a method in Python and data in C. */
static bool
is_function_kind(const char *kind, size_t length, const char *file)
{
	static const char *const kinds[] = { "function",       "method", "func",
					     "subroutine",     "proc",   "procedure",
					     "singletonMethod" };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strlen(kinds[i]) == length && memcmp(kinds[i], kind, length) == 0)
			return true;
	return length == 6 && memcmp(kind, "member", 6) == 0 && text_ends_with(file, ".py");
}

/* NAME TAB FILE TAB LINE;" TAB kind TAB key:value ... ; line is changed on the way. */
static bool
parse_tag(char *line, char **name, size_t *file, struct function_range *range)
{
	char *fields[64];
	size_t count = 0;
	bool right_kind = false;

	for (char *at = line; at != NULL && count < 64;)
		fields[count++] = strsep(&at, "\t");
	if (count < 4 || fields[0][0] == '\0' || fields[0][0] == '!')
		return false;
	*name = fields[0];
	*file = strtoul(fields[1], NULL, 10);
	range->start = range->end = (uint32_t)strtoul(fields[2], NULL, 10);
	for (size_t i = 3; i < count; i++) {
		if (strncmp(fields[i], "end:", 4) == 0)
			range->end = (uint32_t)strtoul(fields[i] + 4, NULL, 10);
		else if (strchr(fields[i], ':') == NULL)
			right_kind = is_function_kind(fields[i], strlen(fields[i]), fields[1]);
	}
	return right_kind && range->start > 0 && range->end >= range->start &&
	       strlen(*name) < FUNCTIONS_NAME_MAX && strncmp(*name, "__anon", 6) != 0;
}

struct tags {
	struct function_list *lists;
	size_t count, found;
	struct arena *arena;
	struct str line;
};

static void
take_tag(struct tags *tags)
{
	struct function_range range;
	char *name;
	size_t file;

	if (!parse_tag(tags->line.data, &name, &file, &range) || file >= tags->count ||
	    tags->found >= CTAGS_FUNCTIONS_MAX)
		return;
	range.name = arena_string(tags->arena, name);
	vec_push(&tags->lists[file].ranges, range);
	tags->found++;
}

static int
take_output(void *user, const char *data, size_t length, struct error *err)
{
	struct tags *tags = user;
	const char *end = data + length;

	(void)err;
	while (data < end) {
		const char *stop = memchr(data, '\n', (size_t)(end - data));

		str_add_n(&tags->line, data, (size_t)((stop == NULL ? end : stop) - data));
		if (stop == NULL)
			break;
		if (!tags->line.overflow)
			take_tag(tags);
		str_clear(&tags->line);
		data = stop + 1;
	}
	return 0;
}

/* ctags is given the names on stdin: an argument list has its bounds. */
static int
list_folder(const char *folder, struct str *names, struct error *err)
{
	DIR *directory = opendir(folder);
	const struct dirent *entry;

	if (directory == NULL)
		return error_set(err, ERROR_IO, "%s: cannot read the folder", folder);
	while ((entry = readdir(directory)) != NULL)
		if (entry->d_name[0] >= '0' && entry->d_name[0] <= '9')
			str_addf(names, "%s\n", entry->d_name);
	closedir(directory);
	return 0;
}

int
functions_by_ctags(const char *folder, struct function_list *lists, size_t count,
		   struct arena *arena, const struct cancel *cancel, struct error *err)
{
	/* --options=NONE comes first: nobody's own settings are read. */
	const char *const argv[] = { "ctags",
				     "--options=NONE",
				     "--sort=no",
				     "--excmd=number",
				     "--fields=neK",
				     "--output-format=u-ctags",
				     "-L",
				     "-",
				     "-f",
				     "-",
				     NULL };
	struct tags tags = { .lists = lists, .count = count, .arena = arena };
	struct str names;
	struct process_request request = {
		.argv = argv,
		.directory = folder,
		.output_max = CTAGS_OUTPUT_MAX,
		.time_max = CTAGS_TIME_MAX,
		.cancel = cancel,
		.on_output = take_output,
		.user = &tags,
	};
	struct process_result result;
	int status;

	str_init(&names, STR_MAX_TEXT);
	str_init(&tags.line, STR_MAX_LINE);
	status = list_folder(folder, &names, err);
	if (status == 0 && names.len > 0) {
		request.input = names.data;
		request.input_length = names.len;
		status = process_check(&result, &request, err);
		process_result_release(&result);
	}
	str_release(&names);
	str_release(&tags.line);
	return status;
}
