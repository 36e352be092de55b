/* Addresses of servers, as they are asked and as they are shown. Called by prometheus.c and the
 * pull of profiles. */
#ifndef HEADROOM_COLLECT_SERVER_ADDRESS_H
#define HEADROOM_COLLECT_SERVER_ADDRESS_H

#include "core/base/str.h"

/* "http://user:password@host/" is kept and told as "http://host". The caller's. */
char *server_address_shown(const char *url);
/* Text as a value in an address or a form. */
void server_address_encode(struct str *out, const char *text);

#endif
