/* Allocation that cannot fail; see memory.h. Called by every layer. */
#include "core/base/memory.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

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

/*
 * A wish: nothing is lost where the kernel does not grant it. It goes for whole pages from the
 * first one of the block to the last, because a mapping that is of two kinds cannot be moved by
 * realloc any more: all of it would be copied.
 */
static void
wish_huge_pages(char *block, size_t bytes)
{
#ifdef MADV_HUGEPAGE
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t before = (uintptr_t)block % page;

	if (bytes < LARGE_LEAST)
		return;
#ifdef __GLIBC__
	bytes = malloc_usable_size(block);
#endif
	(void)madvise(block - before, before + bytes, MADV_HUGEPAGE);
#else
	(void)block;
	(void)bytes;
#endif
}

void *
memory_alloc_large(size_t count, size_t size)
{
	char *block = memory_alloc_array(count, size);

	wish_huge_pages(block, count * size);
	return block;
}

/* A leak checker looks for pointers in what malloc gave, and not in mappings. */
#if defined(__SANITIZE_ADDRESS__)
#define BLOCKS_OF_MALLOC 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define BLOCKS_OF_MALLOC 1
#endif
#endif

#if defined(__GLIBC__) && !defined(BLOCKS_OF_MALLOC)
#define PREPARED ((size_t)32 * 1024 * 1024)
#define MAPPED_FROM (4 * 1024 * 1024) /* what is larger gets a mapping of its own */

/*
 * A heap grows by pieces of some pages whose every page faults. One that has been large once
 * stays so, and its pages come in huge ones as long as nobody has touched them: in one piece,
 * because the heads of several would.
 */
void
memory_prepare_thread(void)
{
	char *piece;

	mallopt(M_TRIM_THRESHOLD, 2 * (int)PREPARED);
	mallopt(M_MMAP_THRESHOLD, (int)PREPARED);
	piece = malloc(PREPARED - 4096);
	mallopt(M_MMAP_THRESHOLD, MAPPED_FROM);
	if (piece != NULL)
		wish_huge_pages(piece, PREPARED - 4096);
	free(piece);
}
#else
void
memory_prepare_thread(void)
{
}
#endif

void *
memory_block(void)
{
#ifdef BLOCKS_OF_MALLOC
	return memory_alloc(MEMORY_BLOCK);
#else
	char *map = mmap(NULL, 2 * MEMORY_BLOCK, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	size_t skip;

	if (map == MAP_FAILED)
		exhausted();
	skip = (MEMORY_BLOCK - (uintptr_t)map % MEMORY_BLOCK) % MEMORY_BLOCK;
	if (skip > 0)
		munmap(map, skip);
	munmap(map + skip + MEMORY_BLOCK, MEMORY_BLOCK - skip);
#ifdef MADV_HUGEPAGE
	(void)madvise(map + skip, MEMORY_BLOCK, MADV_HUGEPAGE);
#endif
	return map + skip;
#endif
}

void
memory_block_free(void *block)
{
#ifdef BLOCKS_OF_MALLOC
	free(block);
#else
	if (block != NULL)
		munmap(block, MEMORY_BLOCK);
#endif
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
	wish_huge_pages(block, bytes);
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
