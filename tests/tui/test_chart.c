/* Charts: drawing in braille and ASCII, zoom, pan, absurd points. */
#include <check.h>
#include <math.h>

#include "core/base/clock.h"
#include "tests/tui/golden.h"
#include "tests/tui/suites.h"
#include "tui/chart.h"

#define POINTS 48
#define START INT64_C(1795132800000000) /* 2026-11-20T00:00:00Z */

static struct chart_point points[POINTS];
static struct chart chart;

static void
set_up(void)
{
	static const struct chart_mark marks[] = {
		{ START + 2 * CLOCK_HOUR, 'd', STYLE_CHART_MARK },
		{ START + 8 * CLOCK_HOUR, 'c', STYLE_CHART_MARK },
		{ START + 50 * CLOCK_HOUR, 'x', STYLE_CHART_MARK },
	};

	for (int i = 0; i < POINTS; i++) {
		points[i].time = START + i * 15 * CLOCK_MINUTE;
		points[i].value = (i < 32 ? 0.03 : 0.08) + (i * 7 % 5 - 2) * 0.002;
	}
	points[10].value = NAN;
	chart_init(&chart);
	chart.points = points;
	chart.count = POINTS;
	chart.marks = marks;
	chart.mark_count = 3;
	chart.has_change = true;
	chart.change = points[32].time;
	chart.change_low = points[30].time;
	chart.change_high = points[33].time;
	chart.before = 0.03;
	chart.after = 0.08;
}

static void
draw(const char *golden, int rows, int columns, unsigned features)
{
	struct surface_memory memory;
	struct surface surface;

	surface_memory_init(&memory, rows, columns, features);
	surface = surface_memory_surface(&memory);
	chart_draw(&chart, &surface);
	if (golden != NULL)
		golden_memory(golden, &memory, true);
	surface_memory_release(&memory);
}

START_TEST(test_draw)
{
	draw("chart", 10, 64, FULL);
	draw("chart-ascii", 10, 64, 0);
	draw("chart-narrow", 4, 24, FULL);
}
END_TEST

/* A range, bands about the levels, a unit, hours without data. */
START_TEST(test_everything)
{
	static struct chart_range range[POINTS];

	for (int i = 0; i < POINTS; i++) {
		points[i].value = (i < 32 ? 300 : 800) + (i * 7 % 5 - 2) * 20;
		range[i] = (struct chart_range){ points[i].time, 260 + 40 * (i / 12 % 2),
						 420 + 40 * (i / 12 % 2) };
		if (i >= 20) {
			points[i].time += 3 * CLOCK_HOUR;
			range[i].time = points[i].time;
		}
	}
	range[5].low = NAN;
	chart.change = points[32].time;
	chart.change_low = points[31].time;
	chart.change_high = points[33].time;
	chart.before = 300;
	chart.after = 800;
	chart.before_band = (struct chart_band){ 200, 400 };
	chart.after_band = (struct chart_band){ 700, 900 };
	chart.range = range;
	chart.range_count = POINTS;
	chart.unit = "ms";
	chart.gap = chart_usual_gap(points, POINTS);
	ck_assert_int_eq(chart.gap, 45 * CLOCK_MINUTE);
	draw("chart-everything", 16, 80, FULL);
	draw("chart-everything-ascii", 16, 80, 0);
	draw("chart-everything-tiny", 5, 20, FULL);
	chart.from_zero = true;
	draw("chart-everything-zero", 16, 80, FULL);
}
END_TEST

START_TEST(test_usual_gap)
{
	struct chart_point two[] = { { 0, 1 }, { 5, 1 } }, same[4] = { { 9, 1 } };

	ck_assert_int_eq(chart_usual_gap(NULL, 0), 0);
	ck_assert_int_eq(chart_usual_gap(two, 2), 0); /* one step is nobody's usual */
	for (int i = 1; i < 4; i++)
		same[i] = same[0];
	ck_assert_int_eq(chart_usual_gap(same, 4), 0); /* several values at one time */
	ck_assert_int_eq(chart_usual_gap(points, POINTS), 45 * CLOCK_MINUTE);
}
END_TEST

START_TEST(test_zoom)
{
	chart_zoom(&chart, 4.0);
	ck_assert_int_eq(chart.to - chart.from, (points[POINTS - 1].time - START) / 4);
	ck_assert_int_lt(llabs((chart.from + chart.to) / 2 - chart.change), CLOCK_MINUTE);
	draw("chart-zoomed", 10, 64, FULL);
	chart_pan(&chart, -100.0);
	ck_assert_int_eq(chart.from, START);
	chart_pan(&chart, 100.0);
	ck_assert_int_lt(llabs(chart.to - points[POINTS - 1].time), CLOCK_SECOND);
	chart_zoom(&chart, 0.01);
	ck_assert_int_eq(chart.from, chart.to); /* all of it */
	for (int i = 0; i < 200; i++)
		chart_zoom(&chart, 8.0);
	ck_assert_int_ge(chart.to - chart.from, CLOCK_SECOND - 1024);
	chart_zoom(&chart, 0);
	chart_zoom(&chart, NAN);
	draw(NULL, 10, 64, FULL);
}
END_TEST

START_TEST(test_time_at)
{
	struct surface_memory memory;
	struct surface surface;

	surface_memory_init(&memory, 10, 64, FULL);
	surface = surface_memory_surface(&memory);
	ck_assert_int_eq(chart_time_at(&chart, &surface, -5), START);
	ck_assert_int_eq(chart_time_at(&chart, &surface, 1000), points[POINTS - 1].time);
	ck_assert_int_gt(chart_time_at(&chart, &surface, 40), START);
	surface_memory_release(&memory);
}
END_TEST

START_TEST(test_absurd)
{
	struct chart_point odd[] = { { INT64_MIN, -INFINITY },
				     { -5, 1e308 },
				     { 0, NAN },
				     { 7, -1e308 },
				     { INT64_MAX, 1.0 } };
	struct chart_range ranges[] = { { INT64_MIN, -INFINITY, 3 },
					{ -7, -1e308, 1e308 },
					{ 5, 2, 1 },
					{ INT64_MAX, 0, NAN } };
	struct chart empty;

	chart_init(&empty);
	chart_zoom(&empty, 2);
	chart_pan(&empty, 2);
	chart = empty;
	draw("chart-empty", 3, 20, FULL);
	chart.points = odd;
	chart.count = 5;
	chart.range = ranges;
	chart.range_count = 4;
	chart.before_band = (struct chart_band){ -1e308, 1e308 };
	chart.after_band = (struct chart_band){ INFINITY, 0 };
	chart.gap = 1;
	chart.unit = "a unit with a long name";
	for (int rows = 1; rows < 8; rows++)
		for (int columns = 1; columns < 60; columns += 7)
			draw(NULL, rows, columns, rows % 2 ? FULL : 0);
	chart_zoom(&chart, 3);
	draw(NULL, 10, 64, FULL);
	chart.count = 1;
	draw(NULL, 10, 64, FULL);
	chart.points = points;
	chart.count = 2;
	points[1].time = points[0].time;
	points[0].value = points[1].value = 0.0;
	chart.from_zero = true;
	draw(NULL, 10, 64, FULL);
}
END_TEST

Suite *
chart_suite(void)
{
	Suite *suite = suite_create("chart");
	TCase *tests = tcase_create("all");

	tcase_add_checked_fixture(tests, set_up, NULL);
	tcase_add_test(tests, test_draw);
	tcase_add_test(tests, test_everything);
	tcase_add_test(tests, test_usual_gap);
	tcase_add_test(tests, test_zoom);
	tcase_add_test(tests, test_time_at);
	tcase_add_test(tests, test_absurd);
	suite_add_tcase(suite, tests);
	return suite;
}
