/* Options of `profile` for transforms, measures and search; see profile_lens.h. */
#include "views/commands/profile_lens.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/explain/tree.h"
#include "core/tools/profile_work.h"

static const struct {
	const char *option;
	enum transform_kind kind;
} transforms[] = {
	{ "--focus", TRANSFORM_FOCUS_FUNCTION },
	{ "--focus-path", TRANSFORM_FOCUS_SUBTREE },
	{ "--focus-self", TRANSFORM_FOCUS_SELF },
	{ "--drop", TRANSFORM_DROP_FUNCTION },
	{ "--merge", TRANSFORM_MERGE_FUNCTION },
	{ "--merge-path", TRANSFORM_MERGE_NODE },
	{ "--collapse", TRANSFORM_COLLAPSE_SUBTREE },
	{ "--collapse-module", TRANSFORM_COLLAPSE_MODULE },
	{ "--collapse-recursion", TRANSFORM_COLLAPSE_RECURSION },
	{ "--only-module", TRANSFORM_FOCUS_MODULE },
	{ "--only-kind", TRANSFORM_FOCUS_KIND },
	{ "--drop-kind", TRANSFORM_DROP_KIND },
	{ "--only-my-code", TRANSFORM_ONLY_MY_CODE },
	{ "--invert", TRANSFORM_INVERT },
};

static void
split_path(struct strings *path, const char *text)
{
	while (*text != '\0') {
		size_t length = strcspn(text, ";");

		strings_add_n(path, text, length);
		text += length + (text[length] == ';');
	}
}

static int
push(struct profile_lens *lens, enum transform_kind kind, const char *option, const char *value,
     struct error *err)
{
	struct strings path = { 0 };
	int result;

	if (kind == TRANSFORM_FOCUS_SUBTREE || kind == TRANSFORM_MERGE_NODE)
		split_path(&path, value);
	result = transform_list_push(&lens->transforms, kind, value[0] != '\0' ? value : NULL,
				     &path, err);
	strings_release(&path);
	return result < 0 ? error_prefix(err, "%s", option) : 0;
}

int
profile_lens_read(struct profile_lens *out, const struct arguments *arguments, struct error *err)
{
	*out = (struct profile_lens){ .search = argument_text(arguments, "--search") };
	for (size_t i = 0; i < arguments->names.count; i++) {
		const char *name = arguments->names.items[i];

		for (size_t t = 0; t < sizeof(transforms) / sizeof(transforms[0]); t++) {
			if (strcmp(transforms[t].option, name) == 0 &&
			    push(out, transforms[t].kind, name, arguments->values.items[i], err) <
				    0)
				return -1;
		}
	}
	if (out->search != NULL && out->search[0] == '\0')
		out->search = NULL;
	if (out->search != NULL && find_pattern_make(&out->pattern, out->search, err) < 0)
		return error_prefix(err, "--search");
	return 0;
}

void
profile_lens_release(struct profile_lens *lens)
{
	transform_list_release(&lens->transforms);
	find_pattern_free(lens->pattern);
	measure_scale_release(&lens->scale);
	*lens = (struct profile_lens){ 0 };
}

/* ---- the measure ---- */

static bool
parse_amount(const char *text, double *amount)
{
	char *end;

	*amount = strtod(text, &end);
	return end != text && *end == '\0' && isfinite(*amount) && *amount > 0;
}

/* "1200..1500": cut at the dots first, because "1200." is a number too. */
static int
parse_work(struct measure_work *work, const char *text, struct error *err)
{
	const char *dots = strstr(text, "..");
	char *before = dots == NULL ? NULL : memory_string_n(text, (size_t)(dots - text));
	bool good = before != NULL && parse_amount(before, &work->side[SIDE_BEFORE]) &&
		    parse_amount(dots + 2, &work->side[SIDE_AFTER]);

	free(before);
	if (good)
		return 0;
	return error_set(err, ERROR_USAGE, "--work: %.60s: not BEFORE..AFTER, two numbers over 0",
			 text);
}

/* The work of each window, from a series of this name (its labels may be left out). */
static int
load_work(double **by_window, struct session *session, const struct profile_view *view,
	  const char *name, struct error *err)
{
	struct store *store;
	int64_t series;

	if (session_store(session, &store, err) < 0)
		return -1;
	if (profile_work_find(&series, store, view->service.id, name, err) < 0 ||
	    profile_work_load(by_window, store, series, &view->set, err) < 0)
		return error_prefix(err, "--per");
	return 0;
}

int
profile_lens_measure(struct profile_lens *lens, struct session *session,
		     const struct arguments *arguments, const struct profile_view *view,
		     struct error *err)
{
	const char *named = argument_text(arguments, "--measure");
	const char *amount = argument_text(arguments, "--work");
	const char *series = argument_text(arguments, "--per");
	enum measure measure = amount != NULL || series != NULL ? MEASURE_WORK : MEASURE_SHARE;
	struct measure_work work = { 0 };
	double *by_window = NULL;
	int result = -1;

	if (named != NULL)
		measure = measure_from_name(named);
	if (measure == MEASURES)
		return error_set(err, ERROR_USAGE, "--measure: %.60s: not share, weight or work",
				 named);
	if (measure == MEASURE_WORK && amount == NULL && series == NULL)
		return error_set(err, ERROR_USAGE,
				 "--measure work: say how much with --work or --per");
	if (amount != NULL && series != NULL)
		return error_set(err, ERROR_USAGE, "--work and --per: one of them");
	if ((amount == NULL || parse_work(&work, amount, err) == 0) &&
	    (series == NULL || load_work(&by_window, session, view, series, err) == 0)) {
		work.by_window = by_window;
		result = measure_make(&lens->scale, measure, &view->set, &view->selection, false,
				      &work, err);
	}
	free(by_window);
	return result;
}

/* ---- answers ---- */

bool
profile_lens_shows(const struct profile_lens *lens, const char *function)
{
	return lens->pattern == NULL || find_pattern_matches(lens->pattern, function);
}

int
profile_lens_search_tree(const struct profile_lens *lens, struct session *session,
			 const struct tree *tree, struct json *document, struct error *err)
{
	struct json *json;
	struct find find;
	char share[TEXT_NUMBER_SIZE];
	int result;

	if (lens->pattern == NULL)
		return 0;
	find_init(&find, tree);
	result = find_set(&find, lens->search, &session->progress, err);
	if (result == 0) {
		json = json_object();
		json_set_text(json, "pattern", lens->search);
		json_set_int(json, "functions", find.name_matches);
		json_set_int(json, "frames", find.count);
		if (tree->samples[SIDE_BEFORE] > 0)
			json_set_number(json, "share_before", find.share[SIDE_BEFORE]);
		json_set_number(json, "share", find.share[SIDE_AFTER]);
		json_set(document, "search", json);
		session_say(session, "%s: %s of the samples, %u frames\n", lens->search,
			    text_percent(find.share[SIDE_AFTER], share), find.count);
	}
	find_release(&find);
	return result;
}

void
profile_lens_trail(const struct profile_lens *lens, struct session *session, struct json *document)
{
	struct str label;

	if (lens->transforms.count == 0)
		return;
	str_init(&label, STR_MAX_TEXT);
	transform_list_label(&lens->transforms, &label);
	session_say(session, "%s\n", label.data);
	json_set(document, "transforms", transform_list_to_json(&lens->transforms));
	str_release(&label);
}

int
profile_lens_to_json(const struct profile_lens *lens, struct session *session,
		     const struct profile_view *view, struct json *document, struct error *err)
{
	struct tree_options options = { .transforms = &lens->transforms,
					.tail_share = TREE_TAIL_SHARE };
	struct tree tree;
	int result;

	profile_lens_trail(lens, session, document);
	if (lens->pattern == NULL)
		return 0;
	result = tree_build(&tree, &view->set, &view->selection, &options, &session->progress, err);
	if (result == 0)
		result = profile_lens_search_tree(lens, session, &tree, document, err);
	tree_release(&tree);
	return result;
}
