/*
 * The manual's section on detection. Stages and reasons come from the tables that
 * the program runs by, settings are the section after it; the rest says what
 * the headers of core/detect say, for people. Called by manual.c.
 */
#include "views/manual_detection.h"

#include "core/base/str.h"
#include "core/detect/stage_text.h"
#include "core/explain/suggestions.h"
#include "views/manual_roff.h"

static const struct roff measured[] = {
	{ ROFF_PARAGRAPH, "How headroom decides that something became slower, for those who are "
			  "woken by it and for those who want to check it." },
	{ ROFF_PART, "What is looked at" },
	{ ROFF_PARAGRAPH,
	  "A profile says of each function in how many of its samples the function "
	  "was on the stack: k of n. k / n is its *share* of the service "
	  "(FBDetect's gCPU), callees included. A share that grows by 0.05 points "
	  "costs a service of 2,000 cores one core. Because k and n are known, so "
	  "is the sampling noise of each window; a share without its n says less." },
	{ ROFF_PARAGRAPH, "Beside shares any *series* can be looked at: latency, throughput, CPU "
			  "per request, errors, memory. It has a unit, and a direction of harm: up "
			  "for latency, down for throughput; guessed from name and unit, or set "
			  "for the service or with the import; where nothing says it both ways are "
			  "harm." },
	{ ROFF_PART, "The test" },
	{ ROFF_PARAGRAPH, "For each function all ways to split its windows into a before and an "
			  "after are tried. The statistic is the likelihood ratio of two binomial "
			  "shares against one, as a signed root; for other series it is the "
			  "difference of two means in standard deviations, with spikes cut back. "
			  "It is divided by the noise that the windows really have, taken as "
			  "Student's t, and never believed more than the exact conditional "
			  "binomial test." },
	{ ROFF_PARAGRAPH, "The best split is chosen after looking, so its p must say how often "
			  "noise alone has a split as good: the tail of the maximum of a Gaussian "
			  "process over the splits (James, James and Siegmund 1987), not the "
			  "chi-squared table, which on unchanging series is wrong by a factor of "
			  "two to seventy. Several changes in one series are taken apart by binary "
			  "segmentation that also sees humps, and each must hold by itself." },
	{ ROFF_PARAGRAPH, "The *interval* of the onset holds the true first window in 95 of 100 "
			  "cases (Siegmund 1988); the interval of the change likewise, noise "
			  "between windows included." },
	{ ROFF_PART, "Noise: dispersion and memory" },
	{ ROFF_PARAGRAPH, "*Dispersion* is how much windows scatter over what sampling alone "
			  "explains: 1 where hosts and traffic are the same each hour, 2 where the "
			  "variance is twice that. *Memory* is how many neighbouring windows are "
			  "worth one independent one: drift makes a window look like the one "
			  "before. Both are measured for each function with the steps taken out, "
			  "and functions of like size in one service are joined (empirical Bayes), "
			  "because six windows of one function say little. A test that leaves "
			  "either out cries wolf: with an autocorrelation of 0.5 a plain test at 1 "
			  "% fires on one unchanging series in three." },
	{ ROFF_PART, "Many tests at once" },
	{ ROFF_PARAGRAPH, "A run tests thousands of functions. *q* is the part of false ones to "
			  "expect among all changes that are reported together at this threshold "
			  "or a stricter one (Benjamini and Hochberg 1995). It is taken over the "
			  "functions and the imported series of all services of the run at once, "
			  "what got worse and what got better each for themselves. At q_max 0.01 "
			  "one change point in a hundred may be noise; p "
			  "alone answers a question nobody asked." },
	{ ROFF_PART, "Three time scales" },
	{ ROFF_PARAGRAPH, "Each run looks with several configurations at once, every one with a "
			  "*historic* stretch (history there should be), an *analysis* stretch "
			  "(where a change is reported) and an *extended* one (through which it "
			  "must last). Where there are fewer windows than asked for, they are "
			  "fitted to what there is, and the run says so. Levels, noise and season "
			  "are taken from all windows that there are, also from those before the "
			  "historic stretch: more of them make the test surer, and a level begins "
			  "at the change before it. Only *headroom detect --historic* leaves older "
			  "windows out." },
	{ ROFF_ITEM, "large-and-fast\na large step, reported as soon as three windows show it" },
	{ ROFF_ITEM, "small-and-slow\na step ten times smaller, reported once it has lasted" },
	{ ROFF_ITEM,
	  "long-term\na ramp too slow to be a step anywhere; of a metric one that a level, a "
	  "straight rise and a level explain to 97 %, and that is 5 % of the level" },
	{ ROFF_END, NULL },
};

static const struct roff reading[] = {
	{ ROFF_PART, "What could have been seen" },
	{ ROFF_PARAGRAPH, "No finding is not the same as no change. Each finding, and *headroom "
			  "power* for any function, says the smallest change that these windows "
			  "would have shown nine times in ten. It shrinks with the square root of "
			  "the samples after the change: four times the samples, half the size. A "
			  "function at 0.0083 % of a fleet needs 0.43 million samples to show "
			  "+0.005 points at 1 %; one at 1 % needs 51 million." },
	{ ROFF_PART, "How to read a finding" },
	{ ROFF_PARAGRAPH, "On its screen, *v* shows the Detection pane. Ask in this order: Is the "
			  "change large beside the smallest one that could have been seen (two "
			  "times and more is solid)? Does the onset's interval hold a deploy or a "
			  "commit? Which stage did it pass by least, and would you have let it "
			  "through? Did other functions lose what this one gained (came from)? "
			  "What was merged into it?" },
	{ ROFF_PARAGRAPH, "In the chart the dotted lines are the levels, the thin dots about them "
			  "what these levels may be as well; the grey stretch is the interval of "
			  "the onset; the dotted field, where there is one, is the range that "
			  "season and level before would have had the values in; letters on the "
			  "axis are changes, numbers the suspects; where line and axis are broken "
			  "there is no data." },
	{ ROFF_PARAGRAPH, "*F* opens the funnel: how many change points there were, how many each "
			  "stage filtered, and each of those with its chart and figures; the "
			  "command is *headroom detect --filtered*." },
	{ ROFF_PART, "When it is not a regression" },
	{ ROFF_PARAGRAPH, "Dismissing asks for a reason. *T*, and *headroom service suggest*, show "
			  "settings that would have kept such findings away. Nothing is ever set "
			  "by itself." },
	{ ROFF_END, NULL },
};

static const struct roff data[] = {
	{ ROFF_PART, "Series of your own" },
	{ ROFF_PARAGRAPH, "*headroom import series* FILE --service S takes CSV, long or wide, and "
			  "JSON lines; the format is told from the bytes. With samples a series is "
			  "a share, without it is a metric." },
	{ ROFF_PARAGRAPH,
	  "The shares of one service are set against each other, as functions are, for "
	  "cost that moved, for new names (by name alone) and, where `work` is "
	  "set, for load: then the number of samples must follow the CPU time. "
	  "Shares that together are over the whole hold one another, so that "
	  "nobody can say where cost went. A metric is part of no whole; the "
	  "finding names each stage that did not run, and why. Suspects of a "
	  "series are ranked by their time and words, of a share also by a "
	  "function of its name, and are *unsure* at most: no stack says what "
	  "they touched." },
	{ ROFF_EXAMPLE,
	  "time,series,value,unit              (long)\n"
	  "2026-11-20T12:00:00Z,p99,182,ms\n"
	  "\n"
	  "time,p50,p99                        (wide)\n"
	  "1763640000,41,182\n"
	  "\n"
	  "{\"time\":1763640000,\"series\":\"json_escape\",\"value\":0.0712,\"samples\":48000}" },
	{ ROFF_PARAGRAPH, "Times are RFC 3339, with their zone, or seconds since the epoch. Gaps, "
			  "NaN, irregular steps and several values at one time are taken; counters "
			  "that reset become rates with --counter. The same file twice stores "
			  "once. *headroom changepoints* looks into a file without storing it." },
	{ ROFF_PART, "Prometheus" },
	{ ROFF_EXAMPLE,
	  "headroom import series --service api --prometheus http://127.0.0.1:9090 \\\n"
	  "    --query 'sum by (handler) (rate(http_cpu_seconds_total[5m]))' --step 5m --unit s" },
	{ ROFF_PARAGRAPH, "Speaks the range query of the HTTP API, so VictoriaMetrics and others "
			  "answer too. Pages of an answer are fetched one after the other; without "
			  "--start the next fetch goes on where the last one ended." },
	{ ROFF_PART, "Watching, and a pager" },
	{ ROFF_EXAMPLE, "headroom detect --watch 10m --exec ./page.sh --output new.jsonl" },
	{ ROFF_PARAGRAPH, "Runs every ten minutes; without a time, as often as `every` in "
			  "config.yaml says. What is not new costs little. The command gets each "
			  "new finding once, and one that was gone and is back again, as a JSON "
			  "object on its standard input:" },
	{ ROFF_EXAMPLE,
	  "#!/bin/sh\n"
	  "# page.sh: those over ten cores wake somebody, the rest waits for the morning\n"
	  "jq -e 'select(.impact.cores > 10)' >page.json || exit 0\n"
	  "curl -sS --data @page.json https://pager.example/v1/events" },
	{ ROFF_END, NULL },
};

/* Printed by `make bench`, seed 1. */
static const struct roff figures[] = {
	{ ROFF_PART, "Measured" },
	{ ROFF_PARAGRAPH, "On made-up fleets whose truth is known, by `make bench`, which makes "
			  "the data and prints "
			  "these figures and more with other seeds, too." },
	{ ROFF_ITEM,
	  "false reports\nin 20,000 unchanging series of 1,500 windows of each of nine kinds of "
	  "noise: none of sampling alone, over-dispersed, autocorrelation 0.5, heavy tails, a "
	  "changing mix of hosts, gaps and changes of the variance; one with autocorrelation 0.9, "
	  "one with lone spikes. With daily and weekly seasons none in 20,000 of three weeks, two "
	  "in 20,000 of ten days, from which a week cannot be taken: there 13 % have a change at "
	  "p 0.01 before the filters, and 2 % where the variance changes" },
	{ ROFF_ITEM,
	  "recall\nof steps of two sampling floors 99 % and more in all of these kinds, with daily "
	  "and weekly seasons after three weeks; onset at the right window in the median" },
	{ ROFF_ITEM,
	  "smallest step\nfound nine times in ten: 1.1 to 1.2 times the floor that sampling sets; "
	  "0.005 points at shares up to 1 % with the samples of a fleet of 500,000 servers" },
	{ ROFF_ITEM,
	  "at scale\n800,000 series of 1,500 windows from the store in 88 s on two cores, 264 MB; "
	  "the same again with one window more in 9 s" },
	{ ROFF_ITEM,
	  "metrics\nfalse alarms in 300 unchanging series of 1,000 points each: none in white "
	  "noise, autocorrelated noise of 0.5 and spikes, at most 1.4 % in "
	  "ten other kinds; steps of one standard deviation found in 95, 71 and 94 of 100" },
	{ ROFF_END, NULL },
};

static const struct roff limits[] = {
	{ ROFF_PART, "Limits and known weaknesses" },
	{ ROFF_PARAGRAPH, "Six windows are the least, three before and three after. With six to "
			  "eleven of them drift that remembers cannot be told from a step: at an "
			  "autocorrelation of 0.5 a p of 0.01 comes true three times as often. A "
			  "season is known after two of its turns. A share is relative: where more "
			  "than half of a service becomes cheaper at once, the rest seems to grow, "
			  "and only a series of work tells." },
	{ ROFF_PARAGRAPH, "q holds for independent and for positively dependent tests, as a "
			  "function and its callers are; a service in which many functions trade "
			  "cost with each other breaks that assumption mildly. The intervals rest "
			  "on the normal approximation from about ten samples a window on." },
	{ ROFF_PARAGRAPH, "The cost shift filter was the weakest of FBDetect's (15 of its 21 false "
			  "reports), and is the one to look at first in the funnel. Filters are "
			  "heuristics, however calibrated the test before them: their figures are "
			  "kept so that you can disagree." },
	{ ROFF_END, NULL },
};

static void
print_stages(FILE *to)
{
	struct str text;

	roff_part(to, "The stages");
	roff_paragraph(to,
		       "Between a change point and a report stand eight stages, cheap ones "
		       "first. Each counts what it filtered, says what it measured, and can be "
		       "switched off: in config.yaml, stages: NAME: off, or once with *headroom "
		       "detect --no-stage* NAME.");
	str_init(&text, STR_MAX_TEXT);
	for (int i = 0; i < STAGE_COUNT; i++) {
		const struct detect_stage_text *stage = &detect_stage_texts[i];

		str_clear(&text);
		str_addf(&text, "%s Measured: %s; passed %s the limit. %s %s", stage->question,
			 stage->measure, stage->at_least ? "from" : "below", stage->method,
			 stage->weak);
		roff_item(to, stage->name, text.data);
	}
	str_release(&text);
}

static void
print_reasons(FILE *to)
{
	for (int i = 0; i <= DISMISS_OTHER; i++)
		roff_item(to, dismiss_reasons[i].name, dismiss_reasons[i].help);
}

void
manual_detection_print(FILE *to)
{
	fputs(".SH DETECTION\n", to);
	roff_print(to, measured);
	print_stages(to);
	roff_print(to, reading);
	print_reasons(to);
	roff_print(to, data);
	roff_print(to, figures);
	roff_print(to, limits);
}
