/* Search by regular expression; see find.h. */
#include "core/explain/find.h"

#include <ctype.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/explain/tree_tails.h"

#define NAMES_BETWEEN_LOOKS 1024

struct find_pattern {
	char *text;
	bool literal; /* no special characters: found without the machine */
	bool any_case;
	regex_t regex;
};

/* ---- the pattern ---- */

static bool
has_upper(const char *text)
{
	while (*text != '\0' && !isupper((unsigned char)*text))
		text++;
	return *text != '\0';
}

/* The largest number of "{2,30}" or what comes before its end; 1 where it is no interval. */
static unsigned long
largest_repeat(const char *brace)
{
	unsigned long largest = 1;

	for (const char *at = brace + 1; *at != '\0' && *at != '}'; at++) {
		unsigned long number;
		char *end;

		if (!isdigit((unsigned char)*at))
			continue;
		number = strtoul(at, &end, 10);
		largest = number > largest ? number : largest;
		at = end - 1;
	}
	return largest;
}

/* Repetitions nest: their product bounds the machine that regcomp makes of them. */
static int
check_pattern(const char *text, struct error *err)
{
	unsigned long product = 1;

	if (strlen(text) > FIND_PATTERN_MAX)
		return error_set(err, ERROR_USAGE, "the pattern is longer than %d bytes",
				 FIND_PATTERN_MAX);
	for (const char *at = text; *at != '\0'; at++) {
		if (*at == '\\' && at[1] != '\0') {
			if (isdigit((unsigned char)at[1]))
				return error_set(err, ERROR_USAGE,
						 "a pattern must not refer back (\\%c)", at[1]);
			at++;
		} else if (*at == '{') {
			unsigned long repeat = largest_repeat(at);

			if (repeat > FIND_REPEATS_MAX || product * repeat > FIND_REPEATS_MAX)
				return error_set(err, ERROR_USAGE,
						 "the pattern repeats more than %d times",
						 FIND_REPEATS_MAX);
			product *= repeat;
		}
	}
	return 0;
}

int
find_pattern_make(struct find_pattern **out, const char *pattern, struct error *err)
{
	struct find_pattern *made;
	char why[120];
	int code;

	*out = NULL;
	if (check_pattern(pattern, err) < 0)
		return -1;
	made = memory_alloc(sizeof(*made));
	made->any_case = !has_upper(pattern);
	made->literal = strpbrk(pattern, "\\^$.[]|()*+?{}") == NULL;
	made->text = memory_string(pattern);
	code = made->literal ? 0
			     : regcomp(&made->regex, pattern,
				       REG_EXTENDED | REG_NOSUB | (made->any_case ? REG_ICASE : 0));
	if (code != 0) {
		regerror(code, &made->regex, why, sizeof(why));
		free(made->text);
		free(made);
		return error_set(err, ERROR_USAGE, "%s", why);
	}
	*out = made;
	return 0;
}

void
find_pattern_free(struct find_pattern *pattern)
{
	if (pattern == NULL)
		return;
	if (!pattern->literal)
		regfree(&pattern->regex);
	free(pattern->text);
	free(pattern);
}

bool
find_pattern_matches(const struct find_pattern *pattern, const char *text)
{
	if (!pattern->literal)
		return regexec(&pattern->regex, text, 0, NULL, 0) == 0;
	return pattern->any_case ? text_contains_nocase(text, pattern->text)
				 : strstr(text, pattern->text) != NULL;
}

/* ---- in a tree ---- */

/* Nodes that the tree has grown since are added at the end. */
static void
index_nodes(struct find *find)
{
	const struct tree *tree = find->tree;

	if (find->indexed == tree->count)
		return;
	find->names = memory_resize(find->names, tree->count, sizeof(*find->names));
	find->parents = memory_resize(find->parents, tree->count, sizeof(*find->parents));
	find->under = memory_resize(find->under, tree->count, 1);
	for (uint32_t i = find->indexed; i < tree->count; i++) {
		find->names[i] = tree->nodes[i].name;
		find->parents[i] = tree->nodes[i].parent;
	}
	find->indexed = tree->count;
}

void
find_init(struct find *find, const struct tree *tree)
{
	*find = (struct find){ .tree = tree, .largest = TREE_NONE };
	index_nodes(find);
}

void
find_release(struct find *find)
{
	free(find->pattern);
	free(find->matches);
	free(find->names);
	free(find->parents);
	free(find->under);
	*find = (struct find){ 0 };
}

/* Only names that matched can match the longer one, where both are plain text. */
static bool
narrows(const struct find *find, const struct find_pattern *pattern)
{
	return find->matches != NULL && pattern->literal &&
	       strpbrk(find->pattern, "\\^$.[]|()*+?{}") == NULL &&
	       has_upper(find->pattern) == !pattern->any_case &&
	       strstr(pattern->text, find->pattern) != NULL;
}

static uint8_t *
match_names(struct find *find, const struct find_pattern *pattern, const struct progress *progress)
{
	uint32_t count = tree_name_count(find->tree);
	uint8_t *matches = memory_alloc_array((size_t)count + 1, 1);
	bool narrower = narrows(find, pattern);

	for (uint32_t i = 0; i < count; i++) {
		if (i % NAMES_BETWEEN_LOOKS == 0 && progress_cancelled(progress)) {
			free(matches);
			return NULL;
		}
		matches[i] = (!narrower || find->matches[i]) &&
			     find_pattern_matches(pattern, tree_name_text(find->tree, i));
	}
	return matches;
}

static void
add_match(struct find *find, uint32_t node, const double total[2], double *most)
{
	double weight = total[0] * find->tree->scale.factor[0];

	if (total[1] * find->tree->scale.factor[1] > weight)
		weight = total[1] * find->tree->scale.factor[1];
	find->total[0] += total[0];
	find->total[1] += total[1];
	if (weight > *most) {
		*most = weight;
		find->largest = node;
	}
}

/* Parents come before their children, so one pass knows what lies under a match. */
static void
pass_over_nodes(struct find *find, double *most)
{
	const uint32_t *names = find->names, *parents = find->parents;
	const uint8_t *matches = find->matches;
	uint8_t *under = find->under;
	uint32_t count = 0;

	find->total[0] = find->total[1] = 0;
	find->largest = TREE_NONE;
	under[TREE_ROOT] = 0;
	for (uint32_t i = 1; i < find->indexed; i++) {
		uint8_t match = matches[names[i]], covered = under[parents[i]];

		under[i] = match | covered;
		count += match;
		if (match > covered)
			add_match(find, i, find->tree->nodes[i].total, most);
	}
	find->count = count;
}

static uint32_t
matches_in(const uint32_t *frames, uint32_t count, const uint8_t *matches)
{
	uint32_t found = 0;

	for (uint32_t i = 0; i < count; i++)
		found += matches[frames[i]];
	return found;
}

/* The frames that have no node yet count as the nodes they would be: one a frame. */
static void
pass_over_tails(struct find *find, double *most)
{
	const struct tree_tails *tails = find->tree->tails;
	uint8_t *by_frame;

	if (tails == NULL || tails->frames == 0)
		return;
	by_frame = memory_alloc_array((size_t)tails->view.frames + 1, 1);
	for (uint32_t f = 0; f < tails->view.frames; f++)
		by_frame[f] = find->matches[tails->view.name_of[f]];
	for (size_t s = 0; s < tails->stacks; s++) {
		const struct tree_tail *tail = &tails->of[s];
		uint32_t found, head = find->tree->leaf_of[s];

		if (tail->count == 0)
			continue;
		found = matches_in(tail->frames, tail->count, by_frame);
		find->count += found;
		if (found > 0 && !find->under[head])
			add_match(find, head, tail->weight, most);
	}
	free(by_frame);
}

static void
add_up(struct find *find)
{
	double most = -1;

	index_nodes(find);
	pass_over_nodes(find, &most);
	pass_over_tails(find, &most);
	for (int side = 0; side < 2; side++) {
		double samples = find->tree->samples[side];

		find->share[side] = samples > 0 ? find->total[side] / samples : 0;
	}
}

static void
forget(struct find *find)
{
	free(find->pattern);
	free(find->matches);
	find->pattern = NULL;
	find->matches = NULL;
	find->name_matches = find->count = 0;
	find->largest = TREE_NONE;
	memset(find->total, 0, sizeof(find->total));
	memset(find->share, 0, sizeof(find->share));
}

int
find_set(struct find *find, const char *pattern, const struct progress *progress, struct error *err)
{
	struct find_pattern *made;
	uint8_t *matches;

	if (pattern == NULL || pattern[0] == '\0') {
		forget(find);
		return 0;
	}
	if (find_pattern_make(&made, pattern, err) < 0)
		return -1;
	matches = match_names(find, made, progress);
	find_pattern_free(made);
	if (matches == NULL)
		return error_set(err, ERROR_CANCELLED, "cancelled");
	memory_replace_string(&find->pattern, pattern);
	free(find->matches);
	find->matches = matches;
	find->name_matches = 0;
	for (uint32_t i = 0; i < tree_name_count(find->tree); i++)
		find->name_matches += matches[i];
	add_up(find);
	return 0;
}

bool
find_is_match(const struct find *find, uint32_t node)
{
	return node != TREE_ROOT && find->matches != NULL &&
	       find->matches[find->tree->nodes[node].name] != 0;
}
