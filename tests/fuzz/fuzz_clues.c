/* Diffs, names and words of changes: clues stay in their bounds, likeness too. */
#include <string.h>

#include "core/base/memory.h"
#include "core/explain/diff_clues.h"
#include "core/explain/symbol.h"
#include "core/explain/words.h"
#include "tests/fuzz/fuzz.h"

static double
grown(void *user, const char *name)
{
	(void)user;
	return (double)(strlen(name) % 5) / 4 - 0.25;
}

static void
read_names(const char *text)
{
	struct str plain;

	str_init(&plain, STR_MAX_LINE);
	symbol_plain(text, &plain);
	FUZZ_REQUIRE(plain.len <= strlen(text));
	FUZZ_REQUIRE(symbol_same(plain.data, plain.data));
	FUZZ_REQUIRE(symbol_base(plain.data) >= plain.data);
	FUZZ_REQUIRE(symbol_base(plain.data) <= plain.data + plain.len);
	str_release(&plain);
}

static void
read_words(const char *text)
{
	struct words words;
	struct word_bag bag = { 0 };
	double likeness;

	words_init(&words);
	words_add(&words, &bag, text, 1);
	words_seal(&words, &bag, 1);
	likeness = words_similarity(&words, &bag, &bag);
	FUZZ_REQUIRE(bag.count == 0 ? likeness == 0 : likeness > 0.999 && likeness <= 1);
	word_bag_release(&bag);
	words_release(&words);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = memory_string_n((const char *)data, size);
	struct diff_clues clues;

	diff_clues_find(&clues, text, grown, NULL);
	FUZZ_REQUIRE(clues.score >= 0 && clues.score <= 1);
	FUZZ_REQUIRE((clues.score > 0) == (clues.phrase[0] != '\0'));
	FUZZ_REQUIRE(memchr(clues.phrase, '\0', sizeof(clues.phrase)) != NULL);
	read_names(text);
	read_words(text);
	free(text);
	return 0;
}
