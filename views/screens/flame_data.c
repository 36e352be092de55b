/* Profiles, trees and tables of the flame screen; see flame_data.h. Called by its jobs. */
#include "views/screens/flame_data.h"

#include <stdlib.h>

#include "core/base/memory.h"
#include "core/store/telemetry.h"

#define SHARE_TESTED 0.0005 /* frames under this share on both sides are not tested for change */

/* The stretch of time to load: not more than so many windows on each side of the change. */
static int
bound_query(struct window_query *query, struct telemetry *telemetry, int64_t changed_at,
	    struct error *err)
{
	struct window_list windows = { 0 };
	size_t at = 0, first, last;

	if (telemetry_windows(telemetry, query, &windows, err) < 0)
		return -1;
	if (windows.count == 0) {
		window_list_release(&windows);
		return error_set(err, ERROR_NOT_FOUND,
				 query->labels != NULL ? "there is no profile with this label"
						       : "there are no profiles of this service");
	}
	while (at < windows.count && windows.items[at].start < changed_at)
		at++;
	if (changed_at == 0)
		at = windows.count;
	first = at > FLAME_WINDOWS_MAX ? at - FLAME_WINDOWS_MAX : 0;
	last = windows.count - at > FLAME_WINDOWS_MAX ? at + FLAME_WINDOWS_MAX : windows.count;
	query->from = windows.items[first].start;
	query->to = windows.items[last - 1].start + 1;
	window_list_release(&windows);
	return 0;
}

static void
select_sides(struct flame_profile *profile, int64_t changed_at)
{
	struct selection *selection = &profile->selection;
	struct time_range before = { INT64_MIN, changed_at }, after = { changed_at, INT64_MAX };

	if (changed_at == 0)
		selection_all(selection, &profile->set);
	else
		selection_by_time(selection, &profile->set, before, after);
	profile->compares =
		selection->windows[SIDE_BEFORE] > 0 && selection->windows[SIDE_AFTER] > 0;
	for (size_t i = 0; i < profile->set.window_count; i++) {
		unsigned side = selection->sides[i];

		if (side >= SIDE_NONE)
			continue;
		if (profile->from[side] == 0)
			profile->from[side] = profile->set.windows[i].start;
		profile->to[side] = profile->set.windows[i].end;
	}
}

int
flame_profile_load(struct flame_profile **out, struct store *store, const struct finding *finding,
		   const struct strings *labels, const struct progress *progress, struct error *err)
{
	struct telemetry *telemetry = store_telemetry(store);
	struct window_query query = { .service = finding->service };
	struct flame_profile *profile;

	*out = NULL;
	if (labels != NULL && labels->count > 0)
		query.labels = labels;
	if (bound_query(&query, telemetry, finding->changed_at, err) < 0)
		return -1;
	profile = memory_alloc(sizeof(*profile));
	profile->users = 1;
	profile_set_init(&profile->set);
	if (telemetry_profiles(telemetry, &query, &profile->set, progress, err) < 0) {
		flame_profile_drop(profile);
		return -1;
	}
	select_sides(profile, finding->changed_at);
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
}

void
flame_options_release(struct flame_options *options)
{
	transform_list_release(&options->transforms);
	strings_release(&options->hide);
	strings_release(&options->labels);
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
	struct measure_work work = { .side = { options->work[0], options->work[1] } };

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
