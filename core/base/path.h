/*
 * Where things are, and whole small files: XDG folders, the project's own data
 * files and skills, temporary folders that go away.
 */
#ifndef HEADROOM_BASE_PATH_H
#define HEADROOM_BASE_PATH_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/error.h"
#include "core/base/str.h"

/* All returned strings are the caller's. */
char *path_join(const char *folder, const char *name);
/* The user's folders, /headroom at the end; without HOME an error that says what to set. */
int path_data_home(char **out, struct error *err);   /* $XDG_DATA_HOME/headroom */
int path_config_home(char **out, struct error *err); /* $XDG_CONFIG_HOME/headroom */
int path_state_home(char **out, struct error *err);  /* $XDG_STATE_HOME/headroom */
/*
 * A file or folder that ships with headroom ("skills", "demo"): in the source
 * tree when run from there, else in the install prefix. HEADROOM_DATA names
 * another root. ERROR_NOT_FOUND says where it looked.
 */
int path_shipped(char **out, const char *name, struct error *err);

int path_make_folder(const char *path, struct error *err); /* with parents, 0700 */
bool path_exists(const char *path);
bool path_is_folder(const char *path);
/* Is inner, with links resolved, the folder outer or below it? */
bool path_is_inside(const char *inner, const char *outer);

int path_temporary_folder(char **out, const char *prefix, struct error *err);
int path_remove_tree(const char *path, struct error *err); /* never follows links */

/* Whole file, at most max bytes (else ERROR_LIMIT). */
int path_read_file(struct str *out, const char *path, size_t max, struct error *err);
/* Writes beside it, syncs, renames: a reader sees the old file or the new one. */
int path_write_file(const char *path, const void *data, size_t length, int mode, struct error *err);

#endif
