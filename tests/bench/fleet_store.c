/*
 * A fleet in a store, and detection over it: hundreds of services with
 * thousands of functions each, ten-minute windows, counts of each function.
 *
 *     fleet_store make DB SERVICES FUNCTIONS WINDOWS SEED   a new store
 *     fleet_store append DB SERVICES FUNCTIONS WINDOW SEED  one window more, number WINDOW
 *     fleet_store detect DB SERVICES FUNCTIONS SEED         prints what it took and found
 *
 * Every count is a function of seed, service, function and window, so that a
 * window appended later is that of the same fleet. Shares are log-normal from
 * 0.001 % to 20 %, medians 0.0083 % (FBDetect's); a third of the functions has noise between
 * windows that remembers; five functions of every tenth service get slower once. Where
 * BENCH_FLEET_SEASON is set, the other two thirds follow the day and the week. Run by
 * tests/bench/run.sh.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/explain/detection.h"
#include "core/store/finding.h"
#include "core/store/service.h"
#include "core/store/telemetry_columns.h"

#define SAMPLES 1000000 /* of a window */
#define WINDOW (10 * CLOCK_MINUTE)
#define START ((int64_t)1790000000 * CLOCK_SECOND)
#define PLANTED_SERVICES 10 /* one in so many ... */
#define PLANTED 5           /* ... has so many functions that get slower */
#define NORMALS 65536

static float normals[NORMALS];
static bool seasonal; /* functions without noise of their own follow the day and the week */

static uint64_t
mix(uint64_t value)
{
	value += 0x9e3779b97f4a7c15ull;
	value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ull;
	value = (value ^ (value >> 27)) * 0x94d049bb133111ebull;
	return value ^ (value >> 31);
}

/* Quantiles of the normal distribution, by bisection of erfc. */
static void
make_normals(void)
{
	for (int i = 0; i < NORMALS; i++) {
		double wanted = (i + 0.5) / NORMALS;
		double low = -6, high = 6;
		for (int round = 0; round < 40; round++) {
			double middle = (low + high) / 2;
			if (erfc(-middle / sqrt(2)) / 2 < wanted)
				low = middle;
			else
				high = middle;
		}
		normals[i] = (float)((low + high) / 2);
	}
}

static double
unit_of(uint64_t bits)
{
	return ((double)(bits >> 11) + 0.5) / 9007199254740992.0;
}

/* One function of the fleet. */
struct function {
	uint64_t key;
	double share;
	double noise; /* between windows, a part of the share */
	size_t step_at;
	double step; /* 0: never */
};

static struct function
function_make(uint64_t seed, size_t service, size_t number, size_t windows)
{
	uint64_t key = mix(mix(seed + service * 1000003) + number);
	struct function function = { .key = key };
	double normal = normals[key % NORMALS];
	function.share = fmin(fmax(0.000083 * exp(2.2 * normal), 0.00001), 0.2);
	function.noise = mix(key + 1) % 3 == 0 ? 0.02 * unit_of(mix(key + 2)) : 0;
	if (service % PLANTED_SERVICES != 0 || number % 7 != 3 || number / 7 >= PLANTED)
		return function;
	size_t after = 60 + mix(key + 3) % (windows / 3);
	double samples = (double)SAMPLES * (double)after;
	double floor =
		sqrt(function.share / samples + function.noise * function.noise * function.share *
							function.share * 3 / (double)after);
	function.step_at = windows > after ? windows - after : windows / 2;
	function.step = fmax(12 * floor, 0.0001);
	return function;
}

/* Poisson by inversion where it is small. */
static double
draw(double mean, uint64_t bits)
{
	if (mean > 40)
		return floor(fmax(mean + sqrt(mean) * normals[bits % NORMALS], 0) + 0.5);
	double left = unit_of(bits);
	double part = exp(-mean);
	double count = 0;
	while (left > part && count < 200) {
		left -= part;
		count++;
		part *= mean / count;
	}
	return count;
}

static uint64_t
count_at(const struct function *function, size_t window)
{
	double share = function->share;
	if (function->noise > 0) {
		double sum = 0, weight = 1;
		for (size_t back = 0; back < 4; back++, weight /= 2)
			sum += weight *
			       normals[mix(function->key ^ ((window + 8 - back) << 20)) % NORMALS];
		share *= 1 + function->noise * sum / 1.15;
	} else if (seasonal) {
		double days = (double)window * WINDOW / (double)CLOCK_DAY;
		double phase = unit_of(mix(function->key + 4));
		share *= 1 + 0.1 * sin(2 * M_PI * (days + phase)) - (fmod(days, 7) >= 5 ? 0.05 : 0);
	}
	if (function->step > 0 && window >= function->step_at)
		share += function->step;
	double count = draw(fmax(share, 0) * SAMPLES, mix(function->key + window * 0x10001 + 7));
	return count < SAMPLES ? (uint64_t)count : SAMPLES;
}

static char *
function_name(size_t service, size_t number)
{
	return memory_format("service_%03zu::unit_%02zu::function_%04zu", service, number % 40,
			     number);
}

struct fleet {
	struct store *store;
	size_t services, functions, windows;
	uint64_t seed;
};

static int
add_windows(const struct fleet *fleet, size_t number, int64_t service, size_t from, size_t to,
	    struct error *err)
{
	struct function_total *totals = memory_alloc_array(fleet->functions, sizeof(*totals));
	struct function *functions = memory_alloc_array(fleet->functions, sizeof(*functions));
	int result = store_begin(fleet->store, err);
	for (size_t f = 0; f < fleet->functions; f++) {
		functions[f] = function_make(fleet->seed, number, f, fleet->windows);
		totals[f].name = function_name(number, f);
	}
	for (size_t w = from; w < to && result == 0; w++) {
		struct window window = { .start = START + (int64_t)w * WINDOW,
					 .end = START + (int64_t)(w + 1) * WINDOW,
					 .samples = SAMPLES,
					 .weight = SAMPLES,
					 .unit = "samples" };
		bool added;
		for (size_t f = 0; f < fleet->functions; f++)
			totals[f].samples = count_at(&functions[f], w);
		result = telemetry_counts_add(store_telemetry(fleet->store), service, &window,
					      totals, fleet->functions, w, &added, err);
	}
	for (size_t f = 0; f < fleet->functions; f++)
		free((char *)totals[f].name);
	free(totals);
	free(functions);
	if (result == 0)
		return store_commit(fleet->store, err);
	store_rollback(fleet->store);
	return -1;
}

static int
fill(const struct fleet *fleet, size_t from, size_t to, struct error *err)
{
	int64_t started = clock_monotonic();
	int result = 0;
	for (size_t s = 0; s < fleet->services && result == 0; s++) {
		struct service service = { .name = memory_format("service_%03zu", s),
					   .cores = 1000,
					   .watts_per_core = 10 };
		result = casebook_service_put(fleet->store, &service, err);
		if (result == 0)
			result = add_windows(fleet, s, service.id, from, to, err);
		service_release(&service);
	}
	printf("fill_seconds %.1f\n", (double)(clock_monotonic() - started) / 1e6);
	return result;
}

/* One of the functions that were made slower? */
static bool
is_planted(const struct fleet *fleet, const char *name)
{
	for (size_t s = 0; s < fleet->services; s += PLANTED_SERVICES) {
		for (size_t f = 0; f < PLANTED; f++) {
			char *planted = function_name(s, f * 7 + 3);
			bool same = strcmp(planted, name) == 0;
			free(planted);
			if (same)
				return true;
		}
	}
	return false;
}

/* Steps that came at about the same time in one service are one finding with members. */
static int
count_findings(const struct fleet *fleet, const struct detection_report *report, struct error *err)
{
	struct strings found = { 0 };
	size_t others = 0;
	for (size_t i = 0; i < report->finding_count; i++) {
		struct finding finding = { 0 };
		if (casebook_finding(fleet->store, report->findings[i].id, &finding, err) < 0)
			return -1;
		strings_add(&finding.members, finding.subject);
		for (size_t m = 0; m < finding.members.count; m++) {
			const char *name = finding.members.items[m];
			if (!is_planted(fleet, name))
				others++;
			else if (!strings_contains(&found, name))
				strings_add(&found, name);
		}
		finding_release(&finding);
	}
	size_t services = (fleet->services + PLANTED_SERVICES - 1) / PLANTED_SERVICES;
	size_t each = fleet->functions > PLANTED * 7 ? PLANTED : (fleet->functions + 3) / 7;
	printf("planted %zu\nfound %zu\nother %zu\n", services * each, found.count, others);
	strings_release(&found);
	return 0;
}

static int
detect(const struct fleet *fleet, struct error *err)
{
	struct detection_options options = { 0 };
	struct detection_report report;
	struct rusage usage;
	int64_t started = clock_monotonic();
	int result = detection_run(fleet->store, &options, &report, NULL, err);
	double seconds = (double)(clock_monotonic() - started) / 1e6;
	getrusage(RUSAGE_SELF, &usage);
	if (result == 0) {
		printf("seconds %.3f\ncpu_seconds %.3f\npeak_mb %ld\n", seconds,
		       (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
			       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6,
		       usage.ru_maxrss / 1024);
		printf("series %llu\nwindows %llu\nchange_points %llu\n",
		       (unsigned long long)report.series, (unsigned long long)report.windows,
		       (unsigned long long)report.change_points);
		result = count_findings(fleet, &report, err);
	}
	detection_report_release(&report);
	return result;
}

static size_t
number_at(char **argv, int argc, int index)
{
	int64_t value = 0;
	if (index >= argc || text_parse_int(&value, argv[index], NULL) < 0 || value < 0) {
		fputs("usage: fleet_store make DB SERVICES FUNCTIONS WINDOWS SEED | "
		      "append DB SERVICES FUNCTIONS WINDOW SEED | detect DB SERVICES FUNCTIONS "
		      "SEED\n",
		      stderr);
		exit(2);
	}
	return (size_t)value;
}

int
main(int argc, char **argv)
{
	struct error error = { 0 };
	struct fleet fleet = { .services = number_at(argv, argc, 3),
			       .functions = number_at(argv, argc, 4) };
	bool only_detect = strcmp(argv[1], "detect") == 0;
	bool append = strcmp(argv[1], "append") == 0;
	int result;
	seasonal = getenv("BENCH_FLEET_SEASON") != NULL;
	if (!only_detect)
		make_normals();
	fleet.windows = only_detect ? 0 : number_at(argv, argc, 5);
	fleet.seed = number_at(argv, argc, only_detect ? 5 : 6);
	size_t from = 0, to = fleet.windows;
	if (append) { /* the fleet is as long as the bench makes it, whatever is appended */
		from = fleet.windows;
		to = from + 1;
		fleet.windows = from / 100 * 100;
	}
	result = store_open(&fleet.store, argv[2], STORE_CREATE, &error);
	if (result == 0)
		result = only_detect ? detect(&fleet, &error) : fill(&fleet, from, to, &error);
	if (result < 0)
		fprintf(stderr, "fleet_store: %s\n", error.text);
	store_close(fleet.store);
	return result < 0 ? 3 : 0;
}
