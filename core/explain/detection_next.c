/* A service that was scanned before. See detection_next.h. Called by detection_scan.c. */
#include "core/explain/detection_next.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/vec.h"
#include "core/store/change.h"

#define GROWTHS 4 /* figures are made new when the windows after a change are 1.2 times as many */
#define SCAN_ALL_PART 4 /* with one function in so many to scan again, all are */

static uint64_t
mix(uint64_t digest, const void *data, size_t length)
{
	const unsigned char *bytes = data;
	for (size_t i = 0; i < length; i++) /* FNV-1a */
		digest = (digest ^ bytes[i]) * 0x100000001b3ull;
	return digest;
}

uint64_t
detection_settings_digest(const struct detection_options *options,
			  const struct detect_settings *settings)
{
	uint64_t digest = 0xcbf29ce484222325ull;
	digest = mix(digest, &options->historic, sizeof(options->historic));
	digest = mix(digest, &options->analysis, sizeof(options->analysis));
	digest = mix(digest, &options->extended, sizeof(options->extended));
	digest = mix(digest, &settings->min_delta, sizeof(settings->min_delta));
	digest = mix(digest, &settings->q_max, sizeof(settings->q_max));
	digest = mix(digest, &settings->p_max, sizeof(settings->p_max));
	digest = mix(digest, &settings->stages_off, sizeof(settings->stages_off));
	for (size_t i = 0; settings->configs != NULL && i < settings->config_count; i++) {
		const struct detect_config *config = &settings->configs[i];
		digest = mix(digest, &config->scale, sizeof(config->scale));
		digest = mix(digest, &config->historic, sizeof(config->historic));
		digest = mix(digest, &config->analysis, sizeof(config->analysis));
		digest = mix(digest, &config->extended, sizeof(config->extended));
		digest = mix(digest, &config->min_delta, sizeof(config->min_delta));
		digest = mix(digest, &config->min_relative, sizeof(config->min_relative));
	}
	return digest;
}

int
detection_context(struct detection_scan *scan, struct store *store, const struct service *service,
		  struct error *err)
{
	const char *work = scan->chosen.work != NULL ? scan->chosen.work : "";
	int64_t newest = 0;
	if (casebook_change_newest(store, service->id, &newest, err) < 0)
		return -1;
	uint64_t digest = mix(scan->digest, &newest, sizeof(newest));
	digest = mix(digest, &service->cores, sizeof(service->cores));
	digest = mix(digest, &service->watts_per_core, sizeof(service->watts_per_core));
	scan->context = mix(digest, work, strlen(work) + 1);
	return 0;
}

uint64_t
detection_outcome_digest(const struct detection_scan *scan)
{
	uint64_t sum = scan->context;
	for (size_t i = 0; i < scan->result.changes.count; i++) {
		const struct detect_change *change = &scan->result.changes.items[i];
		uint64_t digest = 0xcbf29ce484222325ull;
		size_t places[] = { change->at, change->low, change->high };
		size_t after = scan->keys.count - change->at;
		int evidence = (int)floor(GROWTHS * log2((double)after));
		uint32_t number = scan->functions[change->function];
		digest = mix(digest, &number, sizeof(number));
		digest = mix(digest, &change->direction, sizeof(change->direction));
		digest = mix(digest, &change->filter, sizeof(change->filter));
		digest = mix(digest, &evidence, sizeof(evidence));
		for (size_t place = 0; place < 3; place++) {
			const struct window_key *key = &scan->keys.items[places[place]];
			digest = mix(digest, &key->id, sizeof(key->id));
		}
		sum += digest;
	}
	return sum;
}

static size_t
window_of(const struct detection_scan *scan, size_t window, size_t skipped)
{
	size_t now = window > skipped ? window - skipped : 0;
	return now < scan->keys.count ? now : scan->keys.count - 1;
}

/* Changes as they are remembered: enough for the correction and the digest. */
static void
take_changes(struct detection_scan *scan, const struct detection_state *state, size_t skipped)
{
	vec_clear(&scan->result.changes);
	for (size_t i = 0; i < state->change_count; i++) {
		const struct state_change *known = &state->changes[i];
		struct detect_change change = { .function = known->function,
						.direction = known->direction,
						.filter = known->filter,
						.at = window_of(scan, known->at, skipped),
						.low = window_of(scan, known->low, skipped),
						.high = window_of(scan, known->high, skipped),
						.p = known->p,
						.q = 1 };
		vec_push(&scan->result.changes, change);
	}
}

static void
take_functions(struct detection_scan *scan, const struct detection_state *state, size_t skipped)
{
	scan->function_count = state->function_count;
	scan->functions = memory_alloc_array(state->function_count + 1, sizeof(*scan->functions));
	for (size_t f = 0; f < state->function_count; f++)
		scan->functions[f] = state->functions[f].number;
	for (size_t w = 0; w < scan->keys.count && w + skipped < state->windows; w++)
		scan->keys.items[w].samples =
			(uint64_t)(state->sums[skipped + w + 1] - state->sums[skipped + w]);
	int64_t *times = memory_alloc_array(scan->keys.count + 1, sizeof(*times));
	for (size_t w = 0; w < scan->keys.count; w++)
		times[w] = scan->keys.items[w].start;
	detect_settings_spans(&scan->result.spans, &scan->settings, times, scan->keys.count);
	free(times);
	scan->result.tests = state->tests;
	scan->result.series = state->series;
}

/* Some functions scanned again, over all windows. */
struct again {
	struct detection_state *state;
	VEC(uint32_t) numbers; /* in the database, by column */
	VEC(uint32_t) places;  /* in the state, by column */
	struct detect_noise_prior *priors;
};

static void
look_again(void *user, const struct detect_look *look)
{
	struct again *again = user;
	struct detect_look moved = *look;
	moved.function = again->places.items[look->function];
	detection_state_look(again->state, &moved);
}

static void
choose(struct again *again, const bool *marked)
{
	struct detection_state *state = again->state;
	again->priors = memory_alloc_array(state->function_count + 1, sizeof(*again->priors));
	for (size_t f = 0; f < state->function_count; f++) {
		if (!marked[f] || !state->functions[f].tested)
			continue;
		again->priors[again->places.count] = state->priors[state->functions[f].prior];
		vec_push(&again->numbers, state->functions[f].number);
		vec_push(&again->places, (uint32_t)f);
	}
}

static int
scan_chosen(struct detection_scan *scan, struct again *again, struct store *store,
	    struct detect_result *result, const struct progress *progress, struct error *err)
{
	struct function_columns columns = { 0 };
	struct detect_watcher watcher = { .look = look_again,
					  .user = again,
					  .ahead = detection_state_ahead(scan->keys.count) };
	struct detect_settings settings = scan->settings;
	int compact = telemetry_function_columns(store_telemetry(store), &scan->keys,
						 again->numbers.items, again->numbers.count,
						 &columns, progress, err);
	if (compact <= 0)
		return compact;
	settings.watcher = &watcher;
	settings.priors = again->priors;
	int scanned = detection_scan_columns(scan, &columns, &settings, result, progress, err);
	function_columns_release(&columns);
	for (size_t i = 0; scanned == 0 && i < result->changes.count; i++) {
		struct detect_change *change = &result->changes.items[i];
		change->function = again->places.items[change->function];
	}
	return scanned < 0 ? -1 : 1;
}

/* 1, 0: a full scan is needed after all, negative. */
static int
scan_again(struct detection_scan *scan, struct detection_state *state, const bool *marked,
	   struct store *store, struct detect_result *result, const struct progress *progress,
	   struct error *err)
{
	struct again again = { .state = state };
	int done = 1;
	choose(&again, marked);
	if (again.numbers.count > 0)
		done = scan_chosen(scan, &again, store, result, progress, err);
	vec_release(&again.numbers);
	vec_release(&again.places);
	free(again.priors);
	return done;
}

static void
write_state(struct detection_scan *scan, const struct detection_state *state)
{
	str_clear(&scan->state);
	detection_state_write(&scan->state, state);
	scan->state_is_new = true;
}

/* Functions were marked: they and all with a change are scanned again. */
static int
renew(struct detection_scan *scan, struct detection_state *state, bool *marked, size_t skipped,
      struct store *store, const struct progress *progress, struct error *err)
{
	struct detect_result result = { 0 };
	size_t count = detection_state_mark_changed(state, marked);
	int done = 0;
	if (count <= state->function_count / SCAN_ALL_PART)
		done = scan_again(scan, state, marked, store, &result, progress, err);
	if (done > 0) {
		detection_state_renew(state, &result, marked, skipped);
		struct detect_result *known = &scan->result;
		vec_release(&known->changes);
		known->changes = result.changes;
		known->spans = result.spans;
		result = (struct detect_result){ 0 };
		scan->remembered = false;
	}
	detect_result_release(&result);
	return done;
}

static int
add_news(struct detection_scan *scan, struct detection_state *state, size_t skipped,
	 struct store *store, const struct progress *progress, struct error *err)
{
	struct function_columns columns = { 0 };
	struct window_keys news = { 0 };
	size_t known = state->windows - skipped;
	for (size_t w = known; w < scan->keys.count; w++)
		vec_push(&news, scan->keys.items[w]);
	int done = telemetry_function_columns(store_telemetry(store), &news, NULL, 0, &columns,
					      progress, err);
	for (size_t w = 0; w < news.count && done > 0; w++)
		done = news.items[w].samples > 0;
	if (done > 0) {
		size_t room = state->function_count + columns.function_count + 1;
		bool *marked = memory_alloc_array(room, sizeof(*marked));
		size_t count =
			detection_state_add(state, news.items, &columns, scan->p_near, marked);
		take_functions(scan, state, skipped);
		take_changes(scan, state, skipped);
		scan->remembered = true;
		if (count == SIZE_MAX)
			done = 0;
		else if (count > 0)
			done = renew(scan, state, marked, skipped, store, progress, err);
		free(marked);
	}
	if (done > 0)
		write_state(scan, state);
	function_columns_release(&columns);
	window_keys_release(&news);
	return done;
}

/* What a full scan begins with. */
static void
forget(struct detection_scan *scan)
{
	free(scan->functions);
	scan->functions = NULL;
	scan->function_count = 0;
	scan->remembered = false;
	detect_result_release(&scan->result);
	scan->result = (struct detect_result){ 0 };
}

static void
set_from_window(struct detection_scan *scan, int64_t analysis_from)
{
	scan->settings.from_window = 0;
	while (scan->settings.from_window < scan->keys.count &&
	       scan->keys.items[scan->settings.from_window].start < analysis_from)
		scan->settings.from_window++;
}

int
detection_next(struct detection_scan *scan, struct store *store, int64_t analysis_from,
	       const struct progress *progress, struct error *err)
{
	struct detection_state state;
	size_t skipped = 0;
	int done = 0;
	if (!detection_state_read(&state, scan->memory.state, scan->memory.length))
		return 0;
	enum state_fit fit = state.settings == scan->digest
				     ? detection_state_fit(&state, &scan->keys, &skipped)
				     : STATE_UNUSABLE;
	set_from_window(scan, analysis_from);
	if (fit == STATE_SAME) {
		take_functions(scan, &state, skipped);
		take_changes(scan, &state, skipped);
		scan->remembered = true;
		str_add_n(&scan->state, scan->memory.state, scan->memory.length);
		done = 1;
	} else if (fit == STATE_NEW) {
		done = add_news(scan, &state, skipped, store, progress, err);
	}
	detection_state_release(&state);
	if (done <= 0)
		forget(scan);
	return done;
}

/* The q of the change that this one was when it was remembered; the correction is not made again.
 */
static double
remembered_q(const struct detect_result *known, const struct detect_change *change)
{
	double q = 1;
	for (size_t i = 0; i < known->changes.count; i++) {
		const struct detect_change *other = &known->changes.items[i];
		if (other->function == change->function && other->direction == change->direction &&
		    other->q < q)
			q = other->q;
	}
	return q;
}

int
detection_next_details(struct detection_scan *scan, struct store *store,
		       const struct progress *progress, struct error *err)
{
	struct detection_state state;
	struct detect_result result = { 0 };
	if (!detection_state_read(&state, scan->state.data, scan->state.len))
		return error_set(err, ERROR_CORRUPT, "what detection remembers is damaged");
	bool *marked = memory_alloc_array(state.function_count + 1, sizeof(*marked));
	detection_state_mark_changed(&state, marked);
	int done = scan_again(scan, &state, marked, store, &result, progress, err);
	if (done == 0)
		error_set(err, ERROR_CONFLICT, "windows changed while they were looked at");
	if (done > 0) {
		size_t kept = 0;
		for (size_t i = 0; i < result.changes.count; i++) {
			result.changes.items[i].q =
				remembered_q(&scan->result, &result.changes.items[i]);
			if (result.changes.items[i].q < 1)
				result.changes.items[kept++] = result.changes.items[i];
		}
		vec_clear(&scan->result.changes);
		for (size_t i = 0; i < kept; i++)
			vec_push(&scan->result.changes, result.changes.items[i]);
		scan->remembered = false;
	}
	detect_result_release(&result);
	free(marked);
	detection_state_release(&state);
	return done > 0 ? 0 : -1;
}
