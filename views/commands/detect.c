/* `detect`: finds regressions; safe to run again and again. */
#include "core/explain/detection.h"

#include "core/base/clock.h"
#include "core/base/text.h"
#include "core/tools/finding_json.h"
#include "views/commands/command.h"
#include "views/commands/finding_text.h"

static int
read_options(struct detection_options *options, const struct arguments *arguments,
	     struct error *err)
{
	options->service = argument_text(arguments, "--service");
	if (argument_time(arguments, "--as-of", &options->as_of, err) < 0 ||
	    argument_duration(arguments, "--historic", &options->historic, err) < 0 ||
	    argument_duration(arguments, "--analysis", &options->analysis, err) < 0 ||
	    argument_duration(arguments, "--extended", &options->extended, err) < 0 ||
	    argument_number(arguments, "--min-delta", &options->min_delta, err) < 0)
		return -1;
	if (argument_text(arguments, "--min-delta") == NULL)
		return 0;
	if (options->min_delta < 0 || options->min_delta > 1)
		return error_set(err, ERROR_USAGE, "--min-delta: a fraction from 0 to 1");
	if (options->min_delta == 0)
		options->min_delta = -1; /* no threshold, where 0 would mean the default */
	return 0;
}

static struct json *
scanned_to_json(const struct detection_report *report)
{
	struct json *object = json_object(), *filtered = json_object();

	json_set_int(object, "services", (int64_t)report->services);
	json_set_int(object, "series", (int64_t)report->series);
	json_set_int(object, "windows", (int64_t)report->windows);
	json_set_int(object, "samples", (int64_t)report->samples);
	json_set_int(object, "change_points", (int64_t)report->change_points);
	json_set_int(filtered, "went_away", (int64_t)report->filtered.went_away);
	json_set_int(filtered, "seasonal", (int64_t)report->filtered.seasonal);
	json_set_int(filtered, "threshold", (int64_t)report->filtered.threshold);
	json_set_int(filtered, "cost_shift", (int64_t)report->filtered.cost_shift);
	json_set_int(filtered, "duplicate", (int64_t)report->filtered.duplicate);
	json_set(object, "filtered", filtered);
	json_set_time(object, "from", report->from);
	json_set_time(object, "to", report->to);
	return object;
}

static int
print_findings(struct session *session, const struct detection_report *report, struct error *err)
{
	struct json *document = json_object(), *array = json_array();

	json_set(document, "findings", array);
	for (size_t i = 0; i < report->finding_count; i++) {
		struct finding finding = { 0 };
		char change[80], time[CLOCK_TEXT_SIZE];

		if (casebook_finding(session->store, report->findings[i].id, &finding, err) < 0) {
			json_free(document);
			return -1;
		}
		json_append(array, finding_to_json(&finding, false));
		session_say(
			session, "F%lld  %s  %s  %s  since %s%s\n", (long long)finding.id,
			finding.service_name, finding.subject,
			finding_text_change(finding.before, finding.after, change, sizeof(change)),
			clock_format(finding.changed_at, time),
			report->findings[i].added ? "  new" : "");
		finding_release(&finding);
	}
	json_set(document, "scanned", scanned_to_json(report));
	if (session->json)
		session_print_json(session, document);
	else
		json_free(document);
	return 0;
}

static void
say_summary(struct session *session, const struct detection_report *report)
{
	session_say(session,
		    "%zu regressions; %llu series in %llu windows, %llu change points, filtered: "
		    "%llu went away, %llu seasonal, %llu under the threshold, %llu moved cost, "
		    "%llu duplicates\n",
		    report->finding_count, (unsigned long long)report->series,
		    (unsigned long long)report->windows, (unsigned long long)report->change_points,
		    (unsigned long long)report->filtered.went_away,
		    (unsigned long long)report->filtered.seasonal,
		    (unsigned long long)report->filtered.threshold,
		    (unsigned long long)report->filtered.cost_shift,
		    (unsigned long long)report->filtered.duplicate);
}

static int
run(struct session *session, const struct arguments *arguments, struct error *err)
{
	struct detection_options options = { 0 };
	struct detection_report report = { 0 };
	struct store *store;
	int result = -1;

	if (read_options(&options, arguments, err) < 0 || session_store(session, &store, err) < 0)
		return -1;
	if (detection_run(store, &options, &report, &session->progress, err) == 0 &&
	    print_findings(session, &report, err) == 0) {
		say_summary(session, &report);
		result = report.finding_count == 0 && argument_flag(arguments, "--fail")
				 ? COMMAND_NO
				 : COMMAND_YES;
	}
	detection_report_release(&report);
	return result;
}

static const struct option options[] = {
	{ "--service", "S", "this service; else all" },
	{ "--as-of", "T", "as if it were this time: later windows are not looked at" },
	{ "--historic", "D", "the stretch that is compared with; else all there is" },
	{ "--analysis", "D", "the stretch in which a change is reported; else all there is" },
	{ "--extended", "D", "the newest stretch, in which a change must last" },
	{ "--min-delta", "X", "least increase of a share, as a fraction (0.0005)" },
	{ "--fail", NULL, "exit 1 where nothing is found" },
	{ 0 },
};

const struct command command_detect = {
	.name = "detect",
	.words = "",
	.summary = "Finds regressions; the same change is reported once",
	.options = options,
	.run = run,
};
