/* Profiles, trees and tables of the flame screen; see flame_data.h. Called by its jobs. */
#include "views/screens/flame_data.h"

#include <stdlib.h>

#include "core/base/memory.h"

#define SHARE_TESTED 0.0005 /* frames under this share on both sides are not tested for change */

static void
find_extents(struct flame_profile *profile)
{
	struct selection *selection = &profile->selection;

	profile->compares =
		selection->windows[SIDE_BEFORE] > 0 && selection->windows[SIDE_AFTER] > 0;
	for (size_t i = 0; i < profile->set.window_count; i++) {
		const struct profile_window *window = &profile->set.windows[i];
		unsigned side = selection->sides[i];

		if (side >= SIDE_NONE)
			continue;
		if (profile->from[side] == 0 || window->start < profile->from[side])
			profile->from[side] = window->start;
		if (window->end > profile->to[side])
			profile->to[side] = window->end;
	}
}

int
flame_profile_load(struct flame_profile **out, struct store *store,
		   const struct profile_subject *subject, const struct strings *labels,
		   const struct progress *progress, struct error *err)
{
	struct profile_subject wanted;
	struct flame_profile *profile = memory_alloc(sizeof(*profile));
	int result = 0;

	*out = NULL;
	profile_subject_copy(&wanted, subject);
	if (labels != NULL)
		strings_copy(&wanted.labels, labels);
	profile->users = 1;
	if (profile_subject_is_file(&wanted) && wanted.labels.count > 0)
		result = error_set(err, ERROR_USAGE,
				   "windows of a file have no labels; import it to choose by them");
	if (result == 0)
		result = profile_subject_load(&wanted, store, &profile->set, &profile->selection,
					      &profile->report, progress, err);
	profile_subject_release(&wanted);
	if (result < 0) {
		free(profile);
		return -1;
	}
	find_extents(profile);
	*out = profile;
	return 0;
}

struct flame_profile *
flame_profile_use(struct flame_profile *profile)
{
	if (profile != NULL)
		profile->users++;
	return profile;
}

void
flame_profile_drop(struct flame_profile *profile)
{
	if (profile == NULL || --profile->users > 0)
		return;
	selection_release(&profile->selection);
	profile_set_release(&profile->set);
	free(profile);
}

void
flame_options_copy(struct flame_options *to, const struct flame_options *from)
{
	transform_list_copy(&to->transforms, &from->transforms);
	strings_copy(&to->hide, &from->hide);
	strings_copy(&to->labels, &from->labels);
	to->measure = from->measure;
	to->work[0] = from->work[0];
	to->work[1] = from->work[1];
	to->series = from->series;
	to->series_name = memory_string(from->series_name);
}

void
flame_options_release(struct flame_options *options)
{
	transform_list_release(&options->transforms);
	strings_release(&options->hide);
	strings_release(&options->labels);
	free(options->series_name);
	options->series_name = NULL;
}

bool
flame_options_inverted(const struct flame_options *options)
{
	bool inverted = false;

	for (size_t i = 0; i < options->transforms.count; i++)
		inverted ^= options->transforms.items[i].kind == TRANSFORM_INVERT;
	return inverted;
}

static int
make_scale(struct measure_scale *scale, const struct flame_profile *profile,
	   const struct flame_options *options, struct error *err)
{
	struct measure_work work = { .side = { options->work[0], options->work[1] },
				     .by_window = options->by_window };

	return measure_make(scale, options->measure, &profile->set, &profile->selection, false,
			    &work, err);
}

int
flame_tree_make(struct tree *out, const struct flame_profile *profile,
		const struct flame_options *options, enum tree_shape shape, const char *function,
		const struct progress *progress, struct error *err)
{
	struct tree_options wanted = {
		.shape = shape,
		.function = function,
		.hide = options->hide.count > 0 ? &options->hide : NULL,
		.transforms = options->transforms.count > 0 ? &options->transforms : NULL,
		.tail_share = TREE_TAIL_SHARE,
	};
	struct measure_scale scale = { 0 };
	int result;

	if (tree_build(out, &profile->set, &profile->selection, &wanted, progress, err) < 0)
		return -1;
	progress_report(progress, "looking for changes", 0, 0);
	result = profile->compares ? make_scale(&scale, profile, options, err) : 0;
	if (result == 0 && profile->compares)
		tree_measure(out, &scale);
	tree_sort_by_weight(out);
	if (result == 0 && profile->compares)
		tree_test(out, &profile->selection, SHARE_TESTED);
	measure_scale_release(&scale);
	return result;
}

int
flame_table_make(struct function_table *out, const struct flame_profile *profile,
		 const struct flame_options *options, struct error *err)
{
	struct measure_scale scale = { 0 };
	int result = function_table_make(
		out, &profile->set, &profile->selection,
		options->transforms.count > 0 ? &options->transforms : NULL, err);

	if (result == 0 && profile->compares)
		result = make_scale(&scale, profile, options, err);
	if (result == 0 && profile->compares) {
		function_table_measure(out, &scale);
		function_table_test(out, &profile->selection, SHARE_TESTED);
	}
	if (result == 0)
		function_table_sort(out,
				    profile->compares ? FUNCTIONS_BY_CHANGE : FUNCTIONS_BY_SELF);
	measure_scale_release(&scale);
	return result;
}
