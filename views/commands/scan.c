/* `scan`: finds opportunities. */
#include "core/guide/scan.h"

#include "core/base/text.h"
#include "core/tools/finding_json.h"
#include "views/commands/command.h"
#include "views/commands/finding_text.h"

static struct json *
scanned_to_json(const struct scan_report *report)
{
	struct json *object = json_object(), *warnings = json_array();

	json_set_int(object, "services", (int64_t)report->services);
	json_set_int(object, "skills", (int64_t)report->skills);
	json_set_int(object, "functions", (int64_t)report->functions);
	json_set_int(object, "files", (int64_t)report->files);
	json_set_int(object, "matches", (int64_t)report->matches);
	json_set_int(object, "too_small", (int64_t)report->too_small);
	json_set_int(object, "gone", (int64_t)report->gone);
	json_set_int(object, "covered", (int64_t)report->covered);
	for (size_t i = 0; i < report->warnings.count; i++)
		json_append_text(warnings, report->warnings.items[i]);
	json_set(object, "warnings", warnings);
	return object;
}

static int
print_findings(struct session *session, const struct scan_report *report, struct error *err)
{
	struct json *document = json_object(), *array = json_array();
	char change[80];

	json_set(document, "findings", array);
	for (size_t i = 0; i < report->finding_count; i++) {
		struct finding finding = { 0 };

		if (casebook_finding(session->store, report->findings[i].id, &finding, err) < 0) {
			json_free(document);
			return -1;
		}
		json_append(array, finding_to_json(&finding, false));
		session_say(session, "F%lld  %s  %s  %s%s\n", (long long)finding.id,
			    finding.service_name, finding.subject,
			    finding_text_change(finding.before, finding.after, NULL, change,
						sizeof(change)),
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

static int
run(struct session *session, const struct arguments *arguments, struct error *err)
{
	struct scan_options options = { .service = argument_text(arguments, "--service") };
	struct scan_report report = { 0 };
	struct store *store;
	int result = -1;

	if (argument_time(arguments, "--from", &options.from, err) < 0 ||
	    argument_time(arguments, "--to", &options.to, err) < 0 ||
	    session_store(session, &store, err) < 0)
		return -1;
	if (scan_run(store, &options, &report, &session->progress, err) < 0)
		goto out;
	for (size_t i = 0; i < report.warnings.count; i++)
		session_warn(session, "%s", report.warnings.items[i]);
	if (print_findings(session, &report, err) < 0)
		goto out;
	session_say(session, "%zu opportunit%s; %zu hot function%s, %zu match%s, %zu too small\n",
		    report.finding_count, report.finding_count == 1 ? "y" : "ies", report.functions,
		    text_plural(report.functions), report.matches, report.matches == 1 ? "" : "es",
		    report.too_small);
	result = report.finding_count == 0 && argument_flag(arguments, "--fail") ? COMMAND_NO
										 : COMMAND_YES;
out:
	scan_report_release(&report);
	return result;
}

static const struct option options[] = {
	{ "--service", "S", "this service; else all" },
	{ "--from", "T", "windows from here; else the newest" },
	{ "--to", "T", "windows to here" },
	{ "--fail", NULL, "exit 1 where nothing is found" },
	{ 0 },
};

const struct command command_scan = {
	.name = "scan",
	.words = "",
	.summary = "Finds opportunities: offense skills matched against hot functions and code",
	.options = options,
	.run = run,
};
