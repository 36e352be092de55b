/* What an opportunity would save. Between the files of scan only. */
#ifndef HEADROOM_GUIDE_SCAN_SAVING_H
#define HEADROOM_GUIDE_SCAN_SAVING_H

#include "core/base/json.h"
#include "core/guide/skill.h"
#include "core/store/profile.h"

struct scan_saving {
	double samples;  /* n: all of the windows */
	double function; /* k: whose stack holds the function */
	double direct;   /* with a callee of the skill called by it */
	double skipped;  /* with such a callee called by one of its callers, see scan_saving.c */
	double low, expected, high; /* shares of the service that go away */
	struct json
		*stacks; /* the heaviest with a direct call: [{"stack", "samples"}]; the caller's */
};

/* function is a name in the source. Release stacks with json_free. */
void scan_saving_of(struct scan_saving *out, const struct profile_set *set,
		    const struct skill *skill, const char *function);

#endif
