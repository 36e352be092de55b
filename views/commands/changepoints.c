/*
 * `changepoints FILE`: change points of every series of a file. No database is
 * opened. The series are shared out among threads; each has its own workspace,
 * and the answers are printed in the order of the file.
 */
#include "core/detect/changepoint.h"

#include <inttypes.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/collect/series_read.h"
#include "views/commands/command.h"

#define THREADS_MAX 64
#define TURN 8 /* series that a thread takes at once */

/* What was found in one series. */
struct answer {
	struct changepoint *items;
	size_t count, points;
};

struct run {
	const struct series_table *table;
	const struct cancel *cancel;
	struct changepoint_settings settings;
	struct answer *answers; /* one a series */
	atomic_size_t next;
	atomic_bool failed;
	struct error err; /* of the first that failed */
};

/*
 * Rows of one point share a number: the build's, or one for each time where times repeat.
 * Returns NULL where every row is a point; *made is the caller's.
 */
static const uint32_t *
groups_of(const struct table_series *series, bool has_groups, uint32_t **made)
{
	bool repeats = false;
	uint32_t number = 0;

	*made = NULL;
	if (has_groups)
		return series->groups;
	for (size_t i = 1; i < series->count && !repeats; i++)
		repeats = series->times[i] == series->times[i - 1];
	if (!repeats)
		return NULL;
	*made = memory_alloc_array(series->count, sizeof(**made));
	for (size_t i = 1; i < series->count; i++) {
		number += series->times[i] != series->times[i - 1];
		(*made)[i] = number;
	}
	return *made;
}

static int
find_one(struct run *run, size_t place, struct changepoints *found, struct error *err)
{
	const struct table_series *series = &run->table->items[place];
	struct answer *answer = &run->answers[place];
	uint32_t *made;
	struct changepoint_input input = {
		.values = series->values,
		.times = run->table->is_index ? NULL : series->times,
		.groups = groups_of(series, run->table->has_groups, &made),
		.count = series->count,
	};
	int result = changepoints_find(found, &input, &run->settings, err);

	free(made);
	if (result < 0)
		return error_prefix(err, "%.60s", series->name);
	answer->points = found->points;
	answer->count = found->items.count;
	if (answer->count > 0)
		answer->items =
			memory_copy(found->items.items, answer->count * sizeof(*answer->items));
	return 0;
}

static void *
work(void *state)
{
	struct run *run = state;
	struct changepoints found = { 0 };
	struct error err = { 0 };
	size_t count = run->table->count;

	while (!atomic_load(&run->failed) && !cancel_requested(run->cancel)) {
		size_t from = atomic_fetch_add(&run->next, TURN);

		if (from >= count)
			break;
		for (size_t i = from; i < from + TURN && i < count; i++) {
			if (find_one(run, i, &found, &err) == 0)
				continue;
			if (!atomic_exchange(&run->failed, true))
				run->err = err;
			break;
		}
	}
	changepoints_release(&found);
	return NULL;
}

static size_t
thread_count(const struct series_table *table)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	size_t useful = table->points / 10000 + 1;
	size_t count = processors > 1 ? (size_t)processors : 1;

	count = count < THREADS_MAX ? count : THREADS_MAX;
	count = count < useful ? count : useful;
	return count < table->count ? count : table->count;
}

static int
find_all(struct run *run, struct error *err)
{
	pthread_t threads[THREADS_MAX];
	size_t wanted = thread_count(run->table);
	size_t started = 0;

	while (started + 1 < wanted && pthread_create(&threads[started], NULL, work, run) == 0)
		started++;
	work(run);
	for (size_t i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
	if (cancel_requested(run->cancel))
		return error_set(err, ERROR_CANCELLED, "interrupted");
	if (!atomic_load(&run->failed))
		return 0;
	if (err != NULL)
		*err = run->err;
	return -1;
}

static struct json *
item_to_json(const struct changepoint *item, const struct table_series *series, bool is_index)
{
	struct json *object = json_object();
	int64_t time = series->times[item->index];

	json_set_int(object, "index", (int64_t)item->index);
	if (is_index)
		json_set_int(object, "time", time / CLOCK_SECOND);
	else
		json_set_time(object, "time", time);
	json_set_number(object, "before", item->before);
	json_set_number(object, "after", item->after);
	json_set_number(object, "p", item->p);
	json_set_int(object, "low", (int64_t)item->low);
	json_set_int(object, "high", (int64_t)item->high);
	json_set_number(object, "delta", item->after - item->before);
	json_set_number(object, "delta_low", item->delta_low);
	json_set_number(object, "delta_high", item->delta_high);
	json_set_number(object, "effect", item->effect);
	return object;
}

static void
print_json(struct session *session, const struct run *run)
{
	struct json *document = json_object(), *array = json_array();

	json_set(document, "series", array);
	for (size_t i = 0; i < run->table->count; i++) {
		const struct table_series *series = &run->table->items[i];
		struct json *object = json_object(), *items = json_array();

		json_set_text(object, "name", series->name);
		json_set_int(object, "points", (int64_t)series->count);
		if (run->answers[i].points != series->count - series->gaps)
			json_set_int(object, "groups", (int64_t)run->answers[i].points);
		json_set(object, "changepoints", items);
		for (size_t k = 0; k < run->answers[i].count; k++)
			json_append(items, item_to_json(&run->answers[i].items[k], series,
							run->table->is_index));
		json_append(array, object);
	}
	session_print_json(session, document);
}

static void
say_item(struct session *session, const struct table_series *series, const struct changepoint *item,
	 bool is_index)
{
	char when[CLOCK_TEXT_SIZE], change[32] = "";
	int64_t time = series->times[item->index];

	if (is_index)
		snprintf(when, sizeof(when), "%" PRId64, time / CLOCK_SECOND);
	else
		clock_format(time, when);
	if (item->before > 0 && item->after > 0)
		snprintf(change, sizeof(change), "  %+.1f %%",
			 (item->after / item->before - 1) * 100);
	session_say(session, "%s  %s  point %zu (%zu to %zu)  %.6g -> %.6g%s  p %.2g\n",
		    series->name, when, item->index, item->low, item->high, item->before,
		    item->after, change, item->p);
}

static size_t
print_answers(struct session *session, const struct run *run)
{
	size_t changes = 0, changed = 0;

	for (size_t i = 0; i < run->table->count; i++) {
		changes += run->answers[i].count;
		changed += run->answers[i].count > 0;
		for (size_t k = 0; k < run->answers[i].count && !session->json; k++)
			say_item(session, &run->table->items[i], &run->answers[i].items[k],
				 run->table->is_index);
	}
	if (session->json)
		print_json(session, run);
	session_say(session, "%zu change point%s in %zu of %zu series\n", changes,
		    changes == 1 ? "" : "s", changed, run->table->count);
	return changes;
}

static int
read_settings(struct changepoint_settings *settings, const struct arguments *arguments,
	      struct error *err)
{
	int64_t points = 0;

	if (argument_number(arguments, "--p", &settings->p_max, err) < 0 ||
	    argument_number(arguments, "--min-effect", &settings->effect_min, err) < 0 ||
	    argument_count(arguments, "--min-points", &points, err) < 0)
		return -1;
	if (argument_text(arguments, "--p") != NULL &&
	    !(settings->p_max > 0 && settings->p_max <= 0.1))
		return error_set(err, ERROR_USAGE, "--p: more than 0 and at most 0.1");
	if (!(settings->effect_min >= 0))
		return error_set(err, ERROR_USAGE, "--min-effect: standard deviations, 0 or more");
	if (argument_text(arguments, "--min-points") != NULL && (points < 2 || points > 1000000))
		return error_set(err, ERROR_USAGE, "--min-points: from 2 to 1000000");
	settings->segment_min = (size_t)points;
	return 0;
}

static int
read_table(struct series_table *table, struct session *session, const struct arguments *arguments,
	   struct error *err)
{
	struct series_read_options options = {
		.time = argument_text(arguments, "--time"),
		.value = argument_text(arguments, "--value"),
		.name = argument_text(arguments, "--series"),
		.group = argument_text(arguments, "--by"),
		.keep_going = argument_flag(arguments, "--keep-going"),
	};
	struct series_read_report report = { 0 };
	struct reader *reader = NULL;

	series_table_init(table);
	if (reader_open(&reader, arguments->rest.items[0], err) < 0)
		return -1;
	int result = series_read(table, reader, &options, &report, &session->progress, err);
	reader_close(reader);
	session_progress_end(session);
	if (result == 0)
		session_warn_skipped(session, arguments->rest.items[0], report.lines_skipped,
				     report.first_skipped_line, report.first_skipped_reason);
	return result;
}

static int
run(struct session *session, const struct arguments *arguments, struct error *err)
{
	struct series_table table;
	struct run state = { .table = &table, .cancel = &session->cancel };
	int result = -1;

	if (read_settings(&state.settings, arguments, err) < 0)
		return -1;
	if (read_table(&table, session, arguments, err) == 0) {
		state.answers = memory_alloc_array(table.count + 1, sizeof(*state.answers));
		if (find_all(&state, err) == 0)
			result = print_answers(session, &state) == 0 &&
						 argument_flag(arguments, "--fail")
					 ? COMMAND_NO
					 : COMMAND_YES;
		for (size_t i = 0; i < table.count; i++)
			free(state.answers[i].items);
		free(state.answers);
	}
	series_table_release(&table);
	return result;
}

static const struct option options[] = {
	{ "--time", "COLUMN", "the column of times; else time, timestamp, date, index" },
	{ "--value", "COLUMN", "the column of values of a long file; else value, measurement" },
	{ "--series", "COLUMN", "the column of names of a long file; else series, name, metric" },
	{ "--by", "COLUMN", "rows of one build or version are one point; else build, version" },
	{ "--p", "X", "greatest p of a change point, corrected for choosing the split (0.001)" },
	{ "--min-effect", "X", "least change, in standard deviations within the levels (0.6)" },
	{ "--min-points", "N", "points of a level; else 5 and one more for every 200 points" },
	{ "--keep-going", NULL, "skip lines that cannot be read" },
	{ "--fail", NULL, "exit 1 where nothing is found" },
	{ 0 },
};

const struct command command_changepoints = {
	.name = "changepoints",
	.words = "FILE|-",
	.words_min = 1,
	.words_max = 1,
	.summary = "Finds the change points of every series of a file; no database",
	.text = "FILE is CSV, long (time,series,value) or wide (time,NAME,NAME...), or JSON "
		"lines; - is stdin. Times are RFC 3339, dates, seconds since the epoch or an "
		"index. Empty cells and NaN are gaps. Several rows of one time, or of one build "
		"(--by), are one point: their median; the drift between builds stays in the "
		"noise that a change is measured against. The index counts rows from 0 and is "
		"the first row of the new level. A change point is a level that lasts, or a trend "
		"that bends: spikes, "
		"slow drift, seasons and noise that remembers are none. Changes that are both "
		"under 1.5 standard deviations and under 0.9 % of the level are left out. p is "
		"corrected for having chosen the split.",
	.options = options,
	.run = run,
};
