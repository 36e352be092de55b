/* The tool series_query: one function's share over time, and before against after a moment. */
#include <math.h>

#include "core/explain/significance.h"
#include "core/store/telemetry.h"
#include "core/tools/all.h"
#include "core/tools/answer.h"
#include "core/tools/arguments.h"

#define POINTS_DEFAULT 60

/* Neighbours are added up until there are no more points than asked for. */
static struct json *
points_json(const struct share_series *series, size_t limit, size_t *together)
{
	struct json *list = json_array();

	*together = (series->count + limit - 1) / limit;
	for (size_t i = 0; i < series->count; i += *together) {
		struct json *json = json_object();
		double count = 0, samples = 0;

		for (size_t j = i; j < i + *together && j < series->count; j++) {
			count += (double)series->items[j].count;
			samples += (double)series->items[j].samples;
		}
		json_set_time(json, "time", series->items[i].start);
		json_set_number(json, "count", count);
		json_set_number(json, "samples", samples);
		json_set_number(json, "share", samples > 0 ? count / samples : NAN);
		json_append(list, json);
	}
	return list;
}

static struct json *
level_json(size_t windows, double count, double samples)
{
	struct json *json = json_object();

	json_set_int(json, "windows", (int64_t)windows);
	json_set_number(json, "count", count);
	json_set_number(json, "samples", samples);
	json_set_number(json, "share", samples > 0 ? count / samples : NAN);
	return json;
}

static struct json *
summary_json(const struct share_series *series, int64_t at)
{
	struct share_change change = { 0 };
	double samples[2] = { 0, 0 };
	size_t windows[2] = { 0, 0 };
	struct json *json = json_object();

	for (size_t i = 0; i < series->count; i++) {
		const struct share_point *point = &series->items[i];
		enum side side = point->start < at ? SIDE_BEFORE : SIDE_AFTER;
		double k = (double)point->count, n = (double)point->samples;

		if (point->samples == 0)
			continue;
		windows[side]++;
		samples[side] += n;
		change.count[side] += k;
		change.squares[side] += k * k / n;
	}
	significance_of(&change, 1, samples, windows);
	json_set_time(json, "at", at);
	json_set(json, "before",
		 level_json(windows[SIDE_BEFORE], change.count[SIDE_BEFORE], samples[SIDE_BEFORE]));
	json_set(json, "after",
		 level_json(windows[SIDE_AFTER], change.count[SIDE_AFTER], samples[SIDE_AFTER]));
	json_set_number(json, "delta",
			samples[0] > 0 && samples[1] > 0
				? change.count[1] / samples[1] - change.count[0] / samples[0]
				: NAN);
	json_set_number(json, "z", change.z);
	json_set_number(json, "p", change.p);
	return json;
}

/* The moment of "at", or of the finding at hand; 0: none. */
static int
moment(struct tool_context *context, const struct json *arguments, int64_t *at, struct error *err)
{
	struct finding finding;
	int result;

	*at = 0;
	if (json_get(arguments, "at") != NULL)
		return arguments_time(arguments, "at", at, err);
	if (context->finding == 0 && json_get(arguments, "finding") == NULL)
		return 0;
	result = arguments_finding(context, arguments, &finding, err);
	*at = finding.changed_at;
	finding_release(&finding);
	return result;
}

static struct json *
series_json(const char *service, const char *function, const struct share_series *series,
	    size_t limit, int64_t at)
{
	struct json *json = json_object();
	size_t together;

	json_set_text(json, "service", service);
	json_set_text(json, "function", function);
	json_set_int(json, "windows", (int64_t)series->count);
	if (at != 0)
		json_set(json, "summary", summary_json(series, at));
	json_set(json, "points", points_json(series, limit, &together));
	json_set_int(json, "windows_per_point", (int64_t)together);
	return json;
}

static int
run(struct tool_context *context, const struct json *arguments, struct json **answer,
    struct error *err)
{
	const char *function = json_get_text(arguments, "function", "");
	size_t limit = (size_t)json_get_int(arguments, "limit", POINTS_DEFAULT);
	struct service service;
	struct share_series series = { 0 };
	struct window_query query = { 0 };
	int64_t at, to = INT64_MAX, from = INT64_MIN;
	int result = -1;

	if (arguments_service(context, arguments, &service, err) < 0 ||
	    arguments_time(arguments, "from", &from, err) < 0 ||
	    arguments_time(arguments, "to", &to, err) < 0 ||
	    moment(context, arguments, &at, err) < 0)
		goto out;
	query = (struct window_query){ .service = service.id, .from = from, .to = to };
	if (telemetry_share_series(store_telemetry(context->store), &query, function, &series,
				   err) < 0)
		goto out;
	if (series.count == 0) {
		error_set(err, ERROR_NOT_FOUND, "%s: no profiles in this time", service.name);
		goto out;
	}
	*answer = series_json(service.name, function, &series, limit, at);
	result = 0;
out:
	share_series_release(&series);
	service_release(&service);
	return result;
}

const struct tool tool_series_query = {
	.name = "series_query",
	.title = "A function over time",
	.description = "The share of a service's samples whose stack contains a function, window "
		       "by window: k of n. With at (or a finding at hand) also the level before "
		       "and after that moment and whether the difference is more than chance.",
	.input_schema =
		"{\"type\":\"object\",\"additionalProperties\":false,\"required\":[\"function\"],"
		"\"properties\":{"
		"\"service\":{\"type\":\"string\",\"maxLength\":200},"
		"\"finding\":{\"type\":\"string\",\"maxLength\":20},"
		"\"function\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":4096},"
		"\"from\":{\"type\":\"string\",\"maxLength\":40,\"description\":"
		"\"RFC 3339, or 2h ago\"},"
		"\"to\":{\"type\":\"string\",\"maxLength\":40},"
		"\"at\":{\"type\":\"string\",\"maxLength\":40,\"description\":"
		"\"compares before this moment with after it\"},"
		"\"limit\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":200}}}",
	.run = run,
};
