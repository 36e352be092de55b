/*
 * The way from a file to a flame graph, phase by phase. `flame generate FILE STACKS`
 * writes folded stacks, all distinct: random walks over a fixed random graph of calls, 10 to 72
 * frames deep. `flame measure FILE [whole]` opens it as the flame view does and prints a line a
 * phase, tab-separated: what, measured, goal, note. Run by tests/bench/run.sh.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/collect/profile_open.h"
#include "core/explain/find.h"
#include "core/explain/functions.h"
#include "core/explain/movers.h"
#include "core/explain/tree.h"

#define FUNCTIONS 5000
#define CALLEES_MAX 8
#define ENTRIES 20 /* functions that the program's root calls */
#define DEPTH_LEAST 8
#define DEPTH_MODE 30
#define DEPTH_MOST 70

static uint64_t state = 0x9e3779b97f4a7c15ull;

static uint64_t
random_bits(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state * 0x2545f4914f6cdd1dull >> 11;
}

static double
random_unit(void)
{
	return (double)random_bits() / 9007199254740992.0;
}

/* ---- generate ---- */

struct graph {
	uint16_t callees[FUNCTIONS][CALLEES_MAX];
	uint8_t count[FUNCTIONS];
};

static void
graph_make(struct graph *graph)
{
	static const uint8_t counts[] = { 1, 2, 2, 3, 4, 8 };

	for (size_t f = 0; f < FUNCTIONS; f++) {
		graph->count[f] = counts[random_bits() % sizeof(counts)];
		for (size_t c = 0; c < graph->count[f]; c++)
			graph->callees[f][c] = (uint16_t)(random_bits() % FUNCTIONS);
	}
}

/* Triangular: deep stacks are rarer than shallow ones, the most are DEPTH_MODE deep. */
static size_t
random_depth(void)
{
	double unit = random_unit();
	double range = DEPTH_MOST - DEPTH_LEAST, mode = DEPTH_MODE - DEPTH_LEAST;
	double at = mode / range;
	double x = unit < at ? unit / at : (1 - unit) / (1 - at);
	/* A root without a library: two steps of Newton's method from the middle are enough here.
	 */
	double root = 0.5 + x / 2;

	for (int i = 0; i < 4; i++)
		root = (root + x / root) / 2;
	return DEPTH_LEAST + (size_t)(unit < at ? root * mode : range - root * (range - mode));
}

static size_t
write_stack(FILE *file, const struct graph *graph, struct intern *known)
{
	uint16_t walk[DEPTH_MOST + 1];
	size_t depth = random_depth();

	walk[0] = (uint16_t)(random_bits() % ENTRIES);
	for (size_t i = 1; i <= depth; i++)
		walk[i] = graph->callees[walk[i - 1]][random_bits() % graph->count[walk[i - 1]]];
	if (intern_find(known, walk, (depth + 1) * sizeof(walk[0])) != INTERN_NONE)
		return 0;
	intern_add(known, walk, (depth + 1) * sizeof(walk[0]));
	fputs("app", file);
	for (size_t i = 0; i <= depth; i++)
		fprintf(file, ";ns%u::mod%u::Class%u::method_%u", walk[i] % 17u, walk[i] % 101u,
			walk[i] % 997u, walk[i]);
	fprintf(file, " %u\n", 1 + (unsigned)(random_bits() % 8 == 0 ? random_bits() % 100 : 0));
	return 1;
}

static int
generate(const char *path, size_t stacks)
{
	struct graph *graph = memory_alloc(sizeof(*graph));
	struct intern known;
	FILE *file = fopen(path, "w");
	int result;

	if (file == NULL) {
		perror(path);
		return 1;
	}
	intern_init(&known);
	graph_make(graph);
	for (size_t made = 0; made < stacks;)
		made += write_stack(file, graph, &known);
	intern_release(&known);
	free(graph);
	result = ferror(file) != 0;
	return fclose(file) != 0 || result;
}

/* ---- measure ---- */

struct stopwatch {
	int64_t wall;
	double cpu;
};

static double
cpu_seconds(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static long
peak_megabytes(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_maxrss / 1024;
}

static struct stopwatch
start(void)
{
	return (struct stopwatch){ clock_monotonic(), cpu_seconds() };
}

static void
report(const char *what, struct stopwatch from, const char *goal)
{
	double seconds = (double)(clock_monotonic() - from.wall) / 1e6;

	printf("%s\t%.3f s\t%s\tCPU %.3f s, %ld MB so far\n", what, seconds, goal,
	       cpu_seconds() - from.cpu, peak_megabytes());
	fflush(stdout);
}

static void
measure_search(const struct tree *tree)
{
	static const char *const typed[] = { "c",       "cl",          "cla", "class4",
					     "class42", "class42.*7$", "zzz", "." };
	struct stopwatch from = start();
	struct find find;
	char what[80];

	find_init(&find, tree);
	report("  the index of a search", from, "");
	for (size_t i = 0; i < sizeof(typed) / sizeof(typed[0]); i++) {
		from = start();
		if (find_set(&find, typed[i], NULL, NULL) < 0)
			return;
		snprintf(what, sizeof(what), "  search %s: %u nodes, %.1f %%", typed[i], find.count,
			 100 * find.share[SIDE_AFTER]);
		report(what, from, "0.050 s");
	}
	find_release(&find);
}

/* With tail_share as a view has it, or 0. */
static int
measure_tree(const struct profile_set *set, const struct selection *selection, double tail_share)
{
	struct tree_options options = { .tail_share = tail_share };
	struct error err = { 0 };
	struct tree tree;
	struct stopwatch from = start();
	char what[80];

	if (tree_build(&tree, set, selection, &options, NULL, &err) < 0) {
		fprintf(stderr, "%s\n", err.text);
		return 1;
	}
	snprintf(what, sizeof(what), "  its tree, %s: %u nodes",
		 tail_share > 0 ? "for a view" : "whole", tree.count);
	report(what, from, set->stack_count > 200000 ? "1.0 s" : "0.2 s");
	from = start();
	tree_grow(&tree, tree.nodes[TREE_ROOT].first_child, TREE_TAIL_SHARE);
	report("  grown for a zoom", from, "0.016 s");
	from = start();
	tree_sort_by_weight(&tree);
	report("  sorted by weight", from, "");
	from = start();
	tree_test(&tree, selection, 0.0005);
	report("  tested", from, "");
	measure_search(&tree);
	tree_release(&tree);
	return 0;
}

static int
measure(const char *path, bool whole_tree)
{
	struct profile_import_options options = { 0 };
	struct profile_import_report done = { 0 };
	struct profile_set set;
	struct selection selection;
	struct function_table table;
	struct error err = { 0 };
	struct stopwatch whole = start(), from = start();
	char what[80];

	if (profile_open_file(&set, path, &options, &done, NULL, &err) < 0) {
		fprintf(stderr, "%s\n", err.text);
		return 1;
	}
	snprintf(what, sizeof(what), "folded, %zu distinct stacks: read", set.stack_count);
	report(what, from, "");
	selection_all(&selection, &set);
	if (measure_tree(&set, &selection, TREE_TAIL_SHARE) != 0 ||
	    (whole_tree && measure_tree(&set, &selection, 0) != 0))
		return 1;
	from = start();
	function_table_build(&table, &set, &selection);
	function_table_sort(&table, FUNCTIONS_BY_SELF);
	report("  its function table", from, "");
	function_table_release(&table);
	report("  all of this", whole, "");
	printf("  memory at most\t%ld MB\t%s\t\n", peak_megabytes(),
	       set.stack_count > 200000 ? "1,000 MB" : "250 MB");
	selection_release(&selection);
	profile_set_release(&set);
	return 0;
}

/* ---- a difference of many windows ---- */

#define DIFFERENCE_WINDOWS 1000

/* The file's stacks in so many windows: each has one to three samples of each of them. */
static void
fill_windows(struct profile_set *set)
{
	size_t count = set->stack_count, n = 0;

	free(set->cells);
	free(set->windows);
	set->cell_capacity = set->cell_count = count * DIFFERENCE_WINDOWS;
	set->window_capacity = set->window_count = DIFFERENCE_WINDOWS;
	set->cells = memory_alloc_array(set->cell_count, sizeof(*set->cells));
	set->windows = memory_alloc_array(set->window_count, sizeof(*set->windows));
	for (size_t w = 0; w < DIFFERENCE_WINDOWS; w++) {
		struct profile_window *window = &set->windows[w];

		window->start = (int64_t)w * 60000000;
		window->end = window->start + 60000000;
		window->first_cell = n;
		window->cell_count = count;
		for (uint32_t s = 0; s < count; s++) {
			uint64_t samples = 1 + random_bits() % 3;

			set->cells[n++] = (struct profile_cell){ s, samples, samples };
			window->samples += samples;
			window->weight += samples;
		}
	}
}

static int
difference(const char *path)
{
	struct profile_import_options options = { 0 };
	struct profile_import_report done = { 0 };
	struct tree_options tree_options = { .tail_share = TREE_TAIL_SHARE };
	struct profile_set set;
	struct selection selection;
	struct function_table table;
	struct movers movers;
	struct tree tree;
	struct error err = { 0 };
	struct stopwatch from;

	if (profile_open_file(&set, path, &options, &done, NULL, &err) < 0) {
		fprintf(stderr, "%s\n", err.text);
		return 1;
	}
	fill_windows(&set);
	from = start();
	selection_by_time(&selection, &set,
			  (struct time_range){ 0, DIFFERENCE_WINDOWS / 2 * 60000000ll },
			  (struct time_range){ DIFFERENCE_WINDOWS / 2 * 60000000ll, INT64_MAX });
	if (tree_build(&tree, &set, &selection, &tree_options, NULL, &err) < 0)
		return 1;
	tree_test(&tree, &selection, 0.0005);
	report("1,000 windows of 20,000 stacks: the tree of a difference, tested", from, "1.0 s");
	from = start();
	function_table_build(&table, &set, &selection);
	function_table_test(&table, &selection, 0.0005);
	report("  its functions, tested", from, "1.0 s");
	from = start();
	movers_find_all(&movers, &tree, &table, NULL);
	report("  what moved most", from, "");
	movers_release(&movers);
	function_table_release(&table);
	tree_release(&tree);
	selection_release(&selection);
	profile_set_release(&set);
	return 0;
}

int
main(int argc, char **argv)
{
	if (argc == 4 && strcmp(argv[1], "generate") == 0)
		return generate(argv[2], strtoul(argv[3], NULL, 10));
	if ((argc == 3 || argc == 4) && strcmp(argv[1], "measure") == 0)
		return measure(argv[2], argc == 4 && strcmp(argv[3], "whole") == 0);
	if (argc == 3 && strcmp(argv[1], "difference") == 0)
		return difference(argv[2]);
	fputs("usage: flame generate FILE STACKS | flame measure FILE [whole] | flame difference "
	      "FILE\n",
	      stderr);
	return 2;
}
