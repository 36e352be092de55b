/* How alike names are, for functions and metrics. Called by rename.c and duplicate.c. */
#ifndef HEADROOM_DETECT_NAMES_H
#define HEADROOM_DETECT_NAMES_H

#include <stddef.h>

#define NAMES_BUCKETS 4096

/*
 * Weights of the 2- and 3-grams of a set of names by how few of them have one (term frequency times
 * inverse document frequency, as FBDetect compares metrics; Salton and Buckley 1988), grams hashed
 * into buckets, letters without case. Zeroed is empty.
 */
struct names_weights {
	double weight[NAMES_BUCKETS];
};

void names_weigh(struct names_weights *out, const char *const *names, size_t count);

/* Cosine of the grams of two names, 0 to 1; equal names: 1. weights may be NULL: all equal. */
double names_likeness(const struct names_weights *weights, const char *a, const char *b);

#endif
