/*
 * Fills a database for the benchmarks of the screens: `fill findings DB N`.
 * The findings are what the case book would hold after a long time in service:
 * shares, costs and states spread as a fixed seed spreads them.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/store/finding.h"
#include "core/store/service.h"

static uint64_t state = 0x9e3779b97f4a7c15ull;

static double
random_unit(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (double)(state >> 11) / 9007199254740992.0;
}

static int
add_finding(struct store *store, const struct service *service, int64_t number, int64_t now,
	    struct error *err)
{
	struct finding finding = { .service = service->id };
	double share = exp(-3 - 6 * random_unit());
	bool added;
	int result;

	finding.kind = random_unit() < 0.3 ? FINDING_OPPORTUNITY : FINDING_REGRESSION;
	finding.subject_kind = memory_string("function");
	finding.subject = memory_format("module_%lld_function_%lld", (long long)(number % 97),
					(long long)number);
	finding.fingerprint = memory_format("bench-%lld", (long long)number);
	finding.detected_at = now - (int64_t)(random_unit() * 30) * CLOCK_DAY;
	finding.changed_at = finding.detected_at - 3 * CLOCK_HOUR;
	finding.changed_low = finding.changed_at - CLOCK_HOUR;
	finding.changed_high = finding.changed_at + CLOCK_HOUR;
	finding.before = share;
	finding.after =
		finding.kind == FINDING_REGRESSION ? share * (1 + random_unit()) : share / 2;
	finding.p = pow(10, -30 * random_unit());
	finding.q = finding.p;
	finding.impact.cores = service->cores * fabs(finding.after - finding.before);
	finding.impact.watts = finding.impact.cores * service->watts_per_core;
	finding.impact.low = 0.9 * finding.impact.cores;
	finding.impact.high = 1.1 * finding.impact.cores;
	result = casebook_finding_put(store, &finding, &added, err);
	finding_release(&finding);
	return result;
}

static int
fill(struct store *store, int64_t count, struct error *err)
{
	struct service service = { .name = memory_string("bench"),
				   .cores = 10000,
				   .watts_per_core = 10 };
	int64_t now = clock_now();
	int result = -1;

	if (store_begin(store, err) < 0 || casebook_service_put(store, &service, err) < 0)
		goto out;
	for (int64_t i = 0; i < count; i++)
		if (add_finding(store, &service, i, now, err) < 0)
			goto out;
	result = store_commit(store, err);
out:
	service_release(&service);
	return result;
}

int
main(int argc, char **argv)
{
	struct error error = { 0 };
	struct store *store = NULL;
	int64_t count;
	int status = 0;

	if (argc != 4 || strcmp(argv[1], "findings") != 0 ||
	    text_parse_int(&count, argv[3], NULL) < 0) {
		fputs("usage: fill findings DB N\n", stderr);
		return 2;
	}
	if (store_open(&store, argv[2], STORE_CREATE, &error) < 0 ||
	    fill(store, count, &error) < 0) {
		fprintf(stderr, "fill: %s\n", error.text);
		status = 3;
	}
	store_close(store);
	return status;
}
