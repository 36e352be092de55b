/*
 * Texts as bags of words, and how alike two are: cosine similarity of TF-IDF
 * vectors (Salton and Buckley 1988). Identifiers count whole and in their
 * parts (json_escapeFast: json_escapefast, json, escape, fast). Private to core/explain.
 */
#ifndef HEADROOM_EXPLAIN_WORDS_H
#define HEADROOM_EXPLAIN_WORDS_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/intern.h"

#define WORDS_BAG_MAX 4000 /* different words of one text; the rest is not looked at */
#define WORDS_LENGTH_MAX 100

struct word_count {
	uint32_t word;
	double count;
};

struct word_bag {
	struct word_count *items; /* by word, after words_seal */
	size_t count, capacity;
};

/* All words of a collection of texts and in how many of them each is. */
struct words {
	struct intern table;
	uint32_t *documents; /* by word */
	size_t capacity;
	size_t document_count;
};

void words_init(struct words *words);
void words_release(struct words *words);
/* Adds the words of a text, each with this weight. NULL adds none. */
void words_add(struct words *words, struct word_bag *bag, const char *text, double weight);
/* The bag is complete: sorts it and, for a document of the collection, counts its words. */
void words_seal(struct words *words, struct word_bag *bag, int is_document);
void word_bag_release(struct word_bag *bag);
/* 0 to 1; words that are in no document count as in one. */
double
words_similarity(const struct words *words, const struct word_bag *a, const struct word_bag *b);

#endif
