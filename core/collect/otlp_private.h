/*
 * What the files of the OpenTelemetry reader share: otlp.c (profiles, samples) and otlp_stacks.c
 * (the dictionary's tables to frames and stacks). Nobody else includes it.
 */
#ifndef HEADROOM_COLLECT_OTLP_PRIVATE_H
#define HEADROOM_COLLECT_OTLP_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/collect/otlp_profiles.pb-c.h"
#include "core/store/profile.h"

#define OTLP_TEXT_SIZE 256 /* of an attribute's value; the rest is cut */

struct otlp_text {
	const char *data;
	size_t length;
};

bool otlp_text_is(struct otlp_text text, const char *wanted);
/* Text of the string table; "" where the number is none of it. Borrowed from the message. */
struct otlp_text otlp_string(const Otlp__Dictionary *dictionary, int32_t number);
/* A value of any type as text, in room where it is a number; "" for lists and bytes. */
struct otlp_text otlp_value(const Otlp__Dictionary *dictionary, const Otlp__AnyValue *value,
			    char room[OTLP_TEXT_SIZE]);
/* The value of the attribute with this key among the numbers; length 0: none. */
struct otlp_text otlp_attribute(const Otlp__Dictionary *dictionary, const int32_t *numbers,
				size_t count, const char *key, char room[OTLP_TEXT_SIZE]);

#define OTLP_STACK_UNKNOWN UINT32_MAX /* a number that is none, or of a location that is none */

/* Frames and stacks are added to the profile when a sample first has them. */
struct otlp_stacks {
	const Otlp__Dictionary *dictionary;
	struct profile *profile;
	uint32_t *stacks; /* by number of the table: of the profile + 1; 0: not yet */
	uint32_t frames[PROFILE_DEPTH_MAX]; /* filled from the end */
};

struct otlp_stacks *otlp_stacks_new(const Otlp__Dictionary *dictionary, struct profile *profile);
void otlp_stacks_free(struct otlp_stacks *stacks);
uint32_t otlp_stack(struct otlp_stacks *stacks, int32_t number);

#endif
