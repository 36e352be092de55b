/* The names of the stages, as the JSON of `detect` has them. */
#include "core/detect/stage.h"

const char *
detect_stage_name(enum detect_stage stage)
{
	static const char *const names[STAGE_COUNT] = {
		[STAGE_WENT_AWAY] = "went_away",
		[STAGE_SEASONAL] = "seasonal",
		[STAGE_THRESHOLD] = "threshold",
		[STAGE_SAME_REGRESSION] = "same_regression",
		[STAGE_COST_SHIFT] = "cost_shift",
		[STAGE_DUPLICATE] = "duplicate",
		[STAGE_MIX] = "mix",
		[STAGE_RENAMED] = "renamed",
	};
	return names[stage];
}
