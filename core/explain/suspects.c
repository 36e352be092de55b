/*
 * Ranking the changes around a finding; see suspects.h.
 *
 * Each candidate has four factors from 0 to 1:
 *   attribution  how much of the growth the functions it touched carry (attribution.c)
 *   timing       whether it can have come into effect when the growth did (suspect_timing.c)
 *   text         likeness of its words with the subject and the growing stacks (words.c)
 *   diff         what its added lines could cost (diff_clues.c); not known without a diff
 *
 * They make odds that this change and no other is the cause,
 *
 *   odds = timing * exp(BASE + ATTRIBUTION a (1 + c) / 2 + TEXT t + DIFF (d - DIFF_USUAL))
 *
 * where c is how much of all that grew it covers (attribution.c) and a factor that is not known
 * adds nothing. One cause, or none of the candidates, is then a choice among all: score = odds / (1
 * + sum of odds). A change that touched no function (a header, a build file, a table) may work
 * anywhere: its attribution is not known and not 0, so it has UNKNOWN instead. One that touched
 * very many, a renaming or a reformatting, holds every function that grew by its breadth alone; the
 * best of m tries is no better evidence than one try is at odds divided by m, and yet large changes
 * break more than small ones (Kamei et al., "A large-scale empirical study of just-in-time
 * quality assurance", TSE 2013): the root of m lies between.
 * Where few changes came in question by their time, each is more probable before anything else is
 * known: log(CROWD / candidates), ALONE_MOST at most, is added to BASE. More candidates than that
 * take nothing away, since the sum over all of them does.
 * A metric or an imported share has no stacks (suspect_series.h): what a change touched is not
 * known and not 0, so it has NO_STACKS, a deploy DEPLOYED more, and nothing is ever likely: time
 * and words alone convict nobody.
 * So two equally good candidates share what one alone would have, and a
 * crowd of poor ones costs a good one little. The weights are round numbers
 * chosen for this: a change with no tie to the growth has odds below 1 %, one
 * that touched exactly what grew has odds of about 5, and neither words nor a
 * suspicious diff alone convict.
 */
#include "core/explain/suspects.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/detect/library.h"
#include "core/explain/attribution.h"
#include "core/explain/diff_clues.h"
#include "core/explain/diff_same.h"
#include "core/explain/suspect_names.h"
#include "core/explain/suspect_series.h"
#include "core/explain/suspect_timing.h"
#include "core/explain/suspect_why.h"
#include "core/explain/symbol.h"
#include "core/explain/words.h"
#include "core/store/change.h"
#include "core/store/telemetry.h"

#define BASE (-5.0)
#define CROWD 20.0 /* candidates, each counted by its timing, that BASE is for */
#define ALONE_MOST 2.0
#define ATTRIBUTION 6.5
#define TEXT 2.0
#define DIFF 3.0
#define DIFF_USUAL 0.3
#define INERT (-3.0)     /* documents, tests and CI only */
#define SAME_CODE (-8.0) /* the code says what it said before, so it does what it did */
#define UNKNOWN 1.5      /* touched code, and no function of it is known */
#define SWEEP 0.5        /* per factor e of functions touched beyond SWEEP_FREE */
#define SWEEP_FREE 8.0
#define NO_STACKS 1.0 /* the finding has none, so that nobody knows who touched it */
#define DEPLOYED 0.5  /* and this is what brought the changes of its time */
#define SETTING 2.0   /* configuration, flag, schema: has no functions to compare */

#define LIKELY_SCORE 0.5    /* likelier than all others and none of them together */
#define LIKELY_LEAD 2.5     /* times the second */
#define LIKELY_EVIDENCE 0.4 /* of attribution or diff: words and time alone make nothing likely */
#define LIKELY_COVERS 0.6   /* of all that grew: one that explains less is not the whole story */
#define COVERS_LEAST 0.5    /* part of the attribution that one has that covers nothing */
#define UNSURE_SCORE 0.05
#define KEPT_SCORE 0.005
#define WINDOWS_A_SIDE 64   /* nearest to the change */
#define FUNCTION_LEAST 0.05 /* attribution of a function that is listed */
#define LIBRARY_NAME_MIN 4  /* characters: shorter ones are part of too many names */
#define QUERY_LEAST 0.1     /* attribution of a function whose name describes the growth */

struct candidate {
	struct suspect suspect;
	struct word_bag words;
	double covers; /* of all growth of that time, 0 to 1 */
	double bonus;  /* on the odds' logarithm, for what kind of change it is */
	double odds;
};

struct ranker {
	struct store *store;
	const struct finding *finding;
	const struct progress *progress;
	struct window_list windows;
	struct profile_set set;
	struct selection selection;
	struct attribution attribution;
	struct change_list changes; /* without text and diff */
	struct suspect_names names;
	struct suspect_timing timing;
	struct words words;
	uint32_t *library; /* names of libraries' functions that carry growth */
	size_t library_count;
	struct candidate *candidates;
	size_t count;
};

/* ---- loading ---- */

/* The time range of the windows nearest to the change, WINDOWS_A_SIDE on each side. */
static struct time_range
nearest_windows(const struct ranker *ranker)
{
	const struct window_list *windows = &ranker->windows;
	size_t first_new = 0, from, to;

	while (first_new < windows->count &&
	       windows->items[first_new].start < ranker->finding->changed_at)
		first_new++;
	from = first_new > WINDOWS_A_SIDE ? first_new - WINDOWS_A_SIDE : 0;
	to = windows->count - first_new > WINDOWS_A_SIDE ? first_new + WINDOWS_A_SIDE
							 : windows->count;
	if (from == to)
		return (struct time_range){ 0, 0 };
	return (struct time_range){ windows->items[from].start, windows->items[to - 1].start + 1 };
}

static int
load_profiles(struct ranker *ranker, struct error *err)
{
	struct telemetry *telemetry = store_telemetry(ranker->store);
	struct window_query query = { .service = ranker->finding->service };
	struct time_range range;
	int64_t changed_at = ranker->finding->changed_at;

	if (telemetry_windows(telemetry, &query, &ranker->windows, err) < 0)
		return -1;
	range = nearest_windows(ranker);
	query.from = range.from;
	query.to = range.to;
	if (range.from != range.to && !suspect_has_no_stacks(ranker->finding) &&
	    telemetry_profiles(telemetry, &query, &ranker->set, ranker->progress, err) < 0)
		return -1;
	selection_by_time(&ranker->selection, &ranker->set,
			  (struct time_range){ INT64_MIN, changed_at },
			  (struct time_range){ changed_at, INT64_MAX });
	attribution_measure(&ranker->attribution, &ranker->set, &ranker->selection,
			    ranker->finding->subject);
	return 0;
}

static void
drop_oldest(struct change_list *changes)
{
	size_t over = changes->count > SUSPECTS_CANDIDATES_MAX
			      ? changes->count - SUSPECTS_CANDIDATES_MAX
			      : 0;

	for (size_t i = 0; i < over; i++)
		change_release(&changes->items[i]);
	if (over > 0)
		memmove(changes->items, changes->items + over,
			(changes->count - over) * sizeof(*changes->items));
	changes->count -= over;
}

static void
list_library(struct ranker *ranker)
{
	uint32_t count = ranker->set.names.count;

	ranker->library = memory_alloc_array((size_t)count + 1, sizeof(*ranker->library));
	for (uint32_t name = 0; name < count; name++) {
		if (ranker->attribution.names[name].score >= FUNCTION_LEAST &&
		    detect_is_library(intern_text(&ranker->set.names, name)))
			ranker->library[ranker->library_count++] = name;
	}
}

static int
load_changes(struct ranker *ranker, struct error *err)
{
	const struct finding *finding = ranker->finding;
	int64_t to = finding->changed_high > finding->changed_at ? finding->changed_high
								 : finding->changed_at;

	if (casebook_changes(ranker->store, finding->service, suspect_timing_from(finding), to + 1,
			     false, &ranker->changes, err) < 0)
		return -1;
	drop_oldest(&ranker->changes);
	suspect_timing_of(&ranker->timing, finding, &ranker->windows, &ranker->changes);
	suspect_names_init(&ranker->names, &ranker->attribution);
	suspect_names_learn(&ranker->names, finding, &ranker->changes);
	list_library(ranker);
	return 0;
}

/* ---- factors ---- */

/* Names under which the C library does the work of another. */
static const char *
name_in_library(const char *name)
{
	static const char *const names[][2] = { { "memcpy", "memmove" },
						{ "mempcpy", "memmove" },
						{ "calloc", "malloc" },
						{ "realloc", "malloc" } };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(name, names[i][0]) == 0)
			return names[i][1];
	}
	return name;
}

/* Code says strlen where stacks say __strlen_avx2. */
static double
grown_in_library(const struct ranker *ranker, const char *name)
{
	const char *other = name_in_library(name);
	double best = -1;

	for (size_t i = 0; i < ranker->library_count; i++) {
		uint32_t number = ranker->library[i];

		if (strstr(ranker->names.plain[number], name) != NULL ||
		    strstr(ranker->names.plain[number], other) != NULL)
			best = fmax(best, ranker->attribution.names[number].score);
	}
	return best;
}

static double
grown(void *user, const char *name)
{
	const struct ranker *ranker = user;
	struct touched touched;

	if (!suspect_names_function(&ranker->names, name, &touched))
		return strlen(name) < LIBRARY_NAME_MIN ? -1 : grown_in_library(ranker, name);
	return touched.is_lost ? 0 : touched.score;
}

static void
read_words(struct ranker *ranker, const struct change *change, struct word_bag *bag)
{
	words_add(&ranker->words, bag, change->title, 2);
	words_add(&ranker->words, bag, change->text, 1);
	for (size_t i = 0; i < change->files.count; i++)
		words_add(&ranker->words, bag, change->files.items[i], 1);
	for (size_t i = 0; i < change->function_count; i++)
		words_add(&ranker->words, bag, change->functions[i].name, 1);
	words_seal(&ranker->words, bag, 1);
}

static double
kind_bonus(const struct change *change, const struct touched *touched)
{
	bool is_inert = change->files.count > 0;

	if (strcmp(change->kind, "configuration") == 0 || strcmp(change->kind, "flag") == 0 ||
	    strcmp(change->kind, "schema") == 0)
		return SETTING;
	for (size_t i = 0; i < change->files.count; i++)
		is_inert = is_inert && path_is_inert(change->files.items[i]);
	if (is_inert)
		return INERT;
	if (change->diff != NULL && diff_is_same_code(change->diff))
		return SAME_CODE;
	if (touched->has_no_stacks && touched->function == NULL)
		return NO_STACKS + (strcmp(change->kind, "deploy") == 0 ? DEPLOYED : 0);
	if (change->function_count == 0)
		return change->files.count > 0 ? UNKNOWN : 0;
	return -SWEEP * log(fmax((double)change->function_count / SWEEP_FREE, 1));
}

static void
list_functions(const struct ranker *ranker, const struct change *change, struct suspect *suspect)
{
	for (size_t i = 0; i < change->function_count; i++) {
		struct touched touched;

		suspect_names_function(&ranker->names, change->functions[i].name, &touched);
		if (touched.score >= FUNCTION_LEAST)
			strings_add(&suspect->functions, change->functions[i].name);
	}
	strings_sort(&suspect->functions);
}

static void
make_candidate(struct ranker *ranker, const struct change *change, struct candidate *out)
{
	struct suspect *suspect = &out->suspect;
	struct diff_clues clues = { .score = NAN };
	struct touched touched;

	if (suspect_has_no_stacks(ranker->finding))
		suspect_series_change(ranker->finding, change, &touched);
	else
		suspect_names_change(&ranker->names, change, &touched);
	if (change->diff != NULL)
		diff_clues_find(&clues, change->diff, grown, ranker);
	suspect->change = change->id;
	suspect->key = memory_string(change->key);
	suspect->title = memory_string(change->title);
	suspect->author = memory_string(change->author_name);
	suspect->time = change->time;
	suspect->attribution = touched.score;
	suspect->timing = suspect_timing_score(&ranker->timing, change->time);
	suspect->diff = clues.score;
	suspect->why = suspect_why(&touched, &ranker->timing, change->time, clues.phrase);
	if (touched.has_no_stacks && touched.function != NULL)
		strings_add(&suspect->functions, touched.function);
	if (!touched.has_no_stacks)
		list_functions(ranker, change, suspect);
	read_words(ranker, change, &out->words);
	out->covers = touched.covers;
	out->bonus = kind_bonus(change, &touched);
}

static int
make_candidates(struct ranker *ranker, struct error *err)
{
	ranker->candidates =
		memory_alloc_array(ranker->changes.count + 1, sizeof(*ranker->candidates));
	for (size_t i = 0; i < ranker->changes.count; i++) {
		struct change change = { 0 };
		int result;

		if (progress_cancelled(ranker->progress))
			return error_set(err, ERROR_CANCELLED, "cancelled");
		progress_report(ranker->progress, "looking at changes", i, ranker->changes.count);
		/* One at a time: thousands of diffs at once would be gigabytes. */
		result = casebook_change_by_id(ranker->store, ranker->changes.items[i].id, &change,
					       err);
		if (result == 0)
			make_candidate(ranker, &change, &ranker->candidates[ranker->count++]);
		change_release(&change);
		if (result < 0)
			return -1;
	}
	return 0;
}

/* What the growth is called: the subject, what was merged into it, the functions that carry it. */
static void
describe_growth(struct ranker *ranker, struct word_bag *bag)
{
	const struct finding *finding = ranker->finding;

	words_add(&ranker->words, bag, finding->subject, 2);
	words_add(&ranker->words, bag, finding->file, 1);
	for (size_t i = 0; i < finding->members.count; i++)
		words_add(&ranker->words, bag, finding->members.items[i], 1);
	for (uint32_t name = 0; name < ranker->set.names.count; name++) {
		double score = ranker->attribution.names[name].score;

		if (score >= QUERY_LEAST)
			words_add(&ranker->words, bag, ranker->names.plain[name], score);
	}
	words_seal(&ranker->words, bag, 0);
}

/* ---- joining ---- */

/* What a change has before anything but the number of changes is known. */
static double
base_of(const struct ranker *ranker)
{
	double candidates = 1;

	for (size_t i = 0; i < ranker->count; i++)
		candidates += ranker->candidates[i].suspect.timing;
	return BASE + fmin(fmax(log(CROWD / candidates), 0), ALONE_MOST);
}

static double
odds_of(const struct candidate *candidate, double base)
{
	const struct suspect *suspect = &candidate->suspect;
	double sum = base + candidate->bonus + TEXT * suspect->text +
		     ATTRIBUTION * suspect->attribution *
			     (COVERS_LEAST + (1 - COVERS_LEAST) * candidate->covers);

	if (!isnan(suspect->diff))
		sum += DIFF * (suspect->diff - DIFF_USUAL);
	return suspect->timing * exp(sum);
}

static int
compare_candidates(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	if (x->odds != y->odds)
		return x->odds < y->odds ? 1 : -1;
	if (x->suspect.time != y->suspect.time)
		return x->suspect.time < y->suspect.time ? 1 : -1;
	return strcmp(x->suspect.key, y->suspect.key);
}

static void
score_candidates(struct ranker *ranker)
{
	struct word_bag growth = { 0 };
	double sum = 1, base = base_of(ranker);

	describe_growth(ranker, &growth);
	for (size_t i = 0; i < ranker->count; i++) {
		struct candidate *candidate = &ranker->candidates[i];

		candidate->suspect.text =
			words_similarity(&ranker->words, &growth, &candidate->words);
		candidate->odds = odds_of(candidate, base);
		sum += candidate->odds;
	}
	for (size_t i = 0; i < ranker->count; i++)
		ranker->candidates[i].suspect.score = ranker->candidates[i].odds / sum;
	qsort(ranker->candidates, ranker->count, sizeof(*ranker->candidates), compare_candidates);
	word_bag_release(&growth);
}

static const char *
verdict_of(const struct suspect *suspects, size_t count, double covers, bool has_no_stacks)
{
	const struct suspect *best = &suspects[0];
	double second = count > 1 ? best[1].score : 0;

	if (count == 0 || best->score < UNSURE_SCORE)
		return "none";
	if (!has_no_stacks && best->score >= LIKELY_SCORE && best->score >= LIKELY_LEAD * second &&
	    (best->attribution >= LIKELY_EVIDENCE || best->diff >= LIKELY_EVIDENCE) &&
	    (covers >= LIKELY_COVERS || best->diff >= LIKELY_EVIDENCE))
		return "likely";
	return "unsure";
}

static void
hand_over(struct ranker *ranker, struct suspect_ranking *out)
{
	double covers = ranker->count > 0 ? ranker->candidates[0].covers : 0;

	out->capacity = SUSPECTS_KEPT;
	out->suspects = memory_alloc_array(out->capacity, sizeof(*out->suspects));
	for (size_t i = 0; i < ranker->count && out->count < out->capacity; i++) {
		struct candidate *candidate = &ranker->candidates[i];

		if (candidate->suspect.score < KEPT_SCORE)
			break;
		out->suspects[out->count++] = candidate->suspect;
		candidate->suspect = (struct suspect){ 0 };
	}
	out->verdict = memory_string(verdict_of(out->suspects, out->count, covers,
						suspect_has_no_stacks(ranker->finding)));
}

static void
ranker_init(struct ranker *ranker)
{
	profile_set_init(&ranker->set);
	words_init(&ranker->words);
}

static void
ranker_release(struct ranker *ranker)
{
	for (size_t i = 0; i < ranker->count; i++) {
		suspect_release(&ranker->candidates[i].suspect);
		word_bag_release(&ranker->candidates[i].words);
	}
	free(ranker->candidates);
	free(ranker->library);
	words_release(&ranker->words);
	suspect_names_release(&ranker->names);
	change_list_release(&ranker->changes);
	attribution_release(&ranker->attribution);
	selection_release(&ranker->selection);
	profile_set_release(&ranker->set);
	window_list_release(&ranker->windows);
}

int
suspects_rank(struct store *store, const struct finding *finding, struct suspect_ranking *out,
	      const struct progress *progress, struct error *err)
{
	struct ranker ranker = { .store = store, .finding = finding, .progress = progress };
	int result = -1;

	*out = (struct suspect_ranking){ 0 };
	if (finding->kind != FINDING_REGRESSION || finding->changed_at == 0) {
		out->verdict = memory_string("none");
		return 0;
	}
	ranker_init(&ranker);
	if (load_profiles(&ranker, err) < 0 || load_changes(&ranker, err) < 0 ||
	    make_candidates(&ranker, err) < 0)
		goto out;
	score_candidates(&ranker);
	hand_over(&ranker, out);
	result = 0;
out:
	ranker_release(&ranker);
	return result;
}

void
suspect_ranking_release(struct suspect_ranking *ranking)
{
	for (size_t i = 0; i < ranking->count; i++)
		suspect_release(&ranking->suspects[i]);
	free(ranking->suspects);
	free(ranking->verdict);
	*ranking = (struct suspect_ranking){ 0 };
}
