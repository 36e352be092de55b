/*
 * Allocation that never returns NULL: out of memory ends the program, after
 * the hook (the terminal's restore) ran. Sizes that overflow end it too.
 */
#ifndef HEADROOM_BASE_MEMORY_H
#define HEADROOM_BASE_MEMORY_H

#include <stddef.h>

void *memory_alloc(size_t size);                     /* zeroed */
void *memory_alloc_array(size_t count, size_t size); /* zeroed */
/* As memory_alloc_array, for arrays of many megabytes: asks for huge pages, which fault seldom. */
void *memory_alloc_large(size_t count, size_t size);
/*
 * MEMORY_BLOCK zeroed bytes on a boundary of as many, a huge page where the kernel has one: one
 * fault instead of 512. For what grows to many of them; freed with memory_block_free.
 */
#define MEMORY_BLOCK ((size_t)2 * 1024 * 1024)
void *memory_block(void);
void memory_block_free(void *block);
void *memory_resize(void *old, size_t count, size_t size);
void *memory_copy(const void *data, size_t size);
char *memory_string(const char *text); /* NULL stays NULL */
char *memory_string_n(const char *text, size_t length);
char *memory_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Frees *text and puts a copy of value (NULL stays NULL) in its place. */
void memory_replace_string(char **text, const char *value);

/*
 * Makes the calling thread's small and middle allocations come from huge pages: at the start of
 * the program and of threads that build much. It takes no memory yet; only where malloc is glibc's.
 */
void memory_prepare_thread(void);

/* Called once, before the program ends for lack of memory; may be NULL. */
void memory_on_exhausted(void (*hook)(void));

#endif
