/* `import series`: series of any metric and of shares, from files or a Prometheus server. */
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/text.h"
#include "core/collect/prometheus.h"
#include "core/collect/series_import.h"
#include "views/commands/command.h"

static struct json *
report_to_json(const char *source, const struct series_import_report *report)
{
	struct json *object = json_object();

	json_set_text(object, "source", source);
	json_set_text(object, "format", report->format);
	json_set_text(object, "kind", report->shares ? "share" : "metric");
	json_set_int(object, "series", (int64_t)report->series);
	json_set_int(object, "series_new", (int64_t)report->series_new);
	json_set_int(object, "points_added", (int64_t)report->added);
	json_set_int(object, "points_known", (int64_t)report->known);
	json_set_int(object, "points_replaced", (int64_t)report->replaced);
	json_set_int(object, "gaps", (int64_t)report->gaps);
	json_set_int(object, "counter_resets", (int64_t)report->resets);
	json_set_int(object, "harm_unknown", (int64_t)report->unsure);
	json_set_time(object, "from", report->from);
	json_set_time(object, "to", report->to);
	json_set_int(object, "lines_skipped", (int64_t)report->lines_skipped);
	return object;
}

static void
say_counts(struct session *session, const char *source, const struct series_import_report *report)
{
	char series[TEXT_NUMBER_SIZE], added[TEXT_NUMBER_SIZE], number[TEXT_NUMBER_SIZE];
	struct str more;

	str_init(&more, STR_MAX_LINE);
	if (report->known > 0)
		str_addf(&more, ", %s there already", text_count((double)report->known, number));
	if (report->replaced > 0)
		str_addf(&more, ", %s corrected", text_count((double)report->replaced, number));
	if (report->gaps > 0)
		str_addf(&more, ", %s gap%s", text_count((double)report->gaps, number),
			 text_plural(report->gaps));
	if (report->resets > 0)
		str_addf(&more, ", %s counter reset%s", text_count((double)report->resets, number),
			 text_plural(report->resets));
	session_say(session, "%s: %s, %s %s, %s new point%s%s\n", source, report->format,
		    text_count((double)report->series, series),
		    report->shares ? (report->series == 1 ? "share" : "shares") : "series",
		    text_count((double)report->added, added), text_plural(report->added),
		    more.data);
	str_release(&more);
}

/* Where neither name nor unit says which way is worse, any change is reported as a regression. */
static void
say_unsure(struct session *session, const char *source, const char *service,
	   const struct series_import_report *report)
{
	char others[48] = "", number[TEXT_NUMBER_SIZE];

	if (report->unsure == 0)
		return;
	if (report->unsure > 1)
		snprintf(others, sizeof(others), " (and %s more)",
			 text_count((double)report->unsure - 1, number));
	session_say(session,
		    "%s: nothing says which way %s%s is worse, so both ways count: import with "
		    "--harm up|down, or headroom service set %s --harm '%s=up'\n",
		    source, report->unsure_name, others, service, report->unsure_name);
}

static void
say_report(struct session *session, const char *source, const char *service,
	   const struct series_import_report *report)
{
	char time[CLOCK_TEXT_SIZE];

	say_counts(session, source, report);
	say_unsure(session, source, service, report);
	session_warn_skipped(session, source, report->lines_skipped, report->first_skipped_line,
			     report->first_skipped_reason);
	if (report->ignored > 0)
		session_warn(session, "%s: %llu column%s not read", source,
			     (unsigned long long)report->ignored, text_plural(report->ignored));
	if (report->is_index && report->series > 0)
		session_warn(session,
			     "%s: its times are plain numbers: stored as seconds since 1970",
			     source);
	if (report->to > clock_now() + CLOCK_DAY)
		session_warn(session, "%s: its last point is in the future: %s", source,
			     clock_format(report->to, time));
	if (report->warning[0] != '\0')
		session_warn(session, "%s: the server warns: %s", source, report->warning);
}

static int
fetch(struct session *session, const struct arguments *arguments,
      const struct series_import_options *options, struct json *sources, struct error *err)
{
	struct prometheus_query query = { .url = argument_text(arguments, "--prometheus"),
					  .query = argument_text(arguments, "--query"),
					  .name = argument_text(arguments, "--name"),
					  .step = CLOCK_MINUTE };
	struct series_import_report report;

	if (arguments->rest.count > 0)
		return error_set(err, ERROR_USAGE,
				 "import series: files or --prometheus, not both");
	if (query.query == NULL)
		return error_set(err, ERROR_USAGE, "--prometheus: needs --query");
	if (argument_time(arguments, "--start", &query.start, err) < 0 ||
	    argument_time(arguments, "--end", &query.end, err) < 0 ||
	    argument_duration(arguments, "--step", &query.step, err) < 0 ||
	    argument_duration(arguments, "--timeout", &query.time_max, err) < 0 ||
	    prometheus_import(session->store, &query, options, &report, &session->progress, err) <
		    0)
		return -1;
	json_append(sources, report_to_json(query.query, &report));
	say_report(session, query.query, options->service, &report);
	if (report.series == 0)
		session_warn(session, "%s: the server knows no such series in that time",
			     query.query);
	return 0;
}

static int
import_files(struct session *session, const struct arguments *arguments,
	     const struct series_import_options *options, struct json *sources, struct error *err)
{
	if (arguments->rest.count == 0)
		return error_set(err, ERROR_USAGE,
				 "import series: name a file, - for stdin, or a server "
				 "(--prometheus URL)");
	if (argument_flag(arguments, "--query"))
		return error_set(err, ERROR_USAGE, "--query: needs --prometheus");
	for (size_t i = 0; i < arguments->rest.count; i++) {
		const char *file = arguments->rest.items[i];
		struct series_import_report report;

		if (series_import_file(session->store, file, options, &report, &session->progress,
				       err) < 0)
			return -1;
		json_append(sources, report_to_json(file, &report));
		say_report(session, file, options->service, &report);
	}
	return 0;
}

static int
run_series(struct session *session, const struct arguments *arguments, struct error *err)
{
	struct series_import_options options = {
		.unit = argument_text(arguments, "--unit"),
		.counter = argument_flag(arguments, "--counter"),
		.replace = argument_flag(arguments, "--replace"),
		.read = { .time = argument_text(arguments, "--time-column"),
			  .value = argument_text(arguments, "--value-column"),
			  .name = argument_text(arguments, "--name-column"),
			  .samples = argument_text(arguments, "--samples-column"),
			  .keep_going = argument_flag(arguments, "--keep-going") },
	};
	struct json *document = json_object(), *sources = json_array();
	struct service service = { 0 };
	enum series_harm harm = SERIES_HARM_BOTH;
	int result = -1;

	json_set(document, "sources", sources);
	if (session_service(session, argument_text(arguments, "--service"), &service, err) < 0)
		goto out;
	options.service = service.name;
	if (argument_text(arguments, "--harm") != NULL) {
		if (series_harm_parse(&harm, argument_text(arguments, "--harm"), err) < 0) {
			error_prefix(err, "--harm");
			goto out;
		}
		options.harm = &harm;
	}
	if (argument_text(arguments, "--prometheus") != NULL
		    ? fetch(session, arguments, &options, sources, err) < 0
		    : import_files(session, arguments, &options, sources, err) < 0)
		goto out;
	if (session->json) {
		session_print_json(session, document);
		document = NULL;
	}
	result = COMMAND_YES;
out:
	json_free(document);
	service_release(&service);
	return result;
}

static const struct option series_options[] = {
	{ "--service", "S", "whose series they are" },
	{ "--unit", "U", "of the values: ms, bytes, req/s ..." },
	{ "--harm", "up|down|both",
	  "which way these metrics are worse; else by name and unit, or as service set has it" },
	{ "--counter", NULL, "values are counters: stored as increase per second, resets handled" },
	{ "--replace", NULL, "values stand instead of those there were at the same times" },
	{ "--keep-going", NULL, "skip lines that cannot be read, and say how many" },
	{ "--time-column", "NAME", "which column of a CSV file holds the time" },
	{ "--value-column", "NAME", "the value" },
	{ "--name-column", "NAME", "the name of the series" },
	{ "--samples-column", "NAME", "of how many samples the value is a share" },
	{ "--prometheus", "URL", "fetch from this server instead of a file" },
	{ "--query", "Q", "what to fetch, in PromQL" },
	{ "--name", "NAME", "of the metric that is fetched, in place of its own" },
	{ "--start", "T", "from when on; else on from the end of the last fetch of this query" },
	{ "--end", "T", "until when; else until now" },
	{ "--step", "D", "time between two points; else 1m" },
	{ "--timeout", "D", "for one page of the answer; else 2m" },
	{ 0 },
};

const struct command command_import_series = {
	.name = "import series",
	.words = "[FILE...]",
	.words_max = WORDS_ANY,
	.summary = "Reads series of any metric, or of shares, from files or a Prometheus server",
	.text = "A file is long CSV (time,series,value[,samples]), wide CSV (time,NAME,NAME...) or "
		"JSON lines ({\"time\",\"series\",\"value\"[,\"samples\"][,\"unit\"]}), told from "
		"its "
		"bytes, gzip or not; - is stdin. With samples a value is a share, a fraction of 1, "
		"of "
		"that many stack samples. Empty values, null and NaN are gaps. The same file twice "
		"stores once; several values at one time are kept as measurements of their own. "
		"--prometheus reads query_range of Prometheus, VictoriaMetrics, Thanos or Mimir in "
		"pages; without --start it reads what is new since the last fetch of the query. "
		"HEADROOM_PROMETHEUS_TOKEN in the environment is sent as a bearer token.",
	.creates = true,
	.options = series_options,
	.run = run_series,
};
