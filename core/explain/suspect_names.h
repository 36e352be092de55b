/*
 * From what a change touched to what the stacks show: functions by their
 * plain names, and the files that the growing functions are defined in.
 * Private to core/explain.
 */
#ifndef HEADROOM_EXPLAIN_SUSPECT_NAMES_H
#define HEADROOM_EXPLAIN_SUSPECT_NAMES_H

#include <stdbool.h>

#include "core/explain/attribution.h"
#include "core/store/change.h"
#include "core/store/finding.h"

struct suspect_names {
	const struct attribution *attribution; /* borrowed */
	struct intern bases;                   /* last parts of plain names */
	struct arena strings;
	const char **plain; /* by name number of the set */
	uint32_t *first;    /* by base: a name number, or INTERN_NONE */
	uint32_t *next;     /* by name: the next of the same base */
	const char **files; /* by name: where it is defined, for names that grew; NULL: not known */
};

void suspect_names_init(struct suspect_names *names, const struct attribution *attribution);
void suspect_names_release(struct suspect_names *names);
/* Learns files from the frames, the finding and the changes (functions with their file). */
void suspect_names_learn(struct suspect_names *names, const struct finding *finding,
			 const struct change_list *changes);

struct touched {
	double score;         /* of attribution, 0 to 1 */
	double carried;       /* of the growth, by that function */
	double covers;        /* of all growth of that time, by it or by `defines` */
	const char *function; /* borrowed from the change, or NULL */
	bool is_lost;         /* only through a caller that the stacks may have lost */
	bool is_hidden;       /* no stack shows it; it may be part of `defines`, which grew */
	const char *file; /* borrowed: a file it touched where `defines` is, when no function did */
	const char *defines;
	bool has_no_stacks; /* of a metric or an imported share: see suspect_series.h */
};

/* How the function carries the growth; false: no stack has it. */
bool suspect_names_function(const struct suspect_names *names, const char *function,
			    struct touched *out);
/* The best of what a change touched. */
void suspect_names_change(const struct suspect_names *names, const struct change *change,
			  struct touched *out);

#endif
