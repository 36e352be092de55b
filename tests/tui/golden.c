/* Golden texts; see golden.h. Called by the tests of tui/. */
#include "tests/tui/golden.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/error.h"
#include "core/base/path.h"
#include "core/base/str.h"

#define GOLDEN_MAX ((size_t)1024 * 1024)

void
golden_text(const char *name, const char *text)
{
	const char *update = getenv("UPDATE_GOLDEN");
	struct error err = { 0 };
	struct str wanted;
	char path[512];

	snprintf(path, sizeof(path), "%s/tests/tui/golden/%s.txt", HEADROOM_SOURCE_DIR, name);
	if (update != NULL && strcmp(update, "1") == 0) {
		ck_assert_msg(path_write_file(path, text, strlen(text), 0644, &err) == 0, "%s",
			      err.text);
		return;
	}
	str_init(&wanted, GOLDEN_MAX);
	ck_assert_msg(path_read_file(&wanted, path, GOLDEN_MAX, &err) == 0, "%s", err.text);
	ck_assert_msg(strcmp(wanted.data, text) == 0, "%s differs; wanted:\n%s\ngot:\n%s", name,
		      wanted.data, text);
	str_release(&wanted);
}

void
golden_memory(const char *name, const struct surface_memory *memory, bool styled)
{
	struct str text;

	str_init(&text, GOLDEN_MAX);
	if (styled)
		surface_memory_styled(memory, &text);
	else
		surface_memory_text(memory, &text);
	golden_text(name, text.data);
	str_release(&text);
}
