/*
 * Edits as exact old and new strings on the files of one commit, the way a
 * model proposes them; and whole new contents, the way a rule makes them.
 * Nothing is written anywhere: the result is the files before and after, from
 * which the diff is made. Used by the solvers.
 */
#ifndef HEADROOM_SOLVE_EDIT_H
#define HEADROOM_SOLVE_EDIT_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/error.h"
#include "core/base/str.h"

#define EDIT_FILE_MAX ((size_t)4 * 1024 * 1024)
#define EDIT_FILES_MAX 50
#define EDIT_PATH_MAX 1000

struct edit_file {
	char *path;
	struct str before, after;
};

struct edit_set {
	struct edit_file *items;
	size_t count, capacity;
	/* The file's bytes at the base commit; ERROR_NOT_FOUND; ERROR_REFUSED for links and
	 * folders. */
	int (*read)(void *user, const char *path, struct str *out, struct error *err);
	void *user;
};

void edit_set_init(struct edit_set *set,
		   int (*read)(void *user, const char *path, struct str *out, struct error *err),
		   void *user);
void edit_set_release(struct edit_set *set);

/* ERROR_REFUSED: absolute, with "..", inside .git, with control characters, too long. */
int edit_path_check(const char *path, struct error *err);

/*
 * Replaces the one place where old stands. Looked for in turn: byte for byte;
 * with the file's own line ends; without regard to blanks at line ends; with
 * another indent that is the same on all lines (the new text then moves
 * along). ERROR_INPUT where it stands nowhere (with the nearest line) or more
 * than once (with the lines): the text is made for the one who proposed it.
 */
int edit_replace(struct edit_set *set, const char *path, const char *old_text, const char *new_text,
		 struct error *err);
/* The file's whole new content. */
int edit_write(struct edit_set *set, const char *path, const char *data, size_t length,
	       struct error *err);
bool edit_set_changed(const struct edit_set *set);

#endif
