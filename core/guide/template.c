/*
 * Filling places in the texts of a playbook. What is filled in comes from
 * tools (so from profiles and commit messages): it is cut, made safe, and
 * never looked at for places again. For investigation.c and playbook.c.
 */
#include <math.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/guide/condition.h"
#include "core/guide/template.h"

#define TEMPLATE_LIST_MAX 20 /* items of a list that are written */

/* One place in a template: ${path|way}. */
struct place {
	char path[CONDITION_PATH_MAX + 1];
	char way[16];
	size_t length; /* of all of it, with ${ and } */
};

static const char *const template_ways[] = { "percent", "points", "count", "cores", "watts", "p",
					     "short",   "time",   "day",   "hours", "lines", NULL };

static bool
template_way_known(const char *way)
{
	for (size_t i = 0; template_ways[i] != NULL; i++)
		if (strcmp(way, template_ways[i]) == 0)
			return true;
	return way[0] == '\0';
}

static bool
place_take_way(struct place *place, const char *start, const char *end)
{
	size_t length = (size_t)(end - start);
	if (length >= sizeof(place->way))
		return false;
	memcpy(place->way, start, length);
	place->way[length] = '\0';
	return template_way_known(place->way) && length > 0;
}

/* Reads the place that text begins with; false: it is none, or not well-formed. */
static bool
place_read(struct place *place, const char *text)
{
	static const char allowed[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.[]";
	if (strncmp(text, "${", 2) != 0)
		return false;
	const char *start = text + 2, *end = strchr(start, '}');
	if (end == NULL)
		return false;
	size_t length = strspn(start, allowed);
	if (length == 0 || length > CONDITION_PATH_MAX)
		return false;
	memcpy(place->path, start, length);
	place->path[length] = '\0';
	place->way[0] = '\0';
	place->length = (size_t)(end - text) + 1;
	if (start[length] == '|')
		return place_take_way(place, start + length + 1, end);
	return start + length == end;
}

static void
template_number(struct str *out, double number, const char *way)
{
	char buffer[TEXT_NUMBER_SIZE];
	if (strcmp(way, "percent") == 0)
		str_add(out, text_percent(number, buffer));
	else if (strcmp(way, "points") == 0)
		str_add(out, text_points(number, buffer));
	else if (strcmp(way, "count") == 0)
		str_add(out, text_count(number, buffer));
	else if (strcmp(way, "cores") == 0)
		str_add(out, text_cores(number, buffer));
	else if (strcmp(way, "watts") == 0)
		str_add(out, text_watts(number, buffer));
	else if (strcmp(way, "p") == 0)
		str_add(out, text_probability(number, buffer));
	else if (strcmp(way, "hours") == 0)
		str_addf(out, "%.1f h", number / 3600);
	else
		str_addf(out, "%.6g", number);
}

static void
template_string(struct str *out, const char *text, const char *way)
{
	size_t length = strlen(text);
	size_t limit = TEMPLATE_VALUE_MAX;
	if (strcmp(way, "short") == 0)
		limit = 12;
	else if (strcmp(way, "day") == 0)
		limit = 10;
	if (strcmp(way, "time") == 0) {
		char buffer[CLOCK_TEXT_SIZE];
		int64_t time;
		if (clock_parse(&time, text, NULL) == 0) {
			str_add(out, clock_format_short(time, buffer));
			return;
		}
	}
	text_sanitize(out, text, length < limit ? length : limit, TEXT_LINE);
}

static void template_value(struct str *out, const struct json *value, const char *way);

static void
template_list(struct str *out, const struct json *list, const char *way)
{
	size_t written = 0;
	for (const struct json *item = json_first(list); item != NULL; item = json_next(item)) {
		if (written > 0)
			str_add(out, strcmp(way, "lines") == 0 ? "\n" : ", ");
		if (written++ == TEMPLATE_LIST_MAX) {
			str_addf(out, "and %zu more", json_count(list) - TEMPLATE_LIST_MAX);
			return;
		}
		if (json_type(item) == JSON_ARRAY || json_type(item) == JSON_OBJECT)
			str_add(out, "...");
		else
			template_value(out, item, way);
	}
}

static void
template_value(struct str *out, const struct json *value, const char *way)
{
	if (value == NULL) {
		str_add(out, "unknown");
		return;
	}
	switch (json_type(value)) {
	case JSON_STRING:
		template_string(out, json_text(value, ""), way);
		return;
	case JSON_NUMBER:
		template_number(out, json_number(value, NAN), way);
		return;
	case JSON_BOOL:
		str_add(out, json_bool(value, false) ? "yes" : "no");
		return;
	case JSON_NULL:
		str_add(out, "unknown");
		return;
	default:
		template_list(out, value, way);
	}
}

void
template_text(struct str *out, const char *template, const struct json *facts)
{
	struct place place;
	while (*template != '\0') {
		size_t length = strcspn(template, "$");
		str_add_n(out, template, length);
		template += length;
		if (strncmp(template, "$${", 3) == 0) {
			str_add(out, "${");
			template += 3;
		} else if (place_read(&place, template)) {
			template_value(out, json_path(facts, place.path), place.way);
			template += place.length;
		} else if (*template != '\0') {
			str_add_char(out, *template ++);
		}
	}
}

/* A whole place keeps the type of what it takes. NULL: absent. */
static struct json *
template_argument_text(const char *text, const struct json *facts)
{
	struct place place;
	if (place_read(&place, text) && place.way[0] == '\0' && text[place.length] == '\0') {
		const struct json *value = json_path(facts, place.path);
		if (value == NULL || json_type(value) == JSON_NULL)
			return NULL;
		return json_copy(value);
	}
	struct str filled;
	str_init(&filled, STR_MAX_LINE);
	template_text(&filled, text, facts);
	struct json *out = json_new_text(filled.data);
	str_release(&filled);
	return out;
}

/* Depth is bounded by what made the template: YAML_DEPTH_MAX or JSON_DEPTH_MAX. */
static struct json *
template_argument(const struct json *template, const struct json *facts)
{
	enum json_type type = json_type(template);
	if (type == JSON_STRING)
		return template_argument_text(json_text(template, ""), facts);
	if (type != JSON_ARRAY && type != JSON_OBJECT)
		return json_copy(template);
	struct json *out = type == JSON_OBJECT ? json_object() : json_array();
	for (const struct json *item = json_first(template); item != NULL; item = json_next(item)) {
		struct json *value = template_argument(item, facts);
		if (value == NULL)
			continue;
		if (type == JSON_OBJECT)
			json_set(out, json_key(item), value);
		else
			json_append(out, value);
	}
	return out;
}

struct json *
template_arguments(const struct json *template, const struct json *facts)
{
	struct json *out = template_argument(template, facts);
	return out != NULL ? out : json_object();
}

int
template_check(const char *template, struct error *err)
{
	struct place place;
	for (const char *p = template; (p = strstr(p, "${")) != NULL;) {
		if (p > template && p[-1] == '$') {
			p += 2;
			continue;
		}
		if (!place_read(&place, p))
			return error_set(err, ERROR_INPUT, "\"%.40s\" is no ${path} or ${path|way}",
					 p);
		p += place.length;
	}
	return 0;
}
