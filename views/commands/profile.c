/* `profile top`, `tree`, `callers`, `callees`: hot functions and trees. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/explain/functions.h"
#include "core/explain/tree.h"
#include "core/store/telemetry.h"
#include "views/commands/command.h"
#include "views/commands/listing.h"
#include "views/commands/profile.h"
#include "views/commands/profile_lens.h"
#include "views/commands/profile_view.h"

#define TREE_SHARE_MIN 0.005 /* of the samples: smaller branches are left out of `profile tree` */
#define TREE_DEPTH_SHOWN 60

struct json *
profile_view_to_json(const struct profile_view *view)
{
	struct json *document = json_object();

	json_set_text(document, "service", view->service.name);
	json_set_int(document, "windows", (int64_t)profile_view_windows(view));
	json_set_time(document, "from", view->set.windows[0].start);
	json_set_time(document, "to", view->set.windows[view->set.window_count - 1].end);
	json_set_number(document, "samples_before", view->selection.samples[SIDE_BEFORE]);
	json_set_number(document, "samples_after", view->selection.samples[SIDE_AFTER]);
	return document;
}

static void
print_document(struct session *session, struct json *document)
{
	if (session->json)
		session_print_json(session, document);
	else
		json_free(document);
}

/* --- top --- */

static void
add_top_row(struct listing *listing, struct json *array, const struct function_table *functions,
	    const struct function_row *row)
{
	struct json *object = json_object();
	char self[TEXT_NUMBER_SIZE], total[TEXT_NUMBER_SIZE], samples[TEXT_NUMBER_SIZE];
	double self_share = function_self_share(functions, row, SIDE_AFTER);
	double share = function_share(functions, row, SIDE_AFTER);

	json_set_text(object, "function", function_row_name(functions, row));
	json_set_number(object, "self", self_share);
	json_set_number(object, "share", share);
	json_set_number(object, "samples", row->total[SIDE_AFTER]);
	json_append(array, object);
	listing_cell(listing, "%s", text_percent(self_share, self));
	listing_cell(listing, "%s", text_percent(share, total));
	listing_cell(listing, "%s", text_count(row->total[SIDE_AFTER], samples));
	listing_cell(listing, "%s", function_row_name(functions, row));
}

static void
list_functions(const struct function_table *functions, const struct profile_view *view,
	       const struct profile_lens *lens, struct listing *listing, struct json *array)
{
	int64_t shown = 0;

	for (size_t i = 0; i < functions->count && shown < view->limit; i++) {
		const struct function_row *row = &functions->rows[i];

		if (!profile_lens_shows(lens, function_row_name(functions, row)))
			continue;
		add_top_row(listing, array, functions, row);
		shown++;
	}
}

static int
run_top(struct session *session, const struct arguments *arguments, struct error *err)
{
	static const char *const titles[] = { ">SELF", ">TOTAL", ">SAMPLES", "FUNCTION" };
	struct function_table functions = { 0 };
	struct json *document = NULL, *array;
	struct listing listing = { 0 };
	struct profile_lens lens = { 0 };
	struct profile_view view = { 0 };
	int result = -1;

	if (profile_view_open(session, arguments, &view, err) < 0 ||
	    profile_lens_read(&lens, arguments, err) < 0 ||
	    function_table_make(&functions, &view.set, &view.selection, &lens.transforms, err) < 0)
		goto out;
	document = profile_view_to_json(&view);
	profile_view_say(&view, session, document);
	if (profile_lens_to_json(&lens, session, &view, document, err) < 0) {
		json_free(document);
		goto out;
	}
	function_table_sort(&functions, argument_flag(arguments, "--by-total") ? FUNCTIONS_BY_TOTAL
									       : FUNCTIONS_BY_SELF);
	array = json_array();
	listing_init(&listing, 4, titles);
	list_functions(&functions, &view, &lens, &listing, array);
	json_set(document, "functions", array);
	listing_print(&listing, session);
	print_document(session, document);
	result = COMMAND_YES;
out:
	listing_release(&listing);
	function_table_release(&functions);
	profile_lens_release(&lens);
	profile_view_release(&view);
	return result;
}

/* --- trees --- */

static struct json *
tree_node_to_json(struct session *session, const struct tree *tree, uint32_t at)
{
	const struct tree_node *node = &tree->nodes[at];
	struct json *object = json_object(), *children = json_array();
	double share = tree_share(tree, at, SIDE_AFTER);
	char text[TEXT_NUMBER_SIZE];

	session_say(session, "%*s%s  %s\n", (int)(2 * node->depth), "", text_percent(share, text),
		    tree_name(tree, at));
	json_set_text(object, "function", tree_name(tree, at));
	json_set_number(object, "share", share);
	json_set_number(object, "self", tree_self_share(tree, at, SIDE_AFTER));
	json_set_number(object, "samples", node->total[SIDE_AFTER]);
	for (uint32_t child = node->first_child;
	     child != TREE_NONE && node->depth < TREE_DEPTH_SHOWN;
	     child = tree->nodes[child].next_sibling)
		if (tree_share(tree, child, SIDE_AFTER) >= TREE_SHARE_MIN)
			json_append(children, tree_node_to_json(session, tree, child));
	json_set(object, "children", children);
	return object;
}

static int
print_tree(struct session *session, const struct arguments *arguments, enum tree_shape shape,
	   struct error *err)
{
	struct profile_lens lens = { 0 };
	struct tree_options options = { .shape = shape,
					.transforms = &lens.transforms,
					.tail_share = TREE_TAIL_SHARE };
	struct json *document;
	struct tree tree = { 0 };
	struct profile_view view = { 0 };
	int result = -1;

	if (arguments->rest.count > 0)
		options.function = arguments->rest.items[0];
	if (profile_view_open(session, arguments, &view, err) < 0 ||
	    profile_lens_read(&lens, arguments, err) < 0 ||
	    tree_build(&tree, &view.set, &view.selection, &options, &session->progress, err) < 0)
		goto out;
	tree_sort_by_weight(&tree);
	document = profile_view_to_json(&view);
	profile_lens_trail(&lens, session, document);
	if (profile_lens_search_tree(&lens, session, &tree, document, err) < 0) {
		json_free(document);
		goto out;
	}
	json_set(document, "tree", tree_node_to_json(session, &tree, TREE_ROOT));
	print_document(session, document);
	result = COMMAND_YES;
out:
	tree_release(&tree);
	profile_lens_release(&lens);
	profile_view_release(&view);
	return result;
}

static int
run_tree(struct session *session, const struct arguments *arguments, struct error *err)
{
	enum tree_shape shape = argument_flag(arguments, "--inverted") ? TREE_UP : TREE_DOWN;

	return print_tree(session, arguments, shape, err);
}

static int
run_callers(struct session *session, const struct arguments *arguments, struct error *err)
{
	return print_tree(session, arguments, TREE_CALLERS, err);
}

static int
run_callees(struct session *session, const struct arguments *arguments, struct error *err)
{
	return print_tree(session, arguments, TREE_CALLEES, err);
}

#define WINDOW_OPTIONS                         \
	PROFILE_WINDOW_OPTIONS,                \
	{                                      \
		"--limit", "N", "so many rows" \
	}

static const struct option top_options[] = {
	WINDOW_OPTIONS,
	{ "--by-total", NULL, "sort by total instead of self" },
	PROFILE_LENS_OPTIONS,
	{ 0 },
};
static const struct option tree_options_list[] = {
	WINDOW_OPTIONS,
	{ "--inverted", NULL, "from the leaves up" },
	PROFILE_LENS_OPTIONS,
	{ 0 },
};
static const struct option plain_options[] = { WINDOW_OPTIONS, PROFILE_LENS_OPTIONS, { 0 } };
const struct command command_profile_top = {
	.name = "profile top",
	.words = "",
	.summary = "Lists the hottest functions",
	.options = top_options,
	.run = run_top,
};

const struct command command_profile_tree = {
	.name = "profile tree",
	.words = "",
	.summary = "Prints the call tree, branches of half a percent and more",
	.options = tree_options_list,
	.run = run_tree,
};

const struct command command_profile_callers = {
	.name = "profile callers",
	.words = "FUNCTION",
	.words_min = 1,
	.words_max = 1,
	.summary = "Prints who calls a function, over the whole profile",
	.options = plain_options,
	.run = run_callers,
};

const struct command command_profile_callees = {
	.name = "profile callees",
	.words = "FUNCTION",
	.words_min = 1,
	.words_max = 1,
	.summary = "Prints what a function calls, over the whole profile",
	.options = plain_options,
	.run = run_callees,
};
