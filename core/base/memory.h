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
void *memory_resize(void *old, size_t count, size_t size);
void *memory_copy(const void *data, size_t size);
char *memory_string(const char *text); /* NULL stays NULL */
char *memory_string_n(const char *text, size_t length);
char *memory_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Frees *text and puts a copy of value (NULL stays NULL) in its place. */
void memory_replace_string(char **text, const char *value);

/* Called once, before the program ends for lack of memory; may be NULL. */
void memory_on_exhausted(void (*hook)(void));

#endif
