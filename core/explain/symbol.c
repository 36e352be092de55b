/* Names of functions as people wrote them; see symbol.h. */
#include "core/explain/symbol.h"

#include <string.h>

static void
cut_suffixes(struct str *name)
{
	static const char *const marks[] = { ".isra.",    ".constprop.", ".part.", ".cold",
					     ".lto_priv", ".llvm.",      "@" };

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		const char *at = strstr(name->data, marks[i]);

		if (at != NULL && at > name->data)
			str_truncate(name, (size_t)(at - name->data));
	}
}

/* Drops what stands between < and >, unless the operator is what is named. */
static void
add_without_templates(const char *name, struct str *out)
{
	int depth = 0;

	if (strstr(name, "operator") != NULL || strchr(name, '<') == NULL || *name == '<') {
		str_add(out, name);
		return;
	}
	for (; *name != '\0'; name++) {
		depth += *name == '<';
		if (depth == 0)
			str_add_char(out, *name);
		depth -= *name == '>' && depth > 0;
	}
}

/* Parameters begin at the first ( that is not Go's (*Type) or C++'s (anonymous namespace). */
static void
cut_parameters(struct str *name)
{
	for (size_t i = 1; i < name->len; i++) {
		char before = name->data[i - 1];

		if (name->data[i] == '(' && before != '.' && before != ':') {
			str_truncate(name, i);
			return;
		}
	}
}

void
symbol_plain(const char *name, struct str *out)
{
	str_clear(out);
	add_without_templates(name, out);
	cut_parameters(out);
	cut_suffixes(out);
	str_trim(out);
}

const char *
symbol_base(const char *plain)
{
	const char *base = plain;

	for (const char *at = plain; *at != '\0'; at++) {
		bool separates = *at == '.' || *at == ':' || *at == '/';

		if (separates && at[1] != '\0' && at > plain)
			base = at + 1;
	}
	return base;
}

static bool
ends_at_separator(const char *whole, const char *end)
{
	size_t whole_length = strlen(whole), length = strlen(end);
	char before;

	if (length == 0 || whole_length <= length ||
	    strcmp(whole + whole_length - length, end) != 0)
		return false;
	before = whole[whole_length - length - 1];
	return before == '.' || before == ':' || before == '/';
}

bool
symbol_same(const char *a, const char *b)
{
	return strcmp(a, b) == 0 || ends_at_separator(a, b) || ends_at_separator(b, a);
}
