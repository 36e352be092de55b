/* The funnel as the screens show it; see funnel_data.h. Called by funnel.c and filtered.c. */
#include "views/screens/funnel_data.h"

#include <stdlib.h>

#include "core/base/memory.h"
#include "core/base/text.h"

void
funnel_data_release(struct funnel_data *data)
{
	service_list_release(&data->services);
	for (size_t i = 0; i < data->stages.count; i++)
		free(data->stages.items[i].name);
	vec_release(&data->stages);
	*data = (struct funnel_data){ 0 };
}

/* Runs of other versions may have other stages: each is added where its name is first met. */
static void
add_stage(struct funnel_data *data, const struct detection_stage_count *stage)
{
	for (size_t i = 0; i < data->stages.count; i++) {
		if (text_equal(data->stages.items[i].name, stage->name)) {
			data->stages.items[i].filtered += stage->filtered;
			return;
		}
	}
	vec_push(&data->stages, (struct funnel_stage){ .name = memory_string(stage->name),
						       .filtered = stage->filtered });
}

static void
add_run(struct funnel_data *data, const struct detection_run_record *run)
{
	data->ran++;
	data->windows += run->windows;
	data->samples += run->samples;
	data->series += run->series;
	data->change_points += run->change_points;
	data->findings += run->findings;
	data->improvements += run->improvements;
	if (run->time > data->time)
		data->time = run->time;
	if (data->from == 0 || (run->from != 0 && run->from < data->from))
		data->from = run->from;
	if (run->to > data->to)
		data->to = run->to;
	for (size_t i = 0; i < run->stage_count; i++)
		add_stage(data, &run->stages[i]);
}

static int
load_service(struct funnel_data *out, struct store *store, int64_t service, struct error *err)
{
	struct detection_run_record run = { 0 };
	struct error why = { 0 };

	if (casebook_detection_run(store, service, &run, &why) < 0)
		return why.code == ERROR_NOT_FOUND ? 0 : error_set(err, why.code, "%s", why.text);
	add_run(out, &run);
	detection_run_record_release(&run);
	return 0;
}

int
funnel_data_load(struct funnel_data *out, struct store *store, int64_t service, struct error *err)
{
	uint64_t left;

	*out = (struct funnel_data){ 0 };
	if (casebook_services(store, &out->services, err) < 0)
		return -1;
	for (size_t i = 0; i < out->services.count; i++) {
		int64_t id = out->services.items[i].id;

		if ((service == 0 || service == id) && load_service(out, store, id, err) < 0) {
			funnel_data_release(out);
			return -1;
		}
	}
	left = out->change_points;
	for (size_t i = 0; i < out->stages.count; i++) {
		struct funnel_stage *stage = &out->stages.items[i];

		left -= stage->filtered < left ? stage->filtered : left;
		stage->left = left;
	}
	return 0;
}

/* -- changes that were filtered -- */

void
funnel_change_release(struct funnel_change *change)
{
	free(change->service_name);
	detection_candidate_release(&change->candidate);
	*change = (struct funnel_change){ 0 };
}

void
funnel_changes_release(struct funnel_changes *changes)
{
	for (size_t i = 0; i < changes->count; i++)
		funnel_change_release(&changes->items[i]);
	vec_release(changes);
}

static char *
copy_text(const char *text)
{
	return text != NULL ? memory_string(text) : NULL;
}

void
funnel_change_copy(struct funnel_change *out, const struct funnel_change *change)
{
	const struct detection_candidate *from = &change->candidate;

	*out = *change;
	out->service_name = copy_text(change->service_name);
	out->candidate.subject_kind = copy_text(from->subject_kind);
	out->candidate.subject = copy_text(from->subject);
	out->candidate.unit = copy_text(from->unit);
	out->candidate.stage = copy_text(from->stage);
	out->candidate.why = copy_text(from->why);
	out->candidate.config = copy_text(from->config);
}

static int
load_changes(struct funnel_changes *out, struct store *store, const struct service *service,
	     const char *stage, struct error *err)
{
	struct detection_candidates found = { 0 };

	if (casebook_detection_candidates(store, service->id, stage, &found, err) < 0)
		return -1;
	for (size_t i = 0; i < found.count; i++) {
		vec_push(out, (struct funnel_change){ .service = service->id,
						      .service_name = memory_string(service->name),
						      .candidate = found.items[i] });
		found.items[i] = (struct detection_candidate){ 0 };
	}
	detection_candidates_release(&found);
	return 0;
}

int
funnel_changes_load(struct funnel_changes *out, struct store *store, int64_t service,
		    const char *stage, const struct progress *progress, struct error *err)
{
	struct service_list services = { 0 };
	int result = casebook_services(store, &services, err);

	*out = (struct funnel_changes){ 0 };
	for (size_t i = 0; result == 0 && i < services.count; i++) {
		if (service != 0 && service != services.items[i].id)
			continue;
		if (progress_cancelled(progress))
			result = error_set(err, ERROR_CANCELLED, "cancelled");
		else
			result = load_changes(out, store, &services.items[i], stage, err);
	}
	service_list_release(&services);
	if (result < 0)
		funnel_changes_release(out);
	return result;
}
