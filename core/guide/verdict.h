/* Marks of steps combined to a confidence. Between the files of the investigation only. */
#ifndef HEADROOM_GUIDE_VERDICT_H
#define HEADROOM_GUIDE_VERDICT_H

#include "core/guide/investigation.h"

struct guide_tally {
	size_t count_for, count_against, count_unclear, count_open;
	double confidence;
};

void guide_tally_marks(const struct guide *guide, struct guide_tally *out);

#endif
