/*
 * Texts of a playbook with places to fill: "share ${answer.before|percent}".
 * What is filled in is text and only text: it is not read for places again,
 * and never a command or code. "$${" writes "${".
 */
#ifndef HEADROOM_GUIDE_TEMPLATE_H
#define HEADROOM_GUIDE_TEMPLATE_H

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/str.h"

#define TEMPLATE_VALUE_MAX 2000 /* bytes of one filled-in value; the rest is cut */

/*
 * Appends the filled text, made safe for a terminal line. An absent value is
 * "unknown". After | comes how a value is written: percent, points, count,
 * cores, watts, p, short (12 characters), time, day, hours, lines (a list, one a line).
 */
void template_text(struct str *out, const char *template, const struct json *facts);
/*
 * The arguments of a tool: a copy of the tree where a text that is one whole
 * place takes the value with its type (and is left out where it is absent),
 * and other texts are filled in. The caller's.
 */
struct json *template_arguments(const struct json *template, const struct json *facts);
/* Are all places well-formed, with known ways of writing? ERROR_INPUT. */
int template_check(const char *template, struct error *err);

#endif
