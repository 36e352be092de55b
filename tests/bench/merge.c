/*
 * What a store answers of many windows: `merge fill DB WINDOWS` makes a service of so many
 * windows, each with the same 20,000 stacks of 30 frames and other counts; `merge ask DB` asks for
 * the hottest functions, the tree, callers, callees and the difference of both halves, each with
 * its own reading, as the commands do. Lines: what, measured, goal, note. Run by run.sh.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/explain/functions.h"
#include "core/explain/selection.h"
#include "core/explain/tree.h"
#include "core/store/service.h"
#include "core/store/store.h"
#include "core/store/telemetry.h"

#define STACKS 20000
#define DEPTH 30
#define FUNCTIONS 4000
#define SHARED 20 /* at least so many frames are as in the stack before */

static uint64_t state = 88172645463325252ull;

static uint64_t
random_bits(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static int
fail(const struct error *err)
{
	fprintf(stderr, "merge: %s\n", err->text);
	return 1;
}

/* ---- fill ---- */

static uint16_t stacks[STACKS][DEPTH]; /* numbers of functions */

static void
make_stacks(void)
{
	for (size_t s = 0; s < STACKS; s++) {
		size_t kept = s > 0 ? SHARED + random_bits() % (DEPTH - SHARED) : 0;

		memcpy(stacks[s], stacks[s > 0 ? s - 1 : 0], kept * sizeof(stacks[s][0]));
		for (size_t d = kept; d < DEPTH; d++)
			stacks[s][d] = (uint16_t)(random_bits() % FUNCTIONS);
	}
}

static int
add_window(struct store *store, int64_t service, int number, struct error *err)
{
	struct window window = { .start = CLOCK_INDEX_END + CLOCK_MINUTE * number,
				 .end = CLOCK_INDEX_END + CLOCK_MINUTE * (number + 1),
				 .event = (char *)"cpu-clock" };
	uint32_t frames[FUNCTIONS], stack[DEPTH];
	struct profile profile;
	char name[32];
	bool added;
	int result;

	profile_init(&profile);
	for (int f = 0; f < FUNCTIONS; f++) {
		int length = snprintf(name, sizeof(name), "function_%d", f);

		frames[f] = profile_add_frame(&profile, name, (size_t)length, "app", 3, "", 0, 0,
					      FRAME_USER);
	}
	for (size_t s = 0; s < STACKS; s++) {
		uint64_t samples = 1 + random_bits() % 40;

		for (size_t d = 0; d < DEPTH; d++)
			stack[d] = frames[stacks[s][d]];
		profile_add_stack(&profile, stack, DEPTH, samples, samples * 1000000);
	}
	result = telemetry_profile_add(store_telemetry(store), service, &window, &profile,
				       (uint64_t)number + 1, &added, err);
	profile_release(&profile);
	return result;
}

static int
fill(struct store *store, int windows)
{
	struct service service = { .name = (char *)"bench", .cores = 10 };
	struct error err = { 0 };
	int result = casebook_service_put(store, &service, &err);

	make_stacks();
	if (result == 0)
		result = store_begin(store, &err);
	for (int w = 0; result == 0 && w < windows; w++)
		result = add_window(store, 1, w, &err);
	if (result == 0)
		result = store_commit(store, &err);
	return result < 0 ? fail(&err) : 0;
}

/* ---- ask ---- */

struct question {
	const char *what;
	enum tree_shape shape;
	bool functions, difference;
};

static const struct question questions[] = {
	{ .what = "top", .functions = true },
	{ .what = "tree", .shape = TREE_DOWN },
	{ .what = "callers", .shape = TREE_CALLERS },
	{ .what = "callees", .shape = TREE_CALLEES },
	{ .what = "difference of functions", .functions = true, .difference = true },
	{ .what = "difference of trees", .shape = TREE_DOWN, .difference = true },
};

static double
cpu_seconds(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static int
answer(const struct question *question, struct profile_set *set, int64_t edge, struct error *err)
{
	struct tree_options options = { .shape = question->shape,
					.function = "function_7",
					.tail_share = TREE_TAIL_SHARE };
	struct selection selection;
	struct function_table table;
	struct tree tree;
	int result = 0;

	if (question->difference)
		selection_by_time(&selection, set, (struct time_range){ INT64_MIN, edge },
				  (struct time_range){ edge, INT64_MAX });
	else
		selection_all(&selection, set);
	if (question->functions) {
		function_table_build(&table, set, &selection);
		if (question->difference)
			function_table_test(&table, &selection, 0.0005);
		function_table_sort(&table,
				    question->difference ? FUNCTIONS_BY_CHANGE : FUNCTIONS_BY_SELF);
		function_table_release(&table);
	} else if ((result = tree_build(&tree, set, &selection, &options, NULL, err)) == 0) {
		tree_sort_by_weight(&tree);
		if (question->difference)
			tree_test(&tree, &selection, 0.0005);
		tree_release(&tree);
	}
	selection_release(&selection);
	return result;
}

static int
ask(struct store *store)
{
	struct window_query all = { .service = 1 };
	struct window_list windows = { 0 };
	struct error err = { 0 };
	int64_t edge;
	size_t count;

	if (telemetry_windows(store_telemetry(store), &all, &windows, &err) < 0)
		return fail(&err);
	count = windows.count;
	edge = count > 0 ? windows.items[count / 2].start : 0;
	window_list_release(&windows);
	for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++) {
		struct window_query query = { .service = 1,
					      .replicates = TELEMETRY_REPLICATES,
					      .edges = &edge,
					      .edge_count = questions[i].difference ? 1 : 0 };
		int64_t begin = clock_monotonic();
		double cpu = cpu_seconds();
		struct profile_set set;

		if (telemetry_profiles(store_telemetry(store), &query, &set, NULL, &err) < 0)
			return fail(&err);
		if (answer(&questions[i], &set, edge, &err) < 0)
			return fail(&err);
		printf("%zu windows of %d stacks: %s\t%.3f s\t1 s\tCPU %.3f s\n", count, STACKS,
		       questions[i].what, (double)(clock_monotonic() - begin) / 1e6,
		       cpu_seconds() - cpu);
		fflush(stdout);
		profile_set_release(&set);
	}
	return 0;
}

int
main(int argc, char **argv)
{
	bool fills = argc == 4 && strcmp(argv[1], "fill") == 0;
	struct store *store;
	struct error err = { 0 };
	int result;

	memory_prepare_thread();
	if (!fills && !(argc == 3 && strcmp(argv[1], "ask") == 0)) {
		fputs("usage: merge fill DB WINDOWS | merge ask DB\n", stderr);
		return 2;
	}
	if (store_open(&store, argv[2], STORE_SCRATCH, &err) < 0)
		return fail(&err);
	result = fills ? fill(store, (int)strtol(argv[3], NULL, 10)) : ask(store);
	store_close(store);
	return result;
}
