/* An answer of query_range into a table; see prometheus_answer.h. */
#include "core/collect/prometheus_answer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/number.h"
#include "core/base/text.h"
#include "core/base/vec.h"
#include "core/collect/series_time.h"

#define KEY_MAX ((size_t)4096)

/* What an open object or array is. */
enum place {
	PLACE_OTHER,
	PLACE_ROOT,
	PLACE_WARNINGS,
	PLACE_DATA,
	PLACE_RESULT,
	PLACE_SERIES,
	PLACE_METRIC,
	PLACE_VALUES,
	PLACE_POINT,
};

static const struct {
	enum place parent;
	const char *key; /* NULL: inside an array */
	bool object;
	enum place place;
} children[] = {
	{ PLACE_ROOT, "data", true, PLACE_DATA },
	{ PLACE_ROOT, "warnings", false, PLACE_WARNINGS },
	{ PLACE_DATA, "result", false, PLACE_RESULT },
	{ PLACE_RESULT, NULL, true, PLACE_SERIES },
	{ PLACE_SERIES, "metric", true, PLACE_METRIC },
	{ PLACE_SERIES, "values", false, PLACE_VALUES },
	{ PLACE_VALUES, NULL, false, PLACE_POINT },
};

static enum place
place_now(const struct prometheus_answer *answer)
{
	return answer->depth > 0 && answer->depth <= PROMETHEUS_DEPTH
		       ? (enum place)answer->places[answer->depth - 1]
		       : PLACE_OTHER;
}

static enum place
place_of(const struct prometheus_answer *answer, bool object)
{
	enum place parent = place_now(answer);

	if (answer->depth == 0)
		return object ? PLACE_ROOT : PLACE_OTHER;
	for (size_t i = 0; i < sizeof(children) / sizeof(children[0]); i++)
		if (children[i].parent == parent && children[i].object == object &&
		    (children[i].key == NULL || strcmp(children[i].key, answer->key.data) == 0))
			return children[i].place;
	return PLACE_OTHER;
}

static void
begin(struct prometheus_answer *answer, bool object)
{
	enum place place = place_of(answer, object);

	if (answer->depth < PROMETHEUS_DEPTH)
		answer->places[answer->depth] = place;
	answer->depth++;
	if (place == PLACE_SERIES) {
		strings_release(&answer->labels);
		memory_replace_string(&answer->metric, NULL);
		vec_clear(&answer->points);
	} else if (place == PLACE_POINT) {
		answer->part = 0;
	}
}

static void
add_quoted(struct str *out, const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			str_add_char(out, '\\');
		if (*text == '\n')
			str_add(out, "\\n");
		else
			str_add_char(out, *text);
	}
}

/* metric{job="api",zone="a"}, labels by name. */
static void
make_name(struct prometheus_answer *answer, struct str *name)
{
	str_add(name, answer->name != NULL     ? answer->name
		      : answer->metric != NULL ? answer->metric
					       : answer->query);
	strings_sort(&answer->labels);
	for (size_t i = 0; i < answer->labels.count; i++) {
		const char *label = answer->labels.items[i];
		size_t length = strcspn(label, "=");

		str_add_char(name, i == 0 ? '{' : ',');
		str_add_n(name, label, length);
		str_add(name, "=\"");
		add_quoted(name, label + length + 1);
		str_add_char(name, '"');
	}
	if (answer->labels.count > 0)
		str_add_char(name, '}');
}

static int
end_series(struct prometheus_answer *answer, struct error *err)
{
	struct table_series *series;
	struct str name;
	size_t place;
	int result;

	if (answer->points.count == 0)
		return 0;
	str_init(&name, STR_MAX_LINE);
	make_name(answer, &name);
	result = series_table_place(answer->table, name.data, name.len, &place, err);
	for (size_t i = 0; result == 0 && i < answer->points.count; i++)
		result = series_table_add(answer->table, place, &answer->points.items[i], err);
	if (result == 0) {
		series = &answer->table->items[place];
		if (series->labels.count == 0) {
			series->labels = answer->labels;
			answer->labels = (struct strings){ 0 };
		}
	}
	str_release(&name);
	return result;
}

static int
end(struct prometheus_answer *answer, struct error *err)
{
	enum place place = place_now(answer);

	answer->depth--;
	if (place == PLACE_SERIES)
		return end_series(answer, err);
	if (place == PLACE_POINT && answer->part != 2)
		return error_set(err, ERROR_INPUT, "a point that is not [time, \"value\"]");
	if (place == PLACE_POINT) {
		if (answer->points.count == SERIES_TABLE_POINTS_MAX)
			return error_set(err, ERROR_LIMIT, "more than %zu points of one series",
					 SERIES_TABLE_POINTS_MAX);
		vec_push(&answer->points, answer->point);
	}
	return 0;
}

/* The first number of a point is its time, in seconds; servers keep milliseconds. */
static int
take_part(struct prometheus_answer *answer, enum json_event event, const char *text, size_t length,
	  struct error *err)
{
	double seconds;

	if (answer->part == 0 && event == JSON_EVENT_NUMBER &&
	    number_parse(text, length, &seconds) && fabs(seconds) < 1e11)
		answer->point = (struct series_point){ .time = llround(seconds * 1e3) * 1000,
						       .samples = NAN };
	else if (answer->part != 1 || event != JSON_EVENT_TEXT ||
		 !series_value_parse(text, length, &answer->point.value))
		return error_set(err, ERROR_INPUT, "a point that is not [time, \"value\"]");
	answer->part++;
	return 0;
}

static int
take_label(struct prometheus_answer *answer, const char *text, size_t length, struct error *err)
{
	char *label;

	if (strcmp(answer->key.data, "__name__") == 0) {
		memory_replace_string(&answer->metric, text);
		return 0;
	}
	if (answer->labels.count == PROMETHEUS_LABELS_MAX ||
	    answer->key.len + length > SERIES_NAME_MAX)
		return error_set(err, ERROR_LIMIT, "labels longer than %zu bytes, or over %d",
				 SERIES_NAME_MAX, PROMETHEUS_LABELS_MAX);
	label = memory_format("%s=%s", answer->key.data, text);
	strings_add(&answer->labels, label);
	free(label);
	return 0;
}

static int
take_scalar(struct prometheus_answer *answer, enum json_event event, const char *text,
	    size_t length, struct error *err)
{
	const char *key = answer->key.data;

	switch (place_now(answer)) {
	case PLACE_ROOT:
		if (strcmp(key, "status") == 0)
			answer->success = strcmp(text, "success") == 0;
		else if (strcmp(key, "error") == 0)
			memory_replace_string(&answer->error, text);
		return 0;
	case PLACE_WARNINGS:
		if (answer->warning == NULL)
			answer->warning = memory_string(text);
		return 0;
	case PLACE_DATA:
		if (strcmp(key, "resultType") == 0 && strcmp(text, "matrix") != 0)
			return error_set(err, ERROR_INPUT, "the answer is no matrix of series");
		return 0;
	case PLACE_METRIC:
		return event == JSON_EVENT_TEXT ? take_label(answer, text, length, err) : 0;
	case PLACE_POINT:
		return take_part(answer, event, text, length, err);
	default:
		return 0;
	}
}

static int
take(void *user, enum json_event event, const char *text, size_t length, struct error *err)
{
	struct prometheus_answer *answer = user;

	switch (event) {
	case JSON_EVENT_OBJECT:
	case JSON_EVENT_ARRAY:
		if (place_now(answer) == PLACE_POINT) /* no place in it for more */
			answer->part = 3;
		begin(answer, event == JSON_EVENT_OBJECT);
		return 0;
	case JSON_EVENT_OBJECT_END:
	case JSON_EVENT_ARRAY_END:
		return end(answer, err);
	case JSON_EVENT_KEY:
		str_clear(&answer->key);
		str_add_n(&answer->key, text, length);
		return 0;
	default:
		return take_scalar(answer, event, text, length, err);
	}
}

void
prometheus_answer_init(struct prometheus_answer *answer, struct series_table *table,
		       const char *name, const char *query)
{
	*answer = (struct prometheus_answer){ .table = table, .name = name, .query = query };
	json_stream_init(&answer->stream, take, answer);
	str_init(&answer->key, KEY_MAX);
}

void
prometheus_answer_release(struct prometheus_answer *answer)
{
	json_stream_release(&answer->stream);
	str_release(&answer->key);
	strings_release(&answer->labels);
	vec_release(&answer->points);
	free(answer->metric);
	free(answer->error);
	free(answer->warning);
}

int
prometheus_answer_feed(struct prometheus_answer *answer, const char *data, size_t length,
		       struct error *err)
{
	return json_stream_feed(&answer->stream, data, length, err);
}

int
prometheus_answer_finish(struct prometheus_answer *answer, struct error *err)
{
	char *safe;

	if (json_stream_finish(&answer->stream, err) < 0)
		return -1;
	if (answer->success)
		return 0;
	safe = text_safe(answer->error != NULL ? answer->error : "the answer says no success");
	error_set(err, ERROR_INPUT, "%.300s", safe);
	free(safe);
	return -1;
}
