/* Names with a common beginning; see suspect_kin.h. */
#include "core/explain/suspect_kin.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

#define PREFIX_MIN 3 /* bytes: shorter ones are common by chance */

/* May a part of a name end before this byte? */
static bool
ends_part(const char *name, size_t at)
{
	if (name[at] == '\0' || name[at] == '_' || name[at - 1] == '_')
		return true;
	return islower((unsigned char)name[at - 1]) && isupper((unsigned char)name[at]);
}

static size_t
common_prefix(const char *a, const char *b)
{
	size_t same = 0;

	while (a[same] != '\0' && a[same] == b[same])
		same++;
	while (same >= PREFIX_MIN && !(ends_part(a, same) && ends_part(b, same)))
		same--;
	return same >= PREFIX_MIN ? same : 0;
}

double
suspect_kin(const struct suspect_names *names, const char *a, const char *b)
{
	const struct attribution *attribution = names->attribution;
	size_t length = common_prefix(a, b), all = 0, alike = 0;

	for (uint32_t name = 0; length > 0 && name < attribution->set->names.count; name++) {
		if (!attribution->names[name].is_owned)
			continue;
		all++;
		alike += strncmp(names->plain[name], a, length) == 0;
	}
	if (all < 2 || alike == 0)
		return 0;
	return log((double)all / (double)alike) / log((double)all);
}
