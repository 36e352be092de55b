/* `detect`: finds regressions; safe to run again and again. */
#include "views/commands/detect.h"

#include <inttypes.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/detect/stage.h"
#include "core/detect/stage_text.h"
#include "core/store/detection.h"
#include "core/store/service.h"
#include "core/tools/finding_json.h"
#include "views/commands/finding_text.h"

static int
stage_number(const char *name, size_t length)
{
	for (int stage = 0; stage < STAGE_COUNT; stage++) {
		const char *known = detect_stage_name((enum detect_stage)stage);

		if (strlen(known) != length)
			continue;
		for (size_t i = 0; i <= length; i++) {
			if (i == length)
				return stage;
			/* cost-shift on a command line is cost_shift in JSON */
			if (known[i] != name[i] && !(known[i] == '_' && name[i] == '-'))
				break;
		}
	}
	return -1;
}

static int
scale_number(const char *name, size_t length)
{
	for (int scale = DETECT_FAST; scale <= DETECT_RAMP; scale++) {
		const char *known = detect_scale_name((enum detect_scale)scale);

		if (strlen(known) == length && memcmp(known, name, length) == 0)
			return scale;
	}
	return -1;
}

/* "a,b" or "none" to bits. */
static int
read_names(unsigned *bits, const char *option, const char *text,
	   int (*number)(const char *name, size_t length), struct error *err)
{
	*bits = 0;
	if (strcmp(text, "none") == 0)
		return 0;
	for (const char *at = text;; at++) {
		size_t length = strcspn(at, ",");
		int found = number(at, length);

		if (found < 0)
			return error_set(err, ERROR_USAGE, "%s: no such one: %.*s", option,
					 (int)(length < 40 ? length : 40), at);
		*bits |= 1u << found;
		at += length;
		if (*at == '\0')
			return 0;
	}
}

static int
read_stages(struct detection_options *options, const struct arguments *arguments, struct error *err)
{
	const char *stages = argument_text(arguments, "--stages");
	const char *configs = argument_text(arguments, "--only");
	const char *off;
	unsigned bits;

	if (stages != NULL) {
		if (read_names(&bits, "--stages", stages, stage_number, err) < 0)
			return -1;
		options->stages_set = true;
		options->stages_off = ~bits & ((1u << STAGE_COUNT) - 1);
	}
	for (size_t i = 0; (off = argument_nth(arguments, "--no-stage", i)) != NULL; i++) {
		if (read_names(&bits, "--no-stage", off, stage_number, err) < 0)
			return -1;
		options->stages_off |= bits;
	}
	if (configs != NULL) {
		if (read_names(&bits, "--only", configs, scale_number, err) < 0)
			return -1;
		options->scales_off = ~bits & ((2u << DETECT_RAMP) - 1);
	}
	return 0;
}

static int
read_preset(struct detection_options *options, const struct arguments *arguments, struct error *err)
{
	options->preset = argument_text(arguments, "--preset");
	if (options->preset == NULL)
		return 0;
	for (size_t i = 0; i < settings_preset_count(); i++) {
		if (strcmp(settings_preset(i)->name, options->preset) == 0)
			return 0;
	}
	return error_set(err, ERROR_USAGE,
			 "--preset: no such one: %.40s (default, frontfaas, pythonfaas, tao, "
			 "adserving, invoicer, capacity)",
			 options->preset);
}

static int
read_options(struct detection_options *options, const struct arguments *arguments,
	     struct error *err)
{
	options->service = argument_text(arguments, "--service");
	options->full = argument_flag(arguments, "--full");
	if (argument_time(arguments, "--as-of", &options->as_of, err) < 0 ||
	    argument_duration(arguments, "--historic", &options->historic, err) < 0 ||
	    argument_duration(arguments, "--analysis", &options->analysis, err) < 0 ||
	    argument_duration(arguments, "--extended", &options->extended, err) < 0 ||
	    argument_number(arguments, "--min-delta", &options->min_delta, err) < 0 ||
	    argument_number(arguments, "--q", &options->q_max, err) < 0 ||
	    read_preset(options, arguments, err) < 0 || read_stages(options, arguments, err) < 0)
		return -1;
	if (argument_text(arguments, "--q") != NULL &&
	    !(options->q_max > 0 && options->q_max <= 0.5))
		return error_set(err, ERROR_USAGE, "--q: over 0 and at most 0.5");
	if (argument_text(arguments, "--min-delta") == NULL)
		return 0;
	if (!(options->min_delta >= 0 && options->min_delta <= 1))
		return error_set(err, ERROR_USAGE, "--min-delta: a fraction from 0 to 1");
	if (options->min_delta == 0)
		options->min_delta = -1; /* no threshold, where 0 would mean the default */
	return 0;
}

/* What the latest runs of the services kept: of one that is named, else of all. */
struct kept {
	struct json *filtered; /* counts by stage, every stage there is */
	struct json *configs;
	struct json *changes; /* filtered change points; NULL: not asked for */
	uint64_t counts[STAGE_COUNT];
};

static struct json *
candidate_to_json(const struct detection_candidate *candidate, const char *service)
{
	struct json *object = json_object(), *subject = json_object(), *between = json_array();
	char time[CLOCK_TEXT_SIZE];

	json_set_text(subject, "kind", candidate->subject_kind);
	json_set_text(subject, "name", candidate->subject);
	json_set_text(object, "service", service);
	json_set(object, "subject", subject);
	json_set_time(object, "changed_at", candidate->changed_at);
	json_append_text(between, clock_format(candidate->changed_low, time));
	json_append_text(between, clock_format(candidate->changed_high, time));
	json_set(object, "changed_between", between);
	json_set_number(object, "before", candidate->before);
	json_set_number(object, "after", candidate->after);
	json_set_text(object, "unit", candidate->unit);
	json_set_number(object, "p", candidate->p);
	json_set_number(object, "q", candidate->q);
	json_set_text(object, "stage", candidate->stage);
	json_set_number(object, "value", candidate->value);
	json_set_number(object, "limit", candidate->limit);
	json_set_text(object, "why", candidate->why);
	json_set_text(object, "config", candidate->config);
	return object;
}

static void
say_candidate(struct session *session, const struct detection_candidate *candidate,
	      const char *service)
{
	char title[TEXT_NUMBER_SIZE], change[80], time[CLOCK_TEXT_SIZE];

	session_say(session, "%-16s %s  %s  %s  since %s  %s\n",
		    detect_stage_title(candidate->stage, title), service, candidate->subject,
		    finding_text_change(candidate->before, candidate->after, candidate->unit,
					change, sizeof(change)),
		    clock_format_when(candidate->changed_at, time),
		    candidate->why != NULL ? candidate->why : "");
}

static int
add_changes(struct session *session, struct kept *kept, const struct service *service,
	    struct error *err)
{
	struct detection_candidates candidates = { 0 };

	if (casebook_detection_candidates(session->store, service->id, NULL, &candidates, err) < 0)
		return -1;
	for (size_t i = 0; i < candidates.count; i++) {
		json_append(kept->changes, candidate_to_json(&candidates.items[i], service->name));
		say_candidate(session, &candidates.items[i], service->name);
	}
	detection_candidates_release(&candidates);
	return 0;
}

static void
add_configs(struct kept *kept, const struct detection_run_record *run, const char *service)
{
	struct json *configs = NULL, *entry = json_object();

	if (run->configs != NULL)
		json_parse(&configs, run->configs, strlen(run->configs), NULL);
	json_set_text(entry, "service", service);
	json_set(entry, "configs", configs != NULL ? configs : json_array());
	json_append(kept->configs, entry);
}

static int
add_service(struct session *session, struct kept *kept, const struct service *service,
	    struct error *err)
{
	struct detection_run_record run = { 0 };

	if (casebook_detection_run(session->store, service->id, &run, err) < 0)
		return -1;
	for (size_t i = 0; i < run.stage_count; i++) {
		int stage = stage_number(run.stages[i].name, strlen(run.stages[i].name));

		if (stage >= 0)
			kept->counts[stage] += run.stages[i].filtered;
	}
	add_configs(kept, &run, service->name);
	detection_run_record_release(&run);
	return kept->changes != NULL ? add_changes(session, kept, service, err) : 0;
}

static int
read_kept(struct session *session, struct kept *kept, const char *only, struct error *err)
{
	struct service_list services = { 0 };
	int result = casebook_services(session->store, &services, err);

	for (size_t i = 0; i < services.count && result == 0; i++) {
		if (only == NULL || strcmp(services.items[i].name, only) == 0)
			result = add_service(session, kept, &services.items[i], err);
	}
	service_list_release(&services);
	for (int stage = 0; stage < STAGE_COUNT; stage++)
		json_set_int(kept->filtered, detect_stage_name((enum detect_stage)stage),
			     (int64_t)kept->counts[stage]);
	return result;
}

static struct json *
scanned_to_json(const struct detection_report *report, const struct kept *kept)
{
	struct json *object = json_object();

	json_set_int(object, "services", (int64_t)report->services);
	json_set_int(object, "series", (int64_t)report->series);
	json_set_int(object, "windows", (int64_t)report->windows);
	json_set_int(object, "samples", (int64_t)report->samples);
	json_set_int(object, "change_points", (int64_t)report->change_points);
	json_set(object, "filtered", json_copy(kept->filtered));
	json_set(object, "configs", json_copy(kept->configs));
	json_set_time(object, "from", report->from);
	json_set_time(object, "to", report->to);
	return object;
}

static int
append_findings(struct session *session, struct json *array, const struct detection_found *found,
		size_t count, struct error *err)
{
	for (size_t i = 0; i < count; i++) {
		struct finding finding = { 0 };
		char change[80], time[CLOCK_TEXT_SIZE];
		struct json *object;

		if (casebook_finding(session->store, found[i].id, &finding, err) < 0)
			return -1;
		object = finding_to_json(&finding, false);
		json_set_bool(object, "added", found[i].added);
		if (found[i].again)
			json_set_bool(object, "again", true);
		json_append(array, object);
		session_say(session, "F%lld  %s  %s  %s  since %s%s%s\n", (long long)finding.id,
			    finding.service_name, finding.subject,
			    finding_text_change(finding.before, finding.after, finding.unit, change,
						sizeof(change)),
			    clock_format_when(finding.changed_at, time),
			    finding.kind == FINDING_IMPROVEMENT ? "  improvement" : "",
			    found[i].added   ? "  new"
			    : found[i].again ? "  back again"
					     : "");
		finding_release(&finding);
	}
	return 0;
}

static struct json *
moved_to_json(struct session *session, const struct detection_report *report)
{
	struct json *array = json_array();

	for (size_t i = 0; i < report->moved_count; i++) {
		const struct detection_moved *moved = &report->moved[i];
		struct json *object = json_object();
		char id[32];

		snprintf(id, sizeof(id), "F%lld", (long long)moved->id);
		json_set_text(object, "id", id);
		json_set_text(object, "state", finding_state_name(moved->state));
		json_append(array, object);
		session_say(session, "%s  is %s now; see: headroom show %s\n", id,
			    finding_state_name(moved->state), id);
	}
	return array;
}

static int
fill_document(struct session *session, struct json *document, struct kept *kept,
	      const struct detection_report *report, const struct arguments *arguments,
	      struct error *err)
{
	struct json *findings = json_array(), *improvements = json_array();

	json_set(document, "findings", findings);
	if (append_findings(session, findings, report->findings, report->finding_count, err) < 0) {
		json_free(improvements);
		return -1;
	}
	if (argument_flag(arguments, "--improvements")) {
		json_set(document, "improvements", improvements);
		if (append_findings(session, improvements, report->improvements,
				    report->improvement_count, err) < 0)
			return -1;
	} else {
		json_free(improvements);
	}
	json_set(document, "moved", moved_to_json(session, report));
	if (read_kept(session, kept, argument_text(arguments, "--service"), err) < 0)
		return -1;
	json_set(document, "scanned", scanned_to_json(report, kept));
	if (kept->changes != NULL)
		json_set(document, "filtered_changes", json_copy(kept->changes));
	return 0;
}

static int
print_findings(struct session *session, const struct detection_report *report,
	       const struct arguments *arguments, struct error *err)
{
	struct json *document = json_object();
	struct kept kept = { .filtered = json_object(), .configs = json_array() };
	int result;

	if (argument_flag(arguments, "--filtered"))
		kept.changes = json_array();
	result = fill_document(session, document, &kept, report, arguments, err);
	json_free(kept.filtered);
	json_free(kept.configs);
	json_free(kept.changes);
	if (result == 0 && session->json)
		session_print_json(session, document);
	else
		json_free(document);
	return result;
}

/* ", 3 seasonal", a noun with its s. */
static void
add_filtered(struct str *line, uint64_t count, const char *words, bool is_noun)
{
	str_addf(line, "%s%" PRIu64 " %s%s", line->len > 0 ? ", " : "", count, words,
		 is_noun ? text_plural(count) : "");
}

static void
say_summary(struct session *session, const struct detection_report *report)
{
	struct str line;

	str_init(&line, STR_MAX_LINE);
	add_filtered(&line, report->filtered.went_away, "went away", false);
	add_filtered(&line, report->filtered.seasonal, "seasonal", false);
	add_filtered(&line, report->filtered.threshold, "under the threshold", false);
	add_filtered(&line, report->filtered.same_regression, "same regression", false);
	add_filtered(&line, report->filtered.cost_shift, "moved cost", false);
	add_filtered(&line, report->filtered.duplicate, "duplicate", true);
	add_filtered(&line, report->filtered.mix, "of mix or load", false);
	add_filtered(&line, report->filtered.renamed, "renamed", false);
	session_say(session,
		    "%zu regression%s; %" PRIu64 " series in %" PRIu64 " window%s, %" PRIu64
		    " change point%s, filtered: %s\n",
		    report->finding_count, text_plural(report->finding_count), report->series,
		    report->windows, text_plural(report->windows), report->change_points,
		    text_plural(report->change_points), line.data);
	str_release(&line);
	if (report->improvement_count > 0)
		session_say(session, "%zu improvement%s (--improvements lists %s)\n",
			    report->improvement_count, text_plural(report->improvement_count),
			    report->improvement_count == 1 ? "it" : "them");
}

static int
run_once(struct session *session, const struct arguments *arguments,
	 const struct detection_options *options, struct error *err)
{
	struct detection_report report = { 0 };
	int result = -1;

	if (detection_run(session->store, options, &report, &session->progress, err) == 0 &&
	    print_findings(session, &report, arguments, err) == 0) {
		say_summary(session, &report);
		result = report.finding_count == 0 && argument_flag(arguments, "--fail")
				 ? COMMAND_NO
				 : COMMAND_YES;
	}
	detection_report_release(&report);
	return result;
}

/* What does nothing without --watch would be taken for done. */
static int
check_watch(const struct arguments *arguments, struct error *err)
{
	static const char *const watching[] = { "--exec", "--output", "--rounds" };

	for (size_t i = 0; i < sizeof(watching) / sizeof(watching[0]); i++) {
		if (argument_text(arguments, watching[i]) != NULL)
			return error_set(err, ERROR_USAGE, "detect: %s goes with --watch",
					 watching[i]);
	}
	return 0;
}

static int
run(struct session *session, const struct arguments *arguments, struct error *err)
{
	struct detection_options options = { 0 };
	bool watch = argument_text(arguments, "--watch") != NULL;
	struct settings *settings = NULL;
	struct store *store;
	int result = -1;

	if (read_options(&options, arguments, err) < 0 ||
	    (!watch && check_watch(arguments, err) < 0) ||
	    settings_load(&settings, session->config, err) < 0 ||
	    session_store(session, &store, err) < 0)
		goto out;
	options.settings = settings;
	session_warn_settings(session, settings);
	if (watch)
		result = detect_watch(session, arguments, &options, err);
	else
		result = run_once(session, arguments, &options, err);
out:
	settings_free(settings);
	return result;
}

static const struct option options[] = {
	{ "--service", "S", "this service; else all" },
	{ "--as-of", "T", "as if it were this time: later windows are not looked at" },
	{ "--historic", "D", "the stretch that is compared with; else all there is" },
	{ "--analysis", "D", "the stretch in which a change is reported; else all there is" },
	{ "--extended", "D", "the newest stretch, in which a change must last" },
	{ "--min-delta", "X", "least increase of a share, as a fraction (0.0005)" },
	{ "--q", "X",
	  "false discovery rate: over all functions, and over a service's series (0.01)" },
	{ "--preset", "NAME", "settings by name: default, frontfaas, tao ...; see the manual" },
	{ "--only", "NAMES",
	  "these configurations: large-and-fast, small-and-slow, long-term; with commas" },
	{ "--stages", "NAMES", "only these stages filter, with commas; or none" },
	{ "--no-stage", "NAME", "this stage filters nothing; may stand more than once" },
	{ "--improvements", NULL, "lists what got cheaper too" },
	{ "--filtered", NULL, "lists the change points that were filtered, and why" },
	{ "--full", NULL, "looks at everything again, not at what is new alone" },
	{ "--watch", "[D]",
	  "runs again every D until it is stopped; else as often as config.yaml says (10m)" },
	{ "--output", "FILE", "with --watch: appends a JSON line for each new finding" },
	{ "--exec", "CMD", "with --watch: runs CMD for each new finding, its JSON on stdin" },
	{ "--rounds", "N", "with --watch: stops after N rounds" },
	{ "--fail", NULL, "exit 1 where nothing is found" },
	{ 0 },
};

const struct command command_detect = {
	.name = "detect",
	.words = "",
	.summary = "Finds regressions; the same change is reported once",
	.text = "What got cheaper is recorded too: an accepted finding whose function got cheaper "
		"after it is verified, an open one that recovers is gone. Of each service and "
		"stage the 200 most significant filtered change points of the latest run are "
		"kept for --filtered.",
	.options = options,
	.run = run,
};
