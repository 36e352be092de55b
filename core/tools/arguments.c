/* What several tools read from their arguments; see arguments.h. */
#include "core/tools/arguments.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/tools/finding_json.h"

static int
only_service(struct store *store, struct service *out, struct error *err)
{
	struct service_list list = { 0 };
	int result = casebook_services(store, &list, err);

	if (result == 0 && list.count == 1)
		result = casebook_service_by_id(store, list.items[0].id, out, err);
	else if (result == 0)
		result = error_set(err, ERROR_USAGE, "service: missing, and there are %zu services",
				   list.count);
	service_list_release(&list);
	return result;
}

int
arguments_service(struct tool_context *context, const struct json *arguments, struct service *out,
		  struct error *err)
{
	const char *name = json_get_text(arguments, "service", NULL);
	struct finding finding = { 0 };
	int result;

	*out = (struct service){ 0 };
	if (name != NULL)
		return casebook_service_by_name(context->store, name, out, err);
	if (context->finding == 0 && json_get(arguments, "finding") == NULL)
		return only_service(context->store, out, err);
	result = arguments_finding(context, arguments, &finding, err);
	if (result == 0)
		result = casebook_service_by_id(context->store, finding.service, out, err);
	finding_release(&finding);
	return result;
}

int
arguments_finding(struct tool_context *context, const struct json *arguments, struct finding *out,
		  struct error *err)
{
	const char *name = json_get_text(arguments, "finding", NULL);
	int64_t id = context->finding;

	*out = (struct finding){ 0 };
	if (name != NULL && finding_id_parse(&id, name, err) < 0)
		return -1;
	if (id == 0)
		return error_set(err, ERROR_USAGE, "finding: missing");
	return casebook_finding(context->store, id, out, err);
}

int
arguments_time(const struct json *arguments, const char *name, int64_t *time, struct error *err)
{
	const char *text = json_get_text(arguments, name, NULL);

	if (text != NULL && clock_parse(time, text, err) < 0)
		return error_prefix(err, "%s", name);
	return 0;
}

/* "FROM..TO"; either end may be empty. */
static int
parse_range(struct time_range *out, const char *text, struct error *err)
{
	const char *dots = strstr(text, "..");
	char *from;
	int result = 0;

	*out = (struct time_range){ INT64_MIN, INT64_MAX };
	if (dots == NULL)
		return error_set(err, ERROR_USAGE, "must be FROM..TO");
	from = memory_string_n(text, (size_t)(dots - text));
	if (*from != '\0')
		result = clock_parse(&out->from, from, err);
	if (result == 0 && dots[2] != '\0')
		result = clock_parse(&out->to, dots + 2, err);
	if (result == 0 && out->from >= out->to)
		result = error_set(err, ERROR_USAGE, "ends before it begins");
	free(from);
	return result;
}

static int
range_of(const struct json *arguments, const char *name, struct time_range *out, struct error *err)
{
	const char *text = json_get_text(arguments, name, NULL);

	if (text == NULL)
		return error_set(err, ERROR_USAGE, "%s: missing", name);
	if (parse_range(out, text, err) < 0)
		return error_prefix(err, "%s", name);
	return 0;
}

/* Everything before a moment against everything from it on. */
static void
split_at(struct sides *out, int64_t time)
{
	out->before = (struct time_range){ INT64_MIN, time };
	out->after = (struct time_range){ time, INT64_MAX };
	out->compares = true;
}

static int
split_at_finding(struct tool_context *context, const struct json *arguments, struct sides *out,
		 struct error *err)
{
	struct finding finding;
	int result = arguments_finding(context, arguments, &finding, err);

	if (result == 0 && finding.changed_at != 0)
		split_at(out, finding.changed_at);
	else if (result == 0)
		result = error_set(err, ERROR_USAGE,
				   "the finding has no time of change: give at, "
				   "or before and after");
	finding_release(&finding);
	return result;
}

int
arguments_sides(struct tool_context *context, const struct json *arguments, bool compare,
		struct sides *out, struct error *err)
{
	int64_t at = 0;

	*out = (struct sides){ .after = { INT64_MIN, INT64_MAX } };
	if (json_get(arguments, "before") != NULL || json_get(arguments, "after") != NULL) {
		out->compares = true;
		return range_of(arguments, "before", &out->before, err) < 0 ||
				       range_of(arguments, "after", &out->after, err) < 0
			       ? -1
			       : 0;
	}
	if (json_get(arguments, "at") != NULL) {
		if (arguments_time(arguments, "at", &at, err) < 0)
			return -1;
		split_at(out, at);
		return 0;
	}
	if (json_get(arguments, "from") != NULL || json_get(arguments, "to") != NULL) {
		if (compare)
			return error_set(err, ERROR_USAGE,
					 "to compare, give at, or before and after");
		if (arguments_time(arguments, "from", &out->after.from, err) < 0 ||
		    arguments_time(arguments, "to", &out->after.to, err) < 0)
			return -1;
		return 0;
	}
	return compare ? split_at_finding(context, arguments, out, err) : 0;
}

struct json *
side_to_json(const struct profile_set *set, const struct selection *selection, enum side side)
{
	struct json *json = json_object();
	int64_t from = 0, to = 0;

	for (size_t i = 0; i < selection->count; i++) {
		if (selection->sides[i] != side)
			continue;
		if (from == 0)
			from = set->windows[i].start;
		to = set->windows[i].end;
	}
	json_set_time(json, "from", from);
	json_set_time(json, "to", to);
	json_set_int(json, "windows", (int64_t)selection->stored[side]);
	json_set_number(json, "samples", selection->samples[side]);
	return json;
}
