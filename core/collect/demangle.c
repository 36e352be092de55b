/*
 * Mangled names by way of libiberty; see demangle.h. A symbol of a few hundred bytes can
 * stand for a name of gigabytes (each back reference may double it), so the callback that
 * takes the pieces ends the work by a jump once the bound is met. That loses nothing: the
 * callback forms of the demanglers keep all they have on the stack.
 */
#include "core/collect/demangle.h"

#include <string.h>

#ifdef HAVE_LIBIBERTY
#include <libiberty/demangle.h>
#include <setjmp.h>

struct pieces {
	struct str *out;
	jmp_buf full;
};

static void
take(const char *text, size_t length, void *user)
{
	struct pieces *pieces = user;

	str_add_n(pieces->out, text, length);
	if (pieces->out->overflow)
		longjmp(pieces->full, 1);
}

static bool
read_symbol(struct pieces *pieces, const char *symbol)
{
	if (setjmp(pieces->full) != 0)
		return false;
	if (rust_demangle_callback(symbol, DMGL_NO_OPTS, take, pieces) != 0)
		return true;
	str_clear(pieces->out);
	return cplus_demangle_v3_callback(symbol, DMGL_ANSI, take, pieces) != 0;
}
#endif

bool
demangle_is_mangled(const char *symbol, size_t length)
{
	if (length > 3 && symbol[0] == '_' && symbol[1] == '_') /* macOS adds one */
		symbol++;
	return length > 3 && symbol[0] == '_' && (symbol[1] == 'Z' || symbol[1] == 'R');
}

bool
demangle(struct str *out, const char *symbol, size_t length)
{
	bool known = false;

	str_clear(out);
	if (!demangle_is_mangled(symbol, length) || length > DEMANGLE_SYMBOL_MAX ||
	    memchr(symbol, '\0', length) != NULL)
		return false;
#ifdef HAVE_LIBIBERTY
	char copy[DEMANGLE_SYMBOL_MAX + 1];
	struct pieces pieces = { .out = out };

	memcpy(copy, symbol, length);
	copy[length] = '\0';
	known = read_symbol(&pieces, copy[1] == '_' ? copy + 1 : copy) && out->len > 0;
#endif
	if (!known)
		str_clear(out);
	return known;
}
