/*
 * A skill's folder: its files in order, their digest, and the parts that mean
 * something here (SKILL.md, playbook.yaml, rule.cocci) read from the very bytes the
 * digest was made of. Links are not followed. For catalog.c and tests.
 */
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/memory.h"
#include "core/base/path.h"
#include "core/base/text.h"
#include "core/guide/skill.h"

struct folder_reader {
	struct skill *out;
	struct digest digest;
	size_t bytes;
	struct str text; /* of SKILL.md */
	struct str playbook;
	char *text_name;
	bool has_playbook;
};

static void
refuse(struct folder_reader *reader, const char *file, const char *what)
{
	char *path = path_join(reader->out->folder, file);
	problem_add(&reader->out->problems, path, 0, true, "%s", what);
	free(path);
}

static void
warn(struct folder_reader *reader, const char *file, const char *what)
{
	char *path = path_join(reader->out->folder, file);
	problem_add(&reader->out->problems, path, 0, false, "%s", what);
	free(path);
}

static void list_folder(struct folder_reader *reader, const char *below, unsigned depth);

static void
list_entry(struct folder_reader *reader, const char *name, unsigned depth)
{
	struct stat status;
	char *path = path_join(reader->out->folder, name);
	if (lstat(path, &status) < 0)
		warn(reader, name, "cannot be read");
	else if (S_ISREG(status.st_mode) && reader->out->files.count < SKILL_FILES_MAX)
		strings_add(&reader->out->files, name);
	else if (S_ISREG(status.st_mode))
		refuse(reader, name, "too many files in this skill");
	else if (S_ISDIR(status.st_mode) && depth < SKILL_FOLDER_DEPTH_MAX)
		list_folder(reader, name, depth + 1);
	else if (S_ISDIR(status.st_mode))
		refuse(reader, name, "folders are nested too deep");
	else
		warn(reader, name, "neither file nor folder: left out");
	free(path);
}

/* below: relative to the skill's folder, "" for itself. */
static void
list_folder(struct folder_reader *reader, const char *below, unsigned depth)
{
	char *path = path_join(reader->out->folder, below);
	DIR *folder = opendir(path);
	free(path);
	if (folder == NULL) {
		refuse(reader, below, "cannot be opened");
		return;
	}
	size_t seen = 0;
	for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
		const char *name = entry->d_name;
		if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
		    strcmp(name, ".git") == 0 || strcmp(name, "node_modules") == 0)
			continue;
		if (++seen > 10 * SKILL_FILES_MAX) {
			refuse(reader, below, "too many entries in this folder");
			break;
		}
		char *child = below[0] == '\0' ? memory_string(name) : path_join(below, name);
		list_entry(reader, child, depth);
		free(child);
	}
	closedir(folder);
}

/* Reads a regular file that is no link; false with a problem. */
static bool
read_file(struct folder_reader *reader, const char *name, struct str *out)
{
	char buffer[16384];
	struct stat status;
	ssize_t got = -1;
	char *path = path_join(reader->out->folder, name);
	int file = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	free(path);
	if (file >= 0 && fstat(file, &status) == 0 && S_ISREG(status.st_mode))
		while ((got = read(file, buffer, sizeof(buffer))) > 0 && !out->overflow)
			str_add_n(out, buffer, (size_t)got);
	if (file >= 0)
		close(file);
	if (out->overflow)
		refuse(reader, name, "larger than a skill's file may be");
	else if (got < 0)
		refuse(reader, name, "cannot be read");
	return got >= 0 && !out->overflow;
}

static void
keep_part(struct folder_reader *reader, const char *name, const struct str *data)
{
	bool exact = strcmp(name, "SKILL.md") == 0;
	if (exact || (strcmp(name, "skill.md") == 0 && reader->text_name == NULL)) {
		str_clear(&reader->text);
		str_add_n(&reader->text, data->data, data->len);
		memory_replace_string(&reader->text_name, name);
		if (!exact)
			warn(reader, name, "should be named SKILL.md");
	} else if (strcmp(name, "playbook.yaml") == 0) {
		str_add_n(&reader->playbook, data->data, data->len);
		reader->has_playbook = true;
	} else if (strcmp(name, "rule.cocci") == 0) {
		if (memchr(data->data, '\0', data->len) != NULL)
			refuse(reader, name, "a rule is text");
		reader->out->rule = memory_string_n(data->data, data->len);
		reader->out->rule_path = path_join(reader->out->folder, name);
	}
}

static void
read_files(struct folder_reader *reader)
{
	const struct strings *files = &reader->out->files;
	for (size_t i = 0; i < files->count; i++) {
		struct str data;
		char header[64];
		str_init(&data, SKILL_FILE_BYTES_MAX);
		bool good = read_file(reader, files->items[i], &data);
		reader->bytes += data.len;
		if (good && reader->bytes > SKILL_BYTES_MAX) {
			refuse(reader, files->items[i], "this skill is too large");
			good = false;
		}
		if (good) {
			/* Lengths before contents: no two sets of files give the same stream. */
			snprintf(header, sizeof(header), "%zu %zu\n", strlen(files->items[i]),
				 data.len);
			digest_add(&reader->digest, header, strlen(header));
			digest_add(&reader->digest, files->items[i], strlen(files->items[i]));
			digest_add(&reader->digest, data.data, data.len);
			keep_part(reader, files->items[i], &data);
		}
		str_release(&data);
		if (!good)
			return;
	}
}

static void
read_parts(struct folder_reader *reader, const char *name)
{
	struct skill *out = reader->out;
	if (reader->text_name == NULL) {
		refuse(reader, "", "there is no SKILL.md");
		return;
	}
	char *path = path_join(out->folder, reader->text_name);
	skill_read_text(out, path, name, reader->text.data, reader->text.len, NULL);
	free(path);
	if (!reader->has_playbook)
		return;
	path = path_join(out->folder, "playbook.yaml");
	digest_of(reader->playbook.data, reader->playbook.len, out->playbook_digest);
	playbook_read(&out->playbook, path, reader->playbook.data, reader->playbook.len,
		      &out->problems);
	free(path);
}

static int
first_problem(const struct skill *skill, struct error *err)
{
	for (size_t i = 0; i < skill->problems.count; i++) {
		const struct problem *problem = &skill->problems.items[i];
		if (problem->is_error && problem->line > 0)
			return error_set(err, ERROR_INPUT, "%s:%u: %s", problem->file,
					 problem->line, problem->text);
		if (problem->is_error)
			return error_set(err, ERROR_INPUT, "%s: %s", problem->file, problem->text);
	}
	return 0;
}

int
skill_read(struct skill *out, const char *folder, enum skill_origin origin, struct error *err)
{
	struct folder_reader reader = { .out = out };
	*out = (struct skill){ .origin = origin, .trusted = origin == SKILL_SHIPPED };
	char *resolved = realpath(folder, NULL);
	if (resolved == NULL)
		return error_set(err, ERROR_NOT_FOUND, "%s: no such skill", folder);
	out->folder = resolved;
	digest_init(&reader.digest);
	str_init(&reader.text, SKILL_FILE_BYTES_MAX);
	str_init(&reader.playbook, SKILL_FILE_BYTES_MAX);
	list_folder(&reader, "", 0);
	strings_sort(&out->files);
	read_files(&reader);
	digest_finish(&reader.digest, out->digest);
	const char *slash = strrchr(folder, '/');
	read_parts(&reader,
		   slash != NULL && slash[1] != '\0' ? slash + 1 : strrchr(resolved, '/') + 1);
	str_release(&reader.text);
	str_release(&reader.playbook);
	free(reader.text_name);
	return first_problem(out, err);
}
