/* Loading and building for the flame screen, each a job; see flame_private.h. */
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/tools/profile_work.h"
#include "core/tools/tool.h"
#include "views/screens/flame_private.h"

struct task {
	enum flame_deed deed;
	int64_t finding; /* 0: none */
	struct profile_subject subject;
	struct flame_options options;
	char *function;
	/* made by the worker; BUILD and CALLS are given the profile */
	struct flame_profile *profile;
	struct tree tree, callers, callees;
	struct movers movers;
	struct function_table table;
	double *work; /* of each window, of a series */
	char *path;   /* of the code */
	unsigned line;
};

/* On the main thread, as the count of a profile's users is. */
static void
task_free(void *state)
{
	struct task *task = state;

	tree_release(&task->tree);
	tree_release(&task->callers);
	tree_release(&task->callees);
	movers_release(&task->movers);
	function_table_release(&task->table);
	flame_profile_drop(task->profile);
	flame_options_release(&task->options);
	profile_subject_release(&task->subject);
	free(task->function);
	free(task->work);
	free(task->path);
	free(task);
}

/* -- worker thread -- */

static bool
is_per_series(const struct task *task)
{
	return task->options.measure == MEASURE_WORK && task->options.series != 0;
}

static int
load_work(struct work *work, struct task *task, struct error *err)
{
	if (!is_per_series(task) || !task->profile->compares)
		return 0;
	if (profile_work_load(&task->work, work_store(work), task->options.series,
			      &task->profile->set, err) < 0)
		return -1;
	task->options.by_window = task->work;
	return 0;
}

static int
build(struct task *task, const struct progress *progress, struct error *err)
{
	if (flame_tree_make(&task->tree, task->profile, &task->options, TREE_DOWN, NULL, progress,
			    err) < 0)
		return -1;
	/* Paths from the leaves say nothing about who explains what. */
	if (!flame_options_inverted(&task->options))
		movers_find(&task->movers, &task->tree, progress);
	return flame_table_make(&task->table, task->profile, &task->options, err);
}

static int
load(struct work *work, struct task *task, struct error *err)
{
	const struct progress *progress = work_progress(work);

	if (flame_profile_load(&task->profile, work_store(work), &task->subject,
			       &task->options.labels, progress, err) < 0 ||
	    load_work(work, task, err) < 0)
		return -1;
	return build(task, progress, err);
}

static int
find_calls(struct work *work, struct task *task, struct error *err)
{
	const struct progress *progress = work_progress(work);

	if (flame_tree_make(&task->callers, task->profile, &task->options, TREE_CALLERS,
			    task->function, progress, err) < 0)
		return -1;
	return flame_tree_make(&task->callees, task->profile, &task->options, TREE_CALLEES,
			       task->function, progress, err);
}

static int
find_code(struct work *work, struct task *task, struct error *err)
{
	struct tool_context context = {
		.store = work_store(work),
		.progress = work_progress(work),
		.cancel = work_progress(work)->cancel,
		.finding = task->finding,
	};
	struct json *question = json_object(), *answer = NULL;
	int result;

	json_set_text(question, "function", task->function);
	if (task->finding == 0)
		json_set_text(question, "service", task->subject.service_name);
	result = tool_call(&context, "code_read", question, &answer, err);
	if (result == 0) {
		task->path = memory_string(json_get_text(answer, "path", NULL));
		task->line = (unsigned)json_get_int(answer, "first", 0);
	}
	json_free(question);
	json_free(answer);
	return result;
}

static int
run(struct work *work, void *state, struct error *err)
{
	struct task *task = state;

	switch (task->deed) {
	case FLAME_LOAD:
		return load(work, task, err);
	case FLAME_BUILD:
		return load_work(work, task, err) < 0 ? -1 : build(task, work_progress(work), err);
	case FLAME_CALLS:
		return load_work(work, task, err) < 0 ? -1 : find_calls(work, task, err);
	case FLAME_CODE:
		return find_code(work, task, err);
	}
	return 0;
}

/* Files are opened without one, and trees are built of what is loaded. */
static bool
storeless(const void *state)
{
	const struct task *task = state;

	if (is_per_series(task))
		return false;
	return task->deed == FLAME_LOAD ? profile_subject_is_file(&task->subject)
					: task->deed != FLAME_CODE;
}

/* -- main thread -- */

static void
done(void *state, struct ui *ui, const struct error *err)
{
	const struct task *task = state;

	if (err == NULL && task->deed == FLAME_CODE)
		workstation_edit(ui, task->subject.service, task->path, task->line);
}

#define DEED_OPS(text)                                                                 \
	{                                                                              \
		.name = (text), .run = run, .storeless = storeless, .free = task_free, \
		.done = done, .answer = FLAME_EVENT_DONE,                              \
	}

static const struct work_ops deed_ops[] = {
	[FLAME_LOAD] = DEED_OPS("loading the profiles"),
	[FLAME_BUILD] = DEED_OPS("building the tree"),
	[FLAME_CALLS] = DEED_OPS("looking for callers and callees"),
	[FLAME_CODE] = DEED_OPS("looking for the code"),
};

const char *
flame_busy(const struct flame_screen *screen)
{
	if (screen->job == 0)
		return NULL;
	return screen->deed == FLAME_LOAD ? "the profiles are being loaded; Esc stops it"
					  : "the last key's work is not done yet; Esc stops it";
}

void
flame_do(struct flame_screen *screen, struct ui *ui, enum flame_deed deed,
	 const struct flame_options *options, const char *function)
{
	struct task *task = memory_alloc(sizeof(*task));

	task->deed = deed;
	task->finding = screen->finding.id;
	profile_subject_copy(&task->subject, &screen->subject);
	task->function = memory_string(function);
	flame_options_copy(&task->options, options != NULL ? options : &screen->options);
	if (deed != FLAME_LOAD)
		task->profile = flame_profile_use(screen->profile);
	screen->deed = deed;
	screen->job = work_start(ui, screen->screen, &deed_ops[deed], task);
}

static void
graph_free(struct flame_graph **graph)
{
	if (*graph != NULL)
		flame_graph_release(*graph);
	free(*graph);
	*graph = NULL;
}

static void
drop_calls(struct flame_screen *screen)
{
	graph_free(&screen->callers);
	graph_free(&screen->callees);
	free(screen->sandwich);
	screen->sandwich = NULL;
	if (screen->mode == FLAME_SANDWICH)
		screen->mode = FLAME_GRAPH;
}

static void
drop_built(struct flame_screen *screen)
{
	drop_calls(screen);
	flame_tree_release(&screen->tree);
	if (screen->mode == FLAME_TREE)
		screen->mode = FLAME_GRAPH;
	movers_release(&screen->movers);
	graph_free(&screen->graph);
	if (screen->table != NULL)
		flame_table_release(screen->table);
	free(screen->table);
	screen->table = NULL;
}

static void
drop_places(struct flame_screen *screen, size_t from)
{
	while (screen->places.count > from) {
		struct flame_place *place = &screen->places.items[--screen->places.count];

		vec_release(&place->zoom);
		vec_release(&place->cursor);
	}
	if (from == 0)
		vec_release(&screen->places);
}

void
flame_drop(struct flame_screen *screen)
{
	drop_built(screen);
	drop_places(screen, 0); /* their names are the profile's */
	flame_profile_drop(screen->profile);
	screen->profile = NULL;
}

static struct flame_graph *
graph_new(const struct flame_screen *screen, struct tree *tree, uint32_t root)
{
	struct flame_graph *graph = memory_alloc(sizeof(*graph));

	flame_graph_init(graph, tree, root, screen->profile->compares, screen->finding.subject);
	graph->icicle.side = screen->side;
	graph->icicle.flame = screen->flame;
	graph->icicle.by_change = !screen->by_mean;
	graph->colour = screen->colour;
	return graph;
}

static void
take_options(struct flame_screen *screen, struct task *task)
{
	flame_options_release(&screen->options);
	screen->options = task->options;
	screen->options.by_window = NULL; /* the task's */
	task->options = (struct flame_options){ 0 };
}

/* What was searched is searched in the new tree, too. */
static void
take_tree(struct flame_screen *screen, struct task *task)
{
	screen->graph = graph_new(screen, &task->tree, TREE_ROOT);
	screen->movers = task->movers;
	task->movers = (struct movers){ 0 };
	screen->table = memory_alloc(sizeof(*screen->table));
	flame_table_init(screen->table, &task->table, screen->profile->compares,
			 screen->finding.subject);
	screen->table->side = screen->side == ICICLE_BEFORE ? SIDE_BEFORE : SIDE_AFTER;
}

static void
take_loaded(struct flame_screen *screen, struct task *task)
{
	flame_drop(screen);
	screen->profile = task->profile;
	task->profile = NULL;
	take_options(screen, task);
	screen->side = screen->profile->compares                            ? ICICLE_DIFFERENCE
		       : screen->profile->selection.windows[SIDE_AFTER] > 0 ? ICICLE_AFTER
									    : ICICLE_BEFORE;
	take_tree(screen, task);
	screen->graph->icicle.cursor = flame_graph_heaviest(screen->graph, screen->graph->subject);
	flame_table_select(screen->table, screen->graph->subject);
}

/*
 * Where the path leads, else to the widest frame of the function at its end; where that is gone, to
 * the nearest caller that is left.
 */
static void
put_cursor(struct flame_graph *graph, const struct flame_path *path)
{
	uint32_t node = flame_graph_along(graph, path), heaviest = TREE_ROOT;

	if (path->count > 0 && graph->tree.nodes[node].name != path->items[path->count - 1])
		heaviest = flame_graph_heaviest(graph, path->items[path->count - 1]);
	graph->icicle.cursor = heaviest != TREE_ROOT ? heaviest : node;
}

/*
 * Before the trail grows to `after` transforms, this place is remembered; where it shrinks, the one
 * from before the transform that goes takes its place.
 */
static void
follow_trail(struct flame_screen *screen, size_t after, struct flame_place *here)
{
	size_t before = screen->options.transforms.count;

	if (after > before) {
		drop_places(screen, before);
		while (screen->places.count < before)
			vec_push(&screen->places, (struct flame_place){ .known = false });
		vec_push(&screen->places, (struct flame_place){ .known = true });
		flame_graph_path(screen->graph, screen->graph->icicle.zoom,
				 &screen->places.items[before].zoom);
		flame_graph_path(screen->graph, screen->graph->icicle.cursor,
				 &screen->places.items[before].cursor);
	} else if (after < before && after < screen->places.count) {
		struct flame_place *place = &screen->places.items[after];

		if (place->known) {
			struct flame_place left = *here;

			*here = *place;
			*place = left;
		}
		drop_places(screen, after);
	}
}

/*
 * Another tree of the same profiles: zoom and cursor stay where they were, as far as they go; where
 * a transform was taken back, they are where they were before it.
 */
static void
take_built(struct flame_screen *screen, struct task *task)
{
	struct flame_place here = { 0 };
	bool same_way =
		flame_options_inverted(&screen->options) == flame_options_inverted(&task->options);
	char *searched = memory_string(screen->graph->find.pattern);
	enum flame_mode mode = screen->mode == FLAME_TABLE ? FLAME_TABLE : FLAME_GRAPH;

	flame_graph_path(screen->graph, screen->graph->icicle.zoom, &here.zoom);
	flame_graph_path(screen->graph, screen->graph->icicle.cursor, &here.cursor);
	follow_trail(screen, task->options.transforms.count, &here);
	take_options(screen, task);
	drop_built(screen);
	take_tree(screen, task);
	screen->mode = mode;
	if (searched != NULL)
		(void)flame_graph_search(screen->graph, searched, NULL);
	free(searched);
	if (same_way || here.known)
		flame_graph_zoom(screen->graph, flame_graph_along(screen->graph, &here.zoom));
	put_cursor(screen->graph, &here.cursor);
	vec_release(&here.zoom);
	vec_release(&here.cursor);
}

static void
take_calls(struct flame_screen *screen, struct task *task)
{
	drop_calls(screen);
	/* Below the root of such a tree there is the function, and nothing else. */
	screen->callers =
		graph_new(screen, &task->callers, task->callers.nodes[TREE_ROOT].first_child);
	screen->callees =
		graph_new(screen, &task->callees, task->callees.nodes[TREE_ROOT].first_child);
	screen->callers->icicle.flame = true; /* the function in the middle, callers above it */
	screen->callees->icicle.flame = false;
	flame_tree_release(&screen->tree);
	screen->sandwich = task->function;
	task->function = NULL;
	screen->mode = FLAME_SANDWICH;
	screen->lower = false;
}

void
flame_heard(struct flame_screen *screen, struct ui *ui, void *data)
{
	const struct work_answer *answer = data;
	struct task *task = answer->task;

	(void)ui;
	screen->job = 0;
	if (answer->err != NULL) {
		if (screen->graph == NULL)
			memory_replace_string(&screen->failed, answer->err->text);
		return;
	}
	memory_replace_string(&screen->failed, NULL);
	if (task->deed == FLAME_LOAD)
		take_loaded(screen, task);
	else if (task->deed == FLAME_BUILD)
		take_built(screen, task);
	else if (task->deed == FLAME_CALLS)
		take_calls(screen, task);
}
