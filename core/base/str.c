/* Growing strings with a bound; see str.h. Called by every layer. */
#include "core/base/str.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"

/* Shared by all empty strings, so that data is never NULL; never written to. */
static char empty[1];

void
str_init(struct str *str, size_t max)
{
	*str = (struct str){ .data = empty, .max = max };
}

void
str_release(struct str *str)
{
	if (str->capacity > 0)
		free(str->data);
	str_init(str, str->max);
}

void
str_clear(struct str *str)
{
	str->len = 0;
	str->overflow = false;
	if (str->capacity > 0)
		str->data[0] = '\0';
}

char *
str_take(struct str *str)
{
	char *text = str->capacity > 0 ? str->data : memory_string("");

	str_init(str, str->max);
	return text;
}

static void
reserve(struct str *str, size_t extra)
{
	size_t need = str->len + extra + 1;
	size_t capacity = str->capacity > 0 ? str->capacity : 32;

	if (need <= str->capacity)
		return;
	while (capacity < need)
		capacity *= 2;
	str->data = memory_resize(str->capacity > 0 ? str->data : NULL, capacity, 1);
	str->capacity = capacity;
}

void
str_add_n(struct str *str, const void *data, size_t length)
{
	if (str->overflow || length == 0)
		return;
	if (length > str->max - str->len) {
		length = str->max - str->len;
		str->overflow = true;
	}
	reserve(str, length);
	memcpy(str->data + str->len, data, length);
	str->len += length;
	str->data[str->len] = '\0';
}

void
str_add(struct str *str, const char *text)
{
	if (text != NULL)
		str_add_n(str, text, strlen(text));
}

void
str_add_char(struct str *str, char byte)
{
	str_add_n(str, &byte, 1);
}

void
str_add_repeated(struct str *str, char byte, size_t times)
{
	while (times-- > 0 && !str->overflow)
		str_add_n(str, &byte, 1);
}

void
str_addv(struct str *str, const char *format, va_list args)
{
	char small[256];
	va_list again;
	int length;

	va_copy(again, args);
	length = vsnprintf(small, sizeof(small), format, args);
	if (length >= 0 && (size_t)length < sizeof(small)) {
		str_add_n(str, small, (size_t)length);
	} else if (length >= 0) {
		char *large = memory_resize(NULL, (size_t)length + 1, 1);

		vsnprintf(large, (size_t)length + 1, format, again);
		str_add_n(str, large, (size_t)length);
		free(large);
	}
	va_end(again);
}

void
str_addf(struct str *str, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	str_addv(str, format, args);
	va_end(args);
}

void
str_truncate(struct str *str, size_t length)
{
	if (length >= str->len)
		return;
	str->len = length;
	str->data[length] = '\0';
}

void
str_trim(struct str *str)
{
	size_t start = 0;

	while (str->len > 0 && isspace((unsigned char)str->data[str->len - 1]))
		str_truncate(str, str->len - 1);
	while (start < str->len && isspace((unsigned char)str->data[start]))
		start++;
	if (start > 0) {
		memmove(str->data, str->data + start, str->len - start + 1);
		str->len -= start;
	}
}
