/* Frame lines of perf script; see perf_frame.h. Called by perf_script.c. */
#include "core/collect/perf_frame.h"

#include <stdio.h>
#include <string.h>

#define KERNEL_ADDRESS_DIGITS 16
static const char inlined_mark[] = " (inlined)";

static bool
is_hex(char byte)
{
	return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'f');
}

static bool
ends_with(const char *text, size_t length, const char *suffix)
{
	size_t size = strlen(suffix);

	return length >= size && memcmp(text + length - size, suffix, size) == 0;
}

static bool
contains(const char *text, size_t length, const char *part)
{
	return memmem(text, length, part, strlen(part)) != NULL;
}

/* [kernel.kallsyms], a module in brackets or on disk, a vmlinux; not what user space has in
 * brackets. */
static bool
is_kernel_module(const char *module, size_t length)
{
	static const char *const user[] = { "[unknown]", "[vdso]",     "[vdso32]",
					    "[heap]",    "[stack",     "[anon",
					    "[uprobes]", "[vsyscall]", "[JIT" };

	if (length == 0)
		return false;
	if (module[0] != '[')
		return ends_with(module, length, "vmlinux") || ends_with(module, length, ".ko") ||
		       ends_with(module, length, ".ko.xz") || ends_with(module, length, ".ko.zst");
	for (size_t i = 0; i < sizeof(user) / sizeof(user[0]); i++)
		if (length >= strlen(user[i]) && memcmp(module, user[i], strlen(user[i])) == 0)
			return false;
	return true;
}

/* perf-PID.map of JIT compilers, jitted-PID-N.so of perf inject, .NET's doublemapper. */
static bool
is_jit_module(const char *module, size_t length)
{
	return (contains(module, length, "/perf-") && ends_with(module, length, ".map")) ||
	       contains(module, length, "/jitted-") || contains(module, length, "[JIT") ||
	       contains(module, length, "memfd:doublemapper");
}

/* Where the last balanced "(...)" opens; NULL where the text does not end in one. */
static const char *
module_open(const char *from, const char *to)
{
	int depth = 0;

	if (to == from || to[-1] != ')')
		return NULL;
	for (const char *at = to - 1; at >= from; at--) {
		if (*at == ')')
			depth++;
		else if (*at == '(' && --depth == 0)
			return at == from || at[-1] == ' ' ? at : NULL;
	}
	/* Unbalanced: a module's path holds a lone parenthesis. The last " (" has to do. */
	for (const char *at = to - 1; at > from; at--)
		if (*at == '(' && at[-1] == ' ')
			return at;
	return NULL;
}

/* Length without "+0x1f" at the end. */
static size_t
without_offset(const char *text, size_t length)
{
	size_t at = length;

	while (at > 0 && is_hex(text[at - 1]))
		at--;
	if (at == length || at < 3 || memcmp(text + at - 3, "+0x", 3) != 0)
		return length;
	return at - 3;
}

/* perf says "[unknown]"; the module in its place keeps unknown code of different places apart. */
static void
name_unknown(struct perf_frame *out)
{
	struct sample_frame *frame = &out->frame;
	const char *module = frame->module, *base;
	size_t length = frame->module_length;

	if (frame->kind != FRAME_KERNEL && frame->kind != FRAME_JIT)
		frame->kind = FRAME_UNKNOWN;
	frame->function_length = 0;
	if (length == 0)
		return;
	base = memrchr(module, '/', length);
	if (base != NULL) {
		length -= (size_t)(base + 1 - module);
		module = base + 1;
	}
	if (length > 0 && module[0] == '[') {
		frame->function = module; /* in brackets already */
		frame->function_length = length;
		return;
	}
	frame->function = out->name;
	frame->function_length = (size_t)snprintf(out->name, sizeof(out->name), "[%.*s]",
						  length > 255 ? 255 : (int)length, module);
}

static void
set_module(struct sample_frame *frame, const char *module, size_t length)
{
	length = without_offset(module, length); /* -F +dsoff */
	if (length == sizeof("[unknown]") - 1 && memcmp(module, "[unknown]", length) == 0)
		length = 0;
	frame->module = module;
	frame->module_length = length;
	if (frame->kind == FRAME_INLINED)
		return;
	if (length == 0)
		frame->kind = FRAME_USER; /* perf looked and found nothing, whatever the address */
	else if (is_kernel_module(module, length))
		frame->kind = FRAME_KERNEL;
	else if (is_jit_module(module, length))
		frame->kind = FRAME_JIT;
}

/* [from, to) is what follows the address. */
static void
parse_symbol(struct perf_frame *out, const char *from, const char *to)
{
	struct sample_frame *frame = &out->frame;
	static const char unknown[] = "[unknown]";
	const char *open;

	if (ends_with(from, (size_t)(to - from), inlined_mark)) {
		frame->kind = FRAME_INLINED;
		to -= sizeof(inlined_mark) - 1;
	}
	open = module_open(from, to);
	if (open != NULL) {
		set_module(frame, open + 1, (size_t)(to - 1 - (open + 1)));
		to = open;
	}
	while (to > from && to[-1] == ' ')
		to--;
	frame->function = from;
	frame->function_length = without_offset(from, (size_t)(to - from));
	if (frame->function_length == 0 || (frame->function_length == sizeof(unknown) - 1 &&
					    memcmp(from, unknown, sizeof(unknown) - 1) == 0))
		name_unknown(out);
}

bool
perf_frame_parse(struct perf_frame *out, const char *line, size_t length)
{
	const char *end = line + length, *from = line, *address;

	while (from < end && (*from == ' ' || *from == '\t'))
		from++;
	address = from;
	while (from < end && is_hex(*from))
		from++;
	if (from == address || from - address > 16 || (from < end && *from != ' '))
		return false;
	*out = (struct perf_frame){ .address_width = (unsigned)(from - line) };
	if (from - address == KERNEL_ADDRESS_DIGITS && memcmp(address, "ffff", 4) == 0)
		out->frame.kind = FRAME_KERNEL;
	while (from < end && *from == ' ')
		from++;
	while (end > from && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	parse_symbol(out, from, end);
	return true;
}

bool
perf_frame_source(struct sample_frame *frame, const char *line, size_t length)
{
	const char *end = line + length, *colon;
	uint64_t number = 0;

	while (line < end && *line == ' ')
		line++;
	if (ends_with(line, (size_t)(end - line), inlined_mark)) {
		frame->kind = FRAME_INLINED;
		end -= sizeof(inlined_mark) - 1;
	}
	if (line < end && line[0] == '[')
		return true; /* [module][address]: no source is known */
	colon = memrchr(line, ':', (size_t)(end - line));
	if (colon == NULL || colon == line || colon + 1 == end)
		return false;
	for (const char *at = colon + 1; at < end && *at != ' '; at++) {
		if (*at < '0' || *at > '9' || number > UINT32_MAX / 16)
			return false;
		number = number * 10 + (uint64_t)(*at - '0');
	}
	if (colon - line == 2 && memcmp(line, "??", 2) == 0)
		return true;
	frame->file = line;
	frame->file_length = (size_t)(colon - line);
	frame->line = (uint32_t)number;
	return true;
}

size_t
perf_frame_split(const struct sample_frame *frame, struct sample_frame *parts, size_t max)
{
	const char *rest = frame->function, *end = rest + frame->function_length, *join;
	size_t count = 0;

	while (frame->kind == FRAME_JIT && count + 1 < max && end - rest > 3 &&
	       (join = memmem(rest + 1, (size_t)(end - rest) - 3, "->", 2)) != NULL) {
		parts[count] = *frame;
		parts[count].function = rest;
		parts[count].function_length = (size_t)(join - rest);
		if (count > 0)
			parts[count].kind = FRAME_INLINED;
		count++;
		rest = join + 2;
	}
	parts[count] = *frame;
	parts[count].function = rest;
	parts[count].function_length = (size_t)(end - rest);
	if (count > 0)
		parts[count].kind = FRAME_INLINED;
	return count + 1;
}
