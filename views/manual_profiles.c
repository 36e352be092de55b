/*
 * The manual's section on profiles: what is read and written, how a difference is told from
 * noise, what the flame view shows. Keys are in the section of each screen, from its table of
 * actions. Called by manual.c.
 */
#include "views/manual_profiles.h"

#include "views/manual_roff.h"

static const struct roff formats[] = {
	{ ROFF_PARAGRAPH, "A profile is stacks with weights for one service and one window of "
			  "time. What is read is recognised from its bytes, gzip or not:" },
	{ ROFF_ITEM, "perf script\nthe text, in all its variants; *perf.data* through perf itself. "
		     "--by cpu, pid, tid or comm makes windows apart" },
	{ ROFF_ITEM, "folded\nfractional counts, _[k] _[i] _[j] marks, Austin's metadata; two "
		     "counts a line are a difference: two windows, side=before and side=after" },
	{ ROFF_ITEM, "pprof\nprotobuf; every sample type is an event, the file's default is "
		     "counted, --event NAME takes another; inlined frames, drop_frames and "
		     "keep_frames are honoured; samples labelled pprof::base, or negative, are the "
		     "side before" },
	{ ROFF_ITEM, "speedscope, cpuprofile, flamebearer\nJSON. Where weights are times, a "
		     "recording of n samples counts as n samples shared out by weight; two "
		     "speedscope profiles named before and after are a difference; frames that "
		     "open and close count as a sample each millisecond" },
	{ ROFF_ITEM, "callgrind\nhas no stacks: cost is shared out over callers in proportion, as "
		     "gprof does, which is exact for self cost and single calls and an estimate "
		     "for longer paths" },
	{ ROFF_PARAGRAPH,
	  "An import counts one event, unless *import profile --all-events* keeps each apart in "
	  "windows of its own (*profile top --event NAME*): cycles and page faults do not add "
	  "up. Of a file that *flame* opens, one is shown: *flame --event NAME*. Windows whose "
	  "event is not known (folded stacks name none) are those of --event \"not known\". C++ "
	  "and Rust names are demangled without parameters, as perf shows them. What "
	  "could not be understood is counted and said with the first line it happened at." },
	{ ROFF_PARAGRAPH, "*headroom export* writes folded stacks, speedscope, pprof, and an SVG "
			  "picture with zoom and search in it; with --before and --after each "
			  "holds both sides." },
	{ ROFF_PART, "What windows take, and how long they stay" },
	{ ROFF_PARAGRAPH,
	  "Names, frames and stacks are stored once. A window is two blobs beside them, its stacks "
	  "and the counts of its functions, of two to three bytes each: with 1,000 stacks of 200 "
	  "functions 2,004 and 603 bytes, with 20,000 stacks of 4,000 functions 40,005 and 12,003. "
	  "Stacks that lie far apart in the database, weights that are not a multiple of the "
	  "samples, and counts from 64 samples on take a byte or a few more." },
	{ ROFF_PARAGRAPH,
	  "Nothing is removed. *headroom prune* adds windows older than 14 days up to windows of "
	  "an hour and those older than 90 days to windows of a day, stack by stack, each event "
	  "and set of labels for itself; sums over time stay what they were. Two days around the "
	  "change of an open finding stay as recorded. --vacuum gives the space back to the "
	  "disk." },
	{ ROFF_END, NULL },
};

static const struct roff difference[] = {
	{ ROFF_PART, "Change or noise" },
	{ ROFF_PARAGRAPH,
	  "Two profiles of one program never agree: of 82 stacks of two runs of the same binary "
	  "62 differ. Before and after are therefore *sets of windows*. How much a function's "
	  "share varies from window to window on the same side is how much it may differ between "
	  "the sides by chance: Pearson's dispersion over the windows, drawn towards that of all "
	  "functions where windows are few (Smyth 2004), never under that of independent "
	  "samples. With fewer than three windows on a side samples are taken as independent, "
	  "which is a floor: real windows vary more." },
	{ ROFF_PARAGRAPH,
	  "*q* is the part of false ones to expect among all frames that are shown as changed at "
	  "this level (Benjamini and Hochberg 1995), over all frames tested at once. Only frames "
	  "with q at or under 0.05 have a colour and a sign: + more, - less, * new, x gone. All "
	  "others are grey, whatever their figures say." },
	{ ROFF_PART, "Three measures" },
	{ ROFF_ITEM, "share\nsamples of the function by all samples. Shares add up to 1, so where "
		     "one function grew the others fell" },
	{ ROFF_ITEM, "weight\nsamples or time, for equally long stretches of windows: what did not "
		     "change does not move" },
	{ ROFF_ITEM, "work\nweight for each unit of work (requests, rows), which is what a change "
		     "of load leaves as it is; W on the screen or --work on the command line says "
		     "how much was done" },
	{ ROFF_PART, "Widths and movers" },
	{ ROFF_PARAGRAPH,
	  "A difference is drawn as wide as what grew and what shrank below a frame together, so "
	  "that what was removed stays visible; w draws the mean of both shares instead. *Moved "
	  "most* lists each change once, at the deepest frame that explains it: a caller is not "
	  "listed for what its callee did." },
	{ ROFF_PART, "Transforms" },
	{ ROFF_PARAGRAPH,
	  "Transforms are applied one after the other to every stack; the trail stands below the "
	  "graph and u takes its last one back. Shares stay shares of all samples. They are those "
	  "of the Firefox Profiler: focus on a function or a subtree, merge a function into its "
	  "callers, drop samples with it, collapse a module, a subtree or recursion, invert, only "
	  "my code. *headroom profile* takes the same with options." },
	{ ROFF_PARAGRAPH, "A search is a regular expression (POSIX extended; letters of either "
			  "case unless there is a capital). The share of all matches counts no "
			  "sample twice." },
	{ ROFF_END, NULL },
};

void
manual_profiles_print(FILE *to)
{
	fputs(".SH PROFILES\n", to);
	roff_print(to, formats);
	roff_print(to, difference);
}
