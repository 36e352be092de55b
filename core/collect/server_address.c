/* Addresses of servers; see server_address.h. */
#include "core/collect/server_address.h"

#include <string.h>

#include "core/base/memory.h"

char *
server_address_shown(const char *url)
{
	const char *host = strstr(url, "://");
	const char *at;
	size_t length = strlen(url);

	while (length > 0 && url[length - 1] == '/')
		length--;
	if (host == NULL)
		return memory_string_n(url, length);
	host += 3;
	at = memrchr(host, '@', strcspn(host, "/?#"));
	if (at == NULL)
		return memory_string_n(url, length);
	return memory_format("%.*s%.*s", (int)(host - url), url, (int)(url + length - at - 1),
			     at + 1);
}

void
server_address_encode(struct str *out, const char *text)
{
	for (; *text != '\0'; text++) {
		unsigned char byte = (unsigned char)*text;

		if ((byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
		    (byte >= '0' && byte <= '9') || strchr("-_.~", byte) != NULL)
			str_add_char(out, (char)byte);
		else
			str_addf(out, "%%%02X", byte);
	}
}
