/*
 * Benchmarks of the core without a screen: `core FOLDER` prints a line a
 * measurement, tab-separated: what, measured, goal, note. Run by tests/bench/run.sh.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/base/path.h"
#include "core/detect/detect.h"
#include "core/explain/tree.h"
#include "core/store/finding.h"
#include "core/store/store.h"

#define DETECT_FUNCTIONS 20000
#define DETECT_WINDOWS 1000
#define TREE_STACKS 1000000
#define TREE_DEPTH 30

static uint64_t state = 0x9e3779b97f4a7c15ull;

static uint64_t
random_bits(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static void
report(const char *what, int64_t from, const char *goal, const char *note)
{
	printf("%s\t%.3f s\t%s\t%s\n", what, (double)(clock_monotonic() - from) / 1e6, goal, note);
	fflush(stdout);
}

/* Shares that follow Zipf's law, in windows of 100,000 samples. */
static void
bench_detect(void)
{
	uint64_t *totals = memory_alloc_array(DETECT_WINDOWS, sizeof(*totals));
	size_t *first = memory_alloc_array(DETECT_FUNCTIONS + 1, sizeof(*first));
	struct detect_cell *cells =
		memory_alloc_array((size_t)DETECT_FUNCTIONS * DETECT_WINDOWS, sizeof(*cells));
	struct detect_settings settings = { 0 };
	struct detect_result result = { 0 };
	struct error error = { 0 };
	char note[100];
	int64_t from;
	size_t used = 0;

	for (size_t f = 0; f < DETECT_FUNCTIONS; f++) {
		double mean = 20000.0 / (double)(f + 1);

		first[f] = used;
		for (uint32_t w = 0; w < DETECT_WINDOWS; w++) {
			double unit = (double)(random_bits() >> 11) / 9007199254740992.0;
			double spread = sqrt(mean) * 3.4 * (unit - 0.5);
			double count = mean + spread + (unit < mean - floor(mean));

			if (count >= 1)
				cells[used++] = (struct detect_cell){ w, (uint64_t)count };
		}
	}
	first[DETECT_FUNCTIONS] = used;
	for (size_t w = 0; w < DETECT_WINDOWS; w++)
		totals[w] = 100000;
	struct detect_input input = { .windows = DETECT_WINDOWS,
				      .totals = totals,
				      .functions = DETECT_FUNCTIONS,
				      .first = first,
				      .cells = cells };

	from = clock_monotonic();
	if (detect_increases(&result, &input, &settings, NULL, &error) < 0)
		printf("detection\tfailed\t\t%s\n", error.text);
	snprintf(note, sizeof(note), "%zu tested, one thread", result.series);
	report("detection, 20,000 functions x 1,000 windows", from, "", note);
	detect_result_release(&result);
	free(cells);
	free(first);
	free(totals);
}

/* Stacks that share their upper frames, as real ones do. */
static void
fill_set(struct profile_set *set)
{
	uint32_t frames[TREE_DEPTH];
	char name[64];
	struct profile profile;

	profile_init(&profile);
	for (size_t i = 0; i < TREE_STACKS; i++) {
		uint64_t path = i * 0x9e3779b97f4a7c15ull;

		for (size_t depth = 0; depth < TREE_DEPTH; depth++) {
			uint64_t choice =
				depth < 20 ? path >> (depth * 3) & 1 : (path >> depth) & 7;
			int length = snprintf(
				name, sizeof(name), "level_%zu_choice_%llu", depth,
				(unsigned long long)(choice + 8 * (i >> (30 - depth) & 63)));

			frames[depth] = profile_add_frame(&profile, name, (size_t)length, "", 0, "",
							  0, 0, FRAME_USER);
		}
		profile_add_stack(&profile, frames, TREE_DEPTH, 1 + i % 7, 1);
	}
	/* The set borrows what the profile holds until the end of the program. */
	set->frames = profile.frames;
	set->frame_count = profile.frame_count;
	set->stacks = profile.stacks;
	set->stack_count = profile.stack_count;
	set->cells = profile.cells;
	set->cell_count = profile.stack_count;
	set->names = profile.names;
	set->windows = memory_alloc(sizeof(*set->windows));
	set->window_count = 1;
	set->windows[0] = (struct profile_window){ .start = 0,
						   .end = CLOCK_MINUTE,
						   .samples = profile.samples,
						   .weight = profile.weight,
						   .cell_count = profile.stack_count };
}

static void
bench_tree(void)
{
	struct profile_set set;
	struct selection selection;
	struct tree tree;
	struct error error = { 0 };
	char note[100];
	int64_t from;

	profile_set_init(&set);
	fill_set(&set);
	selection_all(&selection, &set);
	from = clock_monotonic();
	if (tree_build(&tree, &set, &selection, &(struct tree_options){ 0 }, NULL, &error) < 0)
		printf("tree\tfailed\t\t%s\n", error.text);
	snprintf(note, sizeof(note), "%zu distinct stacks, %u nodes", set.stack_count, tree.count);
	report("profile tree of 1,000,000 stacks", from, "1 s", note);
	tree_release(&tree);
	selection_release(&selection);
}

static void
bench_findings(const char *folder)
{
	char *path = path_join(folder, "many.db");
	struct finding_query query = { .kind = -1, .state = -1 };
	struct finding_rows rows = { 0 };
	struct error error = { 0 };
	struct store *store = NULL;
	int64_t from = clock_monotonic();

	if (path_exists(path) && store_open(&store, path, STORE_CREATE, &error) == 0) {
		report("opening the database", from, "5 ms", "");
		from = clock_monotonic();
		if (casebook_findings(store, &query, &rows, &error) == 0)
			report("the inbox, 10,000 findings", from, "20 ms", "");
	}
	finding_rows_release(&rows);
	store_close(store);
	free(path);
}

int
main(int argc, char **argv)
{
	if (argc != 2) {
		fputs("usage: core FOLDER\n", stderr);
		return 2;
	}
	bench_findings(argv[1]);
	bench_detect();
	bench_tree();
	return 0;
}
