/*
 * The conditions of a playbook: `answer.p < 1e-6 and not exists answer.end`.
 * A small language over JSON: paths, numbers, texts in quotes, true, false,
 * null, + - * /, == != < <= > >=, contains, exists PATH, count(PATH),
 * least(LIST, MEMBER), most(LIST, MEMBER), and, or, not, parentheses. No
 * variables are set, nothing is called, every condition ends: its time is
 * bounded by its length and the sizes of the lists.
 *
 * A comparison with something that is absent, or of a text with a number, is
 * false (also !=): ask `exists` first where that matters. A value alone is
 * true when it is true, a number other than 0, or a text, list or object that
 * is not empty.
 */
#ifndef HEADROOM_GUIDE_CONDITION_H
#define HEADROOM_GUIDE_CONDITION_H

#include <stdbool.h>

#include "core/base/error.h"
#include "core/base/json.h"

#define CONDITION_LENGTH_MAX 2000 /* bytes */
#define CONDITION_DEPTH_MAX 32    /* of parentheses and not */
#define CONDITION_PATH_MAX 200

struct condition;

/* ERROR_INPUT names the column. */
int condition_parse(struct condition **out, const char *text, struct error *err);
void condition_free(struct condition *condition);
/* facts is what paths start from. Never fails. */
bool condition_holds(const struct condition *condition, const struct json *facts);

#endif
