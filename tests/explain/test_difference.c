/*
 * Differences that can be trusted: two runs of one program, simulated pairs
 * that do not differ, pairs that do, in every measure; and what moved most.
 */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/reader.h"
#include "core/base/vec.h"
#include "core/explain/functions.h"
#include "core/explain/movers.h"
#include "core/explain/tree.h"
#include "tests/explain/sets.h"
#include "tests/explain/suites.h"

#define SECOND 1000000

static struct profile_set set;
static struct selection selection;

static void
release(void)
{
	selection_release(&selection);
	profile_set_release(&set);
}

/* ---- real pairs ---- */

struct lines {
	VEC(struct set_cell) cells;
};

static void
read_folded(struct lines *lines, const char *name)
{
	char *path = memory_format("%s/tests/explain/data/%s", HEADROOM_SOURCE_DIR, name);
	struct reader *reader = NULL;
	const char *line = NULL;
	size_t length = 0;
	struct error err = { 0 };

	*lines = (struct lines){ 0 };
	ck_assert_msg(reader_open(&reader, path, &err) == 0, "%s", err.text);
	while (reader_line(reader, &line, &length, &err) > 0) {
		const char *blank = memrchr(line, ' ', length);

		vec_push(&lines->cells,
			 (struct set_cell){ memory_string_n(line, (size_t)(blank - line)),
					    strtoull(blank + 1, NULL, 10) });
	}
	reader_close(reader);
	free(path);
}

/* One sample after the other to the windows in turn. */
static void
deal(const struct lines *lines, size_t windows, int64_t start)
{
	for (size_t w = 0; w < windows; w++) {
		VEC(struct set_cell) cells = { 0 };
		size_t next = 0;

		for (size_t i = 0; i < lines->cells.count; i++) {
			struct set_cell cell = { lines->cells.items[i].stack, 0 };

			for (uint64_t s = 0; s < lines->cells.items[i].samples; s++)
				cell.samples += next++ % windows == w;
			if (cell.samples > 0)
				vec_push(&cells, cell);
		}
		vec_push(&cells, (struct set_cell){ NULL, 0 });
		set_add_window(&set, start + (int64_t)w * 60 * SECOND, cells.items);
		vec_release(&cells);
	}
}

static void
load_pair(const char *before, const char *after, size_t windows)
{
	const char *names[] = { before, after };

	profile_set_init(&set);
	for (int side = 0; side < 2; side++) {
		struct lines lines;

		read_folded(&lines, names[side]);
		deal(&lines, windows, side * 3600ll * SECOND);
		for (size_t i = 0; i < lines.cells.count; i++)
			free((void *)lines.cells.items[i].stack);
		vec_release(&lines.cells);
	}
	selection_by_time(&selection, &set, (struct time_range){ 0, 3600ll * SECOND },
			  (struct time_range){ 3600ll * SECOND, 7200ll * SECOND });
	ck_assert_uint_eq(selection.windows[0], windows);
	ck_assert_uint_eq(selection.windows[1], windows);
}

static size_t
changed_nodes(enum measure measure)
{
	struct measure_scale scale;
	struct tree tree;
	struct error err = { 0 };
	size_t changed = 0;
	const struct measure_work work = { .side = { 1000, 1000 } };

	ck_assert_msg(measure_make(&scale, measure, &set, &selection, false, &work, &err) == 0,
		      "%s", err.text);
	ck_assert_int_eq(tree_build(&tree, &set, &selection, NULL, NULL, &err), 0);
	tree_measure(&tree, &scale);
	tree_test(&tree, &selection, 0);
	for (uint32_t i = 1; i < tree.count; i++)
		changed += tree_changed(&tree, i);
	tree_release(&tree);
	measure_scale_release(&scale);
	return changed;
}

/* 62 of 82 stacks differ between these two runs of one binary; none of it is a change. */
START_TEST(test_two_runs_of_one_program)
{
	static const size_t windows[] = { 1, 2, 3, 5, 8 };

	load_pair("aa1.folded.gz", "aa2.folded.gz", windows[_i]);
	for (int measure = 0; measure < MEASURES; measure++)
		ck_assert_msg(changed_nodes((enum measure)measure) == 0, "%s",
			      measure_name((enum measure)measure));
	release();
}
END_TEST

static void
changed_functions(struct strings *names, enum measure measure)
{
	struct measure_scale scale;
	struct function_table table;

	function_table_build(&table, &set, &selection);
	ck_assert_int_eq(measure_make(&scale, measure, &set, &selection, false, NULL, NULL), 0);
	function_table_measure(&table, &scale);
	measure_scale_release(&scale);
	function_table_test(&table, &selection, 0);
	function_table_sort(&table, FUNCTIONS_BY_CHANGE);
	for (size_t i = 0; i < table.count; i++) {
		if (function_changed(&table.rows[i]))
			strings_add(names, function_row_name(&table, &table.rows[i]));
	}
	function_table_release(&table);
}

/*
 * A run that calls hash_bytes more, from a new function too. All 27 functions differ; shares make
 * the sort, which did not change, look faster. Samples name what grew, with its callers, once.
 */
START_TEST(test_slower_program)
{
	struct strings shares = { 0 }, samples = { 0 };
	struct measure_scale scale;
	struct movers movers;
	struct tree tree;

	load_pair("pair-wbase.folded.gz", "pair-wregr.folded.gz", (size_t)_i);
	changed_functions(&shares, MEASURE_SHARE);
	changed_functions(&samples, MEASURE_WEIGHT);
	ck_assert(strings_contains(&shares, "hash_bytes") && strings_contains(&shares, "cmpi"));
	ck_assert(strings_contains(&samples, "hash_bytes"));
	ck_assert(strings_contains(&samples, "parse_row"));
	ck_assert(strings_contains(&samples, "validate"));
	ck_assert(!strings_contains(&samples, "cmpi") && !strings_contains(&samples, "sort_idx"));
	ck_assert_int_eq(measure_make(&scale, MEASURE_WEIGHT, &set, &selection, false, NULL, NULL),
			 0);
	ck_assert_int_eq(tree_build(&tree, &set, &selection, NULL, NULL, NULL), 0);
	tree_measure(&tree, &scale);
	tree_test(&tree, &selection, 0);
	movers_find(&movers, &tree, NULL);
	ck_assert_uint_eq(movers.count, 1);
	ck_assert_str_eq(tree_name_text(&tree, movers.items[0].name), "hash_bytes");
	ck_assert_uint_eq(movers.items[0].nodes, 2);
	ck_assert_double_gt(movers.items[0].change, 600);
	movers_release(&movers);
	tree_release(&tree);
	measure_scale_release(&scale);
	strings_release(&shares);
	strings_release(&samples);
	release();
}
END_TEST

/* ---- simulated pairs ---- */

static uint64_t random_state;

static double
uniform(void)
{
	random_state = random_state * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (double)(random_state >> 11) / 9007199254740992.0;
}

static double
normal(void)
{
	return sqrt(-2 * log(1 - uniform())) * cos(2 * M_PI * uniform());
}

static const char *const stacks[] = {
	"main;serve;parse;lex",
	"main;serve;parse;lex;scan",
	"main;serve;parse;error",
	"main;serve;render",
	"main;serve;render;escape",
	"main;serve;render;copy",
	"main;serve;log;write",
	"main;serve;log;format",
	"main;idle;poll",
	"main;idle",
	"main;gc;mark",
	"main;gc;mark;walk",
	"main;gc;sweep",
	"main;db;get",
	"main;db;get;hash",
	"main;db;put;hash",
	"main;db;put",
	"main;db;put;sync",
	"main;serve;auth;digest",
	"main;serve;auth",
};

#define STACKS (sizeof(stacks) / sizeof(stacks[0]))

/*
 * A window's load is common to all stacks (15 %), each varies by itself (10 %), and counts are
 * counts. grows: a stack that costs twice as much after, or STACKS.
 */
static void
simulate(size_t windows, size_t grows)
{
	uint8_t sides[32];

	profile_set_init(&set);
	for (size_t w = 0; w < 2 * windows; w++) {
		struct set_cell cells[STACKS + 1] = { 0 };
		double load = exp(0.15 * normal());
		size_t used = 0;

		for (size_t s = 0; s < STACKS; s++) {
			double mean = 4000.0 / (double)(s + 2) * load * exp(0.10 * normal());

			if (s == grows && w >= windows)
				mean *= 2;
			mean += sqrt(mean) * normal();
			if (mean >= 1)
				cells[used++] = (struct set_cell){ stacks[s], (uint64_t)mean };
		}
		set_add_window(&set, (int64_t)w * 60 * SECOND, cells);
		sides[w] = w < windows ? SIDE_BEFORE : SIDE_AFTER;
	}
	selection_by_side(&selection, &set, sides, 2 * windows);
}

/* Nothing differs: a highlighted frame in one of twenty pairs is what a level of 0.05 allows. */
START_TEST(test_pairs_that_do_not_differ)
{
	enum { PAIRS = 200 };
	static const size_t windows[] = { 3, 6, 10 };
	size_t wrong = 0;

	random_state = 20261125;
	for (int pair = 0; pair < PAIRS; pair++) {
		simulate(windows[_i / MEASURES], STACKS);
		wrong += changed_nodes((enum measure)(_i % MEASURES)) > 0;
		release();
	}
	/* 16 and more of 200 have a chance of 5 % where the rate is 0.05. */
	ck_assert_msg(wrong < 16, "%s, %zu windows a side: %zu of %d pairs",
		      measure_name((enum measure)(_i % MEASURES)), windows[_i / MEASURES], wrong,
		      PAIRS);
}
END_TEST

/* One stack costs twice as much: found in each measure, and named at its deepest frame. */
START_TEST(test_pairs_that_differ)
{
	enum { PAIRS = 40 };
	const size_t grows = 4; /* main;serve;render;escape */
	int found = 0, others = 0;
	const struct measure_work work = { .side = { 500, 500 } };

	random_state = 7 + (uint64_t)_i;
	for (int pair = 0; pair < PAIRS; pair++) {
		struct measure_scale scale;
		struct movers movers;
		struct tree tree;

		simulate(6, grows);
		ck_assert_int_eq(measure_make(&scale, (enum measure)_i, &set, &selection, false,
					      &work, NULL),
				 0);
		ck_assert_int_eq(tree_build(&tree, &set, &selection, NULL, NULL, NULL), 0);
		tree_measure(&tree, &scale);
		tree_test(&tree, &selection, 0);
		movers_find(&movers, &tree, NULL);
		if (movers.count > 0) {
			bool right =
				strcmp(tree_name_text(&tree, movers.items[0].name), "escape") == 0;

			found += right && movers.items[0].kind == MOVER_MORE;
			others += (int)movers.count - right;
		}
		movers_release(&movers);
		tree_release(&tree);
		measure_scale_release(&scale);
		release();
	}
	ck_assert_msg(found >= PAIRS * 9 / 10, "%s: %d of %d", measure_name((enum measure)_i),
		      found, PAIRS);
	/* Where one share grows, the others shrink: they may be told of, after it. */
	if (_i != MEASURE_SHARE)
		ck_assert_int_le(others, PAIRS / 5);
}
END_TEST

/* Twenty handlers call alloc, which got dearer: none of them shows it, together they do. */
START_TEST(test_many_places)
{
	enum { PLACES = 20 };
	static const uint8_t sides[] = { SIDE_BEFORE, SIDE_AFTER };
	struct set_cell cells[2 * PLACES + 1] = { 0 };
	struct function_table table;
	struct measure_scale scale;
	struct movers movers;
	struct tree tree;

	profile_set_init(&set);
	for (int side = 0; side < 2; side++) {
		for (size_t i = 0; i < PLACES; i++) {
			free((void *)cells[2 * i].stack);
			free((void *)cells[2 * i + 1].stack);
			cells[2 * i].stack = memory_format("main;handler_%zu", i);
			cells[2 * i].samples = 1000;
			cells[2 * i + 1].stack = memory_format("main;handler_%zu;wrap;alloc", i);
			cells[2 * i + 1].samples = side == SIDE_BEFORE ? 20 : 35;
		}
		set_add_window(&set, side * 60ll * SECOND, cells);
	}
	for (size_t i = 0; i < 2 * PLACES; i++)
		free((void *)cells[i].stack);
	selection_by_side(&selection, &set, sides, 2);
	ck_assert_int_eq(measure_make(&scale, MEASURE_WEIGHT, &set, &selection, false, NULL, NULL),
			 0);
	ck_assert_int_eq(tree_build(&tree, &set, &selection, NULL, NULL, NULL), 0);
	tree_measure(&tree, &scale);
	tree_test(&tree, &selection, 0);
	function_table_build(&table, &set, &selection);
	function_table_measure(&table, &scale);
	function_table_test(&table, &selection, 0);
	movers_find(&movers, &tree, NULL);
	ck_assert_uint_eq(movers.count, 0);
	movers_release(&movers);
	movers_find_all(&movers, &tree, &table, NULL);
	ck_assert_uint_eq(movers.count, 1);
	ck_assert_str_eq(tree_name_text(&tree, movers.items[0].name), "alloc");
	ck_assert_uint_eq(movers.items[0].nodes, PLACES);
	ck_assert_double_eq_tol(movers.items[0].change, 300, 1e-6);
	movers_release(&movers);
	function_table_release(&table);
	tree_release(&tree);
	measure_scale_release(&scale);
	release();
}
END_TEST

Suite *
difference_suite(void)
{
	Suite *suite = suite_create("difference");
	TCase *pairs = tcase_create("pairs");

	tcase_set_timeout(pairs, 120);
	tcase_add_loop_test(pairs, test_two_runs_of_one_program, 0, 5);
	tcase_add_loop_test(pairs, test_slower_program, 1, 6);
	tcase_add_loop_test(pairs, test_pairs_that_do_not_differ, 0, 3 * MEASURES);
	tcase_add_loop_test(pairs, test_pairs_that_differ, 0, MEASURES);
	tcase_add_test(pairs, test_many_places);
	suite_add_tcase(suite, pairs);
	return suite;
}
