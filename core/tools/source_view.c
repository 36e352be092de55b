/* The source of a function with what it costs; see source_view.h. */
#include "core/tools/source_view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/base/vec.h"
#include "core/store/service.h"
#include "core/store/telemetry.h"
#include "core/tools/repository.h"
#include "core/tools/tool.h"

#define BLAME_MAX ((size_t)4 * 1024 * 1024)
#define BLAME_TIME_MAX (60 * CLOCK_SECOND)

void
source_view_release(struct source_view *view)
{
	line_heat_release(&view->heat);
	for (size_t i = 0; i < view->count; i++)
		free(view->lines[i].text);
	free(view->lines);
	free(view->path);
	free(view->commit);
	*view = (struct source_view){ 0 };
}

/* -- which commit -- */

/* A label whose value the repository knows: commit, revision or version of the newest window. */
static bool
commit_of_labels(const struct source_question *question, struct store *store,
		 const struct service *service, const struct cancel *cancel,
		 struct source_view *view)
{
	static const char *const keys[] = { "commit=", "revision=", "version=" };
	struct window_query query = { .service = service->id, .newest = 1 };
	struct window_list windows = { 0 };
	struct repository repository;

	if (question->subject->labels.count > 0)
		query.labels = &question->subject->labels;
	query.from = question->subject->range.from;
	query.to = question->subject->range.to;
	if (question->subject->after.from < question->subject->after.to) {
		query.from = question->subject->after.from;
		query.to = question->subject->after.to;
	}
	telemetry_windows(store_telemetry(store), &query, &windows, NULL);
	for (size_t k = 0; view->commit == NULL && windows.count > 0 && k < 3; k++) {
		const struct strings *labels = &windows.items[windows.count - 1].labels;

		for (size_t i = 0; view->commit == NULL && i < labels->count; i++) {
			const char *value = labels->items[i] + strlen(keys[k]);

			if (!text_starts_with(labels->items[i], keys[k]) ||
			    repository_open(&repository, service->repository, value, cancel, NULL) <
				    0)
				continue;
			view->commit = memory_string(repository.commit);
			snprintf(view->chosen, sizeof(view->chosen), "label %.80s",
				 labels->items[i]);
		}
	}
	window_list_release(&windows);
	return view->commit != NULL;
}

/* The last commit before the newest of the windows that are shown ended. */
static bool
commit_of_time(const struct source_question *question, const struct service *service,
	       const struct cancel *cancel, struct source_view *view)
{
	struct git git = { .repository = service->repository, .cancel = cancel };
	char time[CLOCK_TEXT_SIZE], *before;
	int64_t end = 0;
	struct str id;

	for (size_t i = 0; i < question->set->window_count; i++)
		if (question->selection->sides[i] < SIDE_NONE &&
		    question->set->windows[i].end > end)
			end = question->set->windows[i].end;
	str_init(&id, STR_MAX_LINE);
	before = memory_format("--before=%s", clock_format(end, time));
	if (end > 0 &&
	    git_read(&git, &id, NULL, "rev-list", "-1", before, "HEAD", "--", NULL) == 0 &&
	    id.len >= 40) {
		view->commit = memory_string(id.data);
		snprintf(view->chosen, sizeof(view->chosen), "last commit before %s", time);
	}
	free(before);
	str_release(&id);
	return view->commit != NULL;
}

/* -- the text -- */

static void
take_lines(struct source_view *view, const char *text)
{
	while (*text != '\0') {
		size_t length = strcspn(text, "\n");

		if (view->count == view->capacity)
			view->lines = vec_grow(view->lines, &view->capacity, view->count + 1,
					       sizeof(*view->lines));
		view->lines[view->count++] =
			(struct source_line){ .text = memory_string_n(text, length) };
		text += length + (text[length] == '\n');
	}
}

/* As the tool reads it, which knows how to find a definition. */
static int
read_source(struct source_view *view, const struct source_question *question, struct store *store,
	    const struct progress *progress, struct error *err)
{
	struct tool_context context = {
		.store = store,
		.progress = progress,
		.cancel = progress != NULL ? progress->cancel : NULL,
	};
	struct json *ask = json_object(), *answer = NULL;
	int result;

	json_set_text(ask, "service", question->subject->service_name);
	json_set_text(ask, "function", question->function);
	if (view->commit != NULL)
		json_set_text(ask, "commit", view->commit);
	result = tool_call(&context, "code_read", ask, &answer, err);
	if (result == 0) {
		view->path = memory_string(json_get_text(answer, "path", NULL));
		view->first = (size_t)json_get_int(answer, "first", 1);
		memory_replace_string(&view->commit, json_get_text(answer, "commit", ""));
		take_lines(view, json_get_text(answer, "text", ""));
	}
	json_free(ask);
	json_free(answer);
	return result;
}

/* -- who wrote it -- */

/* One line of `git blame --line-porcelain`; those that begin with a tab end an entry. */
static void
take_blame(struct source_view *view, struct source_line *entry, size_t *at, const char *line,
	   size_t length)
{
	int64_t seconds;

	if (length > 0 && line[0] == '\t') {
		if (*at < view->count) {
			entry->text = view->lines[*at].text;
			view->lines[(*at)++] = *entry;
		}
		*entry = (struct source_line){ 0 };
	} else if (length > 7 && memcmp(line, "author ", 7) == 0) {
		snprintf(entry->author, sizeof(entry->author), "%.*s", (int)(length - 7), line + 7);
	} else if (length > 12 && memcmp(line, "author-time ", 12) == 0) {
		char *number = memory_string_n(line + 12, length - 12);

		if (text_parse_int(&seconds, number, NULL) == 0 && seconds > 0 &&
		    seconds < INT64_MAX / CLOCK_SECOND)
			entry->time = seconds * CLOCK_SECOND;
		free(number);
	} else if (entry->commit[0] == '\0' && length > 40 &&
		   strspn(line, "0123456789abcdef") >= 40) {
		memcpy(entry->commit, line, sizeof(entry->commit) - 1);
	}
}

static int
read_blame(struct source_view *view, const struct service *service, const struct cancel *cancel,
	   struct error *err)
{
	struct git git = { .repository = service->repository, .cancel = cancel };
	char *range = memory_format("-L%zu,%zu", view->first, view->first + view->count - 1);
	const char *const arguments[] = { "blame",         "--line-porcelain",
					  "--no-textconv", range,
					  view->commit,    "--",
					  view->path,      NULL };
	struct process_request request = { .output_max = BLAME_MAX, .time_max = BLAME_TIME_MAX };
	struct process_result result;
	struct source_line entry = { 0 };
	int status = git_run_request(&git, arguments, request, &result, err);
	size_t at = 0;

	for (const char *line = result.out.data; status == 0 && line != NULL && *line != '\0';) {
		size_t length = strcspn(line, "\n");

		take_blame(view, &entry, &at, line, length);
		line += length + (line[length] == '\n');
	}
	process_result_release(&result);
	free(range);
	return status;
}

static void
mark_suspects(struct source_view *view, struct store *store, int64_t id)
{
	struct finding finding = { 0 };

	if (id == 0 || casebook_finding(store, id, &finding, NULL) < 0)
		return;
	for (size_t i = 0; i < view->count; i++)
		for (size_t s = finding.suspect_count; s > 0; s--)
			if (view->lines[i].commit[0] != '\0' &&
			    text_starts_with(finding.suspects[s - 1].key, view->lines[i].commit))
				view->lines[i].suspect = (int)s;
	finding_release(&finding);
}

int
source_view_load(struct source_view *out, const struct source_question *question,
		 struct store *store, const struct progress *progress, struct error *err)
{
	const struct cancel *cancel = progress != NULL ? progress->cancel : NULL;
	struct service service = { 0 };
	struct error why = { 0 };

	*out = (struct source_view){ 0 };
	if (line_heat_build(&out->heat, question->set, question->selection, question->function,
			    err) < 0)
		return -1;
	if (question->subject->service == 0) {
		snprintf(out->note, sizeof(out->note),
			 "a file has no service whose repository could be looked at");
		return 0;
	}
	progress_report(progress, "reading the source", 0, 0);
	if (casebook_service_by_id(store, question->subject->service, &service, err) < 0)
		return -1;
	if (service.repository != NULL &&
	    !commit_of_labels(question, store, &service, cancel, out) &&
	    !commit_of_time(question, &service, cancel, out))
		snprintf(out->chosen, sizeof(out->chosen), "HEAD");
	if (read_source(out, question, store, progress, &why) < 0 ||
	    (progress_report(progress, "asking who wrote it", 0, 0),
	     read_blame(out, &service, cancel, &why) < 0))
		snprintf(out->note, sizeof(out->note), "%.250s", why.text);
	mark_suspects(out, store, question->finding);
	service_release(&service);
	return progress_cancelled(progress) ? error_set(err, ERROR_CANCELLED, "stopped") : 0;
}

/* -- as JSON -- */

static void
set_costs(struct json *object, const struct line_heat *heat, const double self[2],
	  const double total[2])
{
	static const char *const names[2][2] = { { "self_before", "before" }, { "self", "share" } };

	for (int side = 0; side < 2; side++) {
		if (heat->samples[side] <= 0)
			continue;
		if (self != NULL)
			json_set_number(object, names[side][0], self[side] / heat->samples[side]);
		json_set_number(object, names[side][1], total[side] / heat->samples[side]);
	}
}

static struct json *
calls_to_json(const struct line_heat *heat, const struct call_cost *calls, size_t count)
{
	struct json *array = json_array();

	for (size_t i = 0; i < count; i++) {
		struct json *object = json_object();

		json_set_text(object, "function", calls[i].name);
		set_costs(object, heat, NULL, calls[i].total);
		json_append(array, object);
	}
	return array;
}

static struct json *
line_to_json(const struct source_view *view, size_t at)
{
	const struct source_line *line = &view->lines[at];
	const struct line_cost *cost =
		line_heat_at(&view->heat, view->path, (uint32_t)(view->first + at));
	struct json *object = json_object();

	json_set_int(object, "line", (int64_t)(view->first + at));
	json_set_text(object, "text", line->text);
	if (cost != NULL)
		set_costs(object, &view->heat, cost->self, cost->total);
	if (line->commit[0] != '\0') {
		json_set_text(object, "commit", line->commit);
		json_set_text(object, "author", line->author);
		json_set_time(object, "time", line->time);
	}
	if (line->suspect > 0)
		json_set_int(object, "suspect", line->suspect);
	return object;
}

/* Lines of the profile, for those whose source is not there. */
static struct json *
costs_to_json(const struct line_heat *heat)
{
	struct json *array = json_array();

	for (size_t i = 0; i < heat->count; i++) {
		struct json *object = json_object();

		json_set_text(object, "file", heat->lines[i].file);
		json_set_int(object, "line", heat->lines[i].line);
		set_costs(object, heat, heat->lines[i].self, heat->lines[i].total);
		json_append(array, object);
	}
	return array;
}

struct json *
source_view_to_json(const struct source_view *view)
{
	struct json *object = json_object(), *lines = json_array();

	if (view->path != NULL) {
		json_set_text(object, "path", view->path);
		json_set_text(object, "commit", view->commit);
		json_set_text(object, "chosen", view->chosen);
	}
	if (view->note[0] != '\0')
		json_set_text(object, "note", view->note);
	set_costs(object, &view->heat, view->heat.self, view->heat.total);
	for (size_t i = 0; i < view->count; i++)
		json_append(lines, line_to_json(view, i));
	json_set(object, "source", lines);
	json_set(object, "costs", costs_to_json(&view->heat));
	json_set(object, "callers",
		 calls_to_json(&view->heat, view->heat.callers, view->heat.caller_count));
	json_set(object, "callees",
		 calls_to_json(&view->heat, view->heat.callees, view->heat.callee_count));
	return object;
}
