/* Texts as bags of words; see words.h. */
#include "core/explain/words.h"

#include <ctype.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/vec.h"

void
words_init(struct words *words)
{
	*words = (struct words){ 0 };
	intern_init(&words->table);
}

void
words_release(struct words *words)
{
	intern_release(&words->table);
	free(words->documents);
	*words = (struct words){ 0 };
}

void
word_bag_release(struct word_bag *bag)
{
	vec_release(bag);
}

/* One lower-case word; single letters and numbers say nothing. */
static void
add_word(struct words *words, struct word_bag *bag, const char *text, size_t length, double weight)
{
	char lower[WORDS_LENGTH_MAX];
	bool has_letter = false;

	if (length < 2 || length > sizeof(lower) || bag->count >= WORDS_BAG_MAX * 4)
		return;
	for (size_t i = 0; i < length; i++) {
		lower[i] = (char)tolower((unsigned char)text[i]);
		has_letter = has_letter || isalpha((unsigned char)text[i]);
	}
	if (has_letter)
		vec_push(bag,
			 (struct word_count){ intern_add(&words->table, lower, length), weight });
}

static bool
is_identifier(char byte)
{
	return isalnum((unsigned char)byte) || byte == '_';
}

/* Does a part end between these two bytes of an identifier? next is what follows b. */
static bool
parts_here(char a, char b, char next)
{
	if (a == '_' || b == '_')
		return true;
	if (islower((unsigned char)a) && isupper((unsigned char)b))
		return true;
	return isupper((unsigned char)a) && isupper((unsigned char)b) &&
	       islower((unsigned char)next);
}

static void
add_identifier(struct words *words, struct word_bag *bag, const char *text, size_t length,
	       double weight)
{
	size_t begin = 0;

	for (size_t i = 1; i <= length; i++) {
		char next = i + 1 < length ? text[i + 1] : '\0';

		if (i < length && !parts_here(text[i - 1], text[i], next))
			continue;
		if (begin > 0 || i < length) /* a part, not the whole, which is added below */
			add_word(words, bag, text + begin, i - begin, weight);
		begin = i;
		begin += i < length && text[i] == '_';
	}
	add_word(words, bag, text, length, weight);
}

void
words_add(struct words *words, struct word_bag *bag, const char *text, double weight)
{
	while (text != NULL && *text != '\0') {
		size_t length = 0;

		while (is_identifier(text[length]))
			length++;
		if (length > 0)
			add_identifier(words, bag, text, length, weight);
		text += length > 0 ? length : 1;
	}
}

static int
compare_words(const void *a, const void *b)
{
	uint32_t x = ((const struct word_count *)a)->word;
	uint32_t y = ((const struct word_count *)b)->word;

	return (x > y) - (x < y);
}

static void
count_document(struct words *words, const struct word_bag *bag)
{
	size_t old = words->capacity, wanted = words->table.count;

	if (wanted > old) {
		words->documents =
			vec_grow(words->documents, &words->capacity, wanted, sizeof(uint32_t));
		memset(words->documents + old, 0, (words->capacity - old) * sizeof(uint32_t));
	}
	for (size_t i = 0; i < bag->count; i++)
		words->documents[bag->items[i].word]++;
	words->document_count++;
}

void
words_seal(struct words *words, struct word_bag *bag, int is_document)
{
	size_t kept = 0;

	if (bag->count > 0)
		qsort(bag->items, bag->count, sizeof(*bag->items), compare_words);
	for (size_t i = 0; i < bag->count; i++) {
		if (kept > 0 && bag->items[kept - 1].word == bag->items[i].word)
			bag->items[kept - 1].count += bag->items[i].count;
		else
			bag->items[kept++] = bag->items[i];
	}
	bag->count = kept < WORDS_BAG_MAX ? kept : WORDS_BAG_MAX;
	if (is_document)
		count_document(words, bag);
}

/* log(1 + tf) * log(1 + N / df): a word that every text has counts little. */
static double
weight_of(const struct words *words, const struct word_count *item)
{
	double documents = 1;

	if (item->word < words->capacity && words->documents[item->word] > 0)
		documents = words->documents[item->word];
	return log1p(item->count) * log1p((double)words->document_count / documents);
}

static double
length_of(const struct words *words, const struct word_bag *bag)
{
	double sum = 0;

	for (size_t i = 0; i < bag->count; i++) {
		double weight = weight_of(words, &bag->items[i]);

		sum += weight * weight;
	}
	return sqrt(sum);
}

double
words_similarity(const struct words *words, const struct word_bag *a, const struct word_bag *b)
{
	double sum = 0, length = length_of(words, a) * length_of(words, b);
	size_t i = 0, j = 0;

	while (i < a->count && j < b->count) {
		if (a->items[i].word < b->items[j].word) {
			i++;
		} else if (a->items[i].word > b->items[j].word) {
			j++;
		} else {
			sum += weight_of(words, &a->items[i++]) * weight_of(words, &b->items[j++]);
		}
	}
	return length > 0 ? fmin(sum / length, 1) : 0;
}
