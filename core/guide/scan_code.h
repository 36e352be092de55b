/* Where hot functions and a skill's keywords meet in the code. Between the files of scan only. */
#ifndef HEADROOM_GUIDE_SCAN_CODE_H
#define HEADROOM_GUIDE_SCAN_CODE_H

#include <stdint.h>

#include "core/base/error.h"
#include "core/base/str.h"
#include "core/base/strings.h"
#include "core/guide/skill.h"
#include "core/tools/repository.h"

/* Files at the commit that the skill is for and that hold its first keyword; sorted. */
int scan_code_files(const struct repository *repository, const struct skill *skill,
		    struct strings *out, struct error *err);
/* Lines of the function's definition in the text; false where it has none. */
bool scan_code_function(const char *text, const char *name, uint32_t *first, uint32_t *last);
/* Do these lines hold one word of each of the skill's keywords? */
bool scan_code_keywords(const struct skill *skill, const char *text, uint32_t first, uint32_t last);
/* The name in the source of a symbol: without ".constprop.0" and the like. The caller's. */
char *scan_code_name(const char *symbol);

#endif
