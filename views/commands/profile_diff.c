/* `profile diff`: two times compared, function by function or by what moved most. */
#include <math.h>
#include <stdlib.h>

#include "core/base/text.h"
#include "core/explain/functions.h"
#include "core/explain/movers.h"
#include "core/explain/tree.h"
#include "views/commands/listing.h"
#include "views/commands/profile.h"
#include "views/commands/profile_lens.h"

/* A value of a side, or a difference of two, in words of the measure. */
static const char *
value_text(enum measure measure, double value, bool change, char buffer[TEXT_NUMBER_SIZE])
{
	if (measure == MEASURE_SHARE)
		return change ? text_points(value, buffer) : text_percent(value, buffer);
	if (measure == MEASURE_WEIGHT && !change)
		return text_count(value, buffer);
	snprintf(buffer, TEXT_NUMBER_SIZE, change ? "%+.5g" : "%.5g", value);
	return buffer;
}

static const char *
mark_of(const struct function_row *row, double change)
{
	if (!function_changed(row))
		return "";
	if (!(row->total[SIDE_BEFORE] > 0))
		return mover_mark(MOVER_NEW);
	if (!(row->total[SIDE_AFTER] > 0))
		return mover_mark(MOVER_GONE);
	return mover_mark(change > 0 ? MOVER_MORE : MOVER_LESS);
}

static void
set_values(struct json *object, double before, double after, double change)
{
	json_set_number(object, "value_before", before);
	json_set_number(object, "value_after", after);
	json_set_number(object, "change", change);
}

static void
add_cells(struct listing *listing, enum measure measure, const char *mark, double change,
	  double before, double after)
{
	char text[TEXT_NUMBER_SIZE];

	listing_cell(listing, "%s", mark);
	listing_cell(listing, "%s", value_text(measure, change, true, text));
	listing_cell(listing, "%s", value_text(measure, before, false, text));
	listing_cell(listing, "%s", value_text(measure, after, false, text));
}

static void
add_row(struct listing *listing, struct json *array, const struct function_table *table,
	const struct function_row *row)
{
	struct json *object = json_object();
	double before = function_share(table, row, SIDE_BEFORE);
	double after = function_share(table, row, SIDE_AFTER);
	double value_before = function_value(table, row, SIDE_BEFORE);
	double value_after = function_value(table, row, SIDE_AFTER);
	const char *mark = mark_of(row, value_after - value_before);
	char q[TEXT_NUMBER_SIZE];

	json_set_text(object, "function", function_row_name(table, row));
	json_set_number(object, "before", before);
	json_set_number(object, "after", after);
	json_set_number(object, "delta", after - before);
	json_set_number(object, "self_before", function_self_share(table, row, SIDE_BEFORE));
	json_set_number(object, "self_after", function_self_share(table, row, SIDE_AFTER));
	json_set_number(object, "samples_before", row->total[SIDE_BEFORE]);
	json_set_number(object, "samples_after", row->total[SIDE_AFTER]);
	set_values(object, value_before, value_after, value_after - value_before);
	json_set_text(object, "mark", mark);
	json_set_number(object, "z", row->z);
	json_set_number(object, "q", row->q);
	json_set_bool(object, "changed", function_changed(row));
	json_append(array, object);
	add_cells(listing, table->scale.measure, mark, value_after - value_before, value_before,
		  value_after);
	listing_cell(listing, "%s", isfinite(row->q) ? text_probability(row->q, q) : "-");
	listing_cell(listing, "%s", function_row_name(table, row));
}

static int
list_functions(struct session *session, const struct profile_view *view,
	       const struct profile_lens *lens, struct listing *listing, struct json *document,
	       struct error *err)
{
	struct function_table table;
	struct json *array = json_array();
	int64_t shown = 0;
	int result =
		function_table_make(&table, &view->set, &view->selection, &lens->transforms, err);

	(void)session;
	if (result == 0) {
		function_table_measure(&table, &lens->scale);
		function_table_test(&table, &view->selection, 0);
		function_table_sort(&table, FUNCTIONS_BY_CHANGE);
	}
	for (size_t i = 0; result == 0 && i < table.count && shown < view->limit; i++) {
		if (!profile_lens_shows(lens, function_row_name(&table, &table.rows[i])))
			continue;
		add_row(listing, array, &table, &table.rows[i]);
		shown++;
	}
	json_set(document, "functions", array);
	function_table_release(&table);
	return result;
}

static void
add_mover(struct listing *listing, struct json *array, const struct tree *tree,
	  const struct mover *mover)
{
	struct json *object = json_object(), *path = json_array();
	const char *name = tree_name_text(tree, mover->name);
	struct strings names = { 0 };
	char q[TEXT_NUMBER_SIZE];

	json_set_text(object, "function", name);
	json_set_text(object, "mark", mover_mark(mover->kind));
	set_values(object, mover->value[SIDE_BEFORE], mover->value[SIDE_AFTER], mover->change);
	json_set_int(object, "places", mover->nodes);
	json_set_number(object, "z", (double)mover->z);
	json_set_number(object, "q", (double)mover->q);
	for (uint32_t at = mover->node; at != TREE_ROOT; at = tree->nodes[at].parent)
		strings_add(&names, tree_name(tree, at));
	for (size_t i = names.count; i > 0; i--)
		json_append_text(path, names.items[i - 1]);
	strings_release(&names);
	json_set(object, "path", path);
	json_append(array, object);
	add_cells(listing, tree->scale.measure, mover_mark(mover->kind), mover->change,
		  mover->value[SIDE_BEFORE], mover->value[SIDE_AFTER]);
	listing_cell(listing, "%s", text_probability((double)mover->q, q));
	listing_cell(listing, "%s", name);
}

static int
find_movers(struct movers *movers, const struct tree *tree, struct session *session,
	    const struct profile_view *view, const struct profile_lens *lens, struct error *err)
{
	struct function_table table;
	int result =
		function_table_make(&table, &view->set, &view->selection, &lens->transforms, err);

	if (result == 0) {
		function_table_measure(&table, &lens->scale);
		function_table_test(&table, &view->selection, TREE_TESTED_SHARE);
		movers_find_all(movers, tree, &table, &session->progress);
	}
	function_table_release(&table);
	return result;
}

static int
list_movers(struct session *session, const struct profile_view *view,
	    const struct profile_lens *lens, struct listing *listing, struct json *document,
	    struct error *err)
{
	struct tree_options options = { .transforms = &lens->transforms,
					.tail_share = TREE_TAIL_SHARE };
	struct json *array = json_array();
	struct movers movers = { 0 };
	struct tree tree;
	int64_t shown = 0;
	int result =
		tree_build(&tree, &view->set, &view->selection, &options, &session->progress, err);

	if (result == 0) {
		tree_measure(&tree, &lens->scale);
		tree_test(&tree, &view->selection, TREE_TESTED_SHARE);
		result = find_movers(&movers, &tree, session, view, lens, err);
	}
	for (size_t i = 0; i < movers.count && shown < view->limit; i++) {
		if (!profile_lens_shows(lens, tree_name_text(&tree, movers.items[i].name)))
			continue;
		add_mover(listing, array, &tree, &movers.items[i]);
		shown++;
	}
	json_set(document, "movers", array);
	movers_release(&movers);
	tree_release(&tree);
	return result;
}

static int
run(struct session *session, const struct arguments *arguments, struct error *err)
{
	static const char *const titles[] = {
		"", ">POINTS", ">BEFORE", ">AFTER", ">Q", "FUNCTION"
	};
	static const char *const value_titles[] = { "",       ">CHANGE", ">BEFORE",
						    ">AFTER", ">Q",      "FUNCTION" };
	struct profile_lens lens = { 0 };
	struct profile_view view = { 0 };
	struct json *document = NULL;
	struct listing listing = { 0 };
	int result = -1;

	if (profile_view_open_difference(session, arguments, &view, err) < 0 ||
	    profile_lens_read(&lens, arguments, err) < 0 ||
	    profile_lens_measure(&lens, session, arguments, &view, err) < 0)
		goto out;
	document = profile_view_to_json(&view);
	profile_view_say(&view, session, document);
	json_set_text(document, "measure", measure_name(lens.scale.measure));
	listing_init(&listing, 6, lens.scale.measure == MEASURE_SHARE ? titles : value_titles);
	if (profile_lens_to_json(&lens, session, &view, document, err) < 0)
		goto out;
	result = (argument_flag(arguments, "--movers") ? list_movers : list_functions)(
		session, &view, &lens, &listing, document, err);
	if (result == 0) {
		listing_print(&listing, session);
		session_say(
			session,
			"+ - mark changes that are more than noise (q at or under 0.05), * new, "
			"x gone\n");
		if (session->json)
			session_print_json(session, document);
		else
			json_free(document);
		document = NULL;
		result = COMMAND_YES;
	}
out:
	json_free(document);
	listing_release(&listing);
	profile_lens_release(&lens);
	profile_view_release(&view);
	return result;
}

static const struct option options[] = {
	PROFILE_WINDOW_OPTIONS,
	{ "--limit", "N", "so many rows" },
	{ "--before", "A..B", "the windows to compare with" },
	{ "--after", "C..D", "the windows that are compared" },
	{ "--movers", NULL, "what moved most, each at the deepest frame that explains it" },
	PROFILE_MEASURE_OPTIONS,
	PROFILE_LENS_OPTIONS,
	{ 0 },
};

const struct command command_profile_diff = {
	.name = "profile diff",
	.words = "",
	.summary = "Compares two times function by function, and tells change from noise",
	.text = "Without --before and --after the earlier half of the windows is compared with the "
		"later half. The first two lines say which times were compared, with how many "
		"samples.",
	.options = options,
	.run = run,
};
