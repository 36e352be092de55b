/*
 * SHA-256 (FIPS 180-4). Trust in a skill belongs to its content, so the
 * content needs a name that nobody can forge. Used by the skill catalogue.
 */
#ifndef HEADROOM_GUIDE_DIGEST_H
#define HEADROOM_GUIDE_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#define DIGEST_TEXT_SIZE 65 /* 64 lower-case hex digits and NUL */

struct digest {
	uint32_t state[8];
	uint64_t length; /* bytes so far */
	unsigned char block[64];
};

void digest_init(struct digest *digest);
void digest_add(struct digest *digest, const void *data, size_t length);
/* Ends the digest; it must be initialised again before further use. Returns text. */
char *digest_finish(struct digest *digest, char text[DIGEST_TEXT_SIZE]);
/* All at once. */
char *digest_of(const void *data, size_t length, char text[DIGEST_TEXT_SIZE]);

#endif
