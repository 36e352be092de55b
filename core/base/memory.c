/* Allocation that cannot fail; see memory.h. Called by every layer. */
#include "core/base/memory.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define LARGE_LEAST ((size_t)4 * 1024 * 1024)

static void (*exhausted_hook)(void);

void
memory_on_exhausted(void (*hook)(void))
{
	exhausted_hook = hook;
}

static _Noreturn void
exhausted(void)
{
	static const char text[] = "headroom: memory: exhausted\n";

	if (exhausted_hook != NULL)
		exhausted_hook();
	/* write(2), because stdio may allocate. */
	if (write(STDERR_FILENO, text, sizeof(text) - 1) < 0)
		_exit(3);
	_exit(3);
}

void *
memory_alloc_array(size_t count, size_t size)
{
	void *block;
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes))
		exhausted();
	block = calloc(bytes > 0 ? bytes : 1, 1);
	if (block == NULL)
		exhausted();
	return block;
}

void *
memory_alloc_large(size_t count, size_t size)
{
	char *block = memory_alloc_array(count, size);
#ifdef MADV_HUGEPAGE
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t skip = (page - (uintptr_t)block % page) % page;

	/* A wish: nothing is lost where the kernel does not grant it. */
	if (count * size >= LARGE_LEAST)
		(void)madvise(block + skip, count * size - skip, MADV_HUGEPAGE);
#endif
	return block;
}

void *
memory_alloc(size_t size)
{
	return memory_alloc_array(1, size);
}

void *
memory_resize(void *old, size_t count, size_t size)
{
	void *block;
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes))
		exhausted();
	block = realloc(old, bytes > 0 ? bytes : 1);
	if (block == NULL)
		exhausted();
	return block;
}

void *
memory_copy(const void *data, size_t size)
{
	void *block = memory_resize(NULL, size, 1);

	if (size > 0)
		memcpy(block, data, size);
	return block;
}

char *
memory_string_n(const char *text, size_t length)
{
	char *copy = memory_resize(NULL, length + 1, 1);

	if (length > 0)
		memcpy(copy, text, length);
	copy[length] = '\0';
	return copy;
}

char *
memory_string(const char *text)
{
	return text == NULL ? NULL : memory_string_n(text, strlen(text));
}

char *
memory_format(const char *format, ...)
{
	va_list args;
	char *text;
	int length;

	va_start(args, format);
	length = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (length < 0)
		exhausted();
	text = memory_resize(NULL, (size_t)length + 1, 1);
	va_start(args, format);
	vsnprintf(text, (size_t)length + 1, format, args);
	va_end(args);
	return text;
}

void
memory_replace_string(char **text, const char *value)
{
	char *copy = memory_string(value);

	free(*text);
	*text = copy;
}
