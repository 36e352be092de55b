/* The tools, one a file; tool.c lists them. Private to core/tools. */
#ifndef HEADROOM_TOOLS_ALL_H
#define HEADROOM_TOOLS_ALL_H

#include "core/tools/tool.h"

extern const struct tool tool_change_show;
extern const struct tool tool_code_read;
extern const struct tool tool_finding_show;
extern const struct tool tool_patch_propose;
extern const struct tool tool_profile_query;
extern const struct tool tool_series_query;
extern const struct tool tool_suspects_rank;

#endif
