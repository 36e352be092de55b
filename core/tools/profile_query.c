/*
 * The tool profile_query: hot functions, trees, callers, callees and
 * differences, as rows. Trees come as rows in drawing order with a depth, the
 * heaviest nodes first chosen, so that a bounded answer is still a whole tree.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/explain/find.h"
#include "core/explain/functions.h"
#include "core/explain/measure.h"
#include "core/explain/movers.h"
#include "core/explain/significance.h"
#include "core/explain/transform.h"
#include "core/explain/tree.h"
#include "core/store/telemetry.h"
#include "core/tools/all.h"
#include "core/tools/answer.h"
#include "core/tools/arguments.h"

#define ROWS_DEFAULT 30
#define SHARE_TESTED 0.0005 /* rows under this share on both sides are not tested for change */

struct question {
	const char *kind;
	const char *function;
	size_t limit;
	double min_share;
	const struct profile_set *set;
	const struct selection *selection;
	bool compares;
	struct transform_list transforms;
	const char *search;
	struct find_pattern *pattern; /* of search; NULL: none */
	struct measure_scale scale;
	const struct progress *progress;
};

static bool
is_kind(const struct question *question, const char *kind)
{
	return strcmp(question->kind, kind) == 0;
}

static void
set_frame(struct json *row, const struct profile_set *set, uint32_t frame)
{
	const struct profile_frame *at = &set->frames[frame];

	if (at->module[0] != '\0')
		json_set_text(row, "module", at->module);
	if (at->file[0] != '\0')
		json_set_text(row, "file", at->file);
}

static bool
is_searched(const struct question *question, const char *function)
{
	return question->pattern == NULL || find_pattern_matches(question->pattern, function);
}

/* Where shares are not what was asked for: the values that the test is about. */
static void
set_values(struct json *row, const struct question *question, double before, double after)
{
	if (!question->compares || question->scale.measure == MEASURE_SHARE)
		return;
	json_set_number(row, "value_before", before);
	json_set_number(row, "value_after", after);
	json_set_number(row, "change", after - before);
}

static void
set_test(struct json *row, double z, double q)
{
	json_set_number(row, "z", isnan(q) ? NAN : z);
	json_set_number(row, "q", q);
	json_set_bool(row, "changed", q <= SIGNIFICANCE_LEVEL);
}

static struct json *
function_json(const struct question *question, const struct function_table *table,
	      const struct function_row *row)
{
	struct json *json = json_object();
	double total = function_share(table, row, SIDE_AFTER);
	double self = function_self_share(table, row, SIDE_AFTER);

	json_set_text(json, "function", function_row_name(table, row));
	set_frame(json, question->set, row->frame);
	json_set_number(json, "total", total);
	json_set_number(json, "self", self);
	json_set_number(json, "samples", row->total[SIDE_AFTER]);
	if (question->compares) {
		double before = function_share(table, row, SIDE_BEFORE);

		json_set_number(json, "total_before", before);
		json_set_number(json, "self_before", function_self_share(table, row, SIDE_BEFORE));
		json_set_number(json, "samples_before", row->total[SIDE_BEFORE]);
		json_set_number(json, "delta", total - before);
		set_values(json, question, function_value(table, row, SIDE_BEFORE),
			   function_value(table, row, SIDE_AFTER));
		set_test(json, row->z, row->q);
	}
	return json;
}

static enum function_order
order_of(const struct question *question)
{
	if (is_kind(question, "top"))
		return FUNCTIONS_BY_SELF;
	return is_kind(question, "diff") ? FUNCTIONS_BY_CHANGE : FUNCTIONS_BY_TOTAL;
}

static int
function_rows(const struct question *question, struct json *rows, size_t *total, struct error *err)
{
	struct function_table table;
	int result = function_table_make(&table, question->set, question->selection,
					 &question->transforms, err);

	if (result < 0)
		goto out;
	function_table_measure(&table, &question->scale);
	if (question->compares)
		function_table_test(&table, question->selection, SHARE_TESTED);
	function_table_sort(&table, order_of(question));
	for (size_t i = 0; i < table.count; i++) {
		const struct function_row *row = &table.rows[i];

		if (!is_searched(question, function_row_name(&table, row)))
			continue;
		if ((*total)++ >= question->limit)
			continue;
		if (fmax(function_share(&table, row, SIDE_BEFORE),
			 function_share(&table, row, SIDE_AFTER)) >= question->min_share)
			json_append(rows, function_json(question, &table, row));
	}
out:
	function_table_release(&table);
	return result;
}

static struct json *
node_json(const struct question *question, const struct tree *tree, uint32_t node)
{
	struct json *json = json_object();
	double share = tree_share(tree, node, SIDE_AFTER);

	json_set_int(json, "depth", tree->nodes[node].depth);
	json_set_text(json, "function", tree_name(tree, node));
	if (node != TREE_ROOT)
		set_frame(json, question->set, tree->nodes[node].frame);
	json_set_number(json, "total", share);
	json_set_number(json, "self", tree_self_share(tree, node, SIDE_AFTER));
	json_set_number(json, "samples", tree->nodes[node].total[SIDE_AFTER]);
	if (question->compares) {
		double before = tree_share(tree, node, SIDE_BEFORE);

		json_set_number(json, "total_before", before);
		json_set_number(json, "samples_before", tree->nodes[node].total[SIDE_BEFORE]);
		json_set_number(json, "delta", share - before);
		set_values(json, question, tree_value(tree, node, SIDE_BEFORE),
			   tree_value(tree, node, SIDE_AFTER));
		set_test(json, (double)tree_z(tree, node), (double)tree_q(tree, node));
	}
	return json;
}

static double
node_weight(const struct tree *tree, uint32_t node)
{
	return fmax(tree_share(tree, node, SIDE_BEFORE), tree_share(tree, node, SIDE_AFTER));
}

static int
compare_down(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x < y) - (x > y);
}

/* The share that the limit-th heaviest node has: with it as the least, the rows are a whole tree.
 */
static double
least_share(const struct question *question, const struct tree *tree)
{
	double *weights, least = 0;

	if (tree->count > question->limit) {
		weights = memory_alloc_array(tree->count, sizeof(*weights));
		for (uint32_t i = 0; i < tree->count; i++)
			weights[i] = node_weight(tree, i);
		qsort(weights, tree->count, sizeof(*weights), compare_down);
		least = weights[question->limit - 1];
		free(weights);
	}
	return fmax(least, question->min_share);
}

/* The next node in drawing order, not looking below this one where `below` is false. */
static uint32_t
next_node(const struct tree *tree, uint32_t node, bool below)
{
	if (below && tree->nodes[node].first_child != TREE_NONE)
		return tree->nodes[node].first_child;
	while (node != TREE_NONE && tree->nodes[node].next_sibling == TREE_NONE)
		node = tree->nodes[node].parent;
	return node == TREE_NONE ? TREE_NONE : tree->nodes[node].next_sibling;
}

static int
tree_rows(const struct question *question, struct json *rows, size_t *total, struct error *err)
{
	struct tree_options options = { .shape = TREE_DOWN,
					.function = question->function,
					.transforms = &question->transforms,
					.tail_share = TREE_TAIL_SHARE };
	struct tree tree;
	double least;
	uint32_t node = TREE_ROOT;
	int result;

	if (is_kind(question, "callers"))
		options.shape = TREE_CALLERS;
	else if (is_kind(question, "callees") || question->function != NULL)
		options.shape = TREE_CALLEES;
	result = tree_build(&tree, question->set, question->selection, &options, question->progress,
			    err);
	if (result < 0)
		goto out;
	tree_sort_by_weight(&tree);
	tree_measure(&tree, &question->scale);
	if (question->compares)
		tree_test(&tree, question->selection, SHARE_TESTED);
	*total = tree.count;
	least = least_share(question, &tree);
	for (size_t kept = 0; node != TREE_NONE && kept < question->limit;) {
		bool is_shown = node_weight(&tree, node) >= least;

		if (is_shown) {
			json_append(rows, node_json(question, &tree, node));
			kept++;
		}
		node = next_node(&tree, node, is_shown);
	}
out:
	tree_release(&tree);
	return result;
}

static struct json *
mover_json(const struct tree *tree, const struct mover *mover)
{
	struct json *json = json_object(), *path = json_array();
	struct strings names = { 0 };

	json_set_text(json, "function", tree_name_text(tree, mover->name));
	json_set_text(json, "mark", mover_mark(mover->kind));
	json_set_number(json, "value_before", mover->value[SIDE_BEFORE]);
	json_set_number(json, "value_after", mover->value[SIDE_AFTER]);
	json_set_number(json, "change", mover->change);
	json_set_int(json, "places", mover->nodes);
	set_test(json, (double)mover->z, (double)mover->q);
	for (uint32_t at = mover->node; at != TREE_ROOT; at = tree->nodes[at].parent)
		strings_add(&names, tree_name(tree, at));
	for (size_t i = names.count; i > 0; i--)
		json_append_text(path, names.items[i - 1]);
	strings_release(&names);
	json_set(json, "path", path);
	return json;
}

static int
mover_rows(const struct question *question, struct json *rows, size_t *total, struct error *err)
{
	struct tree_options options = { .transforms = &question->transforms,
					.tail_share = TREE_TAIL_SHARE };
	struct movers movers = { 0 };
	struct function_table table = { 0 };
	struct tree tree;
	int result = tree_build(&tree, question->set, question->selection, &options,
				question->progress, err);

	if (result == 0)
		result = function_table_make(&table, question->set, question->selection,
					     &question->transforms, err);
	if (result == 0) {
		tree_measure(&tree, &question->scale);
		tree_test(&tree, question->selection, SHARE_TESTED);
		function_table_measure(&table, &question->scale);
		function_table_test(&table, question->selection, SHARE_TESTED);
		movers_find_all(&movers, &tree, &table, question->progress);
	}
	for (size_t i = 0; i < movers.count; i++) {
		if (is_searched(question, tree_name_text(&tree, movers.items[i].name)) &&
		    (*total)++ < question->limit)
			json_append(rows, mover_json(&tree, &movers.items[i]));
	}
	movers_release(&movers);
	function_table_release(&table);
	tree_release(&tree);
	return result;
}

/* How much of all samples lies under a match, none counted twice. */
static int
set_search(const struct question *question, struct json *answer, struct error *err)
{
	struct tree_options options = { .transforms = &question->transforms,
					.tail_share = TREE_TAIL_SHARE };
	struct find find;
	struct tree tree;
	int result;

	if (question->pattern == NULL)
		return 0;
	result = tree_build(&tree, question->set, question->selection, &options, question->progress,
			    err);
	if (result == 0) {
		struct json *json = json_object();

		find_init(&find, &tree);
		result = find_set(&find, question->search, question->progress, err);
		json_set_text(json, "pattern", question->search);
		json_set_int(json, "functions", find.name_matches);
		json_set_number(json, "share", find.share[SIDE_AFTER]);
		if (question->compares)
			json_set_number(json, "share_before", find.share[SIDE_BEFORE]);
		json_set(answer, "search", json);
		find_release(&find);
	}
	tree_release(&tree);
	return result;
}

static bool
is_about_functions(const struct question *question)
{
	return is_kind(question, "top") || is_kind(question, "diff") || is_kind(question, "table");
}

static int
answer_question(const struct question *question, const char *service, struct json **answer,
		struct error *err)
{
	struct json *json = json_object(), *rows = json_array();
	size_t total = 0;
	int result = 0;

	json_set_text(json, "service", service);
	json_set_text(json, "kind", question->kind);
	if (question->function != NULL)
		json_set_text(json, "function", question->function);
	if (question->compares)
		json_set(json, "before",
			 side_to_json(question->set, question->selection, SIDE_BEFORE));
	json_set(json, question->compares ? "after" : "profile",
		 side_to_json(question->set, question->selection, SIDE_AFTER));
	if (question->transforms.count > 0)
		json_set(json, "transforms", transform_list_to_json(&question->transforms));
	if (question->scale.measure != MEASURE_SHARE)
		json_set_text(json, "measure", measure_name(question->scale.measure));
	if (is_about_functions(question))
		result = function_rows(question, rows, &total, err);
	else if (is_kind(question, "movers"))
		result = mover_rows(question, rows, &total, err);
	else
		result = tree_rows(question, rows, &total, err);
	if (result == 0)
		result = set_search(question, json, err);
	json_set_int(json, "rows_total", (int64_t)total);
	if (json_count(rows) < total)
		answer_note_cut(json, "rows: the %zu that weigh most of %zu", json_count(rows),
				total);
	json_set(json, "rows", rows);
	if (result < 0)
		json_free(json);
	else
		*answer = json;
	return result;
}

static int
check_question(const struct question *question, struct error *err)
{
	bool needs_function = is_kind(question, "callers") || is_kind(question, "callees");

	if (needs_function && question->function == NULL)
		return error_set(err, ERROR_USAGE, "function: missing");
	return 0;
}

/* Transforms and search of the arguments. */
static int
read_lens(struct question *question, const struct json *arguments, struct error *err)
{
	if (transform_list_read(&question->transforms, json_get(arguments, "transforms"), err) < 0)
		return error_prefix(err, "transforms");
	question->search = json_get_text(arguments, "search", NULL);
	if (question->search != NULL &&
	    find_pattern_make(&question->pattern, question->search, err) < 0)
		return error_prefix(err, "search");
	return 0;
}

/* The measure, when the sides are known. */
static int
read_measure(struct question *question, const struct json *arguments, struct error *err)
{
	const char *named = json_get_text(arguments, "measure", "share");
	struct measure_work work = { .side = { json_get_number(arguments, "work_before", 0),
					       json_get_number(arguments, "work_after", 0) } };
	enum measure measure = measure_from_name(named);

	if (measure == MEASURES)
		return error_set(err, ERROR_USAGE, "measure: %.60s: not share, weight or work",
				 named);
	if (measure == MEASURE_WORK && !(work.side[0] > 0 && work.side[1] > 0))
		return error_set(err, ERROR_USAGE,
				 "measure: work needs work_before and work_after");
	return measure_make(&question->scale, measure, question->set, question->selection, false,
			    &work, err);
}

static void
question_release(struct question *question)
{
	transform_list_release(&question->transforms);
	find_pattern_free(question->pattern);
	measure_scale_release(&question->scale);
}

/* From the start of the earlier side to the end of the later one. */
static struct window_query
query_of(const struct service *service, const struct sides *sides)
{
	struct window_query query = { .service = service->id,
				      .from = sides->after.from,
				      .to = sides->after.to };

	if (sides->compares) {
		query.from = sides->before.from < query.from ? sides->before.from : query.from;
		query.to = sides->before.to > query.to ? sides->before.to : query.to;
	}
	return query;
}

static int
check_sides(const struct question *question, const char *service, struct error *err)
{
	const size_t *windows = question->selection->windows;

	if (windows[SIDE_AFTER] == 0)
		return error_set(err, ERROR_NOT_FOUND, "%s: no profiles in this time%s", service,
				 question->compares ? " (after)" : "");
	if (question->compares && windows[SIDE_BEFORE] == 0)
		return error_set(err, ERROR_NOT_FOUND, "%s: no profiles in this time (before)",
				 service);
	return 0;
}

static int
run(struct tool_context *context, const struct json *arguments, struct json **answer,
    struct error *err)
{
	struct question question = {
		.kind = json_get_text(arguments, "kind", "top"),
		.function = json_get_text(arguments, "function", NULL),
		.limit = (size_t)json_get_int(arguments, "limit", ROWS_DEFAULT),
		.min_share = json_get_number(arguments, "min_share", 0),
		.progress = context->progress,
	};
	struct profile_set set;
	struct selection selection = { 0 };
	struct service service = { 0 };
	struct window_query query;
	struct sides sides;
	int64_t edges[SELECTION_EDGES];
	int result = -1;

	profile_set_init(&set);
	if (check_question(&question, err) < 0 || read_lens(&question, arguments, err) < 0 ||
	    arguments_service(context, arguments, &service, err) < 0 ||
	    arguments_sides(context, arguments,
			    is_kind(&question, "diff") || is_kind(&question, "movers"), &sides,
			    err) < 0)
		goto out;
	query = query_of(&service, &sides);
	query.replicates = TELEMETRY_REPLICATES;
	query.edges = edges;
	query.edge_count = selection_edges(edges, sides.before, sides.after);
	if (telemetry_profiles(store_telemetry(context->store), &query, &set, context->progress,
			       err) < 0)
		goto out;
	selection_by_time(&selection, &set, sides.before, sides.after);
	question.set = &set;
	question.selection = &selection;
	question.compares = sides.compares;
	if (check_sides(&question, service.name, err) == 0 &&
	    read_measure(&question, arguments, err) == 0)
		result = answer_question(&question, service.name, answer, err);
out:
	question_release(&question);
	selection_release(&selection);
	profile_set_release(&set);
	service_release(&service);
	return result;
}

const struct tool tool_profile_query = {
	.name = "profile_query",
	.title = "A profile",
	.description =
		"Answers from a service's CPU profiles. kind: top (by own samples), table (by "
		"samples with callees), tree (call tree from the root, or below function), callers "
		"and callees of a function, diff (functions that changed most, with a test "
		"that knows the noise between windows), movers (what changed, once each, at the "
		"deepest frame that explains it). Shares are fractions of all samples. transforms "
		"change the stacks first, in order; measure says what diff and movers compare. "
		"Times: from and to for one profile; before and after (FROM..TO) or at to compare.",
	.input_schema =
		"{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{"
		"\"service\":{\"type\":\"string\",\"maxLength\":200},"
		"\"finding\":{\"type\":\"string\",\"maxLength\":20},"
		"\"kind\":{\"type\":\"string\",\"enum\":[\"top\",\"tree\",\"callers\",\"callees\","
		"\"diff\",\"table\",\"movers\"]},"
		"\"search\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":256,"
		"\"description\":\"regular expression: rows of functions that match, and the share "
		"of all matches\"},"
		"\"measure\":{\"type\":\"string\",\"enum\":[\"share\",\"weight\",\"work\"]},"
		"\"work_before\":{\"type\":\"number\",\"minimum\":0},"
		"\"work_after\":{\"type\":\"number\",\"minimum\":0},"
		"\"transforms\":{\"type\":\"array\",\"maxItems\":16,\"items\":{"
		"\"type\":\"object\",\"additionalProperties\":false,\"required\":[\"transform\"],"
		"\"properties\":{\"transform\":{\"type\":\"string\",\"maxLength\":40,"
		"\"description\":\"focus-function, focus-subtree (path), merge-function, "
		"merge-node "
		"(path), drop-function, collapse-module, collapse-subtree, collapse-recursion, "
		"only-my-code, invert\"},"
		"\"name\":{\"type\":\"string\",\"maxLength\":4096},"
		"\"path\":{\"type\":\"array\",\"maxItems\":500,"
		"\"items\":{\"type\":\"string\",\"maxLength\":4096}}}}},"
		"\"function\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":4096},"
		"\"from\":{\"type\":\"string\",\"maxLength\":40,\"description\":"
		"\"RFC 3339, or 2h ago\"},"
		"\"to\":{\"type\":\"string\",\"maxLength\":40},"
		"\"before\":{\"type\":\"string\",\"maxLength\":90,\"description\":\"FROM..TO\"},"
		"\"after\":{\"type\":\"string\",\"maxLength\":90,\"description\":\"FROM..TO\"},"
		"\"at\":{\"type\":\"string\",\"maxLength\":40,\"description\":"
		"\"compares all before this moment with all from it on\"},"
		"\"min_share\":{\"type\":\"number\",\"minimum\":0,\"maximum\":1},"
		"\"limit\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":200}}}",
	.run = run,
};
