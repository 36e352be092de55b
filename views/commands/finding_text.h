/* A finding in words, for the commands that print findings to a person. */
#ifndef HEADROOM_VIEWS_COMMANDS_FINDING_TEXT_H
#define HEADROOM_VIEWS_COMMANDS_FINDING_TEXT_H

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/store/finding.h"
#include "views/commands/session.h"

/* The inbox as columns. */
void finding_text_rows(struct session *session, const struct finding_rows *rows);
/* One finding with evidence, impact, suspects and history. */
int finding_text_whole(struct session *session, const struct finding *finding, struct error *err);
/* Its suspects with their factors and why. */
void finding_text_suspects(struct session *session, const struct finding *finding);
/* "3.20 -> 7.91 %" or, with a unit, "120 ms -> 150 ms"; "+141 cores", "+4.7 points" or "+12 %". */
char *finding_text_change(double before, double after, const char *unit, char *buffer, size_t size);
/* "0.05 points", or the value in its unit. */
char *finding_text_delta(double delta, const char *unit, char buffer[TEXT_NUMBER_SIZE]);
char *finding_text_impact(const struct finding_row *row, char *buffer, size_t size);

#endif
