/* `power`: what detection could see: the smallest visible increase, or the data that one needs. */
#include "core/detect/power.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/text.h"
#include "core/base/vec.h"
#include "core/store/series.h"
#include "core/store/service.h"
#include "core/store/telemetry.h"
#include "views/commands/command.h"
#include "views/commands/finding_text.h"

#define P_DEFAULT 0.001 /* of one function, where thousands are scanned at once */

struct question {
	struct power_question power;
	double delta;          /* NAN: not asked */
	double window_seconds; /* NAN: not known */
	const char *service;   /* NULL: from numbers given */
	const char *function;
	size_t windows; /* there are */
};

/* "0.0083%" or "0.000083". */
static int
read_share(const struct arguments *arguments, const char *name, double *value, struct error *err)
{
	const char *text = argument_text(arguments, name);
	char *end;
	double number;

	if (text == NULL)
		return 0;
	number = strtod(text, &end);
	while (*end == ' ')
		end++;
	if (end == text || !isfinite(number) || (*end != '\0' && strcmp(end, "%") != 0))
		return error_set(err, ERROR_USAGE,
				 "%s: a fraction of 1, or percent with a %%: %.40s", name, text);
	if (*end == '%')
		number /= 100;
	if (number <= 0 || number >= 1)
		return error_set(err, ERROR_USAGE, "%s: between 0 and 100 %%", name);
	*value = number;
	return 0;
}

static int
read_positive(const struct arguments *arguments, const char *name, double *value, struct error *err)
{
	if (argument_text(arguments, name) == NULL)
		return 0;
	if (argument_number(arguments, name, value, err) < 0)
		return -1;
	if (!(*value > 0 && *value < 1e18))
		return error_set(err, ERROR_USAGE, "%s: over 0", name);
	return 0;
}

static int
read_numbers(struct question *question, const struct arguments *arguments, struct error *err)
{
	struct power_question *power = &question->power;
	int64_t window = 0;

	if (read_share(arguments, "--share", &power->share, err) < 0 ||
	    read_share(arguments, "--delta", &question->delta, err) < 0 ||
	    read_positive(arguments, "--samples", &power->samples, err) < 0 ||
	    read_positive(arguments, "--windows", &power->windows_after, err) < 0 ||
	    read_positive(arguments, "--windows-before", &power->windows_before, err) < 0 ||
	    read_positive(arguments, "--dispersion", &power->dispersion, err) < 0 ||
	    read_positive(arguments, "--memory", &power->memory, err) < 0 ||
	    read_positive(arguments, "--p", &power->p, err) < 0 ||
	    read_positive(arguments, "--power", &power->power, err) < 0 ||
	    argument_duration(arguments, "--window", &window, err) < 0)
		return -1;
	if (power->p >= 0.5)
		return error_set(err, ERROR_USAGE, "--p: under 0.5");
	if (power->power >= 1)
		return error_set(err, ERROR_USAGE, "--power: under 1");
	if (window > 0)
		question->window_seconds = (double)window / (double)CLOCK_SECOND;
	return 0;
}

/* Variance of the windows of one function over the binomial one, lone spikes and steps included. */
static double
measure_dispersion(const struct share_series *series, double share)
{
	double sum = 0;
	size_t count = 0;

	/* Differences of neighbours: a level that changed once does not count as noise. */
	for (size_t i = 1; i < series->count; i++) {
		double n0 = (double)series->items[i - 1].samples;
		double n1 = (double)series->items[i].samples;
		double difference, variance = share * (1 - share) * (1 / n0 + 1 / n1);

		if (!(n0 > 0 && n1 > 0 && variance > 0))
			continue;
		difference = (double)series->items[i].count / n1 -
			     (double)series->items[i - 1].count / n0;
		sum += difference * difference / variance;
		count++;
	}
	return count > 0 ? fmax(1, sum / (double)count) : 1;
}

static int
compare_seconds(const void *left, const void *right)
{
	const double *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

/* From the start of one window to that of the next, in the middle of all. */
static double
window_step(const struct share_series *series)
{
	double *steps, step = NAN;

	if (series->count < 2)
		return NAN;
	steps = malloc((series->count - 1) * sizeof(*steps));
	if (steps == NULL)
		return NAN;
	for (size_t i = 1; i < series->count; i++)
		steps[i - 1] = (double)(series->items[i].start - series->items[i - 1].start) /
			       (double)CLOCK_SECOND;
	qsort(steps, series->count - 1, sizeof(*steps), compare_seconds);
	step = steps[(series->count - 1) / 2];
	free(steps);
	return step;
}

static void
fill_from(struct question *question, const struct share_series *series)
{
	struct power_question *power = &question->power;
	double count = 0, samples = 0;

	for (size_t i = 0; i < series->count; i++) {
		count += (double)series->items[i].count;
		samples += (double)series->items[i].samples;
	}
	question->windows = series->count;
	if (samples <= 0)
		return;
	if (power->share == 0)
		power->share = count / samples;
	if (power->samples == 0)
		power->samples = samples / (double)series->count;
	if (power->dispersion == 0 && question->function != NULL)
		power->dispersion = measure_dispersion(series, count / samples);
	if (isnan(question->window_seconds))
		question->window_seconds = window_step(series);
	if (power->windows_before == 0)
		power->windows_before = (double)series->count;
}

static int
take_share(void *user, const struct series_info *info, const struct series_points *points,
	   struct error *err)
{
	struct share_series *out = user;

	if (info->kind != SERIES_SHARE)
		return error_set(err, ERROR_USAGE,
				 "series %.80s is no share: power counts samples of shares",
				 info->name);
	for (size_t i = 0; i < points->count; i++) {
		struct share_point point = { points->times[i], points->times[i],
					     (uint64_t)(points->values[i] * points->samples[i] +
							0.5),
					     (uint64_t)points->samples[i] };
		vec_push(out, point);
	}
	return 0;
}

/* A function of the profiles, or else a share that was imported as a series. */
static int
read_function(struct session *session, const struct window_query *query, const char *function,
	      struct share_series *out, struct error *err)
{
	struct telemetry *telemetry = store_telemetry(session->store);
	struct series_query imported = { .service = query->service, .name = function, .kind = -1 };
	struct error missing = { 0 };

	if (telemetry_share_series(telemetry, query, function, out, &missing) < 0 &&
	    missing.code != ERROR_NOT_FOUND) {
		*err = missing;
		return -1;
	}
	if (out->count > 0)
		return 0;
	if (telemetry_series_each(telemetry, &imported, take_share, out, NULL, err) < 0)
		return -1;
	if (out->count == 0)
		return error_set(err, ERROR_NOT_FOUND,
				 "no function or imported share %.80s in this service", function);
	return 0;
}

static int
read_service(struct session *session, struct question *question, const struct arguments *arguments,
	     struct error *err)
{
	struct service service = { 0 };
	struct share_series series = { 0 };
	struct window_list windows = { 0 };
	int result = -1;

	if (session_service(session, question->service, &service, err) < 0)
		return -1;
	struct window_query query = { .service = service.id };
	if (question->function != NULL) {
		if (read_function(session, &query, question->function, &series, err) < 0)
			goto out;
	} else {
		if (telemetry_windows(store_telemetry(session->store), &query, &windows, err) < 0)
			goto out;
		for (size_t i = 0; i < windows.count; i++) {
			struct share_point point = { windows.items[i].start, windows.items[i].end,
						     0, windows.items[i].samples };
			vec_push(&series, point);
		}
	}
	if (series.count == 0) {
		error_set(err, ERROR_NOT_FOUND, "service %.80s has no profiles yet", service.name);
		goto out;
	}
	fill_from(question, &series);
	if (question->function == NULL && argument_text(arguments, "--share") == NULL) {
		error_set(err, ERROR_USAGE, "name a function, or say --share");
		goto out;
	}
	result = 0;
out:
	share_series_release(&series);
	window_list_release(&windows);
	service_release(&service);
	return result;
}

static void
set_span(struct json *json, const struct question *question, double windows)
{
	json_set_number(json, "windows", ceil(windows));
	json_set_number(json, "samples", ceil(windows) * question->power.samples);
	json_set_number(json, "days", ceil(windows) * question->window_seconds / 86400);
}

static struct json *
answer_json(const struct question *question)
{
	const struct power_question *power = &question->power;
	struct json *json = json_object(), *needed = json_object();

	json_set_text(json, "service", question->service);
	json_set_text(json, "function", question->function);
	json_set_number(json, "share", power->share);
	json_set_number(json, "samples_per_window", power->samples);
	json_set_number(json, "windows_before", power->windows_before);
	json_set_number(json, "windows_after", power->windows_after);
	json_set_number(json, "window_seconds", question->window_seconds);
	json_set_number(json, "dispersion", power->dispersion);
	json_set_number(json, "memory", power->memory);
	json_set_number(json, "p", power->p);
	json_set_number(json, "power", power->power);
	json_set_number(json, "smallest", power_smallest(power));
	if (isnan(question->delta)) {
		json_free(needed);
		return json;
	}
	json_set_number(json, "delta", question->delta);
	json_set_number(json, "power_of_delta", power_of(power, question->delta));
	set_span(needed, question, power_windows(power, question->delta));
	json_set(json, "needed", needed);
	return json;
}

static void
say_needed(struct session *session, const struct question *question)
{
	double windows = ceil(power_windows(&question->power, question->delta));
	char delta[TEXT_NUMBER_SIZE], count[TEXT_NUMBER_SIZE], samples[TEXT_NUMBER_SIZE];

	finding_text_delta(question->delta, NULL, delta);
	if (!isfinite(windows)) {
		session_say(session,
			    "needed    no number of windows after shows %s: the windows before "
			    "are too few\n",
			    delta);
		return;
	}
	session_say(session, "needed    %s window%s after for %s (%s samples",
		    text_count(windows, count), windows == 1 ? "" : "s", delta,
		    text_short_count(windows * question->power.samples, samples));
	if (isfinite(question->window_seconds))
		session_say(session, ", %.3g days", windows * question->window_seconds / 86400);
	session_say(session, ")\n");
	session_say(session, "power     %.0f %% in the windows given\n",
		    100 * power_of(&question->power, question->delta));
}

static void
say_answer(struct session *session, const struct question *question)
{
	const struct power_question *power = &question->power;
	double smallest = power_smallest(power);
	char share[TEXT_NUMBER_SIZE], samples[TEXT_NUMBER_SIZE], delta[TEXT_NUMBER_SIZE];

	session_say(session, "share     %s%s%s\n", text_percent(power->share, share),
		    question->function != NULL ? " of " : "",
		    question->function != NULL ? question->function : "");
	session_say(session, "samples   %s a window, ", text_short_count(power->samples, samples));
	if (isfinite(power->windows_before))
		session_say(session, "%.4g window%s before, ", power->windows_before,
			    power->windows_before == 1 ? "" : "s");
	else
		session_say(session,
			    "any number of windows before (--windows-before says how many), ");
	session_say(session, "%.4g after\n", power->windows_after);
	session_say(session, "noise     %.3g times the sampling's, memory %.3g window%s\n",
		    power->dispersion, power->memory, power->memory == 1 ? "" : "s");
	if (isfinite(smallest))
		session_say(session, "smallest  %s are seen with %.3g %% (p %.3g)\n",
			    finding_text_delta(smallest, NULL, delta), 100 * power->power,
			    power->p);
	else
		session_say(session, "smallest  no increase is seen\n");
	if (!isnan(question->delta))
		say_needed(session, question);
}

static int
run(struct session *session, const struct arguments *arguments, struct error *err)
{
	struct question question = { .delta = NAN, .window_seconds = NAN };
	struct power_question *power = &question.power;

	question.service = argument_text(arguments, "--service");
	question.function = arguments->rest.count > 0 ? arguments->rest.items[0] : NULL;
	if (read_numbers(&question, arguments, err) < 0)
		return -1;
	if ((question.service != NULL || question.function != NULL) &&
	    read_service(session, &question, arguments, err) < 0)
		return -1;
	if (power->share == 0 || power->samples == 0)
		return error_set(err, ERROR_USAGE,
				 "say --share and --samples, or --service S and a function");
	if (power->windows_after == 0)
		power->windows_after = 3;
	if (power->windows_before == 0)
		power->windows_before = INFINITY;
	if (power->dispersion < 1)
		power->dispersion = 1;
	if (power->memory < 1)
		power->memory = 1;
	if (power->p == 0)
		power->p = P_DEFAULT;
	if (power->power == 0)
		power->power = POWER_DEFAULT;
	if (power->splits == 0)
		power->splits = isfinite(power->windows_before)
					? power->windows_before + power->windows_after
					: power->windows_after;
	if (session->json)
		session_print_json(session, answer_json(&question));
	else
		say_answer(session, &question);
	return COMMAND_YES;
}

static const struct option options[] = {
	{ "--service", "S", "share, samples, windows and noise as this service has them" },
	{ "--share", "X", "share of the function: 0.000083, or 0.0083%" },
	{ "--samples", "N", "samples of one window" },
	{ "--windows", "N", "windows after the change (3)" },
	{ "--windows-before", "N", "windows before it (those there are, else any number)" },
	{ "--window", "D", "from one window to the next, for an answer in days" },
	{ "--delta", "X", "how many windows, samples and days this increase needs" },
	{ "--dispersion", "X", "variance of a window over that of sampling (as measured, else 1)" },
	{ "--memory", "N", "windows that are worth one independent window (1)" },
	{ "--p", "X", "threshold of one function (0.001, for thousands at once)" },
	{ "--power", "X", "chance to see it (0.9)" },
	{ 0 },
};

const struct command command_power = {
	.name = "power",
	.words = "[FUNCTION]",
	.words_max = 1,
	.summary = "Says the smallest increase that could be seen, or what one needs",
	.text = "The smallest visible increase goes with the square root of variance over samples. "
		"Noise is measured from differences of neighbouring windows, so that a step "
		"does not count as noise.",
	.options = options,
	.run = run,
};
