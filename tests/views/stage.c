/* A small world and a ui on it; see stage.h. */
#include "tests/views/stage.h"

#include <math.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/base/path.h"
#include "core/store/change.h"
#include "core/store/detection.h"
#include "core/store/service.h"
#include "core/store/telemetry.h"
#include "tests/check_main.h"
#include "tests/tui/golden.h"
#include "views/screens/screens.h"

#define WINDOWS 24
#define CHANGED 14 /* first window of the new level */
#define START (CHECK_CLOCK - WINDOWS * CLOCK_HOUR)
#define SETTLE_SECONDS 20

/* -- the world -- */

static void
add_stack(struct profile *profile, const char *stack, uint64_t samples)
{
	uint32_t frames[8];
	size_t depth = 0;

	while (*stack != '\0') {
		size_t length = strcspn(stack, ";");

		frames[depth++] = profile_add_frame(profile, stack, length, "api", 3, "render.c", 8,
						    1, FRAME_USER);
		stack += length + (stack[length] == ';');
	}
	profile_add_stack(profile, frames, depth, samples, samples);
}

static void
add_window(struct store *store, int64_t service, int index)
{
	struct window window = { .start = START + index * CLOCK_HOUR, .unit = (char *)"samples" };
	uint64_t wobble = (uint64_t)(index * 7 % 5);
	struct profile profile;
	bool added = false;

	window.end = window.start + CLOCK_HOUR;
	profile_init(&profile);
	add_stack(&profile, "main;serve;render;json_escape",
		  (index < CHANGED ? 320 : 790) + 4 * wobble);
	add_stack(&profile, "main;serve;log_emit", (index < CHANGED + 4 ? 90 : 210) + wobble);
	add_stack(&profile, "main;serve;parse", 9000);
	window.samples = profile.samples;
	window.weight = profile.weight;
	must(telemetry_profile_add(store_telemetry(store), service, &window, &profile,
				   (uint64_t)index + 1, &added, &err));
	ck_assert(added);
	profile_release(&profile);
}

static const char diff_text[] =
	"diff --git a/render.c b/render.c\n"
	"--- a/render.c\n"
	"+++ b/render.c\n"
	"@@ -1,4 +1,4 @@\n"
	" /* Rendering. */\n"
	"-#include <stdio.h>\n"
	"+#include <string.h>\n"
	" \n"
	" int columns;\n"
	"@@ -80,6 +80,6 @@ static void json_escape(struct buf *out, const char *text)\n"
	" {\n"
	"-\tfor (const char *p = text; *p; p++)\n"
	"+\tfor (size_t i = 0; i < strlen(text); i++)\n"
	" \t\tput(out, text, i);\n"
	" }\n"
	" \n";

static int64_t
add_change(struct store *store, int64_t service, const char *key, const char *author,
	   const char *title, int window, const char *function)
{
	struct change change = {
		.service = service,
		.kind = memory_string("commit"),
		.key = memory_string(key),
		.time = START + window * CLOCK_HOUR - 10 * CLOCK_MINUTE,
		.title = memory_string(title),
		.text = memory_string("Asked for by readers."),
		.author_name = memory_string(author),
		.author_email = memory_format("%s@example.org", author),
		.diff = memory_string(diff_text),
	};
	bool added = false;
	int64_t id;

	strings_add(&change.files, "render.c");
	change_add_function(&change, function, "render.c", 1, 1);
	must(casebook_change_put(store, &change, &added, &err));
	id = change.id;
	change_release(&change);
	return id;
}

static struct finding
make_finding(int64_t service, enum finding_kind kind, const char *name, double before, double after)
{
	return (struct finding){
		.service = service,
		.kind = kind,
		.subject_kind = memory_string("function"),
		.subject = memory_string(name),
		.fingerprint = memory_string(name),
		.file = memory_string("render.c"),
		.line = 80,
		.detected_at = CHECK_CLOCK - CLOCK_HOUR,
		.changed_at = kind == FINDING_REGRESSION ? START + CHANGED * CLOCK_HOUR : 0,
		.changed_low = START + (CHANGED - 1) * CLOCK_HOUR,
		.changed_high = START + (CHANGED + 1) * CLOCK_HOUR,
		.before = before,
		.after = after,
		.delta_low = (after - before) * 0.9,
		.delta_high = (after - before) * 1.1,
		.p = 1e-12,
		.q = 1e-9,
		.samples_before = 130000,
		.samples_after = 101000,
		.windows_before = CHANGED,
		.windows_after = WINDOWS - CHANGED,
		.impact = { fabs(after - before) * 3000, fabs(after - before) * 30000,
			    fabs(after - before) * 2700, fabs(after - before) * 3300 },
	};
}

static int64_t
put_finding(struct store *store, struct finding *finding)
{
	bool added = false;
	int64_t id;

	must(casebook_finding_put(store, finding, &added, &err));
	id = finding->id;
	finding_release(finding);
	return id;
}

static void
add_suspects(struct store *store, int64_t finding, int64_t first, int64_t second)
{
	struct suspect suspects[] = {
		{ .change = first,
		  .key = (char *)"a1b2c3d4e5f60718",
		  .title = (char *)"render: escape more",
		  .author = (char *)"ana",
		  .time = START + CHANGED * CLOCK_HOUR - 10 * CLOCK_MINUTE,
		  .score = 0.91,
		  .attribution = 0.8,
		  .timing = 0.9,
		  .text = 0.4,
		  .diff = 0.6,
		  .why = (char *)"touched json_escape, which is in all of the growth; came right "
				 "before it; "
				 "adds a strlen to a loop condition" },
		{ .change = second,
		  .key = (char *)"9f8e7d6c5b4a3928",
		  .title = (char *)"log: more words",
		  .author = (char *)"lee",
		  .time = START + 6 * CLOCK_HOUR,
		  .score = 0.08,
		  .attribution = 0.1,
		  .timing = 0.2,
		  .text = 0.1,
		  .diff = 0.2,
		  .why = (char *)"touched nothing that grew" },
	};

	strings_add(&suspects[0].functions, "json_escape");
	must(casebook_suspects_put(store, finding, "likely", suspects, 2, &err));
	strings_release(&suspects[0].functions);
}

static const char evidence_text[] =
	"{\"stages\":[{\"stage\":\"went_away\",\"ran\":true,\"passed\":true,\"value\":0.98,"
	"\"limit\":0.5,\"why\":\"the newest windows keep 98 % of it\"},"
	"{\"stage\":\"seasonal\",\"ran\":false,\"passed\":true,"
	"\"why\":\"24 windows are too few for a season\"},"
	"{\"stage\":\"threshold\",\"ran\":true,\"passed\":true,\"value\":0.047,\"limit\":0.00005,"
	"\"why\":\"940 times the least change asked for\"},"
	"{\"stage\":\"cost_shift\",\"ran\":true,\"passed\":true,\"value\":0.88,\"limit\":0.2,"
	"\"why\":\"no function lost what this one gained\"}],"
	"\"smallest\":0.0021,\"scale\":\"small-and-slow\",\"dispersion\":1.8,\"memory\":2.3,"
	"\"came_from\":[{\"name\":\"parse\",\"part\":0.12}]}";

static void
add_findings(struct store *store, int64_t service)
{
	int64_t first = add_change(store, service, "a1b2c3d4e5f60718", "ana", "render: escape more",
				   CHANGED, "json_escape");
	int64_t second = add_change(store, service, "9f8e7d6c5b4a3928", "lee", "log: more words",
				    CHANGED + 4, "log_emit");
	struct finding finding;

	finding = make_finding(service, FINDING_REGRESSION, "json_escape", 0.032, 0.079);
	strings_add(&finding.members, "render");
	finding.evidence = memory_string(evidence_text);
	finding.config = memory_string("small-and-slow");
	add_suspects(store, put_finding(store, &finding), first, second);
	finding = make_finding(service, FINDING_REGRESSION, "log_emit", 0.009, 0.021);
	put_finding(store, &finding);
	must(casebook_finding_claim(store, 2, "lee", &err));
	finding = make_finding(service, FINDING_OPPORTUNITY, "count_words", 0.05, 0.01);
	finding.skill = memory_string("hoist-strlen");
	put_finding(store, &finding);
	finding = make_finding(service, FINDING_REGRESSION, "old_story", 0.01, 0.02);
	put_finding(store, &finding);
	must(casebook_finding_move(store, 4, FINDING_DISMISSED, "ana", "planned", &err));
	finding = make_finding(service, FINDING_IMPROVEMENT, "parse", 0.95, 0.91);
	put_finding(store, &finding);
	finding = make_finding(service, FINDING_REGRESSION,
			       "\x1b[31mevil\x07\xe2\x80\xae"
			       "name",
			       0.001, 0.002);
	put_finding(store, &finding);
}

static void
add_candidate(struct detection_candidates *candidates, const char *subject, const char *stage,
	      double before, double after, double value, double limit, const char *why)
{
	struct detection_candidate candidate = {
		.subject_kind = memory_string("function"),
		.subject = memory_string(subject),
		.changed_at = START + (CHANGED + 4) * CLOCK_HOUR,
		.changed_low = START + (CHANGED + 3) * CLOCK_HOUR,
		.changed_high = START + (CHANGED + 5) * CLOCK_HOUR,
		.before = before,
		.after = after,
		.p = 1e-7,
		.q = 0.002,
		.stage = memory_string(stage),
		.value = value,
		.limit = limit,
		.why = memory_string(why),
		.config = memory_string("large-and-fast"),
	};

	vec_push(candidates, candidate);
}

static void
add_funnel(struct store *store, int64_t service)
{
	struct detection_run_record run = {
		.service = service,
		.time = CHECK_CLOCK - CLOCK_HOUR,
		.from = START,
		.to = START + WINDOWS * CLOCK_HOUR,
		.windows = WINDOWS,
		.samples = 231000,
		.series = 134,
		.change_points = 1874,
		.findings = 3,
		.improvements = 1,
	};
	static const struct {
		const char *name;
		uint64_t filtered;
	} stages[] = {
		{ "went_away", 1650 }, { "seasonal", 120 },
		{ "threshold", 76 },   { "same_regression", 0 },
		{ "cost_shift", 2 },   { "duplicate", 21 },
		{ "mix", 1 },          { "renamed", 0 },
	};
	struct detection_candidates candidates = { 0 };

	for (size_t i = 0; i < sizeof(stages) / sizeof(stages[0]); i++)
		detection_run_record_stage(&run, stages[i].name, stages[i].filtered);
	add_candidate(&candidates, "log_emit", "went_away", 0.009, 0.021, 0.12, 0.5,
		      "the newest windows keep 12 % of the increase");
	add_candidate(&candidates, "parse", "threshold", 0.91, 0.9104, 0.0004, 0.0005,
		      "+0.04 points are less than the 0.05 asked for");
	add_candidate(&candidates, "\x1b[2Jserve", "cost_shift", 0.01, 0.02, 0.03, 0.2,
		      "parse lost 97 % of what it gained");
	add_candidate(&candidates, "vanished", "cost_shift", 0.001, 0.0012, NAN, NAN,
		      "its caller did not change");
	must(casebook_detection_put(store, &run, &candidates, &err));
	detection_candidates_release(&candidates);
	detection_run_record_release(&run);
}

static void
fill(struct store *store)
{
	struct service service = { .name = (char *)"api", .cores = 3000, .watts_per_core = 10 };

	must(casebook_service_put(store, &service, &err));
	for (int i = 0; i < WINDOWS; i++)
		add_window(store, service.id, i);
	add_findings(store, service.id);
	add_funnel(store, service.id);
}

char *
stage_database(enum stage_world world)
{
	static int number;
	char *folder = memory_format("%s/stage-%d-%d", getenv("HOME"), (int)getpid(), number++);
	char *path = path_join(folder, "headroom.db");
	struct store *store;

	must(path_make_folder(folder, &err));
	must(store_open(&store, path, STORE_CREATE, &err));
	if (world == STAGE_WORLD)
		fill(store);
	store_close(store);
	free(folder);
	return path;
}

/* -- the stage -- */

struct stage *
stage_new(const char *database, int rows, int columns, unsigned features)
{
	struct stage *stage = memory_alloc(sizeof(*stage));
	char *own = database == NULL ? stage_database(STAGE_WORLD) : NULL;

	must(workstation_open(&stage->workstation, database != NULL ? database : own, "ana", &err));
	free(own);
	stage->jobs = stage->workstation.jobs = job_queue_new(1); /* one: answers in order */
	stage->ui = ui_new(&(struct ui_setup){
		.rows = rows,
		.columns = columns,
		.features = features,
		.jobs = stage->jobs,
		.user = &stage->workstation,
		.actions = workstation_actions,
	});
	str_init(&stage->text, STR_MAX_TEXT);
	screens_open_findings(stage->ui);
	stage_settle(stage);
	return stage;
}

void
stage_free(struct stage *stage)
{
	stage->workstation.jobs = NULL;
	job_queue_free(stage->jobs);
	ui_free(stage->ui);
	workstation_release(&stage->workstation);
	str_release(&stage->text);
	free(stage);
}

void
stage_settle(struct stage *stage)
{
	struct pollfd polled = { .fd = job_queue_fd(stage->jobs), .events = POLLIN };
	int64_t end = clock_monotonic() + SETTLE_SECONDS * CLOCK_SECOND;

	ui_draw(stage->ui);
	while (!job_queue_idle(stage->jobs) || ui_timers_wait(stage->ui) >= 0) {
		int64_t wait = ui_timers_wait(stage->ui);

		ck_assert_msg(clock_monotonic() < end, "the jobs do not end");
		poll(&polled, 1, wait >= 0 && wait < 100000 ? (int)(wait / 1000) + 1 : 100);
		job_queue_dispatch(stage->jobs);
		ui_timers_run(stage->ui);
		ui_dirty(stage->ui);
		ui_draw(stage->ui);
	}
}

void
stage_keys(struct stage *stage, const char *keys)
{
	ck_assert_int_eq(ui_keys(stage->ui, keys), 0);
	stage_settle(stage);
}

void
stage_type(struct stage *stage, const char *text)
{
	ui_type(stage->ui, text);
	stage_settle(stage);
}

const char *
stage_screen(struct stage *stage)
{
	str_clear(&stage->text);
	ui_text(stage->ui, &stage->text);
	return stage->text.data;
}

const char *
stage_message(const struct stage *stage)
{
	const struct message *latest = messages_latest(ui_messages(stage->ui));

	return latest != NULL ? latest->text : "";
}

bool
stage_shows(struct stage *stage, const char *text)
{
	return strstr(stage_screen(stage), text) != NULL;
}

void
stage_golden(struct stage *stage, const char *name)
{
	char *path = memory_format("../../views/golden/%s", name);

	golden_text(path, stage_screen(stage));
	free(path);
}
