/* Protobuf, field by field; see wire.h. */
#include "tests/collect/wire.h"

#include <string.h>

void
wire_varint(struct str *out, uint64_t value)
{
	for (; value >= 0x80; value >>= 7)
		str_add_char(out, (char)(value | 0x80));
	str_add_char(out, (char)value);
}

void
wire_number(struct str *out, unsigned field, uint64_t value)
{
	wire_varint(out, field << 3);
	wire_varint(out, value);
}

void
wire_fixed(struct str *out, uint64_t value)
{
	for (int i = 0; i < 8; i++)
		str_add_char(out, (char)(value >> (8 * i)));
}

void
wire_bytes(struct str *out, unsigned field, const char *data, size_t length)
{
	wire_varint(out, field << 3 | 2);
	wire_varint(out, length);
	str_add_n(out, data, length);
}

void
wire_text(struct str *out, unsigned field, const char *data)
{
	wire_bytes(out, field, data, strlen(data));
}

/* Puts part into out as a field, and empties it. */
void
wire_message(struct str *out, unsigned field, struct str *part)
{
	wire_bytes(out, field, part->data != NULL ? part->data : "", part->len);
	str_clear(part);
}

void
wire_packed(struct str *out, unsigned field, const uint64_t *values, size_t count)
{
	struct str part;

	str_init(&part, STR_MAX_LINE);
	for (size_t i = 0; i < count; i++)
		wire_varint(&part, values[i]);
	wire_message(out, field, &part);
	str_release(&part);
}
