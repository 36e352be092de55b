/*
 * Decimal numbers out of a slice of text, many millions of them: correctly
 * rounded as strtod does it, in no locale, without a copy. Called by the readers
 * of series and of the answers of Prometheus.
 */
#ifndef HEADROOM_BASE_NUMBER_H
#define HEADROOM_BASE_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

#define NUMBER_LENGTH_MAX 400 /* bytes; a longer one is not read */

/*
 * The whole slice is one number: optional sign, digits with one point, optional
 * exponent; no blanks, no hexadecimal, no names. False: it is not, or it is too
 * large for a double; *value is untouched.
 */
bool number_parse(const char *data, size_t length, double *value);

#endif
