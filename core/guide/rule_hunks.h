/* From a rule's output to matches and a rewritten file: between rule.c and rule_hunks.c only. */
#ifndef HEADROOM_GUIDE_RULE_HUNKS_H
#define HEADROOM_GUIDE_RULE_HUNKS_H

#include "core/guide/rule.h"

/* folder holds input.c and output.c; after is the text of the latter. */
int rule_hunks_take(struct rule_result *out, const char *folder, const struct rule_request *request,
		    const struct str *after, struct error *err);
/* Gives names that end in __fresh ones that original does not use; rewrites text. */
void rule_fresh_names(struct str *text, const char *original, size_t length);

#endif
