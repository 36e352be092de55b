/* The commit message of an accepted patch: finding, cause, gain, reviewer, origin. */
#ifndef HEADROOM_SOLVE_MESSAGE_H
#define HEADROOM_SOLVE_MESSAGE_H

#include "core/base/str.h"
#include "core/store/finding.h"
#include "core/store/patch.h"
#include "core/store/service.h"

/* Subject, why, then one line a fact in trailer form; wrapped at 72; control characters stripped.
 */
void message_write(struct str *out, const struct patch *patch, const struct finding *finding,
		   const struct service *service);

/* How many bytes of text fit into max without cutting a character in two. */
size_t message_fit(const char *text, size_t max);

#endif
