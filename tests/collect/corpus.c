/* Files beside the source tree; see corpus.h. */
#include "tests/collect/corpus.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/memory.h"
#include "core/base/path.h"

char *
corpus_path(const char *name)
{
	char *path = memory_format("%s/../shared/%s", HEADROOM_SOURCE_DIR, name);

	if (path_exists(path))
		return path;
	fprintf(stderr, "SKIPPED: no shared/%s beside the source tree\n", name);
	free(path);
	return NULL;
}

bool
read_corpus(struct str *out, const char *name)
{
	char *path = corpus_path(name);
	struct error err = { 0 };

	str_init(out, STR_MAX_TEXT);
	if (path == NULL)
		return false;
	ck_assert_msg(path_read_file(out, path, STR_MAX_TEXT, &err) == 0, "%s", err.text);
	free(path);
	return true;
}
