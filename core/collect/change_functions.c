/* Touched functions of many commits at once; see change_functions.h. */
#include "core/collect/change_functions.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/intern.h"
#include "core/base/memory.h"
#include "core/base/path.h"
#include "core/base/text.h"
#include "core/collect/change_import.h"
#include "core/collect/functions.h"

#define BLOB_MAX ((size_t)4 << 20) /* larger sources are tables or generated */
#define BLOBS_TIME_MAX (10 * CLOCK_MINUTE)

struct blobs {
	const struct git *git;
	struct intern keys; /* "ID.ENDING": a content and the language it is in */
	struct function_list *lists;
	struct arena names;
	struct str ids; /* for git cat-file, in the order of keys */
	char *folder;   /* for ctags; NULL: scanned as they come */
	/* the blob that is coming */
	size_t number;
	size_t left; /* bytes of it to come, with its line end */
	bool in_content, keep;
	struct str head, content;
};

/* ---- which contents ---- */

static uint32_t
add_blob(struct blobs *blobs, const char *id, const char *path)
{
	char key[GIT_ID_MAX + 16];
	const char *ending;
	uint32_t before = blobs->keys.count, number;
	int length;

	if (strspn(id, "0") == strlen(id) || !functions_known_ending(path, &ending))
		return INTERN_NONE;
	length = snprintf(key, sizeof(key), "%s.%s", id, ending);
	number = intern_add(&blobs->keys, key, (size_t)length);
	if (blobs->keys.count > before)
		str_addf(&blobs->ids, "%s\n", id);
	return number;
}

static void
collect_blobs(struct blobs *blobs, const struct history_commit *commits, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		for (size_t f = 0; f < commits[i].files.count; f++) {
			const struct history_file *file = &commits[i].files.items[f];

			if (file->old_count > 0)
				add_blob(blobs, file->old_id, file->old_path);
			if (file->new_count > 0)
				add_blob(blobs, file->new_id, file->new_path);
		}
	}
}

/* ---- their content ---- */

static const char *
ending_of(const struct blobs *blobs)
{
	return strrchr(intern_text(&blobs->keys, (uint32_t)blobs->number), '.') + 1;
}

static bool
is_c(const char *ending)
{
	static const char *const kin[] = {
		"c", "h", "cc", "cpp", "cxx", "c++", "hh", "hpp", "hxx"
	};

	for (size_t i = 0; i < sizeof(kin) / sizeof(kin[0]); i++)
		if (strcmp(ending, kin[i]) == 0)
			return true;
	return false;
}

static int
write_blob(struct blobs *blobs, struct error *err)
{
	char *name = memory_format("%s/%zu.%s", blobs->folder, blobs->number, ending_of(blobs));
	int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	const char *at = blobs->content.data;
	size_t left = blobs->content.len;
	int result = 0;

	while (fd >= 0 && left > 0) {
		ssize_t put = write(fd, at, left);

		if (put < 0)
			break;
		at += put;
		left -= (size_t)put;
	}
	if (fd < 0 || left > 0)
		result = error_set(err, ERROR_IO, "%s: cannot write", name);
	if (fd >= 0)
		close(fd);
	free(name);
	return result;
}

static int
end_blob(struct blobs *blobs, struct error *err)
{
	int result = 0;

	if (blobs->keep && blobs->folder != NULL)
		result = write_blob(blobs, err);
	else if (blobs->keep && is_c(ending_of(blobs)))
		functions_by_scan(blobs->content.data, blobs->content.len,
				  &blobs->lists[blobs->number], &blobs->names);
	str_clear(&blobs->content);
	blobs->in_content = false;
	blobs->number++;
	return result;
}

/* "ID blob SIZE", or "ID missing" for what a shallow or partial clone lacks. */
static int
start_blob(struct blobs *blobs, struct error *err)
{
	const char *space = strrchr(blobs->head.data, ' ');
	int64_t size;

	if (blobs->number >= blobs->keys.count)
		return error_set(err, ERROR_INPUT, "git cat-file: more answers than questions");
	blobs->keep = false;
	blobs->in_content =
		space != NULL && text_parse_int(&size, space + 1, NULL) == 0 && size >= 0;
	if (blobs->in_content) {
		blobs->left = (size_t)size + 1;
		blobs->keep = (size_t)size <= BLOB_MAX;
	} else {
		blobs->number++;
	}
	str_clear(&blobs->head);
	return 0;
}

static int
take_blobs(void *user, const char *data, size_t length, struct error *err)
{
	struct blobs *blobs = user;
	const char *end = data + length;

	while (data < end) {
		const char *stop;
		size_t piece = (size_t)(end - data);

		if (blobs->in_content) {
			if (piece > blobs->left)
				piece = blobs->left;
			blobs->left -= piece;
			if (blobs->keep) /* not the line end behind the content */
				str_add_n(&blobs->content, data, piece - (blobs->left == 0));
			data += piece;
			if (blobs->left == 0 && end_blob(blobs, err) < 0)
				return -1;
			continue;
		}
		stop = memchr(data, '\n', piece);
		str_add_n(&blobs->head, data, stop == NULL ? piece : (size_t)(stop - data));
		if (stop == NULL)
			break;
		if (start_blob(blobs, err) < 0)
			return -1;
		data = stop + 1;
	}
	return 0;
}

static int
read_blobs(struct blobs *blobs, struct error *err)
{
	static const char *const arguments[] = { "cat-file", "--batch", NULL };
	const struct process_request request = {
		.input = blobs->ids.data,
		.input_length = blobs->ids.len,
		.time_max = BLOBS_TIME_MAX,
		.on_output = take_blobs,
		.user = blobs,
	};
	struct process_result result;
	int status;

	blobs->lists = memory_alloc_array(blobs->keys.count, sizeof(*blobs->lists));
	status = git_run_request(blobs->git, arguments, request, &result, err);
	process_result_release(&result);
	return status;
}

/* ---- touched lines to functions ---- */

/* How many of the ascending lines are from start to end. */
static uint32_t
lines_inside(const uint32_t *lines, size_t count, uint32_t start, uint32_t end)
{
	size_t low = 0, high = count, first;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (lines[middle] < start)
			low = middle + 1;
		else
			high = middle;
	}
	for (first = low; low < count && lines[low] <= end; low++)
		;
	return (uint32_t)(low - first);
}

static void
add_touched(struct change *change, const char *name, const char *path, uint32_t added,
	    uint32_t removed)
{
	for (size_t i = 0; i < change->function_count; i++) {
		struct change_function *known = &change->functions[i];

		if (strcmp(known->name, name) == 0 && strcmp(known->file, path) == 0) {
			known->added += added;
			known->removed += removed;
			return;
		}
	}
	if (change->function_count < CHANGE_IMPORT_FUNCTIONS_MAX)
		change_add_function(change, name, path, added, removed);
}

/* One side of a file: the lines that are gone, or those that came. */
static void
add_side(struct blobs *blobs, struct change *change, const struct history_file *file,
	 const uint32_t *lines, size_t count, bool old)
{
	uint32_t number = count == 0 ? INTERN_NONE
				     : add_blob(blobs, old ? file->old_id : file->new_id,
						old ? file->old_path : file->new_path);
	const struct function_list *list;

	if (number == INTERN_NONE)
		return;
	list = &blobs->lists[number];
	for (size_t i = 0; i < list->ranges.count; i++) {
		const struct function_range *range = &list->ranges.items[i];
		uint32_t touched = lines_inside(lines, count, range->start, range->end);

		if (touched > 0)
			add_touched(change, range->name, file->new_path, old ? 0 : touched,
				    old ? touched : 0);
	}
}

static void
add_functions(struct blobs *blobs, struct history_commit *commit)
{
	for (size_t i = 0; i < commit->files.count; i++) {
		const struct history_file *file = &commit->files.items[i];

		add_side(blobs, &commit->change, file, commit->old_lines.items + file->first_old,
			 file->old_count, true);
		add_side(blobs, &commit->change, file, commit->new_lines.items + file->first_new,
			 file->new_count, false);
	}
}

static void
release_blobs(struct blobs *blobs)
{
	for (size_t i = 0; blobs->lists != NULL && i < blobs->keys.count; i++)
		vec_release(&blobs->lists[i].ranges);
	free(blobs->lists);
	intern_release(&blobs->keys);
	arena_release(&blobs->names);
	str_release(&blobs->ids);
	str_release(&blobs->head);
	str_release(&blobs->content);
	if (blobs->folder != NULL)
		path_remove_tree(blobs->folder, NULL);
	free(blobs->folder);
}

int
change_functions_add(const struct git *git, struct history_commit *commits, size_t count,
		     bool use_ctags, struct error *err)
{
	struct blobs blobs = { .git = git };
	int result = 0;

	intern_init(&blobs.keys);
	arena_init(&blobs.names);
	str_init(&blobs.ids, STR_MAX_BULK);
	str_init(&blobs.head, STR_MAX_LINE);
	str_init(&blobs.content, BLOB_MAX + 1);
	collect_blobs(&blobs, commits, count);
	if (blobs.keys.count == 0)
		goto out;
	if (use_ctags)
		result = path_temporary_folder(&blobs.folder, "headroom-source-", err);
	if (result == 0)
		result = read_blobs(&blobs, err);
	if (result == 0 && use_ctags)
		result = functions_by_ctags(blobs.folder, blobs.lists, blobs.keys.count,
					    &blobs.names, git->cancel, err);
	for (size_t i = 0; i < count && result == 0; i++)
		add_functions(&blobs, &commits[i]);
out:
	release_blobs(&blobs);
	return result;
}
