/* `prune`: rolls old windows up into windows of an hour and of a day. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/text.h"
#include "core/base/vec.h"
#include "core/store/telemetry_columns.h"
#include "core/store/telemetry_prune.h"
#include "views/commands/command.h"

#define KEEP (14 * CLOCK_DAY)
#define HOURLY (90 * CLOCK_DAY)

struct prune {
	struct session *session;
	struct store *store;
	struct prune_request request;
	int64_t daily; /* 0: not asked about */
	struct service_list services;
};

static int
read_ages(struct prune *prune, const struct arguments *arguments, struct error *err)
{
	struct prune_request *request = &prune->request;
	int64_t hourly = -1;

	request->now = clock_now();
	request->keep = KEEP;
	if (argument_duration(arguments, "--keep", &request->keep, err) < 0 ||
	    argument_duration(arguments, "--hourly", &hourly, err) < 0 ||
	    argument_duration(arguments, "--daily", &prune->daily, err) < 0)
		return -1;
	request->hourly = hourly >= 0 ? hourly : HOURLY > request->keep ? HOURLY : request->keep;
	if (request->hourly < request->keep)
		return error_set(err, ERROR_USAGE, "--hourly: less than --keep");
	if (prune->daily > 0 && prune->daily < request->hourly)
		return error_set(err, ERROR_USAGE, "--daily: less than --hourly");
	return 0;
}

static int
choose_services(struct prune *prune, const char *name, struct error *err)
{
	struct service service = { 0 };

	if (session_store(prune->session, &prune->store, err) < 0)
		return -1;
	if (name == NULL)
		return casebook_services(prune->store, &prune->services, err);
	if (casebook_service_by_name(prune->store, name, &service, err) < 0)
		return -1;
	vec_push(&prune->services, service);
	return 0;
}

/* How many windows of the service ended up older than --daily; they stay. */
static int
count_older(const struct prune *prune, int64_t service, size_t *count, struct error *err)
{
	struct window_query query = { .service = service,
				      .from = -INT64_MAX,
				      .to = prune->request.now - prune->daily,
				      .event = TELEMETRY_EVENT_ANY };
	struct window_keys keys = { 0 };

	*count = 0;
	if (prune->daily <= 0)
		return 0;
	if (telemetry_window_keys(store_telemetry(prune->store), &query, &keys, err) < 0)
		return -1;
	*count = keys.count;
	window_keys_release(&keys);
	return 0;
}

static void
say_report(struct session *session, const char *name, const struct prune_report *report,
	   size_t older)
{
	char from[TEXT_NUMBER_SIZE], to[TEXT_NUMBER_SIZE], bytes_from[TEXT_NUMBER_SIZE];
	char bytes_to[TEXT_NUMBER_SIZE], hours[TEXT_NUMBER_SIZE], days[TEXT_NUMBER_SIZE];

	session_say(session, "%s: %s window%s, %s", name,
		    text_count((double)report->windows_before, from),
		    text_plural(report->windows_before),
		    text_value((double)report->bytes_before, "bytes", bytes_from));
	if (report->hours + report->days == 0)
		session_say(session, ": nothing to roll up\n");
	else
		session_say(session, " -> %s window%s, %s (%s made of an hour, %s of a day)\n",
			    text_count((double)report->windows_after, to),
			    text_plural(report->windows_after),
			    text_value((double)report->bytes_after, "bytes", bytes_to),
			    text_count((double)report->hours, hours),
			    text_count((double)report->days, days));
	if (report->near_findings > 0)
		session_say(session, "%s: %s window%s stay%s as recorded for open findings\n", name,
			    text_count((double)report->near_findings, from),
			    text_plural(report->near_findings),
			    report->near_findings == 1 ? "s" : "");
	if (older > 0)
		session_say(session,
			    "%s: %s window%s older than --daily stay%s: nothing is removed\n", name,
			    text_count((double)older, from), text_plural(older),
			    older == 1 ? "s" : "");
}

static struct json *
report_to_json(const char *name, const struct prune_report *report, size_t older)
{
	struct json *object = json_object();

	json_set_text(object, "service", name);
	json_set_int(object, "windows_before", (int64_t)report->windows_before);
	json_set_int(object, "windows_after", (int64_t)report->windows_after);
	json_set_int(object, "bytes_before", (int64_t)report->bytes_before);
	json_set_int(object, "bytes_after", (int64_t)report->bytes_after);
	json_set_int(object, "hours", (int64_t)report->hours);
	json_set_int(object, "days", (int64_t)report->days);
	json_set_int(object, "kept_for_findings", (int64_t)report->near_findings);
	json_set_int(object, "older_than_daily", (int64_t)older);
	return object;
}

/* All services; made says how many sums. What was done before an error is said too. */
static int
roll_up(struct prune *prune, bool dry_run, struct json *services, uint64_t *made, struct error *err)
{
	struct session *session = prune->session;

	*made = 0;
	prune->request.dry_run = dry_run;
	for (size_t i = 0; i < prune->services.count; i++) {
		const struct service *service = &prune->services.items[i];
		struct prune_report report;
		size_t older = 0;
		int result;

		prune->request.service = service->id;
		result = telemetry_prune(store_telemetry(prune->store), &prune->request, &report,
					 &session->progress, err);
		if (result == 0)
			result = count_older(prune, service->id, &older, err);
		session_progress_end(session);
		if (result == 0 || report.hours + report.days > 0)
			say_report(session, service->name, &report, older);
		if (result < 0)
			return error_prefix(err, "%.100s", service->name);
		if (services != NULL)
			json_append(services, report_to_json(service->name, &report, older));
		*made += report.hours + report.days;
	}
	return 0;
}

static bool
is_agreed(struct session *session)
{
	char line[16];

	fputs("Roll these windows up? [y/N] ", session->out);
	fflush(session->out);
	return fgets(line, sizeof(line), stdin) != NULL && (line[0] == 'y' || line[0] == 'Y');
}

static int
give_back(struct prune *prune, bool vacuum, struct json *document, struct error *err)
{
	char before[TEXT_NUMBER_SIZE], after[TEXT_NUMBER_SIZE], rest[TEXT_NUMBER_SIZE];
	struct session *session = prune->session;
	struct json *file = json_object();
	struct compact_report report;
	int result;

	if (vacuum)
		progress_report(&session->progress, "giving space back", 0, 0);
	result = telemetry_compact(store_telemetry(prune->store), !vacuum, &report, err);
	session_progress_end(session);
	json_set(document, "file", file);
	if (result < 0)
		return -1;
	text_value((double)report.bytes_before, "bytes", before);
	text_value((double)report.bytes_after, "bytes", after);
	if (vacuum)
		session_say(session, "file: %s -> %s\n", before, after);
	else if (report.bytes_free > 0)
		session_say(session,
			    "file: %s, %s of it free for what is stored next; --vacuum gives that "
			    "back\n",
			    before, text_value((double)report.bytes_free, "bytes", rest));
	json_set_int(file, "bytes_before", (int64_t)report.bytes_before);
	json_set_int(file, "bytes_after", (int64_t)report.bytes_after);
	json_set_int(file, "bytes_free", (int64_t)report.bytes_free);
	return 0;
}

static int
carry_out(struct prune *prune, const struct arguments *arguments, struct json *document,
	  struct error *err)
{
	bool dry_run = argument_flag(arguments, "--dry-run");
	bool vacuum = argument_flag(arguments, "--vacuum") && !dry_run;
	struct json *services = json_array();
	uint64_t made = 0;

	json_set_bool(document, "dry_run", dry_run);
	json_set(document, "services", services);
	if (!dry_run && !argument_flag(arguments, "--yes")) {
		if (roll_up(prune, true, NULL, &made, err) < 0)
			return -1;
		if (made == 0 && !vacuum)
			return COMMAND_YES;
		if (made > 0 && !is_agreed(prune->session)) {
			session_say(prune->session, "nothing was changed\n");
			return COMMAND_NO;
		}
		if (made == 0)
			return give_back(prune, vacuum, document, err);
	}
	if (roll_up(prune, dry_run, services, &made, err) < 0 ||
	    give_back(prune, vacuum, document, err) < 0)
		return -1;
	return COMMAND_YES;
}

static int
run(struct session *session, const struct arguments *arguments, struct error *err)
{
	struct prune prune = { .session = session };
	struct json *document;
	int result;

	if (!argument_flag(arguments, "--dry-run") && !argument_flag(arguments, "--yes") &&
	    (session->json || session->quiet || !session_is_terminal()))
		return error_set(err, ERROR_USAGE,
				 "prune: cannot ask here (no terminal, --json or --quiet); --yes "
				 "rolls up, --dry-run only says what would be");
	if (read_ages(&prune, arguments, err) < 0)
		return -1;
	if (choose_services(&prune, argument_text(arguments, "--service"), err) < 0)
		return -1;
	document = json_object();
	result = carry_out(&prune, arguments, document, err);
	if (session->json && result >= 0)
		session_print_json(session, document);
	else
		json_free(document);
	service_list_release(&prune.services);
	return result;
}

static const struct option options[] = {
	{ "--service", "S", "only this one; all where not named" },
	{ "--keep", "D", "leave what is younger as it was recorded (14d)" },
	{ "--hourly", "D", "windows of an hour up to this age, older ones of a day (90d)" },
	{ "--daily", "D", "say how many windows are older than this; they stay" },
	{ "--dry-run", NULL, "only say what would be" },
	{ "--yes", NULL, "do not ask" },
	{ "--vacuum", NULL, "give free space of the file back to the disk after" },
	{ 0 },
};

const struct command command_prune = {
	.name = "prune",
	.words = "",
	.summary = "Rolls old windows up into windows of an hour and of a day",
	.text = "Windows of one service, event and set of labels are added up stack by stack: "
		"sums over whole hours and days stay what they were, and no window is removed "
		"without being in a sum. What is lost is when within the hour it was, and with it "
		"replicates of a difference. Two days before and after the change of an open "
		"finding stay as recorded. A file imported again is still known. It works day by "
		"day, and may be stopped or killed at any time: the next run goes on. Durations "
		"are as in 14d, 36h, 2w. The file keeps its size, and what is free in it is used "
		"for what is stored next, unless --vacuum rewrites it, which needs as much room "
		"again for a while.",
	.options = options,
	.run = run,
};
