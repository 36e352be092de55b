/* What `detect` and its watch share; see detect.c and detect_watch.c. */
#ifndef HEADROOM_VIEWS_COMMANDS_DETECT_H
#define HEADROOM_VIEWS_COMMANDS_DETECT_H

#include "core/explain/detection.h"
#include "core/explain/settings.h"
#include "views/commands/command.h"

/*
 * Runs detection every interval until it is told to stop (SIGINT, SIGTERM) or
 * --rounds are done, and hands each finding that is new to --output and --exec.
 * An error of a round is said on stderr and the next round tries again.
 */
int detect_watch(struct session *session, const struct arguments *arguments,
		 const struct detection_options *options, struct error *err);

#endif
