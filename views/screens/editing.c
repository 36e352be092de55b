/* The editor at a finding's function; see editing.h. */
#include "views/screens/editing.h"

#include <stdlib.h>

#include "core/base/json.h"
#include "core/base/memory.h"
#include "core/base/path.h"
#include "core/tools/tool.h"
#include "views/screens/work.h"
#include "views/screens/workstation.h"

struct task {
	int64_t finding, service;
	char *path;
	unsigned line;
};

static void
task_free(void *state)
{
	struct task *task = state;

	free(task->path);
	free(task);
}

static int
run(struct work *work, void *state, struct error *err)
{
	struct task *task = state;
	struct tool_context context = {
		.store = work_store(work),
		.progress = work_progress(work),
		.cancel = work_progress(work)->cancel,
		.finding = task->finding,
	};
	struct json *answer = NULL;

	if (tool_call(&context, "code_read", NULL, &answer, err) < 0)
		return -1;
	task->path = memory_string(json_get_text(answer, "path", NULL));
	task->line = (unsigned)json_get_int(answer, "first", 0);
	json_free(answer);
	return 0;
}

static void
done(void *state, struct ui *ui, const struct error *err)
{
	const struct task *task = state;

	if (err == NULL)
		workstation_edit(ui, task->service, task->path, task->line);
}

static const struct work_ops ops = {
	.name = "looking for the code",
	.run = run,
	.free = task_free,
	.done = done,
};

void
editing_open(struct ui *ui, const struct finding *finding)
{
	struct task *task;

	if (finding->file != NULL) {
		workstation_edit(ui, finding->service, finding->file, finding->line);
		return;
	}
	task = memory_alloc(sizeof(*task));
	task->finding = finding->id;
	task->service = finding->service;
	work_start(ui, 0, &ops, task);
}

int
editing_text(struct ui *ui, const char *name, struct str *text, struct error *err)
{
	char *folder = NULL, *path = NULL;
	int result = path_temporary_folder(&folder, "headroom-edit", err);

	if (result == 0) {
		path = path_join(folder, name);
		result = path_write_file(path, text->data, text->len, 0600, err);
	}
	if (result == 0)
		result = ui_edit(ui, path, 0, err);
	str_clear(text);
	if (result == 0)
		result = path_read_file(text, path, text->max, err);
	if (folder != NULL)
		path_remove_tree(folder, NULL);
	free(folder);
	free(path);
	return result;
}
