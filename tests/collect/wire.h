/* Protobuf messages written field by field, for tests of readers that are made from a description.
 */
#ifndef HEADROOM_TESTS_COLLECT_WIRE_H
#define HEADROOM_TESTS_COLLECT_WIRE_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/str.h"

void wire_varint(struct str *out, uint64_t value);
void wire_number(struct str *out, unsigned field, uint64_t value);
void wire_fixed(struct str *out, uint64_t value); /* without its key */
void wire_bytes(struct str *out, unsigned field, const char *data, size_t length);
void wire_text(struct str *out, unsigned field, const char *data);
/* Puts part into out as a field, and empties it. */
void wire_message(struct str *out, unsigned field, struct str *part);
void wire_packed(struct str *out, unsigned field, const uint64_t *values, size_t count);

#endif
