/* What all screens share; see workstation.h. Called by app.c, tests and every screen. */
#include "views/screens/workstation.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/base/path.h"
#include "core/base/text.h"
#include "core/base/vec.h"
#include "core/store/service.h"
#include "views/screens/work.h"

struct workstation_catalog {
	char *repository; /* NULL: none */
	struct skill_catalog catalog;
};

struct workstation_skills {
	/* Each on its own, because guides borrow them while the list grows. */
	VEC(struct workstation_catalog *) list;
};

static int
open_in(struct workstation *out, enum store_mode mode, const char *database, const char *user,
	struct error *err)
{
	*out = (struct workstation){ .scratch = mode == STORE_SCRATCH };
	if (store_default_path(&out->database, database, err) < 0)
		return -1;
	if (store_check_named(out->database, database, true, err) < 0 ||
	    store_open(&out->store, out->database, mode, err) < 0 ||
	    casebook_finding_totals(out->store, &out->totals, err) < 0) {
		workstation_release(out);
		return -1;
	}
	out->user = memory_string(user);
	out->read_only = store_is_read_only(out->store);
	out->skills = memory_alloc(sizeof(*out->skills));
	return 0;
}

int
workstation_open(struct workstation *out, const char *database, const char *user, struct error *err)
{
	return open_in(out, STORE_CREATE, database, user, err);
}

int
workstation_open_scratch(struct workstation *out, const char *database, const char *user,
			 struct error *err)
{
	return open_in(out, STORE_SCRATCH, database, user, err);
}

static void
skills_free(struct workstation_skills *skills)
{
	for (size_t i = 0; skills != NULL && i < skills->list.count; i++) {
		struct workstation_catalog *item = skills->list.items[i];

		skill_catalog_release(&item->catalog);
		free(item->repository);
		free(item);
	}
	if (skills != NULL)
		vec_release(&skills->list);
	free(skills);
}

void
workstation_release(struct workstation *workstation)
{
	skills_free(workstation->skills);
	journal_release(&workstation->journal);
	if (workstation->store != NULL)
		store_close(workstation->store);
	free(workstation->database);
	free(workstation->user);
	*workstation = (struct workstation){ 0 };
}

struct workstation *
workstation_of(const struct ui *ui)
{
	return ui_user(ui);
}

const char *
workstation_write_refused(const struct workstation *workstation)
{
	return workstation->gone.code != ERROR_NONE ? "the database is gone"
	       : workstation->read_only             ? "the database cannot be written"
						    : NULL;
}

bool
workstation_database_gone(struct workstation *workstation)
{
	return workstation->gone.code != ERROR_NONE ||
	       store_still_there(workstation->store, &workstation->gone) < 0;
}

/* -- the headline -- */

static void
headline_text(const struct finding_totals *totals, struct str *out)
{
	char number[TEXT_NUMBER_SIZE];

	if (totals->open_regressions == 0) {
		str_addf(out, "no open regressions");
		return;
	}
	str_addf(out, "%s open regression%s", text_count(totals->open_regressions, number),
		 totals->open_regressions == 1 ? "" : "s");
	if (!isfinite(totals->cores) || totals->cores <= 0)
		return;
	str_addf(out, " cost%s %s cores", totals->open_regressions == 1 ? "s" : "",
		 text_cores(totals->cores, number));
	if (isfinite(totals->watts) && totals->watts > 0)
		str_addf(out, ", %s", text_watts(totals->watts, number));
}

void
workstation_show_headline(struct ui *ui)
{
	struct str text;

	str_init(&text, STR_MAX_LINE);
	headline_text(&workstation_of(ui)->totals, &text);
	ui_headline(ui, text.data);
	str_release(&text);
}

static int
totals_run(struct work *work, void *task, struct error *err)
{
	return casebook_finding_totals(work_store(work), task, err);
}

static void
totals_done(void *task, struct ui *ui, const struct error *err)
{
	if (err != NULL)
		return;
	workstation_of(ui)->totals = *(struct finding_totals *)task;
	workstation_show_headline(ui);
}

static const struct work_ops totals_ops = {
	.name = "adding up",
	.quiet = true,
	.run = totals_run,
	.free = free,
	.done = totals_done,
};

void
workstation_headline(struct ui *ui)
{
	work_start(ui, 0, &totals_ops, memory_alloc(sizeof(struct finding_totals)));
}

bool
workstation_has_news(struct workstation *workstation, int64_t *seen)
{
	bool gone = workstation_database_gone(workstation);
	int64_t version = gone ? -1 : store_version(workstation->store);
	bool news = version != *seen;

	*seen = version;
	return news;
}

/* -- skills -- */

const struct skill_catalog *
workstation_skills(struct ui *ui, const char *repository)
{
	struct workstation *workstation = workstation_of(ui);
	struct workstation_skills *skills = workstation->skills;
	struct workstation_catalog *item;
	struct error err = { 0 };

	for (size_t i = 0; i < skills->list.count; i++)
		if (text_equal(skills->list.items[i]->repository, repository))
			return &skills->list.items[i]->catalog;
	item = memory_alloc(sizeof(*item));
	if (skill_catalog_load(&item->catalog, workstation->store, repository, &err) < 0) {
		ui_error(ui, &err);
		skill_catalog_release(&item->catalog);
		free(item);
		return NULL;
	}
	item->repository = memory_string(repository);
	vec_push(&skills->list, item);
	return &item->catalog;
}

/* -- the editor -- */

static int
edit(struct ui *ui, int64_t id, const char *file, unsigned line, struct error *err)
{
	struct service service = { 0 };
	char *path = NULL;
	int result = -1;

	if (file == NULL)
		return error_set(err, ERROR_NOT_FOUND, "it is not known where this is defined");
	if (casebook_service_by_id(workstation_of(ui)->store, id, &service, err) < 0)
		return -1;
	if (service.repository == NULL) {
		error_set(err, ERROR_UNAVAILABLE,
			  "%.200s has no repository: headroom service set %.200s --repo DIR",
			  service.name, service.name);
		goto out;
	}
	path = path_join(service.repository, file);
	if (!path_exists(path))
		error_set(err, ERROR_NOT_FOUND, "%.300s is not there", path);
	else if (!path_is_inside(path, service.repository))
		error_set(err, ERROR_REFUSED, "%.300s is outside the repository", file);
	else
		result = ui_edit(ui, path, line, err);
out:
	free(path);
	service_release(&service);
	return result;
}

void
workstation_edit(struct ui *ui, int64_t service, const char *file, unsigned line)
{
	struct error err = { 0 };

	if (edit(ui, service, file, line, &err) < 0)
		ui_error(ui, &err);
}
