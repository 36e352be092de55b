/*
 * A skill's rewriting rule (Coccinelle) run on the bytes of one file, in a
 * temporary folder: never in anybody's work tree. Used by scan to match and
 * by the solver to make the patch.
 *
 * A rule writes new names as `NAME__fresh`: each declaration of such a name
 * becomes NAME, NAME2, NAME3 ... whichever the file does not use yet, and what
 * follows refers to the latest one. So two loops in one block do not clash.
 *
 * A rule from a skill that is not trusted must not hold code that spatch
 * would run or read (scripts, includes, options): ERROR_REFUSED.
 */
#ifndef HEADROOM_GUIDE_RULE_H
#define HEADROOM_GUIDE_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/base/str.h"
#include "core/guide/skill.h"

#define RULE_FILE_MAX ((size_t)4 * 1024 * 1024)
#define RULE_MATCHES_MAX 1000

struct rule_match {
	uint32_t line;  /* first line of the file that changes or goes, from 1 */
	uint32_t lines; /* how many go; 0: lines are put in before line */
	char *text;     /* that line, as in the file; safe for a terminal */
};

struct rule_result {
	struct rule_match *matches; /* by line; empty: the rule does not apply */
	size_t match_count, match_capacity;
	struct str rewritten; /* the whole file after; empty without a match */
};

struct rule_request {
	const struct skill *skill;
	const char *path; /* of the file in its repository, for the suffix and messages */
	const char *data;
	size_t length;
	uint32_t first_line, last_line; /* only changes inside; 0, 0: the whole file */
	int64_t time_max;               /* microseconds; 0: 30 seconds */
	const struct cancel *cancel;
};

bool rule_available(void); /* is spatch installed? */
/* ERROR_REFUSED as said above, with the line. */
int rule_is_safe(const struct skill *skill, struct error *err);
/* 0: it ran, look at match_count. ERROR_UNAVAILABLE: no spatch. out is initialised either way. */
int rule_run(struct rule_result *out, const struct rule_request *request, struct error *err);
void rule_result_release(struct rule_result *result);
/* Does spatch read the rule itself? For `skills check`. */
int rule_parses(const struct skill *skill, struct error *err);

#endif
