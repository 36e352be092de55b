/* Trends of the rows on screen; see trends.h. Called by the findings screen. */
#include "views/screens/trends.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/progress.h"
#include "core/store/series.h"
#include "core/store/service.h"
#include "core/store/telemetry.h"
#include "views/screens/work.h"

struct wanted {
	char *service, *subject;
	bool metric;
	struct trend trend;
};

struct task {
	VEC(struct wanted) list;
};

static void
task_free(void *state)
{
	struct task *task = state;

	for (size_t i = 0; i < task->list.count; i++) {
		free(task->list.items[i].service);
		free(task->list.items[i].subject);
	}
	vec_release(&task->list);
	free(task);
}

/* -- worker thread -- */

/* Windows are put together so that the counts, and not the shares, add up. */
static void
shorten(struct trend *trend, const struct share_series *series)
{
	size_t count = series->count < TREND_VALUES ? series->count : TREND_VALUES;

	for (size_t i = 0; i < count; i++) {
		size_t end = (i + 1) * series->count / count;
		double of = 0, samples = 0;

		for (size_t at = i * series->count / count; at < end; at++) {
			of += (double)series->items[at].count;
			samples += (double)series->items[at].samples;
		}
		trend->values[i] = samples > 0 ? of / samples : NAN;
	}
	trend->count = count;
}

/* Of a series that was imported: means of stretches. */
static void
shorten_points(struct trend *trend, const struct series_points *points)
{
	size_t count = points->count < TREND_VALUES ? points->count : TREND_VALUES;

	for (size_t i = 0; i < count; i++) {
		size_t at = i * points->count / count, end = (i + 1) * points->count / count;
		double sum = 0;

		for (size_t j = at; j < end; j++)
			sum += points->values[j];
		trend->values[i] = sum / (double)(end - at);
	}
	trend->count = count;
}

static int
read_imported(struct store *store, int64_t service, struct wanted *wanted, struct error *err)
{
	struct series_query query = { .service = service, .name = wanted->subject, .kind = -1 };
	struct series_points points = { 0 };
	struct series_list list = { 0 };
	int result = telemetry_series_list(store_telemetry(store), &query, &list, err);

	if (result == 0 && list.count > 0)
		result = telemetry_series_points(store_telemetry(store), list.items[0].id, 0, 0,
						 &points, err);
	if (result == 0)
		shorten_points(&wanted->trend, &points);
	series_points_release(&points);
	series_list_release(&list);
	return result;
}

static int64_t
service_of(const struct service_list *services, const char *name)
{
	for (size_t i = 0; i < services->count; i++)
		if (strcmp(services->items[i].name, name) == 0)
			return services->items[i].id;
	return 0;
}

static int
read_one(struct store *store, int64_t service, struct wanted *wanted, struct error *err)
{
	struct window_query query = { .service = service };
	struct share_series series = { 0 };
	struct error why = { 0 };

	if (service == 0)
		return 0;
	if (wanted->metric)
		return read_imported(store, service, wanted, err);
	if (telemetry_share_series(store_telemetry(store), &query, wanted->subject, &series, &why) <
	    0)
		return why.code == ERROR_NOT_FOUND ? read_imported(store, service, wanted, err)
						   : error_set(err, why.code, "%s", why.text);
	shorten(&wanted->trend, &series);
	share_series_release(&series);
	return 0;
}

static int
run(struct work *work, void *state, struct error *err)
{
	struct service_list services = { 0 };
	struct task *task = state;
	int result = casebook_services(work_store(work), &services, err);

	for (size_t i = 0; result == 0 && i < task->list.count; i++) {
		struct wanted *wanted = &task->list.items[i];

		if (progress_cancelled(work_progress(work)))
			result = error_set(err, ERROR_CANCELLED, "cancelled");
		else
			result = read_one(work_store(work), service_of(&services, wanted->service),
					  wanted, err);
	}
	service_list_release(&services);
	return result;
}

static const struct work_ops ops = {
	.name = "reading trends",
	.quiet = true,
	.run = run,
	.free = task_free,
	.answer = TRENDS_EVENT,
};

/* -- main thread -- */

void
trends_release(struct trends *trends)
{
	vec_release(&trends->known);
}

void
trends_stale(struct trends *trends)
{
	for (size_t i = 0; i < trends->known.count; i++)
		trends->known.items[i].stale = true;
}

static struct trend *
find(const struct trends *trends, int64_t finding)
{
	for (size_t i = 0; i < trends->known.count; i++)
		if (trends->known.items[i].finding == finding)
			return &trends->known.items[i];
	return NULL;
}

const struct trend *
trends_of(const struct trends *trends, int64_t finding)
{
	return find(trends, finding);
}

void
trends_read(struct trends *trends, struct ui *ui, uint64_t screen,
	    const struct finding_row *const *rows, size_t count)
{
	struct task *task;

	if (trends->job != 0)
		return;
	task = memory_alloc(sizeof(*task));
	for (size_t i = 0; i < count; i++) {
		const struct trend *known = trends_of(trends, rows[i]->id);

		if (known != NULL && !known->stale)
			continue;
		vec_push(&task->list, (struct wanted){
					      .service = memory_string(rows[i]->service),
					      .subject = memory_string(rows[i]->subject),
					      .metric = rows[i]->unit != NULL,
					      .trend = { .finding = rows[i]->id },
				      });
	}
	if (task->list.count == 0)
		task_free(task);
	else
		trends->job = work_start(ui, screen, &ops, task);
}

void
trends_answer(struct trends *trends, void *data)
{
	const struct work_answer *answer = data;
	const struct task *task = answer->task;

	trends->job = 0;
	if (trends->known.count + task->list.count > TRENDS_MAX)
		vec_clear(&trends->known);
	/* After an error those without values are not asked for again and again. */
	for (size_t i = 0; i < task->list.count; i++) {
		const struct trend *trend = &task->list.items[i].trend;
		struct trend *known = find(trends, trend->finding);

		if (known != NULL)
			*known = *trend;
		else
			vec_push(&trends->known, *trend);
	}
}
