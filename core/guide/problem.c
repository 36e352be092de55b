/* What is wrong with the files of a skill, collected for `skills check` and the messages. */
#include <stdarg.h>

#include "core/base/memory.h"
#include "core/base/str.h"
#include "core/base/text.h"
#include "core/base/vec.h"
#include "core/guide/playbook.h"

void
problem_list_release(struct problem_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		free(list->items[i].file);
		free(list->items[i].text);
	}
	vec_release(list);
}

void
problem_add(struct problem_list *list, const char *file, uint32_t line, bool is_error,
	    const char *format, ...)
{
	struct str raw;
	va_list args;
	/* Errors decide whether a skill is used: warnings must not crowd them out. */
	if (list->count >= (size_t)PROBLEMS_MAX * (is_error ? 2 : 1))
		return;
	str_init(&raw, STR_MAX_LINE);
	va_start(args, format);
	str_addv(&raw, format, args);
	va_end(args);
	vec_push(list, (struct problem){ .file = text_safe(file),
					 .line = line,
					 .is_error = is_error,
					 .text = text_safe(raw.data) });
	str_release(&raw);
}

size_t
problem_errors(const struct problem_list *list)
{
	size_t errors = 0;
	for (size_t i = 0; i < list->count; i++)
		errors += list->items[i].is_error;
	return errors;
}
